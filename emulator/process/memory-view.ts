/**
 * The guest's memory as system calls see it: every access respects the pages' rights, and one that
 * touches a page without them ends the call with EFAULT before anything was changed.
 */
import { type AddressSpace, Right } from "../translation.ts";
import type { WatchHit } from "../watched-pages.ts";
import { fail } from "./errno.ts";

/** The most bytes that one call moves; Linux too may move less than asked (its cap is 2 GiB). */
export const largestTransfer = 1 << 24;

const decoder = new TextDecoder();

/** The memory of a process, as the calls that it makes read and write it. */
export class MemoryView {
  readonly space: AddressSpace;
  /** Bytes in a `long` and in a pointer. */
  readonly wordBytes: 4 | 8;
  /** The first access to watched memory; who asks clears it before. */
  hit: WatchHit | undefined;

  constructor(space: AddressSpace) {
    this.space = space;
    this.wordBytes = space.xlen === 32 ? 4 : 8;
  }

  /** Exactly `length` bytes, at most 2^31; EFAULT where one may not be read. */
  read(address: bigint, length: number): Uint8Array {
    if (length === 0) return new Uint8Array(0);
    if (length > 1 << 30 || !this.allows(address, BigInt(length), Right.read)) fail("EFAULT");
    const bytes = this.space.read(address, length, Right.read);
    this.hit ??= this.space.watches.hit(address, length, "read");
    return bytes.length === length ? bytes : fail("EFAULT");
  }

  /** Writes all bytes or, where one may not be written, none (EFAULT). */
  write(address: bigint, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (!this.allows(address, BigInt(bytes.length), Right.write)) fail("EFAULT");
    if (this.space.write(address, bytes, Right.write) !== bytes.length) fail("EFAULT");
    this.space.listener?.written(address, BigInt(bytes.length));
    this.hit ??= this.space.watches.hit(address, bytes.length, "write");
  }

  /** Whether every byte of the range has the right. */
  allows(address: bigint, length: bigint, right: number): boolean {
    const end = address + length;
    if (end > 1n << BigInt(this.space.xlen)) return false;
    let covered = address;
    for (const region of this.space.regions()) {
      if (region.end <= covered) continue;
      if (region.start > covered || (region.rights & right) === 0) return false;
      covered = region.end;
      if (covered >= end) return true;
    }
    return false;
  }

  /** How many bytes from `address` on have the right, at most `limit`. */
  extent(address: bigint, limit: bigint, right: number): bigint {
    let covered = address;
    for (const region of this.space.regions()) {
      if (region.end <= covered) continue;
      if (region.start > covered || (region.rights & right) === 0) break;
      covered = region.end;
    }
    const length = covered - address;
    return length < limit ? length : limit;
  }

  /** The bytes of a zero-terminated string without the zero; EFAULT where it leaves the memory. */
  readStringBytes(address: bigint, limit = 1 << 20): Uint8Array {
    const chunks: number[] = [];
    for (let at = address; chunks.length < limit; ) {
      // To the end of the page at most, so that a string may end just before unmapped memory.
      const size = 4096 - Number(at & 0xfffn);
      const chunk = this.space.read(at, size, Right.read);
      const end = chunk.indexOf(0);
      for (const byte of end < 0 ? chunk : chunk.subarray(0, end)) chunks.push(byte);
      if (end >= 0) return Uint8Array.from(chunks);
      if (chunk.length < size) fail("EFAULT");
      at += BigInt(size);
    }
    return fail("ENAMETOOLONG");
  }

  /** A zero-terminated UTF-8 string. */
  readString(address: bigint, limit?: number): string {
    return decoder.decode(this.readStringBytes(address, limit));
  }

  /** An unsigned little-endian number of 1, 2, 4 or 8 bytes. */
  readNumber(address: bigint, size: number): bigint {
    let value = 0n;
    for (const byte of this.read(address, size).toReversed()) value = (value << 8n) | BigInt(byte);
    return value;
  }

  /** Writes the low bytes of a number, little-endian. */
  writeNumber(address: bigint, size: number, value: bigint): void {
    const bytes = new Uint8Array(size);
    for (let index = 0; index < size; index++) {
      bytes[index] = Number((value >> BigInt(8 * index)) & 0xffn);
    }
    this.write(address, bytes);
  }

  /** A pointer or `unsigned long`. */
  readWord(address: bigint): bigint {
    return this.readNumber(address, this.wordBytes);
  }

  writeWord(address: bigint, value: bigint): void {
    this.writeNumber(address, this.wordBytes, value);
  }
}

/** How wide a member of a C structure is: a size in bits, or a `long` of the guest. */
export type MemberKind = "u8" | "u16" | "u32" | "u64" | "word";

/**
 * The bytes of a C structure, members given in order, each aligned to its size as the psABI has it.
 * `size` pads (or checks) the whole.
 */
export function pack(
  wordBytes: 4 | 8,
  members: readonly (readonly [MemberKind, number | bigint])[],
  size?: number,
): Uint8Array {
  const bytes: number[] = [];
  for (const [kind, value] of members) {
    const width = kind === "word" ? wordBytes : Number(kind.slice(1)) / 8;
    while (bytes.length % width !== 0) bytes.push(0);
    const bits = BigInt.asUintN(64, BigInt(value));
    for (let index = 0; index < width; index++) {
      bytes.push(Number((bits >> BigInt(8 * index)) & 0xffn));
    }
  }
  if (size !== undefined && bytes.length > size) {
    throw new Error(`structure of ${bytes.length} bytes does not fit in ${size}`);
  }
  while (size !== undefined && bytes.length < size) bytes.push(0);
  return Uint8Array.from(bytes);
}
