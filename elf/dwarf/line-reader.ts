/**
 * Line programs: bytecode for a state machine whose emitted states are the rows of a table
 * "address → file, line, column". A program's header is read at once, its rows when somebody needs
 * them; they are kept in typed columns, as an offset from the first address of their sequence.
 * DWARF 5, section 6.2, "Line Number Information"; versions 2 to 5.
 */
import { Cursor } from "../bytes.ts";
import { debugInformation } from "../errors.ts";
import { DW_FORM, DW_LNCT, DW_LNE, DW_LNS } from "./constants.ts";
import { type FormContext, readForm, skipForm } from "./forms.ts";
import { joinPath } from "./paths.ts";
import { attempt, type DebugSections } from "./sections.ts";
import { readUnitExtent } from "./unit-header.ts";

/** A row of a line table. */
export interface LineRow {
  address: bigint;
  /** Full path, as far as the debug information knows it. */
  path: string;
  /** From 1; 0 for code that belongs to no line. */
  line: number;
  /** From 1; 0 where not known. */
  column: number;
  /** Whether the address is a good place for a breakpoint on the line. */
  isStatement: boolean;
  isBasicBlock: boolean;
  isPrologueEnd: boolean;
  isEpilogueBegin: boolean;
  /** The row only tells where the sequence before it ends. */
  isEndOfSequence: boolean;
  /** Tells blocks of one line apart. */
  discriminator: number;
}

/** Bits in the column `flags`. */
const Flag = { statement: 1, basicBlock: 2, prologueEnd: 4, epilogueBegin: 8, end: 16 } as const;

/** Rows of contiguous code: indexes into their program's columns. */
export interface LineSequence {
  program: LineProgram;
  /** Address of the first row. */
  start: bigint;
  /** Bytes of code. */
  size: number;
  /** Index of the first row. */
  first: number;
  /** Index of the row that ends the sequence. */
  last: number;
}

/** Typed columns that grow together. */
class Columns {
  length = 0;
  /** Bytes from the start of the row's sequence. */
  offset = new Float64Array(64);
  file = new Uint32Array(64);
  line = new Uint32Array(64);
  column = new Uint32Array(64);
  discriminator = new Uint32Array(64);
  flags = new Uint8Array(64);

  grow(): void {
    const size = 2 * this.offset.length;
    const copy = <T extends { set(from: ArrayLike<number>): void }>(
      to: T,
      from: ArrayLike<number>,
    ) => {
      to.set(from);
      return to;
    };
    this.offset = copy(new Float64Array(size), this.offset);
    this.file = copy(new Uint32Array(size), this.file);
    this.line = copy(new Uint32Array(size), this.line);
    this.column = copy(new Uint32Array(size), this.column);
    this.discriminator = copy(new Uint32Array(size), this.discriminator);
    this.flags = copy(new Uint8Array(size), this.flags);
  }
}

/** One contribution to `.debug_line`. */
export class LineProgram {
  /** Where it begins in `.debug_line`. */
  readonly offset: number;
  readonly version: number;
  /** Full paths by file number; a number that is not in it has no file. */
  readonly paths: readonly string[];
  readonly #sections: DebugSections;
  readonly #header: Header;
  #decoded: { columns: Columns; sequences: LineSequence[] } | undefined;

  constructor(sections: DebugSections, header: Header, compilationDirectory: string) {
    this.#sections = sections;
    this.#header = header;
    this.offset = header.offset;
    this.version = header.version;
    const directories = header.directories.map((directory) =>
      joinPath(compilationDirectory, directory),
    );
    if (header.version < 5) directories[0] = compilationDirectory;
    this.paths = header.files.map(({ name, directory }) =>
      name === undefined ? "" : joinPath(directories[directory] ?? compilationDirectory, name),
    );
  }

  /** The program's sequences, in its order. */
  get sequences(): readonly LineSequence[] {
    return this.#rows().sequences;
  }

  /** How many rows there are. */
  get rowCount(): number {
    return this.#rows().columns.length;
  }

