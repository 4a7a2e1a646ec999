/**
 * Gives each input section to an output section, as the patterns of the script say: the first
 * statement that matches takes it. What no statement takes is an orphan (`orphans.ts`).
 */
import { SHF } from "../../elf/constants.ts";
import { PatternIndex, sectionsOf } from "./choose.ts";
import { type OrphanHandling, placeOrphans } from "./orphans.ts";
import {
  type InputSection,
  type LayoutItem,
  OutputSection,
  type Program,
  toAddress,
} from "./program.ts";
import type { Assertion, Assignment, OutputStatement, Script, Statement } from "./script.ts";

/** What layout walks: output sections, and what stands between them. */
export type Step = OutputSection | Assignment | Assertion;

/** The name of the output section for what is thrown away. */
export const discard = "/DISCARD/";

/**
 * The steps of a script, with all inputs in their places.
 * @param isApart whether a section keeps to itself: no statement takes it, and it is joined to none
 */
export function assignSections(
  program: Program,
  script: Script,
  handling: OrphanHandling = "place",
  isApart: (section: InputSection) => boolean = () => false,
): Step[] {
  const steps: Step[] = [];
  const byName = new Map<string, OutputSection[]>();
  const apart = placeApart(program);
  const index = new PatternIndex(program.sections, isApart);
  for (const statement of withInsertions(script)) {
    if (statement.kind !== "output") {
      steps.push(statement);
      continue;
    }
    const named = byName.get(statement.name) ?? [];
    // A second statement of the same name goes on with the section of the first.
    const known = statement.constraint === undefined ? named.find((one) => isOpen(one)) : undefined;
    const output = known ?? new OutputSection(statement.name, statement);
    if (known === undefined) {
      named.push(output);
      byName.set(statement.name, named);
      // What throws away is a step, too, since orphans go before it.
      if (statement.name === discard) output.isRemoved = true;
      steps.push(output);
    }
    fill(output, statement, index);
  }
  placeOrphans(program, steps, byName, handling, isApart);
  inheritLoadRegions(steps);
  return [...steps, ...apart];
}

/** A section of an input that has an address already is a section of its own there. */
function placeApart(program: Program): OutputSection[] {
  const placed: OutputSection[] = [];
  for (const section of program.sections) {
    if (section.origin.address === 0n || !section.has(SHF.ALLOC)) continue;
    const output = new OutputSection(section.name, undefined);
    output.fixedAddress = toAddress(section.origin.address, program.bits);
    take(output, section, true);
    placed.push(output);
  }
  return placed;
}

const isOpen = ({ statement }: OutputSection) => statement?.constraint === undefined;

/** The statements with those of INSERT in their places. */
function withInsertions({ statements, insertions }: Script): Statement[] {
  const list = [...statements];
  for (const { statements: inserted, where, name } of insertions) {
    const at = list.findIndex((one) => one.kind === "output" && one.name === name);
    const place = at < 0 ? list.length : where === "after" ? at + 1 : at;
    list.splice(place, 0, ...inserted);
  }
  return list;
}

function fill(output: OutputSection, statement: OutputStatement, index: PatternIndex): void {
  const isDiscard = statement.name === discard;
  const found = statement.body.map((part) =>
    part.kind === "input" ? sectionsOf(part, index) : undefined,
  );
  if (statement.constraint !== undefined) {
    const all = found.flatMap((list) => list ?? []);
    const isReadOnly = all.every((section) => !section.has(SHF.WRITE));
    if (isReadOnly !== (statement.constraint === "read-only")) {
      output.isRemoved = true;
      return;
    }
  }
  output.segments = statement.segments.length > 0 ? statement.segments : output.segments;
  for (const [position, part] of statement.body.entries()) {
    if (part.kind === "input") {
      for (const section of found[position] ?? []) {
        if (section.output !== undefined || section.isDiscarded) continue;
        if (isDiscard) section.isDiscarded = true;
        else take(output, section, part.isKept);
      }
    } else output.items.push(itemOf(part, output));
  }
}

function itemOf(
  part: Exclude<OutputStatement["body"][number], { kind: "input" }>,
  output: OutputSection,
): LayoutItem {
  if (part.kind === "assign") {
    if (part.name !== ".") output.hasSymbols = true;
    return { kind: "assign", statement: { ...part, symbol: undefined } };
  }
  if (part.kind === "data") output.hasContent = true;
  return part;
}

/** Puts a section of an input behind all that an output section has so far. */
export function take(output: OutputSection, section: InputSection, isKept: boolean): void {
  section.output = output;
  if (isKept) section.isKept = true;
  output.items.push(section);
  output.inputs.push(section);
}

/** What is in the same region as the section before is loaded in the same region, too. */
function inheritLoadRegions(steps: readonly Step[]): void {
  let before: OutputSection | undefined;
  for (const step of steps) {
    if (!(step instanceof OutputSection)) continue;
    const { loadAddress, address } = step.statement ?? {};
    const isFree = step.loadRegion === undefined && loadAddress === undefined;
    if (isFree && address === undefined && before !== undefined && before.region === step.region) {
      step.loadRegion = before.loadRegion;
    }
    before = step;
  }
}

/** Puts sections that belong to others (SHF_LINK_ORDER) in the order of these, behind the rest. */
export function orderLinked(outputs: readonly OutputSection[]): void {
  const isLinked = (item: LayoutItem) => "linked" in item && item.linked !== undefined;
  const concerned = outputs.filter(({ items }) => items.some(isLinked));
  if (concerned.length === 0) return;
  const rank = new Map<LayoutItem | undefined, number>();
  for (const { items } of outputs) for (const item of items) rank.set(item, rank.size);
  const place = (item: LayoutItem) => ("linked" in item ? (rank.get(item.linked) ?? -1) : -1);
  for (const output of concerned) {
    output.items.sort((a, b) => place(a) - place(b));
    output.inputs.sort((a, b) => place(a) - place(b));
  }
}
