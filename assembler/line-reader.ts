/**
 * Reads lines straight from the source's bytes, without tokens, where a glance says what they are:
 * labels, numbers and addresses as data, `.loc`, and lines that are known from before (see
 * `known-statements.ts`). All else is left to the assembler. Of what a compiler writes, and of a
 * document that is edited, that is nearly everything; so nothing here makes an object or a string
 * that is not kept.
 */
import type { Assembler, Input } from "./assembler.ts";
import { hashWith, KnownLines } from "./known-lines.ts";
import { type KnownStatements, StatementMemory } from "./known-statements.ts";
import { continuesName, startsName } from "./lexer.ts";
import type { AssemblySymbol } from "./symbols.ts";
import { Statement, type StatementKind } from "./unit.ts";

/** Longer lines are not kept: they are hardly repeated. */
const lengthLimit = 80;

const newline = 10;
const tab = 9;
const space = 32;
const minus = 45;
const dot = 46;
const colon = 58;

/** Directives that are read here: how many bytes a value has, or 0 for `.loc`. */
const sizes: Readonly<Record<string, number>> = {
  ".byte": 1,
  ".half": 2,
  ".2byte": 2,
  ".short": 2,
  ".word": 4,
  ".4byte": 4,
  ".long": 4,
  ".dword": 8,
  ".8byte": 8,
  ".quad": 8,
  ".loc": 0,
};

/** Those directives with the tab before them. */
const words = new KnownLines<number>();
for (const [word, size] of Object.entries(sizes)) {
  const bytes = bytesOf(`\t${word}`);
  words.add(bytes, 0, bytes.length, bytes.reduce(hashWith, 0), size);
}

/** What numbers of so many bytes are below. */
const limits = [0, 2 ** 8, 2 ** 16, 0, 2 ** 32, 0, 0, 0, Infinity];

/** Options of `.loc` that are read here. */
const discriminator = bytesOf("discriminator ");
const isStatement = bytesOf("is_stmt ");

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Reads the lines of one assembler's texts. */
export class LineReader {
  readonly #assembler: Assembler;
  readonly #memory: StatementMemory;
  readonly #keeps: boolean;
  /** The text that is being read. */
  #bytes: Uint8Array = new Uint8Array(1);
  #text = "";
  /** Where the line begins. */
  #start = 0;
  /** Where reading has got to. */
  #at = 0;

  constructor(assembler: Assembler, known: KnownStatements, keeps: boolean) {
    this.#assembler = assembler;
    this.#memory = new StatementMemory(assembler, known);
    this.#keeps = keeps;
  }

