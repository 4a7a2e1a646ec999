// biome-ignore-all format: ninety steps, most of them one line
/**
 * What an instruction does with bits that were never written, found by running its meaning over
 * pairs of a value and a mask of the bits in it that are not defined. Copying such bits passes them
 * on; logic, shifts and comparisons know which bits of their result depend on them; sums depend on
 * all bits below. That a branch, an address or a call depends on one is the mistake that is looked for.
 */
import { Evaluator } from "../../emulator/evaluator.ts";
import type { Hart } from "../../emulator/hart.ts";
import type { Decoded } from "../../isa/decoder.ts";
import { KnownOperands } from "../../isa/operands.ts";
import type { AtomicOperation, Format, Semantics, Width } from "../../isa/semantics.ts";

/** What depends on bits that were never written. */
export type Dependent = "branch" | "address" | "target" | "call";

/** Memory, for values and masks: little-endian numbers of at most 8 bytes. */
export interface TrackedMemory {
  read(address: bigint, bytes: number): bigint;
  masks(address: bigint, bytes: number): bigint;
  setMasks(address: bigint, bytes: number, masks: bigint): void;
}

/** A word, and which of its bits are not defined. */
interface Word {
  readonly value: bigint;
  readonly mask: bigint;
}

/** A condition, and whether that depends on bits that are not defined. */
interface Truth {
  readonly holds: boolean;
  readonly isOpen: boolean;
}

const formatBytes = { half: 2, single: 4, double: 8 } as const;
const defined = (value: bigint): Word => ({ value, mask: 0n });
const settled = (holds: boolean): Truth => ({ holds, isOpen: false });

