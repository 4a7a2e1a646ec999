// biome-ignore-all format: rows of one kind read better by hand
/**
 * The f registers of a region in locals, and what is known of floating point while it is written.
 * A register that the region uses only in single precision is an f32; one that holds no boxed single
 * where that is loaded leaves the region. Every other register is an f64 with the raw bits.
 */
import type { Effects } from "../../isa/effects.ts";
import type { Format } from "../../isa/semantics.ts";
import type { Code } from "./code.ts";
import type { HostFormat } from "./float-emitter.ts";
import type { StateLayout } from "./layout.ts";
import type { Region } from "./region.ts";
import { numbers, type RegionRegisters, readBeforeWritten } from "./region-registers.ts";

/** What is known where a block goes on; registers are bits. */
export interface FloatFacts {
  /** FS of mstatus is Dirty. */
  readonly isDirty: boolean;
  /** These hold a number in the format, not a NaN. */
  readonly numbers: Readonly<Record<HostFormat, number>>;
  /** These hold a boxed single. */
  readonly boxed: number;
}

const nothing: FloatFacts = { isDirty: false, numbers: { single: 0, double: 0 }, boxed: 0 };

const boxes = 0xffff_ffffn << 32n;

/** The f registers of one region. */
export class RegionFloats {
  /** Whether any instruction needs floating point to be on. */
  readonly areUsed: boolean;
  /**
   * Where any instruction computes: i32s that are the {@link bounds} while inexact is raised and frm
   * is to nearest, else −1.
   */
  readonly ready: Readonly<Record<HostFormat, number>> | undefined;
  facts = nothing;
  readonly #code: Code;
  readonly #layout: StateLayout;
  readonly #locals = new Map<number, number>();
  /** The registers whose locals are f32, as bits. */
  readonly #singles: number;

  /** @param singles the registers that are singles, as bits: see {@link findSingles} */
  constructor(code: Code, layout: StateLayout, effects: readonly Effects[], singles: number) {
    this.#code = code;
    this.#layout = layout;
    this.#singles = singles;
    for (const { readsF, writesF } of effects) {
      for (const register of [...readsF, ...writesF]) {
        if (this.#locals.has(register)) continue;
        this.#locals.set(register, code.local(this.isSingle(register) ? "f32" : "f64"));
      }
    }
    const computes = effects.some(({ setsFlags }) => setsFlags);
    this.ready = computes ? { single: code.local("i32"), double: code.local("i32") } : undefined;
    this.areUsed = computes || this.#locals.size > 0;
  }

  /** Whether a register's local is an f32. */
  isSingle(register: number): boolean {
    return ((this.#singles >> register) & 1) === 1;
  }

  local(register: number): number {
    const local = this.#locals.get(register);
    if (local === undefined) throw new Error(`f${register} has no local`);
    return local;
  }

  /** Loads registers; `leave` writes what happens where one that is to be a single is none. */
  load(registers: number, leave: () => void): void {
    const code = this.#code;
    const { state, flen } = this.#layout;
    const singles = numbers(registers & this.#singles);
    if (flen === 64 && singles.length > 0) {
      for (const [index, register] of singles.entries()) {
        code.get(0).memory("i32.load", state.f + 8 * register + 4);
        if (index > 0) code.op("i32.and");
      }
      code.i32(-1).op("i32.ne").if(leave);
    }
    for (const register of numbers(registers)) {
      const type = this.isSingle(register) ? "f32" : "f64";
      code.get(0).memory(`${type}.load`, state.f + 8 * register).set(this.local(register));
    }
  }

  /** Stores registers. */
  save(registers: number): void {
    const code = this.#code;
    const { state, flen } = this.#layout;
    for (const register of numbers(registers)) {
      code.get(0).get(this.local(register));
      if (this.isSingle(register)) {
        code.op("i32.reinterpret_f32").op("i64.extend_i32_u");
        if (flen === 64) code.i64(boxes).op("i64.or");
        code.memory("i64.store", state.f + 8 * register);
      } else {
        code.memory("f64.store", state.f + 8 * register);
      }
    }
  }

  /** At the start of a block: what is known from the only block that goes on to it, if there is one. */
  startBlock(facts: FloatFacts = nothing): void {
    this.facts = facts;
  }

  /** Behind a call, only FS is as it was. */
  forgetRegisters(): void {
    this.facts = { ...nothing, isDirty: this.facts.isDirty };
  }

  isNumber(format: Format, register: number): boolean {
    return format !== "half" && ((this.facts.numbers[format] >> register) & 1) === 1;
  }

  isBoxed(register: number): boolean {
    return ((this.facts.boxed >> register) & 1) === 1;
  }

  noteBoxed(register: number): void {
    this.facts = { ...this.facts, boxed: this.facts.boxed | (1 << register) };
  }

  noteWrite(format: Format, register: number, isNumber: boolean): void {
    const bit = 1 << register;
    const { numbers: known, boxed } = this.facts;
    const now = (one: HostFormat) =>
      format === one && isNumber ? known[one] | bit : known[one] & ~bit;
    this.facts = {
      isDirty: true,
      numbers: { single: now("single"), double: now("double") },
      boxed: format === "single" ? boxed | bit : boxed & ~bit,
    };
  }
}

/**
 * The registers of a region, as bits, that can be singles throughout: they are used as nothing else,
 * and loaded only where they may be read. (What is loaded only because it may be stored again could
 * be anything.)
 */
export function findSingles(region: Region, registers: RegionRegisters): number {
  let singles = 0;
  let others = 0;
  for (const { sites } of region.blocks) {
    for (const { effects } of sites) {
      for (const [register, formats] of effects.formatsF) {
        for (const format of formats) {
          if (format === "single") singles |= 1 << register;
          else others |= 1 << register;
        }
      }
    }
  }
  singles &= ~others;
  if (singles === 0) return 0;
  const read = readBeforeWritten(region);
  for (const [index, { control, end }] of region.blocks.entries()) {
    const loads = [...(index === 0 ? [0] : []), ...(control === "call" ? [region.indexes.get(end)] : [])];
    for (const at of loads) {
      if (at !== undefined) singles &= ~((registers.live[at]?.f ?? 0) & ~(read[at]?.f ?? 0));
    }
  }
  return singles;
}