/**
 * Questions to the line programs of a file: what line is at an address, what addresses has a line,
 * what files and lines are there. Sequences are sorted by address for a binary search; sequences of
 * code that the linker dropped (it sets their addresses to 0) are left out. The rows of a file are
 * sorted by line when the file is first asked for.
 */
import { ET, PF, PT, SHF } from "../constants.ts";
import type { ElfFile } from "../model.ts";
import type { LineProgram, LineRow, LineSequence } from "./line-reader.ts";
import { commonTail, normalizePath } from "./paths.ts";

/** A row and the addresses that it describes. */
export interface LineMatch {
  row: LineRow;
  /** First address with this row. */
  start: bigint;
  /** First address behind. */
  end: bigint;
}

/** A place in a source file that has code of its own. */
export interface LineLocation {
  line: number;
  /** 0 where not known. */
  column: number;
  address: bigint;
}

/** The line information of a whole file. */
export class LineTable {
  readonly programs: readonly LineProgram[];
  readonly #isCode: (address: bigint) => boolean;
  #sequences: LineSequence[] | undefined;
  /** For each sequence, the greatest end of it and all before: where a backward search may stop. */
  #ends: bigint[] = [];
  readonly #users = new Map<string, LineProgram[]>();
  readonly #locations = new Map<string, LineLocation[]>();

  constructor(file: ElfFile, programs: readonly LineProgram[]) {
    this.programs = programs;
    this.#isCode = codePredicate(file);
    for (const program of programs) {
      for (const path of new Set(program.paths)) {
        if (path === "") continue;
        const users = this.#users.get(path);
        if (users === undefined) this.#users.set(path, [program]);
        else users.push(program);
      }
    }
  }

