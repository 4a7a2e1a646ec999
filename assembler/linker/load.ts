/**
 * Reads the inputs and resolves their symbols: objects in the order of the command line, members
 * of archives when they define what is undefined by then. The rules for undefined, weak, defined
 * and common symbols that meet are those of the System V ABI and of GNU ld; of COMDAT groups the
 * first copy is taken.
 */
import type { Archive, ArchiveMember } from "../../elf/archive.ts";
import { EM, ET, R_RISCV, SHF, SHT, STB, STT } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Section } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { type Diagnostic, diagnose } from "../diagnostics.ts";
import {
  type InputFile,
  InputSection,
  LinkSymbol,
  type Program,
  type SymbolKind,
  toAddress,
} from "./program.ts";

/** An input: an object, an archive, or several that are searched again and again. */
export type LinkInput =
  | { readonly name: string; readonly object: ElfFile }
  | {
      readonly name: string;
      readonly archive: Archive;
      /** Whether all members are taken, wanted or not. */
      readonly isWhole?: boolean;
      /** The contents of a thin archive's members, by name. */
      readonly files?: ReadonlyMap<string, Uint8Array>;
    }
  | { readonly group: readonly LinkInput[] };

const noWhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** A diagnostic about an input file as a whole. */
export function linkError(code: string, file: string, values: Record<string, string>): Diagnostic {
  return diagnose(code, { file, range: noWhere }, values);
}

/** Sections that the linker reads but does not copy. */
const isRead = ({ type, name, flags }: Section) =>
  type !== SHT.NULL &&
  type !== SHT.RISCV_ATTRIBUTES &&
  name !== ".note.GNU-stack" &&
  (flags & SHF.EXCLUDE) === 0n;

/** Bytes that a section may have in memory; more is surely damage. */
const sizeLimit = 1n << 40n;

/** Loads inputs into a program. */
export class Loader {
  readonly program: Program;
  /** Groups by signature, with the sections that were taken. */
  readonly #groups = new Map<string, Map<string, InputSection>>();
  /** Counts what is newly undefined, so that archives know when to search again. */
  #undefinedCount = 0;
  readonly #duplicates = new Set<string>();
  readonly #loaded = new Set<ArchiveMember>();

  constructor(bits: 32 | 64, diagnostics: Diagnostic[]) {
    this.program = { bits, files: [], globals: new Map(), sections: [], diagnostics };
  }

  /** Notes that a symbol must be found, as `-u` does. */
  want(name: string): void {
    const symbol = this.symbolNamed(name);
    symbol.isReferenced = true;
  }

  /** The global symbol of a name, undefined as yet if it is new. */
  symbolNamed(name: string): LinkSymbol {
    let symbol = this.program.globals.get(name);
    if (symbol === undefined) {
      symbol = new LinkSymbol(name);
      this.program.globals.set(name, symbol);
      this.#undefinedCount++;
    }
    return symbol;
  }

  load(input: LinkInput): void {
    if ("group" in input) {
      // A group's archives are searched until a round over all of them finds nothing.
      let before = -1;
      while (before !== this.program.files.length) {
        before = this.program.files.length;
        for (const inner of input.group) {
          if (
            !("object" in inner) ||
            !this.program.files.some(({ object }) => object === inner.object)
          ) {
            this.load(inner);
          }
        }
      }
    } else if ("object" in input) this.#loadObject(input.name, input.name, undefined, input.object);
    else if (input.isWhole === true) {
      for (const member of input.archive.members) this.#loadMember(input, member);
    } else this.#search(input);
  }

  /** Takes the members of an archive that define what is undefined, until there is no more. */
  #search(input: Extract<LinkInput, { archive: Archive }>): void {
    const { symbols } = input.archive;
    if (!input.archive.hasIndex && input.archive.members.length > 0) {
      const { name } = input;
      this.program.diagnostics.push(linkError("archive-without-index", name, { name }));
      return;
    }
    const settled = new Uint8Array(symbols.length);
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      for (let index = 0; index < symbols.length; index++) {
        if (settled[index] === 1) continue;
        const { name, member } = symbols[index] as Archive["symbols"][number];
        const symbol = this.program.globals.get(name);
        if (symbol === undefined || symbol.kind === "weak-undefined") continue;
        if (this.#loaded.has(member)) settled[index] = 1;
        else if (symbol.kind === "undefined" || this.#replacesCommon(symbol, input, member)) {
          settled[index] = 1;
          const before = this.#undefinedCount;
          this.#loadMember(input, member);
          if (this.#undefinedCount !== before) isChanged = true;
        } else if (symbol.kind !== "common") settled[index] = 1;
      }
    }
  }

