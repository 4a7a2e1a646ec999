/**
 * Attribute values: every form of DWARF 2 to 5. DWARF 5, section 7.5.5, "Classes and Forms".
 */
import type { Cursor } from "../bytes.ts";
import { debugInformation } from "../errors.ts";
import { DW_FORM } from "./constants.ts";
import type { DebugSections } from "./sections.ts";

/** A decoded value, by its class. */
export type AttributeValue =
  | { kind: "address"; value: bigint }
  /** An integer; unsigned unless the form is a signed one. */
  | { kind: "constant"; value: bigint }
  | { kind: "string"; value: string }
  | { kind: "flag"; value: boolean }
  | { kind: "block"; value: Uint8Array }
  | { kind: "expression"; value: Uint8Array }
  /** Offset of an entry in `.debug_info`. */
  | { kind: "reference"; value: number }
  /** Signature of a type unit. */
  | { kind: "signature"; value: bigint }
  /** Offset in another section, which the attribute tells. */
  | { kind: "offset"; value: number }
  /** Index in the unit's table of range or location lists. */
  | { kind: "list-index"; value: number }
  /** A value in a supplementary file, which is not read. */
  | { kind: "elsewhere"; value: number };

/** What the meaning of a form depends on. */
export interface FormContext {
  version: number;
  /** 4 in the 32-bit format, 8 in the 64-bit format. */
  offsetSize: 4 | 8;
  addressSize: number;
  /** Where the unit begins in its section; references are relative to it. */
  offset: number;
  sections: DebugSections;
  /** The unit's parts of `.debug_str_offsets` and `.debug_addr`. */
  stringOffsetsBase: number;
  addressBase: number;
}

/** Sizes in bytes of the forms that have the same in every unit. */
const fixedSizes = new Map<number, number>([
  [DW_FORM.data1, 1],
  [DW_FORM.data2, 2],
  [DW_FORM.data4, 4],
  [DW_FORM.data8, 8],
  [DW_FORM.data16, 16],
  [DW_FORM.flag, 1],
  [DW_FORM.flag_present, 0],
  [DW_FORM.implicit_const, 0],
  [DW_FORM.ref1, 1],
  [DW_FORM.ref2, 2],
  [DW_FORM.ref4, 4],
  [DW_FORM.ref8, 8],
  [DW_FORM.ref_sig8, 8],
  [DW_FORM.ref_sup4, 4],
  [DW_FORM.ref_sup8, 8],
  [DW_FORM.strx1, 1],
  [DW_FORM.strx2, 2],
  [DW_FORM.strx3, 3],
  [DW_FORM.strx4, 4],
  [DW_FORM.addrx1, 1],
  [DW_FORM.addrx2, 2],
  [DW_FORM.addrx3, 3],
  [DW_FORM.addrx4, 4],
]);

const offsetForms = new Set<number>([
  DW_FORM.strp,
  DW_FORM.line_strp,
  DW_FORM.sec_offset,
  DW_FORM.strp_sup,
  DW_FORM.GNU_ref_alt,
  DW_FORM.GNU_strp_alt,
]);

const lebForms = new Set<number>([
  DW_FORM.sdata,
  DW_FORM.udata,
  DW_FORM.ref_udata,
  DW_FORM.strx,
  DW_FORM.addrx,
  DW_FORM.loclistx,
  DW_FORM.rnglistx,
  DW_FORM.GNU_addr_index,
  DW_FORM.GNU_str_index,
]);

/** The size of a form's value in bytes, or undefined if the value tells it. */
export function formSize(form: number, context: FormContext): number | undefined {
  const fixed = fixedSizes.get(form);
  if (fixed !== undefined) return fixed;
  if (offsetForms.has(form)) return context.offsetSize;
  if (form === DW_FORM.addr) return context.addressSize;
  if (form === DW_FORM.ref_addr) return referenceSize(context);
  return undefined;
}

/** DW_FORM_ref_addr had the size of an address before version 3. */
function referenceSize({ version, addressSize, offsetSize }: FormContext): number {
  return version <= 2 ? addressSize : offsetSize;
}

/** Moves the cursor behind a value. */
export function skipForm(cursor: Cursor, form: number, context: FormContext): void {
  const size = formSize(form, context);
  if (size !== undefined) cursor.skip(size);
  else if (lebForms.has(form)) cursor.skipLeb();
  else if (form === DW_FORM.string) cursor.skipString();
  else if (form === DW_FORM.indirect) skipForm(cursor, directForm(cursor), context);
  else cursor.skip(blockLength(cursor, form));
}

/** The form that DW_FORM_indirect names; it may not be indirect or implicit itself. */
function directForm(cursor: Cursor): number {
  const form = cursor.uleb();
  if (form === DW_FORM.indirect || form === DW_FORM.implicit_const) {
    throw debugInformation(`${cursor.what} has an indirect form that names form ${form}`);
  }
  return form;
}

function blockLength(cursor: Cursor, form: number): number {
  switch (form) {
    case DW_FORM.block1:
      return cursor.u8();
    case DW_FORM.block2:
      return cursor.u16();
    case DW_FORM.block4:
      return cursor.u32();
    case DW_FORM.block:
    case DW_FORM.exprloc:
      return cursor.uleb();
    default:
      throw debugInformation(`${cursor.what} uses the unknown form ${form}`);
  }
}

