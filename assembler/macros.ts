/**
 * Macros and repetitions: text in, text out, as in GNU as. A definition keeps where its body
 * stands; a call puts the body together with the arguments and has it read next. GNU as manual,
 * "`.macro`", "`.rept`", "`.irp`", "`.irpc`".
 */
import type { Arguments } from "./arguments.ts";
import type { Assembler } from "./assembler.ts";
import { readBlock } from "./blocks.ts";
import { directiveOf } from "./dialects.ts";
import { ExpressionParser, evaluateNumber } from "./expressions.ts";
import { distanceSoFar } from "./layout.ts";
import { continuesName, readCharacter, readStatement, startsName, type Token } from "./lexer.ts";
import {
  type Argument,
  type Compute,
  type Condensed,
  condense,
  endOfName,
  offsetOf,
  partOf,
  readArgument,
  skipBlanks,
  skipComma,
} from "./macro-arguments.ts";
import { Expansion, type SourceText } from "./source.ts";
import type { Macro, MacroParameter } from "./unit.ts";

const macroOpeners = /^\.macro$/;
const macroClosers = /^\.endm$/;
const repeatOpeners = /^\.(rept|rep|irp|irpc|irep|irepc)$/;
const repeatClosers = /^\.endr$/;

/** Handles `.macro`: reads parameters and body. */
export function defineMacro(assembler: Assembler, args: Arguments): void {
  const name = args.symbolName();
  if (name === undefined) return;
  const parameters = readParameters(assembler, args, name);
  const body = readBlock(assembler, args.name, macroOpeners, macroClosers);
  if (body === undefined || parameters === undefined) return;
  const { source } = assembler;
  const key = name.text.toLowerCase();
  if (key.startsWith(".") && directiveOf(assembler.dialect, key) !== undefined) {
    assembler.report("macro-hidden", name.start, name.end, { name: name.text });
  }
  if (assembler.macros.has(key)) {
    assembler.report("macro-redefined", name.start, name.end, { name: name.text });
    return;
  }
  const mention = { source, start: name.start, end: name.end };
  const macro: Macro = { name: name.text, parameters, source, ...body, mention, references: [] };
  notePlaceholders(macro);
  assembler.macros.set(key, macro);
  assembler.unit.macros.push(macro);
  assembler.statement.macro = macro;
}

/** What stands behind a token of the current statement, as GNU as sees it. */
function condensedBehind(assembler: Assembler, start: number): Condensed {
  const { source, statement, dialect } = assembler;
  return condense(source, start, statement.end, dialect.rules.hasSlashComments);
}

/** The reader of `%expression`, where `.altmacro` holds. */
function computing(assembler: Assembler): Compute | undefined {
  if (!assembler.usesAlternateMacros) return undefined;
  return (condensed, at) => {
    const { source, text } = condensed;
    const start = offsetOf(condensed, at, assembler.statement.end);
    const { tokens } = readStatement(source.text.slice(0, assembler.statement.end), start);
    const parser = new ExpressionParser(tokens, 0, tokens.length, assembler);
    const expression = parser.parse();
    const next = parser.peek()?.start ?? Number.POSITIVE_INFINITY;
    const behind = condensed.offsets.findIndex((offset) => offset >= next);
    const end = behind < 0 ? text.length : behind;
    const value = expression && evaluateNumber(expression, distanceSoFar);
    if (typeof value === "bigint") return { text: String(BigInt.asIntN(64, value)), at: end };
    const mention = { source, start, end: offsetOf(condensed, end, start) };
    if (value !== undefined) assembler.reportAt(value, mention, { what: "The value of `%`" });
    return { text: "", at: end };
  };
}

