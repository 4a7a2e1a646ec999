/**
 * What a program's terminal has shown, so that it can be shown again as it was at another point of
 * the run: what the program has written by then as ever, and dimmed what it writes next.
 */

/** A piece of text; `bytes` is how many of the program's output it is, 0 for other text. */
interface Piece {
  readonly text: string;
  readonly bytes: number;
  readonly isError: boolean;
}

/** Characters that are kept, the oldest go first; of those before a point, that are shown. */
const limit = 1 << 22;
const shownLimit = 1 << 15;
/** Short pieces are joined up to this length. */
const pieceLimit = 1 << 12;
/** Lines of later output that are shown dimmed. */
const laterLines = 10;

/** Control sequences (ECMA-48), and of them those that only choose colours and the like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are made of
const control = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[^[])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are made of
const rendition = /^\x1b\[[\d;:]*m$/;
/** Clears the screen and what was scrolled off it. */
const clear = "\x1b[2J\x1b[3J\x1b[H\x1b[m";

/** The text of one terminal. */
export class Transcript {
  #pieces: Piece[] = [];
  #size = 0;

  /** @param bytes how many bytes of the program's output this is */
  add(text: string, bytes = 0, isError = false): void {
    this.#size += text.length;
    const last = this.#pieces.at(-1);
    const isSame = last?.isError === isError && last.bytes > 0 === bytes > 0;
    if (isSame && last.text.length + text.length <= pieceLimit)
      this.#pieces[this.#pieces.length - 1] = {
        text: last.text + text,
        bytes: last.bytes + bytes,
        isError,
      };
    else this.#pieces.push({ text, bytes, isError });
    while (this.#size > limit && this.#pieces.length > 1) {
      this.#size -= this.#pieces.shift()?.text.length ?? 0;
    }
  }

  /** Forgets all of it. */
  clear(): void {
    this.#pieces = [];
    this.#size = 0;
  }

  /** What was shown before and after the program's last `unwritten` bytes of output. */
  #split(unwritten: number): [before: Piece[], after: Piece[]] {
    let left = unwritten;
    let index = this.#pieces.length;
    while (left > 0 && index > 0) {
      const piece = this.#pieces[index - 1] as Piece;
      if (piece.bytes > left) {
        const [head, tail] = splitPiece(piece, piece.bytes - left);
        return [
          [...this.#pieces.slice(0, index - 1), head],
          [tail, ...this.#pieces.slice(index)],
        ];
      }
      left -= piece.bytes;
      index--;
    }
    if (unwritten === 0) return [this.#pieces, []];
    // Where it is longer ago than what is kept, nothing is known of then.
    return left > 0 ? [[], []] : [this.#pieces.slice(0, index), this.#pieces.slice(index)];
  }

  /** Forgets the program's last so many bytes of output, and all that came between them. */
  drop(unwritten: number): void {
    [this.#pieces] = this.#split(unwritten);
    this.#size = this.#pieces.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** The whole screen anew, for a point after which so many bytes are written. */
  screen(unwritten: number): string {
    const [before, after] = this.#split(unwritten);
    let first = before.length;
    for (let size = 0; first > 0 && size < shownLimit; first--)
      size += before[first - 1]?.text.length ?? 0;
    const earlier = before.slice(first).map(({ text, isError }) => shown(text, isError));
    let end = 0;
    for (let size = 0; end < after.length && size < shownLimit; end++)
      size += after[end]?.text.length ?? 0;
    const later = after.slice(0, end).map(({ text }) => text);
    return clear + earlier.join("") + dimmed(later.join(""));
  }
}

/** What the program writes to standard error is red. */
export function shown(text: string, isError: boolean): string {
  return isError ? `\x1b[31m${text}\x1b[39m` : text;
}

function splitPiece({ text, bytes, isError }: Piece, at: number): [Piece, Piece] {
  const encoded = new TextEncoder().encode(text);
  // Where it is not the text of its bytes (it was no UTF-8), a share of it is near enough.
  const end = encoded.length === bytes ? at : Math.round((at / bytes) * encoded.length);
  const head = new TextDecoder().decode(encoded.subarray(0, end), { stream: true });
  return [
    { text: head, bytes: at, isError },
    { text: text.slice(head.length), bytes: bytes - at, isError },
  ];
}

/** What comes later; nothing where it moves the cursor, since it would write over the present. */
function dimmed(text: string): string {
  const sequences = text.match(control) ?? [];
  if (text === "" || !sequences.every((sequence) => rendition.test(sequence))) return "";
  const lines = text.replace(control, "").split("\n");
  const shown = lines.slice(0, laterLines).join("\n");
  const more = lines.length > laterLines ? "\n…\n" : "";
  return `\x1b[2m${shown}${more}\x1b[22m`;
}
