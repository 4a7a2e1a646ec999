/**
 * The questions that a program asks by a teaching simulator's dialog calls, and those that the
 * debugger asks before it drops something, in VS Code's own way.
 */
import { type DebugSession, window } from "vscode";

interface DialogEvent {
  readonly id: number;
  readonly dialog: "message" | "confirm" | "input";
  readonly severity: "error" | "information" | "warning" | "question";
  readonly text: string;
  /** Of a question of the debugger's own: what "yes" does, as the text of a button. */
  readonly action?: string;
  /** What "no" does. */
  readonly alternative?: string;
}

interface Answer {
  readonly button: "yes" | "no" | "cancel";
  readonly text?: string;
}

/** Shows a dialog and sends the person's answer back. */
export async function showDialog(session: DebugSession, event: DialogEvent): Promise<void> {
  const answer = await ask(event);
  // A session that has ended meanwhile no longer wants the answer.
  await session
    .customRequest("hartbeat/dialogReply", { id: event.id, text: "", ...answer })
    .then(undefined, () => {});
}

async function ask({ dialog, severity, text, action, alternative }: DialogEvent): Promise<Answer> {
  if (action !== undefined) {
    const actions = alternative === undefined ? [action] : [action, alternative];
    const picked = await window.showWarningMessage(text, { modal: true }, ...actions);
    if (picked === undefined) return { button: "cancel" };
    return { button: picked === action ? "yes" : "no" };
  }
  if (dialog === "input") {
    const typed = await window.showInputBox({ prompt: text, ignoreFocusOut: true });
    return typed === undefined ? { button: "cancel" } : { button: "yes", text: typed };
  }
  const options = { modal: true };
  if (dialog === "confirm") {
    const picked = await window.showInformationMessage(text, options, "Yes", "No");
    return { button: picked === "Yes" ? "yes" : picked === "No" ? "no" : "cancel" };
  }
  if (severity === "error") await window.showErrorMessage(text, options);
  else if (severity === "warning") await window.showWarningMessage(text, options);
  else await window.showInformationMessage(text, options);
  return { button: "yes" };
}