  /** The row with an index; `start` is its sequence's. */
  row(index: number, start: bigint): LineRow {
    const { columns } = this.#rows();
    const flags = columns.flags[index] as number;
    return {
      address: start + BigInt(columns.offset[index] as number),
      path: this.paths[columns.file[index] as number] ?? "",
      line: columns.line[index] as number,
      column: columns.column[index] as number,
      isStatement: (flags & Flag.statement) !== 0,
      isBasicBlock: (flags & Flag.basicBlock) !== 0,
      isPrologueEnd: (flags & Flag.prologueEnd) !== 0,
      isEpilogueBegin: (flags & Flag.epilogueBegin) !== 0,
      isEndOfSequence: (flags & Flag.end) !== 0,
      discriminator: columns.discriminator[index] as number,
    };
  }

  /** A row's distance from the start of its sequence, without making the row. */
  offsetOf(index: number): number {
    return this.#rows().columns.offset[index] as number;
  }

  /** A row's line, without making the row. */
  lineOf(index: number): number {
    return this.#rows().columns.line[index] as number;
  }

  /** A row's column, without making the row. */
  columnOf(index: number): number {
    return this.#rows().columns.column[index] as number;
  }

  /** A row's file number, without making the row. */
  fileOf(index: number): number {
    return this.#rows().columns.file[index] as number;
  }

  /** Whether a row begins a statement, without making the row. */
  isStatementAt(index: number): boolean {
    return ((this.#rows().columns.flags[index] as number) & Flag.statement) !== 0;
  }

  #rows(): { columns: Columns; sequences: LineSequence[] } {
    if (this.#decoded === undefined) {
      const columns = new Columns();
      const sequences: LineSequence[] = [];
      this.#decoded = { columns, sequences };
      const machine = new LineMachine(this, this.#header, columns, sequences);
      attempt(this.#sections, () => machine.run());
    }
    return this.#decoded;
  }
}

/** The state machine of a program: its registers, and what it has emitted. */
class LineMachine {
  readonly #program: LineProgram;
  readonly #header: Header;
  readonly #cursor: Cursor;
  readonly #columns: Columns;
  readonly #sequences: LineSequence[];
  /** Address from which offsets count: the first one that the sequence sets. */
  #start = 0n;
  #offset = 0;
  /** Index of an operation in an instruction, for machines with several in one. */
  #operation = 0;
  #file = 1;
  #line = 1;
  #column = 0;
  #discriminator = 0;
  #flags: number;
  /** Index of the sequence's first row. */
  #first = 0;

  constructor(program: LineProgram, header: Header, columns: Columns, sequences: LineSequence[]) {
    this.#program = program;
    this.#header = header;
    this.#cursor = new Cursor(header.data, ".debug_line", header.program, header.end);
    this.#columns = columns;
    this.#sequences = sequences;
    this.#flags = header.defaultIsStatement ? Flag.statement : 0;
  }

  /** Executes the program. Throws `ElfError` where it breaks off; the rows before that stay. */
  run(): void {
    const { opcodeBase, lineBase, lineRange } = this.#header;
    const cursor = this.#cursor;
    while (!cursor.isAtEnd) {
      const opcode = cursor.u8();
      if (opcode >= opcodeBase) {
        const special = opcode - opcodeBase;
        this.#advance(Math.floor(special / lineRange));
        this.#line += lineBase + (special % lineRange);
        this.#emit(0);
      } else if (opcode === 0) this.#extended(cursor.uleb());
      else this.#standard(opcode);
    }
    if (this.#first !== this.#columns.length) {
      const { offset } = this.#program;
      throw debugInformation(`the line program at offset ${offset} does not end its sequence`);
    }
  }

  #advance(operations: number): void {
    const { minimumLength, maximumOperations } = this.#header;
    if (maximumOperations <= 1) this.#offset += minimumLength * operations;
    else {
      const sum = this.#operation + operations;
      this.#offset += minimumLength * Math.floor(sum / maximumOperations);
      this.#operation = sum % maximumOperations;
    }
  }

  /** Appends the registers as a row, with more flags. */
  #emit(extra: number): void {
    const columns = this.#columns;
    const row = columns.length++;
    if (row === columns.offset.length) columns.grow();
    columns.offset[row] = this.#offset;
    columns.file[row] = this.#file;
    columns.line[row] = this.#line;
    columns.column[row] = this.#column;
    columns.discriminator[row] = this.#discriminator;
    columns.flags[row] = this.#flags | extra;
    this.#discriminator = 0;
    this.#flags &= Flag.statement;
  }

  #standard(opcode: number): void {
    const cursor = this.#cursor;
    const { opcodeBase, lineRange, operandCounts } = this.#header;
    switch (opcode) {
      case DW_LNS.copy:
        this.#emit(0);
        break;
      case DW_LNS.advance_pc:
        this.#advance(cursor.uleb());
        break;
      case DW_LNS.advance_line:
        this.#line += cursor.sleb();
        break;
      case DW_LNS.set_file:
        this.#file = cursor.uleb();
        break;
      case DW_LNS.set_column:
        this.#column = cursor.uleb();
        break;
      case DW_LNS.negate_stmt:
        this.#flags ^= Flag.statement;
        break;
      case DW_LNS.set_basic_block:
        this.#flags |= Flag.basicBlock;
        break;
      case DW_LNS.const_add_pc:
        this.#advance(Math.floor((255 - opcodeBase) / lineRange));
        break;
      case DW_LNS.fixed_advance_pc:
        this.#offset += cursor.u16();
        this.#operation = 0;
        break;
      case DW_LNS.set_prologue_end:
        this.#flags |= Flag.prologueEnd;
        break;
      case DW_LNS.set_epilogue_begin:
        this.#flags |= Flag.epilogueBegin;
        break;
      default:
        for (let count = operandCounts[opcode - 1] ?? 0; count > 0; count--) cursor.skipLeb();
    }
  }

