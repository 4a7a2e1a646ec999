/**
 * Rewritings that a person asks for: a branch as its opposite over a jump, which reaches further;
 * selected instructions as a macro or as a function of their own. What cannot be done without
 * changing what the program does is not offered.
 */

import type { CodeAction, Range, TextEdit } from "vscode-languageserver";
import { directivesOf } from "../assembler/dialects.ts";
import { operandNodes } from "../assembler/instructions.ts";
import { oppositeBranch } from "../isa/branches.ts";
import { createDecoder } from "../isa/decoder.ts";
import { type Effects, effectsOf } from "../isa/effects.ts";
import { functionsOf } from "./code-lenses.ts";
import { startOfDefinition } from "./doc-comments.ts";
import { goesToFunction } from "./forms.ts";
import { indentationAt } from "./indentation.ts";
import { machineCodeOf } from "./machine-code.ts";
import { closesBody, macroKey, opensBody, symbolKey } from "./occurrences.ts";
import { type OutlineNode, outline } from "./outline.ts";
import { registerKey } from "./register-uses.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

/** More statements than this are not taken out at once. */
const selectionLimit = 200;

/** The rewritings that a selection allows. */
export function refactorings(analysis: Analysis, range: Range): CodeAction[] {
  return [...invertedBranch(analysis, range), ...extractions(analysis, range)];
}

function action(
  { uri }: Analysis,
  title: string,
  kind: "refactor.rewrite" | "refactor.extract",
  edits: TextEdit[],
): CodeAction {
  return { title, kind, edit: { changes: { [uri]: edits } } };
}

/** `beqz a0, far` as `bnez a0, 1f; j far; 1:`. */
function invertedBranch(analysis: Analysis, { start, end }: Range): CodeAction[] {
  const { text } = analysis;
  const statement = analysis.statementAt(analysis.offsetAt(start));
  const { head, operands, tokens } = statement;
  const opposite = oppositeBranch(head?.text.toLowerCase() ?? "");
  const target = operands.at(-1)?.tokens;
  const [first, last] = [target?.[0], tokens.at(-1)];
  if (opposite === undefined || head === undefined || start.line !== end.line) return [];
  if (first === undefined || last === undefined || operands.length < 2) return [];
  const label = freshLabel(analysis, first.text);
  const compared = text.slice(head.end, first.start);
  const indent = indentationAt(analysis, head.start);
  const jump = `${indent}j       ${text.slice(first.start, last.end)}`;
  const rest = text.slice(last.end).split(/\r?\n/, 1)[0] ?? "";
  if (rest.includes(";")) return [];
  const span = analysis.range({ start: head.start, end: last.end });
  const lineEnd = last.end + rest.length;
  const tail = {
    range: analysis.range({ start: lineEnd, end: lineEnd }),
    newText: `\n${jump}\n${label.name}:`,
  };
  return [
    action(analysis, "Branch around a jump, which reaches further", "refactor.rewrite", [
      { range: span, newText: `${opposite}${compared}${label.use}` },
      tail,
    ]),
  ];
}

/** A label that is not there yet: a number, where the language has them and `target` stays itself. */
function freshLabel(analysis: Analysis, target: string): { name: string; use: string } {
  const { occurrences, dialect } = analysis;
  if (dialect.rules.hasNumericLabels) {
    let number = 1;
    const isTaken = (digits: number) =>
      `${digits}f` === target || occurrences.of(`numeric ${digits} 1`).length > 0;
    while (isTaken(number)) number++;
    return { name: `${number}`, use: `${number}f` };
  }
  const name = freshName(analysis, "around");
  return { name, use: name };
}

/** `base`, or with the first number behind it that makes it new. */
function freshName({ occurrences, unit }: Analysis, base: string): string {
  const isTaken = (name: string) =>
    occurrences.of(symbolKey(name)).length > 0 ||
    occurrences.of(macroKey(name)).length > 0 ||
    unit.macros.some((macro) => macro.name === name);
  let name = base;
  for (let number = 2; isTaken(name); number++) name = `${base}_${number}`;
  return name;
}