/** Names with qualifiers and defaults; undefined (and reported) where the list is none. */
function readParameters(
  assembler: Assembler,
  args: Arguments,
  macro: Token,
): MacroParameter[] | undefined {
  const { source } = assembler;
  const list = condensedBehind(assembler, macro.end);
  const { text } = list;
  args.at = args.tokens.length;
  const parameters: MacroParameter[] = [];
  const mentionOf = (from: number, to: number) => ({
    source,
    start: offsetOf(list, from, macro.end),
    end: offsetOf(list, to - 1, macro.end) + 1,
  });
  let at = skipBlanks(text, 0);
  if (skipComma(text, at) < text.length) at = skipComma(text, at);
  while (at < text.length) {
    const from = at;
    at = endOfName(text, from);
    if (at === from) break;
    const name = text.slice(from, at);
    const mention = mentionOf(from, at);
    at = skipBlanks(text, at);
    let kind: MacroParameter["kind"] = "optional";
    if (text.charAt(at) === ":") {
      const word = skipBlanks(text, at + 1);
      at = endOfName(text, word);
      const qualifier = text.slice(word, at);
      if (qualifier === "req") kind = "required";
      else if (qualifier === "vararg") kind = "vararg";
      else assembler.reportAt("bad-qualifier", mention, { name: qualifier });
      at = skipBlanks(text, at);
    }
    let fallback: Argument | undefined;
    if (text.charAt(at) === "=") {
      const value = readArgument(list, at + 1, computing(assembler));
      if (kind === "required") {
        const values = { macro: macro.text, name };
        assembler.reportAt("pointless-default", mentionOf(at, value.at), values);
      } else fallback = value.argument;
      at = skipBlanks(text, value.at);
    }
    if (parameters.some((other) => other.name === name)) {
      assembler.reportAt("parameter-twice", mention, { macro: macro.text, name });
    }
    parameters.push({ name, kind, fallback, mention, references: [] });
    if (kind === "vararg") break;
    const next = skipComma(text, at);
    if (next !== at && next >= text.length) break;
    at = next;
  }
  if (at >= text.length) return parameters;
  const rest = text.slice(at);
  assembler.reportAt("bad-parameters", mentionOf(at, text.length), {
    macro: macro.text,
    text: rest,
  });
  return undefined;
}

/** Notes where the parameters stand in the body, for rename and references. */
function notePlaceholders({ source, start, end, parameters }: Macro): void {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  forEachPlaceholder(source.text, start, end, (name, from, to) => {
    byName.get(name)?.references.push({ source, start: from + 1, end: to });
  });
}

function forEachPlaceholder(
  text: string,
  start: number,
  end: number,
  visit: (name: string, from: number, to: number) => void,
): void {
  for (let at = text.indexOf("\\", start); at >= 0 && at < end; at = text.indexOf("\\", at)) {
    let to = at + 1;
    while (to < end && continuesName(text.charCodeAt(to))) to++;
    visit(text.slice(at + 1, to), at, to);
    at = Math.max(to, at + 1);
  }
}

/** Handles a macro call. */
export function callMacro(assembler: Assembler, macro: Macro, name: Token): void {
  const { source } = assembler;
  macro.references.push({ source, start: name.start, end: name.end });
  const values = bindArguments(assembler, macro, name);
  if (values === undefined) return;
  const count = String(assembler.macroCalls++);
  const expansion = new Expansion();
  const locals = new Map<string, string>();
  const isComplete = substitute(assembler, expansion, macro, values, { count, locals });
  if (!isComplete) {
    assembler.reportTooLarge();
    return;
  }
  assembler.insert(expansion.finish(assembler.origin(`call of macro ${macro.name}`, true)), true);
}

/** The value of each parameter at a call; undefined (and reported) when they do not agree. */
function bindArguments(
  assembler: Assembler,
  macro: Macro,
  name: Token,
): Map<string, Argument> | undefined {
  const { parameters } = macro;
  const values = new Map<string, Argument>();
  const list = condensedBehind(assembler, name.end);
  const { text } = list;
  const compute = computing(assembler);
  const refuse = (code: string, from: number, more: Record<string, string> = {}) => {
    const start = offsetOf(list, from, name.end);
    const end = offsetOf(list, text.length, name.end);
    assembler.report(code, start, end, { macro: macro.name, ...more });
    return undefined;
  };
  let position = 0;
  let isNamed = false;
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    // In `.altmacro` arguments have no names.
    const equals = compute === undefined ? keywordEnd(text, at) : undefined;
    if (equals !== undefined) {
      isNamed = true;
      const end = endOfName(text, at);
      if (end !== equals) return refuse("macro-argument-unclear", at);
      const keyword = text.slice(at, end);
      const value = readArgument(list, equals + 1, compute);
      if (!parameters.some((parameter) => parameter.name === keyword)) {
        refuse("macro-argument-unknown", at, { parameter: keyword });
      } else {
        if (isGiven(values.get(keyword))) {
          refuse("macro-argument-twice", at, { parameter: keyword });
        }
        values.set(keyword, value.argument);
      }
      at = value.at;
    } else {
      if (isNamed) return refuse("macro-arguments-mixed", at);
      const parameter = parameters[position++];
      if (parameter === undefined) {
        return refuse("macro-too-many-arguments", at, { count: String(parameters.length) });
      }
      if (parameter.kind === "vararg") {
        values.set(parameter.name, partOf(list, at, text.length));
        break;
      }
      const value = readArgument(list, at, compute);
      values.set(parameter.name, value.argument);
      at = value.at;
    }
    at = skipComma(text, at);
  }
  for (const { name: parameter, kind, fallback } of parameters) {
    if (isGiven(values.get(parameter))) continue;
    if (kind === "required") {
      assembler.report("macro-argument-missing", name.start, name.end, {
        macro: macro.name,
        parameter,
      });
      return undefined;
    }
    if (fallback !== undefined) values.set(parameter, fallback);
  }
  return values;
}

