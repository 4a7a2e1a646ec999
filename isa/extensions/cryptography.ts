// biome-ignore-all format: the rows are a table
/**
 * Scalar cryptography (unprivileged manual, chapter "Cryptography Extensions: Scalar & Entropy
 * Source Instructions"): Zbkb, Zbkx, Zknd, Zkne, Zknh, Zksed, Zksh. What Zbkb and Zbkc share with
 * Zbb and Zbc stands there. Substitution boxes are tables, which the steps of an instruction do not
 * have yet.
 */
import { family, type Instruction } from "../instruction.ts";
import type { Semantics } from "../semantics.ts";

type Transform = <W, C, Float, X, F, R>(m: Semantics<W, C, Float, X, F, R>, a: W) => W;
type Combine = <W, C, Float, X, F, R>(m: Semantics<W, C, Float, X, F, R>, a: W, b: W) => W;

const bits = family({ extension: "zbkb" });
const bits32 = family({ extension: "zbkb", xlen: 32 });
const bits64 = family({ extension: "zbkb", xlen: 64 });
const crossbar = family({ extension: "zbkx" });
const hash = family({ extension: "zknh" });
const hash32 = family({ extension: "zknh", xlen: 32 });
const hash64 = family({ extension: "zknh", xlen: 64 });
const shangMi = family({ extension: "zksh" });

/** Exchanges the bits of `mask` with those that lie `distance` bits above. */
const exchange = (mask: bigint, distance: number): Transform => (m, a) => {
  const moved = m.constant(mask);
  const amount = m.constant(distance);
  const kept = m.invert(m.or(moved, m.shiftLeft(moved, amount)));
  return m.or(m.and(a, kept),
    m.or(m.shiftLeft(m.and(a, moved), amount), m.and(m.shiftRight(a, amount), moved)));
};

const inTurn = (steps: readonly Transform[]): Transform => (m, a) =>
  steps.reduce((value, step) => step(m, value), a);

const reverseBits = inTurn([
  exchange(0x5555555555555555n, 1), exchange(0x3333333333333333n, 2),
  exchange(0x0f0f0f0f0f0f0f0fn, 4),
]);

const halves: readonly Transform[] = [
  exchange(0x0000ff00n, 8), exchange(0x00f000f0n, 4), exchange(0x0c0c0c0cn, 2),
  exchange(0x22222222n, 1),
];

const pack: Combine = (m, a, b) => {
  const half = m.xlen === 32 ? 16 : 32;
  return m.or(m.zeroExtend(a, half), m.shiftLeft(b, m.constant(half)));
};

/** Zbkb beyond what it shares with Zbb. */
export const zbkb: readonly Instruction[] = [
  bits.unary("brev8", "011010000111 rs1 101 rd 0010011", "Reverses the bits of each byte.",
    reverseBits),
  bits32.unary("zip", "000010001111 rs1 001 rd 0010011",
    "Puts the bits of the lower half into the even places and those of the upper into the odd.",
    inTurn(halves)),
  bits32.unary("unzip", "000010001111 rs1 101 rd 0010011",
    "Gathers the even bits in the lower half and the odd ones in the upper.",
    inTurn([...halves].reverse())),
  bits.alu("pack", "0000100 rs2 rs1 100 rd 0110011",
    "Joins the lower halves of two registers, the first below.", pack),
  bits.alu("packh", "0000100 rs2 rs1 111 rd 0110011",
    "Joins the low bytes of two registers, the first below.",
    (m, a, b) => m.or(m.zeroExtend(a, 8), m.shiftLeft(m.zeroExtend(b, 8), m.constant(8)))),
  bits64.alu("packw", "0000100 rs2 rs1 100 rd 0111011",
    "Joins the low halfwords of two registers, the first below, and sign-extends the word.",
    (m, a, b) => m.signExtend(m.or(m.zeroExtend(a, 16), m.shiftLeft(b, m.constant(16))), 32)),
];

