/**
 * ELF bytes → model. Headers first, then names, then the symbol table, then relocations, each table
 * checked against the file's size before it is touched. Tables of a sound file do not overlap, so
 * the sum of their sizes is bounded by the file's, and a hostile file cannot make the reader slow
 * or large. System V ABI, chapter "Object Files".
 */
import { EM, ET, SHF, SHN, SHT, STT } from "./constants.ts";
import { corrupt, truncated, wrongMachine } from "./errors.ts";
import { isEncoding, readHeaders, type SectionHeader, stringTables } from "./headers.ts";
import type { ElfFile, ElfSymbol, Section, Segment } from "./model.ts";
import { type fileHeader, layoutsOf, type RecordOf, readRecord, recordSize } from "./records.ts";

export { looksLikeElf } from "./headers.ts";

/**
 * Reads an ELF file of either class and of any machine; use {@link requireRiscv} on the result.
 * Section and segment contents are views into `bytes`. Throws `ElfError`.
 */
export function readElf(bytes: Uint8Array): ElfFile {
  return new ElfReader(bytes).read();
}

/** Throws `ElfError` unless the file is for RISC-V; returns it otherwise. */
export function requireRiscv(file: ElfFile): ElfFile {
  if (file.machine !== EM.RISCV) throw wrongMachine(file.machine);
  return file;
}

class ElfReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #bits: 32 | 64 = 64;
  #headers: readonly SectionHeader[] = [];
  /** By index in the file; undefined for sections that only encode the model. */
  #sections: (Section | undefined)[] = [];
  /** By index in the file's symbol table. */
  #symbols: (ElfSymbol | undefined)[] = [];
  #tableBytes = 0;
  #nameBytes = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): ElfFile {
    const { bits, header, headers, sectionNames } = readHeaders(this.#bytes);
    this.#bits = bits;
    this.#headers = headers;
    const segments = this.#readSegments(header);
    this.#readSections(sectionNames);
    this.#readSymbols();
    this.#readRelocations(header.type !== ET.REL);
    this.#readGroups();
    return {
      class: bits,
      type: header.type,
      machine: header.machine,
      flags: header.flags,
      entry: header.entry,
      sections: this.#sections.filter((section) => section !== undefined),
      segments,
      symbols: this.#symbols.filter((symbol) => symbol !== undefined),
    };
  }

  #readSegments(header: RecordOf<typeof fileHeader>): Segment[] {
    const bits = this.#bits;
    const { programHeader: layout } = layoutsOf(bits);
    const size = recordSize(layout, bits);
    const count =
      header.programHeaderCount === 0xffff
        ? (this.#headers[0]?.info ?? 0xffff)
        : header.programHeaderCount;
    if (header.programHeaders === 0n || count === 0) return [];
    if (header.programHeaderSize !== size) {
      throw corrupt(`its program headers have ${header.programHeaderSize} bytes, not ${size}`);
    }
    const start = this.#claimTable(
      header.programHeaders,
      BigInt(count) * BigInt(size),
      "program header table",
    );
    return Array.from({ length: count }, (_, index) => {
      const record = readRecord(this.#view, start + index * size, layout, bits);
      const { type, flags, offset, virtualAddress, physicalAddress } = record;
      const { fileSize, memorySize, alignment } = record;
      const data = this.#content(offset, fileSize, `segment ${index}`);
      return {
        type,
        flags,
        offset,
        virtualAddress,
        physicalAddress,
        fileSize,
        memorySize,
        alignment,
        data,
      };
    });
  }

  #readSections(sectionNames: number): void {
    const names = this.#headers[sectionNames];
    if (sectionNames !== 0 && names === undefined) {
      throw corrupt(`section ${sectionNames}, which should hold the section names, does not exist`);
    }
    const strings = this.#strings(names, "the section names");
    /** 1 + position in the model of each section of the file, 0 for those left out. */
    const positions: number[] = [];
    const tables = stringTables(this.#headers, sectionNames);
    let count = 0;
    for (const [index, header] of this.#headers.entries()) {
      const isLeftOut = isEncoding(header) || (header.type === SHT.STRTAB && tables.has(index));
      positions.push(isLeftOut ? 0 : ++count);
    }
    this.#sections = this.#headers.map((header, index) => {
      if (positions[index] === 0) return undefined;
      const name = strings(header.name);
      const isEmpty = header.type === SHT.NOBITS;
      const hasInfoLink = (header.flags & SHF.INFO_LINK) !== 0n;
      return {
        name,
        type: header.type,
        flags: header.flags,
        address: header.address,
        size: header.size,
        data: isEmpty
          ? new Uint8Array(0)
          : this.#content(header.offset, header.size, `section ${name || index}`),
        alignment: header.alignment,
        entrySize: header.entrySize,
        link: positions[header.link] ?? 0,
        info: hasInfoLink ? (positions[header.info] ?? 0) : header.info,
        relocations: [],
        fileOffset: header.offset,
      };
    });
  }

  #readSymbols(): void {
    const bits = this.#bits;
    const { symbol: layout } = layoutsOf(bits);
    const size = recordSize(layout, bits);
    const table = this.#headers.findIndex((header) => header.type === SHT.SYMTAB);
    const header = this.#headers[table];
    if (header === undefined) return;
    const start = this.#claimTable(header.offset, header.size, "symbol table");
    const strings = this.#strings(this.#headers[header.link], "the symbol names");
    const indexes = this.#extendedIndexes(table);
    const count = Math.floor(Number(header.size) / size);
    this.#symbols = [undefined];
    for (let index = 1; index < count; index++) {
      const record = readRecord(this.#view, start + index * size, layout, bits);
      const section = this.#sectionOf(record.section, indexes(index));
      const isOfEncoding = section === undefined;
      const type = record.info & 15;
      if (isOfEncoding && type === STT.SECTION) {
        this.#symbols.push(undefined);
        continue;
      }
      this.#symbols.push({
        name: strings(record.name),
        value: record.value,
        size: record.size,
        binding: record.info >> 4,
        type,
        visibility: record.other,
        section: section ?? "absolute",
      });
    }
  }

  /** What `st_shndx` means; undefined for a section that only encodes the model. */
  #sectionOf(index: number, extended: number): ElfSymbol["section"] | undefined {
    if (index === SHN.UNDEF) return "undefined";
    if (index === SHN.ABS) return "absolute";
    if (index === SHN.COMMON) return "common";
    const real = index === SHN.XINDEX ? extended : index;
    if (index !== SHN.XINDEX && index >= SHN.LORESERVE) return "absolute";
    if (real >= this.#headers.length) {
      throw corrupt(`a symbol is in section ${real}, which does not exist`);
    }
    return this.#sections[real];
  }

  /** Section indexes that do not fit in 16 bits, by symbol. */
  #extendedIndexes(table: number): (symbol: number) => number {
    const header = this.#headers.find(
      ({ type, link }) => type === SHT.SYMTAB_SHNDX && link === table,
    );
    if (header === undefined) return () => 0;
    const start = this.#claimTable(header.offset, header.size, "extended section index table");
    const count = Number(header.size) >> 2;
    return (symbol) => (symbol < count ? this.#view.getUint32(start + symbol * 4, true) : 0);
  }

  /** Attaches every non-loaded SHT_RELA to its section. */
  #readRelocations(hasAddresses: boolean): void {
    const bits = this.#bits;
    const { relocation: layout } = layoutsOf(bits);
    const size = recordSize(layout, bits);
    const shift = bits === 32 ? 8n : 32n;
    const mask = bits === 32 ? 0xffn : 0xffffffffn;
    for (const header of this.#headers) {
      if (header.type !== SHT.RELA || (header.flags & SHF.ALLOC) !== 0n) continue;
      const section = this.#sections[header.info];
      if (section === undefined) continue;
      const start = this.#claimTable(header.offset, header.size, "relocation table");
      const base = hasAddresses ? section.address : 0n;
      for (let at = 0; at + size <= Number(header.size); at += size) {
        const record = readRecord(this.#view, start + at, layout, bits);
        const symbol = Number(record.info >> shift);
        if (symbol !== 0 && symbol >= this.#symbols.length) {
          throw corrupt(
            `a relocation of ${section.name} names symbol ${symbol}, which does not exist`,
          );
        }
        section.relocations.push({
          offset: record.offset - base,
          type: Number(record.info & mask),
          symbol: this.#symbols[symbol],
          addend: record.addend,
        });
      }
    }
  }

  /** Notes in each member of a section group the group's signature. */
  #readGroups(): void {
    for (const header of this.#headers) {
      if (header.type !== SHT.GROUP) continue;
      const start = this.#claimTable(header.offset, header.size, "section group");
      const signature = this.#symbols[header.info];
      const name = signature === undefined ? "" : signatureName(signature);
      for (let at = 4; at + 4 <= Number(header.size); at += 4) {
        const member = this.#sections[this.#view.getUint32(start + at, true)];
        if (member !== undefined) member.group = name;
      }
    }
  }

  /** The byte offset of a region that must lie in the file. */
  #place(offset: bigint, size: bigint, what: string): number {
    if (offset + size > BigInt(this.#bytes.length)) throw truncated(what);
    return Number(offset);
  }

  /** As `#place`, for a table; the tables together may not be larger than the file. */
  #claimTable(offset: bigint, size: bigint, what: string): number {
    const start = this.#place(offset, size, `the ${what}`);
    this.#tableBytes += Number(size);
    if (this.#tableBytes > this.#bytes.length) throw corrupt(`its ${what} overlaps another table`);
    return start;
  }

  #content(offset: bigint, size: bigint, what: string): Uint8Array {
    if (size === 0n) return new Uint8Array(0);
    const start = this.#place(offset, size, what);
    return this.#bytes.subarray(start, start + Number(size));
  }

  /** A reader of zero-terminated strings in a string table, each decoded once. */
  #strings(header: SectionHeader | undefined, what: string): (offset: number) => string {
    if (header === undefined || header.type === SHT.NULL) return () => "";
    if (header.type !== SHT.STRTAB) throw corrupt(`${what} are not in a string table`);
    const data = this.#content(header.offset, header.size, what);
    const decoder = new TextDecoder();
    const known = new Map<number, string>();
    return (offset) => {
      const before = known.get(offset);
      if (before !== undefined) return before;
      if (offset >= data.length && offset !== 0) {
        throw corrupt(`${what} end before offset ${offset}`);
      }
      const end = data.indexOf(0, offset);
      const stop = end < 0 ? data.length : end;
      // Names may share tails, but not so many that they grow far beyond their table.
      this.#nameBytes += stop - offset;
      if (this.#nameBytes > 16 * this.#bytes.length) throw corrupt(`${what} overlap too much`);
      const name = decoder.decode(data.subarray(offset, stop));
      known.set(offset, name);
      return name;
    };
  }
}

/** The name by which a group is known: its symbol's, or its section's for a section symbol. */
function signatureName(symbol: ElfSymbol): string {
  if (symbol.name !== "" || typeof symbol.section === "string") return symbol.name;
  return symbol.section.name;
}
