/**
 * Evaluates parsed expressions. Integers are computed with XLEN bits at least (so that addresses
 * and registers never lose bits), else C's rules hold: the wider operand decides, unsigned wins at
 * equal width, a float makes the result a float, pointers count in elements.
 */
import {
  badArgument,
  badValue,
  cannotApply,
  cannotAssignHere,
  cannotCall,
  divisionByZero,
  noAddress,
  noMember,
  notAssignable,
  notRecordedHere,
  optimisedOut,
  RequestError,
  readOnly,
  tooLong,
  unknownName,
  unknownType,
} from "../errors.ts";
import type { ValueFormat } from "../formats.ts";
import { elementsOf } from "./contents.ts";
import { type Environment, isHistoryFunction, type Storage } from "./environment.ts";
import { type Expression, type Parsed, parseExpression, type TypeText } from "./parser.ts";
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
  unsignedCharType,
} from "./types.ts";
import {
  bitsOf,
  convert,
  findMember,
  integerOf,
  integerValue,
  isBytes,
  isTrue,
  memoryValue,
  placedValue,
  registerValue,
  store,
  type Value,
  valuelessPointer,
} from "./value.ts";

/** Elements that `place@count` may ask for. */
const elementLimit = 65536;

/** A value, and the format that the text asked for. */
export interface Evaluated {
  readonly value: Value;
  readonly format: ValueFormat | undefined;
  /** Whether it changed a register or memory. */
  readonly hasAssigned: boolean;
}

/**
 * Evaluates a text; throws a RequestError with one sentence where that cannot be.
 * @param mayAssign false where a look must not change anything, as in a hover
 */
export function evaluate(text: string, environment: Environment, mayAssign = true): Evaluated {
  const { expression, format } = parseIn(text, environment);
  const evaluator = new Evaluator(environment, mayAssign);
  const value = evaluator.whole(expression);
  // A value that cannot be had is no value.
  if (value.pointee !== undefined) throw optimisedOut(describe(expression));
  // Bytes of memory of which nothing else is known are shown as such.
  const bytes = expression.kind === "range" ? "hex" : undefined;
  return { value, format: format ?? bytes, hasAssigned: evaluator.hasAssigned };
}

/** Parses a text by what names mean in an environment. */
export function parseIn(text: string, environment: Environment): Parsed {
  return parseExpression(text, (name) => isTypeName(name, environment));
}

/** Evaluates what was parsed, without changing anything. */
export function evaluateExpression(expression: Expression, environment: Environment): Value {
  return new Evaluator(environment, false).value(expression);
}

/** Evaluates a text as a condition. */
export function isTrueText(text: string, environment: Environment): boolean {
  return isTrue(evaluate(text, environment).value);
}

