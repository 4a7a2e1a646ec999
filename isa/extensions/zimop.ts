// biome-ignore-all format: the rows are a table
/**
 * May-be-operations (unprivileged manual, chapters "Zimop Extension" and "Zcmop"): encodings that
 * later extensions may give a meaning, and that do nothing harmful until then.
 */
import { family, type Instruction } from "../instruction.ts";

const { instruction } = family({ extension: "zimop" });

const bit = (value: number, at: number) => String((value >> at) & 1);
const pair = (value: number, at: number) => ((value >> at) & 3).toString(2).padStart(2, "0");
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Zimop and Zcmop. */
export const zimop: readonly Instruction[] = [
  ...upTo(32).map((n) =>
    instruction(`mop.r.${n}`,
      `1 ${bit(n, 4)} 00 ${pair(n, 2)} 0111 ${pair(n, 0)} rs1 100 rd 1110011`, "rd, rs1",
      "Sets a register to 0; later extensions may do more.", (m, { rd }) =>
        m.writeX(rd, m.constant(0)))),
  ...upTo(8).map((n) =>
    instruction(`mop.rr.${n}`, `1 ${bit(n, 2)} 00 ${pair(n, 0)} 1 rs2 rs1 100 rd 1110011`,
      "rd, rs1, rs2", "Sets a register to 0; later extensions may do more.", (m, { rd }) =>
        m.writeX(rd, m.constant(0)))),
  ...upTo(8).map((n): Instruction => ({
    mnemonic: `c.mop.${2 * n + 1}`, row: `011 0 0 ${n.toString(2).padStart(3, "0")} 1 00000 01`,
    syntax: "", extension: "zcmop", hint: true,
    summary: "Does nothing; later extensions may do more.", expansion: "addi zero, zero, 0",
  })),
];