/**
 * How often each instruction has retired, from few counters. Control flow is counted where it
 * breaks: an address at which it arrives gains one, and the address behind the instruction with
 * which it goes elsewhere loses one. What runs from one instruction to the next costs nothing. Then
 * the count of an instruction is what its address has gained plus the counts of the instructions
 * that end there (Kirchhoff's law; the manner of Ball and Larus, "Optimally Profiling and Tracing
 * Programs").
 *
 * Generated code keeps counters in linear memory: the interpreter one beside each record, a region
 * one for each jump that it may take. What the evaluator does alone is counted here.
 */
import type { PhysicalMemory } from "./memory.ts";

/** A counter of generated code: what it counts leaves one address, or arrives at one, or both. */
interface Counter {
  readonly address: number;
  readonly from: bigint | undefined;
  readonly to: bigint | undefined;
}

/** Bytes of a counter. */
export const counterSize = 8;
/** Bytes for which memory is taken at once, and in all, before regions are made anew. */
const arenaSize = 1 << 16;
const mostBytes = 1 << 23;

/** The counters of the regions of one cache. */
export class RegionCounters {
  readonly #memory: PhysicalMemory;
  readonly #arenas: number[] = [];
  #counters: Counter[] = [];

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
  }

  /** Whether there are so many that the regions that have them should be dropped. */
  get areMany(): boolean {
    return this.#counters.length * counterSize >= mostBytes;
  }

  /** The linear address of a new counter, of 8 bytes, for moves from and to an address. */
  add(from: bigint | undefined, to: bigint | undefined): number {
    const index = this.#counters.length;
    const perArena = arenaSize / counterSize;
    const which = Math.floor(index / perArena);
    let arena = this.#arenas[which];
    if (arena === undefined) {
      arena = this.#memory.allocateRun(arenaSize);
      if (arena === undefined) {
        throw new Error(`no memory for counters within ${this.#memory.limit} bytes`);
      }
      this.#arenas.push(arena);
    }
    const address = arena + (index % perArena) * counterSize;
    this.#memory.view.setBigUint64(address, 0n, true);
    this.#counters.push({ address, from, to });
    return address;
  }

  /** Adds all up in `counts`, from where they begin at 0 again. */
  collect(counts: ExecutionCounts): void {
    const { view } = this.#memory;
    for (const { address, from, to } of this.#counters) {
      const count = view.getBigUint64(address, true);
      if (count === 0n) continue;
      view.setBigUint64(address, 0n, true);
      if (from !== undefined) counts.add(from, -count);
      if (to !== undefined) counts.add(to, count);
    }
  }

  /** Gives all back; the code that has them must not run any more. */
  clear(): void {
    this.#counters = [];
  }
}

/** The counts of one machine. */
export class ExecutionCounts {
  /** Of each address, what control has gained and lost there. */
  readonly #flow = new Map<bigint, bigint>();
  /** Instructions that ran alone. */
  readonly #alone = new Map<bigint, bigint>();
  readonly #collectors: (() => void)[] = [];

  /** Names who has counters of its own, and calls {@link add} with them when it is asked. */
  onCollect(collect: () => void): void {
    this.#collectors.push(collect);
  }

  /** Counts the instruction at pc, which ran by itself. */
  alone(pc: bigint): void {
    this.#alone.set(pc, (this.#alone.get(pc) ?? 0n) + 1n);
  }

  /** Says that control has arrived at an address so many times, or, below 0, left it. */
  add(pc: bigint, count: bigint): void {
    this.#flow.set(pc, (this.#flow.get(pc) ?? 0n) + count);
  }

  /**
   * How often the instruction at each address has retired, in ascending order; those that never
   * have are not in it.
   * @param lengthAt the length in bytes of the instruction at an address
   */
  counts(lengthAt: (pc: bigint) => number): Map<bigint, bigint> {
    for (const collect of this.#collectors) collect();
    const counts = new Map<bigint, bigint>();
    const starts = [...this.#flow.keys()].sort((a, b) => (a < b ? -1 : 1));
    /** What goes on at addresses behind the current one: at most two, since lengths are 2 and 4. */
    const running = new Map<bigint, bigint>();
    for (let next = 0; next < starts.length || running.size > 0; ) {
      const start = starts[next];
      const [behind] = [...running.keys()].sort((a, b) => (a < b ? -1 : 1));
      const isStart = start !== undefined && (behind === undefined || start <= behind);
      const pc = (isStart ? start : behind) as bigint;
      if (isStart) next++;
      const count = (isStart ? (this.#flow.get(pc) ?? 0n) : 0n) + (running.get(pc) ?? 0n);
      running.delete(pc);
      if (count <= 0n) continue;
      counts.set(pc, count);
      const end = pc + BigInt(lengthAt(pc));
      running.set(end, (running.get(end) ?? 0n) + count);
    }
    if (this.#alone.size === 0) return counts;
    for (const [pc, count] of this.#alone) counts.set(pc, (counts.get(pc) ?? 0n) + count);
    return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
