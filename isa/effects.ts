// biome-ignore-all format: ninety steps, most of them one line
/**
 * What an instruction does to the machine, found by running its meaning over values that are not
 * there: it notes the registers, memory, CSRs and control flow that the steps name. A word is
 * known only as far as an address needs: a register plus a number, or a number alone. Of a
 * condition that is not known both sides are taken, so the answer is what may happen.
 */
import type { Decoded } from "./decoder.ts";
import { encodingOf } from "./encoding.ts";
import { KnownOperands } from "./operands.ts";
import type { Format, Semantics, Width } from "./semantics.ts";

/** The access to memory of an instruction; none has more than one. */
export interface MemoryEffect {
  readonly kind: "load" | "store" | "atomic" | "load-reserved" | "store-conditional";
  /** In bits. */
  readonly width: Width;
  /** The x register that the address is computed from; undefined for a fixed address. */
  readonly base: number | undefined;
  /** What is added to the base register, or the fixed address; signed. */
  readonly offset: bigint;
  /** How much higher the address may be, where only a range is known; undefined for anything. */
  readonly extent: bigint | undefined;
}

/**
 * What is known of a word: the value of a register, if `base` is given, plus `offset` (signed), plus
 * at most `extent` (unsigned), modulo 2^XLEN.
 */
export interface KnownWord {
  readonly base: number | undefined;
  readonly offset: bigint;
  readonly extent: bigint;
}

/** The access to a CSR of an instruction. */
export interface CsrEffect {
  readonly address: number;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** What an instruction may do. Register numbers are ascending; x0 is in none of the lists. */
export interface Effects {
  readonly readsX: readonly number[];
  readonly writesX: readonly number[];
  readonly readsF: readonly number[];
  readonly writesF: readonly number[];
  /** What it writes into its one x register, as far as that is known. */
  readonly result: KnownWord | undefined;
  /** The formats in which it reads and writes each f register. */
  readonly formatsF: ReadonlyMap<number, ReadonlySet<Format>>;
  readonly memory: MemoryEffect | undefined;
  readonly csr: CsrEffect | undefined;
  /**
   * What follows: "next" the next instruction; "branch" that or the target; "jump", "call" and
   * "return" the target, told apart by the link registers ra and t0 as the manual's return-address
   * stack does; "trap" the environment or a trap handler.
   */
  readonly control: "next" | "branch" | "jump" | "call" | "return" | "trap";
  /** The address that a branch, jump or call goes to, where it is not computed at run time. */
  readonly target: bigint | undefined;
  /** Whether a branch is taken, where what is known of its operands says so. */
  readonly isTaken: boolean | undefined;
  /** Whether it computes in floating point, so that fflags may change. */
  readonly setsFlags: boolean;
  /** Whether the rounding mode is the dynamic one, so that frm is read. */
  readonly readsRounding: boolean;
  /** What control "trap" asks for: the environment, a debugger, or nothing that is valid. */
  readonly trap: "call" | "breakpoint" | "illegal" | undefined;
  /** Whether instructions that were stored before are seen by fetches after it (FENCE.I). */
  readonly fencesCode: boolean;
  /** Whether a word of a register is cut to fewer than XLEN bits and extended by its sign. */
  readonly narrows: boolean;
  /**
   * Whether it shifts by a number that is not below XLEN, or below 32 where it shifts words: only the
   * low bits of that count.
   */
  readonly shiftsTooFar: boolean;
}

/**
 * The effects of a decoded instruction; of one without a meaning, the registers among its operands.
 * @param address where it is, unsigned; with the default 0, targets are offsets from it
 * @param xlen the width that addresses wrap at
 * @param known what x registers hold before, if that is not just their own values; the bases of what
 *   comes back are then those of `known`
 */
export function effectsOf(
  decoded: Decoded, address = 0n, xlen: 32 | 64 = 64, known?: (register: number) => KnownWord,
): Effects {
  const { instruction, values, length } = decoded;
  const noting = new Noting(xlen, address, length, known);
  const operands = new KnownOperands<Word>(values, (value) => noting.constant(value));
  if (instruction.execute === undefined) noteOperands(noting, decoded);
  else instruction.execute(noting, operands);
  return noting.effects();
}

/** Notes what the operands say of an instruction without a meaning: destinations are written. */
function noteOperands(noting: Noting, { instruction, values }: Decoded): void {
  for (const { name, kind } of encodingOf(instruction).fields) {
    const register = Number(values[name]);
    const isWritten = /^[rf]d/.test(name);
    if (kind === "x" && isWritten) noting.writeX(register);
    else if (kind === "x") noting.readX(register);
    else if (kind === "f" && isWritten) noting.writeF("double", register);
    else if (kind === "f") noting.readF("double", register);
  }
}

/** What is known of a word; undefined when nothing is. */
type Word = (KnownWord & {
  /** Set where it was assumed that an address is even. */
  readonly isAssumed?: boolean;
  /** Set where bits were cut off a number, to shift by it. */
  readonly isCut?: boolean;
}) | undefined;
/** Whether it holds, or undefined when that is not known. */
type Condition = boolean | undefined;

const isLink = (register: number): boolean => register === 1 || register === 5;
const none: readonly number[] = [];
/** The numbers of the bits of a set. */
function ascending(registers: number): readonly number[] {
  if (registers === 0) return none;
  const result: number[] = [];
  for (let left = registers; left !== 0; left &= left - 1) {
    result.push(31 - Math.clz32(left & -left));
  }
  return result;
}
const noFormats: ReadonlyMap<number, ReadonlySet<Format>> = new Map();

class Noting implements Semantics<Word, Condition, undefined, number, number, number> {
  readonly xlen: 32 | 64;
  readonly #address: bigint;
  readonly #length: number;
  /** Sets of registers: bit n is register n. */
  #readsX = 0;
  #writesX = 0;
  #readsF = 0;
  #writesF = 0;
  #result: Word;
  /** How many conditions that are not known the step at hand is under. */
  #doubts = 0;
  #formatsF: Map<number, Set<Format>> | undefined;
  #memory: MemoryEffect | undefined;
  #csr: CsrEffect | undefined;
  #control: Effects["control"] = "next";
  #target: bigint | undefined;
  #isTaken: Condition;
  #setsFlags = false;
  #readsRounding = false;
  #trap: Effects["trap"];
  #fencesCode = false;
  #narrows = false;
  #shiftsTooFar = false;

