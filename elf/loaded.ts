/**
 * An ELF object as it lies in memory, as a dynamic linker has mapped it: its headers are at its
 * start, and its dynamic section leads to what is always loaded: the dynamic symbols, whose number
 * the hash tables tell, and through `.eh_frame_hdr` the frame information. System V ABI, chapters
 * "Program Loading" and "Dynamic Linking"; Linux Standard Base, "Exception Frames".
 */
import { EM, PF, PT, SHF, SHT, STT } from "./constants.ts";
import type { ElfFile, ElfSymbol, Section, Segment } from "./model.ts";
import { fileHeader, layoutsOf, readRecord, recordSize } from "./records.ts";

/** Reads memory; fewer bytes than asked for where it ends. */
export type MemoryReader = (address: bigint, length: number) => Uint8Array;

/** The tags of dynamic entries that are used here. */
const DT = {
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  STRSZ: 10,
  SONAME: 14,
  DEBUG: 21,
  GNU_HASH: 0x6ffffef5,
};
const magic = 0x464c457f;
const identification = 16;
/** More than this is not what sound objects have. */
const mostSegments = 64;
const mostSymbols = 1 << 20;
const mostBytes = 1 << 26;
/** DW_EH_PE_pcrel | DW_EH_PE_sdata4: how linkers say where `.eh_frame` is. */
const relativePointer = 0x1b;

/** What is known of a loaded object. Its addresses are those in memory. */
export interface LoadedObject {
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
  /** Code as sections without bytes, the dynamic symbols that the object defines, `.eh_frame`. */
  readonly file: ElfFile;
}

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Whether an ELF object begins at an address. */
export function beginsAt(read: MemoryReader, address: bigint): boolean {
  const bytes = read(address, 4);
  return bytes.length === 4 && viewOf(bytes).getUint32(0, true) === magic;
}

/** The object that begins at an address; undefined where none that makes sense does. */
export function readLoaded(read: MemoryReader, start: bigint): LoadedObject | undefined {
  if (!beginsAt(read, start)) return undefined;
  const bits = read(start + 4n, 1)[0] === 1 ? 32 : 64;
  const headerBytes = read(start, identification + recordSize(fileHeader, bits));
  if (headerBytes.length < identification + recordSize(fileHeader, bits)) return undefined;
  const header = readRecord(viewOf(headerBytes), identification, fileHeader, bits);
  const count = header.programHeaderCount;
  if (header.machine !== EM.RISCV || count > mostSegments) return undefined;
  const segments = readSegments(read, start + header.programHeaders, count, bits);
  const loads = segments?.filter(({ type }) => type === PT.LOAD) ?? [];
  if (segments === undefined || loads.length === 0) return undefined;
  const bias = start - (loads[0]!.virtualAddress & ~0xfffn);
  const placed = segments.map((one) => ({ ...one, virtualAddress: one.virtualAddress + bias }));
  const ends = placed
    .filter(({ type }) => type === PT.LOAD)
    .map(({ virtualAddress, memorySize }) => virtualAddress + memorySize);
  // More than a GiB is what damage says.
  const end = ends.reduce((a, b) => (a > b ? a : b));
  if (end - start > BigInt(mostBytes) * 16n || end <= start) return undefined;
  const code = placed
    .filter(({ type, flags }) => type === PT.LOAD && (flags & PF.X) !== 0)
    .map((one) => sectionOf("code", one.virtualAddress, one.memorySize));
  const file: ElfFile = {
    class: bits,
    type: header.type,
    machine: header.machine,
    flags: header.flags,
    entry: header.entry + bias,
    bias,
    sections: code,
    segments: [],
    symbols: [],
  };
  const tags = dynamicTags(read, placed, bits, bias);
  const strings = stringReader(read, tags);
  file.symbols = readSymbols(read, tags, bits, bias, code, strings);
  const frames = frameBytes(read, placed);
  if (frames !== undefined) file.sections.push(frames);
  const soname = tags.get(DT.SONAME);
  return { name: soname === undefined ? "" : strings(Number(soname)), start, end, file };
}

/**
 * The starts of the objects that the dynamic linker of a program has loaded, the program itself
 * left out. Empty before it has said so in the program's dynamic section.
 */
export function loadedObjects(read: MemoryReader, program: ElfFile): bigint[] {
  const bits = program.class;
  const tags = dynamicTags(read, program.segments, bits, 0n);
  const debug = tags.get(DT.DEBUG) ?? 0n;
  const width = bits / 8;
  const word = (address: bigint) => {
    const bytes = read(address, width);
    if (bytes.length < width) return 0n;
    return bits === 64
      ? viewOf(bytes).getBigUint64(0, true)
      : BigInt(viewOf(bytes).getUint32(0, true));
  };
  const starts: bigint[] = [];
  if (debug === 0n) return starts;
  let map = word(debug + BigInt(width));
  for (let count = 0; map !== 0n && count < 1000; count++) {
    const start = word(map);
    if (start !== 0n && start !== (program.bias ?? 0n)) starts.push(start);
    map = word(map + BigInt(3 * width));
  }
  return starts;
}

function readSegments(
  read: MemoryReader,
  address: bigint,
  count: number,
  bits: 32 | 64,
): Segment[] | undefined {
  const layout = layoutsOf(bits).programHeader;
  const size = recordSize(layout, bits);
  const bytes = read(address, count * size);
  if (bytes.length < count * size) return undefined;
  return Array.from({ length: count }, (_, index) => ({
    ...readRecord(viewOf(bytes), index * size, layout, bits),
    data: new Uint8Array(0),
  }));
}

