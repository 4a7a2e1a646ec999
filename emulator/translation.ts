/**
 * From virtual to linear addresses. A hart asks its `TranslationBuffer` first, a direct-mapped
 * software TLB in linear memory with separate tags for reading, writing and executing; on a miss
 * it asks its `Translator`, which is an `AddressSpace` for a process. What must be noticed
 * (watched pages, writes to pages with decoded code) is never entered into the buffer, so every
 * such access comes to the translator and all others cost one compare.
 *
 * Page numbers are JavaScript numbers: 52 bits are exact.
 */
import type { Width } from "../isa/semantics.ts";
import type { RecordedPages } from "./history/recordable.ts";
import { frameSize, type PhysicalMemory } from "./memory.ts";
import type { Observer } from "./observer.ts";
import { Denied, RightsTable } from "./rights-table.ts";
import { WatchedPages } from "./watched-pages.ts";

/** What a memory access wants, as an index of the buffer's parts. */
export const Access = { read: 0, write: 1, execute: 2 } as const;
export type Access = (typeof Access)[keyof typeof Access];

/** The rights of a page, a bit each, with the values of Linux's PROT_READ and so on. */
export const Right = { read: 1, write: 2, execute: 4 } as const;

/** Exception codes (privileged manual, table of mcause values), by access. */
export const pageFault = [13, 15, 12] as const;
export const accessFault = [5, 7, 1] as const;

/**
 * What {@link Translator.resolve} says of a page with which no frame as a whole can be accessed: a
 * device's, or one with a boundary of physical memory protection in it. Each access is then made
 * by {@link Translator.reach}. It is no exception's negative.
 */
export const irregular = -64;

/** Finds the frame of a page. */
export interface Translator {
  /** The frame of the page for such an access, or minus the exception code, or `irregular`. */
  resolve(page: number, access: Access): number;
  /**
   * The frame that code of the page is fetched from; negative where a fetch would trap, change
   * anything (as an accessed bit) or where the page is irregular.
   */
  codeFrame(page: number): number;
  /**
   * The linear address for one access to an irregular page, in which it lies as a whole; minus the
   * exception code; or `irregular` where it is a device that {@link load} and {@link store} reach.
   */
  reach(address: bigint, size: number, access: Access): number;
  /** Loads from a device; undefined is an access fault. */
  load(width: Width, address: bigint): bigint | undefined;
  /** Stores to a device; false is an access fault. */
  store(width: Width, address: bigint, value: bigint): boolean;
  /** Which accesses to which pages a debugger watches. */
  readonly watches: WatchedPages;
  /** Set where it has the memory's window: only then may code made for the window run. */
  readonly rightsTable?: RightsTable | undefined;
  /** Keeps the buffer free of translations that no longer hold, until {@link detach}. */
  attach(buffer: TranslationBuffer): void;
  detach(buffer: TranslationBuffer): void;
}

const entries = 4096;
const wordsPerEntry = 4;
const wordsPerPart = entries * wordsPerEntry;
/** So many places are noted until those that are there twice are looked for. */
const mostNoted = 4 * entries;
/** Contexts whose translations are kept, at most. */
const mostContexts = 16;

/** How a buffer lies in linear memory, in bytes; for engines that generate code. */
export const bufferLayout = {
  entries,
  entrySize: wordsPerEntry * 4,
  partSize: wordsPerPart * 4,
  /** Where in an entry the linear minus the virtual address is, modulo 2^32. */
  entryDistance: 12,
} as const;

/**
 * The software TLB of one hart. An entry is 16 bytes in linear memory: the page's address (a tag
 * of 64 bits; all ones when empty), the frame's offset, and how far that is from the page's address
 * (32 bits each).
 */
export class TranslationBuffer {
  /** Bytes of linear memory that a buffer takes. */
  static readonly size = 3 * wordsPerPart * 4;
  /** Counts the times that translations for execution were forgotten, in every context. */
  generation = 0;
  /** Counts the times that another translation for execution may hold: those, and selections. */
  version = 0;
  #words = new Int32Array(0);
  /** What is in the buffer. */
  #current = new BufferContext();
  /** The translations of the contexts that have been selected, by number; the oldest first. */
  readonly #contexts = new Map<number, BufferContext>();
  /** Whether there may be translations for writing, in any context. */
  #writes = false;