  readonly #known: ((register: number) => KnownWord) | undefined;

  constructor(
    xlen: 32 | 64, address: bigint, length: number, known?: (register: number) => KnownWord,
  ) {
    this.xlen = xlen;
    this.#known = known;
    this.#address = address;
    this.#length = length;
  }

  effects(): Effects {
    return {
      readsX: ascending(this.#readsX), writesX: ascending(this.#writesX),
      readsF: ascending(this.#readsF), writesF: ascending(this.#writesF),
      // One register: a power of 2.
      result: (this.#writesX & (this.#writesX - 1)) === 0 ? this.#result : undefined,
      formatsF: this.#formatsF ?? noFormats,
      memory: this.#memory, csr: this.#csr, control: this.#control, target: this.#target,
      isTaken: this.#isTaken,
      setsFlags: this.#setsFlags, readsRounding: this.#readsRounding,
      trap: this.#trap, fencesCode: this.#fencesCode,
      narrows: this.#narrows, shiftsTooFar: this.#shiftsTooFar,
    };
  }

  constant(value: number | bigint): Word {
    return { base: undefined, offset: BigInt.asIntN(this.xlen, BigInt(value)), extent: 0n };
  }
  /** A number from 0 to `most`. */
  #upTo(most: bigint): Word {
    return { base: undefined, offset: 0n, extent: most };
  }
  /** The most that a word can be that is a number from 0 up; undefined where it may be another. */
  #most(a: Word): bigint | undefined {
    if (a === undefined || a.base !== undefined || a.offset < 0n) return undefined;
    const most = a.offset + a.extent;
    return most < 1n << BigInt(this.xlen - 1) ? most : undefined;
  }
  /** How far to shift, where that is a number. */
  #amount(a: Word): bigint | undefined {
    if (a?.base !== undefined || a?.extent !== 0n) return undefined;
    const isTooFar = a.offset < 0n || a.offset >= BigInt(this.xlen) || a.isCut === true;
    if (isTooFar) this.#shiftsTooFar = true;
    return a.offset & BigInt(this.xlen - 1);
  }