/** A statement of the selection and what its instructions do. */
interface Selected {
  readonly statement: Statement;
  readonly effects: readonly Effects[];
}

/** The selected lines as a macro, and as a function. */
function extractions(analysis: Analysis, range: Range): CodeAction[] {
  const { document, text } = analysis;
  const lastLine = range.end.character === 0 ? range.end.line - 1 : range.end.line;
  if (lastLine < range.start.line || isEmpty(range)) return [];
  const from = document.offsetAt({ line: range.start.line, character: 0 });
  const to = document.offsetAt({ line: lastLine + 1, character: 0 });
  const around = functionsOf(outline(analysis)).find(
    ({ start, end }) => start <= from && to - 1 <= end + 1,
  );
  if (around === undefined) return [];
  const selected = selection(analysis, from, to);
  if (selected === undefined) return [];
  const body = text.slice(from, to).replace(/\r?\n?$/, "");
  const lines = {
    start: { line: range.start.line, character: 0 },
    end: { line: lastLine + 1, character: 0 },
  };
  const found: CodeAction[] = [];
  const macro = extractedMacro(analysis, around, lines, body);
  if (macro !== undefined) found.push(macro);
  const own = extractedFunction(analysis, around, lines, body, selected);
  if (own !== undefined) found.push(own);
  return found;
}

const isEmpty = ({ start, end }: Range) =>
  start.line === end.line && start.character === end.character;

/** The selected instructions; undefined where there is anything but instructions and comments. */
function selection(analysis: Analysis, from: number, to: number): Selected[] | undefined {
  const decode = createDecoder(analysis.architecture);
  const found: Selected[] = [];
  let depth = 0;
  for (const statement of analysis.statements) {
    if (opensBody(statement)) depth++;
    if (closesBody(statement)) depth--;
    if (statement.start >= to) break;
    if (statement.end < from || statement.tokens.length === 0) continue;
    if (statement.start < from || statement.end > to || depth > 0) return undefined;
    if (statement.kind !== "instruction" || statement.labels.length > 0) return undefined;
    if (statement.tokens.some(({ kind, text }) => kind === "local" || text === "."))
      return undefined;
    const assembled = analysis.assembledAt(statement);
    const code = assembled && machineCodeOf(analysis, assembled);
    if (assembled?.kind !== "instruction" || code === undefined) return undefined;
    const effects: Effects[] = [];
    for (let at = 0; at < code.bytes.length; ) {
      const word = code.bytes
        .slice(at, at + 4)
        .reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
      const decoded = decode(word);
      if (decoded === undefined) return undefined;
      effects.push(effectsOf(decoded, 0n, analysis.architecture.xlen));
      at += decoded.length;
    }
    found.push({ statement, effects });
    if (found.length > selectionLimit) return undefined;
  }
  return found.length === 0 ? undefined : found;
}

/** Where the line of an offset begins. */
function lineStart({ document }: Analysis, offset: number): Range {
  const at = { line: document.positionAt(offset).line, character: 0 };
  return { start: at, end: at };
}

function extractedMacro(
  analysis: Analysis,
  around: OutlineNode,
  lines: Range,
  body: string,
): CodeAction | undefined {
  const directives = directivesOf(analysis.dialect);
  const end = [".endm", ".end_macro"].find((one) => directives.has(one));
  if (end === undefined || !directives.has(".macro")) return undefined;
  const name = freshName(analysis, "extracted");
  const indent = indentationAt(analysis, analysis.offsetAt(lines.start));
  const definition = `${indent}.macro  ${name}\n${body}\n${indent}${end}\n\n`;
  return action(analysis, `Extract into the macro ${name}`, "refactor.extract", [
    {
      range: lineStart(analysis, startOfDefinition(analysis.text, around.start)),
      newText: definition,
    },
    { range: lines, newText: `${indent}${name}\n` },
  ]);
}

