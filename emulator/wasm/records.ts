/**
 * Decoded instructions in linear memory, for the interpreter's generated code. Each frame that
 * holds code has a table with one record of 16 bytes for every two bytes of the frame, and two
 * more for the end of the page, so that going on to the next instruction is an addition. A table
 * of tables leads from a frame to its records. There are so many tables at most: when a frame
 * needs one more, it takes over that of the frame that has had its own for longest. Code that is
 * run once stays in few tables, and so in the host's cache; there are more when code comes back.
 */
import { counterSize, type ExecutionCounts } from "../execution-counts.ts";
import { frameSize, type PhysicalMemory } from "../memory.ts";

/** Offsets of a record's fields, in bytes. */
export const recordFields = {
  /** 16 bits: one of {@link reserved}, or an instruction's. */
  handler: 0,
  /** 8 bits: how far it is to the next record. */
  step: 2,
  /** 8 bits: the rounding mode, or the immediate of a CSR instruction. */
  rm: 3,
  uimm: 3,
  /** 16 bits each: where the operand lies in the hart's state; fd, fs1, fs2 share the places. */
  rd: 4,
  rs1: 6,
  rs2: 8,
  rs3: 10,
  /** 32 bits, signed: imm, shamt or csr. */
  imm: 12,
} as const;

export const recordSize = 16;

/** Handlers that stand for no instruction. */
export const reserved = {
  /** Not decoded yet. */
  unknown: 0,
  /** Left to the evaluator. */
  evaluate: 1,
  /** A breakpoint may be here. */
  breakpoint: 2,
  /** Behind the last record of a page. */
  pageEnd: 3,
  /** An instruction whose second half is in the next page; decoded anew now and then. */
  crossing: 4,
  /** The first that is an instruction. */
  first: 5,
} as const;

const recordsPerFrame = frameSize / 2;
const tableSize = (recordsPerFrame + 2) * recordSize;

/**
 * Where executions are counted, counters lie behind the table: that of a record at half its
 * distance from the first, and behind them 8 bytes for the address of the page that runs.
 */
export const countersOffset = tableSize;
export const pageOffset = tableSize + (recordsPerFrame + 2) * counterSize;
const countedSize = pageOffset + 8;

/** Where in a table, in the record behind the last, the address of the frame is. */
export const frameField = recordsPerFrame * recordSize + recordFields.imm;

/** Tables that are made, at most: with one for each page, 4 MiB of code and 32 MiB of records. */
const mostTables = 1024;
/** Tables at the start, at most, and how many more there may be when a frame comes back. */
const firstTables = 256;
const moreTables = 16;
/** Tables for which memory is taken at once, so that little of it is lost to rounding. */
const tablesTogether = 8;

/** The handlers of pairs of instructions, which a record has that begins one. */
export interface PairHandlers {
  /** The first of them. */
  readonly start: number;
  /** Of each, the handler of its first instruction alone. */
  readonly firsts: readonly number[];
}

/** The offsets in a frame, from one to another, at which the run is to leave generated code. */
export type Marker = (frame: number, from: number, to: number) => Iterable<number>;

/** The tables of records of one memory. */
export class RecordTables {
  readonly #memory: PhysicalMemory;
  /** Where the table of tables lies: 4 bytes a frame, 0 where it has no records. */
  readonly index: number;
  /** The frames that have a table, those first that have had it for longest. */
  readonly #frames = new Set<number>();
  /** Tables that no frame has. */
  readonly #spare: number[] = [];
  #made = 0;
  /** How many may be made. */
  #allowed = firstTables;
  /** Frames whose tables were taken over. */
  readonly #lost = new Set<number>();
  /** Offsets in a page at which a breakpoint may be: a record serves all pages of its frame. */
  #breakpoints: ReadonlySet<number> = new Set();

  #marker: Marker | undefined;
  /** Frames whose code has changed since they were marked: where it has, all of it is marked. */
  readonly #changed = new Set<number>();

  readonly #pairs: PairHandlers;
  readonly #counts: ExecutionCounts | undefined;
  /** Bytes from one table to the next. */
  readonly #size: number;

