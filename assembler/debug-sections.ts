/**
 * The debug sections that the assembler makes at a file's end, as GNU as makes them: a line table
 * for the rows there are, and where the source has no `.debug_info` a unit for the whole file, with
 * a function for each symbol of that type that has a size. DWARF 5, sections 3.1.1, 6.1.2 and 2.17.
 */
import { STB, STT } from "../elf/constants.ts";
import { DW_AT, DW_FORM, DW_LANG, DW_RLE, DW_TAG, DW_UT } from "../elf/dwarf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { DebugWriter, endOf, startOf } from "./debug-writer.ts";
import { difference, type Expression } from "./expressions.ts";
import { type NumberedRow, writeLineTable } from "./line-table.ts";
import type { SectionBuilder } from "./sections.ts";
import type { AssemblySymbol } from "./symbols.ts";

/** What is said of the compilation. */
interface UnitSource {
  readonly version: number;
  readonly directory: string;
  readonly producer: string;
  readonly sections: readonly SectionBuilder[];
}

/** Where the code of a section begins and ends. */
interface Bounds {
  readonly start: AssemblySymbol;
  readonly end: AssemblySymbol;
}

/** Writes the sections; before the layout. */
export function writeDebugSections(assembler: Assembler): void {
  const { lines } = assembler;
  const { files, version } = lines;
  const { directory = "", producer = "Hartbeat" } = assembler.options;
  const rows = lines.rows() as Map<SectionBuilder, NumberedRow[]>;
  for (const list of rows.values()) for (const row of list) number(assembler, row);
  const hasInfo = isFilled(assembler, ".debug_info");
  const hasLines = isFilled(assembler, ".debug_line");
  if (rows.size > 0 && hasLines && lines.hasLocations) {
    assembler.reportAt("two-line-tables", assembler.statement);
    return;
  }
  if (hasInfo ? hasLines : rows.size === 0) return;
  reportUnassigned(assembler, version);
  const source = { files, rows, version, directory };
  const table = hasLines
    ? new DebugWriter(assembler, ".debug_line")
    : writeLineTable(assembler, source);
  if (hasInfo) return;
  writeUnit(assembler, table, { version, directory, producer, sections: [...rows.keys()] });
  lines.expansions.finish(assembler, directory);
}

/** Gives a row that has its file's name the file's number. */
function number(assembler: Assembler, row: { file: number | string }): void {
  const { file } = row;
  if (typeof file === "string") row.file = assembler.lines.files.numberOf(file);
}

function isFilled(assembler: Assembler, name: string): boolean {
  if (!assembler.hasSection(name)) return false;
  return assembler
    .section(name)
    .fragments()
    .some(({ length, tail }) => length > 0 || tail !== undefined);
}

/** Files are numbered without gaps. */
function reportUnassigned(assembler: Assembler, version: number): void {
  const { files } = assembler.lines.files;
  for (let index = 1; index < files.length && index <= fileLimit; index++) {
    if (files[index] !== undefined) continue;
    const number = String(index);
    assembler.reportAt("unassigned-file-number", assembler.statement, { number });
    if (version >= 5) return;
  }
}

/** Gaps are reported up to here. */
const fileLimit = 1000;

/** Codes of abbreviations. */
const unitCode = 1;
const functionCode = 2;
const noTypeCode = 3;

/** The sections that describe the file as a whole. */
function writeUnit(assembler: Assembler, table: DebugWriter, source: UnitSource): void {
  const { version, sections } = source;
  const info = new DebugWriter(assembler, ".debug_info");
  const abbreviations = new DebugWriter(assembler, ".debug_abbrev");
  const pair = 2 * info.word;
  const addresses = new DebugWriter(assembler, ".debug_aranges", pair);
  const strings = DebugWriter.strings(assembler, ".debug_str");
  const ranges = sections.length > 1 ? writeRanges(assembler, source) : undefined;
  const bounds = writeAddresses(addresses, info, sections);
  const functions = functionsOf(assembler);
  const form = writeAbbreviations(abbreviations, version, ranges !== undefined, functions);
  const { files, directories } = assembler.lines.files;
  const main = (version >= 5 ? files[0] : undefined) ?? files[1];
  const folder = main?.directory ? `${directories[main.directory] ?? ""}/` : "";
  const names = [`${folder}${main?.name ?? ""}`, source.directory, source.producer].map((text) =>
    strings.labelled(text),
  );

  const end = info.length();
  info.number(version, 2);
  if (version >= 5) info.bytes([DW_UT.compile, info.word]).sectionOffset(abbreviations);
  else info.sectionOffset(abbreviations).byte(info.word);
  info.uleb(unitCode).sectionOffset(table);
  const [only] = bounds;
  if (ranges !== undefined) info.offset(ranges);
  else if (only !== undefined) {
    info.address(only.start);
    if (version < 4) info.address(only.end);
    else info.settledUleb(difference(only.end, only.start));
  }
  for (const name of names) info.offset(name);
  info.number(DW_LANG.Mips_Assembler, 2);
  if (functions.length > 0) writeFunctions(info, strings, functions, version, form);
  end();
}

/** A function's symbol and size. */
interface FunctionSymbol {
  readonly symbol: AssemblySymbol;
  readonly size: Expression;
}

