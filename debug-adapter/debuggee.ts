/**
 * What is debugged: a loaded program, its machine, the run under way or the stop it is at. It tells
 * the client of stops and of the end, and holds what the client may refer to while stopped.
 */

import type { History } from "../emulator/history/history.ts";
import { RewoundFiles } from "../emulator/history/rewound-files.ts";
import type { HartState, HostReply, HostRequest, Trap } from "../emulator/machine.ts";
import { interpreterPath } from "../emulator/process/loader.ts";
import type { HostFiles } from "../emulator/runner.ts";
import { notExecutedYet } from "../isa/decoder.ts";
import { Backward, type Search } from "./backward.ts";
import type { Breakpoints } from "./breakpoints.ts";
import { causesOf as findCauses } from "./checks/causes.ts";
import { type Cause, type CheckName, checks, type Finding, isCheckName } from "./checks/checks.ts";
import { RunChecks } from "./checks/run-checks.ts";
import { Disassembly } from "./disassembly.ts";
import {
  hasEnded,
  isRunning,
  noHistory,
  notCalledWithoutHistory,
  RequestError,
  unknownFrame,
  unknownThread,
} from "./errors.ts";
import {
  causeName,
  causesOf,
  describePastEnd,
  describeTrap,
  failureNames,
  failureOf,
} from "./exceptions.ts";
import { Execution, type Outcome } from "./execution.ts";
import type { FunctionCalls } from "./expressions/environment.ts";
import { isTrueText } from "./expressions/evaluator.ts";
import { formatHex, type Radix } from "./formats.ts";
import { type ChangeListener, FrameEnvironment } from "./frame-environment.ts";
import { CallStack, type Frame, type SourceLine } from "./frames.ts";
import { CalledFunctions } from "./function-calls.ts";
import { Libraries } from "./libraries.ts";
import type { Loaded, Origin } from "./loader.ts";
import type { OpenedRecording } from "./opened-recording.ts";
import type { Program } from "./program.ts";
import type { Work } from "./progress.ts";
import { RecordedAnswers } from "./recorded-answers.ts";
import { References } from "./references.ts";
import { baseName } from "./sources.ts";
import { continuing, type Plan } from "./stepping.ts";
import type { Terminal } from "./terminal.ts";
import { Timeline } from "./timeline/timeline.ts";
import { type Group, Variables } from "./variables.ts";
import { type EndedWatch, Watches } from "./watches.ts";

/** The body of a stopped event, without the thread. */
export interface StopReport {
  readonly reason: string;
  readonly description?: string;
  readonly text?: string;
  readonly hitBreakpointIds?: number[];
}

/** What a debuggee needs of its session. */
export interface DebuggeeServices {
  readonly breakpoints: Breakpoints;
  readonly terminal: Terminal;
  readonly radix: Radix;
  readonly listener: ChangeListener;
  log(message: string): void;
  /** Tells how far long work has come, until what it returns is called. */
  follow(work: Work): () => void;
  /** The files that the program sees. */
  readonly files: HostFiles;
  answer(request: HostRequest): Promise<HostReply>;
  awaitsInput(): void;
  /** Data breakpoints have ended with the functions whose variables they were on. */
  watchesEnded(ended: readonly EndedWatch[]): void;
  stopped(hart: HartState, report: StopReport): void;
  exited(code: number, signal: string | undefined): void;
  failed(error: unknown): void;
}

/** What is said of the exception, failure or finding that stopped the program. */
export interface ExceptionReport {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** What led to a finding, the deepest cause first. */
  readonly causes?: readonly Cause[];
}

const pause: Outcome = { kind: "pause" };

/** A filter that is on. */
export interface ExceptionFilter {
  readonly filter: string;
  readonly condition: string | undefined;
}

