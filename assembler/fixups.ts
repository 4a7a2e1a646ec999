/**
 * Places of a section that are to be filled when all addresses are known, and may become
 * relocations. Most are addresses and distances in data, one for every few lines, or references of
 * instructions to one symbol: these are rows of columns, and become objects only where somebody
 * asks for one.
 */
import { type Expression, number, symbolValue } from "./expressions.ts";
import type { BytePlace, Fragment } from "./sections.ts";
import type { SourceText } from "./source.ts";
import { type AssemblySymbol, type Mention, movedMention } from "./symbols.ts";

/** A place to be filled when addresses are known. */
export interface Fixup {
  readonly fragment: Fragment;
  readonly offset: number;
  /** Bytes of the place. */
  readonly size: number;
  readonly value: Expression;
  /** What is added as the number that it is by final addresses, whatever the linker does later. */
  readonly plus?: Expression;
  /** One of `R_RISCV`; undefined for data, where size and expression decide. */
  readonly type: number | undefined;
  /** Whether the linker may shorten the code here. */
  readonly relax: boolean;
  /** Whether the last `.option` of the file must allow it too, as for pc-relative pairs. */
  readonly relaxAtEnd?: boolean;
  /** Whether it is of a jump, whose symbol GNU as comes to after those of all else. */
  readonly isJump?: boolean;
  readonly mention: Mention;
}

/** What a fixup refers to as one symbol and perhaps a number. */
export interface Reference {
  readonly size: number;
  readonly type: number;
  readonly relax: boolean;
  readonly relaxAtEnd: boolean;
  readonly isJump: boolean;
}

/** Columns of numbers, and how many there are. */
const column = { offset: 0, size: 1, start: 2, end: 3, type: 4, flags: 5, constant: 6 } as const;
const width = 8;

const flag = { relax: 1, relaxAtEnd: 2, isJump: 4 } as const;

/** In place of a type, for data. */
const untyped = -1;

/** The fixups of a section, in the order in which they were made. */
export class FixupList {
  readonly #fragments: Fragment[] = [];
  /**
   * Of each: its offset in the fragment, its size, where an address or reference begins and ends in
   * a source, and of a reference what it is and the number that is added.
   */
  #numbers = new Int32Array(64 * width);
  /** Of an address or reference its symbol, of all else undefined. */
  readonly #symbols: (AssemblySymbol | undefined)[] = [];
  readonly #others: (AssemblySymbol | undefined)[] = [];
  /** The source of an address or reference. */
  readonly #sources: (SourceText | undefined)[] = [];
  /** What is neither. */
  readonly #whole: (Fixup | undefined)[] = [];

  get length(): number {
    return this.#fragments.length;
  }

  /** Adds one of any kind. */
  push(fixup: Fixup): void {
    const { fragment, offset, size } = fixup;
    this.#add(fragment, offset, size, undefined, undefined, undefined, 0, 0);
    this.#whole[this.length - 1] = fixup;
  }

  /**
   * Adds an address at the end of what a fragment has so far, less another or more by a number of
   * 32 bits; it stands in a source.
   */
  pushAddress(
    fragment: Fragment,
    size: number,
    symbol: AssemblySymbol,
    other: AssemblySymbol | undefined,
    constant: number,
    source: SourceText,
    start: number,
    end: number,
  ): void {
    this.#add(fragment, fragment.length, size, symbol, other, source, start, end);
    this.#numbers[width * (this.length - 1) + column.constant] = constant;
  }

  /** Adds a reference to a symbol and a number of 32 bits, at a place of a fragment. */
  pushReference(
    fragment: Fragment,
    offset: number,
    { size, type, relax, relaxAtEnd, isJump }: Reference,
    symbol: AssemblySymbol,
    constant: number,
    { source, start, end }: Mention,
  ): void {
    this.#add(fragment, offset, size, symbol, undefined, source, start, end);
    const row = width * (this.length - 1);
    const numbers = this.#numbers;
    numbers[row + column.type] = type;
    numbers[row + column.flags] =
      (relax ? flag.relax : 0) | (relaxAtEnd ? flag.relaxAtEnd : 0) | (isJump ? flag.isJump : 0);
    numbers[row + column.constant] = constant;
  }

