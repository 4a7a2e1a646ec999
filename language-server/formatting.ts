/**
 * Formatting: columns for label, mnemonic, operands and comment. A line is laid out by itself, so
 * that ranges and single lines come out as the whole document would. Only blanks between tokens
 * change: what the assembler reads is compared with what it would read afterwards, and a line where
 * the two differ stays as it is, as do lines of the preprocessor, lines that a backslash continues
 * and comments over several lines.
 */
import type { Position, Range, TextEdit } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { separateOperands } from "../assembler/dialects/operands.ts";
import { type LexicalRules, readStatement, type Token } from "../assembler/lexer.ts";
import type { Columns } from "./columns.ts";
import { formsOf } from "./forms.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";
import {
  adapted,
  alignedColumn,
  isBlankOrTwo,
  styleOf,
  type WrittenStyle,
} from "./written-style.ts";

/** What the editor says about blanks. */
export interface Blanks {
  readonly tabSize: number;
  readonly insertSpaces: boolean;
}

/** Directives in whose operands blanks beside commas mean nothing. */
const listDirectives: ReadonlySet<string> = new Set(
  (
    ".byte .half .short .2byte .hword .word .4byte .long .dword .8byte .quad .octa .float .single " +
    ".double .ascii .asciz .string .globl .global .local .weak .equ .set .equiv .align .balign " +
    ".p2align .space .zero .skip .fill .comm .lcomm .type .size .section .hidden .protected " +
    ".internal .extern .option .attribute .uleb128 .sleb128"
  ).split(" "),
);

/** Lines that tools before the assembler read, or that mean something where they stand. */
const markerLine =
  /^\s*#\s*(\d|(NO_)?APP\b|(define|undef|include|if|ifdef|ifndef|elif|else|endif|error|warning|pragma|line|ident)\b)/;

/** Operands stand in one column with those of lines so near. */
const neighbourhood = 3;

/** Edits that lay out a document, or the lines that a range touches. */
export function formatDocument(
  analysis: Analysis,
  columns: Columns,
  blanks: Blanks,
  range?: Range,
): TextEdit[] {
  const { document, text, statements } = analysis;
  const first = range?.start.line ?? 0;
  const isEmptyEnd = range !== undefined && range.end.character === 0 && range.end.line > first;
  const last = range === undefined ? document.lineCount - 1 : range.end.line - (isEmptyEnd ? 1 : 0);
  const layout = new Layout(analysis, columns, blanks);
  const edits: TextEdit[] = [];
  let at = 0;
  for (let line = 0; line <= Math.min(last, document.lineCount - 1); line++) {
    const [start, end] = lineSpan(document, text, line);
    const own: Statement[] = [];
    let isWhole = true;
    for (; at < statements.length; at++) {
      const statement = statements[at] as Statement;
      if (statement.start > end) break;
      if (statement.start < start) isWhole = false;
      if (statement.end > end) {
        isWhole = false;
        break;
      }
      own.push(statement);
    }
    if (line < first || !isWhole) continue;
    const edit = layout.edit(line, start, end, own);
    if (edit !== undefined) edits.push(edit);
  }
  return edits;
}

/**
 * Edits for a character that was just typed: a line that was ended is laid out and the next begins
 * below the mnemonics; a colon puts the label to the margin.
 */
export function formatOnType(
  analysis: Analysis,
  columns: Columns,
  blanks: Blanks,
  position: Position,
  character: string,
): TextEdit[] {
  const { document } = analysis;
  const lines = (line: number) => ({
    start: { line, character: 0 },
    end: { line, character: Number.MAX_SAFE_INTEGER },
  });
  if (character !== "\n") {
    const { line } = position;
    const text = document.getText(lines(line));
    const isLabel = /^\s+[\w.$]+:\s*$/.test(text);
    return isLabel ? formatDocument(analysis, columns, blanks, lines(line)) : [];
  }
  const before = position.line - 1;
  if (before < 0) return [];
  const edits = formatDocument(analysis, columns, blanks, lines(before));
  const ended = analysis.statementAt(document.offsetAt({ line: before, character: 0 }));
  const fresh = document.getText(lines(position.line)).replace(/[\r\n]+$/, "");
  const spansLines = analysis.statementAt(document.offsetAt(position)).start === ended.start;
  if (ended.tokens.length === 0 || fresh.trim() !== "" || spansLines) return edits;
  const style = columns.adapts ? styleOf(analysis.text, blanks.tabSize) : undefined;
  const newText = padding(0, style?.mnemonic ?? columns.mnemonic, blanks);
  if (fresh === newText) return edits;
  const end = { line: position.line, character: fresh.length };
  edits.push({ range: { start: { line: position.line, character: 0 }, end }, newText });
  return edits;
}

