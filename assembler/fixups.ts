/**
 * Places of a section that are to be filled when all addresses are known, and may become
 * relocations. Most are addresses and distances in data, one for every few lines: these are rows of
 * columns, and become objects only where somebody asks for one.
 */
import { type Expression, symbolValue } from "./expressions.ts";
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

/** The fixups of a section, in the order in which they were made. */
export class FixupList {
  readonly #fragments: Fragment[] = [];
  /** Of each: its offset in the fragment, its size, where an address begins and ends in a source. */
  #numbers = new Int32Array(64);
  /** Of an address its symbol, of all else undefined. */
  readonly #symbols: (AssemblySymbol | undefined)[] = [];
  readonly #others: (AssemblySymbol | undefined)[] = [];
  /** The source of an address. */
  readonly #sources: (SourceText | undefined)[] = [];
  /** What is no address. */
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

  /** Adds an address at the end of what a fragment has so far; it stands in a source. */
  pushAddress(
    fragment: Fragment,
    size: number,
    symbol: AssemblySymbol,
    other: AssemblySymbol | undefined,
    source: SourceText,
    start: number,
    end: number,
  ): void {
    this.#add(fragment, fragment.length, size, symbol, other, source, start, end);
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
    const row = 4 * this.length;
    if (row === this.#numbers.length) {
      const grown = new Int32Array(2 * row);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    const numbers = this.#numbers;
    numbers[row] = offset;
    numbers[row + 1] = size;
    numbers[row + 2] = start;
    numbers[row + 3] = end;
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
    return this.#numbers[4 * index] as number;
  }

  /** How many bytes it has. */
  sizeAt(index: number): number {
    return this.#numbers[4 * index + 1] as number;
  }

  /** The symbol of an address; undefined for all else. */
  symbolAt(index: number): AssemblySymbol | undefined {
    return this.#symbols[index];
  }

  /** What is subtracted from that. */
  otherAt(index: number): AssemblySymbol | undefined {
    return this.#others[index];
  }

  /** One as an object. */
  at(index: number): Fixup {
    const symbol = this.#symbols[index];
    if (symbol === undefined) return this.#whole[index] as Fixup;
    const other = this.#others[index];
    const left = symbolValue(symbol);
    const value: Expression =
      other === undefined ? left : { op: "binary", operator: "-", left, right: symbolValue(other) };
    return {
      fragment: this.fragmentAt(index),
      offset: this.offsetAt(index),
      size: this.sizeAt(index),
      value,
      type: undefined,
      relax: false,
      mention: {
        source: this.#sources[index] as SourceText,
        start: this.#start(index),
        end: this.#numbers[4 * index + 3] as number,
      },
    };
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
      this.#numbers[4 * index] = offset;
      const whole = this.#whole[index];
      if (whole !== undefined) this.#whole[index] = { ...whole, fragment, offset };
    }
  }

  /** Says that what stands behind an offset of a text now stands so many characters later. */
  move(source: SourceText, from: number, by: number): void {
    for (let index = 0; index < this.length; index++) {
      if (this.#sources[index] !== source || this.#start(index) < from) continue;
      const row = 4 * index;
      this.#numbers[row + 2] = (this.#numbers[row + 2] as number) + by;
      this.#numbers[row + 3] = (this.#numbers[row + 3] as number) + by;
    }
    for (const [index, fixup] of this.#whole.entries()) {
      if (fixup === undefined) continue;
      const mention = movedMention(fixup.mention, source, from, by);
      if (mention !== fixup.mention) this.#whole[index] = { ...fixup, mention };
    }
  }

  #start(index: number): number {
    return this.#numbers[4 * index + 2] as number;
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
