// biome-ignore-all format: the rows are a table
/**
 * Bit manipulation (unprivileged manual, chapter "B Extension" and Zbc): Zba, Zbb, Zbc, Zbs.
 */
import { family, type Instruction } from "../instruction.ts";
import type { Semantics } from "../semantics.ts";

const addresses = family({ extension: "zba" });
const addresses64 = family({ extension: "zba", xlen: 64 });
const basic = family({ extension: "zbb" });
const basic32 = family({ extension: "zbb", xlen: 32 });
const basic64 = family({ extension: "zbb", xlen: 64 });
// What Zbkb and Zbkc, of cryptography, have too.
const shared = family({ extension: "zbb|zbkb" });
const shared32 = family({ extension: "zbb|zbkb", xlen: 32 });
const shared64 = family({ extension: "zbb|zbkb", xlen: 64 });
const sharedCarryless = family({ extension: "zbc|zbkc" });
const carryless = family({ extension: "zbc" });
const single = family({ extension: "zbs" });
const single32 = family({ extension: "zbs", xlen: 32 });
const single64 = family({ extension: "zbs", xlen: 64 });

type Combine = <W, C, Float, X, F, R>(m: Semantics<W, C, Float, X, F, R>, a: W, b: W) => W;

const scaled = (shift: number): Combine => (m, a, b) =>
  m.add(m.shiftLeft(a, m.constant(shift)), b);
const scaledWord = (shift: number): Combine => (m, a, b) =>
  m.add(m.shiftLeft(m.zeroExtend(a, 32), m.constant(shift)), b);

/** Zba. */
export const zba: readonly Instruction[] = [
  addresses64.alu("add.uw", "0000100 rs2 rs1 000 rd 0111011",
    "Adds a zero-extended word to a register.",
    (m, a, b) => m.add(m.zeroExtend(a, 32), b)),
  addresses.alu("sh1add", "0010000 rs2 rs1 010 rd 0110011",
    "Adds twice the first register to the second.", scaled(1)),
  addresses.alu("sh2add", "0010000 rs2 rs1 100 rd 0110011",
    "Adds four times the first register to the second.", scaled(2)),
  addresses.alu("sh3add", "0010000 rs2 rs1 110 rd 0110011",
    "Adds eight times the first register to the second.", scaled(3)),
  addresses64.alu("sh1add.uw", "0010000 rs2 rs1 010 rd 0111011",
    "Adds twice a zero-extended word to a register.", scaledWord(1)),
  addresses64.alu("sh2add.uw", "0010000 rs2 rs1 100 rd 0111011",
    "Adds four times a zero-extended word to a register.", scaledWord(2)),
  addresses64.alu("sh3add.uw", "0010000 rs2 rs1 110 rd 0111011",
    "Adds eight times a zero-extended word to a register.", scaledWord(3)),
  addresses64.shift("slli.uw", "000010 shamt[5:0] rs1 001 rd 0011011",
    "Shifts a zero-extended word left by a constant.",
    (m, a, b) => m.shiftLeft(m.zeroExtend(a, 32), b)),
];

const rotateLeft: Combine = (m, a, b) =>
  m.or(m.shiftLeft(a, b), m.shiftRight(a, m.subtract(m.constant(0), b)));
const rotateRight: Combine = (m, a, b) =>
  m.or(m.shiftRight(a, b), m.shiftLeft(a, m.subtract(m.constant(0), b)));

/** The low word rotated to the right, sign-extended; n is 0 to 32. */
const rotateWordRight: Combine = (m, a, n) => {
  const word = m.zeroExtend(a, 32);
  return m.signExtend(
    m.or(m.shiftRight(word, n), m.shiftLeft(word, m.subtract(m.constant(32), n))), 32);
};

