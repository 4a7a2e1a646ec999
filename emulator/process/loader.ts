/**
 * Loads an executable into an address space, as execve does (System V ABI, "Program Loading").
 * Segments that share a page share its rights. A position-independent program is placed at a fixed
 * base and relocates itself; a dynamic linker that it asks for is loaded below it and starts first.
 * A segment whose load address differs from its address (a ROM image whose start-up code copies the
 * initial data) is also put there.
 */
import { EF_RISCV, ET, PF, PT, SHF } from "../../elf/constants.ts";
import type { ElfFile, Segment } from "../../elf/model.ts";
import { requireRiscv } from "../../elf/reader.ts";
import { type AddressSpace, Right } from "../translation.ts";
import {
  entryOutside,
  hasNothingToLoad,
  isNotExecutable,
  isObjectFile,
  needsQuad,
  noInterpreter,
  segmentTooHigh,
  segmentTooLarge,
  wrongInterpreter,
} from "./errors.ts";

import type { Range } from "./layout.ts";

/** Where a position-independent program goes. */
const independentBase = 0x0100_0000n;
/** Where its dynamic linker goes: below, so that the heap behind the program can grow. */
const interpreterBase = 0x0080_0000n;

/** A program in memory. Addresses in bytes. */
export interface Image {
  /** Where the program begins (AT_ENTRY). */
  readonly entry: bigint;
  /** Where execution begins: in the dynamic linker, or else at `entry`. */
  readonly start: bigint;
  /** Where the dynamic linker was loaded (AT_BASE), or 0. */
  readonly interpreter: bigint;
  /** Added to every address of the file. */
  readonly bias: bigint;
  /** One past the last byte of the program's segments. */
  readonly end: bigint;
  /** One past the last byte of the writable segments, or of all where none is. */
  readonly dataEnd: bigint;
  /** One past the last instruction. */
  readonly textEnd: bigint;
  /** Where the program headers are in memory, 0 when they are not; and how many there are. */
  readonly headers: bigint;
  readonly headerCount: number;
}

/** The path of the dynamic linker that the program asks for, or undefined. */
export function interpreterPath(file: ElfFile): string | undefined {
  const segment = file.segments.find(({ type }) => type === PT.INTERP);
  return segment && new TextDecoder().decode(segment.data).replace(/\0.*/s, "");
}

/** Throws `LaunchError` or `ElfError` when the file is not a RISC-V executable. */
function checkExecutable(file: ElfFile): void {
  requireRiscv(file);
  if (file.type === ET.REL) throw isObjectFile();
  if (file.type !== ET.EXEC && file.type !== ET.DYN) throw isNotExecutable(file.type);
  const abi = file.flags & EF_RISCV.FLOAT_ABI;
  if (abi === EF_RISCV.FLOAT_ABI_QUAD) throw needsQuad();
  const { segments } = file;
  if (!segments.some(({ type, memorySize }) => type === PT.LOAD && memorySize > 0n)) {
    throw hasNothingToLoad();
  }
}

/** How far above its own addresses a program is loaded. */
export const biasOf = ({ type }: ElfFile): bigint => (type === ET.DYN ? independentBase : 0n);

/** The pages of the program's segments, and of where ROM images have their initial data. */
export function rangesOf(file: ElfFile): Range[] {
  const bias = biasOf(file);
  const pages = (start: bigint, size: bigint): Range => ({
    start: start & ~0xfffn,
    end: (start + size + 0xfffn) & ~0xfffn,
  });
  return file.segments
    .filter(({ type, memorySize }) => type === PT.LOAD && memorySize > 0n)
    .flatMap(({ virtualAddress, physicalAddress, memorySize, fileSize }) => [
      pages(virtualAddress + bias, memorySize),
      ...(physicalAddress === virtualAddress ? [] : [pages(physicalAddress, fileSize)]),
    ]);
}

/**
 * Maps and fills the segments of a program and of its dynamic linker; throws `LaunchError` or
 * `ElfError` where a file cannot be executed, is too large, or the linker is missing.
 */
export function load(file: ElfFile, space: AddressSpace, interpreter?: ElfFile): Image {
  const image = loadAt(file, space, independentBase);
  const path = interpreterPath(file);
  if (path === undefined) return image;
  if (interpreter === undefined) throw noInterpreter(path);
  if (interpreter.class !== file.class) throw wrongInterpreter(path, file.class);
  const { entry, bias } = loadAt(interpreter, space, interpreterBase);
  return { ...image, start: entry, interpreter: bias };
}

