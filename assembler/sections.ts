/**
 * Sections while a file is assembled. A section consists of subsections, a subsection of fragments,
 * a fragment of bytes that are final in number and a tail whose size only relaxation settles: an
 * alignment, a space, a branch that may need two instructions, a LEB128 number. Fixups are places
 * to be filled when all addresses are known, and may become relocations.
 */
import { SHF, SHT } from "../elf/constants.ts";
import type { Architecture } from "../isa/architecture.ts";
import type { Expression } from "./expressions.ts";
import { FixupList } from "./fixups.ts";
import type { AssemblySymbol, Mention } from "./symbols.ts";

/** Sections larger than this are an error: no program of ours needs them, and memory is finite. */
export const sectionLimit = 0x8000000;

/** What follows the fixed bytes of a fragment. */
export type Tail =
  | {
      readonly kind: "align";
      /** A power of two, in bytes. */
      readonly alignment: number;
      /** The byte to fill with; in code that has none, no-operations. */
      readonly fill: { value: bigint; width: number } | undefined;
      /** More than this many bytes: no alignment. */
      readonly maximum: number;
      readonly hasCompressed: boolean;
      /** Where a fill value of some bytes was asked for. */
      readonly mention?: Mention;
    }
  | {
      readonly kind: "origin";
      readonly target: Expression;
      readonly fill: number;
      readonly mention: Mention;
    }
  | {
      readonly kind: "space";
      readonly count: Expression;
      readonly pattern: Uint8Array;
      readonly mention: Mention;
    }
  | {
      readonly kind: "branch";
      /** A jump has no long form; a conditional branch goes around a jump. */
      readonly isJump: boolean;
      /** The two-byte form, where there is one. */
      readonly short: number | undefined;
      /** The four-byte form, without its offset. */
      readonly long: number;
      readonly target: AssemblySymbol;
      readonly addend: bigint;
      readonly mention: Mention;
    }
  | {
      readonly kind: "leb128";
      readonly value: Expression;
      readonly isSigned: boolean;
      /** Whether it stays as it is, although the linker may shorten code. */
      readonly isSettled?: boolean;
      readonly mention: Mention;
    }
  | {
      readonly kind: "advance";
      /** DW_CFA_advance_loc by this difference. */
      readonly from: AssemblySymbol;
      readonly to: AssemblySymbol;
    }
  | {
      /** A step of the line table to the next row, or to the end of its sequence. */
      readonly kind: "row";
      /** By how many lines; undefined at the end. */
      readonly change: number | undefined;
      /** Bytes of an address. */
      readonly word: number;
      readonly from: AssemblySymbol;
      readonly to: AssemblySymbol;
    };

/** A run of bytes and its tail. */
export class Fragment {
  readonly subsection: Subsection;
  /** Where its bytes begin in the subsection's buffer. */
  start: number;
  /** How many bytes are fixed. */
  length = 0;
  tail: Tail | undefined;
  /** Bytes that the tail takes, as far as relaxation has got. */
  tailSize = 0;
  /** Offset of the fragment in its section; final after relaxation. */
  address = 0;
  /** Position in its subsection. */
  index: number;

  constructor(subsection: Subsection, start: number) {
    this.subsection = subsection;
    this.start = start;
    this.index = subsection.fragments.length;
  }
}

/** A place in a subsection. */
export interface BytePlace {
  readonly fragment: Fragment;
  readonly offset: number;
}

/** Bytes that were appended, and the fragments that they are in. */
export interface Piece {
  readonly fragments: readonly Fragment[];
  readonly bytes: Uint8Array;
}

/** One numbered part of a section. */
export class Subsection {
  readonly section: SectionBuilder;
  readonly number: number;
  readonly fragments: Fragment[] = [];
  bytes = new Uint8Array(256);
  #length = 0;
  current: Fragment;
  /** Whether a distance in it was asked for before it was laid out. */
  isMeasured = false;

  constructor(section: SectionBuilder, number: number) {
    this.section = section;
    this.number = number;
    this.current = this.#open();
  }

  /** Appends a number of 1 to 8 bytes, little-endian, modulo its width. */
  append(value: number, size: number): void {
    const at = this.#grow(size);
    if (at < 0) return;
    const { bytes } = this;
    for (let index = 0; index < size; index++) {
      bytes[at + index] = value;
      value = index === 3 ? Math.floor(value / 256) : value >> 8;
    }
  }

  /** Appends one byte. */
  appendByte(value: number): void {
    const at = this.#grow(1);
    if (at >= 0) this.bytes[at] = value;
  }

