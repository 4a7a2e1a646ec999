/**
 * Rows of the line table while a file is read: one for each `.loc`, or, where debug information is
 * asked for and the source brings none, one for each line that has instructions. Which rows there
 * are, and which file and line they have, is as GNU as decides it: what a macro becomes belongs to
 * the line of its call, what `.rept` repeats to the lines that are repeated.
 */
import type { Assembler } from "./assembler.ts";
import { Expansions } from "./expansions.ts";
import { type Expression, number, symbolValue } from "./expressions.ts";
import { distanceInSection, distanceSoFar } from "./layout.ts";
import type { RawStatement } from "./lexer.ts";
import { LineFiles } from "./line-files.ts";
import type { SectionBuilder } from "./sections.ts";
import type { AssemblySymbol, Mention } from "./symbols.ts";
import type { Statement } from "./unit.ts";

/** What `.loc` says, and holds until the next one says otherwise. */
export interface Location {
  /** The file's number; the name where the assembler itself makes rows. */
  file: number | string;
  line: number;
  column: number;
  isa: number;
  isStatement: boolean;
  isBasicBlock: boolean;
  isPrologueEnd: boolean;
  isEpilogueBegin: boolean;
  discriminator: number;
}

/** The number of a row among those at one address, as a `.loc` asks for it. */
export interface View {
  /** Gets the number; undefined where a number was written, which only says that it must be 0. */
  readonly symbol: AssemblySymbol | undefined;
  /** Whether counting begins anew here. */
  readonly isReset: boolean;
  readonly mention: Mention;
}

/** A row and the place that it begins at. */
export interface Row extends Location {
  readonly at: AssemblySymbol;
  readonly view: View | undefined;
}

const zero = number(0n);
const one = number(1n);

/** The rows of a section, by subsection. */
type SectionRows = Map<number, Row[]>;

