/**
 * Hover: for a mnemonic its page and what this very line became; for a macro call its expansion;
 * for operands the register with what is known of its value, the CSR, symbol, relocation function or
 * number that stands there, or what `#define` says of the name.
 */
import type { Hover, Position } from "vscode-languageserver";
import { nearest } from "../assembler/diagnostics.ts";
import { directiveOf as directiveNamed } from "../assembler/dialects.ts";
import type { Token } from "../assembler/lexer.ts";
import { agrees, readOperands, shapesOf } from "../assembler/operands.ts";
import { csrByAddress, csrByName, csrs } from "../isa/csrs.ts";
import { createDecoder } from "../isa/decoder.ts";
import { effectsOf } from "../isa/effects.ts";
import { encodingOf } from "../isa/encoding.ts";
import {
  fName,
  fRegisterIndex,
  fRegisters,
  xName,
  xRegisterIndex,
  xRegisters,
} from "../isa/registers.ts";
import { isMistakenCsr } from "./diagnostics.ts";
import {
  csrPage,
  directivePage,
  fenced,
  formHead,
  formPage,
  meaning,
  missingNote,
  operandList,
  originOf,
  registerPage,
} from "./documentation.ts";
import { hexOf, pictureOf } from "./encoding-picture.ts";
import { callNumberPage, environmentCallPage } from "./environment.ts";
import { type Form, formsOf, isWord } from "./forms.ts";
import { latencyOf } from "./latency.ts";
import {
  type CodeLine,
  codeLines,
  hexBytes,
  type MachineCode,
  machineCodeOf,
} from "./machine-code.ts";
import { expansionOf, preprocessedLine } from "./macro-expansion.ts";
import { floatRows, numberRows, table } from "./numbers.ts";
import { directiveOf, opensBody } from "./occurrences.ts";
import { definedNameAt, rangeOf } from "./preprocessor-names.ts";
import { registerFlowPage } from "./register-page.ts";
import { relocationSummaries } from "./relocations.ts";
import { symbolPage } from "./symbol-page.ts";
import { isInComment, prefixOf, relocationFunctionOf, type Statement, tokenAt } from "./syntax.ts";
import { baseName } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** What is known about the word at the position; null where nothing is. */
export async function hover(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
): Promise<Hover | null> {
  const offset = analysis.offsetAt(position);
  const defined = definedNameAt(analysis, offset);
  if (defined !== undefined) {
    const parts = [definedPage(analysis, defined), preprocessedLine(analysis, offset)];
    const value = parts.filter((part) => part !== "").join("\n\n");
    return { contents: { kind: "markdown", value }, range: analysis.range(defined) };
  }
  const statement = analysis.statementAt(offset);
  if (isInComment(analysis.text, statement, offset)) return null;
  const token = tokenAt(statement, offset);
  if (token === undefined) return null;
  const value =
    token === statement.head && statement.kind !== "assignment"
      ? headPage(analysis, statement, token)
      : await operandPage(workspace, analysis, statement, token);
  if (value === undefined) return null;
  return { contents: { kind: "markdown", value }, range: analysis.range(token) };
}

/** A number in all radixes, and the call of the environment that it is loaded for. */
const numberPage = (analysis: Analysis, statement: Statement, value: bigint) =>
  [callNumberPage(analysis, statement, value), table(numberRows(value))]
    .filter((part) => part !== "")
    .join("\n\n");

