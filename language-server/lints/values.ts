/**
 * What is known of the registers at each step, found by running the effects over abstract values
 * from every function's entry: a value that a register had there plus a number, a number, a
 * symbol's address, or that it was written with something else. Saved registers are followed
 * through the stack. Where paths meet, what differs is no longer known.
 */
import { R_RISCV } from "../../elf/constants.ts";
import type { ElfSymbol } from "../../elf/model.ts";
import { type Effects, effectsOf, type KnownWord } from "../../isa/effects.ts";
import type { Code, Step } from "./code.ts";
import { type Block, callerF, callerX, type Graph } from "./graph.ts";

/** A value; two that are alike are equal by {@link sameValue}. */
export interface Value {
  /**
   * "entry" is what a register had at the function's entry plus `offset`; "called" what a call left
   * in its link register; "written" anything else that was computed; "unknown" may be anything.
   */
  readonly kind: "entry" | "number" | "symbol" | "called" | "written" | "narrowed" | "unknown";
  /** Of "entry": x register, or 32 + f register. */
  readonly register: number;
  readonly symbol: ElfSymbol | undefined;
  readonly offset: number;
}

/** The registers before a step. */
export interface State {
  readonly x: Value[];
  readonly f: Value[];
  /** What lies in the stack, by its distance from the stack pointer at the entry. */
  readonly slots: Map<number, Value>;
}

const make = (kind: Value["kind"], register = 0, offset = 0, symbol?: ElfSymbol): Value => ({
  kind,
  register,
  symbol,
  offset,
});
const written = make("written");
const unknown = make("unknown");
const called = make("called");
const narrowed = make("narrowed");
const zero = make("number");
const entries = Array.from({ length: 64 }, (_, register) => make("entry", register));

export function sameValue(a: Value, b: Value): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.register === b.register &&
      a.offset === b.offset &&
      a.symbol === b.symbol)
  );
}

/** How far the stack pointer is from where it was at the function's entry; undefined if unknown. */
export function stackHeight({ x }: State): number | undefined {
  return frameOffset(x[2] as Value);
}

/** How far a value is from the stack pointer of the function's entry. */
export function frameOffset({ kind, register, offset }: Value): number | undefined {
  return kind === "entry" && register === 2 ? offset : undefined;
}

/** Whether a register holds what it held at the function's entry; `index` as in {@link Value}. */
export function isKept({ x, f }: State, index: number): boolean {
  const value = (index < 32 ? x[index] : f[index - 32]) as Value;
  return value.kind === "entry" && value.register === index && value.offset === 0;
}

/** What two paths leave of a value. A written register stays one that was written. */
function joinValues(a: Value, b: Value): Value {
  if (sameValue(a, b)) return a;
  if (a.kind === "unknown" || b.kind === "unknown") return unknown;
  return a.kind === "called" || b.kind === "called" ? called : written;
}

/** The flow of values through a file. */
export interface ValueFlow {
  /** The state at a block's start, to be changed by {@link ValueFlow.step}; undefined if unreached. */
  before(block: Block): State | undefined;
  /** Whether control may come to a block. */
  isReached(block: Block): boolean;
  /** Runs one step over a state. */
  step(state: State, step: Step): void;
  /** Where a step accesses memory, and from which value; undefined where it does not. */
  address(state: State, step: Step): Value | undefined;
  /** The effects of a step with the numbers that are known. */
  effects(state: State, step: Step): Effects;
  /** Pairs of blocks between which the height of the stack differs: from, to, the two heights. */
  readonly mismatches: readonly Mismatch[];
}

/** A place that is reached with two heights of the stack. */
export interface Mismatch {
  readonly from: Block;
  /** The block from which it was reached with the other height. */
  readonly first: Block;
  readonly to: Block;
  readonly height: number;
  readonly other: number;
}