  /** @param offset where in linear memory it lies, a multiple of 4 */
  constructor(memory: PhysicalMemory, offset: number) {
    memory.onGrow(() => {
      this.#words = new Int32Array(memory.linear.buffer, offset, 3 * wordsPerPart);
    });
    memory.onCodeMark(() => this.flush(Access.write));
    this.#words.fill(-1);
  }

  /**
   * The linear address for the virtual address high·2^32 + low (low unsigned), or −1 on a miss.
   */
  lookup(access: Access, low: number, high: number): number {
    const words = this.#words;
    const at = access * wordsPerPart + ((low >>> 12) & (entries - 1)) * wordsPerEntry;
    if (words[at] !== ((low & ~0xfff) | 0) || words[at + 1] !== (high | 0)) return -1;
    return (words[at + 2]! >>> 0) + (low & 0xfff);
  }

  /** Enters a translation. */
  enter(access: Access, low: number, high: number, frame: number): void {
    const words = this.#words;
    const at = access * wordsPerPart + ((low >>> 12) & (entries - 1)) * wordsPerEntry;
    words[at] = low & ~0xfff;
    words[at + 1] = high;
    words[at + 2] = frame;
    words[at + 3] = frame - (low & ~0xfff);
    if (access === Access.write) this.#writes = true;
    this.#current.note(at);
  }

