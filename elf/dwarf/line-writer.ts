/**
 * Writes `.debug_line` and the compile unit around it in relocatable form, as GNU `as -g` does: rows
 * advance by distances between labels that the linker computes, since it may shrink the code
 * between them. `.debug_info` says no more than where the code and the line program are. DWARF 5,
 * section 6.2.5, "The Line Number Program"; psABI, chapter "Linker Relaxation".
 */
import type { ElfSymbol, Section } from "../model.ts";
import {
  DW_AT,
  DW_FORM,
  DW_LANG,
  DW_LNCT,
  DW_LNE,
  DW_LNS,
  DW_RLE,
  DW_TAG,
  DW_UT,
} from "./constants.ts";
import {
  type CodePlace,
  emptySection,
  placeValue,
  SectionBuilder,
  StringPool,
  sectionSymbol,
} from "./section-builder.ts";

/** A row to write: from `place` on, the code belongs to this line. */
export interface LineEntry extends CodePlace {
  /** Index in `files`. */
  file: number;
  line: number;
  column?: number;
  /** True when absent. */
  isStatement?: boolean;
  isBasicBlock?: boolean;
  isPrologueEnd?: boolean;
  isEpilogueBegin?: boolean;
  discriminator?: number;
}

/** The rows of a section's code, in the order of the code. */
export interface LineEntries {
  rows: readonly LineEntry[];
  /** Where the section's code begins and ends. */
  start: CodePlace;
  end: CodePlace;
}

/** A source file: its name, relative to a directory, which may be relative to the unit's. */
export interface LineFile {
  name: string;
  /** Empty or absent for the directory of the unit. */
  directory?: string;
}

/** What a unit's debug sections say. */
export interface LineUnit {
  class: 32 | 64;
  /** Version of DWARF; 5 when absent. */
  version?: 2 | 3 | 4 | 5;
  /** Directory in which the assembler ran. */
  directory: string;
  /**
   * By file number. Number 0 is the primary file, which versions before 5 cannot name in rows: give
   * it another number as well.
   */
  files: readonly LineFile[];
  /** One for each section with code. */
  sequences: readonly LineEntries[];
  /** Name and version of the program that makes this. */
  producer: string;
  /** One of `DW_LANG`; an assembler's when absent. */
  language?: number;
}

/** Sections and the symbols that their relocations need. */
export interface DebugOutput {
  sections: Section[];
  symbols: ElfSymbol[];
}

/** The parameters of special opcodes, those of GNU `as`. */
const lineBase = -5;
const lineRange = 14;
const operandCounts = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
const opcodeBase = operandCounts.length + 1;

/** A 16-bit advance is not used for longer distances: the linker might not get them in. */
const longestAdvance = 50_000n;

/** All debug sections of a unit: lines, a compile unit, the ranges of its code, and strings. */
export function writeDebugUnit(unit: LineUnit): DebugOutput {
  const lines = writeDebugLine(unit);
  const [line] = lines.sections as [Section, ...Section[]];
  const info = writeCompileUnit(unit, line);
  return {
    sections: [...lines.sections, ...info.sections],
    symbols: [...lines.symbols, ...info.symbols],
  };
}

/**
 * `.debug_line`, and with version 5 `.debug_line_str`. With `into`, the program is appended to that
 * section: compilers that write assembly refer to a label in it.
 */
export function writeDebugLine(
  unit: Pick<LineUnit, "class" | "version" | "directory" | "files" | "sequences">,
  into: Section = emptySection(".debug_line"),
): DebugOutput {
  // Version 2 means its unit: its line program is of version 3, which is the same but for a count.
  const version = Math.max(3, unit.version ?? 5);
  const addressSize = unit.class === 32 ? 4 : 8;
  const out = new SectionBuilder(into, addressSize);
  const strings = new StringPool(".debug_line_str");
  const endUnit = out.unitLength();
  out.u16(version);
  if (version >= 5) out.u8(addressSize).u8(0);
  const endHeader = out.unitLength();
  out.u8(1);
  if (version >= 4) out.u8(1);
  out.u8(1).u8(lineBase).u8(lineRange).u8(opcodeBase).bytes(operandCounts);
  if (version >= 5) writeEntryTables(out, unit, strings);
  else writeNameTables(out, unit);
  endHeader();
  for (const sequence of unit.sequences) writeSequence(out, sequence);
  endUnit();
  const hasStrings = strings.symbols.length > 0;
  return {
    sections: [out.store(), ...(hasStrings ? [strings.section] : [])],
    symbols: strings.symbols,
  };
}

