/**
 * The names that completion offers: symbols of this file, of what it includes and of others, and
 * numeric labels. Targets of branches come by their distance, those beyond reach last; constants in
 * an address come by the structure that their names have in common, then by their value.
 */
import type { CompletionItem } from "vscode-languageserver";
import { evaluate } from "../assembler/expressions.ts";
import { distanceInSection } from "../assembler/layout.ts";
import type { AssemblySymbol } from "../assembler/symbols.ts";
import { encodingOf, type Field } from "../isa/encoding.ts";
import { instructionsNamed } from "../isa/instructions.ts";
import { formsOf } from "./forms.ts";
import { definedWords } from "./preprocessor-names.ts";
import { completionItemKind as kinds } from "./protocol.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** Symbols of other files are offered up to this number. */
const foreignLimit = 500;

/** The symbols of this file and of what it includes, then those that other files export. */
export async function symbolItems(
  workspace: Workspace,
  analysis: Analysis,
): Promise<CompletionItem[]> {
  const items = new Map<string, CompletionItem>();
  const of = (name: string) => ({ what: "symbol", name, uri: analysis.uri });
  for (const symbol of analysis.unit.symbols.all) {
    const { name, isGenerated, definitions, instance } = symbol;
    if (isGenerated || instance !== undefined || definitions.length === 0) continue;
    if (!items.has(name)) items.set(name, { ...symbolItem(symbol), data: of(name) });
  }
  for (const { name, parameters, text } of definedWords(analysis)) {
    const detail = `#define ${name}${parameters} ${text}`.trim();
    const kind = parameters === "" ? kinds.constant : kinds.function;
    if (!items.has(name)) items.set(name, { label: name, detail, kind, sortText: `1${name}` });
  }
  let foreign = 0;
  for (const names of await workspace.names(analysis.uri)) {
    for (const name of names.exported) {
      if (items.has(name) || foreign >= foreignLimit) continue;
      foreign++;
      const detail = names.uri.slice(names.uri.lastIndexOf("/") + 1);
      const plain = { label: name, detail, kind: kinds.reference, data: of(name) };
      items.set(name, { ...plain, sortText: `5${name}` });
    }
  }
  return [...items.values()];
}

/** A symbol with what it stands for. */
function symbolItem({ name, common, fragment, expression }: AssemblySymbol): CompletionItem {
  const item = { label: name, sortText: `1${name}` };
  if (common !== undefined) return { ...item, detail: "common", kind: kinds.function };
  if (fragment !== undefined || expression === undefined) {
    return { ...item, detail: "label", kind: kinds.function };
  }
  const value = numberOf({ expression });
  const description = value === undefined ? "constant" : `= ${value}`;
  return { ...item, detail: "constant", labelDetails: { description }, kind: kinds.constant };
}

/** The number that a symbol stands for; undefined where it is another thing. */
function numberOf({ expression }: Pick<AssemblySymbol, "expression">): bigint | undefined {
  const value = expression && evaluate(expression, distanceInSection);
  if (value === undefined || typeof value === "string") return undefined;
  return value.add === undefined && value.subtract === undefined ? value.constant : undefined;
}

/** Constants as offsets into structures: those that fit first, of one structure side by side. */
export function asOffsets(analysis: Analysis, items: readonly CompletionItem[]): CompletionItem[] {
  return items.map((item) => {
    const symbol = analysis.symbol(item.label);
    const value = symbol && numberOf(symbol);
    if (value === undefined) return item;
    const structure = /^(.+)[._][^._]+$/.exec(item.label)?.[1] ?? item.label;
    const order = `${structure} ${String(value + 2048n).padStart(5, "0")}`;
    const fits = value >= -2048n && value < 2048n;
    return { ...item, sortText: fits ? `1${order}` : `7${item.label}` };
  });
}

/** The field of the jump or branch that a mnemonic stands for. */
function targetField(analysis: Analysis, mnemonic: string): Field | undefined {
  for (const { instruction, pseudo } of formsOf(mnemonic, analysis.architecture)) {
    const base = pseudo?.expansion.split(" ")[0] ?? "";
    for (const one of instruction === undefined ? instructionsNamed(base) : [instruction]) {
      const field = encodingOf(one).fields.find(({ kind }) => kind === "target");
      if (field !== undefined) return field;
    }
  }
  return undefined;
}

/** Labels by how far they are from a statement that goes to one. */
export function byReach(
  analysis: Analysis,
  statement: Statement,
  items: readonly CompletionItem[],
): CompletionItem[] {
  const from = analysis.assembledAt(statement)?.from;
  const field = targetField(analysis, statement.head?.text ?? "");
  if (from === undefined || field === undefined) return [...items];
  const { section } = from.fragment.subsection;
  const here = from.fragment.address + from.offset;
  return items.map((item) => {
    const symbol = analysis.symbol(item.label);
    if (symbol?.fragment?.subsection.section !== section) return item;
    const distance = symbol.fragment.address + symbol.offset - here;
    const isNear = distance >= field.min && distance <= field.max;
    const description = `${distance < 0 ? "" : "+"}${distance}${isNear ? "" : ", beyond reach"}`;
    const order = String(Math.abs(distance)).padStart(10, "0");
    return { ...item, labelDetails: { description }, sortText: `${isNear ? 1 : 7}${order}` };
  });
}

/** Numeric labels are looked for this many characters before and behind a place. */
const numericReach = 1 << 15;

/** References to the nearest numeric labels: `1b`, `1f`. */
export function numericItems({ text }: Analysis, offset: number): CompletionItem[] {
  const from = Math.max(0, offset - numericReach);
  const around = text.slice(from, offset + numericReach);
  const labels = new Set<string>();
  for (const { 1: digits = "", index } of around.matchAll(/(?:^|[\n;:])[ \t]*0*(\d+):/g)) {
    labels.add(`${digits}${from + index < offset ? "b" : "f"}`);
  }
  return [...labels].map((label) => ({
    label,
    detail: label.endsWith("b") ? "the last such label before" : "the next such label",
    kind: kinds.reference,
    sortText: `2${label}`,
  }));
}
