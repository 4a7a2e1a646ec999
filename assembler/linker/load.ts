/**
 * Reads the inputs and resolves their symbols: objects in the order of the command line, members
 * of archives when they define what is undefined by then. The rules for undefined, weak, defined
 * and common symbols that meet are those of the System V ABI and of GNU ld; of COMDAT groups the
 * first copy is taken.
 */
import type { Archive, ArchiveMember } from "../../elf/archive.ts";
import { EM, ET, R_RISCV, SHF, SHT, STB, STT } from "../../elf/constants.ts";
import { ElfError } from "../../elf/errors.ts";
import type { ElfFile } from "../../elf/model.ts";
import { type ObjectSection, ObjectView, placeless, viewObject } from "../../elf/object-view.ts";
import { writeElf } from "../../elf/writer.ts";
import { type Diagnostic, diagnose } from "../diagnostics.ts";
import { tableKinds } from "./offset-table.ts";
import {
  InputFile,
  InputSection,
  LinkSymbol,
  type Program,
  type SymbolKind,
  toAddress,
} from "./program.ts";
import { Relocations } from "./relocations.ts";

/** An input: an object, an archive, or several that are searched again and again. */
export type LinkInput =
  | { readonly name: string; readonly object: ElfFile | ObjectView }
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

/** Whether an executable has a place for a section: not for what only speaks to the linker. */
const isCopied = ({ name, flags }: ObjectSection) =>
  name !== ".note.GNU-stack" && (flags & Number(SHF.EXCLUDE)) === 0;

/** Bytes that a section may have in memory; more is surely damage. */
const sizeLimit = 2 ** 40;

/** What the command line says about symbols. */
export interface SymbolOptions {
  /** Symbols of which references become those to `__wrap_SYMBOL`, as by `--wrap`. */
  readonly wrapped?: readonly string[];
  /** Whether of several definitions the first is taken. */
  readonly takesFirst?: boolean;
  /** Whether the result is an object, which keeps what speaks to the linker. */
  readonly isRelocatable?: boolean;
}

/** Loads inputs into a program. */
export class Loader {
  readonly program: Program;
  /** Groups by signature, with the sections that were taken. */
  readonly #groups = new Map<string, Map<string, InputSection>>();
  /** Counts what is newly undefined, so that archives know when to search again. */
  #undefinedCount = 0;
  readonly #duplicates = new Set<string>();
  readonly #loaded = new Set<ArchiveMember>();
  readonly #loadedObjects = new Set<ElfFile | ObjectView>();

  readonly #wrapped: ReadonlySet<string>;
  readonly #takesFirst: boolean;
  readonly #isRelocatable: boolean;

