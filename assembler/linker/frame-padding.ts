/**
 * Where the instructions of an unwind entry end and its padding begins: GNU ld takes padding out
 * beyond a multiple of 4 bytes. DWARF 5, section 6.4.2 "Call Frame Instructions".
 */
import { Cursor } from "../../elf/bytes.ts";

/** What an instruction's operands are: bytes, LEB128 numbers, blocks. */
const operands: readonly (readonly ("leb" | "block" | number)[] | undefined)[] = [
  [], [4], [1], [2], [4], ["leb", "leb"], ["leb"], ["leb"], ["leb"], ["leb", "leb"], [], [],
  ["leb", "leb"], ["leb"], ["leb"], ["block"], ["leb", "block"], ["leb", "leb"], ["leb", "leb"],
  ["leb"], ["leb", "leb"], ["leb", "leb"], ["leb", "block"],
]; // biome-ignore format: a table

const special = new Map<number, readonly ("leb" | "block" | number)[]>([
  [0x2d, []],
  [0x2e, ["leb"]],
  [0x2f, ["leb", "leb"]],
]);

/** The size that an entry needs, a multiple of 4; its whole size when it is not understood. */
export function neededSize(entry: Uint8Array, common: Uint8Array): number {
  try {
    const augmentation = new Cursor(common, "the unwind table", 9).string();
    const start = entry === common ? commonStart(common) : functionStart(entry, augmentation);
    if (start === undefined) return entry.length;
    const end = endOfInstructions(entry, start);
    return Math.min(entry.length, Math.ceil(end / 4) * 4);
  } catch {
    return entry.length;
  }
}

/** Where the instructions of a common entry begin. */
function commonStart(entry: Uint8Array): number | undefined {
  const cursor = new Cursor(entry, "the unwind table", 8);
  const version = cursor.u8();
  const augmentation = cursor.string();
  if (version !== 1 && version !== 3) return undefined;
  cursor.skipLeb();
  cursor.skipLeb();
  if (version === 1) cursor.skip(1);
  else cursor.skipLeb();
  if (augmentation === "") return cursor.offset;
  if (!augmentation.startsWith("z")) return undefined;
  const length = cursor.uleb();
  return cursor.offset + length;
}

function functionStart(entry: Uint8Array, augmentation: string): number | undefined {
  if (augmentation === "") return 16;
  if (!augmentation.startsWith("z")) return undefined;
  const cursor = new Cursor(entry, "the unwind table", 16);
  const length = cursor.uleb();
  return cursor.offset + length;
}

/** Behind the last instruction that is not a `DW_CFA_nop`. */
function endOfInstructions(entry: Uint8Array, start: number): number {
  const cursor = new Cursor(entry, "the unwind table", start);
  let end = start;
  while (!cursor.isAtEnd) {
    const code = cursor.u8();
    const high = code & 0xc0;
    const form =
      high === 0x80 ? (["leb"] as const) : high !== 0 ? [] : (operands[code] ?? special.get(code));
    if (form === undefined) return entry.length;
    for (const operand of form) {
      if (operand === "leb") cursor.skipLeb();
      else cursor.skip(operand === "block" ? cursor.uleb() : operand);
    }
    if (code !== 0) end = cursor.offset;
  }
  return end;
}
