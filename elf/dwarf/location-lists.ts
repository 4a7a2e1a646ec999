/**
 * Where a variable is at a pc: an attribute is one expression for all of its scope, or a list of
 * expressions with ranges of addresses, in `.debug_loc` (versions 2 to 4) or `.debug_loclists`
 * (version 5). DWARF 5, section 2.6.2, "Location Lists".
 */
import { debugInformation } from "../errors.ts";
import { DW_AT, DW_LLE } from "./constants.ts";
import type { Entry, Unit } from "./entry.ts";
import { indexedAddress } from "./forms.ts";

/**
 * The expression of a location attribute at a pc; undefined where the entry has none there. An
 * empty one says that the thing was optimised away.
 * @param isEntry whether the function begins at the pc: what is said of no instruction there holds
 * before the first one, if nothing else does
 */
export function locationExpression(
  entry: Entry,
  attribute: number,
  pc: bigint,
  isEntry = false,
): Uint8Array | undefined {
  const value = entry.attribute(attribute);
  if (value === undefined) return undefined;
  if (value.kind === "expression" || value.kind === "block") return value.value;
  const { unit } = entry;
  if (value.kind === "list-index") {
    const base = unit.locationListsBase;
    const cursor = unit.sections.cursor(".debug_loclists", base + value.value * unit.offsetSize);
    return listEntry(unit, base + cursor.sectionOffset(unit.offsetSize), pc, isEntry);
  }
  // Before version 4, offsets have the form of constants.
  const isOffset = value.kind === "offset" || (value.kind === "constant" && unit.version < 4);
  if (!isOffset) return undefined;
  const offset = Number(value.value);
  const read = unit.version >= 5 ? listEntry : oldListEntry;
  return read(unit, offset, pc, isEntry);
}

/** Pairs of offsets with an expression each; a pair that begins with the greatest sets the base. */
function oldListEntry(
  unit: Unit,
  offset: number,
  pc: bigint,
  isEntry: boolean,
): Uint8Array | undefined {
  const cursor = unit.sections.cursor(".debug_loc", offset);
  const selector = (1n << BigInt(8 * unit.addressSize)) - 1n;
  let base = unit.root.address(DW_AT.low_pc) ?? 0n;
  let atEntry: Uint8Array | undefined;
  for (;;) {
    const low = cursor.unsigned(unit.addressSize);
    const high = cursor.unsigned(unit.addressSize);
    if (low === 0n && high === 0n) return atEntry;
    if (low === selector) {
      base = high + unit.sections.bias;
      continue;
    }
    const expression = cursor.bytes(cursor.u16());
    if (pc >= base + low && pc < base + high) return expression;
    if (isEntry && low === high && pc === base + low) atEntry ??= expression;
  }
}

function listEntry(
  unit: Unit,
  offset: number,
  pc: bigint,
  isEntry: boolean,
): Uint8Array | undefined {
  const cursor = unit.sections.cursor(".debug_loclists", offset);
  const address = () => cursor.unsigned(unit.addressSize) + unit.sections.bias;
  const indexed = () => indexedAddress(unit, cursor.uleb()).value;
  let base = unit.root.address(DW_AT.low_pc) ?? 0n;
  let atEntry: Uint8Array | undefined;
  let fallback: Uint8Array | undefined;
  for (;;) {
    let low = 0n;
    let high = 0n;
    const kind = cursor.u8();
    switch (kind) {
      case DW_LLE.end_of_list:
        return atEntry ?? fallback;
      case DW_LLE.base_addressx:
        base = indexed();
        continue;
      case DW_LLE.base_address:
        base = address();
        continue;
      case DW_LLE.GNU_view_pair:
        // Views tell apart what happens at one address; a stop is before all of it.
        cursor.skipLeb();
        cursor.skipLeb();
        continue;
      case DW_LLE.default_location:
        fallback = cursor.bytes(cursor.uleb());
        continue;
      case DW_LLE.startx_endx:
        low = indexed();
        high = indexed();
        break;
      case DW_LLE.startx_length:
        low = indexed();
        high = low + cursor.bigUleb();
        break;
      case DW_LLE.offset_pair:
        low = base + cursor.bigUleb();
        high = base + cursor.bigUleb();
        break;
      case DW_LLE.start_end:
        low = address();
        high = address();
        break;
      case DW_LLE.start_length:
        low = address();
        high = low + cursor.bigUleb();
        break;
      default:
        throw debugInformation(`a location list has an entry of the unknown kind ${kind}`);
    }
    const expression = cursor.bytes(cursor.uleb());
    if (pc >= low && pc < high) return expression;
    if (isEntry && low === high && pc === low) atEntry ??= expression;
  }
}
