/**
 * What every name in a document stands for: symbols, macros, macro parameters and numeric labels,
 * with their definitions and uses. It works on the text as written, so that a name in a macro's
 * body or in a branch that is not assembled is found and renamed like any other; GNU as gives a
 * symbol one meaning in the whole file, which makes equal names equal symbols.
 */
import type { Token } from "../assembler/lexer.ts";
import { fRegisterIndex, xRegisterIndex } from "../isa/registers.ts";
import { isWord } from "./forms.ts";
import { prefixOf, type Statement } from "./syntax.ts";

/** One place where a name stands. */
export interface Occurrence {
  /** Of the name itself, without what surrounds it. */
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly kind: "symbol" | "macro" | "parameter" | "numeric";
  /** A declaration says something about a symbol that is defined elsewhere: `.globl`, `.extern`. */
  readonly role: "definition" | "declaration" | "reference";
  /** Equal for all occurrences of the same thing in this document. */
  readonly key: string;
  readonly statement: Statement;
}

/** How a definition came about. */
export type DefinitionKind = "label" | "constant" | "common";

/** Directives whose first operand is a symbol that they define. */
const defining: Readonly<Record<string, DefinitionKind>> = {
  ".equ": "constant",
  ".set": "constant",
  ".equiv": "constant",
  ".eqv": "constant",
  ".comm": "common",
  ".lcomm": "common",
};

/** Directives that make symbols known to other files, or say that another file has them. */
const exporting: ReadonlySet<string> = new Set([".globl", ".global", ".weak", ".comm"]);
const declaring: ReadonlySet<string> = new Set([
  ...exporting,
  ".extern",
  ".local",
  ".hidden",
  ".internal",
  ".protected",
  ".type",
  ".size",
]);

/** Directives whose operands are no expressions. */
const nameless: ReadonlySet<string> = new Set([
  ".section",
  ".pushsection",
  ".option",
  ".attribute",
  ".file",
  ".ident",
  ".include",
  ".incbin",
  ".import",
  ".purgem",
  ".text",
  ".data",
  ".bss",
  ".rodata",
  ".popsection",
  ".previous",
  ".ifc",
  ".ifnc",
  ".ifeqs",
  ".ifnes",
  ".ifb",
  ".ifnb",
  ".error",
  ".warning",
  ".print",
  ".symver",
  ".loc",
]);

const opening: ReadonlySet<string> = new Set([
  ".macro",
  ".rept",
  ".rep",
  ".irp",
  ".irpc",
  ".irep",
  ".irepc",
]);
const closing: ReadonlySet<string> = new Set([".endm", ".end_macro", ".endr"]);

/** The directive's name as tables have it. */
export function directiveOf(statement: Statement): string | undefined {
  return statement.kind === "directive" ? statement.head?.text.toLowerCase() : undefined;
}

/** Holds for a directive that opens a body in which parameters are replaced. */
export function opensBody(statement: Statement): boolean {
  return opening.has(directiveOf(statement) ?? "");
}

/** Holds for the directive that ends such a body. */
export function closesBody(statement: Statement): boolean {
  return closing.has(directiveOf(statement) ?? "");
}

/** How a definition defines; undefined where the occurrence is no symbol's definition. */
export function definitionKindOf(occurrence: Occurrence): DefinitionKind | undefined {
  if (occurrence.kind !== "symbol" || occurrence.role !== "definition") return undefined;
  const { statement } = occurrence;
  if (occurrence.start < (statement.head?.start ?? Number.POSITIVE_INFINITY)) return "label";
  return defining[directiveOf(statement) ?? ""] ?? "constant";
}

/** Holds for a name that stands for a register wherever an operand may be one. */
export function isRegister(name: string): boolean {
  return xRegisterIndex(name) !== undefined || fRegisterIndex(name) !== undefined;
}

/** All names of a document. */
export class Occurrences {
  /** In the order of the text. */
  readonly all: readonly Occurrence[];
  readonly #byKey = new Map<string, Occurrence[]>();
  readonly #first = new Map<string, Occurrence>();
  /** Symbols that this document makes known to other files. */
  readonly exported: ReadonlySet<string>;
  /** Names among the arguments of macro calls: the macro may define them. */
  readonly arguments: ReadonlySet<string>;

