/**
 * Debug sections under construction: bytes with relocations and the symbols that these need. Used
 * by the writers of this folder.
 */
import { ByteWriter } from "../bytes.ts";
import { R_RISCV, SHF, SHT, STB, STT, STV } from "../constants.ts";
import type { ElfSymbol, Relocation, Section } from "../model.ts";

/** A place in code: a symbol (a label of its own, where code may be relaxed) plus bytes. */
export interface CodePlace {
  symbol: ElfSymbol;
  addend?: bigint;
}

/** The address of a place as far as the assembler knows it; exact before relaxation. */
export function placeValue({ symbol, addend = 0n }: CodePlace): bigint {
  return symbol.value + addend;
}

/** A new empty section with the flags of its kind. */
export function emptySection(name: string, changes: Partial<Section> = {}): Section {
  return {
    name,
    type: SHT.PROGBITS,
    flags: 0n,
    address: 0n,
    size: 0n,
    data: new Uint8Array(0),
    alignment: 1n,
    entrySize: 0n,
    link: 0,
    info: 0,
    relocations: [],
    ...changes,
  };
}

/** A new section of zero-terminated strings that a linker may merge. */
function stringSection(name: string): Section {
  return emptySection(name, { flags: SHF.MERGE | SHF.STRINGS, entrySize: 1n });
}

/** A local symbol that stands for a section. */
export function sectionSymbol(section: Section): ElfSymbol {
  return { ...localLabel(section, 0n), name: "", type: STT.SECTION };
}

/** A local label without a name that anybody would use, as GNU `as` makes them. */
export function localLabel(section: Section, value: bigint): ElfSymbol {
  return {
    name: ".L0 ",
    value,
    size: 0n,
    binding: STB.LOCAL,
    type: STT.NOTYPE,
    visibility: STV.DEFAULT,
    section,
  };
}

/** Bytes appended to a section; `finish` stores them there. */
export class SectionBuilder extends ByteWriter {
  readonly section: Section;
  readonly addressSize: 4 | 8;
  readonly #relocations: Relocation[];

  /** Goes on where the section's content ends. */
  constructor(section: Section, addressSize: 4 | 8) {
    super();
    this.section = section;
    this.addressSize = addressSize;
    this.bytes(section.data);
    this.#relocations = section.relocations;
  }

  #relocate(type: number, { symbol, addend = 0n }: CodePlace, offset = this.length): void {
    this.#relocations.push({ offset: BigInt(offset), type, symbol, addend });
  }

  /** The address of a place. */
  address(place: CodePlace): this {
    this.#relocate(this.addressSize === 8 ? R_RISCV[64] : R_RISCV[32], place);
    return this.integer(this.addressSize, 0n);
  }

  /** A 32-bit offset: a symbol of a debug section. */
  reference(symbol: ElfSymbol): this {
    this.#relocate(R_RISCV[32], { symbol });
    return this.u32(0);
  }

  /** A 32-bit distance from here. */
  relative(place: CodePlace): this {
    this.#relocate(R_RISCV["32_PCREL"], place);
    return this.u32(0);
  }

  /** A distance in 2, 4 or 8 bytes, which follows the code when it shrinks. */
  difference(size: 2 | 4 | 8, from: CodePlace, to: CodePlace): this {
    const types = {
      2: [R_RISCV.ADD16, R_RISCV.SUB16],
      4: [R_RISCV.ADD32, R_RISCV.SUB32],
      8: [R_RISCV.ADD64, R_RISCV.SUB64],
    } as const;
    this.#relocate(types[size][0], to);
    this.#relocate(types[size][1], from);
    return this.integer(size, 0n);
  }

  /**
   * A distance that the linker sets anew, in the low 6 bits of a byte that holds an opcode, or in 1,
   * 2 or 4 bytes; it must fit.
   */
  distance(bits: 6 | 8 | 16 | 32, from: CodePlace, to: CodePlace, opcode = 0): this {
    const types = {
      6: [R_RISCV.SET6, R_RISCV.SUB6],
      8: [R_RISCV.SET8, R_RISCV.SUB8],
      16: [R_RISCV.SET16, R_RISCV.SUB16],
      32: [R_RISCV.SET32, R_RISCV.SUB32],
    } as const;
    this.#relocate(types[bits][0], to);
    this.#relocate(types[bits][1], from);
    const distance = placeValue(to) - placeValue(from);
    return this.integer(Math.ceil(bits / 8), BigInt(opcode) | distance);
  }

  /** Leaves room for the length of a unit; returns a function that fills it in. */
  unitLength(): () => void {
    const at = this.length;
    this.u32(0);
    return () => this.patchU32(at, this.length - at - 4);
  }

  /** Stores the bytes in the section and returns it. */
  store(): Section {
    this.section.data = this.finish();
    this.section.size = BigInt(this.section.data.length);
    return this.section;
  }
}

/** Strings in a section, each stored once and named by a label of its own. */
export class StringPool {
  readonly section: Section;
  readonly symbols: ElfSymbol[] = [];
  readonly #labels = new Map<string, ElfSymbol>();
  readonly #bytes = new ByteWriter();

  constructor(name: string) {
    this.section = stringSection(name);
  }

  /** The label of a string. */
  label(text: string): ElfSymbol {
    let label = this.#labels.get(text);
    if (label === undefined) {
      label = localLabel(this.section, BigInt(this.#bytes.length));
      this.#bytes.string(text);
      this.#labels.set(text, label);
      this.symbols.push(label);
      this.section.data = this.#bytes.finish();
      this.section.size = BigInt(this.section.data.length);
    }
    return label;
  }
}
