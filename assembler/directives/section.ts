/** Directives that choose the section. */
import { SHF, SHT } from "../../elf/constants.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import type { SectionBuilder } from "../sections.ts";

const flagLetters: Readonly<Record<string, bigint>> = {
  a: SHF.ALLOC,
  w: SHF.WRITE,
  x: SHF.EXECINSTR,
  M: SHF.MERGE,
  S: SHF.STRINGS,
  G: SHF.GROUP,
  T: SHF.TLS,
  o: SHF.LINK_ORDER,
  e: SHF.EXCLUDE,
  R: SHF.GNU_RETAIN,
};

const typeNames: Readonly<Record<string, number>> = {
  progbits: SHT.PROGBITS,
  nobits: SHT.NOBITS,
  note: SHT.NOTE,
  init_array: SHT.INIT_ARRAY,
  fini_array: SHT.FINI_ARRAY,
  preinit_array: SHT.PREINIT_ARRAY,
};

/** Goes to a subsection, by number, of one of the sections with a directive of their own. */
function plain(name: string, hasParts = true): Directive {
  return {
    name,
    operands: hasParts ? "subsection" : "",
    summary: `Goes to the section ${name}.`,
    run(assembler, args) {
      const isWhole = args.isAtEnd || !hasParts;
      const number = isWhole ? 0 : (args.integer("The subsection", 0, 0x7fffffff) ?? 0);
      // GNU as does not note where it was before .bss.
      const { previous } = assembler;
      assembler.enter(assembler.section(name).subsection(number));
      if (name === ".bss") assembler.previous = previous;
    },
  };
}

/** The characters of a section name: everything up to a comma, or a string. */
function sectionName(assembler: Assembler, args: Arguments): string | undefined {
  const first = args.peek();
  if (first === undefined) {
    args.symbolName();
    return undefined;
  }
  if (first.kind === "string") return args.string();
  let end = first.start;
  while (
    !args.isAtEnd &&
    args.peek()?.text !== "," &&
    args.peek()?.spaced === (args.peek() === first && first.spaced)
  ) {
    end = (args.peek() as typeof first).end;
    args.at++;
  }
  return assembler.source.text.slice(first.start, end);
}

/** Reads `name, "flags", @type, entry size, group, comdat` and finds or makes the section. */
function readSection(assembler: Assembler, args: Arguments): SectionBuilder | undefined {
  const name = sectionName(assembler, args);
  if (name === undefined || name === "") return undefined;
  if (!args.take(",")) return assembler.section(name);
  if (args.peek()?.kind !== "string") {
    // `.pushsection name, 1` names a subsection.
    args.at--;
    return assembler.section(name);
  }
  const flagsToken = args.peek();
  const letters = args.string() ?? "";
  let flags = 0n;
  const digits = /(0x[0-9a-fA-F]+|[0-9]+)$/.exec(letters)?.[0] ?? "";
  if (digits !== "") flags |= BigInt(digits);
  let isInGroup = false;
  for (const letter of letters.slice(0, letters.length - digits.length)) {
    if (letter === "?") isInGroup = true;
    const flag = flagLetters[letter];
    if (flag !== undefined) flags |= flag;
    else if (letter !== "?" && flagsToken !== undefined) {
      assembler.report("bad-section-flag", flagsToken.start, flagsToken.end, { flag: letter });
    }
  }
  let type: number | undefined;
  let entrySize = 0n;
  let group: string | undefined;
  let linkedTo: string | undefined;
  const next = args.tokens[args.at + 1];
  if (next?.kind === "string" || next?.text === "@" || next?.text === "%") {
    if (args.comma()) type = readType(assembler, args);
  }
  if ((flags & SHF.MERGE) !== 0n) {
    if (args.take(",")) entrySize = args.isAtEnd ? 0n : (args.constant("The entry size") ?? 0n);
    else {
      assembler.report("no-entry-size", args.name.start, args.name.end);
      flags &= ~SHF.MERGE;
    }
  }
  if ((flags & SHF.LINK_ORDER) !== 0n && args.comma()) linkedTo = args.symbolName()?.text;
  if ((flags & SHF.GROUP) !== 0n && !args.take(",")) {
    assembler.report("no-group-name", args.name.start, args.name.end);
    flags &= ~SHF.GROUP;
  } else if ((flags & SHF.GROUP) !== 0n) {
    group = args.symbolName()?.text;
    const word = args.tokens[args.at + 1]?.text;
    if (args.isAtEnd || word === "comdat" || word === undefined) args.at += 2;
  }
  if (isInGroup) group ??= assembler.subsection.section.group;
  if (isInGroup && group !== undefined) flags |= SHF.GROUP;
  const isNew = !assembler.hasSection(name, group);
  const section = assembler.section(name, group);
  if (isNew) {
    section.flags |= flags;
    section.entrySize = entrySize;
    section.linkedTo = linkedTo;
    if (type !== undefined) section.type = type;
  }
  return section;
}

function readType(assembler: Assembler, args: Arguments): number | undefined {
  if (!args.take("@") && !args.take("%")) {
    if (args.peek()?.kind !== "string") return undefined;
  }
  const token = args.peek();
  if (token?.kind === "integer") {
    args.at++;
    return Number(token.value);
  }
  const name = token?.kind === "name" || token?.kind === "string" ? args.symbolName() : undefined;
  const type = typeNames[name?.text ?? ""];
  if (type === undefined) {
    const { start, end } = name ?? args.name;
    assembler.report("bad-section-type", start, end, { type: name?.text ?? "" });
  }
  return type;
}

function section(assembler: Assembler, args: Arguments): void {
  const found = readSection(assembler, args);
  if (found !== undefined) assembler.enter(found.subsection(0));
}

function pushSection(assembler: Assembler, args: Arguments): void {
  const { subsection, previous } = assembler;
  const found = readSection(assembler, args);
  if (found === undefined) return;
  const number = args.take(",") ? (args.integer("The subsection", 0, 8192) ?? 0) : 0;
  assembler.sectionStack.push({ current: subsection, previous });
  assembler.enter(found.subsection(number));
}

function popSection(assembler: Assembler, args: Arguments): void {
  const top = assembler.sectionStack.pop();
  if (top === undefined) {
    assembler.report("empty-section-stack", args.name.start, args.name.end);
    return;
  }
  assembler.subsection = top.current;
  assembler.previous = top.previous;
}

function previousSection(assembler: Assembler, args: Arguments): void {
  const { previous } = assembler;
  if (previous === undefined) {
    assembler.report("no-previous-section", args.name.start, args.name.end);
    return;
  }
  assembler.enter(previous);
}

function subsection(assembler: Assembler, args: Arguments): void {
  const number = args.integer("The subsection", 0, 8192) ?? 0;
  assembler.enter(assembler.subsection.section.subsection(number));
}

export const sectionDirectives: readonly Directive[] = [
  plain(".text"),
  plain(".data"),
  plain(".bss", false),
  {
    name: ".section",
    operands: 'name, "flags", @type, entry size, group',
    summary: "Goes to a section, which is made when it is new.",
    run: section,
  },
  {
    name: ".pushsection",
    operands: 'name, subsection, "flags", @type',
    summary: "Goes to a section until .popsection.",
    run: pushSection,
  },
  {
    name: ".popsection",
    operands: "",
    summary: "Goes back to where .pushsection left.",
    run: popSection,
  },
  {
    name: ".previous",
    operands: "",
    summary: "Goes back to the section before this one.",
    run: previousSection,
  },
  {
    name: ".subsection",
    operands: "number",
    summary: "Goes to a numbered part of the section.",
    run: subsection,
  },
];
