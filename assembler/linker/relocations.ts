/**
 * The relocations of a program that relaxation, merging or garbage collection have to see, as
 * columns of numbers: those of a section are a range of rows. A large program has hundreds of
 * thousands, so there is no object for each.
 */
import { R_RISCV } from "../../elf/constants.ts";
import type { ObjectSection } from "../../elf/object-view.ts";
import type { InputFile, Target } from "./program.ts";

/** Columns of relocations. */
export class Relocations {
  /** In bytes from the section's beginning; moves when relaxation takes bytes out before it. */
  offsets = new Uint32Array(0);
  /** One of `R_RISCV`; relaxation changes it. */
  types = new Uint8Array(0);
  /** 1 where an R_RISCV_RELAX stands with it. */
  relaxable = new Uint8Array(0);
  /** A plain list: nearly all are small integers, which a column of doubles would box when read. */
  readonly addends: number[] = [];
  readonly symbols: (Target | undefined)[] = [];
  #count = 0;

  /** How many rows there are. */
  get count(): number {
    return this.#count;
  }

  /** Makes room for rows, once and for all or by doubling. */
  reserve(count: number): void {
    const wanted = this.#count + count;
    if (wanted <= this.offsets.length) return;
    const length = Math.max(wanted, 2 * this.offsets.length);
    const grow = <Column extends Uint32Array | Uint8Array>(column: Column, grown: Column) => {
      grown.set(column);
      return grown;
    };
    this.offsets = grow(this.offsets, new Uint32Array(length));
    this.types = grow(this.types, new Uint8Array(length));
    this.relaxable = grow(this.relaxable, new Uint8Array(length));
  }

  /**
   * Adds those of a section by rising offset, R_RISCV_RELAX taken together with its relocation.
   * Returns the first row; throws `ElfError` where one names no symbol.
   */
  add(file: InputFile, section: ObjectSection): number {
    const first = this.#count;
    for (const { words, count } of section.relocations) {
      this.reserve(count);
      this.#read(file, words, count, first);
    }
    this.#sort(first);
    return first;
  }

  /** Reads a table; in one place, since this is done for every relocation of a program. */
  #read(file: InputFile, words: Uint32Array, count: number, first: number): void {
    const { object } = file;
    const { offsets, types, relaxable, addends, symbols } = this;
    const is64 = object.class === 64;
    const step = object.relocationWords;
    const end = count * step;
    let row = this.#count;
    for (let at = 0; at < end; at += step) {
      const high = is64 ? (words[at + 1] as number) : 0;
      const offset = high === 0 ? (words[at] as number) : 0xffffffff;
      const type = object.relocationType(words, at);
      if (type === R_RISCV.RELAX) {
        if (row > first && offsets[row - 1] === offset) relaxable[row - 1] = 1;
        continue;
      }
      const symbol = object.relocationSymbol(words, at);
      offsets[row] = offset;
      types[row] = type > 255 ? 255 : type;
      relaxable[row] = 0;
      addends[row] = object.relocationAddend(words, at);
      symbols[row] = symbol === 0 ? undefined : (file.known(symbol) ?? file.symbol(symbol));
      row++;
    }
    this.#count = row;
  }

  /** Sorts the rows from `first` on where they are out of order, which they hardly ever are. */
  #sort(first: number): void {
    const { offsets } = this;
    let row = first + 1;
    while (row < this.#count && (offsets[row - 1] as number) <= (offsets[row] as number)) row++;
    if (row >= this.#count) return;
    const order = Array.from({ length: this.#count - first }, (_, index) => first + index);
    order.sort((a, b) => (offsets[a] as number) - (offsets[b] as number) || a - b);
    const columns = [this.offsets, this.types, this.relaxable, this.addends];
    for (const column of columns) {
      const sorted = order.map((from) => column[from] as number);
      for (const [index, value] of sorted.entries()) column[first + index] = value;
    }
    const symbols = order.map((from) => this.symbols[from]);
    for (const [index, symbol] of symbols.entries()) this.symbols[first + index] = symbol;
  }

  /** Copies a row to an earlier one. */
  move(from: number, to: number): void {
    if (from === to) return;
    this.offsets[to] = this.offsets[from] as number;
    this.types[to] = this.types[from] as number;
    this.relaxable[to] = this.relaxable[from] as number;
    this.addends[to] = this.addends[from] as number;
    this.symbols[to] = this.symbols[from];
  }

  /** The first row of a range whose offset is not less than a given one. */
  firstFrom(offset: number, first: number, end: number): number {
    let low = first;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.offsets[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