  constructor(text: string, statements: readonly Statement[], macros: ReadonlySet<string>) {
    const collector = new Collector(text, statements, macros);
    this.all = collector.found;
    this.exported = collector.exported;
    this.arguments = collector.arguments;
    for (const occurrence of this.all) {
      const { key, role } = occurrence;
      if (role === "definition" && !this.#first.has(key)) this.#first.set(key, occurrence);
      const group = this.#byKey.get(occurrence.key);
      if (group === undefined) this.#byKey.set(occurrence.key, [occurrence]);
      else group.push(occurrence);
    }
  }

  /** The occurrence at an offset, its two ends included. */
  at(offset: number): Occurrence | undefined {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle] as Occurrence).end < offset) low = middle + 1;
      else high = middle;
    }
    const [first, second] = [this.all[low], this.all[low + 1]];
    if (second !== undefined && second.start === offset) return second;
    return first !== undefined && first.start <= offset ? first : undefined;
  }

  /** All occurrences of one thing. */
  of(key: string): readonly Occurrence[] {
    return this.#byKey.get(key) ?? [];
  }

  /** The definitions of a thing. */
  definitions(key: string): Occurrence[] {
    return this.of(key).filter(({ role }) => role === "definition");
  }

  /** The first definition of a thing. */
  definition(key: string): Occurrence | undefined {
    return this.#first.get(key);
  }
}

/** The key of a symbol, a macro. */
export const symbolKey = (name: string) => `symbol ${name}`;
export const macroKey = (name: string) => `macro ${name.toLowerCase()}`;

/**
 * The symbol or macro at an offset of one statement, found without reading the others; undefined
 * where another kind of name stands, which depends on what is around.
 */
export function plainOccurrence(
  text: string,
  statement: Statement,
  offset: number,
  macros: ReadonlySet<string>,
): Occurrence | undefined {
  const { found } = new Collector(text, [statement], macros);
  const here = found.filter(({ start, end }) => start <= offset && offset <= end);
  const last = here.findLast(({ start }) => start === offset) ?? here[0];
  return last?.kind === "symbol" || last?.kind === "macro" ? last : undefined;
}

/** Whether no name in a statement can be one that depends on what is around: a parameter, `1b`. */
export function standsAlone(text: string, statement: Statement): boolean {
  const { tokens, labels, start, end } = statement;
  if (opensBody(statement) || tokens.some(({ kind }) => kind === "local")) return false;
  if (labels.some(({ kind }) => kind === "integer")) return false;
  return !/[\\%]/.test(text.slice(start, end));
}

/** A body with parameters: a macro's or a repetition's. */
interface Scope {
  readonly serial: number;
  readonly parameters: Set<string>;
}

class Collector {
  readonly found: Occurrence[] = [];
  readonly exported = new Set<string>();
  readonly arguments = new Set<string>();
  readonly #text: string;
  readonly #macros: ReadonlySet<string>;
  readonly #scopes: Scope[] = [];
  readonly #numeric = new Map<string, number>();
  #serial = 0;

  /** `macros` are names of macros that come from elsewhere, in lower case. */
  constructor(text: string, statements: readonly Statement[], macros: ReadonlySet<string>) {
    this.#text = text;
    const own = statements.flatMap((statement) => {
      const name = directiveOf(statement) === ".macro" && statement.operands[0]?.tokens[0];
      return name ? [name.text.toLowerCase()] : [];
    });
    this.#macros = new Set([...macros, ...own]);
    for (const statement of statements) if (statement.tokens.length > 0) this.#visit(statement);
    this.found.sort((a, b) => a.start - b.start);
  }

