/**
 * The C preprocessor for assembler files: text in, text out. What stands in a file goes into the
 * result as a slice of it, what a macro makes stands at its call, so every character of the result
 * has its place in a file. GNU CPP manual; unknown directives pass, since `#` starts a comment too.
 */
import { type Diagnostic, diagnose } from "../diagnostics.ts";
import { Expansion, SourceText } from "../source.ts";
import type { Inclusion } from "../unit.ts";
import { ConditionError, evaluateCondition } from "./conditions.ts";
import {
  isSame,
  type MacroArgument,
  type MacroDefinition,
  readDefinition,
  substituted,
} from "./macros.ts";
import { type Call, type PreprocessingToken, Scanner, wouldPaste } from "./tokens.ts";

/** How a file is preprocessed. */
export interface PreprocessOptions {
  /** Definitions as behind `#define`, in force before the first line. */
  readonly predefined: readonly string[];
  /** Macros of the command line by name, as `-D` has them; they come behind the predefined ones. */
  readonly define?: Readonly<Record<string, string>>;
  /** Names whose macros are forgotten, as by `-U`. */
  readonly undefine?: readonly string[];
  /** Folders in which included files are looked for. */
  readonly folders?: readonly string[];
  /** Files that are included before the first line, as by `-include`. */
  readonly forced?: readonly string[];
  /** Whether `#` that starts no directive starts a comment, of which nothing is left. */
  readonly dropsComments?: boolean;
  readFile(path: string): string | Uint8Array | undefined;
}

/** What became of a file. */
export interface Preprocessed {
  readonly source: SourceText;
  readonly diagnostics: Diagnostic[];
  /** Files that were looked for and are not there. */
  readonly missing: string[];
  /** Whether one of them had to be there, so that what follows cannot be judged. */
  readonly isIncomplete: boolean;
  readonly inclusions: Inclusion[];
  /** The included files. */
  readonly files: SourceText[];
}

/** Files may include each other this deep. */
const depthLimit = 200;
/** So many tokens may come out of macros in one file. */
const tokenLimit = 1_000_000;
const diagnosticLimit = 200;

/** A file that is being read. */
interface Input {
  readonly scanner: Scanner;
  readonly conditions: Condition[];
  /** The index of the folder in which it was found, -1 beside the file that includes it. */
  readonly folder: number;
}

/** A file that was looked for and found. */
interface Found {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly folder: number;
}

interface Condition {
  readonly token: PreprocessingToken;
  isActive: boolean;
  isSettled: boolean;
  hasElse: boolean;
  /** Whether what surrounds it is read at all. */
  readonly isOuterActive: boolean;
}

/** Tokens that are read before the file goes on. */
interface Context {
  readonly tokens: readonly PreprocessingToken[];
  at: number;
  readonly macro: MacroDefinition | undefined;
  /** Whether nothing behind its end may be read. */
  readonly isClosed: boolean;
}

/** Preprocesses a file. Never throws, and ends for every input. */
export function preprocess(source: SourceText, options: PreprocessOptions): Preprocessed {
  return new Preprocessor(source, options).run();
}

class Preprocessor {
  readonly #options: PreprocessOptions;
  readonly #main: SourceText;
  readonly #macros = new Map<string, MacroDefinition>();
  readonly #disabled = new Set<MacroDefinition>();
  readonly #inputs: Input[] = [];
  readonly #contexts: Context[] = [];
  readonly #result = new Expansion();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #missing = new Set<string>();
  readonly #inclusions: Inclusion[] = [];
  readonly #files: SourceText[] = [];
  readonly #once = new Set<string>();
  #made = 0;
  #counter = 0;
  #directiveCount = 0;
  #lineShift = 0;
  #fileName: string | undefined;
  #hasStopped = false;
  #isIncomplete = false;
  /** Whether the next token stands behind white space that belongs to nothing. */
  #isSpaced = false;
  /** What was put out last, not yet in the result when it is a slice that may grow. */
  #slice: { source: SourceText; start: number; end: number } | undefined;
  #previous: PreprocessingToken | undefined;

