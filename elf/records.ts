/**
 * The fixed-size records of ELF, each described once as a list of fields for both classes; reading
 * and writing follow the same list. System V ABI, chapters "Object Files" and "Program Loading".
 */

/** `word` is as wide as the class and unsigned, `signed` likewise but signed; both are bigints. */
type FieldKind = "byte" | "half" | "int" | "word" | "signed";
type Layout = readonly (readonly [string, FieldKind])[];

/** The object that a layout reads to. */
export type RecordOf<L extends Layout> = {
  -readonly [F in L[number] as F[0]]: F[1] extends "word" | "signed" ? bigint : number;
};

/** The file header behind the 16 bytes of `e_ident`. */
export const fileHeader = [
  ["type", "half"],
  ["machine", "half"],
  ["version", "int"],
  ["entry", "word"],
  ["programHeaders", "word"],
  ["sectionHeaders", "word"],
  ["flags", "int"],
  ["headerSize", "half"],
  ["programHeaderSize", "half"],
  ["programHeaderCount", "half"],
  ["sectionHeaderSize", "half"],
  ["sectionHeaderCount", "half"],
  ["sectionNames", "half"],
] as const satisfies Layout;

/** A section header; the same order in both classes. */
export const sectionHeader = [
  ["name", "int"],
  ["type", "int"],
  ["flags", "word"],
  ["address", "word"],
  ["offset", "word"],
  ["size", "word"],
  ["link", "int"],
  ["info", "int"],
  ["alignment", "word"],
  ["entrySize", "word"],
] as const satisfies Layout;

/** A program header of ELF32. */
const programHeader32 = [
  ["type", "int"],
  ["offset", "word"],
  ["virtualAddress", "word"],
  ["physicalAddress", "word"],
  ["fileSize", "word"],
  ["memorySize", "word"],
  ["flags", "int"],
  ["alignment", "word"],
] as const satisfies Layout;

/** A program header of ELF64: the flags moved. */
const programHeader64 = [
  ["type", "int"],
  ["flags", "int"],
  ["offset", "word"],
  ["virtualAddress", "word"],
  ["physicalAddress", "word"],
  ["fileSize", "word"],
  ["memorySize", "word"],
  ["alignment", "word"],
] as const satisfies Layout;

/** A symbol of ELF32. */
const symbol32 = [
  ["name", "int"],
  ["value", "word"],
  ["size", "word"],
  ["info", "byte"],
  ["other", "byte"],
  ["section", "half"],
] as const satisfies Layout;

/** A symbol of ELF64: value and size moved behind. */
const symbol64 = [
  ["name", "int"],
  ["info", "byte"],
  ["other", "byte"],
  ["section", "half"],
  ["value", "word"],
  ["size", "word"],
] as const satisfies Layout;

/** A relocation with addend; `info` holds symbol and type. */
export const relocation = [
  ["offset", "word"],
  ["info", "word"],
  ["addend", "signed"],
] as const satisfies Layout;

/** The layouts of a class. */
export function layoutsOf(bits: 32 | 64) {
  return {
    programHeader: bits === 32 ? programHeader32 : programHeader64,
    symbol: bits === 32 ? symbol32 : symbol64,
    sectionHeader,
    fileHeader,
    relocation,
  };
}

/** Size of a record in bytes. */
export function recordSize(layout: Layout, bits: 32 | 64): number {
  const widths = { byte: 1, half: 2, int: 4, word: bits / 8, signed: bits / 8 };
  return layout.reduce((sum, [, kind]) => sum + widths[kind], 0);
}

/** Where each field of a record is in it, for those who read few fields of many records. */
export function offsetsOf<L extends Layout>(
  layout: L,
  bits: 32 | 64,
): { readonly [F in L[number] as F[0]]: number } {
  const widths = { byte: 1, half: 2, int: 4, word: bits / 8, signed: bits / 8 };
  const offsets: Record<string, number> = {};
  let offset = 0;
  for (const [name, kind] of layout) {
    offsets[name] = offset;
    offset += widths[kind];
  }
  return offsets as { readonly [F in L[number] as F[0]]: number };
}

/** Reads the record at `offset`; the caller has checked that it lies inside. */
export function readRecord<L extends Layout>(
  view: DataView,
  offset: number,
  layout: L,
  bits: 32 | 64,
): RecordOf<L> {
  const record: Record<string, number | bigint> = {};
  for (const [name, kind] of layout) {
    if (kind === "byte") record[name] = view.getUint8(offset++);
    else if (kind === "half") {
      record[name] = view.getUint16(offset, true);
      offset += 2;
    } else if (kind === "int") {
      record[name] = view.getUint32(offset, true);
      offset += 4;
    } else if (bits === 32) {
      record[name] = BigInt(
        kind === "word" ? view.getUint32(offset, true) : view.getInt32(offset, true),
      );
      offset += 4;
    } else {
      record[name] =
        kind === "word" ? view.getBigUint64(offset, true) : view.getBigInt64(offset, true);
      offset += 8;
    }
  }
  return record as RecordOf<L>;
}

/** Writes a record at `offset`; values are cut to their fields' widths. */
export function writeRecord<L extends Layout>(
  view: DataView,
  offset: number,
  layout: L,
  bits: 32 | 64,
  record: RecordOf<L>,
): void {
  for (const [name, kind] of layout) {
    const value = (record as Record<string, number | bigint>)[name] ?? 0;
    if (kind === "byte") view.setUint8(offset++, Number(value));
    else if (kind === "half") {
      view.setUint16(offset, Number(value), true);
      offset += 2;
    } else if (kind === "int") {
      view.setUint32(offset, Number(value), true);
      offset += 4;
    } else if (bits === 32) {
      view.setUint32(offset, Number(BigInt.asUintN(32, BigInt(value))), true);
      offset += 4;
    } else {
      view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
      offset += 8;
    }
  }
}
