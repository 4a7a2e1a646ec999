/**
 * Quick fixes for operands: a number that is too large for an immediate is loaded into a register
 * first, a symbol gets the relocation function that the instruction needs, and a symbol of another
 * file is made global there.
 */
import type { CodeAction, Diagnostic, TextEdit } from "vscode-languageserver";
import { available, instructionsNamed } from "../isa/instructions.ts";
import { functionsOf } from "./code-lenses.ts";
import { formsOf, roleOf } from "./forms.ts";
import { indentationAt, usualIndentation } from "./indentation.ts";
import { outline } from "./outline.ts";
import { registerKey } from "./register-uses.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** Registers that no call keeps, of which one may be free; by name. */
const scratchRegisters = ["t0", "t1", "t2", "t3", "t4", "t5", "t6"] as const;

function fix(title: string, diagnostic: Diagnostic, uri: string, edits: TextEdit[]): CodeAction {
  return {
    title,
    kind: "quickfix",
    diagnostics: [diagnostic],
    edit: { changes: { [uri]: edits } },
  };
}

/** The fixes for a diagnostic about an operand. */
export async function operandFixes(
  workspace: Workspace,
  analysis: Analysis,
  diagnostic: Diagnostic,
): Promise<CodeAction[]> {
  switch (diagnostic.code) {
    case "out-of-range":
      return largeImmediate(analysis, diagnostic);
    case "needs-constant":
    case "not-constant":
      return address(analysis, diagnostic);
    case "no-comma":
      return comma(analysis, diagnostic);
    case "swapped-operands":
      return swapped(analysis, diagnostic);
    case "address-expected":
      return memoryOperand(analysis, diagnostic);
    case "undefined-symbol":
      return exported(workspace, analysis, diagnostic);
    default:
      return [];
  }
}

const instructionText = ({ text }: Analysis, from: { start: number }, to: { end: number }) =>
  text.slice(from.start, to.end);

/** `mv a0 a1` as `mv a0, a1`. */
function comma(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const { range } = diagnostic;
  const words = /^([\w.$]+)\s*(.+)$/s.exec(analysis.document.getText(range));
  if (words === null) return [];
  const newText = `${words[1]}, ${words[2]}`;
  return [fix(`Write ${newText}`, diagnostic, analysis.uri, [{ range, newText }])];
}

