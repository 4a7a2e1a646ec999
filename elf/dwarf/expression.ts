/**
 * DWARF expressions: a stack machine that computes an address, a value, or where a variable is.
 * The target's registers and memory come through callbacks; what these cannot give makes the result
 * undefined. DWARF 5, section 2.5, "DWARF Expressions", and 2.6, "Location Descriptions".
 */
import { Cursor } from "../bytes.ts";
import { debugInformation } from "../errors.ts";
import { DW_OP } from "./constants.ts";

/** What an expression is evaluated in. All but `addressSize` may be unknown. */
export interface ExpressionContext {
  /** Bytes of an address, 4 or 8; arithmetic is modulo its range. */
  addressSize: 4 | 8;
  /** What is added to addresses in the expression; 0 by default. */
  bias?: bigint;
  /** The value of a register by DWARF number. */
  register?: (number: number) => bigint | undefined;
  /** An unsigned integer of 1, 2, 4 or 8 bytes in memory. */
  memory?: (address: bigint, size: number) => bigint | undefined;
  /** The frame base of the current function (DW_OP_fbreg). */
  frameBase?: () => bigint | undefined;
  /** The canonical frame address of the current frame (DW_OP_call_frame_cfa). */
  frameAddress?: () => bigint | undefined;
  /** The value of an expression on entry to the function (DW_OP_entry_value). */
  entryValue?: (expression: Uint8Array) => bigint | undefined;
  /** What the caller gave for the parameter at an offset of the unit (DW_OP_GNU_parameter_ref). */
  givenParameter?: (offset: number) => bigint | undefined;
  /** The value of the variable at an offset of `.debug_info` (DW_OP_GNU_variable_value). */
  variable?: (offset: number) => bigint | undefined;
  /** An address by index (DW_OP_addrx). */
  indexedAddress?: (index: number) => bigint | undefined;
  /** The address of a thread-local variable (DW_OP_form_tls_address). */
  threadAddress?: (offset: bigint) => bigint | undefined;
  /** The base type at an offset of its unit, for operations that name one. */
  baseType?: (offset: number) => BaseType | undefined;
  /** What is pushed before the first operation. */
  initial?: readonly bigint[];
}

/** What a value on the stack is: an integer or a float of 1 to 8 bytes. */
export interface BaseType {
  readonly size: number;
  readonly kind: "signed" | "unsigned" | "float";
}

/** Where something is. */
export type Location =
  | { kind: "address"; address: bigint }
  | { kind: "register"; register: number }
  /** It has no place, but this value. */
  | { kind: "value"; value: bigint }
  | { kind: "bytes"; bytes: Uint8Array }
  /** A pointer to what has no place: `entry` (an offset of `.debug_info`) describes that. */
  | { kind: "implicit-pointer"; entry: number; offset: number }
  /** It was optimised away. */
  | { kind: "empty" }
  | { kind: "pieces"; pieces: { location: Location; bits: number; bitOffset: number }[] };

const maximalSteps = 100_000;
const maximalStack = 4096;

/** Thrown within this file when a callback does not know. */
class Unknown extends Error {}

/**
 * Where the thing that the expression describes is; undefined if register or memory is not known.
 * Throws `ElfError` when the expression makes no sense or does not end.
 */
