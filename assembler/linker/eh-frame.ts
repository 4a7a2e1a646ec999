/**
 * The unwind tables in `.eh_frame`: entries of functions that are left out go, equal common entries
 * (CIE) are kept once, and the index `.eh_frame_hdr` is made on request. Linux Standard Base, Core,
 * chapter "Exception Frames".
 */
import { SHF, SHT } from "../../elf/constants.ts";
import { type Augmentation, augmentationOf, neededSize } from "./frame-padding.ts";
import { madeSection } from "./offset-table.ts";
import { alignTo, InputSection, type OutputSection, type Program, type Target } from "./program.ts";
import type { Relocations } from "./relocations.ts";

/** An entry as it stands in an input. */
interface FrameEntry {
  readonly at: number;
  readonly size: number;
  /** Without padding that is not needed. */
  neededSize: number;
  readonly isCommon: boolean;
  /** Its relocations: rows from the first up to the next. */
  readonly first: number;
  readonly next: number;
  /** Of a function's entry: its common entry. */
  readonly common: FrameEntry | undefined;
  isKept: boolean;
  newOffset: number;
  /** Of a common entry: the equal one that stands for it. */
  twin: { section: InputSection; entry: FrameEntry } | undefined;
}

/** A function's entry in the output, with its common entry. */
interface FrameLink {
  readonly section: InputSection;
  readonly offset: number;
  readonly common: { section: InputSection; entry: FrameEntry };
}

/** The unwind tables of a program. */
export class EhFrame {
  readonly #links: FrameLink[] = [];
  readonly #entries = new Map<InputSection, FrameEntry[]>();
  /** The index, when there is to be one. */
  readonly header: InputSection | undefined;

  constructor(wantsHeader: boolean) {
    if (wantsHeader) this.header = madeSection(".eh_frame_hdr", SHT.PROGBITS, SHF.ALLOC, 4, 0);
  }

  /** Drops what is not needed from the sections of an output section `.eh_frame`. */
  reduce({ sections, relocations }: Program): void {
    const all = sections.filter(({ name, isDiscarded }) => name === ".eh_frame" && !isDiscarded);
    for (const section of all) {
      const entries = readEntries(section, relocations);
      if (entries !== undefined) this.#entries.set(section, entries);
    }
    const commons = new Map<string, { section: InputSection; entry: FrameEntry }>();
    const numbers = new Map<Target | undefined, number>();
    for (const [section, entries] of this.#entries)
      chooseEntries(section, entries, relocations, commons, numbers);
    this.#dropTerminators(all);
    for (const [section, entries] of this.#entries) this.#rewrite(section, entries, relocations);
    padBetween(all);
    if (this.header !== undefined) {
      this.header.size = this.#links.length === 0 ? 0 : 12 + 8 * this.#links.length;
      this.header.data = new Uint8Array(this.header.size);
    }
  }

  /** Terminators end the table, so only the very last one stays. */
  #dropTerminators(all: readonly InputSection[]): void {
    const last = all.at(-1);
    for (const [section, entries] of this.#entries) {
      const end = section === last ? entries.at(-1) : undefined;
      for (const entry of entries) if (entry.size === 4 && entry !== end) entry.isKept = false;
    }
  }

  #rewrite(section: InputSection, entries: readonly FrameEntry[], table: Relocations): void {
    const kept = entries.filter(({ isKept }) => isKept);
    const bytesOf = ({ at, size }: FrameEntry) => section.data.subarray(at, at + size);
    const known = new Map<FrameEntry, Augmentation>();
    const augmentation = (common: FrameEntry) => {
      if (!known.has(common)) known.set(common, augmentationOf(bytesOf(common)));
      return known.get(common);
    };
    for (const entry of kept) {
      if (entry.size === 4) continue;
      const common = entry.isCommon ? entry : entry.common;
      if (common === undefined) continue;
      entry.neededSize = neededSize(bytesOf(entry), entry.isCommon, augmentation(common));
    }
    const size = kept.reduce((sum, entry) => sum + entry.neededSize, 0);
    const data = new Uint8Array(size);
    const view = new DataView(data.buffer);
    let offset = 0;
    let row = section.firstRelocation;
    for (const entry of kept) {
      data.set(section.data.subarray(entry.at, entry.at + entry.neededSize), offset);
      view.setUint32(offset, entry.neededSize - 4, true);
      for (let index = entry.first; index < entry.next; index++, row++) {
        table.move(index, row);
        table.offsets[row] = (table.offsets[row] as number) + offset - entry.at;
      }
      entry.newOffset = offset;
      const { common } = entry;
      if (common !== undefined) {
        this.#links.push({ section, offset, common: common.twin ?? { section, entry: common } });
      }
      offset += entry.neededSize;
    }
    section.data = data;
    section.size = size;
    section.endRelocation = row;
  }

  /** Writes where common entries are; `bytesOf` gives the bytes of a section in the output. */
  finish(bytesOf: (section: InputSection) => Uint8Array | undefined): void {
    for (const { section, offset, common } of this.#links) {
      const data = bytesOf(section);
      if (data === undefined) continue;
      const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
      const distance =
        section.address + offset + 4 - (common.section.address + common.entry.newOffset);
      view.setUint32(offset + 4, distance >>> 0, true);
    }
    const { header } = this;
    const bytes = header === undefined || header.size === 0 ? undefined : bytesOf(header);
    if (header !== undefined && bytes !== undefined) this.#writeHeader(header, bytes, bytesOf);
  }

