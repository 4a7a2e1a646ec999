/**
 * Macros of the C preprocessor: definitions, and what becomes of a body when its arguments are put
 * in. C standard, section "Macro replacement"; GNU CPP manual, "Variadic Macros".
 */
import { SourceText } from "../source.ts";
import { type Call, type PreprocessingToken, Scanner } from "./tokens.ts";

/** A macro. */
export interface MacroDefinition {
  readonly name: string;
  /** Undefined for a macro without a list of parameters. */
  readonly parameters: readonly string[] | undefined;
  /** Whether the last parameter takes all arguments that are left. */
  readonly isVariadic: boolean;
  readonly body: readonly PreprocessingToken[];
  /** The name in the definition; undefined for what was there before the first line. */
  readonly mention: PreprocessingToken | undefined;
  /** What a macro of the preprocessor's own computes. */
  readonly compute?: () => string;
}

/** What is wrong with a definition, and where. */
export interface DefinitionError {
  readonly text: string;
  readonly token: PreprocessingToken;
}

/** Reads a definition from the tokens behind `#define`. */
export function readDefinition(
  name: PreprocessingToken,
  tokens: readonly PreprocessingToken[],
): MacroDefinition | DefinitionError {
  const [first] = tokens;
  let body = tokens;
  let parameters: string[] | undefined;
  let isVariadic = false;
  if (first?.text === "(" && !first.spaced) {
    const close = tokens.findIndex(({ text, kind }) => kind === "other" && text === ")");
    if (close < 0) return { text: "The list of parameters has no `)`.", token: first };
    parameters = [];
    const list = tokens.slice(1, close);
    for (let at = 0; at < list.length; at++) {
      const token = list[at] as PreprocessingToken;
      const next = list[at + 1];
      if (isVariadic) return { text: "`...` must be the last parameter.", token };
      if (token.text === "...") {
        parameters.push("__VA_ARGS__");
        isVariadic = true;
      } else if (token.kind === "name") {
        if (parameters.includes(token.text)) {
          return { text: `There are two parameters \`${token.text}\`.`, token };
        }
        parameters.push(token.text);
        if (next?.text === "...") {
          isVariadic = true;
          at++;
        }
      } else return { text: `\`${token.text}\` is no parameter.`, token };
      const comma = list[at + 1];
      if (comma === undefined) break;
      if (comma.text !== ",") return { text: "A `,` is missing between parameters.", token: comma };
      at++;
      if (at + 1 === list.length) return { text: "A parameter is missing.", token: comma };
    }
    body = tokens.slice(close + 1);
  }
  const wrong = misplacedOption(body, isVariadic);
  if (wrong !== undefined) return wrong;
  const outer = [body[0], body.at(-1)].find((token) => token?.text === "##");
  if (outer !== undefined) return { text: "`##` needs a token on both sides.", token: outer };
  return { name: name.text, parameters, isVariadic, body, mention: name };
}

const optional = "__VA_OPT__";

/** Where the list of `__VA_OPT__(…)` at a position ends; -1 where it does not. */
function endOfOption(body: readonly PreprocessingToken[], at: number): number {
  if (body[at + 1]?.text !== "(") return -1;
  let depth = 0;
  return body.findIndex(({ text, kind }, index) => {
    if (index <= at || kind !== "other") return false;
    if (text === "(") depth++;
    return text === ")" && --depth === 0;
  });
}

/** A `__VA_OPT__` that cannot stand where it does. */
function misplacedOption(
  body: readonly PreprocessingToken[],
  isVariadic: boolean,
): DefinitionError | undefined {
  for (let at = 0; at < body.length; at++) {
    const token = body[at] as PreprocessingToken;
    if (token.kind !== "name" || token.text !== optional) continue;
    if (!isVariadic) return { text: "`__VA_OPT__` can only stand in a macro with `...`.", token };
    const end = endOfOption(body, at);
    if (end < 0) return { text: "`__VA_OPT__` needs parentheses.", token };
    if (body.slice(at + 1, end).some(({ text }) => text === optional)) {
      return { text: "`__VA_OPT__` cannot stand in another one.", token };
    }
    if ([body[at + 2], body[end - 1]].some((part) => part?.text === "##")) {
      return { text: "`##` needs a token on both sides within `__VA_OPT__`.", token };
    }
    at = end;
  }
  return undefined;
}

