/** What the checks know of each instruction, found when it is first seen. */
import type { Decoded } from "../../isa/decoder.ts";
import { effectsOf } from "../../isa/effects.ts";
import type { Program } from "../program.ts";
import { type HeapCall, heapCalls } from "./heap-calls.ts";

/** An integer or floating-point register. */
export interface Register {
  readonly kind: "x" | "f";
  readonly index: number;
}

/** An instruction as the checks see it. */
export interface Site {
  readonly decoded: Decoded | undefined;
  /** A call, or a return, by the link register ra. */
  readonly transfer: "call" | "return" | undefined;
  /** Bytes of the access to memory; 0 for none. */
  readonly size: number;
  readonly base: number;
  readonly offset: number;
  readonly reads: boolean;
  readonly writes: boolean;
  /** The registers that it reads and writes. */
  readonly reading: readonly Register[];
  readonly writing: readonly Register[];
  /** The allocator's call that begins here. */
  readonly heapCall: { readonly name: string; readonly call: HeapCall } | undefined;
  /** Whether it is in a function that reads texts by words. */
  readonly isInText: boolean;
}

/** The link register of the ABI. */
const ra = 1;
const sp = 2;
const fp = 8;
/** Functions that look at whole words of which only some bytes are the text's. */
const textFunction = /^(_*|__GI_+)(raw)?(str|stp|mem|wcs|wmem)/;
/** A function's code is searched for what sets sp as far as this, in bytes. */
const searchedCode = 4096n;

/** The instructions that were seen, by address. */
export class Sites {
  readonly #program: Program;
  readonly #read: (address: bigint, length: number) => Uint8Array;
  readonly #sites = new Map<number, Site>();
  readonly #setters = new Map<bigint, boolean>();
  /** The allocator's functions by address. */
  readonly #heap = new Map<bigint, { readonly name: string; readonly call: HeapCall }>();

  constructor(program: Program, read: (address: bigint, length: number) => Uint8Array) {
    this.#program = program;
    this.#read = read;
    for (const [name, call] of Object.entries(heapCalls)) {
      const symbol = program.symbols.byName(name);
      if (symbol !== undefined && program.isCode(symbol.value)) {
        this.#heap.set(symbol.value, { name, call });
      }
    }
  }

  /** Where the allocator's functions begin. */
  get heapAddresses(): bigint[] {
    return [...this.#heap.keys()];
  }

  /** Forgets all: the code has changed. */
  forget(): void {
    this.#sites.clear();
    this.#setters.clear();
  }

  at(pc: number): Site {
    let site = this.#sites.get(pc);
    if (site === undefined) {
      site = this.#look(BigInt(pc));
      this.#sites.set(pc, site);
    }
    return site;
  }

  #look(pc: bigint): Site {
    const decoded = this.#program.decodeBytes(this.#read(pc, 4));
    const effects = decoded && effectsOf(decoded);
    const { memory, control, writesX = [], readsX = [], readsF = [], writesF = [] } = effects ?? {};
    const isCall = control === "call" && writesX.includes(ra);
    const isReturn = control === "return" && readsX.includes(ra);
    const kind = memory?.kind;
    const name = this.#program.symbols.functionAt(pc)?.symbol.name ?? "";
    return {
      decoded,
      transfer: isCall ? "call" : isReturn ? "return" : undefined,
      size: memory === undefined ? 0 : memory.width / 8,
      base: memory?.base ?? 0,
      offset: Number(memory?.offset ?? 0n),
      reads: kind !== undefined && kind !== "store" && kind !== "store-conditional",
      writes: kind !== undefined && kind !== "load" && kind !== "load-reserved",
      reading: [...named("x", readsX), ...named("f", readsF)],
      writing: [...named("x", writesX), ...named("f", writesF)],
      heapCall: this.#heap.get(pc),
      isInText: textFunction.test(name),
    };
  }

  /**
   * Whether the code before a return, in its function, takes sp from elsewhere than sp or s0: then
   * it may go on with another stack. An unknown sum of sp counts where `isMoved` holds.
   */
  setsStack(pc: bigint, isMoved: boolean): boolean {
    const key = isMoved ? -pc : pc;
    let result = this.#setters.get(key);
    if (result === undefined) {
      result = this.#searchStack(pc, isMoved);
      this.#setters.set(key, result);
    }
    return result;
  }

  #searchStack(pc: bigint, isMoved: boolean): boolean {
    const start = this.#program.functionAt(pc)?.start;
    // Without symbols, from where instructions are taken to begin.
    const from = start !== undefined && pc - start <= searchedCode ? start : pc - 128n;
    for (let at = from; at < pc; ) {
      const decoded = this.#program.decodeBytes(this.#read(at, 4));
      if (decoded === undefined) {
        at += 2n;
        continue;
      }
      const { writesX, readsX, result, memory } = effectsOf(decoded);
      at += BigInt(decoded.length);
      if (!writesX.includes(sp)) continue;
      if (memory !== undefined) return true;
      if (result === undefined) {
        if (isMoved || !readsX.includes(sp)) return true;
      } else if (result.base !== sp && result.base !== fp) return true;
    }
    return false;
  }
}

const named = (kind: Register["kind"], indexes: readonly number[]): Register[] =>
  indexes.map((index) => ({ kind, index }));
