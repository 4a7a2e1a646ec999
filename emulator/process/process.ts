/**
 * A process: one program under user instructions and the calls of its environment. The engine runs
 * instructions until something is out of the ordinary; this class then completes calls, turns
 * exceptions into signals and stops into reports.
 *
 * A call that needs the host is a generator, kept while the host works. Its instruction is retired
 * when the call is complete; if the debugger moves the pc or an argument meanwhile, the call is
 * abandoned and made again from what is there then.
 */

import { attributesOf } from "../../elf/attributes.ts";
import type { ElfFile } from "../../elf/model.ts";
import { type Architecture, extensions, parseArchitecture } from "../../isa/architecture.ts";
import { isCompressed, notExecutedYet } from "../../isa/decoder.ts";
import type { Engine } from "../engine.ts";
import { createEngine, defaultEngine, type EngineName } from "../engines.ts";
import { ExecutionCounts } from "../execution-counts.ts";
import { Hart, Privilege } from "../hart.ts";
import type { Codec } from "../history/codec.ts";
import type { RecordableMachine, RecordedPages } from "../history/recordable.ts";
import type {
  Failure,
  HartState,
  Host,
  HostReply,
  MemoryRegion,
  RegisterUse,
  RegisterWatchpoint,
  Stop,
  Trap,
  Watchpoint,
} from "../machine.ts";
import { PhysicalMemory, type WindowShape } from "../memory.ts";
import { ObservedEngine, type ObservedStop } from "../observed-engine.ts";
import type { Observer } from "../observer.ts";
import { registerOf, stoppingUses } from "../register-watches.ts";
import { AddressSpace, Right } from "../translation.ts";
import { Console, type Steps } from "./console.ts";
import { Descriptors } from "./descriptors.ts";
import { LaunchError, segmentOverStack } from "./errors.ts";
import { type FileNode, FileSystem } from "./file-system.ts";
import type { Continuation, Environment, Guest, Terminal } from "./guest.ts";
import { ProcessHeap } from "./heap.ts";
import { type InitialStack, writeInitialStack } from "./initial-stack.ts";
import {
  dataRights,
  type EnvironmentName,
  layouts,
  type Range,
  returnPage,
  windowFor,
} from "./layout.ts";
import { LinuxEnvironment } from "./linux/environment.ts";
import { SIGTRAP, Signals, signalName } from "./linux/signals.ts";
import { type Image, load, rangesOf } from "./loader.ts";
import { MemoryView } from "./memory-view.ts";
import { RarsEnvironment } from "./rars/environment.ts";
import { RipesEnvironment } from "./ripes.ts";
import { type ProcessState, type SavedProcess, savedProcess } from "./saved-process.ts";
import { copyGraph } from "./saved-state.ts";
import { hasSemihosting, SemihostingEnvironment } from "./semihosting.ts";
import { VenusEnvironment } from "./venus.ts";

/** How a program is to be run. */
export interface ProcessOptions {
  /** A RISC-V executable. */
  readonly file: ElfFile;
  /** Its dynamic linker, where it asks for one (see `interpreter-file.ts`). */
  readonly interpreter?: ElfFile | undefined;
  /** Which calls it makes; "linux" also serves bare-metal programs with semihosting. */
  readonly environment: EnvironmentName;
  /** The arguments after the program's name. */
  readonly args?: readonly string[];
  /** The program's name, its first argument; also the last part of its guest path. */
  readonly name?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly host: Host;
  /** Guest path to the path by which the host knows the folder: { "/": folder }. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** The guest's current directory, "/" by default. */
  readonly directory?: string;
  /** Bytes of memory that the machine may use, 1 GiB by default. */
  readonly memoryLimit?: number;
  /** The architecture to run; by default the file's, with all extensions that cost nothing. */
  readonly march?: string;
  /** What runs the instructions; the fastest by default. */
  readonly engine?: EngineName;
  /** For a translating engine: how many jumps to an address make it due for translation. */
  readonly hotness?: number;
  /** Whether executions are counted, for {@link Machine.executionCounts}. */
  readonly counts?: boolean;
  /** Which standard streams are a terminal; by default all three, 80 by 24 characters. */
  readonly terminal?: Terminal;
  /** Told once each what the person may want to know, such as a missing system call. */
  readonly note?: (text: string) => void;
}