  /** @param counts what is told the counts of the interpreter, if it counts */
  constructor(memory: PhysicalMemory, pairs: PairHandlers, counts?: ExecutionCounts) {
    this.#memory = memory;
    this.#pairs = pairs;
    this.#counts = counts;
    this.#size = counts === undefined ? tableSize : countedSize;
    if (counts !== undefined) {
      counts.onCollect(() => {
        for (const frame of this.#frames) this.#collect(frame);
      });
    }
    const index = memory.allocateRun((memory.extent / frameSize) * 4);
    if (index === undefined) throw new Error(`no memory for records within ${memory.limit} bytes`);
    this.index = index;
    memory.onCodeChange((frame, start, end) => this.#change(frame, start, end));
  }

  /** Makes sure that the frame has a table; false when memory is at its limit. */
  provide(frame: number): boolean {
    if (this.#frames.has(frame)) return true;
    if (this.#lost.delete(frame)) {
      this.#allowed = Math.min(this.#allowed + moreTables, mostTables);
    }
    const table = this.#spare.pop() ?? this.#make() ?? this.#takeOldest();
    if (table === undefined) return false;
    const { view } = this.#memory;
    view.setUint32(this.#slot(frame), table, true);
    for (const end of [recordsPerFrame, recordsPerFrame + 1]) {
      view.setUint16(table + end * recordSize, reserved.pageEnd, true);
    }
    view.setUint32(table + frameField, frame, true);
    this.#markWithin(frame, table, 0, frameSize);
    this.#frames.add(frame);
    return true;
  }

  /** Replaces the breakpoints, given by their offsets in a page. */
  setBreakpoints(offsets: ReadonlySet<number>): void {
    const old = this.#breakpoints;
    this.#breakpoints = offsets;
    for (const offset of new Set([...old, ...offsets])) {
      if (old.has(offset) && offsets.has(offset)) continue;
      for (const frame of this.#frames) this.#forget(frame, offset, offset + 2);
    }
  }

  /** Replaces what says where else the run is to leave generated code. */
  setMarker(marker: Marker | undefined): void {
    this.#marker = marker;
    this.#changed.clear();
    this.clear();
  }

  /** Marks a frame anew whose code has changed. */
  renew(frame: number): void {
    if (this.#changed.delete(frame)) this.#forget(frame, 0, frameSize);
  }

  /** Whether code has changed since it was marked. */
  get hasChanged(): boolean {
    return this.#changed.size > 0;
  }

  /** Forgets all records. */
  clear(): void {
    for (const frame of this.#frames) this.#forget(frame, 0, frameSize);
  }

  /** Hands the counters of a frame over. */
  #collect(frame: number): void {
    const { view } = this.#memory;
    const table = view.getUint32(this.#slot(frame), true);
    const page = view.getBigUint64(table + pageOffset, true);
    for (let index = 0; index < recordsPerFrame + 2; index++) {
      const counter = table + countersOffset + index * counterSize;
      const count = view.getBigInt64(counter, true);
      if (count === 0n) continue;
      view.setBigInt64(counter, 0n, true);
      this.#counts?.add(page + BigInt(2 * index), count);
    }
  }

  #slot(frame: number): number {
    return this.index + (frame / frameSize) * 4;
  }

  /** Forgets the records of the frame's bytes `start` to `end`, and of what reaches into them. */
  #forget(frame: number, start: number, end: number): void {
    if (!this.#frames.has(frame)) return;
    // A frame that is given to another page has its counts no longer.
    if (this.#counts !== undefined && end - start >= frameSize) this.#collect(frame);
    const table = this.#memory.view.getUint32(this.#slot(frame), true);
    const first = Math.max(0, start - reach);
    this.#memory.bytes.fill(0, recordAt(table, first), recordAt(table, end + 1));
    for (let offset = first - longest; offset < first; offset += 2) this.#unpair(table, offset);
    this.#markWithin(frame, table, first, end);
  }

  /** As {@link #forget}, for bytes that change: what is there is not known yet. */
  #change(frame: number, start: number, end: number): void {
    this.#forget(frame, start, end);
    if (this.#marker === undefined || !this.#frames.has(frame)) return;
    const table = this.#memory.view.getUint32(this.#slot(frame), true);
    this.#changed.add(frame);
    for (let offset = Math.max(0, (start & ~1) - reach); offset < end; offset += 2)
      this.#mark(table, offset);
  }

  #markWithin(frame: number, table: number, from: number, to: number): void {
    for (const offset of this.#breakpoints)
      if (offset >= from && offset < to) this.#mark(table, offset);
    if (this.#marker === undefined) return;
    for (const offset of this.#marker(frame, from, to)) this.#mark(table, offset);
  }

  /** Lets the instruction at the offset run alone, in case the next one is forgotten. */
  #unpair(table: number, offset: number): void {
    if (offset < 0) return;
    const { view } = this.#memory;
    const handler = view.getUint16(recordAt(table, offset), true);
    const alone = this.#pairs.firsts[handler - this.#pairs.start];
    if (alone !== undefined) view.setUint16(recordAt(table, offset), alone, true);
  }

  #mark(table: number, offset: number): void {
    this.#memory.view.setUint16(recordAt(table, offset), reserved.breakpoint, true);
  }

  #make(): number | undefined {
    if (this.#made >= this.#allowed) return undefined;
    const start = this.#memory.allocateRun(tablesTogether * this.#size);
    if (start === undefined) return undefined;
    this.#made += tablesTogether;
    for (let one = 1; one < tablesTogether; one++) this.#spare.push(start + one * this.#size);
    return start;
  }

  #takeOldest(): number | undefined {
    const [frame] = this.#frames;
    if (frame === undefined) return undefined;
    if (this.#counts !== undefined) this.#collect(frame);
    this.#frames.delete(frame);
    this.#changed.delete(frame);
    this.#lost.add(frame);
    const slot = this.#slot(frame);
    const { view, bytes } = this.#memory;
    const table = view.getUint32(slot, true);
    view.setUint32(slot, 0, true);
    bytes.fill(0, table, table + this.#size);
    return table;
  }
}

/** How many bytes before a change an instruction may begin whose record the change concerns. */
const reach = 2;
/** The most bytes that an instruction has. */
const longest = 4;

/** The record of an offset in the frame of a table; of an odd one, that of the even before. */
const recordAt = (table: number, offset: number): number => table + (offset >> 1) * recordSize;
