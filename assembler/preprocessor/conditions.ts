/**
 * Expressions of `#if`: integers of 64 bits, signed or unsigned, with C's operators. Names that are
 * no macros are 0. C standard, section "Conditional inclusion".
 */
import { bindingStrengths } from "../c-operators.ts";
import type { PreprocessingToken } from "./tokens.ts";

interface Value {
  readonly bits: bigint;
  readonly isUnsigned: boolean;
}

/** What is wrong with an expression, and at which token; undefined at the end. */
export class ConditionError {
  readonly message: string;
  readonly token: PreprocessingToken | undefined;
  constructor(message: string, token: PreprocessingToken | undefined) {
    this.message = message;
    this.token = token;
  }
}

const signed = (bits: bigint): Value => ({ bits: BigInt.asIntN(64, bits), isUnsigned: false });
const truth = (holds: boolean): Value => signed(holds ? 1n : 0n);
const typed = (bits: bigint, isUnsigned: boolean): Value => ({
  bits: isUnsigned ? BigInt.asUintN(64, bits) : BigInt.asIntN(64, bits),
  isUnsigned,
});

/** Parentheses and operators may nest this deep. */
const depthLimit = 200;

/**
 * The value of an expression whose macros are expanded and whose `defined`s are numbers. Throws a
 * `ConditionError`.
 */
export function evaluateCondition(tokens: readonly PreprocessingToken[]): bigint {
  const parser = new Parser(tokens);
  const value = parser.comma();
  const left = parser.peek();
  if (left !== undefined) throw new ConditionError(`\`${left.text}\` is not expected here.`, left);
  return value.bits;
}

class Parser {
  readonly #tokens: readonly PreprocessingToken[];
  #at = 0;
  #depth = 0;
  /** Above 0 where the value does not count, so a division by zero is none. */
  #skipped = 0;

  constructor(tokens: readonly PreprocessingToken[]) {
    this.#tokens = tokens;
  }

  peek(): PreprocessingToken | undefined {
    return this.#tokens[this.#at];
  }