  /** An extended opcode of `length` bytes; those without effect on rows are skipped. */
  #extended(length: number): void {
    if (length === 0) return;
    const cursor = this.#cursor;
    const next = cursor.offset + length;
    const opcode = cursor.u8();
    if (opcode === DW_LNE.end_sequence) this.#endSequence();
    else if (opcode === DW_LNE.set_address) {
      this.#setAddress(cursor.unsigned(length - 1) + this.#header.bias);
    } else if (opcode === DW_LNE.set_discriminator) this.#discriminator = cursor.uleb();
    cursor.offset = Math.max(cursor.offset, next);
  }

  #setAddress(address: bigint): void {
    const isFirst = this.#columns.length === this.#first;
    if (isFirst) this.#start = address;
    this.#offset = isFirst ? 0 : Number(address - this.#start);
    this.#operation = 0;
  }

  #endSequence(): void {
    this.#emit(Flag.end);
    this.#sequences.push({
      program: this.#program,
      start: this.#start,
      size: this.#offset,
      first: this.#first,
      last: this.#columns.length - 1,
    });
    this.#first = this.#columns.length;
    this.#start = 0n;
    this.#offset = this.#operation = this.#column = this.#discriminator = 0;
    this.#file = this.#line = 1;
    this.#flags = this.#header.defaultIsStatement ? Flag.statement : 0;
  }
}

/** A file as a header names it. */
interface FileName {
  /** Undefined for file number 0 before version 5. */
  name: string | undefined;
  directory: number;
}

/** A line program's header. */
interface Header {
  data: Uint8Array;
  /** What is added to addresses. */
  bias: bigint;
  offset: number;
  version: number;
  /** Where the opcodes begin and end. */
  program: number;
  end: number;
  minimumLength: number;
  maximumOperations: number;
  defaultIsStatement: boolean;
  lineBase: number;
  lineRange: number;
  opcodeBase: number;
  /** Count of LEB128 operands of each standard opcode from 1 on. */
  operandCounts: number[];
  directories: string[];
  files: FileName[];
}

/**
 * Reads the headers of all line programs. `directoryOf` gives the compilation directory of the unit
 * that uses the program at an offset. What cannot be read is noted in `sections.errors`.
 */
