/**
 * The variables that a function's entry holds: parameters first, then those of the blocks around a
 * pc. Inlined and optimised code has copies of entries whose names and types stand at their
 * abstract origins. DWARF 5, section 3.5, "Lexical Block Entries", and 4.1, "Data Object Entries".
 */
import { DW_AT, DW_TAG } from "./constants.ts";
import type { Entry } from "./entry.ts";
import type { InfoReader } from "./info-reader.ts";
import { contains, rangesOf } from "./ranges.ts";

/** A parameter or variable as debug information has it. */
export interface VariableEntry {
  readonly name: string;
  /** The entry with the location. */
  readonly entry: Entry;
  /** The entry, then its abstract origin or declaration: a type or constant is at the first with one. */
  readonly chain: readonly Entry[];
  readonly isParameter: boolean;
  /** How many blocks are around it within the function. */
  readonly depth: number;
}

/** An entry, then those it is an instance of. */
export function originsOf(info: InfoReader, entry: Entry): Entry[] {
  const chain = [entry];
  for (let last: Entry | undefined = entry; last !== undefined && chain.length < 16; ) {
    const offset: number | undefined =
      last.reference(DW_AT.abstract_origin) ?? last.reference(DW_AT.specification);
    last = offset === undefined ? undefined : info.entryAt(offset);
    if (last !== undefined) chain.push(last);
  }
  return chain;
}

/** The first string or reference that one of the entries has. */
export function firstOf<T>(
  chain: readonly Entry[],
  get: (entry: Entry) => T | undefined,
): T | undefined {
  for (const entry of chain) {
    const value = get(entry);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A variable's entry with its name, or undefined where it has none; `unnamed` is one for those. */
export function describeVariable(
  info: InfoReader,
  entry: Entry,
  depth: number,
  unnamed?: string,
): VariableEntry | undefined {
  const chain = originsOf(info, entry);
  const name = firstOf(chain, (origin) => origin.string(DW_AT.name)) ?? unnamed;
  if (name === undefined || name === "") return undefined;
  return { name, entry, chain, isParameter: entry.tag === DW_TAG.formal_parameter, depth };
}

/** Entries that are blocks of a function. */
const blockTags: ReadonlySet<number> = new Set([
  DW_TAG.lexical_block,
  DW_TAG.try_block,
  DW_TAG.catch_block,
]);

/**
 * What a function (or an inlined copy) has in scope at a pc: the outermost first. What a copy, or a
 * block of it, leaves out of its origin's is there, too: without a place, or where the origin says.
 */
export function variablesAt(info: InfoReader, scope: Entry, pc: bigint): VariableEntry[] {
  const found: VariableEntry[] = [];
  const blocks = [...blocksAround(scope, pc, 0, true)];
  const copied = new Set<number>();
  for (const { block } of blocks) {
    for (const child of block.children()) {
      for (const { offset } of originsOf(info, child)) copied.add(offset);
    }
  }
  const add = (entry: Entry, depth: number) => {
    if (entry.tag !== DW_TAG.formal_parameter && entry.tag !== DW_TAG.variable) return;
    const described = describeVariable(info, entry, depth);
    if (described !== undefined) found.push(described);
  };
  /** Takes the whole of an origin's block, since no copy says what of it is around the pc. */
  const inherit = (origin: Entry, depth: number) => {
    for (const child of origin.children()) {
      if (copied.has(child.offset)) continue;
      add(child, depth);
      if (blockTags.has(child.tag)) inherit(child, depth + 1);
    }
  };
  for (const { block, depth, isPlaced } of blocks) {
    const offset = isPlaced ? block.reference(DW_AT.abstract_origin) : undefined;
    const origin = offset === undefined ? undefined : info.entryAt(offset);
    // What is left of a block that is not here must not hide what is here.
    if (origin !== undefined) inherit(origin, depth);
    for (const child of block.children()) add(child, depth);
  }
  return found;
}

/** A block with those in it that are around a pc, the outermost first. */
function* blocksAround(
  block: Entry,
  pc: bigint,
  depth: number,
  isPlaced: boolean,
): Generator<{ block: Entry; depth: number; isPlaced: boolean }> {
  const placed: Entry[] = [];
  for (const child of block.children()) {
    if (!blockTags.has(child.tag)) continue;
    const hasPlace = [DW_AT.ranges, DW_AT.low_pc].some((name) => child.attribute(name));
    // A block of which no place is said is as if its contents were in the block around, or further
    // out, so that they hide nothing.
    if (!hasPlace) yield* blocksAround(child, pc, depth + 1, false);
    else if (contains(rangesOf(child), pc)) placed.push(child);
  }
  yield { block, depth, isPlaced };
  for (const child of placed) yield* blocksAround(child, pc, depth + 1, true);
}

/** The call site that a return address belongs to, in a function or in what is inlined there. */
export function callSiteAt(scope: Entry, returnAddress: bigint): Entry | undefined {
  for (const child of scope.children()) {
    switch (child.tag) {
      case DW_TAG.call_site:
      case DW_TAG.GNU_call_site: {
        const address = child.address(DW_AT.call_return_pc) ?? child.address(DW_AT.low_pc);
        if (address === returnAddress) return child;
        break;
      }
      case DW_TAG.lexical_block:
      case DW_TAG.try_block:
      case DW_TAG.catch_block:
      case DW_TAG.inlined_subroutine: {
        const found = callSiteAt(child, returnAddress);
        if (found !== undefined) return found;
        break;
      }
    }
  }
  return undefined;
}
