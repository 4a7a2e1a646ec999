/**
 * Line information: rows from `.loc`, or one for each instruction of a source that has none, → the
 * section `.debug_line`, and for the latter a compilation unit in `.debug_info`. Distances between
 * rows are 16-bit numbers with relocations, since the linker may shorten the code in between.
 * DWARF 5, section 6.2.
 */
import { SHF } from "../elf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { difference, type Expression, number, symbolValue } from "./expressions.ts";
import { encodeLeb128 } from "./layout.ts";
import type { Fragment, SectionBuilder, Subsection } from "./sections.ts";
import type { SourceText } from "./source.ts";
import type { AssemblySymbol } from "./symbols.ts";

/** A row of the line table, as `.loc` asks for it. */
export interface Row {
  readonly file: number;
  readonly line: number;
  column: number;
  isStatement: boolean;
  isBasicBlock: boolean;
  isPrologueEnd: boolean;
  isEpilogueBegin: boolean;
  discriminator: number;
  view: boolean;
}

interface PlacedRow {
  readonly row: Row;
  readonly at: AssemblySymbol;
}

interface FileName {
  readonly name: string;
  readonly directory: string | undefined;
}

/** Collects rows while a file is read, and writes them when it is laid out. */
export class LineInformation {
  readonly #files = new Map<number, FileName>();
  readonly #rows: PlacedRow[] = [];
  /** Rows for the source itself, used when it has no `.loc`. */
  readonly #ownRows: PlacedRow[] = [];
  readonly #ownFiles = new Map<string, number>();
  #pending: Row | undefined;
  #views: AssemblySymbol[] = [];
  #hasLocations = false;
  #lastFragment: Fragment | undefined;
  #lastOffset = -1;
  isStatement = true;

  /** `.file number "directory" "name"`. */
  setFile(index: number, name: string, directory: string | undefined): void {
    this.#files.set(index, { name, directory });
  }

  /** Whether there was a `.file` with a number. */
  hasFile(index: number): boolean {
    return this.#files.has(index);
  }

  /** `.loc`: the row for the next instruction. */
  locate(assembler: Assembler, row: Row): void {
    this.#hasLocations = true;
    if (this.#pending !== undefined) this.#flush(assembler);
    this.#pending = row;
  }

  /** `view label` of a `.loc`; the number of the row among those of one address is always 0 here. */
  view(assembler: Assembler, name: string): void {
    const symbol = assembler.symbols.get(name);
    if (!symbol.isDefined) symbol.expression = number(0n);
    this.#views.push(symbol);
  }

  /** Notes that an instruction begins at the current place. */
  instruction(assembler: Assembler): void {
    if (this.#pending !== undefined) this.#flush(assembler);
    if (assembler.options.debug !== true || this.#hasLocations) return;
    const { current } = assembler.subsection;
    if (this.#lastFragment === current && this.#lastOffset === current.length) return;
    const { statement } = assembler;
    const place = lineOf(statement.source, statement.name?.start ?? statement.start);
    const file = this.#ownFile(place.file);
    const previous = this.#ownRows.at(-1);
    this.#lastFragment = current;
    this.#lastOffset = current.length;
    // The steps of one pseudo-instruction share its row.
    if (
      previous?.row.line === place.line &&
      previous.row.file === file &&
      this.#statement === statement
    ) {
      return;
    }
    this.#statement = statement;
    this.#ownRows.push({
      row: {
        file,
        line: place.line,
        column: 0,
        isStatement: true,
        isBasicBlock: false,
        isPrologueEnd: false,
        isEpilogueBegin: false,
        discriminator: 0,
        view: false,
      },
      at: assembler.here(),
    });
  }
  #statement: unknown;

  #ownFile(name: string): number {
    let index = this.#ownFiles.get(name);
    if (index === undefined) {
      index = this.#ownFiles.size + 1;
      this.#ownFiles.set(name, index);
    }
    return index;
  }

  #flush(assembler: Assembler): void {
    const row = this.#pending;
    this.#pending = undefined;
    if (row === undefined) return;
    this.#rows.push({ row, at: assembler.here() });
  }