/** Looks each piece of `width` bits of b up in a, as an index of such a piece. */
const permute = (width: 4 | 8): Combine => (m, a, b) => {
  const count = m.xlen / width;
  const mask = m.constant(2 ** width - 1);
  let result = m.constant(0);
  for (let piece = 0; piece < count; piece++) {
    const at = m.constant(piece * width);
    const index = m.and(m.shiftRight(b, at), mask);
    const amount = m.shiftLeft(index, m.constant(width === 4 ? 2 : 3));
    const found = m.choose(m.lessUnsigned(index, m.constant(count)),
      () => m.and(m.shiftRight(a, amount), mask), () => m.constant(0));
    result = m.or(result, m.shiftLeft(found, at));
  }
  return result;
};

/** Zbkx. */
export const zbkx: readonly Instruction[] = [
  crossbar.alu("xperm4", "0010100 rs2 rs1 010 rd 0110011",
    "Looks up each nibble of the second register in the nibbles of the first.", permute(4)),
  crossbar.alu("xperm8", "0010100 rs2 rs1 100 rd 0110011",
    "Looks up each byte of the second register in the bytes of the first.", permute(8)),
];

const rotate = (amount: number, width: 32 | 64): Transform => (m, a) => {
  const word = width === 32 && m.xlen === 64 ? m.zeroExtend(a, 32) : a;
  return m.or(m.shiftRight(word, m.constant(amount)),
    m.shiftLeft(word, m.constant(width - amount)));
};

const shiftWord = (amount: number, width: 32 | 64): Transform => (m, a) =>
  m.shiftRight(width === 32 && m.xlen === 64 ? m.zeroExtend(a, 32) : a, m.constant(amount));

/** The exclusive or of several results; a word is sign-extended. */
const mix = (width: 32 | 64, terms: readonly Transform[]): Transform => (m, a) => {
  const [first, ...others] = terms.map((term) => term(m, a));
  const sum = others.reduce((x, y) => m.xor(x, y), first ?? a);
  return width === 32 && m.xlen === 64 ? m.signExtend(sum, 32) : sum;
};

/** A function of SHA-2: rotations, and a shift or one more rotation. */
const sha = (
  name: string, funct: string, width: 32 | 64, rotations: readonly number[], shift?: number,
): Instruction =>
  (width === 32 ? hash : hash64).unary(`sha${width === 32 ? 256 : 512}${name}`,
    `0001000 ${funct} rs1 001 rd 0010011`,
    `Computes the function ${name} of SHA-${width === 32 ? 256 : 512}.`,
    mix(width, [
      ...rotations.map((amount) => rotate(amount, width)),
      ...(shift === undefined ? [] : [shiftWord(shift, width)]),
    ]));

/** Half of a 64-bit function on RV32; negative amounts shift to the left. */
const shaHalf = (
  name: string, funct: string, summary: string,
  ofFirst: readonly number[], ofSecond: readonly number[],
): Instruction =>
  hash32.alu(`sha512${name}`, `${funct} rs2 rs1 000 rd 0110011`, summary, (m, a, b) => {
    const shifted = (word: typeof a, amount: number) =>
      amount < 0 ? m.shiftLeft(word, m.constant(-amount)) : m.shiftRight(word, m.constant(amount));
    return [
      ...ofFirst.map((amount) => shifted(a, amount)),
      ...ofSecond.map((amount) => shifted(b, amount)),
    ].reduce((x, y) => m.xor(x, y));
  });