/** A program that is debugged: its machine, what stops it, and what is known at a stop. */
export class Debuggee {
  readonly program: Program;
  readonly machine: Loaded["machine"];
  readonly mounts: Readonly<Record<string, string>>;
  /** The files that the program sees, as the present course of its run has left them. */
  readonly files: HostFiles;
  /** Where the program comes from, for recordings of its run. */
  readonly origin: Origin;
  /** Where the run comes from a recording. */
  readonly recording: OpenedRecording | undefined;
  readonly watches: Watches;
  readonly disassembly: Disassembly;
  readonly variables: Variables;
  /** Numbers of groups of variables; they hold until the program goes on. */
  readonly groups = new References<Group>();
  readonly #frames = new References<{ hart: HartState; index: number }>();
  readonly #services: DebuggeeServices;
  readonly #execution: Execution;
  readonly #backward: Backward | undefined;
  /** Undefined where the run is not recorded. */
  readonly history: History | undefined;
  readonly timeline: Timeline | undefined;
  /** What expressions ask the recorded run; undefined where it is not recorded. */
  readonly answers: RecordedAnswers | undefined;
  /** Calls the program's functions; undefined where nothing could put back what a call changes. */
  readonly #calls: CalledFunctions | undefined;
  readonly checks: RunChecks;
  /** The checks that the launch asks for. */
  readonly #launched: ReadonlySet<CheckName>;
  /** What led to the last finding, the deepest cause first. */
  causes: readonly Cause[] = [];
  #isGoingBack = false;
  /** Inlined functions that begin at a pc and are taken as not yet entered. */
  #hidden: { readonly pc: bigint; readonly count: number } = { pc: 0n, count: 0 };
  readonly #stopsOnExit: boolean;
  /** Holds at a stop at the program's end: going on ends the session. */
  #isAtEnd = false;
  #endCode: number | undefined;
  readonly #isDebugging: boolean;
  #filters: readonly ExceptionFilter[] = [];
  #stacks = new Map<HartState, CallStack>();
  #exit: { code: number } | undefined;
  #isAbandoned = false;
  #exception: ExceptionReport | undefined;
  /** Whether breakpoints at the present pc were looked at already. */
  #hasArrived = false;
  #run: Promise<void> = Promise.resolve();

