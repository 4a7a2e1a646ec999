/**
 * Merging of constants and strings (SHF_MERGE): equal ones are kept once, in the section where the
 * first stood; a string that ends another one becomes its tail. Sections are merged with each other
 * when output section, entry size, alignment and kind are the same. As GNU ld does it: tails are
 * found by sorting the strings by their reversed text, where those that end in one stand behind it.
 */
import { SHF } from "../../elf/constants.ts";
import { alignTo, type InputSection, type LinkSymbol } from "./program.ts";

/** One string or constant. */
interface Entry {
  readonly text: string;
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
  const width = Number(section.origin.entrySize);
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

/** The bytes as a text of characters below 256. */
function textOf(data: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at += 4096) {
    text += String.fromCharCode(...data.subarray(at, Math.min(to, at + 4096)));
  }
  return text;
}

class Pool {
  readonly #sections: readonly InputSection[];
  readonly #width: number;
  readonly #alignment: number;
  readonly #known = new Map<string, Entry>();
  /** In the order of their first appearance. */
  readonly #entries: Entry[] = [];

  constructor(sections: readonly InputSection[]) {
    this.#sections = sections;
    this.#width = Number(sections[0]?.origin.entrySize ?? 1n);
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

  #add(text: string, alignment: number, home: InputSection): Entry {
    const known = this.#known.get(text);
    if (known !== undefined && known.alignment >= alignment) return known;
    if (known !== undefined) known.isReplaced = true;
    const entry = { text, alignment, home, offset: 0, host: undefined, isReplaced: false };
    if (known !== undefined) known.host = entry as Entry;
    this.#known.set(text, entry);
    this.#entries.push(entry);
    return entry;
  }

  #readConstants(section: InputSection): void {
    const merged: Merged = { starts: [], entries: [] };
    for (let at = 0; at + this.#width <= section.data.length; at += this.#width) {
      merged.starts.push(at);
      const text = textOf(section.data, at, at + this.#width);
      merged.entries.push(this.#add(text, this.#alignment, section));
    }
    section.merged = merged;
  }

  #readStrings(section: InputSection): void {
    const { data } = section;
    const merged: Merged = { starts: [], entries: [] };
    const width = this.#width;
    let hasEmpty = false;
    for (let at = 0; at < data.length; ) {
      const end = this.#endOf(data, at);
      const natural = at === 0 ? this.#alignment : at & -at;
      merged.starts.push(at);
      const alignment = Math.min(natural, this.#alignment);
      merged.entries.push(this.#add(textOf(data, at, end), alignment, section));
      at = end;
      // Zeros between strings are padding; one empty string is kept where one could begin.
      for (; at < data.length && this.#isZero(data, at); at += width) {
        if (hasEmpty || at % this.#alignment !== 0) continue;
        hasEmpty = true;
        merged.starts.push(at);
        merged.entries.push(this.#add("\0".repeat(width), this.#alignment, section));
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
    const reversed = this.#entries
      .filter(({ isReplaced }) => !isReplaced)
      .map((entry) => ({ entry, key: [...entry.text].reverse().join("") }));
    const isAligned = this.#alignment > this.#width;
    const rest = ({ entry }: { entry: Entry }) => entry.text.length % entry.alignment;
    reversed.sort(
      (a, b) => (isAligned ? rest(a) - rest(b) : 0) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
    );
    let host = reversed.at(-1);
    for (let index = reversed.length - 2; index >= 0; index--) {
      const tail = reversed[index] as (typeof reversed)[number];
      const shift = (host?.key.length ?? 0) - tail.key.length;
      if (
        host !== undefined &&
        host.entry.alignment >= tail.entry.alignment &&
        shift > 0 &&
        shift % tail.entry.alignment === 0 &&
        host.key.startsWith(tail.key)
      ) {
        tail.entry.host = host.entry;
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
      sizes.set(entry.home, size + entry.text.length);
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
        shift += host.host.text.length - host.text.length;
        host = host.host;
      }
      if (host !== entry) {
        entry.home = host.home;
        entry.offset = host.offset + shift;
        continue;
      }
      const { data } = entry.home;
      for (let index = 0; index < entry.text.length; index++) {
        data[entry.offset + index] = entry.text.charCodeAt(index);
      }
    }
  }
}

/** Symbols move with the string or constant that they name. */
function moveSymbols(symbols: readonly LinkSymbol[]): void {
  for (const symbol of symbols) {
    const { section } = symbol;
    if (section === undefined || !("merged" in section) || section.merged === undefined) continue;
    const place = mergedPlace(section.merged, symbol.value);
    if (place === undefined) continue;
    symbol.section = place.section;
    symbol.value = place.offset;
  }
}
