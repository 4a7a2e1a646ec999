/**
 * Completion by position: mnemonics, directives and macros where a statement starts; registers,
 * CSRs, labels, relocation functions, rounding modes or fence sets where an operand of that kind
 * stands. Registers are offered by what they are at this point of the program: free ones first to
 * write to, those with a value first to read. Documentation is made when an item is looked at.
 */
import type { CompletionItem, Position } from "vscode-languageserver";
import {
  type DialectName,
  dialects,
  directiveOf as directiveNamed,
  directivesOf,
} from "../assembler/dialects.ts";
import { architectureString, parseArchitecture } from "../isa/architecture.ts";
import { csrByName, csrs } from "../isa/csrs.ts";
import { operandNames, roundingModes } from "../isa/encoding.ts";
import { fRegisters, type Register, xRegisters } from "../isa/registers.ts";
import { asOffsets, byReach, numericItems, symbolItems } from "./completion-symbols.ts";
import { csrPage, directivePage, extensionTitle, formPage, registerPage } from "./documentation.ts";
import { callNumberItems } from "./environment.ts";
import { type Form, formsOf, mnemonicsOf, operandsOf, type Role, roleOf } from "./forms.ts";
import { directiveOf } from "./occurrences.ts";
import { definedWords } from "./preprocessor-names.ts";
import { insertTextFormat, completionItemKind as kinds } from "./protocol.ts";
import { type RegisterRole, registerRoles } from "./register-page.ts";
import { relocationSummaries } from "./relocations.ts";
import { snippets } from "./snippets.ts";
import { namePage } from "./symbol-page.ts";
import { isInComment, operandIndexAt, type Statement } from "./syntax.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** What `resolveCompletion` needs to find the word again. */
type ItemData = WordData | SymbolData;

interface WordData {
  readonly what: "form" | "directive" | "register" | "csr";
  readonly name: string;
  readonly march: string;
  readonly dialect: DialectName;
}

interface SymbolData {
  readonly what: "symbol";
  readonly name: string;
  /** Of the document that it was offered in. */
  readonly uri: string;
}

/** What can stand at the position. */
export async function complete(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
): Promise<CompletionItem[]> {
  const offset = analysis.offsetAt(position);
  const statement = analysis.statementAt(offset);
  if (isInComment(analysis.text, statement, offset)) return [];
  if (isInString(statement, offset)) return [];
  const typed = /[%\\@]?[\w.$]*$/.exec(analysis.text.slice(Math.max(0, offset - 256), offset));
  const word = typed?.[0] ?? "";
  const items = await itemsAt(workspace, analysis, statement, offset - word.length, word);
  const range = analysis.range({ start: offset - word.length, end: endOfWord(analysis, offset) });
  return items.map((item) => ({
    ...item,
    filterText: item.filterText ?? item.label,
    textEdit: { range, newText: item.insertText ?? item.label },
  }));
}

function isInString({ tokens }: Statement, offset: number): boolean {
  return tokens.some(
    ({ kind, start, end, error }) =>
      kind === "string" && start < offset && (offset < end || error !== undefined),
  );
}

/** Behind the word that the cursor is in: it is replaced as a whole. */
function endOfWord({ text }: Analysis, offset: number): number {
  const rest = /^[\w.$]*/.exec(text.slice(offset, offset + 256));
  return offset + (rest?.[0].length ?? 0);
}

