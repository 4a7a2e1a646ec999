/**
 * Evaluates parsed expressions. Integers are computed with XLEN bits at least (so that addresses
 * and registers never lose bits), else C's rules hold: the wider operand decides, unsigned wins at
 * equal width, a float makes the result a float, pointers count in elements.
 */
import {
  badArgument,
  cannotApply,
  cannotAssignHere,
  cannotCall,
  divisionByZero,
  noAddress,
  notAssignable,
  readOnly,
  tooLong,
  unknownName,
} from "../errors.ts";
import type { Radix } from "../formats.ts";
import type { Environment } from "./environment.ts";
import { type Expression, parseExpression, type TypeText } from "./parser.ts";
import {
  codeType,
  doubleType,
  floatType,
  type IntegerType,
  integerOfBytes,
  intType,
  longLongType,
  longType,
  namedType,
  sizeOf,
  type Type,
  typeName,
} from "./types.ts";
import {
  bitsOf,
  convert,
  integerOf,
  integerValue,
  isTrue,
  memoryValue,
  registerValue,
  store,
  type Value,
} from "./value.ts";

/** Elements that `place@count` may ask for. */
const elementLimit = 65536;

/** A value, and the format that the text asked for. */
export interface Evaluated {
  readonly value: Value;
  readonly format: Radix | "float" | "string" | undefined;
  /** Whether it changed a register or memory. */
  readonly hasAssigned: boolean;
}

/**
 * Evaluates a text; throws a RequestError with one sentence where that cannot be.
 * @param mayAssign false where a look must not change anything, as in a hover
 */
export function evaluate(text: string, environment: Environment, mayAssign = true): Evaluated {
  const { expression, format } = parseExpression(text);
  const evaluator = new Evaluator(environment, mayAssign);
  const value = evaluator.value(expression);
  return { value, format, hasAssigned: evaluator.hasAssigned };
}

/** Evaluates a text as a condition. */
export function isTrueText(text: string, environment: Environment): boolean {
  return isTrue(evaluate(text, environment).value);
}

class Evaluator {
  readonly #environment: Environment;
  readonly #mayAssign: boolean;
  hasAssigned = false;

  constructor(environment: Environment, mayAssign: boolean) {
    this.#environment = environment;
    this.#mayAssign = mayAssign;
  }

  value(expression: Expression): Value {
    switch (expression.kind) {
      case "integer":
        return this.#literal(expression.value, expression.unsigned);
      case "float":
        return expression.single
          ? { type: floatType, data: Math.fround(expression.value) }
          : { type: doubleType, data: expression.value };
      case "name":
        return this.#named(expression.name);
      case "unary":
        return this.#unary(expression.operator, expression.operand);
      case "binary":
        return this.#binary(expression.operator, expression.left, expression.right);
      case "conditional":
        return this.value(isTrue(this.value(expression.test)) ? expression.yes : expression.no);
      case "assignment":
        return this.#assign(expression);
      case "cast":
        return this.#cast(this.#type(expression.type), this.value(expression.operand));
      case "size":
        return this.#long(BigInt(sizeOf(this.#type(expression.type), this.#xlen)));
      case "index": {
        const base = this.#indexed(expression.base);
        return this.#target(this.#shift(base, integerOf(this.value(expression.index))));
      }
      case "memory":
        return this.#memory(expression.offset, expression.base);
    }
  }

