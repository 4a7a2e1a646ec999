/**
 * A document as statements: labels, head (mnemonic, directive, macro or assigned symbol) and
 * operands, cut from the assembler's own tokens. Text that the assembler skips or repeats (branches
 * of conditionals, bodies of macros) is here once and as it is written, which is what an editor
 * shows and renames.
 */
import { separateOperands } from "../assembler/dialects/operands.ts";
import type { Dialect } from "../assembler/dialects.ts";
import type { LexicalRules, RawStatement, Token } from "../assembler/lexer.ts";
import { type Lexed, lex } from "./lexed-lines.ts";

/** The tokens between two commas. */
export interface OperandText {
  readonly tokens: readonly Token[];
  /** From behind the comma before it to the comma behind it, blanks included. */
  readonly start: number;
  readonly end: number;
}

/** One statement; all numbers are offsets into the text. */
export interface Statement {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly Token[];
  /** Names or numbers that a colon follows. */
  readonly labels: readonly Token[];
  readonly head: Token | undefined;
  readonly kind: "empty" | "instruction" | "directive" | "assignment";
  readonly operands: readonly OperandText[];
}

/** All statements of a text, in order, without gaps. */
export function statementsOf(text: string, { rules }: Dialect, lexed?: Lexed): Statement[] {
  return (lexed ?? lex(text, rules)).statements.map((raw) => readStatement(raw, rules));
}

/** One statement from its tokens. */
export function readStatement(raw: RawStatement, rules: LexicalRules): Statement {
  const tokens = rules.blanksSeparate ? separateOperands(raw.tokens) : raw.tokens;
  return statementOf(tokens, raw.start, raw.end);
}

function statementOf(tokens: readonly Token[], start: number, end: number): Statement {
  const labels: Token[] = [];
  let at = 0;
  while (isLabel(tokens, at)) {
    labels.push(tokens[at] as Token);
    at += 2;
  }
  // A name that a macro's parameter completes (`loop_\@:`, `b\condition`) is no label or head.
  let run = composedRun(tokens, at);
  if (run > 0 && tokens[at + run]?.text === ":") {
    at += run + 1;
    run = composedRun(tokens, at);
  }
  if (run > 0) {
    const operands = operandsOf(tokens.slice(at + run), tokens[at + run - 1]?.end ?? end, end);
    return { start, end, tokens, labels, head: undefined, kind: "empty", operands };
  }
  const first = tokens[at];
  const head = first?.kind === "name" ? first : undefined;
  const rest = at + 1;
  const assigned = head !== undefined && isAssignment(tokens, rest);
  const kind = head === undefined ? "empty" : assigned ? "assignment" : kindOf(head);
  const from = assigned ? rest + 1 : rest;
  const begin = tokens[from - 1]?.end ?? end;
  const operands = head === undefined ? [] : operandsOf(tokens.slice(from), begin, end);
  return { start, end, tokens, labels, head, kind, operands };
}

/** How many tokens from `at` on form one name with a backslash in it; 0 where there is none. */
function composedRun(tokens: readonly Token[], at: number): number {
  let count = 0;
  let isComposed = false;
  for (; at + count < tokens.length; count++) {
    const { kind, text, spaced } = tokens[at + count] as Token;
    const joins = kind === "name" || kind === "integer" || "\\@()".includes(text);
    if (!joins || (spaced && count > 0)) break;
    isComposed ||= text === "\\" && kind === "operator";
  }
  return isComposed ? count : 0;
}

function isLabel(tokens: readonly Token[], at: number): boolean {
  const [token, colon] = [tokens[at], tokens[at + 1]];
  return (
    colon?.text === ":" &&
    colon.kind === "operator" &&
    token !== undefined &&
    (token.kind === "name" || token.kind === "integer" || token.kind === "string")
  );
}

function isAssignment(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return token?.kind === "operator" && (token.text === "=" || token.text === "==");
}

function kindOf(head: Token): Statement["kind"] {
  return head.text.startsWith(".") ? "directive" : "instruction";
}

function operandsOf(tokens: readonly Token[], start: number, end: number): OperandText[] {
  const operands: OperandText[] = [];
  let current: Token[] = [];
  let depth = 0;
  let from = start;
  for (const token of tokens) {
    if (token.kind === "operator" && token.text === "(") depth++;
    if (token.kind === "operator" && token.text === ")") depth--;
    if (token.kind === "operator" && token.text === "," && depth <= 0) {
      operands.push({ tokens: current, start: from, end: token.start });
      current = [];
      from = token.end;
    } else {
      current.push(token);
    }
  }
  if (current.length > 0 || operands.length > 0 || from < end) {
    operands.push({ tokens: current, start: from, end });
  }
  return operands;
}

/** The token that an offset is in or at an end of; a name wins over an operator beside it. */
export function tokenAt(statement: Statement, offset: number): Token | undefined {
  const touching = statement.tokens.filter(({ start, end }) => start <= offset && offset <= end);
  return touching.find(({ kind }) => kind !== "operator") ?? touching[0];
}

/** The index of the operand that an offset is in; -1 in front of the operands. */
export function operandIndexAt(statement: Statement, offset: number): number {
  return statement.operands.findLastIndex(({ start }) => start <= offset);
}

/** Holds in a comment, where nothing is offered or explained. */
export function isInComment(text: string, statement: Statement, offset: number): boolean {
  const before = statement.tokens.findLast(({ end }) => end <= offset);
  const inside = statement.tokens.some(({ start, end }) => start < offset && offset < end);
  if (inside) return false;
  const gap = text.slice(before?.end ?? statement.start, offset);
  const line = gap.search(/#|\/\//);
  const block = gap.lastIndexOf("/*");
  return line >= 0 || (block >= 0 && gap.indexOf("*/", block) < 0);
}

/** The token in front of one, where nothing stands between the two. */
export function prefixOf(statement: Statement, token: Token): Token | undefined {
  const before = statement.tokens[statement.tokens.indexOf(token) - 1];
  return before !== undefined && before.end === token.start ? before : undefined;
}

/** The function of `%hi(symbol)` for its name token: "%hi"; undefined for any other token. */
export function relocationFunctionOf(statement: Statement, token: Token): string | undefined {
  const before = prefixOf(statement, token);
  const next = statement.tokens[statement.tokens.indexOf(token) + 1];
  const isFunction = before?.text === "%" && before.kind === "operator" && next?.text === "(";
  return isFunction ? `%${token.text}` : undefined;
}