  /** A common symbol wants a member that gives it a value, but no member that has it common, too. */
  #replacesCommon(
    symbol: LinkSymbol,
    input: Extract<LinkInput, { archive: Archive }>,
    member: ArchiveMember,
  ): boolean {
    if (symbol.kind !== "common") return false;
    const object = this.#memberObject(input, member);
    return (
      object?.symbols.some(
        ({ name, section, binding }) =>
          name === symbol.name && binding !== STB.LOCAL && typeof section === "object",
      ) === true
    );
  }

  #memberObject(
    { name, files }: Extract<LinkInput, { archive: Archive }>,
    member: ArchiveMember,
  ): ElfFile | undefined {
    const bytes = member.data ?? files?.get(member.name);
    const label = `${name}(${member.name})`;
    if (bytes === undefined) {
      this.program.diagnostics.push(linkError("file-not-found", label, { name: member.name }));
      return undefined;
    }
    try {
      return readElf(bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.program.diagnostics.push(linkError("unreadable-object", label, { reason }));
      return undefined;
    }
  }

  #loadMember(input: Extract<LinkInput, { archive: Archive }>, member: ArchiveMember): void {
    if (this.#loaded.has(member)) return;
    this.#loaded.add(member);
    const object = this.#memberObject(input, member);
    if (object === undefined) return;
    this.#loadObject(`${input.name}(${member.name})`, member.name, input.name, object);
  }

  #loadObject(name: string, pathName: string, archive: string | undefined, object: ElfFile): void {
    if (!this.#isFitting(name, object)) return;
    const file: InputFile = { name, pathName, archive, object, sections: [], symbols: new Map() };
    this.program.files.push(file);
    const bySection = this.#addSections(file);
    for (const symbol of object.symbols) this.#addSymbol(file, symbol, bySection);
  }

  /** Whether the file can be linked with those before it. */
  #isFitting(name: string, { class: bits, machine, type }: ElfFile): boolean {
    const { program } = this;
    if (machine !== EM.RISCV || (type !== ET.REL && type !== ET.NONE)) {
      program.diagnostics.push(linkError("not-relocatable", name, { name }));
      return false;
    }
    if (bits === program.bits) return true;
    const first = program.files[0]?.name ?? `RV${program.bits}`;
    const values = { name, bits: String(bits), first: String(program.bits), file: first };
    program.diagnostics.push(linkError("mixed-classes", name, values));
    return false;
  }

  #addSections(file: InputFile): Map<Section, InputSection> {
    const bySection = new Map<Section, InputSection>();
    const own = new Map<string, InputSection[]>();
    for (const section of file.object.sections) {
      if (!isRead(section)) continue;
      if (section.size > sizeLimit) {
        const values = { section: section.name, limit: String(sizeLimit) };
        this.program.diagnostics.push(linkError("section-too-large", file.name, values));
        continue;
      }
      const input = new InputSection(file, section);
      bySection.set(section, input);
      const isOnce = section.name.startsWith(".gnu.linkonce.");
      const group = section.group ?? (isOnce ? section.name : undefined);
      if (group !== undefined) this.#addToGroup(input, group, own);
      file.sections.push(input);
      if (!input.isDiscarded) this.program.sections.push(input);
    }
    for (const [name, members] of own) {
      this.#groups.set(name, new Map(members.map((member) => [member.name, member])));
      for (const member of members) member.group = members;
    }
    return bySection;
  }

  #addToGroup(input: InputSection, group: string, own: Map<string, InputSection[]>): void {
    const taken = this.#groups.get(group);
    if (taken !== undefined) {
      input.isDiscarded = true;
      const kept = taken.get(input.name);
      if (kept !== undefined && kept.origin.size === input.origin.size) input.kept = kept;
      return;
    }
    const members = own.get(group);
    if (members === undefined) own.set(group, [input]);
    else members.push(input);
  }

  #addSymbol(
    file: InputFile,
    symbol: ElfSymbol,
    bySection: ReadonlyMap<Section, InputSection>,
  ): void {
    const { section } = symbol;
    const input = typeof section === "object" ? bySection.get(section) : undefined;
    if (symbol.binding === STB.LOCAL) {
      const local = new LinkSymbol(symbol.name);
      local.binding = STB.LOCAL;
      local.file = file;
      if (section !== "undefined") define(local, file, symbol, input, "defined", this.program.bits);
      if (typeof section === "object" && input === undefined) local.kind = "weak-undefined";
      file.symbols.set(symbol, local);
      return;
    }
    const global = this.symbolNamed(symbol.name);
    file.symbols.set(symbol, global);
    const isGone = typeof section === "object" && (input === undefined || input.isDiscarded);
    if (section === "undefined" || isGone) this.#refer(global, file, symbol);
    else this.#enter(global, file, symbol, input);
  }

  #refer(global: LinkSymbol, file: InputFile, symbol: ElfSymbol): void {
    const isWeak = symbol.binding === STB.WEAK;
    if (global.file === undefined && !global.isMade) {
      global.file = file;
      if (isWeak && !global.isReferenced) global.kind = "weak-undefined";
    } else if (!isWeak && global.kind === "weak-undefined") {
      global.kind = "undefined";
      global.file = file;
      this.#undefinedCount++;
    }
    if (!isWeak || symbol.section === "undefined") global.isReferenced = true;
    restrict(global, symbol);
  }

  /** A definition meets what is known of its name. */
  #enter(global: LinkSymbol, file: InputFile, symbol: ElfSymbol, input: InputSection | undefined) {
    const isCommon = symbol.section === "common";
    const kind = isCommon ? "common" : symbol.binding === STB.WEAK ? "weak" : "defined";
    restrict(global, symbol);
    const isOpen = global.kind === "undefined" || global.kind === "weak-undefined";
    if (isOpen || rank[kind] > rank[global.kind]) {
      define(global, file, symbol, input, kind, this.program.bits);
    } else if (kind === "common" && global.kind === "common") {
      global.value = Math.max(global.value, Number(symbol.value));
      if (Number(symbol.size) > global.size) {
        global.size = Number(symbol.size);
        global.file = file;
      }
    } else if (kind === "defined" && global.kind === "defined") {
      const value = toAddress(symbol.value, this.program.bits);
      const isSame = symbol.section === "absolute" && !global.section && global.value === value;
      if (!isSame) this.#reportDouble(global, file, symbol);
    }
  }

  #reportDouble(global: LinkSymbol, file: InputFile, { name }: ElfSymbol): void {
    const key = `${name} ${file.name}`;
    if (this.#duplicates.has(key)) return;
    this.#duplicates.add(key);
    const first = global.file?.name ?? "the linker script";
    const diagnostic = linkError("multiply-defined", file.name, { name, first });
    diagnostic.related = [{ file: first, range: noWhere, message: `\`${name}\` is defined here.` }];
    this.program.diagnostics.push(diagnostic);
  }
}

