/**
 * The blocks of the program's heap, as its allocator's calls say: those in use, and those that were
 * freed and whose memory was not given out again. Blocks are found by the pages that they touch;
 * the few that are large are in a list of their own.
 */

/** A block of the heap. Addresses, sizes and counts are numbers below 2^53. */
export interface Block {
  readonly start: number;
  /** One past the last byte that was asked for. */
  readonly end: number;
  /** The count of instructions where its allocation began, and where the caller's code goes on. */
  readonly at: number;
  readonly caller: number;
  /** The same of the call that freed it. */
  freed: { readonly at: number; readonly caller: number } | undefined;
}

const pageSize = 4096;
const largest = 64 * pageSize;
/** Freed blocks that are remembered. */
const freedLimit = 1 << 14;
/** Bytes around a block that no other code has business with. */
export const margin = 64;

/** See the file's head. */
export class HeapBlocks {
  readonly #pages = new Map<number, Block[]>();
  #large: Block[] = [];
  readonly #freed = new Set<Block>();
  #last: Block | undefined;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = 0;

  /** One past the highest block that ever was; 0 where there was none. */
  get top(): number {
    return this.#highest;
  }

  /** Adds a block in use; what was freed there is forgotten. */
  add(start: number, size: number, at: number, caller: number): Block {
    const block: Block = { start, end: start + size, at, caller, freed: undefined };
    for (const old of this.#around(start, Math.max(size, 1))) this.#remove(old);
    if (size > largest) this.#large.push(block);
    else {
      // An empty block has its place, too, so that it can be freed.
      for (const page of pagesOf(block)) {
        const list = this.#pages.get(page);
        if (list === undefined) this.#pages.set(page, [block]);
        else list.push(block);
      }
    }
    this.#lowest = Math.min(this.#lowest, start);
    this.#highest = Math.max(this.#highest, block.end);
    return block;
  }

  /** Marks a block as freed. */
  free(block: Block, at: number, caller: number): void {
    block.freed = { at, caller };
    this.#freed.add(block);
    const [oldest] = this.#freed;
    if (this.#freed.size > freedLimit && oldest !== undefined) this.#remove(oldest);
  }

  /** Forgets what is in a range of memory. */
  forget(start: number, length: number): void {
    if (start >= this.#highest || start + length <= this.#lowest) return;
    if (length > 1 << 24) {
      for (const list of [...this.#pages.values(), this.#large]) {
        for (const block of [...list]) {
          if (block.start < start + length && block.end > start) this.#remove(block);
        }
      }
    } else for (const block of this.#around(start, length)) this.#remove(block);
  }

  /** The block that begins there. */
  startingAt(address: number): Block | undefined {
    return this.#around(address, 1).find(({ start }) => start === address);
  }

  /** The block that an address is in. */
  at(address: number): Block | undefined {
    if (address < this.#lowest || address >= this.#highest) return undefined;
    const last = this.#last;
    if (last !== undefined && address >= last.start && address < last.end) return last;
    const list = this.#pages.get(Math.floor(address / pageSize));
    const inside = (block: Block) => address >= block.start && address < block.end;
    const found =
      list?.find(inside) ?? (this.#large.length > 0 ? this.#large.find(inside) : undefined);
    if (found !== undefined) this.#last = found;
    return found;
  }

  /** The block that is nearest to an address outside of all, within the margin. */
  near(address: number): Block | undefined {
    if (address < this.#lowest - margin || address >= this.#highest + margin) return undefined;
    let best: Block | undefined;
    let least = margin;
    for (const block of this.#around(address - margin, 2 * margin)) {
      const distance = address >= block.end ? address - block.end : block.start - address - 1;
      if (distance >= 0 && distance < least) [best, least] = [block, distance];
    }
    return best;
  }

  #around(start: number, length: number): Block[] {
    const end = start + length;
    const found = new Set<Block>();
    const touches = (block: Block) =>
      block.start < end && Math.max(block.end, block.start + 1) > start;
    for (let page = Math.floor(start / pageSize); page * pageSize < end; page++) {
      for (const block of this.#pages.get(page) ?? []) if (touches(block)) found.add(block);
    }
    for (const block of this.#large) if (touches(block)) found.add(block);
    return [...found];
  }

  #remove(block: Block): void {
    this.#freed.delete(block);
    if (this.#last === block) this.#last = undefined;
    if (block.end - block.start > largest) {
      this.#large = this.#large.filter((other) => other !== block);
      return;
    }
    for (const page of pagesOf(block)) {
      const list = this.#pages.get(page)?.filter((other) => other !== block) ?? [];
      if (list.length === 0) this.#pages.delete(page);
      else this.#pages.set(page, list);
    }
  }
}

function pagesOf({ start, end }: Block): number[] {
  const first = Math.floor(start / pageSize);
  const last = Math.floor(Math.max(start, end - 1) / pageSize);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