/** Reads a value; `implicit` is what the abbreviation gives for DW_FORM_implicit_const. */
export function readForm(
  cursor: Cursor,
  form: number,
  context: FormContext,
  implicit = 0n,
): AttributeValue {
  const { sections, offsetSize, offset } = context;
  const reference = (distance: number): AttributeValue => ({
    kind: "reference",
    value: offset + distance,
  });
  switch (form) {
    case DW_FORM.addr:
      return { kind: "address", value: cursor.unsigned(context.addressSize) + sections.bias };
    case DW_FORM.addrx:
    case DW_FORM.GNU_addr_index:
      return indexedAddress(context, cursor.uleb());
    case DW_FORM.addrx1:
      return indexedAddress(context, cursor.u8());
    case DW_FORM.addrx2:
      return indexedAddress(context, cursor.u16());
    case DW_FORM.addrx3:
      return indexedAddress(context, cursor.u24());
    case DW_FORM.addrx4:
      return indexedAddress(context, cursor.u32());
    case DW_FORM.data1:
    case DW_FORM.data2:
    case DW_FORM.data4:
    case DW_FORM.data8:
      return { kind: "constant", value: cursor.unsigned(fixedSizes.get(form) as number) };
    case DW_FORM.sdata:
      return { kind: "constant", value: cursor.bigSleb() };
    case DW_FORM.udata:
      return { kind: "constant", value: cursor.bigUleb() };
    case DW_FORM.implicit_const:
      return { kind: "constant", value: implicit };
    case DW_FORM.data16:
      return { kind: "block", value: cursor.bytes(16) };
    case DW_FORM.flag:
      return { kind: "flag", value: cursor.u8() !== 0 };
    case DW_FORM.flag_present:
      return { kind: "flag", value: true };
    case DW_FORM.string:
      return { kind: "string", value: cursor.string() };
    case DW_FORM.strp:
      return stringAt(sections, ".debug_str", cursor.sectionOffset(offsetSize));
    case DW_FORM.line_strp:
      return stringAt(sections, ".debug_line_str", cursor.sectionOffset(offsetSize));
    case DW_FORM.strx:
    case DW_FORM.GNU_str_index:
      return indexedString(context, cursor.uleb());
    case DW_FORM.strx1:
      return indexedString(context, cursor.u8());
    case DW_FORM.strx2:
      return indexedString(context, cursor.u16());
    case DW_FORM.strx3:
      return indexedString(context, cursor.u24());
    case DW_FORM.strx4:
      return indexedString(context, cursor.u32());
    case DW_FORM.ref1:
      return reference(cursor.u8());
    case DW_FORM.ref2:
      return reference(cursor.u16());
    case DW_FORM.ref4:
      return reference(cursor.u32());
    case DW_FORM.ref8:
      return reference(cursor.size64());
    case DW_FORM.ref_udata:
      return reference(cursor.uleb());
    case DW_FORM.ref_addr:
      return { kind: "reference", value: Number(cursor.unsigned(referenceSize(context))) };
    case DW_FORM.ref_sig8:
      return { kind: "signature", value: cursor.u64() };
    case DW_FORM.sec_offset:
      return { kind: "offset", value: cursor.sectionOffset(offsetSize) };
    case DW_FORM.loclistx:
    case DW_FORM.rnglistx:
      return { kind: "list-index", value: cursor.uleb() };
    case DW_FORM.ref_sup4:
      return { kind: "elsewhere", value: cursor.u32() };
    case DW_FORM.ref_sup8:
      return { kind: "elsewhere", value: cursor.size64() };
    case DW_FORM.strp_sup:
    case DW_FORM.GNU_ref_alt:
    case DW_FORM.GNU_strp_alt:
      return { kind: "elsewhere", value: cursor.sectionOffset(offsetSize) };
    case DW_FORM.exprloc:
      return { kind: "expression", value: cursor.bytes(cursor.uleb()) };
    case DW_FORM.indirect:
      return readForm(cursor, directForm(cursor), context);
    default:
      return { kind: "block", value: cursor.bytes(blockLength(cursor, form)) };
  }
}

function stringAt(sections: DebugSections, name: string, offset: number): AttributeValue {
  return { kind: "string", value: sections.cursor(name, offset).string() };
}

/** The string with an index in the unit's part of `.debug_str_offsets`. */
function indexedString(context: FormContext, index: number): AttributeValue {
  const { sections, offsetSize, stringOffsetsBase } = context;
  const offsets = sections.cursor(".debug_str_offsets", stringOffsetsBase + index * offsetSize);
  return stringAt(sections, ".debug_str", offsets.sectionOffset(offsetSize));
}

/** The address with an index in the unit's part of `.debug_addr`. */
export function indexedAddress(
  context: FormContext,
  index: number,
): { kind: "address"; value: bigint } {
  const { sections, addressSize, addressBase } = context;
  const addresses = sections.cursor(".debug_addr", addressBase + index * addressSize);
  return { kind: "address", value: addresses.unsigned(addressSize) + sections.bias };
}
