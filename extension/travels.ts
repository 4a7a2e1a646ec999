/**
 * The recorded runs of the debug sessions, as the editor knows them: where each is, how far it came,
 * which points were seen. The adapter tells by its events; going somewhere is asked of it, one
 * request after the other, and of several wishes that come meanwhile only the last is met.
 */
import {
  type DebugSession,
  type Disposable,
  debug,
  EventEmitter,
  Disposable as VSDisposable,
  window,
} from "vscode";

/** What the adapter says of a stop: instruction counts as decimal text. */
export interface Position {
  readonly instructions: string;
  readonly start?: string;
  readonly end?: string;
  readonly isInPast?: boolean;
  /** The course of the run that this is about. */
  readonly branch?: string;
  /** Bytes of output that the recorded run writes after this point. */
  readonly unwritten?: number;
  /** At a finding of a check: what led to it, the deepest cause first. */
  readonly causes?: readonly Cause[];
}

/** What led to a finding; its instruction count is decimal text. */
export interface Cause {
  readonly label: string;
  readonly instructions: string;
}

/** A point of a run that the person has marked. */
export interface Bookmark {
  readonly at: bigint;
  readonly label: string;
}

/** A bookmark as recordings have it. */
export interface RecordedBookmark extends Bookmark {
  readonly branch: string;
}

/** The requests that let the program run, forwards or backwards. */
const moving = new Set([
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "hartbeat/stepBack",
  "hartbeat/goTo",
  "hartbeat/lastWrite",
  "hartbeat/firstWrite",
  "hartbeat/lastRead",
  "hartbeat/previousChange",
  "hartbeat/nextChange",
  "hartbeat/switchBranch",
  "hartbeat/continueLive",
  "hartbeat/goToCause",
]);

/** Those after which the causes of the last finding are none any more. */
const forgetting = new Set(["continue", "next", "stepIn", "stepOut"]);

/** Stops that are remembered; the oldest is forgotten first. */
const stopLimit = 256;

interface ProtocolMessage {
  readonly type: string;
  readonly event?: string;
  readonly command?: string;
  readonly success?: boolean;
  readonly body?: {
    readonly threadId?: number;
    /** Of a stop. */
    readonly reason?: string;
    readonly hartbeat?: Position;
    /** Of a recording: counts as text. */
    readonly bookmarks?: readonly { at: string; label: string; branch: string }[];
    /** Of a change in the past: the branch that keeps what came after it. */
    readonly kept?: string;
    readonly text?: string;
  } & Position;
}

/** One session's run. */
export class Run {
  readonly session: DebugSession;
  threadId = 1;
  isRunning = true;
  /** Undefined before the first stop. */
  at: bigint | undefined;
  start = 0n;
  end = 0n;
  isRecorded = false;
  isInPast = false;
  /** Holds where the program was to go on, and the recording has ended. */
  hasRunOut = false;
  /** Whether the session shows a recording. */
  isFromRecording = false;
  unwritten = 0;
  /** The memory whose writes the timeline marks, in the person's words. */
  marked: string | undefined;
  /** Of the last finding; they stay while one goes to them. */
  causes: readonly Cause[] = [];
  readonly stops = new Set<bigint>();
  #branch = "main";
  #bookmarks: Bookmark[] = [];
  /** Those of the branches that the run is not on. */
  readonly #others = new Map<string, { bookmarks: Bookmark[]; stops: Set<bigint> }>();
  #wanted: bigint | undefined;
  #isGoing = false;
  #stopped: (() => void)[] = [];

  constructor(session: DebugSession) {
    this.session = session;
  }

  /** The course that the run takes. */
  get branch(): string {
    return this.#branch;
  }

  get bookmarks(): readonly Bookmark[] {
    return this.#bookmarks;
  }

