/**
 * The types of a program's data. Compilers describe them in `.debug_info`, a source that was
 * assembled here by its directives; where nothing is described, the size of the symbol and what stands there decide: text is text, else
 * integers.
 */
import { DW_AT, DW_TAG } from "../elf/dwarf/constants.ts";
import type { Entry } from "../elf/dwarf/entry.ts";
import type { ElfSymbol } from "../elf/model.ts";
import {
  codeType,
  doubleType,
  floatType,
  type IntegerType,
  integerOfBytes,
  integerType,
  intType,
  signedCharType,
  type Type,
  typeOfZeros,
  unsignedCharType,
  voidType,
} from "./expressions/types.ts";
import type { Program } from "./program.ts";

/** Text longer than this is not looked for, in bytes. */
const longestText = 4096;
/** Types that refer to each other further than this are cut off. */
const deepest = 16;

/** DWARF's encodings of base types (DWARF 5, section 7.8). */
const encodings = { boolean: 2, float: 4, signed: 5, signedChar: 6, unsigned: 7, unsignedChar: 8 };

/** The types of one program's data, by symbol and by name. */
export class DataTypes {
  readonly #program: Program;
  /** The compiler's types of variables by name. */
  #described: Map<string, Entry> | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  /** The type of a data symbol. */
  typeOf(symbol: ElfSymbol): Type {
    const described = this.#describedVariables().get(symbol.name);
    const type = described && this.#typeOfEntry(described.reference(DW_AT.type), 0);
    if (type !== undefined) return type;
    const declared = this.#program.declaredTypes.get(symbol.name);
    if (declared !== undefined) return withText(declared, symbol);
    if (symbol.size > 0n) return typeOfSize(Number(symbol.size), this.#program.file.class);
    const extent = this.#program.extentOf(symbol);
    if (extent <= longestText && isText(initialBytes(symbol, extent))) {
      return { kind: "array", of: integerOfBytes[1]!, count: extent };
    }
    return typeOfSize(extent, this.#program.file.class);
  }

  /** The variables at the top level of all units. */
  #describedVariables(): Map<string, Entry> {
    if (this.#described !== undefined) return this.#described;
    this.#described = new Map();
    for (const { unit } of this.#program.debug.compileUnits) {
      if (!unit.root.abbreviation.hasChildren) continue;
      for (let offset = unit.root.end; offset < unit.end; ) {
        const entry = unit.entryAt(offset);
        if (entry === undefined) break;
        const name = entry.tag === DW_TAG.variable ? entry.string(DW_AT.name) : undefined;
        if (name !== undefined && entry.reference(DW_AT.type) !== undefined)
          this.#described.set(name, entry);
        offset = behind(entry, unit.end);
      }
    }
    return this.#described;
  }

  #typeOfEntry(offset: number | undefined, depth: number): Type | undefined {
    const entry = offset === undefined ? undefined : this.#program.debug.info.entryAt(offset);
    if (entry === undefined || depth > deepest) return undefined;
    const size = entry.number(DW_AT.byte_size) ?? 0;
    const target = () => this.#typeOfEntry(entry.reference(DW_AT.type), depth + 1);
    switch (entry.tag) {
      case DW_TAG.base_type:
        return baseType(entry.string(DW_AT.name) ?? "int", entry.number(DW_AT.encoding) ?? 0, size);
      case DW_TAG.typedef:
      case DW_TAG.const_type:
      case DW_TAG.volatile_type:
        return target();
      case DW_TAG.enumeration_type:
        return integerOfBytes[size];
      case DW_TAG.pointer_type: {
        const isTyped = entry.reference(DW_AT.type) !== undefined;
        return { kind: "pointer", to: isTyped ? (target() ?? codeType) : voidType };
      }
      case DW_TAG.array_type: {
        const of = target();
        return of && this.#arrayOf(entry, of);
      }
      default:
        return size > 0 ? typeOfSize(size, this.#program.file.class) : undefined;
    }
  }

  /** An array type, whose children are its dimensions, the outermost first. */
  #arrayOf(entry: Entry, of: Type): Type | undefined {
    const counts: number[] = [];
    for (let offset = entry.end; ; ) {
      const child = entry.unit.entryAt(offset);
      if (child === undefined) break;
      const last = child.number(DW_AT.upper_bound);
      const count = child.number(DW_AT.count) ?? (last === undefined ? undefined : last + 1);
      if (count === undefined || count < 1) return undefined;
      counts.push(count);
      offset = behind(child, entry.unit.end);
    }
    return counts.reduceRight<Type>((type, count) => ({ kind: "array", of: type, count }), of);
  }
}

/** The offset behind an entry and its children. */
function behind(entry: Entry, end: number): number {
  if (!entry.abbreviation.hasChildren) return entry.end;
  const sibling = entry.reference(DW_AT.sibling);
  if (sibling !== undefined && sibling > entry.offset) return sibling;
  let offset = entry.end;
  while (offset < end) {
    const child = entry.unit.entryAt(offset);
    if (child === undefined) return offset + 1;
    offset = behind(child, end);
  }
  return end;
}

function baseType(name: string, encoding: number, size: number): Type | undefined {
  if (encoding === encodings.float)
    return size === 4 ? floatType : size === 8 ? doubleType : undefined;
  if (encoding === encodings.unsignedChar && size === 1) return { ...unsignedCharType, name };
  const bits = (size * 8) as IntegerType["bits"];
  if (integerOfBytes[size] === undefined) return undefined;
  const isSigned = encoding === encodings.signed || encoding === encodings.signedChar;
  return integerType(bits, isSigned, name);
}

/** A type for so many bytes of which nothing is known. */
function typeOfSize(size: number, xlen: 32 | 64): Type {
  const single = size === 8 && xlen === 32 ? undefined : integerOfBytes[size];
  if (single !== undefined) return single;
  if (size === 0) return intType;
  return typeOfZeros(size);
}

/** Bytes in a list that are letters, with a NUL at their end, are text. */
function withText(type: Type, symbol: ElfSymbol): Type {
  if (type.kind !== "array" || type.of !== signedCharType) return type;
  const { count } = type;
  return isText(initialBytes(symbol, count)) ? { ...type, of: integerOfBytes[1]! } : type;
}

/** What the file has at a symbol before the program runs; empty for zeroed memory. */
function initialBytes({ section, value }: ElfSymbol, length: number): Uint8Array {
  if (typeof section === "string") return new Uint8Array(0);
  const start = Number(value - section.address);
  return section.data.subarray(start, start + length);
}

/** Bytes that may follow the NUL of a text, for the alignment of what comes next. */
const longestPadding = 7;

/** Whether the bytes are text, with a NUL at its end or without, and no integer that looks like one. */
function isText(bytes: Uint8Array): boolean {
  const isScalar = integerOfBytes[bytes.length] !== undefined;
  const nul = bytes.indexOf(0);
  if (nul < 0) return bytes.length > 2 && !isScalar && bytes.every(isPrinting);
  if (nul < 2 || !bytes.subarray(0, nul).every(isPrinting)) return false;
  const zeros = bytes.length - nul;
  const isPadding = bytes.subarray(nul).every((byte) => byte === 0);
  return isPadding && zeros <= (isScalar ? 1 : 1 + longestPadding);
}

/** ASCII, with the controls that text has, and the bytes of UTF-8 beyond. */
function isPrinting(byte: number): boolean {
  return (byte >= 32 && byte < 127) || (byte >= 9 && byte <= 13) || byte >= 128;
}
