/** What generated code must know of a hart's state in linear memory, as `hart.ts` lays it out. */
import { stateOffsets } from "../hart.ts";
import type { PhysicalMemory, Window } from "../memory.ts";
import { type Access, bufferLayout } from "../translation.ts";
import { hasFusedMultiplyAdd } from "./fused-probe.ts";

/** Where in linear memory guest pages have their places, and the table of their rights. */
export type WindowLayout = Window;

/** Offsets in bytes from the start of the hart's state. */
export interface StateLayout {
  readonly xlen: 32 | 64;
  readonly flen: 0 | 32 | 64;
  /** Whether the host has a multiply-add that rounds once. */
  readonly fused: boolean;
  /** What pc is a multiple of. */
  readonly instructionAlignment: 2 | 4;
  readonly state: typeof stateOffsets;
  /** The start of the translation buffer's part for a kind of access. */
  buffer(access: Access): number;
  /** An entry's offset in its part is (address >>> (12 − entryShift)) & entryMask. */
  readonly entryShift: number;
  readonly entryMask: number;
  /** Where in an entry the distance from virtual to linear addresses is. */
  readonly entryDistance: number;
  /** Set where loads and stores go to a window and not through the buffer. */
  readonly window: WindowLayout | undefined;
}

/** What of a memory generated code must know. */
export type MemoryLayout = Pick<PhysicalMemory, "window">;

/** The layout for harts with these register widths and this alignment of instructions. */
export function stateLayout(
  xlen: 32 | 64,
  flen: 0 | 32 | 64,
  instructionAlignment: 2 | 4,
  { window }: MemoryLayout = { window: undefined },
  fused = hasFusedMultiplyAdd(),
): StateLayout {
  const { entries, entrySize, partSize, entryDistance } = bufferLayout;
  return {
    xlen,
    flen,
    fused,
    instructionAlignment,
    state: stateOffsets,
    buffer: (access) => stateOffsets.buffer + access * partSize,
    entryShift: Math.log2(entrySize),
    entryMask: (entries - 1) * entrySize,
    entryDistance,
    window,
  };
}
