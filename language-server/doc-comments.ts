/**
 * The comment that belongs to a definition: the lines of comment right above it, or what stands
 * behind it on its line. Directives that say something of the same name (`.globl f`), that align or
 * that choose a section may stand in between, as may labels without a statement.
 */

/** Lines of comment that are shown at most. */
const lineLimit = 24;

/** What may stand between a comment and the definition that it is about. */
const between =
  /^\s*(?:[\w.$]+:\s*)?(?:\.(?:globa?l|type|size|local|weak|hidden|internal|protected|func|cfi_startproc|(?:p2|b)?align|section|pushsection|text|data|rodata|bss|option|altmacro)\b.*)?$/;

const commentLine = /^\s*(?:#+|\/\/+)(?!\s*hartbeat:)\s?(.*)$/;

/** The comment of what is defined at an offset of a text, as markdown; "" where there is none. */
export function docCommentOf(text: string, offset: number): string {
  const own = lineAround(text, offset);
  const above = commentAbove(text, own.start);
  if (above !== "") return above;
  const behind = /(?:#|\/\/)\s*(\S.*)$/.exec(own.line) ?? /\/\*\s*(.*?)\s*\*\/\s*$/.exec(own.line);
  return markdown([behind?.[1] ?? ""]);
}

/** Where what belongs to a definition begins: the line of its comment and directives above it. */
export function startOfDefinition(text: string, offset: number): number {
  let { start } = lineAround(text, offset);
  while (start > 0) {
    const above = lineAround(text, start - 1);
    if (above.line.trim() === "" || !(between.test(above.line) || commentLine.test(above.line)))
      break;
    start = above.start;
  }
  return start;
}

function commentAbove(text: string, from: number): string {
  let { start, line } = lineAround(text, from - 1);
  for (let passed = 0; passed < 8 && from > 0; passed++) {
    if (line.trimEnd().endsWith("*/") || commentLine.test(line)) break;
    // A blank line parts a comment from what follows.
    if (line.trim() === "" || !between.test(line) || start === 0) return "";
    ({ start, line } = lineAround(text, start - 1));
  }
  return line.trimEnd().endsWith("*/")
    ? blockComment(text, start + line.trimEnd().length)
    : lineComments(text, start);
}

/** Lines of comment up to the one that starts at an offset. */
function lineComments(text: string, from: number): string {
  const found: string[] = [];
  let { start, line } = lineAround(text, from);
  for (;;) {
    const match = commentLine.exec(line);
    if (match === null || found.length >= lineLimit) break;
    found.unshift((match[1] ?? "").trimEnd());
    if (start === 0) break;
    ({ start, line } = lineAround(text, start - 1));
  }
  return markdown(found);
}

/** The comment that ends with the mark right before an offset; it must begin its line. */
function blockComment(text: string, end: number): string {
  const start = text.lastIndexOf("/*", end - 3);
  if (start < 0 || text.slice(lineAround(text, start).start, start).trim() !== "") return "";
  const lines = text.slice(start + 2, end - 2).split("\n", lineLimit);
  return markdown(lines.map((line) => line.replace(/^[\s*]+|\s+$/g, "")));
}

/** Rules of equal characters are no text. */
const rule = /^([-=*#~_+])\1{2,}\s*$/;

function markdown(lines: readonly string[]): string {
  const kept = lines.filter((line) => !rule.test(line));
  return kept.join("  \n").replaceAll("<", "&lt;").trim();
}

function lineAround(text: string, offset: number): { start: number; line: string } {
  const at = Math.max(0, offset);
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  const newline = text.indexOf("\n", at);
  return { start, line: text.slice(start, newline < 0 ? text.length : newline) };
}
