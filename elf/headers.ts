/**
 * What stands at the beginning of every ELF file and says where all else is: identification, file
 * header, section headers. System V ABI, chapter "Object Files".
 */
import { SHF, SHN, SHT } from "./constants.ts";
import { bigEndian, corrupt, notElf, truncated, unknownClass } from "./errors.ts";
import {
  fileHeader,
  layoutsOf,
  type RecordOf,
  readRecord,
  recordSize,
  type sectionHeader,
} from "./records.ts";

/** The header of a section. */
export type SectionHeader = RecordOf<typeof sectionHeader>;

/** Where the headers of a file are. */
export interface HeaderPlaces {
  readonly bits: 32 | 64;
  readonly header: RecordOf<typeof fileHeader>;
  /** Of the section headers: the place of the first, how many, and the bytes of one. */
  readonly start: number;
  readonly count: number;
  readonly size: number;
  /** The index of the section that holds the sections' names. */
  readonly sectionNames: number;
}

/** The headers of a file. */
export interface Headers extends HeaderPlaces {
  readonly headers: readonly SectionHeader[];
}

/** The bytes that say that a file is an ELF file. */
const magic = [0x7f, 0x45, 0x4c, 0x46];

/** Whether the bytes begin as those of an ELF file do. */
export function looksLikeElf(bytes: Uint8Array): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** Finds the headers. Throws `ElfError` where they are none or lie outside of the file. */
export function locateHeaders(bytes: Uint8Array): HeaderPlaces {
  const bits = classOf(bytes);
  if (16 + recordSize(fileHeader, bits) > bytes.length) throw truncated("the file header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readRecord(view, 16, fileHeader, bits);
  const { sectionHeader: layout } = layoutsOf(bits);
  const size = recordSize(layout, bits);
  const start = Number(header.sectionHeaders);
  if (start === 0) return { bits, header, start, count: 0, size, sectionNames: 0 };
  if (header.sectionHeaderSize !== size) {
    throw corrupt(`its section headers have ${header.sectionHeaderSize} bytes, not ${size}`);
  }
  if (start + size > bytes.length) throw truncated("the section header table");
  // With 0xff00 sections and more, the true counts are in the null section's header.
  const first = readRecord(view, start, layout, bits);
  const count = header.sectionHeaderCount === 0 ? Number(first.size) : header.sectionHeaderCount;
  if (start + count * size > bytes.length) throw truncated("the section header table");
  const sectionNames = header.sectionNames === SHN.XINDEX ? first.link : header.sectionNames;
  return { bits, header, start, count, size, sectionNames };
}

/** Reads the headers. Throws `ElfError` as {@link locateHeaders} does. */
export function readHeaders(bytes: Uint8Array): Headers {
  const places = locateHeaders(bytes);
  const { bits, start, count, size } = places;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { sectionHeader: layout } = layoutsOf(bits);
  const headers = Array.from({ length: count }, (_, index) =>
    readRecord(view, start + index * size, layout, bits),
  );
  return { ...places, headers };
}

function classOf(bytes: Uint8Array): 32 | 64 {
  if (!looksLikeElf(bytes)) throw notElf();
  if (bytes.length < 16) throw truncated("the file header");
  const [bits, encoding] = [bytes[4] as number, bytes[5]];
  if (bits !== 1 && bits !== 2) throw unknownClass(bits);
  if (encoding !== 1) throw bigEndian();
  return bits === 1 ? 32 : 64;
}

/** The indexes of the string tables that serve the section headers and the symbol table. */
export function stringTables(
  headers: readonly SectionHeader[],
  sectionNames: number,
): ReadonlySet<number> {
  const tables = headers.filter(({ type }) => type === SHT.SYMTAB).map(({ link }) => link);
  return new Set([sectionNames, ...tables]);
}

/** Whether a section (no string table) only encodes the model; see `model.ts`. */
export function isEncoding({ type, flags }: SectionHeader): boolean {
  if (type === SHT.RELA) return (flags & SHF.ALLOC) === 0n;
  return [SHT.NULL, SHT.SYMTAB, SHT.GROUP, SHT.SYMTAB_SHNDX].some((other) => other === type);
}