/** `csrw a0, mstatus` as `csrw mstatus, a0`: what the message says. */
function swapped({ uri }: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const [, newText] = /write `([^`]+)`/.exec(String(diagnostic.message)) ?? [];
  if (newText === undefined) return [];
  const { range } = diagnostic;
  return [fix(`Write ${newText}`, diagnostic, uri, [{ range, newText }])];
}

/** `sw a0, a1, 4` and `sw a0, 4, a1` as `sw a0, 4(a1)`. */
function memoryOperand(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const { range } = diagnostic;
  const words = /^(.+?)\s*,\s*(.+)$/s.exec(analysis.document.getText(range));
  const [, first = "", second = ""] = words ?? [];
  if (words === null) return [];
  const isBase = registerKey(first) !== undefined;
  const newText = isBase ? `${second}(${first})` : `${first}(${second})`;
  return [fix(`Write ${newText}`, diagnostic, analysis.uri, [{ range, newText }])];
}

/** `addi a0, a1, 5000` as `li a0, 5000; add a0, a1, a0`; `lw a0, 5000(a1)` likewise. */
function largeImmediate(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const statement = analysis.statementAt(analysis.offsetAt(diagnostic.range.start));
  const { head, operands, kind } = statement;
  const last = statement.tokens.at(-1);
  if (head === undefined || last === undefined || kind !== "instruction") return [];
  const texts = operands.map(({ tokens: [first, ...more] }) =>
    first === undefined ? "" : instructionText(analysis, first, more.at(-1) ?? first),
  );
  const lines = rewritten(analysis, statement, head.text.toLowerCase(), texts);
  if (lines === undefined) return [];
  const [first = ""] = lines;
  const edit = {
    range: analysis.range({ start: head.start, end: last.end }),
    newText: lines.join(`\n${indentationAt(analysis, head.start)}`),
  };
  const scratch = /^li\s+(\w+)/.exec(first)?.[1] ?? "";
  return [fix(`Load the number into ${scratch} first`, diagnostic, analysis.uri, [edit])];
}

/** The instructions that do with a register what one does with an immediate. */
function rewritten(
  analysis: Analysis,
  statement: Statement,
  mnemonic: string,
  texts: readonly string[],
): string[] | undefined {
  const { architecture } = analysis;
  const form = formsOf(mnemonic, architecture, analysis.dialect)[0];
  const head = (name: string) => name.padEnd(7);
  const [rd = "", rs = "", value = ""] = texts;
  if (
    form?.syntax === "rd, rs1, imm" &&
    roleOf(form, "imm") === "immediate" &&
    texts.length === 3
  ) {
    const name = mnemonic.replace(/i(?=w?u?$)/, "");
    const [register] = instructionsNamed(name).filter((one) => available(one, architecture));
    if (name === mnemonic || register?.syntax !== "rd, rs1, rs2") return undefined;
    const isFree = registerKey(rd) !== registerKey(rs) && registerKey(rd) !== "x0";
    const scratch = isFree ? rd : freeRegister(analysis, statement);
    if (scratch === undefined) return undefined;
    return [`${head("li")} ${scratch}, ${value}`, `${head(name)} ${rd}, ${rs}, ${scratch}`];
  }
  const memory = /^(.*)\(\s*(\w+)\s*\)$/s.exec(rs);
  const isAccess =
    form?.instruction !== undefined && /^(rd|rs2|fd|fs2), imm\(rs1\)$/.test(form.syntax);
  if (!isAccess || memory === null || texts.length !== 2) return undefined;
  const [, offset = "", base = ""] = memory;
  const isFree = /^rd/.test(form.syntax) && registerKey(rd) !== registerKey(base);
  const scratch = isFree && registerKey(rd) !== "x0" ? rd : freeRegister(analysis, statement);
  if (scratch === undefined) return undefined;
  return [
    `${head("li")} ${scratch}, ${offset.trim()}`,
    `${head("add")} ${scratch}, ${base}, ${scratch}`,
    `${head(mnemonic)} ${rd}, 0(${scratch})`,
  ];
}

/** A register that the function around does not mention; its calls may change it, but not here. */
function freeRegister(analysis: Analysis, { start: at }: Statement): string | undefined {
  const around = functionsOf(outline(analysis)).find(({ start, end }) => start <= at && at <= end);
  const [from, to] = [around?.start ?? 0, around?.end ?? analysis.text.length];
  const used = new Set<string | undefined>();
  for (const { start, end, operands } of analysis.statements) {
    if (end < from || start > to) continue;
    for (const { tokens } of operands) for (const { text } of tokens) used.add(registerKey(text));
  }
  return scratchRegisters.find((name) => !used.has(registerKey(name)));
}

/** A symbol where a number must stand: with %lo or %hi, or loaded by `la`. */
function address(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const statement = analysis.statementAt(analysis.offsetAt(diagnostic.range.start));
  const { head, operands } = statement;
  const word = analysis.document.getText(diagnostic.range);
  const [, symbol = "", base = ""] =
    /^([A-Za-z_.$][\w.$]*(?:\s*[+-]\s*\d+)?)(\(\s*\w+\s*\))?$/.exec(word) ?? [];
  if (symbol === "" || head === undefined || statement.kind !== "instruction") return [];
  const { range } = diagnostic;
  const mnemonic = head.text.toLowerCase();
  const form = formsOf(mnemonic, analysis.architecture, analysis.dialect)[0];
  if (form?.instruction === undefined) {
    if (form?.pseudo?.procedure !== "li") return [];
    const edit = { range: analysis.range(head), newText: "la" };
    return [fix(`Load the address of ${symbol} with la`, diagnostic, analysis.uri, [edit])];
  }
  const isUpper = roleOf(form, "imm") === "upper" || /\bupper\b/.test(form.syntax);
  const text = isUpper ? `%hi(${symbol})` : `%lo(${symbol})${base}`;
  const found = [fix(`Write ${text}`, diagnostic, analysis.uri, [{ range, newText: text }])];
  const [target, source] = operands;
  const isZero = registerKey(source?.tokens[0]?.text ?? "") === "x0";
  const [first, last] = [target?.tokens[0], statement.tokens.at(-1)];
  if (form.syntax === "rd, rs1, imm" && isZero && first !== undefined && last !== undefined) {
    const edit = {
      range: analysis.range({ start: head.start, end: last.end }),
      newText: `la      ${first.text}, ${symbol}`,
    };
    const title = `Load the address of ${symbol} with la`;
    found.unshift(fix(title, diagnostic, analysis.uri, [edit]));
  }
  return found;
}

/** `.globl` in the file of the workspace that defines the symbol. */
async function exported(
  workspace: Workspace,
  analysis: Analysis,
  diagnostic: Diagnostic,
): Promise<CodeAction[]> {
  const name = analysis.document.getText(diagnostic.range);
  const found: CodeAction[] = [];
  for (const names of await workspace.names(analysis.uri)) {
    const place = names.symbols.get(name)?.find(({ definition }) => definition === "label");
    if (place === undefined || names.exported.has(name)) continue;
    const at = { line: place.range.start.line, character: 0 };
    const other = await workspace.analysisOf(names.uri);
    const indent = other ? indentationAt(other, other.offsetAt(at)) : usualIndentation;
    const edit = { range: { start: at, end: at }, newText: `${indent}.globl  ${name}\n` };
    const file = names.uri.slice(names.uri.lastIndexOf("/") + 1);
    found.push(fix(`Make ${name} global in ${file}`, diagnostic, names.uri, [edit]));
  }
  return found;
}