async function itemsAt(
  workspace: Workspace,
  analysis: Analysis,
  statement: Statement,
  start: number,
  word: string,
): Promise<CompletionItem[]> {
  if (word.startsWith("\\")) return parameterItems(analysis, start);
  const { head } = statement;
  const behindLabels = statement.labels.at(-1)?.end ?? -1;
  const isHead =
    start >= behindLabels &&
    (head === undefined ? statement.operands.length === 0 : start <= head.start);
  if (isHead) return headItems(analysis, word);
  if (word.startsWith("%")) return relocationItems();
  if (statement.kind === "directive") return directiveItems(workspace, analysis, statement, word);
  const symbols = () => symbolItems(workspace, analysis);
  if (statement.kind !== "instruction") return symbols();
  const roles = rolesAt(analysis, statement, start);
  // Operands of macros can be anything.
  if (roles.size === 0) return [...registerItems(analysis, "x"), ...(await symbols())];
  const items: CompletionItem[] = [];
  const use = { offset: start, isWritten: isDestination(analysis, statement, start) };
  if (roles.has("x")) items.push(...registerItems(analysis, "x", use));
  if (roles.has("f")) items.push(...registerItems(analysis, "f", use));
  if (roles.has("csr")) items.push(...csrItems(analysis));
  if (roles.has("rounding")) items.push(...words(roundingModes, "rounding mode"));
  if (roles.has("fence")) items.push(...words(fenceSets, "accesses to order"));
  items.push(...callNumberItems(analysis, statement));
  const takesNumber = (["immediate", "upper", "shamt", "memory"] as const).some((role) =>
    roles.has(role),
  );
  if (takesNumber) items.push(...relocationItems());
  if (roles.has("target") || roles.has("symbol") || takesNumber) {
    const all = await symbols();
    const isConstant = ({ kind }: CompletionItem) => kind === kinds.constant;
    const wantsLabel = roles.has("target") || roles.has("symbol");
    const last = wantsLabel
      ? items.map((item) => ({ ...item, sortText: `6${item.sortText}` }))
      : items;
    const numeric = roles.has("target") ? numericItems(analysis, start) : [];
    const takesBoth = wantsLabel && takesNumber;
    const own = all.filter((item) => takesBoth || isConstant(item) !== wantsLabel);
    const shown = roles.has("target")
      ? byReach(analysis, statement, own)
      : roles.has("memory")
        ? asOffsets(analysis, own)
        : own;
    return [...last, ...numeric, ...shown];
  }
  return items;
}

const fenceSets = ["rw", "r", "w", "iorw", "io", "i", "o"];

