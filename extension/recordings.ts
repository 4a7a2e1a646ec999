/**
 * Recordings in VS Code: saving the run in front, opening a file by command or by double-click, and
 * going on where a recording ends. The adapter writes and reads the files; in the browser, too, they
 * are the workspace's.
 */
import {
  type CustomDocument,
  commands,
  type DebugSession,
  type Disposable,
  debug,
  ProgressLocation,
  Uri,
  Disposable as VSDisposable,
  window,
  workspace,
} from "vscode";
import { formatCount } from "./points.ts";
import { withRun } from "./travel-commands.ts";
import type { Run, Travels } from "./travels.ts";

/** The ending of recordings' names, without the dot. */
const ending = "hartbeat-recording";
const filters = { "Hartbeat recording": [ending] };

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The folder for files of a session: its workspace's, or the one that there is. */
function folderOf(session?: DebugSession): Uri | undefined {
  return session?.workspaceFolder?.uri ?? workspace.workspaceFolders?.[0]?.uri;
}

async function save(run: Run): Promise<void> {
  const folder = folderOf(run.session);
  const name = `${run.session.name.replace(/\.[^.]*$/, "").replace(/[/\\:*?"<>|]/g, "-")}.${ending}`;
  const target = await window.showSaveDialog({
    title: "Save Recording",
    filters,
    ...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
  });
  if (target === undefined) return;
  const title = `Saving ${nameOf(target.path)}`;
  const path = target.scheme === "file" ? target.fsPath : target.toString(true);
  const bookmarks = run.allBookmarks.map((bookmark) => ({ ...bookmark, at: String(bookmark.at) }));
  const saved = await window.withProgress({ location: ProgressLocation.Notification, title }, () =>
    run.session.customRequest("hartbeat/saveRecording", { path, bookmarks }),
  );
  const { bytes, instructions } = saved as { bytes: number; instructions: string };
  const what = instructions === "1" ? "instruction" : "instructions";
  window.showInformationMessage(
    `Saved ${formatCount(BigInt(instructions))} ${what} in ${nameOf(target.path)} (${formatCount(BigInt(bytes))} bytes).`,
  );
}

/** Starts a session that shows the recording. */
async function open(uri: Uri): Promise<void> {
  const folder = workspace.getWorkspaceFolder(uri) ?? workspace.workspaceFolders?.[0];
  await debug.startDebugging(folder, {
    type: "hartbeat",
    request: "launch",
    name: nameOf(uri.path),
    recording: uri.scheme === "file" ? uri.fsPath : uri.toString(true),
  });
}

async function choose(resource: Uri | undefined): Promise<void> {
  const folder = folderOf();
  const picked =
    resource ??
    (
      await window.showOpenDialog({
        title: "Open Recording",
        canSelectMany: false,
        filters,
        ...(folder === undefined ? {} : { defaultUri: folder }),
      })
    )?.[0];
  if (picked !== undefined) await open(picked);
}

async function continueLive(run: Run, travels: Travels): Promise<void> {
  const { kept } = await run.session.customRequest("hartbeat/continueLive");
  if (kept === undefined) return;
  window.setStatusBarMessage(`What was recorded after this point is the branch "${kept}".`, 5000);
  travels.changed(run);
}

/** Asks once a session, where its recording ends for the first time. */
function offerToContinue(travels: Travels): Disposable {
  const offered = new WeakSet<Run>();
  return travels.onDidChange(async (run) => {
    if (run.isRunning || !run.hasRunOut || offered.has(run) || run !== travels.active) return;
    offered.add(run);
    const action = "Continue Live";
    const answer = await window.showInformationMessage(
      "The recording ends here. One can go back from here, or let the program run on.",
      action,
    );
    if (answer === action) await withRun(travels, (active) => continueLive(active, travels));
  });
}

/** Opening the file in an editor starts a session, and the editor goes again. */
function registerEditor(): Disposable {
  return window.registerCustomEditorProvider("hartbeat.recording", {
    openCustomDocument: (uri): CustomDocument => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => {
      panel.webview.html = "<p>The recording is opened in the debugger…</p>";
      // Not at once: VS Code still has to show the editor that it has asked for.
      setTimeout(() => void open(uri).finally(() => panel.dispose()), 0);
    },
  });
}

/** Registers the commands and the editor. */
export function registerRecordings(travels: Travels): Disposable {
  const tell = () =>
    commands.executeCommand(
      "setContext",
      "hartbeat.isRecording",
      travels.active?.isFromRecording === true,
    );
  return VSDisposable.from(
    commands.registerCommand("hartbeat.saveRecording", () => withRun(travels, save)),
    commands.registerCommand("hartbeat.openRecording", (uri?: Uri) => choose(uri)),
    commands.registerCommand("hartbeat.continueLive", () =>
      withRun(travels, (run) => continueLive(run, travels)),
    ),
    registerEditor(),
    offerToContinue(travels),
    travels.onDidChange(tell),
  );
}
