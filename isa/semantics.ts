// biome-ignore-all format: the rows are a table
/**
 * The steps that an instruction can take. An instruction's meaning is written once, as a function
 * over this interface; every use of it (evaluating, interpreting, translating, noting effects,
 * printing pseudocode) is one class that implements the interface.
 *
 * The type parameters keep apart what a body must not mix up:
 *   Word       an XLEN-bit integer              Float     a value of a floating-point format
 *   Condition  a truth value                    X, F      a reference to an x or f register
 *   Rounding   the rounding-mode field
 * A body never tests a Word or a Condition with the host's `if`: it says `choose` or `when`.
 * No step that may trap comes after the first register or CSR write, and no register is read
 * after a write. Which steps may trap is said at each.
 */

/** The widths of a memory access, in bits. */
export type Width = 8 | 16 | 32 | 64;

/** Floating-point formats: IEEE 754 binary16, binary32, binary64. */
export type Format = "half" | "single" | "double";

/** Read-modify-write operations of the A extension; the u forms compare unsigned. */
export type AtomicOperation =
  | "swap" | "add" | "and" | "or" | "xor" | "min" | "max" | "minu" | "maxu";

/** What the sign of the result of a sign injection is made from (F extension, FSGNJ). */
export type SignInjection = "copy" | "negate" | "xor";

/** The steps of instruction semantics. Words are XLEN bits wide; see the file's head. */
export interface Semantics<Word, Condition, Float, X, F, Rounding> {
  /** The width of a word, 32 or 64: known to the host, so a body may branch on it. */
  readonly xlen: 32 | 64;

  // Constants. ----------------------------------------------------------------------------------
  /** The word whose value is `value` modulo 2^XLEN. */
  constant(value: number | bigint): Word;
  /** The address of this instruction. */
  pc(): Word;
  /** The address of the next instruction in memory: pc + 4, or + 2 for a compressed one. */
  nextPc(): Word;

  // Registers. ----------------------------------------------------------------------------------
  /** Reads an x register; x0 reads 0. */
  readX(register: X): Word;
  /** Writes an x register; a write to x0 is dropped. */
  writeX(register: X, value: Word): void;
  /** Holds when the register is x0. */
  isX0(register: X): Condition;
  /** Reads an f register as a value of the format; a value not NaN-boxed reads as canonical NaN. */
  readF(format: Format, register: F): Float;
  /** Reads the register's low bits as the format without the NaN-box check (FMV.X, FS*). */
  readRawF(format: Format, register: F): Float;
  /** Writes an f register, NaN-boxing a format narrower than FLEN, and marks mstatus.FS dirty. */
  writeF(format: Format, register: F, value: Float): void;

  // Integer arithmetic, modulo 2^XLEN. -----------------------------------------------------------
  add(a: Word, b: Word): Word;
  subtract(a: Word, b: Word): Word;
  multiply(a: Word, b: Word): Word;
  /** The upper XLEN bits of the 2·XLEN-bit product, both signed. */
  multiplyHigh(a: Word, b: Word): Word;
  /** The same, both unsigned. */
  multiplyHighUnsigned(a: Word, b: Word): Word;
  /** The same, a signed and b unsigned. */
  multiplyHighSignedUnsigned(a: Word, b: Word): Word;
  /** Quotient toward zero. The body excludes b = 0 and −2^(XLEN−1) ÷ −1 by `choose`. */
  divide(a: Word, b: Word): Word;
  /** Quotient of unsigned words; the body excludes b = 0. */
  divideUnsigned(a: Word, b: Word): Word;
  /** Remainder with the dividend's sign; the body excludes b = 0 and the overflow. */
  remainder(a: Word, b: Word): Word;
  /** Remainder of unsigned words; the body excludes b = 0. */
  remainderUnsigned(a: Word, b: Word): Word;
  and(a: Word, b: Word): Word;
  or(a: Word, b: Word): Word;
  xor(a: Word, b: Word): Word;
  /** All bits inverted. */
  invert(a: Word): Word;
  /** Shifts; the amount is taken modulo XLEN. */
  shiftLeft(a: Word, amount: Word): Word;
  shiftRight(a: Word, amount: Word): Word;
  shiftRightArithmetic(a: Word, amount: Word): Word;
  /** The low `bits` bits of a, sign-extended to XLEN; bits is 8, 16, 32 or 64, at most XLEN. */
  signExtend(a: Word, bits: Width): Word;
  /** The low `bits` bits of a, zero-extended to XLEN. */
  zeroExtend(a: Word, bits: Width): Word;
  /** Zero bits above the highest set bit; XLEN for 0. */
  countLeadingZeros(a: Word): Word;
  /** Zero bits below the lowest set bit; XLEN for 0. */
  countTrailingZeros(a: Word): Word;
  /** Set bits. */
  populationCount(a: Word): Word;
  /** The low XLEN bits of the carry-less product (Zbc). */
  carrylessMultiply(a: Word, b: Word): Word;
  /** Bits 2·XLEN−1 … XLEN of the carry-less product. */
  carrylessMultiplyHigh(a: Word, b: Word): Word;
  /** The bytes of a in reverse order. */
  reverseBytes(a: Word): Word;

