/**
 * A document's tokens, kept from version to version: statements in front of an edit are taken over
 * as they are, those behind it are moved, and only what lies between is read again. A statement
 * depends on nothing but its own characters, so reading stops where an old statement begins.
 */
import { type LexicalRules, type RawStatement, readStatement } from "../assembler/lexer.ts";

/** The statements of one version of a text. */
export interface Lexed {
  readonly text: string;
  readonly rules: LexicalRules;
  /** In order, without gaps; the last one ends with the text. */
  readonly statements: readonly RawStatement[];
}

/** Reads a text, with what can be taken over from another version of it. */
export function lex(text: string, rules: LexicalRules, before?: Lexed): Lexed {
  if (before === undefined || before.rules !== rules) {
    return { text, rules, statements: readFrom(text, 0, rules) };
  }
  if (before.text === text) return before;
  const old = before.statements;
  const shorter = Math.min(text.length, before.text.length);
  const prefix = commonPrefix(text, before.text, shorter);
  const suffix = commonSuffix(text, before.text, shorter - prefix);
  const moved = text.length - before.text.length;
  // Statements that end, with their separator, in front of the first difference.
  let low = 0;
  let high = old.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((old[middle] as RawStatement).next <= prefix) low = middle + 1;
    else high = middle;
  }
  const statements = old.slice(0, low);
  let next = low;
  let at = statements.at(-1)?.next ?? 0;
  while (at <= text.length) {
    while ((old[next]?.start ?? Number.POSITIVE_INFINITY) < at - moved) next++;
    if (at >= text.length - suffix && old[next]?.start === at - moved) {
      for (; next < old.length; next++) statements.push(shifted(old[next] as RawStatement, moved));
      break;
    }
    const statement = readStatement(text, at, rules);
    statements.push(statement);
    at = statement.next;
  }
  return { text, rules, statements };
}

function readFrom(text: string, from: number, rules: LexicalRules): RawStatement[] {
  const statements: RawStatement[] = [];
  for (let at = from; at <= text.length; at = (statements.at(-1) as RawStatement).next) {
    statements.push(readStatement(text, at, rules));
  }
  return statements;
}

function commonPrefix(one: string, other: string, limit: number): number {
  let length = 0;
  while (length < limit && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return length;
}

function commonSuffix(one: string, other: string, limit: number): number {
  let length = 0;
  const [a, b] = [one.length - 1, other.length - 1];
  while (length < limit && one.charCodeAt(a - length) === other.charCodeAt(b - length)) length++;
  return length;
}

function shifted(statement: RawStatement, by: number): RawStatement {
  if (by === 0) return statement;
  const { tokens, start, end, next } = statement;
  return {
    tokens: tokens.map((token) => ({ ...token, start: token.start + by, end: token.end + by })),
    start: start + by,
    end: end + by,
    next: next + by,
  };
}

/** Finds the statement that begins at an offset; asked in the order of the text. */
export function inOrder({ statements }: Lexed): (at: number) => RawStatement | undefined {
  let next = 0;
  return (at) => {
    while ((statements[next]?.start ?? Number.POSITIVE_INFINITY) < at) next++;
    const found = statements[next];
    return found?.start === at ? found : undefined;
  };
}