/** The directories of the files, without the unit's own, each once. */
function directoriesOf(files: readonly LineFile[]): string[] {
  return [...new Set(files.map(({ directory }) => directory ?? ""))].filter((name) => name !== "");
}

/** The tables of versions 2 to 4 count from 1. */
function writeNameTables(out: SectionBuilder, { files }: Pick<LineUnit, "files">): void {
  const directories = directoriesOf(files.slice(1));
  for (const name of directories) out.string(name);
  out.u8(0);
  for (const { name, directory = "" } of files.slice(1)) {
    out
      .string(name)
      .uleb(directories.indexOf(directory) + 1)
      .uleb(0)
      .uleb(0);
  }
  out.u8(0);
}

function writeEntryTables(
  out: SectionBuilder,
  { files, directory: unitDirectory }: Pick<LineUnit, "files" | "directory">,
  strings: StringPool,
): void {
  const directories = directoriesOf(files);
  out.u8(1).uleb(DW_LNCT.path).uleb(DW_FORM.line_strp);
  out.uleb(directories.length + 1);
  for (const name of [unitDirectory, ...directories]) out.reference(strings.label(name));
  out.u8(2).uleb(DW_LNCT.path).uleb(DW_FORM.line_strp);
  out.uleb(DW_LNCT.directory_index).uleb(DW_FORM.udata);
  out.uleb(files.length);
  for (const { name, directory = "" } of files) {
    out.reference(strings.label(name)).uleb(directories.indexOf(directory) + 1);
  }
}

/** The rows of one section: the first by address, the others by distance. */
function writeSequence(out: SectionBuilder, { rows, end }: LineEntries): void {
  let state = { file: 1, line: 1, column: 0, isStatement: true };
  let last: CodePlace | undefined;
  for (const row of rows) {
    const { file, line, column = 0, isStatement = true } = row;
    if (file !== state.file) out.u8(DW_LNS.set_file).uleb(file);
    if (column !== state.column) out.u8(DW_LNS.set_column).uleb(column);
    if (row.discriminator) writeDiscriminator(out, row.discriminator);
    if (isStatement !== state.isStatement) out.u8(DW_LNS.negate_stmt);
    if (row.isBasicBlock) out.u8(DW_LNS.set_basic_block);
    if (row.isPrologueEnd) out.u8(DW_LNS.set_prologue_end);
    if (row.isEpilogueBegin) out.u8(DW_LNS.set_epilogue_begin);
    const distance = line - state.line;
    if (last === undefined) {
      setAddress(out, row);
      writeRow(out, distance);
    } else {
      out.u8(DW_LNS.advance_line).sleb(distance);
      advance(out, last, row);
      out.u8(DW_LNS.copy);
    }
    last = row;
    state = { file, line, column, isStatement };
  }
  if (last === undefined) return;
  advance(out, last, end);
  out.u8(0).uleb(1).u8(DW_LNE.end_sequence);
}

function writeDiscriminator(out: SectionBuilder, discriminator: number): void {
  const size = discriminator < 128 ? 1 : Math.ceil((32 - Math.clz32(discriminator)) / 7);
  out
    .u8(0)
    .uleb(1 + size)
    .u8(DW_LNE.set_discriminator)
    .uleb(discriminator);
}

/** A row that is some lines on at the same address: by a special opcode if there is one. */
function writeRow(out: SectionBuilder, distance: number): void {
  const special = distance - lineBase;
  if (distance !== 0 && special >= 0 && special < lineRange) out.u8(opcodeBase + special);
  else {
    if (distance !== 0) out.u8(DW_LNS.advance_line).sleb(distance);
    out.u8(DW_LNS.copy);
  }
}

function setAddress(out: SectionBuilder, place: CodePlace): void {
  out
    .u8(0)
    .uleb(1 + out.addressSize)
    .u8(DW_LNE.set_address)
    .address(place);
}

function advance(out: SectionBuilder, from: CodePlace, to: CodePlace): void {
  if (placeValue(to) - placeValue(from) > longestAdvance) setAddress(out, to);
  else out.u8(DW_LNS.fixed_advance_pc).difference(2, from, to);
}

