/**
 * Debug sections of a relocatable file as they would be if every section of the file were linked
 * at its own address (as a rule 0): only the relocations that assemblers put into debug sections.
 * psABI, chapter "Relocations".
 */
import { R_RISCV } from "../constants.ts";
import type { Relocation, Section } from "../model.ts";

/** A patch of `size` bytes: `combine` gets the place's old value and symbol + addend. */
interface Patch {
  size: 1 | 2 | 4 | 8;
  combine: (old: bigint, value: bigint, place: bigint) => bigint;
}

const set = (size: Patch["size"]): Patch => ({ size, combine: (_, value) => value });
const add = (size: Patch["size"]): Patch => ({ size, combine: (old, value) => old + value });
const subtract = (size: Patch["size"]): Patch => ({ size, combine: (old, value) => old - value });

const patches = new Map<number, Patch>([
  [R_RISCV[32], set(4)],
  [R_RISCV[64], set(8)],
  [R_RISCV.SET8, set(1)],
  [R_RISCV.SET16, set(2)],
  [R_RISCV.SET32, set(4)],
  [R_RISCV.ADD8, add(1)],
  [R_RISCV.ADD16, add(2)],
  [R_RISCV.ADD32, add(4)],
  [R_RISCV.ADD64, add(8)],
  [R_RISCV.SUB8, subtract(1)],
  [R_RISCV.SUB16, subtract(2)],
  [R_RISCV.SUB32, subtract(4)],
  [R_RISCV.SUB64, subtract(8)],
  [R_RISCV["32_PCREL"], { size: 4, combine: (_, value, place) => value - place }],
  [R_RISCV.SET6, { size: 1, combine: (old, value) => (old & 0xc0n) | (value & 0x3fn) }],
  [R_RISCV.SUB6, { size: 1, combine: (old, value) => (old & 0xc0n) | ((old - value) & 0x3fn) }],
]);

/** The address that a relocation's symbol and addend stand for. */
function targetOf({ symbol, addend }: Relocation): bigint {
  if (symbol === undefined) return addend;
  const base = typeof symbol.section === "string" ? 0n : symbol.section.address;
  return base + symbol.value + addend;
}

/** The section's bytes with its relocations applied, as a copy where there are any. */
export function relocatedData(section: Section): Uint8Array {
  if (section.relocations.length === 0) return section.data;
  const data = section.data.slice();
  const view = new DataView(data.buffer);
  for (const relocation of section.relocations) {
    const { type, offset } = relocation;
    const at = Number(offset);
    if (type === R_RISCV.SET_ULEB128) patchUleb(data, at, () => targetOf(relocation));
    else if (type === R_RISCV.SUB_ULEB128) {
      patchUleb(data, at, (old) => old - targetOf(relocation));
    } else {
      const patch = patches.get(type);
      if (patch === undefined || at < 0 || at + patch.size > data.length) continue;
      const old = readInteger(view, at, patch.size);
      const value = patch.combine(old, targetOf(relocation), section.address + offset);
      writeInteger(view, at, patch.size, value);
    }
  }
  return data;
}

function readInteger(view: DataView, at: number, size: Patch["size"]): bigint {
  if (size === 8) return view.getBigUint64(at, true);
  if (size === 4) return BigInt(view.getUint32(at, true));
  return BigInt(size === 2 ? view.getUint16(at, true) : view.getUint8(at));
}

function writeInteger(view: DataView, at: number, size: Patch["size"], value: bigint): void {
  if (size === 8) view.setBigUint64(at, BigInt.asUintN(64, value), true);
  else if (size === 4) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
  else if (size === 2) view.setUint16(at, Number(BigInt.asUintN(16, value)), true);
  else view.setUint8(at, Number(BigInt.asUintN(8, value)));
}

/** Replaces a ULEB128 by another value, keeping its length. */
function patchUleb(data: Uint8Array, at: number, combine: (old: bigint) => bigint): void {
  let old = 0n;
  let length = 0;
  for (let byte = 0x80; byte >= 0x80 && length < 10; length++) {
    byte = data[at + length] ?? 0;
    old |= BigInt(byte & 0x7f) << BigInt(7 * length);
  }
  let value = BigInt.asUintN(64, combine(old));
  for (let index = 0; index < length && at + index < data.length; index++) {
    data[at + index] = Number(value & 0x7fn) | (index < length - 1 ? 0x80 : 0);
    value >>= 7n;
  }
}
