/**
 * The shape of a source: sections, in them functions with their local labels, data and constants,
 * and macros. A label in code is a function when it is exported, called, or typed as one, or when
 * no function stands before it in its section; other labels lie inside the function above.
 */
import { directiveOf as directiveNamed } from "../assembler/dialects.ts";
import type { AssemblySymbol } from "../assembler/symbols.ts";
import { goesToFunction } from "./forms.ts";
import { definitionKindOf, directiveOf, type Occurrence } from "./occurrences.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

/** A part of a source. Offsets; the range ends behind the part's last statement. */
export interface OutlineNode {
  readonly name: string;
  readonly kind: "section" | "function" | "label" | "data" | "constant" | "macro";
  readonly start: number;
  end: number;
  /** The name itself. */
  readonly nameStart: number;
  readonly nameEnd: number;
  /** The directive that puts the data, the macro's parameters. */
  readonly detail: string;
  readonly children: OutlineNode[];
}

const sectionNames: ReadonlySet<string> = new Set([".text", ".data", ".bss", ".rodata", ".sdata"]);

/** Many features ask for the outline of the same version. */
const outlines = new WeakMap<Analysis, OutlineNode[]>();

/** The outline of a document. */
export function outline(analysis: Analysis): readonly OutlineNode[] {
  let roots = outlines.get(analysis);
  if (roots === undefined) {
    ({ roots } = new Outliner(analysis));
    outlines.set(analysis, roots);
  }
  return roots;
}

class Outliner {
  readonly roots: OutlineNode[] = [];
  readonly #analysis: Analysis;
  readonly #called: ReadonlySet<string>;
  #section: OutlineNode | undefined;
  #function: OutlineNode | undefined;
  #macro: OutlineNode | undefined;
  #isCode = true;

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
    this.#called = calledNames(analysis);
    const definitions = analysis.occurrences.all.filter(({ role }) => role === "definition");
    const starts = new Set(definitions.map(({ start }) => start));
    const made = madeSymbols(analysis).filter(({ start }) => !starts.has(start));
    let next = 0;
    let nextMade = 0;
    for (const [index, statement] of analysis.statements.entries()) {
      if (statement.tokens.length === 0) continue;
      this.#enter(statement);
      while ((definitions[next]?.statement.start ?? Number.POSITIVE_INFINITY) <= statement.start) {
        this.#define(definitions[next] as Occurrence, index);
        next++;
      }
      while ((made[nextMade]?.start ?? Number.POSITIVE_INFINITY) < statement.end) {
        this.#defineMade(made[nextMade] as MadeSymbol, statement);
        nextMade++;
      }
      this.#extend(statement.tokens.at(-1)?.end ?? statement.end);
      if (/^\.(endm|end_macro)$/.test(directiveOf(statement) ?? "")) {
        this.#macro = undefined;
      }
    }
  }

  /** A section directive opens a part. */
  #enter(statement: Statement): void {
    const directive = directiveOf(statement);
    const { head } = statement;
    if (directive === undefined || head === undefined || this.#macro !== undefined) return;
    const named = directive === ".section" || directive === ".pushsection";
    const operand = statement.operands[0]?.tokens[0];
    if (!named && !sectionNames.has(directive)) return;
    const token = named && operand !== undefined ? operand : head;
    const name = named && operand !== undefined ? operand.text : directive;
    this.#isCode = /^\.(text|init|fini)\b/.test(name);
    this.#function = undefined;
    this.#section = {
      name,
      kind: "section",
      start: head.start,
      end: token.end,
      nameStart: token.start,
      nameEnd: token.end,
      detail: "",
      children: [],
    };
    this.roots.push(this.#section);
  }

  #define(occurrence: Occurrence, index: number): void {
    const { kind, name, start, end, statement } = occurrence;
    if (kind === "numeric" || kind === "parameter") return;
    const definition = definitionKindOf(occurrence);
    const node = (what: OutlineNode["kind"], detail: string): OutlineNode => ({
      name,
      kind: what,
      start: kind === "macro" ? (statement.head?.start ?? start) : start,
      end,
      nameStart: start,
      nameEnd: end,
      detail,
      children: [],
    });
    if (kind === "macro") {
      this.#macro = node("macro", parametersOf(this.#analysis.text, statement));
      this.roots.push(this.#macro);
      return;
    }
    if (this.#macro !== undefined) return;
    const siblings = this.#section?.children ?? this.roots;
    if (definition === "constant") {
      this.#add(node("constant", constantText(this.#analysis.text, statement)), this.roots);
    } else if (definition === "common") {
      this.#add(node("data", ".comm"), siblings);
    } else if (!this.#isCode) {
      this.#add(node("data", this.#contents(index)), siblings);
    } else if (this.#isFunction(name)) {
      this.#function = node("function", "");
      this.#add(this.#function, siblings);
    } else {
      this.#add(node("label", ""), this.#function?.children ?? siblings);
    }
  }

  /** Adds what the call of a macro has defined, under the name that it was given. */
  #defineMade({ symbol, start }: MadeSymbol, statement: Statement): void {
    if (this.#macro !== undefined) return;
    const { name } = symbol;
    const section = symbol.fragment?.subsection.section;
    if (this.#section !== undefined && this.#section.name !== section?.name) {
      this.#section = undefined;
    }
    const node: OutlineNode = {
      name,
      kind: section?.isCode === true ? "function" : "data",
      start: statement.tokens[0]?.start ?? start,
      end: start + name.length,
      nameStart: start,
      nameEnd: start + name.length,
      detail: statement.head?.text ?? "",
      children: [],
    };
    this.#isCode = section?.isCode === true;
    this.#function = this.#isCode ? node : undefined;
    this.#add(node, this.#section?.children ?? this.roots);
  }

  #isFunction(name: string): boolean {
    if (name.startsWith(".L")) return false;
    return this.#function === undefined || this.#called.has(name);
  }

  #add(node: OutlineNode, siblings: OutlineNode[]): void {
    siblings.push(node);
  }

  /** What is open reaches to here. */
  #extend(end: number): void {
    for (const node of [this.#section, this.#function, this.#macro]) {
      if (node !== undefined) node.end = end;
    }
  }

  /** The directive behind a label, in its statement or the next one. */
  #contents(index: number): string {
    const { statements } = this.#analysis;
    for (let at = index; at < Math.min(index + 8, statements.length); at++) {
      const statement = statements[at] as Statement;
      const directive = directiveOf(statement);
      if (at > index && statement.labels.length > 0) return "";
      if (
        directive !== undefined &&
        directiveNamed(this.#analysis.dialect, directive) !== undefined
      )
        return directive;
    }
    return "";
  }
}

