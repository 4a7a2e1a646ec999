/**
 * The plain meaning of instructions: words are bigints, conditions booleans, and each step happens
 * at once on the hart. This is what the other engines are compared with, so it prefers being
 * obvious to being fast.
 *
 * Words are unsigned, 0 to 2^XLEN − 1. A step that traps throws the trap, and since a body takes
 * no such step after its first write, nothing of the instruction has happened then.
 */
import type { AtomicOperation, Format, Semantics, SignInjection, Width } from "../isa/semantics.ts";
import { type Hart, Privilege } from "./hart.ts";
import { MemoryAccess } from "./memory-access.ts";
import * as float from "./softfloat/index.ts";
import { TrapSignal } from "./trap-signal.ts";

const formatWidth = { half: 16, single: 32, double: 64 } as const;

/** The steps of an instruction, done at once on one hart. */
export class Evaluator implements Semantics<bigint, boolean, bigint, number, number, number> {
  readonly xlen: 32 | 64;
  readonly hart: Hart;
  readonly memory: MemoryAccess;

  // Where the instruction is: its page, its offset there and its length, all in bytes. The
  // addresses are made from these only when asked for, since few instructions do.
  page = 0n;
  offset = 0;
  length = 4;
  /** Set, with the address in `target`, when the next instruction is not the one that follows. */
  redirected = false;
  target = 0n;
  /** Set by WFI. */
  waiting = false;
  /** Brings `hart.instret` up to date before a CSR is read; set by the engine. */
  countRetired: () => void = () => {};

  readonly #bits: number;
  readonly #shiftMask: bigint;
  /** The bits of an f register above a format: all ones where it holds a value of it. */
  readonly #boxes: Readonly<Record<Format, bigint>>;
  /** Rounding mode and flags as softfloat wants them, one object for all operations. */
  readonly #environment = { rounding: 0, flags: 0 };

  constructor(hart: Hart) {
    this.hart = hart;
    this.xlen = hart.xlen;
    this.#bits = hart.xlen;
    this.#shiftMask = BigInt(hart.xlen - 1);
    this.memory = new MemoryAccess(hart);
    const box = (width: number): bigint => BigInt.asUintN(hart.flen, -1n << BigInt(width));
    this.#boxes = { half: box(16), single: box(32), double: box(64) };
  }

