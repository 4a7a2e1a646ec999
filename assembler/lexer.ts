/**
 * Characters → tokens, one statement at a time. Statements end at a line's end or `;`. Comments are
 * `#` and `//` to the line's end and slash-star pairs. Every token keeps its offsets, so nothing of the text
 * is lost. GNU as manual, chapter "Syntax".
 */

/** What a token is. `text` of a token is the source between `start` and `end`. */
export type TokenKind = "name" | "integer" | "float" | "string" | "local" | "operator" | "unknown";

/** What can be wrong with a token, as a diagnostic's code. */
export type TokenError =
  | "unterminated-string"
  | "missing-character"
  | "bad-number"
  | "bad-escape"
  | "character-escape";

/** A token of a statement; offsets into the text that it was read from. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** Name without quotes, operator, decoded string (a character a byte), or digits as written. */
  readonly text: string;
  /** Of an integer. */
  readonly value: bigint | undefined;
  /** What is wrong with the token, as a diagnostic's code. */
  readonly error: TokenError | undefined;
  /** Whether white space or a comment stands before it. */
  readonly spaced: boolean;
}

/** Makes a token; all are made here, so that all have one shape. */
export function makeToken(
  kind: TokenKind,
  start: number,
  end: number,
  text: string,
  spaced: boolean,
  value?: bigint,
  error?: TokenError,
): Token {
  return { kind, start, end, text, value, error, spaced };
}

/** The same token elsewhere. */
export function movedToken({ kind, start, end, text, value, error, spaced }: Token, by: number) {
  return { kind, start: start + by, end: end + by, text, value, error, spaced };
}

/** A statement's tokens and the offsets of the whole. */
export interface RawStatement {
  readonly tokens: Token[];
  /** Offset of the first character (blanks included). */
  readonly start: number;
  /** Offset behind the last character, before the separator. */
  readonly end: number;
  /** Offset at which the next statement starts. */
  readonly next: number;
}

/** What differs between the dialects in how characters become tokens. */
export interface LexicalRules {
  /** Whether `//` and slash-star pairs are comments beside `#`. */
  readonly hasSlashComments: boolean;
  /** Whether blanks separate operands as commas do; see `separateOperands`. */
  readonly blanksSeparate: boolean;
  /** Whether a leading zero means octal. */
  readonly hasOctal: boolean;
  /** Whether a hexadecimal number of 32 bits with its top bit set is negative, on RV64 too. */
  readonly wrapsHexadecimal: boolean;
  /** Whether `\\u0041` in a string is a character. */
  readonly hasUnicodeEscapes: boolean;
  /** Whether `1f` and `1b` refer to numeric labels. */
  readonly hasNumericLabels: boolean;
}

/** The rules of GNU as. */
export const gnuRules: LexicalRules = {
  hasSlashComments: true,
  blanksSeparate: false,
  hasOctal: true,
  wrapsHexadecimal: false,
  hasUnicodeEscapes: false,
  hasNumericLabels: true,
};

const characterClass = { other: 0, blank: 1, name: 2, digit: 3 } as const;
const classes = new Uint8Array(128);
for (const character of " \t\r\f\v") classes[character.charCodeAt(0)] = characterClass.blank;
for (let code = 0; code < 26; code++) classes[65 + code] = classes[97 + code] = characterClass.name;
for (const character of "_.$") classes[character.charCodeAt(0)] = characterClass.name;
for (let code = 48; code < 58; code++) classes[code] = characterClass.digit;

/** Letters, `_`, `.`, `$` and everything beyond ASCII can start a name. */
export function startsName(code: number): boolean {
  return code >= 128 || classes[code] === characterClass.name;
}

/** What starts a name, and digits. */
export function continuesName(code: number): boolean {
  return code >= 128 || (classes[code] as number) >= characterClass.name;
}

const twoCharacterOperators = new Set(["<<", ">>", "<=", ">=", "==", "!=", "<>", "&&", "||"]);

/**
 * Reads the statement at `offset`. Never fails: what cannot be read becomes a token of kind
 * "unknown" or one with an `error`.
 */
export function readStatement(
  text: string,
  offset: number,
  rules: LexicalRules = gnuRules,
): RawStatement {
  const tokens: Token[] = [];
  const { length } = text;
  let at = offset;
  let spaced = false;
  for (;;) {
    const code = at < length ? text.charCodeAt(at) : 10;
    if (code === 10 || code === 59 /* ; */) {
      return { tokens, start: offset, end: at, next: at + 1 };
    }
    if (code < 128 && classes[code] === characterClass.blank) {
      at++;
      spaced = true;
      continue;
    }
    const isSlash = code === 47 && rules.hasSlashComments;
    if (code === 35 /* # */ || (isSlash && text.charCodeAt(at + 1) === 47)) {
      const end = text.indexOf("\n", at);
      const stop = end < 0 ? length : end;
      return { tokens, start: offset, end: stop, next: stop + 1 };
    }
    if (isSlash && text.charCodeAt(at + 1) === 42) {
      const end = text.indexOf("*/", at + 2);
      at = end < 0 ? length : end + 2;
      spaced = true;
      continue;
    }
    const token = readToken(text, at, code, spaced, rules);
    tokens.push(token);
    at = token.end;
    spaced = false;
  }
}

