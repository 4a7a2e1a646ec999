/**
 * Writes `.debug_line` (and `.debug_line_str`): the header with its tables of directories and files,
 * and a program a section. Code may be shortened by the linker, so rows are at distances in 16 bits
 * with relocations, or, where these may not reach, at addresses. DWARF 5, section 6.2; older
 * versions in the same place of theirs.
 */
import { DW_FORM, DW_LNCT, DW_LNE, DW_LNS } from "../elf/dwarf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { DebugWriter, endOf } from "./debug-writer.ts";
import { distanceSoFar } from "./layout.ts";
import type { LineFile, LineFiles } from "./line-files.ts";
import type { Row } from "./lines.ts";
import { longestStep } from "./row-steps.ts";
import type { SectionBuilder } from "./sections.ts";
import type { AssemblySymbol } from "./symbols.ts";

/** Special opcodes: `opcodeBase` + (change of the line − `lineBase`), without a change of address. */
const lineBase = -5;
const lineRange = 14;
const operandCounts = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
const opcodeBase = operandCounts.length + 1;

/** Rows of a section, whose files have their numbers. */
export type NumberedRow = Row & { readonly file: number };

/** What a line table is written from. */
export interface LineTableSource {
  readonly files: LineFiles;
  readonly rows: ReadonlyMap<SectionBuilder, readonly NumberedRow[]>;
  /** The version of DWARF; the table is of version 3 at least. */
  readonly version: number;
  /** The directory of the compilation. */
  readonly directory: string;
}

/** Writes the table behind what the section has already. */
export function writeLineTable(assembler: Assembler, source: LineTableSource): DebugWriter {
  const { files, rows } = source;
  const version = Math.max(3, source.version);
  const writer = new DebugWriter(assembler, ".debug_line");
  const endTable = writer.length();
  writer.number(version, 2);
  if (version >= 5) writer.bytes([writer.word, 0]);
  const endHeader = writer.length();
  // Least instruction length; operations (version 4 on); is_stmt; special and standard opcodes.
  writer.bytes([1, ...(version >= 4 ? [1] : []), 1, lineBase, lineRange, opcodeBase]);
  writer.bytes(operandCounts);
  if (version >= 5) writeEntryTables(writer, files, source.directory);
  else writeNameTables(writer, files);
  endHeader();
  for (const [section, list] of rows) {
    if (list.length > 0) writeProgram(writer, section, list);
  }
  endTable();
  return writer;
}

/** The tables of versions 2 to 4, which count from 1. */
function writeNameTables(writer: DebugWriter, { directories, files }: LineFiles): void {
  for (const directory of directories.slice(1)) writer.string(directory ?? "");
  writer.byte(0);
  for (const file of files.slice(1)) {
    if (file === undefined) continue;
    writer.string(file.name).uleb(file.directory).bytes([0, 0]);
  }
  writer.byte(0);
}

/** The tables of version 5. */
function writeEntryTables(writer: DebugWriter, tables: LineFiles, working: string): void {
  const { directories, files } = tables;
  writer.byte(1).uleb(DW_LNCT.path).uleb(DW_FORM.line_strp);
  const count = directories.length === 0 && files.length > 0 ? 1 : directories.length;
  writer.uleb(count);
  const strings = count > 0 ? DebugWriter.strings(writer.assembler, ".debug_line_str") : undefined;
  for (let index = 0; index < count; index++) {
    const directory = directories[index] ?? (index === 0 ? working : "");
    if (strings !== undefined) writer.offset(strings.labelled(directory));
  }
  // GNU as looks at the first byte of each to see whether there are any.
  const hasSums = files.some((file) => (file?.md5?.[0] ?? 0) !== 0);
  writer
    .byte(hasSums ? 3 : 2)
    .uleb(DW_LNCT.path)
    .uleb(DW_FORM.line_strp);
  writer.uleb(DW_LNCT.directory_index).uleb(DW_FORM.udata);
  if (hasSums) writer.uleb(DW_LNCT.MD5).uleb(DW_FORM.data16);
  writer.uleb(files.length);
  const none: LineFile = { name: "", directory: 0, md5: undefined };
  const first = files[0] ?? files[1] ?? none;
  let shared: AssemblySymbol | undefined;
  for (let index = 0; index < files.length && strings !== undefined; index++) {
    const file = (index === 0 ? first : files[index]) ?? none;
    const isShared = index === 1 && shared !== undefined;
    const name: AssemblySymbol = isShared ? shared! : strings.labelled(file.name);
    if (index === 0 && files[0] === undefined && files.length > 1) shared = name;
    writer.offset(name).uleb(file.directory);
    if (hasSums) writer.bytes(file.md5 ?? new Uint8Array(16));
  }
}