export function readLinePrograms(
  sections: DebugSections,
  directoryOf: (offset: number) => string,
): LineProgram[] {
  const programs: LineProgram[] = [];
  const cursor = sections.cursor(".debug_line");
  attempt(sections, () => {
    while (!cursor.isAtEnd) {
      const { offset } = cursor;
      const { end, offsetSize } = readUnitExtent(cursor);
      attempt(sections, () => {
        const unit = new Cursor(cursor.data, ".debug_line", cursor.offset, end);
        const header = readHeader(unit, sections, offset, offsetSize);
        programs.push(new LineProgram(sections, header, directoryOf(offset)));
      });
      cursor.offset = end;
    }
  });
  return programs;
}

function readHeader(
  cursor: Cursor,
  sections: DebugSections,
  offset: number,
  offsetSize: 4 | 8,
): Header {
  const version = cursor.u16();
  if (version < 2 || version > 5) {
    throw debugInformation(`the line program at offset ${offset} is of version ${version}`);
  }
  let addressSize: number = sections.addressSize;
  if (version >= 5) {
    addressSize = cursor.u8();
    cursor.u8();
  }
  const headerLength = cursor.sectionOffset(offsetSize);
  const program = cursor.offset + headerLength;
  const minimumLength = cursor.u8();
  const maximumOperations = version >= 4 ? cursor.u8() : 1;
  const defaultIsStatement = cursor.u8() !== 0;
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  if (lineRange === 0 || opcodeBase === 0 || program > cursor.end) {
    throw debugInformation(`the header of the line program at offset ${offset} is damaged`);
  }
  const operandCounts = [...cursor.bytes(opcodeBase - 1)];
  const context: FormContext = {
    version,
    offsetSize,
    addressSize,
    offset: 0,
    sections,
    stringOffsetsBase: 0,
    addressBase: 0,
  };
  const names = version >= 5 ? readEntryTables(cursor, context) : readNameTables(cursor);
  return {
    data: cursor.data,
    bias: sections.bias,
    offset,
    version,
    program,
    end: cursor.end,
    minimumLength,
    maximumOperations,
    defaultIsStatement,
    lineBase,
    lineRange,
    opcodeBase,
    operandCounts,
    ...names,
  };
}

/** The tables of versions 2 to 4: strings, numbered from 1. */
function readNameTables(cursor: Cursor): Pick<Header, "directories" | "files"> {
  const directories = [""];
  const files: FileName[] = [{ name: undefined, directory: 0 }];
  for (let name = cursor.string(); name !== ""; name = cursor.string()) directories.push(name);
  for (let name = cursor.string(); name !== ""; name = cursor.string()) {
    files.push({ name, directory: cursor.uleb() });
    cursor.skipLeb();
    cursor.skipLeb();
  }
  return { directories, files };
}

/** The tables of version 5: entries of described formats, numbered from 0. */
function readEntryTables(
  cursor: Cursor,
  context: FormContext,
): Pick<Header, "directories" | "files"> {
  const directories = readEntries(cursor, context).map(({ name }) => name ?? "");
  const files = readEntries(cursor, context);
  return { directories, files };
}

function readEntries(cursor: Cursor, context: FormContext): FileName[] {
  const formats = Array.from(
    { length: cursor.u8() },
    () => [cursor.uleb(), cursor.uleb()] as const,
  );
  const count = cursor.uleb();
  if (count > cursor.end - cursor.offset) {
    throw debugInformation(`a line program has an impossible count of ${count} files`);
  }
  const entries: FileName[] = [];
  for (let index = 0; index < count; index++) {
    const entry: FileName = { name: "", directory: 0 };
    for (const [content, form] of formats) {
      if (content !== DW_LNCT.path && content !== DW_LNCT.directory_index) {
        skipForm(cursor, form, context);
        continue;
      }
      const value = readForm(cursor, form, context);
      if (value.kind === "string") entry.name = value.value;
      else if (value.kind === "constant") entry.directory = Number(value.value);
      else if (form !== DW_FORM.strp_sup) {
        throw debugInformation("a line program names a file in an unknown form");
      }
    }
    entries.push(entry);
  }
  return entries;
}
