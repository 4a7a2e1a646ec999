/**
 * Merging of constants and strings (SHF_MERGE): equal ones are kept once, in the section where the
 * first stood; a string that ends another one becomes its tail. Sections are merged with each other
 * when output section, entry size, alignment and kind are the same. As GNU ld does it: tails are
 * found by sorting the strings by their reversed text, where those that end in one stand behind it.
 */
import { SHF } from "../../elf/constants.ts";
import { alignTo, type InputSection, type Target } from "./program.ts";

/** One string or constant: a piece of the bytes of an input. */
interface Entry {
  readonly data: Uint8Array;
  readonly start: number;
  readonly length: number;
  readonly hash: number;
  /** The next in its chain of the table. */
  next: Entry | undefined;
  alignment: number;
  home: InputSection;
  offset: number;
  host: Entry | undefined;
  /** A better aligned copy stands elsewhere. */
  isReplaced: boolean;
}

/** Where each part of a merged section is now. */
export interface Merged {
  /** Offsets in the input at which entries begin, rising. */
  readonly starts: number[];
  readonly entries: Entry[];
}

/** Where an offset of a merged section has gone. */
export function mergedPlace(
  { starts, entries }: Merged,
  offset: number,
): { section: InputSection; offset: number } | undefined {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  const entry = entries[low];
  if (entry === undefined) return undefined;
  return { section: entry.home, offset: entry.offset + offset - (starts[low] as number) };
}

/** Whether a section's contents may be merged. */
export function isMergeable(section: InputSection): boolean {
  if (!section.has(SHF.MERGE) || section.isDiscarded || section.size === 0) return false;
  const width = section.origin.entrySize;
  const { alignment } = section;
  if (width === 0 || width > 4096 || alignment > 4096 || section.origin.relocations.length > 0)
    return false;
  if (width < alignment && ((width & (width - 1)) !== 0 || !section.has(SHF.STRINGS))) return false;
  return !(width > alignment && width % alignment !== 0);
}

/** Merges what can be merged; sections must know their output sections. */
export function mergeSections(sections: readonly InputSection[]): void {
  const pools = new Map<string, InputSection[]>();
  const outputs = new Map<unknown, number>();
  for (const section of sections) {
    if (!isMergeable(section) || section.output === undefined) continue;
    const { output, alignment, origin } = section;
    if (!outputs.has(output)) outputs.set(output, outputs.size);
    const key = `${outputs.get(output)} ${origin.entrySize} ${alignment} ${section.has(SHF.STRINGS)}`;
    const pool = pools.get(key);
    if (pool === undefined) pools.set(key, [section]);
    else pool.push(section);
  }
  for (const pool of pools.values()) new Pool(pool).merge();
}

/** A hash of bytes: FNV-1a. */
function hashOf(data: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (data[at] as number), 0x01000193);
  return hash >>> 0;
}

function areEqual(entry: Entry, data: Uint8Array, from: number, length: number): boolean {
  if (entry.length !== length) return false;
  const { data: own, start } = entry;
  for (let index = 0; index < length; index++) {
    if (own[start + index] !== data[from + index]) return false;
  }
  return true;
}