const rank: Readonly<Record<SymbolKind, number>> = {
  undefined: 0,
  "weak-undefined": 0,
  weak: 1,
  common: 2,
  defined: 3,
};

function define(
  target: LinkSymbol,
  file: InputFile,
  symbol: ElfSymbol,
  input: InputSection | undefined,
  kind: SymbolKind,
  bits: 32 | 64,
): void {
  const { value, size, type, binding, visibility, section } = symbol;
  target.kind = kind;
  target.file = file;
  target.section = input;
  target.size = Number(size);
  target.type = type === STT.COMMON ? STT.OBJECT : type;
  target.binding = binding;
  if (binding === STB.LOCAL) target.visibility = visibility;
  else target.visibility |= visibility & ~3;
  target.value = section === "absolute" ? toAddress(value, bits) : Number(value);
  target.exact = Number.isSafeInteger(target.value) ? undefined : value;
  if (input !== undefined && !(type === STT.SECTION && target.value === 0)) {
    input.symbols.push(target);
  }
}

/** The most restricted visibility wins: internal, hidden, protected, default. */
function restrict(global: LinkSymbol, { visibility }: ElfSymbol): void {
  const now = global.visibility & 3;
  const other = visibility & 3;
  if (other !== 0 && (now === 0 || other < now)) {
    global.visibility = (global.visibility & ~3) | other;
  }
}

/** Reads the relocations of a section, by rising offset. */
export function loadRelocations(input: InputSection): void {
  const { file, origin } = input;
  if (file === undefined || origin.relocations.length === 0) return;
  const list = origin.relocations;
  const sorted = list.every((entry, at) => at === 0 || (list[at - 1]?.offset ?? 0n) <= entry.offset)
    ? list
    : [...list].sort((a, b) => (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0));
  const relax = R_RISCV.RELAX;
  input.relocations = [];
  for (let index = 0; index < sorted.length; index++) {
    const entry = sorted[index] as (typeof sorted)[number];
    if (entry.type === relax) continue;
    const next = sorted[index + 1];
    input.relocations.push({
      offset: Number(entry.offset),
      type: entry.type,
      symbol: entry.symbol && file.symbols.get(entry.symbol),
      addend: Number(entry.addend),
      isRelaxable: next !== undefined && next.type === relax && next.offset === entry.offset,
    });
  }
}