  constant(value: number | bigint): bigint {
    return BigInt.asUintN(this.#bits, BigInt(value));
  }

  pc(): bigint {
    return this.page + BigInt(this.offset);
  }

  nextPc(): bigint {
    return BigInt.asUintN(this.#bits, this.page + BigInt(this.offset + this.length));
  }

  // Registers. ----------------------------------------------------------------------------------
  readX(register: number): bigint {
    return this.hart.registers[register]!;
  }

  writeX(register: number, value: bigint): void {
    if (register !== 0) this.hart.registers[register] = value;
  }

  isX0(register: number): boolean {
    return register === 0;
  }

  readF(format: Format, register: number): bigint {
    const raw = this.hart.floats[register]!;
    const box = this.#boxes[format];
    if ((raw & box) !== box) return float.layouts[format].canonicalNaN;
    return BigInt.asUintN(formatWidth[format], raw);
  }

  readRawF(format: Format, register: number): bigint {
    return BigInt.asUintN(formatWidth[format], this.hart.floats[register]!);
  }

  writeF(format: Format, register: number, value: bigint): void {
    this.hart.floats[register] = this.#boxes[format] | value;
    this.hart.floatState = 3;
  }

  // Integer arithmetic. ---------------------------------------------------------------------------
  add(a: bigint, b: bigint): bigint {
    return BigInt.asUintN(this.#bits, a + b);
  }

  subtract(a: bigint, b: bigint): bigint {
    return BigInt.asUintN(this.#bits, a - b);
  }

  multiply(a: bigint, b: bigint): bigint {
    return BigInt.asUintN(this.#bits, a * b);
  }

  multiplyHigh(a: bigint, b: bigint): bigint {
    return this.#upper(this.#signed(a) * this.#signed(b));
  }

  multiplyHighUnsigned(a: bigint, b: bigint): bigint {
    return this.#upper(a * b);
  }

  multiplyHighSignedUnsigned(a: bigint, b: bigint): bigint {
    return this.#upper(this.#signed(a) * b);
  }

  divide(a: bigint, b: bigint): bigint {
    return BigInt.asUintN(this.#bits, this.#signed(a) / this.#signed(b));
  }

  divideUnsigned(a: bigint, b: bigint): bigint {
    return a / b;
  }

  remainder(a: bigint, b: bigint): bigint {
    return BigInt.asUintN(this.#bits, this.#signed(a) % this.#signed(b));
  }

  remainderUnsigned(a: bigint, b: bigint): bigint {
    return a % b;
  }

  and(a: bigint, b: bigint): bigint {
    return a & b;
  }

  or(a: bigint, b: bigint): bigint {
    return a | b;
  }

  xor(a: bigint, b: bigint): bigint {
    return a ^ b;
  }

  invert(a: bigint): bigint {
    return BigInt.asUintN(this.#bits, ~a);
  }

  shiftLeft(a: bigint, amount: bigint): bigint {
    return BigInt.asUintN(this.#bits, a << (amount & this.#shiftMask));
  }

  shiftRight(a: bigint, amount: bigint): bigint {
    return a >> (amount & this.#shiftMask);
  }

  shiftRightArithmetic(a: bigint, amount: bigint): bigint {
    return BigInt.asUintN(this.#bits, this.#signed(a) >> (amount & this.#shiftMask));
  }

  signExtend(a: bigint, bits: Width): bigint {
    return BigInt.asUintN(this.#bits, BigInt.asIntN(bits, a));
  }

  zeroExtend(a: bigint, bits: Width): bigint {
    return BigInt.asUintN(bits, a);
  }

  countLeadingZeros(a: bigint): bigint {
    return BigInt(a === 0n ? this.#bits : this.#bits - a.toString(2).length);
  }

  countTrailingZeros(a: bigint): bigint {
    return BigInt(a === 0n ? this.#bits : (a & -a).toString(2).length - 1);
  }

  populationCount(a: bigint): bigint {
    return BigInt(a.toString(2).replaceAll("0", "").length);
  }

  carrylessMultiply(a: bigint, b: bigint): bigint {
    return BigInt.asUintN(this.#bits, carrylessProduct(a, b));
  }

  carrylessMultiplyHigh(a: bigint, b: bigint): bigint {
    return carrylessProduct(a, b) >> BigInt(this.#bits);
  }

  reverseBytes(a: bigint): bigint {
    let result = 0n;
    for (let shift = 0; shift < this.#bits; shift += 8) result = (result << 8n) | byteAt(a, shift);
    return result;
  }

  // Conditions. -----------------------------------------------------------------------------------
  equal(a: bigint, b: bigint): boolean {
    return a === b;
  }

  less(a: bigint, b: bigint): boolean {
    return this.#signed(a) < this.#signed(b);
  }

  lessUnsigned(a: bigint, b: bigint): boolean {
    return a < b;
  }

  always(): boolean {
    return true;
  }

  not(a: boolean): boolean {
    return !a;
  }

  both(a: boolean, b: boolean): boolean {
    return a && b;
  }

  truth(a: boolean): bigint {
    return a ? 1n : 0n;
  }

  choose(condition: boolean, yes: () => bigint, no: () => bigint): bigint {
    return condition ? yes() : no();
  }

  when(condition: boolean, steps: () => void): void {
    if (condition) steps();
  }

  // Control. --------------------------------------------------------------------------------------
  jump(target: bigint): void {
    this.#checkTarget(target);
    this.#redirect(target);
  }

  jumpAndLink(link: number, target: bigint): void {
    this.#checkTarget(target);
    this.writeX(link, this.nextPc());
    this.#redirect(target);
  }

  branch(condition: boolean, target: bigint): void {
    if (condition) this.jump(target);
  }

  #redirect(target: bigint): void {
    this.redirected = true;
    this.target = target;
  }

  #checkTarget(target: bigint): void {
    if (this.hart.instructionAlignment === 4 && target & 2n) throw new TrapSignal(0, target);
  }

  // Memory. ---------------------------------------------------------------------------------------
  load(width: Width, extension: "signed" | "unsigned", address: bigint): bigint {
    const value = this.memory.load(width, address);
    return extension === "signed" && width < this.#bits ? this.signExtend(value, width) : value;
  }

  store(width: Width, address: bigint, value: bigint): void {
    this.memory.store(width, address, value);
  }

  loadFloat(format: Format, address: bigint): bigint {
    return this.memory.load(formatWidth[format], address);
  }

  storeFloat(format: Format, address: bigint, value: bigint): void {
    this.memory.store(formatWidth[format], address, value);
  }

  atomic(operation: AtomicOperation, width: 32 | 64, address: bigint, value: bigint): bigint {
    const old = this.memory.loadForUpdate(width, address);
    const result = combine(operation, width, old, BigInt.asUintN(width, value));
    this.memory.store(width, address, result);
    return this.signExtend(old, width);
  }

  loadReserved(width: 32 | 64, address: bigint): bigint {
    const value = this.memory.loadAligned(width, address);
    this.hart.reservation = address;
    this.hart.reservationWidth = width;
    return this.signExtend(value, width);
  }

  storeConditional(width: 32 | 64, address: bigint, value: bigint): bigint {
    const { hart } = this;
    const held = hart.reservation === address && hart.reservationWidth === width;
    this.memory.storeConditional(width, address, value, held);
    hart.dropReservation();
    return held ? 0n : 1n;
  }

  fence(): void {}

  /** Nothing to do: decoded code is dropped as soon as its memory is written. */
  fenceInstruction(): void {}

  // Floating point. -------------------------------------------------------------------------------
  checkFloat(): void {
    if (this.hart.floatState === 0) this.illegalInstruction();
  }

  checkRounding(rounding: number): void {
    if ((rounding === 7 ? this.hart.rounding : rounding) > 4) this.illegalInstruction();
  }

  floatAdd(format: Format, rounding: number, a: bigint, b: bigint): bigint {
    return this.#floated(float.add(format, this.#rounding(rounding), a, b));
  }

  floatSubtract(format: Format, rounding: number, a: bigint, b: bigint): bigint {
    return this.#floated(float.subtract(format, this.#rounding(rounding), a, b));
  }

  floatMultiply(format: Format, rounding: number, a: bigint, b: bigint): bigint {
    return this.#floated(float.multiply(format, this.#rounding(rounding), a, b));
  }

  floatDivide(format: Format, rounding: number, a: bigint, b: bigint): bigint {
    return this.#floated(float.divide(format, this.#rounding(rounding), a, b));
  }

  floatSquareRoot(format: Format, rounding: number, a: bigint): bigint {
    return this.#floated(float.squareRoot(format, this.#rounding(rounding), a));
  }

  floatMultiplyAdd(format: Format, rounding: number, a: bigint, b: bigint, c: bigint): bigint {
    return this.#floated(float.multiplyAdd(format, this.#rounding(rounding), a, b, c));
  }

  floatNegate(format: Format, a: bigint): bigint {
    return float.negate(format, a);
  }

  floatMinimum(format: Format, a: bigint, b: bigint, propagates = false): bigint {
    const environment = this.#rounding(0);
    const nan = propagates ? float.propagated(format, environment, a, b) : undefined;
    return this.#floated(nan ?? float.minimum(format, environment, a, b));
  }

  floatMaximum(format: Format, a: bigint, b: bigint, propagates = false): bigint {
    const environment = this.#rounding(0);
    const nan = propagates ? float.propagated(format, environment, a, b) : undefined;
    return this.#floated(nan ?? float.maximum(format, environment, a, b));
  }

  floatRound(format: Format, rounding: number, a: bigint, isTold: boolean): bigint {
    return this.#floated(float.roundToWhole(format, this.#rounding(rounding), a, isTold));
  }

  floatConstant(format: Format, code: bigint): bigint {
    return float.constantOf(format, Number(code));
  }

  floatToWordModulo(a: bigint): bigint {
    const value = float.toWordModulo(this.#rounding(1), a);
    return this.#floated(this.signExtend(value, 32));
  }

  floatUpperWord(a: bigint): bigint {
    return a >> 32n;
  }

  floatFromWords(low: bigint, high: bigint): bigint {
    return (high << 32n) | low;
  }

  floatEqual(format: Format, a: bigint, b: bigint): boolean {
    return this.#floated(float.equal(format, this.#rounding(0), a, b));
  }

  floatLess(format: Format, a: bigint, b: bigint): boolean {
    return this.#floated(float.less(format, this.#rounding(0), a, b));
  }

  floatLessOrEqual(format: Format, a: bigint, b: bigint): boolean {
    return this.#floated(float.lessOrEqual(format, this.#rounding(0), a, b));
  }

  floatClassify(format: Format, a: bigint): bigint {
    return BigInt(float.classify(format, a));
  }

  floatSignInject(format: Format, how: SignInjection, a: bigint, b: bigint): bigint {
    return float.signInject(format, how, a, b);
  }

  floatConvert(from: Format, to: Format, rounding: number, a: bigint): bigint {
    return this.#floated(float.convert(from, to, this.#rounding(rounding), a));
  }

  floatToInteger(
    format: Format,
    rounding: number,
    a: bigint,
    width: 32 | 64,
    kind: "signed" | "unsigned",
  ): bigint {
    const environment = this.#rounding(rounding);
    const value = float.toInteger(format, environment, a, width, kind === "signed");
    return this.#floated(this.signExtend(value, width));
  }

  integerToFloat(
    format: Format,
    rounding: number,
    a: bigint,
    width: 32 | 64,
    kind: "signed" | "unsigned",
  ): bigint {
    const value = kind === "signed" ? BigInt.asIntN(width, a) : BigInt.asUintN(width, a);
    return this.#floated(float.fromInteger(format, this.#rounding(rounding), value));
  }

  floatBits(format: Format, a: bigint): bigint {
    return this.signExtend(a, formatWidth[format]);
  }

  floatFromBits(format: Format, a: bigint): bigint {
    return BigInt.asUintN(formatWidth[format], a);
  }

  /** The environment for one operation, flags as they are. */
  #rounding(rounding: number): float.Environment {
    this.#environment.rounding = rounding === 7 ? this.hart.rounding : rounding;
    this.#environment.flags = this.hart.flags;
    return this.#environment;
  }

  /** Takes over the flags that the operation for `result` has raised. */
  #floated<Result>(result: Result): Result {
    if (this.#environment.flags !== this.hart.flags) {
      this.hart.flags = this.#environment.flags;
      this.hart.floatState = 3;
    }
    return result;
  }

  // CSRs and the privileged architecture. -----------------------------------------------------------
  checkCsr(csr: bigint, writes: boolean): void {
    if (!this.hart.csrs.isAccessible(Number(csr), writes)) this.illegalInstruction();
  }

  readCsr(csr: bigint): bigint {
    this.countRetired();
    return this.hart.csrs.read(Number(csr));
  }

  csrForUpdate(csr: bigint, read: bigint): bigint {
    return this.hart.csrs.forUpdate(Number(csr), read);
  }

  writeCsr(csr: bigint, value: bigint): void {
    this.countRetired();
    this.hart.csrs.write(Number(csr), value);
  }

  environmentCall(): void {
    throw new TrapSignal(8 + this.hart.privilege, 0n);
  }

  breakpoint(): void {
    throw new TrapSignal(3, this.pc());
  }

  /** The engine fills in the instruction's bits. */
  illegalInstruction(): void {
    throw new TrapSignal(2, undefined);
  }

  machineReturn(): void {
    if (this.hart.privilege !== Privilege.machine) this.illegalInstruction();
    this.hart.machineReturn();
    this.#redirect(this.hart.pc);
  }

  supervisorReturn(): void {
    const { hart } = this;
    if (hart.privilege === Privilege.user || hart.csrs.trapsSupervisorReturn()) {
      this.illegalInstruction();
    }
    hart.supervisorReturn();
    this.#redirect(hart.pc);
  }

  waitForInterrupt(): void {
    const { hart } = this;
    if (hart.privilege === Privilege.user || hart.csrs.trapsWait()) this.illegalInstruction();
    this.waiting = !hart.csrs.wakes();
  }

  supervisorFence(): void {
    const { hart } = this;
    if (hart.privilege === Privilege.user || hart.csrs.trapsVirtualMemory()) {
      this.illegalInstruction();
    }
    // Nothing is to be done: entries that were walked are noticed when they are written.
  }

  #signed(a: bigint): bigint {
    return BigInt.asIntN(this.#bits, a);
  }

  #upper(product: bigint): bigint {
    return BigInt.asUintN(this.#bits, product >> BigInt(this.#bits));
  }
}

const byteAt = (a: bigint, shift: number): bigint => (a >> BigInt(shift)) & 0xffn;

/** The product of polynomials over GF(2). */
function carrylessProduct(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let rest = b, addend = a; rest !== 0n; rest >>= 1n, addend <<= 1n) {
    if (rest & 1n) product ^= addend;
  }
  return product;
}

/** What an atomic operation stores; both values and the result are unsigned, `width` bits. */
function combine(operation: AtomicOperation, width: 32 | 64, old: bigint, value: bigint): bigint {
  const less = BigInt.asIntN(width, old) < BigInt.asIntN(width, value);
  switch (operation) {
    case "swap":
      return value;
    case "add":
      return BigInt.asUintN(width, old + value);
    case "and":
      return old & value;
    case "or":
      return old | value;
    case "xor":
      return old ^ value;
    case "min":
      return less ? old : value;
    case "max":
      return less ? value : old;
    case "minu":
      return old < value ? old : value;
    case "maxu":
      return old < value ? value : old;
  }
}
