/**
 * Orphans: sections of inputs that no statement of the script takes. Each goes behind the output
 * section that is most like it, by GNU ld's rules (manual, section "Orphan Sections"); the next of
 * its kind goes behind it. Or they are refused or thrown away, as `--orphan-handling` says.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import { discard, type Step, take } from "./assign.ts";
import { linkError } from "./load.ts";
import { type InputSection, OutputSection, type Program } from "./program.ts";

/** What is done with orphans: `place` is the default; `warn` places them and says so. */
export const orphanHandlings = ["place", "discard", "warn", "error"] as const;
export type OrphanHandling = (typeof orphanHandlings)[number];

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
export const isDebug =
  /^\.(?:z?debug|stab|gnu\.debuglto_\.debug_|gnu\.linkonce\.wi\.)|^\.(?:line|gdb_index)$/;

function kindOf(section: InputSection): keyof typeof homes {
  if (!section.has(SHF.ALLOC)) return isDebug.test(section.name) ? "debug" : "comment";
  if (section.type === SHT.NOTE) return "note";
  if (section.type === SHT.NOBITS && !section.has(SHF.TLS)) return "bss";
  if (section.has(SHF.TLS)) return "tdata";
  if (section.has(SHF.WRITE)) return "data";
  if (section.type === SHT.RELA) return "relocations";
  return section.has(SHF.EXECINSTR) ? "text" : "rodata";
}

/** Gives every section that has none an output section. */
export function placeOrphans(
  program: Program,
  steps: Step[],
  byName: ReadonlyMap<string, readonly OutputSection[]>,
  handling: OrphanHandling,
  isApart: (section: InputSection) => boolean,
): void {
  /** The last orphan of each kind, behind which the next one goes. */
  const last = new Map<string, OutputSection>();
  const made = new Map<string, OutputSection[]>();
  for (const section of program.sections) {
    if (section.output !== undefined || section.isDiscarded) continue;
    // Texts for warnings, of which no program has any use.
    if (section.name.startsWith(".gnu.warning.")) {
      section.isDiscarded = true;
      continue;
    }
    if (handling !== "place" && section.file !== undefined) report(program, section, handling);
    if (handling === "discard") {
      section.isDiscarded = true;
      continue;
    }
    const name = outputNameOf(section);
    const known = [...(made.get(name) ?? []), ...(byName.get(name) ?? [])];
    const existing = isApart(section) ? undefined : known.find((one) => fits(one, section));
    if (existing !== undefined) {
      take(existing, section, false);
      continue;
    }
    const output = new OutputSection(name, undefined);
    if (!isApart(section)) made.set(name, [...(made.get(name) ?? []), output]);
    const kind = kindOf(section);
    const before = last.get(kind);
    const home = before ?? homeOf(kind, section, steps);
    take(output, section, false);
    const among = kind === "note" ? positionAmongNotes(section, steps) : undefined;
    const isLast = kind === "debug" && home === undefined;
    const behind =
      before !== undefined
        ? steps.indexOf(before) + 1
        : isLast
          ? steps.length
          : positionBehind(home, steps);
    const at = among ?? behind;
    output.region = home?.region;
    steps.splice(at, 0, output);
    last.set(kind, output);
  }
}

/** Common symbols are zeros like others, and relocations for the start of a program stand together. */
function outputNameOf({ name, type, flags }: InputSection): string {
  if (name === "COMMON") return ".bss";
  const isLoaded = (flags & Number(SHF.ALLOC)) !== 0;
  return type === SHT.RELA && isLoaded ? ".rela.dyn" : name;
}

function report(
  { diagnostics }: Program,
  section: InputSection,
  handling: "discard" | "warn" | "error",
): void {
  if (handling === "discard") return;
  const name = section.file?.name ?? "";
  const code = handling === "warn" ? "orphan" : "orphan-refused";
  diagnostics.push(linkError(code, name, { section: section.name }));
}

/** Whether an orphan may join a section of its name: not when only one of them is loaded. */
function fits(output: OutputSection, section: InputSection): boolean {
  if (output.isRemoved) return false;
  const [first] = output.inputs;
  if (first === undefined) return true;
  const isLoaded = section.has(SHF.ALLOC);
  return first.has(SHF.ALLOC) === isLoaded && (!isLoaded || isZero(output) === isZeros(section));
}

const isZeros = ({ type }: InputSection) => type === SHT.NOBITS;

const isZero = ({ statement, inputs }: OutputSection) =>
  statement?.type === "NOLOAD" || inputs.every(isZeros);

