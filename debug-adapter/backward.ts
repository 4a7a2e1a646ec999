/**
 * Running backwards. History can go to any instruction count and run on from there, so the last
 * breakpoint before the present is found by running forwards from snapshot after snapshot, the
 * nearest first, and keeping the last stop of each piece. A step back walks along the instructions
 * that have just run; a call is passed by going to where it was made with the same stack pointer.
 *
 * A data breakpoint stops before the instruction that writes, so that what wrote is seen.
 */
import type { History } from "../emulator/history/history.ts";
import { ReplayError } from "../emulator/history/journal.ts";
import type { RegisterWatchpoint, Stop, Watchpoint } from "../emulator/machine.ts";
import type { Outcome } from "./execution.ts";
import { yieldToEvents } from "./host.ts";
import type { Program } from "./program.ts";
import { type Call, type Point, Walk, type WalkKind, type WalkOrigin } from "./walk.ts";

/** What is looked for on the way back. */
export interface Search {
  /** Addresses at which the machine is to stop. */
  readonly addresses: readonly bigint[];
  /** Memory whose accesses are looked for. */
  readonly watchpoints: readonly Watchpoint[];
  /** Whether the program has ended here: what has ended it has happened at the same count. */
  readonly isAtEnd: boolean;
  /** Called when a piece begins: values may be another time's. */
  begin?(): void;
  /** Registers whose uses are looked for. */
  readonly registers?: readonly RegisterWatchpoint[];
  /** What a stop means; undefined: nothing. May write lines, which are told later. */
  examine(stop: Stop, messages: string[]): Outcome | undefined;
  /** Points that are known to be wanted, unless the machine says otherwise there. */
  readonly points?: readonly {
    readonly at: bigint;
    readonly outcome: Outcome;
    readonly isWanted: () => boolean;
  }[];
}

/** Where a search has ended. */
type Found = { readonly at: bigint; readonly outcome: Outcome };

/** Milliseconds between two turns of the event loop. */
const slice = 10;
/** Instructions that are walked back along at first, and at most. */
const firstTrace = 512;
const longestTrace = 1 << 16;
/** Instructions that are looked at first where registers are watched. */
const firstWindow = 4096;
/** Instructions that a function may run before its body begins. */
const longestPrologue = 4096;

/** Steps and runs backwards through a history. */
export class Backward {
  readonly #history: History;
  readonly #program: Program;
  #isPauseWanted = false;
  #piece = 4096;
  /** From which instruction count to which the work under way goes, and how far it has come. */
  #way = { from: 0n, to: 0n, at: 0n };

  constructor(history: History, program: Program) {
    this.#history = history;
    this.#program = program;
  }

  /** The share of the work under way that is done, 0 to 1, as if it went all the way. */
  get fraction(): number {
    const { from, to, at } = this.#way;
    return from === to ? 1 : Number(((at - from) * 1000n) / (to - from)) / 1000;
  }

  /** Ends a search soon; the machine is then where the search has come to. */
  pause(): void {
    this.#isPauseWanted = true;
  }

  /** Goes to an instruction count; false when a pause came first. */
  async goTo(count: bigint): Promise<boolean> {
    this.#isPauseWanted = false;
    return await this.#seek(count);
  }