/** Whether a name means a type of the program and no variable. */
function isTypeName(name: string, environment: Environment): boolean {
  if (environment.findType?.(name) === undefined) return false;
  try {
    return environment.findLocal?.(name) === undefined;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

class Evaluator {
  readonly #environment: Environment;
  readonly #mayAssign: boolean;
  /** The one whose value may be that of a function that gives none. */
  #outermost: Expression | undefined;
  hasAssigned = false;

  constructor(environment: Environment, mayAssign: boolean) {
    this.#environment = environment;
    this.#mayAssign = mayAssign;
  }

  /** The value of what is no part of another expression. */
  whole(expression: Expression): Value {
    this.#outermost = expression;
    return this.value(expression);
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
      case "text":
        return writtenText(expression.bytes);
      case "unary":
        return this.#unary(expression.operator, expression.operand);
      case "binary":
        return this.#binary(expression.operator, expression.left, expression.right);
      case "conditional":
        return this.value(isTrue(this.value(expression.test)) ? expression.yes : expression.no);
      case "assignment":
        return this.#assign(expression);
      case "cast":
        return this.#castOf(this.#type(expression.type), expression.operand);
      case "size":
        return this.#long(BigInt(sizeOf(this.#type(expression.type), this.#xlen)));
      case "size-of-value": {
        const { operand } = expression;
        return this.#long(BigInt(sizeOf(this.#typeOfOperand(operand), this.#xlen)));
      }
      case "member":
        return this.#member(expression.base, expression.name, expression.isArrow);
      case "index": {
        const base = this.value(expression.base);
        const index = integerOf(this.value(expression.index));
        return (
          this.#elementInStorage(base, index) ??
          this.#target(this.#shift(this.#indexed(expression.base, base), index))
        );
      }
      case "memory":
      case "call":
        return this.#applied(expression);
      case "range":
        return this.#range(expression.start, expression.end);
      case "typed-memory": {
        const type = this.#type(expression.type);
        const address = integerOf(this.value(expression.address));
        return memoryValue(this.#environment, address, type);
      }
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
    return { ...integerValue(type, value), isLiteral: true };
  }

  /**
   * `$name` is always a register. A bare name is a local variable, else a register, else a variable
   * of the file or a symbol. Names have dots, so what is behind one may be a member.
   */
  #named(name: string): Value {
    const found = this.#lookup(name);
    if (found !== undefined) return found;
    for (let at = name.lastIndexOf("."); at > 0; at = name.lastIndexOf(".", at - 1)) {
      const base = this.#lookup(name.slice(0, at));
      if (base === undefined) continue;
      return name
        .slice(at + 1)
        .split(".")
        .reduce((value, member) => this.#memberOf(value, member), base);
    }
    throw unknownName(name);
  }

  #lookup(name: string): Value | undefined {
    const environment = this.#environment;
    const isRegister = name.startsWith("$");
    if (!isRegister) {
      const local = environment.findLocal?.(name);
      if (local !== undefined) return local;
    }
    const bare = isRegister ? name.slice(1) : name;
    const place = environment.findRegister(bare);
    if (place !== undefined) return registerValue(environment, place, bare);
    const global = environment.findGlobal?.(name);
    if (global !== undefined) return global;
    const symbol = environment.findSymbol(name);
    if (symbol === undefined) return undefined;
    return memoryValue(environment, symbol.address, symbol.type);
  }

  /** The bytes from one address up to another. */
  #range(startText: Expression, endText: Expression): Value {
    const [start, end] = [startText, endText].map((text) =>
      BigInt.asUintN(this.#xlen, this.#rangeEnd(text)),
    ) as [bigint, bigint];
    if (end <= start) throw badArgument("start..end", "a range whose end is above its start");
    const count = end - start;
    if (count > BigInt(elementLimit)) throw tooLong("The range", elementLimit);
    const of = unsignedCharType;
    return memoryValue(this.#environment, start, { kind: "array", of, count: Number(count) });
  }

  /** Where a range begins or ends, in bytes: what is no pointer there stands for its address. */
  #rangeEnd(text: Expression): bigint {
    if (text.kind === "binary" && (text.operator === "+" || text.operator === "-")) {
      const [left, right] = [this.#rangeEnd(text.left), this.#rangeEnd(text.right)];
      return text.operator === "+" ? left + right : left - right;
    }
    const value = this.value(text);
    const isVariable = text.kind === "name" && value.type.kind !== "pointer";
    return isVariable && value.place?.kind === "memory" ? value.place.address : integerOf(value);
  }

  #member(baseText: Expression, name: string, isArrow: boolean): Value {
    const base = this.value(baseText);
    if (!isArrow && base.type.kind !== "pointer") return this.#memberOf(base, name);
    const pointer = this.#pointer(base);
    if (pointee(pointer).kind !== "structure") throw noMember(typeName(base.type), name);
    return this.#memberOf(this.#target(pointer), name);
  }

  #memberOf(value: Value, name: string): Value {
    // As a person means it: the members of what a pointer points to.
    const whole = value.type.kind === "pointer" ? this.#target(this.#pointer(value)) : value;
    const found = findMember(this.#environment, whole, name);
    if (found === undefined) throw noMember(typeName(value.type), name);
    return found;
  }

  #typeOfOperand(operand: Expression): Type {
    try {
      return this.value(operand).type;
    } catch (error) {
      const type =
        operand.kind === "name" ? this.#environment.typeOfLocal?.(operand.name) : undefined;
      if (!(error instanceof RequestError) || type === undefined) throw error;
      return type;
    }
  }

  #type(text: TypeText): Type {
    const words = text.words.join(" ");
    const plain = text.words.filter((word) => word !== "const" && word !== "volatile").join(" ");
    // Whether a char has a sign, the program's own type says.
    const own = plain === "char" ? this.#environment.findType?.(plain) : undefined;
    let type = own ?? namedType(text.words, this.#xlen) ?? this.#environment.findType?.(plain);
    if (type === undefined) throw unknownType(words);
    for (let star = 0; star < text.stars; star++) type = { kind: "pointer", to: type };
    type = text.counts.reduceRight<Type>((of, count) => ({ kind: "array", of, count }), type);
    if (type.kind === "void") throw cannotApply("cast", "void: cast to a pointer or a number");
    return type;
  }

  /** A cast of a call also says what a function gives of which the program does not say it. */
  #castOf(type: Type, operand: Expression): Value {
    const isApplied = operand.kind === "memory" || operand.kind === "call";
    return this.#cast(type, isApplied ? this.#applied(operand, type) : this.value(operand));
  }

  #cast(type: Type, value: Value): Value {
    if (type.kind === "array" || type.kind === "structure") {
      const { place } = value;
      // What is in memory is taken as the other type, if that is not longer.
      const isLonger = sizeOf(type, this.#xlen) > sizeOf(value.type, this.#xlen);
      if (place?.kind === "memory" && place.bits === undefined && !isLonger) {
        return memoryValue(this.#environment, place.address, type);
      }
    }
    if (type.kind === "array" || type.kind === "structure" || type.kind === "reference") {
      throw cannotApply("cast", `${typeName(type)}: cast to a pointer or a number`);
    }
    if (value.type.kind === "structure") throw cannotApply("cast", typeName(value.type));
    return convert(value, type, this.#xlen);
  }

  #unary(operator: string, operand: Expression): Value {
    const value = this.value(operand);
    switch (operator) {
      case "*":
        return this.#target(this.#pointer(value));
      case "&": {
        if (value.place?.kind !== "memory" || value.place.bits !== undefined) {
          throw noAddress(describe(operand));
        }
        const { type } = value;
        const to = type.kind === "array" && this.#isLabel(operand) ? type.of : type;
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
    if (operator === ".*" || operator === "->*") return this.#throughMember(left, right);
    for (const { type } of [left, right]) {
      if (type.kind === "structure" && operator !== "@")
        throw cannotApply(operator, typeName(type));
    }
    return operator === "@"
      ? this.#repeat(left, right, leftText)
      : this.#combine(operator, left, right);
  }

  /** C++: a member by a pointer to it, which is the distance from the start of the object. */
  #throughMember(base: Value, pointer: Value): Value {
    const { type } = pointer;
    const whole = base.type.kind === "pointer" ? this.#target(this.#pointer(base)) : base;
    const { place } = whole;
    if (type.kind !== "integer" || type.member === undefined || place?.kind !== "memory") {
      throw cannotApply(".*", `${typeName(base.type)} and ${typeName(type)}`);
    }
    return memoryValue(this.#environment, place.address + integerOf(pointer), type.member);
  }

  #combine(operator: string, left: Value, right: Value): Value {
    const comparison = comparisons[operator];
    const isFloat = left.type.kind === "float" || right.type.kind === "float";
    if (isFloat) {
      const [a, b] = [Number(left.data), Number(right.data)];
      if (comparison !== undefined) return integerValue(intType, comparison(a, b) ? 1n : 0n);
      const compute = floatOperators[operator];
      if (compute === undefined) throw cannotApply(operator, "floating-point numbers");
      const isWide = ({ type }: Value) => type.kind === "float" && type.bits >= 64;
      const isDouble = isWide(left) || isWide(right);
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
    const declared = declaredArithmetic(left, right);
    if (declared !== undefined) return declared;
    const widen = ({ type }: Value): { bits: 32 | 64; signed: boolean } => {
      if (type.kind !== "integer") return { bits: this.#xlen, signed: false };
      if (type.bits < this.#xlen) return { bits: this.#xlen, signed: true };
      return { bits: type.bits as 32 | 64, signed: type.signed };
    };
    const [a, b] = [widen(left), widen(right)];
    const bits = Math.min(64, Math.max(a.bits, b.bits));
    const signed = (a.bits < bits || a.signed) && (b.bits < bits || b.signed);
    return bits === this.#xlen ? longType(this.#xlen, signed) : longLongType(signed);
  }

  /** A value as a pointer: an array decays, an integer points to XLEN-bit words. */
  #pointer(given: Value): Value {
    // What stands for elements, as a slice does, is where they are.
    const value = elementsOf(this.#environment, given) ?? given;
    if (value.pointee !== undefined) return value;
    const { type, data } = value;
    if (type.kind === "float" || type.kind === "structure") throw cannotApply("*", typeName(type));
    if (type.kind === "array" && value.place?.kind === "storage") throw noAddress("This array");
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

  /** Whether a text is a label of assembly: it stands for the first of what follows it. */
  #isLabel(text: Expression): boolean {
    if (text.kind !== "name") return false;
    const { findLocal, findGlobal } = this.#environment;
    const { name } = text;
    const isVariable =
      findLocal?.call(this.#environment, name) !== undefined ||
      findGlobal?.call(this.#environment, name) !== undefined;
    return !isVariable && this.#environment.findSymbol(name) !== undefined;
  }

  /** An element of an array that is not in memory: in registers, or a text as it was written. */
  #elementInStorage({ type, place }: Value, index: bigint): Value | undefined {
    if (type.kind !== "array" || place?.kind !== "storage") return undefined;
    if (index < 0n || index >= BigInt(type.count))
      throw badArgument(String(index), `an index from 0 to ${type.count - 1}`);
    const offset = place.offset + Number(index) * sizeOf(type.of, this.#xlen);
    return placedValue(this.#environment, { ...place, offset }, type.of);
  }

  /** Where an index counts from: a symbol for a single value is the first of several. */
  #indexed(base: Expression, value: Value): Value {
    const { type, place } = value;
    const isSymbol = base.kind === "name" && this.#environment.findSymbol(base.name) !== undefined;
    const isSingle = isSymbol && (type.kind === "integer" || type.kind === "float");
    return base.kind === "name" && isSingle && place?.kind === "memory"
      ? { type: { kind: "pointer", to: type }, data: place.address }
      : this.#pointer(value);
  }

  #shift(pointer: Value, count: bigint): Value {
    const size = BigInt(sizeOf(pointee(pointer), this.#xlen));
    const { type, pointee: follow } = pointer;
    if (type.kind === "pointer" && follow !== undefined) {
      const distance = Number(count * size);
      return valuelessPointer(type, (to, more) => follow(to, distance + more));
    }
    return {
      type: pointer.type,
      data: BigInt.asUintN(this.#xlen, BigInt(pointer.data) + count * size),
    };
  }

  #target(pointer: Value): Value {
    const to = pointee(pointer);
    if (to.kind === "structure" && to.isIncomplete) {
      throw cannotApply("*", `${typeName(to)} *: the program does not say what is in it`);
    }
    if (to.kind === "void") throw cannotApply("*", "void *: cast it to another pointer");
    if (pointer.pointee !== undefined) return pointer.pointee(to, 0);
    return memoryValue(this.#environment, BigInt(pointer.data), to);
  }

  #repeat(first: Value, count: Value, text: Expression): Value {
    if (first.place?.kind !== "memory") throw noAddress(describe(text));
    const number = integerOf(count);
    if (number < 1n) throw badArgument(`@${number}`, "at least 1");
    if (number > BigInt(elementLimit)) throw tooLong("The array", elementLimit);
    const element = first.type.kind === "code" ? integerOfBytes[4]! : first.type;
    const of = element.kind === "array" && this.#isLabel(text) ? element.of : element;
    return memoryValue(this.#environment, first.place.address, {
      kind: "array",
      of,
      count: Number(number),
    });
  }

  /** What has arguments behind it: a call, or memory. */
  #applied(
    expression: Extract<Expression, { kind: "memory" | "call" }>,
    assumed: Type | undefined = undefined,
  ): Value {
    const isMemory = expression.kind === "memory";
    const value = isMemory
      ? this.#memory(expression.offset, expression.base, assumed)
      : this.#call(expression.callee, this.value(expression.callee), expression.given, assumed);
    if (value.type.kind === "void" && expression !== this.#outermost) {
      throw cannotApply("()", "a function without a result within another expression");
    }
    return value;
  }

  /** Calls a function, by its name or by a pointer to it. */
  #call(
    text: Expression,
    { type, data }: Value,
    given: readonly Expression[],
    assumed: Type | undefined,
  ): Value {
    const code = codeOf(type);
    if (code === undefined) throw cannotApply("()", `${typeName(type)}: only functions are called`);
    const { calls } = this.#environment;
    const name = describe(text);
    if (calls === undefined) throw cannotCall(name);
    const values = given.map((one) => {
      const value = this.value(one);
      return value.type.kind === "array" && value.text === undefined ? this.#pointer(value) : value;
    });
    return calls.call({ name, address: BigInt(data), signature: code.signature }, values, assumed);
  }

  /** `offset(base)` as in a load or store: the XLEN-bit word in memory at the sum. */
  #memory(offset: Expression, base: Expression, assumed: Type | undefined): Value {
    if (offset.kind === "name" && isHistoryFunction(offset.name)) {
      const isOwn = this.#lookup(offset.name) !== undefined;
      const { recorded } = this.#environment;
      if (!isOwn && recorded === undefined) throw notRecordedHere(offset.name);
      if (!isOwn) return recorded!.ask(offset.name, base);
    }
    const start = this.value(offset);
    if (codeOf(start.type) !== undefined) return this.#call(offset, start, [base], assumed);
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
    if (value.type.kind === "structure" && target.type.kind !== "structure") {
      throw badValue(typeName(value.type), typeName(target.type));
    }
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

/**
 * The type of C's "usual arithmetic conversions" where the operands' types are those of variables
 * of the program, or one is a literal that is an int; undefined where a register takes part.
 */
function declaredArithmetic(left: Value, right: Value): IntegerType | undefined {
  const [a, b] = [left, right].map(({ type, data, isLiteral, place }) => {
    if (type.kind !== "integer" || type.bits > 64) return undefined;
    const isInt = isLiteral === true && BigInt.asIntN(32, BigInt(data)) === data && type.signed;
    if (isInt) return { bits: 32, signed: true, isDeclared: false };
    const isRegister = place !== undefined && !isBytes(place);
    if (type.isDeclared !== true || isRegister) return undefined;
    // What is narrower than an int becomes one.
    return type.bits < 32
      ? { bits: 32, signed: true, isDeclared: true }
      : { bits: type.bits, signed: type.signed, isDeclared: true };
  });
  if (a === undefined || b === undefined || !(a.isDeclared || b.isDeclared)) return undefined;
  const bits = Math.max(a.bits, b.bits);
  const signed = (a.bits < bits || a.signed) && (b.bits < bits || b.signed);
  const name = bits === 32 ? (signed ? "int" : "unsigned int") : signed ? "long" : "unsigned long";
  return { kind: "integer", bits: bits === 32 ? 32 : 64, signed, name, isDeclared: true };
}

const isAddress = ({ type }: Value): boolean =>
  type.kind === "pointer" || type.kind === "array" || type.kind === "code";

/** What a function is, or a pointer to one. */
function codeOf(type: Type): Extract<Type, { kind: "code" }> | undefined {
  if (type.kind === "pointer" && type.to.kind === "code") return type.to;
  return type.kind === "code" ? type : undefined;
}

function pointee({ type }: Value): Type {
  return type.kind === "pointer" ? type.to : codeType;
}

/** What an expression is, for a message. */
/** A text as it was written: an array of characters that has no address. */
function writtenText(bytes: Uint8Array): Value {
  const type: Type = { kind: "array", of: integerOfBytes[1]!, count: bytes.length };
  const storage: Storage = {
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: () => {
      throw readOnly("A text as it is written");
    },
  };
  return { type, data: 0n, text: bytes, place: { kind: "storage", storage, offset: 0 } };
}

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