/** Defined functions with a size, in the order of symbols. */
function functionsOf(assembler: Assembler): FunctionSymbol[] {
  const { symbols } = assembler;
  const found: FunctionSymbol[] = [];
  for (const symbol of symbols.all) {
    if (!symbol.isDefined) continue;
    if (symbols.find(symbol.name) !== symbol) continue;
    const { type, size } = symbol;
    const isFunction = type === STT.FUNC || type === STT.GNU_IFUNC;
    if (!isFunction || size === undefined || (size.op === "number" && size.value === 0n)) continue;
    found.push({ symbol, size });
  }
  return found.sort((a, b) => a.symbol.order - b.symbol.order);
}

const isGlobal = ({ symbol }: FunctionSymbol) => symbol.binding === STB.GLOBAL;

/** Writes the abbreviations; returns the form of DW_AT_external, if functions have that. */
function writeAbbreviations(
  writer: DebugWriter,
  version: number,
  isRanged: boolean,
  functions: readonly FunctionSymbol[],
): number | undefined {
  const offset = version < 4 ? DW_FORM.data4 : DW_FORM.sec_offset;
  const end = version < 4 ? DW_FORM.addr : DW_FORM.udata;
  const hasFunctions = functions.length > 0;
  writer
    .uleb(unitCode)
    .uleb(DW_TAG.compile_unit)
    .byte(hasFunctions ? 1 : 0);
  writer.uleb(DW_AT.stmt_list).uleb(offset);
  if (isRanged) writer.uleb(DW_AT.ranges).uleb(offset);
  else writer.uleb(DW_AT.low_pc).uleb(DW_FORM.addr).uleb(DW_AT.high_pc).uleb(end);
  for (const name of [DW_AT.name, DW_AT.comp_dir, DW_AT.producer]) {
    writer.uleb(name).uleb(DW_FORM.strp);
  }
  writer.uleb(DW_AT.language).uleb(DW_FORM.data2).bytes([0, 0]);
  let form: number | undefined;
  if (hasFunctions) {
    writer.uleb(functionCode).uleb(DW_TAG.subprogram).byte(0);
    writer.uleb(DW_AT.name).uleb(DW_FORM.strp);
    if (functions.some(isGlobal)) {
      form = functions.every(isGlobal) && version >= 4 ? DW_FORM.flag_present : DW_FORM.flag;
      writer.uleb(DW_AT.external).uleb(form);
    }
    if (version > 2) writer.uleb(DW_AT.type).uleb(DW_FORM.ref_udata);
    writer.uleb(DW_AT.low_pc).uleb(DW_FORM.addr).uleb(DW_AT.high_pc).uleb(end).bytes([0, 0]);
    if (version > 2) {
      writer.uleb(noTypeCode).uleb(DW_TAG.unspecified_type).bytes([0, 0, 0]);
    }
  }
  writer.byte(0);
  return form;
}

/** Entries of functions, and of the type that nobody knows of what they return. */
function writeFunctions(
  info: DebugWriter,
  strings: DebugWriter,
  functions: readonly FunctionSymbol[],
  version: number,
  form: number | undefined,
): void {
  const start = startOf(info.assembler, info.section);
  const noType = info.label();
  for (const one of functions) {
    const { symbol, size } = one;
    const name = strings.labelled(symbol.name);
    info.uleb(functionCode).offset(name);
    if (form === DW_FORM.flag) info.byte(isGlobal(one) ? 1 : 0);
    if (version > 2) info.settledUleb(difference(noType, start));
    info.address(symbol);
    if (version < 4) info.address(symbol, size);
    else info.settledUleb(size);
  }
  if (version > 2) {
    noType.fragment = info.subsection.current;
    noType.offset = info.subsection.current.length;
    info.uleb(noTypeCode);
  }
  info.byte(0);
}

const boundsOf = (assembler: Assembler, section: SectionBuilder): Bounds => ({
  start: startOf(assembler, section),
  end: endOf(assembler, section),
});

/** The ranges of a unit with several sections of code; returns where they are. */
function writeRanges(assembler: Assembler, { version, sections }: UnitSource): AssemblySymbol {
  if (version >= 5) return writeRangeLists(assembler, sections);
  const word = assembler.xlen / 8;
  const writer = new DebugWriter(assembler, ".debug_ranges", 2 * word);
  const label = writer.label();
  // The base address: none.
  writer.bytes(new Uint8Array(word).fill(0xff)).zeros(word);
  for (const section of sections) {
    const { start, end } = boundsOf(assembler, section);
    writer.address(start).address(end);
  }
  writer.zeros(2 * word);
  return label;
}

function writeRangeLists(
  assembler: Assembler,
  sections: readonly SectionBuilder[],
): AssemblySymbol {
  const writer = new DebugWriter(assembler, ".debug_rnglists");
  const close = writer.length();
  writer.number(5, 2).bytes([writer.word, 0]).number(0, 4);
  const label = writer.label();
  for (const section of sections) {
    writer.byte(DW_RLE.start_length);
    const { start, end } = boundsOf(assembler, section);
    writer.address(start).settledUleb(difference(end, start));
  }
  writer.byte(DW_RLE.end_of_list);
  close();
  return label;
}

/** `.debug_aranges`: the addresses of the unit. */
function writeAddresses(
  writer: DebugWriter,
  info: DebugWriter,
  sections: readonly SectionBuilder[],
): Bounds[] {
  const { assembler, word } = writer;
  const end = writer.length();
  writer.number(2, 2).sectionOffset(info).bytes([word, 0]);
  // The header is 12 bytes so far.
  writer.zeros((2 * word - (12 % (2 * word))) % (2 * word));
  const all = sections.map((section) => {
    const bounds = boundsOf(assembler, section);
    writer.address(bounds.start).value(difference(bounds.end, bounds.start), word);
    return bounds;
  });
  writer.zeros(2 * word);
  end();
  return all;
}
