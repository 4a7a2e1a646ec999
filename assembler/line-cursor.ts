/**
 * Reads the parts of a line from its bytes: numbers, names, fixed words. Nothing is reported and
 * nothing is made; what is not plain is refused, and left to the reader of tokens.
 */
import { continuesName, startsName } from "./lexer.ts";

/** Bytes that lines are read by. */
export const byteOf = {
  newline: 10,
  tab: 9,
  space: 32,
  quote: 34,
  plus: 43,
  comma: 44,
  minus: 45,
  dot: 46,
  colon: 58,
  at: 64,
  backslash: 92,
} as const;

/** A place in a line. */
export class LineCursor {
  bytes: Uint8Array = new Uint8Array(1);
  text = "";
  /** Where the line begins. */
  start = 0;
  at = 0;

  /** Whether the line ends here. */
  get isAtEnd(): boolean {
    return this.bytes[this.at] === byteOf.newline;
  }

  /** Goes behind a byte if it is the next one. */
  takes(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** Goes behind some bytes if they are the next ones. */
  takesAll(word: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < word.length; index++) {
      if (bytes[at + index] !== word[index]) return false;
    }
    this.at = at + word.length;
    return true;
  }

  /** Goes behind a comma and the blank behind it, if there is one. */
  takesComma(): boolean {
    if (!this.takes(byteOf.comma)) return false;
    this.takes(byteOf.space);
    return true;
  }

  /** A number in decimal or hexadecimal, below 2^53; −1 where there is none such. */
  unsigned(): number {
    const { bytes } = this;
    let { at } = this;
    let byte = bytes[at] as number;
    let value = 0;
    if (byte === 48) {
      const next = bytes[at + 1] as number;
      if (next !== 120) {
        this.at = at + 1;
        return next >= 48 && continuesName(next) ? -1 : 0;
      }
      const first = at + 2;
      for (at = first; ; at++) {
        byte = bytes[at] as number;
        const digit = byte <= 57 ? byte - 48 : byte >= 97 && byte <= 102 ? byte - 87 : -1;
        if (digit < 0) break;
        value = value * 16 + digit;
      }
      if (at === first || at - first > 13) return -1;
    } else {
      const first = at;
      while (byte >= 48 && byte <= 57) {
        value = value * 10 + byte - 48;
        byte = bytes[++at] as number;
      }
      if (at === first || at - first > 15) return -1;
    }
    this.at = at;
    return value;
  }

  /** A number that may be negative, of 31 bits; NaN where there is none such. */
  integer(): number {
    const isNegative = this.takes(byteOf.minus);
    const value = this.unsigned();
    if (value < 0 || value > 0x7fffffff) return Number.NaN;
    return isNegative ? -value : value;
  }

  /** Goes behind a name and returns where; −1 for what is none, or is the place `.`. */
  name(): number {
    const { bytes, at: start } = this;
    let byte = bytes[start] as number;
    if (!startsName(byte)) return -1;
    let at = start;
    while (byte < 128 && continuesName(byte)) byte = bytes[++at] as number;
    if (byte > 127 || (at === start + 1 && bytes[start] === byteOf.dot)) return -1;
    this.at = at;
    return at;
  }
}

/** The bytes of a word. */
export function bytesOfWord(word: string): Uint8Array {
  return Uint8Array.from(word, (character) => character.charCodeAt(0));
}
