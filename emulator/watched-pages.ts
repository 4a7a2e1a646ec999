/**
 * The watchpoints of an address space. Only accesses to a page that holds one are ever compared
 * with them: those pages are kept out of the translation buffers.
 */
import type { Watchpoint } from "./machine.ts";

/** An access that touched a watchpoint. */
export interface WatchHit {
  readonly watchpoint: Watchpoint;
  readonly access: "read" | "write";
  /** The address of the access, not of the watchpoint. */
  readonly address: bigint;
}

/** Bytes; the pages of longer watchpoints are not listed one by one. */
const longestListed = 1 << 24;

/** The watchpoints of one address space, by page. */
export class WatchedPages {
  #watchpoints: readonly Watchpoint[] = [];
  readonly #pages = new Set<number>();
  /** Set when a watchpoint spans so many pages that listing them makes no sense. */
  #everywhere = false;
  readonly #changed: () => void;

  /** @param changed called after the set has changed, to flush translations */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Replaces all watchpoints. */
  set(watchpoints: readonly Watchpoint[]): void {
    this.#watchpoints = [...watchpoints];
    this.#pages.clear();
    this.#everywhere = watchpoints.some(({ length }) => length > longestListed);
    for (const { address, length } of watchpoints) {
      if (length > longestListed) continue;
      const last = Number((address + BigInt(length) - 1n) >> 12n);
      for (let page = Number(address >> 12n); page <= last; page++) this.#pages.add(page);
    }
    this.#changed();
  }

  /** Holds when the page holds a watchpoint. */
  has(page: number): boolean {
    return this.#everywhere || this.#pages.has(page);
  }

  /** The first watchpoint that an access of `length` bytes at `address` touches. */
  hit(address: bigint, length: number, access: "read" | "write"): WatchHit | undefined {
    for (const watchpoint of this.#watchpoints) {
      if (watchpoint.access !== access && watchpoint.access !== "readWrite") continue;
      if (address + BigInt(length) <= watchpoint.address) continue;
      if (address >= watchpoint.address + BigInt(watchpoint.length)) continue;
      return { watchpoint, access, address };
    }
    return undefined;
  }
}
