/**
 * A debug session: the life of it from initialize to disconnect, and the way of each request to
 * its handler. It works on any transport: messages come in by `handleMessage` and go out by the
 * base class, as framed text or as objects.
 */
import {
  DebugSession,
  Event,
  InitializedEvent,
  OutputEvent,
  Response,
  TerminatedEvent,
} from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { branchLimit } from "../emulator/history/branch.ts";
import { FutureKeptError, type History } from "../emulator/history/history.ts";
import type { HartState, HostReply, HostRequest } from "../emulator/machine.ts";
import { sleep } from "../emulator/runner.ts";
import { checkArguments } from "./arguments.ts";
import { type Breakpoint, Breakpoints } from "./breakpoints.ts";
import { capabilities } from "./capabilities.ts";
import { wantedChecks } from "./checks/checks.ts";
import { describeCause, presentCause } from "./checks/presentation.ts";
import type { Context, Handler, Handlers } from "./context.ts";
import { controlHandlers, noteSource, presentBreakpoint } from "./control.ts";
import { Debuggee, type DebuggeeServices, type StopReport } from "./debuggee.ts";
import { Dialogs } from "./dialogs.ts";
import {
  alreadyLaunched,
  badArgument,
  cancelled,
  internal,
  keepsFuture,
  noAttach,
  notLaunched,
  RequestError,
  tooManyBranches,
  unknownRequest,
} from "./errors.ts";
import { exceptionFilters } from "./exceptions.ts";
import { formatAddress, type Radix, radixes } from "./formats.ts";
import { historyHandlers } from "./history-requests.ts";
import { type AdapterHost, readHostFile, requestBelow } from "./host.ts";
import { inspectionHandlers, moduleOf, sourcesWithCode } from "./inspection.ts";
import { checkLaunch, type LaunchAttributes } from "./launch.ts";
import { type Loaded, load } from "./loader.ts";
import { parseReference } from "./memory.ts";
import type { OpenedRecording } from "./opened-recording.ts";
import type { Program } from "./program.ts";
import { Progress } from "./progress.ts";
import { recordingHandlers } from "./recording-requests.ts";
import { baseName, fileUri, folderOf, type SourceFiles, Sources } from "./sources.ts";
import { continuing, noticingLibraries, type Plan, runningTo } from "./stepping.ts";
import { Terminal } from "./terminal.ts";
import { timelineHandlers } from "./timeline/requests.ts";
import { type EndedWatch, isOfLocal } from "./watches.ts";

/** Before there is a program. */
const noFiles: SourceFiles = { exists: async () => false, read: async () => undefined };

/** The exit code of a program that the person ends: 128 + SIGTERM. */
const terminatedCode = 143;

/** Requests that may wait for the host's files and change nothing. */
const cancellable: ReadonlySet<string> = new Set([
  "stackTrace",
  "disassemble",
  "loadedSources",
  "source",
]);

/** What a client says of itself, with what Hartbeat's own extension adds. */
interface ClientFeatures extends DebugProtocol.InitializeRequestArguments {
  /** Output comes as `hartbeat/output` events; the client has a terminal for it. */
  readonly hartbeatTerminal?: boolean;
  /** The program's dialogs come as `hartbeat/dialog` events. */
  readonly hartbeatDialogs?: boolean;
}

