/**
 * A relocatable object as a linker reads it: section headers are decoded, symbols and relocations
 * stay bytes and are read by index when they are wanted. A linker touches a small part of what its
 * inputs say, most of all of their debug information, so nothing is made for an entry but numbers.
 * For all other purposes `readElf` makes a model. System V ABI, chapter "Object Files".
 */
import { SHF, SHN, SHT } from "./constants.ts";
import { corrupt, truncated } from "./errors.ts";
import { type HeaderPlaces, locateHeaders } from "./headers.ts";
import { layoutsOf, offsetsOf, recordSize } from "./records.ts";

/** A table of SHT_RELA. */
export interface RelocationRange {
  /** Its entries, `relocationWords` words each. */
  readonly words: Uint32Array;
  readonly count: number;
}

/** A section of an object. Sizes and offsets are numbers, inexact beyond 2^53. */
export interface ObjectSection {
  readonly name: string;
  /** One of `SHT`. */
  readonly type: number;
  /** Bits of `SHF` below 2^32. */
  readonly flags: number;
  /** 0 in all but odd objects. */
  readonly address: bigint;
  readonly size: number;
  /** A view into the file; empty for SHT_NOBITS. */
  readonly data: Uint8Array;
  readonly alignment: number;
  readonly entrySize: number;
  /** Tables of relocations that apply to it. */
  readonly relocations: RelocationRange[];
  /** The signature of the COMDAT group that it is in. */
  group: string | undefined;
  /** With SHF_LINK_ORDER: index of the section that it belongs to; else 0. */
  readonly linked: number;
}

/** What `symbolSection` says of symbols that are in no section of the file. */
export const placeless = { undefined: 0, absolute: -1, common: -2 } as const;

const wordOf = 0x1_0000_0000;

/** Where the fields of the records are, by class. */
const fieldsOf = (bits: 32 | 64) => {
  const { sectionHeader, symbol } = layoutsOf(bits);
  return {
    header: offsetsOf(sectionHeader, bits),
    symbol: offsetsOf(symbol, bits),
    symbolSize: recordSize(symbol, bits),
  };
};
const fields = { 32: fieldsOf(32), 64: fieldsOf(64) } as const;

/** What is read of the header of a section. */
interface Header {
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
  readonly alignment: number;
  readonly entrySize: number;
}

const encodings = new Set<number>([SHT.NULL, SHT.SYMTAB, SHT.GROUP, SHT.SYMTAB_SHNDX]);
const allocated = Number(SHF.ALLOC);

/** Whether a section only says something about others, as in the model of `model.ts`. */
const isEncoding = ({ type, flags }: Header): boolean =>
  type === SHT.RELA ? (flags & allocated) === 0 : encodings.has(type);

/** An object over its bytes. Made by {@link viewObject}. */
export class ObjectView {
  readonly class: 32 | 64;
  /** One of `ET`. */
  readonly type: number;
  /** One of `EM`. */
  readonly machine: number;
  /** Bits of `EF_RISCV`. */
  readonly flags: number;
  /** By index in the file; undefined for what only describes others, such as symbol tables. */
  readonly sectionAt: readonly (ObjectSection | undefined)[];
  /** The sections that there are. */
  readonly sections: readonly ObjectSection[];
  /** Entries of the symbol table, with the empty one at index 0. */
  readonly symbolCount: number;
  /** The symbols from this index on are not local. */
  readonly firstGlobal: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** The symbol table. Words are little-endian, as all hosts of JavaScript have them. */
  readonly #symbols: Uint32Array;
  readonly #is64: boolean;
  /** Words of a symbol, and which of them hold what; the first is where its name begins. */
  readonly #symbolWords: number;
  readonly #infoAt: number;
  readonly #valueAt: number;
  readonly #sizeAt: number;
  readonly #indexes: { start: number; count: number } | undefined;
  readonly #nameOf: (offset: number) => string;
  readonly #names: number;
  readonly #nameEnd: number;
  #claimed = 0;

  /** Throws `ElfError` when the file contradicts itself. */
  constructor(content: Uint8Array) {
    // Tables are read as words, which must be aligned; a member of an archive in memory may not be.
    const bytes = (content.byteOffset & 3) === 0 ? content : content.slice();
    const places = locateHeaders(bytes);
    const { bits } = places;
    this.class = bits;
    this.type = places.header.type;
    this.machine = places.header.machine;
    this.flags = places.header.flags;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#is64 = bits === 64;
    const { symbol: at, symbolSize } = fields[bits];
    this.#symbolWords = symbolSize >> 2;
    this.#infoAt = at.info >> 2;
    this.#valueAt = at.value >> 2;
    this.#sizeAt = at.size >> 2;
    const headers = this.#readHeaders(places);
    this.sectionAt = this.#readSections(headers, places.sectionNames);
    this.sections = this.sectionAt.filter((section) => section !== undefined);
    const table = headers.findIndex(({ type }) => type === SHT.SYMTAB);
    const symbols = headers[table];
    const names = symbols === undefined ? undefined : headers[symbols.link];
    const start = symbols === undefined ? 0 : this.#claim(symbols, "symbol table");
    this.#symbols = this.#wordsAt(start, symbols?.size ?? 0);
    this.symbolCount = symbols === undefined ? 0 : Math.floor(symbols.size / symbolSize);
    this.firstGlobal = Math.max(1, symbols?.info ?? 1);
    this.#nameOf = this.#strings(names, "the symbol names");
    this.#names = names === undefined ? 0 : names.offset;
    this.#nameEnd = this.#names + (names === undefined ? 0 : names.size);
    const extended = headers.find(({ type, link }) => type === SHT.SYMTAB_SHNDX && link === table);
    if (extended !== undefined) {
      const place = this.#claim(extended, "extended section index table");
      this.#indexes = { start: place, count: extended.size >> 2 };
    }
    this.#readRelocationHeaders(headers);
    this.#readGroups(headers);
  }

