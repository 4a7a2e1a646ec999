/**
 * Macros of RARS: `.macro name(%a, %b)` … `.end_macro`. Several macros of one name differ in the
 * number of their parameters; labels in a body are its own at every call.
 */
import type { Arguments } from "../arguments.ts";
import type { Assembler } from "../assembler.ts";
import { readBlock } from "../blocks.ts";
import { continuesName, readStatement, startsName, type Token } from "../lexer.ts";
import { Expansion, type SourceText } from "../source.ts";
import type { Macro, MacroParameter, Statement } from "../unit.ts";

const keyOf = (name: string, count: number) => `${name}(${count})`;

/** The written tokens of a list: without the commas and the parentheses around all of it. */
function listTokens(tokens: readonly Token[]): Token[] {
  const [first, last] = [tokens[0], tokens.at(-1)];
  const isEnclosed = first?.text === "(" && last?.text === ")";
  const inner = isEnclosed ? tokens.slice(1, -1) : tokens;
  return inner.filter(({ kind, text }) => kind !== "operator" || text !== ",");
}

/** Handles `.macro`. */
export function defineRarsMacro(assembler: Assembler, args: Arguments): void {
  const name = args.symbolName();
  if (name === undefined) return;
  const { source } = assembler;
  const tokens = listTokens(args.tokens.slice(args.at).filter(({ start, end }) => end > start));
  args.at = args.tokens.length;
  const parameters: MacroParameter[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const word = tokens[at + 1];
    const isMarked = token.text === "%" && word?.kind === "name" && word.start === token.end;
    const isDollar = token.kind === "name" && token.text.startsWith("$");
    if (!isMarked && !isDollar) {
      assembler.report("bad-macro-parameter", token.start, token.end, { name: token.text });
      continue;
    }
    const named = isMarked ? (word as Token) : token;
    if (isMarked) at++;
    parameters.push({
      name: source.text.slice(token.start, named.end),
      kind: "required",
      fallback: undefined,
      mention: { source, start: token.start, end: named.end },
      references: [],
    });
  }
  const body = readBlock(assembler, args.name, /^\.macro$/, /^\.(end_macro|endm)$/);
  if (body === undefined) return;
  const key = keyOf(name.text, parameters.length);
  if (assembler.macros.has(key)) {
    assembler.report("overload-redefined", name.start, name.end, {
      name: name.text,
      count: String(parameters.length),
    });
    return;
  }
  const mention = { source, start: name.start, end: name.end };
  const macro: Macro = { name: name.text, parameters, source, ...body, mention, references: [] };
  assembler.macros.set(key, macro);
  assembler.unit.macros.push(macro);
  assembler.statement.macro = macro;
}

interface Part {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** The arguments of a call: a token each, with its sign and with what is in parentheses behind. */
function argumentsOf(source: SourceText, tokens: readonly Token[]): Part[] {
  const parts: { source: SourceText; start: number; end: number }[] = [];
  let depth = 0;
  let previous: Token | undefined;
  for (const token of listTokens(tokens)) {
    const isSigned =
      (previous?.text === "-" || previous?.text === "+" || previous?.text === "%") &&
      previous.kind === "operator" &&
      previous.end === token.start;
    const opens = token.kind === "operator" && token.text === "(";
    const isInside = depth > 0 || (opens && previous?.end === token.start);
    if (opens) depth++;
    else if (token.kind === "operator" && token.text === ")") depth--;
    const last = parts.at(-1);
    if (last !== undefined && (isSigned || isInside)) last.end = token.end;
    else parts.push({ source, start: token.start, end: token.end });
    previous = token;
  }
  return parts;
}

/** Expands a call; false where the statement is none. */
export function callRarsMacro(assembler: Assembler, statement: Statement, at: number): boolean {
  const name = statement.tokens[at] as Token;
  if (assembler.macros.size === 0) return false;
  const { source } = assembler;
  const { rules } = assembler.dialect;
  const { tokens } = readStatement(source.text, name.start, rules);
  const parts = argumentsOf(source, tokens.slice(1));
  const macro = assembler.macros.get(keyOf(name.text, parts.length));
  if (macro === undefined) {
    const others = [...assembler.macros.values()].filter((other) => other.name === name.text);
    if (others.length === 0) return false;
    statement.kind = "macro";
    const counts = others.map(({ parameters }) => parameters.length).join(" or ");
    assembler.report("no-macro-overload", name.start, name.end, {
      name: name.text,
      counts,
      plural: counts === "1" ? "" : "s",
      count: String(parts.length),
    });
    return true;
  }
  statement.kind = "macro";
  statement.macro = macro;
  macro.references.push({ source, start: name.start, end: name.end });
  const values = new Map(
    macro.parameters.map((parameter, index) => [parameter.name, parts[index]]),
  );
  const expansion = new Expansion();
  substitute(assembler, expansion, macro, values, `_M${assembler.macroCalls++}`);
  if (expansion.length > assembler.expansionBudget) assembler.reportTooLarge();
  else
    assembler.insert(expansion.finish(assembler.origin(`call of macro ${macro.name}`, true)), true);
  return true;
}

/** The labels that a body defines. */
function labelsOf(assembler: Assembler, { source, start, end }: Macro): ReadonlySet<string> {
  const labels = new Set<string>();
  for (let at = start; at < end; ) {
    const { tokens, next } = readStatement(source.text, at, assembler.dialect.rules);
    const [label, colon] = tokens;
    const isLabel = label?.kind === "name" && colon?.kind === "operator" && colon.text === ":";
    if (isLabel) labels.add(label.text);
    at = next;
  }
  return labels;
}

/** Appends the body with arguments for parameters, and with a suffix at the body's labels. */
function substitute(
  assembler: Assembler,
  expansion: Expansion,
  macro: Macro,
  values: ReadonlyMap<string, Part | undefined>,
  suffix: string,
): void {
  const { source, start, end } = macro;
  const { text } = source;
  const labels = labelsOf(assembler, macro);
  let done = start;
  let at = start;
  while (at < end) {
    const character = text.charAt(at);
    if (character === "#") at = Math.min(end, endOfLine(text, at));
    else if (character === '"') at = endOfString(text, at, end);
    else if (character === "'") at += text.charAt(at + 1) === "\\" ? 4 : 3;
    else if (character === "%" || startsName(text.charCodeAt(at))) {
      let to = at + 1;
      while (to < end && continuesName(text.charCodeAt(to))) to++;
      const word = text.slice(at, to);
      const value = values.get(word);
      if (value !== undefined) {
        expansion.slice(source, done, at);
        expansion.slice(value.source, value.start, value.end);
        done = to;
      } else if (labels.has(word)) {
        expansion.slice(source, done, to);
        expansion.text(suffix, source, to);
        done = to;
      }
      at = to;
    } else at++;
  }
  expansion.slice(source, done, end);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function endOfString(text: string, start: number, end: number): number {
  let at = start + 1;
  while (at < end && text.charAt(at) !== '"' && text.charAt(at) !== "\n") {
    at += text.charAt(at) === "\\" ? 2 : 1;
  }
  return at + 1;
}
