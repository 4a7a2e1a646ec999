/**
 * Units and entries (DIEs) of `.debug_info`: a tree whose nodes have a tag and attributes, laid out
 * as abbreviations say. Entries are found by walking and decode an attribute only when asked for
 * it, so a large file costs what is looked at. DWARF 5, chapter 7.5, "Format of Debugging
 * Information".
 */
import type { Cursor } from "../bytes.ts";
import { debugInformation } from "../errors.ts";
import { DW_AT, DW_FORM, DW_TAG, DW_UT } from "./constants.ts";
import { type AttributeValue, type FormContext, formSize, readForm, skipForm } from "./forms.ts";
import type { DebugSections } from "./sections.ts";
import { readUnitExtent } from "./unit-header.ts";

/** The shape of an entry. */
export interface Abbreviation {
  tag: number;
  hasChildren: boolean;
  /** Attributes in the order of their values. */
  attributes: readonly { name: number; form: number; implicit: bigint }[];
}

/** Nesting that no compiler makes; deeper trees are taken for damage. */
const maximalDepth = 500;

/** Forms in which a location is a list in another section; constants are so before version 4. */
const listForms = new Set<number>([
  DW_FORM.sec_offset,
  DW_FORM.loclistx,
  DW_FORM.data4,
  DW_FORM.data8,
]);

/** Reads the abbreviation table at an offset of `.debug_abbrev`. */
function readAbbreviations(sections: DebugSections, offset: number) {
  const table = new Map<number, Abbreviation>();
  const cursor = sections.cursor(".debug_abbrev", offset);
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: Abbreviation["attributes"][number][] = [];
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      const implicit = form === DW_FORM.implicit_const ? cursor.bigSleb() : 0n;
      if (name === 0 && form === 0) break;
      attributes.push({ name, form, implicit });
    }
    table.set(code, { tag, hasChildren, attributes });
    if (cursor.isAtEnd) break;
  }
  return table;
}

/** A unit: one compilation as a rule, or a shared part of several, or a type. */
export class Unit implements FormContext {
  readonly sections: DebugSections;
  /** `.debug_info`, or `.debug_types` of version 4. */
  readonly section: string;
  readonly offset: number;
  readonly end: number;
  readonly version: number;
  /** One of `DW_UT`. */
  readonly type: number;
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
  /** Of a type unit. */
  readonly signature: bigint;
  /** Of a type unit: offset of the type's entry in the unit. */
  readonly typeOffset: number;
  readonly #firstEntry: number;
  readonly #abbreviationOffset: number;
  readonly #tables: Map<number, Map<number, Abbreviation>>;
  readonly #sizes = new Map<Abbreviation, number>();
  #root: Entry | undefined;
  stringOffsetsBase: number;
  addressBase = 0;
  rangeListsBase = 0;
  locationListsBase = 0;

  /** Reads the header at the cursor; `tables` are the abbreviations known so far, by offset. */
  constructor(
    sections: DebugSections,
    section: string,
    cursor: Cursor,
    tables: Map<number, Map<number, Abbreviation>>,
  ) {
    this.sections = sections;
    this.section = section;
    this.#tables = tables;
    this.offset = cursor.offset;
    const { end, offsetSize } = readUnitExtent(cursor);
    this.end = end;
    this.offsetSize = offsetSize;
    this.version = cursor.u16();
    const isTypes = section === ".debug_types";
    if (this.version < 2 || this.version > 5) {
      throw debugInformation(`the unit at offset ${this.offset} is of version ${this.version}`);
    }
    if (this.version >= 5) {
      this.type = cursor.u8();
      this.addressSize = cursor.u8();
      this.#abbreviationOffset = cursor.sectionOffset(offsetSize);
    } else {
      this.type = isTypes ? DW_UT.type : DW_UT.compile;
      this.#abbreviationOffset = cursor.sectionOffset(offsetSize);
      this.addressSize = cursor.u8();
    }
    this.signature = 0n;
    this.typeOffset = 0;
    if (this.type === DW_UT.type || this.type === DW_UT.split_type) {
      this.signature = cursor.u64();
      this.typeOffset = cursor.sectionOffset(offsetSize);
    } else if (this.type === DW_UT.skeleton || this.type === DW_UT.split_compile) cursor.skip(8);
    if (![1, 2, 4, 8].includes(this.addressSize)) {
      throw debugInformation(
        `the unit at offset ${this.offset} has addresses of ${this.addressSize} bytes`,
      );
    }
    this.#firstEntry = cursor.offset;
    this.stringOffsetsBase = this.version >= 5 ? 2 * offsetSize : 0;
  }

