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

/**
 * What a function (or an inlined copy) has in scope at a pc: the outermost first. What a copy leaves
 * out of its origin's parameters and variables is there too: it has no place.
 */
export function variablesAt(info: InfoReader, scope: Entry, pc: bigint): VariableEntry[] {
  const found: VariableEntry[] = [];
  const visit = (block: Entry, depth: number) => {
    const inner: Entry[] = [];
    for (const child of block.children()) {
      switch (child.tag) {
        case DW_TAG.formal_parameter:
        case DW_TAG.variable: {
          const described = describeVariable(info, child, depth);
          if (described !== undefined) found.push(described);
          break;
        }
        case DW_TAG.lexical_block:
        case DW_TAG.try_block:
        case DW_TAG.catch_block:
          if (contains(rangesOf(child), pc)) inner.push(child);
          break;
      }
    }
    for (const child of inner) visit(child, depth + 1);
  };
  visit(scope, 0);
  const offset = scope.reference(DW_AT.abstract_origin);
  const origin = offset === undefined ? undefined : info.entryAt(offset);
  if (origin === undefined) return found;
  const known = new Set(found.flatMap(({ chain }) => chain.map(({ offset: own }) => own)));
  for (const child of origin.children()) {
    const isWanted = child.tag === DW_TAG.formal_parameter || child.tag === DW_TAG.variable;
    if (!isWanted || known.has(child.offset)) continue;
    const described = describeVariable(info, child, 0);
    if (described !== undefined) found.push(described);
  }
  return found;
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
