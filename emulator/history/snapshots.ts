/**
 * Snapshots of a machine: its state at some instruction counts, with the contents of the pages that
 * were written since the snapshot before. Contents at a snapshot are those of the latest snapshot at
 * or before it that has the page. Going to a snapshot changes only the pages that may differ.
 *
 * They are thinned so that their bytes stay bounded: the further back, the further apart.
 */
import type { RecordableMachine } from "./recordable.ts";

/** Bytes of a page. */
export const pageSize = 4096;

/** The machine at some instant. */
export interface Snapshot<Saved = unknown> {
  /** Instructions retired. */
  readonly at: bigint;
  /** Inputs used. */
  readonly inputs: number;
  /** Bytes of output written by then, by stream. */
  readonly output: OutputPosition;
  readonly saved: Saved;
  /** Holds where the state was changed from outside: the run before does not lead to it. */
  readonly isEdit: boolean;
  /** The contents of the pages that changed since the snapshot before; undefined: zeros. */
  readonly pages: Map<number, Uint8Array | undefined>;
}

/** Bytes written to standard output (1) and standard error (2). */
export interface OutputPosition {
  readonly 1: number;
  readonly 2: number;
}

/** The snapshots of a run, in ascending order. */
export class Snapshots<Saved> {
  readonly #machine: RecordableMachine<Saved>;
  /** Those of the course that the run takes. */
  #list: Snapshot<Saved>[];
  /** Those of all courses; what several have in common is there once. */
  readonly #lists = new Set<Snapshot<Saved>[]>();
  /** In how many courses each is. */
  readonly #uses = new Map<Snapshot<Saved>, number>();
  /** The snapshot that memory is, but for the pages written since. */
  #base: Snapshot<Saved> | undefined;
  readonly #pinned = new Set<Snapshot<Saved>>();
  /** Pages with contents, in all snapshots. */
  #count = 0;
  readonly #most: number;

  /** @param limit bytes that the contents of pages may take */
  constructor(machine: RecordableMachine<Saved>, limit: number, list: Snapshot<Saved>[]) {
    this.#machine = machine;
    this.#list = list;
    this.add(list);
    this.#most = Math.max(1, Math.floor(limit / pageSize));
  }

  get list(): readonly Snapshot<Saved>[] {
    return this.#list;
  }

  /** Bytes that the contents of pages take. */
  get bytes(): number {
    return this.#count * pageSize;
  }

  /** Counts the snapshots of another course of the run. */
  add(list: Snapshot<Saved>[]): void {
    this.#lists.add(list);
    for (const snapshot of list) this.#hold(snapshot);
  }

  /** Forgets the snapshots of another course, but for those that it shares. */
  remove(list: Snapshot<Saved>[]): void {
    this.#lists.delete(list);
    for (const snapshot of list) this.#letGo(snapshot);
  }

  /** The latest snapshot not after an instruction count that another course has, too. */
  common(list: readonly Snapshot<Saved>[], at: bigint): Snapshot<Saved> {
    const others = new Set(list);
    for (let index = this.#indexBefore(at); index > 0; index--) {
      const snapshot = this.#list[index] as Snapshot<Saved>;
      if (others.has(snapshot)) return snapshot;
    }
    const [first] = this.#list;
    if (first === undefined || !others.has(first)) throw new Error("branches share no start");
    return first;
  }

  /** Goes on with another course; the machine must be at a snapshot that both have. */
  use(list: Snapshot<Saved>[]): void {
    if (this.#base === undefined || !list.includes(this.#base)) {
      throw new Error("memory is based on another branch");
    }
    this.#list = list;
  }

  /** Makes a machine that was just made what it was at the first snapshot of a recording. */
  begin(): void {
    const [first] = this.#list;
    if (first === undefined) throw new Error("there is no snapshot");
    const { pages } = this.#machine;
    const changed = new Set([...pages.takeWritten(), ...first.pages.keys()]);
    this.#machine.restore(first.saved);
    for (const page of changed) pages.setContents(page, first.pages.get(page));
    this.#base = first;
  }