  /**
   * Reads up to `limit` lines of a text, as far as it can.
   * @returns how many; after a line that was new to it, it stops, as anything may have changed.
   */
  read(input: Input, limit: number): number {
    const { source } = input;
    const assembler = this.#assembler;
    const { bytes } = source;
    const last = bytes.length - 1;
    if (assembler.subsection.section.isZeros) return 0;
    const lines = this.#memory.lines();
    const { macros } = assembler;
    this.#bytes = bytes;
    this.#text = source.text;
    let at = input.at;
    let count = 0;
    for (; count < limit && at < last; count++) {
      let end = at;
      let hash = 0;
      let byte = bytes[at] as number;
      this.#start = at;
      if (byte === tab) {
        // The word, as far as the next blank or the line's end.
        do {
          hash = hashWith(hash, byte);
          byte = bytes[++end] as number;
        } while (byte > space);
        if (bytes[at + 1] === dot && (byte === tab || byte === space)) {
          const size = words.find(bytes, at, end, hash);
          this.#at = end + 1;
          if (size !== undefined && this.#directive(size)) {
            at = this.#at + 1;
            continue;
          }
        }
      }
      while (byte !== newline) {
        hash = hashWith(hash, byte);
        byte = bytes[++end] as number;
      }
      if (end === at) {
        at++;
        continue;
      }
      if (bytes[end - 1] === colon && this.#label(at, end)) {
        at = end + 1;
        continue;
      }
      if (end - at > lengthLimit || end - at < 3) break;
      const found = lines.find(bytes, at, end, hash);
      if (found === undefined || (macros.size > 0 && macros.has(found.word))) {
        input.at = at;
        this.#memory.learn(input, end, hash);
        return count + 1;
      }
      const statement = this.#begin(
        at,
        end,
        found.kind === "directive" ? found.kind : "instruction",
      );
      if (statement !== undefined) {
        statement.nameAt = found.nameAt;
        statement.form = found.form;
        if (found.kind !== "operands") statement.instructions = found.instructions;
      }
      this.#memory.put(found);
      statement?.finish(assembler.subsection.current);
      at = end + 1;
    }
    input.at = at;
    return count;
  }

  /** Makes the line the assembler's statement, which is an object where statements are kept. */
  #begin(start: number, end: number, kind: StatementKind): Statement | undefined {
    const assembler = this.#assembler;
    if (!this.#keeps) {
      assembler.standAt(start, end);
      return undefined;
    }
    const { source, subsection } = assembler;
    const statement = new Statement(source, { start, end }, undefined, subsection.current);
    statement.kind = kind;
    assembler.statement = statement;
    assembler.keep(statement);
    return statement;
  }

  /** `name:` as a whole line. */
  #label(start: number, end: number): boolean {
    const bytes = this.#bytes;
    if (!startsName(bytes[start] as number)) return false;
    for (let at = start; at < end - 1; at++) {
      const byte = bytes[at] as number;
      if (byte > 127 || !continuesName(byte)) return false;
    }
    const assembler = this.#assembler;
    const statement = this.#begin(start, end, "label");
    const symbol = assembler.label(this.#text.slice(start, end - 1), start);
    statement?.addLabel(symbol);
    assembler.lines.label(assembler, symbol);
    return true;
  }

  /** What follows a directive of `sizes` and a blank; `#at` is the line's end if it was read. */
  #directive(size: number): boolean {
    if (size === 0) return this.#location();
    const byte = this.#bytes[this.#at] as number;
    return startsName(byte) ? this.#address(size) : this.#number(size);
  }

  #number(size: number): boolean {
    const bytes = this.#bytes;
    const isNegative = bytes[this.#at] === minus;
    if (isNegative) this.#at++;
    let value = this.#unsigned();
    if (value < 0 || bytes[this.#at] !== newline) return false;
    // What is too large is cut off with a warning, which others do.
    if (value >= (limits[size] as number) / (isNegative ? 2 : 1)) return false;
    if (isNegative) value = -value;
    const assembler = this.#assembler;
    const statement = this.#begin(this.#start, this.#at, "directive");
    assembler.mark("data");
    const { subsection } = assembler;
    if (size === 8) subsection.appendLong(value);
    else subsection.append(value, size);
    if (statement !== undefined) {
      statement.nameAt = 0;
      statement.finish(subsection.current);
    }
    return true;
  }

  /** A number at `#at`, which is behind it then; −1 where there is none of an exact one. */
  #unsigned(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    let byte = bytes[at] as number;
    let value = 0;
    if (byte === 48) {
      const next = bytes[at + 1] as number;
      if (next !== 120) {
        this.#at = at + 1;
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
    this.#at = at;
    return value;
  }

  /** `symbol` or `symbol-symbol`. */
  #address(size: number): boolean {
    const start = this.#at;
    const end = this.#endOfName(start);
    if (end < 0) return false;
    const byte = this.#bytes[end] as number;
    let other = 0;
    let stop = end;
    if (byte === minus) {
      other = end + 1;
      stop = this.#endOfName(other);
      if (stop < 0) return false;
    }
    if (this.#bytes[stop] !== newline) return false;
    const assembler = this.#assembler;
    const statement = this.#begin(this.#start, stop, "directive");
    // The mapping symbol comes before symbols that the values are the first to name.
    assembler.mark("data");
    const symbol = this.#symbol(start, end);
    const less = other > 0 ? this.#symbol(other, stop) : undefined;
    assembler.address(size, symbol, less, start, stop);
    if (statement !== undefined) {
      statement.nameAt = 0;
      statement.finish(assembler.subsection.current);
    }
    this.#at = stop;
    return true;
  }

  /** Where a name ends that begins at `start`; −1 for what is none, or the place `.`. */
  #endOfName(start: number): number {
    const bytes = this.#bytes;
    let byte = bytes[start] as number;
    if (!startsName(byte)) return -1;
    let at = start;
    while (byte < 128 && continuesName(byte)) byte = bytes[++at] as number;
    if (byte > 127 || (at === start + 1 && bytes[start] === 46)) return -1;
    return at;
  }

  #symbol(start: number, end: number): AssemblySymbol {
    return this.#assembler.named(this.#text.slice(start, end), start, end);
  }

  /** `.loc file line column`, perhaps with `is_stmt` and `discriminator`. */
  #location(): boolean {
    const bytes = this.#bytes;
    const file = this.#unsigned();
    if (file < 0 || bytes[this.#at++] !== space) return false;
    const line = this.#unsigned();
    if (line < 0 || bytes[this.#at++] !== space) return false;
    const column = this.#unsigned();
    if (column < 0 || file > 0x7fffffff || line > 0x7fffffff || column > 0x7fffffff) return false;
    let mark = 0;
    let statementOption = -1;
    for (let byte = bytes[this.#at]; byte !== newline; byte = bytes[this.#at]) {
      if (byte !== space) return false;
      this.#at++;
      if (this.#skips(discriminator)) {
        mark = this.#unsigned();
        if (mark < 0 || mark > 0x7fffffff) return false;
      } else if (this.#skips(isStatement)) {
        statementOption = this.#unsigned();
        if (statementOption < 0 || statementOption > 1) return false;
      } else return false;
    }
    const assembler = this.#assembler;
    const { lines } = assembler;
    if (lines.files.files[file] === undefined) return false;
    const statement = this.#begin(this.#start, this.#at, "directive");
    if (statement !== undefined) statement.nameAt = 0;
    lines.flush(assembler);
    lines.locateAt(file, line, column, statementOption, mark);
    return true;
  }

  /** Goes behind a text if it is the next one. */
  #skips(text: Uint8Array): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < text.length; index++) {
      if (bytes[this.#at + index] !== text[index]) return false;
    }
    this.#at += text.length;
    return true;
  }
}
