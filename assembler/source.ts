/**
 * Source text and positions in it. A text is either a file or an expansion: what a macro call or a
 * repetition produced. An expansion remembers for each of its pieces where the characters came
 * from, so that a position in it maps to the macro's body (or the argument) and to the call.
 */

/** A position as editors count: zero-based line, zero-based UTF-16 column. */
export interface Position {
  line: number;
  character: number;
}

/** From `start` up to, and not including, `end`. */
export interface Range {
  start: Position;
  end: Position;
}

/** A range in a file. */
export interface Place {
  file: string;
  range: Range;
}

/** Characters `start` to the next piece's `start` of an expansion, and where they were written. */
interface Piece {
  start: number;
  source: SourceText;
  /** Offset in `source` of the piece's first character. */
  offset: number;
  /** Present where every character stands for as many of `source` as this. */
  length?: number;
}

/** What an expansion was made from. */
export interface Origin {
  /** Text, and offsets in it, of the statement that caused the expansion. */
  source: SourceText;
  start: number;
  end: number;
  /** As the user would say it: "macro push", "repetition". */
  title: string;
  /** Whether it is the call of a macro. */
  isCall?: boolean;
}

/** A text that statements are read from. */
export class SourceText {
  /** The file's name; an expansion has the name of the file whose statement caused it. */
  readonly file: string;
  /** Only an editor's next version of a file replaces it. */
  text: string;
  /** Present on an expansion. */
  origin: Origin | undefined;
  /** Statement that included this file, if any. */
  includedFrom: Origin | undefined;
  /** How many expansions and inclusions surround the text. */
  readonly depth: number;
  readonly #pieces: readonly Piece[];
  #lineStarts: Int32Array | undefined;
  #bytes: Uint8Array | undefined;
  /** Lines that say which line of which file follows, as `# 12 "file"`; in order. */
  readonly #markers: { offset: number; file: string | undefined; line: number }[] = [];

  constructor(
    file: string,
    text: string,
    origin?: Origin,
    pieces: readonly Piece[] = [],
    includedFrom?: Origin,
  ) {
    this.file = file;
    this.text = text;
    this.origin = origin;
    this.includedFrom = includedFrom;
    this.#pieces = pieces;
    const parent = origin?.source ?? includedFrom?.source;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
  }

  /** Says that what stands behind an offset of another text now stands so many characters later. */
  move(other: SourceText, from: number, by: number): void {
    const moved = (origin: Origin | undefined): Origin | undefined => {
      if (origin === undefined || origin.source !== other || origin.start < from) return origin;
      return { ...origin, start: origin.start + by, end: origin.end + by };
    };
    this.origin = moved(this.origin);
    this.includedFrom = moved(this.includedFrom);
    for (const piece of this.#pieces) {
      if (piece.source === other && piece.offset >= from) piece.offset += by;
    }
  }

  /** Takes another version of the text: `removed` characters at an offset became `added` ones. */
  revise(text: string, at: number, removed: number, added: number): void {
    const starts = this.#lineStarts;
    this.text = text;
    this.#bytes = undefined;
    if (starts === undefined) return;
    // A line begins behind its newline: those that begin at `at` are not touched.
    const first = firstFrom(starts, at + 1);
    const next = firstFrom(starts, at + removed + 1);
    const between = lineStarts(text, at, at + added);
    const revised = new Int32Array(first + between.length + starts.length - next);
    revised.set(starts.subarray(0, first));
    revised.set(between, first);
    const behind = first + between.length - next;
    for (let index = next; index < starts.length; index++) {
      revised[behind + index] = (starts[index] as number) + added - removed;
    }
    this.#lineStarts = revised;
  }

  /**
   * The characters as bytes, those beyond ASCII as 255, and a newline behind the last: the same
   * offsets as in the text, and much faster to read.
   */
  get bytes(): Uint8Array {
    this.#bytes ??= bytesOf(this.text);
    return this.#bytes;
  }

