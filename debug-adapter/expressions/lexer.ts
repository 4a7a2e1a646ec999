/**
 * Splits a debugger's expression into tokens: C's numbers, characters, texts and operators, and names
 * as assembly has them (with dots and dollar signs).
 */
import { cannotParse } from "../errors.ts";

export type Token =
  | {
      readonly kind: "integer";
      readonly text: string;
      readonly value: bigint;
      readonly unsigned: boolean;
    }
  | {
      readonly kind: "float";
      readonly text: string;
      readonly value: number;
      readonly single: boolean;
    }
  | { readonly kind: "name"; readonly text: string }
  /** A text in quotes; its bytes are those of UTF-8, without a 0 behind them. */
  | { readonly kind: "string"; readonly text: string; readonly bytes: Uint8Array }
  | { readonly kind: "operator"; readonly text: string };

// Longest first, so that the first match is the right one.
const operators = [
  "<<=",
  ">>=",
  "==",
  "!=",
  "<=",
  ">=",
  "&&",
  "||",
  "<<",
  ">>",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "->*",
  "->",
  "..",
  ".*",
  "+",
  "-",
  "*",
  "/",
  "%",
  "&",
  "|",
  "^",
  "~",
  "!",
  "<",
  ">",
  "=",
  "?",
  ":",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  "@",
  ".",
];

const space = /\s+/y;
const float = /(?:\d+\.(?!\.)\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?|\d+[eE][+-]?\d+[fF]?/y;
const integer = /(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|\d+)[uUlL]*/y;
// Two dots are between the ends of a range.
const name =
  /(?:::)?(?:[A-Za-z_$]|\.[\w$])(?:[\w$]|\.(?=[\w$]))*(?:::~?[A-Za-z_$](?:[\w$]|\.(?=[\w$]))*)*/y;
/** A name with characters that names do not have, as GDB quotes them. */
const quoted = /'[A-Za-z_$:][^'\\]+'/y;
const string = /"(?:\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\.|[^"\\])*"/uy;
const stringPart = /\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\.|[^\\]+/gu;
const character = /'(?:\\x[0-9a-fA-F]{1,2}|\\[0-7]{1,3}|\\.|[^'\\])'/uy;

const escapes: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  "\\": 92,
  "'": 39,
  '"': 34,
};

/** The tokens of `text`; throws a RequestError at the first character that starts none. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  while (at < text.length) {
    if (take(space) !== undefined) continue;
    let found = take(float);
    if (found !== undefined) {
      tokens.push({
        kind: "float",
        text: found,
        value: Number.parseFloat(found),
        single: /f$/i.test(found),
      });
      continue;
    }
    found = take(integer);
    if (found !== undefined) {
      if (/^[\w$]/.test(text.slice(at))) throw cannotParse(`"${found}${text[at]}" is no number.`);
      tokens.push({
        kind: "integer",
        text: found,
        value: integerOf(found),
        unsigned: /u/i.test(found.replace(/^0[xb]/i, "")),
      });
      continue;
    }
    found = take(name);
    if (found !== undefined) {
      tokens.push({ kind: "name", text: found });
      continue;
    }
    found = take(quoted);
    if (found !== undefined) {
      tokens.push({ kind: "name", text: found.slice(1, -1) });
      continue;
    }
    found = take(character);
    if (found !== undefined) {
      tokens.push({
        kind: "integer",
        text: found,
        value: BigInt(codeOf(found.slice(1, -1))),
        unsigned: false,
      });
      continue;
    }
    found = take(string);
    if (found !== undefined) {
      tokens.push({ kind: "string", text: found, bytes: bytesOf(found.slice(1, -1)) });
      continue;
    }
    if (text[at] === '"') throw cannotParse("A text lacks its closing quotation mark.");
    const operator = operators.find((candidate) => text.startsWith(candidate, at));
    if (operator === undefined) {
      throw cannotParse(
        `The character ${JSON.stringify(text[at])} at column ${at + 1} cannot stand in an expression.`,
      );
    }
    at += operator.length;
    tokens.push({ kind: "operator", text: operator });
  }
  return tokens;
}

/** The value of C's hexadecimal, binary, octal or decimal digits, without the suffix. */
function integerOf(text: string): bigint {
  const digits = text.replace(/[uUlL]+$/, "");
  return BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.toLowerCase());
}

/** The bytes of what stands between quotation marks. */
function bytesOf(text: string): Uint8Array {
  const parts = text.match(stringPart) ?? [];
  return Uint8Array.from(
    parts.flatMap((part) =>
      part.startsWith("\\") ? [codeOf(part) & 0xff] : [...new TextEncoder().encode(part)],
    ),
  );
}

function codeOf(text: string): number {
  if (!text.startsWith("\\")) return text.codePointAt(0)!;
  if (text[1] === "x") return Number.parseInt(text.slice(2), 16);
  if (/^[0-7]/.test(text.slice(1))) return Number.parseInt(text.slice(1), 8) & 255;
  const code = escapes[text[1]!];
  if (code === undefined) throw cannotParse(`There is no character ${text}.`);
  return code;
}