  pc(): Word { return this.constant(this.#address); }
  nextPc(): Word { return this.constant(this.#address + BigInt(this.#length)); }

  readX(register: number): Word {
    if (register === 0) return this.constant(0);
    this.#readsX |= 1 << register;
    return this.#known?.(register) ?? { base: register, offset: 0n, extent: 0n };
  }
  writeX(register: number, value?: Word): void {
    if (register === 0) return;
    const isKnown = this.#doubts === 0 && value?.isAssumed !== true;
    this.#result = isKnown && ((this.#writesX >>> register) & 1) === 0 ? value : undefined;
    this.#writesX |= 1 << register;
  }
  isX0(register: number): Condition { return register === 0; }
  readF(format: Format, register: number): undefined {
    this.#readsF |= 1 << register;
    this.#noteF(format, register);
  }
  readRawF(format: Format, register: number): undefined { this.readF(format, register); }
  writeF(format: Format, register: number): void {
    this.#writesF |= 1 << register;
    this.#noteF(format, register);
  }
  #noteF(format: Format, register: number): void {
    this.#formatsF ??= new Map();
    const formats = this.#formatsF.get(register);
    if (formats === undefined) this.#formatsF.set(register, new Set([format]));
    else formats.add(format);
  }

  add(a: Word, b: Word): Word {
    if (a === undefined || b === undefined) return undefined;
    if (a.base !== undefined && b.base !== undefined) return undefined;
    const offset = BigInt.asIntN(this.xlen, a.offset + b.offset);
    const isAssumed = a.isAssumed === true || b.isAssumed === true;
    return { base: a.base ?? b.base, offset, extent: a.extent + b.extent, isAssumed };
  }
  subtract(a: Word, b: Word): Word {
    if (a === undefined || b?.base !== undefined || b?.extent !== 0n) return undefined;
    return { ...a, offset: BigInt.asIntN(this.xlen, a.offset - b.offset) };
  }
  and(a: Word, b: Word): Word {
    // The mask of a jump's target: an even address is assumed.
    if (b?.base === undefined && b?.offset === -2n) return a && { ...a, isAssumed: true };
    const isExact = a?.base === undefined && b?.base === undefined;
    if (isExact && a?.extent === 0n && b?.extent === 0n) {
      const cut = this.constant(a.offset & b.offset);
      return cut?.offset === a.offset ? cut : cut && { ...cut, isCut: b.offset === 31n };
    }
    const [one, other] = [this.#most(a), this.#most(b)];
    if (one === undefined && other === undefined) return undefined;
    return this.#upTo(one === undefined || (other !== undefined && other < one) ? other as bigint : one);
  }

  multiply(): Word { return undefined; }
  multiplyHigh(): Word { return undefined; }
  multiplyHighUnsigned(): Word { return undefined; }
  multiplyHighSignedUnsigned(): Word { return undefined; }
  divide(): Word { return undefined; }
  divideUnsigned(): Word { return undefined; }
  remainder(): Word { return undefined; }
  remainderUnsigned(): Word { return undefined; }
  or(a: Word, b: Word): Word {
    const [one, other] = [this.#most(a), this.#most(b)];
    if (one === undefined || other === undefined) return undefined;
    return this.#upTo((1n << BigInt((one | other).toString(2).length)) - 1n);
  }
  xor(a: Word, b: Word): Word { return this.or(a, b); }
  invert(): Word { return undefined; }
  shiftLeft(a: Word, b: Word): Word {
    const [most, by] = [this.#most(a), this.#amount(b)];
    if (a === undefined || most === undefined || by === undefined) return undefined;
    if ((most << by) >= 1n << BigInt(this.xlen - 1)) return undefined;
    return { base: undefined, offset: a.offset << by, extent: a.extent << by };
  }
  shiftRight(a: Word, b: Word): Word {
    const [most, by] = [this.#most(a), this.#amount(b)];
    if (by === undefined) return undefined;
    if (a === undefined || most === undefined) {
      return by === 0n ? undefined : this.#upTo((1n << (BigInt(this.xlen) - by)) - 1n);
    }
    const offset = a.offset >> by;
    return { base: undefined, offset, extent: (most >> by) - offset };
  }
  shiftRightArithmetic(a: Word, b: Word): Word {
    this.#amount(b);
    return this.#most(a) === undefined ? undefined : this.shiftRight(a, b);
  }
  signExtend(a: Word, bits: Width): Word {
    if (bits === this.xlen) return a;
    this.#narrows = true;
    const most = this.#most(a);
    return most !== undefined && most < 1n << BigInt(bits - 1) ? a : undefined;
  }
  zeroExtend(a: Word, bits: Width): Word {
    if (bits === this.xlen) return a;
    const [most, limit] = [this.#most(a), 1n << BigInt(bits)];
    return most !== undefined && most < limit ? a : this.#upTo(limit - 1n);
  }
  countLeadingZeros(): Word { return undefined; }
  countTrailingZeros(): Word { return undefined; }
  populationCount(): Word { return undefined; }
  carrylessMultiply(): Word { return undefined; }
  carrylessMultiplyHigh(): Word { return undefined; }
  reverseBytes(): Word { return undefined; }

  equal(a: Word, b: Word): Condition {
    if (a === undefined || b === undefined || a.base !== b.base) return undefined;
    return a.extent + b.extent === 0n ? a.offset === b.offset : undefined;
  }
  less(a: Word, b: Word): Condition {
    const [one, other] = [this.#number(a), this.#number(b)];
    return one === undefined || other === undefined ? undefined : one < other;
  }
  lessUnsigned(a: Word, b: Word): Condition {
    const [one, other] = [this.#number(a), this.#number(b)];
    if (one === undefined || other === undefined) return undefined;
    return BigInt.asUintN(this.xlen, one) < BigInt.asUintN(this.xlen, other);
  }
  #number(a: Word): bigint | undefined {
    return a !== undefined && a.base === undefined && a.extent === 0n ? a.offset : undefined;
  }
  always(): Condition { return true; }
  not(a: Condition): Condition { return a === undefined ? undefined : !a; }
  both(a: Condition, b: Condition): Condition {
    if (a === false || b === false) return false;
    return a && b;
  }
  truth(): Word { return this.#upTo(1n); }
  choose(condition: Condition, yes: () => Word, no: () => Word): Word {
    if (condition !== undefined) return condition ? yes() : no();
    yes();
    no();
    return undefined;
  }
  when(condition: Condition, steps: () => void): void {
    if (condition === false) return;
    const doubt = condition === undefined ? 1 : 0;
    this.#doubts += doubt;
    steps();
    this.#doubts -= doubt;
  }

  jump(target: Word): void { this.#go("jump", target); }
  jumpAndLink(link: number, target: Word): void {
    const returns = !isLink(link) && target?.base !== undefined && isLink(target.base);
    this.writeX(link);
    this.#go(isLink(link) ? "call" : returns ? "return" : "jump", target);
  }
  branch(condition: Condition, target: Word): void {
    this.#isTaken = condition;
    this.#go("branch", target);
  }
  #go(control: Effects["control"], target: Word): void {
    this.#control = control;
    if (target !== undefined && target.base === undefined && target.extent === 0n) {
      this.#target = this.#address === 0n ? target.offset : BigInt.asUintN(this.xlen, target.offset);
    }
  }

  load(width: Width, extension: "signed" | "unsigned", address: Word): Word {
    this.#access("load", width, address);
    const isShort = extension === "unsigned" && width < this.xlen;
    return isShort ? this.#upTo((1n << BigInt(width)) - 1n) : undefined;
  }
  store(width: Width, address: Word): void { this.#access("store", width, address); }
  loadFloat(format: Format, address: Word): undefined {
    this.#access("load", formatWidth[format], address);
  }
  storeFloat(format: Format, address: Word): void {
    this.#access("store", formatWidth[format], address);
  }
  atomic(_: string, width: 32 | 64, address: Word): Word {
    return this.#access("atomic", width, address);
  }
  loadReserved(width: 32 | 64, address: Word): Word {
    return this.#access("load-reserved", width, address);
  }
  storeConditional(width: 32 | 64, address: Word): Word {
    return this.#access("store-conditional", width, address);
  }
  #access(kind: MemoryEffect["kind"], width: Width, address: Word): undefined {
    const { base, offset = 0n, extent } = address ?? {};
    this.#memory = { kind, width, base, offset, extent };
  }
  fence(): void {}
  fenceInstruction(): void { this.#fencesCode = true; }

  checkFloat(): void {}
  checkRounding(rounding: number): void {
    if (rounding === 7) this.#readsRounding = true;
  }
  floatAdd(): undefined { this.#setsFlags = true; }
  floatSubtract(): undefined { this.#setsFlags = true; }
  floatMultiply(): undefined { this.#setsFlags = true; }
  floatDivide(): undefined { this.#setsFlags = true; }
  floatSquareRoot(): undefined { this.#setsFlags = true; }
  floatMultiplyAdd(): undefined { this.#setsFlags = true; }
  floatNegate(): undefined {}
  floatMinimum(): undefined { this.#setsFlags = true; }
  floatMaximum(): undefined { this.#setsFlags = true; }
  floatEqual(): Condition { return this.#compared(); }
  floatLess(): Condition { return this.#compared(); }
  floatLessOrEqual(): Condition { return this.#compared(); }
  #compared(): undefined { this.#setsFlags = true; }
  floatClassify(): Word { return undefined; }
  floatSignInject(): undefined {}
  floatRound(): undefined { this.#setsFlags = true; }
  floatConstant(): undefined {}
  floatToWordModulo(): Word { this.#setsFlags = true; return undefined; }
  floatUpperWord(): Word { return undefined; }
  floatFromWords(): undefined {}
  floatConvert(): undefined { this.#setsFlags = true; }
  floatToInteger(): Word { this.#setsFlags = true; return undefined; }
  integerToFloat(): undefined { this.#setsFlags = true; }
  floatBits(): Word { return undefined; }
  floatFromBits(): undefined {}

  checkCsr(csr: Word): void { this.#note(csr, {}); }
  readCsr(csr: Word): Word { this.#note(csr, { reads: true }); return undefined; }
  csrForUpdate(_csr: Word, read: Word): Word { return read; }
  writeCsr(csr: Word): void { this.#note(csr, { writes: true }); }
  #note(csr: Word, what: Partial<CsrEffect>): void {
    const { reads = false, writes = false } = this.#csr ?? {};
    this.#csr = { address: Number(csr?.offset ?? 0n), reads, writes, ...what };
  }

  environmentCall(): void { this.#traps("call"); }
  breakpoint(): void { this.#traps("breakpoint"); }
  illegalInstruction(): void { this.#traps("illegal"); }
  #traps(trap: Effects["trap"]): void {
    this.#control = "trap";
    this.#trap = trap;
  }
  machineReturn(): void { this.#control = "jump"; }
  supervisorReturn(): void { this.#control = "jump"; }
  waitForInterrupt(): void {}
  supervisorFence(): void {}
}

const formatWidth = { half: 16, single: 32, double: 64 } as const;