/**
 * Where things are in a process's memory, by environment: the Linux layout keeps all addresses
 * below 2 GiB, so RV32 and RV64 programs see the same; the teaching environments have the maps of
 * the simulators that they come from. Addresses in bytes.
 */
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
/** A page at the top of the Linux layout with the code that handlers and main return to. */
export const returnPage = 0x7fff_f000n;

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
