/**
 * Snapshots of a machine: its state at some instruction counts, with the contents of the pages that
 * were written since the snapshot before. Contents at a snapshot are those of the latest snapshot at
 * or before it that has the page. Going to a snapshot changes only the pages that may differ.
 *
 * They are thinned so that their bytes stay bounded: the further back, the further apart.
 */
import type { RecordableMachine } from "./recordable.ts";

const pageSize = 4096;

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
  readonly #list: Snapshot<Saved>[] = [];
  /** The snapshot that memory is, but for the pages written since. */
  #base: Snapshot<Saved> | undefined;
  readonly #pinned = new Set<Snapshot<Saved>>();
  /** Pages with contents, in all snapshots. */
  #count = 0;
  readonly #most: number;

  /** @param limit bytes that the contents of pages may take */
  constructor(machine: RecordableMachine<Saved>, limit: number) {
    this.#machine = machine;
    this.#most = Math.max(1, Math.floor(limit / pageSize));
  }

  get list(): readonly Snapshot<Saved>[] {
    return this.#list;
  }

  /** Bytes that the contents of pages take. */
  get bytes(): number {
    return this.#count * pageSize;
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
    this.#count += pages.size;
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
      this.#count -= last.pages.size;
    }
  }

  /**
   * While there are too many bytes, drops the snapshot whose neighbours are closest by their
   * distance from the end: one among many recent ones before one of few old ones.
   */
  #thin(): void {
    while (this.#count > this.#most) {
      const end = this.#list.at(-1)?.at ?? 0n;
      let best: { index: number; cost: number } | undefined;
      for (let index = 1; index < this.#list.length - 1; index++) {
        const [before, own, after] = this.#list.slice(index - 1, index + 2) as [
          Snapshot<Saved>,
          Snapshot<Saved>,
          Snapshot<Saved>,
        ];
        if (own.isEdit || own === this.#base || this.#pinned.has(own)) continue;
        const cost = Number(after.at - before.at) / Number(end - before.at + 1n);
        if (best === undefined || cost < best.cost) best = { index, cost };
      }
      if (best === undefined) return;
      this.#drop(best.index);
    }
  }

  /** Keeps a snapshot, however many there are, until it is released. */
  pin(snapshot: Snapshot<Saved>): void {
    this.#pinned.add(snapshot);
  }

  /** Forgets a snapshot that was pinned, unless the run or memory depends on it. */
  release(snapshot: Snapshot<Saved>): void {
    this.#pinned.delete(snapshot);
    const index = this.#list.indexOf(snapshot);
    if (index > 0 && !snapshot.isEdit && snapshot !== this.#base) this.#drop(index);
  }

  /** Drops a snapshot; what only it has of a page goes to the next one. */
  #drop(index: number): void {
    const [dropped] = this.#list.splice(index, 1) as [Snapshot<Saved>];
    const next = this.#list[index];
    this.#count -= dropped.pages.size;
    if (next === undefined) return;
    const { pages } = next;
    this.#count -= pages.size;
    for (const [page, contents] of dropped.pages) if (!pages.has(page)) pages.set(page, contents);
    this.#count += pages.size;
  }
}