/** What an output section holds so far. */
function traitsOf(output: OutputSection) {
  const some = (flag: bigint) => output.inputs.some((section) => section.has(flag));
  return {
    output,
    isLoaded: some(SHF.ALLOC),
    isWritable: some(SHF.WRITE),
    isCode: some(SHF.EXECINSTR),
    isThread: some(SHF.TLS),
    isZero: isZero(output),
    type: output.inputs.find((section) => !isZeros(section))?.type ?? SHT.NOBITS,
  };
}

type Traits = ReturnType<typeof traitsOf>;

/** The output section that orphans of a kind go behind. */
function homeOf(
  kind: keyof typeof homes,
  section: InputSection,
  steps: readonly Step[],
): OutputSection | undefined {
  const outputs = steps.filter(
    (step) => step instanceof OutputSection && step.name !== discard,
  ) as OutputSection[];
  if (kind === "debug") return outputs.at(-1);
  const named = outputs.find(({ name }) => name === homes[kind]);
  if (named !== undefined) return named;
  const used = outputs.filter(({ inputs }) => inputs.length > 0).map(traitsOf);
  if (kind === "comment") {
    const plain = steps.filter((step) => step instanceof OutputSection && !isDebug.test(step.name));
    const like = used.findLast(({ isLoaded, type, output }) => {
      return !isLoaded && type === section.type && !isDebug.test(output.name);
    });
    return like?.output ?? (plain.at(-1) as OutputSection | undefined);
  }
  const ofType = used.filter(({ type }) => type === section.type);
  const find = (among: readonly Traits[]) => alike(section, among) ?? similar(kind, among);
  return (find(ofType) ?? find(used))?.output;
}

/** The last section of the same rights and content. */
const alike = (section: InputSection, among: readonly Traits[]) =>
  among.findLast(
    (one) =>
      one.isLoaded &&
      one.isZero === isZeros(section) &&
      one.isWritable === section.has(SHF.WRITE) &&
      one.isCode === section.has(SHF.EXECINSTR) &&
      one.isThread === section.has(SHF.TLS),
  );

/** The last section of rights that are near enough for a kind. */
function similar(kind: keyof typeof homes, among: readonly Traits[]): Traits | undefined {
  const loaded = among.filter((one) => one.isLoaded);
  switch (kind) {
    case "text":
      return loaded.findLast((one) => one.isCode && !one.isZero && !one.isThread);
    case "note":
    case "relocations":
    case "rodata":
      return loaded.findLast((one) => !one.isWritable && !one.isZero);
    case "tdata":
      return loaded.findLast((one) => one.isThread) ?? loaded.findLast((one) => !one.isZero);
    case "data":
      return loaded.findLast((one) => !one.isZero && !one.isThread);
    default:
      return loaded.at(-1);
  }
}

/**
 * Notes stand together by falling alignment, so that those of one alignment make one segment.
 * Undefined where there is no other note.
 */
function positionAmongNotes(section: InputSection, steps: readonly Step[]): number | undefined {
  const used = steps.filter(
    (step) => step instanceof OutputSection && step.inputs.length > 0,
  ) as OutputSection[];
  const isNote = ({ inputs }: OutputSection) =>
    inputs.some((one) => one.type === SHT.NOTE && one.has(SHF.ALLOC));
  const first = used.findIndex(isNote);
  if (first < 0) return undefined;
  const end = used.findIndex((one, index) => index > first && !isNote(one));
  const notes = used.slice(first, end < 0 ? undefined : end);
  const alignmentOf = ({ inputs }: OutputSection) =>
    inputs.reduce((most, one) => Math.max(most, one.alignment), 1);
  const last = notes.findLast((one) => alignmentOf(one) >= section.alignment);
  return last === undefined ? steps.indexOf(notes[0] as OutputSection) : steps.indexOf(last) + 1;
}

/**
 * Behind an output section and the assignments that belong to it: before the next output section,
 * or before a change of the location counter in between.
 */
function positionBehind(home: OutputSection | undefined, steps: readonly Step[]): number {
  let dot: number | undefined;
  // What is like nothing comes first, behind the place where all begins.
  let isFirst = home === undefined;
  for (let at = home === undefined ? 0 : steps.indexOf(home) + 1; at < steps.length; at++) {
    const step = steps[at];
    if (step instanceof OutputSection) {
      const first = step.inputs[0];
      const isBeforeLoaded = first === undefined || first.has(SHF.ALLOC);
      return dot !== undefined && isBeforeLoaded ? dot : at;
    }
    if (step?.kind === "assign" && step.name === ".") {
      if (!isFirst) dot ??= at;
      isFirst = false;
    }
  }
  return steps.length;
}
