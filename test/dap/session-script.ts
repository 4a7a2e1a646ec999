/**
 * Debug sessions as text: a script's lines that start with "> " are commands, and what the adapter
 * answers stands below each. Running a script gives it back with the answers that came, so a
 * recorded session is a test on whatever transport carries the messages: in this process, over
 * pipes and sockets, in a worker, inside VS Code.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";

/** A channel to an adapter; messages are objects of the debug protocol. */
export interface Transport {
  send(message: object): void;
  onMessage(listener: (message: object) => void): void;
}

/** What a script's names mean where it runs. */
export interface ScriptOptions {
  /** The path or URI of a program or source that the script names. */
  resolve(name: string): string;
  /** What the client says of itself beside the usual. */
  client?: Record<string, unknown>;
  /** Milliseconds to wait for an answer; 20 seconds by default. */
  patience?: number;
}

/** What a script's line "# client: {…}" has its client say of itself; nothing without such a line. */
export function clientOf(script: string): Record<string, unknown> {
  const said = /^# client: (.*)$/m.exec(script)?.[1];
  return said === undefined ? {} : (JSON.parse(said) as Record<string, unknown>);
}

type Body = Record<string, unknown>;

/** Runs a script to its end; the same text with the answers that came. */
export async function runScript(
  script: string,
  transport: Transport,
  options: ScriptOptions,
): Promise<string> {
  const player = new Player(new Client(transport, options.patience ?? 20_000), options);
  const lines: string[] = [];
  let isAnswer = false;
  const source = script.split("\n");
  for (const [index, line] of source.entries()) {
    if (line.startsWith("> ")) {
      isAnswer = true;
      lines.push(line);
      try {
        lines.push(...(await player.play(line.slice(2).trim())));
      } catch (error) {
        // What came before it says most about a failure.
        lines.push(`failed: ${(error as Error).message}`, ...source.slice(index + 1));
        return lines.join("\n");
      }
    } else if (line.startsWith("# ") || line.trim() === "") {
      isAnswer = false;
      lines.push(line);
    } else if (!isAnswer) {
      lines.push(line);
    }
  }
  return lines.join("\n");
}

/** A request that the adapter refused. */
class Refused extends Error {}

/** The client's end of the protocol: requests with their responses, and events as they come. */
class Client {
  readonly #transport: Transport;
  readonly #patience: number;
  readonly #pending = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly #events: DebugProtocol.Event[] = [];
  #arrived: (() => void) | undefined;
  #sequence = 1;

  constructor(transport: Transport, patience: number) {
    this.#transport = transport;
    this.#patience = patience;
    transport.onMessage((message) => this.#receive(message as DebugProtocol.ProtocolMessage));
  }

  #receive(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === "response") {
      const response = message as DebugProtocol.Response;
      this.#pending.get(response.request_seq)?.(response);
      this.#pending.delete(response.request_seq);
    } else if (message.type === "event") {
      this.#events.push(message as DebugProtocol.Event);
      this.#arrived?.();
    }
  }

  async request(command: string, args: object = {}): Promise<Body> {
    const seq = this.#sequence++;
    const response = await this.#inTime(
      `the answer to ${command}`,
      new Promise<DebugProtocol.Response>((resolve) => {
        this.#pending.set(seq, resolve);
        this.#transport.send({ seq, type: "request", command, arguments: args });
      }),
    );
    if (!response.success) throw new Refused(response.message ?? "no reason");
    return (response.body ?? {}) as Body;
  }

  /** Takes the first event with one of the names; it and all before it are gone then. */
  async event(
    what: string,
    ...names: string[]
  ): Promise<{ name: string; body: Body; before: DebugProtocol.Event[] }> {
    for (;;) {
      const at = this.#events.findIndex(({ event }) => names.includes(event));
      if (at >= 0) {
        const before = this.#events.splice(0, at);
        const { event, body } = this.#events.shift()!;
        return { name: event, body: (body ?? {}) as Body, before };
      }
      await this.#inTime(
        what,
        new Promise<void>((resolve) => {
          this.#arrived = resolve;
        }),
      );
    }
  }

  /** Takes the events that have come so far. */
  taken(): DebugProtocol.Event[] {
    return this.#events.splice(0);
  }

  #inTime<Result>(what: string, promise: Promise<Result>): Promise<Result> {
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<never>((_, reject) => {
      const names = this.#events.map(({ event }) => event).join(", ");
      timer = setTimeout(
        () => reject(new Error(`waited in vain for ${what}; events meanwhile: ${names || "none"}`)),
        this.#patience,
      );
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }
}

