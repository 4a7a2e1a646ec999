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

/** What an entry's common entry says about where its instructions begin; see `augmentationOf`. */
export type Augmentation = string | undefined;

/** The augmentation of a common entry; undefined when it is not understood. */
export function augmentationOf(common: Uint8Array): Augmentation {
  try {
    return new Cursor(common, "the unwind table", 9).string();
  } catch {
    return undefined;
  }
}

/** The size that an entry needs, a multiple of 4; its whole size when it is not understood. */
export function neededSize(
  entry: Uint8Array,
  isCommon: boolean,
  augmentation: Augmentation,
): number {
  const { length } = entry;
  const rest = length % 4 === 0 ? 4 : length % 4;
  let isPadded = true;
  for (let at = length - rest; at < length; at++) if (entry[at] !== 0) isPadded = false;
  // What ends in no padding is needed, whatever it is.
  if (!isPadded || augmentation === undefined) return length;
  try {
    const start = isCommon ? commonStart(entry) : functionStart(entry, augmentation);
    if (start === undefined) return length;
    const end = endOfInstructions(entry, start);
    return Math.min(length, Math.ceil(end / 4) * 4);
  } catch {
    return length;
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
  const start = behindLeb(entry, 16);
  let length = 0;
  for (let at = start - 1; at >= 16; at--) length = length * 128 + ((entry[at] ?? 0) & 0x7f);
  return start + length;
}

/** Behind the LEB128 number at a place. */
function behindLeb(entry: Uint8Array, from: number): number {
  let at = from;
  while (((entry[at] ?? 0) & 0x80) !== 0) at++;
  return at + 1;
}

/** Behind the last instruction that is not a `DW_CFA_nop`; all of an entry that is cut off. */
function endOfInstructions(entry: Uint8Array, start: number): number {
  const { length } = entry;
  let end = start;
  let at = start;
  while (at < length) {
    const code = entry[at++] as number;
    const high = code & 0xc0;
    if (high === 0x80) at = behindLeb(entry, at);
    else if (high === 0) {
      const form = operands[code] ?? special.get(code);
      if (form === undefined) return length;
      for (const operand of form) {
        if (operand === "leb") at = behindLeb(entry, at);
        else if (operand !== "block") at += operand;
        else {
          const cursor = new Cursor(entry, "the unwind table", at);
          const size = cursor.uleb();
          at = cursor.offset + size;
        }
      }
    }
    if (at > length) return length;
    if (code !== 0) end = at;
  }
  return end;
}