  /** Forgets the translations for one kind of access, or all, in every context. */
  flush(access?: Access): void {
    if (access === Access.write && !this.#writes) return;
    if (access !== Access.read && access !== Access.execute) this.#writes = false;
    if (access === undefined || access === Access.execute) {
      this.generation++;
      this.version++;
    }
    this.#current.save(this.#words);
    this.#current.drop(access);
    for (const context of this.#contexts.values()) context.drop(access);
    this.#current.restore(this.#words);
  }

  /**
   * Goes over to the translations of another context, as a privilege or the root of the page
   * tables makes one: those of this one are kept until it is selected again.
   */
  select(number: number): void {
    const context = this.#contexts.get(number) ?? new BufferContext();
    if (context === this.#current) return;
    this.#current.save(this.#words);
    context.restore(this.#words);
    this.#current = context;
    this.#contexts.delete(number);
    this.#contexts.set(number, context);
    if (this.#contexts.size > mostContexts) {
      for (const oldest of this.#contexts.keys()) {
        this.#contexts.delete(oldest);
        break;
      }
    }
    this.version++;
  }
}

/** The entries that have been made in one context, and their words while it is not selected. */
class BufferContext {
  /** Where in the buffer; some may be there twice until they are saved. */
  #places = new Int32Array(64);
  #saved = new Int32Array(64 * wordsPerEntry);
  #count = 0;

  note(at: number): void {
    if (this.#count === this.#places.length) {
      const old = this.#count < mostNoted ? this.#places : Int32Array.from(new Set(this.#places));
      this.#places = new Int32Array(2 * old.length);
      this.#places.set(old);
      this.#count = old.length;
    }
    this.#places[this.#count++] = at;
  }

  /** Takes the entries out of the buffer. */
  save(words: Int32Array): void {
    if (this.#saved.length < this.#count * wordsPerEntry) {
      this.#saved = new Int32Array(this.#places.length * wordsPerEntry);
    }
    const [places, saved] = [this.#places, this.#saved];
    let kept = 0;
    for (let n = 0; n < this.#count; n++) {
      const at = places[n]!;
      if (words[at] === -1 && words[at + 1] === -1) continue; // it was there twice
      for (let word = 0; word < wordsPerEntry; word++) {
        saved[kept * wordsPerEntry + word] = words[at + word]!;
        words[at + word] = -1;
      }
      places[kept++] = at;
    }
    this.#count = kept;
  }

  /** Puts the entries back. */
  restore(words: Int32Array): void {
    for (let n = 0; n < this.#count; n++) {
      const at = this.#places[n]!;
      for (let word = 0; word < wordsPerEntry; word++) {
        words[at + word] = this.#saved[n * wordsPerEntry + word]!;
      }
    }
  }

  /** Forgets saved entries: for one kind of access, or all. */
  drop(access: Access | undefined): void {
    let kept = 0;
    for (let n = 0; access !== undefined && n < this.#count; n++) {
      const at = this.#places[n]!;
      if (Math.floor(at / wordsPerPart) === access) continue;
      this.#places[kept] = at;
      const from = n * wordsPerEntry;
      this.#saved.copyWithin(kept * wordsPerEntry, from, from + wordsPerEntry);
      kept++;
    }
    this.#count = kept;
  }
}

/** A run of pages with the same rights and name; addresses in bytes, multiples of the page size. */
export interface Region {
  readonly start: bigint;
  /** One past the last byte. */
  readonly end: bigint;
  /** Bits of {@link Right}. */
  readonly rights: number;
  /** What it is, as "heap" or "stack". */
  readonly name: string;
}

interface PageRun {
  /** First page, and one past the last. */
  readonly first: number;
  readonly end: number;
  readonly rights: number;
  readonly name: string;
}

/** What is mapped; see {@link AddressSpace.saveMap}. */
export type SavedMap = readonly PageRun[];

/** So many pages get their frames at once, while there are so many frames left. */
const around = 16;
const plenty = 4096;

const pageOf = (address: bigint): number => Number(address >> 12n);
const pageAfter = (address: bigint): number => Number((address + 0xfffn) >> 12n);

/** The address space of a process: regions with rights, and frames for the pages in use. */
export class AddressSpace implements Translator, RecordedPages {
  readonly watches = new WatchedPages(() => {
    this.#flush();
    this.#describeAll();
  });
  readonly memory: PhysicalMemory;
  readonly xlen: 32 | 64;
  /** Is told of memory that comes and goes, while somebody observes the run. */
  listener: Pick<Observer, "written" | "unmapped"> | undefined;
  /** What generated code may do without asking; only for the owner of the memory's window. */
  readonly rightsTable: RightsTable | undefined;
  /** Disjoint, ascending. */
  #runs: readonly PageRun[] = [];
  /** The frames of the pages touched so far. */
  readonly #frames = new Map<number, number>();
  readonly #buffers = new Set<TranslationBuffer>();
  /** Where all addresses are taken as they are, one that wraps around below 0 looks like page 0. */
  readonly #mayHavePage0: boolean = true;
  /** For history: the pages written since they were last asked for; undefined: nobody asks. */
  #written: Set<number> | undefined;
  /** The address spaces that frames may be shared with, this one included. */
  #family = new Set<AddressSpace>([this]);

  /** @param ownsWindow false where another address space has the memory's window, if it has one */
  constructor(memory: PhysicalMemory, xlen: 32 | 64, ownsWindow = true) {
    this.memory = memory;
    this.xlen = xlen;
    const { window } = memory;
    if (!ownsWindow || window === undefined) return;
    this.#mayHavePage0 = window.mask !== -1;
    const table = new RightsTable(memory, window);
    this.rightsTable = table;
    memory.onCodeMark((frame) => {
      const page = table.pageAt(frame);
      if (page !== undefined) this.#describe(page);
    });
  }

  attach(buffer: TranslationBuffer): void {
    buffer.flush();
    this.#buffers.add(buffer);
  }

  detach(buffer: TranslationBuffer): void {
    buffer.flush();
    this.#buffers.delete(buffer);
  }

  /**
   * Maps zeroed pages at `start` (rounded down) to `start + length` (rounded up), replacing what
   * was there. Frames come with the first touch. False, with nothing changed, when the range
   * does not fit the address space or could not be filled within the memory limit.
   */
  map(start: bigint, length: bigint, rights: number, name = ""): boolean {
    const first = pageOf(start);
    const end = pageAfter(start + length);
    if (length <= 0n || start < 0n || start + length > 1n << BigInt(this.xlen)) return false;
    const usable = (rights & (Right.read | Right.write | Right.execute)) !== 0;
    if (usable && end - first > this.memory.freeFrames) return false;
    this.#releaseFrames(first, end);
    this.#replace(first, end, { first, end, rights: withImplied(rights), name });
    this.#flush();
    this.listener?.written(start, length);
    return true;
  }

  /** Unmaps whole pages; pages that are not mapped are no error. */
  unmap(start: bigint, length: bigint): void {
    const first = pageOf(start);
    const end = pageAfter(start + length);
    this.#releaseFrames(first, end);
    this.#replace(first, end, undefined);
    this.#flush();
    this.listener?.unmapped(start, length);
  }

  /** Changes the rights of mapped pages; false, with nothing changed, where one is not mapped. */
  protect(start: bigint, length: bigint, rights: number): boolean {
    const first = pageOf(start);
    const end = pageAfter(start + length);
    const affected = this.#runs.filter((run) => run.end > first && run.first < end);
    let covered = first;
    for (const run of affected) {
      if (run.first > covered) return false;
      covered = run.end;
    }
    if (covered < end) return false;
    for (const run of affected) {
      const part = { first: Math.max(run.first, first), end: Math.min(run.end, end) };
      const changed = { ...part, rights: withImplied(rights), name: run.name };
      this.#replace(part.first, part.end, changed);
    }
    this.#describeAll(first, end);
    this.#flush();
    return true;
  }

  /** Holds when no page of the range is mapped. */
  isFree(start: bigint, length: bigint): boolean {
    const first = pageOf(start);
    const end = pageAfter(start + length);
    return !this.#runs.some((run) => run.end > first && run.first < end);
  }

  /** The rights of the page that holds the address; undefined where it is not mapped. */
  rightsAt(address: bigint): number | undefined {
    return this.#runAt(pageOf(address))?.rights;
  }

  /** What is mapped, in ascending order. */
  regions(): Region[] {
    return this.#runs.map(({ first, end, rights, name }) => ({
      start: BigInt(first) << 12n,
      end: BigInt(end) << 12n,
      rights,
      name,
    }));
  }

  /** A copy that shares all frames until either side writes (fork). */
  copy(): AddressSpace {
    const copy = new AddressSpace(this.memory, this.xlen, false);
    copy.#runs = [...this.#runs];
    copy.#family = this.#family.add(this).add(copy);
    for (const [page, frame] of this.#frames) {
      this.memory.share(frame);
      copy.#frames.set(page, frame);
    }
    this.#flush();
    this.#describeAll();
    return copy;
  }

  /** Gives all frames back; the address space is empty then. */
  clear(): void {
    this.#releaseFrames(0, 2 ** 52);
    this.#family.delete(this);
    this.#runs = [];
    this.#flush();
  }

  /** As {@link Translator.resolve}: a page fault where unmapped, an access fault when out of RAM. */
  resolve(page: number, access: Access): number {
    const run = this.#runAt(page);
    if (run === undefined || (run.rights & (1 << access)) === 0) return -pageFault[access];
    const isNew = !this.#frames.has(page);
    const frame = this.#frame(page, access === Access.write);
    if (frame === undefined) return -accessFault[access];
    this.#describe(page);
    if (isNew) this.#touchAround(page, run);
    return frame;
  }

  /** A fetch changes nothing that a program could see. */
  codeFrame(page: number): number {
    return this.resolve(page, Access.execute);
  }

  /** No page of a process is irregular. */
  reach(_address: bigint, _size: number, access: Access): number {
    return -accessFault[access];
  }

  load(): undefined {
    return undefined;
  }

  store(): boolean {
    return false;
  }

  /**
   * Up to `length` bytes from `address` on, whatever the pages' rights; shorter where a page is
   * not mapped. For debuggers, loaders and, with `right`, for system calls: then shorter where a
   * page lacks that right.
   */
  read(address: bigint, length: number, right = 0): Uint8Array {
    const available = this.#extent(address, length, right);
    const result = new Uint8Array(available);
    const done = this.#each(address, available, right, false, (at, from, size) => {
      result.set(this.memory.bytes.subarray(at, at + size), from);
    });
    return done === available ? result : result.subarray(0, done);
  }

