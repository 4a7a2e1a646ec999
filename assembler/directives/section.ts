/** Directives that choose the section. */
import { SHF, SHT } from "../../elf/constants.ts";
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import type { Directive } from "../directives.ts";
import { integerOf, type Token } from "../lexer.ts";
import { type SectionBuilder, type Subsection, sectionDefaults } from "../sections.ts";
import type { Mention } from "../symbols.ts";

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

/** What `.section` says of a section. */
interface Wanted {
  flags: bigint;
  /** Undefined where it is not said. */
  type: number | undefined;
  entrySize: bigint;
  group: string | undefined;
  isComdat: boolean;
  linkedTo: string | undefined;
  /** Tells sections apart that share name and group. */
  unique: string | undefined;
}

const nothing: Wanted = {
  ...{ flags: 0n, type: undefined, entrySize: 0n, group: undefined, isComdat: false },
  ...{ linkedTo: undefined, unique: undefined },
};

/**
 * Reads `name, "flags", @type, entry size, group, comdat, unique, number` and finds or makes the
 * section; with `hasNumber`, a subsection may stand behind the name.
 */
function readSection(
  assembler: Assembler,
  args: Arguments,
  hasNumber = false,
): Subsection | undefined {
  const at = args.at;
  const name = sectionName(assembler, args);
  const mention = args.mention(at);
  if (name === undefined || name === "") return undefined;
  let wanted = nothing;
  let number = 0;
  let hasMore = args.take(",");
  if (hasNumber && hasMore && args.peek()?.kind === "integer") {
    number = args.integer("The subsection", 0, 8192) ?? 0;
    hasMore = args.take(",");
  }
  if (hasMore && args.peek()?.text === "#") wanted = { ...nothing };
  else if (hasMore) wanted = readWanted(assembler, args);
  const { group, linkedTo, unique } = wanted;
  const marks = [linkedTo, unique, (wanted.flags & SHF.GNU_RETAIN) === 0n ? undefined : "retained"];
  const mark = marks.every((one) => one === undefined) ? undefined : marks.join("\0");
  const isNew = !assembler.hasSection(name, group, mark);
  const section = assembler.section(name, group, mark);
  if (isNew) settle(assembler, section, wanted, mention);
  else compare(assembler, section, wanted, mention);
  return section.subsection(number);
}

/** The flags that letters and numbers stand for. */
function readFlags(assembler: Assembler, letters: string, token: Token) {
  let flags = 0n;
  let isInGroup = false;
  for (const [part] of letters.matchAll(/0x[0-9a-f]+|[0-9]+|./gi)) {
    const flag = /^[0-9]/.test(part) ? integerOf(part) : flagLetters[part];
    if (flag !== undefined) flags |= flag;
    else if (part === "?") isInGroup = true;
    else assembler.report("bad-section-flag", token.start, token.end, { flag: part });
  }
  return { flags, isInGroup };
}

function readWanted(assembler: Assembler, args: Arguments): Wanted {
  const token = args.peek();
  const letters = args.string();
  if (letters === undefined || token === undefined) {
    args.rest();
    return nothing;
  }
  const wanted: Wanted = { ...nothing };
  const { flags, isInGroup } = readFlags(assembler, letters, token);
  wanted.flags = flags;
  const warn = (code: string, flag: bigint) => {
    assembler.report(code, args.name.start, args.name.end);
    wanted.flags &= ~flag;
  };
  const next = args.tokens[args.at + 1];
  if (next?.kind === "string" || next?.text === "@" || next?.text === "%") {
    if (args.comma()) wanted.type = readType(assembler, args);
  }
  if ((flags & SHF.MERGE) !== 0n) {
    if (!args.take(",")) warn("no-entry-size", SHF.MERGE);
    else if (!args.assumesZero()) wanted.entrySize = args.constant("The entry size") ?? 0n;
    if (wanted.entrySize < 0n) {
      wanted.entrySize = 0n;
      warn("no-entry-size", SHF.MERGE);
    }
  }
  if ((flags & SHF.LINK_ORDER) !== 0n && args.take(",")) {
    wanted.linkedTo = args.peek()?.kind === "integer" ? args.rest() : args.symbolName()?.text;
  }
  if ((flags & SHF.GROUP) !== 0n && !args.take(",")) warn("no-group-name", SHF.GROUP);
  else if ((flags & SHF.GROUP) !== 0n) {
    if (isInGroup) assembler.report("group-flag-twice", token.start, token.end);
    wanted.group = sectionName(assembler, args);
    if (wanted.group === undefined) wanted.flags &= ~SHF.GROUP;
    else if (args.tokens[args.at + 1]?.text === "comdat") {
      args.at += 2;
      wanted.isComdat = true;
    }
  } else if (isInGroup) {
    wanted.group = assembler.subsection.section.group;
    if (wanted.group !== undefined) wanted.flags |= SHF.GROUP;
  }
  if (args.tokens[args.at + 1]?.text === "unique" && args.take(",")) {
    args.at++;
    if (args.separator()) wanted.unique = String(args.constant("The number of the section"));
  }
  return wanted;
}