  constructor(source: SourceText, options: PreprocessOptions) {
    this.#main = source;
    this.#options = options;
    for (const text of options.predefined) this.#predefine(text);
    for (const [name, value] of Object.entries(options.define ?? {})) {
      this.#predefine(`${name} ${value}`);
    }
    for (const name of options.undefine ?? []) this.#macros.delete(name);
    const own: Readonly<Record<string, () => string>> = {
      __FILE__: () => JSON.stringify(this.#fileName ?? this.#current?.file ?? source.file),
      __BASE_FILE__: () => JSON.stringify(source.file),
      __LINE__: () => String(this.#line),
      __COUNTER__: () => String(this.#counter++),
      __INCLUDE_LEVEL__: () => String(this.#inputs.length - 1),
      __DATE__: () => '"??? ?? ????"',
      __TIME__: () => '"??:??:??"',
    };
    for (const [name, compute] of Object.entries(own)) {
      const macro = {
        name,
        parameters: undefined,
        isVariadic: false,
        body: [],
        mention: undefined,
      };
      this.#macros.set(name, { ...macro, compute });
    }
  }

  #line = 1;

  get #current(): SourceText | undefined {
    return this.#inputs.at(-1)?.scanner.source;
  }

  #predefine(text: string): void {
    const scanner = new Scanner(new SourceText("<command line>", text));
    const name = scanner.next();
    const tokens: PreprocessingToken[] = [];
    for (let token = scanner.next(); token.kind !== "end"; token = scanner.next())
      tokens.push(token);
    const macro = readDefinition(name, tokens);
    if ("text" in macro) return;
    this.#macros.set(name.text, { ...macro, mention: undefined });
  }

  run(): Preprocessed {
    this.#enter(this.#main, -1);
    // The last one is entered first, so that they are read in their order.
    for (const name of [...(this.#options.forced ?? [])].reverse()) this.#force(name);
    for (;;) {
      const token = this.#next();
      if (token.kind === "end" || this.#hasStopped) break;
      this.#put(token);
    }
    this.#flush();
    return {
      source: this.#result.finishAs(this.#main),
      diagnostics: this.#diagnostics,
      missing: [...this.#missing],
      isIncomplete: this.#isIncomplete,
      inclusions: this.#inclusions,
      files: this.#files,
    };
  }

  /** A file that is not there ends GCC; the rest is still read here, but no longer judged. */
  #reportMissing(name: string, at: Call): void {
    this.#report("included-file-not-found", at, { name });
    this.#isIncomplete = true;
  }

  #report(code: string, at: Call, values: Record<string, string> = {}): void {
    if (this.#isIncomplete || this.#diagnostics.length >= diagnosticLimit) return;
    this.#diagnostics.push(diagnose(code, at.source.placeOf(at.start, at.end), values));
  }

  // Output

  #put(token: PreprocessingToken): void {
    const { source, start, end, call } = token;
    const previous = this.#previous;
    this.#previous = token.kind === "newline" ? undefined : token;
    const slice = this.#slice;
    if (call === undefined && slice?.source === source && slice.end <= start) {
      const isNext =
        slice.end === start || /^[ \t\f\v\r]*$/.test(source.text.slice(slice.end, start));
      if (isNext) {
        slice.end = end;
        return;
      }
    }
    const isMade = token.isMade === true || previous?.isMade === true;
    const isBeside = previous?.source === source && previous.end === start && !isMade;
    const isSpaced =
      token.kind !== "newline" &&
      (token.spaced || (previous !== undefined && !isBeside && wouldPaste(previous, token)));
    this.#flush();
    if (isSpaced) this.#result.text(" ", (call ?? token).source, (call ?? token).start, 1);
    // A token over joined lines is not as it is written.
    const isAsWritten = call === undefined && end - start === token.text.length;
    if (isAsWritten) this.#slice = { source, start, end };
    else {
      const at = call ?? token;
      this.#result.text(token.text, at.source, at.start, Math.max(1, at.end - at.start));
    }
  }

  #flush(): void {
    const slice = this.#slice;
    if (slice !== undefined) this.#result.slice(slice.source, slice.start, slice.end);
    this.#slice = undefined;
  }

  // Input

  #enter(source: SourceText, folder: number): void {
    this.#inputs.push({ scanner: new Scanner(source), conditions: [], folder });
  }

  /** Includes a file of the command line: by its path as it is, else from the folders. */
  #force(name: string): void {
    const at = { source: this.#main, start: 0, end: 0 };
    const content = this.#options.readFile(name);
    if (content === undefined) this.#missing.add(name);
    const found =
      content === undefined
        ? this.#find({ name, isQuoted: false }, false)
        : { path: name, content, folder: -1 };
    if (found === undefined) this.#reportMissing(name, at);
    else this.#enterFound(found);
  }

  /** The next token of the files, directives done; "newline" where a file ends inside another. */
  #lex(): PreprocessingToken {
    for (;;) {
      const input = this.#inputs.at(-1) as Input;
      const { scanner, conditions } = input;
      const isSkipping = conditions.at(-1)?.isActive === false;
      const place = scanner.place;
      const token = scanner.next();
      if (token.kind === "end") {
        for (const { token: open } of conditions) {
          this.#report("conditional-without-end", open, { name: open.text });
        }
        conditions.length = 0;
        if (scanner.openComment !== undefined) {
          const start = scanner.openComment;
          this.#report("comment-without-end", { source: scanner.source, start, end: start + 2 });
        }
        if (this.#inputs.length === 1) return token;
        this.#inputs.pop();
        this.#fileName = undefined;
        this.#lineShift = 0;
        return { ...token, kind: "newline", text: "\n", isFirst: false };
      }
      if (token.isFirst && token.text === "#" && token.kind === "other") {
        if (this.#directive(scanner, token, isSkipping)) continue;
        if (isSkipping) {
          scanner.restOfLine();
          continue;
        }
        if (this.#options.dropsComments === true) {
          scanner.restOfLine();
          continue;
        }
        return token;
      }
      if (isSkipping) {
        if (token.kind === "newline") return token;
        // Quotes and comments must still be read as such, so tokens are skipped one by one.
        continue;
      }
      if (token.text === "#" && token.kind === "other" && this.#options.dropsComments === true) {
        scanner.reset(token, place);
        scanner.restOfLine();
        continue;
      }
      return token;
    }
  }

  /** The next token, from what macros made or from the files; not expanded. */
  #raw(): PreprocessingToken {
    for (;;) {
      const context = this.#contexts.at(-1);
      if (context === undefined) return this.#lex();
      const token = context.tokens[context.at];
      if (token !== undefined) {
        context.at++;
        return token;
      }
      if (context.isClosed) return endToken(this.#main);
      this.#contexts.pop();
      if (context.macro !== undefined) this.#disabled.delete(context.macro);
    }
  }

  #push(tokens: readonly PreprocessingToken[], macro?: MacroDefinition, isClosed = false): void {
    this.#contexts.push({ tokens, at: 0, macro, isClosed });
    if (macro !== undefined) this.#disabled.add(macro);
  }

  /** The next token with macros expanded. */
  #next(): PreprocessingToken {
    for (;;) {
      let token = this.#raw();
      if (this.#isSpaced && token.kind !== "newline") token = { ...token, spaced: true };
      this.#isSpaced = false;
      if (token.kind !== "name" || token.isPainted === true) return token;
      const macro = this.#macros.get(token.text);
      if (macro === undefined) return token;
      if (this.#disabled.has(macro)) return { ...token, isPainted: true };
      if (this.#made > tokenLimit) {
        if (!this.#hasStopped)
          this.#report("macro-too-large", token.call ?? token, { name: macro.name });
        this.#hasStopped = true;
        return endToken(this.#main);
      }
      if (!this.#expand(macro, token)) return token;
    }
  }

  /** Puts a call's expansion before what follows; false where the name is no call. */
  #expand(macro: MacroDefinition, name: PreprocessingToken): boolean {
    if (macro.compute !== undefined) {
      const { source, start } = name.call ?? name;
      this.#line = source.positionAt(start).line + 1 + this.#lineShift;
      const scanner = new Scanner(new SourceText(source.file, macro.compute()));
      const { source: made, text, kind } = scanner.next();
      const call = name.call ?? name;
      this.#push([{ ...name, source: made, text, kind, call }]);
      return true;
    }
    let end = name.end;
    let args = new Map<string, MacroArgument>();
    if (macro.parameters !== undefined) {
      const found = this.#arguments(macro, name);
      if (found === undefined) return false;
      args = found.values;
      if (found.close.call === undefined && found.close.source === name.source) {
        end = Math.max(end, found.close.end);
      }
    }
    const call = name.call ?? { source: name.source, start: name.start, end };
    const tokens = substituted(macro, args, call);
    this.#made += tokens.length + 1;
    const [first, ...rest] = tokens;
    if (first === undefined) {
      this.#isSpaced ||= name.spaced;
      return true;
    }
    this.#push([{ ...first, spaced: name.spaced }, ...rest], macro);
    return true;
  }

  /** Reads the arguments of a call; undefined where no `(` follows, and nothing is taken. */
  #arguments(
    macro: MacroDefinition,
    name: PreprocessingToken,
  ): { values: Map<string, MacroArgument>; close: PreprocessingToken } | undefined {
    const skipped: PreprocessingToken[] = [];
    let token = this.#raw();
    const directives = this.#directiveCount;
    while (token.kind === "newline") {
      skipped.push(token);
      token = this.#raw();
    }
    // A directive in between ends the search, as with GNU cpp.
    const isCut = directives !== this.#directiveCount;
    if (token.kind !== "other" || token.text !== "(" || isCut) {
      if (token.kind !== "end") skipped.push(token);
      if (skipped.length > 0) this.#push(skipped);
      return undefined;
    }
    const parameters = macro.parameters ?? [];
    const lists: PreprocessingToken[][] = [[]];
    let depth = 1;
    let isSpaced = false;
    for (;;) {
      token = this.#raw();
      if (token.kind === "end" || this.#hasStopped) {
        this.#report("call-without-end", name.call ?? name, { name: macro.name });
        return { values: new Map(), close: name };
      }
      if (token.kind === "newline") {
        isSpaced = true;
        continue;
      }
      const text = token.kind === "other" ? token.text : "";
      if (text === "(") depth++;
      else if (text === ")" && --depth === 0) break;
      const isRest = macro.isVariadic && lists.length === parameters.length;
      if (text === "," && depth === 1 && !isRest) lists.push([]);
      else {
        (lists.at(-1) as PreprocessingToken[]).push(isSpaced ? { ...token, spaced: true } : token);
        if (++this.#made > tokenLimit) break;
      }
      isSpaced = false;
    }
    const count =
      lists.length === 1 && lists[0]?.length === 0 && parameters.length === 0 ? 0 : lists.length;
    const least = macro.isVariadic ? parameters.length - 1 : parameters.length;
    if (count < least || count > parameters.length) {
      this.#report("call-arguments", name.call ?? name, {
        name: macro.name,
        count: String(parameters.length),
        plural: parameters.length === 1 ? "" : "s",
        given: String(count),
      });
    }
    const values = new Map<string, MacroArgument>();
    for (const [index, parameter] of parameters.entries()) {
      const written = lists[index] ?? [];
      let expanded: readonly PreprocessingToken[] | undefined;
      values.set(parameter, {
        written,
        expanded: () => (expanded ??= this.#expandAll(written)),
      });
    }
    return { values, close: token };
  }

  /** Tokens with all macros in them expanded, as if nothing followed. */
  #expandAll(tokens: readonly PreprocessingToken[]): PreprocessingToken[] {
    if (!tokens.some(({ kind, text }) => kind === "name" && this.#macros.has(text))) {
      return [...tokens];
    }
    const depth = this.#contexts.length;
    const isSpaced = this.#isSpaced;
    this.#isSpaced = false;
    this.#push(tokens, undefined, true);
    const result: PreprocessingToken[] = [];
    for (let token = this.#next(); token.kind !== "end"; token = this.#next()) result.push(token);
    while (this.#contexts.length > depth) {
      const { macro } = this.#contexts.pop() as Context;
      if (macro !== undefined) this.#disabled.delete(macro);
    }
    this.#isSpaced = isSpaced;
    return result;
  }

  // Directives

  /** Does the directive behind a `#`; false where it is none, with nothing but `#` taken. */
  #directive(scanner: Scanner, hash: PreprocessingToken, isSkipping: boolean): boolean {
    const place = scanner.place;
    const name = scanner.next();
    if (name.kind === "newline") {
      scanner.reset(name, place);
      return true;
    }
    const handler = name.kind === "name" ? this.#directives[name.text] : undefined;
    if (handler === undefined) {
      scanner.reset({ ...name, isFirst: false }, place);
      return false;
    }
    if (isSkipping && !/^(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)$/.test(name.text)) {
      scanner.restOfLine();
      return true;
    }
    const tokens: PreprocessingToken[] = [];
    for (;;) {
      const at = scanner.place;
      const token = scanner.next();
      if (token.kind === "newline" || token.kind === "end") {
        scanner.reset({ ...token, isFirst: false }, at);
        break;
      }
      tokens.push(token);
    }
    this.#directiveCount++;
    handler({ hash, name, tokens });
    return true;
  }

  readonly #directives: Readonly<Record<string, (line: DirectiveLine) => void>> = {
    define: (line) => this.#define(line),
    undef: ({ name, tokens }) => {
      const [macro] = tokens;
      if (macro?.kind === "name") this.#macros.delete(macro.text);
      else this.#report("expected-name", macro ?? name);
    },
    include: (line) => this.#include(line, false),
    include_next: (line) => this.#include(line, true),
    if: (line) => this.#open(line, () => this.#holds(line)),
    ifdef: (line) => this.#open(line, () => this.#isDefined(line)),
    ifndef: (line) => this.#open(line, () => !this.#isDefined(line)),
    elif: (line) => this.#otherwise(line, () => this.#holds(line)),
    elifdef: (line) => this.#otherwise(line, () => this.#isDefined(line)),
    elifndef: (line) => this.#otherwise(line, () => !this.#isDefined(line)),
    else: (line) => this.#otherwise(line, () => true),
    endif: ({ hash, name }) => {
      const input = this.#inputs.at(-1) as Input;
      if (input.conditions.pop() === undefined) {
        this.#report("conditional-without-start", spanOf(hash, name), { name: "#endif" });
      }
    },
    error: (line) => this.#say("user-error", line),
    warning: (line) => this.#say("user-warning", line),
    line: ({ tokens }) => {
      const [number, file] = this.#expandAll(tokens);
      if (number?.kind !== "number" || !/^\d+$/.test(number.text)) return;
      const { line } = number.source.positionAt(number.start);
      this.#lineShift = Number(number.text) - line - 2;
      if (file?.kind === "string") this.#fileName = file.text.slice(1, -1);
    },
    pragma: ({ tokens }) => {
      const source = this.#current;
      if (tokens[0]?.text === "once" && source !== undefined) this.#once.add(source.file);
    },
    ident: () => {},
  };

  #say(code: string, { hash, name, tokens }: DirectiveLine): void {
    const last = tokens.at(-1) ?? name;
    const [first] = tokens;
    const text =
      first === undefined ? `#${name.text}` : first.source.text.slice(first.start, last.end);
    this.#report(code, spanOf(hash, last), { text });
  }

  #define({ name, tokens }: DirectiveLine): void {
    const [macro, ...rest] = tokens;
    if (macro?.kind !== "name" || macro.text === "defined") {
      this.#report("expected-name", macro ?? name);
      return;
    }
    const definition = readDefinition(macro, rest);
    if ("text" in definition) {
      this.#report("bad-definition", definition.token, { text: definition.text });
      return;
    }
    const known = this.#macros.get(macro.text);
    if (known !== undefined && !isSame(known, definition)) {
      this.#report("redefined", macro, { name: macro.text });
    }
    this.#macros.set(macro.text, definition);
  }

  #open({ hash, name }: DirectiveLine, holds: () => boolean): void {
    const { conditions } = this.#inputs.at(-1) as Input;
    const isOuterActive = conditions.at(-1)?.isActive !== false;
    const isActive = isOuterActive && holds();
    const token = { ...name, start: hash.start, text: `#${name.text}` };
    conditions.push({ token, isActive, isSettled: isActive, hasElse: false, isOuterActive });
  }

  #otherwise({ hash, name }: DirectiveLine, holds: () => boolean): void {
    const condition = (this.#inputs.at(-1) as Input).conditions.at(-1);
    if (condition === undefined || condition.hasElse) {
      this.#report("conditional-without-start", spanOf(hash, name), { name: `#${name.text}` });
      return;
    }
    if (name.text === "else") condition.hasElse = true;
    condition.isActive = condition.isOuterActive && !condition.isSettled && holds();
    condition.isSettled ||= condition.isActive;
  }

  #isDefined({ name, tokens }: DirectiveLine): boolean {
    const [macro, extra] = tokens;
    if (macro?.kind !== "name") {
      this.#report("expected-name", macro ?? name);
      return false;
    }
    if (extra !== undefined) this.#report("extra-text", extra, { name: name.text });
    return this.#macros.has(macro.text) || macro.text === "__has_include";
  }

