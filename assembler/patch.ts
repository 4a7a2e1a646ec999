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

const immediates = new Map<number, Immediate>([
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
]);

/** Replaces the immediate that a relocation type means by a value, modulo the field's width. */
export function patchImmediate(
  data: Uint8Array,
  at: number,
  type: number,
  value: bigint | number,
): void {
  const immediate = immediates.get(type);
  if (immediate === undefined || at < 0 || at + immediate.bytes > data.length) return;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let word = immediate.bytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  const bits = typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, value));
  for (const { high, low, at: place } of immediate.slices) {
    const mask = 2 ** (high - low + 1) - 1;
    word = (word & ~(mask << place)) | (((bits >>> low) & mask) << place);
  }
  if (immediate.bytes === 2) view.setUint16(at, word & 0xffff, true);
  else view.setUint32(at, word >>> 0, true);
}