  /** Appends a whole number of up to 53 bits in 8 bytes. */
  appendLong(value: number): void {
    this.append(value >>> 0, 4);
    this.append(Math.floor(value / 2 ** 32) >>> 0, 4);
  }

  /** Appends a number of any width in bytes, little-endian, modulo its width. */
  appendBig(value: bigint, size: number): void {
    const at = this.#grow(size);
    if (at < 0) return;
    for (let index = 0; index < size; index++) {
      this.bytes[at + index] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)));
    }
  }

  /** Appends bytes. */
  appendBytes(data: ArrayLike<number>): void {
    const at = this.#grow(data.length);
    if (at >= 0) this.bytes.set(data, at);
  }

  /** Appends zeros. */
  appendZeros(count: number): void {
    this.#grow(count);
  }

  /** A copy of what a fragment got behind its first `from` bytes. */
  since({ start, length }: Fragment, from: number): Uint8Array {
    return this.bytes.slice(start + from, start + length);
  }

  /** Ends the current fragment with a tail of a size to be found, and opens the next. */
  close(tail: Tail | undefined): Fragment {
    const closed = this.current;
    closed.tail = tail;
    this.current = this.#open();
    return closed;
  }

  /** Has something append bytes, and takes them and their fragments off again. */
  trial(append: () => void): Piece {
    const { current } = this;
    const [length, count] = [this.#length, this.fragments.length];
    this.#open();
    append();
    const bytes = this.bytes.slice(length, this.#length);
    this.bytes.fill(0, length, this.#length);
    this.#length = length;
    this.current = current;
    return { fragments: this.fragments.splice(count), bytes };
  }

  /**
   * Puts a piece in the place of what stands between two places. The first fragment's bytes come to
   * the one that the place is in; returns where what stood behind now is.
   */
  exchange(from: BytePlace, to: BytePlace, { fragments, bytes }: Piece): BytePlace {
    const { fragment: head } = from;
    const { fragment: foot } = to;
    const [start, end] = [head.start + from.offset, foot.start + to.offset];
    const by = this.#exchangeBytes(start, end, bytes);
    const [first, ...others] = fragments;
    const rest = foot.length - to.offset;
    const { tail } = foot;
    head.length = from.offset + (first?.length ?? 0);
    head.tail = first?.tail;
    let last = head;
    for (const other of others) {
      other.start = last.start + last.length;
      last = other;
    }
    const offset = last.length;
    last.length += rest;
    last.tail = tail;
    this.fragments.splice(head.index + 1, foot.index - head.index, ...others);
    if (this.current === foot) this.current = last;
    const isBehind = head.index + others.length;
    for (let index = head.index + 1; index < this.fragments.length; index++) {
      const fragment = this.fragments[index] as Fragment;
      fragment.index = index;
      if (index > isBehind) fragment.start += by;
    }
    return { fragment: last, offset };
  }

  /** Puts other bytes in the place of some; returns how many more there are. */
  #exchangeBytes(start: number, end: number, bytes: Uint8Array): number {
    const by = bytes.length - (end - start);
    const length = this.#length;
    if (by !== 0) {
      this.#reserve(length + by);
      this.bytes.copyWithin(end + by, end, length);
      if (by < 0) this.bytes.fill(0, length + by, length);
      this.#length = length + by;
    }
    this.bytes.set(bytes, start);
    return by;
  }

  #open(): Fragment {
    const fragment = new Fragment(this, this.#length);
    this.fragments.push(fragment);
    this.current = fragment;
    return fragment;
  }

  /** Makes room; returns where, or −1 when the section is full. */
  #grow(count: number): number {
    const at = this.#length;
    if (at + count > sectionLimit) {
      this.section.hasOverflowed = true;
      return -1;
    }
    this.#length += count;
    this.current.length += count;
    this.#reserve(this.#length);
    return at;
  }

  #reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
  }
}

