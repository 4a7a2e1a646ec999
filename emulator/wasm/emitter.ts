// biome-ignore-all format: rows of one kind read better by hand
/**
 * The steps of instruction semantics as WebAssembly. A word or a truth value is an expression that
 * is written where it is used; what reads state, and what may leave, is written at once into a
 * local. Where an instruction's operands come from, and where control goes, is for the subclass.
 *
 * What is written is the common case. A step that would trap, miss the translation buffer, raise a
 * flag that is not yet raised or need a rare form leaves before the instruction has changed any
 * state (no step that may trap comes after a write), and the plain evaluator does the whole
 * instruction instead. A step with no common case at all throws {@link Uncommon} while emitting.
 */
import type { AtomicOperation, Width } from "../../isa/semantics.ts";
import { Access } from "../translation.ts";
import { type Surroundings, writeBufferLookup, writeWindowCheck } from "./address-translation.ts";
import type { AccessOpcode, Code, Opcode, ValueType } from "./code.ts";
import type { StateLayout, WindowLayout } from "./layout.ts";

/** Thrown while emitting: the instruction is always left to the evaluator. */
export class Uncommon extends Error {}

/** An expression: what it leaves on the stack, how to write it, and how long it is. */
export interface Value {
  readonly type: ValueType;
  readonly size: number;
  readonly emit: () => void;
  /** Set where a condition is known while emitting. */
  readonly known?: boolean;
  /** Set on a floating-point value that is not a NaN. */
  readonly isNumber?: boolean;
  /** Of a negated value: what was negated. */
  readonly negated?: Value;
}

/** A place in linear memory: an index (i32), and what a load or store adds to it. */
export interface Place {
  readonly index: Value;
  readonly offset: number;
}

/** An expression longer than this is put into a local, so that using it twice costs little. */
const longest = 8;

/** Writes the steps of instructions as WebAssembly; subclasses say where operands are. */
export abstract class Emitter<X> {
  readonly xlen: 32 | 64;
  protected readonly code: Code;
  protected readonly layout: StateLayout;
  /** The type of a word. */
  readonly #word: "i32" | "i64";
  protected readonly surroundings: Surroundings;

  constructor(code: Code, layout: StateLayout) {
    this.code = code;
    this.layout = layout;
    this.xlen = layout.xlen;
    this.#word = layout.xlen === 64 ? "i64" : "i32";
    this.surroundings = {
      code, layout,
      hart: () => this.hart(), leave: () => this.leave(), leaveIf: () => this.leaveIf(),
    };
  }

  // What the subclass decides. -------------------------------------------------------------------
  abstract pc(): Value;
  abstract nextPc(): Value;
  abstract readX(register: X): Value;
  abstract writeX(register: X, value: Value): void;
  abstract isX0(register: X): Value;
  abstract jump(target: Value): void;
  abstract jumpAndLink(link: X, target: Value): void;
  abstract branch(condition: Value, target: Value): void;
  /** Writes a jump to where the evaluator takes the instruction over. */
  protected abstract leave(): void;
  /** Holds where LR has reserved this address (a word) at this width. */
  protected abstract isReserved(address: Value, width: 32 | 64): Value;
  /** Reserves an address, or ends the reservation. */
  protected abstract reserve(address: Value | undefined, width: 32 | 64): void;
  abstract checkCsr(csr: Value, writes: Value): void;
  abstract readCsr(csr: Value): Value;
  /** No device raises a bit of the CSRs that generated code accesses. */
  csrForUpdate(_csr: Value, read: Value): Value {
    return read;
  }
  abstract writeCsr(csr: Value, value: Value): void;
  /** The linear address of the hart's state, an i32 on the stack. */
  protected abstract hart(): void;

  // Expressions. ---------------------------------------------------------------------------------
  protected value(type: ValueType, operands: readonly Value[], finish: () => void): Value {
    const size = operands.reduce((sum, operand) => sum + operand.size, 1);
    const emit = () => {
      for (const operand of operands) operand.emit();
      finish();
    };
    const value = { type, size, emit };
    return size > longest ? this.keep(value) : value;
  }

  /** Writes the expression now, into a local; what comes back can be used any number of times. */
  protected keep(value: Value): Value {
    const local = this.code.local(value.type);
    value.emit();
    this.code.set(local);
    return { type: value.type, size: 1, emit: () => void this.code.get(local) };
  }