/** Plays commands; each answers with the lines for the transcript. */
class Player {
  readonly #client: Client;
  readonly #options: ScriptOptions;
  /** Breakpoints by source, as the protocol wants them all at once. */
  readonly #breakpoints = new Map<string, DebugProtocol.SourceBreakpoint[]>();
  #functions: DebugProtocol.FunctionBreakpoint[] = [];
  #instructions: DebugProtocol.InstructionBreakpoint[] = [];
  #data: DebugProtocol.DataBreakpoint[] = [];
  #thread = 1;
  #launched: object = {};
  readonly #dialogs: string[] = [];

  constructor(client: Client, options: ScriptOptions) {
    this.#client = client;
    this.#options = options;
  }

  async play(command: string): Promise<string[]> {
    const [, word, rest] = /^(\S+)\s*(.*)$/.exec(command) ?? [];
    const handler = this.#commands[word ?? ""];
    if (handler === undefined) throw new Error(`the script has no command "${word}"`);
    try {
      return await handler(rest ?? "");
    } catch (error) {
      if (error instanceof Refused) return [`refused: ${this.#anonymous(error.message)}`];
      throw error;
    }
  }

  readonly #commands: Readonly<Record<string, (rest: string) => Promise<string[]>>> = {
    launch: (rest) => this.#launch(rest),
    start: () => this.#go("configurationDone", {}),
    break: (rest) => this.#break(rest),
    clear: async (rest) => {
      this.#breakpoints.delete(rest);
      await this.#client.request("setBreakpoints", { source: this.#source(rest), breakpoints: [] });
      return [];
    },
    "break-function": async (rest) => {
      this.#functions.push({ name: rest, ...terms(rest) });
      this.#functions = this.#functions.map((item) => ({
        ...item,
        name: item.name.split(" ")[0]!,
      }));
      const body = await this.#client.request("setFunctionBreakpoints", {
        breakpoints: this.#functions,
      });
      return [this.#breakpoint((body["breakpoints"] as DebugProtocol.Breakpoint[]).at(-1)!)];
    },
    "break-instruction": async (rest) => {
      const instructionReference = await this.#address(rest.split(" ")[0]!);
      this.#instructions.push({ instructionReference, ...terms(rest) });
      const body = await this.#client.request("setInstructionBreakpoints", {
        breakpoints: this.#instructions,
      });
      return [this.#breakpoint((body["breakpoints"] as DebugProtocol.Breakpoint[]).at(-1)!)];
    },
    watch: (rest) => this.#watch(rest),
    unwatch: async () => {
      this.#data = [];
      await this.#client.request("setDataBreakpoints", { breakpoints: [] });
      return [];
    },
    catch: async (rest) => {
      const filterOptions =
        rest === ""
          ? []
          : rest.split(";").map((part) => {
              const [filterId, condition] = part.trim().split(/ if /);
              return { filterId, ...(condition === undefined ? {} : { condition }) };
            });
      const body = await this.#client.request("setExceptionBreakpoints", {
        filters: [],
        filterOptions,
      });
      return (body["breakpoints"] as DebugProtocol.Breakpoint[]).map((breakpoint) =>
        this.#breakpoint(breakpoint),
      );
    },
    continue: () => this.#go("continue", { threadId: this.#thread }),
    next: (rest) => this.#go("next", this.#stepArguments(rest)),
    step: (rest) => this.#go("stepIn", this.#stepArguments(rest)),
    /** Goes to an access, or to a change, of an expression: `go-to-change previousChange total`. */
    "go-to-change": (rest) => {
      const [, what, name] = /^(\S+) (.*)$/.exec(rest)!;
      return this.#go(`hartbeat/${what}`, { name });
    },
    /** Goes to a cause of what a check has found, the deepest by default. */
    cause: (rest) => this.#go("hartbeat/goToCause", { index: Number(rest) }),
    /** What a step into this line may lead into; `step-to total` takes one by its label. */
    "step-targets": async () =>
      (await this.#stepTargets()).map(({ label, line, column }) => `${label} ${line}:${column}`),
    "step-to": async (rest) => {
      const target = (await this.#stepTargets()).find(({ label }) => label === rest);
      if (target === undefined) return ["no target"];
      return this.#go("stepIn", { threadId: this.#thread, targetId: target.id });
    },
    /** Begins a frame anew: `restart-frame 1`. */
    "restart-frame": async (rest) => {
      const frame = (await this.#frames({})).at(Number(rest));
      return this.#go("restartFrame", { frameId: frame?.id });
    },
    out: (rest) => this.#go("stepOut", this.#stepArguments(rest)),
    back: (rest) => this.#go("stepBack", this.#stepArguments(rest)),
    "back-into": () => this.#go("hartbeat/stepBack", { threadId: this.#thread, kind: "into" }),
    "back-out": () => this.#go("hartbeat/stepBack", { threadId: this.#thread, kind: "out" }),
    reverse: () => this.#go("reverseContinue", { threadId: this.#thread }),
    travel: (rest) => this.#go("hartbeat/goTo", { instructions: rest }),
    "last-write": async (rest) => {
      const [place, count] = rest.split(" ");
      const memoryReference = await this.#address(place!);
      return this.#go("hartbeat/lastWrite", { memoryReference, count: Number(count) });
    },
    "last-write-of": (name) => this.#go("hartbeat/lastWrite", { name }),
    /** Where in the recorded run this is: the count, and the start and end of the record. */
    time: async () => {
      const { instructions, start, end } = await this.#client.request("hartbeat/history");
      return [`${instructions} of ${start} to ${end}`];
    },
    /** Goes on without waiting for a stop. */
    run: async () => {
      await this.#client.request("continue", { threadId: this.#thread });
      return [];
    },
    "start-running": async () => {
      await this.#client.request("configurationDone");
      return [];
    },
    wait: () => this.#wait(),
    pause: () => this.#go("pause", { threadId: this.#thread }),
    /** A pause where it is not known where the program will be. */
    interrupt: async () => {
      await this.#client.request("pause", { threadId: this.#thread });
      const { body } = await this.#client.event("a pause", "stopped");
      return [`stopped (${body["reason"]})`];
    },
    /** Waits until the program has written something. */
    output: async (rest) => {
      let text = "";
      while (!text.includes(rest)) {
        const { name, body } = await this.#client.event(
          `the output ${rest}`,
          "output",
          "hartbeat/output",
        );
        if (name === "hartbeat/output") text += String(body["data"]);
        else if (body["category"] !== "console") text += String(body["output"]);
      }
      return ["seen"];
    },
    goto: async (rest) => {
      const [file, line] = split(rest);
      const body = await this.#client.request("gotoTargets", { source: this.#source(file), line });
      const [target] = body["targets"] as DebugProtocol.GotoTarget[];
      if (target === undefined) return ["no target"];
      return this.#go("goto", { threadId: this.#thread, targetId: target.id });
    },
    stack: async (rest) => {
      const [startFrame, levels] = rest
        .split(" ")
        .filter((word) => word !== "")
        .map(Number);
      const frames = await this.#frames({ startFrame, levels });
      return frames.map((frame) => this.#frame(frame));
    },
    /** Values in a frame: `frame 1 a0 sp`. */
    frame: async (rest) => {
      const [index, ...names] = rest.split(" ");
      const frame = (await this.#frames({})).at(Number(index));
      return this.#print(names, "watch", frame?.id);
    },
    regs: (rest) => this.#print(rest.split(" "), "watch"),
    print: (rest) => this.#print([rest], "repl"),
    hover: (rest) => this.#print([rest], "hover"),
    type: async (rest) => {
      const body = await this.#client.request("evaluate", { expression: rest, context: "watch" });
      return [`${rest}: ${body["type"]}`];
    },
    scopes: async () =>
      (await this.#scopes()).map(({ name, expensive }) => name + (expensive ? " (expensive)" : "")),
    /** Variables of a scope: `variables Integer a0 a1`, all without names. */
    variables: (rest) => this.#variables(rest),
    /** Where a variable of a scope is declared, and the function that it points to. */
    locate: async (rest) => {
      const [scopeName, name] = rest.split(" ");
      const scope = (await this.#scopes()).find((other) => other.name === scopeName);
      const { variables } = await this.#client.request("variables", {
        variablesReference: scope?.variablesReference,
      });
      const found = (variables as DebugProtocol.Variable[]).find((one) => one.name === name);
      const lines: string[] = [];
      for (const what of ["declarationLocationReference", "valueLocationReference"] as const) {
        const locationReference = found?.[what];
        if (locationReference === undefined) continue;
        const body = await this.#client.request("locations", { locationReference });
        const { name: file } = body["source"] as DebugProtocol.Source;
        lines.push(`${file}:${body["line"]}:${body["column"]}`);
      }
      return lines;
    },
    /** Sets a variable of a scope: `set Integer a0 = 5`. */
    set: async (rest) => {
      const [, scopeName, name, value] = /^(.*?) (\S+) = (.*)$/.exec(rest)!;
      const scope = (await this.#scopes()).find((other) => other.name === scopeName);
      const variablesReference = scope?.variablesReference ?? 0;
      const body = await this.#client.request("setVariable", { variablesReference, name, value });
      return [`${name} = ${body["value"]}`];
    },
    assign: async (rest) => {
      const [, expression, value] = /^(.*?) = (.*)$/.exec(rest)!;
      const body = await this.#client.request("setExpression", { expression, value });
      return [`${expression} = ${body["value"]}`];
    },
    /** Bytes in memory: `memory message 8`. */
    memory: async (rest) => {
      const [place, count] = rest.split(" ");
      const memoryReference = await this.#address(place!);
      const body = await this.#client.request("readMemory", {
        memoryReference,
        count: Number(count),
      });
      const bytes = [...atob(String(body["data"]))].map((c) =>
        c.charCodeAt(0).toString(16).padStart(2, "0"),
      );
      const gap = body["unreadableBytes"];
      return [bytes.join(" ") + (gap === undefined ? "" : ` and ${gap} unreadable`)];
    },
    poke: async (rest) => {
      const [place, ...bytes] = rest.split(" ");
      const data = btoa(
        bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(""),
      );
      const body = await this.#client.request("writeMemory", {
        memoryReference: await this.#address(place!),
        data,
      });
      return [`${body["bytesWritten"]} written`];
    },
    /** Instructions: `disassemble pc -2 5`, from two before, five. */
    disassemble: async (rest) => {
      const [place, instructionOffset, instructionCount] = rest.split(" ");
      const body = await this.#client.request("disassemble", {
        memoryReference: await this.#address(place!),
        instructionOffset: Number(instructionOffset),
        instructionCount: Number(instructionCount),
        resolveSymbols: true,
      });
      return (body["instructions"] as DebugProtocol.DisassembledInstruction[]).map((row) =>
        this.#row(row),
      );
    },
    locations: async (rest) => {
      const [, file, line, endLine] = /^(.*):(\d+)-(\d+)$/.exec(rest)!;
      const body = await this.#client.request("breakpointLocations", {
        source: this.#source(file!),
        line: Number(line),
        endLine: Number(endLine),
      });
      return [(body["breakpoints"] as { line: number }[]).map((place) => place.line).join(" ")];
    },
    complete: async (rest) => {
      const body = await this.#client.request("completions", {
        text: rest,
        column: rest.length + 1,
      });
      return [
        (body["targets"] as DebugProtocol.CompletionItem[]).map(({ label }) => label).join(" "),
      ];
    },
    exception: async () => {
      const body = await this.#client.request("exceptionInfo", { threadId: this.#thread });
      const { stackTrace } = body["details"] as DebugProtocol.ExceptionDetails;
      const more = stackTrace === undefined ? [] : stackTrace.split("\n");
      return [`${body["exceptionId"]}`, `${body["description"]}`, ...more];
    },
    sources: async () => {
      const body = await this.#client.request("loadedSources");
      return (body["sources"] as DebugProtocol.Source[]).map(({ path }) =>
        this.#anonymous(path ?? ""),
      );
    },
    modules: async () => {
      const body = await this.#client.request("modules");
      return (body["modules"] as DebugProtocol.Module[]).map(
        ({ name, symbolStatus }) => `${name}: ${symbolStatus}`,
      );
    },
    threads: async () => {
      const body = await this.#client.request("threads");
      return (body["threads"] as DebugProtocol.Thread[]).map(({ id, name }) => `${id} ${name}`);
    },
    input: async (rest) => {
      const ended = rest === "(end)";
      const body = await this.#client.request("hartbeat/input", {
        data: ended ? "" : `${rest}\n`,
        ended,
      });
      return body["accepted"] === true ? [] : ["not accepted"];
    },
    radix: async (rest) => {
      await this.#client.request("hartbeat/setRadix", { radix: rest });
      return [];
    },
    /** The names of the events that have come. */
    events: async () => [
      this.#client
        .taken()
        .map(({ event }) => event)
        .join(" "),
    ],
    event: async (rest) => {
      const { name, body } = await this.#client.event(`the event ${rest}`, rest);
      return [`${name} ${JSON.stringify(body)}`];
    },
    /** With other launch attributes, where they are given: `restart {"history": false}`. */
    restart: (rest) => {
      const given = rest === "" ? {} : { arguments: { ...this.#launched, ...JSON.parse(rest) } };
      return this.#go("restart", given);
    },
    /** Writes a recording: `save run.hartbeat-recording [bookmark's count]`. */
    save: async (rest) => {
      const [name = "", ...counts] = rest.split(" ");
      const bookmarks = counts.map((at) => ({ at, label: "marked" }));
      const path = this.#options.resolve(name);
      const body = await this.#client.request("hartbeat/saveRecording", { path, bookmarks });
      return [`${body["instructions"]} instructions`];
    },
    /** Opens a recording in this session, in place of its program. */
    open: async (rest) => {
      const [, name, json] = /^(\S+)\s*(.*)$/.exec(rest)!;
      const recording = this.#options.resolve(name!);
      const more = json === "" ? {} : JSON.parse(json!);
      return this.#go("restart", { arguments: { recording, ...more } });
    },
    live: () => this.#go("hartbeat/continueLive", {}),
    /** The branches: name, "*" at the present one, since when, its end, where it was left. */
    branches: async () => {
      const { branches } = await this.#client.request("hartbeat/branches");
      return (branches as Body[]).map(
        ({ name, isCurrent, since, end, at }) =>
          `${name}${isCurrent === true ? "*" : ""}: ${since} to ${end}, at ${at}`,
      );
    },
    switch: (name) => this.#go("hartbeat/switchBranch", { name }),
    "rename-branch": async (rest) => {
      const [name, to] = rest.split(" = ");
      await this.#client.request("hartbeat/renameBranch", { name, to });
      return [];
    },
    "delete-branch": async (name) => {
      await this.#client.request("hartbeat/deleteBranch", { name });
      return [];
    },
    terminate: () => this.#go("terminate", {}),
    disconnect: () => this.#go("disconnect", {}),
    /** Answers the next dialog, which a later line of the script brings about. */
    "answer-dialog": async (button) => {
      void this.#client.event("a dialog", "hartbeat/dialog").then(({ body }) => {
        const buttons = [body["action"], body["alternative"]].filter((text) => text !== undefined);
        this.#dialogs.push(`${body["text"]} [${buttons.join(", ")}]`);
        return this.#client.request("hartbeat/dialogReply", { id: body["id"], button });
      });
      return [];
    },
    /** What the dialogs have asked that were answered. */
    dialogs: async () => this.#dialogs.splice(0),
    /** Any request: `request name {"argument": 1}`; the answer's body as JSON. */
    request: async (rest) => {
      const [, name, args] = /^(\S+)\s*(.*)$/.exec(rest)!;
      const body = await this.#client.request(name!, args === "" ? {} : JSON.parse(args!));
      return [this.#anonymous(JSON.stringify(body))];
    },
  };

  async #launch(rest: string): Promise<string[]> {
    const [, program, json] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
    await this.#client.request("initialize", {
      adapterID: "hartbeat",
      pathFormat: "path",
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsMemoryEvent: true,
      supportsInvalidatedEvent: true,
      ...this.#options.client,
    });
    const attributes = {
      ...(program === "-" || program === undefined
        ? {}
        : { program: this.#options.resolve(program) }),
      ...(json === "" || json === undefined ? {} : JSON.parse(json)),
    };
    if (Array.isArray(attributes.sources)) {
      attributes.sources = attributes.sources.map((name: string) => this.#options.resolve(name));
    }
    this.#launched = attributes;
    await this.#client.request("launch", attributes);
    const { before } = await this.#client.event("initialized", "initialized");
    return this.#outputs(before);
  }

  async #break(rest: string): Promise<string[]> {
    const [file, line] = split(rest.split(" ")[0]!);
    const known = this.#breakpoints.get(file) ?? [];
    known.push({ line, ...terms(rest) });
    this.#breakpoints.set(file, known);
    const body = await this.#client.request("setBreakpoints", {
      source: this.#source(file),
      breakpoints: known,
    });
    return [this.#breakpoint((body["breakpoints"] as DebugProtocol.Breakpoint[]).at(-1)!)];
  }

  /** `watch counter write if counter > 3`; the access is "write" where none is named. */
  async #watch(rest: string): Promise<string[]> {
    const [, name, access, mode] =
      /^(.*?)(?: (read|write|readWrite))?(?: (every))?(?: (?:if|hit) .*)?$/.exec(rest)!;
    const info = await this.#client.request("dataBreakpointInfo", {
      name,
      ...(mode === undefined ? {} : { mode }),
    });
    if (info["dataId"] === null) return [`no data breakpoint: ${info["description"]}`];
    this.#data.push({
      dataId: String(info["dataId"]),
      accessType: (access ?? "write") as DebugProtocol.DataBreakpointAccessType,
      ...terms(rest),
    });
    const body = await this.#client.request("setDataBreakpoints", { breakpoints: this.#data });
    return [this.#breakpoint((body["breakpoints"] as DebugProtocol.Breakpoint[]).at(-1)!)];
  }

  #stepArguments(rest: string): object {
    return { threadId: this.#thread, ...(rest === "" ? {} : { granularity: rest }) };
  }

  /** Makes a request after which the program stops or ends, and says where. */
  async #go(command: string, args: object): Promise<string[]> {
    await this.#client.request(command, args);
    return this.#wait();
  }

  async #wait(): Promise<string[]> {
    const { name, body, before } = await this.#client.event("a stop", "stopped", "terminated");
    const lines = this.#outputs(before);
    if (name === "terminated") {
      const exited = before.find(({ event }) => event === "exited")?.body as
        | { exitCode?: number }
        | undefined;
      return [...lines, `ended with exit code ${exited?.exitCode}`];
    }
    this.#thread = Number(body["threadId"]);
    const [frame] = await this.#frames({ startFrame: 0, levels: 1 });
    const text = body["text"] === undefined ? "" : `: ${body["text"]}`;
    const title =
      body["description"] === undefined
        ? body["reason"]
        : `${body["reason"]}, ${body["description"]}`;
    return [...lines, `stopped (${title}) at ${this.#frame(frame!)}${text}`];
  }

  /** What was written, as lines: the program's behind "| ", the debugger's behind "! ". */
  #outputs(events: readonly DebugProtocol.Event[]): string[] {
    let written = "";
    const notes: string[] = [];
    for (const { event, body } of events) {
      if (event === "hartbeat/output") written += body.data;
      if (event === "capabilities") notes.push(`capabilities ${JSON.stringify(body.capabilities)}`);
      if (event !== "output") continue;
      if (body.category === "stdout" || body.category === "stderr") written += body.output;
      else notes.push(...String(body.output).trimEnd().split("\n"));
    }
    // Terminals' control sequences, readable.
    written = written.replaceAll("\u001b", "\\e");
    const lines = written === "" ? [] : written.replace(/\n$/, "").split("\n");
    return [
      ...lines.map((line) => `| ${line}`),
      ...notes.map((line) => `! ${this.#anonymous(line)}`),
    ];
  }

  async #print(texts: readonly string[], context: string, frameId?: number): Promise<string[]> {
    const lines: string[] = [];
    for (const expression of texts) {
      try {
        const body = await this.#client.request("evaluate", {
          expression,
          context,
          ...(frameId === undefined ? {} : { frameId }),
        });
        lines.push(`${expression} = ${body["result"]}`);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        lines.push(`${expression}: ${error.message}`);
      }
    }
    return lines;
  }

  async #stepTargets(): Promise<DebugProtocol.StepInTarget[]> {
    const [frame] = await this.#frames({ startFrame: 0, levels: 1 });
    const body = await this.#client.request("stepInTargets", { frameId: frame!.id });
    return body["targets"] as DebugProtocol.StepInTarget[];
  }

  async #frames(paging: object): Promise<DebugProtocol.StackFrame[]> {
    const body = await this.#client.request("stackTrace", { threadId: this.#thread, ...paging });
    return body["stackFrames"] as DebugProtocol.StackFrame[];
  }

  async #scopes(): Promise<DebugProtocol.Scope[]> {
    const [frame] = await this.#frames({ startFrame: 0, levels: 1 });
    const body = await this.#client.request("scopes", { frameId: frame!.id });
    return body["scopes"] as DebugProtocol.Scope[];
  }

  async #variables(rest: string): Promise<string[]> {
    const scopes = await this.#scopes();
    const scope = scopes.find(({ name }) => rest === name || rest.startsWith(`${name} `));
    if (scope === undefined) return ["no such scope"];
    const names = rest
      .slice(scope.name.length)
      .split(" ")
      .filter((name) => name !== "");
    const list = async (variablesReference: number) =>
      (await this.#client.request("variables", { variablesReference }))[
        "variables"
      ] as DebugProtocol.Variable[];
    const lines: string[] = [];
    for (const variable of await list(scope.variablesReference)) {
      if (names.length > 0 && !names.includes(variable.name)) continue;
      lines.push(`${variable.name} = ${variable.value}`);
      if (names.length === 0 || variable.variablesReference === 0) continue;
      for (const child of await list(variable.variablesReference))
        lines.push(`  ${child.name} = ${child.value}`);
    }
    return lines;
  }

  /** An expression's address, as a memory reference. */
  async #address(expression: string): Promise<string> {
    const body = await this.#client.request("evaluate", { expression, context: "watch" });
    return String(body["memoryReference"]);
  }

  #source(name: string): DebugProtocol.Source {
    return { name, path: this.#options.resolve(name) };
  }

  #frame({ name, line, source }: DebugProtocol.StackFrame): string {
    const place = source === undefined ? "" : ` ${source.name}:${line}`;
    return `${name}${place}`;
  }

  #breakpoint({ verified, line, message }: DebugProtocol.Breakpoint): string {
    if (!verified) return `not set: ${message}`;
    return line === undefined ? "set" : `set on line ${line}`;
  }

  #row(row: DebugProtocol.DisassembledInstruction): string {
    const symbol = row.symbol === undefined ? "" : `<${row.symbol}> `;
    const place = row.line === undefined ? "" : ` ; line ${row.line}`;
    const bytes = (row.instructionBytes ?? "").padEnd(11);
    return `${row.address} ${bytes} ${symbol}${row.instruction}${place}`.trimEnd();
  }

  /** A text without the paths of this machine. */
  #anonymous(text: string): string {
    const probe = this.#options.resolve("@");
    return text.replaceAll(probe.slice(0, -1), "");
  }
}

/** "file:12" in two. */
function split(place: string): [string, number] {
  const at = place.lastIndexOf(":");
  return [place.slice(0, at), Number(place.slice(at + 1))];
}

/** What stands behind "if", "hit" and "log", in this order. */
function terms(text: string): { condition?: string; hitCondition?: string; logMessage?: string } {
  const [, condition] = / if (.*?)(?= hit | log |$)/.exec(text) ?? [];
  const [, hitCondition] = / hit (.*?)(?= log |$)/.exec(text) ?? [];
  const [, logMessage] = / log (.*)$/.exec(text) ?? [];
  return {
    ...(condition === undefined ? {} : { condition }),
    ...(hitCondition === undefined ? {} : { hitCondition }),
    ...(logMessage === undefined ? {} : { logMessage }),
  };
}
