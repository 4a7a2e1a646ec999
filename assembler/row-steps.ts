/**
 * A step of the line table from one row to the next, whose distance only the layout knows and the
 * linker may shorten: 16 bits with relocations, or the address anew. DWARF 5, section 6.2.5.2.
 */
import { DW_LNE, DW_LNS } from "../elf/dwarf/constants.ts";
import { encodeLeb128 } from "./leb128.ts";
import type { Tail } from "./sections.ts";

/** A step is not by 16 bits over longer distances, in bytes: the linker might not get them in. */
export const longestStep = 50_000;

/** The bytes of a step over `gap` bytes of code, with zeros at `at` for what relocations say. */
export function rowStep(
  { change, word }: Tail & { kind: "row" },
  gap: number,
): { bytes: number[]; at: number; isAddress: boolean } {
  const isAddress = gap > longestStep;
  const head =
    change === undefined ? [] : [DW_LNS.advance_line, ...encodeLeb128(BigInt(change), true)];
  const step = isAddress
    ? [0, word + 1, DW_LNE.set_address, ...new Uint8Array(word)]
    : [DW_LNS.fixed_advance_pc, 0, 0];
  const end = change === undefined ? [0, 1, DW_LNE.end_sequence] : [DW_LNS.copy];
  return { bytes: [...head, ...step, ...end], at: head.length + (isAddress ? 3 : 1), isAddress };
}
