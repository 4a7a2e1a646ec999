/** The status bar: for which machine the open source is assembled, and how far a program has run. */
import {
  type DebugSession,
  type Disposable,
  debug,
  languages,
  StatusBarAlignment,
  type TextDocument,
  Disposable as VSDisposable,
  window,
  workspace,
} from "vscode";
import { dialectNames, dialectTargets } from "../assembler/dialects/dialect.ts";
import { readHeader } from "../assembler/header.ts";

const countFormat = new Intl.NumberFormat("en-US");

/** What the document is assembled for: its own header first, then the settings. */
function targetOf(document: TextDocument): string {
  const { options } = readHeader(document.getText());
  const settings = workspace.getConfiguration("hartbeat", document.uri);
  const chosen = options.dialect ?? settings.get<string>("dialect") ?? "gnu";
  const dialect = dialectNames.find((name) => name === chosen) ?? "gnu";
  const implied = dialectTargets[dialect];
  const march = options.march ?? implied.march ?? settings.get<string>("march") ?? "rv64gc";
  const environment =
    options.environment ?? implied.environment ?? settings.get<string>("environment") ?? "linux";
  const target = `${march} · ${environment}`;
  return dialect === "gnu" || dialect === environment ? target : `${target} · ${dialect}`;
}

function registerTarget(): Disposable {
  const item = languages.createLanguageStatusItem("hartbeat.target", { language: "riscv" });
  item.name = "RISC-V target";
  item.detail = "architecture · environment";
  item.command = {
    title: "Change",
    command: "workbench.action.openSettings",
    arguments: ["@ext:hartbeat.hartbeat"],
  };
  const show = (document: TextDocument | undefined) => {
    if (document?.languageId === "riscv") item.text = targetOf(document);
  };
  show(window.activeTextEditor?.document);
  return VSDisposable.from(
    item,
    window.onDidChangeActiveTextEditor((editor) => show(editor?.document)),
    workspace.onDidSaveTextDocument((document) => {
      if (document === window.activeTextEditor?.document) show(document);
    }),
  );
}

/** Shows the count of retired instructions at each stop of the active session. */
function registerProgress(): Disposable {
  const item = window.createStatusBarItem("hartbeat.progress", StatusBarAlignment.Left, 10);
  item.name = "Hartbeat: instructions";
  const states = new Map<string, string>();
  const show = () => {
    const session = debug.activeDebugSession;
    const text = session === undefined ? undefined : states.get(session.id);
    if (text === undefined) return item.hide();
    item.text = text;
    item.tooltip = "Instructions that the program has run so far";
    item.show();
  };
  const set = (session: DebugSession, text: string) => {
    states.set(session.id, text);
    show();
  };
  return VSDisposable.from(
    item,
    debug.registerDebugAdapterTrackerFactory("hartbeat", {
      createDebugAdapterTracker: (session) => ({
        onWillReceiveMessage: ({ type, command }: ProtocolMessage) => {
          if (type === "request" && resuming.has(command ?? "")) set(session, running);
        },
        onDidSendMessage: ({ type, event, body }: ProtocolMessage) => {
          if (type !== "event") return;
          if (event === "continued") set(session, running);
          else if (event === "stopped") {
            const { hartbeat } = (body ?? {}) as { hartbeat?: { instructions: string } };
            if (hartbeat !== undefined) set(session, stoppedAt(BigInt(hartbeat.instructions)));
          }
        },
      }),
    }),
    debug.onDidChangeActiveDebugSession(show),
    debug.onDidTerminateDebugSession((session) => {
      states.delete(session.id);
      show();
    }),
  );
}

/** What is looked at of the debug adapter protocol's messages. */
interface ProtocolMessage {
  readonly type: string;
  readonly event?: string;
  readonly command?: string;
  readonly body?: unknown;
}

/** The requests that let the program run; a restart, which may fail, is told by an event. */
const resuming = new Set(["launch", "continue", "next", "stepIn", "stepOut"]);
const running = "$(pulse) running";

function stoppedAt(count: bigint): string {
  return `$(pulse) ${countFormat.format(count)} ${count === 1n ? "instruction" : "instructions"}`;
}

/** Registers both items. */
export function registerStatus(): Disposable {
  return VSDisposable.from(registerTarget(), registerProgress());
}
