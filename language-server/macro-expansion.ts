/** What a macro call becomes, as text: its statements, those of inner macros in their place. */

import { firstFrom } from "../assembler/source.ts";
import type { Macro, Statement as UnitStatement } from "../assembler/unit.ts";
import type { Analysis } from "./analysis.ts";
import { docCommentOf } from "./doc-comments.ts";
import { fenced } from "./documentation.ts";
import type { Statement } from "./syntax.ts";

/** More lines of an expansion than this are not shown. */
const lineLimit = 40;

/** The macro's head and, where the statement is a call that was assembled, its expansion. */
export function expansionOf(analysis: Analysis, statement: Statement, macro: Macro): string {
  const parameters = macro.parameters.map(({ name, kind, fallback }) => {
    const value = fallback?.source.text.slice(fallback.start, fallback.end);
    return (
      name +
      (kind === "required" ? ":req" : kind === "vararg" ? ":vararg" : "") +
      (value === undefined ? "" : `=${value}`)
    );
  });
  const comment = docCommentOf(macro.mention.source.text, macro.mention.start);
  const code = fenced(`.macro ${macro.name} ${parameters.join(", ")}`.trim(), "riscv");
  const head = comment === "" ? code : `${code}\n${comment}\n`;
  const call = analysis.assembledAt(statement);
  if (call === undefined || call.kind !== "macro") return `${head}\nMacro`;
  const lines = expandedLines(analysis, call);
  if (lines.length === 0) return `${head}\nMacro that becomes nothing here`;
  const shown = lines.slice(0, lineLimit);
  if (lines.length > lineLimit) shown.push(`# … ${lines.length - lineLimit} more lines`);
  return `${head}\nMacro; this call becomes\n${fenced(shown.join("\n"), "riscv")}`;
}

/** The statements that the call led to, without the calls and repetitions in between. */
function expandedLines({ unit }: Analysis, call: UnitStatement): string[] {
  const lines: string[] = [];
  const first = unit.statements.indexOf(call) + 1;
  for (let at = first; at < unit.statements.length; at++) {
    const statement = unit.statements[at] as UnitStatement;
    if (!comesFrom(statement, call)) break;
    if (statement.kind === "skipped" || statement.kind === "macro") continue;
    if (isControl(statement)) continue;
    const { source, tokens } = statement;
    const [start, end] = [tokens[0]?.start, tokens.at(-1)?.end];
    if (start === undefined || end === undefined) continue;
    const text = source.text.slice(start, end).replace(/\s+/g, " ");
    lines.push(/^[\w.$]+:$/.test(text) ? text : `    ${text}`);
  }
  return lines;
}

/** What the preprocessor made of the line at an offset; empty where that is what is written. */
export function preprocessedLine(analysis: Analysis, offset: number): string {
  const { text, document } = analysis;
  const { line } = document.positionAt(offset);
  const start = document.offsetAt({ line, character: 0 });
  const end = document.offsetAt({ line: line + 1, character: 0 });
  const whole = text.slice(start, end).trim();
  if (whole.startsWith("#")) return "";
  const { statements, starts } = analysis.written;
  const lines: string[] = [];
  for (let at = firstFrom(starts, start); (starts[at] ?? end) < end; at++) {
    const { source, tokens } = statements[at] as UnitStatement;
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first === undefined || last === undefined) continue;
    const made = source.text.slice(first.start, last.end).replace(/\s+/g, " ");
    if (whole.replace(/\s+/g, " ").startsWith(made)) continue;
    lines.push(/^[\w.$]+:$/.test(made) ? made : `    ${made}`);
  }
  if (lines.length === 0) return "";
  const shown = lines.slice(0, lineLimit);
  if (lines.length > lineLimit) shown.push(`# … ${lines.length - lineLimit} more lines`);
  return `The line becomes\n${fenced(shown.join("\n"), "riscv")}`;
}

function comesFrom({ source }: UnitStatement, call: UnitStatement): boolean {
  for (const origin of source.calls()) {
    const isCall =
      origin.source === call.source && origin.start >= call.start && origin.end <= call.end;
    if (isCall) return true;
  }
  return false;
}

/** Conditions and repetitions: what they decide is shown, not they. */
function isControl({ kind, name }: UnitStatement): boolean {
  return (
    kind === "directive" &&
    /^\.(if\w*|else\w*|endif|rept|irpc?|endr|exitm)$/i.test(name?.text ?? "")
  );
}