  #add(
    fragment: Fragment,
    offset: number,
    size: number,
    symbol: AssemblySymbol | undefined,
    other: AssemblySymbol | undefined,
    source: SourceText | undefined,
    start: number,
    end: number,
  ): void {
    const row = width * this.length;
    if (row === this.#numbers.length) {
      const grown = new Int32Array(2 * row);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    const numbers = this.#numbers;
    numbers[row + column.offset] = offset;
    numbers[row + column.size] = size;
    numbers[row + column.start] = start;
    numbers[row + column.end] = end;
    numbers[row + column.type] = untyped;
    this.#fragments.push(fragment);
    this.#symbols.push(symbol);
    this.#others.push(other);
    this.#sources.push(source);
    this.#whole.push(undefined);
  }

  /** The fragment of one. */
  fragmentAt(index: number): Fragment {
    return this.#fragments[index] as Fragment;
  }

  /** How far from its fragment's beginning it is. */
  offsetAt(index: number): number {
    return this.#number(index, column.offset);
  }

  /** How many bytes it has. */
  sizeAt(index: number): number {
    return this.#number(index, column.size);
  }

  /** The symbol of an address or reference; undefined for all else. */
  symbolAt(index: number): AssemblySymbol | undefined {
    return this.#symbols[index];
  }

  /** What is one of `R_RISCV` for a reference, and negative for an address. */
  typeAt(index: number): number {
    return this.#number(index, column.type);
  }

  /** The number that is added to a symbol. */
  constantAt(index: number): number {
    return this.#number(index, column.constant);
  }

  /** Whether the linker may shorten the code at a reference, by what `.option` says at the end. */
  relaxesAt(index: number, isRelaxingAtEnd: boolean): boolean {
    const flags = this.#number(index, column.flags);
    return (flags & flag.relax) !== 0 && ((flags & flag.relaxAtEnd) === 0 || isRelaxingAtEnd);
  }

  /** What is subtracted from that. */
  otherAt(index: number): AssemblySymbol | undefined {
    return this.#others[index];
  }

  /** One as an object. */
  at(index: number): Fixup {
    const symbol = this.#symbols[index];
    if (symbol === undefined) return this.#whole[index] as Fixup;
    const common = {
      fragment: this.fragmentAt(index),
      offset: this.offsetAt(index),
      size: this.sizeAt(index),
      value: this.#valueAt(index, symbol),
      mention: {
        source: this.#sources[index] as SourceText,
        start: this.#number(index, column.start),
        end: this.#number(index, column.end),
      },
    };
    const type = this.typeAt(index);
    if (type === untyped) return { ...common, type: undefined, relax: false };
    const flags = this.#number(index, column.flags);
    return {
      ...common,
      type,
      relax: (flags & flag.relax) !== 0,
      relaxAtEnd: (flags & flag.relaxAtEnd) !== 0,
      isJump: (flags & flag.isJump) !== 0,
    };
  }

  #valueAt(index: number, symbol: AssemblySymbol): Expression {
    const left = symbolValue(symbol);
    const other = this.#others[index];
    if (other !== undefined) {
      return { op: "binary", operator: "-", left, right: symbolValue(other) };
    }
    const constant = this.constantAt(index);
    if (constant === 0) return left;
    return { op: "binary", operator: "+", left, right: number(BigInt(constant)) };
  }

  /** Whether something holds for any. */
  some(holds: (fixup: Fixup) => boolean): boolean {
    for (let index = 0; index < this.length; index++) if (holds(this.at(index))) return true;
    return false;
  }

  /** Carries those from a place of a fragment on to another place. */
  carry(from: BytePlace, to: BytePlace): void {
    for (let index = 0; index < this.length; index++) {
      if (this.#fragments[index] !== from.fragment || this.offsetAt(index) < from.offset) continue;
      const { fragment } = to;
      const offset = this.offsetAt(index) + to.offset - from.offset;
      this.#fragments[index] = fragment;
      this.#numbers[width * index + column.offset] = offset;
      const whole = this.#whole[index];
      if (whole !== undefined) this.#whole[index] = { ...whole, fragment, offset };
    }
  }

  /** Says that what stands behind an offset of a text now stands so many characters later. */
  move(source: SourceText, from: number, by: number): void {
    for (let index = 0; index < this.length; index++) {
      const start = this.#number(index, column.start);
      if (this.#sources[index] !== source || start < from) continue;
      const row = width * index;
      this.#numbers[row + column.start] = start + by;
      this.#numbers[row + column.end] = this.#number(index, column.end) + by;
    }
    for (const [index, fixup] of this.#whole.entries()) {
      if (fixup === undefined) continue;
      const mention = movedMention(fixup.mention, source, from, by);
      if (mention !== fixup.mention) this.#whole[index] = { ...fixup, mention };
    }
  }

  #number(index: number, which: number): number {
    return this.#numbers[width * index + which] as number;
  }

  /** Indexes as GNU as comes to the fixups: one subsection after the other. */
  inOrder(): Iterable<number> {
    const indexes = this.#fragments.keys();
    const numberOf = ({ subsection }: Fragment) => subsection.number;
    const [first] = this.#fragments;
    if (first === undefined || this.#fragments.every((one) => numberOf(one) === numberOf(first)))
      return indexes;
    return [...indexes].sort(
      (a, b) => numberOf(this.fragmentAt(a)) - numberOf(this.fragmentAt(b)) || a - b,
    );
  }
}
