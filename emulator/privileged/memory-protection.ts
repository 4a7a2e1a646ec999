/**
 * Physical memory protection (privileged manual, "Physical Memory Protection"): sixteen entries
 * with a granularity of four bytes. The lowest-numbered entry that matches any byte of an access
 * decides, and must match all of it. Machine mode is bound by locked entries only; the lower modes
 * may do nothing that no entry allows.
 */
import { Right } from "../translation.ts";

/** How many entries there are. */
export const protectionEntries = 16;

/** What {@link MemoryProtection.rights} says where a boundary lies within the range. */
export const mixedRights = -1;

/** Bits of a configuration byte. R, W and X are those of {@link Right}. */
const field = { rights: 0x07, mode: 0x18, locked: 0x80, all: 0x9f } as const;
/** The A field, in its place. */
const mode = { topOfRange: 0x08, fourBytes: 0x10, powerOfTwo: 0x18 } as const;

const allRights = Right.read | Right.write | Right.execute;

/** An entry that is on, with the addresses that it matches. */
interface Range {
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
  readonly rights: number;
  readonly isLocked: boolean;
}

/** The entries at some instant. */
export interface SavedProtection {
  readonly configurations: Uint8Array;
  readonly addresses: readonly bigint[];
}

/** The entries of one hart. */
export class MemoryProtection {
  readonly #configurations = new Uint8Array(protectionEntries);
  /** As pmpaddr holds them: bits 33:2 or 55:2 of an address. */
  readonly #addresses = new Array<bigint>(protectionEntries).fill(0n);
  readonly #addressBits: number;
  #ranges: readonly Range[] = [];

  constructor(xlen: 32 | 64) {
    this.#addressBits = xlen === 64 ? 54 : 32;
  }

  save(): SavedProtection {
    return { configurations: this.#configurations.slice(), addresses: [...this.#addresses] };
  }

  /** Puts back what {@link save} gave. */
  restore({ configurations, addresses }: SavedProtection): void {
    this.#configurations.set(configurations);
    for (const [entry, address] of addresses.entries()) this.#addresses[entry] = address;
    this.#decode();
  }

  /** The configuration byte of an entry. */
  configuration(entry: number): number {
    return this.#configurations[entry] ?? 0;
  }

  /** Writes what may be written; a locked entry and the reserved W without R stay as they are. */
  setConfiguration(entry: number, value: number): void {
    const isReserved = (value & (Right.read | Right.write)) === Right.write;
    if (this.configuration(entry) & field.locked || isReserved) return;
    this.#configurations[entry] = value & field.all;
    this.#decode();
  }

  /** The value of an entry's pmpaddr. */
  address(entry: number): bigint {
    return this.#addresses[entry] ?? 0n;
  }

  /** Writes pmpaddr unless it is locked, by its own entry or as the start of the next one's range. */
  setAddress(entry: number, value: bigint): void {
    const next = this.configuration(entry + 1);
    const bindsNext = next & field.locked && (next & field.mode) === mode.topOfRange;
    if (this.configuration(entry) & field.locked || bindsNext) return;
    this.#addresses[entry] = BigInt.asUintN(this.#addressBits, value);
    this.#decode();
  }

  /**
   * The rights (bits of {@link Right}) in the `size` bytes from a physical address on, or
   * {@link mixedRights} where an entry's boundary lies among them.
   * @param isMachine whether the access has the privilege of machine mode
   */
  rights(start: number, size: number, isMachine: boolean): number {
    const end = start + size;
    for (const range of this.#ranges) {
      if (range.end <= start || range.start >= end) continue;
      if (range.start > start || range.end < end) return mixedRights;
      return isMachine && !range.isLocked ? allRights : range.rights;
    }
    return isMachine ? allRights : 0;
  }

  #decode(): void {
    const ranges: Range[] = [];
    for (let entry = 0; entry < protectionEntries; entry++) {
      const configuration = this.configuration(entry);
      const [start, end] = this.#bounds(entry, configuration & field.mode);
      if (start >= end) continue;
      // Nothing is beyond what a number holds exactly, so an end there is as good as any.
      const clamp = (address: bigint) => Math.min(Number(address), Number.MAX_SAFE_INTEGER);
      ranges.push({
        start: clamp(start),
        end: clamp(end),
        rights: configuration & field.rights,
        isLocked: (configuration & field.locked) !== 0,
      });
    }
    this.#ranges = ranges;
  }

  #bounds(entry: number, matching: number): [start: bigint, end: bigint] {
    const address = this.address(entry);
    switch (matching) {
      case mode.topOfRange:
        return [entry === 0 ? 0n : this.address(entry - 1) << 2n, address << 2n];
      case mode.fourBytes:
        return [address << 2n, (address + 1n) << 2n];
      case mode.powerOfTwo: {
        // The trailing ones of pmpaddr give the size: none is 8 bytes, one is 16, …
        const ones = address & ~(address + 1n);
        const size = (ones + 1n) << 3n;
        const start = (address & ~ones) << 2n;
        return [start, start + size];
      }
      default:
        return [0n, 0n];
    }
  }
}
