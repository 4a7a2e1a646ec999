/**
 * Runs the machine: in slices of some milliseconds, with the thread's other events between them, so
 * that every request is answered while the program runs. Each stop of the machine is looked at:
 * breakpoints and exceptions may not be meant, requests to the host are answered, plans say
 * how far to go. While the host has nothing to answer, the run waits and holds up nothing.
 */
import type { Failure, HostReply, HostRequest, Machine, Stop, Trap } from "../emulator/machine.ts";
import { type Breakpoint, type Breakpoints, stopReasons } from "./breakpoints.ts";
import type { Finding } from "./checks/checks.ts";
import type { RunChecks } from "./checks/run-checks.ts";
import type { Environment } from "./expressions/environment.ts";
import type { Radix } from "./formats.ts";
import { yieldToEvents } from "./host.ts";
import type { Plan } from "./stepping.ts";
import type { Terminal } from "./terminal.ts";
import type { EndedWatch, Watches } from "./watches.ts";

/** Why the run is over. */
export type Outcome =
  /** `hidden`: how many inlined functions that begin here are taken as not yet entered. */
  | { readonly kind: "step"; readonly hidden?: number }
  | { readonly kind: "pause" }
  | { readonly kind: "breakpoint"; readonly reason: string; readonly ids: readonly number[] }
  | { readonly kind: "data"; readonly ids: readonly number[]; readonly text: string }
  | { readonly kind: "exception"; readonly trap: Trap }
  | { readonly kind: "failure"; readonly failure: Failure; readonly text: string }
  /** A check has found a mistake. */
  | { readonly kind: "check"; readonly finding: Finding }
  | { readonly kind: "ebreak" }
  | { readonly kind: "exit"; readonly code: number; readonly signal?: string | undefined }
  /** Backwards: the start of what is remembered. */
  | { readonly kind: "start" }
  /** The end of a recording. */
  | { readonly kind: "end" }
  /** The session is over, or the machine is replaced by another. */
  | { readonly kind: "abandoned" };

/** What a run needs of the session. */
export interface ExecutionServices {
  readonly machine: Machine;
  readonly breakpoints: Breakpoints;
  readonly watches: Watches;
  readonly checks: RunChecks;
  readonly terminal: Terminal;
  /** The innermost frame now. */
  environment(): Environment;
  readonly radix: Radix;
  /** Shows a line in the debug console. */
  log(message: string): void;
  /** Whether an exception is one that the person wants to stop at. */
  isCaught(trap: Trap): boolean;
  /** Whether the person wants to stop at a failure. */
  isFailureCaught(failure: Failure): boolean;
  /** Whether the person wants to stop at what a check has found. */
  isFindingCaught(finding: Finding): boolean;
  /** Answers what is not the console's; resolves late where a person is asked. */
  answer(request: HostRequest): Promise<HostReply>;
  /** The program waits for input. */
  awaitsInput(): void;
  /** Data breakpoints have ended with the functions whose variables they were on. */
  watchesEnded(ended: readonly EndedWatch[]): void;
}

/** Milliseconds of a slice. */
const slice = 10;

/** Runs a machine in slices until something stops it. */
export class Execution {
  readonly #services: ExecutionServices;
  /** When the slice is over, by the host's clock. */
  #sliceEnd = 0;
  #isRunning = false;
  #isAbandoned = false;
  #isPauseWanted = false;
  #interrupted: (() => void) | undefined;
  /** What the machine was told: a breakpoint version and the plan's addresses. */
  #armed = "";
  /** Watching for breakpoints, exceptions and changes; false runs the program alone. */
  readonly #isDebugging: boolean;

