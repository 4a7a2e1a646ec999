/**
 * Program headers for the sections of an executable: what a linker needs between placed sections
 * and a file. Sections are taken by rising address and gathered into PT_LOAD segments of equal
 * permissions; a segment's place in the file is congruent to its address modulo the page, so that
 * a kernel can map it. System V ABI, chapter "Program Loading".
 */
import { PF, PT, SHF, SHT } from "./constants.ts";
import { unwritable } from "./errors.ts";
import type { Section, Segment } from "./model.ts";
import { fileHeader, layoutsOf, recordSize } from "./records.ts";

/** Bytes that the file header and `count` program headers take at the start of a file. */
export function headersSize(bits: 32 | 64, count: number): number {
  const header = 16 + recordSize(fileHeader, bits);
  return header + count * recordSize(layoutsOf(bits).programHeader, bits);
}

/** The least multiple of `alignment` (0 and 1: any) that is not less than `value`. */
export function alignUp(value: bigint, alignment: bigint): bigint {
  if (alignment <= 1n) return value;
  return ((value + alignment - 1n) / alignment) * alignment;
}

/**
 * The segments of an executable: a PT_LOAD for each run of loaded sections, PT_TLS around the
 * thread-local ones, PT_RISCV_ATTRIBUTES where there is such a section. `address`, `size` and
 * `data` of the sections must be final. Throws `ElfError` when loaded sections overlap.
 */
export function segmentsOf(
  sections: readonly Section[],
  bits: 32 | 64,
  pageSize = 0x1000n,
): Segment[] {
  const loaded = sections
    .filter((section) => (section.flags & SHF.ALLOC) !== 0n && section.size > 0n)
    .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  const runs = runsOf(loaded, pageSize);
  const threadLocal = loaded.filter((section) => (section.flags & SHF.TLS) !== 0n);
  const attributes = sections.find((section) => section.type === SHT.RISCV_ATTRIBUTES);
  const count = runs.length + (threadLocal.length > 0 ? 1 : 0) + (attributes ? 1 : 0);
  let offset = BigInt(headersSize(bits, count));
  const segments = runs.map((run) => {
    const address = run[0]?.address ?? 0n;
    offset += (((address - offset) % pageSize) + pageSize) % pageSize;
    const segment = segmentAround(run, PT.LOAD, offset, pageSize);
    offset += segment.fileSize;
    return segment;
  });
  if (threadLocal.length > 0) segments.push(threadLocalSegment(threadLocal, segments));
  return attributes === undefined ? segments : [attributesSegment(attributes), ...segments];
}

/** Permissions of a loaded section. */
function permissionsOf(section: Section): number {
  const isWritable = (section.flags & SHF.WRITE) !== 0n;
  const isExecutable = (section.flags & SHF.EXECINSTR) !== 0n;
  return PF.R | (isWritable ? PF.W : 0) | (isExecutable ? PF.X : 0);
}

/** Whether a section takes memory but no bytes: a template for threads, placed nowhere itself. */
function isThreadZeros(section: Section): boolean {
  return section.type === SHT.NOBITS && (section.flags & SHF.TLS) !== 0n;
}

/** Cuts the sections where permissions change, after zeros, and at holes of a page and more. */
function runsOf(sections: readonly Section[], pageSize: bigint): Section[][] {
  const runs: Section[][] = [];
  let previous: Section | undefined;
  let end = 0n;
  for (const section of sections) {
    if (isThreadZeros(section)) continue;
    if (previous !== undefined && section.address < end) {
      throw unwritable(`sections ${previous.name} and ${section.name} overlap in memory`);
    }
    const continues =
      previous !== undefined &&
      permissionsOf(previous) === permissionsOf(section) &&
      !(previous.type === SHT.NOBITS && section.type !== SHT.NOBITS) &&
      section.address - end < pageSize;
    if (continues) runs.at(-1)?.push(section);
    else runs.push([section]);
    previous = section;
    end = section.address + section.size;
  }
  return runs;
}

function segmentAround(
  run: readonly Section[],
  type: number,
  offset: bigint,
  alignment: bigint,
): Segment {
  const address = run[0]?.address ?? 0n;
  let fileEnd = address;
  let memoryEnd = address;
  for (const { type: kind, address: start, size } of run) {
    memoryEnd = start + size;
    if (kind !== SHT.NOBITS) fileEnd = memoryEnd;
  }
  const data = new Uint8Array(Number(fileEnd - address));
  for (const section of run) {
    if (section.type !== SHT.NOBITS) data.set(section.data, Number(section.address - address));
  }
  return {
    type,
    flags: run.reduce((flags, section) => flags | permissionsOf(section), 0),
    offset,
    virtualAddress: address,
    physicalAddress: address,
    fileSize: fileEnd - address,
    memorySize: memoryEnd - address,
    alignment,
    data,
  };
}

/** PT_TLS repeats a part of a PT_LOAD. */
function threadLocalSegment(run: readonly Section[], loads: readonly Segment[]): Segment {
  const address = run[0]?.address ?? 0n;
  const home = loads.find(
    (load) => address >= load.virtualAddress && address <= load.virtualAddress + load.fileSize,
  );
  const offset = home === undefined ? 0n : home.offset + (address - home.virtualAddress);
  const alignment = run.reduce((most, { alignment: own }) => (own > most ? own : most), 1n);
  return { ...segmentAround(run, PT.TLS, offset, alignment), flags: PF.R };
}

/** Its offset is the section's, which the writer chooses. */
function attributesSegment(section: Section): Segment {
  return {
    type: PT.RISCV_ATTRIBUTES,
    flags: PF.R,
    offset: 0n,
    virtualAddress: 0n,
    physicalAddress: 0n,
    fileSize: section.size,
    memorySize: 0n,
    alignment: 1n,
    data: section.data,
  };
}