  /** Marks a point, or no longer where it is marked already; returns whether it is marked now. */
  toggleBookmark(bookmark: Bookmark): boolean {
    const others = this.#bookmarks.filter(({ at }) => at !== bookmark.at);
    const isNew = others.length === this.#bookmarks.length;
    this.#bookmarks = (isNew ? [...others, bookmark] : others).sort((a, b) =>
      a.at < b.at ? -1 : 1,
    );
    return isNew;
  }

  /** The bookmarks of all branches. */
  get allBookmarks(): readonly RecordedBookmark[] {
    const of = (branch: string, bookmarks: readonly Bookmark[]) =>
      bookmarks.map((bookmark) => ({ ...bookmark, branch }));
    const others = [...this.#others].flatMap(([name, { bookmarks }]) => of(name, bookmarks));
    return [...of(this.#branch, this.#bookmarks), ...others];
  }

  /** Takes the bookmarks of a recording that is opened. */
  adopt(bookmarks: readonly RecordedBookmark[]): void {
    this.isFromRecording = true;
    for (const { branch, ...bookmark } of bookmarks) {
      const other = this.#others.get(branch) ?? { bookmarks: [], stops: new Set() };
      this.#others.set(branch, other);
      other.bookmarks.push(bookmark);
    }
  }

  renameBranch(name: string, to: string): void {
    if (this.#branch === name) this.#branch = to;
    const other = this.#others.get(name);
    if (other === undefined) return;
    this.#others.delete(name);
    this.#others.set(to, other);
  }

  forgetBranch(name: string): void {
    this.#others.delete(name);
  }

  /** Keeps the marks of the branch that is left; a new one begins with those that it shares. */
  #follow(branch: string): void {
    if (this.at !== undefined) {
      const left = { bookmarks: this.#bookmarks, stops: new Set(this.stops) };
      this.#others.set(this.#branch, left);
    }
    const known = this.#others.get(branch);
    this.#others.delete(branch);
    this.#branch = branch;
    if (known === undefined) return;
    this.#bookmarks = known.bookmarks;
    this.stops.clear();
    for (const stop of known.stops) this.stops.add(stop);
  }

  /** Takes what the adapter says. */
  place({ instructions, start, end, isInPast, unwritten, branch }: Position): void {
    const isFirst = this.at === undefined;
    if (branch !== undefined && (branch !== this.#branch || isFirst)) this.#follow(branch);
    this.at = BigInt(instructions);
    this.isRecorded = end !== undefined;
    this.start = BigInt(start ?? 0);
    this.end = BigInt(end ?? instructions);
    this.isInPast = isInPast === true;
    this.unwritten = unwritten ?? 0;
    // What was dropped is gone for the marks, too.
    for (const stop of this.stops) if (stop > this.end) this.stops.delete(stop);
    this.#bookmarks = this.#bookmarks.filter(({ at }) => at <= this.end);
  }

  /** Another run begins: the program was started anew. */
  reset(): void {
    this.at = undefined;
    this.isRunning = true;
    this.isInPast = false;
    this.marked = undefined;
    this.hasRunOut = false;
    this.isFromRecording = false;
    this.causes = [];
    this.stops.clear();
    this.#branch = "main";
    this.#bookmarks = [];
    this.#others.clear();
  }

  noteStop(): void {
    this.isRunning = false;
    if (this.at === undefined) return;
    this.stops.delete(this.at);
    this.stops.add(this.at);
    const [oldest] = this.stops;
    if (this.stops.size > stopLimit && oldest !== undefined) this.stops.delete(oldest);
    this.release();
  }

  /** The program has stopped or ended: nobody needs to wait for it. */
  release(): void {
    for (const resolve of this.#stopped.splice(0)) resolve();
  }

  #nextStop(): Promise<void> {
    return new Promise((resolve) => this.#stopped.push(resolve));
  }

  /** Goes to an instruction count; a program that runs is paused first. */
  async goTo(count: bigint): Promise<void> {
    this.#wanted = count;
    if (this.#isGoing) return;
    this.#isGoing = true;
    try {
      while (this.#wanted !== undefined) {
        if (this.isRunning) {
          const stopped = this.#nextStop();
          await this.session.customRequest("pause", { threadId: this.threadId });
          await stopped;
        }
        const instructions = String(this.#wanted);
        this.#wanted = undefined;
        await this.request("hartbeat/goTo", { instructions });
      }
    } catch (error) {
      window.showErrorMessage(error instanceof Error ? error.message : String(error));
    } finally {
      this.#wanted = undefined;
      this.#isGoing = false;
    }
  }

  /** Makes a request after which the program stops elsewhere; resolves when it has. */
  async request(command: string, args: object): Promise<void> {
    const stopped = this.#nextStop();
    await this.session.customRequest(command, args);
    await stopped;
  }
}

/** The runs of all sessions of Hartbeat's debugger. */
export class Travels implements Disposable {
  readonly #runs = new Map<string, Run>();
  readonly #changed = new EventEmitter<Run>();
  /** Fires when a run is elsewhere, runs, or has ended. */
  readonly onDidChange = this.#changed.event;
  readonly #dropped = new EventEmitter<Run>();
  /** Fires when a change has dropped what was recorded after it. */
  readonly onDidDropFuture = this.#dropped.event;
  readonly #found = new EventEmitter<{ readonly run: Run; readonly text: string }>();
  /** Fires when a check has found a mistake whose causes can be gone to. */
  readonly onDidFind = this.#found.event;
  readonly #registration: Disposable;

  constructor() {
    this.#registration = VSDisposable.from(
      debug.registerDebugAdapterTrackerFactory("hartbeat", {
        createDebugAdapterTracker: (session) => {
          this.#runs.set(session.id, new Run(session));
          return {
            onWillReceiveMessage: ({ type, command }: ProtocolMessage) => {
              if (type !== "request" || !moving.has(command ?? "")) return;
              if (forgetting.has(command ?? "")) this.#forgetCauses(session);
              this.#move(session, true);
            },
            onDidSendMessage: (message: ProtocolMessage) => this.#receive(session, message),
          };
        },
      }),
      debug.onDidTerminateDebugSession((session) => {
        const run = this.#runs.get(session.id);
        if (run === undefined) return;
        this.#runs.delete(session.id);
        run.release();
        this.#changed.fire(run);
      }),
      debug.onDidChangeActiveDebugSession((session) => {
        const run = session && this.#runs.get(session.id);
        if (run !== undefined) this.#changed.fire(run);
      }),
    );
  }

  /** The run of the session in front, if it is one of ours. */
  get active(): Run | undefined {
    const session = debug.activeDebugSession;
    return session && this.#runs.get(session.id);
  }

  /** The run of a session. */
  of(session: DebugSession): Run | undefined {
    return this.#runs.get(session.id);
  }

  /** Tells those who show a run that something about it is new. */
  changed(run: Run): void {
    this.#changed.fire(run);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
    this.#dropped.dispose();
    this.#found.dispose();
  }

  #forgetCauses(session: DebugSession): void {
    const run = this.#runs.get(session.id);
    if (run !== undefined) run.causes = [];
  }

  #move(session: DebugSession, isRunning: boolean): void {
    const run = this.#runs.get(session.id);
    if (run === undefined || run.isRunning === isRunning) return;
    run.isRunning = isRunning;
    this.#changed.fire(run);
  }

  #receive(session: DebugSession, message: ProtocolMessage): void {
    const run = this.#runs.get(session.id);
    if (run === undefined) return;
    const { type, event, command, success, body } = message;
    if (type === "response") {
      if (success === false && moving.has(command ?? "")) this.#move(session, false);
      return;
    }
    if (event === "continued") this.#move(session, true);
    else if (event === "process") {
      run.reset();
      this.#changed.fire(run);
    } else if (event === "stopped" && body?.hartbeat !== undefined) {
      run.threadId = body.threadId ?? run.threadId;
      run.hasRunOut = body.reason === "end of recording";
      run.place(body.hartbeat);
      run.noteStop();
      const { causes } = body.hartbeat;
      if (causes !== undefined) run.causes = causes;
      this.#changed.fire(run);
      if (causes !== undefined && causes.length > 0) {
        this.#found.fire({ run, text: body.text ?? "" });
      }
    } else if (event === "hartbeat/recording") {
      run.adopt((body?.bookmarks ?? []).map(({ at, ...rest }) => ({ ...rest, at: BigInt(at) })));
      this.#changed.fire(run);
    } else if (event === "hartbeat/futureDropped" || event === "hartbeat/branched") {
      if (body !== undefined) run.place(body);
      // First what is gone: those who show where it is do so without it.
      this.#dropped.fire(run);
      this.#changed.fire(run);
    }
  }
}