/** The compile unit: `.debug_info` and what it refers to. */
function writeCompileUnit(unit: LineUnit, line: Section): DebugOutput {
  const { version = 5, sequences, files, directory, producer } = unit;
  const addressSize = unit.class === 32 ? 4 : 8;
  const isRanged = sequences.length > 1;
  const info = new SectionBuilder(emptySection(".debug_info"), addressSize);
  const abbreviations = writeAbbreviation(version, isRanged);
  const strings = new StringPool(".debug_str");
  const ranges = isRanged ? writeRanges(unit, addressSize) : undefined;
  const symbols = [info.section, abbreviations, line].map(sectionSymbol);
  const [infoSymbol, abbreviationSymbol, lineSymbol] = symbols as [ElfSymbol, ElfSymbol, ElfSymbol];

  const end = info.unitLength();
  info.u16(version);
  if (version >= 5) info.u8(DW_UT.compile).u8(addressSize).reference(abbreviationSymbol);
  else info.reference(abbreviationSymbol).u8(addressSize);
  info.uleb(1).reference(lineSymbol);
  if (ranges !== undefined) {
    info.reference(ranges.start);
    symbols.push(ranges.start);
  } else {
    const [only] = sequences;
    if (only !== undefined) info.address(only.start).address(only.end);
  }
  const [primary] = files;
  const path = [primary?.directory, primary?.name].filter((part) => part).join("/");
  for (const text of [path, directory, producer]) info.reference(strings.label(text));
  info.u16(unit.language ?? DW_LANG.Mips_Assembler);
  end();

  const addresses = writeAddressTable(unit, addressSize, infoSymbol);
  return {
    sections: [
      info.store(),
      abbreviations,
      addresses,
      strings.section,
      ...(ranges === undefined ? [] : [ranges.section]),
    ],
    symbols: [...symbols, ...strings.symbols],
  };
}

function writeAbbreviation(version: number, isRanged: boolean): Section {
  const out = new SectionBuilder(emptySection(".debug_abbrev"), 4);
  const offset = version >= 4 ? DW_FORM.sec_offset : DW_FORM.data4;
  out.uleb(1).uleb(DW_TAG.compile_unit).u8(0);
  out.uleb(DW_AT.stmt_list).uleb(offset);
  if (isRanged) out.uleb(DW_AT.ranges).uleb(offset);
  else {
    // An address in every version: a constant would not follow the code when it shrinks.
    out.uleb(DW_AT.low_pc).uleb(DW_FORM.addr).uleb(DW_AT.high_pc).uleb(DW_FORM.addr);
  }
  for (const name of [DW_AT.name, DW_AT.comp_dir, DW_AT.producer]) {
    out.uleb(name).uleb(DW_FORM.strp);
  }
  out.uleb(DW_AT.language).uleb(DW_FORM.data2).u8(0).u8(0).u8(0);
  return out.store();
}

/** The ranges of a unit with several sections of code, and a symbol for where they are. */
function writeRanges(
  { version = 5, sequences }: LineUnit,
  addressSize: 4 | 8,
): { section: Section; start: ElfSymbol } {
  const alignment = BigInt(2 * addressSize);
  const section =
    version >= 5 ? emptySection(".debug_rnglists") : emptySection(".debug_ranges", { alignment });
  const out = new SectionBuilder(section, addressSize);
  const start = { ...sectionSymbol(section), name: ".L0 ", type: 0 };
  if (version >= 5) {
    const end = out.unitLength();
    out.u16(5).u8(addressSize).u8(0).u32(0);
    start.value = BigInt(out.length);
    for (const sequence of sequences) {
      out.u8(DW_RLE.start_end).address(sequence.start).address(sequence.end);
    }
    out.u8(DW_RLE.end_of_list);
    end();
  } else {
    out.integer(addressSize, -1n).integer(addressSize, 0n);
    for (const sequence of sequences) out.address(sequence.start).address(sequence.end);
    out.integer(addressSize, 0n).integer(addressSize, 0n);
  }
  return { section: out.store(), start };
}

/** `.debug_aranges`: which addresses the unit has. */
function writeAddressTable({ sequences }: LineUnit, addressSize: 4 | 8, info: ElfSymbol): Section {
  const alignment = 2 * addressSize;
  const section = emptySection(".debug_aranges", { alignment: BigInt(alignment) });
  const out = new SectionBuilder(section, addressSize);
  const end = out.unitLength();
  out.u16(2).reference(info).u8(addressSize).u8(0).align(alignment);
  for (const sequence of sequences) {
    out.address(sequence.start).difference(addressSize, sequence.start, sequence.end);
  }
  out.integer(addressSize, 0n).integer(addressSize, 0n);
  end();
  return out.store();
}
