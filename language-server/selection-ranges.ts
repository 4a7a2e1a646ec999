/** Selection ranges: from a token over its operand, the operands, the line and the function outwards. */
import type { Position, SelectionRange } from "vscode-languageserver";
import { type OutlineNode, outline } from "./outline.ts";
import { operandIndexAt, tokenAt } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** For each position the ranges around it, each the parent of the one before. */
export function selectionRanges(
  analysis: Analysis,
  positions: readonly Position[],
): SelectionRange[] {
  const parts = outline(analysis);
  return positions.map((position) => {
    let range: SelectionRange | undefined;
    for (const span of spansAt(analysis, parts, analysis.offsetAt(position))) {
      range = { range: analysis.range(span), ...(range === undefined ? {} : { parent: range }) };
    }
    return range ?? { range: { start: position, end: position } };
  });
}

/** The spans around an offset, the widest first; each lies in the one before and is smaller. */
function spansAt(analysis: Analysis, parts: readonly OutlineNode[], offset: number): Span[] {
  const { text } = analysis;
  const statement = analysis.statementAt(offset);
  const [first, last] = [statement.tokens[0], statement.tokens.at(-1)];
  const wanted: Span[] = [{ start: 0, end: text.length }, ...partsAt(parts, offset)];
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = text.indexOf("\n", offset);
  wanted.push({ start: lineStart, end: lineEnd < 0 ? text.length : lineEnd });
  if (first !== undefined && last !== undefined) wanted.push({ start: first.start, end: last.end });
  const operands = statement.operands.flatMap(({ tokens }) => tokens);
  const [from, to] = [operands[0], operands.at(-1)];
  if (from !== undefined && to !== undefined) wanted.push({ start: from.start, end: to.end });
  const operand = statement.operands[operandIndexAt(statement, offset)]?.tokens ?? [];
  const [head, tail] = [operand[0], operand.at(-1)];
  if (head !== undefined && tail !== undefined) wanted.push({ start: head.start, end: tail.end });
  const token = tokenAt(statement, offset);
  if (token !== undefined) {
    wanted.push({ start: token.start, end: token.end });
    // The inside of a string.
    if (token.kind === "string") wanted.push({ start: token.start + 1, end: token.end - 1 });
  }
  const spans: Span[] = [];
  for (const span of wanted) {
    const around = spans.at(-1);
    if (span.start > offset || span.end < offset || span.end < span.start) continue;
    if (around !== undefined) {
      const isInside = around.start <= span.start && span.end <= around.end;
      const isSmaller = span.end - span.start < around.end - around.start;
      if (!isInside || !isSmaller) continue;
    }
    spans.push(span);
  }
  return spans;
}

function partsAt(parts: readonly OutlineNode[], offset: number): Span[] {
  const part = parts.find(({ start, end }) => start <= offset && offset <= end);
  return part === undefined ? [] : [part, ...partsAt(part.children, offset)];
}