  // Conditions. ----------------------------------------------------------------------------------
  equal(a: Word, b: Word): Condition;
  less(a: Word, b: Word): Condition;
  lessUnsigned(a: Word, b: Word): Condition;
  /** The condition that always holds. */
  always(): Condition;
  not(a: Condition): Condition;
  both(a: Condition, b: Condition): Condition;
  /** 1 where the condition holds, else 0. */
  truth(a: Condition): Word;
  /** The value of one of two expressions; only the chosen one is computed. */
  choose(condition: Condition, yes: () => Word, no: () => Word): Word;
  /** Takes steps only where the condition holds. */
  when(condition: Condition, steps: () => void): void;

  // Control. May trap: instruction-address-misaligned where IALIGN is 32. ------------------------
  /** Continues at target (its bit 0 is ignored by the caller's masking, as the manual has it). */
  jump(target: Word): void;
  /**
   * Jumps to target and writes the return address `nextPc` to the link register, in the order
   * that a trap for a misaligned target demands.
   */
  jumpAndLink(link: X, target: Word): void;
  /** Continues at target where the condition holds, else at nextPc. */
  branch(condition: Condition, target: Word): void;

  // Memory. May trap: misaligned, access fault, page fault. ---------------------------------------
  /** Loads width bits, sign- or zero-extended to XLEN. */
  load(width: Width, extension: "signed" | "unsigned", address: Word): Word;
  /** Stores the low width bits of value. */
  store(width: Width, address: Word, value: Word): void;
  loadFloat(format: Format, address: Word): Float;
  storeFloat(format: Format, address: Word, value: Float): void;
  /** Atomic read-modify-write; returns the old value, sign-extended. Address naturally aligned. */
  atomic(operation: AtomicOperation, width: 32 | 64, address: Word, value: Word): Word;
  /** Load-reserved: loads, sign-extends and registers a reservation. */
  loadReserved(width: 32 | 64, address: Word): Word;
  /** Store-conditional: 0 where the reservation held and the value was stored, else 1. */
  storeConditional(width: 32 | 64, address: Word, value: Word): Word;
  /** Orders memory accesses (FENCE). */
  fence(): void;
  /** Makes stores to code visible to instruction fetch (FENCE.I); ends the block. */
  fenceInstruction(): void;

