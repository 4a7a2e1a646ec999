/**
 * Time travel: a machine that remembers its run. A run is a function of the image and the inputs, so
 * any point of it is reached from the nearest snapshot before by running on with the inputs of the
 * journal; nothing is ever undone instruction by instruction. To its owner this is the machine: in
 * the past it runs as ever, with inputs from the journal, until it comes to the present.
 *
 * A change from outside (a register or memory written by a debugger) makes a snapshot, since no run
 * leads to what is there then. In the past, a change drops the future first, unless that was kept as
 * a branch (`branch.ts`). A history may come from a recording: then it is sealed at its end, and
 * nothing runs there until it is gone on with.
 */
import type {
  Failure,
  HartState,
  Host,
  HostReply,
  Machine,
  MemoryRegion,
  RegisterWatchpoint,
  Stop,
  Watchpoint,
} from "../machine.ts";
import type { Observer } from "../observer.ts";
import { type Branch, branchLimit, firstBranch, forkOf } from "./branch.ts";
import type { Codec } from "./codec.ts";
import { digestOf } from "./digest.ts";
import { EditedHart } from "./edited-hart.ts";
import { type Entry, Journal, JournalHost, ReplayError } from "./journal.ts";
import type { OutputChunk } from "./output-log.ts";
import type { OutputMark } from "./output-marks.ts";
import type { RecordableMachine } from "./recordable.ts";
import type { RecordedRun } from "./recorded-run.ts";
import type { ChangedRun, FileChange } from "./rewound-files.ts";
import { type OutputPosition, type Snapshot, Snapshots } from "./snapshots.ts";

/** How much history may take. */
export interface HistoryOptions {
  /** Bytes for the contents of pages in snapshots; 256 MiB by default. */
  readonly limit?: number;
  /** Milliseconds of running between two snapshots, at least; 100 by default. */
  readonly interval?: number;
  /** The clock, in milliseconds. */
  readonly clock?: () => number;
}

/** A point of a run that {@link History.keepHere} has remembered. */
export interface Place {
  /** Instructions retired. */
  readonly at: bigint;
  readonly snapshot: Snapshot;
  readonly told: unknown;
}

/** Where a history's beginnings come from, if not from a machine that is just made. */
export interface RecordedStart<Saved> {
  /** The inputs that making the machine takes. */
  readonly inputs: Entry[];
  /** Reads the rest, once there is a machine. */
  run(saved: Codec<Saved>): RecordedRun<Saved>;
}

/** A branch, as one who chooses among them sees it. */
export interface BranchSummary {
  readonly name: string;
  readonly isCurrent: boolean;
  /** The instruction count at which it parted from another. */
  readonly since: bigint;
  /** The instruction count of its present. */
  readonly end: bigint;
  /** The instruction count at which it was left. */
  readonly at: bigint;
  readonly hasEnded: boolean;
}

/** Thrown instead of a change in the past where {@link History.keepsFuture} holds. */
export class FutureKeptError extends Error {}

/** A snapshot may take this share of the time between two of them. */
const share = 0.05;

/** A machine whose run can be gone back and forth in. */
export class History<Saved = unknown> implements Machine, ChangedRun {
  readonly #machine: RecordableMachine<Saved>;
  readonly #journal: Journal;
  readonly #host: JournalHost;
  readonly #snapshots: Snapshots<Saved>;
  readonly #interval: number;
  readonly #clock: () => number;
  readonly #output: { 1: number; 2: number } = { 1: 0, 2: 0 };
  readonly #dropListeners: ((at: bigint) => void)[] = [];
  /** The course that the run takes, and all that it might. */
  #branch: Branch<Saved>;
  readonly #branches: Branch<Saved>[];
  /** While it holds, a change from outside in the past throws a {@link FutureKeptError}. */
  keepsFuture = false;
  /** Milliseconds of running since the last snapshot was taken or gone to. */
  #sinceSnapshot = 0;
  /** Milliseconds that the last snapshot took. */
  #cost = 0;
  #wasEdited = false;
  /** The kept point that the machine is at, if it is at one. */
  #here: Place | undefined;
  /** Holds while the machine waits for an answer. */
  #isWaiting = false;
  #hasStarted = false;
  #observer: Observer | undefined;
  /** Whether the observer sees what runs again, too; else only what runs for the first time. */
  observesReplay = false;
  readonly #harts: readonly EditedHart[];

