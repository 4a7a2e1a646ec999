/**
 * The unit length that begins every contribution to a debug section; its value tells the 32-bit
 * from the 64-bit format. DWARF 5, section 7.4, "32-Bit and 64-Bit DWARF Formats".
 */
import type { Cursor } from "../bytes.ts";
import { debugInformation } from "../errors.ts";

/** Where a contribution's content ends, and how wide its offsets are. */
export interface UnitExtent {
  end: number;
  offsetSize: 4 | 8;
}

/** Reads an initial length at the cursor; throws `ElfError` if it leads behind the section. */
export function readUnitExtent(cursor: Cursor): UnitExtent {
  const at = cursor.offset;
  const short = cursor.u32();
  const is64 = short === 0xffffffff;
  const length = is64 ? cursor.size64() : short;
  const end = cursor.offset + length;
  if ((short >= 0xfffffff0 && !is64) || end > cursor.end) {
    throw debugInformation(`the unit at offset ${at} of ${cursor.what} is longer than the section`);
  }
  return { end, offsetSize: is64 ? 8 : 4 };
}
