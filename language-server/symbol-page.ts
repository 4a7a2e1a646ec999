/** What is known about a symbol, a numeric label, a macro or a parameter, as markdown. */
import type { Position } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { evaluate } from "../assembler/expressions.ts";
import { distanceInSection } from "../assembler/layout.ts";
import type { AssemblySymbol } from "../assembler/symbols.ts";
import { STB } from "../elf/constants.ts";
import type { Analysis } from "./analysis.ts";
import { docCommentOf } from "./doc-comments.ts";
import { fenced } from "./documentation.ts";
import { numberRows, table } from "./numbers.ts";
import type { Occurrence } from "./occurrences.ts";
import { baseName, canonicalUri } from "./uris.ts";
import type { Workspace } from "./workspace.ts";

/** The page of what an occurrence stands for; undefined where nothing is known. */
export async function symbolPage(
  workspace: Workspace,
  analysis: Analysis,
  occurrence: Occurrence | undefined,
): Promise<string | undefined> {
  if (occurrence === undefined) return undefined;
  const { kind, name, key } = occurrence;
  switch (kind) {
    case "macro":
      return `Macro **\`${name}\`**`;
    case "parameter":
      return `Parameter **\`${name}\`** of this macro or repetition`;
    case "numeric": {
      const definition = analysis.occurrences.definition(key);
      if (definition === undefined) return undefined;
      const { line } = analysis.document.positionAt(definition.start);
      return `Local label **\`${name}:\`** in line ${line + 1}\n${codeLine(analysis, line)}`;
    }
    case "symbol":
      return namePage(workspace, analysis, name);
  }
}

/** The page of a symbol by its name, with the comment of its definition. */
export async function namePage(
  workspace: Workspace,
  analysis: Analysis,
  name: string,
): Promise<string> {
  const symbol = analysis.symbol(name);
  const [mention] = symbol?.definitions ?? [];
  const place = mention?.source.writtenAt(mention.start);
  const comment = place === undefined ? "" : docCommentOf(place.source.text, place.offset);
  if (symbol?.isDefined || symbol?.common !== undefined) {
    return [placePage(analysis, symbol), comment].filter((part) => part !== "").join("\n\n");
  }
  for (const names of await workspace.names(analysis.uri)) {
    const place = names.symbols.get(name)?.find(({ role }) => role === "definition");
    if (place === undefined || !names.exported.has(name)) continue;
    const line = place.range.start.line + 1;
    const page = `**\`${name}\`** is defined in ${baseName(names.uri)}, line ${line}`;
    const comment = await commentIn(workspace, names.uri, place.range.start);
    return comment === "" ? page : `${page}\n\n${comment}`;
  }
  if (mention !== undefined) {
    // A name of `.eqv` in RARS stands for the text behind it.
    const { source, start } = mention;
    const { file, range } = source.placeOf(start, start);
    const line = source.text.slice(0, start).split("\n").length - 1;
    const where = file === analysis.file ? "" : ` of ${baseName(file)}`;
    const text = (source.text.split("\n")[line] ?? "").trim();
    return `**\`${name}\`** stands for text, in line ${range.start.line + 1}${where}\n${fenced(text, "riscv")}`;
  }
  for (const { uri, definitions } of await workspace.neighbours()) {
    const found = definitions.get(name);
    if (found === undefined) continue;
    const where = `${baseName(uri)}, line ${found.range.start.line + 1}`;
    return `**\`${name}\`** is defined in ${where}\n${fenced(found.line, "c")}`;
  }
  return `**\`${name}\`** is not defined in this file`;
}

/** The comment of what another file defines at a position. */
async function commentIn(workspace: Workspace, uri: string, position: Position): Promise<string> {
  const bytes = await workspace.readFile(canonicalUri(uri));
  if (bytes === undefined) return "";
  const document = TextDocument.create(uri, "riscv", 0, new TextDecoder().decode(bytes));
  return docCommentOf(document.getText(), document.offsetAt(position));
}

function placePage(analysis: Analysis, symbol: AssemblySymbol): string {
  const { name, fragment, common } = symbol;
  const exported = symbol.binding === STB.LOCAL ? "" : "global ";
  if (common !== undefined) {
    return `**\`${name}\`** ${exported}common block, ${common.size} bytes, aligned to ${common.alignment}`;
  }
  if (fragment !== undefined) {
    const offset = fragment.address + symbol.offset;
    const size = sizeOf(analysis, symbol);
    const extent = size === undefined ? "" : `, ${size} bytes`;
    const { name: section } = fragment.subsection.section;
    return `**\`${name}\`** ${exported}symbol: \`${section}\` + 0x${offset.toString(16)}${extent}`;
  }
  const value =
    symbol.expression === undefined ? "circular" : evaluate(symbol.expression, distanceInSection);
  const head = `**\`${name}\`** ${exported}constant`;
  if (typeof value === "string") return `${head} whose value the linker finds`;
  const { add, subtract, constant } = value;
  if (add === undefined && subtract === undefined)
    return `${head}\n\n${table(numberRows(constant))}`;
  const base = add === undefined ? "" : add.name;
  const minus = subtract === undefined ? "" : ` - ${subtract.name}`;
  return `${head}: \`${base}${minus}${constant === 0n ? "" : ` + ${constant}`}\``;
}

/** Bytes up to the next label of the section, or to its end. */
function sizeOf(analysis: Analysis, { fragment, offset }: AssemblySymbol): number | undefined {
  if (fragment === undefined) return undefined;
  const { section } = fragment.subsection;
  const own = fragment.address + offset;
  let next: number | undefined;
  for (const other of analysis.unit.symbols.all) {
    if (other.isTemporary || other.fragment?.subsection.section !== section) continue;
    const at = other.fragment.address + other.offset;
    if (at > own && (next === undefined || at < next)) next = at;
  }
  const whole = analysis.assembly.object.sections.find(({ name }) => name === section.name);
  const end = next ?? (whole === undefined ? undefined : Number(whole.size));
  return end === undefined || end <= own ? undefined : end - own;
}

function codeLine({ text }: Analysis, line: number): string {
  return fenced((text.split("\n")[line] ?? "").trim(), "riscv");
}
