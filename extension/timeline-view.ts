/**
 * The timeline in the debug side bar: a page that draws the recorded run as one bar. This side tells
 * it what there is to draw, and goes where the person points; `timeline-page.mjs` is the page.
 */
import {
  commands,
  type Disposable,
  debug,
  type ExtensionContext,
  type Memento,
  Uri,
  Disposable as VSDisposable,
  type Webview,
  type WebviewView,
  window,
} from "vscode";
import type { Run, Travels } from "./travels.ts";

/** What the page sends. */
type PageMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "unmark" }
  | { readonly kind: "part"; readonly first: string; readonly last: string }
  | { readonly kind: "goTo"; readonly instructions: string };

/** What the adapter answers to `hartbeat/history`; counts are decimal text. */
interface Recorded {
  readonly start: string;
  readonly end: string;
  readonly instructions: string;
  readonly outputs: readonly { at: string; stdout: number; stderr: number }[];
  readonly snapshots: readonly string[];
}

/** What the adapter answers to `hartbeat/marks`, as far as this side looks at it. */
interface Picture {
  readonly isComplete: boolean;
}

/** Milliseconds between two looks at a program that runs. */
const interval = 500;
/** Milliseconds after the last stop, after which the run is looked at, and of one look. */
const quiet = 250;
const look = 400;
/** Milliseconds for which one part of the run is looked at, in all. */
const patience = 20_000;
/** Snapshots that are drawn; of more, every second one and so on. */
const snapshotLimit = 200;

class Timeline {
  readonly #view: WebviewView;
  readonly #travels: Travels;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;
  /** The part of the run that the page shows. */
  #part: { readonly first: string; readonly last: string } | undefined;
  #lookTimer: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds for which this part was looked at. */
  #looked = 0;

