/**
 * A document's tokens, kept from version to version: statements in front of an edit are taken over
 * as they are, those behind it are moved when somebody asks for them, and only what lies between is
 * read again. A statement depends on nothing but its own characters, so reading stops where an old
 * statement begins.
 */
import {
  type LexicalRules,
  movedToken,
  type RawStatement,
  readStatement,
} from "../assembler/lexer.ts";
import type { Change } from "../assembler/revision.ts";

/** Statements of a version that are others in the next one. */
export interface Difference {
  /** The index of the first of them in both, how many they were, and how many they became. */
  readonly first: number;
  readonly removed: number;
  readonly added: number;
}

/** The statements of one version of a text. */
export class Lexed {
  readonly text: string;
  readonly rules: LexicalRules;
  /** Where each statement begins; in order, without gaps, and the last one ends with the text. */
  readonly starts: Int32Array;
  /** The statements; those of an earlier version may begin elsewhere. */
  readonly #read: RawStatement[];
  /** What differs from the version that this one was read with. */
  readonly difference: Difference | undefined;

  constructor(
    text: string,
    rules: LexicalRules,
    starts: Int32Array,
    read: RawStatement[],
    difference?: Difference,
  ) {
    this.text = text;
    this.rules = rules;
    this.starts = starts;
    this.#read = read;
    this.difference = difference;
  }

  get count(): number {
    return this.starts.length;
  }

  /** The statement of an index. */
  at(index: number): RawStatement {
    const known = this.#read[index] as RawStatement;
    const moved = (this.starts[index] as number) - known.start;
    if (moved === 0) return known;
    const statement = shifted(known, moved);
    this.#read[index] = statement;
    return statement;
  }

  /** All statements. */
  get statements(): readonly RawStatement[] {
    for (let index = 0; index < this.count; index++) this.at(index);
    return this.#read;
  }

  /** Those from `start` to before `end`, as far as they are known. */
  slice(start: number, end: number): RawStatement[] {
    return this.#read.slice(start, end);
  }

  /** How many statements begin before an offset. */
  countBefore(offset: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Reads a text, with what can be taken over from another version of it. */
export function lex(text: string, rules: LexicalRules, before?: Lexed): Lexed {
  if (before === undefined || before.rules !== rules) {
    const read = readFrom(text, 0, rules);
    return new Lexed(text, rules, Int32Array.from(read, startOf), read);
  }
  if (before.text === text) return before;
  const old = before.starts;
  const shorter = Math.min(text.length, before.text.length);
  const prefix = commonPrefix(text, before.text, shorter);
  const suffix = commonSuffix(text, before.text, shorter - prefix);
  const moved = text.length - before.text.length;
  // Statements that end, with their separator, in front of the first difference.
  const first = Math.max(0, before.countBefore(prefix + 1) - 1);
  const between: RawStatement[] = [];
  let at = old[first] ?? 0;
  let next = first;
  while (at <= text.length) {
    while ((old[next] ?? Number.POSITIVE_INFINITY) < at - moved) next++;
    if (at >= text.length - suffix && old[next] === at - moved) break;
    const statement = readStatement(text, at, rules);
    between.push(statement);
    at = statement.next;
  }
  // Nothing is left where the reading came to the end of the text.
  if (at > text.length) next = old.length;
  const behind = first + between.length;
  const starts = new Int32Array(behind + old.length - next);
  starts.set(old.subarray(0, first));
  for (const [index, { start }] of between.entries()) starts[first + index] = start;
  for (let index = next; index < old.length; index++) {
    starts[behind + index - next] = (old[index] as number) + moved;
  }
  const read = before.slice(0, first).concat(between, before.slice(next, old.length));
  const difference = { first, removed: next - first, added: between.length };
  return new Lexed(text, rules, starts, read, difference);
}

/** What differs between two versions, of which the second was read with the first. */
export function changeBetween(before: Lexed, after: Lexed): Change | undefined {
  const { difference } = after;
  if (difference === undefined) return undefined;
  const { first, removed, added } = difference;
  const range = (lexed: Lexed, count: number) =>
    Array.from({ length: count }, (_, index) => lexed.at(first + index));
  let behind = first + removed;
  while (behind < before.count && before.at(behind).tokens.length === 0) behind++;
  return {
    text: after.text,
    removed: range(before, removed),
    added: range(after, added),
    start: before.starts[first] ?? 0,
    end: before.starts[first + removed] ?? before.text.length + 1,
    newEnd: after.starts[first + added] ?? after.text.length + 1,
    next: behind < before.count ? before.at(behind) : undefined,
  };
}

const startOf = ({ start }: RawStatement) => start;

function readFrom(text: string, from: number, rules: LexicalRules): RawStatement[] {
  const statements: RawStatement[] = [];
  for (let at = from; at <= text.length; at = (statements.at(-1) as RawStatement).next) {
    statements.push(readStatement(text, at, rules));
  }
  return statements;
}

/** So many characters are compared at once, as long as they are the same. */
const stride = 4096;

function commonPrefix(one: string, other: string, limit: number): number {
  let length = 0;
  while (length + stride <= limit) {
    if (one.slice(length, length + stride) !== other.slice(length, length + stride)) break;
    length += stride;
  }
  while (length < limit && one.charCodeAt(length) === other.charCodeAt(length)) length++;
  return length;
}

function commonSuffix(one: string, other: string, limit: number): number {
  let length = 0;
  const [a, b] = [one.length - 1, other.length - 1];
  while (length + stride <= limit) {
    const [ends, otherEnds] = [a + 1 - length, b + 1 - length];
    if (one.slice(ends - stride, ends) !== other.slice(otherEnds - stride, otherEnds)) break;
    length += stride;
  }
  while (length < limit && one.charCodeAt(a - length) === other.charCodeAt(b - length)) length++;
  return length;
}

function shifted(statement: RawStatement, by: number): RawStatement {
  const { tokens, start, end, next } = statement;
  return {
    tokens: tokens.map((token) => movedToken(token, by)),
    start: start + by,
    end: end + by,
    next: next + by,
  };
}

/** Finds the statement that begins at an offset; asked in the order of the text. */
export function inOrder(lexed: Lexed): (at: number) => RawStatement | undefined {
  let next = 0;
  return (at) => {
    while (next < lexed.count && (lexed.starts[next] as number) < at) next++;
    return lexed.starts[next] === at ? lexed.at(next) : undefined;
  };
}