/** The body with what `__VA_OPT__` holds where there are variable arguments, else without it. */
function withOptions(
  { body, parameters, isVariadic }: MacroDefinition,
  args: ReadonlyMap<string, MacroArgument>,
): readonly PreprocessingToken[] {
  if (!isVariadic || !body.some(({ text }) => text === optional)) return body;
  const hasMore = (args.get(parameters?.at(-1) ?? "")?.expanded().length ?? 0) > 0;
  const result: PreprocessingToken[] = [];
  for (let at = 0; at < body.length; at++) {
    const token = body[at] as PreprocessingToken;
    if (token.kind !== "name" || token.text !== optional) {
      result.push(token);
      continue;
    }
    const end = endOfOption(body, at);
    const [first, ...rest] = hasMore ? body.slice(at + 2, end) : [];
    if (first !== undefined) result.push({ ...first, spaced: token.spaced }, ...rest);
    // Nothing joined with a token is that token.
    else if (isPaste(result.at(-1))) result.pop();
    else if (isPaste(body[end + 1])) {
      at = end + 1;
      continue;
    }
    at = end;
  }
  return result;
}

/** Whether two definitions are the same, so that the second is no mistake. */
export function isSame(a: MacroDefinition, b: MacroDefinition): boolean {
  const shape = ({ parameters, isVariadic, body }: MacroDefinition) =>
    JSON.stringify([
      parameters,
      isVariadic,
      body.map(({ text, spaced }, at) => [text, at > 0 && spaced]),
    ]);
  return shape(a) === shape(b);
}

/** The tokens of an argument: as written, and with their macros expanded. */
export interface MacroArgument {
  readonly written: readonly PreprocessingToken[];
  expanded(): readonly PreprocessingToken[];
}

/** A string of an argument's tokens, for `#`. */
function stringOf(tokens: readonly PreprocessingToken[]): string {
  let text = "";
  for (const [index, token] of tokens.entries()) {
    if (index > 0 && token.spaced) text += " ";
    const isQuoted = token.kind === "string" || token.kind === "character";
    text += isQuoted ? token.text.replace(/[\\"]/g, "\\$&") : token.text;
  }
  return `"${text}"`;
}

/** The token that two texts make side by side; undefined where they make none, or several. */
function pasted(
  left: PreprocessingToken,
  right: PreprocessingToken,
): PreprocessingToken | undefined {
  const scanner = new Scanner(new SourceText("", left.text + right.text));
  const token = scanner.next();
  if (token.kind === "end" || scanner.next().kind !== "end") return undefined;
  const { spaced, source, start, end, isFirst } = left;
  return { ...token, spaced, source, start, end, isFirst };
}

const isPaste = (token: PreprocessingToken | undefined) =>
  token?.kind === "other" && token.text === "##" && token.call === undefined;

/** The body with the arguments in it; every token of the body stands at the call. */
export function substituted(
  macro: MacroDefinition,
  args: ReadonlyMap<string, MacroArgument>,
  call: Call,
): PreprocessingToken[] {
  const result: PreprocessingToken[] = [];
  const body = withOptions(macro, args);
  let wantsPaste = false;
  let isSpaced = false;
  /** Appends tokens, the first of them joined with the last one where `##` stands before. */
  const put = (tokens: readonly PreprocessingToken[], spaced: boolean) => {
    const [first, ...rest] = tokens;
    if (first === undefined) {
      isSpaced ||= spaced;
      return;
    }
    const last = result.at(-1);
    const joined = wantsPaste && last !== undefined ? pasted(last, first) : undefined;
    if (joined !== undefined) result[result.length - 1] = { ...joined, call };
    else result.push({ ...first, spaced: spaced || isSpaced });
    result.push(...rest);
    isSpaced = false;
  };
  for (let at = 0; at < body.length; at++) {
    const token = body[at] as PreprocessingToken;
    if (isPaste(token) && at > 0) {
      wantsPaste = true;
      continue;
    }
    const next = body[at + 1];
    if (token.text === "#" && macro.parameters !== undefined && next !== undefined) {
      const argument = args.get(next.text);
      if (argument !== undefined) {
        put(
          [{ ...token, kind: "string", text: stringOf(argument.written), call, isMade: true }],
          token.spaced,
        );
        at++;
        wantsPaste = false;
        continue;
      }
    }
    const argument = token.kind === "name" ? args.get(token.text) : undefined;
    if (argument === undefined) put([{ ...token, call }], token.spaced);
    else {
      const isJoined = wantsPaste || isPaste(next);
      const isRest = macro.isVariadic && token.text === macro.parameters?.at(-1);
      const { written } = argument;
      // `, ## __VA_ARGS__` takes the comma away where there are no more arguments.
      if (wantsPaste && isRest && result.at(-1)?.text === ",") {
        wantsPaste = false;
        if (written.length === 0) result.pop();
        else result.push(...argument.expanded());
        continue;
      }
      const tokens = isJoined ? written : argument.expanded();
      if (wantsPaste && tokens.length === 0) {
        // What is pasted with nothing stays; the next `##` sees it.
        wantsPaste = false;
        continue;
      }
      if (isPaste(next) && tokens.length === 0) {
        // Nothing ## x is x.
        const after = body[at + 2];
        isSpaced ||= token.spaced;
        if (after !== undefined) at++;
        wantsPaste = false;
        continue;
      }
      put(tokens, token.spaced);
    }
    wantsPaste = false;
  }
  return result;
}
