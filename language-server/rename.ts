/**
 * Rename: a symbol (in every file that shares it), a numeric label, a macro or a parameter. The new
 * name must be one that the assembler reads as one name and that means nothing else yet.
 */
import type { Position, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import { readStatement } from "../assembler/lexer.ts";
import { isRegister, macroKey, type Occurrence, symbolKey } from "./occurrences.ts";
import { placesElsewhere } from "./references.ts";
import { baseName, canonicalUri } from "./uris.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** Why a rename cannot be done, as one sentence for the user. */
export class RenameRefused extends Error {}

/** The range and text of what would be renamed; null where nothing can be. */
export function prepareRename(
  analysis: Analysis,
  position: Position,
): { range: Range; placeholder: string } | null {
  const occurrence = analysis.occurrences.at(analysis.offsetAt(position));
  if (occurrence === undefined || isPreprocessed(analysis, occurrence)) return null;
  const { name: placeholder } = occurrence;
  return { range: analysis.range(nameSpan(occurrence)), placeholder };
}

/** The edits that give it the new name. Throws {@link RenameRefused}. */
export async function rename(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
  newName: string,
): Promise<WorkspaceEdit | null> {
  const occurrence = analysis.occurrences.at(analysis.offsetAt(position));
  if (occurrence === undefined) return null;
  if (isPreprocessed(analysis, occurrence)) {
    const { name } = occurrence;
    throw new RenameRefused(`"${name}" is a macro of the preprocessor; rename it at its #define.`);
  }
  check(analysis, occurrence, newName);
  if (occurrence.kind === "symbol") await checkLinked(workspace, analysis, occurrence, newName);
  const own = analysis.occurrences.of(occurrence.key);
  const changes: Record<string, TextEdit[]> = {
    [analysis.uri]: own.map((one) => ({
      range: analysis.range(nameSpan(one)),
      newText: newName,
    })),
  };
  for (const { names, places } of await placesElsewhere(workspace, analysis, occurrence)) {
    const known = occurrence.kind === "macro" ? names.macros : names.symbols;
    const taken = known.get(occurrence.kind === "macro" ? newName.toLowerCase() : newName);
    if (newName !== occurrence.name && taken?.some(({ role }) => role === "definition")) {
      throw new RenameRefused(`"${newName}" is defined in ${baseName(names.uri)} already.`);
    }
    changes[names.uri] = places.map(({ range }) => ({ range, newText: newName }));
  }
  return { changes };
}

/** The name without what belongs to the way it is written: the `f` of `1f`. */
function nameSpan({ start, end, kind, role }: Occurrence): { start: number; end: number } {
  return { start, end: kind === "numeric" && role === "reference" ? end - 1 : end };
}

/** Holds for a name that `#define` gives a meaning, whose places the preprocessor decides. */
function isPreprocessed({ unit }: Analysis, { kind, name }: Occurrence): boolean {
  if (kind !== "symbol") return false;
  const escaped = name.replace(/[.$]/g, "\\$&");
  const definition = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${escaped}(?![\\w.$])`, "m");
  const isUsed = unit.files.length > 1 || unit.statements[0]?.source !== unit.source;
  return isUsed && unit.files.some(({ text }) => definition.test(text));
}

/** A global symbol must not get the name of another file's, even of one that does not use it. */
async function checkLinked(
  workspace: Workspace,
  analysis: Analysis,
  { name }: Occurrence,
  newName: string,
): Promise<void> {
  if (newName === name || !analysis.occurrences.exported.has(name)) return;
  const { sources = [] } = analysis.header;
  const linked = new Set(sources.map((path) => canonicalUri(path, analysis.file)));
  for (const names of await workspace.names(analysis.uri)) {
    const own = (names.header.sources ?? []).map((path) =>
      canonicalUri(path, canonicalUri(names.uri)),
    );
    const isLinked = linked.has(canonicalUri(names.uri)) || own.includes(analysis.file);
    const places = names.symbols.get(newName) ?? [];
    const isDefined = places.some(({ role }) => role === "definition");
    if (isLinked && isDefined && names.exported.has(newName)) {
      throw new RenameRefused(`"${newName}" is defined in ${baseName(names.uri)} already.`);
    }
  }
}

function check(analysis: Analysis, { kind, name, key }: Occurrence, newName: string): void {
  if (newName === name) return;
  if (kind === "numeric") {
    if (!/^\d+$/.test(newName)) throw new RenameRefused("A numeric label must be a number.");
    if (analysis.occurrences.of(`numeric ${newName} 1`).length > 0) {
      throw new RenameRefused(`There are labels ${newName}: already; choose another number.`);
    }
    return;
  }
  const { tokens } = readStatement(newName, 0);
  const isName = tokens.length === 1 && tokens[0]?.kind === "name" && tokens[0].text === newName;
  if (!isName) {
    throw new RenameRefused(
      `"${newName}" is not a name; use letters, digits, "_", "." and "$", no digit first.`,
    );
  }
  if (kind === "symbol" && isRegister(newName)) {
    throw new RenameRefused(`"${newName}" is the name of a register.`);
  }
  // The key of a parameter is that of its scope with its name.
  const other =
    kind === "macro"
      ? macroKey(newName)
      : kind === "symbol"
        ? symbolKey(newName)
        : `${key.slice(0, key.length - name.length)}${newName}`;
  if (kind === "parameter" && analysis.occurrences.definition(other) !== undefined) {
    throw new RenameRefused(`There is a parameter "${newName}" already.`);
  }
  const isSame = other === key;
  if (kind !== "parameter" && !isSame && analysis.occurrences.definition(other) !== undefined) {
    throw new RenameRefused(`"${newName}" is defined in this file already.`);
  }
}