/** One session; an adapter that serves several makes one for each. */
export class HartbeatSession extends DebugSession {
  readonly #host: AdapterHost;
  readonly #close: () => void;
  readonly #breakpoints = new Breakpoints();
  readonly #handlers: Handlers;
  readonly #context: Context;
  #client: ClientFeatures = { adapterID: "hartbeat" };
  #terminal: Terminal;
  #dialogs: Dialogs;
  #sources = new Sources([], [], noFiles);
  #debuggee: Debuggee | undefined;
  #attributes: LaunchAttributes | undefined;
  #isLaunching = false;
  #radix: Radix = "auto";
  #hasEnded = false;
  #hasHinted = false;
  /** Requests that are being handled. */
  #handled = 0;
  /** What the client set and a restart must set again. */
  #dataBreakpoints: DebugProtocol.SetDataBreakpointsArguments = { breakpoints: [] };
  #exceptionBreakpoints: DebugProtocol.SetExceptionBreakpointsArguments = {
    filters: exceptionFilters.filter(({ default: isOn }) => isOn).map(({ filter }) => filter),
  };
  /** Memory that the client shows, by the references that it used. */
  readonly #shown = new Map<string, { readonly from: number; readonly to: number }>();
  readonly #progress: Progress;
  /** The request whose consequences happen now. */
  #request = 0;
  /** Requests that are being answered and only look; a client may cancel them. */
  readonly #looking = new Set<number>();
  readonly #cancelled = new Set<number>();
  /** Whether the client was told last that one can go back. */
  #canGoBack = true;
  #changes: { memory: { address: bigint; length: number }[]; areas: Set<string> } | undefined;

  /** @param close called when the client has disconnected */
  constructor(host: AdapterHost, close: () => void = () => undefined) {
    super();
    this.#host = host;
    this.#close = close;
    this.#terminal = this.#createTerminal();
    this.#dialogs = new Dialogs(this.#terminal, undefined);
    this.#progress = new Progress((event, body) => {
      if (this.#client.supportsProgressReporting === true) this.#send(event, body);
    });
    this.#context = this.#createContext();
    const control = controlHandlers(this.#context);
    this.#handlers = {
      ...historyHandlers(this.#context),
      ...recordingHandlers(this.#context),
      ...timelineHandlers(this.#context),
      ...inspectionHandlers(this.#context),
      ...control,
      ...this.#lifecycle(control),
    };
  }

  /** The base class would end the process; here the entry decides. */
  override shutdown(): void {
    void this.#end().then(this.#close);
  }

  /** Takes a message of the client; what is none is told and passed over. */
  override handleMessage(message: DebugProtocol.ProtocolMessage): void {
    const { type, command, seq } = Object(message) as Partial<DebugProtocol.Request>;
    if (type === "request") {
      if (typeof command === "string" && Number.isSafeInteger(seq)) super.handleMessage(message);
      else
        this.refuse(
          'A request without a "command" or a whole number as its "seq" was passed over.',
        );
    } else if (type !== "response" && type !== "event") {
      this.refuse("A message that is neither a request nor a response was passed over.");
    }
  }

  /** Tells the client that something which it has sent could not be used. */
  refuse(fault: string): void {
    this.#log(fault);
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.#dispatch(request);
  }

  async #dispatch(request: DebugProtocol.Request): Promise<void> {
    const response = new Response(request) as DebugProtocol.Response;
    const actions: (() => void)[] = [];
    const { command, seq } = request;
    const isLooking = cancellable.has(command);
    if (isLooking) this.#looking.add(seq);
    this.#handled++;
    try {
      // The machine may be looking at another point of the run.
      const isHome = this.#debuggee?.timeline?.comeHome();
      if (isHome !== undefined) await isHome;
      const handler: Handler | undefined = Object.hasOwn(this.#handlers, command)
        ? this.#handlers[command]
        : undefined;
      if (handler === undefined) throw unknownRequest(command);
      // What is known at once is answered and done at once, before the next request is looked at.
      const args = checkArguments(command, request.arguments);
      const answer = this.#handle(handler, args, actions);
      const body = answer instanceof Promise ? await answer : answer;
      if (this.#cancelled.has(seq)) throw cancelled();
      if (body !== undefined) response.body = body;
    } catch (error) {
      this.#fail(response, command, error);
      return;
    } finally {
      this.#looking.delete(seq);
      this.#cancelled.delete(seq);
      this.#handled--;
    }
    this.sendResponse(response);
    this.#request = seq;
    try {
      for (const action of actions) action();
    } catch (error) {
      // Another request may have set the program going while this one waited.
      if (!(error instanceof RequestError)) throw error;
      this.#log(error.message);
    }
  }

  /** Lets a handler work; where it would change the past, the person is asked first. */
  #handle(handler: Handler, args: object, actions: (() => void)[]): unknown {
    const after = (action: () => void) => void actions.push(action);
    const retry = (error: unknown) => this.#changePast(error, handler, args, actions);
    try {
      const answer = handler(args, after);
      return answer instanceof Promise ? answer.catch(retry) : answer;
    } catch (error) {
      return retry(error);
    }
  }

  /** Asks whether the past is to be changed, where that is what a handler has failed with. */
  async #changePast(
    error: unknown,
    handler: Handler,
    args: object,
    actions: (() => void)[],
  ): Promise<unknown> {
    const after = (action: () => void) => void actions.push(action);
    const { history, machine } = this.#debuggee ?? {};
    if (!(error instanceof FutureKeptError) || history === undefined) throw error;
    actions.length = 0;
    const count = history.end - machine!.instructions;
    const future =
      count === 0n
        ? "the input that was recorded after this point"
        : `the ${formatCount(count)} recorded ${count === 1n ? "instruction" : "instructions"} after this point`;
    const answer = await this.#dialogs.confirm(
      `The change drops ${future}.`,
      "Change the Past",
      "Keep as a Branch",
    );
    if (answer === "cancel") throw keepsFuture();
    const kept = history.branch;
    // Who cannot be asked loses nothing, as long as there is room.
    const isKept = answer !== "yes" && history.keepFuture();
    if (answer === "no" && !isKept) throw tooManyBranches(branchLimit);
    history.keepsFuture = false;
    try {
      const body = await handler(args, after);
      if (answer === undefined) {
        const what = isKept
          ? `The branch "${kept}" keeps ${future}; "${history.branch}" goes on from here.`
          : `The change has dropped ${future}.`;
        this.#log(what);
      }
      const position = this.#position(this.#require());
      const event = isKept ? "hartbeat/branched" : "hartbeat/futureDropped";
      actions.push(() => this.#send(event, isKept ? { ...position, kept } : position));
      return body;
    } finally {
      history.keepsFuture = true;
    }
  }

  #fail(response: DebugProtocol.Response, command: string, error: unknown): void {
    const known =
      error instanceof RequestError
        ? error
        : internal(
            command,
            error instanceof Error ? `${error.message} ${placeOf(error)}` : String(error),
          );
    if (known.place !== undefined) response.body = { hartbeat: { place: known.place } };
    this.sendErrorResponse(response, {
      id: known.id,
      format: known.message,
      showUser: known.showUser,
    });
  }

  // The life of the session. ----------------------------------------------------------------------

  #lifecycle(control: Handlers): Handlers {
    return {
      initialize: (args: ClientFeatures) => {
        this.#client = args;
        const show = args.hartbeatDialogs === true ? this.#showDialog : undefined;
        this.#dialogs = new Dialogs(this.#terminal, show);
        return capabilities;
      },
      launch: async (args: object, after) => {
        if (this.#debuggee !== undefined || this.#isLaunching) throw alreadyLaunched();
        const attributes = checkLaunch(args, (text) => this.#log(text));
        this.#isLaunching = true;
        try {
          await this.#locateStart(this.#adopt(attributes, await this.#load(attributes)));
        } finally {
          this.#isLaunching = false;
        }
        after(() => this.sendEvent(new InitializedEvent()));
      },
      attach: () => {
        throw noAttach();
      },
      cancel: ({ requestId, progressId }: DebugProtocol.CancelArguments) => {
        if (requestId !== undefined && this.#looking.has(requestId)) this.#cancelled.add(requestId);
        else this.#progress.cancel(progressId, requestId);
      },
      configurationDone: (_: object, after) => {
        const debuggee = this.#require();
        after(() => this.#begin(debuggee));
      },
      restart: async (args: DebugProtocol.RestartArguments, after) => {
        const before = this.#require();
        const given = args.arguments;
        const attributes =
          given === undefined ? this.#attributes! : checkLaunch(given, (text) => this.#log(text));
        // The new program is built first: if that fails, the old one is still there.
        const loaded = await this.#load(attributes);
        const wasStopped = !before.isRunning;
        await before.abandon();
        this.#terminal.flush();
        this.#terminal = this.#createTerminal();
        this.#dialogs = new Dialogs(
          this.#terminal,
          this.#client.hartbeatDialogs ? this.#showDialog : undefined,
        );
        const debuggee = this.#adopt(attributes, loaded);
        await this.#locateStart(debuggee);
        after(() => {
          if (wasStopped)
            this.#send("continued", {
              threadId: debuggee.machine.current.id,
              allThreadsContinued: true,
            });
          this.#begin(debuggee, before);
        });
      },
      terminate: (_: object, after) => {
        after(() => void this.#end());
      },
      disconnect: async (_: object, after) => {
        await this.#end();
        after(() => this.#close());
      },
      setDataBreakpoints: (args: DebugProtocol.SetDataBreakpointsArguments) => {
        // Those of local variables do not outlive the run.
        const kept = args.breakpoints.filter(({ dataId }) => !isOfLocal(dataId));
        const answer = this.#setDataBreakpoints(this.#require(), args);
        this.#dataBreakpoints = { breakpoints: kept };
        return answer;
      },
      setExceptionBreakpoints: (args: DebugProtocol.SetExceptionBreakpointsArguments, after) => {
        this.#exceptionBreakpoints = args;
        return control["setExceptionBreakpoints"]!(args, after);
      },
      "hartbeat/input": ({ data, ended }: { data?: string; ended?: boolean }) => {
        if (data !== undefined && typeof data !== "string") throw badArgument("data", "a string");
        if (this.#terminal.isClosed) return { accepted: false };
        this.#debuggee?.expectInput();
        return { accepted: this.#terminal.type(data ?? "", ended === true) };
      },
      "hartbeat/dialogReply": (args: {
        id: number;
        button?: "yes" | "no" | "cancel";
        text?: string;
      }) => {
        this.#dialogs.answer(args.id, args.button ?? "cancel", args.text ?? "");
      },
      "hartbeat/setRadix": ({ radix }: { radix: Radix }) => {
        if (!radixes.includes(radix)) throw badArgument("radix", `one of ${radixes.join(", ")}`);
        this.#radix = radix;
        this.#invalidate(["variables"]);
        return { radix };
      },
    };
  }

  #require(): Debuggee {
    if (this.#debuggee === undefined) throw notLaunched();
    return this.#debuggee;
  }

  async #load(attributes: LaunchAttributes): Promise<Loaded> {
    // Output goes to the terminal that there is when the program writes.
    return load(attributes, {
      host: this.#host,
      output: (stream, bytes) => this.#terminal.write(stream, bytes),
      note: (text) => this.#log(text),
    });
  }

  /** Makes a loaded program the one that is debugged. */
  #adopt(attributes: LaunchAttributes, loaded: Loaded): Debuggee {
    this.#attributes = attributes;
    this.#radix = attributes.radix ?? this.#radix;
    this.#hasEnded = false;
    for (const note of loaded.notes) this.#log(note);
    if (attributes.stdin !== undefined) this.#terminal.close(attributes.stdin);
    const { program, mounts } = loaded;
    program.entersMacros = attributes.stepIntoMacros ?? true;
    program.entersPseudoInstructions = attributes.stepIntoPseudoInstructions === true;
    const folders = [folderOf(program.path), ...Object.values(mounts)].filter(
      (name) => name !== "",
    );
    const files = {
      exists: async (path: string) =>
        (await this.#host.file({ kind: "stat", path }, undefined)).kind === "status",
      read: async (path: string) => {
        const bytes = await readHostFile(this.#host, path);
        return bytes && new TextDecoder().decode(bytes);
      },
    };
    const { recording } = loaded;
    this.#sources =
      recording === undefined
        ? new Sources([program.path, ...loaded.sources], folders, files)
        : new Sources([], recording.folders, files, recording.texts);
    // There is no other use of a recording than to look at it.
    const isDebugging = attributes.noDebug !== true || recording !== undefined;
    const stopsOnExit = attributes.stopOnExit ?? recording !== undefined;
    const debuggee = new Debuggee(
      loaded,
      this.#debuggeeServices(() => debuggee),
      isDebugging,
      stopsOnExit,
      wantedChecks(attributes.checks),
    );
    this.#debuggee = debuggee;
    if (debuggee.history !== undefined) debuggee.history.keepsFuture = true;
    this.#tellCapabilities(debuggee.history !== undefined);
    this.#tellChanged(this.#breakpoints.resolve(program));
    for (const path of this.#breakpoints.sourceNames()) noteSource(this.#context, path);
    if (isDebugging) {
      this.#setDataBreakpoints(debuggee);
      void this.#handlers["setExceptionBreakpoints"]!(this.#exceptionBreakpoints, () => undefined);
    }
    return debuggee;
  }

  /** A run that is not recorded cannot go back: the client is told when that changes. */
  #tellCapabilities(canGoBack: boolean): void {
    if (canGoBack === this.#canGoBack) return;
    this.#canGoBack = canGoBack;
    const changed = { supportsStepBack: canGoBack, supportsRestartFrame: canGoBack };
    this.#send("capabilities", { capabilities: changed });
  }

  /** Finds out whether there is a source for the first instruction. */
  async #locateStart({ program, machine }: Debuggee): Promise<void> {
    const path = program.rowAt(machine.current.pc)?.row.path;
    if (path !== undefined) await this.#sources.locate(path);
  }

  #watchesEnded(ended: readonly EndedWatch[]): void {
    for (const { id, name } of ended) {
      this.#log(`The function of ${name} is not active any more: its data breakpoint has ended.`);
      this.#send("breakpoint", { reason: "removed", breakpoint: { id, verified: false } });
    }
  }

  #setDataBreakpoints(
    debuggee: Debuggee,
    { breakpoints } = this.#dataBreakpoints,
  ): DebugProtocol.SetDataBreakpointsResponse["body"] {
    return { breakpoints: debuggee.watches.set(breakpoints, () => this.#breakpoints.newId()) };
  }

  /** The program starts: it stops at its first instruction, or runs. */
  #tellChanged(breakpoints: readonly Breakpoint[]): void {
    for (const breakpoint of breakpoints) {
      this.#send("breakpoint", {
        reason: "changed",
        breakpoint: presentBreakpoint(this.#context, breakpoint),
      });
    }
  }

  #begin(debuggee: Debuggee, before?: Debuggee): void {
    const { machine, program } = debuggee;
    this.#send("process", {
      name: program.path,
      isLocalProcess: true,
      startMethod: "launch",
      pointerSize: machine.xlen,
    });
    this.#send("module", {
      reason: before === undefined ? "new" : "changed",
      module: moduleOf(debuggee),
    });
    if (before !== undefined) void this.#tellSources(before.program, program);
    for (const { id } of machine.harts) this.#send("thread", { reason: "started", threadId: id });
    if (debuggee.recording === undefined) this.#beginNew(debuggee);
    else this.#beginRecorded(debuggee, debuggee.recording);
  }

  #beginNew(debuggee: Debuggee): void {
    const attributes = this.#attributes!;
    const hasBreakpoints =
      !this.#breakpoints.isEmpty || this.#dataBreakpoints.breakpoints.length > 0;
    const stops = attributes.noDebug !== true && (attributes.stopOnEntry ?? !hasBreakpoints);
    if (stops) this.#stopAtStart(debuggee);
    else debuggee.resume(this.#fromStart(debuggee, continuing));
  }

  /** A first run, on which breakpoints on functions of libraries find their places. */
  #fromStart({ program, machine }: Debuggee, plan: Plan): Plan {
    if (program.libraries === undefined || this.#attributes?.noDebug === true) return plan;
    return noticingLibraries(machine.current, program.file.entry, plan, () =>
      this.#tellChanged(this.#breakpoints.resolveMissing()),
    );
  }

  #stopAtStart(debuggee: Debuggee): void {
    const start = this.#startOfOwnCode(debuggee);
    if (start === undefined) debuggee.stopHere({ reason: "entry" });
    else {
      const plan = runningTo(debuggee.machine.current, start);
      debuggee.resume(this.#fromStart(debuggee, plan), "entry");
    }
  }

  /** A recording is shown where it was looked at last, with all that it has written. */
  #beginRecorded(debuggee: Debuggee, { bookmarks }: OpenedRecording): void {
    const history = debuggee.history!;
    if (this.#client.hartbeatTerminal === true) this.#outputAnew(history);
    else {
      for (const { stream, bytes } of history.writtenOutput) this.#terminal.write(stream, bytes);
      this.#terminal.flush();
    }
    this.#send("hartbeat/recording", {
      bookmarks: bookmarks.map((bookmark) => ({ ...bookmark, at: String(bookmark.at) })),
    });
    const at = history.leftAt;
    if (this.#attributes?.stopOnEntry === true || at === history.start) {
      this.#stopAtStart(debuggee);
      return;
    }
    debuggee.goBack(async (backward) => ({ kind: (await backward.goTo(at)) ? "step" : "pause" }), {
      title: "Opening the recording",
      reason: "recording",
    });
  }

  /** Shows what a run has written before, as far as it is kept, in place of all other output. */
  #outputAnew({ writtenOutput }: History): void {
    this.#terminal.flush();
    const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
    const outputs = writtenOutput.map(({ stream, bytes }) => ({
      stream,
      data: decoders[stream].decode(bytes, { stream: true }),
      bytes: bytes.length,
    }));
    this.#send("hartbeat/outputAnew", { outputs });
  }

  /** After a restart the client is told which sources are new, changed or gone. */
  async #tellSources(before: Program, now: Program): Promise<void> {
    const old = new Set(sourcesWithCode(before));
    const paths = sourcesWithCode(now);
    await Promise.all(paths.map((path) => this.#sources.locate(path)));
    if (this.#debuggee?.program !== now) return;
    const tell = (reason: "new" | "changed" | "removed", path: string) => {
      const source = this.#context.source(path);
      if (source !== undefined) this.#send("loadedSource", { reason, source });
    };
    for (const path of paths) tell(old.has(path) ? "changed" : "new", path);
    for (const path of old) if (!paths.includes(path)) tell("removed", path);
  }

  /** Where to stop first: behind code of a library whose source nobody has. */
  #startOfOwnCode({ program, machine }: Debuggee): bigint | undefined {
    const { pc } = machine.current;
    const path = program.rowAt(pc)?.row.path;
    const isOwn = path !== undefined && !this.#sources.isMissing(path);
    return isOwn ? undefined : program.startOfMain();
  }

  #debuggeeServices(own: () => Debuggee): DebuggeeServices {
    const self = this;
    const terminal = this.#terminal;
    return {
      breakpoints: this.#breakpoints,
      terminal,
      get radix() {
        return self.#radix;
      },
      listener: {
        memoryChanged: (address, length) => {
          own().refresh();
          this.#memoryChanged(address, length);
        },
        registerChanged: () => {
          own().refresh();
          this.#invalidate(["variables", "stacks"]);
        },
      },
      log: (message) => this.#log(message),
      follow: (work) => this.#progress.follow(work, this.#request),
      files: { request: (request) => requestBelow(this.#host, own().mounts, request) },
      answer: (request) => this.#answer(request, own()),
      awaitsInput: () => this.#awaitsInput(),
      watchesEnded: (ended) => this.#watchesEnded(ended),
      stopped: (hart, report) => this.#stopped(hart, report, own()),
      exited: (code, signal) => this.#exited(code, signal),
      failed: (error) => {
        if (own().recording !== undefined) {
          // What is true of itself leads on; a recording made on purpose need not.
          const why = error instanceof Error ? error.message : String(error);
          this.#output("important", `The recording does not lead on from here (${why}).\n`);
          this.#exited(1, undefined);
          return;
        }
        const what = error instanceof Error ? `${error.message} ${placeOf(error)}` : String(error);
        this.#output("important", `Hartbeat itself has failed (${what}); please report it.\n`);
        this.#exited(1, undefined);
      },
    };
  }

  #stopped(hart: HartState, report: StopReport, debuggee: Debuggee): void {
    this.#terminal.flush();
    const { exception } = debuggee;
    const causes = exception?.causes;
    if (exception !== undefined && causes !== undefined) {
      this.#log([exception.text, ...causes.map(describeCause)].join("\n"));
    }
    this.#send("stopped", {
      ...report,
      threadId: hart.id,
      allThreadsStopped: true,
      hartbeat: {
        ...this.#position(debuggee),
        ...(causes === undefined ? {} : { causes: causes.map(presentCause) }),
      },
    });
    this.#tellShownMemory();
  }

  /** Has the client read the memory again that it shows: it is another moment now. */
  #tellShownMemory(): void {
    if (this.#client.supportsMemoryEvent !== true) return;
    for (const [memoryReference, { from, to }] of this.#shown)
      this.#send("memory", { memoryReference, offset: from, count: to - from });
  }

  /** For the client's status bar, terminal and timeline: where in the run this is. */
  #position({ machine, history }: Debuggee): object {
    const instructions = String(machine.instructions);
    if (history === undefined) return { instructions };
    const { start, end, isInPast, branch, outputPosition: here, outputEnd } = history;
    const unwritten = outputEnd[1] + outputEnd[2] - here[1] - here[2];
    const span = { start: String(start), end: String(end) };
    return { instructions, ...span, isInPast, branch, unwritten };
  }

  #exited(code: number, signal: string | undefined): void {
    this.#ended(
      code,
      signal === undefined
        ? `The program has ended with exit code ${code}.`
        : `The program was ended by ${signal}.`,
      signal !== undefined,
    );
  }

  /** @param isNews whether the person does not expect it, so that the terminal alone is too little */
  #ended(code: number, text: string, isNews: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#terminal.flush();
    if (this.#client.hartbeatTerminal === true) this.#send("hartbeat/exit", { text });
    if (this.#client.hartbeatTerminal !== true || isNews) this.#log(text);
    this.#send("exited", { exitCode: code });
    this.sendEvent(new TerminatedEvent());
  }

  /** Ends the program, if there is one that runs or is stopped, and says so. */
  async #end(): Promise<void> {
    const debuggee = this.#debuggee;
    if (debuggee === undefined) return;
    await debuggee.abandon();
    const { exitCode } = debuggee;
    if (exitCode !== undefined) this.#exited(exitCode, undefined);
    else this.#ended(terminatedCode, "The program was stopped before its end.", false);
  }

  // Input and output. -----------------------------------------------------------------------------

  #createTerminal(): Terminal {
    return new Terminal(
      (stream, data, bytes) => {
        if (this.#client.hartbeatTerminal === true)
          this.#send("hartbeat/output", { stream, data, bytes });
        else if (data !== "") this.#output(stream === 1 ? "stdout" : "stderr", data);
      },
      () => this.#host.drained(),
    );
  }

  #output(category: string, text: string): void {
    this.sendEvent(new OutputEvent(text, category));
  }

  #log(message: string): void {
    this.#output("console", `${message}\n`);
  }

  #awaitsInput(): void {
    if (this.#client.hartbeatTerminal === true) {
      this.#send("hartbeat/waiting", {});
    } else if (!this.#hasHinted) {
      this.#hasHinted = true;
      this.#log('The program waits for input: type "<" and a line here ("<^D" ends the input).');
    }
  }

  readonly #showDialog = (event: object): void => this.#send("hartbeat/dialog", event);

  async #answer(request: HostRequest, { files }: Debuggee): Promise<HostReply> {
    switch (request.kind) {
      case "dialog":
        return this.#dialogs.ask(request);
      case "sleep":
        return await sleep(request.milliseconds);
      case "read-console":
        return { kind: "console", ...this.#terminal.take() };
      default:
        return await files.request(request);
    }
  }

  // What handlers share. --------------------------------------------------------------------------

  #createContext(): Context {
    const self = this;
    const shift = (isFromOne: boolean | undefined) => (isFromOne === false ? 1 : 0);
    return {
      get debuggee() {
        return self.#require();
      },
      get isLoaded() {
        return self.#debuggee !== undefined;
      },
      get terminal() {
        return self.#terminal;
      },
      get sources() {
        return self.#sources;
      },
      breakpoints: this.#breakpoints,
      host: this.#host,
      presentation: (format) => ({ radix: self.#radix, isHex: format?.hex === true }),
      source: (path) => {
        if (self.#sources.isMissing(path)) return undefined;
        const known = self.#sources.nameOf(path);
        const name = self.#client.pathFormat === "uri" ? fileUri(known) : known;
        const sourceReference = self.#sources.referenceOf(path);
        const source = { name: baseName(name), path: name };
        return sourceReference === 0 ? source : { ...source, sourceReference, origin: "recording" };
      },
      lineForClient: (line) => line - shift(self.#client.linesStartAt1),
      lineFromClient: (line) => line + shift(self.#client.linesStartAt1),
      columnForClient: (column) => column - shift(self.#client.columnsStartAt1),
      columnFromClient: (column) => column + shift(self.#client.columnsStartAt1),
      memoryChanged: (address, length) => this.#memoryChanged(address, length),
      get isAlone() {
        return self.#handled === 1;
      },
      noteReference: (reference, offset, count) => {
        // The oldest is forgotten, so that a client cannot fill the memory.
        const { from, to } = this.#shown.get(reference) ?? { from: offset, to: offset };
        this.#shown.delete(reference);
        this.#shown.set(reference, {
          from: Math.min(from, offset),
          to: Math.max(to, offset + count),
        });
        const [oldest] = this.#shown.keys();
        if (this.#shown.size > 64 && oldest !== undefined) this.#shown.delete(oldest);
      },
      continued: () => {
        const threadId = self.#require().machine.current.id;
        this.#send("continued", { threadId, allThreadsContinued: true });
      },
      outputAnew: () => {
        const { history } = self.#require();
        const isShown = this.#client.hartbeatTerminal === true && history !== undefined;
        if (isShown) this.#outputAnew(history);
      },
      invalidate: (areas) => this.#invalidate(areas),
    };
  }

  #invalidate(areas: readonly string[]): void {
    const changes = this.#changesToSend();
    for (const area of areas) changes.areas.add(area);
  }

  #memoryChanged(address: bigint, length: number): void {
    const changes = this.#changesToSend();
    changes.memory.push({ address, length });
    changes.areas.add("variables");
  }

  /** Changes are sent together, after the response to the request that made them. */
  #changesToSend() {
    if (this.#changes === undefined) {
      this.#changes = { memory: [], areas: new Set() };
      setTimeout(() => this.#sendChanges(), 0);
    }
    return this.#changes;
  }

  #sendChanges(): void {
    const changes = this.#changes;
    this.#changes = undefined;
    if (changes === undefined || this.#hasEnded || this.#debuggee === undefined) return;
    const { xlen } = this.#debuggee.machine;
    if (this.#client.supportsMemoryEvent === true) {
      for (const { address, length } of changes.memory) {
        // A client compares references as texts, so each that it uses is told.
        const references = this.#shown.size === 0 ? [formatAddress(address)] : this.#shown.keys();
        for (const memoryReference of references) {
          const offset = Number(address - parseReference(memoryReference, 0, xlen));
          this.#send("memory", { memoryReference, offset, count: length });
        }
      }
    }
    if (this.#client.supportsInvalidatedEvent === true && changes.areas.size > 0) {
      this.#send("invalidated", { areas: [...changes.areas] });
    }
  }

  #send(event: string, body: object): void {
    this.sendEvent(new Event(event, body));
  }
}

function formatCount(count: bigint): string {
  return count.toLocaleString("en-US");
}

/** Where an error was thrown, for a report. */
function placeOf(error: Error): string {
  return /\bat .*/.exec(error.stack ?? "")?.[0] ?? "";
}
