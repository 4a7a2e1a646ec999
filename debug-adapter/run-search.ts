/**
 * Searches through a recorded run: when something was written or read, and when the value of an
 * expression changed. Backwards, the run is gone through in pieces from snapshot to snapshot, the
 * latest first, and of each piece the end first, since what is looked for is mostly near. Memory and
 * registers are watched by the machine; CSRs are asked of each instruction, which an observer sees.
 *
 * A search is a generator that yields every few milliseconds and leaves the machine anywhere: who
 * runs it may give way to other events, and ends it by not going on. Counts are of the instructions
 * before the one that is meant.
 */
import type { Hart } from "../emulator/hart.ts";
import type { History } from "../emulator/history/history.ts";
import type { Watchpoint } from "../emulator/machine.ts";
import type { Observer } from "../emulator/observer.ts";
import { type CsrEffect, effectsOf } from "../isa/effects.ts";
import type { Follower } from "./expressions/follower.ts";
import type { Program } from "./program.ts";
import type { WatchTarget } from "./watches.ts";

/** A search under way; its result is a count, or undefined where nothing was found. */
export type Search = Generator<void, bigint | undefined>;

/** What can be searched for. */
export type SearchTarget = WatchTarget | { readonly kind: "csr"; readonly index: number };

/** Milliseconds between two yields. */
const slice = 5;
/** Instructions at the end of a piece that are looked at first, and how much more each time. */
const firstWindow = 1n << 14n;
const widening = 32n;

/** What a piece is looked at for; it says what it has found when it is over. */
interface Lens {
  /** The machine is at the start of the window. */
  begin(): void;
  /** The machine has stopped within the window, or is at its end. */
  stop(isWatched: boolean): void;
  /** Nothing more is looked at. */
  end(): void;
  readonly found: bigint | undefined;
}

/** Sees every instruction: tells of it before it runs. */
class Steps implements Observer {
  readonly wanted = new Set<never>();
  readonly addresses = [];
  readonly isStepping = true;
  readonly #see: (hart: Hart) => boolean;

  constructor(see: (hart: Hart) => boolean) {
    this.#see = see;
  }

  before(hart: Hart): boolean {
    return this.#see(hart);
  }
  begin(): void {}
  written(): void {}
  unmapped(): void {}
}

/** Searches in one run; see the file's head. */
export class RunSearch {
  readonly #history: History;
  readonly #program: Program;
  /** By address: the accesses to CSRs of instructions. */
  readonly #csrs = new Map<bigint, CsrEffect | undefined>();

  constructor(history: History, program: Program) {
    this.#history = history;
    this.#program = program;
  }

  /** The last access before a count. */
  *last(target: SearchTarget, access: "read" | "write", limit: bigint): Search {
    return yield* this.#backward(limit, () => this.#accesses(target, access, false));
  }

  /** The first write from the start of the run to its present. */
  *firstWrite(target: SearchTarget): Search {
    const { start, end } = this.#history;
    return yield* this.#forward(start, end, this.#accesses(target, "write", true));
  }

  /** The last change of an expression's value before a count. */
  *previousChange(follower: Follower, limit: bigint): Search {
    return yield* this.#backward(limit, () => this.#changes(follower, false));
  }

  /** The first change of an expression's value from a count to the end of what is recorded. */
  *nextChange(follower: Follower, from: bigint): Search {
    return yield* this.#forward(from, this.#history.end, this.#changes(follower, true));
  }

  /** Goes to a count. */
  *seek(count: bigint): Generator<void, void> {
    this.#disarm();
    this.#history.approach(count);
    yield* this.#runTo(count);
  }