/** The masks of the registers, and what an instruction does with them; see the file's head. */
export class Definedness
  implements Semantics<Word, Truth, bigint, number, number, number>
{
  readonly xlen: 32 | 64;
  readonly #hart: Hart;
  readonly #evaluator: Evaluator;
  readonly #memory: TrackedMemory;
  readonly #x = new BigUint64Array(32);
  readonly #f = new BigUint64Array(32);
  readonly #all: bigint;
  #pc = 0n;
  #length = 4;
  #writes: (() => void)[] = [];
  #dependent: Dependent | undefined;

  constructor(hart: Hart, memory: TrackedMemory) {
    this.xlen = hart.xlen;
    this.#hart = hart;
    this.#evaluator = new Evaluator(hart);
    this.#memory = memory;
    this.#all = (1n << BigInt(hart.xlen)) - 1n;
  }

  /** Whether no register holds a bit that is not defined. */
  get isClean(): boolean {
    for (let index = 1; index < 32; index++) if (this.#x[index] !== 0n || this.#f[index] !== 0n) return false;
    return this.#f[0] === 0n;
  }

  /** Takes all registers as defined. */
  clear(): void {
    this.#x.fill(0n);
    this.#f.fill(0n);
  }

  /** Takes registers as defined. */
  clearX(registers: readonly number[]): void {
    for (const register of registers) this.#x[register] = 0n;
  }

  /** The bits of an x or f register that are not defined. */
  mask(kind: "x" | "f", index: number): bigint {
    return (kind === "x" ? this.#x : this.#f)[index]!;
  }

  /**
   * Looks at the instruction that runs next: what depends on undefined bits, if anything. What it
   * changes is done by {@link apply}.
   */
  look({ instruction, values, length }: Decoded, pc: bigint): Dependent | undefined {
    this.#pc = pc;
    this.#length = length;
    this.#writes = [];
    this.#dependent = undefined;
    const operands = new KnownOperands<Word>(values, (value) => this.constant(value));
    instruction.execute?.(this, operands);
    return this.#dependent;
  }

  /** Does to the masks what the instruction that was looked at does. */
  apply(): void {
    for (const write of this.#writes) write();
    this.#writes = [];
  }

  #note(dependent: Dependent): void { this.#dependent ??= dependent; }
  #wrap(mask: bigint): bigint { return mask & this.#all; }
  /** All bits from the lowest of the mask on. */
  #upward(mask: bigint): bigint { return this.#wrap(mask | -mask); }
  #whole(value: bigint, ...words: readonly Word[]): Word {
    return { value, mask: words.some(({ mask }) => mask !== 0n) ? this.#all : 0n };
  }

  constant(value: number | bigint): Word { return defined(this.#wrap(BigInt(value))); }
  pc(): Word { return defined(this.#pc); }
  nextPc(): Word { return defined(this.#wrap(this.#pc + BigInt(this.#length))); }
  readX(register: number): Word { return { value: this.#hart.x(register), mask: this.#x[register]! }; }
  writeX(register: number, { mask }: Word): void {
    if (register !== 0) this.#writes.push(() => { this.#x[register] = mask; });
  }
  isX0(register: number): Truth { return settled(register === 0); }
  readF(format: Format, register: number): bigint {
    return BigInt.asUintN(8 * formatBytes[format], this.#f[register]!);
  }
  readRawF(format: Format, register: number): bigint { return this.readF(format, register); }
  writeF(_: Format, register: number, mask: bigint): void {
    this.#writes.push(() => { this.#f[register] = mask; });
  }

  add(a: Word, b: Word): Word {
    return { value: this.#evaluator.add(a.value, b.value), mask: this.#upward(a.mask | b.mask) };
  }
  subtract(a: Word, b: Word): Word {
    return { value: this.#evaluator.subtract(a.value, b.value), mask: this.#upward(a.mask | b.mask) };
  }
  multiply(a: Word, b: Word): Word {
    const isZero = [a, b].some(({ value, mask }) => value === 0n && mask === 0n);
    const mask = isZero ? 0n : this.#upward(a.mask | b.mask);
    return { value: this.#evaluator.multiply(a.value, b.value), mask };
  }
  multiplyHigh(a: Word, b: Word): Word { return this.#whole(this.#evaluator.multiplyHigh(a.value, b.value), a, b); }
  multiplyHighUnsigned(a: Word, b: Word): Word {
    return this.#whole(this.#evaluator.multiplyHighUnsigned(a.value, b.value), a, b);
  }
  multiplyHighSignedUnsigned(a: Word, b: Word): Word {
    return this.#whole(this.#evaluator.multiplyHighSignedUnsigned(a.value, b.value), a, b);
  }
  divide(a: Word, b: Word): Word { return this.#divided("divide", a, b); }
  divideUnsigned(a: Word, b: Word): Word { return this.#divided("divideUnsigned", a, b); }
  remainder(a: Word, b: Word): Word { return this.#divided("remainder", a, b); }
  remainderUnsigned(a: Word, b: Word): Word { return this.#divided("remainderUnsigned", a, b); }
  /** Both sides of a choice may be asked for, so also what the body excludes. */
  #divided(how: "divide" | "divideUnsigned" | "remainder" | "remainderUnsigned", a: Word, b: Word): Word {
    return this.#whole(b.value === 0n ? 0n : this.#evaluator[how](a.value, b.value), a, b);
  }
  and(a: Word, b: Word): Word {
    return { value: a.value & b.value, mask: (a.mask & b.mask) | (a.mask & b.value) | (b.mask & a.value) };
  }
  or(a: Word, b: Word): Word {
    const mask = (a.mask & b.mask) | (a.mask & ~b.value) | (b.mask & ~a.value);
    return { value: a.value | b.value, mask: this.#wrap(mask) };
  }
  xor(a: Word, b: Word): Word { return { value: a.value ^ b.value, mask: a.mask | b.mask }; }
  invert(a: Word): Word { return { value: this.#evaluator.invert(a.value), mask: a.mask }; }
  shiftLeft(a: Word, by: Word): Word { return this.#shift("shiftLeft", a, by); }
  shiftRight(a: Word, by: Word): Word { return this.#shift("shiftRight", a, by); }
  shiftRightArithmetic(a: Word, by: Word): Word { return this.#shift("shiftRightArithmetic", a, by); }
  #shift(how: "shiftLeft" | "shiftRight" | "shiftRightArithmetic", a: Word, by: Word): Word {
    const value = this.#evaluator[how](a.value, by.value);
    const amount = by.mask & BigInt(this.xlen - 1);
    return { value, mask: amount === 0n ? this.#evaluator[how](a.mask, by.value) : this.#all };
  }
  signExtend(a: Word, bits: Width): Word {
    return { value: this.#evaluator.signExtend(a.value, bits), mask: this.#evaluator.signExtend(a.mask, bits) };
  }
  zeroExtend(a: Word, bits: Width): Word {
    return { value: this.#evaluator.zeroExtend(a.value, bits), mask: this.#evaluator.zeroExtend(a.mask, bits) };
  }
  countLeadingZeros(a: Word): Word {
    const value = this.#evaluator.countLeadingZeros(a.value);
    return a.mask < (a.value & ~a.mask) && topBit(a.mask) < topBit(a.value & ~a.mask)
      ? defined(value) : this.#whole(value, a);
  }
  countTrailingZeros(a: Word): Word {
    const value = this.#evaluator.countTrailingZeros(a.value);
    const known = a.value & ~a.mask;
    return known !== 0n && (known & -known) < (a.mask & -a.mask) ? defined(value) : this.#whole(value, a);
  }
  populationCount(a: Word): Word { return this.#whole(this.#evaluator.populationCount(a.value), a); }
  carrylessMultiply(a: Word, b: Word): Word {
    return this.#whole(this.#evaluator.carrylessMultiply(a.value, b.value), a, b);
  }
  carrylessMultiplyHigh(a: Word, b: Word): Word {
    return this.#whole(this.#evaluator.carrylessMultiplyHigh(a.value, b.value), a, b);
  }
  reverseBytes(a: Word): Word {
    return { value: this.#evaluator.reverseBytes(a.value), mask: this.#evaluator.reverseBytes(a.mask) };
  }

  equal(a: Word, b: Word): Truth {
    const mask = a.mask | b.mask;
    // A defined bit in which they differ decides.
    if (((a.value ^ b.value) & ~mask) !== 0n) return settled(false);
    return { holds: a.value === b.value, isOpen: mask !== 0n };
  }
  less(a: Word, b: Word): Truth {
    const sign = 1n << BigInt(this.xlen - 1);
    const flip = ({ value, mask }: Word): Word => ({ value: value ^ sign, mask });
    return this.lessUnsigned(flip(a), flip(b));
  }
  lessUnsigned(a: Word, b: Word): Truth {
    const least = ({ value, mask }: Word) => value & ~mask;
    const most = ({ value, mask }: Word) => value | mask;
    if (most(a) < least(b)) return settled(true);
    if (least(a) >= most(b)) return settled(false);
    return { holds: a.value < b.value, isOpen: (a.mask | b.mask) !== 0n };
  }
  always(): Truth { return settled(true); }
  not({ holds, isOpen }: Truth): Truth { return { holds: !holds, isOpen }; }
  both(a: Truth, b: Truth): Truth {
    if ([a, b].some(({ holds, isOpen }) => !holds && !isOpen)) return settled(false);
    return { holds: a.holds && b.holds, isOpen: a.isOpen || b.isOpen };
  }
  truth({ holds, isOpen }: Truth): Word { return { value: holds ? 1n : 0n, mask: isOpen ? 1n : 0n }; }
  choose({ holds, isOpen }: Truth, yes: () => Word, no: () => Word): Word {
    if (!isOpen) return holds ? yes() : no();
    const [a, b] = [yes(), no()];
    return { value: holds ? a.value : b.value, mask: a.mask | b.mask | (a.value ^ b.value) };
  }
  when({ holds }: Truth, steps: () => void): void { if (holds) steps(); }

  jump(target: Word): void { if (target.mask !== 0n) this.#note("target"); }
  jumpAndLink(link: number, target: Word): void {
    this.jump(target);
    this.writeX(link, this.nextPc());
  }
  branch({ isOpen }: Truth): void { if (isOpen) this.#note("branch"); }

  load(width: Width, extension: "signed" | "unsigned", address: Word): Word {
    const word = this.#load(width / 8, address);
    return extension === "signed" ? this.signExtend(word, width) : this.zeroExtend(word, width);
  }
  #load(bytes: number, { value, mask }: Word): Word {
    if (mask !== 0n) this.#note("address");
    return { value: this.#memory.read(value, bytes), mask: this.#memory.masks(value, bytes) };
  }
  store(width: Width, address: Word, { mask }: Word): void { this.#store(width / 8, address, mask); }
  #store(bytes: number, address: Word, mask: bigint): void {
    if (address.mask !== 0n) this.#note("address");
    const own = BigInt.asUintN(8 * bytes, mask);
    this.#writes.push(() => this.#memory.setMasks(address.value, bytes, own));
  }
  loadFloat(format: Format, address: Word): bigint { return this.#load(formatBytes[format], address).mask; }
  storeFloat(format: Format, address: Word, mask: bigint): void {
    this.#store(formatBytes[format], address, mask);
  }
  atomic(_: AtomicOperation, width: 32 | 64, address: Word, { mask }: Word): Word {
    const old = this.signExtend(this.#load(width / 8, address), width);
    this.#store(width / 8, address, old.mask | mask);
    return old;
  }
  loadReserved(width: 32 | 64, address: Word): Word {
    return this.signExtend(this.#load(width / 8, address), width);
  }
  storeConditional(width: 32 | 64, address: Word, { mask }: Word): Word {
    this.#store(width / 8, address, mask);
    return defined(0n);
  }
  fence(): void {}
  fenceInstruction(): void {}

  checkFloat(): void {}
  checkRounding(): void {}
  #float(format: Format, ...masks: readonly bigint[]): bigint {
    return masks.some((mask) => mask !== 0n) ? (1n << BigInt(8 * formatBytes[format])) - 1n : 0n;
  }
  floatAdd(format: Format, _: number, a: bigint, b: bigint): bigint { return this.#float(format, a, b); }
  floatSubtract(format: Format, _: number, a: bigint, b: bigint): bigint { return this.#float(format, a, b); }
  floatMultiply(format: Format, _: number, a: bigint, b: bigint): bigint { return this.#float(format, a, b); }
  floatDivide(format: Format, _: number, a: bigint, b: bigint): bigint { return this.#float(format, a, b); }
  floatSquareRoot(format: Format, _: number, a: bigint): bigint { return this.#float(format, a); }
  floatMultiplyAdd(format: Format, _: number, a: bigint, b: bigint, c: bigint): bigint {
    return this.#float(format, a, b, c);
  }
  floatNegate(_: Format, a: bigint): bigint { return a; }
  floatMinimum(format: Format, a: bigint, b: bigint): bigint { return this.#float(format, a, b); }
  floatMaximum(format: Format, a: bigint, b: bigint): bigint { return this.#float(format, a, b); }
  #compare(a: bigint, b: bigint): Truth { return { holds: false, isOpen: (a | b) !== 0n }; }
  floatEqual(_: Format, a: bigint, b: bigint): Truth { return this.#compare(a, b); }
  floatLess(_: Format, a: bigint, b: bigint): Truth { return this.#compare(a, b); }
  floatLessOrEqual(_: Format, a: bigint, b: bigint): Truth { return this.#compare(a, b); }
  floatClassify(_: Format, a: bigint): Word { return { value: 0n, mask: a === 0n ? 0n : 0x3ffn }; }
  floatSignInject(format: Format, _: string, a: bigint, b: bigint): bigint {
    const sign = 1n << BigInt(8 * formatBytes[format] - 1);
    return (a & ~sign) | (b & sign);
  }
  floatRound(format: Format, _: number, a: bigint): bigint { return this.#float(format, a); }
  floatConstant(): bigint { return 0n; }
  floatToWordModulo(a: bigint): Word { return { value: 0n, mask: a === 0n ? 0n : this.#all }; }
  floatUpperWord(a: bigint): Word { return { value: 0n, mask: a >> 32n }; }
  floatFromWords(low: Word, high: Word): bigint { return (high.mask << 32n) | low.mask; }
  floatConvert(_: Format, to: Format, __: number, a: bigint): bigint { return this.#float(to, a); }
  floatToInteger(_: Format, __: number, a: bigint): Word { return { value: 0n, mask: a === 0n ? 0n : this.#all }; }
  integerToFloat(format: Format, _: number, a: Word): bigint { return this.#float(format, a.mask); }
  floatBits(format: Format, a: bigint): Word {
    const bits = (8 * formatBytes[format]) as Width;
    return { value: 0n, mask: bits >= this.xlen ? this.#wrap(a) : this.#evaluator.signExtend(a, bits) };
  }
  floatFromBits(format: Format, { mask }: Word): bigint { return BigInt.asUintN(8 * formatBytes[format], mask); }

  checkCsr(): void {}
  readCsr(): Word { return defined(0n); }
  csrForUpdate(_: Word, read: Word): Word { return read; }
  writeCsr(): void {}
  /** The number of the call is in a7. */
  environmentCall(): void {
    if (this.#x[17] !== 0n) this.#note("call");
    this.#writes.push(() => { this.#x[10] = 0n; });
  }
  breakpoint(): void {}
  illegalInstruction(): void {}
  machineReturn(): void {}
  supervisorReturn(): void {}
  waitForInterrupt(): void {}
  supervisorFence(): void {}
}

/** The number of the highest bit; -1 for 0. */
const topBit = (value: bigint): number => (value === 0n ? -1 : value.toString(2).length - 1);