export function evaluateLocation(
  expression: Uint8Array,
  context: ExpressionContext,
): Location | undefined {
  try {
    return new Evaluation(expression, context).location();
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** The top of the stack after the expression; as {@link evaluateLocation} otherwise. */
export function evaluateExpression(
  expression: Uint8Array,
  context: ExpressionContext,
): bigint | undefined {
  const location = evaluateLocation(expression, context);
  if (location?.kind === "address") return location.address;
  if (location?.kind === "value") return location.value;
  if (location?.kind === "register") return context.register?.(location.register);
  return undefined;
}

/** Operations on two operands; the second one was on top. `signed` makes a value signed. */
const binary = new Map<number, (a: bigint, b: bigint, signed: (v: bigint) => bigint) => bigint>([
  [DW_OP.and, (a, b) => a & b],
  [DW_OP.or, (a, b) => a | b],
  [DW_OP.xor, (a, b) => a ^ b],
  [DW_OP.plus, (a, b) => a + b],
  [DW_OP.minus, (a, b) => a - b],
  [DW_OP.mul, (a, b) => a * b],
  [DW_OP.div, (a, b, signed) => signed(a) / nonZero(signed(b))],
  [DW_OP.mod, (a, b) => a % nonZero(b)],
  [DW_OP.shl, (a, b) => (b < 64n ? a << b : 0n)],
  [DW_OP.shr, (a, b) => (b < 64n ? a >> b : 0n)],
  [DW_OP.shra, (a, b, signed) => signed(a) >> (b < 64n ? b : 63n)],
  [DW_OP.eq, (a, b) => BigInt(a === b)],
  [DW_OP.ne, (a, b) => BigInt(a !== b)],
  [DW_OP.ge, (a, b, signed) => BigInt(signed(a) >= signed(b))],
  [DW_OP.gt, (a, b, signed) => BigInt(signed(a) > signed(b))],
  [DW_OP.le, (a, b, signed) => BigInt(signed(a) <= signed(b))],
  [DW_OP.lt, (a, b, signed) => BigInt(signed(a) < signed(b))],
]);

/** The operations on floats; comparisons give 1 or 0. */
const floatOperations = new Map<number, (a: number, b: number) => number>([
  [DW_OP.plus, (a, b) => a + b],
  [DW_OP.minus, (a, b) => a - b],
  [DW_OP.mul, (a, b) => a * b],
  [DW_OP.div, (a, b) => a / b],
  [DW_OP.eq, (a, b) => Number(a === b)],
  [DW_OP.ne, (a, b) => Number(a !== b)],
  [DW_OP.ge, (a, b) => Number(a >= b)],
  [DW_OP.gt, (a, b) => Number(a > b)],
  [DW_OP.le, (a, b) => Number(a <= b)],
  [DW_OP.lt, (a, b) => Number(a < b)],
]);

function nonZero(divisor: bigint): bigint {
  if (divisor === 0n) throw debugInformation("an expression divides by zero");
  return divisor;
}

class Evaluation {
  readonly #cursor: Cursor;
  readonly #context: ExpressionContext;
  /** Integers as unsigned bits of their type, or for want of one of an address. */
  readonly #stack: bigint[];
  /** The types of values that have one, in step with the stack. */
  readonly #types: (BaseType | undefined)[];
  readonly #pieces: { location: Location; bits: number; bitOffset: number }[] = [];
  #location: Location | undefined;

  constructor(expression: Uint8Array, context: ExpressionContext) {
    this.#cursor = new Cursor(expression, "an expression");
    this.#context = context;
    this.#stack = [...(context.initial ?? [])];
    this.#types = this.#stack.map(() => undefined);
  }

  location(): Location {
    for (let steps = 0; !this.#cursor.isAtEnd; steps++) {
      if (steps > maximalSteps) throw debugInformation("an expression does not end");
      this.#step(this.#cursor.u8());
    }
    if (this.#pieces.length > 0) return { kind: "pieces", pieces: this.#pieces };
    return this.#take();
  }

  /** The location so far: a register or value as was said, else the address on the stack. */
  #take(): Location {
    const address = this.#stack.at(-1);
    const location: Location =
      this.#location ?? (address === undefined ? { kind: "empty" } : { kind: "address", address });
    this.#location = undefined;
    return location;
  }

  #push(value: bigint | undefined, type?: BaseType): void {
    if (value === undefined) throw new Unknown();
    if (this.#stack.length >= maximalStack) throw debugInformation("an expression's stack is full");
    const size = type === undefined ? this.#context.addressSize : type.size;
    this.#stack.push(BigInt.asUintN(8 * size, value));
    this.#types.push(type);
  }

  #pop(): bigint {
    const value = this.#stack.pop();
    this.#types.pop();
    if (value === undefined) throw debugInformation("an expression takes from an empty stack");
    return value;
  }

  #pick(depth: number): bigint {
    const value = this.#stack.at(-1 - depth);
    if (value === undefined) throw debugInformation("an expression takes from an empty stack");
    return value;
  }

  #signed(value: bigint): bigint {
    return BigInt.asIntN(8 * this.#context.addressSize, value);
  }

  #load(size: number): void {
    if (![1, 2, 4, 8].includes(size)) {
      throw debugInformation(`an expression loads ${size} bytes`);
    }
    this.#push(this.#context.memory?.(this.#pop(), size));
  }

  #jump(distance: number): void {
    const target = this.#cursor.offset + distance;
    if (target < 0 || target > this.#cursor.end) {
      throw debugInformation("an expression jumps out of itself");
    }
    this.#cursor.offset = target;
  }

  #step(opcode: number): void {
    const cursor = this.#cursor;
    const context = this.#context;
    const operation = binary.get(opcode);
    if (operation !== undefined) {
      this.#combine(opcode, operation);
      return;
    }
    if (opcode >= DW_OP.lit0 && opcode <= DW_OP.breg31) {
      this.#familyStep(opcode);
      return;
    }
    switch (opcode) {
      case DW_OP.addr:
        this.#push(cursor.unsigned(context.addressSize) + (context.bias ?? 0n));
        return;
      case DW_OP.const1u:
        this.#push(cursor.unsigned(1));
        return;
      case DW_OP.const2u:
        this.#push(cursor.unsigned(2));
        return;
      case DW_OP.const4u:
        this.#push(cursor.unsigned(4));
        return;
      case DW_OP.const8u:
      case DW_OP.const8s:
        this.#push(cursor.u64());
        return;
      case DW_OP.const1s:
        this.#push(BigInt(cursor.i8()));
        return;
      case DW_OP.const2s:
        this.#push(BigInt.asIntN(16, cursor.unsigned(2)));
        return;
      case DW_OP.const4s:
        this.#push(BigInt(cursor.i32()));
        return;
      case DW_OP.constu:
        this.#push(cursor.bigUleb());
        return;
      case DW_OP.consts:
        this.#push(cursor.bigSleb());
        return;
      case DW_OP.addrx:
      case DW_OP.constx:
      case DW_OP.GNU_addr_index:
      case DW_OP.GNU_const_index:
        this.#push(context.indexedAddress?.(cursor.uleb()));
        return;
      case DW_OP.dup:
        this.#push(this.#pick(0), this.#types.at(-1));
        return;
      case DW_OP.drop:
        this.#pop();
        return;
      case DW_OP.over:
        this.#push(this.#pick(1), this.#types.at(-2));
        return;
      case DW_OP.pick: {
        const depth = cursor.u8();
        this.#push(this.#pick(depth), this.#types.at(-1 - depth));
        return;
      }
      case DW_OP.swap: {
        const [top, below] = [this.#take2(), this.#take2()];
        this.#push(...top);
        this.#push(...below);
        return;
      }
      case DW_OP.rot: {
        const [top, second, third] = [this.#take2(), this.#take2(), this.#take2()];
        this.#push(...top);
        this.#push(...third);
        this.#push(...second);
        return;
      }
      case DW_OP.abs:
      case DW_OP.neg:
      case DW_OP.not:
        this.#unary(opcode);
        return;
      case DW_OP.plus_uconst:
        this.#push(this.#pop() + cursor.bigUleb());
        return;
      case DW_OP.skip:
        this.#jump((cursor.u16() << 16) >> 16);
        return;
      case DW_OP.bra: {
        const distance = (cursor.u16() << 16) >> 16;
        if (this.#pop() !== 0n) this.#jump(distance);
        return;
      }
      case DW_OP.deref:
        this.#load(context.addressSize);
        return;
      case DW_OP.deref_size:
        this.#load(cursor.u8());
        return;
      case DW_OP.deref_type:
      case DW_OP.GNU_deref_type: {
        const size = cursor.u8();
        const type = this.#baseType(cursor.uleb());
        this.#push(context.memory?.(this.#pop(), size), type);
        return;
      }
      case DW_OP.regx:
        this.#location = { kind: "register", register: cursor.uleb() };
        return;
      case DW_OP.bregx:
        this.#pushBased(cursor.uleb());
        return;
      case DW_OP.regval_type:
      case DW_OP.GNU_regval_type: {
        const register = cursor.uleb();
        const type = this.#baseType(cursor.uleb());
        this.#push(context.register?.(register), type);
        return;
      }
      case DW_OP.fbreg: {
        const offset = cursor.bigSleb();
        const base = context.frameBase?.();
        this.#push(base === undefined ? undefined : base + offset);
        return;
      }
      case DW_OP.call_frame_cfa:
        this.#push(context.frameAddress?.());
        return;
      case DW_OP.entry_value:
      case DW_OP.GNU_entry_value:
        this.#pushEntryValue(cursor.bytes(cursor.uleb()));
        return;
      case DW_OP.GNU_parameter_ref:
        this.#push(context.givenParameter?.(cursor.u32()));
        return;
      case DW_OP.GNU_variable_value:
        // As wide as an offset: 4 bytes in the format that compilers write.
        this.#push(context.variable?.(cursor.u32()));
        return;
      case DW_OP.form_tls_address:
      case DW_OP.GNU_push_tls_address:
        this.#push(context.threadAddress?.(this.#pop()));
        return;
      case DW_OP.nop:
        return;
      case DW_OP.convert:
      case DW_OP.GNU_convert:
        this.#convert(this.#baseType(cursor.uleb()));
        return;
      case DW_OP.reinterpret:
      case DW_OP.GNU_reinterpret: {
        const type = this.#baseType(cursor.uleb());
        this.#push(this.#pop(), type);
        return;
      }
      case DW_OP.const_type:
      case DW_OP.GNU_const_type: {
        const type = this.#baseType(cursor.uleb());
        this.#push(littleEndian(cursor.bytes(cursor.u8())), type);
        return;
      }
      case DW_OP.implicit_pointer:
      case DW_OP.GNU_implicit_pointer:
        // The reference has the size of an offset: 4 bytes in the format that compilers write.
        this.#location = {
          kind: "implicit-pointer",
          entry: cursor.u32(),
          offset: Number(cursor.bigSleb()),
        };
        return;
      case DW_OP.stack_value:
        this.#location = { kind: "value", value: this.#pop() };
        return;
      case DW_OP.implicit_value:
        this.#location = { kind: "bytes", bytes: cursor.bytes(cursor.uleb()) };
        return;
      case DW_OP.piece:
        this.#pieces.push({ location: this.#take(), bits: 8 * cursor.uleb(), bitOffset: 0 });
        this.#stack.length = 0;
        this.#types.length = 0;
        return;
      case DW_OP.bit_piece: {
        const bits = cursor.uleb();
        this.#pieces.push({ location: this.#take(), bits, bitOffset: cursor.uleb() });
        this.#stack.length = 0;
        this.#types.length = 0;
        return;
      }
      default:
        throw debugInformation(
          `an expression has the unsupported operation 0x${opcode.toString(16)}`,
        );
    }
  }

  /** The top of the stack with its type. */
  #take2(): [bigint, BaseType | undefined] {
    const type = this.#types.at(-1);
    return [this.#pop(), type];
  }

  /** The base type at an offset; 0 stands for integers of an address's width. */
  #baseType(offset: number): BaseType | undefined {
    if (offset === 0) return undefined;
    const type = this.#context.baseType?.(offset);
    if (type === undefined || ![1, 2, 4, 8].includes(type.size)) throw new Unknown();
    if (type.kind === "float" && type.size < 4) throw new Unknown();
    return type;
  }

  /** A value as a number: an integer by its sign, a float as it is. */
  #number(bits: bigint, type: BaseType | undefined): bigint | number {
    if (type?.kind === "float") return floatOf(bits, type.size);
    return type?.kind === "signed" ? BigInt.asIntN(8 * type.size, bits) : bits;
  }

  #combine(
    opcode: number,
    operation: (a: bigint, b: bigint, signed: (v: bigint) => bigint) => bigint,
  ): void {
    const [second] = this.#take2();
    const [first, type] = this.#take2();
    const isComparison = opcode >= DW_OP.eq && opcode <= DW_OP.ne;
    if (type?.kind === "float") {
      const result = floatOperations.get(opcode)?.(
        floatOf(first, type.size),
        floatOf(second, type.size),
      );
      if (result === undefined) throw debugInformation("an expression computes bits of a float");
      if (isComparison) this.#push(BigInt(result));
      else this.#push(bitsOf(result, type.size), type);
      return;
    }
    const signed = (value: bigint) =>
      type === undefined ? this.#signed(value) : BigInt(this.#number(value, type));
    const result = operation(first, second, signed);
    this.#push(result, isComparison ? undefined : type);
  }

  #unary(opcode: number): void {
    const [bits, type] = this.#take2();
    if (opcode === DW_OP.not) {
      this.#push(~bits, type);
      return;
    }
    const value = type === undefined ? this.#signed(bits) : this.#number(bits, type);
    const isKept = opcode === DW_OP.abs && value >= 0;
    const result = isKept ? value : -value;
    this.#push(typeof result === "number" ? bitsOf(result, type?.size ?? 8) : result, type);
  }

  #convert(to: BaseType | undefined): void {
    const [bits, from] = this.#take2();
    const value = this.#number(bits, from);
    if (to?.kind === "float") this.#push(bitsOf(Number(value), to.size), to);
    else if (typeof value === "bigint") this.#push(value, to);
    else if (Number.isFinite(value)) this.#push(BigInt(Math.trunc(value)), to);
    else throw new Unknown();
  }

  /** A register's value on entry has the type by which it is read. */
  #pushEntryValue(expression: Uint8Array): void {
    const type = typeOffsetOf(expression);
    const known = type === undefined ? undefined : this.#baseType(type);
    this.#push(this.#context.entryValue?.(expression), known);
  }

  /** Operations that hold a small number or a register's number. */
  #familyStep(opcode: number): void {
    if (opcode <= DW_OP.lit31) this.#push(BigInt(opcode - DW_OP.lit0));
    else if (opcode >= DW_OP.breg0) this.#pushBased(opcode - DW_OP.breg0);
    else this.#location = { kind: "register", register: opcode - DW_OP.reg0 };
  }

  /** A register's value plus a signed offset that follows. */
  #pushBased(register: number): void {
    const offset = this.#cursor.bigSleb();
    const base = this.#context.register?.(register);
    this.#push(base === undefined ? undefined : base + offset);
  }
}

