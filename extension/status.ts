/** The status bar: for which machine the open source is assembled, and how far a program has run. */
import {
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
import { formatCount } from "./points.ts";
import type { Travels } from "./travels.ts";

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

/** Shows how far the active session's program has run, and where in the run it is. */
function registerProgress(travels: Travels): Disposable {
  const item = window.createStatusBarItem("hartbeat.progress", StatusBarAlignment.Left, 10);
  item.name = "Hartbeat: instructions";
  const show = () => {
    const run = travels.active;
    if (run === undefined) return item.hide();
    const { at, end, isRunning, isInPast, isRecorded } = run;
    if (isRunning || at === undefined) item.text = "$(pulse) running";
    else if (isInPast)
      item.text = `$(debug-reverse-continue) ${formatCount(at)} of ${formatCount(end)}`;
    else item.text = `$(pulse) ${formatCount(at)} ${at === 1n ? "instruction" : "instructions"}`;
    const isBack = isInPast && !isRunning;
    item.tooltip = isBack
      ? "Where in the recorded run the program is: click to go elsewhere"
      : "Instructions that the program has run so far";
    item.command = isRecorded && !isRunning ? "hartbeat.goToInstruction" : undefined;
    item.show();
  };
  return VSDisposable.from(
    item,
    travels.onDidChange(show),
    debug.onDidStartDebugSession(show),
    debug.onDidChangeActiveDebugSession(show),
    debug.onDidTerminateDebugSession(show),
  );
}

/** Registers both items. */
export function registerStatus(travels: Travels): Disposable {
  return VSDisposable.from(registerTarget(), registerProgress(travels));
}
