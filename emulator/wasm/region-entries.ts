// biome-ignore-all format: rows of one kind read better by hand
/**
 * Where regions are entered. A region is a function of one table, at a place of its own that it
 * keeps when it is translated again; a place without a region has a function that comes back at
 * once. Calls whose target is known use its place. All others ask a table in linear memory,
 * direct-mapped by address, which the interpreter asks too at each jump: an entry whose address is
 * another's counts from the start; one without a region counts how often its address was jumped
 * to, until a region is due.
 */
import type { Code, ValueType } from "./code.ts";
import type { Value } from "./emitter.ts";
import type { Signature } from "./module.ts";

/** Entries in the table, a power of 2. */
export const entryCount = 65_536;
export const entrySize = 16;

/** Offsets in an entry, whose first 8 bytes are the address. */
export const entryFields = {
  /** The region's place in the table of functions; 0 where there is none. */
  region: 8,
  /** With a region: how many instructions it may run before it asks. Without: the count. */
  need: 12,
} as const;

/**
 * A region is called with the hart's linear address, how many instructions remain, how many bytes
 * of the host's stack it and what it calls may take, and the pc. It returns how many remain then,
 * and the pc, whose lowest bit is set when the evaluator must do the instruction there. Where too
 * little remains of either it comes back at once, with what it was given.
 */
export const regionParameters = { hart: 0, remaining: 1, stack: 2, target: 3, count: 4 } as const;

/** The signature of regions for words of a type. */
export const regionSignature = (word: ValueType): Signature => ({
  parameters: ["i32", "i32", "i32", word], results: ["i32", word],
});

/** The bytes of the host's stack that regions may take; V8 has 984 KiB, and less in a worker. */
export const hostStack = 240 << 10;

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