  /** An operation over values, each of which it takes from the stack. */
  protected operation(type: ValueType, opcode: Opcode, ...operands: Value[]): Value {
    return this.value(type, operands, () => void this.code.op(opcode));
  }

  protected int(type: "i32" | "i64", value: bigint): Value {
    const emit = () =>
      void (type === "i64" ? this.code.i64(value) : this.code.i32(Number(BigInt.asIntN(32, value))));
    return { type, size: 1, emit };
  }

  #binary(name: string, a: Value, b: Value): Value {
    return this.operation(this.#word, `${this.#word}.${name}` as Opcode, a, b);
  }

  #unary(name: string, a: Value): Value {
    return this.operation(this.#word, `${this.#word}.${name}` as Opcode, a);
  }

  #compare(name: string, a: Value, b: Value): Value {
    return this.operation("i32", `${this.#word}.${name}` as Opcode, a, b);
  }

  /** Leaves where the condition does not hold. */
  protected require(condition: Value): void {
    if (condition.known === true) return;
    condition.emit();
    this.code.op("i32.eqz");
    this.leaveIf();
  }

  /** Takes a condition (i32) from the stack and leaves where it holds. */
  protected leaveIf(): void {
    this.code.if(() => this.leave());
  }

  constant(value: number | bigint): Value {
    return this.int(this.#word, BigInt(value));
  }

  add(a: Value, b: Value): Value {
    return this.#binary("add", a, b);
  }
  subtract(a: Value, b: Value): Value {
    return this.#binary("sub", a, b);
  }
  multiply(a: Value, b: Value): Value {
    return this.#binary("mul", a, b);
  }

  multiplyHigh(a: Value, b: Value): Value {
    if (this.xlen === 32) return this.#highOfLong("i64.extend_i32_s", "i64.extend_i32_s", a, b);
    const [kept, other] = [this.keep(a), this.keep(b)];
    const product = this.multiplyHighUnsigned(kept, other);
    return this.keep(this.subtract(this.subtract(product, this.#ifNegative(kept, other)),
      this.#ifNegative(other, kept)));
  }

  multiplyHighSignedUnsigned(a: Value, b: Value): Value {
    if (this.xlen === 32) return this.#highOfLong("i64.extend_i32_s", "i64.extend_i32_u", a, b);
    const [kept, other] = [this.keep(a), this.keep(b)];
    const product = this.multiplyHighUnsigned(kept, other);
    return this.keep(this.subtract(product, this.#ifNegative(kept, other)));
  }

  /** 64 by 64 bits from four products of 32 by 32. */
  multiplyHighUnsigned(a: Value, b: Value): Value {
    if (this.xlen === 32) return this.#highOfLong("i64.extend_i32_u", "i64.extend_i32_u", a, b);
    const half = this.constant(32);
    const low = (value: Value) => this.keep(this.and(value, this.constant(0xffff_ffff)));
    const high = (value: Value) => this.keep(this.shiftRight(value, half));
    const [a0, a1, b0, b1] = [low(a), high(a), low(b), high(b)];
    const first = this.shiftRight(this.multiply(a0, b0), half);
    const middle = this.keep(this.add(this.multiply(a1, b0), first));
    const cross = this.keep(this.add(this.multiply(a0, b1), low(middle)));
    return this.keep(this.add(this.add(this.multiply(a1, b1), this.shiftRight(middle, half)),
      this.shiftRight(cross, half)));
  }

  /** b where a is negative, else 0. */
  #ifNegative(a: Value, b: Value): Value {
    return this.and(this.shiftRightArithmetic(a, this.constant(63)), b);
  }

  /** RV32: the upper half of a 64-bit product. */
  #highOfLong(extendA: Opcode, extendB: Opcode, a: Value, b: Value): Value {
    const product = this.operation("i64", "i64.mul", this.operation("i64", extendA, a),
      this.operation("i64", extendB, b));
    const high = this.operation("i64", "i64.shr_u", product, this.int("i64", 32n));
    return this.operation("i32", "i32.wrap_i64", high);
  }

  divide(a: Value, b: Value): Value {
    return this.#binary("div_s", a, b);
  }
  divideUnsigned(a: Value, b: Value): Value {
    return this.#binary("div_u", a, b);
  }
  remainder(a: Value, b: Value): Value {
    return this.#binary("rem_s", a, b);
  }
  remainderUnsigned(a: Value, b: Value): Value {
    return this.#binary("rem_u", a, b);
  }
  and(a: Value, b: Value): Value {
    return this.#binary("and", a, b);
  }
  or(a: Value, b: Value): Value {
    return this.#binary("or", a, b);
  }
  xor(a: Value, b: Value): Value {
    return this.#binary("xor", a, b);
  }
  invert(a: Value): Value {
    return this.xor(a, this.constant(-1));
  }
  shiftLeft(a: Value, amount: Value): Value {
    return this.#binary("shl", a, amount);
  }
  shiftRight(a: Value, amount: Value): Value {
    return this.#binary("shr_u", a, amount);
  }
  shiftRightArithmetic(a: Value, amount: Value): Value {
    return this.#binary("shr_s", a, amount);
  }

  signExtend(a: Value, bits: Width): Value {
    return bits === this.xlen ? a : this.#unary(`extend${bits}_s`, a);
  }

  zeroExtend(a: Value, bits: Width): Value {
    return bits === this.xlen ? a : this.and(a, this.constant((1n << BigInt(bits)) - 1n));
  }

  countLeadingZeros(a: Value): Value {
    return this.#unary("clz", a);
  }
  countTrailingZeros(a: Value): Value {
    return this.#unary("ctz", a);
  }
  populationCount(a: Value): Value {
    return this.#unary("popcnt", a);
  }
  carrylessMultiply(): Value {
    throw new Uncommon();
  }
  carrylessMultiplyHigh(): Value {
    throw new Uncommon();
  }

  /** Swaps neighbouring bytes, then halfwords, then words. */
  reverseBytes(a: Value): Value {
    let result = a;
    for (let bits = 8; bits < this.xlen; bits *= 2) {
      const kept = this.keep(result);
      const amount = this.constant(bits);
      const mask = this.constant(alternating(bits));
      const up = this.shiftLeft(this.and(kept, mask), amount);
      result = this.or(up, this.and(this.shiftRight(kept, amount), mask));
    }
    return result;
  }

  always(): Value {
    return this.truthOf(true);
  }

  /** A condition that is known. */
  protected truthOf(known: boolean): Value {
    return { ...this.int("i32", known ? 1n : 0n), known };
  }

  equal(a: Value, b: Value): Value {
    return this.#compare("eq", a, b);
  }
  less(a: Value, b: Value): Value {
    return this.#compare("lt_s", a, b);
  }
  lessUnsigned(a: Value, b: Value): Value {
    return this.#compare("lt_u", a, b);
  }
  not(a: Value): Value {
    return this.operation("i32", "i32.eqz", a);
  }
  both(a: Value, b: Value): Value {
    if (a.known === true) return b;
    if (b.known === true) return a;
    return this.operation("i32", "i32.and", a, b);
  }
  truth(a: Value): Value {
    return this.xlen === 64 ? this.operation("i64", "i64.extend_i32_u", a) : a;
  }

  choose(condition: Value, yes: () => Value, no: () => Value): Value {
    const local = this.code.local(this.#word);
    condition.emit();
    const arm = (value: () => Value) => () => {
      value().emit();
      this.code.set(local);
    };
    this.code.if(arm(yes), arm(no));
    return { type: this.#word, size: 1, emit: () => void this.code.get(local) };
  }

  when(condition: Value, steps: () => void): void {
    condition.emit();
    this.code.if(steps);
  }

  // Memory. --------------------------------------------------------------------------------------
  /** Where `bytes` bytes at a virtual address are; leaves where they may not be accessed. */
  protected translate(access: Access, bytes: number, address: Value, isAligned = false): Place {
    const { code } = this;
    const { window } = this.layout;
    const virtual = code.local(this.#word);
    address.emit();
    code.set(virtual);
    const word: Value = { type: this.#word, size: 1, emit: () => void code.get(virtual) };
    if (isAligned) {
      this.require(this.#compare("eq", this.and(word, this.constant(bytes - 1)), this.constant(0)));
    }
    const low = this.low(word);
    const wanted = { access, virtual, bytes, isAligned };
    if (window !== undefined) {
      writeWindowCheck(this.surroundings, window, wanted);
      return this.inWindow(window, low);
    }
    const distance = code.local("i32");
    writeBufferLookup(this.surroundings, wanted, distance);
    code.get(distance);
    low.emit();
    code.op("i32.add").set(distance);
    return { index: { type: "i32", size: 1, emit: () => void code.get(distance) }, offset: 0 };
  }

  /** The place of an address in the window, by its low 32 bits. */
  protected inWindow({ base, mask }: WindowLayout, low: Value): Place {
    if (mask === -1) return { index: low, offset: base };
    const index = this.operation("i32", "i32.and", low, this.int("i32", BigInt(mask)));
    return { index, offset: base };
  }

  /** The low 32 bits of a word. */
  protected low(value: Value): Value {
    return this.xlen === 64 ? this.operation("i32", "i32.wrap_i64", value) : value;
  }

  protected loadFrom(type: ValueType, opcode: AccessOpcode, { index, offset }: Place): Value {
    return this.keep(this.value(type, [index], () => void this.code.memory(opcode, offset)));
  }

  load(width: Width, extension: "signed" | "unsigned", address: Value): Value {
    const place = this.translate(Access.read, width / 8, address);
    const sign = extension === "signed" ? "s" : "u";
    const opcode = width === this.xlen ? "load" : `load${width}_${sign}`;
    return this.loadFrom(this.#word, `${this.#word}.${opcode}` as AccessOpcode, place);
  }

  store(width: Width, address: Value, value: Value): void {
    this.#storeWord(width, this.translate(Access.write, width / 8, address), value);
  }

  #storeWord(width: Width, { index, offset }: Place, value: Value): void {
    const opcode = width === this.xlen ? "store" : `store${width}`;
    index.emit();
    value.emit();
    this.code.memory(`${this.#word}.${opcode}` as AccessOpcode, offset);
  }

  /** Harts run in turn, so reading and then writing is atomic. */
  atomic(operation: AtomicOperation, width: 32 | 64, address: Value, value: Value): Value {
    const place = this.translate(Access.write, width / 8, address, true);
    const old = this.#loadAligned(width, place);
    const operand = this.keep(this.signExtend(value, width));
    const result = this.keep(this.#combine(operation, old, operand));
    this.#storeWord(width, place, result);
    return old;
  }

  #loadAligned(width: 32 | 64, place: Place): Value {
    const opcode = width === this.xlen ? "load" : "load32_s";
    return this.loadFrom(this.#word, `${this.#word}.${opcode}` as AccessOpcode, place);
  }

  #combine(operation: AtomicOperation, old: Value, operand: Value): Value {
    const pick = (chosen: Value) => this.choose(chosen, () => old, () => operand);
    switch (operation) {
      case "swap":
        return operand;
      case "add":
      case "and":
      case "or":
      case "xor":
        return this[operation](old, operand);
      case "min":
        return pick(this.less(old, operand));
      case "max":
        return pick(this.less(operand, old));
      case "minu":
        return pick(this.lessUnsigned(old, operand));
      case "maxu":
        return pick(this.lessUnsigned(operand, old));
    }
  }

  loadReserved(width: 32 | 64, address: Value): Value {
    const kept = this.keep(address);
    const value = this.#loadAligned(width, this.translate(Access.read, width / 8, kept, true));
    this.reserve(kept, width);
    return value;
  }

  storeConditional(width: 32 | 64, address: Value, value: Value): Value {
    const kept = this.keep(address);
    const place = this.translate(Access.write, width / 8, kept, true);
    const holds = this.keep(this.isReserved(kept, width));
    holds.emit();
    this.code.if(() => this.#storeWord(width, place, value));
    this.reserve(undefined, width);
    return this.truth(this.not(holds));
  }

  fence(): void {}
  fenceInstruction(): void {
    throw new Uncommon();
  }

  // The rest is rare, and the evaluator's. -------------------------------------------------------
  environmentCall(): void {
    throw new Uncommon();
  }
  breakpoint(): void {
    throw new Uncommon();
  }
  illegalInstruction(): void {
    throw new Uncommon();
  }
  machineReturn(): void {
    throw new Uncommon();
  }
  supervisorReturn(): void {
    throw new Uncommon();
  }
  waitForInterrupt(): void {
    throw new Uncommon();
  }
  supervisorFence(): void {
    throw new Uncommon();
  }
}

/** The mask that has `bits` ones, then `bits` zeros, and so on, from bit 0 up. */
function alternating(bits: number): bigint {
  let mask = 0n;
  const ones = (1n << BigInt(bits)) - 1n;
  for (let at = 0; at < 64; at += 2 * bits) mask |= ones << BigInt(at);
  return mask;
}