  /** The entry that describes the unit. Throws `ElfError` when the unit is damaged. */
  get root(): Entry {
    if (this.#root === undefined) {
      const root = this.entryAt(this.#firstEntry);
      if (root === undefined) throw debugInformation(`the unit at ${this.offset} is empty`);
      // Bases first: other attributes of this very entry may depend on them.
      this.stringOffsetsBase = root.offsetOf(DW_AT.str_offsets_base) ?? this.stringOffsetsBase;
      this.addressBase = root.offsetOf(DW_AT.addr_base) ?? root.offsetOf(DW_AT.GNU_addr_base) ?? 0;
      this.rangeListsBase = root.offsetOf(DW_AT.rnglists_base) ?? 0;
      this.locationListsBase = root.offsetOf(DW_AT.loclists_base) ?? 0;
      this.#root = root;
    }
    return this.#root;
  }

  /** The entry at an offset of the section; undefined for the null entry that ends a list. */
  entryAt(offset: number): Entry | undefined {
    const cursor = this.cursor(offset);
    const code = cursor.uleb();
    if (code === 0) return undefined;
    const abbreviation = this.#abbreviations().get(code);
    if (abbreviation === undefined) {
      throw debugInformation(`the entry at offset ${offset} has the unknown abbreviation ${code}`);
    }
    return new Entry(this, offset, abbreviation, cursor.offset);
  }

  /**
   * Whether some variable's place depends on the pc, as in optimised code: then the compiler also
   * says where parameters are before the prologue has run.
   */
  get hasLocationLists(): boolean {
    for (const { attributes } of this.#abbreviations().values()) {
      for (const { name, form } of attributes) {
        if (name === DW_AT.location && listForms.has(form)) return true;
      }
    }
    return false;
  }

  /** A cursor in this unit. */
  cursor(offset: number): Cursor {
    return this.sections.cursor(this.section, offset, this.end);
  }

  /** Size in bytes of all values of an abbreviation, or -1 if it differs between entries. */
  sizeOf(abbreviation: Abbreviation): number {
    let size = this.#sizes.get(abbreviation);
    if (size === undefined) {
      size = 0;
      for (const { form } of abbreviation.attributes) {
        const own = formSize(form, this);
        size = own === undefined || size < 0 ? -1 : size + own;
      }
      this.#sizes.set(abbreviation, size);
    }
    return size;
  }

  #abbreviations(): Map<number, Abbreviation> {
    let table = this.#tables.get(this.#abbreviationOffset);
    if (table === undefined) {
      table = readAbbreviations(this.sections, this.#abbreviationOffset);
      this.#tables.set(this.#abbreviationOffset, table);
    }
    return table;
  }
}

/** A debugging information entry. */
export class Entry {
  readonly unit: Unit;
  /** Where it is in the section. */
  readonly offset: number;
  readonly abbreviation: Abbreviation;
  readonly #values: number;
  #end = -1;

  constructor(unit: Unit, offset: number, abbreviation: Abbreviation, values: number) {
    this.unit = unit;
    this.offset = offset;
    this.abbreviation = abbreviation;
    this.#values = values;
  }

  /** One of `DW_TAG`. */
  get tag(): number {
    return this.abbreviation.tag;
  }

