/**
 * Appends to a section that the assembler itself makes: numbers, strings, and values that only the
 * layout or the linker knows. Labels and section symbols take their places in the symbol table when
 * they are made or first used, which is the order of GNU as.
 */
import { SHF } from "../elf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { difference, type Expression, symbolValue } from "./expressions.ts";
import { encodeLeb128 } from "./leb128.ts";
import type { Fragment, SectionBuilder, Subsection } from "./sections.ts";
import type { AssemblySymbol, Mention } from "./symbols.ts";

/** Bytes of a string with its zero. */
const bytesOf = (text: string) => new TextEncoder().encode(`${text}\0`);

/** Writes one section of debug information. */
export class DebugWriter {
  readonly assembler: Assembler;
  readonly section: SectionBuilder;
  readonly subsection: Subsection;
  readonly #mention: Mention;

  constructor(assembler: Assembler, name: string, alignment = 1) {
    this.assembler = assembler;
    this.section = assembler.impliedSection(name);
    if (this.section.isImplied) this.section.alignment = alignment;
    this.subsection = this.section.subsection(0);
    this.#mention = { source: assembler.unit.source, start: 0, end: 0 };
  }

  /** A writer of a section of strings, which linkers merge. */
  static strings(assembler: Assembler, name: string): DebugWriter {
    const writer = new DebugWriter(assembler, name);
    writer.section.flags |= SHF.MERGE | SHF.STRINGS;
    writer.section.entrySize = 1n;
    return writer;
  }

  /** Bytes of an address. */
  get word(): number {
    return this.assembler.xlen / 8;
  }

  /** A label for the current place. */
  label(): AssemblySymbol {
    const { current } = this.subsection;
    return this.assembler.symbols.place(current, current.length);
  }

  byte(byte: number): this {
    this.subsection.appendByte(byte);
    return this;
  }

  bytes(data: ArrayLike<number>): this {
    this.subsection.appendBytes(data);
    return this;
  }

  /** A number of 2 or 4 bytes. */
  number(value: number, size: 2 | 4): this {
    this.subsection.append(value, size);
    return this;
  }

  uleb(value: number): this {
    if (value < 0x80) this.subsection.appendByte(value);
    else this.subsection.appendBytes(encodeLeb128(BigInt(value), false));
    return this;
  }

  sleb(value: number): this {
    if (value >= -0x40 && value < 0x40) this.subsection.appendByte(value & 0x7f);
    else this.subsection.appendBytes(encodeLeb128(BigInt(value), true));
    return this;
  }

  string(text: string): this {
    this.subsection.appendBytes(bytesOf(text));
    return this;
  }

  zeros(count: number): this {
    this.subsection.appendZeros(count);
    return this;
  }

  /** A value of some bytes; `plus` is added as the number that it is by final addresses. */
  value(value: Expression, size: number, plus?: Expression): this {
    const { current, section } = this.subsection;
    section.fixups.push({
      fragment: current,
      offset: current.length,
      size,
      value,
      type: undefined,
      relax: false,
      mention: this.#mention,
      ...(plus === undefined ? {} : { plus }),
    });
    return this.zeros(size);
  }

  /** The address of a place. */
  address(symbol: AssemblySymbol, plus?: Expression): this {
    if (plus === undefined) return this.distance(symbol, undefined, this.word);
    return this.value(symbolValue(symbol), this.word, plus);
  }

  /** The address of a place in some bytes, less that of another. */
  distance(symbol: AssemblySymbol, other: AssemblySymbol | undefined, size: number): this {
    const { current, section } = this.subsection;
    const { source } = this.#mention;
    section.fixups.pushAddress(current, size, symbol, other, 0, source, 0, 0);
    return this.zeros(size);
  }

  /** An offset in another debug section, of 4 bytes. */
  offset(symbol: AssemblySymbol): this {
    return this.distance(symbol, undefined, 4);
  }

  /** The offset of a section's beginning, by its own symbol. */
  sectionOffset({ section }: DebugWriter): this {
    const { symbol } = section;
    if (symbol === undefined) return this.zeros(4);
    if (section.isImplied) {
      section.isImplied = false;
      this.assembler.symbols.moveLast(symbol);
    }
    return this.offset(symbol);
  }

  /** A number that the layout knows, as unsigned LEB128; no relocation follows it up. */
  settledUleb(value: Expression): this {
    const mention = this.#mention;
    this.subsection.close({ kind: "leb128", value, isSigned: false, isSettled: true, mention });
    return this;
  }

  /** Appends a string and returns its label. */
  labelled(text: string): AssemblySymbol {
    const label = this.label();
    this.string(text);
    return label;
  }

  /** A length of 4 bytes of what follows it, up to where the returned function is called. */
  length(): () => void {
    const end = this.label();
    const start = this.label();
    start.offset += 4;
    this.value(difference(end, start), 4);
    return () => {
      end.fragment = this.subsection.current;
      end.offset = this.subsection.current.length;
    };
  }
}

/** The first byte of a section. */
export function startOf(assembler: Assembler, section: SectionBuilder): AssemblySymbol {
  return assembler.symbols.place(section.fragments()[0] as Fragment, 0);
}

/** The place behind a section's last byte. */
export function endOf(assembler: Assembler, section: SectionBuilder): AssemblySymbol {
  const last = section.fragments().at(-1) as Fragment;
  return assembler.symbols.place(last, last.length);
}