const logic: readonly Instruction[] = [
  shared.alu("andn", "0100000 rs2 rs1 111 rd 0110011",
    "And of the first register and the inverted second.", (m, a, b) => m.and(a, m.invert(b))),
  shared.alu("orn", "0100000 rs2 rs1 110 rd 0110011",
    "Or of the first register and the inverted second.", (m, a, b) => m.or(a, m.invert(b))),
  shared.alu("xnor", "0100000 rs2 rs1 100 rd 0110011",
    "Inverted exclusive or of two registers.", (m, a, b) => m.invert(m.xor(a, b))),
  basic.alu("max", "0000101 rs2 rs1 110 rd 0110011", "The greater of two registers, both signed.",
    (m, a, b) => m.choose(m.less(a, b), () => b, () => a)),
  basic.alu("maxu", "0000101 rs2 rs1 111 rd 0110011",
    "The greater of two registers, both unsigned.",
    (m, a, b) => m.choose(m.lessUnsigned(a, b), () => b, () => a)),
  basic.alu("min", "0000101 rs2 rs1 100 rd 0110011", "The lesser of two registers, both signed.",
    (m, a, b) => m.choose(m.less(a, b), () => a, () => b)),
  basic.alu("minu", "0000101 rs2 rs1 101 rd 0110011",
    "The lesser of two registers, both unsigned.",
    (m, a, b) => m.choose(m.lessUnsigned(a, b), () => a, () => b)),
];

const counts: readonly Instruction[] = [
  basic.unary("clz", "0110000 00000 rs1 001 rd 0010011",
    "Counts the zero bits above the highest one.", (m, a) => m.countLeadingZeros(a)),
  basic.unary("ctz", "0110000 00001 rs1 001 rd 0010011",
    "Counts the zero bits below the lowest one.", (m, a) => m.countTrailingZeros(a)),
  basic.unary("cpop", "0110000 00010 rs1 001 rd 0010011", "Counts the bits that are set.",
    (m, a) => m.populationCount(a)),
  basic64.unary("clzw", "0110000 00000 rs1 001 rd 0011011",
    "Counts the zero bits above the highest one of the low word.",
    (m, a) => m.subtract(m.countLeadingZeros(m.zeroExtend(a, 32)), m.constant(32))),
  basic64.unary("ctzw", "0110000 00001 rs1 001 rd 0011011",
    "Counts the zero bits below the lowest one of the low word.",
    (m, a) => m.countTrailingZeros(m.or(a, m.constant(1n << 32n)))),
  basic64.unary("cpopw", "0110000 00010 rs1 001 rd 0011011",
    "Counts the bits that are set in the low word.",
    (m, a) => m.populationCount(m.zeroExtend(a, 32))),
];

const zextH: Parameters<typeof basic.unary>[3] = (m, a) => m.zeroExtend(a, 16);

// Each byte plus 7f, without its top bit, carries into the top bit unless it is 0.
const combineBytes: Parameters<typeof basic.unary>[3] = (m, a) => {
  const low = m.constant(0x7f7f7f7f7f7f7f7fn);
  const set = m.and(m.or(m.add(m.and(a, low), low), a), m.invert(low));
  return m.or(set, m.subtract(set, m.shiftRight(set, m.constant(7))));
};

const bytes: readonly Instruction[] = [
  basic.unary("sext.b", "0110000 00100 rs1 001 rd 0010011", "Sign-extends a byte.",
    (m, a) => m.signExtend(a, 8)),
  basic.unary("sext.h", "0110000 00101 rs1 001 rd 0010011", "Sign-extends a halfword.",
    (m, a) => m.signExtend(a, 16)),
  basic32.unary("zext.h", "0000100 00000 rs1 100 rd 0110011", "Zero-extends a halfword.", zextH),
  basic64.unary("zext.h", "0000100 00000 rs1 100 rd 0111011", "Zero-extends a halfword.", zextH),
  basic.unary("orc.b", "001010000111 rs1 101 rd 0010011",
    "Sets all bits of each byte that is not 0.", combineBytes),
  shared32.unary("rev8", "011010011000 rs1 101 rd 0010011", "Reverses the order of the bytes.",
    (m, a) => m.reverseBytes(a)),
  shared64.unary("rev8", "011010111000 rs1 101 rd 0010011", "Reverses the order of the bytes.",
    (m, a) => m.reverseBytes(a)),
];