  /**
   * @param stopsOnExit whether there is a stop when the program has ended
   * @param launched the checks that are made whatever the filters are
   */
  constructor(
    loaded: Loaded,
    services: DebuggeeServices,
    isDebugging: boolean,
    stopsOnExit: boolean,
    launched: ReadonlySet<CheckName> = new Set(),
  ) {
    this.program = loaded.program;
    this.machine = loaded.machine;
    this.history = loaded.history;
    this.#stopsOnExit = stopsOnExit && loaded.history !== undefined;
    this.#backward = loaded.history && new Backward(loaded.history, loaded.program);
    this.mounts = loaded.mounts;
    this.origin = loaded.origin;
    this.files =
      loaded.history === undefined
        ? services.files
        : new RewoundFiles(services.files, loaded.history, services.log);
    this.recording = loaded.recording;
    this.checks = new RunChecks(loaded.program, loaded.machine, loaded.history);
    loaded.history?.onDrop((at) => this.checks.dropFrom(at));
    this.#launched = launched;
    this.#services = services;
    this.#isDebugging = isDebugging;
    // Only what has a dynamic linker has libraries.
    if (interpreterPath(loaded.program.file) !== undefined) {
      const read = (address: bigint, length: number) =>
        this.machine.readMemory(
          this.machine.current,
          BigInt.asUintN(this.machine.xlen, address),
          length,
        );
      this.program.libraries = new Libraries(read, this.program.file);
    }
    this.watches = new Watches(this.program, this.machine);
    this.disassembly = new Disassembly(this.program, this.machine);
    const textAt = (address: bigint) => this.disassembly.textAt(this.machine.current, address);
    this.variables = new Variables(this.program, this.groups, textAt);
    const self = this;
    this.timeline =
      loaded.history &&
      new Timeline({
        history: loaded.history,
        program: loaded.program,
        environment: loaded.environment,
        breakpoints: services.breakpoints,
        get radix() {
          return services.radix;
        },
        watched: () => this.watches.memory,
        settle: () => {
          this.setFilters(this.#filters);
          this.#execution.forgetArmed();
        },
      });
    this.answers =
      loaded.history &&
      this.timeline &&
      new RecordedAnswers(loaded.history, loaded.program, this.timeline.excursions, (pc) =>
        this.#placeOf(pc),
      );
    this.#calls =
      this.timeline &&
      new CalledFunctions(loaded.program, this.timeline.excursions, (pc) => this.#placeOf(pc));
    this.#execution = new Execution(
      {
        machine: this.machine,
        breakpoints: services.breakpoints,
        watches: this.watches,
        checks: this.checks,
        terminal: services.terminal,
        environment: () => this.environment(undefined),
        get radix() {
          return self.#services.radix;
        },
        log: services.log,
        isCaught: ({ cause }) => this.#isCaught(({ filter }) => causesOf(filter)?.includes(cause)),
        isFailureCaught: (failure) => this.#isCaught(({ filter }) => failureOf(filter) === failure),
        isFindingCaught: (finding) => this.#isWanted(finding),
        answer: services.answer,
        awaitsInput: services.awaitsInput,
        watchesEnded: services.watchesEnded,
      },
      isDebugging,
    );
  }

  get isRunning(): boolean {
    return this.#execution.isRunning || this.#isGoingBack;
  }

  /** The exit code, once the program has ended. */
  get exitCode(): number | undefined {
    return this.#exit?.code ?? this.#endCode;
  }

  /** The exception or failure of the present stop. */
  get exception(): ExceptionReport | undefined {
    return this.#exception;
  }

  /** Stops the machine at the exceptions that the filters name. */
  setFilters(filters: readonly ExceptionFilter[]): void {
    this.#filters = filters;
    const causes = filters.flatMap(({ filter }) => causesOf(filter) ?? []);
    this.machine.catchExceptions(new Set(this.#isDebugging ? causes : []));
    const failures = filters.flatMap(({ filter }) => failureOf(filter) ?? []);
    this.machine.catchFailures(new Set(this.#isDebugging ? failures : []));
    const names = filters.map(({ filter }) => filter).filter(isCheckName);
    this.checks.choose(new Set(this.#isDebugging ? [...this.#launched, ...names] : []));
  }

  /** Whether the person wants to stop at what a check has found. */
  #isWanted({ check }: Finding): boolean {
    return this.#launched.has(check) || this.#isCaught(({ filter }) => filter === check);
  }

  /** Whether a filter that stands for what has happened is on, and its condition is true. */
  #isCaught(matches: (filter: ExceptionFilter) => boolean | undefined): boolean {
    return this.#filters.some((filter) => {
      if (matches(filter) !== true) return false;
      const { condition } = filter;
      if (condition === undefined || condition.trim() === "") return true;
      try {
        return isTrueText(condition, this.environment(undefined));
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        this.#services.log(`The condition "${condition}" cannot be tested: ${error.message}`);
        return true;
      }
    });
  }

  /**
   * Goes on by a plan. The stop or the end is reported to the services.
   * @param reason of the stop when the plan is done
   */
  resume(plan: Plan = continuing, reason = "step"): void {
    this.requireStopped();
    this.#hidden = { pc: 0n, count: 0 };
    this.forget();
    this.#exception = undefined;
    this.causes = [];
    this.#run = this.#resume(plan, reason);
  }

  /**
   * Goes back in the run; the stop is reported to the services. Throws where it is not recorded.
   * With `findsMistakes`, what the checks have not seen yet is gone through first.
   */
  goBack(
    action: (backward: Backward, search: Search, log: (text: string) => void) => Promise<Outcome>,
    {
      title = "Going back",
      reason = "step",
      findsMistakes = false,
    }: { title?: string; reason?: string; findsMistakes?: boolean } = {},
  ): void {
    this.requireStopped();
    const backward = this.#backward;
    if (backward === undefined) throw noHistory();
    this.forget();
    this.#exception = undefined;
    const isAtEnd = this.#isAtEnd;
    this.#isAtEnd = false;
    this.#hidden = { pc: 0n, count: 0 };
    this.#isGoingBack = true;
    const search: Search = {
      isAtEnd,
      addresses: [...this.#services.breakpoints.addresses.keys()],
      watchpoints: this.watches.memory,
      registers: this.watches.registers,
      begin: () => this.watches.note(),
      examine: (stop, messages) => this.#execution.lookBack(stop, messages),
      get points() {
        return points();
      },
    };
    const points = () =>
      this.checks.findings.map((finding) => ({
        at: finding.at,
        outcome: { kind: "check", finding } satisfies Outcome,
        isWanted: () => this.#isWanted(finding),
      }));
    const end = this.#services.follow({
      title,
      fraction: () => backward.fraction,
      cancel: () => backward.pause(),
    });
    const go = async () => {
      await this.watches.locate((limit, { returns, frameAddress }) =>
        backward.entryOf(limit, { returns, sp: frameAddress }),
      );
      if (findsMistakes && this.checks.isBehind && !(await this.checks.catchUp(backward)))
        return pause;
      return action(backward, search, this.#services.log);
    };
    this.#run = this.#goBack(go, reason, end);
  }

  async #goBack(action: () => Promise<Outcome>, reason: string, end: () => void): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await action();
    } catch (error) {
      this.#services.failed(error);
      return;
    } finally {
      end();
      this.#isGoingBack = false;
      this.#execution.forgetArmed();
    }
    const { pc } = this.machine.current;
    let hidden = outcome.kind === "step" ? (outcome.hidden ?? 0) : 0;
    // A breakpoint shows the same in both directions.
    if (outcome.kind === "breakpoint") {
      hidden = this.#services.breakpoints.hiddenAt(pc, outcome.ids);
    }
    this.#hidden = { pc, count: hidden };
    await this.#blame(outcome);
    this.#settle(this.#isAbandoned ? { kind: "abandoned" } : outcome, reason);
  }

  /** Goes through what the checks have not seen yet; false where a pause came first. */
  async #catchUp(): Promise<boolean> {
    const backward = this.#backward;
    if (backward === undefined || !this.checks.isBehind) return true;
    const title = "Checking what has run";
    const cancel = () => backward.pause();
    const end = this.#services.follow({ title, fraction: () => backward.fraction, cancel });
    this.#isGoingBack = true;
    try {
      return await this.checks.catchUp(backward);
    } finally {
      end();
      this.#isGoingBack = false;
      this.#execution.forgetArmed();
    }
  }

