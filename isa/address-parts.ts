/**
 * Addresses that two instructions make together: an upper part loaded by one (LUI, AUIPC), a
 * lower part added by another (ADDI, a load, a store, JALR).
 */
import { encodingOf, type OperandValues, operandField } from "./encoding.ts";
import type { Instruction } from "./instruction.ts";

/** A register that an instruction gives the upper part of an address. */
export interface UpperPart {
  readonly register: number;
  readonly value: bigint;
}

/** A register to which an instruction adds the lower part of an address. */
export interface LowerPart {
  readonly register: number;
  readonly offset: bigint;
  /** What is done with the sum. */
  readonly use: "add" | "access";
  /** Whether the sum is cut to 32 bits and sign-extended. */
  readonly word: boolean;
}

/** What an instruction at `address` contributes as an upper part. */
export function upperPart(
  instruction: Instruction,
  values: OperandValues,
  address: bigint,
): UpperPart | undefined {
  if (!encodingOf(instruction).fields.some(({ kind }) => kind === "upper")) return undefined;
  const start = instruction.mnemonic === "auipc" ? address : 0n;
  return { register: Number(values["rd"]), value: start + BigInt(values["imm"] ?? 0) };
}

/** What an instruction adds as a lower part. */
export function lowerPart(instruction: Instruction, values: OperandValues): LowerPart | undefined {
  const { mnemonic, syntax } = instruction;
  const adds = mnemonic === "addi" || mnemonic === "addiw";
  if (!syntax.endsWith("imm(rs1)") && !(adds && values["rs1"] !== 0)) return undefined;
  // A prefetch reaches whole blocks, and is no part of such a pair.
  if (operandField(instruction, "imm")?.multiple !== 1) return undefined;
  return {
    register: Number(values["rs1"]),
    offset: BigInt(values["imm"] ?? 0),
    use: adds ? "add" : "access",
    word: mnemonic === "addiw",
  };
}
