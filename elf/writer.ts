/**
 * Model → ELF bytes. The file's sections are numbered first (groups, then each content section
 * followed by its relocations, then symbol and string tables), contents are placed in the order
 * that GNU tools use (contents, symbols, names, relocations, section names, section headers), and
 * the records are written last. System V ABI, chapter "Object Files".
 */
import { ELFOSABI, ET, GRP, PT, SHF, SHN, SHT, STB, STT } from "./constants.ts";
import { unwritable } from "./errors.ts";
import { alignUp, headersSize } from "./layout.ts";
import type { ElfFile, ElfSymbol, Section, Segment } from "./model.ts";
import {
  fileHeader,
  layoutsOf,
  offsetsOf,
  type RecordOf,
  recordSize,
  type sectionHeader,
  writeRecord,
} from "./records.ts";
import { rowsOf } from "./relocation-rows.ts";
import { StringTable } from "./string-table.ts";

type SectionHeader = RecordOf<typeof sectionHeader>;

/** A section of the file to be: its header, its bytes, and the model's section if it has one. */
interface Piece {
  name: string;
  header: SectionHeader;
  data: Uint8Array;
  section?: Section;
}

/**
 * Writes a model as a file. A relocatable file has no segments; in an executable the segments' own
 * `offset`s are kept (see `segmentsOf` in `layout.ts`), sections that lie in a PT_LOAD are placed in
 * it, others behind. Throws `ElfError` when something in the model points outside of it or
 * segments overlap the headers.
 */
export function writeElf(file: ElfFile): Uint8Array {
  return new ElfWriter(file).write();
}

class ElfWriter {
  readonly #file: ElfFile;
  readonly #bits: 32 | 64;
  readonly #pieces: Piece[] = [];
  /** Index in the file of each section of the model. */
  readonly #indexes = new Map<Section, number>();
  /** Symbols in the file's order, local ones first. */
  readonly #symbols: readonly ElfSymbol[];
  readonly #localCount: number;
  readonly #names = new StringTable();

  constructor(file: ElfFile) {
    this.#file = file;
    this.#bits = file.class;
    const locals: ElfSymbol[] = [];
    const others: ElfSymbol[] = [];
    for (const symbol of file.symbols) {
      if (symbol.binding === STB.LOCAL) locals.push(symbol);
      else others.push(symbol);
    }
    this.#localCount = locals.length;
    this.#symbols = locals.concat(others);
    // Much faster than a table from objects to numbers.
    let number = 0;
    for (const symbol of this.#symbols) symbol.number = ++number;
  }

  write(): Uint8Array {
    this.#addSections();
    const segmentsEnd = this.#placeSections();
    const names = this.#pieces.at(-1) as Piece;
    const last = this.#placeTables(segmentsEnd, names);
    return this.#assemble(last);
  }

  get #wordSize(): bigint {
    return BigInt(this.#bits / 8);
  }

  /** Makes the list of the file's sections with all but their places, sizes of tables included. */
  #addSections(): void {
    // GNU tools name the tables first; the same order gives the same bytes.
    const hasSymbols = this.#needsSymbols();
    if (hasSymbols) for (const name of [".symtab", ".strtab"]) this.#names.add(name);
    this.#names.add(".shstrtab");
    const groups = this.#addGroups();
    const relocations: [Piece, Section][] = [];
    for (const section of this.#file.sections) {
      const index = this.#add(section.name, this.#headerOf(section), section.data);
      (this.#pieces[index - 1] as Piece).section = section;
      this.#indexes.set(section, index);
      if (section.group !== undefined) groups.get(section.group)?.push(index);
      if (relocationsOf(section).length === 0) continue;
      const table = this.#addRelocations(section, index);
      relocations.push([this.#pieces[table - 1] as Piece, section]);
      if (section.group !== undefined) groups.get(section.group)?.push(table);
    }
    for (const { header, section } of this.#pieces) {
      if (section !== undefined) this.#link(header, section);
    }
    const symbolTable = hasSymbols ? this.#addSymbols() : 0;
    for (const [piece, section] of relocations) {
      piece.header.link = symbolTable;
      piece.data = this.#relocationBytes(section);
      piece.header.size = BigInt(piece.data.length);
    }
    this.#fillGroups(groups, symbolTable);
    this.#add(".shstrtab", this.#tableHeader(SHT.STRTAB, 1n, 0), new Uint8Array(0));
  }

  /** Relocations and groups refer to a symbol table even when it is empty. */
  #needsSymbols(): boolean {
    return (
      this.#symbols.length > 0 ||
      this.#file.sections.some((section) => relocationsOf(section).length > 0 || section.group)
    );
  }

  /** Appends a section; returns its index in the file. */
  #add(name: string, header: SectionHeader, data: Uint8Array): number {
    this.#names.add(name);
    this.#pieces.push({ name, header, data });
    return this.#pieces.length;
  }

  /** One empty group section for each group; returns the list of members for each, to be filled. */
  #addGroups(): Map<string, number[]> {
    const groups = new Map<string, number[]>();
    for (const { group } of this.#file.sections) {
      if (group === undefined || groups.has(group)) continue;
      groups.set(group, []);
      this.#add(".group", this.#tableHeader(SHT.GROUP, 4n, 4), new Uint8Array(0));
    }
    return groups;
  }