  /** Writes the sections; before the layout. */
  finish(assembler: Assembler): void {
    if (this.#pending !== undefined) this.#flush(assembler);
    const isOwn = this.#rows.length === 0 && !this.#hasLocations && this.#files.size === 0;
    if (isOwn) {
      if (this.#ownRows.length === 0 || assembler.options.debug !== true) return;
      for (const [name, index] of this.#ownFiles) {
        this.#files.set(index, { name, directory: undefined });
      }
      writeTable(assembler, this.#files, this.#ownRows);
      writeUnit(assembler, this.#ownRows);
      return;
    }
    if (this.#rows.length === 0 && !assembler.hasSection(".debug_line")) return;
    writeTable(assembler, this.#files, this.#rows);
  }
}

/** File and line (from 1) of an instruction: inside of macros, those of the call. */
function lineOf(source: SourceText, offset: number): { file: string; line: number } {
  let text = source;
  let at = offset;
  while (text.origin !== undefined) {
    at = text.origin.start;
    text = text.origin.source;
  }
  return text.lineAt(at);
}

/** Bytes of a string with its zero. */
const bytesOf = (text: string) => new TextEncoder().encode(`${text}\0`);

class Writer {
  readonly #assembler: Assembler;
  readonly subsection: Subsection;

  constructor(assembler: Assembler, section: SectionBuilder) {
    this.#assembler = assembler;
    this.subsection = section.subsection(0);
  }

  label(): AssemblySymbol {
    const { current } = this.subsection;
    return this.#assembler.symbols.place(current, current.length);
  }

  place(fragment: Fragment, offset: number): AssemblySymbol {
    return this.#assembler.symbols.place(fragment, offset);
  }

  value(value: Expression, size: number): void {
    const { current, section } = this.subsection;
    const mention = { source: this.#assembler.unit.source, start: 0, end: 0 };
    section.fixups.push({
      fragment: current,
      offset: current.length,
      size,
      value,
      type: undefined,
      relax: false,
      mention,
    });
    this.subsection.appendZeros(size);
  }

  byte(...bytes: number[]): void {
    this.subsection.appendBytes(bytes);
  }
}

const opcodeLengths = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

function writeTable(
  assembler: Assembler,
  files: ReadonlyMap<number, FileName>,
  rows: readonly PlacedRow[],
): void {
  const writer = new Writer(assembler, assembler.impliedSection(".debug_line"));
  const { subsection } = writer;
  const isNewest = files.has(0);
  const end = writer.label();
  const start = writer.label();
  start.offset += 4;
  writer.value(difference(end, start), 4);
  subsection.append(isNewest ? 5 : 3, 2);
  const word = assembler.xlen / 8;
  if (isNewest) writer.byte(word, 0);
  const header = writer.label();
  const headerEnd = writer.label();
  header.offset += 4;
  writer.value(difference(headerEnd, header), 4);
  // Least instruction length; operations (version 4 on); is_stmt; special and standard opcodes.
  writer.byte(1, ...(isNewest ? [1] : []), 1, lineBase, lineRange, opcodeBase, ...opcodeLengths);
  writeFiles(writer, isNewest ? lineStrings(assembler) : undefined, files);
  const { current } = subsection;
  headerEnd.fragment = current;
  headerEnd.offset = current.length;
  const bySection = new Map<SectionBuilder, PlacedRow[]>();
  for (const placed of rows) {
    const { section } = (placed.at.fragment as Fragment).subsection;
    const list = bySection.get(section);
    if (list === undefined) bySection.set(section, [placed]);
    else list.push(placed);
  }
  for (const [section, list] of bySection) writeSequence(writer, section, list, word);
  end.fragment = subsection.current;
  end.offset = subsection.current.length;
}

/** The section of the strings that line tables of version 5 share. */
function lineStrings(assembler: Assembler): Writer {
  const section = assembler.impliedSection(".debug_line_str");
  section.flags |= SHF.MERGE | SHF.STRINGS;
  section.entrySize = 1n;
  return new Writer(assembler, section);
}

/** A path without a directory of its own is cut at its last slash, as GNU as does. */
function split({ name, directory }: FileName): { directory: string; base: string } {
  const slash = name.lastIndexOf("/");
  if ((directory ?? "") !== "" || slash < 0) return { directory: directory ?? "", base: name };
  return { directory: name.slice(0, slash) || "/", base: name.slice(slash + 1) };
}

/** The tables of directories and files. */
function writeFiles(
  writer: Writer,
  strings: Writer | undefined,
  files: ReadonlyMap<number, FileName>,
): void {
  const { subsection } = writer;
  const directories: string[] = [strings === undefined ? "" : (files.get(0)?.directory ?? "")];
  const entries = new Map<number, { base: string; directory: number }>();
  for (const [index, file] of files) {
    // File 0 of version 5 is the main file, whose directory is the compilation's.
    const { directory, base } = split(index === 0 ? { ...file, directory: undefined } : file);
    let place = directory === "" ? 0 : directories.indexOf(directory);
    if (place < 0) place = directories.push(directory) - 1;
    entries.set(index, { base, directory: place });
  }
  const last = Math.min(Math.max(0, ...files.keys()), 65535);
  const uleb = (value: number) => subsection.appendBytes(encodeLeb128(BigInt(value), false));
  if (strings === undefined) {
    for (const directory of directories.slice(1)) subsection.appendBytes(bytesOf(directory));
    writer.byte(0);
    for (let index = 1; index <= last; index++) {
      const { base, directory } = entries.get(index) ?? { base: "?", directory: 0 };
      subsection.appendBytes(bytesOf(base === "" ? "?" : base));
      uleb(directory);
      writer.byte(0, 0);
    }
    writer.byte(0);
    return;
  }
  const text = (value: string) => {
    const label = strings.label();
    strings.subsection.appendBytes(bytesOf(value));
    writer.value(symbolValue(label), 4);
  };
  // One part: DW_LNCT_path as DW_FORM_line_strp; for files also the directory as DW_FORM_udata.
  writer.byte(1, 0x01, 0x1f);
  uleb(directories.length);
  for (const directory of directories) text(directory);
  writer.byte(2, 0x01, 0x1f, 0x02, 0x0f);
  uleb(last + 1);
  for (let index = 0; index <= last; index++) {
    const { base, directory } = entries.get(index) ?? { base: "", directory: 0 };
    text(base);
    uleb(directory);
  }
}

/** Special opcodes: `opcodeBase` + (change of the line − `lineBase`), without a change of address. */
const lineBase = -5;
const lineRange = 14;
const opcodeBase = 13;

/** DW_LNS and DW_LNE opcodes. */
const copy = 1;
const advanceLine = 3;
const setFile = 4;
const setColumn = 5;
const negateStatement = 6;
const setBasicBlock = 7;
const fixedAdvance = 9;
const setPrologueEnd = 10;
const setEpilogueBegin = 11;

function writeSequence(
  writer: Writer,
  section: SectionBuilder,
  rows: readonly PlacedRow[],
  word: number,
): void {
  const { subsection } = writer;
  let file = 1;
  let line = 1;
  let column = 0;
  let isStatement = true;
  let previous: AssemblySymbol | undefined;
  const number_ = (value: number, isSigned: boolean) =>
    subsection.appendBytes(encodeLeb128(BigInt(value), isSigned));
  const setAddress = (at: AssemblySymbol) => {
    writer.byte(0);
    number_(word + 1, false);
    writer.byte(2);
    writer.value(symbolValue(at), word);
  };
  // An address is set anew where 16 bits might not reach: every fragment adds to the bound.
  const advance = (from: AssemblySymbol, to: AssemblySymbol) => {
    if (boundBetween(from, to) > 50_000) {
      setAddress(to);
      return;
    }
    writer.byte(fixedAdvance);
    writer.value(difference(to, from), 2);
  };
  for (const { row, at } of rows) {
    if (row.file !== file) {
      writer.byte(setFile);
      number_(row.file, false);
      file = row.file;
    }
    if (row.column !== column) {
      writer.byte(setColumn);
      number_(row.column, false);
      column = row.column;
    }
    if (row.discriminator !== 0) {
      const value = encodeLeb128(BigInt(row.discriminator), false);
      writer.byte(0, 1 + value.length, 4, ...value);
    }
    if (row.isStatement !== isStatement) {
      writer.byte(negateStatement);
      isStatement = row.isStatement;
    }
    if (row.isBasicBlock) writer.byte(setBasicBlock);
    if (row.isPrologueEnd) writer.byte(setPrologueEnd);
    if (row.isEpilogueBegin) writer.byte(setEpilogueBegin);
    const change = row.line - line;
    line = row.line;
    if (previous === undefined) {
      setAddress(at);
      if (change === 0) writer.byte(copy);
      else if (change >= lineBase && change < lineBase + lineRange) {
        writer.byte(opcodeBase + change - lineBase);
      } else {
        writer.byte(advanceLine);
        number_(change, true);
        writer.byte(copy);
      }
    } else {
      writer.byte(advanceLine);
      number_(change, true);
      advance(previous, at);
      writer.byte(copy);
    }
    previous = at;
  }
  if (previous !== undefined) advance(previous, endOf(writer, section));
  writer.byte(0, 1, 1);
}

/** A bound of the distance between two places; infinite where it is not known. */
function boundBetween(from: AssemblySymbol, to: AssemblySymbol): number {
  const first = from.fragment;
  const last = to.fragment;
  if (first === undefined || last === undefined) return 0;
  if (first === last) return Math.abs(to.offset - from.offset);
  if (first.subsection !== last.subsection || last.index < first.index) return Infinity;
  if (last.index - first.index > 64) return Infinity;
  let bound = to.offset - from.offset;
  for (let index = first.index; index < last.index; index++) {
    const fragment = first.subsection.fragments[index] as Fragment;
    const { tail } = fragment;
    bound += fragment.length;
    if (tail === undefined) continue;
    if (tail.kind === "align") bound += tail.alignment;
    else if (tail.kind === "space" || tail.kind === "origin") return Infinity;
    else bound += 16;
  }
  return bound;
}

/** The end of a section. */
function endOf(writer: Writer, section: SectionBuilder): AssemblySymbol {
  const last = section.fragments().at(-1) as Fragment;
  return writer.place(last, last.length);
}

/** A compilation unit that covers the sections with code, as `as -g` makes it. */
function writeUnit(assembler: Assembler, rows: readonly PlacedRow[]): void {
  const sections = [...new Set(rows.map(({ at }) => (at.fragment as Fragment).subsection.section))];
  const hasRanges = sections.length > 1;
  const word = assembler.xlen / 8;
  const abbreviations = new Writer(assembler, assembler.impliedSection(".debug_abbrev"));
  const address = hasRanges ? [0x55, 0x06] : [0x11, 0x01, 0x12, 0x01];
  abbreviations.byte(
    1,
    0x11,
    0,
    0x10,
    0x06,
    ...address,
    0x03,
    0x08,
    0x25,
    0x08,
    0x13,
    0x05,
    0,
    0,
    0,
  );
  const writer = new Writer(assembler, assembler.impliedSection(".debug_info"));
  const { subsection } = writer;
  const end = writer.label();
  const start = writer.label();
  start.offset += 4;
  writer.value(difference(end, start), 4);
  subsection.append(3, 2);
  writer.value(symbolValue(sectionStart(assembler, ".debug_abbrev")), 4);
  writer.byte(word, 1);
  writer.value(symbolValue(sectionStart(assembler, ".debug_line")), 4);
  const bounds = sections.map((section) => {
    const first = section.fragments()[0] as Fragment;
    return { first: writer.place(first, 0), last: endOf(writer, section) };
  });
  if (hasRanges) {
    const ranges = new Writer(assembler, assembler.impliedSection(".debug_ranges"));
    for (const { first, last } of bounds) {
      ranges.value(symbolValue(first), word);
      ranges.value(symbolValue(last), word);
    }
    ranges.subsection.appendZeros(2 * word);
    writer.value(symbolValue(sectionStart(assembler, ".debug_ranges")), 4);
  } else {
    for (const { first, last } of bounds) {
      writer.value(symbolValue(first), word);
      writer.value(symbolValue(last), word);
    }
  }
  subsection.appendBytes(bytesOf(assembler.unit.file));
  subsection.appendBytes(bytesOf("Hartbeat"));
  subsection.append(0x8001, 2);
  end.fragment = subsection.current;
  end.offset = subsection.current.length;
}

/** A symbol at a section's first byte. */
function sectionStart(assembler: Assembler, name: string): AssemblySymbol {
  const first = assembler.impliedSection(name).fragments()[0];
  const fragment = first ?? assembler.impliedSection(name).subsection(0).current;
  return assembler.symbols.place(fragment, 0);
}
