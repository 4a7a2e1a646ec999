/**
 * Which bits of memory were never written: a byte of mask for each byte, in pages that are there
 * only where something may be unwritten. Memory without a page is written; so is all that is out of
 * reach. The stack's pages come when they are first asked for.
 */

const pageBits = 12;
const pageSize = 1 << pageBits;

/** See the file's head. Addresses are numbers below 2^53. */
export class ShadowMemory {
  readonly #pages = new Map<number, Uint8Array>();
  #number = -1;
  #page: Uint8Array | undefined;
  /** Pages in this range are unwritten until something else is said of them. */
  #start = 0;
  #end = 0;

  /** Says that a range was never written, without making pages for all of it. */
  reserve(start: number, end: number): void {
    this.#start = Math.ceil(start / pageSize);
    this.#end = Math.max(this.#start, Math.floor(end / pageSize));
    this.#number = -1;
    // What is less than a page at both ends has pages at once.
    this.undefine(start, Math.min(end, this.#start * pageSize) - start);
    const last = Math.max(start, this.#end * pageSize);
    this.undefine(last, end - last);
  }

  #pageAt(number: number): Uint8Array | undefined {
    if (number === this.#number) return this.#page;
    let page = this.#pages.get(number);
    if (page === undefined && number >= this.#start && number < this.#end) {
      page = new Uint8Array(pageSize).fill(0xff);
      this.#pages.set(number, page);
    }
    this.#number = number;
    this.#page = page;
    return page;
  }

  /** Whether all bits of at most 8 bytes were written. */
  isDefined(address: number, length: number): boolean {
    const offset = address % pageSize;
    if (offset + length > pageSize) return this.masks(address, length) === 0n;
    const page = this.#pageAt((address - offset) / pageSize);
    if (page === undefined) return true;
    for (let at = offset; at < offset + length; at++) if (page[at] !== 0) return false;
    return true;
  }

  /** The bits of at most 8 bytes that were never written, as a little-endian number. */
  masks(address: number, length: number): bigint {
    let bits = 0n;
    for (let index = length - 1; index >= 0; index--) {
      const at = address + index;
      const mask = this.#pageAt(Math.floor(at / pageSize))?.[at % pageSize] ?? 0;
      bits = (bits << 8n) | BigInt(mask);
    }
    return bits;
  }

  /** Sets the same. */
  setMasks(address: number, length: number, bits: bigint): void {
    let rest = bits;
    for (let at = address; at < address + length; at++, rest >>= 8n) {
      const mask = Number(rest & 0xffn);
      const number = Math.floor(at / pageSize);
      const page = mask === 0 ? this.#pageAt(number) : this.#make(number);
      if (page !== undefined) page[at % pageSize] = mask;
    }
  }

  #make(number: number): Uint8Array {
    let page = this.#pageAt(number);
    if (page === undefined) {
      page = new Uint8Array(pageSize);
      this.#pages.set(number, page);
      this.#page = page;
    }
    return page;
  }

  /** Says that a range was written. */
  define(address: number, length: number): void {
    const offset = address % pageSize;
    if (length <= pageSize - offset) {
      this.#pageAt((address - offset) / pageSize)?.fill(0, offset, offset + length);
      return;
    }
    const end = address + length;
    const first = Math.floor(address / pageSize);
    const last = Math.floor((end - 1) / pageSize);
    // Of a long range, only pages that are there or would come matter.
    for (
      let number = Math.max(first, this.#start);
      number <= Math.min(last, this.#end - 1);
      number++
    )
      this.#pageAt(number);
    for (const number of last - first > this.#pages.size ? this.#pages.keys() : span(first, last)) {
      if (number < first || number > last) continue;
      const start = number * pageSize;
      this.#pages
        .get(number)
        ?.fill(0, Math.max(0, address - start), Math.min(pageSize, end - start));
    }
  }

  /** Says that a range is unwritten again. */
  undefine(address: number, length: number): void {
    const end = address + length;
    for (let at = address; at < end; ) {
      const number = Math.floor(at / pageSize);
      const offset = at % pageSize;
      const part = Math.min(end - at, pageSize - offset);
      const isLater = !this.#pages.has(number) && number >= this.#start && number < this.#end;
      if (!isLater) this.#make(number).fill(0xff, offset, offset + part);
      at += part;
    }
  }
}

function* span(first: number, last: number): Generator<number> {
  for (let number = first; number <= last; number++) yield number;
}
