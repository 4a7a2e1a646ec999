/**
 * Expressions: parsed from tokens with GNU's operators and precedence, evaluated to a number or to
 * the form "symbol − symbol + number", which is all that relocations can say. Arithmetic is modulo
 * 2^64, signed. GNU as manual, chapter "Expressions".
 */
import type { Token } from "./lexer.ts";
import type { Fragment } from "./sections.ts";
import type { AssemblySymbol } from "./symbols.ts";

/** An expression, symbols resolved to what they were where it stood. */
export type Expression =
  | { readonly op: "number"; readonly value: bigint }
  | { readonly op: "symbol"; readonly symbol: AssemblySymbol }
  | { readonly op: "negate" | "complement" | "not"; readonly operand: Expression }
  | {
      readonly op: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly op: "float"; readonly text: string };

/** add − subtract + constant. */
export interface LinearValue {
  readonly add: AssemblySymbol | undefined;
  readonly subtract: AssemblySymbol | undefined;
  readonly constant: bigint;
}

/** Why an expression has no value. */
export type EvaluationError =
  | "not-constant"
  | "not-linear"
  | "divide-by-zero"
  | "circular"
  | "float";

/** An expression that is a number. */
export const number = (value: bigint): Expression => ({ op: "number", value });
/** An expression that is a symbol's value. */
export const symbolValue = (symbol: AssemblySymbol): Expression => ({ op: "symbol", symbol });
/** left − right. */
export const difference = (left: AssemblySymbol, right: AssemblySymbol): Expression => ({
  op: "binary",
  operator: "-",
  left: symbolValue(left),
  right: symbolValue(right),
});

/** The symbol that an expression of the form symbol ± number names. */
export function namedIn(expression: Expression): AssemblySymbol | undefined {
  if (expression.op === "symbol") return expression.symbol;
  if (expression.op !== "binary" || !/^[+-]$/.test(expression.operator)) return undefined;
  const { left, right, operator } = expression;
  if (right.op === "number") return namedIn(left);
  return operator === "+" && left.op === "number" ? namedIn(right) : undefined;
}

/** The symbols that an expression names. */
export function symbolsIn(expression: Expression): AssemblySymbol[] {
  switch (expression.op) {
    case "symbol":
      return [expression.symbol];
    case "binary":
      return [...symbolsIn(expression.left), ...symbolsIn(expression.right)];
    case "negate":
    case "complement":
    case "not":
      return symbolsIn(expression.operand);
    default:
      return [];
  }
}

/** Binary operators by how tightly they bind, as in GNU as. */
const precedence: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "==": 3,
  "<>": 3,
  "!=": 3,
  "<": 3,
  ">": 3,
  "<=": 3,
  ">=": 3,
  "+": 4,
  "-": 4,
  "|": 5,
  "^": 5,
  "&": 5,
  "!": 5,
  "*": 6,
  "/": 6,
  "%": 6,
  "<<": 6,
  ">>": 6,
};

/** How deep parentheses and prefix operators may nest. */
const depthLimit = 400;

/** What the parser asks of its surroundings. */
export interface ExpressionScope {
  /** The symbol of a name; the mention is recorded. */
  symbol(token: Token): AssemblySymbol;
  /** The symbol of `1f` or `1b`; undefined (and reported) when there is none. */
  numeric(token: Token): AssemblySymbol | undefined;
  /** A symbol for the place where the statement stands. */
  currentPlace(): AssemblySymbol;
  report(code: string, start: number, end: number, values?: Record<string, string>): void;
}

/** Reads expressions from a list of tokens. */
export class ExpressionParser {
  readonly #tokens: readonly Token[];
  readonly #scope: ExpressionScope;
  /** Position in the list of tokens. */
  at: number;
  /** Position behind the last token that belongs to the expression. */
  readonly end: number;
  #depth = 0;
  failed = false;

  constructor(tokens: readonly Token[], at: number, end: number, scope: ExpressionScope) {
    this.#tokens = tokens;
    this.at = at;
    this.end = end;
    this.#scope = scope;
  }

  /** The token at the current position, or undefined at the end. */
  peek(): Token | undefined {
    return this.at < this.end ? this.#tokens[this.at] : undefined;
  }

  /** One expression; reports and returns undefined where there is none. */
  parse(): Expression | undefined {
    return this.#binary(1);
  }