  /** Full paths of all files that are named, with or without code, in the order of naming. */
  files(): string[] {
    return [...this.#users.keys()];
  }

  /**
   * The path here that a path of the user means: the same, or else the one with the longest common
   * tail, if that is at least the file's name and no other is as good.
   */
  findFile(path: string): string | undefined {
    const wanted = normalizePath(path);
    if (this.#users.has(wanted)) return wanted;
    let best: string | undefined;
    let length = 0;
    let isUnique = false;
    for (const candidate of this.#users.keys()) {
      const common = commonTail(candidate, wanted);
      if (common === 0 || common < length) continue;
      isUnique = common > length;
      [best, length] = [candidate, common];
    }
    return isUnique ? best : undefined;
  }

  /** The row of an address; undefined where there is none. Its line may be 0. */
  lookup(address: bigint): LineMatch | undefined {
    const sequence = this.#sequenceAt(address);
    if (sequence === undefined) return undefined;
    const { program, start, first, last } = sequence;
    const offset = Number(address - start);
    let low = first;
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (program.offsetOf(middle) <= offset) low = middle + 1;
      else high = middle;
    }
    if (low === first) return undefined;
    // Of several rows at one address the last holds, but a statement is better than none.
    let index = low - 1;
    const at = program.offsetOf(index);
    for (let other = index; other >= first && program.offsetOf(other) === at; other--) {
      if (!program.isStatementAt(other)) continue;
      index = other;
      break;
    }
    const row = program.row(index, start);
    return { row, start: row.address, end: start + BigInt(program.offsetOf(low)) };
  }

  /** All rows of a sequence that holds the address range's start, from `low` to before `high`. */
  rowsBetween(low: bigint, high: bigint): LineRow[] {
    const rows: LineRow[] = [];
    const sequence = this.#sequenceAt(low);
    if (sequence === undefined) return rows;
    const { program, start, first, last } = sequence;
    for (let index = first; index < last; index++) {
      const row = program.row(index, start);
      if (row.address >= low && row.address < high) rows.push(row);
    }
    return rows;
  }

  /** Where the body of a function begins: the row that the compiler marks, or else as for steps. */
  prologueEnd(low: bigint, high: bigint): bigint {
    const marked = this.rowsBetween(low, high).find((row) => row.isPrologueEnd);
    return marked?.address ?? this.entered(low, high);
  }

  /**
   * Where a step into a function ends, as GDB finds it: behind the code of the first line, unless
   * there is none, and behind that of lines before it, which a compiler has moved there.
   */
  entered(low: bigint, high: bigint): bigint {
    const first = this.lookup(low);
    if (first === undefined || first.row.line === 0 || first.end >= high) return low;
    const atStart = this.rowsBetween(low, low + 1n).filter(({ line }) => line !== 0);
    if (atStart.length > 1) return low;
    let last = first;
    for (let next = this.lookup(last.end); next !== undefined; next = this.lookup(last.end)) {
      const { line, path } = next.row;
      if (line === 0 || line >= last.row.line || path !== last.row.path) break;
      last = next;
      if (last.end >= high) return last.start;
    }
    // Behind code without a line, as for breakpoints.
    let end = last.end;
    for (let next = this.lookup(end); next?.row.line === 0 && next.end < high; ) {
      end = next.end;
      next = this.lookup(end);
    }
    return end;
  }

  /**
   * The places of a file that have code, sorted by line, then address: for each run of rows with the
   * same line and column, the first one that begins a statement.
   */
  locations(path: string): readonly LineLocation[] {
    let locations = this.#locations.get(path);
    if (locations === undefined) {
      locations = this.#collectLocations(path);
      this.#locations.set(path, locations);
    }
    return locations;
  }

  /** The addresses where statements of a line begin, rising. */
  addresses(path: string, line: number): bigint[] {
    const found = this.locations(path).filter((location) => location.line === line);
    return [...new Set(found.map(({ address }) => address))];
  }

  /** The least line from `line` on that has code; undefined behind the last one. */
  nextLine(path: string, line: number): number | undefined {
    return this.locations(path).find((location) => location.line >= line)?.line;
  }

  /** The sequences of live code by address. */
  sequences(): readonly LineSequence[] {
    return this.#sorted();
  }

  #sorted(): LineSequence[] {
    if (this.#sequences === undefined) {
      this.#sequences = this.programs
        .flatMap((program) => program.sequences)
        .filter(({ start, size }) => size > 0 && this.#isCode(start))
        .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
      let end = 0n;
      for (const { start, size } of this.#sequences) {
        const own = start + BigInt(size);
        if (own > end) end = own;
        this.#ends.push(end);
      }
    }
    return this.#sequences;
  }

  #sequenceAt(address: bigint): LineSequence | undefined {
    const sequences = this.#sorted();
    let low = 0;
    let high = sequences.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sequences[middle] as LineSequence).start <= address) low = middle + 1;
      else high = middle;
    }
    for (let index = low - 1; index >= 0; index--) {
      if ((this.#ends[index] as bigint) <= address) return undefined;
      const sequence = sequences[index] as LineSequence;
      if (address < sequence.start + BigInt(sequence.size)) return sequence;
    }
    return undefined;
  }

  #collectLocations(path: string): LineLocation[] {
    const locations: LineLocation[] = [];
    for (const program of this.#users.get(path) ?? []) {
      const numbers = new Set<number>();
      for (const [number, other] of program.paths.entries())
        if (other === path) numbers.add(number);
      for (const sequence of program.sequences) {
        if (sequence.size > 0 && this.#isCode(sequence.start)) {
          collectFrom(sequence, numbers, locations);
        }
      }
    }
    return locations.sort((a, b) => {
      if (a.line !== b.line) return a.line - b.line;
      return a.address < b.address ? -1 : a.address > b.address ? 1 : a.column - b.column;
    });
  }
}

/** Adds the beginnings of runs in a sequence; `numbers` are the file's numbers. */
function collectFrom(
  { program, start, first, last }: LineSequence,
  numbers: ReadonlySet<number>,
  locations: LineLocation[],
): void {
  let previous = "";
  for (let index = first; index < last; index++) {
    const line = program.lineOf(index);
    if (line === 0 || !numbers.has(program.fileOf(index))) {
      previous = "";
      continue;
    }
    if (!program.isStatementAt(index)) continue;
    const column = program.columnOf(index);
    const run = `${line}:${column}`;
    if (run === previous) continue;
    previous = run;
    locations.push({ line, column, address: start + BigInt(program.offsetOf(index)) });
  }
}

/** Tells addresses of code that is in the program from those that a linker gave to dropped code. */
function codePredicate(file: ElfFile): (address: bigint) => boolean {
  if (file.type === ET.REL) return () => true;
  const code = file.sections
    .filter(({ flags }) => (flags & SHF.EXECINSTR) !== 0n && (flags & SHF.ALLOC) !== 0n)
    .map(({ address, size }) => ({ start: address, end: address + size }));
  if (code.length === 0) {
    for (const { type, flags, virtualAddress, memorySize } of file.segments) {
      if (type !== PT.LOAD || (flags & PF.X) === 0) continue;
      code.push({ start: virtualAddress, end: virtualAddress + memorySize });
    }
  }
  return (address) => code.some(({ start, end }) => address >= start && address < end);
}
