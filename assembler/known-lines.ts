/**
 * A table of lines by their characters: open addressing over hashes that the reader has computed
 * while it looked for the line's end. The characters are kept as bytes in one buffer, so that
 * finding a line makes no string.
 */

/** The hash of a line grows by this, character by character. */
export function hashWith(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/** Values of one kind by lines. */
export class KnownLines<Value> {
  #slots = new Int32Array(2048);
  #hashes = new Int32Array(1024);
  /** Where the characters of each line begin; one more for the end of the last. */
  #starts = new Int32Array(1025);
  #characters = new Uint8Array(16384);
  #values: Value[] = [];

  /** How many lines there are. */
  get size(): number {
    return this.#values.length;
  }

  /** What a line that stands in `bytes` from `start` to `end` has been kept with. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): Value | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = placeOf(hash, mask); ; slot = (slot + 1) & mask) {
      const index = (slots[slot] as number) - 1;
      if (index < 0) return undefined;
      if (this.#hashes[index] === hash && this.#isLine(index, bytes, start, end)) {
        return this.#values[index];
      }
    }
  }

  /** Keeps a line that is not among them yet. */
  add(bytes: Uint8Array, start: number, end: number, hash: number, value: Value): void {
    const index = this.#values.length;
    if (index === this.#hashes.length) this.#grow();
    const from = this.#starts[index] as number;
    const to = from + end - start;
    if (to > this.#characters.length) {
      this.#characters = enlarged(this.#characters, new Uint8Array(this.#characters.length * 2));
    }
    this.#characters.set(bytes.subarray(start, end), from);
    this.#starts[index + 1] = to;
    this.#hashes[index] = hash;
    this.#values.push(value);
    this.#insert(index, hash);
  }

  /** Lets go of all. */
  clear(): void {
    this.#slots.fill(0);
    this.#values = [];
  }

  #isLine(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const characters = this.#characters;
    const from = this.#starts[index] as number;
    const length = end - start;
    if ((this.#starts[index + 1] as number) - from !== length) return false;
    for (let at = 0; at < length; at++) {
      if (characters[from + at] !== bytes[start + at]) return false;
    }
    return true;
  }

  #insert(index: number, hash: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = placeOf(hash, mask);
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = index + 1;
  }

  #grow(): void {
    const size = this.#hashes.length * 2;
    this.#hashes = enlarged(this.#hashes, new Int32Array(size));
    this.#starts = enlarged(this.#starts, new Int32Array(size + 1));
    this.#slots = new Int32Array(size * 2);
    for (let index = 0; index < this.#values.length; index++) {
      this.#insert(index, this.#hashes[index] as number);
    }
  }
}

/** Low bits of such a hash alone are those of the last characters. */
const placeOf = (hash: number, mask: number) => (hash ^ (hash >>> 15)) & mask;

function enlarged<A extends Uint8Array | Int32Array>(old: A, larger: A): A {
  larger.set(old);
  return larger;
}