  constructor(services: ExecutionServices, isDebugging: boolean) {
    this.#services = services;
    this.#isDebugging = isDebugging;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Stops the run soon. */
  pause(): void {
    this.#isPauseWanted = true;
    this.#interrupted?.();
  }

  /** Ends the run for good. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#interrupted?.();
  }

  /**
   * Runs by a plan until there is a reason to stop.
   * @param hasArrived false where a breakpoint at the present pc was not looked at yet
   */
  async run(plan: Plan, hasArrived: boolean): Promise<Outcome> {
    this.#isRunning = true;
    this.#isPauseWanted = false;
    this.#services.watches.note();
    try {
      return await this.#run(plan, hasArrived);
    } finally {
      this.#isRunning = false;
      this.#services.terminal.flush();
    }
  }

  async #run(plan: Plan, hasArrived: boolean): Promise<Outcome> {
    const { machine, terminal } = this.#services;
    if (!hasArrived) {
      const stop = this.#arrive();
      if (stop !== undefined) return stop;
    }
    this.#sliceEnd = performance.now() + slice;
    for (;;) {
      if (this.#isAbandoned) return { kind: "abandoned" };
      if (this.#isPauseWanted) return { kind: "pause" };
      if (terminal.isFull) await this.#unlessInterrupted(terminal.relieved());
      if (performance.now() >= this.#sliceEnd) {
        await yieldToEvents();
        this.#sliceEnd = performance.now() + slice;
        continue;
      }
      const action = plan.next();
      if (action.kind === "done") return { kind: "step" };
      const isSingle = action.kind === "one";
      const addresses = action.kind === "until" ? action.addresses : [];
      let outcome = this.#advance(isSingle, addresses);
      while (outcome === "waiting") {
        if (this.#isPauseWanted) return { kind: "pause" };
        const reply = await this.#serve(this.#request!);
        if (this.#isAbandoned) return { kind: "abandoned" };
        if (reply === undefined) return { kind: "pause" };
        machine.answer(reply);
        // An answer may be there at once, over and over.
        if (performance.now() >= this.#sliceEnd) {
          await yieldToEvents();
          this.#sliceEnd = performance.now() + slice;
        }
        // The same instruction goes on: the plan has not seen it end.
        outcome = this.#advance(isSingle, addresses);
      }
      if (outcome !== undefined) return outcome;
    }
  }

  #request: HostRequest | undefined;
  #asked: { readonly request: HostRequest; readonly answer: Promise<HostReply> } | undefined;

  /** Runs to the end of the slice; what it was stopped by, or undefined to go on. */
  #advance(isSingle: boolean, addresses: readonly bigint[]): Outcome | "waiting" | undefined {
    const { machine, breakpoints, watches, checks } = this.#services;
    const before = machine.current.pc;
    const from = machine.instructions;
    const { returns } = watches;
    const own = [...addresses, ...returns];
    const mayStopHere = breakpoints.addresses.has(before) || own.includes(before);
    // What is at the present pc was looked at on arrival; this instruction has to run.
    const known = checks.after(from);
    const longest = known === undefined ? Number.MAX_SAFE_INTEGER : Number(known.at - from);
    const budget = isSingle || mayStopHere ? 1 : longest;
    this.#arm(mayStopHere ? undefined : own);
    const stop = machine.run(budget, () => performance.now() >= this.#sliceEnd);
    checks.noteRun();
    const outcome = this.#consider(stop);
    return outcome === undefined ? this.#found(from) : outcome;
  }

  /** What was found here before, if the run has just come here. */
  #found(from: bigint): Outcome | undefined {
    const { machine, checks } = this.#services;
    const at = machine.instructions;
    const finding = at > from ? checks.at(at) : undefined;
    return finding && this.#findingStop(finding);
  }

  #findingStop(finding: Finding | undefined): Outcome | undefined {
    return finding !== undefined && this.#services.isFindingCaught(finding)
      ? { kind: "check", finding }
      : undefined;
  }

  #arm(addresses: readonly bigint[] | undefined): void {
    const { machine, breakpoints } = this.#services;
    const wanted = addresses === undefined ? "none" : `${breakpoints.version}:${addresses.join()}`;
    if (wanted === this.#armed) return;
    this.#armed = wanted;
    const own = this.#isDebugging ? breakpoints.addresses.keys() : [];
    machine.setBreakpoints(addresses === undefined ? [] : [...own, ...addresses]);
  }

  #consider(stop: Stop): Outcome | "waiting" | undefined {
    switch (stop.reason) {
      case "budget":
        return this.#arrive();
      case "breakpoint":
        return this.#arrive();
      case "watchpoint":
      case "registers":
        return this.#touched(stop) ?? this.#arrive();
      case "exception":
        return this.#services.isCaught(stop.trap)
          ? { kind: "exception", trap: stop.trap }
          : undefined;
      case "failure":
        return this.#services.isFailureCaught(stop.failure)
          ? { kind: "failure", failure: stop.failure, text: stop.text }
          : undefined;
      case "observed":
        return this.#findingStop(this.#services.checks.last);
      case "ebreak":
        return this.#isDebugging ? { kind: "ebreak" } : undefined;
      case "waiting":
        this.#request = stop.request;
        return "waiting";
      case "end":
        return { kind: "end" };
      case "exit":
        return { kind: "exit", code: stop.code, signal: stop.signal };
    }
  }

  /** What a stop means on the way back; see {@link Search}. */
  lookBack(stop: Stop, messages: string[]): Outcome | undefined {
    if (stop.reason === "waiting" || stop.reason === "exit" || stop.reason === "end") {
      return undefined;
    }
    if (stop.reason === "breakpoint") return this.#arrive(messages);
    if (stop.reason === "watchpoint" || stop.reason === "registers")
      return this.#touched(stop, true);
    const outcome = this.#consider(stop);
    return outcome === "waiting" ? undefined : outcome;
  }

  /** Says that the machine's breakpoints are not those of the last run. */
  forgetArmed(): void {
    this.#armed = "";
    this.#services.watches.arm();
  }

  /** What the use of watched memory and registers means. */
  #touched(
    stop: Extract<Stop, { reason: "watchpoint" | "registers" }>,
    isBackward = false,
  ): Outcome | undefined {
    const { watches } = this.#services;
    const { pc, registers } = stop;
    const environment = this.#services.environment();
    const memory =
      stop.reason === "watchpoint"
        ? watches.memoryTouched(stop.access, stop.watchpoint, pc, environment, isBackward)
        : undefined;
    const touched =
      memory ?? (registers && watches.registersTouched(registers, pc, environment, isBackward));
    return touched === undefined ? undefined : { kind: "data", ...touched };
  }

