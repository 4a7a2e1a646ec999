/**
 * Folding: bodies of macros, repetitions and conditionals, functions (from a label to the next),
 * sections, runs of comment lines, and regions marked in comments.
 */
import type { FoldingRange } from "vscode-languageserver";
import { closesBody, directiveOf, opensBody } from "./occurrences.ts";
import { type OutlineNode, outline } from "./outline.ts";
import { foldingKind } from "./protocol.ts";
import type { Analysis } from "./workspace.ts";

/** All ranges that can be folded. */
export function foldingRanges(analysis: Analysis): FoldingRange[] {
  const ranges = [...blocks(analysis), ...outlined(analysis), ...comments(analysis)];
  return ranges.filter(({ startLine, endLine }) => endLine > startLine);
}

/** What a directive opens and another one closes. */
function blocks(analysis: Analysis): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const open: number[] = [];
  const lineOf = (offset: number) => analysis.document.positionAt(offset).line;
  for (const statement of analysis.statements) {
    const directive = directiveOf(statement);
    if (directive === undefined) continue;
    const line = lineOf(statement.head?.start ?? statement.start);
    const continues = directive === ".else" || directive.startsWith(".elseif");
    if (closesBody(statement) || directive === ".endif" || continues) {
      const startLine = open.pop();
      if (startLine !== undefined) ranges.push({ startLine, endLine: line - 1 });
    }
    if (opensBody(statement) || directive.startsWith(".if") || continues) open.push(line);
  }
  return ranges;
}

/** Functions and sections, up to the last line that is not blank. */
function outlined(analysis: Analysis): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const add = (nodes: readonly OutlineNode[]) => {
    for (const { kind, start, end, children } of nodes) {
      add(children);
      if (kind !== "section" && kind !== "function") continue;
      const range = analysis.range({ start, end });
      ranges.push({ startLine: range.start.line, endLine: range.end.line });
    }
  };
  add(outline(analysis));
  return ranges;
}

/** Runs of two and more comment lines, block comments, and `region` to `endregion`. */
function comments({ text }: Analysis): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const regions: number[] = [];
  let first: number | undefined;
  let block: number | undefined;
  const lines = text.split("\n");
  for (const [line, content] of lines.entries()) {
    const isComment = /^\s*(#|\/\/)/.test(content);
    const mark = /^\s*(?:#|\/\/)\s*#?(end)?region\b/.exec(content);
    if (mark !== null) {
      const startLine = mark[1] === undefined ? undefined : regions.pop();
      if (mark[1] === undefined) regions.push(line);
      if (startLine !== undefined) {
        ranges.push({ startLine, endLine: line, kind: foldingKind.region });
      }
    }
    if (isComment && mark === null && block === undefined) first ??= line;
    else if (first !== undefined) {
      ranges.push({ startLine: first, endLine: line - 1, kind: foldingKind.comment });
      first = undefined;
    }
    if (block === undefined && /^\s*\/\*/.test(content)) block = line;
    if (block !== undefined && content.includes("*/")) {
      ranges.push({ startLine: block, endLine: line, kind: foldingKind.comment });
      block = undefined;
    }
  }
  if (first !== undefined) {
    ranges.push({ startLine: first, endLine: lines.length - 1, kind: foldingKind.comment });
  }
  return ranges;
}