/** Makes a process; throws `LaunchError` or `ElfError`, one sentence, when it cannot be started. */
export function createProcess(options: ProcessOptions): RecordableMachine<SavedProcess> {
  return new Process(options);
}

/** Codes of ECALL in user, supervisor and machine mode, and of EBREAK. */
const environmentCalls: ReadonlySet<number> = new Set([8, 9, 11]);
const ebreak = 3;
/** The cause of an illegal instruction. */
const illegal = 2;
/** Traps that a fetch from beyond the program's end may raise. */
const fetchTraps: ReadonlySet<number> = new Set([1, 2, 12]);

/** RAM behind the data of a bare-metal image, in bytes. */
const bareRam = 16n << 20n;

/** The registers that say what a call is; see the file's head. */
const callRegisters = [10, 11, 12, 13, 14, 15, 16, 17] as const;
/** a0, where calls leave their result. */
const result = 10;

interface PendingCall {
  readonly steps: Steps<Continuation>;
  readonly pc: bigint;
  readonly registers: readonly bigint[];
  /** What the watched registers held before. */
  readonly watched: readonly RegisterUse[];
  /** Whether it was reported as failed: then it ends the program. */
  readonly hasFailed: boolean;
}

/** What a debugger was told at the last stop, and need not be told again. */
interface Told {
  readonly announced: { pc: bigint; instret: bigint } | undefined;
  readonly stoppedAt: bigint | undefined;
  readonly passEbreak: bigint | undefined;
}

class Process implements RecordableMachine<SavedProcess, Told>, Guest {
  readonly hart: Hart;
  readonly harts: readonly [Hart];
  readonly space: AddressSpace;
  readonly memory: MemoryView;
  readonly fileSystem: FileSystem;
  readonly descriptors: Descriptors;
  readonly console: Console;
  readonly signals = new Signals();
  readonly host: Host;
  readonly terminal: Terminal;
  readonly args: readonly string[];
  readonly program: string;
  readonly heap: ProcessHeap;
  readonly started: bigint;
  directory: FileNode;