/** The program of one section. */
function writeProgram(
  writer: DebugWriter,
  section: SectionBuilder,
  rows: readonly NumberedRow[],
): void {
  let previous: NumberedRow | undefined;
  for (const row of rows) {
    writeRow(writer, row, previous);
    previous = row;
  }
  if (previous !== undefined) {
    writeStep(writer, undefined, previous.at, endOf(writer.assembler, section));
  }
}

/** What the registers are before the first row. */
const initial = { file: 1, line: 1, column: 0, isa: 0, isStatement: true };

/** One row behind another. */
function writeRow(writer: DebugWriter, row: NumberedRow, previous: NumberedRow | undefined): void {
  const { file, line, column, isa, isStatement, at } = row;
  const state = previous ?? initial;
  if (file !== state.file) writer.byte(DW_LNS.set_file).uleb(file);
  if (column !== state.column) writer.byte(DW_LNS.set_column).uleb(column);
  writeDiscriminator(writer, row.discriminator);
  if (isa !== state.isa) writer.byte(DW_LNS.set_isa).uleb(isa);
  if (isStatement !== state.isStatement) writer.byte(DW_LNS.negate_stmt);
  if (row.isBasicBlock) writer.byte(DW_LNS.set_basic_block);
  if (row.isPrologueEnd) writer.byte(DW_LNS.set_prologue_end);
  if (row.isEpilogueBegin) writer.byte(DW_LNS.set_epilogue_begin);
  const change = line - state.line;
  const isReset = row.view?.isReset === true && previous !== undefined;
  if (previous !== undefined && !(isReset && isSamePlace(previous.at, at))) {
    writeStep(writer, change, previous.at, at);
    return;
  }
  writer
    .byte(0)
    .uleb(writer.word + 1)
    .byte(DW_LNE.set_address)
    .address(at);
  writeFirst(writer, change);
}

/** A step to the next row, or to the end; where its length is in doubt, the layout decides. */
function writeStep(
  writer: DebugWriter,
  change: number | undefined,
  from: AssemblySymbol,
  to: AssemblySymbol,
): void {
  const tail = { kind: "row", change, word: writer.word, from, to } as const;
  if (boundBetween(from, to) > longestStep) {
    writer.subsection.close(tail);
    return;
  }
  if (change !== undefined) writer.byte(DW_LNS.advance_line).sleb(change);
  writer.byte(DW_LNS.fixed_advance_pc).distance(to, from, 2);
  if (change === undefined) writer.bytes([0, 1, DW_LNE.end_sequence]);
  else writer.byte(DW_LNS.copy);
}

/** A bound of the distance between two places; infinite where it is not known. */
function boundBetween({ fragment: first, offset }: AssemblySymbol, to: AssemblySymbol): number {
  const last = to.fragment;
  if (first === undefined || last === undefined) return Infinity;
  if (first === last) return to.offset - offset;
  if (first.subsection !== last.subsection || last.index - first.index > 64) return Infinity;
  let bound = to.offset - offset;
  for (let index = first.index; index < last.index; index++) {
    const fragment = first.subsection.fragments[index];
    const tail = fragment?.tail;
    bound += fragment?.length ?? 0;
    if (tail?.kind === "align") bound += tail.alignment;
    else if (tail?.kind === "space" || tail?.kind === "origin") return Infinity;
    else if (tail !== undefined) bound += 16;
  }
  return bound;
}

/** Whether a view that begins anew needs an address to say so. */
function isSamePlace(previous: AssemblySymbol, at: AssemblySymbol): boolean {
  const { fragment: from } = previous;
  const { fragment: to } = at;
  if (from === undefined || to === undefined) return false;
  if (from === to) return previous.offset === at.offset;
  const gap = distanceSoFar(from, previous.offset, to, at.offset);
  return gap === 0 || (at.offset === 0 && previous.offset >= from.length);
}

function writeDiscriminator(writer: DebugWriter, discriminator: number): void {
  if (discriminator === 0) return;
  const size = Math.max(1, Math.ceil(Math.log2(discriminator + 1) / 7));
  writer
    .byte(0)
    .sleb(1 + size)
    .byte(DW_LNE.set_discriminator)
    .uleb(discriminator);
}

/** A row some lines on at the address that was set: by a special opcode if there is one. */
function writeFirst(writer: DebugWriter, change: number): void {
  const special = change - lineBase;
  if (change !== 0 && special >= 0 && special < lineRange) {
    writer.byte(opcodeBase + special);
    return;
  }
  if (change !== 0) writer.byte(DW_LNS.advance_line).sleb(change);
  writer.byte(DW_LNS.copy);
}
