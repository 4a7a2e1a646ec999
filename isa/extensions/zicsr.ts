// biome-ignore-all format: the rows are a table
/**
 * Access to control and status registers (unprivileged manual, chapter "Zicsr Extension"): what
 * does not write, does not need the right to write; what has rd = x0, does not read.
 */
import { family, type Instruction } from "../instruction.ts";
import type { Semantics } from "../semantics.ts";

const { instruction } = family({ extension: "zicsr" });

type Combine = <Word, C, Float, X, F, R>(
  m: Semantics<Word, C, Float, X, F, R>, old: Word, operand: Word,
) => Word;

/** Replaces the CSR's value. */
const swap = (mnemonic: string, row: string, source: "rs1" | "uimm", summary: string) =>
  instruction(mnemonic, row, `rd, csr, ${source}`, summary, (m, { rd, csr, rs1, uimm }) => {
    m.checkCsr(csr, m.always());
    const value = source === "rs1" ? m.readX(rs1) : uimm;
    const old = m.choose(m.isX0(rd), () => m.constant(0), () => m.readCsr(csr));
    m.writeCsr(csr, value);
    m.writeX(rd, old);
  });

/** Changes bits of the CSR, unless the source is x0 or the immediate 0. */
const modify = (
  mnemonic: string, row: string, source: "rs1" | "uimm", summary: string, combine: Combine,
) =>
  instruction(mnemonic, row, `rd, csr, ${source}`, summary, (m, { rd, csr, rs1, uimm }) => {
    const writes = m.not(source === "rs1" ? m.isX0(rs1) : m.equal(uimm, m.constant(0)));
    m.checkCsr(csr, writes);
    const operand = source === "rs1" ? m.readX(rs1) : uimm;
    const old = m.readCsr(csr);
    m.when(writes, () => m.writeCsr(csr, combine(m, m.csrForUpdate(csr, old), operand)));
    m.writeX(rd, old);
  });

/** Zicsr. */
export const zicsr: readonly Instruction[] = [
  swap("csrrw", "csr rs1 001 rd 1110011", "rs1",
    "Writes a register into a CSR; rd gets the old value."),
  modify("csrrs", "csr rs1 010 rd 1110011", "rs1",
    "Sets the bits of a CSR that are 1 in a register; rd gets the old value.",
    (m, old, operand) => m.or(old, operand)),
  modify("csrrc", "csr rs1 011 rd 1110011", "rs1",
    "Clears the bits of a CSR that are 1 in a register; rd gets the old value.",
    (m, old, operand) => m.and(old, m.invert(operand))),
  swap("csrrwi", "csr uimm 101 rd 1110011", "uimm",
    "Writes a 5-bit immediate into a CSR; rd gets the old value."),
  modify("csrrsi", "csr uimm 110 rd 1110011", "uimm",
    "Sets the bits of a CSR that are 1 in a 5-bit immediate; rd gets the old value.",
    (m, old, operand) => m.or(old, operand)),
  modify("csrrci", "csr uimm 111 rd 1110011", "uimm",
    "Clears the bits of a CSR that are 1 in a 5-bit immediate; rd gets the old value.",
    (m, old, operand) => m.and(old, m.invert(operand))),
];