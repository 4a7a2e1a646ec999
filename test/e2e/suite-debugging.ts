/**
 * Tests of debugging inside of the extension host: the recorded sessions of test/dap, played on the
 * adapter that the extension starts (a web worker or a thread), and a session of VS Code's own.
 */
import * as vscode from "vscode";
import type { ExtensionInterface } from "../../extension/activate.ts";
import { clientOf, runScript, type Transport } from "../dap/session-script.ts";
import { recorded } from "./recorded-sessions.ts";
import type { HostTest } from "./suite.ts";

/** Where the sessions' programs are put, below the workspace folder. */
const programsFolder = "recorded programs";

/** The client of the recorded sessions has no terminal unless a session says so. */
const withoutTerminal = { hartbeatTerminal: false, hartbeatDialogs: false };

/** The path of a file as VS Code names it to a debug adapter: a URI where there are no paths. */
function pathOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.toString(true);
}

async function extension(): Promise<ExtensionInterface> {
  const found = vscode.extensions.getExtension<ExtensionInterface>("hartbeat.hartbeat");
  if (found === undefined) throw new Error("hartbeat.hartbeat is not installed");
  return found.activate();
}

async function writePrograms(folder: vscode.Uri): Promise<void> {
  const encoder = new TextEncoder();
  for (const [name, text] of Object.entries(recorded().programs))
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), encoder.encode(text));
}

/** The first line in which two texts differ, with what was there before. */
function difference(expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  const [wanted, got] = [expected.split("\n"), actual.split("\n")];
  const at = wanted.findIndex((line, index) => line !== got[index]);
  const before = wanted.slice(Math.max(0, at - 3), Math.max(at, 0)).join("\n");
  return `line ${at + 1}, behind\n${before}\nexpected: ${wanted[at]}\nactual:   ${got[at]}`;
}

async function playSession(folder: vscode.Uri, name: string): Promise<void> {
  const record = recorded().sessions[name] ?? "";
  const adapter = (await extension()).createDebugAdapter();
  const transport: Transport = {
    send: (message) => adapter.handleMessage(message as vscode.DebugProtocolMessage),
    onMessage: (listener) => {
      adapter.onDidSendMessage(listener);
    },
  };
  try {
    const played = await runScript(record, transport, {
      resolve: (file) => `${pathOf(folder)}/${file}`,
      client: { ...withoutTerminal, ...clientOf(record) },
    });
    const wrong = difference(record, played);
    if (wrong !== undefined) throw new Error(wrong);
  } finally {
    adapter.dispose();
  }
}

interface Frame {
  id: number;
  name: string;
  line: number;
}

/** What a session of VS Code's debugger has been told, in the order of its coming. */
class Watched {
  readonly #events: { event: string; body?: Record<string, unknown> }[] = [];
  #arrived = (): void => {};

  readonly factory: vscode.DebugAdapterTrackerFactory = {
    createDebugAdapterTracker: () => ({
      onDidSendMessage: (message) => {
        if (message.type !== "event") return;
        this.#events.push(message);
        this.#arrived();
      },
    }),
  };

  /** Takes the next event of a name; it and all before it are gone then. */
  async next(name: string): Promise<Record<string, unknown>> {
    const timeout = 20_000;
    const end = Date.now() + timeout;
    for (;;) {
      const at = this.#events.findIndex(({ event }) => event === name);
      if (at >= 0) return this.#events.splice(0, at + 1)[at]?.body ?? {};
      const left = end - Date.now();
      if (left <= 0) throw new Error(`waited in vain for the event "${name}"`);
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
        setTimeout(resolve, left);
      });
    }
  }
}

function equal(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} is ${actual}, not ${expected}`);
}

/** A session that VS Code's debugger leads: it initializes, launches and sets breakpoints itself. */
async function debugWithVSCode(folder: vscode.Uri): Promise<void> {
  const program = vscode.Uri.joinPath(folder, "loop.s");
  const breakpoint = new vscode.SourceBreakpoint(
    new vscode.Location(program, new vscode.Position(9, 0)),
    true,
    "s0 == 3",
  );
  const watched = new Watched();
  const tracking = vscode.debug.registerDebugAdapterTrackerFactory("hartbeat", watched.factory);
  const ended = new Promise<void>((resolve) => {
    vscode.debug.onDidTerminateDebugSession(() => resolve());
  });
  vscode.debug.addBreakpoints([breakpoint]);
  try {
    const configuration = { type: "hartbeat", request: "launch", name: "loop" };
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(program);
    const isStarted = await vscode.debug.startDebugging(workspaceFolder, {
      ...configuration,
      program: pathOf(program),
    });
    equal("whether the session has started", isStarted, true);
    equal("the reason of the stop", (await watched.next("stopped"))["reason"], "breakpoint");
    const session = vscode.debug.activeDebugSession;
    if (session === undefined) throw new Error("there is no active debug session");
    const top = async (): Promise<Frame> =>
      (await session.customRequest("stackTrace", { threadId: 1 })).stackFrames[0];
    const value = async (expression: string): Promise<string> => {
      const frameId = (await top()).id;
      const context = "watch";
      return (await session.customRequest("evaluate", { expression, frameId, context })).result;
    };
    equal("the line", (await top()).line, 10);
    equal("s0", Number(await value("s0")), 3);
    equal("t0", Number(await value("t0")), 3);
    await session.customRequest("next", { threadId: 1 });
    equal("the reason of the stop", (await watched.next("stopped"))["reason"], "step");
    equal("the line", (await top()).line, 11);
    equal("t0", Number(await value("t0")), 6);
    await session.customRequest("continue", { threadId: 1 });
    equal("the exit code", (await watched.next("exited"))["exitCode"], 55);
    await ended;
  } finally {
    vscode.debug.removeBreakpoints([breakpoint]);
    tracking.dispose();
  }
}

/** The tests; the first writes what the others need. */
export function debuggingTests(workspaceFolder: () => vscode.Uri): HostTest[] {
  const folder = (): vscode.Uri => vscode.Uri.joinPath(workspaceFolder(), programsFolder);
  return [
    ["the programs of the recorded sessions can be written", () => writePrograms(folder())],
    ["VS Code's debugger stops at a breakpoint, steps and ends", () => debugWithVSCode(folder())],
    ...Object.keys(recorded().sessions).map((name): HostTest => {
      const title = name.replace(".session", "").replaceAll("-", " ");
      return [`recorded session: ${title}`, () => playSession(folder(), name)];
    }),
  ];
}