  #holds({ hash, name, tokens }: DirectiveLine): boolean {
    const prepared = this.#withoutQueries(tokens);
    try {
      return evaluateCondition(this.#expandAll(prepared)) !== 0n;
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error;
      const at = error.token?.call ?? error.token ?? spanOf(hash, tokens.at(-1) ?? name);
      this.#report("bad-condition", at, { text: error.message });
      return false;
    }
  }

  /** Puts 0 or 1 for `defined X`, `defined(X)` and `__has_include(…)`. */
  #withoutQueries(tokens: readonly PreprocessingToken[]): PreprocessingToken[] {
    const result: PreprocessingToken[] = [];
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at] as PreprocessingToken;
      const isQuery = token.kind === "name" && token.text === "defined";
      if (isQuery) {
        const hasParenthesis = tokens[at + 1]?.text === "(";
        const macro = tokens[at + (hasParenthesis ? 2 : 1)];
        const close = tokens[at + 3];
        if (macro?.kind !== "name" || (hasParenthesis && close?.text !== ")")) {
          this.#report("expected-name", macro ?? token);
          return [{ ...token, kind: "number", text: "0" }];
        }
        const holds = this.#macros.has(macro.text) || macro.text === "__has_include";
        result.push({ ...token, kind: "number", text: holds ? "1" : "0" });
        at += hasParenthesis ? 3 : 1;
      } else if (token.kind === "name" && token.text === "__has_include") {
        const close = tokens.findIndex((one, index) => index > at && one.text === ")");
        const end = close < 0 ? tokens.length : close;
        const path = includedPath(tokens.slice(at + 2, end));
        const holds = path !== undefined && this.#find(path, false) !== undefined;
        result.push({ ...token, kind: "number", text: holds ? "1" : "0" });
        at = end;
      } else result.push(token);
    }
    return result;
  }

  #include(line: DirectiveLine, isNext: boolean): void {
    const { hash, name, tokens } = line;
    const at = spanOf(tokens[0] ?? hash, tokens.at(-1) ?? name);
    const path = includedPath(tokens) ?? includedPath(this.#expandAll(tokens));
    if (path === undefined) {
      this.#report("bad-include", at);
      return;
    }
    const found = this.#find(path, isNext);
    this.#inclusions.push({
      mention: at,
      path: path.name,
      isBinary: false,
      ...(found === undefined ? {} : { found: found.path }),
    });
    if (found === undefined) {
      this.#reportMissing(path.name, at);
      return;
    }
    if (this.#once.has(found.path)) return;
    if (this.#inputs.length > depthLimit) {
      this.#report("expansion-too-deep", at, { limit: String(depthLimit) });
      this.#hasStopped = true;
      return;
    }
    this.#enterFound(found);
  }

  #enterFound({ path, content, folder }: Found): void {
    const text = typeof content === "string" ? content : new TextDecoder().decode(content);
    this.#made += text.length >> 3;
    const source = new SourceText(path, text);
    this.#files.push(source);
    this.#enter(source, folder);
  }

  /**
   * The file of an inclusion: beside the one that includes it for quotes, then in the folders; the
   * next one only in the folders behind that of the file that includes it.
   */
  #find({ name, isQuoted }: IncludedPath, isNext: boolean): Found | undefined {
    const { folders = [] } = this.#options;
    const file = this.#current?.file ?? "";
    const beside = file.slice(0, file.lastIndexOf("/") + 1);
    const first = isNext ? (this.#inputs.at(-1)?.folder ?? -1) + 1 : 0;
    const candidates = name.startsWith("/")
      ? [{ path: name, folder: -1 }]
      : [
          ...(isQuoted && !isNext ? [{ path: beside + name, folder: -1 }] : []),
          ...folders.map((one, folder) => ({ path: joined(one, name), folder })).slice(first),
        ];
    for (const { path, folder } of candidates) {
      const content = this.#options.readFile(path);
      if (content !== undefined) return { path, content, folder };
      // Those that are looked for in vain are asked for too, so that they can be loaded.
      this.#missing.add(path);
    }
    return undefined;
  }
}

