/**
 * The core-local interruptor of SiFive's boards: a timer and a software interrupt for each hart
 * (SiFive FU540 manual, "Core-Local Interruptor (CLINT)"). Time is the count of the machine's
 * ticks, so a timer interrupt comes at an exact instruction.
 */
import type { Width } from "../../isa/semantics.ts";
import type { Hart } from "../hart.ts";
import type { Device } from "../privileged/physical-space.ts";

/** Offsets of the registers. */
const registers = { software: 0x0, compare: 0x4000, time: 0xbff8, end: 0xc000 } as const;
const interrupt = { software: 3, timer: 7 } as const;

const never = (1n << 64n) - 1n;

/** The timer and the software interrupts of some harts. */
export class CoreInterrupts implements Device {
  readonly name = "clint";
  readonly #harts: readonly Hart[];
  /** Of each hart, the time from which on its timer interrupt is pending. */
  readonly #compare: bigint[];
  readonly #software: boolean[];
  /** What writes have added to the ticks. */
  #offset = 0n;
  readonly #ticks: () => bigint;

  /** @param ticks the machine's clock */
  constructor(harts: readonly Hart[], ticks: () => bigint) {
    this.#harts = harts;
    this.#ticks = ticks;
    this.#compare = harts.map(() => never);
    this.#software = harts.map(() => false);
    for (const hart of harts) hart.time = () => this.time();
  }

  /** mtime. */
  time(): bigint {
    return BigInt.asUintN(64, this.#ticks() + this.#offset);
  }

  /** Raises and lowers the timer interrupts as the time now demands. */
  update(): void {
    const now = this.time();
    for (const [index, hart] of this.#harts.entries()) {
      hart.csrs.setInterrupt(interrupt.timer, now >= (this.#compare[index] ?? never));
    }
  }

  /** How many ticks it is until the next timer interrupt of any hart; undefined for never. */
  ticksToEvent(): bigint | undefined {
    const now = this.time();
    let nearest: bigint | undefined;
    for (const compare of this.#compare) {
      const distance = compare - now;
      if (compare === never || distance <= 0n) continue;
      if (nearest === undefined || distance < nearest) nearest = distance;
    }
    return nearest;
  }

  read(offset: number, width: Width): bigint | undefined {
    if (width < 32) return undefined;
    const base = offset & ~7;
    const value = this.#register(base);
    if (value === undefined) return undefined;
    return BigInt.asUintN(width, value >> BigInt(8 * (offset - base)));
  }

  write(offset: number, width: Width, value: bigint): boolean {
    if (width < 32) return false;
    const base = offset & ~7;
    const old = this.#register(base);
    if (old === undefined) return false;
    const shift = BigInt(8 * (offset - base));
    const mask = ((1n << BigInt(width)) - 1n) << shift;
    this.#setRegister(base, (old & ~mask) | (value << shift));
    return true;
  }

  /** Eight bytes; the software interrupts of two harts lie in one. */
  #register(base: number): bigint | undefined {
    if (base === registers.time) return this.time();
    if (base < registers.compare) {
      const first = base / 4;
      const bit = (hart: number) => (this.#software[hart] ? 1n : 0n);
      return (bit(first + 1) << 32n) | bit(first);
    }
    if (base >= registers.time) return undefined;
    return this.#compare[(base - registers.compare) / 8] ?? 0n;
  }

  #setRegister(base: number, value: bigint): void {
    if (base === registers.time) {
      this.#offset = value - this.#ticks();
    } else if (base < registers.compare) {
      const first = base / 4;
      for (const [hart, raised] of [
        [first, value & 1n],
        [first + 1, (value >> 32n) & 1n],
      ] as const) {
        if (hart >= this.#harts.length) continue;
        this.#software[hart] = raised === 1n;
        this.#harts[hart]?.csrs.setInterrupt(interrupt.software, raised === 1n);
      }
    } else {
      const hart = (base - registers.compare) / 8;
      if (hart < this.#compare.length) this.#compare[hart] = value;
    }
    // When the hart that runs must stop next has changed.
    for (const hart of this.#harts) hart.needsAttention = true;
  }
}