  /** The value of an attribute (one of `DW_AT`), undefined where the entry does not have it. */
  attribute(name: number): AttributeValue | undefined {
    const { attributes } = this.abbreviation;
    if (!attributes.some((attribute) => attribute.name === name)) return undefined;
    const cursor = this.unit.cursor(this.#values);
    for (const { name: own, form, implicit } of attributes) {
      if (own === name) return readForm(cursor, form, this.unit, implicit);
      skipForm(cursor, form, this.unit);
    }
    return undefined;
  }

  /** All attributes with their values, in order. */
  *attributes(): Generator<[name: number, value: AttributeValue]> {
    const cursor = this.unit.cursor(this.#values);
    for (const { name, form, implicit } of this.abbreviation.attributes) {
      yield [name, readForm(cursor, form, this.unit, implicit)];
    }
  }

  /** A string attribute. */
  string(name: number): string | undefined {
    const value = this.attribute(name);
    return value?.kind === "string" ? value.value : undefined;
  }

  /** A constant as a number; exact within ±2^53. */
  number(name: number): number | undefined {
    const value = this.attribute(name);
    return value?.kind === "constant" ? Number(value.value) : undefined;
  }

  /** An address attribute. */
  address(name: number): bigint | undefined {
    const value = this.attribute(name);
    return value?.kind === "address" ? value.value : undefined;
  }

  /** A flag; false where absent. */
  flag(name: number): boolean {
    const value = this.attribute(name);
    return value?.kind === "flag" ? value.value : false;
  }

  /** An expression; versions before 4 have them as blocks. */
  expression(name: number): Uint8Array | undefined {
    const value = this.attribute(name);
    return value?.kind === "expression" || value?.kind === "block" ? value.value : undefined;
  }

  /** An offset in another section; versions before 4 have them as constants. */
  offsetOf(name: number): number | undefined {
    const value = this.attribute(name);
    if (value?.kind === "offset") return value.value;
    const isOld = this.unit.version < 4 && value?.kind === "constant";
    return isOld ? Number(value.value) : undefined;
  }

  /** Offset of the entry that an attribute refers to; undefined for those of other files. */
  reference(name: number): number | undefined {
    const value = this.attribute(name);
    return value?.kind === "reference" ? value.value : undefined;
  }

  /** Offset of what follows the values: the first child, or the next entry. */
  get end(): number {
    if (this.#end < 0) {
      const size = this.unit.sizeOf(this.abbreviation);
      if (size >= 0) this.#end = this.#values + size;
      else {
        const cursor = this.unit.cursor(this.#values);
        for (const { form } of this.abbreviation.attributes) skipForm(cursor, form, this.unit);
        this.#end = cursor.offset;
      }
    }
    return this.#end;
  }

  /** The entry's children, in order. Throws `ElfError` where the tree is damaged. */
  *children(): Generator<Entry> {
    if (!this.abbreviation.hasChildren) return;
    let offset = this.end;
    while (offset < this.unit.end) {
      const child = this.unit.entryAt(offset);
      if (child === undefined) return;
      yield child;
      offset = child.#next();
    }
  }

  /** Offset of the next entry of the same parent. */
  #next(): number {
    if (!this.abbreviation.hasChildren) return this.end;
    const sibling = this.reference(DW_AT.sibling);
    if (sibling !== undefined && sibling > this.offset) return sibling;
    let depth = 1;
    let offset = this.end;
    while (depth > 0 && offset < this.unit.end) {
      const entry = this.unit.entryAt(offset);
      if (entry === undefined) {
        depth--;
        offset++;
      } else {
        if (entry.abbreviation.hasChildren) depth++;
        offset = entry.end;
      }
      checkDepth(depth, offset);
    }
    return offset;
  }
}

/** Throws `ElfError` when a tree is deeper than compilers make it. */
function checkDepth(depth: number, offset: number): void {
  if (depth > maximalDepth) {
    throw debugInformation(
      `the entry at offset ${offset} is nested more than ${maximalDepth} deep`,
    );
  }
}

/** Whether an entry groups others without meaning for scopes of code. */
export function isNamespace(tag: number): boolean {
  return (
    tag === DW_TAG.namespace ||
    tag === DW_TAG.module ||
    tag === DW_TAG.structure_type ||
    tag === DW_TAG.class_type ||
    tag === DW_TAG.union_type ||
    tag === DW_TAG.interface_type
  );
}
