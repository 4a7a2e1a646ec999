/**
 * Parses a debugger's expression: C's operators with C's precedence (by precedence climbing),
 * casts, assignments, and two things more: assembly's `offset(base)` for a word in memory, and
 * `place@count` for several in a row. `start..end` is a range of memory, `{type} address` what is
 * there. A comma and a letter at the end choose the format.
 */
import { bindingStrengths } from "../../assembler/c-operators.ts";
import { cannotParse, unknownFormat } from "../errors.ts";
import { formatLetters } from "../formats.ts";
import { type Token, tokenize } from "./lexer.ts";
import { isTypeWord } from "./types.ts";

/** A type as it is written: the words of its name, the number of stars, and of elements. */
export interface TypeText {
  readonly words: readonly string[];
  readonly stars: number;
  readonly counts: readonly number[];
}

export type Expression =
  | {
      readonly kind: "integer";
      readonly value: bigint;
      readonly unsigned: boolean;
      readonly text: string;
    }
  | { readonly kind: "float"; readonly value: number; readonly single: boolean }
  | { readonly kind: "name"; readonly name: string }
  /** A text in quotes, with the 0 behind it. */
  | { readonly kind: "text"; readonly bytes: Uint8Array }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "conditional";
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  /** `operator` is "" for a plain assignment, else that of the compound one. */
  | {
      readonly kind: "assignment";
      readonly operator: string;
      readonly target: Expression;
      readonly value: Expression;
    }
  /** Memory from one address up to another. */
  | { readonly kind: "range"; readonly start: Expression; readonly end: Expression }
  /** `{type} address`: what is of that type there. */
  | { readonly kind: "typed-memory"; readonly type: TypeText; readonly address: Expression }
  | { readonly kind: "cast"; readonly type: TypeText; readonly operand: Expression }
  | { readonly kind: "size"; readonly type: TypeText }
  | { readonly kind: "size-of-value"; readonly operand: Expression }
  /** `base.name`, or with an arrow `base->name`. */
  | {
      readonly kind: "member";
      readonly base: Expression;
      readonly name: string;
      readonly isArrow: boolean;
    }
  | { readonly kind: "index"; readonly base: Expression; readonly index: Expression }
  /** `offset(base)`; a call where the first is a function. */
  | { readonly kind: "memory"; readonly offset: Expression; readonly base: Expression }
  /** A call with any other number of arguments than one. */
  | { readonly kind: "call"; readonly callee: Expression; readonly given: readonly Expression[] };

/** An expression, and how to show its value. */
export interface Parsed {
  readonly expression: Expression;
  readonly format: (typeof formatLetters)[string] | undefined;
}

const precedence = { ...bindingStrengths, "@": 11, ".*": 12, "->*": 12 } as Readonly<
  Record<string, number>
>;
const assignment = /^(<<|>>|[-+*/%&|^])?=$/;
/** Deeper nesting is refused, so that no text can exhaust the stack. */
const depthLimit = 200;
/** So are longer ones: a chain of operators is a deep tree, too. */
const tokenLimit = 1000;

/** Whether a name is that of a type of the program. */
type IsTypeName = (name: string) => boolean;

/**
 * Parses a whole text; throws a RequestError with one sentence where it is no expression.
 * @param isTypeName without it, a name in parentheses is a type only where nothing else fits
 */