function extractedFunction(
  analysis: Analysis,
  around: OutlineNode,
  lines: Range,
  body: string,
  selected: readonly Selected[],
): CodeAction | undefined {
  const all = selected.flatMap(({ effects }) => effects);
  const calls = all.some(({ control }) => control === "call");
  const isStraight = all.every(({ control }) => ["next", "call", "trap"].includes(control));
  const mentions = (register: string) =>
    selected.some(({ statement }) => namesIn(statement).includes(register));
  if (!isStraight || mentions("x1") || mentions("x5")) return undefined;
  if (calls && mentions("x2")) return undefined;
  const link = linkFor(analysis, around, analysis.offsetAt(lines.start));
  if (link === undefined || (calls && link !== "ra") || !endsWell(analysis, around))
    return undefined;
  const name = freshName(analysis, "extracted");
  const indent = indentationAt(analysis, analysis.offsetAt(lines.start));
  const { xlen } = analysis.architecture;
  const place = `${16 - xlen / 8}(sp)`;
  const [store, load] = xlen === 64 ? ["sd", "ld"] : ["sw", "lw"];
  const enter = `${indent}addi    sp, sp, -16\n${indent}${store}      ra, ${place}\n`;
  const leave = `${indent}${load}      ra, ${place}\n${indent}addi    sp, sp, 16\n`;
  const code = calls ? `${enter}${body}\n${leave}` : `${body}\n`;
  const back = link === "ra" ? "ret" : `jr      ${link}`;
  const call = link === "ra" ? `call    ${name}` : `jal     ${link}, ${name}`;
  const { line } = analysis.document.positionAt(around.end);
  const isLast = line + 1 >= analysis.document.lineCount;
  const at = analysis.document.offsetAt({ line: line + 1, character: 0 });
  const behind = analysis.range({ start: at, end: at });
  const newText = `${isLast ? "\n" : ""}\n${name}:\n${code}${indent}${back}\n`;
  return action(analysis, `Extract into the function ${name}`, "refactor.extract", [
    { range: lines, newText: `${indent}${call}\n` },
    { range: behind, newText },
  ]);
}

function namesIn({ operands }: Statement): (string | undefined)[] {
  return operands.flatMap(({ tokens }) => tokens).map(({ text }) => registerKey(text));
}

/**
 * The register for the return address of a call at an offset: ra where the function has stored it
 * before, else t0 where the function does not use it; undefined where neither is safe.
 */
function linkFor(
  analysis: Analysis,
  { start, end }: OutlineNode,
  at: number,
): "ra" | "t0" | undefined {
  let isSaved = false;
  let usesT0 = false;
  let calls = false;
  for (const statement of analysis.statements) {
    if (statement.end < start || statement.kind !== "instruction") continue;
    if (statement.start > end) break;
    const names = namesIn(statement);
    usesT0 ||= names.includes("x5");
    calls ||= goesToFunction(statement.head?.text ?? "");
    if (statement.start >= at) continue;
    // `sd ra, 8(sp)` against `ld ra, 8(sp)`: the role of the register tells the two apart.
    const assembled = analysis.assembledAt(statement);
    const role = (assembled && operandNodes(assembled)[0]?.role) ?? "";
    if (names[0] === "x1" && names.includes("x2")) isSaved = /^rs/.test(role);
  }
  return isSaved ? "ra" : usesT0 || calls ? undefined : "t0";
}

/** Holds where nothing behind a function is reached from its end. */
function endsWell(analysis: Analysis, { start, end }: OutlineNode): boolean {
  const decode = createDecoder(analysis.architecture);
  const own = analysis.statements.filter(
    (one) => one.start >= start - 80 && one.end <= end + 80 && one.kind === "instruction",
  );
  const last = own.findLast(({ head }) => head !== undefined && head.start <= end);
  const assembled = last && analysis.assembledAt(last);
  const code = assembled && machineCodeOf(analysis, assembled);
  if (code === undefined) return false;
  const word = (from: number) =>
    code.bytes.slice(from, from + 4).reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
  let control = "next";
  for (let at = 0; at < code.bytes.length; ) {
    const decoded = decode(word(at));
    if (decoded === undefined) return false;
    ({ control } = effectsOf(decoded, 0n, analysis.architecture.xlen));
    at += decoded.length;
  }
  return control === "return" || control === "jump";
}
