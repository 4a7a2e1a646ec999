// biome-ignore-all format: the rows are a table
/**
 * Atomic instructions (unprivileged manual, chapter "A Extension"). Each comes four times: the
 * acquire and release bits are written as a suffix of the mnemonic.
 */
import { family, type Instruction } from "../instruction.ts";
import type { AtomicOperation } from "../semantics.ts";

const orderings = [
  ["", "0 0", ""],
  [".aq", "1 0", " No later access of the hart comes before it."],
  [".rl", "0 1", " No earlier access of the hart comes after it."],
  [".aqrl", "1 1", " It is sequentially consistent."],
] as const;

/** The four instructions whose row has the words `aq rl`. */
const ordered = (instruction: Instruction): Instruction[] =>
  orderings.map(([suffix, bits, remark]) => ({
    ...instruction,
    mnemonic: instruction.mnemonic + suffix,
    row: instruction.row.replace("aq rl", bits),
    summary: instruction.summary + remark,
  }));

const widths = [
  { width: 32, suffix: "w", funct3: "010", noun: "word", place: {} },
  { width: 64, suffix: "d", funct3: "011", noun: "doubleword",
    place: { xlen: 64 } },
] as const;

const operations: readonly [name: AtomicOperation, funct5: string, verb: string][] = [
  ["swap", "00001", "Atomically exchanges a # in memory with a register"],
  ["add", "00000", "Atomically adds a register to a # in memory"],
  ["xor", "00100", "Atomically combines a # in memory with a register by exclusive or"],
  ["and", "01100", "Atomically combines a # in memory with a register by and"],
  ["or", "01000", "Atomically combines a # in memory with a register by or"],
  ["min", "10000", "Atomically makes a # in memory the lesser of itself and a register, signed"],
  ["max", "10100", "Atomically makes a # in memory the greater of itself and a register, signed"],
  ["minu", "11000", "Atomically makes a # in memory the lesser of itself and a register, unsigned"],
  ["maxu", "11100",
    "Atomically makes a # in memory the greater of itself and a register, unsigned"],
];

/** A, for RV32 and RV64. */
export const a: readonly Instruction[] = widths.flatMap(
  ({ width, suffix, funct3, noun, place }) => {
    const { instruction } = family({ ...place, extension: "zaamo" });
    const reserving = family({ ...place, extension: "zalrsc" });
    return [
      reserving.instruction(`lr.${suffix}`, `00010 aq rl 00000 rs1 ${funct3} rd 0101111`, "rd, (rs1)",
        `Loads a ${noun} and reserves its address for a store-conditional.`,
        (m, { rd, rs1 }) => m.writeX(rd, m.loadReserved(width, m.readX(rs1)))),
      reserving.instruction(`sc.${suffix}`, `00011 aq rl rs2 rs1 ${funct3} rd 0101111`, "rd, rs2, (rs1)",
        `Stores a ${noun} if the reservation still holds; rd becomes 0 on success, else not 0.`,
        (m, { rd, rs1, rs2 }) =>
          m.writeX(rd, m.storeConditional(width, m.readX(rs1), m.readX(rs2)))),
      ...operations.map(([operation, funct5, verb]) =>
        instruction(`amo${operation}.${suffix}`, `${funct5} aq rl rs2 rs1 ${funct3} rd 0101111`,
          "rd, rs2, (rs1)", `${verb.replace("#", noun)}; rd gets the old value.`,
          (m, { rd, rs1, rs2 }) =>
            m.writeX(rd, m.atomic(operation, width, m.readX(rs1), m.readX(rs2))))),
    ].flatMap(ordered);
  },
);

/** Zacas: compare-and-swap; of the widest, two registers hold each value. */
export const zacas: readonly Instruction[] = [
  ["w", "010", "word", {}, []], ["d", "011", "doubleword", {}, [32]],
  ["q", "100", "quadword", { xlen: 64 }, [64]],
].flatMap(([suffix, funct3, noun, place, pairs]) =>
  ordered(family({ extension: "zacas", ...(place as { xlen?: 64 }) }).encoded(
    `amocas.${suffix}`, `00101 aq rl rs2 rs1 ${funct3} rd 0101111`, "rd, rs2, (rs1)",
    `Atomically replaces a ${noun} in memory where it is what rd holds; rd gets the old value.`))
    .map((instruction) => ({ ...instruction, pairs: pairs as (32 | 64)[] })));

/** Zabha: the same for bytes and halfwords, with the compare-and-swap where there is Zacas. */
export const zabha: readonly Instruction[] = [
  ["b", "000", "byte"], ["h", "001", "halfword"],
].flatMap(([suffix, funct3, noun]) => [
  ...operations.map(([operation, funct5, verb]) =>
    family({ extension: "zabha" }).encoded(`amo${operation}.${suffix}`,
      `${funct5} aq rl rs2 rs1 ${funct3} rd 0101111`, "rd, rs2, (rs1)",
      `${verb.replace("#", noun ?? "")}; rd gets the old value.`)),
  family({ extension: "zabha_zacas" }).encoded(`amocas.${suffix}`,
    `00101 aq rl rs2 rs1 ${funct3} rd 0101111`, "rd, rs2, (rs1)",
    `Atomically replaces a ${noun} in memory where it is what rd holds; rd gets the old value.`),
].flatMap(ordered));