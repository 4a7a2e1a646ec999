/**
 * Macros and repetitions: text in, text out, as in GNU as. A definition keeps where its body
 * stands; a call puts the body together with the arguments and has it read next. GNU as manual,
 * "`.macro`", "`.rept`", "`.irp`", "`.irpc`".
 */
import type { Arguments } from "./arguments.ts";
import type { Assembler } from "./assembler.ts";
import { evaluateNumber } from "./expressions.ts";
import { distanceSoFar } from "./layout.ts";
import { continuesName, readStatement, type Token } from "./lexer.ts";
import { Expansion, type SourceText } from "./source.ts";
import type { Macro, MacroParameter, Statement } from "./unit.ts";

/** An argument: a part of a text, or characters that stand for such a part. */
interface Argument {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  /** What is inserted, where it is not the part itself. */
  readonly text?: string;
}

const macroOpeners = /^\.macro$/;
const macroClosers = /^\.(endm|endmacro|end_macro)$/;
const repeatOpeners = /^\.(rept|rep|irp|irpc|irep|irepc)$/;
const repeatClosers = /^\.endr$/;

/** Handles `.macro`: reads parameters and body. */
export function defineMacro(assembler: Assembler, args: Arguments): void {
  const name = args.symbolName();
  if (name === undefined) return;
  const parameters = readParameters(assembler, args);
  const body = assembler.block(args.name, macroOpeners, macroClosers);
  if (body === undefined) return;
  const { source } = assembler;
  const key = name.text.toLowerCase();
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

function readParameters(assembler: Assembler, args: Arguments): MacroParameter[] {
  const parameters: MacroParameter[] = [];
  const { source } = assembler;
  while (!args.isAtEnd) {
    if (args.take(",")) continue;
    const name = args.symbolName();
    if (name === undefined) {
      args.at = args.tokens.length;
      break;
    }
    let kind: MacroParameter["kind"] = "optional";
    if (args.take(":")) {
      const word = args.symbolName()?.text;
      if (word === "req") kind = "required";
      else if (word === "vararg") kind = "vararg";
      else if (word !== undefined) {
        assembler.report("bad-qualifier", name.start, name.end, { name: word });
      }
    }
    let fallback: MacroParameter["fallback"];
    if (args.take("=")) {
      const first = args.peek();
      if (first !== undefined) {
        const { usesAlternateMacros, statement } = assembler;
        const end = endOfArgument(source.text, first.start, statement.end, usesAlternateMacros);
        while (!args.isAtEnd && (args.peek() as Token).start < end) args.at++;
        fallback = { source, start: first.start, end };
      }
    }
    const mention = { source, start: name.start, end: name.end };
    if (parameters.some((other) => other.name === name.text)) {
      const macro = args.tokens[args.tokens.indexOf(args.name) + 1]?.text ?? "";
      assembler.reportAt("parameter-twice", mention, { macro, name: name.text });
    }
    parameters.push({ name: name.text, kind, fallback, mention, references: [] });
  }
  return parameters;
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
export function callMacro(
  assembler: Assembler,
  macro: Macro,
  name: Token,
  statement: Statement,
): void {
  const { source } = assembler;
  macro.references.push({ source, start: name.start, end: name.end });
  const values = bindArguments(assembler, macro, name, statement);
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
  statement: Statement,
): Map<string, Argument> | undefined {
  const { source } = assembler;
  const { text } = source;
  const { parameters } = macro;
  const values = new Map<string, Argument>();
  const end = statement.tokens.at(-1)?.end ?? statement.end;
  let at = skipBlanks(text, name.end, end);
  let position = 0;
  while (at < end) {
    const keyword = /^([A-Za-z_.$][\w.$]*)\s*=(?!=)/.exec(text.slice(at, Math.min(end, at + 200)));
    const named = keyword && parameters.find((parameter) => parameter.name === keyword[1]);
    const parameter = named ?? parameters[position];
    if (named !== null && named !== undefined)
      at = skipBlanks(text, at + (keyword?.[0].length ?? 0), end);
    else position++;
    if (parameter === undefined) {
      assembler.report("macro-too-many-arguments", at, end, {
        macro: macro.name,
        count: String(parameters.length),
      });
      return undefined;
    }
    const stop =
      parameter.kind === "vararg"
        ? end
        : endOfArgument(text, at, end, assembler.usesAlternateMacros);
    values.set(parameter.name, argument(assembler, source, at, stop, parameter.kind === "vararg"));
    at = skipBlanks(text, stop, end);
    if (text.charAt(at) === "," && at < end) at = skipBlanks(text, at + 1, end);
    else if (at === stop && at < end) at++;
  }
  for (const parameter of parameters) {
    const value = values.get(parameter.name);
    if (value !== undefined && value.end > value.start) continue;
    if (parameter.kind === "required") {
      assembler.report("macro-argument-missing", name.start, name.end, {
        macro: macro.name,
        parameter: parameter.name,
      });
      return undefined;
    }
    const { fallback } = parameter;
    if (fallback !== undefined) {
      values.set(
        parameter.name,
        argument(assembler, fallback.source, fallback.start, fallback.end, false),
      );
    }
  }
  return values;
}

function skipBlanks(text: string, at: number, end: number): number {
  while (at < end && " \t\r".includes(text.charAt(at))) at++;
  return at;
}

/**
 * Where an argument ends: at a comma, or at blanks between two words. Quotes keep everything
 * together, brackets keep blanks; in `.altmacro`, so do `<` and `>` around the whole.
 */
function endOfArgument(text: string, start: number, end: number, isAlternate: boolean): number {
  if (isAlternate && text.charAt(start) === "<") return endOfBrackets(text, start, end);
  let depth = 0;
  let at = start;
  while (at < end) {
    const character = text.charAt(at);
    if (character === ",") return at;
    if (character === '"') {
      at++;
      while (at < end && text.charAt(at) !== '"') {
        const character = text.charAt(at);
        at += character === "\\" || (isAlternate && character === "!") ? 2 : 1;
      }
    } else if (character === "'" && at + 2 < end && text.charAt(at + 2) === "'") at += 2;
    else if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    else if (depth <= 0 && " \t\r".includes(character)) {
      const next = skipBlanks(text, at, end);
      if (next >= end || text.charAt(next) === ",") return at;
      if (isWord(text.charAt(at - 1)) && isWord(text.charAt(next))) return at;
      at = next - 1;
    }
    at++;
  }
  return Math.min(at, end);
}

/** Behind the `>` that closes a `<`; both nest, and `!` takes the meaning of what follows it. */
function endOfBrackets(text: string, start: number, end: number): number {
  let depth = 0;
  let at = start;
  while (at < end) {
    const character = text.charAt(at);
    if (character === "!") at++;
    else if (character === "<") depth++;
    else if (character === ">" && --depth === 0) return at + 1;
    at++;
  }
  return end;
}

const isWord = (character: string) => /[\w.$\\"@%)]/.test(character) || character > "\x7f";

/**
 * An argument without the quotes around it. In `.altmacro`, `%` computes, `<…>` quotes, quotes
 * stay, and `!` takes the meaning of the character behind it.
 */
function argument(
  assembler: Assembler,
  source: SourceText,
  start: number,
  end: number,
  isWhole: boolean,
): Argument {
  const { text } = source;
  while (end > start && " \t\r".includes(text.charAt(end - 1))) end--;
  const first = text.charAt(start);
  if (!isWhole && first === '"' && end - start >= 2 && text.charAt(end - 1) === '"') {
    const inner = text.slice(start + 1, end - 1);
    if (assembler.usesAlternateMacros) {
      const unescaped = inner.replace(/!(.)/g, "$1");
      return { source, start, end, ...(unescaped === inner ? {} : { text: `"${unescaped}"` }) };
    }
    const plain = inner.replaceAll('""', '"');
    const place = { source, start: start + 1, end: end - 1 };
    return plain === inner ? place : { ...place, text: plain };
  }
  if (assembler.usesAlternateMacros && first === "<" && text.charAt(end - 1) === ">") {
    return {
      source,
      start: start + 1,
      end: end - 1,
      text: text.slice(start + 1, end - 1).replace(/!(.)/g, "$1"),
    };
  }
  if (assembler.usesAlternateMacros && first === "%") {
    const { tokens } = readStatement(text.slice(0, end), start + 1);
    const expression = assembler.expression(tokens, 0, tokens.length);
    const value = expression && evaluateNumber(expression, distanceSoFar);
    if (typeof value === "bigint") return { source, start, end, text: String(value) };
    if (value !== undefined)
      assembler.reportAt(value, { source, start, end }, { what: "The value of `%`" });
  }
  return { source, start, end };
}

/** Appends the body with its parameters replaced; false when it becomes too large. */
function substitute(
  assembler: Assembler,
  expansion: Expansion,
  body: { source: SourceText; start: number; end: number; parameters: readonly { name: string }[] },
  values: ReadonlyMap<string, Argument>,
  { count, locals }: { count: string | undefined; locals: Map<string, string> },
): boolean {
  const { source, start, end } = body;
  const { text } = source;
  const budget = assembler.expansionBudget;
  const names = new Set(body.parameters.map(({ name }) => name));
  let done = start;
  const put = (name: string) => {
    const value = values.get(name);
    if (value === undefined) return;
    if (value.text === undefined) expansion.slice(value.source, value.start, value.end);
    else expansion.text(value.text, value.source, value.start);
  };
  let at = start;
  const alternate = assembler.usesAlternateMacros;
  let isQuoted = false;
  while (at < end) {
    if (!alternate) {
      const next = text.indexOf("\\", at);
      if (next < 0 || next >= end) break;
      at = next;
    }
    if (expansion.length > budget) return false;
    const character = text.charAt(at);
    if (character === "\\") {
      const following = text.charAt(at + 1);
      if (following === "@" && count !== undefined) {
        expansion.slice(source, done, at);
        expansion.text(count, source, at);
        at += 2;
        done = at;
        continue;
      }
      if (following === "(" && text.charAt(at + 2) === ")") {
        expansion.slice(source, done, at);
        at += 3;
        done = at;
        continue;
      }
      const name = nameAt(text, at + 1, end, names);
      if (name !== undefined) {
        expansion.slice(source, done, at);
        put(name);
        at += 1 + name.length;
        done = at;
        continue;
      }
      at += following === "\\" ? 2 : 1;
      continue;
    }
    if (continuesName(text.charCodeAt(at))) {
      let to = at + 1;
      while (to < end && continuesName(text.charCodeAt(to))) to++;
      const word = text.slice(at, to);
      const behind =
        count === undefined || isQuoted || word.toLowerCase() !== "local"
          ? undefined
          : readLocals(assembler, text, at, end, locals);
      if (behind !== undefined) {
        expansion.slice(source, done, at);
        at = behind;
        done = at;
        continue;
      }
      const local = locals.get(word);
      if (names.has(word) || local !== undefined) {
        expansion.slice(source, done, text.charAt(at - 1) === "&" ? at - 1 : at);
        if (local === undefined) put(word);
        else expansion.text(local, source, at);
        done = text.charAt(to) === "&" ? to + 1 : to;
        to = done;
      }
      at = to;
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\n") isQuoted = false;
    at++;
  }
  expansion.slice(source, done, end);
  return expansion.length <= budget;
}

/** The longest prefix of the word at `at` that is a parameter: in `\reg1`, `reg1` before `reg`. */
function nameAt(text: string, at: number, end: number, names: Set<string>): string | undefined {
  let to = at;
  while (to < end && continuesName(text.charCodeAt(to))) to++;
  const whole = text.slice(at, to);
  if (names.has(whole)) return whole;
  // `\reg.suffix` means the parameter and ".suffix" where "reg.suffix" is no parameter.
  for (let dot = whole.lastIndexOf("."); dot > 0; dot = whole.lastIndexOf(".", dot - 1)) {
    if (names.has(whole.slice(0, dot))) return whole.slice(0, dot);
  }
  return undefined;
}

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
  const body = assembler.block(args.name, repeatOpeners, repeatClosers);
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
  assembler.insert(expansion.finish(assembler.origin("repetition")), false);
}

/** `.irp name, values…` and `.irpc name, characters`. */
export function repeatFor(assembler: Assembler, args: Arguments, isCharacters: boolean): void {
  const { source, statement } = assembler;
  const name = args.symbolName();
  if (name === undefined) return;
  args.take(",");
  const values: Argument[] = [];
  const end = statement.tokens.at(-1)?.end ?? statement.end;
  let at = args.peek()?.start ?? end;
  args.at = args.tokens.length;
  while (at < end) {
    const stop = isCharacters
      ? end
      : endOfArgument(source.text, at, end, assembler.usesAlternateMacros);
    const value = argument(assembler, source, at, stop, false);
    if (isCharacters) {
      for (let from = value.start; from < value.end; from++) {
        if (!" \t".includes(source.text.charAt(from)))
          values.push({ source, start: from, end: from + 1 });
      }
    } else values.push(value);
    at = skipBlanks(source.text, stop, end);
    if (source.text.charAt(at) === "," && at < end) at = skipBlanks(source.text, at + 1, end);
    else if (at === stop) break;
  }
  const body = assembler.block(args.name, repeatOpeners, repeatClosers);
  if (body === undefined) return;
  if (values.length === 0) values.push({ source, start: end, end });
  const parameters = [{ name: name.text }];
  const expansion = new Expansion();
  const block = { source, ...body, parameters };
  for (const value of values) {
    const bound = new Map([[name.text, value]]);
    const rest = { count: undefined, locals: new Map<string, string>() };
    if (!substitute(assembler, expansion, block, bound, rest)) {
      assembler.reportTooLarge();
      return;
    }
  }
  assembler.insert(expansion.finish(assembler.origin("repetition")), false);
}
