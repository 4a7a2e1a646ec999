/** The heap that brk and sbrk move: pages are mapped as its end goes up and unmapped as it falls. */
import type { AddressSpace } from "../translation.ts";
import type { Heap } from "./guest.ts";
import { dataRights } from "./layout.ts";
import type { Stateful } from "./saved-state.ts";

const pageAfter = (address: bigint): bigint => (address + 0xfffn) & ~0xfffn;

/** The heap between the end of the program and the limit that its layout sets. */
export class ProcessHeap implements Heap, Stateful {
  readonly start: bigint;
  state: { end: bigint };
  readonly #space: AddressSpace;
  /** The heap was mapped to here when the process started, and stays so. */
  readonly #reserved: bigint;

  /** @param reserved one past what is mapped for the heap from the start, if more than nothing */
  constructor(space: AddressSpace, start: bigint, reserved = start) {
    this.#space = space;
    this.start = start;
    this.state = { end: start };
    this.#reserved = pageAfter(reserved);
  }

  get end(): bigint {
    return this.state.end;
  }

  resize(end: bigint): boolean {
    if (end < this.start) return false;
    const max = (a: bigint, b: bigint) => (a > b ? a : b);
    const mapped = max(pageAfter(this.state.end), this.#reserved);
    const wanted = max(pageAfter(end), this.#reserved);
    if (wanted > mapped) {
      const growth = wanted - mapped;
      if (!this.#space.isFree(mapped, growth)) return false;
      if (!this.#space.map(mapped, growth, dataRights, "heap")) return false;
    } else if (wanted < mapped) this.#space.unmap(wanted, mapped - wanted);
    this.state.end = end;
    return true;
  }
}
