/** What generated code must know of a hart's state in linear memory, as `hart.ts` lays it out. */
import { stateOffsets } from "../hart.ts";
import { type Access, bufferLayout } from "../translation.ts";
import { hasFusedMultiplyAdd } from "./fused-probe.ts";

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
}

/** The layout for harts with these register widths and this alignment of instructions. */
export function stateLayout(
  xlen: 32 | 64,
  flen: 0 | 32 | 64,
  instructionAlignment: 2 | 4,
): StateLayout {
  const { entries, entrySize, partSize } = bufferLayout;
  return {
    xlen,
    flen,
    fused: hasFusedMultiplyAdd(),
    instructionAlignment,
    state: stateOffsets,
    buffer: (access) => stateOffsets.buffer + access * partSize,
    entryShift: Math.log2(entrySize),
    entryMask: (entries - 1) * entrySize,
  };
}
