/** A growing run of bytes, with the numbers of WebAssembly's binary format (LEB128). */
export class Bytes {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** The bytes so far, valid until the next one is added. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** Replaces a byte that has been added. */
  put(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  append(bytes: ArrayLike<number>): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Takes back what came after the first `length` bytes. */
  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  /** A number from 0 to 2^32 − 1. */
  unsigned(value: number): void {
    while (value > 127) {
      this.byte((value & 127) | 128);
      value >>>= 7;
    }
    this.byte(value);
  }

  /** A number from −2^31 to 2^31 − 1. */
  signed(value: number): void {
    while (value < -64 || value > 63) {
      this.byte((value & 127) | 128);
      value >>= 7;
    }
    this.byte(value & 127);
  }

  /** A number from −2^63 to 2^63 − 1. */
  signedLong(value: bigint): void {
    while (value < -0x4000_0000n || value > 0x3fff_ffffn) {
      this.byte(Number(value & 127n) | 128);
      value >>= 7n;
    }
    this.signed(Number(value));
  }

  #grow(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.view);
    this.#bytes = larger;
  }
}