  readonly #engine: Engine;
  readonly #counts: ExecutionCounts | undefined;
  /** Runs the instructions while somebody observes; made when the first one comes. */
  #observed: ObservedEngine | undefined;
  #observer: Observer | undefined;
  #watchesRegisters = false;
  #watchedRegisters: readonly RegisterWatchpoint[] = [];
  readonly #environment: Environment;
  readonly #name: EnvironmentName;
  readonly #image: Image;
  readonly #note: (text: string) => void;
  readonly #notes = new Set<string>();
  #caught: ReadonlySet<number> = new Set();
  #caughtFailures: ReadonlySet<Failure> = new Set();
  /** The exception that was last reported before its delivery. */
  #announced: { pc: bigint; instret: bigint } | undefined;
  readonly #breakpoints = new Set<bigint>();
  /** Where the last stop was: a breakpoint there does not stop the next run at once. */
  #stoppedAt: bigint | undefined;
  /** An EBREAK that was reported and is to be passed. */
  #passEbreak: bigint | undefined;
  #call: PendingCall | undefined;
  /** Why the call under way cannot be done. */
  readonly #architecture: Architecture;
  #sentence: string | undefined;
  /** A signal that was reported and ends the process if it goes on from `pc`. */
  #fatal: { readonly number: number; readonly pc: bigint } | undefined;
  /** Writes changed files back once the process has ended. */
  #ending: Steps<void> | undefined;
  #end: { outcome: Extract<Stop, { reason: "exit" }> | undefined; isOver: boolean } = {
    outcome: undefined,
    isOver: false,
  };
  #request: Extract<Stop, { reason: "waiting" }> | undefined;
  #reply: HostReply | undefined;

  constructor(options: ProcessOptions) {
    const { file, host } = options;
    const architecture = architectureOf(file, options.march);
    this.#architecture = architecture;
    const memory = new PhysicalMemory(options.memoryLimit, windowShape(file, options.environment));
    this.host = host;
    this.#name = options.environment;
    this.#note = options.note ?? (() => undefined);
    this.terminal = options.terminal ?? { streams: new Set([0, 1, 2]), columns: 80, rows: 24 };
    this.started = host.now();
    this.space = new AddressSpace(memory, file.class);
    this.memory = new MemoryView(this.space);
    this.#image = load(file, this.space, options.interpreter);
    this.hart = new Hart({
      id: 1,
      name: "main",
      xlen: file.class,
      flen: floatWidth(architecture),
      extensions: architecture.extensions,
      memory,
      translator: this.space,
      process: true,
    });
    this.harts = [this.hart];
    if (options.counts === true) this.#counts = new ExecutionCounts();
    this.#engine = createEngine(
      options.engine ?? defaultEngine,
      memory,
      architecture,
      floatWidth(architecture),
      options.hotness,
      this.#counts,
    );

    const name = options.name ?? "program";
    const program = name.slice(name.lastIndexOf("/") + 1);
    this.args = [program, ...(options.args ?? [])];
    this.program = `/${program}`;
    const now = () => Number(host.now() / 1_000_000n);
    this.fileSystem = new FileSystem(options.mounts ?? {}, now);
    this.fileSystem.addLink("/proc/self/exe", this.program);
    this.console = new Console(host);
    this.descriptors = new Descriptors(this.fileSystem, this.console, host);
    this.directory = this.fileSystem.folder(options.directory ?? "/");

    const layout = layouts[this.#name];
    for (const region of layout.regions) this.#mapAround(region.start, region.end, region.name);
    this.#mapStack();
    const heapStart = layout.heap ?? (this.#image.end + 0xfffn) & ~0xfffn;
    const reserved = layout.regions.find(({ start }) => start === layout.heap)?.end;
    this.heap = new ProcessHeap(this.space, heapStart, reserved);
    const isBare = this.#name === "linux" && hasSemihosting(file);
    this.#environment = this.#createEnvironment(isBare);
    if (isBare) {
      this.hart.privilege = Privilege.machine;
      // An image brings its stack and heap along as addresses in RAM, not as a segment.
      const ram = (this.#image.dataEnd + 0xfffn) & ~0xfffn;
      this.#mapAround(ram, ram + bareRam, "ram");
    }
    this.#setRegisters(file, options.variables ?? {});
  }

  get xlen(): 32 | 64 {
    return this.hart.xlen;
  }

  get flen(): 0 | 32 | 64 {
    return this.hart.flen;
  }

  get extensions(): ReadonlySet<string> {
    return this.hart.extensions;
  }

  get instructions(): bigint {
    return this.hart.instret;
  }

  get current(): HartState {
    return this.hart;
  }

  run(budget: number, isDue?: () => boolean): Stop {
    if (this.#end.isOver) return this.#end.outcome as Stop;
    if (this.#passEbreak !== this.hart.pc) this.#passEbreak = undefined;
    const stop = this.#run(budget, isDue);
    this.#stoppedAt = this.hart.pc;
    return stop;
  }

  #run(budget: number, isDue?: () => boolean): Stop {
    const limit = this.hart.instret + BigInt(budget);
    let hasRun = false;
    for (;;) {
      const stop = this.#pendingWork() ?? this.#deliverSignals();
      if (stop !== undefined) return stop;
      if (this.#end.outcome !== undefined) {
        this.#ending ??= this.#writeBack();
        continue;
      }
      const left = limit - this.hart.instret;
      if (left <= 0n || (hasRun && isDue?.())) return this.#endOfBudget();
      const skipFirst = this.#stoppedAt === this.hart.pc;
      this.#stoppedAt = undefined;
      const isPlain = this.#observer === undefined && !this.#watchesRegisters;
      const engine = isPlain ? this.#engine : this.#observingEngine;
      const report = this.#handle(engine.run(this.hart, Number(left), skipFirst, isDue));
      if (report !== undefined) return report;
      hasRun = true;
    }
  }

  answer(reply: HostReply): void {
    // Input that has arrived stays, whatever becomes of the call that waited for it.
    if (reply.kind === "console") this.console.accept(reply.data, reply.ended);
    if (this.#request === undefined) return;
    this.#request = undefined;
    this.#reply = reply;
  }

  setBreakpoints(addresses: Iterable<bigint>): void {
    this.#breakpoints.clear();
    for (const address of addresses) this.#breakpoints.add(address);
    this.#engine.setBreakpoints(this.#breakpoints);
    this.#observed?.setBreakpoints(this.#breakpoints);
  }

  observe(observer: Observer | undefined): void {
    this.#observer = observer;
    this.space.listener = observer;
    // Who observes no more is kept in mind there, in case it comes back.
    if (observer !== undefined || this.#watchesRegisters) this.#observingEngine.observe(observer);
  }

  get #observingEngine(): ObservedEngine {
    if (this.#observed === undefined) {
      const { memory } = this.space;
      const { flen } = this.hart;
      this.#observed = new ObservedEngine(memory, this.#architecture, flen, this.#engine);
      this.#observed.setBreakpoints(this.#breakpoints);
    }
    return this.#observed;
  }

  setWatchpoints(watchpoints: readonly Watchpoint[]): void {
    this.space.watches.set(watchpoints);
  }

  watchRegisters(watchpoints: readonly RegisterWatchpoint[]): void {
    const isWatching = watchpoints.length > 0;
    if (!isWatching && !this.#watchesRegisters) return;
    this.#watchesRegisters = isWatching;
    this.#watchedRegisters = watchpoints;
    this.#observingEngine.watchRegisters(watchpoints);
    if (isWatching) this.#observingEngine.observe(this.#observer);
  }

  catchExceptions(causes: ReadonlySet<number>): void {
    this.#caught = new Set(causes);
  }

  catchFailures(kinds: ReadonlySet<Failure>): void {
    this.#caughtFailures = new Set(kinds);
  }

  readMemory(_: HartState, address: bigint, length: number): Uint8Array {
    return this.space.read(address, length);
  }

  writeMemory(_: HartState, address: bigint, bytes: Uint8Array): number {
    return this.space.write(address, bytes);
  }

  memoryMap(): readonly MemoryRegion[] {
    return this.space.regions().map(({ start, end, rights, name }) => ({
      start,
      end,
      name,
      permissions:
        (rights & Right.read ? "r" : "-") +
        (rights & Right.write ? "w" : "-") +
        (rights & Right.execute ? "x" : "-"),
    }));
  }

  /** What is remembered outside of memory and hart; see `emulator/history`. */
  get #state(): ProcessState {
    return {
      fileSystem: this.fileSystem.state,
      descriptors: this.descriptors.state,
      console: this.console.state,
      signals: this.signals.state,
      heap: this.heap.state,
      environment: this.#environment.state,
      directory: this.directory,
      fatal: this.#fatal,
      end: this.#end,
    };
  }

  get pages(): RecordedPages {
    return this.space;
  }

  get isBusy(): boolean {
    return this.#call !== undefined || (this.#ending !== undefined && !this.#end.isOver);
  }

  get told(): Told {
    return {
      announced: this.#announced,
      stoppedAt: this.#stoppedAt,
      passEbreak: this.#passEbreak,
    };
  }

  set told(told: Told) {
    this.#announced = told.announced;
    this.#stoppedAt = told.stoppedAt;
    this.#passEbreak = told.passEbreak;
  }

  save(): SavedProcess {
    this.#abandonCall();
    return { hart: this.hart.save(), map: this.space.saveMap(), state: copyGraph(this.#state) };
  }

  get saved(): Codec<SavedProcess> {
    return savedProcess(this.#environment.saved);
  }

  restore(saved: SavedProcess): void {
    const state = copyGraph(saved.state);
    this.fileSystem.state = state.fileSystem;
    this.descriptors.state = state.descriptors;
    this.console.state = state.console;
    this.signals.state = state.signals;
    this.heap.state = state.heap;
    this.#environment.state = state.environment;
    this.directory = state.directory;
    this.#fatal = state.fatal;
    this.#end = state.end;
    this.#abandonCall();
    this.#ending = undefined;
    // What a debugger was told belongs to the run that is left.
    this.#announced = undefined;
    this.#stoppedAt = undefined;
    this.#passEbreak = undefined;
    this.space.restoreMap(saved.map);
    this.hart.restore(saved.hart);
  }

  // What the environment's calls may ask for. ------------------------------------------------------

  exit(code: number): void {
    this.#end.outcome ??= { reason: "exit", code };
  }

  abort(sentence: string): void {
    this.#sentence ??= sentence;
  }

  #endWith(sentence: string): void {
    this.console.write(2, new TextEncoder().encode(`${sentence}\n`));
    this.#end.outcome ??= { reason: "exit", code: 1 };
  }

  note(text: string): void {
    if (this.#notes.has(text)) return;
    this.#notes.add(text);
    this.#note(text);
  }

  // Starting. -----------------------------------------------------------------------------------

  #createEnvironment(isBare: boolean): Environment {
    switch (this.#name) {
      case "linux": {
        const linux = new LinuxEnvironment();
        return isBare ? new SemihostingEnvironment(linux) : linux;
      }
      case "rars":
        return new RarsEnvironment();
      case "venus":
        return new VenusEnvironment();
      case "ripes":
        return new RipesEnvironment();
    }
  }

  #mapStack(): void {
    const { stackStart, stackEnd } = layouts[this.#name];
    const size = stackEnd - stackStart;
    if (!this.space.isFree(stackStart, size)) throw segmentOverStack(stackStart);
    if (!this.space.map(stackStart, size, dataRights, "stack")) {
      throw new LaunchError("The memory limit leaves no room for a stack of 8 MiB: raise it.");
    }
    if (this.#name !== "linux") return;
    if (!this.space.isFree(returnPage, 4096n)) throw segmentOverStack(returnPage);
    this.space.map(returnPage, 4096n, Right.read | Right.execute, "return");
    this.space.write(returnPage, returnCode);
  }

  /** Maps what of a region the program's segments have left free. */
  #mapAround(start: bigint, end: bigint, name: string): void {
    let at = start;
    for (const region of this.space.regions()) {
      if (region.end <= at || region.start >= end) continue;
      if (region.start > at) this.space.map(at, region.start - at, dataRights, name);
      at = region.end;
    }
    if (at < end) this.space.map(at, end - at, dataRights, name);
  }

  #setRegisters(file: ElfFile, variables: Readonly<Record<string, string>>): void {
    const { hart } = this;
    const layout = layouts[this.#name];
    hart.pc = this.#image.start;
    const stack = writeInitialStack(this.memory, layout.stackEnd - 0x100n, {
      image: this.#image,
      args: this.args,
      variables,
      program: this.program,
      extensions: hart.extensions,
      random: this.host.random(16),
    });
    hart.setX(2, stack.pointer);
    if (layout.stackPointer !== undefined) this.#setTeachingRegisters(stack);
    else if (entersMain(file)) {
      hart.setX(1, returnPage + exitOffset);
      this.#setArguments(stack);
      hart.setX(12, stack.envp);
    }
  }

  /** As the simulators begin: fixed pointers, and a return from the outermost code ends the run. */
  #setTeachingRegisters(stack: InitialStack): void {
    const { stackPointer, globalPointer } = layouts[this.#name];
    const hasArguments = this.args.length > 1;
    // Arguments need room on the stack, so only then does sp differ from the simulator's.
    if (!hasArguments) this.hart.setX(2, stackPointer as bigint);
    this.hart.setX(3, globalPointer as bigint);
    this.hart.setX(1, this.#image.textEnd);
    if (hasArguments) this.#setArguments(stack);
  }

  #setArguments(stack: InitialStack): void {
    this.hart.setX(10, BigInt(this.args.length));
    this.hart.setX(11, stack.argv);
  }

  // Running. ------------------------------------------------------------------------------------

  /** Goes on with the call or the ending under way; a stop when it needs the host. */
  #pendingWork(): Stop | undefined {
    if (this.#ending !== undefined) {
      const stop = this.#advance(this.#ending);
      if (typeof stop === "object") return stop;
      this.#end.isOver = true;
      return this.#end.outcome;
    }
    const call = this.#call;
    if (call === undefined) return undefined;
    if (!this.#isCurrent(call)) {
      this.#abandonCall();
      return undefined;
    }
    const stop = this.#advance(call.steps);
    if (typeof stop === "object") return stop;
    const text = this.#sentence;
    this.#sentence = undefined;
    if (text !== undefined) {
      if (this.#caughtFailures.has("call") && !call.hasFailed) {
        this.#call = { ...call, steps: this.#failAgain(text), hasFailed: true };
        return { reason: "failure", failure: "call", text };
      }
      this.#endWith(text);
    }
    this.#call = undefined;
    this.hart.instret += 1n;
    this.#counts?.alone(call.pc);
    if (stop === "next") this.hart.pc = call.pc + 4n;
    const { hit } = this.memory;
    const { pc } = call;
    const registers = this.#writtenBy(call);
    if (hit !== undefined)
      return {
        reason: "watchpoint",
        pc,
        ...hit,
        ...(registers === undefined ? {} : { registers }),
      };
    return registers && { reason: "registers", registers, pc };
  }

  /** The watched registers that a call has written: what has changed, and the result of Linux. */
  #writtenBy({ watched }: PendingCall): readonly RegisterUse[] | undefined {
    const { hart } = this;
    const hasResult = this.#name === "linux" && this.#end.outcome === undefined;
    const isWritten = (use: RegisterUse) =>
      (hasResult && use.kind === "x" && use.index === result) ||
      registerOf(hart, use) !== use.before;
    const uses = watched.filter(isWritten);
    return uses.length === 0 ? undefined : stoppingUses(hart, this.#watchedRegisters, uses);
  }

  /** What is left of a call that failed: it is not done twice, as it may have taken input. */
  // biome-ignore lint/correctness/useYield: it needs nothing of the host
  *#failAgain(sentence: string): Steps<Continuation> {
    this.abort(sentence);
    return "next";
  }

  /** One step of a generator: its result, or the stop for what it asks of the host. */
  // biome-ignore lint/suspicious/noConfusingVoidType: an ending is a generator without a result
  #advance<Result extends string | void>(steps: Steps<Result>): Stop | Result {
    if (this.#request !== undefined) return this.#request;
    const reply = this.#reply;
    this.#reply = undefined;
    // The first value that is passed to a generator goes nowhere.
    const step = steps.next(reply as HostReply);
    if (step.done === true) return step.value;
    this.#request = { reason: "waiting", request: step.value };
    return this.#request;
  }

  #isCurrent({ pc, registers }: PendingCall): boolean {
    const { hart } = this;
    return hart.pc === pc && callRegisters.every((index, at) => hart.x(index) === registers[at]);
  }

  /** A reply that still comes finds nobody waiting. */
  #abandonCall(): void {
    this.#call = undefined;
    this.#sentence = undefined;
    this.#request = undefined;
    this.#reply = undefined;
  }

  #deliverSignals(): Stop | undefined {
    if (this.#end.outcome !== undefined || this.#call !== undefined) return undefined;
    const { pc } = this.hart;
    if (this.#fatal !== undefined) {
      const { number, pc: from } = this.#fatal;
      this.#fatal = undefined;
      if (from === pc) return this.#endBySignal(number);
    }
    const fatal = this.signals.deliver(this.hart, this.memory, returnPage);
    if (fatal === undefined) return undefined;
    const { number, isTrap } = fatal;
    if (isTrap || !this.#caughtFailures.has("signal")) return this.#endBySignal(number);
    this.#fatal = { number, pc };
    const text = `The program was sent ${signalName(number)} and does not handle it: going on ends it.`;
    return { reason: "failure", failure: "signal", text };
  }

  #endBySignal(number: number): undefined {
    this.#end.outcome = { reason: "exit", code: 128 + number, signal: signalName(number) };
  }

  *#writeBack(): Steps<void> {
    for (const path of yield* this.fileSystem.flushAll()) {
      this.console.write(2, new TextEncoder().encode(`hartbeat: cannot write back ${path}\n`));
    }
  }

  #handle(stop: ObservedStop): Stop | undefined {
    switch (stop.reason) {
      case "budget":
        return this.#endOfBudget();
      case "breakpoint":
        return { reason: "breakpoint", pc: this.hart.pc };
      case "watchpoint":
      case "registers":
      case "observed":
        return stop;
      case "wait":
        return undefined;
      case "trap":
        return this.#trap(stop.trap);
    }
  }

  /** A breakpoint where the budget ends is reported now, since the next run will pass it. */
  #endOfBudget(): Stop {
    const { pc } = this.hart;
    return this.#breakpoints.has(pc) ? { reason: "breakpoint", pc } : { reason: "budget" };
  }

  #trap(trap: Trap): Stop | undefined {
    const { hart } = this;
    if (trap.cause === ebreak) return this.#ebreak(trap.pc);
    const isEnd = this.#name !== "linux" && trap.pc === this.#image.textEnd;
    if (isEnd && fetchTraps.has(trap.cause)) {
      this.exit(0);
      return undefined;
    }
    if (this.#caught.has(trap.cause) && !this.#wasAnnounced(trap.pc)) {
      this.#announced = { pc: trap.pc, instret: hart.instret };
      return { reason: "exception", trap };
    }
    this.#announced = undefined;
    if (trap.cause === illegal) {
      const pending = notExecutedYet(Number(trap.value), this.#architecture);
      if (pending !== undefined) this.note(pending);
    }
    if (environmentCalls.has(trap.cause)) this.#begin(this.#environment.call(this));
    else this.signals.sendTrap(trap, this.space.rightsAt(trap.value) !== undefined);
    return undefined;
  }

  #wasAnnounced(pc: bigint): boolean {
    return this.#announced?.pc === pc && this.#announced.instret === this.hart.instret;
  }

  #ebreak(pc: bigint): Stop | undefined {
    const steps = this.#environment.breakpoint?.(this, pc);
    if (steps !== undefined) {
      this.#begin(steps);
      return undefined;
    }
    if (this.signals.isHandled(SIGTRAP)) {
      this.signals.sendTrap({ cause: ebreak, value: pc, pc }, true);
      return undefined;
    }
    if (this.#passEbreak !== pc) {
      this.#passEbreak = pc;
      return { reason: "ebreak", pc };
    }
    this.#passEbreak = undefined;
    const low = this.space.read(pc, 2);
    this.#counts?.alone(pc);
    hartStep(this.hart, low[0] !== undefined && isCompressed(low[0]) ? 2n : 4n);
    return undefined;
  }

  executionCounts(): ReadonlyMap<bigint, bigint> | undefined {
    return this.#counts?.counts((pc) => {
      const [low] = this.space.read(pc, 1);
      return low !== undefined && isCompressed(low) ? 2 : 4;
    });
  }

  #begin(steps: Steps<Continuation>): void {
    const registers = callRegisters.map((index) => this.hart.x(index));
    this.memory.hit = undefined;
    const watched = this.#watchedRegisters.map(({ kind, index }) => {
      const before = registerOf(this.hart, { kind, index });
      return { kind, index, reads: false, writes: true, before };
    });
    this.#call = { steps, pc: this.hart.pc, registers, watched, hasFailed: false };
  }
}