  /**
   * Looks at the breakpoints at the present pc.
   * @param told on the way back: gets the lines for the debug console
   */
  #arrive(told?: string[]): Outcome | undefined {
    const { machine, breakpoints, watches } = this.#services;
    const { pc } = machine.current;
    if (told === undefined) {
      this.#services.watchesEnded(watches.leave(pc, machine.current.x(2)));
    }
    if (!this.#isDebugging || !breakpoints.addresses.has(pc)) return undefined;
    const { radix } = this.#services;
    const isBackward = told !== undefined;
    const arrival = breakpoints.arrive(pc, this.#services.environment(), radix, isBackward);
    if (isBackward) told.push(...arrival.messages);
    else for (const message of arrival.messages) this.#services.log(message);
    const [first] = arrival.stopping;
    if (first === undefined) return undefined;
    return {
      kind: "breakpoint",
      reason: reasonOf(first),
      ids: arrival.stopping.map(({ id }) => id),
    };
  }

  /** The host's reply; undefined when the run is to stop instead. */
  async #serve(request: HostRequest): Promise<HostReply | undefined> {
    const { terminal } = this.#services;
    terminal.flush();
    if (request.kind !== "read-console") {
      // After a pause the machine asks for the same again; what is under way is not begun twice.
      if (this.#asked?.request !== request) {
        this.#asked = { request, answer: this.#services.answer(request) };
      }
      return this.#unlessInterrupted(this.#asked.answer);
    }
    if (!terminal.hasInput) {
      this.#services.awaitsInput();
      await this.#unlessInterrupted(terminal.inputArrives());
      if (!terminal.hasInput || this.#isAbandoned || this.#isPauseWanted) return undefined;
    }
    return { kind: "console", ...terminal.take() };
  }

  /** Waits, but no longer than until a pause or the end. */
  async #unlessInterrupted<Result>(result: Promise<Result>): Promise<Result | undefined> {
    if (this.#isAbandoned || this.#isPauseWanted) return undefined;
    const interruption = new Promise<undefined>((resolve) => {
      this.#interrupted = () => resolve(undefined);
    });
    return Promise.race([result, interruption]).finally(() => {
      this.#interrupted = undefined;
    });
  }
}

const reasonOf = ({ wanted }: Breakpoint): string => stopReasons[wanted.kind];