  #readHeaders({ bits, start, count, size }: HeaderPlaces): Header[] {
    const view = this.#view;
    const at = fields[bits].header;
    const headers: Header[] = [];
    for (let index = 0, base = start; index < count; index++, base += size) {
      headers.push({
        name: view.getUint32(base + at.name, true),
        type: view.getUint32(base + at.type, true),
        flags: view.getUint32(base + at.flags, true),
        address: this.#exact(base + at.address),
        offset: this.#word(base + at.offset),
        size: this.#word(base + at.size),
        link: view.getUint32(base + at.link, true),
        info: view.getUint32(base + at.info, true),
        alignment: this.#word(base + at.alignment),
        entrySize: this.#word(base + at.entrySize),
      });
    }
    return headers;
  }

  /** The name of a symbol. Throws `ElfError` where it lies outside of its table. */
  symbolName(index: number): string {
    return this.#nameOf(this.#symbols[index * this.#symbolWords] as number);
  }

  /** Whether a symbol's name begins as those that tools make for themselves do (`.L`). */
  isToolLabel(index: number): boolean {
    const at = this.#names + (this.#symbols[index * this.#symbolWords] as number);
    return at + 1 < this.#nameEnd && this.#bytes[at] === 46 && this.#bytes[at + 1] === 76;
  }

  /** One of `STB`. */
  symbolBinding(index: number): number {
    return (this.#info(index) >>> 4) & 15;
  }

  /** One of `STT`. */
  symbolType(index: number): number {
    return this.#info(index) & 15;
  }

  /** `st_other`. */
  symbolVisibility(index: number): number {
    return (this.#info(index) >>> 8) & 0xff;
  }

  /** The word with binding and type, visibility and section. */
  #info(index: number): number {
    return this.#symbols[index * this.#symbolWords + this.#infoAt] as number;
  }

  /** The value, unsigned and rounded where a number cannot hold it. */
  symbolValue(index: number): number {
    return this.#number(index * this.#symbolWords + this.#valueAt);
  }

  /** The value, exactly. */
  exactValue(index: number): bigint {
    const at = index * this.#symbolWords + this.#valueAt;
    const low = BigInt(this.#symbols[at] as number);
    return this.#is64 ? (BigInt(this.#symbols[at + 1] as number) << 32n) | low : low;
  }

  symbolSize(index: number): number {
    return this.#number(index * this.#symbolWords + this.#sizeAt);
  }

  #number(at: number): number {
    const low = this.#symbols[at] as number;
    const high = this.#is64 ? (this.#symbols[at + 1] as number) : 0;
    return high === 0 ? low : high * wordOf + low;
  }

  /** What a symbol is in: an index of `sectionAt`, or one of `placeless`. */
  symbolSection(index: number): number {
    const own = this.#info(index) >>> 16;
    let section = own;
    if (own === SHN.XINDEX) {
      const { start = 0, count = 0 } = this.#indexes ?? {};
      section = index < count ? this.#view.getUint32(start + index * 4, true) : 0;
    } else if (own >= SHN.LORESERVE) {
      return own === SHN.COMMON ? placeless.common : placeless.absolute;
    }
    if (section >= this.sectionAt.length) {
      throw corrupt(`a symbol is in section ${section}, which does not exist`);
    }
    return section;
  }

  /** Words of an entry of a table of relocations. */
  get relocationWords(): number {
    return this.#is64 ? 6 : 3;
  }

  /** Of the relocation at a place in a table: its offset in the section. */
  relocationOffset(words: Uint32Array, at: number): number {
    const low = words[at] as number;
    const high = this.#is64 ? (words[at + 1] as number) : 0;
    return high === 0 ? low : high * wordOf + low;
  }

  /** One of `R_RISCV`. */
  relocationType(words: Uint32Array, at: number): number {
    return this.#is64 ? (words[at + 2] as number) : (words[at + 1] as number) & 0xff;
  }

  /** Index of its symbol, 0 where it has none. Throws `ElfError` where there is no such symbol. */
  relocationSymbol(words: Uint32Array, at: number): number {
    const symbol = this.#is64 ? (words[at + 3] as number) : (words[at + 1] as number) >>> 8;
    if (symbol !== 0 && symbol >= this.symbolCount) {
      throw corrupt(`a relocation names symbol ${symbol}, which does not exist`);
    }
    return symbol;
  }

  relocationAddend(words: Uint32Array, at: number): number {
    if (!this.#is64) return (words[at + 2] as number) | 0;
    const low = (words[at + 4] as number) | 0;
    const high = (words[at + 5] as number) | 0;
    // Small integers stay small integers for the engine.
    return high === low >> 31 ? low : high * wordOf + (low >>> 0);
  }

  #word(at: number): number {
    const low = this.#view.getUint32(at, true);
    const high = this.#is64 ? this.#view.getUint32(at + 4, true) : 0;
    return high === 0 ? low : high * wordOf + low;
  }

  /** A table as words: a view where its place allows one. */
  #wordsAt(start: number, size: number): Uint32Array {
    const place = this.#bytes.byteOffset + start;
    if ((place & 3) === 0) return new Uint32Array(this.#bytes.buffer, place, size >> 2);
    return new Uint32Array(this.#bytes.slice(start, start + (size & ~3)).buffer);
  }

  #exact(at: number): bigint {
    return this.#is64 ? this.#view.getBigUint64(at, true) : BigInt(this.#view.getUint32(at, true));
  }

  /** Where a table is in the file, which must hold all of it. */
  #place({ offset, size }: Header, what: string): number {
    if (offset + size > this.#bytes.length) throw truncated(what);
    return offset;
  }

  /** As `#place`, for a table; the tables together may not be larger than the file. */
  #claim(header: Header, what: string): number {
    const start = this.#place(header, `the ${what}`);
    this.#claimed += header.size;
    if (this.#claimed > this.#bytes.length) throw corrupt(`its ${what} overlaps another table`);
    return start;
  }

  #readSections(headers: readonly Header[], sectionNames: number) {
    const nameOf = this.#strings(headers[sectionNames], "the section names");
    const tables = new Set([sectionNames]);
    for (const { type, link } of headers) if (type === SHT.SYMTAB) tables.add(link);
    return headers.map((header, index): ObjectSection | undefined => {
      const { type, flags, address, size, alignment, entrySize } = header;
      if (isEncoding(header) || (type === SHT.STRTAB && tables.has(index))) return undefined;
      const name = nameOf(header.name);
      const hasData = type !== SHT.NOBITS && size !== 0;
      const start = hasData ? this.#place(header, `section ${name || index}`) : 0;
      const data = this.#bytes.subarray(start, hasData ? start + size : start);
      const relocations: RelocationRange[] = [];
      const linked = (flags & Number(SHF.LINK_ORDER)) === 0 ? 0 : header.link;
      const place = { name, type, flags, address, size, data, alignment, entrySize };
      return { ...place, relocations, group: undefined, linked };
    });
  }

  #readRelocationHeaders(headers: readonly Header[]): void {
    for (const header of headers) {
      if (header.type !== SHT.RELA || (header.flags & allocated) !== 0) continue;
      const start = this.#claim(header, "relocation table");
      const words = this.#wordsAt(start, header.size);
      const count = Math.floor(words.length / this.relocationWords);
      this.sectionAt[header.info]?.relocations.push({ words, count });
    }
  }

  /** Notes in each member of a section group the group's signature. */
  #readGroups(headers: readonly Header[]): void {
    for (const header of headers) {
      if (header.type !== SHT.GROUP) continue;
      const start = this.#claim(header, "section group");
      const name = header.info < this.symbolCount ? this.#signature(header.info) : "";
      for (let at = 4; at + 4 <= header.size; at += 4) {
        const member = this.sectionAt[this.#view.getUint32(start + at, true)];
        if (member !== undefined) member.group = name;
      }
    }
  }

  /** A group's name: that of its symbol, or of its section for a section symbol. */
  #signature(index: number): string {
    const name = this.symbolName(index);
    if (name !== "") return name;
    return this.sectionAt[this.symbolSection(index)]?.name ?? "";
  }

  /** A reader of names; a table of plain characters is decoded as a whole. */
  #strings(header: Header | undefined, what: string): (offset: number) => string {
    if (header === undefined || header.type === SHT.NULL) return () => "";
    if (header.type !== SHT.STRTAB) throw corrupt(`${what} are not in a string table`);
    const start = this.#place(header, what);
    const data = this.#bytes.subarray(start, start + header.size);
    const decoder = new TextDecoder();
    const text = decoder.decode(data);
    const isPlain = text.length === data.length;
    let budget = 64 * this.#bytes.length;
    return (offset) => {
      if (offset >= data.length && offset !== 0) throw corrupt(`${what} end before ${offset}`);
      const zero = data.indexOf(0, offset);
      const end = zero < 0 ? data.length : zero;
      // Names may share tails, but not so many that they grow far beyond their table.
      budget -= end - offset;
      if (budget < 0) throw corrupt(`${what} overlap too much`);
      return isPlain ? text.slice(offset, end) : decoder.decode(data.subarray(offset, end));
    };
  }
}

/** Views the bytes of an object. Throws `ElfError` when they contradict themselves. */
export const viewObject = (bytes: Uint8Array): ObjectView => new ObjectView(bytes);