/** What `#define` says of a name. */
function definedPage(
  analysis: Analysis,
  { name, places }: NonNullable<ReturnType<typeof definedNameAt>>,
): string {
  const definitions = places.filter(({ role }) => role === "definition");
  const parts = definitions.map((place) => {
    const line = rangeOf(place).start.line + 1;
    const where = place.source.file === analysis.file ? "" : ` of ${baseName(place.source.file)}`;
    // What stands directly behind the name is its parameters.
    const { source, end } = place;
    const gap = source.text[end] === "(" ? "" : " ";
    const text = `#define ${name}${gap}${place.text}`.trim();
    return `${fenced(text, "c")}\nin line ${line}${where}`;
  });
  const [only] = definitions;
  const isNumber =
    definitions.length === 1 && /^(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/.test(only?.text ?? "");
  if (isNumber && only !== undefined) {
    const { text } = only;
    parts.push(table(numberRows(BigInt(/^0\d/.test(text) ? `0o${text.slice(1)}` : text))));
  }
  return parts.join("\n\n");
}

function headPage(analysis: Analysis, statement: Statement, head: Token): string | undefined {
  if (statement.kind === "directive") {
    const directive = directiveNamed(analysis.dialect, directiveOf(statement) ?? "");
    return (
      directive &&
      [directivePage(directive), bytesOf(analysis, statement)]
        .filter((part) => part !== "")
        .join("\n\n")
    );
  }
  const macro = analysis.unit.macros.find(
    (one) => one.name.toLowerCase() === head.text.toLowerCase(),
  );
  if (macro !== undefined) return expansionOf(analysis, statement, macro);
  const form = formOf(analysis, statement, head);
  if (form === undefined) return undefined;
  const code = lineCode(analysis, statement);
  const lines = code === undefined ? [] : codeLines(analysis, code, 8);
  if (lines.length === 0) return formPage(form, analysis.architecture);
  return form.instruction === undefined
    ? pseudoPage(analysis, form, lines)
    : instructionPage(analysis, statement, form, lines);
}

/** The form of the mnemonic that the operands fit, else its first. */
function formOf(analysis: Analysis, statement: Statement, head: Token): Form | undefined {
  const forms = formsOf(head.text, analysis.architecture, analysis.dialect);
  const at = statement.tokens.indexOf(head) + 1;
  const operands = readOperands(statement.tokens, at);
  const fitting = forms.find(({ syntax }) => {
    const shapes = shapesOf(syntax);
    return (
      shapes.length >= operands.length &&
      operands.every((operand, index) => {
        const shape = shapes[index];
        return shape !== undefined && agrees(operand, shape);
      }) &&
      shapes.slice(operands.length).every(({ optional }) => optional === true)
    );
  });
  return fitting ?? forms[0];
}

function lineCode(analysis: Analysis, statement: Statement): MachineCode | undefined {
  const assembled = analysis.assembledAt(statement);
  return assembled === undefined ? undefined : machineCodeOf(analysis, assembled);
}

/** A real instruction: its page with this line's bits in the picture. */
function instructionPage(
  analysis: Analysis,
  statement: Statement,
  form: Form,
  lines: readonly CodeLine[],
): string {
  const { instruction } = form;
  const [line] = lines;
  if (instruction === undefined || line === undefined) return formHead(form);
  const parts = [formHead(form), operandList(form), environmentCallPage(analysis, statement)];
  parts.push(meaning(instruction, analysis.architecture));
  parts.push(
    ...lines.map((one) => encodingPart(one, lines.length > 1 || one.instruction !== instruction)),
  );
  parts.push(usePart(lines));
  parts.push(originOf(instruction.extension, instruction.xlen));
  if (line.instruction === undefined) parts.push(missingNote);
  return parts.filter((part) => part !== "").join("\n\n");
}

function pseudoPage(analysis: Analysis, form: Form, lines: readonly CodeLine[]): string {
  const parts = [formHead(form), operandList(form)];
  const texts = lines.map(({ text }) => text).join("\n");
  parts.push(`Pseudo-instruction; here it becomes\n${fenced(texts, "riscv")}`);
  for (const { instruction } of lines.slice(0, 1)) {
    if (instruction === undefined || lines.length > 1) continue;
    parts.push(instruction.summary, meaning(instruction, analysis.architecture));
  }
  parts.push(...lines.map((line) => encodingPart(line, lines.length > 1)));
  parts.push(usePart(lines));
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What a line reads and writes, and about how long it takes. */
function usePart(lines: readonly CodeLine[]): string {
  const [reads, writes, latencies] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { word, instruction, architecture } of lines) {
    const decoded = createDecoder(architecture)(word);
    if (decoded === undefined || instruction === undefined) return "";
    latencies.add(latencyOf(instruction));
    const effects = effectsOf(decoded, 0n, architecture.xlen);
    const { memory, csr } = effects;
    // What an earlier instruction of the line has made is nobody else's.
    for (const index of effects.readsX) if (!writes.has(xName(index))) reads.add(xName(index));
    for (const index of effects.readsF) if (!writes.has(fName(index))) reads.add(fName(index));
    const name = csr && (csrByAddress(csr.address)?.name ?? `CSR 0x${csr.address.toString(16)}`);
    if (name !== undefined && csr?.reads) reads.add(name);
    if (effects.readsRounding) reads.add("frm");
    if (memory !== undefined && memory.kind !== "store") reads.add("memory");
    for (const index of effects.writesX) writes.add(xName(index));
    for (const index of effects.writesF) writes.add(fName(index));
    if (name !== undefined && csr?.writes) writes.add(name);
    if (effects.setsFlags) writes.add("fflags");
    if (memory !== undefined && !memory.kind.startsWith("load")) writes.add("memory");
  }
  const list = (names: ReadonlySet<string>) =>
    names.size === 0 ? "nothing" : [...names].map((name) => `\`${name}\``).join(", ");
  const latency = [...latencies].join("; then ");
  return `Reads ${list(reads)}; writes ${list(writes)}. Latency class: ${latency}.`;
}

/** One encoded instruction: hexadecimal, bits by field, relocations. */
function encodingPart(line: CodeLine, showsText: boolean): string {
  const { instruction, word, offset, relocations, text } = line;
  if (instruction === undefined) return "";
  const { length } = encodingOf(instruction);
  const head = `${hexOf(word, length)} at offset 0x${offset.toString(16)}`;
  const patches = relocations.map((name) => `linker: ${name}`);
  const title = showsText ? `${text}    # ${head}` : head;
  return fenced([title, pictureOf(instruction, word), ...patches].join("\n"));
}

/** The bytes that a directive put into its section. */
function bytesOf(analysis: Analysis, statement: Statement): string {
  const code = lineCode(analysis, statement);
  if (code === undefined || code.bytes.length === 0) return "";
  const place = `${code.section} + 0x${code.offset.toString(16)}`;
  return fenced(`${place}: ${hexBytes(code.bytes, 32)}`);
}

async function operandPage(
  workspace: Workspace,
  analysis: Analysis,
  statement: Statement,
  token: Token,
): Promise<string | undefined> {
  switch (token.kind) {
    case "integer": {
      if (statement.labels.includes(token)) {
        return symbolPage(workspace, analysis, analysis.occurrenceAt(token.start));
      }
      return token.value === undefined
        ? undefined
        : numberPage(analysis, statement, negated(statement, token));
    }
    case "float": {
      const value = Number(token.text.replace(/^0[fdr]/i, ""));
      return Number.isNaN(value) ? undefined : table(floatRows(value));
    }
    case "string": {
      const bytes = Uint8Array.from(token.text, (character) => character.charCodeAt(0));
      return `${bytes.length} bytes\n${fenced(hexBytes(bytes, 32))}`;
    }
    case "local":
      return symbolPage(workspace, analysis, analysis.occurrenceAt(token.start));
    case "name":
      return namePage(workspace, analysis, statement, token);
    default:
      return undefined;
  }
}

/** The value of a number with the minus sign that stands directly before it. */
function negated(statement: Statement, token: Token): bigint {
  const value = token.value ?? 0n;
  const before = prefixOf(statement, token);
  const index = statement.tokens.indexOf(token);
  const earlier = statement.tokens[index - 2];
  const isSign =
    before?.text === "-" &&
    (earlier === undefined ||
      earlier === statement.head ||
      earlier.text === "," ||
      earlier.text === "(");
  return isSign ? -value : value;
}

async function namePage(
  workspace: Workspace,
  analysis: Analysis,
  statement: Statement,
  token: Token,
): Promise<string | undefined> {
  const relocation = relocationFunctionOf(statement, token);
  if (relocation !== undefined) {
    const summary = relocationSummaries[relocation];
    return summary && `**\`${relocation}\`**\n\n${summary}`;
  }
  const isPlain = !/[\\%]/.test(analysis.text[token.start - 1] ?? "") && !opensBody(statement);
  const x = xRegisterIndex(token.text);
  const f = fRegisterIndex(token.text);
  const isRegister = x !== undefined || f !== undefined;
  // What is no register may be any name of the file.
  const occurrence = isRegister && isPlain ? undefined : analysis.occurrenceAt(token.start);
  if (occurrence?.kind === "parameter") return symbolPage(workspace, analysis, occurrence);
  if (isWord(statement.head?.text ?? "", token.text)) {
    const csr = csrByName(token.text);
    return csr && csrPage(csr, analysis.architecture);
  }
  if (isMistakenCsr(analysis, analysis.document.positionAt(token.start))) {
    return mistakenCsrPage(analysis, token.text);
  }
  const register = x !== undefined ? xRegisters[x] : f !== undefined ? fRegisters[f] : undefined;
  if (register !== undefined && occurrence === undefined) {
    const flow = registerFlowPage(analysis, token.start);
    return [registerPage(register), flow].filter((part) => part !== "").join("\n\n");
  }
  return symbolPage(workspace, analysis, occurrence);
}

/** A name where a CSR stands that is none, with the page of the one that it resembles. */
function mistakenCsrPage({ architecture }: Analysis, name: string): string {
  const near = nearest(
    name,
    csrs.map((one) => one.name),
  );
  const csr = near === undefined ? undefined : csrByName(near);
  const page =
    csr === undefined ? "" : `\n\nPerhaps it is meant for:\n\n${csrPage(csr, architecture)}`;
  return `**\`${name}\`** is the name of no CSR${page}`;
}
