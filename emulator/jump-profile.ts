/**
 * Where indirect jumps go. A translated jump counts down a counter of its own in linear memory
 * each time that it leaves its region, and at 0 says so and leaves to the evaluator, which comes
 * by here: that is one sample. After a number of samples the jump's targets are known, and its
 * regions are translated again, with the targets in them. Later targets are found in the same way,
 * with fewer samples, so that a program that changes its ways is followed, but not for ever.
 */
import type { PhysicalMemory } from "./memory.ts";

/** Bytes for counters, 4 each; the first 4 name the counter of a sample that is due. */
const counterBytes = 65_536;
/** Bytes for all tables of targets. */
const tableBytes = 1 << 20;
/** Bytes of a table, at most; a byte stands for two bytes of code. */
const largestTable = 16_384;
/** Jumps that leave between two samples, at least, and at most how many more. */
const period = { first: 16, later: 256, more: 31 } as const;
/** Samples until a jump is translated again, for the first time and later. */
const samplesNeeded = { first: 32, later: 8 } as const;
/** How often a jump's targets may be revised. */
const mostRevisions = 5;
/** Targets of a jump, at most; the most frequent ones are kept. */
const mostTargets = 100;

interface Jump {
  readonly pc: bigint;
  readonly counter: number;
  /** How often each target was seen. */
  readonly seen: Map<bigint, number>;
  /** Samples that are still needed. */
  needed: number;
  revisions: number;
  /** The known targets, the most frequent first. */
  targets: readonly bigint[];
}

/** Leads from a target to its number, from 1: the byte at (target − first) / 2 of the table. */
export interface TargetTable {
  readonly address: number;
  readonly first: bigint;
  /** How far the last target is from the first. */
  readonly span: number;
}

/** The indirect jumps of a machine's translated code. */
export class JumpProfile {
  readonly #memory: PhysicalMemory;
  readonly #jumps = new Map<bigint, Jump>();
  readonly #byCounter = new Map<number, Jump>();
  #counters: number | undefined;
  #tables: number | undefined;
  #tableEnd = 0;
  #random = 1;

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
  }

  /** Forgets everything: no translated code refers to it any more. */
  clear(): void {
    this.#jumps.clear();
    this.#byCounter.clear();
    this.#tableEnd = 0;
  }

  /** Where the address of a counter that has come to 0 is put. */
  get due(): number {
    this.#counters ??= this.#memory.allocateRun(counterBytes);
    return this.#counters ?? 0;
  }

  /** The address of a jump's counter; undefined where its targets are no longer asked for. */
  counterOf(pc: bigint): number | undefined {
    const known = this.#jumps.get(pc);
    if (known !== undefined) return known.revisions < mostRevisions ? known.counter : undefined;
    const offset = 4 * (this.#jumps.size + 1);
    if (this.due === 0 || offset >= counterBytes) return undefined;
    const jump: Jump = {
      pc,
      counter: this.due + offset,
      seen: new Map(),
      needed: samplesNeeded.first,
      revisions: 0,
      targets: [],
    };
    this.#jumps.set(pc, jump);
    this.#byCounter.set(jump.counter, jump);
    this.#restart(jump);
    return jump.counter;
  }

  /** The targets of a jump that are known, the most frequent first. */
  targetsOf(pc: bigint): readonly bigint[] {
    return this.#jumps.get(pc)?.targets ?? [];
  }

  /** Makes a table for targets; undefined where they are too far apart, or too many. */
  tableOf(targets: readonly bigint[]): TargetTable | undefined {
    const first = targets.reduce((a, b) => (a < b ? a : b));
    const span = Number(targets.reduce((a, b) => (a > b ? a : b)) - first);
    const size = (span >> 1) + 1;
    this.#tables ??= this.#memory.allocateRun(tableBytes);
    if (this.#tables === undefined || size > largestTable || targets.length > 255) return undefined;
    if (this.#tableEnd + size > tableBytes) return undefined;
    const address = this.#tables + this.#tableEnd;
    this.#tableEnd += size;
    const { bytes } = this.#memory;
    bytes.fill(0, address, address + size);
    for (const [index, target] of targets.entries()) {
      bytes[address + Number((target - first) >> 1n)] = index + 1;
    }
    return { address, first, span };
  }

  /** Whether a jump has left for a sample that nobody has noted yet. */
  get isDue(): boolean {
    return this.#counters !== undefined && this.#memory.view.getUint32(this.#counters, true) !== 0;
  }

  /**
   * Notes the sample that is due, if one is.
   * @param target where the jump has gone
   * @returns the address of the jump when its targets have been revised
   */
  note(target: bigint): bigint | undefined {
    if (this.#counters === undefined) return undefined;
    const { view } = this.#memory;
    const counter = view.getUint32(this.#counters, true);
    if (counter === 0) return undefined;
    view.setUint32(this.#counters, 0, true);
    const jump = this.#byCounter.get(counter);
    if (jump === undefined) return undefined;
    jump.seen.set(target, (jump.seen.get(target) ?? 0) + 1);
    jump.needed--;
    this.#restart(jump);
    if (jump.needed > 0) return undefined;
    jump.revisions++;
    jump.needed = samplesNeeded.later;
    const byFrequency = [...jump.seen].sort(([, a], [, b]) => b - a).slice(0, mostTargets);
    jump.targets = byFrequency.map(([one]) => one);
    return jump.pc;
  }

  #restart({ counter, revisions }: Jump): void {
    // A simple generator keeps samples from falling in with a loop of the program.
    this.#random = (Math.imul(this.#random, 1_103_515_245) + 12_345) >>> 0;
    const least = revisions === 0 ? period.first : period.later;
    const count = least + ((this.#random >>> 16) & period.more);
    this.#memory.view.setUint32(counter, count, true);
  }
}
