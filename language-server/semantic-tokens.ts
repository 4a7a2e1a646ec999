/**
 * Semantic tokens: what each name turned out to be, on top of the grammar's colours. Labels,
 * constants, macros, parameters, registers by file, CSRs; with modifiers for definitions, for what
 * other files can see and for what may not be written. Data in the protocol's delta form.
 */
import type { Range, SemanticTokens, SemanticTokensDelta } from "vscode-languageserver";
import type { Token } from "../assembler/lexer.ts";
import { csrByName } from "../isa/csrs.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import { isWord } from "./forms.ts";
import { definitionKindOf, type Occurrence } from "./occurrences.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

const tokenTypes = [
  "function",
  "variable",
  "macro",
  "parameter",
  "label",
  "register",
  "property",
  "keyword",
] as const;
const tokenModifiers = [
  "declaration",
  "definition",
  "readonly",
  "static",
  "defaultLibrary",
] as const;

type TokenType = (typeof tokenTypes)[number];
type TokenModifier = (typeof tokenModifiers)[number];

/** The names of the types and modifiers, in the order of their numbers. */
export const tokenLegend = {
  tokenTypes: [...tokenTypes],
  tokenModifiers: [...tokenModifiers],
};

/** A token before it is encoded; offsets. */
interface Coloured {
  readonly start: number;
  readonly end: number;
  readonly type: TokenType;
  readonly modifiers: readonly TokenModifier[];
}

/** The tokens of the document, or of a range of it, and a name for this answer. */
export function semanticTokens(analysis: Analysis, range?: Range): SemanticTokens {
  const data = encodedTokens(analysis, range);
  return range === undefined ? { resultId: resultId(data), data } : { data };
}

/** What changed since `previous`, one of the answers before; the whole where it is not known. */
export function semanticTokensDelta(
  analysis: Analysis,
  previousResultId: string,
  previous?: SemanticTokens,
): SemanticTokens | SemanticTokensDelta {
  const data = encodedTokens(analysis);
  const id = resultId(data);
  if (id === previousResultId) return { resultId: id, edits: [] };
  if (previous === undefined || previous.resultId !== previousResultId)
    return { resultId: id, data };
  return { resultId: id, edits: [editBetween(previous.data, data)] };
}

/** The one edit that turns the old numbers into the new ones, by whole tokens. */
function editBetween(
  before: readonly number[],
  after: readonly number[],
): { start: number; deleteCount: number; data: number[] } {
  const least = Math.min(before.length, after.length);
  let same = 0;
  while (same < least && before[same] === after[same]) same++;
  const start = same - (same % 5);
  let rest = 0;
  while (rest < least - start && before.at(-1 - rest) === after.at(-1 - rest)) rest++;
  rest -= rest % 5;
  const deleteCount = before.length - start - rest;
  return { start, deleteCount, data: after.slice(start, after.length - rest) };
}

/** A name for an answer that equal answers share: FNV-1a over the numbers, and their count. */
function resultId(data: readonly number[]): string {
  let hash = 0x811c9dc5;
  for (const value of data) hash = Math.imul(hash ^ value, 0x01000193);
  return `${data.length}-${(hash >>> 0).toString(16)}`;
}

function encodedTokens(analysis: Analysis, range?: Range): number[] {
  const from = range === undefined ? 0 : analysis.offsetAt(range.start);
  const to = range === undefined ? analysis.text.length : analysis.offsetAt(range.end);
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (const { start, end, type, modifiers } of colouredTokens(analysis, from, to)) {
    const position = analysis.document.positionAt(start);
    const sameLine = position.line === line;
    data.push(
      position.line - line,
      sameLine ? position.character - character : position.character,
      end - start,
      tokenTypes.indexOf(type),
      modifiers.reduce((bits, name) => bits | (1 << tokenModifiers.indexOf(name)), 0),
    );
    ({ line, character } = position);
  }
  return data;
}

function colouredTokens(analysis: Analysis, from: number, to: number): Coloured[] {
  const found: Coloured[] = [];
  const { all } = analysis.occurrences;
  const named = new Set<number>();
  for (const occurrence of all) {
    if (occurrence.end <= from || occurrence.start >= to) continue;
    const token = colourOf(analysis, occurrence);
    named.add(occurrence.start);
    found.push({ start: occurrence.start, end: occurrence.end, ...token });
  }
  for (const statement of analysis.statements) {
    if (statement.end < from) continue;
    if (statement.start > to) break;
    for (const { tokens } of statement.operands) {
      for (const token of tokens) {
        if (token.kind !== "name" || named.has(token.start)) continue;
        const type = wordType(analysis.text, statement, token);
        if (type !== undefined) found.push({ start: token.start, end: token.end, ...type });
      }
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Registers and CSRs: words that are part of the language. */
function wordType(
  text: string,
  statement: Statement,
  token: Token,
): { type: TokenType; modifiers: TokenModifier[] } | undefined {
  if (/[\\%]/.test(text[token.start - 1] ?? "")) return undefined;
  if (statement.kind === "directive" && !token.text.startsWith(".cfi")) return undefined;
  const isZero = token.text === "zero" || token.text === "x0";
  if (xRegisterIndex(token.text) !== undefined || fRegisterIndex(token.text) !== undefined) {
    return { type: "register", modifiers: isZero ? ["readonly"] : [] };
  }
  if (!isWord(statement.head?.text ?? "", token.text)) return undefined;
  const csr = csrByName(token.text);
  if (csr === undefined) return { type: "keyword", modifiers: [] };
  return { type: "property", modifiers: csr.access === "ro" ? ["readonly"] : [] };
}

function colourOf(
  analysis: Analysis,
  occurrence: Occurrence,
): { type: TokenType; modifiers: TokenModifier[] } {
  const { kind, role, key, name } = occurrence;
  const modifiers: TokenModifier[] =
    role === "definition" ? ["definition"] : role === "declaration" ? ["declaration"] : [];
  if (kind === "macro") return { type: "macro", modifiers };
  if (kind === "parameter") return { type: "parameter", modifiers };
  if (kind === "numeric") return { type: "label", modifiers };
  const definition = analysis.occurrences.definition(key);
  const how = definition === undefined ? undefined : definitionKindOf(definition);
  if (how === "constant") return { type: "variable", modifiers: [...modifiers, "readonly"] };
  if (analysis.occurrences.exported.has(name)) modifiers.push("static");
  if (how === undefined) return { type: "function", modifiers };
  return { type: name.startsWith(".L") ? "label" : "function", modifiers };
}