  #writeHeader(
    header: InputSection,
    bytes: Uint8Array,
    bytesOf: (section: InputSection) => Uint8Array | undefined,
  ): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = this.#links[0]?.section.output?.address ?? 0;
    // Version, encodings: pc-relative sdata4, udata4, header-relative sdata4.
    bytes.set([1, 0x1b, 0x03, 0x3b]);
    view.setInt32(4, (start - (header.address + 4)) | 0, true);
    view.setUint32(8, this.#links.length, true);
    const rows = this.#links.map(({ section, offset }) => {
      const data = bytesOf(section);
      const place = section.address + offset;
      const from =
        data === undefined
          ? 0
          : new DataView(data.buffer, data.byteOffset, data.byteLength).getInt32(offset + 8, true);
      return { function: place + 8 + from, place };
    });
    rows.sort((a, b) => a.function - b.function);
    for (const [index, row] of rows.entries()) {
      view.setInt32(12 + 8 * index, (row.function - header.address) | 0, true);
      view.setInt32(16 + 8 * index, (row.place - header.address) | 0, true);
    }
  }
}

/** Entries of a section with their relocations; undefined when it is not understood. */
function readEntries(section: InputSection, { offsets }: Relocations): FrameEntry[] | undefined {
  const { data, endRelocation } = section;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const entries: FrameEntry[] = [];
  const commons = new Map<number, FrameEntry>();
  let next = section.firstRelocation;
  let at = 0;
  while (at + 4 <= data.length) {
    const length = view.getUint32(at, true);
    const size = length + 4;
    if (length === 0xffffffff || at + size > data.length) return undefined;
    if (length !== 0 && length < 4) return undefined;
    const identifier = length === 0 ? 0 : view.getUint32(at + 4, true);
    const first = next;
    while (next < endRelocation && (offsets[next] as number) < at + size) next++;
    const isCommon = length !== 0 && identifier === 0;
    const entry: FrameEntry = {
      at,
      size,
      neededSize: size,
      isCommon,
      common: isCommon || length === 0 ? undefined : commons.get(at + 4 - identifier),
      first,
      next,
      isKept: length === 0,
      newOffset: 0,
      twin: undefined,
    };
    if (isCommon) commons.set(at, entry);
    entries.push(entry);
    at += size;
  }
  return entries;
}

/** Keeps the entries of functions that stay, and of equal common entries the first. */
function chooseEntries(
  section: InputSection,
  entries: readonly FrameEntry[],
  table: Relocations,
  commons: Map<string, { section: InputSection; entry: FrameEntry }>,
  numbers: Map<Target | undefined, number>,
): void {
  for (const entry of entries) {
    if (entry.isCommon || entry.size === 4) continue;
    const start = startOf(entry, table);
    const home = start === undefined ? undefined : table.symbols[start]?.section;
    if (start === undefined || (home instanceof InputSection && home.isDiscarded)) continue;
    entry.isKept = true;
    const { common } = entry;
    if (common === undefined || common.isKept || common.twin !== undefined) continue;
    const key = keyOf(section, common, table, numbers);
    const known = commons.get(key);
    if (known !== undefined) common.twin = known;
    else {
      common.isKept = true;
      commons.set(key, { section, entry: common });
    }
  }
}

/** The row of the address that a function's entry is about. */
function startOf({ first, next, at }: FrameEntry, { offsets }: Relocations): number | undefined {
  for (let row = first; row < next; row++) if (offsets[row] === at + 8) return row;
  return undefined;
}

/** What makes common entries equal: their bytes, and what they refer to. */
function keyOf(
  section: InputSection,
  entry: FrameEntry,
  { offsets, types, symbols, addends }: Relocations,
  numbers: Map<Target | undefined, number>,
): string {
  const bytes = section.data.subarray(entry.at, entry.at + entry.size);
  const references: string[] = [];
  for (let row = entry.first; row < entry.next; row++) {
    const symbol = symbols[row];
    const number = numbers.get(symbol) ?? numbers.size;
    numbers.set(symbol, number);
    references.push(
      `${(offsets[row] as number) - entry.at} ${types[row]} ${number} ${addends[row]}`,
    );
  }
  return `${bytes.join()} ${references.join()}`;
}

/** Sections before the last are filled up, since zeros between them would end the table. */
function padBetween(all: readonly InputSection[]): void {
  const alignment = all.reduce((most, section) => Math.max(most, section.alignment), 1);
  let last = all.length - 1;
  while (last >= 0 && (all[last]?.size ?? 0) <= 4) last--;
  for (const section of all.slice(0, Math.max(0, last))) {
    const size = alignTo(section.size, alignment);
    if (size === section.size || section.size === 0) continue;
    const grown = new Uint8Array(size);
    grown.set(section.data);
    // The last entry of the section becomes longer by the padding, which is DW_CFA_nop.
    const view = new DataView(grown.buffer);
    let at = 0;
    let lastAt = 0;
    while (at + 4 <= section.size) {
      lastAt = at;
      at += view.getUint32(at, true) + 4;
    }
    view.setUint32(lastAt, view.getUint32(lastAt, true) + size - section.size, true);
    section.data = grown;
    section.size = size;
  }
}

/** The bytes of sections in the contents of their output sections. */
export function bytesIn(
  contents: ReadonlyMap<OutputSection, Uint8Array>,
): (section: InputSection) => Uint8Array | undefined {
  return ({ output, offset, size }) =>
    output && contents.get(output)?.subarray(offset, offset + size);
}
