// biome-ignore-all format: rows of one kind read better by hand
/**
 * Where regions are entered: a table in linear memory, direct-mapped by address, that the
 * interpreter asks at each jump and that a region asks at each call. An entry whose address is
 * another's counts from the start; one without a region counts how often its address was jumped
 * to, until a region is due.
 */
import type { Code, ValueType } from "./code.ts";
import type { Value } from "./emitter.ts";

/** Entries in the table, a power of 2. */
export const entryCount = 65_536;
export const entrySize = 16;

/** Offsets in an entry, whose first 8 bytes are the address. */
export const entryFields = {
  /** The region's index in the table of functions; 0 where there is none. */
  region: 8,
  /** With a region: how many instructions it may run before it asks. Without: the count. */
  need: 12,
} as const;

/**
 * A region is called with the hart's linear address, how many instructions remain, and how many
 * regions have called each other; it returns what remains, with pc in the hart's state.
 */
export const regionSignature: {
  readonly parameters: readonly ValueType[]; readonly results: readonly ValueType[];
} = { parameters: ["i32", "i32", "i32"], results: ["i32"] };

/** Set in what a region returns when the evaluator must do the instruction at pc. */
export const leftFlag = 1 << 30;

/** Writes the address of the entry for a word; `base` writes the table's address. */
export function writeEntryAddress(code: Code, target: Value, base: () => void): void {
  target.emit();
  if (target.type === "i64") code.op("i32.wrap_i64");
  // Addresses are even: bit 1 becomes bit 4.
  code.i32(Math.log2(entrySize) - 1).op("i32.shl");
  code.i32((entryCount - 1) * entrySize).op("i32.and");
  base();
  code.op("i32.add");
}

/** The offset in the table of the entry for an address, as {@link writeEntryAddress} computes it. */
export function writtenEntryOffset(pc: bigint): number {
  return Number((pc >> 1n) & BigInt(entryCount - 1)) * entrySize;
}