// biome-ignore-all format: the rows are a table
/**
 * The vocabulary in which instructions are defined. A definition holds the bit row as the manual
 * draws it, the operand syntax of the assembly manual, the extension, a sentence and the meaning;
 * everything else (match and mask, encoder, decoder, parser, hover, grammar) is derived from it.
 *
 * A bit row is read from bit 31 (15 for a compressed one) to bit 0. Its words are literal bits
 * (`0110011`), whole fields (`rs1`), or slices of an immediate (`imm[12|10:5]`); `encoding.ts`
 * has the whole vocabulary.
 */
import type { Semantics } from "./semantics.ts";

/** The operands that a body receives: register references, immediates as words, rounding mode. */
export interface Operands<Word, X, F, Rounding> {
  readonly rd: X; readonly rs1: X; readonly rs2: X;
  readonly fd: F; readonly fs1: F; readonly fs2: F; readonly fs3: F;
  /** The immediate with its sign and scale applied; for U-type already shifted left by 12. */
  readonly imm: Word;
  /** A shift amount, 0 to XLEN − 1 (0 to 31 for the W forms). */
  readonly shamt: Word;
  /** The address of a CSR, 0 to 4095. */
  readonly csr: Word;
  /** The 5-bit unsigned immediate of the CSR instructions. */
  readonly uimm: Word;
  /** The code of a constant of FLI, 0 to 31. */
  readonly constant: Word;
  readonly rm: Rounding;
}

/** The meaning of an instruction, over any interpretation of the steps. */
export type Execute = <Word, Condition, Float, X, F, Rounding>(
  m: Semantics<Word, Condition, Float, X, F, Rounding>,
  operands: Operands<Word, X, F, Rounding>,
) => void;

/** One instruction, as defined in `extensions/`. */
export interface Instruction {
  /** As the assembler reads it, e.g. "amoadd.w". */
  readonly mnemonic: string;
  /** The bit row, e.g. "imm[11:0] rs1 000 rd 0010011"; 32 or 16 bits. */
  readonly row: string;
  /** The operands in source order, e.g. "rd, imm(rs1)"; empty when there are none. */
  readonly syntax: string;
  /** The extension that has it, e.g. "i", "zba"; RV64-only ones also set `xlen`. */
  readonly extension: string;
  /** Set when the instruction exists for one XLEN only. */
  readonly xlen?: 32 | 64;
  /**
   * Set for a special case of another instruction's row, which is shown instead of it: always, or
   * only where aliases are.
   */
  readonly special?: true | "always";
  /** Set where every encoding is a hint: it is valid and does nothing, and is never chosen. */
  readonly hint?: true;
  /** Set where no meaning is written yet: it is assembled and shown, and a hart stops at it. */
  readonly encodedOnly?: true;
  /** The XLENs at which rd and rs2 begin pairs of registers, and so must be even. */
  readonly pairs?: readonly (32 | 64)[];
  /** Set where its x registers must all be different ones. */
  readonly distinct?: true;
  /** One sentence for a person: "Adds two registers." */
  readonly summary: string;
  /**
   * What it does; absent for a compressed instruction, which says `expansion` instead, for one
   * that is never valid, and for one that says `encodedOnly`.
   */
  readonly execute?: Execute;
  /** The base instruction that a compressed one stands for, e.g. "addi rd, rd, imm". */
  readonly expansion?: string;
}

/** Reads one operand or computes from it; the shape shared by the families below. */
type Combine = <Word, Condition, Float, X, F, Rounding>(
  m: Semantics<Word, Condition, Float, X, F, Rounding>,
  a: Word,
  b: Word,
) => Word;

type Decide = <Word, Condition, Float, X, F, Rounding>(
  m: Semantics<Word, Condition, Float, X, F, Rounding>,
  a: Word,
  b: Word,
) => Condition;

type Transform = <Word, Condition, Float, X, F, Rounding>(
  m: Semantics<Word, Condition, Float, X, F, Rounding>,
  a: Word,
) => Word;

/** Where a family of definitions belongs: its extension, and its XLEN where it has only one. */
export interface Place {
  readonly extension: string;
  readonly xlen?: 32 | 64;
}

/** The families of one extension: `family({ extension: "i" })` gives `alu`, `branch`, … for it. */
export function family(place: Place) {
  /** Any instruction, with its body in full. */
  const instruction = (
    mnemonic: string, row: string, syntax: string, summary: string, execute: Execute,
  ): Instruction => ({ mnemonic, row, syntax, ...place, summary, execute });

  return {
    instruction,
    /** One that has no meaning yet. */
    encoded: (mnemonic: string, row: string, syntax: string, summary: string): Instruction =>
      ({ mnemonic, row, syntax, ...place, summary, encodedOnly: true }),
    /** rd = f(rs1, rs2). */
    alu: (mnemonic: string, row: string, summary: string, f: Combine) =>
      instruction(mnemonic, row, "rd, rs1, rs2", summary, (m, { rd, rs1, rs2 }) =>
        m.writeX(rd, f(m, m.readX(rs1), m.readX(rs2)))),
    /** rd = f(rs1, imm). */
    immediate: (mnemonic: string, row: string, summary: string, f: Combine) =>
      instruction(mnemonic, row, "rd, rs1, imm", summary, (m, { rd, rs1, imm }) =>
        m.writeX(rd, f(m, m.readX(rs1), imm))),
    /** rd = f(rs1, shamt). */
    shift: (mnemonic: string, row: string, summary: string, f: Combine) =>
      instruction(mnemonic, row, "rd, rs1, shamt", summary, (m, { rd, rs1, shamt }) =>
        m.writeX(rd, f(m, m.readX(rs1), shamt))),
    /** rd = f(rs1). */
    unary: (mnemonic: string, row: string, summary: string, f: Transform) =>
      instruction(mnemonic, row, "rd, rs1", summary, (m, { rd, rs1 }) =>
        m.writeX(rd, f(m, m.readX(rs1)))),
    /** Jumps by imm where f(rs1, rs2) holds. */
    branch: (mnemonic: string, row: string, summary: string, f: Decide) =>
      instruction(mnemonic, row, "rs1, rs2, imm", summary, (m, { rs1, rs2, imm }) =>
        m.branch(f(m, m.readX(rs1), m.readX(rs2)), m.add(m.pc(), imm))),
  };
}