const rotations: readonly Instruction[] = [
  shared.alu("rol", "0110000 rs2 rs1 001 rd 0110011",
    "Rotates a register left by the low bits of another.", rotateLeft),
  shared.alu("ror", "0110000 rs2 rs1 101 rd 0110011",
    "Rotates a register right by the low bits of another.", rotateRight),
  shared32.shift("rori", "0110000 shamt[4:0] rs1 101 rd 0010011",
    "Rotates a register right by a constant.", rotateRight),
  shared64.shift("rori", "011000 shamt[5:0] rs1 101 rd 0010011",
    "Rotates a register right by a constant.", rotateRight),
  shared64.alu("rolw", "0110000 rs2 rs1 001 rd 0111011",
    "Rotates a low word left by the low five bits of another register; sign-extends.",
    (m, a, b) => rotateWordRight(m, a,
      m.subtract(m.constant(32), m.and(b, m.constant(31))))),
  shared64.alu("rorw", "0110000 rs2 rs1 101 rd 0111011",
    "Rotates a low word right by the low five bits of another register; sign-extends.",
    (m, a, b) => rotateWordRight(m, a, m.and(b, m.constant(31)))),
  shared64.shift("roriw", "0110000 shamt[4:0] rs1 101 rd 0011011",
    "Rotates a low word right by a constant and sign-extends the result.", rotateWordRight),
];

/** Zbb. */
export const zbb: readonly Instruction[] = [...logic, ...counts, ...bytes, ...rotations];

/** Zbc. */
export const zbc: readonly Instruction[] = [
  sharedCarryless.alu("clmul", "0000101 rs2 rs1 001 rd 0110011",
    "Multiplies two registers without carries and keeps the lower half.",
    (m, a, b) => m.carrylessMultiply(a, b)),
  sharedCarryless.alu("clmulh", "0000101 rs2 rs1 011 rd 0110011",
    "Multiplies two registers without carries and keeps the upper half.",
    (m, a, b) => m.carrylessMultiplyHigh(a, b)),
  carryless.alu("clmulr", "0000101 rs2 rs1 010 rd 0110011",
    "Multiplies two registers without carries and keeps the bits below the highest.",
    (m, a, b) => m.or(
      m.shiftLeft(m.carrylessMultiplyHigh(a, b), m.constant(1)),
      m.shiftRight(m.carrylessMultiply(a, b), m.constant(m.xlen - 1)))),
];

const mask: Combine = (m, _, b) => m.shiftLeft(m.constant(1), b);

/** A single-bit operation in its three forms: by a register, by a constant for each XLEN. */
const bitOperation = (
  name: string, funct6: string, funct3: string, summary: string, f: Combine,
): Instruction[] => [
  single.alu(name, `${funct6}0 rs2 rs1 ${funct3} rd 0110011`,
    `${summary} whose number is in another.`, f),
  single32.shift(`${name}i`, `${funct6}0 shamt[4:0] rs1 ${funct3} rd 0010011`,
    `${summary} with a constant number.`, f),
  single64.shift(`${name}i`, `${funct6} shamt[5:0] rs1 ${funct3} rd 0010011`,
    `${summary} with a constant number.`, f),
];

/** Zbs. */
export const zbs: readonly Instruction[] = [
  ...bitOperation("bclr", "010010", "001", "Clears the bit of a register",
    (m, a, b) => m.and(a, m.invert(mask(m, a, b)))),
  ...bitOperation("bext", "010010", "101", "Extracts the bit of a register",
    (m, a, b) => m.and(m.shiftRight(a, b), m.constant(1))),
  ...bitOperation("binv", "011010", "001", "Inverts the bit of a register",
    (m, a, b) => m.xor(a, mask(m, a, b))),
  ...bitOperation("bset", "001010", "001", "Sets the bit of a register",
    (m, a, b) => m.or(a, mask(m, a, b))),
];