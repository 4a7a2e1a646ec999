// biome-ignore-all format: the rows are a table
/** Integer multiplication and division (unprivileged manual, chapter "M Extension"; Zmmul). */
import { family, type Instruction } from "../instruction.ts";
import type { Semantics } from "../semantics.ts";

const zmmul = family({ extension: "zmmul" });
const zmmul64 = family({ extension: "zmmul", xlen: 64 });
const { alu } = family({ extension: "m" });
const rv64 = family({ extension: "m", xlen: 64 });

/** The divisor 0 gives `otherwise`; a quotient that overflows gives `overflow`. */
const divided = <W, C, Float, X, F, R>(
  m: Semantics<W, C, Float, X, F, R>, a: W, b: W, otherwise: W, overflow: W, divide: () => W,
): W =>
  m.choose(m.equal(b, m.constant(0)), () => otherwise, () =>
    m.choose(
      m.both(m.equal(a, m.constant(1n << BigInt(m.xlen - 1))), m.equal(b, m.constant(-1))),
      () => overflow, divide));

/** The divisor 0 gives `otherwise`, and nothing can overflow. */
const quotient = <W, C, Float, X, F, R>(
  m: Semantics<W, C, Float, X, F, R>, b: W, otherwise: W, divide: () => W,
): W => m.choose(m.equal(b, m.constant(0)), () => otherwise, divide);

const multiplications: readonly Instruction[] = [
  zmmul.alu("mul", "0000001 rs2 rs1 000 rd 0110011",
    "Multiplies two registers and keeps the lower half of the product.",
    (m, a, b) => m.multiply(a, b)),
  zmmul.alu("mulh", "0000001 rs2 rs1 001 rd 0110011",
    "Multiplies two registers, both signed, and keeps the upper half of the product.",
    (m, a, b) => m.multiplyHigh(a, b)),
  zmmul.alu("mulhsu", "0000001 rs2 rs1 010 rd 0110011",
    "Multiplies a signed by an unsigned register and keeps the upper half of the product.",
    (m, a, b) => m.multiplyHighSignedUnsigned(a, b)),
  zmmul.alu("mulhu", "0000001 rs2 rs1 011 rd 0110011",
    "Multiplies two registers, both unsigned, and keeps the upper half of the product.",
    (m, a, b) => m.multiplyHighUnsigned(a, b)),
  zmmul64.alu("mulw", "0000001 rs2 rs1 000 rd 0111011",
    "Multiplies the low words of two registers and sign-extends the low word of the product.",
    (m, a, b) => m.signExtend(m.multiply(a, b), 32)),
];

const divisions: readonly Instruction[] = [
  alu("div", "0000001 rs2 rs1 100 rd 0110011",
    "Divides two registers, both signed, toward zero; division by zero gives -1.",
    (m, a, b) => divided(m, a, b, m.constant(-1), a, () => m.divide(a, b))),
  alu("divu", "0000001 rs2 rs1 101 rd 0110011",
    "Divides two registers, both unsigned; division by zero gives the greatest number.",
    (m, a, b) => quotient(m, b, m.constant(-1), () => m.divideUnsigned(a, b))),
  alu("rem", "0000001 rs2 rs1 110 rd 0110011",
    "Remainder of two registers, both signed, with the dividend's sign.",
    (m, a, b) => divided(m, a, b, a, m.constant(0), () => m.remainder(a, b))),
  alu("remu", "0000001 rs2 rs1 111 rd 0110011",
    "Remainder of two registers, both unsigned.",
    (m, a, b) => quotient(m, b, a, () => m.remainderUnsigned(a, b))),
];

// A 64-bit division of two sign-extended words cannot overflow.
const wordDivisions: readonly Instruction[] = [
  rv64.alu("divw", "0000001 rs2 rs1 100 rd 0111011",
    "Divides the low words of two registers, both signed; sign-extends the quotient.",
    (m, a, b) => {
      const [dividend, divisor] = [m.signExtend(a, 32), m.signExtend(b, 32)];
      return quotient(m, divisor, m.constant(-1), () =>
        m.signExtend(m.divide(dividend, divisor), 32));
    }),
  rv64.alu("divuw", "0000001 rs2 rs1 101 rd 0111011",
    "Divides the low words of two registers, both unsigned; sign-extends the quotient.",
    (m, a, b) => {
      const [dividend, divisor] = [m.zeroExtend(a, 32), m.zeroExtend(b, 32)];
      return quotient(m, divisor, m.constant(-1), () =>
        m.signExtend(m.divideUnsigned(dividend, divisor), 32));
    }),
  rv64.alu("remw", "0000001 rs2 rs1 110 rd 0111011",
    "Remainder of the low words of two registers, both signed; sign-extends it.",
    (m, a, b) => {
      const [dividend, divisor] = [m.signExtend(a, 32), m.signExtend(b, 32)];
      return quotient(m, divisor, dividend, () =>
        m.signExtend(m.remainder(dividend, divisor), 32));
    }),
  rv64.alu("remuw", "0000001 rs2 rs1 111 rd 0111011",
    "Remainder of the low words of two registers, both unsigned; sign-extends it.",
    (m, a, b) => {
      const [dividend, divisor] = [m.zeroExtend(a, 32), m.zeroExtend(b, 32)];
      return quotient(m, divisor, m.signExtend(a, 32), () =>
        m.signExtend(m.remainderUnsigned(dividend, divisor), 32));
    }),
];

/** M, for RV32 and RV64. */
export const m: readonly Instruction[] = [...multiplications, ...divisions, ...wordDivisions];