/** The entries of the dynamic section; addresses that are still relative are made whole. */
function dynamicTags(
  read: MemoryReader,
  segments: readonly Segment[],
  bits: 32 | 64,
  bias: bigint,
): Map<number, bigint> {
  const tags = new Map<number, bigint>();
  const dynamic = segments.find(({ type }) => type === PT.DYNAMIC);
  if (dynamic === undefined || dynamic.memorySize > 0x1_0000n) return tags;
  const view = viewOf(read(dynamic.virtualAddress, Number(dynamic.memorySize)));
  const width = bits / 8;
  const word = (at: number) =>
    bits === 64 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  const places = new Set([DT.HASH, DT.STRTAB, DT.SYMTAB, DT.GNU_HASH]);
  for (let at = 0; at + 2 * width <= view.byteLength; at += 2 * width) {
    const tag = Number(word(at));
    const value = word(at + width);
    if (tag === 0) break;
    tags.set(tag, places.has(tag) && value < bias ? value + bias : value);
  }
  return tags;
}

function stringReader(
  read: MemoryReader,
  tags: ReadonlyMap<number, bigint>,
): (offset: number) => string {
  const size = Number(tags.get(DT.STRSZ) ?? 0n);
  const address = tags.get(DT.STRTAB);
  const bytes = address === undefined || size > mostBytes ? new Uint8Array(0) : read(address, size);
  return (offset) => {
    const end = bytes.indexOf(0, offset);
    return new TextDecoder().decode(bytes.subarray(offset, end < 0 ? bytes.length : end));
  };
}

function readSymbols(
  read: MemoryReader,
  tags: ReadonlyMap<number, bigint>,
  bits: 32 | 64,
  bias: bigint,
  code: readonly Section[],
  strings: (offset: number) => string,
): ElfSymbol[] {
  const table = tags.get(DT.SYMTAB);
  if (table === undefined) return [];
  const layout = layoutsOf(bits).symbol;
  const size = recordSize(layout, bits);
  const view = viewOf(read(table, Math.min(symbolCount(read, tags, bits), mostSymbols) * size));
  const symbols: ElfSymbol[] = [];
  for (let at = size; at + size <= view.byteLength; at += size) {
    const record = readRecord(view, at, layout, bits);
    if (record.section === 0) continue;
    const type = record.info & 15;
    const value = type === STT.TLS ? record.value : record.value + bias;
    symbols.push({
      name: strings(record.name),
      value,
      size: record.size,
      binding: record.info >> 4,
      type,
      visibility: record.other,
      section:
        code.find((one) => value >= one.address && value < one.address + one.size) ?? "absolute",
    });
  }
  return symbols;
}

/** How many dynamic symbols there are: nothing but the hash tables says it. */
function symbolCount(read: MemoryReader, tags: ReadonlyMap<number, bigint>, bits: 32 | 64): number {
  const int = (address: bigint) => {
    const bytes = read(address, 4);
    return bytes.length < 4 ? 0 : viewOf(bytes).getUint32(0, true);
  };
  const plain = tags.get(DT.HASH);
  if (plain !== undefined) return int(plain + 4n);
  const gnu = tags.get(DT.GNU_HASH);
  if (gnu === undefined) return 0;
  // Buckets hold the first symbol of a chain each, and the last one of a chain has an odd hash.
  const [buckets, first, words] = [int(gnu), int(gnu + 4n), int(gnu + 8n)];
  const start = gnu + 16n + BigInt(words * (bits / 8));
  const view = viewOf(read(start, 4 * Math.min(buckets, mostSymbols)));
  let last = 0;
  for (let at = 0; at + 4 <= view.byteLength; at += 4)
    last = Math.max(last, view.getUint32(at, true));
  if (last < first) return first;
  const chains = start + BigInt(4 * buckets);
  while (last < mostSymbols && (int(chains + BigInt(4 * (last - first))) & 1) === 0) last++;
  return last + 1;
}

/** The frame information, up to its last entry. */
function frameBytes(read: MemoryReader, segments: readonly Segment[]): Section | undefined {
  const header = segments.find(({ type }) => type === PT.GNU_EH_FRAME);
  if (header === undefined) return undefined;
  const { virtualAddress } = header;
  const bytes = read(virtualAddress, 8);
  if (bytes.length < 8 || bytes[0] !== 1 || bytes[1] !== relativePointer) return undefined;
  const address = virtualAddress + 4n + BigInt(viewOf(bytes).getInt32(4, true));
  const home = segments.find(
    ({ type, virtualAddress: low, memorySize }) =>
      type === PT.LOAD && address >= low && address < low + memorySize,
  );
  if (home === undefined) return undefined;
  const data = read(
    address,
    Math.min(Number(home.virtualAddress + home.memorySize - address), mostBytes),
  );
  const view = viewOf(data);
  let end = 0;
  while (end + 4 <= data.length) {
    const length = view.getUint32(end, true);
    if (length === 0 || length === 0xffff_ffff) break;
    end += 4 + length;
  }
  const section = sectionOf(".eh_frame", address, BigInt(end));
  return { ...section, flags: SHF.ALLOC, data: data.slice(0, Math.min(end, data.length)) };
}

const sectionOf = (name: string, address: bigint, size: bigint): Section => ({
  name,
  type: SHT.PROGBITS,
  flags: SHF.ALLOC | SHF.EXECINSTR,
  address,
  size,
  data: new Uint8Array(0),
  alignment: 1n,
  entrySize: 0n,
  link: 0,
  info: 0,
  relocations: [],
});
