/**
 * Loads and stores of one hart, through its translation buffer. An access that the buffer does
 * not know takes the slow way: it asks the translator page by page, before anything is changed,
 * looks for watchpoints, and tells the engines when it changes decoded code. Misaligned accesses
 * are done byte by byte where they cross a page; only atomic ones must be aligned.
 */
import type { Width } from "../isa/semantics.ts";
import type { Hart } from "./hart.ts";
import { frameSize, type PhysicalMemory } from "./memory.ts";
import { Access, accessFault, irregular } from "./translation.ts";
import { TrapSignal } from "./trap-signal.ts";
import type { WatchHit } from "./watched-pages.ts";

/** Loads and stores of one hart, by way of its translation buffer. */
export class MemoryAccess {
  readonly #hart: Hart;
  readonly #memory: PhysicalMemory;
  /** The first watched access since it was last set to undefined. */
  hit: WatchHit | undefined;
  /** Brings the hart's count of instructions up to date before a device is asked; see the engine. */
  countRetired: () => void = () => {};
  /** Whether the last fetch was from a page whose every parcel must be fetched anew. */
  fetchedIrregularly = false;
  /** Whether the part of an access that was located last is in a page of plain memory. */
  #isRegular = true;

  constructor(hart: Hart) {
    this.#hart = hart;
    this.#memory = hart.memory;
  }

  /** The zero-extended value of `width` bits at the address. Throws a {@link TrapSignal}. */
  load(width: Width, address: bigint): bigint {
    const low = Number(BigInt.asUintN(32, address));
    const high = Number(address >> 32n);
    const at = this.#hart.buffer.lookup(Access.read, low, high);
    if (at < 0 || (low & 0xfff) + (width >> 3) > frameSize) {
      return this.#loadSlowly(width, address, low, high);
    }
    return this.#read(width, at);
  }

  /** Stores the low `width` bits of the value. Throws a {@link TrapSignal}. */
  store(width: Width, address: bigint, value: bigint): void {
    const low = Number(BigInt.asUintN(32, address));
    const high = Number(address >> 32n);
    const at = this.#hart.buffer.lookup(Access.write, low, high);
    if (at < 0 || (low & 0xfff) + (width >> 3) > frameSize) {
      this.#storeSlowly(width, address, low, high, value);
    } else {
      this.#write(width, at, value);
    }
  }

  /** Loads for LR: the address must be aligned. */
  loadAligned(width: 32 | 64, address: bigint): bigint {
    if (address & BigInt(width / 8 - 1)) throw new TrapSignal(4, address);
    const low = Number(BigInt.asUintN(32, address));
    const high = Number(address >> 32n);
    if (this.#hart.buffer.lookup(Access.read, low, high) < 0) {
      this.#requireMemory(Access.read, width, low, high, address);
    }
    return this.load(width, address);
  }

  /** Loads for an AMO: aligned, and all traps are those of a store. */
  loadForUpdate(width: 32 | 64, address: bigint): bigint {
    this.#checkUpdate(width, address);
    return this.load(width, address);
  }

  /** Stores for SC where the reservation holds; the address is checked in either case. */
  storeConditional(width: 32 | 64, address: bigint, value: bigint, held: boolean): void {
    this.#checkUpdate(width, address);
    if (held) this.store(width, address, value);
  }

  /** The linear address of the instruction parcel at pc. Throws a {@link TrapSignal}. */
  fetch(address: bigint): number {
    const low = Number(BigInt.asUintN(32, address));
    const high = Number(address >> 32n);
    const at = this.#hart.buffer.lookup(Access.execute, low, high);
    this.fetchedIrregularly = false;
    if (at >= 0) return at;
    const frame = this.#resolve(Access.execute, low, high, address);
    if (frame === irregular) {
      this.fetchedIrregularly = true;
      return this.#reachMemory(Access.execute, 2, address);
    }
    this.#hart.buffer.enter(Access.execute, low, high, frame);
    return frame + (low & 0xfff);
  }

  #checkUpdate(width: 32 | 64, address: bigint): void {
    if (address & BigInt(width / 8 - 1)) throw new TrapSignal(6, address);
    const low = Number(BigInt.asUintN(32, address));
    const high = Number(address >> 32n);
    if (this.#hart.buffer.lookup(Access.write, low, high) >= 0) return;
    this.#requireMemory(Access.write, width, low, high, address);
  }