  async #seek(count: bigint): Promise<boolean> {
    this.#disarm();
    this.#history.approach(count);
    return await this.#runTo(count);
  }

  async #runTo(count: bigint): Promise<boolean> {
    const history = this.#history;
    const from = history.instructions;
    let end = performance.now() + slice;
    while (history.instructions < count) {
      this.#run(Number(count - history.instructions));
      if (performance.now() < end) continue;
      this.#way = { from, to: count, at: history.instructions };
      await yieldToEvents();
      if (this.#isPauseWanted) return false;
      end = performance.now() + slice;
    }
    return true;
  }

  /** Lets the observer see what has run from one count to another; false where a pause came first. */
  async observe(from: bigint, to: bigint): Promise<boolean> {
    if (!(await this.goTo(from))) return false;
    const history = this.#history;
    history.observesReplay = true;
    try {
      return await this.#runTo(to);
    } finally {
      history.observesReplay = false;
    }
  }

  /** The count before the last instruction that changed a value, between two counts. */
  async changeBefore(
    limit: bigint,
    floor: bigint,
    read: () => bigint,
  ): Promise<bigint | undefined> {
    this.#isPauseWanted = false;
    const found = await this.#findChange(limit, floor, read);
    return typeof found === "bigint" ? found : undefined;
  }

  /** The count before the last instruction that wrote memory, between two counts. */
  async writeBefore(
    limit: bigint,
    floor: bigint,
    memory: Pick<Watchpoint, "address" | "length">,
  ): Promise<bigint | undefined> {
    this.#isPauseWanted = false;
    const search: Search = {
      isAtEnd: false,
      addresses: [],
      watchpoints: [{ ...memory, access: "write" }],
      examine: ({ reason }) => (reason === "watchpoint" ? { kind: "step" } : undefined),
    };
    const found = await this.#find(limit, search, () => undefined, floor);
    return typeof found === "object" ? found.at : undefined;
  }

  /** Works along a search; "pause" where a pause came first. */
  async follow<Result>(steps: Generator<void, Result>): Promise<Result | "pause"> {
    this.#isPauseWanted = false;
    try {
      for (;;) {
        const end = performance.now() + slice;
        while (performance.now() < end) {
          const step = steps.next();
          if (step.done === true) return step.value;
        }
        await yieldToEvents();
        if (this.#isPauseWanted) return "pause";
      }
    } finally {
      // What the search has set is taken back.
      steps.return(undefined as Result);
    }
  }

  #disarm(): void {
    this.#history.setBreakpoints([]);
    this.#history.setWatchpoints([]);
    this.#history.watchRegisters([]);
  }

  /** Runs a piece, fitted to the machine's speed. */
  #run(left: number): Stop {
    const start = performance.now();
    const history = this.#history;
    const before = history.instructions;
    const stop = history.run(Math.min(left, this.#piece));
    const isOver = stop.reason === "exit" || stop.reason === "waiting" || stop.reason === "end";
    if (isOver && history.instructions === before) {
      throw new ReplayError(`the run stands still at ${before}: ${stop.reason}`);
    }
    const duration = performance.now() - start;
    if (duration > slice) this.#piece = Math.max(256, this.#piece >> 1);
    else if (duration < slice / 4) this.#piece = Math.min(1 << 26, this.#piece * 2);
    return stop;
  }

  /**
   * Goes back to the last point before the present that the search wants, or to the start.
   * @param log told the messages of the points on the way, the latest first
   */
  async search(search: Search, log: (message: string) => void): Promise<Outcome> {
    this.#isPauseWanted = false;
    const limit = this.#history.instructions;
    const last = search.isAtEnd ? await this.#findEnd(limit, search) : undefined;
    if (last !== undefined) return last;
    const found = await this.#find(limit, search, log);
    if (found === "pause") return { kind: "pause" };
    await this.#seek(found?.at ?? this.#history.start);
    return found?.outcome ?? { kind: "start" };
  }

  /** What has ended the program, if that is wanted: a signal, and what raised it, retire nothing. */
  async #findEnd(limit: bigint, { examine }: Search): Promise<Outcome | undefined> {
    const history = this.#history;
    const { start } = history;
    const from = history.snapshotBefore(limit > start ? limit - 1n : start) ?? start;
    this.#disarm();
    history.goToSnapshot(from);
    if (!(await this.#runTo(limit))) return { kind: "pause" };
    const stop = history.run(1);
    const isReason = stop.reason === "exception" || stop.reason === "failure";
    const outcome = isReason ? examine(stop, []) : undefined;
    // The program has not ended where the search goes on.
    if (outcome === undefined) history.goToSnapshot(from);
    return outcome;
  }

  /** The last wanted point before a count; the machine is anywhere then. */
  async #find(
    limit: bigint,
    search: Search,
    log: (message: string) => void,
    floor = this.#history.start,
  ): Promise<Found | "pause" | undefined> {
    const history = this.#history;
    const registers = search.registers ?? [];
    let upper = limit;
    for (let length = firstWindow; upper > floor; length *= 8) {
      let from = history.snapshotBefore(upper - 1n) ?? history.start;
      this.#disarm();
      history.goToSnapshot(from);
      // Registers are used often, so the end of a long piece is looked at first.
      if (registers.length > 0 && upper - from > length) {
        from = upper - BigInt(length);
        if (!(await this.#seek(from))) return "pause";
      }
      history.setBreakpoints(search.addresses);
      history.setWatchpoints(search.watchpoints);
      history.watchRegisters(registers);
      search.begin?.();
      let found: Found | undefined;
      const told: { at: bigint; text: string }[] = [];
      let end = performance.now() + slice;
      while (history.instructions < upper) {
        const stop = this.#run(Number(upper - history.instructions));
        const at = history.instructions;
        const isWatched = stop.reason === "watchpoint" || stop.reason === "registers";
        const note = (place: bigint, outcomeOf: (messages: string[]) => Outcome | undefined) => {
          const messages: string[] = [];
          const outcome = outcomeOf(messages);
          if (place >= limit) return;
          for (const text of messages) told.push({ at: place, text });
          if (outcome !== undefined) found = { at: place, outcome };
        };
        if (isWatched) note(at - 1n, (messages) => search.examine(stop, messages));
        // The next run passes a breakpoint that is where this one was stopped by something else.
        const arrival = { reason: "breakpoint", pc: history.current.pc } as const;
        const last = isWatched ? arrival : stop;
        if (last.reason !== "budget") note(at, (messages) => search.examine(last, messages));
        if (performance.now() < end) continue;
        const done = limit - upper + history.instructions - from;
        this.#way = { from: 0n, to: limit - history.start, at: done };
        await yieldToEvents();
        if (this.#isPauseWanted) {
          await this.#seek(upper);
          return "pause";
        }
        end = performance.now() + slice;
      }
      for (const point of search.points?.toReversed() ?? []) {
        const isHere = point.at >= from && point.at < upper && point.at > (found?.at ?? -1n);
        if (isHere && (await this.#seek(point.at)) && point.isWanted()) found = point;
      }
      for (const { at, text } of told.reverse())
        if (found === undefined || at > found.at) log(text);
      if (found !== undefined) return found;
      upper = from;
    }
    return undefined;
  }

  /** Back to before the last instruction that changed a value; `start` where none did. */
  async lastChange(read: () => bigint): Promise<Outcome> {
    this.#isPauseWanted = false;
    const { instructions, start } = this.#history;
    const found = await this.#findChange(instructions, start, read);
    if (found === undefined) return { kind: "start" };
    const isThere = found !== "pause" && (await this.#seek(found));
    return { kind: isThere ? "step" : "pause" };
  }

  async #findChange(
    limit: bigint,
    floor: bigint,
    read: () => bigint,
  ): Promise<bigint | "pause" | undefined> {
    const history = this.#history;
    let upper = limit;
    for (let length = firstTrace; upper > floor; length = Math.min(length * 8, longestTrace)) {
      const first = upper - BigInt(length);
      const from = first > floor ? first : floor;
      if (!(await this.#seek(from))) return "pause";
      let found: bigint | undefined;
      let value = read();
      let end = performance.now() + slice;
      while (history.instructions < upper) {
        const at = history.instructions;
        // A trap that is delivered retires nothing by itself.
        while (history.instructions === at) history.run(1);
        const next = read();
        if (next !== value) found = at;
        value = next;
        if (performance.now() < end) continue;
        const done = limit - upper + history.instructions - from;
        this.#way = { from: 0n, to: limit - history.start, at: done };
        await yieldToEvents();
        if (this.#isPauseWanted) return "pause";
        end = performance.now() + slice;
      }
      if (found !== undefined) return found;
      upper = from;
    }
    return undefined;
  }

  /** Back to before the instruction that ran last. */
  async stepInstruction(): Promise<Outcome> {
    const { instructions, start } = this.#history;
    if (instructions <= start) return { kind: "start" };
    return (await this.goTo(instructions - 1n)) ? { kind: "step" } : { kind: "pause" };
  }

  /**
   * Back to the beginning of the statement that ran last in this function, or in one that it has
   * called; from the middle of a line to its beginning; or out of what is inlined.
   */
  async walk(kind: WalkKind, shown: WalkOrigin): Promise<Outcome> {
    this.#isPauseWanted = false;
    const isInto = kind === "into";
    const history = this.#history;
    const origin = this.#point();
    if (origin.at <= history.start) return { kind: "start" };
    const walk = new Walk(this.#program, this.#history, origin, kind, shown);
    let after = origin;
    for (let length = firstTrace; ; length = Math.min(length * 8, longestTrace)) {
      const before = await this.#trace(after.at, length);
      if (before === undefined) return { kind: "pause" };
      for (const point of before.reverse()) {
        const end = walk.back(point, after);
        after = point;
        if (end !== undefined) return await this.#finish(end);
      }
      if (after.at <= history.start)
        return await this.#finish(walk.best ?? after, { kind: "start" });
      // A long call is not walked along: the search finds where it was made.
      const call = isInto ? undefined : walk.outerCall;
      if (call !== undefined) {
        const made = await this.#findCall(after.at, call);
        if (made === "pause") return { kind: "pause" };
        if (made === undefined) return await this.#finish(after);
        await this.#seek(made);
        const point = this.#point();
        const end = walk.returnTo(point);
        after = point;
        if (end !== undefined) return await this.#finish(end);
      } else if (length === longestTrace) {
        return await this.#finish(walk.best ?? after);
      }
    }
  }

  /** Back to the call of the present function, which returns to `address` with sp at `stack`. */
  async stepOut(address: bigint, stack: bigint): Promise<Outcome> {
    this.#isPauseWanted = false;
    const { instructions, start } = this.#history;
    const made = await this.#findCall(instructions, { returns: address, sp: stack });
    if (made === "pause") return { kind: "pause" };
    await this.#seek(made ?? start);
    return made === undefined ? { kind: "start" } : { kind: "step" };
  }

  /**
   * Back to where a call had just been made, or to `body` in what it has called: the function is
   * entered again.
   */
  async restart(call: Call, body: bigint | undefined): Promise<Outcome> {
    this.#isPauseWanted = false;
    const history = this.#history;
    const made = await this.#findCall(history.instructions, call);
    if (made === "pause") return { kind: "pause" };
    if (made === undefined) {
      return (await this.#seek(history.start)) ? { kind: "start" } : { kind: "pause" };
    }
    if (!(await this.#seek(made + 1n))) return { kind: "pause" };
    const { instructions: entered, end } = history;
    for (let count = 0; body !== undefined && count < longestPrologue; count++) {
      if (history.current.pc === body) return { kind: "step" };
      if (history.instructions >= end) break;
      history.run(1);
    }
    return (await this.#seek(entered)) ? { kind: "step" } : { kind: "pause" };
  }

  /** The instruction count right behind the last such call before a count; where we are stays. */
  async entryOf(limit: bigint, call: Call): Promise<bigint> {
    this.#isPauseWanted = false;
    const here = this.#history.instructions;
    const made = await this.#findCall(limit, call);
    await this.#seek(here);
    return typeof made === "bigint" ? made + 1n : this.#history.start;
  }

  async #finish(point: Point, outcome?: Outcome): Promise<Outcome> {
    if (!(await this.#seek(point.at))) return { kind: "pause" };
    return outcome ?? { kind: "step", hidden: point.hidden ?? 0 };
  }

  /** The last call before a count that returns to an address with the same stack pointer. */
  async #findCall(limit: bigint, { returns, sp }: Call): Promise<bigint | "pause" | undefined> {
    const history = this.#history;
    const read = (address: bigint, length: number) =>
      history.readMemory(history.current, address, length);
    const addresses = [4n, 2n].flatMap((length) => {
      const address = BigInt.asUintN(history.xlen, returns - length);
      return this.#program.callAt(address, read)?.length === Number(length) ? [address] : [];
    });
    const search: Search = {
      isAtEnd: false,
      addresses,
      watchpoints: [],
      examine: ({ reason }) =>
        reason === "breakpoint" && history.current.x(2) === sp ? { kind: "step" } : undefined,
    };
    const found = await this.#find(limit, search, () => undefined);
    return typeof found === "object" ? found.at : found;
  }

  /** The instructions that ran before a count, at most `length`; undefined after a pause. */
  async #trace(limit: bigint, length: number): Promise<Point[] | undefined> {
    const history = this.#history;
    const first = limit - BigInt(length);
    if (!(await this.#seek(first > history.start ? first : history.start))) return undefined;
    const points: Point[] = [];
    while (history.instructions < limit) {
      points.push(this.#point());
      const { instructions } = history;
      // A trap that is delivered retires nothing by itself.
      while (history.instructions === instructions) history.run(1);
    }
    return points;
  }

  #point(): Point {
    const { instructions, current } = this.#history;
    return { at: instructions, pc: current.pc, sp: current.x(2) };
  }
}
