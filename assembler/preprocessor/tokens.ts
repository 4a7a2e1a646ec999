/**
 * Preprocessing tokens. The lexical rules are those of C in assembler files: `$` is no part of a
 * name, a quote without its partner takes the rest of the line, and any other character stands for
 * itself. C standard, section "Lexical elements"; GNU CPP manual, "Tokenization".
 */
import type { SourceText } from "../source.ts";

/** Where a macro was called in a file: what its expansion is said to stand at. */
export interface Call {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** A token; offsets into the text that it was written in. */
export interface PreprocessingToken {
  readonly kind: "name" | "number" | "string" | "character" | "other" | "newline" | "end";
  readonly text: string;
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  /** Whether white space or a comment stands before it. */
  readonly spaced: boolean;
  /** Whether it is the first of its line. */
  readonly isFirst: boolean;
  /** The call whose expansion it comes from; absent for what stands in a file as it is. */
  readonly call?: Call;
  /** Whether `#` made it, so that it stands beside nothing. */
  readonly isMade?: boolean;
  /** Whether it is a macro's name that is not to be expanded again. */
  readonly isPainted?: boolean;
}

const punctuators = [
  "...",
  "<<=",
  ">>=",
  "->",
  "++",
  "--",
  "<<",
  ">>",
  "<=",
  ">=",
  "==",
  "!=",
  "&&",
  "||",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "##",
];
const punctuatorStarts = new Set(punctuators.map((text) => text.charAt(0)));

const namePattern = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y;
const numberPattern = /\.?[0-9](?:[eEpP][+-]|[\w.\u0080-\uffff])*/y;
const stringPattern = /"(?:\\[^\n]|[^"\\\n])*("|(?=\n)|$)/y;
const characterPattern = /'(?:\\[^\n]|[^'\\\n])*('|(?=\n)|$)/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Cuts a text into tokens, one at a time. Lines that end with a backslash are joined first. */
export class Scanner {
  readonly source: SourceText;
  /** The text without joined line ends. */
  readonly #text: string;
  /** Offsets in `#text` behind which line ends were taken out, and how many characters so far. */
  readonly #splices: { at: number; removed: number }[] = [];
  #at = 0;
  #isFirst = true;
  /** Where a comment begins that has no end. */
  openComment: number | undefined;

  constructor(source: SourceText) {
    this.source = source;
    this.#text =
      source.text.includes("\\\n") || source.text.includes("\\\r\n")
        ? this.#joined(source.text)
        : source.text;
  }

  #joined(text: string): string {
    let removed = 0;
    return text.replace(/\\\r?\n/g, (found, at: number) => {
      this.#splices.push({ at: at - removed, removed: removed + found.length });
      removed += found.length;
      return "";
    });
  }

  /** The offset in the source of an offset in the joined text. */
  #original(at: number): number {
    const splices = this.#splices;
    let low = 0;
    let high = splices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((splices[middle] as { at: number }).at <= at) low = middle + 1;
      else high = middle;
    }
    return at + (splices[low - 1]?.removed ?? 0);
  }

  /** Goes back to the start of a token that was just read. */
  reset(token: PreprocessingToken, at: number): void {
    this.#at = at;
    this.#isFirst = token.isFirst;
  }

  /** The place in the joined text, for `reset`. */
  get place(): number {
    return this.#at;
  }

  /** The rest of the line as it stands, up to its end; takes it. */
  restOfLine(): string {
    const end = this.#text.indexOf("\n", this.#at);
    const rest = this.#text.slice(this.#at, end < 0 ? this.#text.length : end);
    this.#at += rest.length;
    return rest;
  }

  /** The next token; at the end of the text "end" again and again. */
  next(): PreprocessingToken {
    const text = this.#text;
    const { length } = text;
    let spaced = false;
    for (;;) {
      if (this.#at >= length) return this.#token("end", this.#at, "", spaced);
      const character = text.charAt(this.#at);
      if (character === "\n") {
        const token = this.#token("newline", this.#at, "\n", spaced);
        this.#isFirst = true;
        return token;
      }
      if (character === " " || (character >= "\t" && character <= "\r")) {
        this.#at++;
        spaced = true;
        continue;
      }
      if (character !== "/") break;
      const next = text.charAt(this.#at + 1);
      if (next === "/") {
        const end = text.indexOf("\n", this.#at);
        this.#at = end < 0 ? length : end;
      } else if (next === "*") {
        const end = text.indexOf("*/", this.#at + 2);
        if (end < 0) this.openComment = this.#original(this.#at);
        this.#at = end < 0 ? length : end + 2;
      } else break;
      spaced = true;
    }
    return this.#solid(spaced);
  }

  #solid(spaced: boolean): PreprocessingToken {
    const text = this.#text;
    const at = this.#at;
    const character = text.charAt(at);
    const name = match(namePattern, text, at);
    if (name !== undefined) return this.#token("name", at, name, spaced);
    const number = match(numberPattern, text, at);
    if (number !== undefined) return this.#token("number", at, number, spaced);
    if (character === '"' || character === "'") {
      const isString = character === '"';
      const found = match(isString ? stringPattern : characterPattern, text, at) ?? character;
      const isWhole = found.length > 1 && found.endsWith(character);
      const kind = isString ? "string" : "character";
      return this.#token(isWhole ? kind : "other", at, found, spaced);
    }
    if (punctuatorStarts.has(character)) {
      const found = punctuators.find((one) => text.startsWith(one, at));
      if (found !== undefined) return this.#token("other", at, found, spaced);
    }
    return this.#token("other", at, character, spaced);
  }

  #token(
    kind: PreprocessingToken["kind"],
    at: number,
    text: string,
    spaced: boolean,
  ): PreprocessingToken {
    this.#at = at + text.length;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const start = this.#original(at);
    const end =
      this.#splices.length === 0 ? this.#at : Math.max(start, this.#original(this.#at - 1) + 1);
    return {
      kind,
      text,
      source: this.source,
      start,
      end: text === "" ? start : end,
      spaced,
      isFirst,
    };
  }
}

/** Characters that begin an operator which can paste with `=`. */
const pastesWithEquals = new Set("=!<>+-*/%&|^");

/**
 * Whether two tokens that do not stand side by side in a text would become another token if they
 * were printed so. The cases are those of GNU cpp, which leave a blank where one is not needed too.
 */
export function wouldPaste(first: PreprocessingToken, second: PreprocessingToken): boolean {
  const a = first.text;
  const isOperator = second.kind === "other" && !/^["'\\$@`]/.test(second.text);
  const c = isOperator ? second.text.charAt(0) : "";
  if (first.kind === "name") {
    return (
      /^(name|string|character)$/.test(second.kind) ||
      (/^\w+$/.test(second.text) && second.kind === "number")
    );
  }
  if (first.kind === "number") {
    return /^(name|number|character)$/.test(second.kind) || (c !== "" && ".+-".includes(c));
  }
  if (first.kind !== "other") return false;
  if (c === "=" && a.length <= 2 && pastesWithEquals.has(a.charAt(0)) && /^(<<|>>|.)$/.test(a)) {
    return true;
  }
  switch (a) {
    case ">":
    case "+":
    case "&":
    case "|":
      return c === a;
    case "<":
      return c === "<" || c === "%" || c === ":";
    case "-":
      return c === "-" || c === ">";
    case "/":
      return c === "/" || c === "*";
    case "%":
      return c === ":" || c === "%";
    case ":":
      return c === ":" || c === ">";
    case "->":
      return c === "*";
    case ".":
      return c === "." || c === "%" || second.kind === "number";
    case "#":
      return c === "#" || c === "%";
    case "\\":
      return second.kind === "name";
    default:
      return false;
  }
}
