/**
 * The types of a program's data. Compilers describe them in `.debug_info`, a source that was
 * assembled here by its directives; where nothing is described, the size of the symbol and what stands there decide: text is text, else
 * integers.
 */
import { DW_AT, DW_TAG } from "../elf/dwarf/constants.ts";
import type { Entry } from "../elf/dwarf/entry.ts";
import type { ElfSymbol } from "../elf/model.ts";
import type { DwarfTypes } from "./dwarf-types.ts";
import {
  integerOfBytes,
  intType,
  signedCharType,
  type Type,
  typeOfZeros,
} from "./expressions/types.ts";
import type { Program } from "./program.ts";

/** Text longer than this is not looked for, in bytes. */
const longestText = 4096;
/** The types of one program's data, by symbol and by name. */
export class DataTypes {
  readonly #program: Program;
  /** The compiler's types of variables by name. */
  #described: Map<string, Entry> | undefined;

  constructor(program: Program) {
    this.#program = program;
  }

  get #dwarf(): DwarfTypes {
    return this.#program.types;
  }

  /** The type of a data symbol. */
  typeOf(symbol: ElfSymbol): Type {
    const described = this.#describedVariables().get(symbol.name);
    const type = described && this.#dwarf.typeOf(described);
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
