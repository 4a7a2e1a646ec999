/**
 * Puts values into the immediate fields of instructions, as relocations name them. psABI, section
 * "Relocations"; where an immediate's bits are, one instruction of each format tells.
 */
import { R_RISCV } from "../elf/constants.ts";
import { encodingOf, type Field, operandField } from "../isa/encoding.ts";
import { instructionsNamed } from "../isa/instructions.ts";

interface Immediate {
  readonly bytes: 2 | 4;
  readonly slices: Field["slices"];
}

/** The immediate of an instruction's format. */
function immediateOf(mnemonic: string): Immediate {
  const [instruction] = instructionsNamed(mnemonic);
  const field = instruction && operandField(instruction, "imm");
  if (instruction === undefined || field === undefined) throw new Error(`${mnemonic} has no imm`);
  return { bytes: encodingOf(instruction).length, slices: field.slices };
}

const load = immediateOf("addi");
const store = immediateOf("sw");
const upper = immediateOf("lui");

const immediates: readonly (readonly [type: number, immediate: Immediate])[] = [
  [R_RISCV.BRANCH, immediateOf("beq")],
  [R_RISCV.JAL, immediateOf("jal")],
  [R_RISCV.RVC_BRANCH, immediateOf("c.beqz")],
  [R_RISCV.RVC_JUMP, immediateOf("c.j")],
  [R_RISCV.HI20, upper],
  [R_RISCV.LO12_I, load],
  [R_RISCV.LO12_S, store],
  [R_RISCV.PCREL_HI20, upper],
  [R_RISCV.PCREL_LO12_I, load],
  [R_RISCV.PCREL_LO12_S, store],
  [R_RISCV.GOT_HI20, upper],
  [R_RISCV.TLS_GOT_HI20, upper],
  [R_RISCV.TLS_GD_HI20, upper],
  [R_RISCV.TPREL_HI20, upper],
  [R_RISCV.TPREL_LO12_I, load],
  [R_RISCV.TPREL_LO12_S, store],
  [R_RISCV.GPREL_I, load],
  [R_RISCV.GPREL_S, store],
  [R_RISCV.TPREL_I, load],
  [R_RISCV.TPREL_S, store],
  [R_RISCV.RVC_LUI, immediateOf("c.lui")],
];

/** By type, for this is asked for each relocation of a program. */
const byType: (Immediate | undefined)[] = [];
for (const [type, immediate] of immediates) byType[type] = immediate;

/** Replaces the immediate that a relocation type means by a value, modulo the field's width. */
export function patchImmediate(
  data: Uint8Array,
  at: number,
  type: number,
  value: bigint | number,
): void {
  const immediate = byType[type];
  if (immediate === undefined || at < 0 || at + immediate.bytes > data.length) return;
  const { bytes, slices } = immediate;
  let word = (data[at] as number) | ((data[at + 1] as number) << 8);
  if (bytes === 4) {
    word |= ((data[at + 2] as number) << 16) | ((data[at + 3] as number) << 24);
  }
  const bits = typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, value));
  for (let index = 0; index < slices.length; index++) {
    const { high, low, at: place } = slices[index] as Field["slices"][number];
    const mask = 2 ** (high - low + 1) - 1;
    word = (word & ~(mask << place)) | (((bits >>> low) & mask) << place);
  }
  data[at] = word;
  data[at + 1] = word >>> 8;
  if (bytes === 2) return;
  data[at + 2] = word >>> 16;
  data[at + 3] = word >>> 24;
}