/** Follows the values from all entries. */
export function followValues(code: Code, graph: Graph): ValueFlow {
  const states: (State | undefined)[] = new Array(graph.blocks.length).fill(undefined);
  /** From where each block was first reached. */
  const origins: (Block | undefined)[] = new Array(graph.blocks.length).fill(undefined);
  const mismatches = new Map<string, Mismatch>();
  const queue: number[] = [];
  const weak: [from: Block, to: number, state: State][] = [];
  const queued = new Uint8Array(graph.blocks.length);
  const engine = new Engine(code, graph);
  const enqueue = (index: number) => {
    if (queued[index] === 1) return;
    queued[index] = 1;
    queue.push(index);
  };
  const arrive = (from: Block, index: number, state: State, isWeak: boolean) => {
    const known = states[index];
    if (known === undefined) {
      states[index] = copy(state);
      origins[index] = from;
      enqueue(index);
      return;
    }
    const [own, other] = [stackHeight(known), stackHeight(state)];
    if (own !== undefined && other !== undefined && own !== other) {
      const to = graph.blocks[index] as Block;
      const first = origins[index] ?? to;
      const isForeign = first.owner !== to.owner && from.owner === to.owner;
      // A call of another file's function that never comes back may stand before any code.
      if (isWeak && !isForeign) return;
      mismatches.set(`${from.index} ${index}`, { from, first, to, height: other, other: own });
      if (isWeak) return;
    }
    if (merge(known, state)) enqueue(index);
  };
  for (const { start, isHandler, isPart } of graph.functions) {
    if (isPart) continue;
    const index = graph.blockOf[start] as number;
    states[index] = isHandler ? anything() : entryState();
    enqueue(index);
  }
  for (const index of graph.landings) {
    states[index] = anything();
    enqueue(index);
  }
  while (queue.length > 0 || weak.length > 0) {
    const index = queue.pop();
    if (index === undefined) {
      const [from, to, state] = weak.pop() as [Block, number, State];
      arrive(from, to, state, true);
      continue;
    }
    queued[index] = 0;
    const block = graph.blocks[index] as Block;
    const state = copy(states[index] as State);
    for (let at = block.start; at < block.end; at++) engine.step(state, code.steps[at] as Step);
    for (const next of block.next) arrive(block, next, state, false);
    if (block.weak >= 0 && graph.functionAt(block.end) === undefined) {
      weak.push([block, block.weak, state]);
    }
  }
  return {
    before: ({ index }) => {
      const state = states[index];
      return state && copy(state);
    },
    isReached: ({ index }) => states[index] !== undefined,
    step: (state, step) => engine.step(state, step),
    address: (state, step) => engine.address(state, step),
    effects: (state, step) => engine.effects(state, step),
    mismatches: [...mismatches.values()],
  };
}

function entryState(): State {
  const x = entries.slice(0, 32);
  x[0] = zero;
  return { x, f: entries.slice(32), slots: new Map() };
}

function anything(): State {
  const x = new Array<Value>(32).fill(unknown);
  x[0] = zero;
  return { x, f: new Array<Value>(32).fill(unknown), slots: new Map() };
}

function copy({ x, f, slots }: State): State {
  return { x: x.slice(), f: f.slice(), slots: new Map(slots) };
}

/** Joins `from` into `into`; whether that changed it. */
function merge(into: State, from: State): boolean {
  let hasChanged = false;
  for (const file of ["x", "f"] as const) {
    for (let register = 0; register < 32; register++) {
      const old = into[file][register] as Value;
      const joined = joinValues(old, from[file][register] as Value);
      if (sameValue(joined, old)) continue;
      into[file][register] = joined;
      hasChanged = true;
    }
  }
  for (const [at, value] of into.slots) {
    const other = from.slots.get(at);
    if (other !== undefined && sameValue(other, value)) continue;
    into.slots.delete(at);
    hasChanged = true;
  }
  return hasChanged;
}

/** Relocations of the low part of an address whose high part an earlier instruction has. */
const absoluteLow: ReadonlySet<number> = new Set([R_RISCV.LO12_I, R_RISCV.LO12_S]);
const high: ReadonlySet<number> = new Set([R_RISCV.PCREL_HI20, R_RISCV.HI20, R_RISCV.RVC_LUI]);
const relativeLow: ReadonlySet<number> = new Set([R_RISCV.PCREL_LO12_I, R_RISCV.PCREL_LO12_S]);

class Engine {
  readonly #xlen: 32 | 64;
  readonly #graph: Graph;

  constructor({ architecture }: Code, graph: Graph) {
    this.#xlen = architecture.xlen;
    this.#graph = graph;
  }