/** Offsets of a line without its end. */
function lineSpan(document: TextDocument, text: string, line: number): [number, number] {
  const start = document.offsetAt({ line, character: 0 });
  const next =
    line + 1 < document.lineCount ? document.offsetAt({ line: line + 1, character: 0 }) : undefined;
  let end = next ?? text.length;
  while (end > start && (text[end - 1] === "\n" || text[end - 1] === "\r")) end--;
  return [start, end];
}

/** Lays out the lines of one document. */
class Layout {
  readonly #analysis: Analysis;
  readonly #columns: Columns;
  readonly #style: WrittenStyle | undefined;
  readonly #blanks: Blanks;
  readonly #rules: LexicalRules;
  readonly #isPreprocessed: boolean;
  readonly #macros: ReadonlySet<string>;
  #isContinued = false;
  #lastLine = -2;
  readonly #known = new Map<string, boolean>();
  readonly #aligned = new Map<number, number | undefined>();

  constructor(analysis: Analysis, columns: Columns, blanks: Blanks) {
    this.#analysis = analysis;
    const style = columns.adapts ? styleOf(analysis.text, blanks.tabSize) : undefined;
    this.#style = style;
    this.#columns = style === undefined ? columns : adapted(columns, style);
    this.#blanks = blanks;
    this.#rules = analysis.dialect.rules;
    this.#isPreprocessed = /\.(S|sx)$/.test(analysis.file);
    const { all } = analysis.occurrences;
    const macros = all.filter(({ kind }) => kind === "macro").map(({ name }) => name.toLowerCase());
    this.#macros = new Set(macros);
  }