/** Moves past an instruction that was dealt with here. */
function hartStep(hart: Hart, length: bigint): void {
  hart.pc += length;
  hart.instret += 1n;
}

/**
 * The code of the return page. A signal handler returns to the first part: li a7, 139
 * (rt_sigreturn); ecall. A `main` without start-up code returns to the second: li a7, 94
 * (exit_group); ecall.
 */
const returnCode = new Uint8Array(Uint32Array.of(0x08b00893, 0x73, 0x05e00893, 0x73).buffer);
const exitOffset = 8n;

/** Whether the program begins at `main`, without start-up code of its own. */
function entersMain(file: ElfFile): boolean {
  const named = (name: string) => file.symbols.find((symbol) => symbol.name === name);
  return named("_start") === undefined && named("main")?.value === file.entry;
}

/** Every extension that costs nothing to a program that does not use it. */
export const harmlessMarch = (xlen: 32 | 64): string =>
  `rv${xlen}gc_zba_zbb_zbc_zbs_zicond_zfh_zicntr_zihpm_zihintpause`;

/** What the hart has: what was asked for, or what the file says it uses and all that is harmless. */
function architectureOf(file: ElfFile, march: string | undefined): Architecture {
  const all = harmlessMarch(file.class);
  if (march !== undefined) {
    const asked = parseArchitecture(march);
    if (!asked.ok) throw new LaunchError(asked.error);
    if (asked.architecture.xlen !== file.class) {
      throw new LaunchError(
        `The program is built for RV${file.class}, but the architecture asked for is ${march}: ` +
          "leave march out or build the program for it.",
      );
    }
    return asked.architecture;
  }
  const own = parseArchitecture(attributesOf(file).arch ?? all);
  const full = parseArchitecture(all);
  if (!full.ok) throw new Error(full.error);
  if (!own.ok) return full.architecture;
  const has = (name: string) => own.architecture.extensions.has(name);
  // Without F or D in the file, the registers would only be in the debugger's way.
  const needs = (name: string): string[] => {
    const { implies = [] } = extensions[name] ?? {};
    return [name, ...implies.flatMap(needs)];
  };
  const usable = [...full.architecture.extensions].filter((name) =>
    needs(name).every((need) => (need !== "f" && need !== "d") || has(need)),
  );
  return {
    xlen: file.class,
    base: own.architecture.base,
    extensions: new Set([...usable, ...own.architecture.extensions]),
  };
}

/** The window that the program and what its environment maps at the start fit into, if any. */
function windowShape(file: ElfFile, name: EnvironmentName): WindowShape | undefined {
  const { stackStart, stackEnd, regions } = layouts[name];
  const stack = { start: stackStart, end: name === "linux" ? returnPage + 0x1000n : stackEnd };
  return windowFor(joined([...rangesOf(file), ...regions, stack]));
}

/** Ranges that touch or overlap as one. */
function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = result.at(-1);
    if (last === undefined || range.start > last.end) result.push(range);
    else if (range.end > last.end) result[result.length - 1] = { ...last, end: range.end };
  }
  return result;
}

function floatWidth({ extensions: present }: Architecture): 0 | 32 | 64 {
  if (present.has("d")) return 64;
  return present.has("f") ? 32 : 0;
}