/** Gives a new section its type and flags: those of its name, and those that are said. */
function settle(
  assembler: Assembler,
  section: SectionBuilder,
  { flags, type, entrySize, linkedTo, group, isComdat }: Wanted,
  mention: Mention,
): void {
  const { name } = section;
  const usual = sectionDefaults(name);
  section.entrySize = entrySize;
  section.linkedTo = linkedTo;
  section.isComdat = isComdat;
  const isFixed = /^\.((pre)?init|fini)_array(\.|$)/.test(name);
  if (usual.isKnown && type !== undefined && type !== usual.type) {
    if (isFixed) {
      assembler.reportAt("section-type-ignored", mention, { name });
      type = usual.type;
    } else if (usual.type !== SHT.NOTE && type < SHT.LOPROC) {
      assembler.reportAt("section-type-odd", mention, { name });
    }
  }
  if (type !== undefined) section.type = type;
  // What is loaded may well be merged and ordered.
  const free = (flags & SHF.ALLOC) === 0n ? 0n : SHF.MERGE | SHF.STRINGS | SHF.LINK_ORDER;
  const isOdd = usual.isKnown && (flags & ~reserved & ~free & ~usual.flags) !== 0n;
  const plain = flags & ~SHF.GNU_RETAIN;
  const isNote = usual.type === SHT.NOTE && (plain === SHF.ALLOC || plain === SHF.EXECINSTR);
  const isStack = name === ".note.GNU-stack" && flags === SHF.EXECINSTR;
  if (isOdd && !isNote && !isStack) {
    // What is said takes the place of what is usual.
    if (group === undefined) assembler.reportAt("section-flags-odd", mention, { name });
    section.flags = flags;
  } else section.flags = flags | usual.flags;
}

/** Flags that are the system's or the processor's own. */
const reserved = 0xfff00000n;

/** Flags that a section has once for all. */
const lasting =
  SHF.WRITE | SHF.ALLOC | SHF.EXECINSTR | SHF.MERGE | SHF.STRINGS | SHF.TLS | SHF.EXCLUDE;

/** Reports what is said otherwise of a section than where it was made. */
function compare(
  assembler: Assembler,
  section: SectionBuilder,
  { flags, type, entrySize, isComdat }: Wanted,
  mention: Mention,
): void {
  const { name } = section;
  const usual = sectionDefaults(name);
  const report = (what: string, isIgnored = usual.isKnown) =>
    assembler.reportAt(isIgnored ? "section-change-ignored" : "section-changed", mention, {
      name,
      what,
    });
  if (type !== undefined && type !== section.type) report("type");
  if (flags === 0n) return;
  const kind = type ?? (usual.isKnown ? usual.type : SHT.PROGBITS);
  const isOther = ((flags ^ section.flags) & lasting) !== 0n || isComdat !== section.isComdat;
  const isLoaded = (kind === SHT.NOBITS) === section.isZeros || (flags & SHF.ALLOC) === 0n;
  if (isOther || !isLoaded) report("flags");
  if ((flags & SHF.MERGE) !== 0n && entrySize !== section.entrySize) report("entry size", false);
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
  if (found !== undefined) assembler.enter(found);
}

function pushSection(assembler: Assembler, args: Arguments): void {
  const { subsection, previous } = assembler;
  const found = readSection(assembler, args, true);
  if (found === undefined) return;
  assembler.sectionStack.push({ current: subsection, previous });
  assembler.enter(found);
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
    name: ".sect",
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
