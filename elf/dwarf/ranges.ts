/**
 * Address ranges of entries: low and high pc, or a list in `.debug_ranges` (versions 2 to 4) or
 * `.debug_rnglists` (version 5). DWARF 5, section 2.17, "Code Addresses, Ranges and Base Addresses".
 */
import { debugInformation } from "../errors.ts";
import { DW_AT, DW_RLE } from "./constants.ts";
import type { Entry, Unit } from "./entry.ts";
import { indexedAddress } from "./forms.ts";

/** Addresses from `low` to before `high`. */
export interface AddressRange {
  low: bigint;
  high: bigint;
}

/** Whether an address is in one of the ranges. */
export function contains(ranges: readonly AddressRange[], address: bigint): boolean {
  return ranges.some(({ low, high }) => address >= low && address < high);
}

/** The ranges of an entry, without empty ones; none where it has no code. */
export function rangesOf(entry: Entry): AddressRange[] {
  const list = entry.attribute(DW_AT.ranges);
  if (list !== undefined) {
    const { unit } = entry;
    const base = unit.root.address(DW_AT.low_pc) ?? 0n;
    if (unit.version < 5) return rangeList(unit, entry.offsetOf(DW_AT.ranges) ?? 0, base);
    const offset =
      list.kind === "list-index" ? rangeListOffset(unit, list.value) : entry.offsetOf(DW_AT.ranges);
    return offset === undefined ? [] : rangeEntries(unit, offset, base);
  }
  const low = entry.address(DW_AT.low_pc);
  const end = entry.attribute(DW_AT.high_pc);
  if (low === undefined || end === undefined) return [];
  const high = end.kind === "address" ? end.value : end.kind === "constant" ? low + end.value : low;
  return high > low ? [{ low, high }] : [];
}

/** `.debug_rnglists` begins with a table of offsets for DW_FORM_rnglistx. */
function rangeListOffset(unit: Unit, index: number): number {
  const base = unit.rangeListsBase;
  const cursor = unit.sections.cursor(".debug_rnglists", base + index * unit.offsetSize);
  return base + cursor.sectionOffset(unit.offsetSize);
}

/** A list of pairs of addresses; a pair that begins with the greatest address sets the base. */
function rangeList(unit: Unit, offset: number, base: bigint): AddressRange[] {
  const ranges: AddressRange[] = [];
  const cursor = unit.sections.cursor(".debug_ranges", offset);
  const selector = (1n << BigInt(8 * unit.addressSize)) - 1n;
  for (;;) {
    const low = cursor.unsigned(unit.addressSize);
    const high = cursor.unsigned(unit.addressSize);
    if (low === 0n && high === 0n) return ranges;
    if (low === selector) base = high + unit.sections.bias;
    else if (high > low) ranges.push({ low: base + low, high: base + high });
  }
}

/** A list of entries of different kinds. */
function rangeEntries(unit: Unit, offset: number, base: bigint): AddressRange[] {
  const ranges: AddressRange[] = [];
  const cursor = unit.sections.cursor(".debug_rnglists", offset);
  const address = () => cursor.unsigned(unit.addressSize) + unit.sections.bias;
  const indexed = () => indexedAddress(unit, cursor.uleb()).value;
  const add = (low: bigint, high: bigint) => {
    if (high > low) ranges.push({ low, high });
  };
  for (;;) {
    const kind = cursor.u8();
    switch (kind) {
      case DW_RLE.end_of_list:
        return ranges;
      case DW_RLE.base_addressx:
        base = indexed();
        break;
      case DW_RLE.startx_endx:
        add(indexed(), indexed());
        break;
      case DW_RLE.startx_length: {
        const low = indexed();
        add(low, low + cursor.bigUleb());
        break;
      }
      case DW_RLE.offset_pair:
        add(base + cursor.bigUleb(), base + cursor.bigUleb());
        break;
      case DW_RLE.base_address:
        base = address();
        break;
      case DW_RLE.start_end:
        add(address(), address());
        break;
      case DW_RLE.start_length: {
        const low = address();
        add(low, low + cursor.bigUleb());
        break;
      }
      default:
        throw debugInformation(`a range list has an entry of the unknown kind ${kind}`);
    }
  }
}
