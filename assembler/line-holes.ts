/**
 * Where lines differ that are alike: the number or the name that a line ends with, or that stands
 * before a register in parentheses or `@plt` at its end. What is around that hole identifies the
 * lines.
 */
import { hashWith } from "./known-lines.ts";
import { continuesName, startsName } from "./lexer.ts";
import { byteOf, bytesOfWord, LineCursor } from "./line-cursor.ts";

/** Bytes that no line has, in the place of a hole. */
const numberMark = 1;
const nameMark = 2;

const { space, tab, comma, plus, minus } = byteOf;
const [openParenthesis, closingParenthesis] = [40, 41];

/** Behind the symbol of a call, as compilers write it. */
const linkage = bytesOfWord("@plt");

/**
 * No register, rounding mode or set of a fence, which a name might be, has more characters; none
 * begins with a dot, as places and numbers do.
 */
const longestWord = 4;

const isSeparator = (byte: number | undefined) => byte === space || byte === tab || byte === comma;

/** Finds the hole of a line; says of one at a time where it is and what stands around it. */
export class LineHoles {
  /** What stands around, with a mark in place of the hole. */
  readonly key = new Uint8Array(128);
  keyLength = 0;
  hash = 0;
  /** Where number or name begin and end; the sign of a number stands before it. */
  start = 0;
  end = 0;
  isNumber = false;
  /** Of a number, with its sign. */
  value = 0;
  readonly #line = new LineCursor();

  /** Whether a line, which is shorter than the key may be, has a hole. */
  find(bytes: Uint8Array, start: number, end: number): boolean {
    let stop = end;
    if (bytes[end - 1] === closingParenthesis) {
      do stop--;
      while (stop > start && bytes[stop] !== openParenthesis);
    } else if (endsWith(bytes, end, linkage)) stop -= linkage.length;
    let at = stop;
    while (at > start && isPartOfName(bytes[at - 1] as number)) at--;
    const before = bytes[at - 1];
    this.start = at;
    this.end = stop;
    if (at === stop || at === start) return false;
    if (startsName(bytes[at] as number)) {
      this.isNumber = false;
      const isSpecial =
        bytes[at] === byteOf.dot
          ? stop - at === 1 || !startsName(bytes[at + 1] as number)
          : stop - at <= longestWord;
      const isLast = bytes[stop] !== openParenthesis;
      if (isSpecial || !isLast || !isSeparator(before)) return false;
    } else {
      this.isNumber = true;
      const isNegative = before === minus;
      const isSum = before === plus;
      if (!isSeparator(isNegative ? bytes[at - 2] : before) && !isSum) return false;
      if (!this.#number(bytes)) return false;
      if (isNegative) this.value = -this.value;
    }
    this.#identify(bytes, start, end);
    return true;
  }

  #number(bytes: Uint8Array): boolean {
    const line = this.#line;
    line.bytes = bytes;
    line.at = this.start;
    this.value = line.unsigned();
    return this.value >= 0 && line.at === this.end;
  }

  /** Makes the key. */
  #identify(bytes: Uint8Array, start: number, end: number): void {
    const { key } = this;
    let length = 0;
    let hash = 0;
    for (let at = start; at < end; at++) {
      let byte = bytes[at] as number;
      if (at === this.start) {
        byte = this.isNumber ? numberMark : nameMark;
        at = this.end - 1;
      }
      key[length++] = byte;
      hash = hashWith(hash, byte);
    }
    this.keyLength = length;
    this.hash = hash;
  }
}

function endsWith(bytes: Uint8Array, end: number, word: Uint8Array): boolean {
  for (let at = 1; at <= word.length; at++) {
    if (bytes[end - at] !== word[word.length - at]) return false;
  }
  return true;
}

const isPartOfName = (byte: number) => byte < 128 && continuesName(byte);