  /** Writes bytes, as {@link read}; returns how many were written. */
  write(address: bigint, bytes: Uint8Array, right = 0): number {
    return this.#each(address, bytes.length, right, true, (at, from, size) => {
      this.memory.bytes.set(bytes.subarray(from, from + size), at);
      const frame = at - (at % frameSize);
      if (this.memory.holdsCode(frame))
        this.memory.codeWritten(frame, at - frame, at - frame + size);
    });
  }

  /** How many of `length` bytes from `address` on are mapped with the rights, without a gap. */
  #extent(address: bigint, length: number, right: number): number {
    const pages = 2 ** (this.xlen - 12);
    let page = pageOf(BigInt.asUintN(this.xlen, address));
    let extent = -Number(address & 0xfffn);
    while (extent < length) {
      const run = this.#runAt(page);
      if (run === undefined || (run.rights & right) !== right) break;
      extent += (run.end - page) * frameSize;
      page = run.end % pages;
    }
    return Math.max(0, Math.min(extent, length));
  }

  /** Visits the range page by page: linear address, offset in the range, size. */
  #each(
    address: bigint,
    length: number,
    right: number,
    writes: boolean,
    visit: (at: number, from: number, size: number) => void,
  ): number {
    const pages = 2 ** (this.xlen - 12);
    let page = pageOf(BigInt.asUintN(this.xlen, address)) % pages;
    let within = Number(address & 0xfffn);
    let done = 0;
    while (done < length) {
      const run = this.#runAt(page);
      if (run === undefined || (run.rights & right) !== right) break;
      const frame = this.#frame(page, writes);
      if (frame === undefined) break;
      const size = Math.min(frameSize - within, length - done);
      visit(frame + within, done, size);
      done += size;
      within = 0;
      page = (page + 1) % pages;
    }
    return done;
  }

  // For history: see `RecordedPages`. --------------------------------------------------------------

  takeWritten(): number[] {
    const written = [...(this.#written ?? this.#frames.keys())];
    this.#written = new Set();
    for (const page of written) this.#describe(page);
    for (const buffer of this.#buffers) buffer.flush(Access.write);
    return written;
  }

  inUse(): Iterable<number> {
    return this.#frames.keys();
  }

  contents(page: number): Uint8Array | undefined {
    const frame = this.#frames.get(page);
    return frame === undefined ? undefined : this.memory.bytes.subarray(frame, frame + frameSize);
  }

  setContents(page: number, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.#releaseFrames(page, page + 1);
    else {
      const frame = this.#frame(page, true);
      if (frame === undefined) throw new Error(`no frame for page ${page} of an earlier time`);
      this.memory.bytes.set(bytes, frame);
      if (this.memory.holdsCode(frame)) this.memory.codeWritten(frame, 0, frameSize);
    }
    this.#written?.delete(page);
    this.#describe(page);
    this.#flush();
  }

  /** What is mapped, to be put back by {@link restoreMap}; the contents of pages are not in it. */
  saveMap(): SavedMap {
    return this.#runs;
  }

  restoreMap(map: SavedMap): void {
    if (map === this.#runs) return;
    this.#runs = map;
    this.#describeAll();
    this.#flush();
  }

  /** The frame of a mapped page, made on first touch and made its own before a write. */
  #frame(page: number, writes: boolean): number | undefined {
    if (writes) this.#written?.add(page);
    const frame = this.#frames.get(page);
    if (frame === undefined) {
      const fresh = this.rightsTable?.claim(page) ?? this.memory.allocateFrame();
      if (fresh !== undefined) this.#frames.set(page, fresh);
      return fresh;
    }
    if (!(writes && this.memory.isShared(frame))) return frame;
    const fresh = this.memory.allocateFrame();
    if (fresh === undefined) return undefined;
    this.memory.bytes.copyWithin(fresh, frame, frame + frameSize);
    if (this.rightsTable?.placeOf(page) === frame) {
      this.#moveOthers(page, frame, fresh);
      return frame;
    }
    this.memory.release(frame);
    this.#frames.set(page, fresh);
    this.#flush(); // reads and fetches must now find the copy
    return fresh;
  }

  /** Gives the copy of a frame to all that share it, since here the page must stay in its place. */
  #moveOthers(page: number, frame: number, copy: number): void {
    let users = 0;
    for (const other of this.#family) {
      if (other === this || other.#frames.get(page) !== frame) continue;
      if (users++ > 0) this.memory.share(copy);
      this.memory.release(frame);
      other.#frames.set(page, copy);
      other.#flush();
    }
  }

  /** Writes into the table what is denied on a page. */
  #describe(page: number): void {
    const table = this.rightsTable;
    const place = table?.placeOf(page) ?? -1;
    if (table === undefined || place < 0) return;
    const { rights } = this.#runAt(page) ?? { rights: 0 };
    const isOrdinary = this.#frames.get(page) === place && !this.watches.has(page);
    const isKnown = isOrdinary && (page > 0 || this.#mayHavePage0);
    const reads = isKnown && (rights & Right.read) !== 0;
    const writes = reads && (rights & Right.write) !== 0;
    const isNoticed = this.#written !== undefined && !this.#written.has(page);
    const isOwn = !this.memory.isShared(place) && !this.memory.holdsCode(place);
    const isFree = writes && isOwn && !isNoticed;
    table.set(page, (reads ? 0 : Denied.read) | (isFree ? 0 : Denied.write));
  }

  #describeAll(first = 0, end = 2 ** 52): void {
    if (this.rightsTable === undefined) return;
    if (end - first <= this.#frames.size) {
      for (let page = first; page < end; page++) if (this.#frames.has(page)) this.#describe(page);
      return;
    }
    for (const page of this.#frames.keys()) if (page >= first && page < end) this.#describe(page);
  }

  /** Each first touch of a page leaves generated code, so it serves for the pages around too. */
  #touchAround(page: number, { first, end }: PageRun): void {
    if (this.rightsTable === undefined || this.memory.freeFrames < plenty) return;
    const start = page - (page % around);
    for (let near = Math.max(start, first); near < Math.min(start + around, end); near++) {
      if (this.#frames.has(near)) continue;
      const frame = this.rightsTable.claim(near);
      if (frame === undefined) continue;
      this.#frames.set(near, frame);
      this.#describe(near);
    }
  }

  #runAt(page: number): PageRun | undefined {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const run = this.#runs[middle]!;
      if (page < run.first) high = middle;
      else if (page >= run.end) low = middle + 1;
      else return run;
    }
    return undefined;
  }

  /** Cuts the pages out of all runs and puts `run`, if any, in their place; joins equal ones. */
  #replace(first: number, end: number, run: PageRun | undefined): void {
    const pieces: PageRun[] = run === undefined ? [] : [run];
    for (const old of this.#runs) {
      if (old.first < first) pieces.push({ ...old, end: Math.min(old.end, first) });
      if (old.end > end) pieces.push({ ...old, first: Math.max(old.first, end) });
    }
    pieces.sort((a, b) => a.first - b.first);
    const joined: PageRun[] = [];
    for (const piece of pieces) {
      const last = joined.at(-1);
      const same = last?.end === piece.first && last.rights === piece.rights;
      if (same && last.name === piece.name) joined[joined.length - 1] = { ...last, end: piece.end };
      else joined.push(piece);
    }
    this.#runs = joined;
  }

  #releaseFrames(first: number, end: number): void {
    const drop = (page: number, frame: number) => {
      this.memory.release(frame);
      this.#frames.delete(page);
      this.#written?.add(page);
      this.#describe(page);
    };
    if (end - first > this.#frames.size) {
      for (const [page, frame] of this.#frames) if (page >= first && page < end) drop(page, frame);
      return;
    }
    for (let page = first; page < end; page++) {
      const frame = this.#frames.get(page);
      if (frame !== undefined) drop(page, frame);
    }
  }

  #flush(): void {
    for (const buffer of this.#buffers) buffer.flush();
  }
}

/** A page that can be written can be read: the combination without is reserved in RISC-V. */
function withImplied(rights: number): number {
  return rights & Right.write ? rights | Right.read : rights;
}