export function parseExpression(text: string, isTypeName: IsTypeName = () => false): Parsed {
  const parser = new Parser(tokenize(text), isTypeName);
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  readonly #isTypeName: IsTypeName;

  constructor(tokens: readonly Token[], isTypeName: IsTypeName) {
    this.#tokens = tokens;
    this.#isTypeName = isTypeName;
  }

  whole(): Parsed {
    if (this.#tokens.length === 0) throw cannotParse("The expression is empty.");
    if (this.#tokens.length > tokenLimit) throw cannotParse("The expression is too long.");
    const expression = this.#range();
    let format: Parsed["format"];
    if (this.#accept(",")) {
      const letter = this.#next("a format letter");
      format = Object.hasOwn(formatLetters, letter.text) ? formatLetters[letter.text] : undefined;
      if (format === undefined) throw unknownFormat(letter.text);
    }
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw cannotParse(`"${rest.text}" was not expected there.`);
    return { expression, format };
  }

  #peek(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "operator" && token.text === text;
  }

  #accept(text: string): boolean {
    const found = this.#peek(text);
    if (found) this.#at++;
    return found;
  }

  #next(expected: string): Token {
    const token = this.#tokens[this.#at++];
    if (token === undefined)
      throw cannotParse(`The expression ends where ${expected} was expected.`);
    return token;
  }

  #expect(text: string): void {
    const token = this.#next(`"${text}"`);
    if (token.text !== text)
      throw cannotParse(`"${text}" was expected in place of "${token.text}".`);
  }

  #range(): Expression {
    const start = this.#assignment();
    return this.#accept("..") ? { kind: "range", start, end: this.#assignment() } : start;
  }

  #assignment(): Expression {
    if (++this.#depth > depthLimit) throw cannotParse("The expression is nested too deeply.");
    const target = this.#conditional();
    const token = this.#tokens[this.#at];
    let result = target;
    if (token?.kind === "operator" && assignment.test(token.text)) {
      this.#at++;
      result = {
        kind: "assignment",
        operator: token.text.slice(0, -1),
        target,
        value: this.#assignment(),
      };
    }
    this.#depth--;
    return result;
  }

  #conditional(): Expression {
    const test = this.#binary(1);
    if (!this.#accept("?")) return test;
    const yes = this.#assignment();
    this.#expect(":");
    return { kind: "conditional", test, yes, no: this.#assignment() };
  }

  #binary(least: number): Expression {
    let left = this.#unary();
    for (;;) {
      const token = this.#tokens[this.#at];
      const level = token?.kind === "operator" ? precedence[token.text] : undefined;
      if (token === undefined || level === undefined || level < least) return left;
      this.#at++;
      left = { kind: "binary", operator: token.text, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    if (++this.#depth > depthLimit) throw cannotParse("The expression is nested too deeply.");
    const result = this.#prefixed();
    this.#depth--;
    return result;
  }

  #prefixed(): Expression {
    const token = this.#tokens[this.#at];
    if (token?.kind === "operator" && "-+!~*&".includes(token.text) && token.text.length === 1) {
      this.#at++;
      return { kind: "unary", operator: token.text, operand: this.#unary() };
    }
    if (token?.kind === "name" && token.text === "sizeof") {
      this.#at++;
      if (!this.#peek("(") || !this.#isType(1)) {
        return { kind: "size-of-value", operand: this.#unary() };
      }
      this.#at++;
      const type = this.#type();
      this.#expect(")");
      return { kind: "size", type };
    }
    if (this.#accept("{")) {
      const type = this.#type();
      this.#expect("}");
      return { kind: "typed-memory", type, address: this.#unary() };
    }
    if (this.#peek("(") && this.#isType(1)) {
      this.#at++;
      const type = this.#type();
      this.#expect(")");
      return { kind: "cast", type, operand: this.#unary() };
    }
    return this.#postfixed(this.#primary());
  }

  /** Whether a type's name begins there, behind a parenthesis. */
  #isType(ahead: number): boolean {
    const token = this.#tokens[this.#at + ahead];
    if (token?.kind !== "name") return false;
    if (isTypeWord(token.text) || isKeyword(token.text) || this.#isTypeName(token.text))
      return true;
    // `(name *)` cannot be a value, nor can what is followed by one.
    let behind = ahead + 1;
    while (this.#peek("*", behind)) behind++;
    if (!this.#peek(")", behind)) return false;
    if (behind > ahead + 1) return true;
    const next = this.#tokens[this.#at + behind + 1];
    return next !== undefined && next.kind !== "operator" && !next.text.startsWith(".");
  }

  #type(): TypeText {
    const words: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== "name") break;
      const isNamed = words.some((word) => !isQualifier(word) && !isKeyword(word));
      if (isNamed && !isTypeWord(token.text)) break;
      words.push(token.text);
      this.#at++;
    }
    let stars = 0;
    for (;;) {
      if (this.#accept("*")) stars++;
      else if (this.#tokens[this.#at]?.text !== "const") break;
      else this.#at++;
    }
    const counts: number[] = [];
    while (this.#accept("[")) {
      const count = this.#next("a number");
      if (count.kind !== "integer") throw cannotParse("A number was expected between [ and ].");
      counts.push(Number(count.value));
      this.#expect("]");
    }
    if (words.length === 0) throw cannotParse("A type was expected.");
    return { words, stars, counts };
  }

  #postfixed(base: Expression): Expression {
    for (;;) {
      if (this.#accept("[")) {
        base = { kind: "index", base, index: this.#assignment() };
        this.#expect("]");
      } else if (this.#accept("(")) {
        base = this.#applied(base);
      } else if (this.#accept("->")) {
        base = this.#members(base, this.#next("a member").text, true);
      } else if (this.#accept(".")) {
        base = this.#members(base, this.#next("a member").text, false);
      } else if (this.#isMember()) {
        base = this.#members(base, this.#next("a member").text.slice(1), false);
      } else {
        return base;
      }
    }
  }

  #applied(callee: Expression): Expression {
    const given: Expression[] = [];
    if (!this.#accept(")")) {
      do given.push(this.#range());
      while (this.#accept(","));
      this.#expect(")");
    }
    const [base] = given;
    return given.length === 1 && base !== undefined
      ? { kind: "memory", offset: callee, base }
      : { kind: "call", callee, given };
  }

  /** Names have dots in assembly, so `.next` behind a value is one token. */
  #isMember(): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "name" && /^\.[^.]/.test(token.text);
  }

  #members(base: Expression, path: string, isArrow: boolean): Expression {
    const [first = "", ...rest] = path.split(".");
    if (!/^~?[\w$:]/.test(first) || rest.includes("")) throw cannotParse(`"${path}" is no member.`);
    let result: Expression = { kind: "member", base, name: first, isArrow };
    for (const name of rest) result = { kind: "member", base: result, name, isArrow: false };
    return result;
  }

  #primary(): Expression {
    const token = this.#next("a value");
    switch (token.kind) {
      case "integer":
        return { kind: "integer", value: token.value, unsigned: token.unsigned, text: token.text };
      case "float":
        return { kind: "float", value: token.value, single: token.single };
      case "name":
        return { kind: "name", name: token.text };
      case "string":
        return { kind: "text", bytes: this.#joined(token.bytes) };
      default: {
        if (token.text !== "(")
          throw cannotParse(`A value was expected in place of "${token.text}".`);
        const inner = this.#range();
        this.#expect(")");
        return inner;
      }
    }
  }

  /** Texts that follow each other are one, as in C. */
  #joined(first: Uint8Array): Uint8Array {
    const bytes = [...first];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== "string") return Uint8Array.from([...bytes, 0]);
      bytes.push(...token.bytes);
      this.#at++;
    }
  }
}

const isKeyword = (word: string): boolean => /^(struct|union|class|enum)$/.test(word);
const isQualifier = (word: string): boolean => word === "const" || word === "volatile";
