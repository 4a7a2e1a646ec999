/**
 * Reads the operands of a directive, one after the other. Each method takes what it is named after
 * or reports what is missing and returns undefined.
 */
import type { Assembler } from "./assembler.ts";
import { type Expression, ExpressionParser, evaluateNumber } from "./expressions.ts";
import { distanceSoFar } from "./layout.ts";
import type { Token } from "./lexer.ts";
import type { Mention } from "./symbols.ts";

/** The tokens behind a directive's name. */
export class Arguments {
  readonly #assembler: Assembler;
  /** The directive's name. */
  readonly name: Token;
  readonly tokens: readonly Token[];
  at: number;

  constructor(assembler: Assembler, name: Token, tokens: readonly Token[], at: number) {
    this.#assembler = assembler;
    this.name = name;
    this.tokens = tokens;
    this.at = at;
  }

  /** The next token, or undefined at the end. */
  peek(): Token | undefined {
    return this.tokens[this.at];
  }

  /** Whether nothing is left. */
  get isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  /** Takes an operator if it comes next. */
  take(operator: string): boolean {
    const token = this.tokens[this.at];
    if (token?.kind !== "operator" || token.text !== operator) return false;
    this.at++;
    return true;
  }

  /** Takes a comma, or reports what stands there instead. At the end: false, no report. */
  comma(): boolean {
    const token = this.peek();
    if (token === undefined) return false;
    if (this.take(",")) return true;
    this.#report("expected-comma", token, { text: token.text });
    return false;
  }

  /** Takes a comma that must stand here, or reports that it does not. */
  separator(): boolean {
    if (!this.isAtEnd) return this.comma();
    this.#report("missing-comma", this.tokens.at(-1) ?? this.name);
    return false;
  }

  /** Whether nothing is left; says so, since a value is taken for 0 here. */
  assumesZero(): boolean {
    const next = this.peek();
    if (next !== undefined && (next.kind !== "operator" || next.text !== ",")) return false;
    this.#report("assumed-zero", next ?? this.tokens.at(-1) ?? this.name);
    return true;
  }

  /** A name; a string is one too. */
  symbolName(): Token | undefined {
    const token = this.peek();
    if (token?.kind === "name" || token?.kind === "string") {
      this.at++;
      return token;
    }
    this.#report("expected-name", token ?? this.name);
    return undefined;
  }

  /** The decoded text of a string. */
  string(): string | undefined {
    const token = this.peek();
    if (token?.kind !== "string") {
      this.#report("expected-string", token ?? this.name);
      return undefined;
    }
    this.at++;
    // What has no end was reported when the statement was read.
    if (token.error === "unterminated-string") return undefined;
    if (token.error !== undefined) this.#report(token.error, token);
    return token.text;
  }

  /** An expression. */
  expression(): Expression | undefined {
    const parser = new ExpressionParser(this.tokens, this.at, this.tokens.length, this.#assembler);
    if (this.isAtEnd) {
      this.#report("missing-expression", this.name);
      return undefined;
    }
    const expression = parser.parse();
    this.at = expression === undefined ? this.tokens.length : parser.at;
    return expression;
  }

  /** An expression whose value is known now. */
  constant(what: string): bigint | undefined {
    const start = this.peek() ?? this.name;
    const expression = this.expression();
    if (expression === undefined) return undefined;
    const value = evaluateNumber(expression, distanceSoFar);
    if (typeof value === "bigint") return value;
    const last = this.tokens[this.at - 1] ?? start;
    this.#assembler.report(value, start.start, last.end, { what });
    return undefined;
  }

  /** A constant that fits a JavaScript number and a range. */
  integer(what: string, least: number, most: number): number | undefined {
    const start = this.peek() ?? this.name;
    const value = this.constant(what);
    if (value === undefined) return undefined;
    if (value >= BigInt(least) && value <= BigInt(most)) return Number(value);
    const last = this.tokens[this.at - 1] ?? start;
    this.#assembler.report("value-out-of-range", start.start, last.end, {
      value: String(value),
      range: `${least} to ${most}`,
    });
    return undefined;
  }

  /** Where tokens `from` up to the current one stand. */
  mention(from: number): Mention {
    const first = this.tokens[from] ?? this.name;
    const last = this.tokens[Math.max(from, this.at - 1)] ?? first;
    return { source: this.#assembler.source, start: first.start, end: last.end };
  }

  /** Reports tokens that are left over. */
  end(): void {
    const token = this.peek();
    if (token === undefined) return;
    const last = this.tokens.at(-1) ?? token;
    this.#assembler.report("trailing-text", token.start, last.end, {
      text: this.#assembler.source.text.slice(token.start, last.end),
    });
    this.at = this.tokens.length;
  }

  /** The source text of all that is left, blanks inside kept; takes it. */
  rest(): string {
    const first = this.peek();
    const last = this.tokens.at(-1);
    this.at = this.tokens.length;
    if (first === undefined || last === undefined) return "";
    return this.#assembler.source.text.slice(first.start, last.end);
  }

  #report(code: string, token: Token, values: Record<string, string> = {}): void {
    this.#assembler.report(code, token.start, token.end, values);
  }
}