  /** The edit that lays a line out; undefined where it stays as it is. */
  edit(
    line: number,
    start: number,
    end: number,
    statements: readonly Statement[],
  ): TextEdit | undefined {
    const { text } = this.#analysis;
    const old = text.slice(start, end);
    const isContinued = this.#lastLine === line - 1 ? this.#isContinued : this.#follows(start);
    this.#lastLine = line;
    this.#isContinued = /\\\s*$/.test(old);
    if (this.#isPreprocessed && (isContinued || this.#isContinued)) return undefined;
    if (markerLine.test(old) || (this.#isPreprocessed && /^\s*#/.test(old))) return undefined;
    const made = this.#line(old, statements).trimEnd();
    if (made === old || !this.#meansTheSame(old, made)) return undefined;
    let from = 0;
    while (from < made.length && made[from] === old[from]) from++;
    let rest = 0;
    const most = Math.min(made.length, old.length) - from;
    while (rest < most && made[made.length - 1 - rest] === old[old.length - 1 - rest]) rest++;
    return {
      range: {
        start: { line, character: from },
        end: { line, character: old.length - rest },
      },
      newText: made.slice(from, made.length - rest),
    };
  }

  /** Holds where the line before the one at an offset ends in a backslash. */
  #follows(start: number): boolean {
    const { text } = this.#analysis;
    return /\\[ \t]*$/.test(text.slice(text.lastIndexOf("\n", start - 2) + 1, start).trimEnd());
  }

  /** The line as it should be; blanks at its end are the caller's. */
  #line(old: string, statements: readonly Statement[]): string {
    const { text } = this.#analysis;
    const [first] = statements;
    if (first === undefined) return old;
    let made = "";
    for (const [index, statement] of statements.entries()) {
      const { tokens } = statement;
      if (index > 0) made = `${made.trimEnd()};`;
      const [head, last] = [tokens[0], tokens.at(-1)];
      const rest = text.slice(last?.end ?? statement.start, statement.end);
      const tail = rest.trim();
      const [gap = ""] = /^\s*/.exec(rest) ?? [];
      if (head === undefined || last === undefined) {
        if (tail !== "") made = this.#comment(made, tail, gap, index === 0 ? old : undefined);
        continue;
      }
      const lead = text.slice(statement.start, head.start).trim();
      if (index > 0) made += ` ${lead === "" ? "" : `${lead} `}${this.#words(statement)}`;
      else if (lead !== "") made = old.slice(0, last.end - statement.start);
      else made = this.#statement(statement);
      if (tail !== "") made = this.#comment(made, tail, gap);
    }
    return made;
  }

  /** A comment behind what there is, or on a line of its own. */
  #comment(before: string, comment: string, gap: string, line?: string): string {
    const { mnemonic, comment: column } = this.#columns;
    if (before !== "") {
      const isClose = column === 0 && isBlankOrTwo(gap);
      return (isClose ? before.trimEnd() + gap : this.#pad(before.trimEnd(), column)) + comment;
    }
    const indent = this.#width(/^\s*/.exec(line ?? "")?.[0] ?? "");
    if (indent === 0 || this.#style?.indentations.has(indent) === true) {
      return this.#pad("", indent) + comment;
    }
    return this.#pad("", column > 0 && indent >= column ? column : mnemonic) + comment;
  }

  /** The first statement of a line, in columns. */
  #statement(statement: Statement): string {
    const { directives } = this.#columns;
    const { label, head, operands } = this.#parts(statement);
    if (head === "") return label;
    const isAtMargin = statement.tokens[0]?.start === statement.start;
    const toMargin =
      label === "" &&
      (statement.kind === "assignment"
        ? isAtMargin
        : statement.kind === "directive"
          ? directives === "margin" || (isAtMargin && this.#style?.hasDirectivesAtMargin === true)
          : isAtMargin && this.#staysAtMargin(head));
    const placed = toMargin ? head : this.#pad(label, this.#indentation(statement, label)) + head;
    if (operands === "") return placed;
    if (statement.kind === "assignment" || toMargin) return `${placed} ${operands}`;
    return this.#pad(placed, this.#operandColumn(placed)) + operands;
  }

  /** The column to which blanks were put before the operands of a line. */
  #alignedColumn(line: number): number | undefined {
    const { document, text } = this.#analysis;
    if (line < 0 || line >= document.lineCount) return undefined;
    if (this.#aligned.has(line)) return this.#aligned.get(line);
    const [start, end] = lineSpan(document, text, line);
    const column = alignedColumn(text.slice(start, end), this.#blanks.tabSize);
    this.#aligned.set(line, column);
    return column;
  }

  /** The column of a statement's mnemonic: one that it shares with a fair part of the file stays. */
  #indentation({ start, tokens }: Statement, label: string): number {
    const { mnemonic } = this.#columns;
    const first = tokens[0];
    if (label !== "" || first === undefined) return mnemonic;
    const own = this.#width(this.#analysis.text.slice(start, first.start));
    return own > 0 && this.#style?.indentations.has(own) === true ? own : mnemonic;
  }

  /** Whether a macro's call belongs to the margin: one of C's, or one that always stands there. */
  #staysAtMargin(head: string): boolean {
    if (this.#style === undefined) return false;
    if (this.#isPreprocessed && /^[A-Za-z_]\w*\(/.test(head)) return true;
    return this.#style.atMargin.has(head) && !this.#isInstruction(head.toLowerCase());
  }

  /** The column of a statement's operands: one that it shares with a neighbour stays. */
  #operandColumn(placed: string): number {
    const { operands } = this.#columns;
    if (this.#style?.operands === undefined) return operands;
    const own = this.#alignedColumn(this.#lastLine);
    if (own === undefined || own <= this.#width(placed)) return operands;
    let isAligned = false;
    for (let by = 1; by <= neighbourhood && !isAligned; by++) {
      isAligned = [-by, by].some((one) => this.#alignedColumn(this.#lastLine + one) === own);
    }
    return isAligned ? own : operands;
  }

  /** A statement behind a semicolon: its parts one blank apart. */
  #words(statement: Statement): string {
    const { label, head, operands } = this.#parts(statement);
    return [label, head, operands].filter((part) => part !== "").join(" ");
  }

  #parts(statement: Statement): { label: string; head: string; operands: string } {
    const { text } = this.#analysis;
    const { tokens, labels, head } = statement;
    const colon = (token: Token) => tokens[tokens.indexOf(token) + 1]?.end ?? token.end;
    let label = labels.map((token) => text.slice(token.start, colon(token))).join(" ");
    const lastLabel = labels.at(-1);
    const last = tokens.at(-1)?.end ?? statement.end;
    const from = lastLabel === undefined ? (tokens[0]?.start ?? last) : colon(lastLabel);
    if (head !== undefined) {
      if (text.slice(from, head.start).trim() !== "") {
        // A label that a macro's parameter completes stands before the head.
        label = `${label} ${text.slice(from, head.start).trim()}`.trim();
      }
      const at = tokens.indexOf(head) + 1;
      const sign = tokens[at];
      if (statement.kind === "assignment" && sign !== undefined) {
        const between = text.slice(head.end, sign.start).trim();
        const value = text.slice(sign.end, last).trim();
        return { label, head: head.text, operands: `${between}${sign.text} ${value}` };
      }
      const rest = tokens.slice(at);
      const operands = this.#isList(statement)
        ? this.#separated(rest)
        : text.slice(head.end, last).trim();
      // What stands directly behind the head belongs to it: `b\condition`, `name()`.
      const joined = rest[0] !== undefined && !rest[0].spaced;
      if (joined) return { label, head: text.slice(head.start, last), operands: "" };
      return { label, head: head.text, operands };
    }
    const rest = text.slice(from, last).trim();
    const composed = /^[\w.$\\@()]+:(?=\s|$)/.exec(rest)?.[0] ?? "";
    label = `${label} ${composed}`.trim();
    const [word = ""] = /^\S*/.exec(rest.slice(composed.length).trim()) ?? [];
    const operands = rest.slice(composed.length).trim().slice(word.length).trim();
    return { label, head: word, operands };
  }

  /** Holds where blanks beside the commas of the operands mean nothing. */
  #isList({ head, kind }: Statement): boolean {
    const name = head?.text.toLowerCase() ?? "";
    if (this.#macros.has(name)) return false;
    if (kind === "directive") return listDirectives.has(name);
    return kind === "instruction" && this.#isInstruction(name);
  }

  #isInstruction(name: string): boolean {
    let known = this.#known.get(name);
    if (known === undefined) {
      const { architecture, dialect } = this.#analysis;
      known = formsOf(name, architecture, dialect).length > 0;
      this.#known.set(name, known);
    }
    return known;
  }

  /** Tokens with a blank behind each comma and none before it. */
  #separated(tokens: readonly Token[]): string {
    const { text } = this.#analysis;
    let made = "";
    let before: Token | undefined;
    for (const token of tokens) {
      // A comma between operands that blanks separate is not in the text.
      if (token.end === token.start) continue;
      const gap = before === undefined ? "" : text.slice(before.end, token.start);
      const isComma = (one: Token | undefined) => one?.kind === "operator" && one.text === ",";
      if (gap.trim() !== "") made += gap;
      else if (isComma(before)) made += " ";
      else if (!isComma(token) && gap !== "") made += " ";
      made += text.slice(token.start, token.end);
      before = token;
    }
    return made;
  }

  /** Holds when the assembler reads the same tokens in both lines. */
  #meansTheSame(one: string, other: string): boolean {
    if (one.replace(/\s/g, "") !== other.replace(/\s/g, "")) return false;
    const [a, b] = [this.#tokens(one), this.#tokens(other)];
    return a.length === b.length && a.every((text, index) => text === b[index]);
  }

  #tokens(line: string): string[] {
    const found: string[] = [];
    for (let at = 0; at <= line.length; ) {
      const { tokens, next, end } = readStatement(line, at, this.#rules);
      const all = this.#rules.blanksSeparate ? separateOperands(tokens) : tokens;
      for (const { kind, text } of all) found.push(`${kind} ${text}`);
      const last = tokens.at(-1)?.end ?? at;
      found.push(line.slice(last, end).trim(), "end");
      at = next;
    }
    return found;
  }

  #pad(text: string, column: number): string {
    const width = this.#width(text);
    if (width >= column) return text === "" ? "" : `${text} `;
    return text + padding(width, column, this.#blanks);
  }

  /** The columns that a text takes from column 0 on. */
  #width(text: string): number {
    let width = 0;
    for (const character of text) {
      width = character === "\t" ? nextStop(width, this.#blanks.tabSize) : width + 1;
    }
    return width;
  }
}

function nextStop(column: number, tabSize: number): number {
  const size = Math.max(1, tabSize);
  return column + size - (column % size);
}

/** Blanks that lead from one column to another. */
function padding(from: number, to: number, { insertSpaces, tabSize }: Blanks): string {
  let made = "";
  let at = from;
  if (!insertSpaces) {
    for (let stop = nextStop(at, tabSize); stop <= to; stop = nextStop(at, tabSize)) {
      made += "\t";
      at = stop;
    }
  }
  return made + " ".repeat(to - at);
}