/** Compares two entries from their last bytes on; the shorter one comes first. */
function compareReversed(a: Entry, b: Entry): number {
  const least = Math.min(a.length, b.length);
  const left = a.start + a.length;
  const right = b.start + b.length;
  for (let back = 1; back <= least; back++) {
    const difference = (a.data[left - back] as number) - (b.data[right - back] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether the host ends in the tail. */
function endsIn(host: Entry, tail: Entry): boolean {
  const from = host.start + host.length - tail.length;
  for (let index = 0; index < tail.length; index++) {
    if (host.data[from + index] !== tail.data[tail.start + index]) return false;
  }
  return true;
}

class Pool {
  readonly #sections: readonly InputSection[];
  readonly #width: number;
  readonly #alignment: number;
  /** Chains of entries by hash; as many as a power of two. */
  #table: (Entry | undefined)[] = new Array<undefined>(256).fill(undefined);
  /** In the order of their first appearance. */
  readonly #entries: Entry[] = [];

  constructor(sections: readonly InputSection[]) {
    this.#sections = sections;
    this.#width = sections[0]?.origin.entrySize ?? 1;
    this.#alignment = sections[0]?.alignment ?? 1;
  }

  merge(): void {
    const isText = this.#sections[0]?.has(SHF.STRINGS) === true;
    for (const section of this.#sections) {
      if (isText) this.#readStrings(section);
      else this.#readConstants(section);
    }
    if (isText) this.#findTails();
    this.#place();
    for (const section of this.#sections) moveSymbols(section.symbols);
  }

  #add(data: Uint8Array, start: number, end: number, alignment: number, home: InputSection): Entry {
    const hash = hashOf(data, start, end);
    const length = end - start;
    let known = this.#table[hash & (this.#table.length - 1)];
    while (
      known !== undefined &&
      (known.isReplaced || known.hash !== hash || !areEqual(known, data, start, length))
    ) {
      known = known.next;
    }
    if (known !== undefined && known.alignment >= alignment) return known;
    const entry: Entry = {
      data,
      start,
      length,
      hash,
      next: undefined,
      alignment,
      home,
      offset: 0,
      host: undefined,
      isReplaced: false,
    };
    if (known !== undefined) {
      known.isReplaced = true;
      known.host = entry;
    }
    this.#entries.push(entry);
    if (this.#entries.length > this.#table.length) this.#grow();
    else this.#enter(entry);
    return entry;
  }

  #enter(entry: Entry): void {
    const index = entry.hash & (this.#table.length - 1);
    entry.next = this.#table[index];
    this.#table[index] = entry;
  }

  #grow(): void {
    this.#table = new Array<undefined>(4 * this.#table.length).fill(undefined);
    for (const entry of this.#entries) this.#enter(entry);
  }

  #readConstants(section: InputSection): void {
    const merged: Merged = { starts: [], entries: [] };
    for (let at = 0; at + this.#width <= section.data.length; at += this.#width) {
      merged.starts.push(at);
      merged.entries.push(this.#add(section.data, at, at + this.#width, this.#alignment, section));
    }
    section.merged = merged;
  }

  #readStrings(section: InputSection): void {
    const { data } = section;
    const merged: Merged = { starts: [], entries: [] };
    const width = this.#width;
    let empty: Entry | undefined;
    for (let at = 0; at < data.length; ) {
      const end = this.#endOf(data, at);
      const natural = at === 0 ? this.#alignment : at & -at;
      merged.starts.push(at);
      const alignment = Math.min(natural, this.#alignment);
      merged.entries.push(this.#add(data, at, end, alignment, section));
      at = end;
      // Zeros between strings are padding; one empty string is kept where one could begin, and
      // stands for all that begin later.
      let isNamed = false;
      for (; at < data.length && this.#isZero(data, at); at += width) {
        if (isNamed || at % this.#alignment !== 0) continue;
        isNamed = true;
        empty ??= this.#add(data, at, at + width, this.#alignment, section);
        merged.starts.push(at);
        merged.entries.push(empty);
      }
    }
    section.merged = merged;
  }

  #isZero(data: Uint8Array, at: number): boolean {
    for (let index = 0; index < this.#width; index++) if (data[at + index]) return false;
    return true;
  }

  /** Behind the terminator of the string at an offset, at most the end of the section. */
  #endOf(data: Uint8Array, at: number): number {
    if (this.#width === 1) {
      const zero = data.indexOf(0, at);
      return zero < 0 ? data.length : zero + 1;
    }
    let end = at;
    while (end < data.length && !this.#isZero(data, end)) end += this.#width;
    return Math.min(data.length, end + this.#width);
  }

  #findTails(): void {
    const sorted = this.#entries.filter(({ isReplaced }) => !isReplaced);
    if (this.#alignment > this.#width) {
      const rest = ({ length, alignment }: Entry) => length % alignment;
      sorted.sort((a, b) => rest(a) - rest(b) || compareReversed(a, b));
    } else sorted.sort(compareReversed);
    let host = sorted.at(-1);
    for (let index = sorted.length - 2; index >= 0; index--) {
      const tail = sorted[index] as Entry;
      const shift = (host?.length ?? 0) - tail.length;
      if (
        host !== undefined &&
        host.alignment >= tail.alignment &&
        shift > 0 &&
        shift % tail.alignment === 0 &&
        endsIn(host, tail)
      ) {
        tail.host = host;
      } else host = tail;
    }
  }

  /** Gives the entries their places, and the sections their contents. */
  #place(): void {
    const sizes = new Map<InputSection, number>();
    for (const entry of this.#entries) {
      if (entry.host !== undefined) continue;
      const size = alignTo(sizes.get(entry.home) ?? 0, entry.alignment);
      entry.offset = size;
      sizes.set(entry.home, size + entry.length);
    }
    for (const section of this.#sections) {
      section.size = sizes.get(section) ?? 0;
      // What is all elsewhere takes no place, not even an aligned one.
      if (section.size === 0) section.alignment = 1;
      section.data = new Uint8Array(section.size);
    }
    for (const entry of this.#entries) {
      let host = entry;
      let shift = 0;
      while (host.host !== undefined) {
        shift += host.host.length - host.length;
        host = host.host;
      }
      if (host !== entry) {
        entry.home = host.home;
        entry.offset = host.offset + shift;
        continue;
      }
      const { data } = entry.home;
      const from = entry.data;
      for (let index = 0; index < entry.length; index++) {
        data[entry.offset + index] = from[entry.start + index] as number;
      }
    }
  }
}

/** Symbols move with the string or constant that they name. */
function moveSymbols(symbols: readonly Target[]): void {
  for (const symbol of symbols) {
    const { section } = symbol;
    if (section === undefined || !("merged" in section) || section.merged === undefined) continue;
    const place = mergedPlace(section.merged, symbol.value);
    if (place === undefined) continue;
    symbol.section = place.section;
    symbol.value = place.offset;
  }
}