function readToken(
  text: string,
  at: number,
  code: number,
  spaced: boolean,
  rules: LexicalRules,
): Token {
  if (startsName(code)) return readName(text, at, spaced);
  if (code >= 48 && code < 58) {
    const token = readNumber(text, at, spaced);
    return rules === gnuRules ? token : adjusted(token, rules);
  }
  if (code === 34 /* " */) return readString(text, at, spaced, rules);
  if (code === 39 /* ' */) return readCharacter(text, at, spaced, rules);
  const pair = text.slice(at, at + 2);
  if (twoCharacterOperators.has(pair)) {
    return makeToken("operator", at, at + 2, pair, spaced);
  }
  const character = text.charAt(at);
  const kind = "+-*/%&|^!~<>=,()[]{}:@?\\".includes(character) ? "operator" : "unknown";
  return makeToken(kind, at, at + 1, character, spaced);
}

function readName(text: string, start: number, spaced: boolean): Token {
  let end = start + 1;
  while (end < text.length && continuesName(text.charCodeAt(end))) end++;
  return makeToken("name", start, end, text.slice(start, end), spaced);
}

/** A number in any radix, a floating-point number, or a reference to a local label (`1f`). */
function readNumber(text: string, start: number, spaced: boolean): Token {
  let end = start + 1;
  let isDecimal = text.charCodeAt(start) !== 48;
  while (end < text.length && continuesName(text.charCodeAt(end))) {
    if (classes[text.charCodeAt(end)] !== characterClass.digit) isDecimal = false;
    end++;
  }
  let word = text.slice(start, end);
  // Most numbers are decimal and need none of the questions below.
  if (isDecimal) return makeToken("integer", start, end, word, spaced, BigInt(word));
  const isHexadecimal = /^0[xX]/.test(word);
  if (!isHexadecimal && /^(0[dDeEfFhHpPrRsS])?[0-9]*\.?[0-9]*[eE]$/.test(word)) {
    const exponent = /^[+-]?[0-9]+/.exec(text.slice(end, end + 24));
    if (exponent !== null) {
      end += exponent[0].length;
      word = text.slice(start, end);
    }
  }
  if (/^(0[dDeEfFhHpPrRsS])$/.test(word)) {
    const rest = /^[+-]?([0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|inf(inity)?|nan)/i.exec(
      text.slice(end, end + 400),
    );
    if (rest !== null && !(word === "0f" && !/^[+-]/.test(rest[0]))) end += rest[0].length;
    if (rest !== null) word = text.slice(start, end);
  }
  if (/^[0-9]+[fb$]$/.test(word) && !/^0b[01]/.test(word)) {
    // Unlike the label itself, what refers to it may be octal.
    const isOctal = /^0[0-7]+[fb]$/.test(word);
    const text = isOctal ? `${Number.parseInt(word, 8)}${word.at(-1)}` : word;
    return makeToken("local", start, end, text, spaced);
  }
  const value = integerOf(word);
  if (value !== undefined) return makeToken("integer", start, end, word, spaced, value);
  const isFloat = /^(0[dDeEfFhHpPrRsS])?[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(
    word,
  );
  if (isFloat && !/^[0-9]+$/.test(word)) {
    return makeToken("float", start, end, word, spaced);
  }
  return makeToken("integer", start, end, word, spaced, 0n, "bad-number");
}

/** A number as a dialect other than GNU's understands it. */
function adjusted(token: Token, rules: LexicalRules): Token {
  const { text } = token;
  if (token.kind === "local" && !rules.hasNumericLabels) {
    return { ...token, kind: "integer", value: 0n, error: "bad-number" };
  }
  if (!rules.hasOctal && /^0[0-9]+$/.test(text)) {
    return { ...token, kind: "integer", value: BigInt(text), error: undefined };
  }
  const value = token.value ?? 0n;
  const isWrapped = rules.wrapsHexadecimal && value >> 31n === 1n && /^0[xX]/.test(text);
  return isWrapped ? { ...token, value: BigInt.asIntN(32, value) } : token;
}

/**
 * The value of an integer in any radix (`0x1f`, `0b101`, `017`, `42`), or undefined. What C writes
 * behind it (`1UL`) says nothing here.
 */
export function integerOf(written: string): bigint | undefined {
  const word = written.replace(/(?<=[0-9a-f])(u?l{0,3}|l{1,2}u)$/i, "");
  if (/^(0|[1-9][0-9]*)$/.test(word)) return BigInt(word);
  if (/^0[xX][0-9a-fA-F]+$/.test(word) || /^0[bB][01]+$/.test(word)) return BigInt(word);
  if (/^0[0-7]+$/.test(word)) return BigInt(`0o${word.slice(1)}`);
  return undefined;
}

const escapes: Record<string, number> = {
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  "\\": 92,
  '"': 34,
  "'": 39,
};

/** Decodes the escape behind a backslash at `at`; returns its code and the offset behind it. */
function readEscape(text: string, at: number): { code: number; end: number; isValid: boolean } {
  const character = text.charAt(at);
  const simple = escapes[character];
  if (simple !== undefined) return { code: simple, end: at + 1, isValid: true };
  // GNU as counts 8 and 9 among octal digits.
  const octal = /^[0-9]{1,3}/.exec(text.slice(at, at + 3));
  if (octal !== null) {
    const code = [...octal[0]].reduce((sum, digit) => sum * 8 + Number(digit), 0) & 255;
    return { code, end: at + octal[0].length, isValid: true };
  }
  if (character === "x" || character === "X") {
    let end = at + 1;
    let code = 0;
    for (; /[0-9a-fA-F]/.test(text.charAt(end)); end++) {
      code = (code * 16 + Number.parseInt(text.charAt(end), 16)) & 255;
    }
    return { code, end, isValid: true };
  }
  return { code: text.charCodeAt(at) & 255, end: at + 1, isValid: false };
}

const encoder = new TextEncoder();

/** The UTF-8 form of characters, a character a byte. */
function bytesOf(characters: string): string {
  let bytes = "";
  for (const byte of encoder.encode(characters)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** A string; its `text` has one character a byte of the UTF-8 form. */
function readString(text: string, start: number, spaced: boolean, rules: LexicalRules): Token {
  let at = start + 1;
  let decoded = "";
  let error: TokenError | undefined;
  for (;;) {
    const character = text.charAt(at);
    if (character === "" || character === "\n") {
      error = "unterminated-string";
      break;
    }
    if (character === '"') {
      at++;
      break;
    }
    if (character === "\\" && at + 1 < text.length && text.charAt(at + 1) !== "\n") {
      if (rules.hasUnicodeEscapes && text.charAt(at + 1) === "u") {
        const digits = /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2, at + 6))?.[0];
        if (digits === undefined) error ??= "bad-escape";
        else decoded += bytesOf(String.fromCharCode(Number.parseInt(digits, 16)));
        at += 2 + (digits?.length ?? 0);
        continue;
      }
      const { code, end, isValid } = readEscape(text, at + 1);
      decoded += String.fromCharCode(code);
      if (!isValid) error ??= "bad-escape";
      at = end;
      continue;
    }
    if (character.charCodeAt(0) < 128) {
      decoded += character;
      at++;
      continue;
    }
    const whole = String.fromCodePoint(text.codePointAt(at) as number);
    decoded += bytesOf(whole);
    at += whole.length;
  }
  return makeToken("string", start, at, decoded, spaced, undefined, error);
}

/** A character constant: `'a`, `'a'`, `'\n'`. */
export function readCharacter(
  text: string,
  start: number,
  spaced: boolean,
  rules: LexicalRules = gnuRules,
): Token {
  let at = start + 1;
  let code = text.codePointAt(at);
  if (code === undefined || code === 10) {
    return makeToken("integer", start, at, "'", spaced, 0n, "missing-character");
  }
  let error: TokenError | undefined;
  if (code === 92 && at + 1 < text.length && text.charAt(at + 1) !== "\n") {
    const decoded = readEscape(text, at + 1);
    code = decoded.code;
    const escaped = text.charAt(at + 1);
    const isLong = /^(x|[0-7]{2,3})/.test(text.slice(at + 1, at + 4)) && decoded.end > at + 2;
    if (rules === gnuRules && !isLong && !"bfnrt'\"\\".includes(escaped)) {
      // In GNU as, not elsewhere, `'\0'` is the character 0.
      code = escaped.charCodeAt(0);
      decoded.isValid = !/[0-7aevx]/.test(escaped);
    }
    at = decoded.end;
    if (!decoded.isValid) error = "character-escape";
  } else {
    at += code > 0xffff ? 2 : 1;
  }
  if (text.charAt(at) === "'") at++;
  return makeToken("integer", start, at, text.slice(start, at), spaced, BigInt(code), error);
}
