/**
 * The sections of symbols that a script defines. An assignment outside of an output section whose
 * value comes from the location counter belongs to the output section before it; behind a change
 * of the location counter to the next one; and behind the assignment to `end` always to the one
 * before. Symbols of output sections that were left out for want of content go to a neighbour that
 * is most like theirs. The values stay: only what the symbol table says of them is found here.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import type { Step } from "./assign.ts";
import { type LinkSymbol, OutputSection } from "./program.ts";
import type { Assertion, Assignment } from "./script.ts";

/** Symbols that assignments outside of output sections defined as places. */
export type PlacedSymbols = ReadonlyMap<Assignment | Assertion, LinkSymbol>;

/** Gives absolute symbols that are places, and symbols of sections that are not there, a section. */
export function giveSections(
  steps: readonly Step[],
  places: PlacedSymbols,
  symbols: Iterable<LinkSymbol>,
): void {
  const outputs = steps.filter((step) => step instanceof OutputSection);
  if (places.size > 0) placeAssigned(steps, outputs, places);
  for (const symbol of symbols) {
    const { section } = symbol;
    if (section !== undefined && "isDiscarded" in section && section.isDiscarded) continue;
    const output = section instanceof OutputSection ? section : section?.output;
    if (output?.isRemoved === true) moveTo(symbol, neighbour(output, outputs, symbol.address));
  }
}

function placeAssigned(
  steps: readonly Step[],
  outputs: readonly OutputSection[],
  places: PlacedSymbols,
): void {
  const kept = outputs.filter(({ isRemoved }) => !isRemoved);
  let current: OutputSection | undefined;
  let goesOn = false;
  let isBehindEnd = false;
  for (const [index, step] of steps.entries()) {
    if (step instanceof OutputSection) {
      const isLoaded = step.has(SHF.ALLOC) && step.fixedAddress === undefined;
      if (isLoaded && (!step.isRemoved || step.inputs.length > 0)) {
        current = step;
        goesOn = false;
      }
      isBehindEnd ||= step.items.some(
        (item) => "kind" in item && item.kind === "assign" && isEnd(item.statement.name),
      );
      continue;
    }
    if (step.kind === "assign" && step.name === ".") goesOn = true;
    if (step.kind === "assign" && isEnd(step.name)) isBehindEnd = true;
    const symbol = places.get(step);
    if (symbol === undefined || symbol.section !== undefined) continue;
    const next = steps.slice(index).find((one) => one instanceof OutputSection && !one.isRemoved) as
      | OutputSection
      | undefined;
    const goesToNext = current === undefined || (goesOn && !(isBehindEnd && next !== undefined));
    moveTo(symbol, goesToNext ? loadedUpTo(next, kept) : homeBefore(current, outputs, kept));
  }
}

/** `end`, with underscores before it or without. */
const isEnd = (name: string) => /^_*end$/.test(name);

/** Whether symbols may be told from a section: it is in memory, and not a thread's template. */
const isHome = (output: OutputSection) => output.has(SHF.ALLOC) && !output.has(SHF.TLS);

/** The section, or the nearest before it that symbols may be told from. */
function loadedUpTo(output: OutputSection | undefined, kept: readonly OutputSection[]) {
  const at = output === undefined ? kept.length - 1 : kept.indexOf(output);
  return kept.slice(0, at + 1).findLast(isHome);
}

function homeBefore(
  current: OutputSection | undefined,
  outputs: readonly OutputSection[],
  kept: readonly OutputSection[],
) {
  const upTo = current === undefined ? outputs : outputs.slice(0, outputs.indexOf(current) + 1);
  return upTo.findLast((output) => !output.isRemoved && isHome(output)) ?? kept.find(isHome);
}

/** Tells a symbol from the start of a section; without one it becomes absolute. */
function moveTo(symbol: LinkSymbol, output: OutputSection | undefined): void {
  const { address } = symbol;
  symbol.section = output;
  symbol.value = output === undefined ? address : address - output.address;
  symbol.exact = undefined;
}

/** The section beside one that is not there: the one that is more like it, by GNU ld's measure. */
function neighbour(
  output: OutputSection,
  outputs: readonly OutputSection[],
  address: number,
): OutputSection | undefined {
  const at = outputs.indexOf(output);
  const before = outputs.slice(0, Math.max(at, 0)).findLast(({ isRemoved }) => !isRemoved);
  const behind = outputs.slice(at + 1).find(({ isRemoved }) => !isRemoved);
  if (before === undefined || behind === undefined) return before ?? behind;
  const isFilled = (one: OutputSection) => one.has(SHF.ALLOC) && one.type !== SHT.NOBITS;
  // What has no inputs is not read-only for GNU ld.
  const has = (one: OutputSection, flag: bigint) =>
    one.has(flag) || (flag === SHF.WRITE && one.inputs.length === 0);
  const differs = (one: OutputSection, other: OutputSection, flag: bigint) =>
    has(one, flag) !== has(other, flag);
  const inMemory = (one: OutputSection, other: OutputSection) =>
    differs(one, other, SHF.ALLOC) || differs(one, other, SHF.TLS);
  if (inMemory(before, behind) || isFilled(before) !== isFilled(behind)) {
    const isUnlike = inMemory(behind, output) || (isFilled(before) && !isFilled(behind));
    return isUnlike ? before : behind;
  }
  for (const flag of [SHF.WRITE, SHF.EXECINSTR]) {
    if (differs(before, behind, flag)) return differs(behind, output, flag) ? before : behind;
  }
  return address < behind.address ? before : behind;
}
