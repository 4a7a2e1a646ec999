/**
 * Gives each input section to an output section, as the patterns of the script say: the first
 * statement that matches takes it. What no statement takes (orphans) goes behind the output section
 * that is most like it, by GNU ld's rules (manual, section "Orphan Sections").
 */
import { SHF, SHT } from "../../elf/constants.ts";
import { PatternIndex, sectionsOf } from "./choose.ts";
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
const discard = "/DISCARD/";

/** The steps of a script, with all inputs in their places. */
export function assignSections(program: Program, script: Script): Step[] {
  const steps: Step[] = [];
  const byName = new Map<string, OutputSection[]>();
  const apart = placeApart(program);
  const index = new PatternIndex(program);
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
  placeOrphans(program, steps, byName);
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

function take(output: OutputSection, section: InputSection, isKept: boolean): void {
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

/** Kinds of orphans, in the words of GNU ld's table, with the section that each goes behind. */
const homes = {
  note: ".interp",
  text: ".text",
  rodata: ".rodata",
  tdata: ".tdata",
  data: ".data",
  bss: ".bss",
  relocations: undefined,
  comment: ".comment",
  debug: undefined,
} as const;

/** Names of debug information. */
const isDebug =
  /^\.(?:z?debug|stab|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.)|^\.(?:line|gdb_index)$/;

function kindOf(section: InputSection): keyof typeof homes {
  if (!section.has(SHF.ALLOC)) return isDebug.test(section.name) ? "debug" : "comment";
  if (section.type === SHT.NOTE) return "note";
  if (section.has(SHF.TLS)) return "tdata";
  if (section.type === SHT.NOBITS) return "bss";
  if (section.has(SHF.WRITE)) return "data";
  if (section.type === SHT.RELA) return "relocations";
  return section.has(SHF.EXECINSTR) ? "text" : "rodata";
}

function placeOrphans(
  program: Program,
  steps: Step[],
  byName: ReadonlyMap<string, readonly OutputSection[]>,
): void {
  /** The last orphan of each kind, behind which the next one goes. */
  const last = new Map<string, OutputSection>();
  const made = new Map<string, OutputSection>();
  for (const section of program.sections) {
    if (section.output !== undefined || section.isDiscarded) continue;
    // Texts for warnings, of which no program has any use.
    if (section.name.startsWith(".gnu.warning.")) {
      section.isDiscarded = true;
      continue;
    }
    const existing =
      made.get(section.name) ?? byName.get(section.name)?.find((one) => fits(one, section));
    if (existing !== undefined) {
      take(existing, section, false);
      continue;
    }
    const output = new OutputSection(section.name, undefined);
    made.set(section.name, output);
    take(output, section, false);
    const kind = kindOf(section);
    const before = last.get(kind);
    const home = before ?? homeOf(kind, steps);
    const at = before === undefined ? positionBehind(home, steps) : steps.indexOf(before) + 1;
    output.region = home?.region;
    steps.splice(at, 0, output);
    last.set(kind, output);
  }
}

/** Whether an orphan may join a section of its name: not when only one of them is loaded. */
function fits(output: OutputSection, section: InputSection): boolean {
  if (output.isRemoved) return false;
  const first = output.inputs[0];
  return first === undefined || first.has(SHF.ALLOC) === section.has(SHF.ALLOC);
}

/** The output section that orphans of a kind go behind. */
function homeOf(kind: keyof typeof homes, steps: readonly Step[]): OutputSection | undefined {
  const outputs = steps.filter(
    (step) => step instanceof OutputSection && step.name !== discard,
  ) as OutputSection[];
  if (kind === "debug") return outputs.at(-1);
  const named = outputs.find(({ name }) => name === homes[kind]);
  if (named !== undefined) return named;
  if (kind === "comment") {
    const isLoaded = ({ inputs }: OutputSection) => inputs.some((one) => one.has(SHF.ALLOC));
    return (
      outputs.findLast((output) => output.inputs.length > 0 && !isLoaded(output)) ?? outputs.at(-1)
    );
  }
  const isLike = (output: OutputSection): boolean => {
    const flags = (flag: bigint) => output.inputs.some((section) => section.has(flag));
    const isLoaded = flags(SHF.ALLOC);
    const isWritable = flags(SHF.WRITE);
    const isZero =
      output.statement?.type === "NOLOAD" || output.inputs.every(({ type }) => type === SHT.NOBITS);
    if (!isLoaded) return false;
    switch (kind) {
      case "text":
        return flags(SHF.EXECINSTR);
      case "note":
      case "relocations":
      case "rodata":
        return !isWritable && !isZero;
      case "tdata":
      case "data":
        return isWritable && !isZero;
      default:
        return true;
    }
  };
  return (
    outputs.findLast(isLike) ??
    outputs.findLast((output) => output.inputs.some((section) => section.has(SHF.ALLOC)))
  );
}

/**
 * Behind an output section and the assignments that belong to it: before the next output section,
 * or before a change of the location counter in between.
 */
function positionBehind(home: OutputSection | undefined, steps: readonly Step[]): number {
  if (home === undefined) return steps.length;
  let dot: number | undefined;
  for (let at = steps.indexOf(home) + 1; at < steps.length; at++) {
    const step = steps[at];
    if (step instanceof OutputSection) {
      const first = step.inputs[0];
      const isBeforeLoaded = first === undefined || first.has(SHF.ALLOC);
      return dot !== undefined && isBeforeLoaded ? dot : at;
    }
    if (step?.kind === "assign" && step.name === ".") dot ??= at;
  }
  return steps.length;
}
