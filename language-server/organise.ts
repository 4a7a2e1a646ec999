/**
 * Organises the declarations of symbols: in each run of lines that only declare (`.globl`, `.extern`,
 * `.weak` …) they are sorted, by directive and then by name, and what is declared twice goes. It is
 * what editors know as organising imports. Nothing that is assembled may change; where it would, the
 * action is not offered.
 */
import type { CodeAction, TextEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { SHF } from "../elf/constants.ts";
import { directiveOf } from "./occurrences.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

/** Directives that declare symbols one by one, in the order in which they come. */
const declaring: readonly string[] = [".globl", ".global", ".weak", ".extern"];

/** A line that declares. */
interface Declaration {
  readonly line: number;
  readonly directive: string;
  readonly names: readonly string[];
  readonly text: string;
}

/** The kind under which editors ask for it. */
export const organiseKind = "source.organizeImports";

/** The action; none where there is nothing to organise. */
export function organise(analysis: Analysis): CodeAction[] {
  const lines = analysis.text.split("\n");
  const edits = runsOf(analysis, lines).flatMap((run) => sorted(run));
  if (edits.length === 0 || !isSame(analysis, edits)) return [];
  const edit = { changes: { [analysis.uri]: edits } };
  return [{ title: "Organise declarations", kind: organiseKind, edit }];
}

/** The runs of lines that declare, each of at least two. */
function runsOf(analysis: Analysis, lines: readonly string[]): Declaration[][] {
  const runs: Declaration[][] = [];
  let run: Declaration[] = [];
  const end = () => {
    if (run.length > 1) runs.push(run);
    run = [];
  };
  for (const statement of analysis.statements) {
    if (statement.tokens.length === 0) continue;
    const declaration = declarationOf(analysis, statement, lines);
    const before = run.at(-1);
    if (declaration === undefined || (before && before.line + 1 !== declaration.line)) end();
    if (declaration !== undefined) run.push(declaration);
  }
  end();
  return runs;
}

function declarationOf(
  { document }: Analysis,
  statement: Statement,
  lines: readonly string[],
): Declaration | undefined {
  const directive = directiveOf(statement) ?? "";
  const { tokens, operands, labels } = statement;
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (!declaring.includes(directive) || labels.length > 0 || !first || !last) return undefined;
  const { line } = document.positionAt(first.start);
  const text = (lines[line] ?? "").replace(/\r$/, "");
  const { character } = document.positionAt(first.start);
  const behind = text.slice(document.positionAt(last.end).character).trim();
  // A line of its own, with at most a comment behind.
  const isAlone = text.slice(0, character).trim() === "" && /^($|#|\/\/)/.test(behind);
  const isOneLine = document.positionAt(last.end).line === line;
  const names = operands.flatMap((operand) => operand.tokens.map((token) => token.text));
  return isAlone && isOneLine && names.length > 0 ? { line, directive, names, text } : undefined;
}

const rank = ({ directive }: Declaration) =>
  declaring.indexOf(directive.replace("global", "globl"));

/** The edits that put a run in order. */
function sorted(run: readonly Declaration[]): TextEdit[] {
  const order = [...run].sort(
    (a, b) => rank(a) - rank(b) || (a.names[0] ?? "").localeCompare(b.names[0] ?? "", "en"),
  );
  const seen = new Set<string>();
  const kept = order.filter((one) => {
    const keys = one.names.map((name) => `${rank(one)} ${name}`);
    const isNew = keys.some((key) => !seen.has(key)) || /#|\/\//.test(one.text);
    for (const key of keys) seen.add(key);
    return isNew;
  });
  const isOrdered = kept.length === run.length && kept.every((one, at) => one === run[at]);
  const [first, last] = [run[0], run.at(-1)];
  if (isOrdered || first === undefined || last === undefined) return [];
  const range = {
    start: { line: first.line, character: 0 },
    end: { line: last.line, character: last.text.length },
  };
  return [{ range, newText: kept.map(({ text }) => text).join("\n") }];
}

/** Whether the edited text is assembled into the same sections. */
function isSame(analysis: Analysis, edits: readonly TextEdit[]): boolean {
  const text = TextDocument.applyEdits(analysis.document, [...edits]);
  const after = analysis.assembledAs(text);
  const { object, diagnostics } = analysis.assembly;
  if (after.diagnostics.length !== diagnostics.length) return false;
  if (after.object.sections.length !== object.sections.length) return false;
  return object.sections.every(({ name, data, flags }, index) => {
    const other = after.object.sections[index];
    if (other?.name !== name || other.flags !== flags) return false;
    // Lines move, and the order of symbols is no part of what a program is.
    const isAllocated = (flags & SHF.ALLOC) !== 0n;
    return !isAllocated || (other.data.length === data.length && isEqual(other.data, data));
  });
}

const isEqual = (a: Uint8Array, b: Uint8Array) => a.every((byte, at) => byte === b[at]);