/** A section of the file that is assembled. */
export class SectionBuilder {
  readonly name: string;
  type: number;
  #flags = 0n;
  /** What the flags say, for those who ask at each line. */
  isCode = false;
  isLoaded = false;
  isThreadLocal = false;
  entrySize: bigint;
  group: string | undefined;
  /** Greatest alignment asked for, in bytes. */
  alignment = 1;
  readonly #subsections = new Map<number, Subsection>();
  readonly fixups = new FixupList();
  /** `R_RISCV_ALIGN` and other relocations that need no value. */
  readonly markers: { fragment: Fragment; offset: number; type: number; addend: bigint }[] = [];
  /** Relocations as `.reloc` has them. */
  readonly relocations: {
    place: Expression;
    type: number;
    value: Expression | undefined;
    mention: Mention;
  }[] = [];
  /** Whether more was put into it than a section may have. */
  hasOverflowed = false;
  /** Whether an instruction was put into it. */
  hasCode = false;
  /** What its bytes are at present, by the last mapping symbol, and for which architecture. */
  contents: "instructions" | "data" | undefined;
  mappedArchitecture: Architecture | undefined;
  /** The symbol that stands for it in the symbol table. */
  symbol: AssemblySymbol | undefined;
  /** Whether the assembler made it, and no directive about sections. */
  isImplied = false;
  /** Whether its end was aligned already. */
  isPadded = false;
  /** Mapping symbols in the order in which they were made. */
  readonly mappings: AssemblySymbol[] = [];
  /** Where it must be in memory; undefined where the linker chooses. */
  address: bigint | undefined;
  /** Whether it is in a group of which the linker keeps one; what is said first holds. */
  isComdat = false;
  /** Name of the section, or of a symbol in the section, that SHF_LINK_ORDER refers to. */
  linkedTo: string | undefined;

  constructor(name: string, type: number, flags: bigint, entrySize = 0n) {
    this.name = name;
    this.type = type;
    this.flags = flags;
    this.entrySize = entrySize;
  }

  get flags(): bigint {
    return this.#flags;
  }

  set flags(flags: bigint) {
    this.#flags = flags;
    this.isCode = (flags & SHF.EXECINSTR) !== 0n;
    this.isLoaded = (flags & SHF.ALLOC) !== 0n;
    this.isThreadLocal = (flags & SHF.TLS) !== 0n;
  }

  get isZeros(): boolean {
    return this.type === SHT.NOBITS;
  }

  /** The subsection of a number, made when it is new. */
  subsection(number: number): Subsection {
    const known = this.#subsections.get(number);
    if (known !== undefined) return known;
    const subsection = new Subsection(this, number);
    this.#subsections.set(number, subsection);
    return subsection;
  }

  /** All fragments in the order of the object file. */
  fragments(): readonly Fragment[] {
    if (this.#subsections.size === 1) {
      for (const { fragments } of this.#subsections.values()) return fragments;
    }
    return [...this.#subsections.values()]
      .sort((a, b) => a.number - b.number)
      .flatMap((subsection) => subsection.fragments);
  }
}

const { ALLOC, WRITE, EXECINSTR, TLS, EXCLUDE } = SHF;

/** Type and flags of the sections that names alone decide. GNU as manual, "`.section`". */
const known: readonly [pattern: RegExp, type: number, flags: bigint][] = [
  [/^\.text(\.|$)|^\.(init|fini|plt)$/, SHT.PROGBITS, ALLOC | EXECINSTR],
  [/^\.(data|persistent|gnu\.linkonce\.p)(\.(?!bss$)|$)/, SHT.PROGBITS, ALLOC | WRITE],
  [/^\.(data1|got)$/, SHT.PROGBITS, ALLOC | WRITE],
  [/^\.(bss|noinit|gnu\.linkonce\.[bn])(\.|$)/, SHT.NOBITS, ALLOC | WRITE],
  [/^\.persistent\.bss$/, SHT.NOBITS, ALLOC | WRITE],
  [/^\.rodata(\.|$)|^\.rodata1$/, SHT.PROGBITS, ALLOC],
  [/^\.tdata(\.|$)/, SHT.PROGBITS, ALLOC | WRITE | TLS],
  [/^\.tbss(\.|$)/, SHT.NOBITS, ALLOC | WRITE | TLS],
  [/^\.preinit_array(\.|$)/, SHT.PREINIT_ARRAY, ALLOC | WRITE],
  [/^\.init_array(\.|$)/, SHT.INIT_ARRAY, ALLOC | WRITE],
  [/^\.fini_array(\.|$)/, SHT.FINI_ARRAY, ALLOC | WRITE],
  [
    /^\.(note\.GNU-stack|comment|interp|line|debug(_(line|info|abbrev|aranges))?)$/,
    SHT.PROGBITS,
    0n,
  ],
  [/^\.note/, SHT.NOTE, 0n],
  [/^\.(strtab|shstrtab|stabstr)$/, SHT.STRTAB, 0n],
  [/^\.dynstr$/, SHT.STRTAB, ALLOC],
  [/^\.gnu\.lto_/, SHT.PROGBITS, EXCLUDE],
];

/** What a section is by its name alone. */
export function sectionDefaults(name: string): { type: number; flags: bigint; isKnown: boolean } {
  for (const [pattern, type, flags] of known) {
    if (pattern.test(name)) return { type, flags, isKnown: true };
  }
  return { type: SHT.PROGBITS, flags: 0n, isKnown: false };
}