  constructor(bits: 32 | 64, diagnostics: Diagnostic[], options: SymbolOptions = {}) {
    this.#wrapped = new Set(options.wrapped);
    this.#takesFirst = options.takesFirst === true;
    this.#isRelocatable = options.isRelocatable === true;
    this.program = {
      bits,
      files: [],
      globals: new Map(),
      sections: [],
      relocations: new Relocations(),
      special: [],
      diagnostics,
    };
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
          if (!("object" in inner) || !this.#loadedObjects.has(inner.object)) this.load(inner);
        }
      }
    } else if ("object" in input) {
      const { name, object } = input;
      this.#loadedObjects.add(object);
      this.#loadObject(name, name, undefined, viewOf(object));
    } else this.#loadArchive(input);
  }

  #loadArchive(input: Extract<LinkInput, { archive: Archive }>): void {
    try {
      if (input.isWhole !== true) this.#search(input);
      else for (const member of input.archive.members) this.#loadMember(input, member);
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      const { name } = input;
      const reason = `${name}: ${error.message}`;
      this.program.diagnostics.push(linkError("unreadable-object", name, { reason }));
    }
  }

  /** Takes the members of an archive that define what is undefined, until there is no more. */
  #search(input: Extract<LinkInput, { archive: Archive }>): void {
    const { archive } = input;
    const { symbolNames } = archive;
    const { globals } = this.program;
    if (!archive.hasIndex && !archive.isEmpty) {
      const { name } = input;
      this.program.diagnostics.push(linkError("archive-without-index", name, { name }));
      return;
    }
    const settled = new Uint8Array(symbolNames.length);
    for (let isChanged = true; isChanged; ) {
      isChanged = false;
      for (let index = 0; index < symbolNames.length; index++) {
        if (settled[index] === 1) continue;
        const symbol = globals.get(symbolNames[index] as string);
        if (symbol === undefined || symbol.kind === "weak-undefined") continue;
        if (symbol.kind !== "undefined" && symbol.kind !== "common") {
          settled[index] = 1;
          continue;
        }
        const member = archive.memberOf(index);
        if (this.#loaded.has(member)) settled[index] = 1;
        else if (symbol.kind === "undefined" || this.#replacesCommon(symbol, input, member)) {
          settled[index] = 1;
          const before = this.#undefinedCount;
          this.#loadMember(input, member);
          if (this.#undefinedCount !== before) isChanged = true;
        }
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
    if (object === undefined) return false;
    for (let index = object.firstGlobal; index < object.symbolCount; index++) {
      if (object.sectionAt[object.symbolSection(index)] === undefined) continue;
      if (object.symbolName(index) === symbol.name) return true;
    }
    return false;
  }

  #memberObject(
    { name, files }: Extract<LinkInput, { archive: Archive }>,
    member: ArchiveMember,
  ): ObjectView | undefined {
    const label = `${name}(${member.name})`;
    try {
      const bytes = member.read() ?? files?.get(member.name);
      if (bytes !== undefined) return viewObject(bytes);
      this.program.diagnostics.push(linkError("file-not-found", label, { name: member.name }));
      return undefined;
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

  #loadObject(
    name: string,
    pathName: string,
    archive: string | undefined,
    object: ObjectView,
  ): void {
    if (!this.#isFitting(name, object)) return;
    const file = new InputFile(name, pathName, archive, object);
    this.program.files.push(file);
    try {
      this.#addSections(file);
      for (let index = object.firstGlobal; index < object.symbolCount; index++) {
        this.#addSymbol(file, index);
      }
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      this.program.diagnostics.push(
        linkError("unreadable-object", name, { reason: error.message }),
      );
    }
  }

  /** Whether the file can be linked with those before it. */
  #isFitting(name: string, { class: bits, machine, type }: ObjectView): boolean {
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

  #addSections(file: InputFile): void {
    const own = new Map<string, InputSection[]>();
    for (const section of file.object.sectionAt) {
      const isTaken =
        section !== undefined &&
        section.type !== SHT.NULL &&
        (this.#isRelocatable || isCopied(section));
      const input = isTaken ? this.#addSection(file, section, own) : undefined;
      file.sectionAt.push(input);
    }
    for (const [name, members] of own) {
      this.#groups.set(name, new Map(members.map((member) => [member.name, member])));
      for (const member of members) member.group = members;
    }
  }

  #addSection(
    file: InputFile,
    section: ObjectSection,
    own: Map<string, InputSection[]>,
  ): InputSection | undefined {
    if (section.size > sizeLimit) {
      const values = { section: section.name, limit: String(sizeLimit) };
      this.program.diagnostics.push(linkError("section-too-large", file.name, values));
      return undefined;
    }
    const input = new InputSection(file, section);
    const isOnce = section.name.startsWith(".gnu.linkonce.");
    const group = section.group ?? (isOnce ? section.name : undefined);
    if (group !== undefined) this.#addToGroup(input, group, own);
    file.sections.push(input);
    if (!input.isDiscarded) this.program.sections.push(input);
    return input;
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

  /** A global symbol of a file meets what is known of its name. */
  #addSymbol(file: InputFile, index: number): void {
    const { object } = file;
    const place = object.symbolSection(index);
    const isPlaced =
      place !== placeless.undefined && place !== placeless.absolute && place !== placeless.common;
    const input = isPlaced ? file.sectionAt[place] : undefined;
    const name = object.symbolName(index);
    const isReference = place === placeless.undefined && this.#wrapped.size > 0;
    const global = this.symbolNamed(isReference ? this.#wrap(name) : name);
    file.enter(index, global);
    // What only encodes the model has no place of its own.
    const isEncoding = isPlaced && object.sectionAt[place] === undefined;
    const isGone = isPlaced && !isEncoding && (input === undefined || input.isDiscarded);
    if (place === placeless.undefined || isGone) this.#refer(global, file, index);
    else this.#enter(global, file, index, input);
  }

  /** The symbol that a reference means, by `--wrap`. */
  #wrap(name: string): string {
    if (this.#wrapped.has(name)) return `__wrap_${name}`;
    const real = name.startsWith("__real_") ? name.slice("__real_".length) : undefined;
    return real !== undefined && this.#wrapped.has(real) ? real : name;
  }

  #refer(global: LinkSymbol, file: InputFile, index: number): void {
    const { object } = file;
    const isWeak = object.symbolBinding(index) === STB.WEAK;
    if (global.file === undefined && !global.isMade) {
      global.file = file;
      if (isWeak && !global.isReferenced) global.kind = "weak-undefined";
    } else if (!isWeak && global.kind === "weak-undefined") {
      global.kind = "undefined";
      global.file = file;
      this.#undefinedCount++;
    }
    if (!isWeak || object.symbolSection(index) === placeless.undefined) global.isReferenced = true;
    restrict(global, object.symbolVisibility(index));
    // A mark of the calling convention stays on what is not defined.
    if (!global.isDefined) global.visibility |= object.symbolVisibility(index) & ~3;
  }

  /** A definition meets what is known of its name. */
  #enter(global: LinkSymbol, file: InputFile, index: number, input: InputSection | undefined) {
    const { object } = file;
    const isCommon = object.symbolSection(index) === placeless.common;
    const kind = isCommon
      ? "common"
      : object.symbolBinding(index) === STB.WEAK
        ? "weak"
        : "defined";
    restrict(global, object.symbolVisibility(index));
    const isOpen = global.kind === "undefined" || global.kind === "weak-undefined";
    if (isOpen || rank[kind] > rank[global.kind]) {
      global.take(file, index, input, kind);
    } else if (kind === "common" && global.kind === "common") {
      global.value = Math.max(global.value, object.symbolValue(index));
      if (object.symbolSize(index) > global.size) {
        global.size = object.symbolSize(index);
        global.file = file;
      }
    } else if (kind === "defined" && global.kind === "defined") {
      const isAbsolute = object.symbolSection(index) === placeless.absolute && !global.section;
      const value = toAddress(object.exactValue(index), this.program.bits);
      if (!isAbsolute || global.value !== value) this.#reportDouble(global, file);
    }
  }

  #reportDouble(global: LinkSymbol, file: InputFile): void {
    const { name } = global;
    const key = `${name} ${file.name}`;
    if (this.#takesFirst) return;
    if (this.#duplicates.has(key)) return;
    this.#duplicates.add(key);
    const first = global.file?.name ?? "the linker script";
    const diagnostic = linkError("multiply-defined", file.name, { name, first });
    diagnostic.related = [{ file: first, range: noWhere, message: `\`${name}\` is defined here.` }];
    this.program.diagnostics.push(diagnostic);
  }
}

/** What the linker reads of an input: objects that are in memory only are written first. */
function viewOf(object: ElfFile | ObjectView): ObjectView {
  return object instanceof ObjectView ? object : viewObject(writeElf(object));
}

const rank: Readonly<Record<SymbolKind, number>> = {
  undefined: 0,
  "weak-undefined": 0,
  weak: 1,
  common: 2,
  defined: 3,
};

/** The most restricted visibility wins: internal, hidden, protected, default. */
function restrict(global: LinkSymbol, visibility: number): void {
  const now = global.visibility & 3;
  const other = visibility & 3;
  if (other !== 0 && (now === 0 || other < now)) {
    global.visibility = (global.visibility & ~3) | other;
  }
}

/** Relocations that only compute numbers: they move nothing, and no table is needed for them. */
const plainTypes = new Set<number>([
  R_RISCV.NONE, R_RISCV["32"], R_RISCV["64"], R_RISCV["32_PCREL"],
  R_RISCV.ADD8, R_RISCV.ADD16, R_RISCV.ADD32, R_RISCV.ADD64,
  R_RISCV.SUB6, R_RISCV.SUB8, R_RISCV.SUB16, R_RISCV.SUB32, R_RISCV.SUB64,
  R_RISCV.SET6, R_RISCV.SET8, R_RISCV.SET16, R_RISCV.SET32,
  R_RISCV.SET_ULEB128, R_RISCV.SUB_ULEB128, R_RISCV.TLS_DTPREL32, R_RISCV.TLS_DTPREL64,
]); // biome-ignore format: a table

/** Whether a section is not loaded and has plain relocations alone, as debug information has. */
function canStream(input: InputSection, object: ObjectView): boolean {
  // Collection of garbage follows the relocations of notes.
  if (input.has(SHF.ALLOC) || input.type === SHT.NOTE) return false;
  const step = object.relocationWords;
  for (const { words, count } of input.origin.relocations) {
    for (let at = 0; at < count * step; at += step) {
      if (!plainTypes.has(object.relocationType(words, at))) return false;
    }
  }
  return true;
}

/** Reads the relocations of a section; throws `ElfError` where they are none. */
export function loadRelocations(input: InputSection, { relocations, special }: Program): void {
  const { file, origin } = input;
  if (file === undefined || origin.relocations.length === 0) return;
  if (canStream(input, file.object)) {
    input.isStreamed = true;
    return;
  }
  input.firstRelocation = relocations.add(file, origin);
  input.endRelocation = relocations.count;
  const { types, relaxable, symbols } = relocations;
  for (let row = input.firstRelocation; row < input.endRelocation; row++) {
    const type = types[row] as number;
    if (relaxable[row] === 1) input.isRelaxable = true;
    if (type === R_RISCV.ALIGN) input.hasPadding = true;
    const symbol = symbols[row];
    const mayMerge = symbol?.type === STT.SECTION && symbol.section?.has(SHF.MERGE) === true;
    if (mayMerge || tableKinds.has(type)) special.push({ section: input, row });
  }
}
