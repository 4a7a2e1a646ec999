/**
 * DATA_SEGMENT_ALIGN, DATA_SEGMENT_RELRO_END and DATA_SEGMENT_END: where the writable part of a
 * program begins, so that it shares no page with code, and ends its read-only-after-start part at
 * the end of a page. What comes at the end decides on the beginning, so there is a second pass.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import type { OutputSection } from "./program.ts";

type Phase = "none" | "aligned" | "relro" | "ended" | "adjust relro" | "adjust" | "done";

/** The state of these functions over the passes of a layout. */
export class DataSegment {
  readonly #pageSize: bigint;
  readonly #isRelro: boolean;
  #phase: Phase = "none";
  #base = 0n;
  #end = 0n;
  /** Where what comes before ends. */
  #codeEnd = 0n;
  #relroEnd = 0n;
  #relroOffset = 0n;

  constructor(pageSize: number, isRelro: boolean) {
    this.#pageSize = BigInt(pageSize);
    this.#isRelro = isRelro;
  }

  /** The part that is read-only after start: from its first address to its end; else undefined. */
  get relro(): { start: number; end: number } | undefined {
    if (!this.#isRelro || this.#relroEnd === 0n) return undefined;
    return {
      start: Number(BigInt.asIntN(64, this.#base)),
      end: Number(BigInt.asIntN(64, this.#relroEnd)),
    };
  }

  /** Whether code may shrink in the second pass: its predecessor placed the data for this code. */
  get allowsRelaxation(): boolean {
    return this.#phase !== "adjust relro";
  }

  /** Forgets the last layout. */
  begin(): void {
    this.#phase = "none";
    this.#relroEnd = 0n;
  }

  #alignUp(value: bigint): bigint {
    return ((value + this.#pageSize - 1n) / this.#pageSize) * this.#pageSize;
  }

  /** The value of one of the three functions. */
  evaluate(name: string, operands: readonly bigint[], dot: bigint): bigint {
    const [first = 0n, second = 0n] = operands;
    if (name === "DATA_SEGMENT_ALIGN") return this.#alignStart(first, second, dot);
    if (name === "DATA_SEGMENT_RELRO_END") return this.#endRelro(first, second);
    if (this.#phase === "aligned" || this.#phase === "relro") {
      this.#phase = "ended";
      this.#end = first;
    }
    return first;
  }

  #alignStart(maximal: bigint, common: bigint, dot: bigint): bigint {
    if (this.#phase === "adjust relro") return this.#base;
    const size = maximal === 0n ? 1n : maximal;
    const aligned = ((dot + size - 1n) / size) * size;
    if (this.#phase === "adjust") {
      return common < size ? aligned + ((dot + common - 1n) & (size - common)) : aligned;
    }
    const value = aligned + (dot & (size - 1n));
    if (this.#phase === "none") {
      this.#phase = "aligned";
      this.#base = value;
      this.#codeEnd = dot;
    }
    return value;
  }

  #endRelro(offset: bigint, end: bigint): bigint {
    if (this.#phase === "aligned" || this.#phase === "adjust relro") this.#relroEnd = end + offset;
    if (this.#phase === "adjust relro") {
      this.#relroEnd = this.#alignUp(this.#relroEnd);
      return this.#relroEnd - offset;
    }
    if (this.#phase === "aligned") this.#phase = "relro";
    return end;
  }

  /** After a walk: whether another one is wanted, with the beginning moved. */
  wantsAnotherPass(outputs: readonly OutputSection[]): boolean {
    if (this.#phase === "adjust" || this.#phase === "adjust relro") {
      this.#phase = "done";
      return false;
    }
    if (this.#phase !== "ended") return false;
    if (this.#isRelro && this.#relroEnd !== 0n) {
      this.#moveForRelro(outputs);
      this.#phase = "adjust relro";
      return true;
    }
    const last = this.#pageSize - 1n;
    const first = -this.#base & last;
    const rest = this.#end & last;
    const spansPages = (this.#base & ~last) !== (this.#end & ~last);
    if (first !== 0n && rest !== 0n && spansPages && first + rest <= this.#pageSize) {
      this.#phase = "adjust";
      return true;
    }
    this.#phase = "done";
    return false;
  }

  /** Chooses the beginning so that the read-only part ends where a page does. */
  #moveForRelro(outputs: readonly OutputSection[]): void {
    let wanted = this.#alignUp(this.#relroEnd) - this.#relroOffset;
    const inside = outputs
      .filter(({ isRemoved }) => !isRemoved)
      .filter((output) => output.has(SHF.ALLOC))
      .filter(({ address }) => {
        const start = BigInt.asUintN(64, BigInt(address));
        return start >= this.#base && start < this.#relroEnd - this.#relroOffset;
      });
    for (const output of inside.reverse()) {
      const start = BigInt.asUintN(64, BigInt(output.address));
      const isThreadZeros = output.has(SHF.TLS) && output.type === SHT.NOBITS;
      const end = start + (isThreadZeros ? 0n : BigInt(output.size));
      const moved = start + wanted - end;
      wanted = moved & ~(BigInt(output.alignment) - 1n);
    }
    const free = this.#alignUp(this.#codeEnd);
    if (wanted - this.#pageSize >= free) wanted -= this.#pageSize;
    this.#base = wanted;
  }
}
