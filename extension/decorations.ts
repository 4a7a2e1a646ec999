/**
 * What has just run, in the editor: the lines of the last instructions have a bar at their left that
 * fades with age, and behind each stands what it has changed. The adapter finds it out when the
 * program has been stopped for a moment; all is gone when the session ends.
 */
import {
  type DebugSession,
  type DecorationOptions,
  type DecorationRenderOptions,
  type Disposable,
  debug,
  OverviewRulerLane,
  Range,
  type TextEditor,
  type TextEditorDecorationType,
  ThemeColor,
  type Uri,
  Disposable as VSDisposable,
  window,
  workspace,
} from "vscode";
import { toUri } from "./places.ts";
import type { Run, Travels } from "./travels.ts";

/** A source as the protocol has it. */
interface DebugProtocolSource {
  readonly path?: string;
  readonly sourceReference?: number;
}

/** What the adapter answers to `hartbeat/path`: lines from 1, the latest first. */
interface Path {
  readonly isComplete: boolean;
  readonly lines: readonly {
    readonly source: DebugProtocolSource;
    readonly line: number;
    readonly changes: readonly string[];
  }[];
}

/** Of lines that have run, how many of the latest have each of the colours. */
const ages = [1, 3, 8, 32] as const;
/** Milliseconds: after a stop before it is asked, of a request, before lines of a run go. */
const quiet = 120;
const longest = 600;
const patience = 400;
/** How often it is asked again where something else came between. */
const attempts = 4;

interface Line {
  readonly uri: string;
  readonly line: number;
  readonly age: number;
  readonly text: string;
}

const barOf = (age: number): DecorationRenderOptions => {
  const colour = new ThemeColor(`hartbeat.executedLine${age + 1}`);
  return {
    isWholeLine: true,
    borderStyle: "solid",
    borderWidth: "0 0 0 3px",
    borderColor: colour,
    overviewRulerColor: colour,
    overviewRulerLane: OverviewRulerLane.Left,
  };
};

class Decorations implements Disposable {
  readonly #bars: readonly TextEditorDecorationType[] = ages.map((_, age) =>
    window.createTextEditorDecorationType(barOf(age)),
  );
  readonly #values = window.createTextEditorDecorationType({});
  readonly #travels: Travels;
  readonly #registration: Disposable;
  #lines: readonly Line[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The stop that is shown, and the count of the one before. */
  #shown: { readonly run: Run; readonly at: bigint; readonly branch: string } | undefined;

  constructor(travels: Travels) {
    this.#travels = travels;
    this.#registration = VSDisposable.from(
      travels.onDidChange(() => this.#change()),
      window.onDidChangeVisibleTextEditors(() => this.#draw()),
      workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration("hartbeat.decorations")) return;
        this.#shown = undefined;
        this.#change();
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
    for (const type of [...this.#bars, this.#values]) type.dispose();
  }

  #change(): void {
    clearTimeout(this.#timer);
    const run = this.#travels.active;
    if (run === undefined) {
      this.#clear();
      return;
    }
    // A step is over before anybody could see the lines go.
    if (run.isRunning || run.at === undefined) {
      this.#timer = setTimeout(() => this.#show([]), patience);
      return;
    }
    const { at, branch } = run;
    const isSame = this.#shown?.run === run && this.#shown.branch === branch;
    if (isSame && this.#shown?.at === at) return;
    const since = isSame ? this.#shown?.at : undefined;
    if (run.isRecorded) this.#ask(run, at, since, attempts);
  }

  #ask(run: Run, at: bigint, since: bigint | undefined, left: number): void {
    this.#timer = setTimeout(async () => {
      if (!isOn("path") && !isOn("values")) {
        this.#clear();
        return;
      }
      const path: Path | undefined = await run.session
        .customRequest("hartbeat/path", {
          milliseconds: longest,
          ...(since === undefined ? {} : { since: String(since) }),
        })
        .then(undefined, () => undefined);
      if (run !== this.#travels.active || run.isRunning || run.at !== at) return;
      if (path?.isComplete === true) {
        this.#shown = { run, at, branch: run.branch };
        this.#show(linesOf(path, run.session));
      } else if (left > 0) this.#ask(run, at, since, left - 1);
    }, quiet);
  }

  #clear(): void {
    this.#shown = undefined;
    this.#show([]);
  }

  #show(lines: readonly Line[]): void {
    if (lines.length === 0 && this.#lines.length === 0) return;
    this.#lines = lines;
    this.#draw();
  }

  #draw(): void {
    for (const editor of window.visibleTextEditors) this.#drawIn(editor);
  }

  #drawIn(editor: TextEditor): void {
    const { document } = editor;
    const uri = document.uri.toString();
    const lines = this.#lines.filter((line) => line.uri === uri && line.line < document.lineCount);
    const own = isOn("path") ? lines : [];
    for (const [age, type] of this.#bars.entries()) {
      const ranges = own.filter((line) => line.age === age);
      editor.setDecorations(
        type,
        ranges.map(({ line }) => new Range(line, 0, line, 0)),
      );
    }
    const valued = isOn("values") ? lines.filter(({ text }) => text !== "") : [];
    editor.setDecorations(
      this.#values,
      valued.map(({ line, text, age }): DecorationOptions => {
        const end = document.lineAt(line).range.end;
        const color = new ThemeColor(
          age < 2 ? "hartbeat.changedValue" : "hartbeat.changedValueOfOlderLine",
        );
        return {
          range: new Range(end, end),
          renderOptions: { after: { contentText: text, color, margin: "0 0 0 3ch" } },
        };
      }),
    );
  }
}

function isOn(name: "path" | "values"): boolean {
  return workspace.getConfiguration("hartbeat.decorations").get<boolean>(name) === true;
}

/** The document of a source: a recording may have its text, which VS Code then shows by itself. */
function documentOf(source: DebugProtocolSource, session: DebugSession): Uri | undefined {
  const { path, sourceReference = 0 } = source;
  if (sourceReference > 0) return debug.asDebugSourceUri(source, session);
  return path === undefined ? undefined : toUri(path);
}

function linesOf({ lines }: Path, session: DebugSession): Line[] {
  return lines.flatMap(({ source, line, changes }, index) => {
    const uri = documentOf(source, session)?.toString();
    const age = ages.findIndex((limit) => index < limit);
    if (uri === undefined || age < 0) return [];
    return [{ uri, line: line - 1, age, text: changes.join("   ") }];
  });
}

/** Shows in the editor what has just run, as the settings say. */
export function registerDecorations(travels: Travels): Disposable {
  return new Decorations(travels);
}