/** The register that an expression names and nothing else, be it with a type; or undefined. */
export function registerOf(expression: Uint8Array): number | undefined {
  const cursor = new Cursor(expression, "an expression");
  if (cursor.isAtEnd) return undefined;
  const opcode = cursor.u8();
  let register: number | undefined;
  if (opcode >= DW_OP.reg0 && opcode <= DW_OP.reg31) register = opcode - DW_OP.reg0;
  else if (opcode === DW_OP.regx) register = cursor.uleb();
  else if (opcode === DW_OP.regval_type || opcode === DW_OP.GNU_regval_type) {
    register = cursor.uleb();
    cursor.uleb();
  }
  return cursor.isAtEnd ? register : undefined;
}

/** The offset of the type by which an expression reads a register. */
function typeOffsetOf(expression: Uint8Array): number | undefined {
  const cursor = new Cursor(expression, "an expression");
  const opcode = cursor.isAtEnd ? undefined : cursor.u8();
  if (opcode !== DW_OP.regval_type && opcode !== DW_OP.GNU_regval_type) return undefined;
  cursor.uleb();
  return cursor.uleb();
}

const floats = new DataView(new ArrayBuffer(8));

function floatOf(bits: bigint, size: number): number {
  floats.setBigUint64(0, bits, true);
  return size === 4 ? floats.getFloat32(0, true) : floats.getFloat64(0, true);
}

function bitsOf(value: number, size: number): bigint {
  if (size === 4) {
    floats.setFloat32(0, value, true);
    return BigInt(floats.getUint32(0, true));
  }
  floats.setFloat64(0, value, true);
  return floats.getBigUint64(0, true);
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) {
    value = (value << 8n) | BigInt(bytes[index] as number);
  }
  return value;
}