interface DirectiveLine {
  readonly hash: PreprocessingToken;
  readonly name: PreprocessingToken;
  readonly tokens: readonly PreprocessingToken[];
}

interface IncludedPath {
  readonly name: string;
  readonly isQuoted: boolean;
}

/** The path of `"file"` or `<file>`. */
function includedPath(tokens: readonly PreprocessingToken[]): IncludedPath | undefined {
  const [first] = tokens;
  if (first?.kind === "string") return { name: first.text.slice(1, -1), isQuoted: true };
  const close = tokens.findIndex(({ text }) => text === ">");
  if (first?.text !== "<" || close < 0) return undefined;
  let name = "";
  for (const token of tokens.slice(1, close)) {
    name += (token.spaced && name !== "" ? " " : "") + token.text;
  }
  return { name, isQuoted: false };
}

const joined = (folder: string, name: string) =>
  folder === "" || folder === "." ? name : `${folder.replace(/\/$/, "")}/${name}`;

const spanOf = (first: PreprocessingToken, last: PreprocessingToken): Call =>
  first.source === last.source
    ? { source: first.source, start: first.start, end: Math.max(first.end, last.end) }
    : first;

const endToken = (source: SourceText): PreprocessingToken => ({
  kind: "end",
  text: "",
  source,
  start: source.text.length,
  end: source.text.length,
  spaced: false,
  isFirst: false,
});
