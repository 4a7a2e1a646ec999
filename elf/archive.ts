/**
 * Archives of object files (`.a`): a header of 60 bytes before each member, an index of the symbols
 * that members define, and a table of names that are longer than 15 characters. Read are the
 * variants of System V (GNU; the index with 32-bit and 64-bit offsets), of BSD (`#1/` names,
 * `__.SYMDEF`), and thin archives, whose members are files of their own. Man page ar(5).
 */
import { corruptArchive } from "./errors.ts";

/** Bytes of which parts are read when they are wanted. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from an offset to another; both lie in the source. */
  read(from: number, to: number): Uint8Array;
}

/** A member of an archive. */
export interface ArchiveMember {
  readonly name: string;
  /** Where its header is in the archive; the index of symbols names members by it. */
  readonly offset: number;
  readonly size: number;
  /** Whether the contents are in a file of their own, of which `name` is the path. */
  readonly isOutside: boolean;
  /** Reads the contents, which are not kept; undefined in a thin archive. */
  read(): Uint8Array | undefined;
}

const headerSize = 60;
const magicOf = { plain: "!<arch>\n", thin: "!<thin>\n" };
const decoder = new TextDecoder();

const textAt = (bytes: Uint8Array, from: number, length: number) =>
  decoder.decode(bytes.subarray(from, from + length));

/** Whether the bytes begin as those of an archive do. */
export function looksLikeArchive(bytes: Uint8Array): boolean {
  const start = textAt(bytes, 0, 8);
  return start === magicOf.plain || start === magicOf.thin;
}

/**
 * Opens an archive: what stands before its members is read, members when they are asked for. Throws
 * `ElfError` when what is read contradicts itself, and so does what is asked of the archive later.
 */
export function readArchive(bytes: Uint8Array | ByteSource): Archive {
  return new Archive(bytes instanceof Uint8Array ? sourceOf(bytes) : bytes);
}

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: (from, to) => bytes.subarray(from, to),
});

/** What a special member is, by its name. */
const indexes: Readonly<Record<string, Index["kind"]>> = {
  "/": "index32",
  "/SYM64/": "index64",
  "__.SYMDEF": "bsd32",
  "__.SYMDEF SORTED": "bsd32",
  "__.SYMDEF_64": "bsd64",
};

interface Index {
  readonly kind: "index32" | "index64" | "bsd32" | "bsd64";
  readonly data: Uint8Array;
}

/** A member's header, and where its contents are. */
interface Header {
  readonly rawName: string;
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

const noIndex: SymbolIndex = { names: [], offsets: [] };

/** An archive. Made by {@link readArchive}. */
export class Archive {
  readonly isThin: boolean;
  /** Whether the archive has an index of its symbols. */
  readonly hasIndex: boolean;
  /** The index: names of global symbols, in its order. Empty when there is no index. */
  readonly symbolNames: readonly string[];
  /** Where the headers of the members that define them are. */
  readonly #symbolOffsets: ArrayLike<number>;
  readonly #source: ByteSource;
  /** Where what is not index or table of names begins. */
  readonly #start: number;
  readonly #byOffset = new Map<number, ArchiveMember>();
  #all: readonly ArchiveMember[] | undefined;
  #longNames: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource) {
    this.#source = source;
    const start = source.read(0, Math.min(8, source.size));
    if (!looksLikeArchive(start)) throw corruptArchive("it does not begin as an archive does");
    this.isThin = textAt(start, 0, 8) === magicOf.thin;
    let index: Index | undefined;
    let offset = 8;
    while (this.#hasMember(offset)) {
      const header = this.#readHeader(offset);
      const kind = this.#kindOf(header, offset);
      if (kind === undefined) break;
      const { data } = this.#nameAndData(header, offset);
      if (kind === "names") this.#longNames = data ?? this.#longNames;
      else index ??= { kind, data: data ?? new Uint8Array(0) };
      offset = header.end + (header.end & 1);
    }
    this.#start = offset;
    this.hasIndex = index !== undefined;
    const { names, offsets } = index === undefined ? noIndex : readIndex(index);
    this.symbolNames = names;
    this.#symbolOffsets = offsets;
  }

  /** Members with content, in the order of the archive: without index and table of names. */
  get members(): readonly ArchiveMember[] {
    this.#all ??= this.#readMembers();
    return this.#all;
  }

  /** Whether there is a member. */
  get isEmpty(): boolean {
    return !this.#hasMember(this.#start);
  }

  /** The member that defines the symbol at a place of the index. */
  memberOf(symbol: number): ArchiveMember {
    const offset = this.#symbolOffsets[symbol] ?? 0;
    const known = this.#byOffset.get(offset);
    if (known !== undefined) return known;
    const isInside = offset >= this.#start && offset + headerSize <= this.#source.size;
    if (!isInside) {
      const name = this.symbolNames[symbol] ?? "";
      throw corruptArchive(
        `its index says that ${name} is at offset ${offset}, where no member is`,
      );
    }
    return this.#memberAt(this.#readHeader(offset), offset);
  }

