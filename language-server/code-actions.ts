/**
 * Quick fixes for diagnostics: the word that was probably meant, the extension that an instruction
 * needs, the declaration of a symbol that another file has.
 */
import type {
  CodeAction,
  CodeActionParams,
  Diagnostic,
  Range,
  TextEdit,
} from "vscode-languageserver";
import { nearest } from "../assembler/diagnostics.ts";
import { guessDialect } from "../assembler/dialects/guess.ts";
import { directivesOf } from "../assembler/dialects.ts";
import { relocationFunctions } from "../assembler/instructions.ts";
import { defaultMarch, extensions } from "../isa/architecture.ts";
import { csrs } from "../isa/csrs.ts";
import { instructions, instructionsNamed } from "../isa/instructions.ts";
import { pseudoInstructions } from "../isa/pseudo.ts";
import { fRegisters, xRegisters } from "../isa/registers.ts";
import { diagnose } from "./diagnostics.ts";
import { inclusionFixes } from "./inclusion-fixes.ts";
import { indentationAt } from "./indentation.ts";
import { lintActions } from "./lints/actions.ts";
import { operandFixes } from "./operand-fixes.ts";
import { organise, organiseKind } from "./organise.ts";
import { refactorings } from "./refactorings.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** For each code, the words of which one was probably meant. */
const candidates: Readonly<Record<string, (analysis: Analysis) => Iterable<string>>> = {
  "unknown-instruction": ({ unit }) => [
    ...instructions.map(({ mnemonic }) => mnemonic),
    ...pseudoInstructions.map(({ mnemonic }) => mnemonic),
    ...unit.macros.map(({ name }) => name),
  ],
  "unknown-directive": ({ dialect }) => directivesOf(dialect).keys(),
  "ignored-directive": ({ dialect }) => directivesOf(dialect).keys(),
  "wrong-operand": () => [...xRegisters, ...fRegisters].flatMap(({ abi, name }) => [abi, name]),
  "unknown-csr": () => csrs.map(({ name }) => name),
  "unknown-function": () => relocationFunctions,
  "unknown-macro": ({ unit }) => unit.macros.map(({ name }) => name),
  "undefined-symbol": ({ unit }) =>
    unit.symbols.all
      .filter(({ isDefined, isGenerated }) => isDefined && !isGenerated)
      .map(({ name }) => name),
};

/** The fixes for the diagnostics that a range touches, and the rewritings that it allows. */
export async function codeActions(
  workspace: Workspace,
  analysis: Analysis,
  { range, context }: CodeActionParams,
): Promise<CodeAction[]> {
  const isAsked = (kind: string) =>
    context.only === undefined || context.only.some((one) => isKindOf(kind, one));
  const found: CodeAction[] = [];
  if (isAsked("quickfix")) {
    for (const one of await diagnose(workspace, analysis.uri)) {
      if (!touches(one.range, range)) continue;
      found.push(
        ...replacement(analysis, one),
        ...extension(analysis, one),
        ...(await operandFixes(workspace, analysis, one)),
        ...declaration(analysis, one),
        ...(await inclusionFixes(workspace, analysis, one, headerEdit)),
        ...dialect(analysis, one),
      );
    }
    const lints = await lintActions(workspace, analysis, range);
    const findings = new Set(lints.flatMap(({ diagnostics = [] }) => diagnostics));
    found.push(...[...findings].flatMap((one) => dialect(analysis, one)), ...lints);
    if (workspace.version(analysis.uri) !== analysis.document.version) return [];
  }
  if (["refactor.rewrite", "refactor.extract"].some(isAsked)) {
    found.push(...refactorings(analysis, range).filter(({ kind }) => isAsked(kind ?? "")));
  }
  // What changes a whole file is offered where somebody asks for it.
  if (context.only !== undefined && isAsked(organiseKind)) found.push(...organise(analysis));
  return found;
}