  #binary(least: number): Expression | undefined {
    let left = this.#unary();
    while (left !== undefined) {
      const token = this.peek();
      if (token === undefined || token.kind !== "operator") return left;
      const rank = precedence[token.text];
      if (rank === undefined || rank < least) return left;
      this.at++;
      const right = this.#binary(rank + 1);
      if (right === undefined) return undefined;
      if (rank === 6 && left.op === "number" && right.op === "number") {
        this.#checkShift(token, right.value);
      }
      left = fold(token.text, left, right);
    }
    return undefined;
  }

  /** Warns of a shift that leaves nothing. */
  #checkShift({ text, start, end }: Token, count: bigint): void {
    if ((text !== "<<" && text !== ">>") || (count >= 0n && count <= 63n)) return;
    this.#scope.report("shift-count", start, end, { count: String(count) });
  }

  #unary(): Expression | undefined {
    const token = this.peek();
    if (token === undefined) return this.#missing();
    if (token.kind !== "operator") return this.#primary(token);
    if (++this.#depth > depthLimit) return this.#fail("expression-too-deep", token);
    this.at++;
    let result: Expression | undefined;
    if (token.text === "(" || token.text === "[") {
      result = this.#binary(1);
      const close = token.text === "(" ? ")" : "]";
      if (result !== undefined) {
        if (this.peek()?.text === close) this.at++;
        else
          result = this.#fail("expected-close", this.peek() ?? this.#tokens[this.at - 1] ?? token, {
            close,
          });
      }
    } else if ("-+~!".includes(token.text) && token.text.length === 1) {
      const operand = this.#unary();
      result = operand && prefix(token.text, operand);
    } else if (token.text === "%" && this.peek()?.kind === "name") {
      const name = `%${this.peek()?.text ?? ""}`;
      const isOpen = this.#tokens[this.at + 1]?.text === "(";
      const isClosed = this.#tokens.some(({ text }, at) => at > this.at && text === ")");
      const code = isOpen && !isClosed ? "expected-close" : "misplaced-function";
      result = this.#fail(code, token, { name, close: ")" });
    } else {
      result = this.#fail("expected-expression", token, { found: token.text });
    }
    this.#depth--;
    return result;
  }

  #primary(token: Token): Expression | undefined {
    this.at++;
    switch (token.kind) {
      case "integer":
        if (token.error === "character-escape") {
          const text = String.fromCharCode(Number(token.value));
          this.#scope.report(token.error, token.start, token.end, { text });
        } else if (token.error !== undefined)
          return this.#fail(token.error, token, { text: token.text });
        return { op: "number", value: token.value ?? 0n };
      case "float":
        return { op: "float", text: token.text };
      case "name":
        if (token.text === ".") return symbolValue(this.#scope.currentPlace());
        return this.#symbol(token);
      case "string":
        return symbolValue(this.#scope.symbol(token));
      case "local": {
        const symbol = this.#scope.numeric(token);
        if (symbol === undefined) this.failed = true;
        return symbol && symbolValue(symbol);
      }
      default:
        return this.#fail("expected-expression", token, { found: token.text });
    }
  }

  /** A symbol; `@plt` behind it, as compilers write in calls, changes nothing here. */
  #symbol(token: Token): Expression {
    if (this.peek()?.text === "@" && this.#tokens[this.at + 1]?.text.toLowerCase() === "plt") {
      this.at += 2;
    }
    return symbolValue(this.#scope.symbol(token));
  }

  #missing(): undefined {
    const last = this.#tokens[this.end - 1];
    const at = last?.end ?? 0;
    this.failed = true;
    this.#scope.report("missing-expression", Math.max(0, at - 1), at);
    return undefined;
  }

  #fail(code: string, token: Token, values: Record<string, string> = {}): undefined {
    this.failed = true;
    this.#scope.report(code, token.start, token.end, values);
    return undefined;
  }
}

function prefix(operator: string, operand: Expression): Expression {
  if (operator === "+") return operand;
  if (operand.op === "float" && operator === "-") {
    return {
      op: "float",
      text: operand.text.startsWith("-") ? operand.text.slice(1) : `-${operand.text}`,
    };
  }
  if (operand.op === "number") {
    const { value } = operand;
    if (operator === "-") return number(wrap(-value));
    if (operator === "~") return number(~value);
    return number(value === 0n ? 1n : 0n);
  }
  const op = operator === "-" ? "negate" : operator === "~" ? "complement" : "not";
  return { op, operand };
}

/** Combines at once what is known, so that long sums stay short. */
function fold(operator: string, left: Expression, right: Expression): Expression {
  if (left.op === "number" && right.op === "number") {
    const value = apply(operator, left.value, right.value);
    if (value !== undefined) return number(value);
  }
  return { op: "binary", operator, left, right };
}