  get #xlen(): 32 | 64 {
    return this.#environment.xlen;
  }

  #long(data: bigint): Value {
    return integerValue(longType(this.#xlen), data);
  }

  #literal(value: bigint, unsigned: boolean): Value {
    const fits = (bits: number, signed: boolean) =>
      (signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)) === value;
    const types = unsigned
      ? [longType(this.#xlen, false), longLongType(false)]
      : [longType(this.#xlen), longType(this.#xlen, false), longLongType(), longLongType(false)];
    const type = types.find(({ bits, signed }) => fits(bits, signed));
    if (type === undefined) throw badArgument(value.toString(), "a number of at most 64 bits");
    return integerValue(type, value);
  }

  /** `$name` is always a register; a bare name is one where there is a register of that name. */
  #named(name: string): Value {
    const bare = name.startsWith("$") ? name.slice(1) : name;
    const place = this.#environment.findRegister(bare);
    if (place !== undefined) return registerValue(this.#environment, place, bare);
    const symbol = this.#environment.findSymbol(name);
    if (symbol === undefined) throw unknownName(name);
    return memoryValue(this.#environment, symbol.address, symbol.isCode ? codeType : symbol.type);
  }

  #type(text: TypeText): Type {
    let type = namedType(text.words, this.#xlen);
    if (type === undefined) throw badArgument(text.words.join(" "), "one of C's types");
    for (let star = 0; star < text.stars; star++) type = { kind: "pointer", to: type };
    if (type.kind === "void") throw cannotApply("cast", "void: cast to a pointer or a number");
    return type;
  }

  #cast(type: Type, value: Value): Value {
    return convert(value, type, this.#xlen);
  }

  #unary(operator: string, operand: Expression): Value {
    const value = this.value(operand);
    switch (operator) {
      case "*":
        return this.#target(this.#pointer(value));
      case "&": {
        if (value.place?.kind !== "memory") throw noAddress(describe(operand));
        const to = value.type.kind === "array" ? value.type.of : value.type;
        return { type: { kind: "pointer", to }, data: value.place.address };
      }
      case "!":
        return integerValue(intType, isTrue(value) ? 0n : 1n);
      case "~":
        if (value.type.kind === "float") throw cannotApply("~", typeName(value.type));
        return integerValue(this.#arithmetic(value, value), ~integerOf(value));
      default:
        if (value.type.kind === "float") {
          return { type: value.type, data: operator === "-" ? -Number(value.data) : value.data };
        }
        return integerValue(
          this.#arithmetic(value, value),
          operator === "-" ? -integerOf(value) : integerOf(value),
        );
    }
  }

  #binary(operator: string, leftText: Expression, rightText: Expression): Value {
    const left = this.value(leftText);
    if (operator === "&&" || operator === "||") {
      const decided = isTrue(left) === (operator === "||");
      const result = decided ? operator === "||" : isTrue(this.value(rightText));
      return integerValue(intType, result ? 1n : 0n);
    }
    const right = this.value(rightText);
    return operator === "@"
      ? this.#repeat(left, right, leftText)
      : this.#combine(operator, left, right);
  }

  #combine(operator: string, left: Value, right: Value): Value {
    const comparison = comparisons[operator];
    const isFloat = left.type.kind === "float" || right.type.kind === "float";
    if (isFloat) {
      const [a, b] = [Number(left.data), Number(right.data)];
      if (comparison !== undefined) return integerValue(intType, comparison(a, b) ? 1n : 0n);
      const compute = floatOperators[operator];
      if (compute === undefined) throw cannotApply(operator, "floating-point numbers");
      const isDouble = left.type === doubleType || right.type === doubleType;
      const data = compute(a, b);
      return { type: isDouble ? doubleType : floatType, data: isDouble ? data : Math.fround(data) };
    }
    if (comparison === undefined && (isAddress(left) || isAddress(right))) {
      return this.#addresses(operator, left, right);
    }
    const type = this.#arithmetic(left, right);
    const a = BigInt(integerValue(type, integerOf(left)).data);
    const b = BigInt(integerValue(type, integerOf(right)).data);
    if (comparison !== undefined) return integerValue(intType, comparison(a, b) ? 1n : 0n);
    if (operator === "<<" || operator === ">>") return this.#shiftBits(operator, left, right);
    if ((operator === "/" || operator === "%") && b === 0n) throw divisionByZero();
    return integerValue(type, integerOperators[operator]!(a, b));
  }

  /** The shift count does not take part in the result's type; its low bits count, as in RISC-V. */
  #shiftBits(operator: string, left: Value, right: Value): Value {
    const type = this.#arithmetic(left, left);
    const value = BigInt(integerValue(type, integerOf(left)).data);
    const count = integerOf(right) & BigInt(type.bits - 1);
    return integerValue(type, operator === "<<" ? value << count : value >> count);
  }

  #addresses(operator: string, left: Value, right: Value): Value {
    if (operator === "+") {
      return isAddress(left)
        ? this.#shift(this.#pointer(left), integerOf(right))
        : this.#shift(this.#pointer(right), integerOf(left));
    }
    if (operator === "-" && isAddress(left)) {
      const pointer = this.#pointer(left);
      if (!isAddress(right)) return this.#shift(pointer, -integerOf(right));
      const size = BigInt(sizeOf(pointee(pointer), this.#xlen));
      return this.#long((integerOf(left) - integerOf(right)) / size);
    }
    const unsigned = longType(this.#xlen, false);
    const number = (value: Value) =>
      isAddress(value) ? integerValue(unsigned, integerOf(value)) : value;
    return this.#combine(operator, number(left), number(right));
  }

  /** The type in which two integers are combined. */
  #arithmetic(left: Value, right: Value): IntegerType {
    const widen = ({ type }: Value): { bits: 32 | 64; signed: boolean } => {
      if (type.kind !== "integer") return { bits: this.#xlen, signed: false };
      if (type.bits < this.#xlen) return { bits: this.#xlen, signed: true };
      return { bits: type.bits as 32 | 64, signed: type.signed };
    };
    const [a, b] = [widen(left), widen(right)];
    const bits = Math.max(a.bits, b.bits);
    const signed = (a.bits < bits || a.signed) && (b.bits < bits || b.signed);
    return bits === this.#xlen ? longType(this.#xlen, signed) : longLongType(signed);
  }

  /** A value as a pointer: an array decays, an integer points to XLEN-bit words. */
  #pointer(value: Value): Value {
    const { type, data } = value;
    if (type.kind === "float") throw cannotApply("*", typeName(type));
    const to =
      type.kind === "pointer"
        ? type.to
        : type.kind === "array"
          ? type.of
          : type.kind === "code"
            ? codeType
            : longType(this.#xlen);
    return { type: { kind: "pointer", to }, data: BigInt.asUintN(this.#xlen, BigInt(data)) };
  }

  /** Where an index counts from: a symbol for a single value is the first of several. */
  #indexed(base: Expression): Value {
    const value = this.value(base);
    const { type, place } = value;
    const isSingle = type.kind === "integer" || type.kind === "float";
    return base.kind === "name" && isSingle && place?.kind === "memory"
      ? { type: { kind: "pointer", to: type }, data: place.address }
      : this.#pointer(value);
  }

  #shift(pointer: Value, count: bigint): Value {
    const size = BigInt(sizeOf(pointee(pointer), this.#xlen));
    return {
      type: pointer.type,
      data: BigInt.asUintN(this.#xlen, BigInt(pointer.data) + count * size),
    };
  }

  #target(pointer: Value): Value {
    const to = pointee(pointer);
    if (to.kind === "void") throw cannotApply("*", "void *: cast it to another pointer");
    return memoryValue(this.#environment, BigInt(pointer.data), to);
  }

  #repeat(first: Value, count: Value, text: Expression): Value {
    if (first.place?.kind !== "memory") throw noAddress(describe(text));
    const number = integerOf(count);
    if (number < 1n) throw badArgument(`@${number}`, "at least 1");
    if (number > BigInt(elementLimit)) throw tooLong("The array", elementLimit);
    const element = first.type.kind === "code" ? integerOfBytes[4]! : first.type;
    const of = element.kind === "array" ? element.of : element;
    return memoryValue(this.#environment, first.place.address, {
      kind: "array",
      of,
      count: Number(number),
    });
  }

  /** `offset(base)` as in a load or store: the XLEN-bit word in memory at the sum. */
  #memory(offset: Expression, base: Expression): Value {
    const start = this.value(offset);
    if (start.type.kind === "code") throw cannotCall(describe(offset));
    if (offset.kind !== "name" && start.place?.kind === "memory" && start.type.kind !== "array") {
      throw cannotApply("()", "a value in memory: add a sign between the two");
    }
    // A symbol stands for its address here, as it does in an instruction.
    const from =
      offset.kind === "name" && start.place?.kind === "memory"
        ? start.place.address
        : integerOf(start);
    const address = from + integerOf(this.value(base));
    return memoryValue(this.#environment, address, longType(this.#xlen));
  }

  #assign(expression: Extract<Expression, { kind: "assignment" }>): Value {
    if (!this.#mayAssign) throw cannotAssignHere();
    const target = this.value(expression.target);
    if (target.place === undefined || target.type.kind === "code" || target.type.kind === "array") {
      throw notAssignable(describe(expression.target));
    }
    if (target.place.kind === "x" && target.place.index === 0) throw readOnly("zero");
    let value = this.value(expression.value);
    if (expression.operator !== "") value = this.#combine(expression.operator, target, value);
    this.hasAssigned = true;
    return store(this.#environment, target, target.place, value);
  }
}

const integerOperators: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
};
const floatOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};
type Comparison = <T extends bigint | number>(a: T, b: T) => boolean;
const comparisons: Readonly<Record<string, Comparison>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

const isAddress = ({ type }: Value): boolean =>
  type.kind === "pointer" || type.kind === "array" || type.kind === "code";

function pointee({ type }: Value): Type {
  return type.kind === "pointer" ? type.to : codeType;
}

/** What an expression is, for a message. */
function describe(expression: Expression): string {
  return expression.kind === "name" ? expression.name : "This expression";
}

/** The unsigned address that a text means: the value, or the address of a symbol or an array. */
export function addressOf(text: string, environment: Environment): bigint {
  const { value } = evaluate(text, environment);
  const isPlain = /^\s*[A-Za-z_.$][\w.$]*\s*$/.test(text);
  if (isPlain && value.place?.kind === "memory") return value.place.address;
  return BigInt.asUintN(
    environment.xlen,
    value.type.kind === "float" ? bitsOf(value, environment.xlen) : integerOf(value),
  );
}