/** Holds for a kind and what is below it: "refactor.extract" is one of "refactor". */
const isKindOf = (kind: string, wanted: string) =>
  wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`);

function touches(a: Range, b: Range): boolean {
  const before = (x: Range["start"], y: Range["start"]) =>
    x.line < y.line || (x.line === y.line && x.character < y.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}

function action(
  analysis: Analysis,
  title: string,
  diagnostic: Diagnostic,
  edits: TextEdit[],
  isPreferred: boolean,
): CodeAction {
  return {
    title,
    kind: "quickfix",
    diagnostics: [diagnostic],
    isPreferred,
    edit: { changes: { [analysis.uri]: edits } },
  };
}

function replacement(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const { range } = diagnostic;
  const word = analysis.document.getText(range);
  const words = candidates[String(diagnostic.code)];
  if (words === undefined || word === "" || word.length > 64) return [];
  const isFunction = word.startsWith("%");
  // What the message suggests is what the fix writes.
  const said = /Did you mean `([^`]+)`\?/.exec(`${diagnostic.message}`)?.[1];
  const near = said ?? nearest(isFunction ? word.slice(1) : word, words(analysis));
  if (near === undefined) return [];
  const newText = isFunction ? `%${near}` : near;
  return [action(analysis, `Change to ${newText}`, diagnostic, [{ range, newText }], true)];
}

/** The header line `# hartbeat: march=…` with the extension that is missing. */
function extension(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  if (diagnostic.code !== "unavailable-instruction") return [];
  const word = analysis.document.getText(diagnostic.range).toLowerCase();
  const { xlen } = analysis.architecture;
  const [instruction] = instructionsNamed(word).filter((one) => (one.xlen ?? xlen) === xlen);
  if (instruction === undefined) return [];
  const base = analysis.header.march ?? analysis.settings.march ?? defaultMarch;
  const name = usualName(instruction.extension.split(/[_|]/)[0] ?? "");
  const march = name.length === 1 ? base.replace(/^(rv\d+[a-z]+)/, `$1${name}`) : `${base}_${name}`;
  const title = `Add the extension ${name}: march=${march}`;
  return [action(analysis, title, diagnostic, [headerEdit(analysis, "march", march)], false)];
}

/** The one-letter extension that has another one as its part, which is what people write. */
function usualName(extension: string): string {
  // B is younger than its parts, and many tools do not know it.
  const letters = Object.entries(extensions).filter(([name]) => /^[^b]$/.test(name));
  const whole = letters.find(([, { implies = [], contains = [] }]) =>
    [...implies, ...contains].includes(extension),
  );
  return extension === "zicsr" ? extension : (whole?.[0] ?? extension);
}

/** The header line `# hartbeat: dialect=…` for what the file looks like. */
function dialect(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  const { code, message } = diagnostic;
  if (code === "unknown-environment-call" && String(message).includes("dialect=rars")) {
    const edit = headerEdit(analysis, "dialect", "rars");
    return [action(analysis, "Read this file as RARS does", diagnostic, [edit], true)];
  }
  const guess = diagnostic.code === "looks-like" ? guessDialect(analysis.text) : undefined;
  if (guess === undefined) return [];
  const edit = headerEdit(analysis, "dialect", guess.dialect);
  return [action(analysis, `Read this file as ${guess.title} does`, diagnostic, [edit], true)];
}

/** Sets an option in the header line, which is made where there is none. */
function headerEdit({ document, text }: Analysis, key: string, value: string): TextEdit {
  const lines = text.split("\n", 5);
  for (const [line, content] of lines.entries()) {
    const header = /(?:#|\/\/)\s*hartbeat:/.exec(content);
    if (header === null) continue;
    const old = new RegExp(`\\b${key}=\\S*`).exec(content);
    const start = old?.index ?? header.index + header[0].length;
    const end = start + (old?.[0].length ?? 0);
    const newText = `${old === null ? " " : ""}${key}=${value}`;
    return { range: { start: { line, character: start }, end: { line, character: end } }, newText };
  }
  const zero = document.positionAt(0);
  return { range: { start: zero, end: zero }, newText: `# hartbeat: ${key}=${value}\n` };
}

function declaration(analysis: Analysis, diagnostic: Diagnostic): CodeAction[] {
  if (diagnostic.code !== "undefined-symbol") return [];
  const name = analysis.document.getText(diagnostic.range);
  const first = analysis.statements.find(({ tokens }) => tokens.length > 0);
  const { line } = analysis.document.positionAt(first?.tokens[0]?.start ?? 0);
  const at = { line, character: 0 };
  const edit = {
    range: { start: at, end: at },
    newText: `${indentationAt(analysis, first?.start ?? 0)}.extern ${name}\n`,
  };
  return [action(analysis, `Declare ${name} with .extern`, diagnostic, [edit], false)];
}
