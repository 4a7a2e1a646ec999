/** Quick fixes for lints: the change that the finding proposes, and the comment that allows it. */
import type { CodeAction, Range, TextEdit } from "vscode-languageserver";
import { indentationAt } from "../indentation.ts";
import { inPortions } from "../portions.ts";
import type { Analysis, Workspace } from "../workspace.ts";
import { type LintDiagnostic, linting } from "./lint.ts";
import type { Fix } from "./rule.ts";

/** The fixes for the lints whose place a range touches; none where an edit came meanwhile. */
export async function lintActions(
  workspace: Workspace,
  analysis: Analysis,
  range: Range,
): Promise<CodeAction[]> {
  const { start, end } = range;
  const work = linting(analysis, analysis.settings, workspace.docs);
  const { version } = analysis.document;
  const found = await inPortions(work, () => workspace.version(analysis.uri) === version);
  return (found ?? [])
    .filter((one) => one.range.start.line <= end.line && one.range.end.line >= start.line)
    .flatMap((one) => [
      ...(one.fix === undefined ? [] : repair(analysis, one, one.fix)),
      allow(analysis, one),
    ]);
}

/** Where the label stands before which a fix puts its line; undefined where it is elsewhere. */
function labelOf(analysis: Analysis, { symbol }: Fix): number | undefined {
  const [label] = analysis.symbol(symbol ?? "")?.definitions ?? [];
  const place = label?.source.writtenAt(label.start);
  return place?.source === analysis.unit.source ? place?.offset : undefined;
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

function repair(analysis: Analysis, diagnostic: LintDiagnostic, fix: Fix): CodeAction[] {
  if (fix.change === "mnemonic") {
    const statement = analysis.statementAt(analysis.offsetAt(diagnostic.range.start));
    const range = statement.head === undefined ? diagnostic.range : analysis.range(statement.head);
    const edit = { range, newText: fix.line ?? "" };
    return [action(analysis, fix.title, diagnostic, edit, true)];
  }
  const label = labelOf(analysis, fix);
  if (fix.symbol !== undefined && label === undefined) return [];
  const place = label === undefined ? diagnostic.range.start : analysis.document.positionAt(label);
  const { line } = place;
  const own = analysis.statementAt(analysis.offsetAt(diagnostic.range.start));
  if (fix.change === "before" && label === undefined && own.labels.length > 0 && own.head) {
    // What jumps to the label comes past the new line, too.
    const at = analysis.document.positionAt(own.head.start);
    const newText = `${fix.line ?? ""}\n${indentationAt(analysis, own.head.start)}`;
    return [
      action(analysis, fix.title, diagnostic, { range: { start: at, end: at }, newText }, true),
    ];
  }
  const indent = indentationAt(analysis, analysis.offsetAt({ line, character: 0 }));
  const at = { line: fix.change === "after" ? line + 1 : line, character: 0 };
  const isRemoval = fix.change === "remove";
  const isLast = at.line >= analysis.document.lineCount;
  const newText = isRemoval ? "" : `${isLast ? "\n" : ""}${indent}${fix.line ?? ""}\n`;
  const end = isRemoval ? { line: line + 1, character: 0 } : at;
  return [action(analysis, fix.title, diagnostic, { range: { start: at, end }, newText }, true)];
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