  // Floating point. ------------------------------------------------------------------------------
  /** May trap: illegal instruction while mstatus.FS is Off. First step of every F/D/Zfh body. */
  checkFloat(): void;
  /** May trap: illegal instruction where the (possibly dynamic) rounding mode is reserved. */
  checkRounding(rounding: Rounding): void;
  floatAdd(format: Format, rounding: Rounding, a: Float, b: Float): Float;
  floatSubtract(format: Format, rounding: Rounding, a: Float, b: Float): Float;
  floatMultiply(format: Format, rounding: Rounding, a: Float, b: Float): Float;
  floatDivide(format: Format, rounding: Rounding, a: Float, b: Float): Float;
  floatSquareRoot(format: Format, rounding: Rounding, a: Float): Float;
  /** a × b + c, rounded once. */
  floatMultiplyAdd(format: Format, rounding: Rounding, a: Float, b: Float, c: Float): Float;
  /** a with its sign bit inverted, raising nothing. */
  floatNegate(format: Format, a: Float): Float;
  /** IEEE 754-2019 minimumNumber / maximumNumber; or minimum / maximum, NaN where one is NaN. */
  floatMinimum(format: Format, a: Float, b: Float, propagates?: boolean): Float;
  floatMaximum(format: Format, a: Float, b: Float, propagates?: boolean): Float;
  /** Quiet equality; less and lessOrEqual signal invalid on any NaN. */
  floatEqual(format: Format, a: Float, b: Float): Condition;
  floatLess(format: Format, a: Float, b: Float): Condition;
  floatLessOrEqual(format: Format, a: Float, b: Float): Condition;
  /** The one-hot 10-bit class mask of FCLASS. */
  floatClassify(format: Format, a: Float): Word;
  /** a with its sign made from b's and its own. */
  floatSignInject(format: Format, how: SignInjection, a: Float, b: Float): Float;
  /** To a whole number of the format; where `isTold`, inexact is raised when that changes it. */
  floatRound(format: Format, rounding: Rounding, a: Float, isTold: boolean): Float;
  /** The number of FLI with a code of 0 to 31. */
  floatConstant(format: Format, code: Word): Float;
  /** A double toward zero modulo 2^32, sign-extended; 0 for what is not finite (FCVTMOD.W.D). */
  floatToWordModulo(a: Float): Word;
  /** The upper half of a double, on RV32. */
  floatUpperWord(a: Float): Word;
  /** The double with these halves, on RV32. */
  floatFromWords(low: Word, high: Word): Float;
  /** To another format. */
  floatConvert(from: Format, to: Format, rounding: Rounding, a: Float): Float;
  /** To an integer of width bits, saturating, sign-extended to XLEN (also the unsigned ones). */
  floatToInteger(
    format: Format, rounding: Rounding, a: Float, width: 32 | 64, kind: "signed" | "unsigned",
  ): Word;
  /** From the low width bits of an integer. */
  integerToFloat(
    format: Format, rounding: Rounding, a: Word, width: 32 | 64, kind: "signed" | "unsigned",
  ): Float;
  /** The bit pattern, sign-extended to XLEN; the format is not wider than XLEN. */
  floatBits(format: Format, a: Float): Word;
  /** The value whose bit pattern is the low bits of a. */
  floatFromBits(format: Format, a: Word): Float;

  // CSRs and the privileged architecture. ---------------------------------------------------------
  /**
   * May trap: illegal instruction where the CSR does not exist, the privilege is too low, or
   * `writes` holds and it is read-only.
   */
  checkCsr(csr: Word, writes: Condition): void;
  readCsr(csr: Word): Word;
  /**
   * What an instruction that sets or clears bits changes, given the value that it has read: that
   * value, but of a bit that devices raise too (mip.SEIP) only what software has written.
   */
  csrForUpdate(csr: Word, read: Word): Word;
  /** Writes what is writable of the value (WARL, WPRI as the CSR's definition says). */
  writeCsr(csr: Word, value: Word): void;
  /** Each of these is the whole instruction and ends the block. */
  environmentCall(): void;
  breakpoint(): void;
  illegalInstruction(): void;
  machineReturn(): void;
  supervisorReturn(): void;
  waitForInterrupt(): void;
  /** SFENCE.VMA for the address and address space in the words; x0 stands for "all". */
  supervisorFence(address: Word, all: Condition, asid: Word, allSpaces: Condition): void;
}