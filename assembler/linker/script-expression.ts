/**
 * Expressions of linker scripts: C's operators with C's precedence, and ld's functions. Parsed by
 * precedence climbing; `evaluate.ts` computes them.
 */
import { bindingStrengths } from "../c-operators.ts";
import type { Expression } from "./script.ts";
import type { ScriptScanner } from "./script-scanner.ts";

/** Functions: what stands in the parentheses. */
const functions: Readonly<Record<string, "text" | "text, value" | number | "1 or 2">> = {
  ADDR: "text",
  LOADADDR: "text",
  SIZEOF: "text",
  ALIGNOF: "text",
  DEFINED: "text",
  ORIGIN: "text",
  LENGTH: "text",
  CONSTANT: "text",
  SEGMENT_START: "text, value",
  ABSOLUTE: 1,
  ALIGN: "1 or 2",
  BLOCK: "1 or 2",
  NEXT: 1,
  LOG2CEIL: 1,
  MAX: 2,
  MIN: 2,
  DATA_SEGMENT_ALIGN: 2,
  DATA_SEGMENT_RELRO_END: 2,
  DATA_SEGMENT_END: 1,
};

/** Deeper nesting than this is refused. */
const depthLimit = 200;

/** Reads an expression. */
export function readExpression(scanner: ScriptScanner, depth = 0): Expression {
  const place = scanner.place();
  const condition = readBinary(scanner, 1, depth);
  if (!scanner.takes("?")) return condition;
  const yes = readExpression(scanner, depth + 1);
  scanner.expect(":");
  const no = readExpression(scanner, depth + 1);
  return { kind: "choice", condition, yes, no, place };
}

function readBinary(scanner: ScriptScanner, least: number, depth: number): Expression {
  if (depth > depthLimit) scanner.fail("this expression is nested too deeply");
  const place = scanner.place();
  let left = readUnary(scanner, depth);
  for (;;) {
    const operator = scanner.peek();
    const strength = operator === undefined ? 0 : (bindingStrengths[operator] ?? 0);
    if (operator === undefined || strength < least || strength === 0) return left;
    scanner.mark();
    const right = readBinary(scanner, strength + 1, depth + 1);
    left = { kind: "binary", operator, left, right, place };
  }
}

function readUnary(scanner: ScriptScanner, depth: number): Expression {
  if (depth > depthLimit) scanner.fail("this expression is nested too deeply");
  const place = scanner.place();
  const mark = scanner.peek();
  if (mark === "(") {
    scanner.mark();
    const inner = readExpression(scanner, depth + 1);
    scanner.expect(")");
    return inner;
  }
  if (mark === "-" || mark === "~" || mark === "!" || mark === "+") {
    scanner.mark();
    const operand = readUnary(scanner, depth + 1);
    return mark === "+" ? operand : { kind: "unary", operator: mark, operand, place };
  }
  const digits = scanner.number();
  if (digits !== undefined) return { kind: "number", value: numberOf(digits), place };
  const name = scanner.name();
  if (name === undefined) scanner.fail("a number, a symbol or an expression is expected here");
  if (name === "SIZEOF_HEADERS" || name === "sizeof_headers") {
    return { kind: "call", name: "SIZEOF_HEADERS", text: "", operands: [], place };
  }
  if (name === "ASSERT") {
    scanner.expect("(");
    const condition = readExpression(scanner, depth + 1);
    scanner.expect(",");
    const text = scanner.quoted() ?? scanner.fail("a message in quotes is expected here");
    scanner.expect(")");
    return { kind: "call", name, text, operands: [condition], place };
  }
  if (Object.hasOwn(functions, name) && scanner.peek() === "(") {
    return readCall(scanner, name, place, depth);
  }
  return { kind: "name", name, place };
}

function readCall(
  scanner: ScriptScanner,
  name: string,
  place: Expression["place"],
  depth: number,
): Expression {
  scanner.expect("(");
  const form = functions[name];
  let text = "";
  const operands: Expression[] = [];
  if (form === "text" || form === "text, value") {
    text = scanner.pattern() ?? scanner.fail(`${name} needs a name`);
    if (form === "text, value") {
      scanner.expect(",");
      operands.push(readExpression(scanner, depth + 1));
    }
  } else {
    operands.push(readExpression(scanner, depth + 1));
    const takesSecond = form === 2 || (form === "1 or 2" && scanner.peek() === ",");
    if (takesSecond) {
      scanner.expect(",");
      operands.push(readExpression(scanner, depth + 1));
    }
  }
  scanner.expect(")");
  return { kind: "call", name: name === "BLOCK" ? "ALIGN" : name, text, operands, place };
}

/** 0x…, $…, …h, 0… (octal) or decimal, with K or M behind. */
export function numberOf(text: string): bigint {
  const scale = /[kK]$/.test(text) ? 1024n : /[mM]$/.test(text) ? 1024n * 1024n : 1n;
  const digits = text.replace(/[kKmM]$/, "");
  let value: bigint;
  if (/^0[xX]/.test(digits)) value = BigInt(digits);
  else if (digits.startsWith("$")) value = BigInt(`0x${digits.slice(1)}`);
  else if (/[hH]$/.test(digits)) value = BigInt(`0x${digits.slice(0, -1)}`);
  else if (/^0[0-7]+$/.test(digits)) value = BigInt(`0o${digits.slice(1)}`);
  else value = BigInt(digits);
  return BigInt.asUintN(64, value * scale);
}