  /** Atomic accesses are made to memory only: to devices they are access faults. */
  #requireMemory(access: Access, width: 32 | 64, low: number, high: number, address: bigint): void {
    if (this.#resolve(access, low, high, address) === irregular) {
      this.#reachMemory(access, width >> 3, address);
    }
  }

  /** The linear address for an access to an irregular page that must not be a device's. */
  #reachMemory(access: Access, size: number, address: bigint): number {
    const at = this.#reach(access, size, address);
    if (at === irregular) throw new TrapSignal(accessFault[access], address);
    return at;
  }

  #reach(access: Access, size: number, address: bigint): number {
    const at = this.#hart.translator.reach(address, size, access);
    if (at < 0 && at !== irregular) throw new TrapSignal(-at, address);
    return at;
  }

  #resolve(access: Access, low: number, high: number, address: bigint): number {
    const page = high * 0x100000 + (low >>> 12);
    const frame = this.#hart.translator.resolve(page, access);
    if (frame < 0 && frame !== irregular) throw new TrapSignal(-frame, address);
    return frame;
  }

  /**
   * The linear addresses of the first byte, and of the first byte past a page boundary or −1; and
   * whether the first page may enter the buffer. The first address is `irregular` for a device.
   */
  #locate(
    access: Access,
    size: number,
    address: bigint,
    low: number,
    high: number,
  ): [first: number, second: number, isRegular: boolean] {
    const split = frameSize - (low & 0xfff);
    const first = this.#part(access, Math.min(size, split), address, low, high);
    if (size <= split) {
      const isDevice = first === irregular;
      if (isDevice && low & (size - 1)) throw new TrapSignal(accessFault[access], address);
      return [first, -1, !isDevice && this.#isRegular];
    }
    const next = BigInt.asUintN(this.#hart.xlen, (address | 0xfffn) + 1n);
    const nextLow = Number(BigInt.asUintN(32, next));
    const second = this.#part(access, size - split, next, nextLow, Number(next >> 32n));
    // Finding the second page may have moved the first (copy-on-write onto a shared frame).
    const moved = this.#part(access, split, address, low, high);
    if (moved === irregular) throw new TrapSignal(accessFault[access], address);
    if (second === irregular) throw new TrapSignal(accessFault[access], next);
    return [moved, second, false];
  }

  /** The linear address of a part of an access within one page, or `irregular` for a device. */
  #part(access: Access, size: number, address: bigint, low: number, high: number): number {
    const frame = this.#resolve(access, low, high, address);
    this.#isRegular = frame !== irregular;
    return this.#isRegular ? frame + (low & 0xfff) : this.#reach(access, size, address);
  }

  #loadSlowly(width: Width, address: bigint, low: number, high: number): bigint {
    const size = width >> 3;
    const { watches } = this.#hart.translator;
    const [first, second, isRegular] = this.#locate(Access.read, size, address, low, high);
    const page = high * 0x100000 + (low >>> 12);
    if (watches.has(page) || (second >= 0 && watches.has(page + 1))) {
      this.hit ??= watches.hit(address, size, "read");
    } else if (isRegular) {
      this.#hart.buffer.enter(Access.read, low, high, first - (low & 0xfff));
    }
    if (first === irregular) return this.#loadFromDevice(width, address);
    if (second < 0) return this.#read(width, first);
    const split = frameSize - (low & 0xfff);
    let value = 0n;
    for (let index = size - 1; index >= 0; index--) {
      const at = index < split ? first + index : second + index - split;
      value = (value << 8n) | BigInt(this.#memory.bytes[at]!);
    }
    return value;
  }

  #storeSlowly(width: Width, address: bigint, low: number, high: number, value: bigint): void {
    const size = width >> 3;
    const { watches } = this.#hart.translator;
    const [first, second, isRegular] = this.#locate(Access.write, size, address, low, high);
    const offset = low & 0xfff;
    const page = high * 0x100000 + (low >>> 12);
    if (watches.has(page) || (second >= 0 && watches.has(page + 1))) {
      this.hit ??= watches.hit(address, size, "write");
    } else if (isRegular && !this.#memory.holdsCode(first - offset)) {
      this.#hart.buffer.enter(Access.write, low, high, first - offset);
    }
    if (first === irregular) {
      this.countRetired();
      const known = this.#hart.translator.store(width, address, BigInt.asUintN(width, value));
      if (!known) throw new TrapSignal(accessFault[Access.write], address);
      return;
    }
    if (second < 0) {
      this.#write(width, first, value);
      this.#tell(first, size);
      return;
    }
    const split = frameSize - offset;
    for (let index = 0; index < size; index++) {
      const at = index < split ? first + index : second + index - split;
      this.#memory.bytes[at] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)));
    }
    this.#tell(first, split);
    this.#tell(second, size - split);
  }

  #loadFromDevice(width: Width, address: bigint): bigint {
    this.countRetired();
    const value = this.#hart.translator.load(width, address);
    if (value === undefined) throw new TrapSignal(accessFault[Access.read], address);
    return value;
  }

  /** Tells the engines of `size` bytes written at a linear address, where they hold code. */
  #tell(at: number, size: number): void {
    const offset = at % frameSize;
    if (!this.#memory.holdsCode(at - offset)) return;
    this.#memory.codeWritten(at - offset, offset, offset + size);
  }

  #read(width: Width, at: number): bigint {
    const { view } = this.#memory;
    switch (width) {
      case 8:
        return BigInt(view.getUint8(at));
      case 16:
        return BigInt(view.getUint16(at, true));
      case 32:
        return BigInt(view.getUint32(at, true));
      case 64:
        return view.getBigUint64(at, true);
    }
  }

  #write(width: Width, at: number, value: bigint): void {
    const { view } = this.#memory;
    if (width === 64) view.setBigUint64(at, value, true);
    else if (width === 32) view.setUint32(at, Number(BigInt.asUintN(32, value)), true);
    else if (width === 16) view.setUint16(at, Number(BigInt.asUintN(16, value)), true);
    else view.setUint8(at, Number(BigInt.asUintN(8, value)));
  }
}
