/**
 * Puts values into the immediate fields of instructions, as relocations name them. psABI, section
 * "Relocations", and unprivileged manual, section "Immediate Encoding Variants".
 */
import { R_RISCV } from "../elf/constants.ts";

/** Bits `high`…`low` of a value, at bit `at` of the instruction. */
type Slice = readonly [high: number, low: number, at: number];

interface Layout {
  readonly bytes: 2 | 4;
  readonly slices: readonly Slice[];
}

const I: Layout = { bytes: 4, slices: [[11, 0, 20]] };
const S: Layout = {
  bytes: 4,
  slices: [
    [11, 5, 25],
    [4, 0, 7],
  ],
};
const B: Layout = {
  bytes: 4,
  slices: [
    [12, 12, 31],
    [10, 5, 25],
    [4, 1, 8],
    [11, 11, 7],
  ],
};
const U: Layout = { bytes: 4, slices: [[31, 12, 12]] };
const J: Layout = {
  bytes: 4,
  slices: [
    [20, 20, 31],
    [10, 1, 21],
    [11, 11, 20],
    [19, 12, 12],
  ],
};
const CB: Layout = {
  bytes: 2,
  slices: [
    [8, 8, 12],
    [4, 3, 10],
    [7, 6, 5],
    [2, 1, 3],
    [5, 5, 2],
  ],
};
const CJ: Layout = {
  bytes: 2,
  slices: [
    [11, 11, 12],
    [4, 4, 11],
    [9, 8, 9],
    [10, 10, 8],
    [6, 6, 7],
    [7, 7, 6],
    [3, 1, 3],
    [5, 5, 2],
  ],
};

const layouts = new Map<number, Layout>([
  [R_RISCV.BRANCH, B],
  [R_RISCV.JAL, J],
  [R_RISCV.RVC_BRANCH, CB],
  [R_RISCV.RVC_JUMP, CJ],
  [R_RISCV.HI20, U],
  [R_RISCV.LO12_I, I],
  [R_RISCV.LO12_S, S],
  [R_RISCV.PCREL_HI20, U],
  [R_RISCV.PCREL_LO12_I, I],
  [R_RISCV.PCREL_LO12_S, S],
  [R_RISCV.GOT_HI20, U],
  [R_RISCV.TLS_GOT_HI20, U],
  [R_RISCV.TLS_GD_HI20, U],
  [R_RISCV.TPREL_HI20, U],
  [R_RISCV.TPREL_LO12_I, I],
  [R_RISCV.TPREL_LO12_S, S],
]);

/** Replaces the immediate that a relocation type means by a value, modulo the field's width. */
export function patchImmediate(data: Uint8Array, at: number, type: number, value: bigint): void {
  const layout = layouts.get(type);
  if (layout === undefined || at < 0 || at + layout.bytes > data.length) return;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let word = layout.bytes === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  const bits = Number(BigInt.asIntN(32, value));
  for (const [high, low, place] of layout.slices) {
    const mask = 2 ** (high - low + 1) - 1;
    word = (word & ~(mask << place)) | (((bits >>> low) & mask) << place);
  }
  if (layout.bytes === 2) view.setUint16(at, word & 0xffff, true);
  else view.setUint32(at, word >>> 0, true);
}
