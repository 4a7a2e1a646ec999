/**
 * The operands of macros as GNU as takes them apart: characters, not tokens. First blanks that part
 * no two words and comments go, and character constants become numbers, as its reader has it
 * before all else; then words, quoted and bracketed texts are told apart in what is left. Every
 * character keeps where it was written. GNU as manual, "`.macro`", "`.altmacro`".
 */
import { continuesName, readCharacter, startsName } from "./lexer.ts";
import type { SourceText } from "./source.ts";

/** Characters, and where in their source each was written. */
export interface Condensed {
  readonly source: SourceText;
  readonly text: string;
  readonly offsets: readonly number[];
}

/** An argument: a part of a text, or characters that stand for such a part. */
export interface Argument {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  /** What is inserted, where it is not the part itself. */
  readonly text?: string;
}

/** Where the reader is: in the operands, behind a word there, behind blanks after such a word. */
type State = "operator" | "word" | "blank";

/** What GNU as sees between two offsets of a statement's operands. */
export function condense(
  source: SourceText,
  start: number,
  end: number,
  hasSlashComments: boolean,
): Condensed {
  const written = source.text;
  let text = "";
  const offsets: number[] = [];
  const put = (characters: string, from: number, isCopy: boolean) => {
    for (let index = 0; index < characters.length; index++) {
      offsets.push(isCopy ? from + index : from);
    }
    text += characters;
  };
  let state: State = "operator";
  let at = start;
  while (at < end) {
    const character = written.charAt(at);
    const code = written.charCodeAt(at);
    const isComment = character === "/" && hasSlashComments;
    if (character === "#" || (isComment && written.charAt(at + 1) === "/")) break;
    if (" \t\r\f\v\n".includes(character) || (isComment && written.charAt(at + 1) === "*")) {
      const close = isComment ? written.indexOf("*/", at + 2) : at - 1;
      at = isComment && close < 0 ? end : close + 2;
      if (state === "word") state = "blank";
      continue;
    }
    const startsWord = continuesName(code) || "\"'\\".includes(character);
    if (state === "blank" && startsWord) put(" ", at - 1, true);
    if (character === '"') {
      const stop = endOfString(written, at, end);
      put(written.slice(at, stop), at, true);
      at = stop;
      state = "word";
    } else if (character === "'" && at + 1 < end && code < 128) {
      const token = readCharacter(written, at, false);
      put(String(token.value ?? 0n), at, false);
      at = token.end;
      // What follows a number made of a character is not parted from it, but for one digit's.
      state = "operator";
    } else {
      put(character, at, true);
      at++;
      state = continuesName(code) ? "word" : "operator";
    }
  }
  return { source, text, offsets };
}

function endOfString(text: string, start: number, end: number): number {
  let at = start + 1;
  while (at < end && text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1;
  return Math.min(at + 1, end);
}

/** The offset in the source of the character at an index, or of what follows the last one. */
export function offsetOf({ offsets }: Condensed, index: number, otherwise: number): number {
  const last = offsets.at(-1);
  return offsets[index] ?? (last === undefined ? otherwise : last + 1);
}

/** Skips blanks. */
export function skipBlanks(text: string, at: number): number {
  while (text.charAt(at) === " " || text.charAt(at) === "\t") at++;
  return at;
}

/** Skips blanks with a comma among them. */
export function skipComma(text: string, at: number): number {
  at = skipBlanks(text, at);
  return text.charAt(at) === "," ? skipBlanks(text, at + 1) : at;
}

/** Where the name ends that begins at an index; the index itself where none does. */
export function endOfName(text: string, at: number): number {
  if (at >= text.length || !startsName(text.charCodeAt(at))) return at;
  let end = at + 1;
  while (end < text.length && continuesName(text.charCodeAt(end))) end++;
  return end;
}

/** What computes `%expression` in `.altmacro`: its value, and the index behind it. */
export type Compute = (condensed: Condensed, at: number) => { text: string; at: number };

/**
 * The argument at an index, and the index behind it. It is a string without its quotes, in
 * `.altmacro` also `<text>` or the value of `%expression`; or else goes up to a comma or to a blank
 * outside of brackets.
 */
export function readArgument(
  condensed: Condensed,
  from: number,
  compute: Compute | undefined,
): { argument: Argument; at: number } {
  const { text } = condensed;
  const at = skipBlanks(text, from);
  const first = text.charAt(at);
  if (first === "%" && compute !== undefined) {
    const computed = compute(condensed, at + 1);
    return {
      argument: { ...partOf(condensed, at, computed.at), text: computed.text },
      at: computed.at,
    };
  }
  if (first === '"' || (first === "<" && compute !== undefined)) {
    const quoted = readQuoted(text, at, compute !== undefined);
    const keepsQuotes = compute !== undefined && first === '"';
    const inner = keepsQuotes ? `"${quoted.text}"` : quoted.text;
    if (inner === text.slice(at + 1, quoted.at - 1)) {
      return { argument: partOf(condensed, at + 1, quoted.at - 1), at: quoted.at };
    }
    return { argument: { ...partOf(condensed, at, quoted.at), text: inner }, at: quoted.at };
  }
  const end = endOfPlain(text, at, compute !== undefined);
  return { argument: partOf(condensed, at, end), at: end };
}

/** What stands between two indices, as an argument. */
export function partOf(condensed: Condensed, from: number, to: number): Argument {
  const { source, text, offsets } = condensed;
  const start = offsetOf(condensed, from, 0);
  if (to <= from) return { source, start, end: start };
  const end = (offsets[to - 1] ?? start) + 1;
  const part = text.slice(from, to);
  return source.text.slice(start, end) === part
    ? { source, start, end }
    : { source, start, end, text: part };
}

/** Strings and brackets in a row, without what encloses them; a doubled quote is one. */
function readQuoted(text: string, at: number, isAlternate: boolean) {
  let inner = "";
  const { length } = text;
  while (at < length && (text.charAt(at) === '"' || (isAlternate && text.charAt(at) === "<"))) {
    if (text.charAt(at) === "<") {
      let depth = 0;
      at++;
      while (at < length && (text.charAt(at) !== ">" || depth > 0)) {
        const character = text.charAt(at);
        if (character === "!") at++;
        else if (character === ">") depth--;
        else if (character === "<") depth++;
        inner += text.charAt(at++);
      }
      at++;
      continue;
    }
    at++;
    let isEscaped = false;
    while (at < length) {
      isEscaped = text.charAt(at - 1) === "\\" && !isEscaped;
      const character = text.charAt(at);
      if (isAlternate && character === "!") at++;
      else if (character === '"' && !isEscaped) {
        at++;
        if (text.charAt(at) !== '"') break;
      }
      inner += text.charAt(at++);
    }
  }
  return { text: inner, at: Math.min(at, length) };
}

/** Behind a plain argument. Brackets keep blanks together, quotes everything. */
function endOfPlain(text: string, at: number, isAlternate: boolean): number {
  const open: string[] = [];
  const closes: Record<string, string> = { ")": "(", "]": "[" };
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    const isBlank = character === " " || character === "\t";
    if ((isBlank && open.length === 0) || character === ",") break;
    if (isAlternate && character === "<") break;
    if (character === '"' || character === "'") {
      const close = text.indexOf(character, at + 1);
      if (close < 0) return text.length;
      at = close;
    } else if (character === "(" || character === "[") open.push(character);
    else if (closes[character] !== undefined && open.at(-1) === closes[character]) open.pop();
  }
  return at;
}