  #take(text: string): boolean {
    const token = this.peek();
    if (token?.kind !== "other" || token.text !== text) return false;
    this.#at++;
    return true;
  }

  comma(): Value {
    let value = this.#conditional();
    while (this.#take(",")) value = this.#conditional();
    return value;
  }

  #conditional(): Value {
    const condition = this.#binary(1);
    if (!this.#take("?")) return condition;
    const holds = condition.bits !== 0n;
    const first = this.#unless(!holds, () => this.comma());
    if (!this.#take(":"))
      throw new ConditionError("A `:` is missing behind this `?`.", this.peek());
    const second = this.#unless(holds, () => this.#conditional());
    return typed((holds ? first : second).bits, first.isUnsigned || second.isUnsigned);
  }

  #unless(isSkipped: boolean, read: () => Value): Value {
    if (isSkipped) this.#skipped++;
    const value = read();
    if (isSkipped) this.#skipped--;
    return value;
  }

  #binary(least: number): Value {
    let left = this.#unary();
    for (;;) {
      const token = this.peek();
      const rank = token?.kind === "other" ? bindingStrengths[token.text] : undefined;
      if (token === undefined || rank === undefined || rank < least) return left;
      this.#at++;
      const decided =
        (token.text === "&&" && left.bits === 0n) || (token.text === "||" && left.bits !== 0n);
      const right = this.#unless(decided, () => this.#binary(rank + 1));
      left = this.#apply(token, left, right);
    }
  }

  #apply(token: PreprocessingToken, left: Value, right: Value): Value {
    const isUnsigned = left.isUnsigned || right.isUnsigned;
    const a = typed(left.bits, isUnsigned).bits;
    const b = typed(right.bits, isUnsigned).bits;
    switch (token.text) {
      case "||":
        return truth(left.bits !== 0n || right.bits !== 0n);
      case "&&":
        return truth(left.bits !== 0n && right.bits !== 0n);
      case "|":
        return typed(a | b, isUnsigned);
      case "^":
        return typed(a ^ b, isUnsigned);
      case "&":
        return typed(a & b, isUnsigned);
      case "==":
        return truth(a === b);
      case "!=":
        return truth(a !== b);
      case "<":
        return truth(a < b);
      case ">":
        return truth(a > b);
      case "<=":
        return truth(a <= b);
      case ">=":
        return truth(a >= b);
      case "<<":
      case ">>":
        return shifted(left, token.text === "<<" ? right.bits : -right.bits);
      case "+":
        return typed(a + b, isUnsigned);
      case "-":
        return typed(a - b, isUnsigned);
      case "*":
        return typed(a * b, isUnsigned);
      default: {
        if (b === 0n) {
          if (this.#skipped > 0) return typed(0n, isUnsigned);
          throw new ConditionError("This divides by zero.", token);
        }
        return typed(token.text === "/" ? a / b : a % b, isUnsigned);
      }
    }
  }

  #unary(): Value {
    const token = this.peek();
    if (token === undefined) throw new ConditionError("A value is missing here.", undefined);
    if (++this.#depth > depthLimit) {
      throw new ConditionError("This expression is nested too deeply.", token);
    }
    const value = this.#operand(token);
    this.#depth--;
    return value;
  }

  #operand(token: PreprocessingToken): Value {
    this.#at++;
    if (token.kind === "number") return numberValue(token);
    if (token.kind === "character") return characterValue(token);
    if (token.kind === "name") return signed(0n);
    switch (token.kind === "other" ? token.text : "") {
      case "(": {
        const value = this.comma();
        if (!this.#take(")")) throw new ConditionError("A closing `)` is missing.", this.peek());
        return value;
      }
      case "+":
        return this.#unary();
      case "-": {
        const { bits, isUnsigned } = this.#unary();
        return typed(-bits, isUnsigned);
      }
      case "~": {
        const { bits, isUnsigned } = this.#unary();
        return typed(~bits, isUnsigned);
      }
      case "!":
        return truth(this.#unary().bits === 0n);
      default:
        throw new ConditionError(`\`${token.text}\` is no value.`, token);
    }
  }
}

function shifted(value: Value, places: bigint): Value {
  if (places >= 64n) return typed(0n, value.isUnsigned);
  if (places <= -64n) return typed(value.bits < 0n ? -1n : 0n, value.isUnsigned);
  return typed(places >= 0n ? value.bits << places : value.bits >> -places, value.isUnsigned);
}

function numberValue(token: PreprocessingToken): Value {
  const parts = /^(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([uUlL]*)$/.exec(token.text);
  const digits = (parts?.[1] ?? "").replaceAll("'", "");
  const suffix = (parts?.[2] ?? "").toLowerCase();
  const isGood = /^(u?l{0,2}|l{1,2}u?)$/.test(suffix);
  if (parts === null || !isGood || /^0[0-7]*[89]/.test(digits)) {
    throw new ConditionError(`\`${token.text}\` is no integer.`, token);
  }
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  const isUnsigned = suffix.includes("u") || value >= 1n << 63n;
  return typed(value, isUnsigned);
}

const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

function characterValue(token: PreprocessingToken): Value {
  const pattern = /\\x([0-9a-fA-F]+)|\\([0-7]{1,3})|\\(.)|([\s\S])/gy;
  let value = 0n;
  for (const [, hexadecimal, octal, escaped, plain] of token.text.slice(1, -1).matchAll(pattern)) {
    const code =
      hexadecimal !== undefined
        ? Number.parseInt(hexadecimal, 16) & 255
        : octal !== undefined
          ? Number.parseInt(octal, 8) & 255
          : escaped !== undefined
            ? (escapes[escaped] ?? escaped.charCodeAt(0))
            : (plain ?? "").charCodeAt(0);
    value = (value << 8n) | BigInt(code & 255);
  }
  return signed(BigInt.asIntN(32, value));
}