  /** The file position of an offset of this very text (for an expansion: see `placeOf`). */
  positionAt(offset: number): Position {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (starts[low] as number) };
  }

  /** The offset of a position in this very text; clamped to the text. */
  offsetAt({ line, character }: Position): number {
    const starts = this.#starts();
    if (line >= starts.length) return this.text.length;
    const end = line + 1 < starts.length ? (starts[line + 1] as number) - 1 : this.text.length;
    return Math.min((starts[Math.max(line, 0)] as number) + character, end);
  }

  /** Where characters were written: in this file, or in the body or argument they came from. */
  placeOf(start: number, end: number): Place {
    if (this.#pieces.length === 0 && this.origin === undefined) {
      return {
        file: this.file,
        range: { start: this.positionAt(start), end: this.positionAt(end) },
      };
    }
    const piece = this.#pieceAt(start);
    if (piece === undefined) {
      const { source, start: from, end: to } = this.origin ?? { source: this, start, end };
      return source.placeOf(from, to);
    }
    if (piece.length !== undefined) {
      return piece.source.placeOf(piece.offset, piece.offset + piece.length);
    }
    const last = this.#pieceAt(Math.max(start, end - 1));
    const from = piece.offset + (start - piece.start);
    const isWhole = last?.source === piece.source && last.offset - last.start >= from - start;
    const to = isWhole ? last.offset + (end - last.start) : from + (end - start);
    return piece.source.placeOf(from, Math.min(Math.max(to, from), piece.source.text.length));
  }

  /**
   * Notes that the line behind the one at `offset` is line `line` of another file; without a file,
   * that from there on it is what it is in this one.
   */
  mark(offset: number, file: string | undefined, line: number): void {
    this.#markers.push({ offset, file, line });
  }

  /** Whether a line says which line of which file follows. */
  get isMarked(): boolean {
    return this.#markers.length > 0;
  }

  /** The file and line (from 1) that holds behind an offset, where a line has said it. */
  markedAt(offset: number): { file: string; line: number } | undefined {
    const marker = this.#markers.findLast((one) => one.offset <= offset);
    if (marker?.file === undefined) return undefined;
    const { line } = this.positionAt(offset);
    const behind = line - this.positionAt(marker.offset).line - 1;
    return { file: marker.file, line: marker.line + behind };
  }

  /**
   * The file and line (from 1) that debug information says of an offset: of what a macro became,
   * those of the outermost call; of a repetition, those of the line that is repeated.
   */
  lineOf(offset: number): { file: string; line: number } {
    let text: SourceText = this;
    let at = offset;
    for (let { origin } = this as SourceText; origin !== undefined; origin = origin.source.origin) {
      if (origin.isCall !== true) continue;
      text = origin.source;
      at = origin.start;
    }
    return text.bodyLineOf(at);
  }

  /** The same, but of what a macro became, the line of its body. */
  bodyLineOf(offset: number): { file: string; line: number } {
    if (this.origin === undefined) {
      const marked = this.markedAt(offset);
      if (marked !== undefined) return marked;
      const { file, range } = this.placeOf(offset, offset + 1);
      return { file, line: range.start.line + 1 };
    }
    // The end of a line is the body's own, whatever arguments stand in the line.
    const newline = this.text.indexOf("\n", offset);
    const end = newline < 0 ? Math.max(0, this.text.length - 1) : newline;
    const piece = this.#pieceAt(end);
    if (piece === undefined) return this.origin.source.bodyLineOf(this.origin.start);
    const within = piece.length === undefined ? end - piece.start : 0;
    return piece.source.bodyLineOf(piece.offset + within);
  }

  /** The text and offset that a character was written at, through all expansions. */
  writtenAt(offset: number): { source: SourceText; offset: number } {
    const piece = this.#pieceAt(offset);
    if (piece === undefined) return { source: this, offset };
    const within = piece.length === undefined ? offset - piece.start : 0;
    return piece.source.writtenAt(piece.offset + within);
  }

  /** The statements, outermost last, whose expansion led to this text. */
  *calls(): Iterable<Origin> {
    for (let origin = this.origin; origin !== undefined; origin = origin.source.origin) {
      yield origin;
    }
  }

  #pieceAt(offset: number): Piece | undefined {
    const pieces = this.#pieces;
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle] as Piece).start <= offset) low = middle;
      else high = middle - 1;
    }
    return pieces[low];
  }

  #starts(): Int32Array {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    this.#lineStarts = Int32Array.from(lineStarts(this.text, 0, this.text.length, [0]));
    return this.#lineStarts;
  }
}

/** Appends where lines begin behind the newlines between two offsets. */
function lineStarts(text: string, from: number, to: number, starts: number[] = []): number[] {
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

/** The index of the first of rising numbers that is not below a limit. */
export function firstFrom(numbers: Int32Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

const encoder = new TextEncoder();

function bytesOf(text: string): Uint8Array {
  const { length } = text;
  const bytes = new Uint8Array(length + 1);
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read !== length || written !== length) {
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      bytes[at] = code > 127 ? 255 : code;
    }
  }
  bytes[length] = 10;
  return bytes;
}

/** Puts an expansion together from slices of other texts and characters of its own. */
export class Expansion {
  readonly #parts: string[] = [];
  readonly #pieces: Piece[] = [];
  #length = 0;

  /** How many characters there are so far. */
  get length(): number {
    return this.#length;
  }

  /** Appends what stands in `source` from `start` to `end`. */
  slice(source: SourceText, start: number, end: number): void {
    if (end <= start) return;
    this.#pieces.push({ start: this.#length, source, offset: start });
    this.#parts.push(source.text.slice(start, end));
    this.#length += end - start;
  }

  /**
   * Appends characters that stand for those at `offset` of `source`: one for one, or, with a
   * `length`, all of them for as many characters.
   */
  text(characters: string, source: SourceText, offset: number, length?: number): void {
    if (characters === "") return;
    const piece = { start: this.#length, source, offset };
    this.#pieces.push(length === undefined ? piece : { ...piece, length });
    this.#parts.push(characters);
    this.#length += characters.length;
  }

  /** The text as what a file becomes; places in it are places of what it was made from. */
  finishAs({ file, includedFrom }: SourceText): SourceText {
    return new SourceText(file, this.#parts.join(""), undefined, this.#pieces, includedFrom);
  }

  /** The text as a whole. */
  finish(origin: Origin): SourceText {
    return new SourceText(origin.source.file, this.#parts.join(""), origin, this.#pieces);
  }
}
