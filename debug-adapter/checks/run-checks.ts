/**
 * The checks of one program's run. What runs for the first time is observed as it runs; what ran
 * before a check was switched on, or before a change of the past, is gone through once more. What
 * was found is remembered by its count, so that the run stops there again, on whichever way it
 * comes, without being observed a second time.
 */
import type { History } from "../../emulator/history/history.ts";
import type { Machine } from "../../emulator/machine.ts";
import type { Backward } from "../backward.ts";
import type { Program } from "../program.ts";
import { Checker } from "./checker.ts";
import { type CheckName, checkNames, type Finding } from "./checks.ts";

/** See the file's head. */
export class RunChecks {
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #history: History | undefined;
  #checker: Checker | undefined;
  /** The count up to which the run was observed. */
  #seen = 0n;

  constructor(program: Program, machine: Machine, history: History | undefined) {
    this.#program = program;
    this.#machine = machine;
    this.#history = history;
  }

  /** Says which checks are made from now on. */
  choose(names: ReadonlySet<CheckName>): void {
    if (names.size === 0) {
      this.#checker = undefined;
      this.#machine.observe?.(undefined);
      return;
    }
    // What is looked for already need not be looked for again.
    const checker = this.#checker;
    if (checker !== undefined && [...names].every((name) => checker.names.has(name))) return;
    const both = new Set([...names, ...(checker?.names ?? [])]);
    this.#begin(new Set(checkNames.filter((name) => both.has(name))));
  }

  #begin(names: ReadonlySet<CheckName>): void {
    const machine = this.#machine;
    this.#checker = new Checker(names, this.#program, {
      xlen: machine.xlen,
      readMemory: (address, length) => machine.readMemory(machine.current, address, length),
      regions: () => machine.memoryMap(machine.current),
    });
    this.#seen = this.#history?.start ?? machine.instructions;
    machine.observe?.(this.#checker);
  }

  /** The run that was recorded after a count is another now. */
  dropFrom(count: bigint): void {
    if (this.#checker !== undefined && count < this.#seen) this.#begin(this.#checker.names);
  }

  /** The program has run: what was new was observed. */
  noteRun(): void {
    if (this.#history !== undefined) this.#seen = this.#history.end;
  }

  /** Whether something has run without being observed. */
  get isBehind(): boolean {
    const history = this.#history;
    return this.#checker !== undefined && history !== undefined && this.#seen < history.end;
  }

  /** Observes what has run meanwhile, and comes back; false where a pause came first. */
  async catchUp(backward: Backward): Promise<boolean> {
    const [history, checker] = [this.#history, this.#checker];
    if (history === undefined || checker === undefined) return true;
    const here = history.instructions;
    const home = history.keepHere();
    checker.stops = false;
    try {
      const isDone = await backward.observe(this.#seen, history.end);
      this.#seen = isDone ? history.end : history.instructions;
      if (home !== undefined) history.comeBack(home);
      else if (!(await backward.goTo(here))) return false;
      return isDone;
    } finally {
      if (home !== undefined) history.release(home);
      checker.stops = true;
    }
  }

  /** The finding that has just stopped the run. */
  get last(): Finding | undefined {
    return this.#checker?.findings.at(-1);
  }

  /** All findings, by rising count. */
  get findings(): readonly Finding[] {
    return this.#checker?.findings ?? [];
  }

  /** The first finding behind a count; only in the past there can be one. */
  after(count: bigint): Finding | undefined {
    return this.findings.find(({ at }) => at > count);
  }

  /** The finding at a count. */
  at(count: bigint): Finding | undefined {
    return this.findings.find(({ at }) => at === count);
  }
}