  #visit(statement: Statement): void {
    for (const label of statement.labels) this.#label(statement, label);
    if (closesBody(statement)) this.#scopes.pop();
    this.#arguments(statement, statement.tokens);
    const { head } = statement;
    if (head === undefined) {
      for (const { tokens } of statement.operands) this.#references(statement, tokens, false);
      return;
    }
    if (statement.kind === "assignment") this.#add(statement, head, "symbol", "definition");
    const isCall = this.#macros.has(head.text.toLowerCase());
    if (isCall) this.#add(statement, head, "macro", "reference");
    if (opensBody(statement)) {
      this.#open(statement);
      return;
    }
    const directive = directiveOf(statement) ?? "";
    for (const [index, { tokens }] of statement.operands.entries()) {
      this.#operand(statement, directive, index, tokens, isCall);
    }
  }

  #label(statement: Statement, label: Token): void {
    if (label.kind !== "integer") {
      this.#add(statement, label, "symbol", "definition");
      return;
    }
    const digits = label.text.replace(/^0+(?=.)/, "");
    const count = (this.#numeric.get(digits) ?? 0) + 1;
    this.#numeric.set(digits, count);
    const { start, end } = label;
    this.found.push({
      start,
      end,
      name: digits,
      kind: "numeric",
      role: "definition",
      key: `numeric ${digits} ${count}`,
      statement,
    });
  }

  /** The head line of a macro or repetition: its name and its parameters. */
  #open(statement: Statement): void {
    const scope: Scope = { serial: ++this.#serial, parameters: new Set() };
    const isMacro = directiveOf(statement) === ".macro";
    const tokens = statement.operands.flatMap((operand) => operand.tokens);
    if (/^\.rept?$/.test(directiveOf(statement) ?? "")) {
      this.#references(statement, tokens, false);
      this.#scopes.push(scope);
      return;
    }
    const [name] = tokens;
    const names = isMacro ? tokens.slice(1) : tokens.slice(0, 1);
    if (isMacro && name !== undefined) this.#add(statement, name, "macro", "definition");
    this.#scopes.push(scope);
    let afterDefault = false;
    for (const token of names) {
      const before = prefixOf(statement, token);
      const isQualifier = before?.text === ":";
      if (token.kind === "name" && !isQualifier && !afterDefault) {
        scope.parameters.add(token.text);
        this.#add(statement, token, "parameter", "definition", scope);
      }
      afterDefault = token.text === "=" && token.kind === "operator";
    }
    if (!isMacro) this.#references(statement, tokens.slice(1), false);
  }

  #operand(
    statement: Statement,
    directive: string,
    index: number,
    tokens: readonly Token[],
    isCall: boolean,
  ): void {
    const [first] = tokens;
    const isName = first !== undefined && (first.kind === "name" || first.kind === "string");
    if (exporting.has(directive) && isName) this.exported.add(first.text);
    if (index === 0 && defining[directive] !== undefined && isName) {
      this.#add(statement, first, "symbol", "definition");
      this.#references(statement, tokens.slice(1), false);
      return;
    }
    const names = directive === ".type" || directive === ".size" ? index === 0 : true;
    if (declaring.has(directive) && names && isName) {
      this.#add(statement, first, "symbol", "declaration");
      return;
    }
    if (nameless.has(directive) || directive.startsWith(".cfi_")) return;
    this.#references(statement, tokens, isCall);
  }

  #references(statement: Statement, tokens: readonly Token[], isCall: boolean): void {
    for (const token of tokens) {
      if (token.kind === "local" && !token.text.endsWith("$"))
        this.#numericReference(statement, token);
      if (token.kind !== "name" || token.text === ".") continue;
      // A parameter, a relocation or section type, a relocation function, the rest of a name.
      const isMarked = /[\\@%]/.test(this.#text[token.start - 1] ?? "") || this.#isComposed(token);
      if (isMarked || isRegister(token.text)) continue;
      if (!isCall && isWord(statement.head?.text ?? "", token.text)) continue;
      if (isCall) this.arguments.add(token.text);
      this.#add(statement, token, "symbol", "reference");
    }
  }

  /** Holds for a part of a name that a parameter completes: `loop_\@`, `\name\()_end`. */
  #isComposed(token: Token): boolean {
    return (
      this.#text[token.end] === "\\" ||
      (this.#text[token.start - 1] === ")" &&
        this.#text.slice(token.start - 3, token.start) === "\\()")
    );
  }

  #numericReference(statement: Statement, token: Token): void {
    const digits = token.text.slice(0, -1).replace(/^0+(?=.)/, "");
    const defined = this.#numeric.get(digits) ?? 0;
    const ordinal = token.text.endsWith("f") ? defined + 1 : defined;
    const { start, end } = token;
    this.found.push({
      start,
      end,
      name: digits,
      kind: "numeric",
      role: "reference",
      key: `numeric ${digits} ${ordinal}`,
      statement,
    });
  }

  /** Uses of parameters of the bodies around: `\name`, also inside strings. */
  #arguments(statement: Statement, tokens: readonly Token[]): void {
    if (this.#scopes.length === 0) return;
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first === undefined || last === undefined) return;
    const text = this.#text.slice(first.start, last.end);
    for (const match of text.matchAll(/[\\%]([A-Za-z_.$][\w.$]*)/g)) {
      const name = match[1] as string;
      const scope = this.#scopes.findLast(
        ({ parameters }) => parameters.has(name) || parameters.has(name.replace(/\..*$/, "")),
      );
      if (scope === undefined) continue;
      const shown = scope.parameters.has(name) ? name : name.replace(/\..*$/, "");
      const start = first.start + match.index + 1;
      this.found.push({
        start,
        end: start + shown.length,
        name: shown,
        kind: "parameter",
        role: "reference",
        key: `parameter ${scope.serial} ${shown}`,
        statement,
      });
    }
  }

  #add(
    statement: Statement,
    token: Token,
    kind: "symbol" | "macro" | "parameter",
    role: Occurrence["role"],
    scope?: Scope,
  ): void {
    const name = token.text;
    const key =
      kind === "macro"
        ? macroKey(name)
        : kind === "symbol"
          ? symbolKey(name)
          : `parameter ${scope?.serial} ${name}`;
    const quoted = token.kind === "string" ? 1 : 0;
    const [start, end] = [token.start + quoted, token.end - quoted];
    this.found.push({ start, end, name, kind, role, key, statement });
  }
}