/** Whether an argument is more than nothing. */
const isGiven = (value: Argument | undefined) =>
  value !== undefined && (value.text ?? value.source.text.slice(value.start, value.end)) !== "";

/** Where the `=` of `name=value` stands; undefined where the argument has no name. */
function keywordEnd(text: string, at: number): number | undefined {
  while (at < text.length && !'= \t,";()'.includes(text.charAt(at))) at++;
  return text.charAt(at) === "=" ? at : undefined;
}

/** What `substitute` replaces beside parameters. */
interface Substitution {
  /** For `\\@`. */
  readonly count: string;
  /** Names that `LOCAL` has made; undefined where it means nothing. */
  readonly locals: Map<string, string> | undefined;
}

/** Appends the body with its parameters replaced; false when it becomes too large. */
function substitute(
  assembler: Assembler,
  expansion: Expansion,
  body: { source: SourceText; start: number; end: number; parameters: readonly { name: string }[] },
  values: ReadonlyMap<string, Argument>,
  { count, locals }: Substitution,
): boolean {
  const { source, start, end } = body;
  const { text } = source;
  const budget = assembler.expansionBudget;
  const names = new Set(body.parameters.map(({ name }) => name));
  const alternate = assembler.usesAlternateMacros;
  let done = start;
  let at = start;
  let isQuoted = false;
  /** Replaces what stands from `from` to `to`; `undefined` replaces nothing. */
  const replace = (from: number, to: number, put?: () => void) => {
    expansion.slice(source, done, from);
    put?.();
    at = to;
    done = to;
  };
  const put = (name: string) => {
    const local = locals?.get(name);
    if (local !== undefined) return expansion.text(local, source, at);
    const value = values.get(name);
    if (value === undefined) return;
    if (value.text === undefined) expansion.slice(value.source, value.start, value.end);
    else expansion.text(value.text, value.source, value.start);
  };
  const isParameter = (name: string) => names.has(name) || locals?.has(name) === true;
  /** Behind a name's end, where in `.altmacro` an `&` may stand that belongs to it. */
  const behind = (to: number) => (alternate && text.charAt(to) === "&" ? to + 1 : to);
  const stops = alternate ? anyStop : plainStop;
  while (at < end) {
    stops.lastIndex = at;
    at = stops.exec(text)?.index ?? end;
    if (at >= end) break;
    if (expansion.length > budget) return false;
    const character = text.charAt(at);
    const following = text.charAt(at + 1);
    if (character === "\n") isQuoted = false;
    if (character === '"') isQuoted = !isQuoted;
    if (character === "\\") {
      const to = endOfName(text, at + 1);
      const name = text.slice(at + 1, to);
      if (following === "@") replace(at, at + 2, () => expansion.text(count, source, at));
      else if (following === "(") {
        const close = text.indexOf(")", at);
        const inner = at + 2;
        const last = close < 0 || close >= end ? end : close;
        replace(at, Math.min(last + 1, end), () => expansion.slice(source, inner, last));
      } else if (isParameter(name)) replace(at, behind(to), () => put(name));
      else if (following === "\\") {
        // The second one may begin what is replaced.
        const next = text.slice(at + 2, endOfName(text, at + 2));
        at += isParameter(next) || /[@(]/.test(text.charAt(at + 2)) ? 1 : 2;
      } else at += isQuoted && following === '"' ? 2 : 1;
      continue;
    }
    if (character === "&") {
      const to = endOfName(text, at + 1);
      const name = text.slice(at + 1, to);
      if (isParameter(name)) replace(at, behind(to), () => put(name));
      else at = Math.max(to, at + 1);
      continue;
    }
    if (!isQuoted && character === "#") {
      const newline = text.indexOf("\n", at);
      at = newline < 0 ? end : newline;
      continue;
    }
    if (!isQuoted && character === "'") {
      at = readCharacter(text, at, false).end;
      continue;
    }
    if (startsName(text.charCodeAt(at))) {
      const to = endOfName(text, at);
      const name = text.slice(at, to);
      const isLocal = locals !== undefined && !isQuoted && /^local$/i.test(name);
      const listEnd = isLocal ? readLocals(assembler, text, at, end, locals) : undefined;
      if (listEnd !== undefined) replace(at, listEnd);
      else if (isParameter(name)) replace(at, behind(to), () => put(name));
      else at = to;
      continue;
    }
    at++;
  }
  expansion.slice(source, done, end);
  return expansion.length <= budget;
}

/** Where a body may have something to replace, or to pass over. */
const plainStop = /[\\&#"'\n]/g;
/** In `.altmacro` parameters stand for themselves. */
const anyStop = /[\\&#"'\nA-Za-z_.$\u0080-\uffff]/g;

/**
 * `.altmacro`: `LOCAL a, b` makes names that no other call has. Returns where the names end, at the
 * end of the line or of the statement; undefined where the word at `at` is another one.
 */
function readLocals(
  assembler: Assembler,
  text: string,
  at: number,
  end: number,
  locals: Map<string, string>,
): number | undefined {
  const directive = /^local[ \t]+([^\n;#]*)/i.exec(text.slice(at, Math.min(end, at + 4096)));
  if (directive === null) return undefined;
  const [whole, list = ""] = directive;
  for (const name of list.split(/[\s,]+/)) {
    if (name === "") continue;
    const number = (++assembler.localNames).toString(16).padStart(4, "0");
    locals.set(name, `.LL${number}`);
  }
  return at + whole.length;
}

/** `.rept count`. */
export function repeat(assembler: Assembler, args: Arguments): void {
  const from = args.at;
  const count = args.constant("The number of repetitions") ?? 0n;
  if (count < 0n) {
    const range = "0 and more";
    assembler.reportAt("value-out-of-range", args.mention(from), { value: String(count), range });
  }
  args.end();
  const body = readBlock(assembler, args.name, repeatOpeners, repeatClosers);
  if (body === undefined || count <= 0n) return;
  const { source } = assembler;
  const size = BigInt(body.end - body.start);
  if (size * count > BigInt(assembler.expansionBudget)) {
    assembler.reportTooLarge();
    return;
  }
  if (size === 0n) return;
  const expansion = new Expansion();
  for (let round = 0n; round < count; round++) expansion.slice(source, body.start, body.end);
  assembler.insert(expansion.finish(assembler.origin("repetition")), true);
}

/** `.irp name, values…` and `.irpc name, characters`. */
export function repeatFor(assembler: Assembler, args: Arguments, isCharacters: boolean): void {
  const { source } = assembler;
  const name = args.symbolName();
  if (name === undefined) return;
  args.at = args.tokens.length;
  const list = condensedBehind(assembler, name.end);
  const values = isCharacters ? charactersOf(list) : valuesOf(list, computing(assembler));
  const body = readBlock(assembler, args.name, repeatOpeners, repeatClosers);
  if (body === undefined) return;
  const end = offsetOf(list, list.text.length, name.end);
  if (values.length === 0) values.push({ source, start: end, end });
  const expansion = new Expansion();
  const block = { source, ...body, parameters: [{ name: name.text }] };
  for (const value of values) {
    const bound = new Map([[name.text, value]]);
    const rest = { count: String(assembler.macroCalls), locals: undefined };
    if (!substitute(assembler, expansion, block, bound, rest)) {
      assembler.reportTooLarge();
      return;
    }
  }
  assembler.insert(expansion.finish(assembler.origin("repetition")), true);
}

function valuesOf(list: Condensed, compute: Compute | undefined): Argument[] {
  const { text } = list;
  const values: Argument[] = [];
  for (let at = skipComma(text, 0); at < text.length; ) {
    const value = readArgument(list, at, compute);
    values.push(value.argument);
    // Nothing can be read where brackets close that were not opened.
    at = skipComma(
      text,
      Math.max(value.at, at === value.at && text.charAt(at) !== "," ? at + 1 : 0),
    );
  }
  return values;
}

/** A quoted part is taken with its blanks. */
function charactersOf(list: Condensed): Argument[] {
  const { text } = list;
  const values: Argument[] = [];
  let at = skipComma(text, 0);
  let isQuoted = text.charAt(at) === '"';
  if (isQuoted) at++;
  while (at < text.length) {
    if (text.charAt(at) === '"') {
      isQuoted = !isQuoted;
      if (skipBlanks(text, at + 1) >= text.length) break;
    }
    values.push(partOf(list, at, at + 1));
    at = isQuoted ? at + 1 : skipBlanks(text, at + 1);
  }
  return values;
}
