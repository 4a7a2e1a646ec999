/** Quick fixes for lints: the change that the finding proposes, and the comment that allows it. */
import type { CodeAction, Range, TextEdit } from "vscode-languageserver";
import type { Analysis, Workspace } from "../workspace.ts";
import { type LintDiagnostic, lint } from "./lint.ts";
import type { Fix } from "./rule.ts";

/** The fixes for the lints whose place a range touches. */
export function lintActions(workspace: Workspace, analysis: Analysis, range: Range): CodeAction[] {
  const { start, end } = range;
  return lint(analysis, workspace.settings, workspace.docs)
    .filter((one) => one.range.start.line <= end.line && one.range.end.line >= start.line)
    .flatMap((one) => [
      ...(one.fix === undefined ? [] : [repair(analysis, one, one.fix)]),
      allow(analysis, one),
    ]);
}

const lineOf = ({ text }: Analysis, line: number) => text.split("\n")[line] ?? "";

function action(
  { uri }: Analysis,
  title: string,
  { fix: _, ...diagnostic }: LintDiagnostic,
  edit: TextEdit,
  isPreferred: boolean,
): CodeAction {
  const changes = { [uri]: [edit] };
  return { title, kind: "quickfix", diagnostics: [diagnostic], isPreferred, edit: { changes } };
}

function repair(analysis: Analysis, diagnostic: LintDiagnostic, fix: Fix): CodeAction {
  const { line } = diagnostic.range.start;
  const indent = /^[^\S\n]*/.exec(lineOf(analysis, line))?.[0] || "        ";
  const at = { line: fix.change === "after" ? line + 1 : line, character: 0 };
  const isRemoval = fix.change === "remove";
  const newText = isRemoval ? "" : `${indent}${fix.line ?? ""}\n`;
  const end = isRemoval ? { line: line + 1, character: 0 } : at;
  return action(analysis, fix.title, diagnostic, { range: { start: at, end }, newText }, true);
}

/** Writes the comment behind the line, or adds to the one that is there. */
function allow(analysis: Analysis, diagnostic: LintDiagnostic): CodeAction {
  const { line } = diagnostic.range.start;
  const content = lineOf(analysis, line).replace(/\r$/, "");
  const known = /hartbeat:\s*allow\s+[\w-]+(?:[\s,]+[\w-]+)*/.exec(content);
  const character = known === null ? content.length : known.index + known[0].length;
  const newText = known === null ? ` # hartbeat: allow ${diagnostic.code}` : `, ${diagnostic.code}`;
  const at = { line, character };
  const title = `Allow ${diagnostic.code} on this line`;
  return action(analysis, title, diagnostic, { range: { start: at, end: at }, newText }, false);
}