/** What kinds of things may stand at an offset, over all forms of the mnemonic. */
function rolesAt(analysis: Analysis, statement: Statement, start: number): Set<Role> {
  const roles = new Set<Role>();
  const index = Math.max(0, operandIndexAt(statement, start));
  const operand = statement.operands[index];
  const inParentheses = analysis.text.slice(operand?.start ?? start, start).includes("(");
  const before = analysis.text.slice(operand?.start ?? start, start);
  const inFunction = /%\w+\s*\([^()]*$/.test(before);
  for (const form of formsOf(statement.head?.text ?? "", analysis.architecture, analysis.dialect)) {
    const text = operandsOf(form.syntax)[index];
    if (text === undefined) continue;
    const names = operandNames(text);
    if (inFunction) roles.add("symbol");
    else if (text.includes("(")) {
      const [first, base = first] = names;
      if (inParentheses) roles.add(roleOf(form, base ?? ""));
      else roles.add("memory");
    } else if (!inParentheses) {
      for (const name of names) roles.add(roleOf(form, name));
    }
  }
  return roles;
}

function headItems(analysis: Analysis, word: string): CompletionItem[] {
  const directiveList = [...directivesOf(analysis.dialect).values()].map(
    ({ name, operands }): CompletionItem => ({
      label: name,
      labelDetails: { detail: ` ${operands}` },
      kind: kinds.keyword,
      sortText: `3${name}`,
      data: dataOf(analysis, "directive", name),
    }),
  );
  if (word.startsWith(".")) return directiveList;
  const macros = analysis.unit.macros.map(
    ({ name, parameters }): CompletionItem => ({
      label: name,
      labelDetails: {
        detail: ` ${parameters.map((one) => one.name).join(", ")}`,
        description: "macro",
      },
      kind: kinds.function,
      sortText: `0${name}`,
    }),
  );
  const called = [...definedWords(analysis)]
    .filter(({ parameters }) => parameters !== "")
    .map(
      ({ name, parameters, text }): CompletionItem => ({
        label: name,
        labelDetails: { detail: parameters, description: "#define" },
        detail: text,
        kind: kinds.function,
        sortText: `0${name}`,
      }),
    );
  const forms = mnemonicsOf(analysis.architecture, analysis.dialect).map((form) =>
    formItem(analysis, form),
  );
  // Who begins a file is shown how programs begin.
  const isFirst = /^[ \t\r\n]*\w*\s*$/.test(analysis.document.getText());
  const templates = snippets.map(
    ({ label, summary, body }): CompletionItem => ({
      label,
      detail: summary,
      kind: kinds.snippet,
      sortText: `${isFirst && label === "program" ? 0 : 4}${label}`,
      insertText: body,
      insertTextFormat: insertTextFormat.snippet,
    }),
  );
  return [...macros, ...called, ...forms, ...directiveList, ...templates];
}

function formItem(
  analysis: Analysis,
  { mnemonic, syntax, pseudo, instruction }: Form,
): CompletionItem {
  return {
    label: mnemonic,
    labelDetails: {
      detail: syntax === "" ? "" : ` ${syntax}`,
      description: pseudo === undefined ? extensionTitle(instruction?.extension ?? "") : "pseudo",
    },
    kind: pseudo === undefined ? kinds.operator : kinds.function,
    sortText: `${pseudo === undefined ? 1 : 2}${mnemonic}`,
    data: dataOf(analysis, "form", mnemonic),
  };
}

/** Whether the operand at an offset is the one that the instruction writes. */
function isDestination(analysis: Analysis, statement: Statement, start: number): boolean {
  const index = Math.max(0, operandIndexAt(statement, start));
  const [form] = formsOf(statement.head?.text ?? "", analysis.architecture, analysis.dialect);
  return /^(rd|fd)\b/.test(operandsOf(form?.syntax ?? "")[index] ?? "");
}

/** Where a register is to stand. */
interface RegisterNeed {
  readonly offset: number;
  readonly isWritten: boolean;
}

function registerItems(analysis: Analysis, file: "x" | "f", need?: RegisterNeed): CompletionItem[] {
  const registers = file === "x" ? xRegisters : fRegisters;
  const count = file === "x" && analysis.architecture.base === "e" ? 16 : 32;
  const roleOf = need && registerRoles(analysis, need.offset);
  return registers.slice(0, count).flatMap((register) => {
    const { index, saver, abi, name, summary } = register;
    const role = roleOf?.({ file, index });
    const isPlain = file === "x" && index < 5;
    const { word, rank, value } = standing(role, need?.isWritten === true, saver, isPlain);
    const item = (label: string, order: string): CompletionItem => ({
      label,
      labelDetails: {
        ...(word === "" ? {} : { detail: ` ${word}` }),
        description: label === name ? abi : name,
      },
      detail: value === undefined ? summary : `${summary} Holds ${value.replaceAll("`", "")}.`,
      kind: kinds.variable,
      sortText: `0${order}${rank}${String(index).padStart(2, "0")}`,
      data: dataOf(analysis, "register", label),
    });
    return [item(abi, "a"), item(name, "x")];
  });
}

/** What a register is here, in one word, and how early it is offered, from 0 on. */
function standing(
  role: RegisterRole | undefined,
  isWritten: boolean,
  saver: Register["saver"],
  isPlain: boolean,
): { word: string; rank: number; value: string | undefined } {
  if (role === undefined) return { word: "", rank: 0, value: undefined };
  const { isLive, isDefined, isUnchanged, value } = role;
  if (isPlain) return { word: "", rank: 5, value: undefined };
  const isArgument = isUnchanged && saver === "caller";
  const isFree = !isLive && saver === "caller";
  const origin = isUnchanged ? (isArgument ? "argument" : "the caller's") : "set here";
  if (isWritten) {
    if (isFree) return { word: "free", rank: 1, value };
    return { word: isLive ? (isUnchanged ? origin : "in use") : "", rank: 3, value };
  }
  if (!isDefined) return { word: isFree ? "free" : "", rank: 4, value };
  return { word: origin, rank: isUnchanged ? (isArgument ? 2 : 3) : 1, value };
}

function csrItems(analysis: Analysis): CompletionItem[] {
  const { xlen } = analysis.architecture;
  return csrs
    .filter((csr) => (csr.xlen ?? xlen) === xlen)
    .map(({ name, address, access, summary }) => ({
      label: name,
      labelDetails: {
        detail: access === "ro" ? " read-only" : " read, write",
        description: `0x${address.toString(16).padStart(3, "0")}`,
      },
      detail: summary,
      kind: kinds.property,
      sortText: `0${name}`,
      data: dataOf(analysis, "csr", name),
    }));
}

function relocationItems(): CompletionItem[] {
  return Object.entries(relocationSummaries).map(([name, summary]) => ({
    label: name,
    detail: summary,
    kind: kinds.function,
    insertText: `${name}($1)$0`,
    insertTextFormat: insertTextFormat.snippet,
    sortText: `2${name}`,
  }));
}

function words(list: readonly (string | undefined)[], detail: string): CompletionItem[] {
  return list
    .filter((word) => word !== undefined)
    .map((label) => ({
      label,
      detail,
      kind: kinds.enum,
      sortText: `1${label}`,
    }));
}

/** Plain text in the place of snippets, for clients that do not know them. */
export function withoutSnippets(items: readonly CompletionItem[]): CompletionItem[] {
  return items
    .filter(({ kind }) => kind !== kinds.snippet)
    .map(({ insertTextFormat: _, insertText, ...item }) =>
      insertText === undefined || item.textEdit === undefined
        ? item
        : { ...item, textEdit: { ...item.textEdit, newText: item.label } },
    );
}

/** Directives with operands of a kind of their own. */
const directiveWords: Readonly<Record<string, readonly string[]>> = {
  ".option": ["rvc", "norvc", "relax", "norelax", "pic", "nopic", "push", "pop", "arch,"],
  ".section": [
    ".text",
    ".data",
    ".bss",
    ".rodata",
    ".sdata",
    ".sbss",
    ".init",
    ".fini",
    ".tdata",
    ".tbss",
  ],
  ".pushsection": [".text", ".data", ".bss", ".rodata"],
};

async function directiveItems(
  workspace: Workspace,
  analysis: Analysis,
  statement: Statement,
  word: string,
): Promise<CompletionItem[]> {
  const directive = directiveOf(statement) ?? "";
  if (word.startsWith("@")) {
    const list =
      directive === ".type"
        ? ["@function", "@object", "@common", "@tls_object"]
        : ["@progbits", "@nobits", "@note"];
    return words(list, "type");
  }
  const list = directiveWords[directive];
  if (list !== undefined) return words(list, directive.slice(1));
  if (directive.startsWith(".cfi_")) return registerItems(analysis, "x");
  if (directive === ".globl" || directive === ".global" || directive === ".type") {
    const symbols = await symbolItems(workspace, analysis);
    return symbols.filter(({ label }) => analysis.symbol(label)?.isDefined === true);
  }
  return symbolItems(workspace, analysis);
}

/** The parameters of the body that an offset is in. */
function parameterItems(analysis: Analysis, offset: number): CompletionItem[] {
  const names = new Set<string>();
  for (const { source, start, end, parameters } of analysis.unit.macros) {
    if (source !== analysis.unit.source || offset < start || offset > end) continue;
    for (const { name } of parameters) names.add(name);
  }
  const items = [...names].map(
    (name): CompletionItem => ({
      label: `\\${name}`,
      kind: kinds.typeParameter,
      detail: "parameter of this macro",
    }),
  );
  items.push({ label: "\\@", kind: kinds.typeParameter, detail: "number of this expansion" });
  return items;
}

function dataOf(
  { architecture, dialect }: Analysis,
  what: WordData["what"],
  name: string,
): WordData {
  return { what, name, march: architectureString(architecture), dialect: dialect.name };
}

/** Adds the documentation of an item that the user looks at. */
export async function resolveCompletion(
  workspace: Workspace,
  item: CompletionItem,
): Promise<CompletionItem> {
  const data = item.data as ItemData | undefined;
  if (data === undefined || typeof data.name !== "string") return item;
  const value = await (data.what === "symbol" ? pageOfSymbol(workspace, data) : pageOfWord(data));
  return value === undefined ? item : { ...item, documentation: { kind: "markdown", value } };
}

async function pageOfSymbol(
  workspace: Workspace,
  { name, uri }: SymbolData,
): Promise<string | undefined> {
  const analysis = await workspace.analyze(`${uri}`);
  return analysis && namePage(workspace, analysis, name);
}

function pageOfWord({ what, name, march, dialect: language }: WordData): string | undefined {
  const parsed = parseArchitecture(`${march}`);
  if (!parsed.ok) return undefined;
  const { architecture } = parsed;
  switch (what) {
    case "form": {
      const [form] = formsOf(name, architecture, dialects[language]);
      return form && formPage(form, architecture);
    }
    case "directive": {
      const directive = directiveNamed(dialects[language] ?? dialects.gnu, name);
      return directive && directivePage(directive);
    }
    case "register": {
      const register = [...xRegisters, ...fRegisters].find(
        (one) => one.name === name || one.abi === name,
      );
      return register && registerPage(register);
    }
    case "csr": {
      const csr = csrByName(name);
      return csr && csrPage(csr, architecture);
    }
    default:
      return undefined;
  }
}