const wide = 1n << 63n;
/** Keeps numbers of up to 128 bits as written, for `.octa`; others are taken modulo 2^64. */
const wrap = (value: bigint): bigint => {
  if (value >= -wide && value < wide) return value;
  return value >= 1n << 64n || value < -(1n << 64n) ? BigInt.asIntN(128, value) : value;
};

/** The result of an operator on numbers; undefined for a division by zero. */
function apply(operator: string, left: bigint, right: bigint): bigint | undefined {
  const truth = (holds: boolean) => (holds ? -1n : 0n);
  switch (operator) {
    case "+":
      return wrap(left + right);
    case "-":
      return wrap(left - right);
    case "*":
      return wrap(left * right);
    case "/":
      return right === 0n ? undefined : wrap(left / right);
    case "%":
      return right === 0n ? undefined : left % right;
    case "<<":
      return right < 0n || right > 63n ? 0n : BigInt.asIntN(64, left << right);
    case ">>":
      return right < 0n || right > 63n ? 0n : BigInt.asUintN(64, left) >> right;
    case "|":
      return left | right;
    case "&":
      return left & right;
    case "^":
      return left ^ right;
    case "!":
      return left | ~right;
    case "==":
      return truth(left === right);
    case "!=":
    case "<>":
      return truth(left !== right);
    case "<":
      return truth(left < right);
    case ">":
      return truth(left > right);
    case "<=":
      return truth(left <= right);
    case ">=":
      return truth(left >= right);
    case "&&":
      return left !== 0n && right !== 0n ? 1n : 0n;
    case "||":
      return left !== 0n || right !== 0n ? 1n : 0n;
    default:
      return undefined;
  }
}

/** The distance between two places if it is known, as far as assembling has got. */
export interface Distance {
  (from: Fragment, fromOffset: number, to: Fragment, toOffset: number): number | undefined;
  /** Whether the distance of an undefined symbol to itself is not known either. */
  readonly leavesUndefined?: boolean;
}

/** Evaluates to add − subtract + constant. `distance` tells which differences are numbers. */
export function evaluate(
  expression: Expression,
  distance: Distance,
): LinearValue | EvaluationError {
  if (expression.op === "symbol" && expression.symbol.expression === undefined) {
    return { add: expression.symbol, subtract: undefined, constant: 0n };
  }
  try {
    return linear(expression, distance, 0);
  } catch (error) {
    if (error instanceof Unknown) return error.reason;
    throw error;
  }
}

/** The number that an expression is, or why it is none. */
export function evaluateNumber(
  expression: Expression,
  distance: Distance,
): bigint | EvaluationError {
  if (expression.op === "number") return expression.value;
  const value = evaluate(expression, distance);
  if (typeof value === "string") return value;
  return value.add === undefined && value.subtract === undefined ? value.constant : "not-constant";
}

/** Thrown inside of this file only; not an Error, since taking a stack trace costs too much. */
class Unknown {
  readonly reason: EvaluationError;
  constructor(reason: EvaluationError) {
    this.reason = reason;
  }
}

const constant = (value: bigint): LinearValue => ({
  add: undefined,
  subtract: undefined,
  constant: value,
});

function linear(expression: Expression, distance: Distance, depth: number): LinearValue {
  if (depth > 2000) throw new Unknown("circular");
  switch (expression.op) {
    case "number":
      return constant(expression.value);
    case "float":
      throw new Unknown("float");
    case "symbol":
      return linearSymbol(expression.symbol, distance, depth);
    case "binary":
      return linearBinary(expression, distance, depth);
    default: {
      const value = linear(expression.operand, distance, depth + 1);
      if (expression.op === "negate") {
        return { add: value.subtract, subtract: value.add, constant: wrap(-value.constant) };
      }
      if (value.add !== undefined || value.subtract !== undefined) throw new Unknown("not-linear");
      return constant(
        expression.op === "complement" ? ~value.constant : value.constant === 0n ? 1n : 0n,
      );
    }
  }
}

/** Chains of `.set` longer than this are looked at for circles. */
const chainLength = 64;

/**
 * Follows a chain of symbols that differ by numbers only to its end, however long it is.
 * @returns the last symbol, and how much more the first one is
 */