/** A symbol that a macro has defined, whose name stands in the call. */
interface MadeSymbol {
  readonly symbol: AssemblySymbol;
  readonly start: number;
}

/** The symbols of a file that macros define, assembler's and C's, by the places of their names. */
function madeSymbols(analysis: Analysis): MadeSymbol[] {
  const { unit, text, file } = analysis;
  const isPreprocessed = unit.statements.some(({ source }) => source !== unit.source);
  if (!isPreprocessed) return [];
  const found: MadeSymbol[] = [];
  for (const symbol of unit.symbols.all) {
    const { name, fragment } = symbol;
    if (fragment === undefined || symbol.isGenerated || name.startsWith(".L")) continue;
    for (const { source, start, end } of symbol.definitions) {
      if (source === unit.source) continue;
      const place = source.placeOf(start, end);
      if (place.file !== file) continue;
      const at = analysis.offsetAt(place.range.start);
      if (text.startsWith(name, at)) found.push({ symbol, start: at });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Names that are exported, typed as functions or the target of a call. */
function calledNames({ occurrences, statements }: Analysis): ReadonlySet<string> {
  const names = new Set(occurrences.exported);
  for (const { kind, head, operands } of statements) {
    if (kind === "directive" && head?.text.toLowerCase() === ".type") {
      const [symbol, type] = operands;
      const isFunction = type?.tokens.some(({ text }) => text === "function") === true;
      if (isFunction && symbol?.tokens[0] !== undefined) names.add(symbol.tokens[0].text);
    }
    if (kind !== "instruction" || head === undefined) continue;
    if (!goesToFunction(head.text)) continue;
    for (const { text } of operands.at(-1)?.tokens ?? []) names.add(text);
  }
  return names;
}

/** The text behind a macro's name. */
function parametersOf(text: string, { operands, tokens }: Statement): string {
  const name = operands[0]?.tokens[0];
  const last = tokens.at(-1);
  return name === undefined || last === undefined ? "" : text.slice(name.end, last.end).trim();
}

/** The text of a constant's value. */
function constantText(text: string, { kind, operands }: Statement): string {
  const tokens = operands.slice(kind === "assignment" ? 0 : 1).flatMap((one) => one.tokens);
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first === undefined || last === undefined ? "" : text.slice(first.start, last.end);
}