  /** Finds what has led to a finding. */
  async #blame(outcome: Outcome): Promise<void> {
    if (outcome.kind !== "check" || this.#isAbandoned) return;
    const { finding } = outcome;
    this.causes = finding.causes;
    const [backward, history] = [this.#backward, this.history];
    if (backward === undefined || history === undefined) return;
    this.#isGoingBack = true;
    try {
      // What a call does wrong is found where the function begins.
      if (history.instructions > finding.at) await backward.goTo(finding.at);
      this.causes = await findCauses(finding, history, backward, this.program, (pc) =>
        this.#describeInstruction(pc),
      );
    } finally {
      this.#isGoingBack = false;
      this.#execution.forgetArmed();
    }
  }

  /** As in `sum+4, sum.s:12`. */
  #placeOf(pc: bigint): string {
    const place = this.program.describe(pc) ?? formatHex(pc, this.machine.xlen);
    const row = this.program.rowAt(pc)?.row;
    return row === undefined ? place : `${place}, ${baseName(row.path)}:${row.line}`;
  }

  /** As in `add a0, a0, a1 at sum+4 (sum.s:12)`. */
  #describeInstruction(pc: bigint): string {
    const text = this.disassembly.textAt(this.machine.current, pc);
    const place = this.program.describe(pc) ?? formatHex(pc, this.machine.xlen);
    const row = this.program.rowAt(pc)?.row;
    const line = row === undefined ? "" : ` (${baseName(row.path)}:${row.line})`;
    return `${text} at ${place}${line}`;
  }

  async #resume(plan: Plan, reason: string): Promise<void> {
    try {
      if (!(await this.#catchUp())) {
        this.#settle(this.#isAbandoned ? { kind: "abandoned" } : pause, reason);
        return;
      }
      const outcome = await this.#execution.run(plan, this.#hasArrived);
      await this.#blame(outcome);
      const { pc } = this.machine.current;
      const { hidden = this.program.expansionsBeginningAt(pc) } = plan;
      if (outcome.kind === "step") this.#hidden = { pc, count: hidden };
      else if (outcome.kind === "breakpoint") {
        this.#hidden = { pc, count: this.#services.breakpoints.hiddenAt(pc, outcome.ids) };
      } else this.#hidden = { pc, count: this.program.expansionsBeginningAt(pc) };
      this.#settle(outcome, reason);
    } catch (error) {
      this.#services.failed(error);
    }
  }

  /** Reports a stop without a run: at the first instruction, or behind a goto. */
  stopHere(report: StopReport): void {
    // A breakpoint here would only stop the program again where it is.
    this.#hasArrived = true;
    if (report.reason !== "step") {
      const { pc } = this.machine.current;
      this.#hidden = { pc, count: this.program.expansionsBeginningAt(pc) };
    }
    this.forget();
    this.#services.stopped(this.machine.current, report);
  }

  pause(): void {
    this.#execution.pause();
    this.#backward?.pause();
  }

  /** Ends the run for good; resolves when nothing runs any more. */
  async abandon(): Promise<void> {
    this.#isAbandoned = true;
    this.#execution.abandon();
    this.#backward?.pause();
    await this.#run;
  }

  #settle(outcome: Outcome, reason: string): void {
    this.#hasArrived = true;
    this.forget();
    if (outcome.kind === "abandoned") return;
    this.#services.watchesEnded(this.watches.prune());
    if (outcome.kind === "exit" && this.#stopsOnExit && !this.#isAtEnd) {
      this.#isAtEnd = true;
      this.#endCode = outcome.code;
      const how = outcome.signal ?? `exit code ${outcome.code}`;
      const text = `The program has ended with ${how}: one can go back from here.`;
      this.#services.stopped(this.machine.current, { reason: "exit", description: text });
      return;
    }
    if (outcome.kind === "exit") {
      this.#exit = { code: outcome.code };
      this.#services.exited(outcome.code, outcome.signal);
      return;
    }
    if (outcome.kind === "exception") this.timeline?.noteException(outcome.trap);
    this.#exception = this.#explain(outcome);
    this.#services.stopped(this.machine.current, this.#report(outcome, reason));
  }

  #report(outcome: Exclude<Outcome, { kind: "exit" | "abandoned" }>, reason: string): StopReport {
    switch (outcome.kind) {
      case "step":
        return { reason };
      case "pause":
        return { reason: "pause" };
      case "start":
        return { reason: "entry", description: "Paused at the start of the recording" };
      case "end":
        return {
          reason: "end of recording",
          description: "Paused at the end of the recording",
          text: "The recording ends here: one can go back from here, or continue live.",
        };
      case "breakpoint":
        return { reason: outcome.reason, hitBreakpointIds: [...outcome.ids] };
      case "data":
        return {
          reason: "data breakpoint",
          description: "Paused on data breakpoint",
          text: outcome.text,
          hitBreakpointIds: [...outcome.ids],
        };
      case "ebreak":
        return { reason: "breakpoint", description: "Paused on ebreak" };
      case "exception":
      case "check":
      case "failure": {
        const { name, text } = this.#exception!;
        return { reason: "exception", description: name, text };
      }
    }
  }

  #explain(outcome: Outcome): ExceptionReport | undefined {
    if (outcome.kind === "failure") {
      const name = failureNames[outcome.failure];
      return { id: name, name, text: outcome.text };
    }
    if (outcome.kind === "check") {
      const { check, text } = outcome.finding;
      const { label } = checks[check];
      return { id: label, name: label, text, causes: this.causes };
    }
    return outcome.kind === "exception" ? this.#explainTrap(outcome.trap) : undefined;
  }

  #explainTrap(trap: Trap): ExceptionReport {
    const name = causeName(trap.cause);
    const pastEnd = this.program.isPastEnd(trap.pc) ? describePastEnd(trap) : undefined;
    const pending =
      trap.cause === 2 ? notExecutedYet(Number(trap.value), this.program.architecture) : undefined;
    const text = pastEnd ?? pending ?? describeTrap(trap, this.machine.xlen);
    return { id: `Exception ${trap.cause}: ${name}`, name, text };
  }

  /** Before input is typed: at a stop in the past it is other input than the recorded. */
  expectInput(): void {
    if (!this.isRunning) this.history?.leavePast();
  }

  /** Throws where the program has ended or runs. */
  requireStopped(): void {
    this.requireAlive();
    if (this.isRunning) throw isRunning();
  }

  requireAlive(): void {
    if (this.#exit !== undefined || this.#isAbandoned) throw hasEnded();
  }

  /** Forgets what was derived from the machine's state, and what the client refers to. */
  forget(): void {
    this.refresh();
    this.groups.clear();
    this.variables.lines.clear();
    this.#frames.clear();
    this.program.libraries?.forget();
  }

  /** Forgets what was derived from the machine's state. */
  refresh(): void {
    this.#stacks = new Map();
    this.answers?.forget();
  }

  hart(threadId: number): HartState {
    const hart = this.machine.harts.find(({ id }) => id === threadId);
    if (hart === undefined) throw unknownThread(threadId);
    return hart;
  }

  stack(hart: HartState): CallStack {
    // While it runs, each look is at another state.
    if (this.isRunning) return new CallStack(this.program, this.machine, hart);
    let stack = this.#stacks.get(hart);
    if (stack === undefined) {
      const hidden = hart.pc === this.#hidden.pc ? this.#hidden.count : 0;
      stack = new CallStack(this.program, this.machine, hart, hidden);
      this.#stacks.set(hart, stack);
    }
    return stack;
  }

  /** Shows one more of the inlined functions that begin at the pc; false where all are shown. */
  enterInlined(hart: HartState): boolean {
    const { pc, count } = this.#hidden;
    if (count === 0 || pc !== hart.pc) return false;
    this.#hidden = { pc, count: count - 1 };
    return true;
  }

  /** The line that a frame is at. */
  lineOf(frame: Frame): SourceLine | undefined {
    if (frame.callLine !== undefined && frame.callLine.line > 0) return frame.callLine;
    const { program } = this;
    return program.shownRowAt(program.isPastEnd(frame.at) ? frame.at - 1n : frame.at)?.row;
  }

  /** A number for a frame. */
  frameId(hart: HartState, index: number): number {
    return this.#frames.add({ hart, index });
  }

  /** The program's functions as expressions of a frame call them. */
  functionCalls(environment: FrameEnvironment): FunctionCalls {
    return {
      call: (callee, given, assumed) => {
        if (this.#calls === undefined) throw notCalledWithoutHistory(callee.name);
        return this.#calls.call(callee, given, assumed, environment);
      },
    };
  }

  /** What expressions see in a frame; without a number in the innermost one. */
  environment(frameId: number | undefined): FrameEnvironment {
    const place =
      frameId === undefined ? { hart: this.machine.current, index: 0 } : this.#frames.get(frameId);
    const frame = place && this.stack(place.hart).frame(place.index);
    if (frame === undefined) throw unknownFrame(frameId ?? 0);
    return new FrameEnvironment(this.program, this.machine, frame, this.#services.listener);
  }
}
