/** The commands of time travel: steps back, jumps, bookmarks, and the search for a last write. */
import {
  commands,
  DebugStackFrame,
  type Disposable,
  debug,
  Disposable as VSDisposable,
  window,
} from "vscode";
import { formatCount, readPoint } from "./points.ts";
import type { Bookmark, Run, Travels } from "./travels.ts";

/** What VS Code gives to a command in the context menu of the Variables view. */
interface VariableContext {
  readonly container?: { readonly variablesReference?: number };
  readonly variable?: { readonly name: string; readonly evaluateName?: string };
}

/** Runs an action on the run in front, and shows what is wrong where it fails. */
export async function withRun(
  travels: Travels,
  action: (run: Run & { at: bigint }) => Promise<unknown>,
): Promise<void> {
  const run = travels.active;
  if (run?.at === undefined) {
    window.showInformationMessage("Debug a program first (F5); when it is stopped it can go back.");
    return;
  }
  try {
    await action(run as Run & { at: bigint });
  } catch (error) {
    window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

async function goToInstruction(run: Run & { at: bigint }): Promise<void> {
  const typed = await window.showInputBox({
    title: "Go to Instruction",
    prompt: `A count from ${formatCount(run.start)} to ${formatCount(run.end)}, +100 or -100 from here, or a percentage such as 50 %`,
    value: String(run.at),
    validateInput: (text) => {
      const point = readPoint(text, run);
      return typeof point === "string" ? point : undefined;
    },
  });
  const point = typed === undefined ? undefined : readPoint(typed, run);
  if (typeof point === "bigint") await run.goTo(point);
}

async function toggleBookmark(run: Run & { at: bigint }, travels: Travels): Promise<void> {
  const { stackFrames } = await run.session.customRequest("stackTrace", {
    threadId: run.threadId,
    startFrame: 0,
    levels: 1,
  });
  const [frame] = stackFrames as { name: string; line: number; source?: { name?: string } }[];
  const place = frame?.source?.name === undefined ? "" : `, ${frame.source.name}:${frame.line}`;
  const bookmark: Bookmark = { at: run.at, label: `${frame?.name ?? ""}${place}` };
  const isSet = run.toggleBookmark(bookmark);
  travels.changed(run);
  const what = isSet ? "Bookmarked" : "No longer bookmarked";
  window.setStatusBarMessage(`${what}: instruction ${formatCount(run.at)}`, 3000);
}

async function goToBookmark(run: Run): Promise<void> {
  if (run.bookmarks.length === 0) {
    window.showInformationMessage('There is no bookmark yet: "Bookmark This Point" sets one.');
    return;
  }
  const picked = await window.showQuickPick(
    run.bookmarks.map(({ at, label }) => ({
      label: label === "" ? `Instruction ${formatCount(at)}` : label,
      description: `instruction ${formatCount(at)}${at === run.at ? ", here" : ""}`,
      at,
    })),
    { title: "Go to a bookmark" },
  );
  if (picked !== undefined) await run.goTo(picked.at);
}

/** The word that the cursor is at, or what is selected on one line. */
function wordInFront(): string | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  if (!selection.isEmpty && selection.isSingleLine) return document.getText(selection);
  const range = document.getWordRangeAtPosition(selection.active, /[\w.$]+/);
  return range && document.getText(range);
}

/** What is meant, by a variable's context menu, the editor's, or by typing: an expression. */
async function askForData(
  title: string,
  prompt: string,
  context: VariableContext | undefined,
): Promise<object | undefined> {
  const item = debug.activeStackItem;
  const frame = item instanceof DebugStackFrame ? { frameId: item.frameId } : {};
  const { container, variable } = context ?? {};
  if (variable !== undefined) {
    const { variablesReference } = container ?? {};
    const args =
      variablesReference === undefined || variablesReference === 0
        ? { name: variable.evaluateName ?? variable.name, ...frame }
        : { name: variable.name, variablesReference };
    return args;
  }
  const isEditor = context !== undefined;
  const word = wordInFront();
  const name =
    isEditor && word !== undefined
      ? word
      : await window.showInputBox({
          title,
          prompt,
          ...(word === undefined ? {} : { value: word }),
        });
  return name === undefined || name.trim() === "" ? undefined : { name: name.trim(), ...frame };
}

/** What can be searched for in the run, by the request that goes there. */
const searches = {
  "hartbeat/lastWrite": "Find Last Write",
  "hartbeat/firstWrite": "Find First Write",
  "hartbeat/lastRead": "Find Last Read",
  "hartbeat/previousChange": "Go to Previous Change of Expression",
  "hartbeat/nextChange": "Go to Next Change of Expression",
} as const;

/** Goes to an access or change of what the person names, or what the command came with. */
async function search(
  run: Run,
  request: keyof typeof searches,
  context: VariableContext | undefined,
): Promise<void> {
  const isAccess = !request.endsWith("Change");
  const prompt = isAccess
    ? "A register, a variable, a symbol, or memory such as *(int *)(sp + 8) or sp..sp+64"
    : "An expression, such as total, a0 + 4 or head->next";
  const { variable } = context ?? {};
  // What changes is an expression; it is that of the variable, whatever group shows it.
  const given = isAccess || variable === undefined ? context : { variable, container: {} };
  const data = await askForData(searches[request], prompt, given);
  if (data !== undefined) await run.request(request, data);
}

async function markWrites(
  run: Run,
  travels: Travels,
  context: VariableContext | undefined,
): Promise<void> {
  const prompt = "A variable, a symbol, or memory such as *(int *)(sp + 8)";
  const data = await askForData("Mark Writes in Timeline", prompt, context);
  if (data === undefined) return;
  const { text } = await run.session.customRequest("hartbeat/markWrites", data);
  run.marked = text;
  travels.changed(run);
  await commands.executeCommand("hartbeat.timeline.focus", { preserveFocus: true });
}

async function goToCause(run: Run): Promise<void> {
  const { causes } = run;
  if (causes.length === 0) {
    window.showInformationMessage(
      "Only where a check has found a mistake there is a cause: checks are switched on in the Breakpoints view.",
    );
    return;
  }
  const items = causes.map(({ label, instructions }, index) => ({
    label,
    description: `instruction ${formatCount(BigInt(instructions))}`,
    index,
  }));
  const picked =
    items.length === 1
      ? items[0]
      : await window.showQuickPick(items, { title: "Go to a cause of what was found" });
  if (picked !== undefined) await run.request("hartbeat/goToCause", { index: picked.index });
}

/** Says what a check has found, and offers to go to its cause. */
async function offerCause(travels: Travels, run: Run, text: string): Promise<void> {
  const { causes } = run;
  const choice = await window.showWarningMessage(text, "Go to Cause");
  if (choice !== undefined && run.causes === causes) await withRun(travels, goToCause);
}

/** Registers the commands. */
export function registerTravelCommands(travels: Travels): Disposable {
  const searching = (request: keyof typeof searches) => (context?: VariableContext) =>
    withRun(travels, (run) => search(run, request, context));
  const stepBack = (kind: "into" | "out" | "instruction") => () =>
    withRun(travels, (run) => run.request("hartbeat/stepBack", { threadId: run.threadId, kind }));
  return VSDisposable.from(
    commands.registerCommand("hartbeat.stepBackInto", stepBack("into")),
    commands.registerCommand("hartbeat.stepBackOut", stepBack("out")),
    commands.registerCommand("hartbeat.stepBackInstruction", stepBack("instruction")),
    commands.registerCommand("hartbeat.goToStart", () =>
      withRun(travels, (run) => run.goTo(run.start)),
    ),
    commands.registerCommand("hartbeat.goToPresent", () =>
      withRun(travels, (run) => run.goTo(run.end)),
    ),
    commands.registerCommand("hartbeat.goToInstruction", () => withRun(travels, goToInstruction)),
    commands.registerCommand("hartbeat.toggleBookmark", () =>
      withRun(travels, (run) => toggleBookmark(run, travels)),
    ),
    commands.registerCommand("hartbeat.goToBookmark", () => withRun(travels, goToBookmark)),
    commands.registerCommand("hartbeat.goToCause", () => withRun(travels, goToCause)),
    travels.onDidFind(({ run, text }) => void offerCause(travels, run, text)),
    travels.onDidChange(() => {
      const hasCauses = (travels.active?.causes.length ?? 0) > 0;
      void commands.executeCommand("setContext", "hartbeat.hasCauses", hasCauses);
    }),
    commands.registerCommand("hartbeat.findLastWrite", searching("hartbeat/lastWrite")),
    commands.registerCommand("hartbeat.findFirstWrite", searching("hartbeat/firstWrite")),
    commands.registerCommand("hartbeat.findLastRead", searching("hartbeat/lastRead")),
    commands.registerCommand("hartbeat.goToPreviousChange", searching("hartbeat/previousChange")),
    commands.registerCommand("hartbeat.goToNextChange", searching("hartbeat/nextChange")),
    commands.registerCommand("hartbeat.markWrites", (context?: VariableContext) =>
      withRun(travels, (run) => markWrites(run, travels, context)),
    ),
  );
}
