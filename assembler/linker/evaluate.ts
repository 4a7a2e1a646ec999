/**
 * Values of expressions in linker scripts. A value is a number, or relative to an output section, or
 * absolute; which of them decides what an assignment inside of an output section means. GNU ld's
 * manual, sections "Evaluation" and "The Section of an Expression". Values are unsigned, 64 bits.
 */
import { diagnose } from "../diagnostics.ts";
import type { LinkSymbol, OutputSection } from "./program.ts";
import type { Expression, ScriptPlace } from "./script.ts";
import { ScriptError } from "./script-scanner.ts";

/** A value: relative to a section, absolute, or a mere number (undefined). */
export interface Value {
  readonly value: bigint;
  readonly section: OutputSection | "absolute" | undefined;
}

/** What expressions ask of the layout. */
export interface Surroundings {
  /** The location counter, as an address. */
  readonly dot: bigint;
  /** The output section in which the expression stands. */
  readonly section: OutputSection | undefined;
  symbol(name: string): LinkSymbol | undefined;
  /** Whether DEFINED holds. */
  isDefined(name: string): boolean;
  /** Undefined when there is no such section in the output. */
  output(name: string): OutputSection | undefined;
  region(name: string): { origin: bigint; length: bigint } | undefined;
  segmentStart(name: string): bigint | undefined;
  constant(name: string): bigint | undefined;
  headersSize(): bigint;
  /** Notes that an assertion in an expression does not hold. */
  failAssertion(message: string, place: ScriptPlace): void;
  dataSegment(name: string, operands: readonly bigint[], dot: bigint): bigint;
  /** Notes whether the value so far is a place, found from the location counter or a region. */
  notePlace(isPlace: boolean): void;
}

const mask = (value: bigint) => BigInt.asUintN(64, value);
const number = (value: bigint): Value => ({ value: mask(value), section: undefined });
const absolute = (value: bigint): Value => ({ value: mask(value), section: "absolute" });

/** The value as an address or a plain number. */
export function plain({ value, section }: Value): bigint {
  return typeof section === "object" ? mask(value + BigInt(section.address)) : value;
}

/** Evaluates an expression; throws `ScriptError` when it has no value. */
export function evaluate(expression: Expression, around: Surroundings): Value {
  switch (expression.kind) {
    case "number":
      // Outside of output sections a number is an address, as far as GNU ld goes.
      return around.section === undefined ? absolute(expression.value) : number(expression.value);
    case "name":
      return nameValue(expression.name, expression.place, around);
    case "unary":
      return unaryValue(expression.operator, evaluate(expression.operand, around));
    case "binary":
      return binaryValue(expression, around);
    case "choice": {
      const { condition, yes, no } = expression;
      return evaluate(evaluate(condition, around).value !== 0n ? yes : no, around);
    }
    default:
      return callValue(expression, around);
  }
}

function fail(reason: string, place: ScriptPlace): never {
  throw new ScriptError(diagnose("linker-script", place, { reason }));
}

function outputNamed(name: string, place: ScriptPlace, around: Surroundings): OutputSection {
  const output = around.output(name);
  if (output !== undefined) return output;
  fail(`there is no output section \`${name}\`; name one of those in SECTIONS`, place);
}

/** An address, told relative to the section in which the expression stands. */
function here(address: bigint, around: Surroundings): Value {
  const { section } = around;
  around.notePlace(true);
  if (section === undefined) return absolute(address);
  return { value: mask(address - BigInt(section.address)), section };
}

function nameValue(name: string, place: ScriptPlace, around: Surroundings): Value {
  if (name === ".") return here(around.dot, around);
  const symbol = around.symbol(name);
  if (symbol === undefined || (!symbol.isDefined && symbol.kind !== "weak-undefined")) {
    fail(
      `\`${name}\` is not defined; define it in an object, in the script or with --defsym`,
      place,
    );
  }
  const { section } = symbol;
  if (section === undefined) {
    const value = symbol.exact ?? BigInt(symbol.value);
    // Inside an output section an absolute symbol is a number like any other.
    return around.section === undefined ? absolute(value) : number(value);
  }
  const output = "output" in section ? section.output : (section as OutputSection);
  if (output === undefined) return absolute(BigInt(symbol.address));
  return { value: mask(BigInt(symbol.address - output.address)), section: output };
}

function unaryValue(operator: string, operand: Value): Value {
  const { value, section } = operand;
  if (operator === "!") return { value: value === 0n ? 1n : 0n, section };
  return { value: mask(operator === "-" ? -value : ~value), section };
}

function binaryValue(
  { operator, left, right, place }: Extract<Expression, { kind: "binary" }>,
  around: Surroundings,
): Value {
  const a = evaluate(left, around);
  if (operator === "&&" || operator === "||") {
    const isTrue = a.value !== 0n;
    if (isTrue === (operator === "||")) return number(isTrue ? 1n : 0n);
    return number(evaluate(right, around).value !== 0n ? 1n : 0n);
  }
  const b = evaluate(right, around);
  const { left: x, right: y, section } = meet(a, b);
  const result = arithmetic(operator, x, y);
  if (result === undefined) fail("this divides by zero", place);
  if (/^(?:[<>]=?|[=!]=)$/.test(operator)) return number(result);
  // What a number is done to stays in its section; what is made of two of a kind is a number.
  const isOneNumber = (a.section === undefined) !== (b.section === undefined);
  const plainSection = around.section === undefined ? "absolute" : undefined;
  return { value: mask(result), section: isOneNumber ? section : plainSection };
}