function loadAt(file: ElfFile, space: AddressSpace, base: bigint): Image {
  checkExecutable(file);
  const bias = file.type === ET.DYN ? base : 0n;
  const segments = file.segments.filter(
    ({ type, memorySize }) => type === PT.LOAD && memorySize > 0n,
  );
  for (const segment of segments) {
    const start = segment.virtualAddress + bias;
    place(space, start, segment.memorySize, rightsOf(segment), nameOf(segment));
    const isElsewhere = segment.physicalAddress !== segment.virtualAddress;
    if (isElsewhere && segment.fileSize > 0n) {
      place(space, segment.physicalAddress, segment.fileSize, Right.read, "rom");
    }
  }
  // The load addresses first, so that what runs wins where the two overlap.
  for (const { physicalAddress, virtualAddress, data } of segments) {
    if (physicalAddress !== virtualAddress) space.write(physicalAddress, data);
  }
  for (const { virtualAddress, data } of segments) space.write(virtualAddress + bias, data);
  const entry = file.entry + bias;
  if (((space.rightsAt(entry) ?? 0) & Right.execute) === 0) throw entryOutside(entry);
  const lastByte = (parts: readonly Segment[]): bigint =>
    parts
      .map(({ virtualAddress, memorySize }) => virtualAddress + memorySize + bias)
      .reduce((a, b) => (a > b ? a : b));
  const writable = segments.filter(({ flags }) => flags & PF.W);
  return {
    entry,
    start: entry,
    interpreter: 0n,
    bias,
    end: lastByte(segments),
    dataEnd: lastByte(writable.length > 0 ? writable : segments),
    textEnd: textEnd(file) + bias,
    ...headers(file, bias),
  };
}

/** Maps a range, adding rights where a part of it is mapped already. */
function place(
  space: AddressSpace,
  start: bigint,
  size: bigint,
  rights: number,
  name: string,
): void {
  const end = start + size;
  if (end > 1n << BigInt(space.xlen)) throw segmentTooHigh(start, end, space.xlen);
  const lastPage = (end + 0xfffn) & ~0xfffn;
  let at = start & ~0xfffn;
  const fill = (until: bigint): void => {
    if (until > at && !space.map(at, until - at, rights, name)) throw segmentTooLarge(start, size);
  };
  for (const region of space.regions()) {
    if (region.end <= at || region.start >= lastPage) continue;
    fill(region.start);
    at = region.start > at ? region.start : at;
    const until = region.end < lastPage ? region.end : lastPage;
    space.protect(at, until - at, region.rights | rights);
    at = until;
  }
  fill(lastPage);
}

function rightsOf({ flags }: Segment): number {
  return (
    (flags & PF.R ? Right.read : 0) |
    (flags & PF.W ? Right.write : 0) |
    (flags & PF.X ? Right.execute : 0)
  );
}

function nameOf({ flags }: Segment): string {
  if (flags & PF.X) return "text";
  return flags & PF.W ? "data" : "rodata";
}

/** Where the last code section ends; the segment may go on with read-only data. */
function textEnd(file: ElfFile): bigint {
  let end = 0n;
  for (const { flags, address, size } of file.sections) {
    const isCode = (flags & SHF.EXECINSTR) !== 0n && (flags & SHF.ALLOC) !== 0n;
    if (isCode && address + size > end) end = address + size;
  }
  if (end > 0n) return end;
  for (const { type, flags, virtualAddress, memorySize } of file.segments) {
    const last = virtualAddress + memorySize;
    if (type === PT.LOAD && flags & PF.X && last > end) end = last;
  }
  return end;
}

/** AT_PHDR and AT_PHNUM: where PT_PHDR says, or where the file's beginning was loaded. */
function headers(file: ElfFile, bias: bigint): Pick<Image, "headers" | "headerCount"> {
  const headerCount = file.segments.length;
  const own = file.segments.find(({ type }) => type === PT.PHDR);
  if (own !== undefined) return { headers: own.virtualAddress + bias, headerCount };
  const first = file.segments.find(({ type, offset }) => type === PT.LOAD && offset === 0n);
  if (first === undefined) return { headers: 0n, headerCount };
  const headerSize = file.class === 64 ? 64n : 52n;
  return { headers: first.virtualAddress + bias + headerSize, headerCount };
}