function endOfChain(symbol: AssemblySymbol): { symbol: AssemblySymbol; more: bigint } {
  let more = 0n;
  let seen: Set<AssemblySymbol> | undefined;
  for (let steps = 0; ; steps++) {
    const { expression } = symbol;
    if (steps === chainLength) seen = new Set();
    if (symbol.isBeingEvaluated || seen?.has(symbol) === true) throw new Unknown("circular");
    seen?.add(symbol);
    if (expression?.op === "symbol") symbol = expression.symbol;
    else if (expression?.op === "binary" && expression.left.op === "symbol") {
      const { operator, left, right } = expression;
      const isSum = operator === "+" || operator === "-";
      if (!isSum || right.op !== "number") return { symbol, more };
      more += operator === "+" ? right.value : -right.value;
      symbol = left.symbol;
    } else return { symbol, more };
  }
}

function linearSymbol(first: AssemblySymbol, distance: Distance, depth: number): LinearValue {
  const { symbol, more } = endOfChain(first);
  const value = linearEnd(symbol, distance, depth);
  return more === 0n ? value : { ...value, constant: wrap(value.constant + more) };
}

function linearEnd(symbol: AssemblySymbol, distance: Distance, depth: number): LinearValue {
  const { expression } = symbol;
  if (expression === undefined) return { add: symbol, subtract: undefined, constant: 0n };
  symbol.isBeingEvaluated = true;
  try {
    // Chains of symbols cost more than long sums, since each symbol of a chain is evaluated.
    return linear(expression, distance, depth + 7);
  } finally {
    symbol.isBeingEvaluated = false;
  }
}

function linearBinary(
  expression: Expression & { op: "binary" },
  distance: Distance,
  depth: number,
): LinearValue {
  const { operator } = expression;
  const left = linear(expression.left, distance, depth + 1);
  const right = linear(expression.right, distance, depth + 1);
  if (operator === "+" || operator === "-") {
    const other =
      operator === "+"
        ? right
        : { add: right.subtract, subtract: right.add, constant: -right.constant };
    return sum(left, other, distance);
  }
  const isNumber = (value: LinearValue) => value.add === undefined && value.subtract === undefined;
  if (isNumber(left) && isNumber(right)) {
    const value = apply(operator, left.constant, right.constant);
    if (value === undefined) throw new Unknown("divide-by-zero");
    return constant(value);
  }
  // Two places of one section can be compared even where neither is a number.
  if (precedence[operator] === 3) {
    const delta = sum(
      left,
      { add: right.subtract, subtract: right.add, constant: -right.constant },
      distance,
    );
    if (isNumber(delta)) return constant(apply(operator, delta.constant, 0n) ?? 0n);
  }
  throw new Unknown("not-linear");
}

/** Adds two linear values, cancelling symbols whose distance is known. */
function sum(a: LinearValue, b: LinearValue, distance: Distance): LinearValue {
  if (b.add === undefined && b.subtract === undefined) {
    return { add: a.add, subtract: a.subtract, constant: wrap(a.constant + b.constant) };
  }
  const added = [a.add, b.add].filter((symbol) => symbol !== undefined);
  const subtracted = [a.subtract, b.subtract].filter((symbol) => symbol !== undefined);
  let total = wrap(a.constant + b.constant);
  for (let i = added.length - 1; i >= 0; i--) {
    for (let j = subtracted.length - 1; j >= 0; j--) {
      const gap = gapBetween(subtracted[j] as AssemblySymbol, added[i] as AssemblySymbol, distance);
      if (gap === undefined) continue;
      total = wrap(total + BigInt(gap));
      added.splice(i, 1);
      subtracted.splice(j, 1);
      break;
    }
  }
  if (added.length > 1 || subtracted.length > 1) throw new Unknown("not-linear");
  return { add: added[0], subtract: subtracted[0], constant: total };
}

function gapBetween(
  from: AssemblySymbol,
  to: AssemblySymbol,
  distance: Distance,
): number | undefined {
  if (from.fragment === undefined || to.fragment === undefined) {
    return from === to && distance.leavesUndefined !== true ? 0 : undefined;
  }
  return distance(from.fragment, from.offset, to.fragment, to.offset);
}

/**
 * The symbol that a target names, where it is another name of a place (`.set`): relocations keep
 * the name that is written.
 */
export function aliasIn(
  expression: Expression,
  { add }: LinearValue,
): { symbol: AssemblySymbol; addend: bigint } | undefined {
  if (add === undefined) return undefined;
  if (expression.op === "symbol") {
    const { symbol } = expression;
    return symbol.expression === undefined ? undefined : { symbol, addend: 0n };
  }
  if (expression.op !== "binary" || expression.left.op !== "symbol") return undefined;
  const { operator, left, right } = expression;
  const isSum = operator === "+" || operator === "-";
  if (!isSum || right.op !== "number" || left.symbol.expression === undefined) return undefined;
  return { symbol: left.symbol, addend: operator === "+" ? right.value : -right.value };
}