/**
 * Two values as they are compared and computed with: of a number and a relative value, or two in
 * one section, the offsets count; values of different sections become addresses. GNU ld's manual,
 * "The Section of an Expression".
 */
function meet(a: Value, b: Value): { left: bigint; right: bigint; section: Value["section"] } {
  if (a.section === b.section || a.section === undefined || b.section === undefined) {
    return { left: a.value, right: b.value, section: a.section ?? b.section };
  }
  return { left: plain(a), right: plain(b), section: "absolute" };
}

/** Undefined for a division by zero. */
function arithmetic(operator: string, x: bigint, y: bigint): bigint | undefined {
  const truth = (holds: boolean) => (holds ? 1n : 0n);
  switch (operator) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return y === 0n ? undefined : BigInt.asIntN(64, x) / BigInt.asIntN(64, y);
    case "%":
      return y === 0n ? undefined : BigInt.asIntN(64, x) % BigInt.asIntN(64, y);
    case "<<":
      return y > 63n ? 0n : x << y;
    case ">>":
      return y > 63n ? 0n : x >> y;
    case "&":
      return x & y;
    case "|":
      return x | y;
    case "^":
      return x ^ y;
    case "==":
      return truth(x === y);
    case "!=":
      return truth(x !== y);
    case "<":
      return truth(x < y);
    case ">":
      return truth(x > y);
    case "<=":
      return truth(x <= y);
    default:
      return truth(x >= y);
  }
}

const alignUp = (value: bigint, alignment: bigint) =>
  alignment <= 1n ? value : ((value + alignment - 1n) / alignment) * alignment;

function callValue(
  { name, text, operands, place }: Extract<Expression, { kind: "call" }>,
  around: Surroundings,
): Value {
  const value = (index: number) => {
    const operand = operands[index];
    return operand === undefined ? 0n : plain(evaluate(operand, around));
  };
  switch (name) {
    case "ABSOLUTE": {
      const address = absolute(value(0));
      around.notePlace(false);
      return address;
    }
    case "ADDR":
      return { value: 0n, section: outputNamed(text, place, around) };
    case "LOADADDR":
      return absolute(BigInt(outputNamed(text, place, around).loadAddress));
    case "SIZEOF":
      return number(BigInt(outputNamed(text, place, around).size));
    case "ALIGNOF":
      return number(BigInt(outputNamed(text, place, around).alignment));
    case "DEFINED":
      return number(around.isDefined(text) ? 1n : 0n);
    case "ORIGIN":
    case "LENGTH": {
      const region = around.region(text);
      if (region === undefined)
        fail(`there is no memory region \`${text}\`; add it to MEMORY`, place);
      if (name === "LENGTH") return number(region.length);
      return here(region.origin, around);
    }
    case "CONSTANT": {
      const constant = around.constant(text);
      if (constant === undefined) {
        fail(`\`${text}\` is no constant; write MAXPAGESIZE or COMMONPAGESIZE`, place);
      }
      return number(constant);
    }
    case "SEGMENT_START":
      return here(around.segmentStart(text) ?? value(0), around);
    case "SIZEOF_HEADERS":
      return number(around.headersSize());
    case "ALIGN": {
      const [first, second] = operands;
      if (first === undefined || second === undefined)
        return here(alignUp(around.dot, value(0)), around);
      const { left, right, section } = meet(evaluate(first, around), evaluate(second, around));
      return { value: mask(alignUp(left, right)), section };
    }
    case "NEXT":
      return absolute(alignUp(around.dot, value(0)));
    case "LOG2CEIL":
      return number(
        BigInt((value(0) <= 1n ? 0n : value(0) - 1n).toString(2).length % 65) -
          (value(0) <= 1n ? 1n : 0n),
      );
    case "ASSERT": {
      const condition = operands[0] === undefined ? number(0n) : evaluate(operands[0], around);
      if (plain(condition) === 0n) around.failAssertion(text, place);
      return condition;
    }
    case "MAX":
      return either(operands, around, (x, y) => x >= y);
    case "MIN":
      return either(operands, around, (x, y) => x <= y);
    default: {
      const values = operands.map((_, index) => value(index));
      return absolute(around.dataSegment(name, values, around.dot));
    }
  }
}

/** The first operand where the test holds, else the second. */
function either(
  operands: readonly Expression[],
  around: Surroundings,
  test: (x: bigint, y: bigint) => boolean,
): Value {
  const [first, second] = operands;
  if (first === undefined || second === undefined) return number(0n);
  const { left, right, section } = meet(evaluate(first, around), evaluate(second, around));
  return { value: test(left, right) ? left : right, section };
}