  #hasMember(offset: number): boolean {
    if (offset + headerSize <= this.#source.size) return true;
    if (offset < this.#source.size) throw corruptArchive("its last member is cut off");
    return false;
  }

  #readMembers(): ArchiveMember[] {
    const members: ArchiveMember[] = [];
    for (let offset = this.#start; this.#hasMember(offset); ) {
      const header = this.#readHeader(offset);
      if (this.#kindOf(header, offset) === undefined) members.push(this.#memberAt(header, offset));
      offset = header.end + (header.end & 1);
    }
    return members;
  }

  #readHeader(offset: number): Header {
    const bytes = this.#source.read(offset, offset + headerSize);
    const fields = textAt(bytes, 0, headerSize);
    if (fields.slice(58) !== "`\n") {
      throw corruptArchive(`the header of the member at offset ${offset} does not end as it must`);
    }
    const sizeText = fields.slice(48, 58).trim();
    if (!/^\d+$/.test(sizeText)) {
      throw corruptArchive(`the size of the member at offset ${offset} is no number`);
    }
    const size = Number(sizeText);
    const rawName = fields.slice(0, 16).trimEnd();
    const start = offset + headerSize;
    const isSpecial = rawName === "/" || rawName === "//" || rawName === "/SYM64/";
    const end = this.isThin && !isSpecial ? start : start + size;
    if (end > this.#source.size) {
      throw corruptArchive(`the member at offset ${offset} is longer than the file`);
    }
    return { rawName, size, start, end };
  }

  /** What a member is when it is none of the files. */
  #kindOf(header: Header, offset: number): Index["kind"] | "names" | undefined {
    const { rawName } = header;
    if (rawName === "//") return "names";
    if (/^#1\/\d+$/.test(rawName)) {
      const { name } = this.#nameAndData(header, offset);
      return Object.hasOwn(indexes, name) ? indexes[name] : undefined;
    }
    return Object.hasOwn(indexes, rawName) ? indexes[rawName] : undefined;
  }

  #memberAt(header: Header, offset: number): ArchiveMember {
    const known = this.#byOffset.get(offset);
    if (known !== undefined) return known;
    const { name, start } = this.#nameAndStart(header, offset);
    const { end } = header;
    const isOutside = this.isThin;
    const source = this.#source;
    const size = isOutside ? header.size : end - start;
    const read = () => (isOutside ? undefined : source.read(start, end));
    const member: ArchiveMember = { name, offset, size, isOutside, read };
    this.#byOffset.set(offset, member);
    return member;
  }

  #nameAndData(header: Header, offset: number): { name: string; data: Uint8Array | undefined } {
    const { name, start } = this.#nameAndStart(header, offset);
    const { end } = header;
    return { name, data: end === header.start ? undefined : this.#source.read(start, end) };
  }

  /** A member's name, and where its contents begin: behind the name, where BSD put it there. */
  #nameAndStart({ rawName, start, end }: Header, offset: number): { name: string; start: number } {
    const bsd = /^#1\/(\d+)$/.exec(rawName);
    if (bsd !== null && end > start) {
      const length = Number(bsd[1]);
      if (length > end - start) throw corruptArchive(`the name at offset ${offset} is too long`);
      const name = textAt(this.#source.read(start, start + length), 0, length);
      return { name: name.replace(/\0+$/, ""), start: start + length };
    }
    if (/^\/\d+/.test(rawName)) return { name: this.#longName(rawName, offset), start };
    const isPlain = rawName.length > 1 && rawName !== "/SYM64/" && rawName !== "//";
    return { name: isPlain ? rawName.replace(/\/$/, "") : rawName, start };
  }

  #longName(rawName: string, offset: number): string {
    const at = Number(/^\/(\d+)/.exec(rawName)?.[1]);
    if (at >= this.#longNames.length) {
      throw corruptArchive(`the name of the member at offset ${offset} is not in the name table`);
    }
    const newline = this.#longNames.indexOf(10, at);
    const end = newline < 0 ? this.#longNames.length : newline;
    return textAt(this.#longNames, at, end - at).replace(/\/$/, "");
  }
}

/** Names of symbols, and where the members are that define them. */
interface SymbolIndex {
  readonly names: string[];
  readonly offsets: ArrayLike<number>;
}

function readIndex({ kind, data }: Index): SymbolIndex {
  return kind === "bsd32" || kind === "bsd64" ? bsdIndex(data, kind) : gnuIndex(data, kind);
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** Big-endian count, that many offsets, that many zero-terminated names. */
function gnuIndex(data: Uint8Array, kind: string): SymbolIndex {
  const width = kind === "index64" ? 8 : 4;
  const view = viewOf(data);
  const read = (at: number) =>
    width === 8 ? Number(view.getBigUint64(at, false)) : view.getUint32(at, false);
  if (data.length < width) return noIndex;
  const count = read(0);
  if ((count + 1) * width > data.length)
    throw corruptArchive("its index is longer than its member");
  const offsets = new Float64Array(count);
  for (let index = 0; index < count; index++) offsets[index] = read((index + 1) * width);
  // All names are decoded at once: there may be thousands, of which few are wanted.
  const names = decoder.decode(data.subarray((count + 1) * width)).split("\0");
  if (names.length <= count) throw corruptArchive("its index has fewer names than offsets");
  names.length = count;
  return { names, offsets };
}

/** The size of pairs (name, offset), the pairs, the size of the names, the names; little-endian. */
function bsdIndex(data: Uint8Array, kind: string): SymbolIndex {
  const width = kind === "bsd64" ? 8 : 4;
  const view = viewOf(data);
  const read = (at: number) => {
    if (at + width > data.length) throw corruptArchive("its index is longer than its member");
    return width === 8 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
  };
  const count = Math.floor(read(0) / (2 * width));
  if (count * 2 * width > data.length) throw corruptArchive("its index is longer than its member");
  const start = width + count * 2 * width + width;
  const names: string[] = [];
  const offsets: number[] = [];
  let budget = 16 * data.length;
  for (let index = 0; index < count; index++) {
    const from = start + read(width + index * 2 * width);
    const zero = data.indexOf(0, from);
    if (from >= data.length || zero < 0) throw corruptArchive("a name of its index lies outside");
    budget -= zero - from;
    if (budget < 0) throw corruptArchive("the names of its index overlap too much");
    names.push(textAt(data, from, zero - from));
    offsets.push(read(width + index * 2 * width + width));
  }
  return { names, offsets };
}