  /**
   * @param create makes the machine with the host that it is given
   * @param recorded of a recording; throws a `FormatError` or `ReplayError` where it does not fit
   */
  constructor(
    host: Host,
    create: (host: Host) => RecordableMachine<Saved>,
    { limit = 256 << 20, interval = 100, clock = () => performance.now() }: HistoryOptions = {},
    recorded?: RecordedStart<Saved>,
  ) {
    const inputs = [...(recorded?.inputs ?? [])];
    this.#journal = new Journal(inputs);
    this.#host = new JournalHost(
      {
        output: (stream, bytes) => host.output(stream, bytes),
        now: () => host.now(),
        random: (length) => host.random(length),
      },
      this.#journal,
      (stream, bytes) => {
        if (!this.#host.isReplaying) {
          this.#branch.marks.add(this.instructions, stream, bytes.length);
          this.#branch.log.add(stream, bytes, this.#output[stream]);
        }
        this.#output[stream] += bytes.length;
      },
    );
    this.#machine = create(this.#host);
    const run = recorded?.run(this.#machine.saved);
    this.#branch = run?.current ?? firstBranch<Saved>(inputs);
    this.#branches = [...(run?.branches ?? [this.#branch])];
    this.#snapshots = new Snapshots(this.#machine, limit, this.#branch.snapshots);
    if (run !== undefined) this.#adopt();
    this.#interval = interval;
    this.#clock = clock;
    this.#harts = this.#machine.harts.map((hart) => new EditedHart(hart, () => this.#edit()));
  }