  *#runTo(count: bigint, lens?: Lens): Generator<void, void> {
    const history = this.#history;
    while (history.instructions < count) {
      const end = performance.now() + slice;
      while (history.instructions < count && performance.now() < end) {
        const left = Number(count - history.instructions);
        const stop = history.run(left, () => performance.now() >= end);
        if (stop.reason === "watchpoint" || stop.reason === "registers") lens?.stop(true);
        if (stop.reason === "observed") return;
      }
      yield;
    }
  }

  *#backward(limit: bigint, makeLens: () => Lens): Search {
    const history = this.#history;
    let upper = limit;
    while (upper > history.start) {
      const from = history.snapshotBefore(upper - 1n) ?? history.start;
      for (let window = firstWindow; ; window *= widening) {
        const begin = upper - window > from ? upper - window : from;
        const found = yield* this.#look(begin, upper, makeLens());
        if (found !== undefined) return found;
        if (begin === from) break;
      }
      upper = from;
    }
    return undefined;
  }

  *#forward(from: bigint, to: bigint, lens: Lens): Search {
    return yield* this.#look(from, to, lens);
  }

  *#look(from: bigint, to: bigint, lens: Lens): Search {
    yield* this.seek(from);
    const { observer } = this.#history;
    try {
      lens.begin();
      yield* this.#runTo(to, lens);
      lens.stop(false);
    } finally {
      lens.end();
      this.#history.observesReplay = false;
      this.#history.observe(observer);
      this.#disarm();
    }
    return lens.found;
  }

  #disarm(): void {
    this.#history.setBreakpoints([]);
    this.#history.setWatchpoints([]);
    this.#history.watchRegisters([]);
  }

  #observe(see: (hart: Hart) => boolean): void {
    this.#history.observe(new Steps(see));
    this.#history.observesReplay = true;
  }

  /** Looks for accesses; the last, or where `isFirst` holds the first. */
  #accesses(target: SearchTarget, access: "read" | "write", isFirst: boolean): Lens {
    const history = this.#history;
    let found: bigint | undefined;
    const note = (at: bigint) => {
      if (!isFirst || found === undefined) found = at;
    };
    const begin = () => {
      if (target.kind === "memory") {
        history.setWatchpoints([{ address: target.address, length: target.length, access }]);
        return;
      }
      if (target.kind !== "csr") {
        history.watchRegisters([{ ...target, access, isEvery: true }]);
        return;
      }
      this.#observe((hart) => {
        if (isFirst && found !== undefined) return true;
        const csr = this.#csrAt(hart.pc);
        const isMeant = access === "read" ? csr?.reads : csr?.writes;
        if (isMeant === true && csr?.address === target.index) note(hart.instret);
        return false;
      });
    };
    return {
      begin,
      stop: (isWatched) => {
        if (isWatched) note(history.instructions - 1n);
        // Nothing more is of interest: the rest of the piece runs unwatched.
        if (isFirst && found !== undefined) this.#disarm();
      },
      end: () => undefined,
      get found() {
        return found;
      },
    };
  }

  /** The access to a CSR of the instruction at an address. */
  #csrAt(pc: bigint): CsrEffect | undefined {
    if (this.#csrs.has(pc)) return this.#csrs.get(pc);
    const history = this.#history;
    const decoded = this.#program.decodeBytes(history.readMemory(history.current, pc, 4));
    const csr = decoded && effectsOf(decoded).csr;
    this.#csrs.set(pc, csr);
    return csr;
  }

  /** Looks for changes of an expression's value; the last, or the first. */
  #changes(follower: Follower, isFirst: boolean): Lens {
    const history = this.#history;
    let found: bigint | undefined;
    let isOver = false;
    const look = (): boolean => {
      if (isOver || !follower.hasChanged()) return false;
      found = history.instructions - 1n;
      isOver = isFirst;
      return true;
    };
    const arm = () => {
      const watched: Watchpoint[] = follower.memory.map((one) => ({ ...one, access: "write" }));
      history.setWatchpoints(isOver ? [] : watched);
    };
    const begin = () => {
      follower.note();
      if (!follower.hasRegisters) {
        arm();
        return;
      }
      this.#observe(() => {
        look();
        return isOver;
      });
    };
    return {
      begin,
      stop: () => {
        look();
        // What it depends on may be elsewhere now; registers come to it with what memory holds.
        if (!follower.hasRegisters) arm();
      },
      end: () => undefined,
      get found() {
        return found;
      },
    };
  }
}