  #hold(snapshot: Snapshot<Saved>): void {
    const uses = this.#uses.get(snapshot) ?? 0;
    this.#uses.set(snapshot, uses + 1);
    if (uses === 0) this.#count += snapshot.pages.size;
  }

  #letGo(snapshot: Snapshot<Saved>): void {
    const uses = this.#uses.get(snapshot) ?? 0;
    if (uses > 1) this.#uses.set(snapshot, uses - 1);
    else {
      this.#uses.delete(snapshot);
      this.#count -= snapshot.pages.size;
    }
  }

  /** The latest snapshot at or before an instruction count. */
  before(at: bigint): Snapshot<Saved> | undefined {
    return this.#list[this.#indexBefore(at)];
  }

  /** The earliest snapshot after an instruction count that an edit made. */
  editAfter(at: bigint): Snapshot<Saved> | undefined {
    for (let index = this.#indexBefore(at) + 1; index < this.#list.length; index++) {
      if (this.#list[index]?.isEdit) return this.#list[index];
    }
    return undefined;
  }

  #indexBefore(at: bigint): number {
    let [low, high] = [0, this.#list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#list[middle] as Snapshot<Saved>).at <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Takes a snapshot of the present; returns how many pages it keeps. */
  take(inputs: number, output: OutputPosition, isEdit: boolean): number {
    const machine = this.#machine;
    const saved = machine.save();
    const written = machine.pages.takeWritten();
    const pages = new Map<number, Uint8Array | undefined>();
    const slab = new Uint8Array(written.length * pageSize);
    let used = 0;
    for (const page of written) {
      const contents = machine.pages.contents(page);
      if (contents === undefined) {
        pages.set(page, undefined);
        continue;
      }
      const copy = slab.subarray(used, used + pageSize);
      copy.set(contents);
      pages.set(page, copy);
      used += pageSize;
    }
    const snapshot = { at: machine.instructions, inputs, output, saved, isEdit, pages };
    this.#list.splice(this.#indexBefore(snapshot.at) + 1, 0, snapshot);
    this.#hold(snapshot);
    this.#base = snapshot;
    this.#thin();
    return pages.size;
  }

  /** Makes the machine what it was at a snapshot. */
  restore(snapshot: Snapshot<Saved>): void {
    const { pages } = this.#machine;
    const target = this.#list.indexOf(snapshot);
    const base = this.#base === undefined ? -1 : this.#list.indexOf(this.#base);
    if (target < 0 || base < 0) throw new Error(`there is no snapshot at ${snapshot.at}`);
    const changed = new Set(pages.takeWritten());
    for (let at = Math.min(base, target) + 1; at <= Math.max(base, target); at++) {
      for (const page of (this.#list[at] as Snapshot<Saved>).pages.keys()) changed.add(page);
    }
    // First the map: contents go where the pages are then.
    this.#machine.restore(snapshot.saved);
    for (const page of changed) pages.setContents(page, this.#contentsAt(target, page));
    this.#base = snapshot;
  }

  #contentsAt(index: number, page: number): Uint8Array | undefined {
    for (let at = index; at >= 0; at--) {
      const { pages } = this.#list[at] as Snapshot<Saved>;
      const contents = pages.get(page);
      if (contents !== undefined || pages.has(page)) return contents;
    }
    return undefined;
  }

  /** Forgets all snapshots after an instruction count; memory must be that of one before. */
  dropAfter(at: bigint): void {
    for (
      let last = this.#list.at(-1);
      last !== undefined && last.at > at;
      last = this.#list.at(-1)
    ) {
      if (last === this.#base) throw new Error(`memory is based on the snapshot at ${last.at}`);
      this.#list.pop();
      this.#letGo(last);
    }
  }

  /**
   * While there are too many bytes, drops the snapshot whose neighbours are closest by their
   * distance from the end: one among many recent ones before one of few old ones. Of a course that
   * the run does not take, the last one may go, too.
   */
  #thin(): void {
    while (this.#count > this.#most) {
      let best: { snapshot: Snapshot<Saved>; cost: number } | undefined;
      for (const list of this.#lists) {
        const end = list.at(-1)?.at ?? 0n;
        const last = list === this.#list ? list.length - 1 : list.length;
        for (let index = 1; index < last; index++) {
          const before = list[index - 1] as Snapshot<Saved>;
          const own = list[index] as Snapshot<Saved>;
          const after = list[index + 1]?.at ?? end;
          if (own.isEdit || own === this.#base || this.#pinned.has(own)) continue;
          const cost = Number(after - before.at) / Number(end - before.at + 1n);
          if (best === undefined || cost < best.cost) best = { snapshot: own, cost };
        }
      }
      if (best === undefined) return;
      this.#drop(best.snapshot);
    }
  }

  /** Keeps a snapshot, however many there are, until it is released. */
  pin(snapshot: Snapshot<Saved>): void {
    this.#pinned.add(snapshot);
  }

  /** Forgets a snapshot that was pinned, unless the run or memory depends on it. */
  release(snapshot: Snapshot<Saved>): void {
    this.#pinned.delete(snapshot);
    const isNeeded = snapshot.isEdit || snapshot === this.#base || snapshot === this.#list[0];
    if (!isNeeded) this.#drop(snapshot);
  }

  /**
   * Drops a snapshot; what only it has of a page goes to the next one of each course. That may be
   * in other courses, too: a page that did not change in between is the same there.
   */
  #drop(dropped: Snapshot<Saved>): void {
    for (const list of this.#lists) {
      const index = list.indexOf(dropped);
      if (index < 0) continue;
      list.splice(index, 1);
      this.#letGo(dropped);
      const next = list[index];
      if (next === undefined) continue;
      this.#count -= next.pages.size;
      for (const [page, contents] of dropped.pages) {
        if (!next.pages.has(page)) next.pages.set(page, contents);
      }
      this.#count += next.pages.size;
    }
  }
}