  /** Begins where a recording does. */
  #adopt(): void {
    for (const branch of this.#branches) {
      if (branch !== this.#branch) this.#snapshots.add(branch.snapshots);
      branch.isSealed = true;
    }
    const [first] = this.#branch.snapshots as [Snapshot<Saved>];
    if (!this.#journal.isAtEnd || this.#journal.position !== first.inputs) {
      throw new ReplayError("its program begins otherwise here");
    }
    this.#hasStarted = true;
    this.#snapshots.begin();
    this.#journal.use(this.#branch.entries, first.inputs);
    Object.assign(this.#output, first.output);
  }

  // Where in the run it is. -----------------------------------------------------------------------

  /** The instruction count of the present; `instructions` is below it in the past. */
  get end(): bigint {
    return this.#branch.end;
  }

  /** Holds at the end of a recording: nothing runs on until {@link unseal} is called. */
  get isAtSeal(): boolean {
    const { isSealed, hasEnded } = this.#branch;
    return isSealed && !hasEnded && !this.isInPast;
  }

  /** Holds when the next instruction has run before. */
  get isInPast(): boolean {
    return this.instructions < this.#branch.end || !this.#journal.isAtEnd;
  }

  /**
   * Remembers this very point, to look elsewhere and come back: several states may share an
   * instruction count. Undefined while a call waits for the host, which would be given up.
   */
  keepHere(): Place | undefined {
    if (this.#here !== undefined) return this.#here;
    this.#begin();
    this.#keepEdit();
    if (this.#machine.isBusy) return undefined;
    const { told } = this.#machine;
    this.#take(false);
    const snapshot = this.#snapshots.before(this.instructions)!;
    this.#snapshots.pin(snapshot);
    this.#here = { at: this.instructions, snapshot, told };
    return this.#here;
  }

  /** Goes to a point that is kept. */
  comeBack(place: Place): void {
    this.#keepEdit();
    this.#restore(place.snapshot as Snapshot<Saved>);
    this.#machine.told = place.told;
    this.#here = place;
  }

  /**
   * Lets the machine itself do what is no part of the run, at a point that is kept and where it is,
   * and puts back what was there. Output goes nowhere; an input makes it throw a {@link ReplayError},
   * unless it is the next one of the journal.
   */
  aside<Result>(place: Place, work: (machine: Machine) => Result): Result {
    this.#host.isReplaying = true;
    try {
      return work(this.#machine);
    } finally {
      this.#host.isReplaying = false;
      this.#letObserve(false);
      this.comeBack(place);
    }
  }

  /** Lets go of a point that is kept; nothing where history depends on it. */
  release(place: Place): void {
    this.#snapshots.release(place.snapshot as Snapshot<Saved>);
  }

  /** Makes now the start, unless the run has begun. */
  begin(): void {
    this.#begin();
  }

  /** The earliest instruction count that can be gone to. */
  get start(): bigint {
    return this.#snapshots.list[0]?.at ?? this.instructions;
  }

  /** The snapshots there are: their instruction counts, and bytes kept in all. */
  get kept(): { readonly counts: readonly bigint[]; readonly bytes: number } {
    return { counts: this.#snapshots.list.map(({ at }) => at), bytes: this.#snapshots.bytes };
  }

  /** Bytes of output that had been written at this point of the run, by stream. */
  get outputPosition(): OutputPosition {
    return { ...this.#output };
  }

  /** The same at the present. */
  get outputEnd(): OutputPosition {
    return this.#branch.written;
  }

  /** Where output was written, as far as the present. */
  get outputMarks(): readonly OutputMark[] {
    return this.#branch.marks.list;
  }

  /** What was written as far as the present, or the last megabyte of it. */
  get writtenOutput(): readonly OutputChunk[] {
    return this.#branch.log.chunks;
  }

  /** Passes output on also when it is written again on the way through the past. */
  set repeatsOutput(value: boolean) {
    this.#host.repeatsOutput = value;
  }

  /**
   * Goes to the latest snapshot at or before an instruction count, as a first step on the way to
   * it: `run(Number(count - instructions))` does the rest. Nothing where the machine is nearer.
   */
  approach(count: bigint): void {
    if (count < this.start || count > this.end) {
      throw new RangeError(`${count} is not from ${this.start} to ${this.end}`);
    }
    this.#begin();
    this.#keepEdit();
    const here = this.instructions;
    if (here === count) return;
    const snapshot = this.#snapshots.before(count) as Snapshot<Saved>;
    if (here < count && here >= snapshot.at) return;
    this.#restore(snapshot);
  }

  /** Goes to a snapshot by its instruction count; see {@link snapshotBefore}. */
  goToSnapshot(count: bigint): void {
    this.#begin();
    this.#keepEdit();
    const snapshot = this.#snapshots.before(count);
    if (snapshot?.at !== count) throw new RangeError(`there is no snapshot at ${count}`);
    this.#restore(snapshot);
  }

  /** The count of the latest snapshot at or before an instruction count, if there is one. */
  snapshotBefore(count: bigint): bigint | undefined {
    return this.#snapshots.before(count)?.at;
  }

  /** Goes to an instruction count at once, however long that takes; stops are passed over. */
  goTo(count: bigint): void {
    this.approach(count);
    while (this.instructions < count) {
      const stop = this.run(Number(count - this.instructions));
      const isStuck = stop.reason === "exit" || stop.reason === "waiting";
      if (isStuck && this.instructions < count) {
        throw new Error(`the replay to ${count} ended at ${this.instructions}: ${stop.reason}`);
      }
    }
  }

  /** Makes the present what is here: the inputs and snapshots after it are dropped. */
  dropFuture(): void {
    this.#journal.dropFuture();
    this.#snapshots.dropAfter(this.instructions);
    const { changes } = this.#branch;
    while ((changes.at(-1)?.inputs ?? 0) > this.#journal.position) changes.pop();
    this.#branch.marks.dropFrom(this.instructions);
    this.#branch.log.dropAfter(this.#output);
    this.#branch.hasEnded = false;
    this.#branch.isSealed = false;
    this.#tellDrop();
    this.#noteEnd();
  }

  /** Calls a listener with the count from which on the run is dropped, or becomes another. */
  onDrop(listener: (at: bigint) => void): void {
    this.#dropListeners.push(listener);
  }

  #tellDrop(): void {
    for (const listener of this.#dropListeners) listener(this.instructions);
  }

  /** What is here is the present. */
  #noteEnd(): void {
    this.#branch.end = this.instructions;
    this.#branch.written = { ...this.#output };
  }

  #restore(snapshot: Snapshot<Saved>): void {
    this.#here = undefined;
    this.#snapshots.restore(snapshot);
    this.#journal.position = snapshot.inputs;
    Object.assign(this.#output, snapshot.output);
    this.#sinceSnapshot = 0;
    this.#isWaiting = false;
  }

  /** The first snapshot, before the first instruction. */
  #begin(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#noteEnd();
    this.#take(false);
  }

  #take(isEdit: boolean): void {
    const start = this.#clock();
    this.#snapshots.take(this.#journal.position, { ...this.#output }, isEdit);
    this.#cost = this.#clock() - start;
    // Taking the state gives up a call that waits.
    if (isEdit) this.#isWaiting = false;
    this.#sinceSnapshot = 0;
  }

  /** To be called before other input than the recorded is given: as a change, it ends the past. */
  leavePast(): void {
    if (!this.isInPast) return;
    if (this.keepsFuture) throw new FutureKeptError("the future is kept");
    this.dropFuture();
  }

  /** Called before each change from outside. */
  #edit(): void {
    this.#begin();
    if (this.isInPast) this.leavePast();
    else this.#branch.isSealed = false;
    this.#here = undefined;
    this.#wasEdited = true;
  }

  /** Keeps what was changed from outside, before anything else happens. */
  #keepEdit(): void {
    if (!this.#wasEdited) return;
    this.#wasEdited = false;
    this.#take(true);
  }

  // Running. --------------------------------------------------------------------------------------

  run(budget: number, isDue?: () => boolean): Stop {
    this.#begin();
    this.#keepEdit();
    let left = budget;
    for (;;) {
      if (this.isAtSeal) return { reason: "end" };
      const before = this.instructions;
      const stop = this.isInPast ? this.#replay(left, isDue) : this.#record(left, isDue);
      left -= Number(this.instructions - before);
      // Who asked in the recorded run has no answer there.
      if (stop.reason === "waiting" && this.isAtSeal) return { reason: "end" };
      if (stop.reason !== "budget" || left <= 0 || isDue?.()) return stop;
    }
  }

  #letObserve(mayObserve: boolean): void {
    this.#machine.observe?.(mayObserve ? this.#observer : undefined);
  }

  /** Runs where no run has been. */
  #record(budget: number, isDue?: () => boolean): Stop {
    this.#host.isReplaying = false;
    this.#letObserve(true);
    const due = Math.max(this.#interval, this.#cost / share);
    if (this.#sinceSnapshot >= due && !this.#machine.isBusy) this.#take(false);
    const stop = this.#timed(budget, isDue);
    this.#noteEnd();
    if (stop.reason === "exit") this.#branch.hasEnded = true;
    this.#isWaiting = stop.reason === "waiting";
    return stop;
  }

  #timed(budget: number, isDue?: () => boolean): Stop {
    this.#here = undefined;
    const start = this.#clock();
    const stop = this.#machine.run(budget, isDue);
    this.#sinceSnapshot += this.#clock() - start;
    return stop;
  }

  /** Runs again what has run, as far as the present or the next change from outside. */
  #replay(budget: number, isDue?: () => boolean): Stop {
    const edit = this.#snapshots.editAfter(this.instructions);
    const until = edit?.at ?? this.end;
    const left = Number(until - this.instructions);
    if (edit !== undefined && left === 0) throw new Error(`an edit at ${until} was passed`);
    this.#host.isReplaying = true;
    this.#letObserve(this.observesReplay);
    try {
      // A long way is marked, so that the next one to nearby is short.
      if (this.#sinceSnapshot >= this.#interval / 2 && !this.#machine.isBusy) this.#take(false);
      let stop = this.#timed(Math.min(budget, Math.max(left, 1)), isDue);
      while (stop.reason === "waiting" && !this.#journal.isAtEnd) {
        this.#machine.answer(this.#journal.take("reply").reply);
        stop = this.#timed(1);
      }
      if (edit !== undefined && this.instructions === until) this.#restore(edit);
      this.#isWaiting = stop.reason === "waiting";
      return stop;
    } finally {
      this.#host.isReplaying = false;
    }
  }

  answer(reply: HostReply): void {
    // An answer that nobody waits for any more may still change what is there: input that came.
    if (!this.#isWaiting || this.isInPast) this.#takeUnasked();
    else this.#journal.add({ kind: "reply", reply });
    this.#isWaiting = false;
    this.#machine.answer(reply);
  }

  /** Input that came by itself: it is a change that is never refused; nothing is lost by it. */
  #takeUnasked(): void {
    if (this.isInPast && !this.keepFuture()) this.dropFuture();
    this.#edit();
  }

  /** What the present course has changed of the host's files by now, and in its future. */
  get fileChanges(): readonly FileChange[] {
    return this.#branch.changes;
  }

  /** Notes a change of the host's files, which the answer that comes next reports. */
  noteFileChange(path: string, exists: boolean): FileChange {
    const change = { inputs: this.#journal.length + 1, path, exists };
    this.#branch.changes.push(change);
    return change;
  }

  // Branches. -------------------------------------------------------------------------------------

  /** The name of the course that the run takes. */
  get branch(): string {
    return this.#branch.name;
  }

  /** All courses that the run has taken and that were kept, in the order in which they began. */
  get branches(): readonly BranchSummary[] {
    return this.#branches.map((branch) => {
      const { name, end, hasEnded } = branch;
      const since = branch.since < end ? branch.since : end;
      const isCurrent = branch === this.#branch;
      return {
        name,
        isCurrent,
        since,
        end,
        at: isCurrent ? this.instructions : branch.at,
        hasEnded,
      };
    });
  }

  /** Makes what is here the present of a new branch; false where there are too many. */
  keepFuture(): boolean {
    if (this.#branches.length >= branchLimit) return false;
    this.#begin();
    this.#keepEdit();
    const { instructions: at } = this;
    const here = { at, inputs: this.#journal.position, output: { ...this.#output } };
    const fork = forkOf(this.#branch, this.#freeName(), here);
    this.#branch.at = at;
    this.#branches.push(fork);
    this.#snapshots.add(fork.snapshots);
    this.#follow(fork, here.inputs);
    return true;
  }

  /** Lets a run that comes from a recording go on from here; its rest is kept as a branch. */
  unseal(): boolean {
    if (this.isInPast && !this.keepFuture()) return false;
    this.#branch.isSealed = false;
    return true;
  }

  /** Goes to another branch, to the last point near here that both have; see {@link approach}. */
  switchTo(name: string): void {
    const branch = this.#named(name);
    if (branch === this.#branch) return;
    this.#begin();
    this.#keepEdit();
    this.#branch.at = this.instructions;
    const common = this.#snapshots.common(branch.snapshots, this.instructions);
    this.#restore(common);
    this.#follow(branch, common.inputs);
  }

  /** The instruction count at which the branch was left, or the recording written. */
  get leftAt(): bigint {
    return this.#branch.at;
  }

  /** Gives a branch another name, which no other may have. */
  rename(name: string, to: string): void {
    this.#named(name).name = to;
  }

  /** Forgets a branch, which must not be the present one. */
  remove(name: string): void {
    const branch = this.#named(name);
    if (branch === this.#branch) throw new Error("the run takes this branch");
    this.#branches.splice(this.#branches.indexOf(branch), 1);
    this.#snapshots.remove(branch.snapshots);
  }

  #follow(branch: Branch<Saved>, inputs: number): void {
    this.#here = undefined;
    this.#tellDrop();
    this.#snapshots.use(branch.snapshots);
    this.#journal.use(branch.entries, inputs);
    this.#branch = branch;
  }

  #named(name: string): Branch<Saved> {
    const branch = this.#branches.find((one) => one.name === name);
    if (branch === undefined) throw new RangeError(`there is no branch ${name}`);
    return branch;
  }

  #freeName(): string {
    for (let number = this.#branches.length; ; number++) {
      const name = `branch ${number}`;
      if (!this.#branches.some((branch) => branch.name === name)) return name;
    }
  }

  // Recordings. -----------------------------------------------------------------------------------

  /** A digest of the whole state here; see `digest.ts`. */
  digest(): string {
    this.#begin();
    this.#keepEdit();
    return digestOf(this.#machine, this.#output);
  }

  /** The inputs that making the machine took, and the run, for a recording to be written at once. */
  record(): { inputs: readonly Entry[]; run: RecordedRun<Saved>; saved: Codec<Saved> } {
    this.#begin();
    this.#keepEdit();
    this.#branch.at = this.instructions;
    const [first] = this.#branch.snapshots as [Snapshot<Saved>];
    return {
      inputs: this.#branch.entries.slice(0, first.inputs),
      run: { branches: this.#branches, current: this.#branch },
      saved: this.#machine.saved,
    };
  }

  // What the machine has. -------------------------------------------------------------------------

  get xlen(): 32 | 64 {
    return this.#machine.xlen;
  }
  get flen(): 0 | 32 | 64 {
    return this.#machine.flen;
  }
  get extensions(): ReadonlySet<string> {
    return this.#machine.extensions;
  }
  get instructions(): bigint {
    return this.#machine.instructions;
  }
  get harts(): readonly HartState[] {
    return this.#harts;
  }
  get current(): HartState {
    return this.#harts[this.#machine.harts.indexOf(this.#machine.current)] as HartState;
  }

  setBreakpoints(addresses: Iterable<bigint>): void {
    this.#machine.setBreakpoints(addresses);
  }
  /** Who observes what runs for the first time. */
  get observer(): Observer | undefined {
    return this.#observer;
  }
  observe(observer: Observer | undefined): void {
    this.#observer = observer;
    this.#letObserve(false);
  }
  setWatchpoints(watchpoints: readonly Watchpoint[]): void {
    this.#machine.setWatchpoints(watchpoints);
  }
  watchRegisters(watchpoints: readonly RegisterWatchpoint[]): void {
    this.#machine.watchRegisters?.(watchpoints);
  }
  catchExceptions(causes: ReadonlySet<number>): void {
    this.#machine.catchExceptions(causes);
  }
  catchFailures(kinds: ReadonlySet<Failure>): void {
    this.#machine.catchFailures(kinds);
  }
  readMemory(hart: HartState, address: bigint, length: number): Uint8Array {
    return this.#machine.readMemory(own(hart), address, length);
  }
  writeMemory(hart: HartState, address: bigint, bytes: Uint8Array): number {
    this.#edit();
    return this.#machine.writeMemory(own(hart), address, bytes);
  }
  memoryMap(hart: HartState): readonly MemoryRegion[] {
    return this.#machine.memoryMap(own(hart));
  }
}

const own = (hart: HartState): HartState => (hart instanceof EditedHart ? hart.hart : hart);
