/**
 * Little-endian bytes, read and written in order. Offsets are numbers; 64-bit values exist as
 * bigint (`u64`) and, where they are sizes or offsets in the data, as number (`size64`). LEB128 is
 * the DWARF standard's appendix "Variable Length Data".
 */
import { corrupt } from "./errors.ts";

const decoder = new TextDecoder();

/** LEB128 digits of this weight and more are padding in any sound file. */
const maximalScale = 2 ** 63;

/** A position in bytes, with readers that advance it; reading past the end throws `ElfError`. */
export class Cursor {
  readonly data: Uint8Array;
  readonly view: DataView;
  /** Names the bytes in errors. */
  readonly what: string;
  offset = 0;
  /** Reading stops here, at most `data.length`. */
  end: number;

  constructor(
    data: Uint8Array,
    what: string,
    offset = 0,
    end = data.length,
    view = new DataView(data.buffer, data.byteOffset, data.byteLength),
  ) {
    this.data = data;
    this.view = view;
    this.what = what;
    this.offset = offset;
    this.end = Math.min(end, data.length);
  }

  /** Another cursor over the same bytes; cheaper than a new one. */
  at(offset: number, end = this.data.length): Cursor {
    return new Cursor(this.data, this.what, offset, end, this.view);
  }

  get isAtEnd(): boolean {
    return this.offset >= this.end;
  }

  /** Advances by `count` bytes; returns where it was. */
  skip(count: number): number {
    const at = this.offset;
    const next = at + count;
    // The comparison is written so that NaN and negative counts fail, too.
    if (!(count >= 0 && next <= this.end)) {
      throw corrupt(`${this.what} ends in the middle of an entry, at offset ${at}`);
    }
    this.offset = next;
    return at;
  }

  u8(): number {
    if (this.offset >= this.end) this.skip(1);
    return this.data[this.offset++] as number;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  u24(): number {
    const at = this.skip(3);
    return this.view.getUint16(at, true) | (this.view.getUint8(at + 2) << 16);
  }

  u32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  u64(): bigint {
    return this.view.getBigUint64(this.skip(8), true);
  }

  /** A 64-bit size or offset as a number: exact up to 2^53, and beyond that out of any range. */
  size64(): number {
    return Number(this.u64());
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes. */
  unsigned(size: number): bigint {
    if (size === 8) return this.u64();
    if (size === 4) return BigInt(this.u32());
    if (size === 2) return BigInt(this.u16());
    if (size === 1) return BigInt(this.u8());
    throw corrupt(`${this.what} has an integer of ${size} bytes`);
  }

  /** A section offset of the 32-bit or 64-bit DWARF format. */
  sectionOffset(size: 4 | 8): number {
    return size === 4 ? this.u32() : this.size64();
  }

  /** ULEB128 as a number, exact up to 2^53 and always finite. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      if (scale < maximalScale) value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** SLEB128 as a number, exact within ±2^53. */
  sleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      if (scale < maximalScale) {
        value += (byte & 0x7f) * scale;
        scale *= 128;
      }
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - scale : value;
    }
  }

  /** ULEB128, modulo 2^64. */
  bigUleb(): bigint {
    return BigInt.asUintN(64, this.#bigLeb().value);
  }

  /** SLEB128, modulo 2^64, signed. */
  bigSleb(): bigint {
    const { value, bits, isNegative } = this.#bigLeb();
    return BigInt.asIntN(64, isNegative ? value - (1n << bits) : value);
  }

  #bigLeb(): { value: bigint; bits: bigint; isNegative: boolean } {
    let value = 0n;
    let bits = 0n;
    for (;;) {
      const byte = this.u8();
      // Padding beyond 64 bits is legal, and its value bits do not count.
      if (bits < 70n) {
        value |= BigInt(byte & 0x7f) << bits;
        bits += 7n;
      }
      if (byte < 0x80) return { value, bits, isNegative: (byte & 0x40) !== 0 };
    }
  }

  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  /** A zero-terminated UTF-8 string. */
  string(): string {
    const start = this.offset;
    const zero = this.data.indexOf(0, start);
    const stop = zero < 0 || zero >= this.end ? this.end : zero;
    this.skip(stop - start + 1);
    return decoder.decode(this.data.subarray(start, stop));
  }

  skipString(): void {
    const zero = this.data.indexOf(0, this.offset);
    this.skip((zero < 0 ? this.end : zero) - this.offset + 1);
  }

  /** The next `count` bytes, as a view. */
  bytes(count: number): Uint8Array {
    const at = this.skip(count);
    return this.data.subarray(at, at + count);
  }

  /** A cursor over `count` bytes from `from` on (its offset 0); this one moves behind them. */
  slice(count: number, from = this.offset): Cursor {
    this.offset = from;
    return new Cursor(this.bytes(count), this.what);
  }
}

/** Bytes under construction; every method returns the writer. */
export class ByteWriter {
  #data = new Uint8Array(64);
  #view = new DataView(this.#data.buffer);
  #length = 0;

  /** How many bytes there are, which is where the next one goes. */
  get length(): number {
    return this.#length;
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#data.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#data.length));
      grown.set(this.#data.subarray(0, at));
      this.#data = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  u8(value: number): this {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint): this {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
    return this;
  }

  /** An integer of 1, 2, 4 or 8 bytes, modulo its size. */
  integer(size: number, value: bigint): this {
    if (size === 8) return this.u64(value);
    const low = Number(BigInt.asUintN(32, value));
    return size === 4 ? this.u32(low) : size === 2 ? this.u16(low) : this.u8(low);
  }

  /** ULEB128 of a number that is not negative. */
  uleb(value: number): this {
    while (value >= 128) {
      this.u8((value % 128) | 128);
      value = Math.floor(value / 128);
    }
    return this.u8(value);
  }

  /** SLEB128. */
  sleb(value: number): this {
    for (;;) {
      const low = ((value % 128) + 128) % 128;
      const rest = Math.floor(value / 128);
      const isLast = (rest === 0 && low < 64) || (rest === -1 && low >= 64);
      this.u8(isLast ? low : low | 128);
      if (isLast) return this;
      value = rest;
    }
  }

  bytes(data: Uint8Array | readonly number[]): this {
    const at = this.#reserve(data.length);
    this.#data.set(data, at);
    return this;
  }

  /** UTF-8 and a zero. */
  string(text: string): this {
    return this.bytes(new TextEncoder().encode(text)).u8(0);
  }

  /** Fills up to a multiple of `alignment` with `fill`. */
  align(alignment: number, fill = 0): this {
    while (this.#length % alignment !== 0) this.u8(fill);
    return this;
  }

  /** Overwrites four bytes at `offset`. */
  patchU32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  /** The bytes so far. */
  finish(): Uint8Array {
    return this.#data.slice(0, this.#length);
  }
}
