// biome-ignore-all format: the rows are a table
/** Conditional zeroing (unprivileged manual, chapter "Zicond Extension"). */
import { family, type Instruction } from "../instruction.ts";

const { alu } = family({ extension: "zicond" });

/** Zicond. */
export const zicond: readonly Instruction[] = [
  alu("czero.eqz", "0000111 rs2 rs1 101 rd 0110011",
    "Copies the first register, or gives 0 where the second is 0.",
    (m, a, b) => m.choose(m.equal(b, m.constant(0)), () => m.constant(0), () => a)),
  alu("czero.nez", "0000111 rs2 rs1 111 rd 0110011",
    "Copies the first register, or gives 0 where the second is not 0.",
    (m, a, b) => m.choose(m.equal(b, m.constant(0)), () => a, () => m.constant(0))),
];