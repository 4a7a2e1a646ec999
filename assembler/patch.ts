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

/** How a value is spread over an instruction: which bits it replaces, and by what. */
interface Spread {
  readonly bytes: 2 | 4;
  readonly cleared: number;
  /** What each byte of the value becomes, the lowest byte first. */
  readonly parts: readonly Int32Array[];
}

/** Bits of a value to bits of an instruction: the fields are the sum of what each bit becomes. */
function spreadOf({ bytes, slices }: Immediate): Spread {
  const places = new Int32Array(32);
  let filled = 0;
  for (const { high, low, at } of slices) {
    for (let bit = low; bit <= high; bit++) {
      places[bit] = 1 << (at + bit - low);
      filled |= places[bit] as number;
    }
  }
  const parts = [0, 8, 16, 24].map((first) => {
    const table = new Int32Array(256);
    for (let value = 1; value < 256; value++) {
      const lowest = 31 - Math.clz32(value & -value);
      table[value] = (table[value & (value - 1)] as number) | (places[first + lowest] as number);
    }
    return table;
  });
  return { bytes, cleared: ~filled, parts };
}

/** By type, for this is asked for each relocation of a program. */
const byType: (Immediate | undefined)[] = [];
for (const [type, immediate] of immediates) byType[type] = immediate;

/** Made when a type is met first. */
const spreads: (Spread | undefined)[] = new Array<undefined>(256).fill(undefined);

/** Replaces the immediate that a relocation type means by a value, modulo the field's width. */
export function patchImmediate(
  data: Uint8Array,
  at: number,
  type: number,
  value: bigint | number,
): void {
  let spread = spreads[type];
  if (spread === undefined) {
    const immediate = byType[type];
    if (immediate === undefined) return;
    spread = spreadOf(immediate);
    spreads[type] = spread;
  }
  const { bytes, cleared, parts } = spread;
  if (at < 0 || at + bytes > data.length) return;
  const bits = typeof value === "number" ? value | 0 : Number(BigInt.asIntN(32, value));
  const immediate =
    (parts[0]?.[bits & 0xff] as number) |
    (parts[1]?.[(bits >>> 8) & 0xff] as number) |
    (parts[2]?.[(bits >>> 16) & 0xff] as number) |
    (parts[3]?.[bits >>> 24] as number);
  let word = (data[at] as number) | ((data[at + 1] as number) << 8);
  if (bytes === 4) {
    word |= ((data[at + 2] as number) << 16) | ((data[at + 3] as number) << 24);
  }
  word = (word & cleared) | immediate;
  data[at] = word;
  data[at + 1] = word >>> 8;
  if (bytes === 2) return;
  data[at + 2] = word >>> 16;
  data[at + 3] = word >>> 24;
}