  constructor(view: WebviewView, travels: Travels, folder: Uri) {
    this.#view = view;
    this.#travels = travels;
    view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    view.webview.html = pageOf(view.webview, Uri.joinPath(folder, "timeline-page.js"));
    const registrations = [
      view.webview.onDidReceiveMessage((message: PageMessage) => this.#receive(message)),
      view.onDidChangeVisibility(() => this.#refreshSoon(0)),
      travels.onDidChange(() => {
        clearTimeout(this.#lookTimer);
        this.#refreshSoon(0);
      }),
      debug.onDidChangeBreakpoints(() => this.#lookAnew()),
    ];
    view.onDidDispose(() => {
      clearTimeout(this.#timer);
      clearTimeout(this.#lookTimer);
      for (const one of registrations) one.dispose();
    });
  }

  #receive(message: PageMessage): void {
    if (message.kind === "ready") this.#refreshSoon(0);
    else if (message.kind === "unmark") void this.#unmark();
    else if (message.kind === "part") {
      this.#part = { first: message.first, last: message.last };
      this.#lookAnew();
    } else if (/^\d{1,19}$/.test(message.instructions)) {
      void this.#travels.active?.goTo(BigInt(message.instructions));
    }
  }

  async #unmark(): Promise<void> {
    const run = this.#travels.active;
    if (run === undefined) return;
    await run.session.customRequest("hartbeat/markWrites", {});
    run.marked = undefined;
    this.#travels.changed(run);
  }

  #lookAnew(): void {
    this.#looked = 0;
    this.#lookSoon();
  }

  #lookSoon(): void {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => void this.#look(), quiet);
  }

  /** Asks what happened in the shown part, again and again until all is known. */
  async #look(): Promise<void> {
    const [run, part] = [this.#travels.active, this.#part];
    if (run === undefined || part === undefined || !this.#view.visible) return;
    if (run.isRunning || !run.isRecorded) return;
    const milliseconds = this.#looked < patience ? look : 0;
    const start = Date.now();
    const picture: Picture | undefined = await run.session
      .customRequest("hartbeat/marks", { ...part, milliseconds })
      .then(undefined, () => undefined);
    if (picture === undefined || part !== this.#part || run !== this.#travels.active) return;
    this.#looked += Date.now() - start;
    const isOver = picture.isComplete || milliseconds === 0;
    await this.#view.webview.postMessage({
      ...picture,
      kind: "picture",
      ...part,
      isComplete: isOver,
    });
    if (isOver || run.isRunning || part !== this.#part) return;
    clearTimeout(this.#lookTimer);
    // What has interrupted the look is let go first.
    const wasInterrupted = Date.now() - start < look;
    this.#lookTimer = setTimeout(() => void this.#look(), wasInterrupted ? quiet : 0);
  }

  #refreshSoon(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), delay);
  }

  async #refresh(): Promise<void> {
    if (!this.#view.visible) return;
    const run = this.#travels.active;
    // What comes while an answer is under way is shown with the next one.
    if (this.#isAsking) return this.#refreshSoon(50);
    this.#isAsking = true;
    try {
      const recorded: Recorded | undefined = await run?.session
        .customRequest("hartbeat/history")
        .then(undefined, () => undefined);
      await this.#view.webview.postMessage(stateOf(run, recorded));
    } finally {
      this.#isAsking = false;
    }
    this.#lookAnew();
    if (run?.isRunning === true && run === this.#travels.active) this.#refreshSoon(interval);
  }
}

/** What the page draws. */
function stateOf(run: Run | undefined, recorded: Recorded | undefined): object {
  if (run === undefined || recorded === undefined) return { kind: "nothing" };
  const every = Math.ceil(recorded.snapshots.length / snapshotLimit);
  return {
    kind: "run",
    start: recorded.start,
    end: recorded.end,
    at: recorded.instructions,
    isRunning: run.isRunning,
    isInPast: run.isInPast,
    outputs: recorded.outputs,
    snapshots: recorded.snapshots.filter((_, index) => index % every === 0),
    stops: [...run.stops].map(String),
    marked: run.marked,
    bookmarks: run.bookmarks.map(({ at, label }) => ({ at: String(at), label })),
  };
}

/** The page: its script alone may run, and nothing is loaded from elsewhere. */
function pageOf(webview: Webview, script: Uri): string {
  // Not randomUUID(), which pages without TLS lack.
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<title>Timeline</title>
<style nonce="${nonce}">
body { margin: 0; padding: 4px 12px 0; overflow-x: hidden; color: var(--vscode-foreground);
  font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
#bar { position: relative; cursor: pointer; touch-action: none; outline: none; }
#bar:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
canvas { display: block; width: 100%; }
#words { padding-top: 4px; }
#where { display: flex; gap: 0 12px; justify-content: space-between; white-space: nowrap;
  overflow: hidden; font-variant-numeric: tabular-nums; }
#hint { color: var(--vscode-descriptionForeground); }
#line { display: flex; gap: 10px; }
#tip { flex: 1; }
#marked { display: inline-flex; flex: none; align-items: center; gap: 4px; max-width: 60%; }
#mark { width: 7px; height: 7px; transform: rotate(45deg); flex: none;
  background: var(--vscode-charts-purple); }
#markedName { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#unmark { border: none; background: none; color: inherit; cursor: pointer; padding: 0 4px;
  font: inherit; border-radius: 3px; }
#unmark:hover { background: var(--vscode-toolbar-hoverBackground); }
#unmark:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
#keys { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
#tip { min-height: 1.4em; color: var(--vscode-descriptionForeground); white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; }
[hidden] { display: none !important; }
</style>
</head>
<body>
<div id="nothing" hidden>The run is not recorded, or nothing is debugged.</div>
<div id="run" hidden>
<div id="bar" role="slider" tabindex="0" aria-label="Position in the recorded run"
  aria-describedby="keys"><canvas></canvas></div>
<div id="words">
<div id="where"><span id="at"></span><span id="hint"></span></div>
<div id="line"><div id="marked" hidden><span id="mark"></span><span>writes of <span
  id="markedName"></span></span><button id="unmark" aria-label="Mark these writes no longer"
  title="Mark these writes no longer">✕</button></div>
<div id="tip" aria-hidden="true"></div></div>
</div>
<div id="keys">Arrows move by a hundredth of what is shown, with Control by one instruction; Page Up
and Page Down by ten times that; [ and ] to the mark before and behind; + and - zoom, Shift and
arrows move what is shown, 0 shows the whole run.</div>
</div>
<script nonce="${nonce}" src="${webview.asWebviewUri(script)}"></script>
</body>
</html>`;
}

/**
 * Shows the view when a person goes back for the first time: VS Code folds views that an extension
 * adds to its own side bars, and who has not seen it would not look for it.
 */
function introduce(travels: Travels, memory: Memento): Disposable {
  const key = "timeline.introduced";
  return travels.onDidChange(({ isInPast, isRunning }) => {
    if (!isInPast || isRunning || memory.get<boolean>(key) === true) return;
    void memory.update(key, true);
    void commands.executeCommand("hartbeat.timeline.focus", { preserveFocus: true });
  });
}

/** Registers the view. */
export function registerTimeline(travels: Travels, context: ExtensionContext): Disposable {
  const folder = Uri.joinPath(context.extensionUri, "dist");
  return VSDisposable.from(
    introduce(travels, context.globalState),
    window.registerWebviewViewProvider("hartbeat.timeline", {
      resolveWebviewView: (view) => void new Timeline(view, travels, folder),
    }),
  );
}
