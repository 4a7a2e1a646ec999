/**
 * The few instructions that a linker reads and writes: what relaxation puts in the place of others.
 * Built from the definitions of `isa`, so that no bit position stands here.
 */
import { encode, extract, type OperandValues, operandField } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { instructionsNamed } from "../../isa/instructions.ts";

function named(mnemonic: string): Instruction {
  const [instruction] = instructionsNamed(mnemonic);
  if (instruction === undefined) throw new Error(`${mnemonic} is no instruction`);
  return instruction;
}

const jalr = named("jalr");
const lui = named("lui");
const addi = named("addi");
const store = named("sw");
const nonZero = 0x1000;

const jumps = new Map<string, number>();

/** A jump whose offset is still 0. */
export function jumpWord(mnemonic: "c.j" | "c.jal" | "jal" | "jalr", rd: number): number {
  const key = `${mnemonic} ${rd}`;
  const known = jumps.get(key);
  if (known !== undefined) return known;
  const values: OperandValues = mnemonic.startsWith("c.") ? { imm: 0 } : { rd, rs1: 0, imm: 0 };
  const word = encode(named(mnemonic), values);
  jumps.set(key, word);
  return word;
}

/** A reader of the destination register of an instruction. */
function targetReader(instruction: Instruction): (word: number) => number {
  const [slice] = operandField(instruction, "rd")?.slices ?? [];
  if (slice === undefined) throw new Error(`${instruction.mnemonic} has no rd`);
  const mask = 2 ** (slice.high - slice.low + 1) - 1;
  return (word) => (word >>> slice.at) & mask;
}

/** The destination register of a jalr. */
export const jumpLink = targetReader(jalr);

/** The destination register of a lui. */
export const upperTarget = targetReader(lui);

/** `c.lui rd, …`, with an immediate that is replaced later. */
export const compressedUpper = (rd: number): number => encode(named("c.lui"), { rd, imm: nonZero });

/** `c.li rd, 0` in the place of a `c.lui rd, 0`, which does not exist. */
export const compressedZero = (word: number): number =>
  encode(named("c.li"), { rd: extract(named("c.lui"), word)["rd"] ?? 0, imm: 0 });

/** A `lui` in the place of an `auipc`. */
export const absoluteUpper = (word: number): number =>
  encode(lui, { rd: extract(named("auipc"), word)["rd"] ?? 0, imm: 0 });

/** `nop` and `c.nop`. */
export const nops = { long: encode(addi, { rd: 0, rs1: 0, imm: 0 }), short: 1 } as const;

function baseSlices(instruction: Instruction) {
  const field = operandField(instruction, "rs1");
  if (field === undefined) throw new Error(`${instruction.mnemonic} has no rs1`);
  return field.slices;
}

const loadBase = baseSlices(addi);
const storeBase = baseSlices(store);

/** A load, store, addi or jalr with another base register. */
export function withBase(word: number, register: number, isStore: boolean): number {
  let result = word;
  for (const { high, low, at } of isStore ? storeBase : loadBase) {
    const ones = 2 ** (high - low + 1) - 1;
    result = (result & ~(ones << at)) | (((register >>> low) & ones) << at);
  }
  return result >>> 0;
}