  #fillGroups(groups: Map<string, number[]>, symbolTable: number): void {
    for (const [index, [signature, members]] of [...groups].entries()) {
      const piece = this.#pieces[index] as Piece;
      const symbol = this.#symbols.findIndex(
        ({ name, type, section }) =>
          name === signature ||
          (type === STT.SECTION && typeof section === "object" && section.name === signature),
      );
      if (symbol < 0) throw unwritable(`group signature ${signature} is not among the symbols`);
      piece.data = new Uint8Array(new Uint32Array([GRP.COMDAT, ...members]).buffer);
      piece.header.size = BigInt(piece.data.length);
      piece.header.link = symbolTable;
      piece.header.info = symbol + 1;
    }
  }

  #headerOf(section: Section): SectionHeader {
    if (section.type !== SHT.NOBITS && BigInt(section.data.length) !== section.size) {
      const { name, data, size } = section;
      throw unwritable(`section ${name} has ${data.length} bytes, but its size says ${size}`);
    }
    const { type, flags, address, size, alignment, entrySize } = section;
    return {
      name: 0,
      type,
      flags,
      address,
      offset: 0n,
      size,
      link: 0,
      info: 0,
      alignment,
      entrySize,
    };
  }

  /** Turns the model's positions into the file's indexes. */
  #link(header: SectionHeader, section: Section): void {
    const indexOf = (position: number) => {
      if (position === 0) return 0;
      const index = this.#indexes.get(this.#file.sections[position - 1] as Section);
      if (index === undefined) throw unwritable(`${section.name} links to no section of the file`);
      return index;
    };
    header.link = indexOf(section.link);
    header.info = (section.flags & SHF.INFO_LINK) !== 0n ? indexOf(section.info) : section.info;
  }

  /** Header of a table that encodes the model. */
  #tableHeader(type: number, alignment: bigint, entrySize: number): SectionHeader {
    return {
      name: 0,
      type,
      flags: 0n,
      address: 0n,
      offset: 0n,
      size: 0n,
      link: 0,
      info: 0,
      alignment,
      entrySize: BigInt(entrySize),
    };
  }

  #addRelocations(section: Section, target: number): number {
    const size = recordSize(layoutsOf(this.#bits).relocation, this.#bits);
    const header = this.#tableHeader(SHT.RELA, this.#wordSize, size);
    header.flags = SHF.INFO_LINK | (section.group === undefined ? 0n : SHF.GROUP);
    header.info = target;
    return this.#add(`.rela${section.name}`, header, new Uint8Array(0));
  }

  #relocationBytes(section: Section): Uint8Array {
    const bits = this.#bits;
    const { relocation: layout } = layoutsOf(bits);
    const size = recordSize(layout, bits);
    const at = offsetsOf(layout, bits);
    const base = this.#file.type === ET.REL ? 0n : section.address;
    const rows = rowsOf(section);
    const data = new Uint8Array(size * relocationsOf(section).length);
    const view = new DataView(data.buffer);
    let start = 0;
    const put = (
      offset: number,
      type: number,
      symbol: ElfSymbol | undefined,
      addend: bigint,
    ): void => {
      const number = this.#numberOf(symbol, section);
      if (bits === 64) {
        // The symbol is in the upper half of the information, the type in the lower.
        view.setUint32(start + at.info, type, true);
        view.setUint32(start + at.info + 4, number, true);
        if (addend !== 0n) view.setBigInt64(start + at.addend, addend, true);
      } else {
        view.setUint32(start + at.info, number * 256 + (type & 255), true);
        if (addend !== 0n) {
          view.setInt32(start + at.addend, Number(BigInt.asIntN(32, addend)), true);
        }
      }
      view.setUint32(start + at.offset, offset, true);
      start += size;
    };
    if (rows !== undefined && base === 0n) {
      rows.forEach(put);
      return data;
    }
    for (const { offset, type, symbol, addend } of section.relocations) {
      const place = offset + base;
      if (bits === 64) view.setUint32(start + at.offset + 4, Number(place >> 32n), true);
      put(Number(BigInt.asUintN(32, place)), type, symbol, addend);
    }
    return data;
  }

  /** The number of a relocation's symbol; 0 without one. */
  #numberOf(symbol: ElfSymbol | undefined, section: Section): number {
    if (symbol === undefined) return 0;
    const { number = 0 } = symbol;
    if (this.#symbols[number - 1] === symbol) return number;
    const what = `${symbol.name}, which is not among the symbols`;
    throw unwritable(`a relocation of ${section.name} refers to ${what}`);
  }

  /** Adds `.symtab` and `.strtab`; returns the index of the former. */
  #addSymbols(): number {
    const bits = this.#bits;
    const { symbol: layout } = layoutsOf(bits);
    const size = recordSize(layout, bits);
    const strings = new StringTable();
    for (const { name } of this.#symbols) strings.add(name);
    const { data: text, offsetOf } = strings.finish();
    const data = new Uint8Array(size * (this.#symbols.length + 1));
    const view = new DataView(data.buffer);
    const at = offsetsOf(layout, bits);
    let start = size;
    for (const symbol of this.#symbols) {
      view.setUint32(start + at.name, offsetOf(symbol.name), true);
      view.setUint8(start + at.info, (symbol.binding << 4) | symbol.type);
      view.setUint8(start + at.other, symbol.visibility);
      view.setUint16(start + at.section, this.#sectionIndex(symbol), true);
      if (bits === 64) {
        view.setBigUint64(start + at.value, symbol.value, true);
        view.setBigUint64(start + at.size, symbol.size, true);
      } else {
        view.setUint32(start + at.value, Number(BigInt.asUintN(32, symbol.value)), true);
        view.setUint32(start + at.size, Number(BigInt.asUintN(32, symbol.size)), true);
      }
      start += size;
    }
    const header = this.#tableHeader(SHT.SYMTAB, this.#wordSize, size);
    header.info = 1 + this.#localCount;
    header.size = BigInt(data.length);
    const index = this.#add(".symtab", header, data);
    const names = this.#tableHeader(SHT.STRTAB, 1n, 0);
    names.size = BigInt(text.length);
    header.link = this.#add(".strtab", names, text);
    return index;
  }

  #sectionIndex({ name, section }: ElfSymbol): number {
    if (section === "undefined") return SHN.UNDEF;
    if (section === "absolute") return SHN.ABS;
    if (section === "common") return SHN.COMMON;
    const index = this.#indexes.get(section);
    if (index === undefined) {
      throw unwritable(`symbol ${name} is in ${section.name}, which is not among the sections`);
    }
    if (index >= SHN.LORESERVE) throw unwritable("it has more than 65279 sections");
    return index;
  }

  /** Places headers, segments and the model's sections; returns the end of what is placed. */
  #placeSections(): bigint {
    const { segments } = this.#file;
    const first = BigInt(headersSize(this.#bits, segments.length));
    let end = first;
    for (const segment of segments) {
      const { offset, fileSize, data } = segment;
      if (BigInt(data.length) !== fileSize) {
        throw unwritable(`a segment has ${data.length} bytes, but its file size says ${fileSize}`);
      }
      if (fileSize === 0n || segment.type === PT.RISCV_ATTRIBUTES) continue;
      // A segment may have both headers inside, or those of the program; to begin in them is an error.
      const isWhole = offset === 0n || offset === BigInt(headersSize(this.#bits, 0));
      if (!isWhole && offset < first && segment.type === PT.LOAD) {
        throw unwritable(`a segment begins at offset ${offset}, inside of the file's headers`);
      }
      if (offset + fileSize > end) end = offset + fileSize;
    }
    if (end > 1n << 31n) throw unwritable(`a segment ends at offset ${end}, beyond 2 GiB`);
    for (const { header, section } of this.#pieces) {
      if (section === undefined && header.type !== SHT.GROUP) continue;
      const place = section === undefined ? undefined : placeInSegment(section, segments);
      header.offset = place ?? alignUp(end, header.alignment);
      if (place !== undefined) continue;
      end = header.offset + (header.type === SHT.NOBITS ? 0n : header.size);
    }
    return end;
  }

  /** Places the tables that encode the model; returns the offset of the section headers. */
  #placeTables(start: bigint, names: Piece): bigint {
    const { data, offsetOf } = this.#names.finish();
    names.data = data;
    names.header.size = BigInt(data.length);
    for (const piece of this.#pieces) piece.header.name = offsetOf(piece.name);
    const rank = ({ header }: Piece) => (header.type === SHT.RELA ? 1 : 0);
    const tables = this.#pieces
      .filter((piece) => piece.section === undefined && piece.header.type !== SHT.GROUP)
      .filter((piece) => piece !== names)
      .sort((a, b) => rank(a) - rank(b));
    let end = start;
    for (const { header } of [...tables, names]) {
      header.offset = alignUp(end, header.alignment);
      end = header.offset + header.size;
    }
    return alignUp(end, this.#wordSize);
  }

  #assemble(sectionHeaders: bigint): Uint8Array {
    const bits = this.#bits;
    const { sectionHeader: layout } = layoutsOf(bits);
    const size = recordSize(layout, bits);
    const count = this.#pieces.length + 1;
    const bytes = new Uint8Array(Number(sectionHeaders) + count * size);
    const view = new DataView(bytes.buffer);
    for (const { type, offset, data } of this.#file.segments) {
      if (type === PT.RISCV_ATTRIBUTES || data.length === 0) continue;
      bytes.set(data, Number(offset));
    }
    for (const { header, data } of this.#pieces) {
      if (header.type === SHT.NOBITS || data.length === 0) continue;
      bytes.set(data, Number(header.offset));
    }
    const first = this.#tableHeader(SHT.NULL, 0n, 0);
    // With 0xff00 sections and more, the true counts are in the null section's header.
    if (count >= SHN.LORESERVE) first.size = BigInt(count);
    if (count > SHN.LORESERVE) first.link = count - 1;
    for (const [index, header] of [first, ...this.#pieces.map((piece) => piece.header)].entries()) {
      writeRecord(view, Number(sectionHeaders) + index * size, layout, bits, header);
    }
    this.#writeProgramHeaders(view);
    this.#writeFileHeader(bytes, view, sectionHeaders, count);
    return bytes;
  }

  #writeProgramHeaders(view: DataView): void {
    const bits = this.#bits;
    const { programHeader: layout } = layoutsOf(bits);
    const size = recordSize(layout, bits);
    const attributes = this.#pieces.find(({ header }) => header.type === SHT.RISCV_ATTRIBUTES);
    for (const [index, segment] of this.#file.segments.entries()) {
      const isAttributes = segment.type === PT.RISCV_ATTRIBUTES && attributes !== undefined;
      const offset = isAttributes ? attributes.header.offset : segment.offset;
      writeRecord(view, headersSize(bits, 0) + index * size, layout, bits, { ...segment, offset });
    }
  }

  #writeFileHeader(bytes: Uint8Array, view: DataView, sections: bigint, count: number): void {
    const bits = this.#bits;
    const { type, machine, flags, entry, segments } = this.#file;
    bytes.fill(0, 0, 16);
    bytes.set([0x7f, 0x45, 0x4c, 0x46, bits === 32 ? 1 : 2, 1, 1, this.#abi()]);
    const { programHeader, sectionHeader: section } = layoutsOf(bits);
    writeRecord(view, 16, fileHeader, bits, {
      type,
      machine,
      version: 1,
      entry,
      programHeaders: segments.length === 0 ? 0n : BigInt(headersSize(bits, 0)),
      sectionHeaders: sections,
      flags,
      headerSize: headersSize(bits, 0),
      programHeaderSize: segments.length === 0 ? 0 : recordSize(programHeader, bits),
      programHeaderCount: segments.length,
      sectionHeaderSize: recordSize(section, bits),
      sectionHeaderCount: count >= SHN.LORESERVE ? 0 : count,
      sectionNames: count > SHN.LORESERVE ? SHN.XINDEX : count - 1,
    });
  }

  /** GNU's symbol types and, in objects, section flags are only valid under GNU's ABI number. */
  #abi(): number {
    const isRetained = ({ flags }: Section) => (flags & SHF.GNU_RETAIN) !== 0n;
    const isGnu =
      this.#symbols.some(
        ({ binding, type }) => binding === STB.GNU_UNIQUE || type === STT.GNU_IFUNC,
      ) ||
      (this.#file.type === ET.REL && this.#file.sections.some(isRetained));
    return isGnu ? ELFOSABI.GNU : ELFOSABI.NONE;
  }
}

/** The relocations of a section, in whichever way it has them. */
function relocationsOf(section: Section): { readonly length: number } {
  return rowsOf(section) ?? section.relocations;
}

/** The file offset of a loaded section from the PT_LOAD that holds it. */
function placeInSegment(section: Section, segments: readonly Segment[]): bigint | undefined {
  if ((section.flags & SHF.ALLOC) === 0n) return undefined;
  for (const segment of segments) {
    if (segment.type !== PT.LOAD || section.address < segment.virtualAddress) continue;
    const inside = section.address - segment.virtualAddress;
    const isZeros = section.type === SHT.NOBITS;
    const limit = isZeros ? segment.memorySize : segment.fileSize;
    if (inside + (isZeros ? 0n : section.size) > limit) continue;
    return segment.offset + inside;
  }
  return undefined;
}
