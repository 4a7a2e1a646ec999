/**
 * Archives of object files (`.a`): a header of 60 bytes before each member, an index of the symbols
 * that members define, and a table of names that are longer than 15 characters. Read are the
 * variants of System V (GNU; the index with 32-bit and 64-bit offsets), of BSD (`#1/` names,
 * `__.SYMDEF`), and thin archives, whose members are files of their own. Man page ar(5).
 */
import { corruptArchive } from "./errors.ts";

/** A member of an archive. */
export interface ArchiveMember {
  readonly name: string;
  /** Where its header is in the archive; the index of symbols names members by it. */
  readonly offset: number;
  readonly size: number;
  /** The contents as a view; undefined in a thin archive, where `name` is the path of a file. */
  readonly data: Uint8Array | undefined;
}

/** An archive. */
export interface Archive {
  readonly isThin: boolean;
  /** Members with content, in the order of the archive: without index and table of names. */
  readonly members: readonly ArchiveMember[];
  /** The index: global symbols and the members that define them. Empty when there is no index. */
  readonly symbols: readonly { readonly name: string; readonly member: ArchiveMember }[];
  /** Whether the archive has an index of its symbols. */
  readonly hasIndex: boolean;
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

/** Reads an archive. Throws `ElfError` when it contradicts itself. */
export function readArchive(bytes: Uint8Array): Archive {
  if (!looksLikeArchive(bytes)) throw corruptArchive("it does not begin as an archive does");
  return new ArchiveReader(bytes).read();
}

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

class ArchiveReader {
  readonly #bytes: Uint8Array;
  readonly #members: ArchiveMember[] = [];
  #longNames: Uint8Array = new Uint8Array(0);
  #index: Index | undefined;
  #isThin = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Archive {
    this.#isThin = textAt(this.#bytes, 0, 8) === magicOf.thin;
    let offset = 8;
    while (offset + headerSize <= this.#bytes.length) {
      const next = this.#readMember(offset);
      offset = next + (next & 1);
    }
    if (offset < this.#bytes.length) throw corruptArchive("its last member is cut off");
    const symbols = this.#index === undefined ? [] : this.#readIndex(this.#index);
    const hasIndex = this.#index !== undefined;
    return { isThin: this.#isThin, members: this.#members, symbols, hasIndex };
  }

  /** Reads the member at an offset; returns where its contents end. */
  #readMember(offset: number): number {
    const bytes = this.#bytes;
    if (textAt(bytes, offset + 58, 2) !== "`\n") {
      throw corruptArchive(`the header of the member at offset ${offset} does not end as it must`);
    }
    const sizeText = textAt(bytes, offset + 48, 10).trim();
    if (!/^\d+$/.test(sizeText)) {
      throw corruptArchive(`the size of the member at offset ${offset} is no number`);
    }
    const size = Number(sizeText);
    const rawName = textAt(bytes, offset, 16).trimEnd();
    const start = offset + headerSize;
    const isSpecial = rawName === "/" || rawName === "//" || rawName === "/SYM64/";
    const isOutside = this.#isThin && !isSpecial;
    const end = isOutside ? start : start + size;
    if (end > bytes.length) {
      throw corruptArchive(`the member at offset ${offset} is longer than the file`);
    }
    const data = isOutside ? undefined : bytes.subarray(start, end);
    this.#note(rawName, offset, size, data);
    return end;
  }

  #note(rawName: string, offset: number, size: number, data: Uint8Array | undefined): void {
    if (rawName === "//") {
      this.#longNames = data ?? this.#longNames;
      return;
    }
    const bsd = /^#1\/(\d+)$/.exec(rawName);
    let name = rawName;
    let content = data;
    if (bsd !== null && data !== undefined) {
      const length = Number(bsd[1]);
      if (length > data.length) throw corruptArchive(`the name at offset ${offset} is too long`);
      name = textAt(data, 0, length).replace(/\0+$/, "");
      content = data.subarray(length);
    } else if (/^\/\d+/.test(rawName)) name = this.#longName(rawName, offset);
    else if (rawName.length > 1 && rawName !== "/SYM64/") name = rawName.replace(/\/$/, "");
    const kind = Object.hasOwn(indexes, name) ? indexes[name] : undefined;
    if (kind !== undefined && content !== undefined) {
      this.#index ??= { kind, data: content };
      return;
    }
    this.#members.push({ name, offset, size: content?.length ?? size, data: content });
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

  #readIndex({ kind, data }: Index): Archive["symbols"][number][] {
    const byOffset = new Map(this.#members.map((member) => [member.offset, member]));
    const found =
      kind === "bsd32" || kind === "bsd64" ? bsdIndex(data, kind) : gnuIndex(data, kind);
    return found.map(({ name, offset }) => {
      const member = byOffset.get(offset);
      if (member === undefined) {
        throw corruptArchive(
          `its index says that ${name} is at offset ${offset}, where no member is`,
        );
      }
      return { name, member };
    });
  }
}

interface IndexEntry {
  readonly name: string;
  readonly offset: number;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** Big-endian count, that many offsets, that many zero-terminated names. */
function gnuIndex(data: Uint8Array, kind: string): IndexEntry[] {
  const width = kind === "index64" ? 8 : 4;
  const view = viewOf(data);
  const read = (at: number) =>
    width === 8 ? Number(view.getBigUint64(at, false)) : view.getUint32(at, false);
  if (data.length < width) return [];
  const count = read(0);
  if ((count + 1) * width > data.length)
    throw corruptArchive("its index is longer than its member");
  const entries: IndexEntry[] = [];
  let at = (count + 1) * width;
  for (let index = 1; index <= count; index++) {
    const zero = data.indexOf(0, at);
    if (at >= data.length || zero < 0)
      throw corruptArchive("its index has fewer names than offsets");
    entries.push({ name: textAt(data, at, zero - at), offset: read(index * width) });
    at = zero + 1;
  }
  return entries;
}

/** The size of pairs (name, offset), the pairs, the size of the names, the names; little-endian. */
function bsdIndex(data: Uint8Array, kind: string): IndexEntry[] {
  const width = kind === "bsd64" ? 8 : 4;
  const view = viewOf(data);
  const read = (at: number) => {
    if (at + width > data.length) throw corruptArchive("its index is longer than its member");
    return width === 8 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
  };
  const count = Math.floor(read(0) / (2 * width));
  if (count * 2 * width > data.length) throw corruptArchive("its index is longer than its member");
  const names = width + count * 2 * width + width;
  const entries: IndexEntry[] = [];
  let budget = 16 * data.length;
  for (let index = 0; index < count; index++) {
    const start = names + read(width + index * 2 * width);
    const zero = data.indexOf(0, start);
    if (start >= data.length || zero < 0) throw corruptArchive("a name of its index lies outside");
    budget -= zero - start;
    if (budget < 0) throw corruptArchive("the names of its index overlap too much");
    const offset = read(width + index * 2 * width + width);
    entries.push({ name: textAt(data, start, zero - start), offset });
  }
  return entries;
}