  effects({ x }: State, { decoded, effects, readsX }: Step): Effects {
    for (let left = readsX; left !== 0; left &= left - 1) {
      if (x[31 - Math.clz32(left & -left)]?.kind !== "number") continue;
      return effectsOf(decoded, 0n, this.#xlen, (register): KnownWord => {
        const { kind, offset } = x[register] as Value;
        if (kind !== "number") return { base: register, offset: 0n, extent: 0n };
        return { base: undefined, offset: BigInt(offset), extent: 0n };
      });
    }
    return effects;
  }

  address(state: State, step: Step): Value | undefined {
    const { memory } = step.effects;
    if (memory === undefined) return undefined;
    const { relocation } = step;
    if (relocation?.symbol !== undefined) {
      if (absoluteLow.has(relocation.type)) {
        return make("symbol", 0, Number(relocation.addend), relocation.symbol);
      }
      if (!relativeLow.has(relocation.type)) return unknown;
    }
    const { base, offset, extent } = memory;
    if (extent !== 0n) return unknown;
    if (base === undefined) return make("number", 0, Number(offset));
    return shifted(state.x[base] as Value, offset);
  }

  step(state: State, step: Step): void {
    const { control } = step.effects;
    if (control === "call") this.#call(state, step);
    else if (control === "trap") this.#trap(state, step);
    else {
      const address = this.address(state, step);
      const value = step.writesX === 0 ? undefined : this.#result(state, step, address);
      const moved = step.writesF === 0 ? undefined : this.#loaded(state, step, address);
      if (address !== undefined) this.#store(state, step, address);
      if (value !== undefined) set(state.x, step.writesX, value);
      if (moved !== undefined) set(state.f, step.writesF, moved);
    }
  }

  #result(state: State, step: Step, address: Value | undefined): Value {
    const { relocation } = step;
    if (address !== undefined) return this.#loaded(state, step, address);
    if (relocation?.symbol !== undefined) {
      const { type, symbol, addend } = relocation;
      if (high.has(type) || absoluteLow.has(type)) return make("symbol", 0, Number(addend), symbol);
      if (!relativeLow.has(type)) return written;
    }
    if (step.isRelative) return written;
    // The word of a symbol's address by its low part is that address, as its high part is.
    const { result, narrows } = relocation === undefined ? this.effects(state, step) : step.effects;
    if (result === undefined || result.extent !== 0n) {
      return narrows && this.#readsAddress(state, step) ? narrowed : written;
    }
    if (result.base === undefined) return shifted(zero, result.offset);
    const value = state.x[result.base] as Value;
    return shifted(value, result.offset);
  }

  #readsAddress({ x }: State, { readsX }: Step): boolean {
    for (let left = readsX; left !== 0; left &= left - 1) {
      const value = x[31 - Math.clz32(left & -left)] as Value;
      if (value.kind === "symbol" || frameOffset(value) !== undefined) return true;
    }
    return false;
  }

  #loaded({ slots }: State, step: Step, address: Value | undefined): Value {
    const { memory } = step.effects;
    if (memory === undefined || address === undefined) return written;
    if (memory.kind !== "load") return written;
    const at = frameOffset(address);
    if (at !== undefined) return slots.get(at) ?? unknown;
    return address.kind === "symbol" ? written : unknown;
  }

  #store(state: State, step: Step, address: Value): void {
    const { memory } = step.effects;
    const at = frameOffset(address);
    if (memory === undefined || memory.kind === "load" || at === undefined) return;
    const size = memory.width / 8;
    const { slots } = state;
    if (slots.size > 0) for (let near = at - 7; near < at + size; near++) slots.delete(near);
    if (memory.kind !== "store") return;
    const data = step.readsX & ~(memory.base === undefined ? 0 : 1 << memory.base);
    if (step.readsF !== 0) slots.set(at, state.f[31 - Math.clz32(step.readsF)] as Value);
    else if (size === this.#xlen / 8) {
      const isBase = step.readsX !== 0 && data === 0;
      const register = data === 0 ? (isBase ? (memory.base ?? 0) : 0) : 31 - Math.clz32(data);
      slots.set(
        at,
        isBase && step.decoded.values["rs2"] === 0 ? zero : (state.x[register] as Value),
      );
    }
  }

  #call(state: State, step: Step): void {
    const callee = step.target < 0 ? undefined : this.#graph.functionAt(step.target);
    const [x, f] = [callee?.changesX ?? callerX, callee?.changesF ?? callerF];
    if (/^__riscv_(save|restore)_/.test(step.symbol?.name ?? "")) {
      Object.assign(state, anything());
      return;
    }
    set(state.x, (x & callerX) | 0xc00, written);
    set(state.f, (f & callerF) | 0xc00, written);
    set(state.x, step.writesX, called);
  }

  #trap(state: State, { effects }: Step): void {
    if (effects.trap !== "call") return;
    set(state.x, 0xc00, written);
    set(state.f, 0x400, written);
  }
}

function shifted(value: Value, by: bigint): Value {
  if (by === 0n) return value;
  const { kind, register, symbol, offset } = value;
  if (kind !== "entry" && kind !== "number" && kind !== "symbol") {
    return kind === "narrowed" ? narrowed : written;
  }
  const sum = offset + Number(by);
  return Number.isSafeInteger(sum) ? make(kind, register, sum, symbol) : written;
}

/** Sets the registers of a set, given as bits. */
function set(file: Value[], registers: number, value: Value): void {
  for (let left = registers; left !== 0; left &= left - 1) {
    file[31 - Math.clz32(left & -left)] = value;
  }
}