/** Zknh. */
export const zknh: readonly Instruction[] = [
  sha("sig0", "00010", 32, [7, 18], 3),
  sha("sig1", "00011", 32, [17, 19], 10),
  sha("sum0", "00000", 32, [2, 13, 22]),
  sha("sum1", "00001", 32, [6, 11, 25]),
  shaHalf("sig0h", "0101110", "Upper half of the function sig0 of SHA-512.",
    [1, 7, 8], [-31, -24]),
  shaHalf("sig0l", "0101010", "Lower half of the function sig0 of SHA-512.",
    [1, 7, 8], [-31, -25, -24]),
  shaHalf("sig1h", "0101111", "Upper half of the function sig1 of SHA-512.",
    [-3, 6, 19], [29, -13]),
  shaHalf("sig1l", "0101011", "Lower half of the function sig1 of SHA-512.",
    [-3, 6, 19], [29, -26, -13]),
  shaHalf("sum0r", "0101000", "A half of the function sum0 of SHA-512.",
    [-25, -30, 28], [7, 2, -4]),
  shaHalf("sum1r", "0101001", "A half of the function sum1 of SHA-512.",
    [-23, 14, 18], [9, -18, -14]),
  sha("sig0", "00110", 64, [1, 8], 7),
  sha("sig1", "00111", 64, [19, 61], 6),
  sha("sum0", "00100", 64, [28, 34, 39]),
  sha("sum1", "00101", 64, [14, 18, 41]),
];

/** Zksh. */
export const zksh: readonly Instruction[] = [
  shangMi.unary("sm3p0", "0001000 01000 rs1 001 rd 0010011",
    "Computes the permutation P0 of SM3.",
    mix(32, [(_, a) => a, rotate(23, 32), rotate(15, 32)])),
  shangMi.unary("sm3p1", "0001000 01001 rs1 001 rd 0010011",
    "Computes the permutation P1 of SM3.",
    mix(32, [(_, a) => a, rotate(17, 32), rotate(9, 32)])),
];

const decryption32 = family({ extension: "zknd", xlen: 32 });
const decryption64 = family({ extension: "zknd", xlen: 64 });
const encryption32 = family({ extension: "zkne", xlen: 32 });
const encryption64 = family({ extension: "zkne", xlen: 64 });
const keys64 = family({ extension: "zknd|zkne", xlen: 64 });
const blockCipher = family({ extension: "zksed" });

const ofByte = (define: typeof blockCipher, mnemonic: string, funct: string, summary: string) =>
  define.encoded(mnemonic, `bs ${funct} rs2 rs1 000 rd 0110011`, "rd, rs1, rs2, bs", summary);
const ofPair = (define: typeof blockCipher, mnemonic: string, funct: string, summary: string) =>
  define.encoded(mnemonic, `${funct} rs2 rs1 000 rd 0110011`, "rd, rs1, rs2", summary);

/** Zknd and Zkne. */
export const zkn: readonly Instruction[] = [
  ofByte(decryption32, "aes32dsi", "10101", "Last round of AES decryption for one byte."),
  ofByte(decryption32, "aes32dsmi", "10111", "Middle round of AES decryption for one byte."),
  ofPair(decryption64, "aes64ds", "0011101", "Last round of AES decryption for half a block."),
  ofPair(decryption64, "aes64dsm", "0011111", "Middle round of AES decryption for half a block."),
  decryption64.encoded("aes64im", "0011000 00000 rs1 001 rd 0010011", "rd, rs1",
    "Inverse MixColumns of AES, for the key schedule of decryption."),
  ofByte(encryption32, "aes32esi", "10001", "Last round of AES encryption for one byte."),
  ofByte(encryption32, "aes32esmi", "10011", "Middle round of AES encryption for one byte."),
  ofPair(encryption64, "aes64es", "0011001", "Last round of AES encryption for half a block."),
  ofPair(encryption64, "aes64esm", "0011011", "Middle round of AES encryption for half a block."),
  keys64.encoded("aes64ks1i", "0011000 1 rnum[3:0]≠11,12,13,14,15 rs1 001 rd 0010011",
    "rd, rs1, rnum", "First step of the key schedule of AES, for a round."),
  ofPair(keys64, "aes64ks2", "0111111", "Second step of the key schedule of AES."),
];

/** Zksed. */
export const zksed: readonly Instruction[] = [
  ofByte(blockCipher, "sm4ed", "11000", "A round of SM4 for one byte."),
  ofByte(blockCipher, "sm4ks", "11010", "A step of the key schedule of SM4 for one byte."),
];