/** Collects rows; `debug-sections.ts` writes them. */
export class LineInformation {
  readonly files = new LineFiles();
  readonly expansions = new Expansions();
  readonly #sections = new Map<SectionBuilder, SectionRows>();
  readonly #current: Location = {
    file: 1,
    line: 1,
    column: 0,
    isa: 0,
    isStatement: true,
    isBasicBlock: false,
    isPrologueEnd: false,
    isEpilogueBegin: false,
    discriminator: 0,
  };
  #isPending = false;
  /** The version of DWARF: the one that was asked for, or 5 once something needs that. */
  version: number;
  /** The file that `.file`, `.line` or a preprocessor's line says that the source comes from. */
  logicalFile: string | undefined;
  /** Whether any `.loc` was read. */
  hasLocations = false;
  /** Whether instructions get rows of their own: until a numbered `.file`. */
  #makesRows: boolean | undefined;
  #lastLine = -1;
  #lastFile = "";
  /** Whether a `.loc` put a label at each row's beginning. */
  marksLabels = false;
  /** Whether any row has a view. */
  #hasViews = false;
  readonly #views: { row: Row; previous: Row | undefined }[] = [];

  constructor({ debug = false, dwarf }: { debug?: boolean; dwarf?: number }) {
    // GNU as takes version 3 where nobody chose one, and 2 with `-g`.
    this.version = dwarf ?? (debug ? 2 : 3);
  }

  /** Rows by section and then by place, as they go into the table; sections as rows came. */
  rows(): Map<SectionBuilder, Row[]> {
    const result = new Map<SectionBuilder, Row[]>();
    for (const [section, parts] of this.#sections) {
      const sorted = [...parts].sort(([a], [b]) => a - b).map(([, rows]) => rows);
      const [first] = sorted;
      result.set(section, first !== undefined && sorted.length === 1 ? first : sorted.flat());
    }
    return result;
  }

  /** A numbered `.file` says that the source has debug information of its own. */
  useSourcesOwn(): void {
    if (this.#makesRows !== false) this.#sections.clear();
    this.#makesRows = false;
  }

  /** `.loc`: the row for the next instruction, or for this place where it has a view. */
  locate(assembler: Assembler, change: Partial<Location>, view: View | undefined): void {
    Object.assign(this.#current, { discriminator: 0 }, change);
    this.hasLocations = true;
    this.#isPending = true;
    if (view === undefined) return;
    this.#hasViews = true;
    this.#flush(assembler, view);
  }

  /**
   * A plain `.loc`: the row for the next instruction.
   * @param isStatement 0 or 1; negative where it is as before
   */
  locateAt(
    file: number,
    line: number,
    column: number,
    isStatement: number,
    discriminator: number,
  ): void {
    const current = this.#current;
    current.file = file;
    current.line = line;
    current.column = column;
    if (isStatement >= 0) current.isStatement = isStatement === 1;
    current.discriminator = discriminator;
    this.hasLocations = true;
    this.#isPending = true;
  }

  /** A line like `# 12 "file"`, which a C preprocessor left: what follows comes from there. */
  noteMarker({ source, dialect }: Assembler, { start, end }: RawStatement): void {
    if (source.text.charCodeAt(start) !== 35 || source.origin !== undefined) return;
    if (dialect.name !== "gnu" || source.text.charCodeAt(start + 1) !== 32) return;
    const marker = /^# (\d+) "((?:[^"\\]|\\.)*)"/.exec(source.text.slice(start, end));
    if (marker === null) return;
    // An empty name leads back to the source itself.
    const name = (marker[2] ?? "").replace(/\\(.)/g, "$1");
    this.logicalFile = name === "" ? undefined : name;
    source.mark(start, this.logicalFile, Number(marker[1]));
  }

  /** Two `.loc` in a row: the first one holds here. */
  flush(assembler: Assembler): void {
    if (this.#isPending) this.#flush(assembler, undefined);
  }

  /** Notes that an instruction begins at the current place. */
  instruction(assembler: Assembler): void {
    if (this.#isPending) this.#flush(assembler, undefined);
    this.#makesRows ??= assembler.options.debug === true;
    if (!this.#makesRows) return;
    this.#ownRow(assembler);
    if (assembler.options.expansions !== true) return;
    const { statement } = assembler;
    const { source } = statement;
    const offset = source.origin === undefined ? 0 : beginningOf(statement);
    this.expansions.note(assembler, source, offset);
  }

  /** Notes a label, which may begin a basic block. */
  label(assembler: Assembler, symbol: AssemblySymbol): void {
    if (!this.marksLabels || !assembler.subsection.section.isCode) return;
    this.#makesRows ??= assembler.options.debug === true;
    if (this.files.isEmpty && !this.#makesRows) return;
    const location = this.#makesRows ? this.#ownLocation(assembler) : this.#current;
    this.#add(assembler, { ...location, isBasicBlock: true, at: symbol, view: undefined });
    this.#consume();
  }

  #ownLocation(assembler: Assembler): Location {
    const { statement } = assembler;
    const { file, line } = statement.source.lineOf(beginningOf(statement));
    const { isa, discriminator } = this.#current;
    const flags = { isStatement: true, isBasicBlock: false, isPrologueEnd: false };
    return { file, line, column: 0, isa, ...flags, isEpilogueBegin: false, discriminator };
  }

  #ownRow(assembler: Assembler): void {
    const location = this.#ownLocation(assembler);
    if (location.line === this.#lastLine && location.file === this.#lastFile) return;
    this.#lastLine = location.line;
    this.#lastFile = location.file as string;
    this.#add(assembler, { ...location, at: assembler.here(), view: undefined });
  }

  #flush(assembler: Assembler, view: View | undefined): void {
    this.#isPending = false;
    if (this.#current.line !== 0) {
      this.#add(assembler, rowOf(this.#current, assembler.here(), view));
    }
    this.#consume();
  }

  #consume(): void {
    this.#isPending = false;
    const current = this.#current;
    current.isBasicBlock = false;
    current.isPrologueEnd = false;
    current.isEpilogueBegin = false;
    current.discriminator = 0;
  }

  /** Adds a row; only code that is in memory can have one. */
  #add(assembler: Assembler, row: Row): void {
    const { section, number: part } = assembler.subsection;
    const isLoaded = section.isCode && section.isLoaded && !section.isZeros;
    if (!isLoaded) {
      if (this.#makesRows !== true) {
        assembler.reportAt("lines-outside-code", assembler.statement, { section: section.name });
      }
      return;
    }
    let parts = this.#sections.get(section);
    if (parts === undefined) {
      parts = new Map();
      this.#sections.set(section, parts);
    }
    const rows = parts.get(part);
    if (rows === undefined) parts.set(part, [row]);
    else rows.push(row);
  }

  /**
   * Numbers the rows that have views, among those at one address; before the layout. One without a
   * view counts as the first, and so does the first one of a later subsection, as in GNU as.
   */
  numberViews(): void {
    if (!this.#hasViews) return;
    for (const parts of this.#sections.values()) {
      let previous: Row | undefined;
      let before: Expression = zero;
      for (const [, rows] of [...parts].sort(([a], [b]) => a - b)) {
        for (const [index, row] of rows.entries()) {
          const { view } = row;
          const value = view === undefined ? zero : numberOf(row, previous, before);
          if (view?.symbol !== undefined) view.symbol.expression = value;
          else if (view?.isReset === false) this.#views.push({ row, previous });
          before = index === 0 || view?.symbol === undefined ? zero : value;
          previous = row;
        }
      }
    }
  }

  /** Reports the rows that must be the first ones of their addresses and are not; after the layout. */
  checkViews(assembler: Assembler): void {
    for (const { row, previous } of this.#views) {
      if (previous === undefined) continue;
      if (gapBetween(previous, row, distanceInSection) !== 0) continue;
      if (row.view !== undefined) assembler.reportAt("view-not-first", row.view.mention);
    }
  }
}

/** A row; written out, since there are many and all should have one shape. */
function rowOf(location: Location, at: AssemblySymbol, view: View | undefined): Row {
  const { file, line, column, isa, isStatement, isBasicBlock, discriminator } = location;
  const { isPrologueEnd, isEpilogueBegin } = location;
  return {
    file,
    line,
    column,
    isa,
    isStatement,
    isBasicBlock,
    isPrologueEnd,
    isEpilogueBegin,
    discriminator,
    at,
    view,
  };
}

/** Where a statement begins, behind blanks and comments; reads tokens only where it must. */
function beginningOf(statement: Statement): number {
  const { text } = statement.source;
  let at = statement.start;
  while (text.charCodeAt(at) <= 32) at++;
  const isName = /[\w.$"]/.test(text.charAt(at));
  return isName ? at : (statement.name?.start ?? at);
}

/** Whether a row is at another address than the one before; undefined where layout decides. */
function isApart(previous: Row | undefined, row: Row): boolean | undefined {
  if (previous === undefined || row.view?.isReset === true) return true;
  const gap = gapBetween(previous, row, distanceSoFar);
  if (gap !== undefined) return gap > 0;
  const { fragment: from } = previous.at;
  const { fragment: to } = row.at;
  if (from === undefined || to === undefined || from.subsection !== to.subsection) return undefined;
  // Bytes of a fixed number in between are enough, and a branch is never empty.
  if (from.length > previous.at.offset || row.at.offset > 0) return true;
  const { fragments } = from.subsection;
  for (let index = from.index; index < to.index; index++) {
    const fragment = fragments[index];
    if (index > from.index && (fragment?.length ?? 0) > 0) return true;
    if (fragment?.tail?.kind === "branch") return true;
  }
  return undefined;
}

/** One more than the row before where both are at one address, else 0. */
function numberOf(row: Row, previous: Row | undefined, before: Expression): Expression {
  const apart = isApart(previous, row);
  if (apart === true || previous === undefined) return zero;
  const next: Expression =
    before.op === "number"
      ? number(before.value + 1n)
      : { op: "binary", operator: "+", left: before, right: one };
  if (apart === false) return next;
  const later: Expression = {
    op: "binary",
    operator: ">",
    left: symbolValue(row.at),
    right: symbolValue(previous.at),
  };
  return { op: "binary", operator: "*", left: { op: "not", operand: later }, right: next };
}

function gapBetween(
  { at: from }: Row,
  { at: to }: Row,
  distance: typeof distanceInSection,
): number | undefined {
  if (from.fragment === undefined || to.fragment === undefined) return undefined;
  return distance(from.fragment, from.offset, to.fragment, to.offset);
}
