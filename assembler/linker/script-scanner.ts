/**
 * The words and tokens of a linker script. Where names of sections and files stand, a word may have
 * `*`, `-`, `/` and more in it; in expressions these are operators. So the parser asks for the one
 * or the other, at the same position.
 */
import { type Diagnostic, diagnose } from "../diagnostics.ts";
import type { ScriptPlace } from "./script.ts";

/** Thrown inside of the parser, and caught by its façade. */
export class ScriptError extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

const operators = [
  "<<=", ">>=", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "&=", "|=",
] as const; // biome-ignore format: a table

/** A position in a script. */
export class ScriptScanner {
  readonly text: string;
  readonly file: string;
  offset = 0;
  /** Where each line begins, found when a place is first asked for. */
  #lines: number[] | undefined;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }

  /** Moves over blanks and comments. */
  skip(): void {
    const blank = /(?:\s+|\/\*[\s\S]*?\*\/|#[^\n]*\n)*/y;
    blank.lastIndex = this.offset;
    blank.test(this.text);
    this.offset = blank.lastIndex;
    if (this.text.startsWith("/*", this.offset)) this.fail("this comment has no closing */");
  }

  get isAtEnd(): boolean {
    this.skip();
    return this.offset >= this.text.length;
  }

  #match(pattern: RegExp): string | undefined {
    this.skip();
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined || found === "") return undefined;
    this.offset += found.length;
    return found;
  }

  /** A quoted text, without its quotes. */
  quoted(): string | undefined {
    const found = this.#match(/"[^"\n]*"/y);
    return found?.slice(1, -1);
  }

  /** The name of an output section or of a symbol, at the beginning of a statement. */
  word(): string | undefined {
    return this.quoted() ?? this.#wordOf(/[^\s(){};,"=:>&|+]+/y);
  }

  /** The pattern of a file's name, at the beginning of a statement. */
  fileWord(): string | undefined {
    return this.quoted() ?? this.#wordOf(/[^\s(){};,"=>&|+]+/y);
  }

  /** A match that leaves the operator of `-=`, `*=` or `/=` alone. */
  #wordOf(pattern: RegExp): string | undefined {
    const found = this.#match(pattern);
    if (found === undefined || this.text[this.offset] !== "=" || !/.[-*/]$/.test(found)) {
      return found;
    }
    this.offset--;
    return found.slice(0, -1);
  }

  /** A word of a pattern, inside of parentheses: all but brackets, commas and blanks. */
  pattern(): string | undefined {
    return this.quoted() ?? this.#match(/[^\s(){},;"]+/y);
  }

  /** The name of a symbol or a function in an expression. */
  name(): string | undefined {
    return this.quoted() ?? this.#match(/[A-Za-z_.$][\w.$]*/y);
  }

  /** A number's text. */
  number(): string | undefined {
    return this.#match(/(?:0[xX][0-9a-fA-F]+|\$[0-9a-fA-F]+|[0-9][0-9a-fA-F]*[hH]|[0-9]+)[kKmM]?/y);
  }

  /** An operator or a punctuation mark. */
  mark(): string | undefined {
    this.skip();
    // The name of what is thrown away is no division.
    if (this.text.startsWith("/DISCARD/", this.offset)) return undefined;
    const long = operators.find((operator) => this.text.startsWith(operator, this.offset));
    const found = long ?? this.#match(/[-+*/%&|^~!<>=?:;,(){}[\]]/y);
    if (long !== undefined) this.offset += long.length;
    return found;
  }

  /** Looks at the next mark without taking it. */
  peek(): string | undefined {
    const { offset } = this;
    const found = this.mark();
    this.offset = offset;
    return found;
  }

  /** Takes this text if it comes next. */
  takes(text: string): boolean {
    this.skip();
    if (!this.text.startsWith(text, this.offset)) return false;
    const after = this.text[this.offset + text.length] ?? " ";
    if (/\w$/.test(text) && /[\w.$]/.test(after)) return false;
    this.offset += text.length;
    return true;
  }

  /** Takes this text, or fails. */
  expect(text: string): void {
    if (!this.takes(text)) this.fail(`\`${text}\` is expected here, not ${this.#found()}`);
  }

  #found(): string {
    if (this.isAtEnd) return "the end of the script";
    return `\`${/^(?:[\w.$]+|.)/su.exec(this.text.slice(this.offset, this.offset + 80))?.[0] ?? ""}\``;
  }

  /** Where the next word or token stands. */
  place(from = this.#next()): ScriptPlace {
    const start = this.#positionOf(from);
    const length = /^(?:[\w.$*]+|.?)/su.exec(this.text.slice(from, from + 200))?.[0].length ?? 0;
    const end = { line: start.line, character: start.character + length };
    return { file: this.file, range: { start, end } };
  }

  #next(): number {
    const { offset } = this;
    const blank = /(?:\s+|\/\*[\s\S]*?\*\/)*/y;
    blank.lastIndex = offset;
    blank.test(this.text);
    return blank.lastIndex;
  }

  #positionOf(offset: number): { line: number; character: number } {
    if (this.#lines === undefined) {
      this.#lines = [0];
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) {
        this.#lines.push(at + 1);
      }
    }
    let low = 0;
    let high = this.#lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low, character: offset - (this.#lines[low] ?? 0) };
  }

  /** Ends the reading of the script with this reason, a clause. */
  fail(reason: string, place = this.place()): never {
    throw new ScriptError(diagnose("linker-script", place, { reason }));
  }
}
