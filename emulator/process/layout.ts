/**
 * Where things are in a process's memory, by environment: the Linux layout is the same for RV32
 * and RV64, and dense, so that linear memory can hold the address space as it is: the program, the
 * heap and the stack in the first 512 MiB, and above what mmap places. The teaching environments
 * have the maps of the simulators that they come from. Addresses in bytes.
 */
import type { WindowShape } from "../memory.ts";
import { Right } from "../translation.ts";

/** The environments a program can run in. */
export const environmentNames = ["linux", "rars", "venus", "ripes"] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** A region that is there from the start. */
export interface FixedRegion {
  readonly start: bigint;
  readonly end: bigint;
  readonly name: string;
}

/** See the file's head. */
export interface MemoryLayout {
  /** The stack is mapped from `stackStart` to `stackEnd`. */
  readonly stackStart: bigint;
  readonly stackEnd: bigint;
  /** The first value of sp; undefined where the initial stack's contents decide. */
  readonly stackPointer?: bigint;
  readonly globalPointer?: bigint;
  /** Where the heap begins; undefined for "after the program". */
  readonly heap?: bigint;
  /** Data memory that programs may use without asking; segments lie over it. */
  readonly regions: readonly FixedRegion[];
}

const stackSize = 8n << 20n;
/** Where mmap begins to look for room, and one past where it ends. */
export const mapStart = 0x2000_0000n;
export const mapEnd = 0x7fff_f000n;
/** A page above the stack of the Linux layout with the code that handlers and main return to. */
export const returnPage = mapStart - 0x1000n;

const rights = Right.read | Right.write;
/** The rights of the fixed regions and the stack. */
export const dataRights = rights;

/** Memory maps by environment. */
export const layouts: Readonly<Record<EnvironmentName, MemoryLayout>> = {
  linux: { stackStart: returnPage - stackSize, stackEnd: returnPage, regions: [] },
  // RARS, default memory configuration; the heap has 4 MiB that can be used as a bitmap too.
  rars: {
    stackStart: 0x7fff_f000n - stackSize,
    stackEnd: 0x7fff_f000n,
    stackPointer: 0x7fff_effcn,
    globalPointer: 0x1000_8000n,
    heap: 0x1004_0000n,
    regions: [
      { start: 0x1000_0000n, end: 0x1004_0000n, name: "data" },
      { start: 0x1004_0000n, end: 0x1044_0000n, name: "heap" },
    ],
  },
  venus: {
    stackStart: 0x8000_0000n - stackSize,
    stackEnd: 0x8000_0000n,
    stackPointer: 0x7fff_fff0n,
    globalPointer: 0x1000_0000n,
    heap: 0x1000_8000n,
    regions: [
      { start: 0x1000_0000n, end: 0x1000_8000n, name: "data" },
      { start: 0x1000_8000n, end: 0x1040_8000n, name: "heap" },
    ],
  },
  ripes: {
    stackStart: 0x8000_0000n - stackSize,
    stackEnd: 0x8000_0000n,
    stackPointer: 0x7fff_fff0n,
    globalPointer: 0x1000_0000n,
    regions: [{ start: 0x1000_0000n, end: 0x1040_0000n, name: "data" }],
  },
};

/** Programs that end below this lie in a window as they are. */
const mostUnfolded = 1n << 30n;
/** The window into which other programs are folded. */
const foldedSize = 1n << 29n;
/** One past the last address that a window's short test lets through. */
const shortEnd = 1n << 31n;

/** A range of addresses in bytes. */
export interface Range {
  readonly start: bigint;
  /** One past the last byte. */
  readonly end: bigint;
}

/**
 * The window for a process that begins with these ranges in use: as they are, or folded where no
 * two meet; undefined where neither is possible.
 */
export function windowFor(ranges: readonly Range[]): WindowShape | undefined {
  const end = ranges.reduce((most, range) => (range.end > most ? range.end : most), 0n);
  const lowest = ranges.reduce((least, { start }) => (start < least ? start : least), end);
  if (end <= mostUnfolded && lowest >= 0x1000n) {
    return { mask: -1, last: shortEnd - 1n, start: Number(end) };
  }
  if (end > 1n << 32n || ranges.some((range) => range.end - range.start > foldedSize)) {
    return undefined;
  }
  const folded = ranges.map((range) => {
    const start = range.start & (foldedSize - 1n);
    return { start, end: start + range.end - range.start };
  });
  folded.sort((a, b) => (a.start < b.start ? -1 : 1));
  const meets = folded.some((range, index) => range.end > (folded[index + 1]?.start ?? foldedSize));
  if (meets) return undefined;
  const last = (end > shortEnd ? 1n << 32n : shortEnd) - 1n;
  return { mask: Number(foldedSize) - 1, last, start: Number(foldedSize) };
}
