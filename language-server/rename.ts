/**
 * Rename: a symbol (in every file that shares it), a numeric label, a macro or a parameter. The new
 * name must be one that the assembler reads as one name and that means nothing else yet.
 */
import type { Position, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import { readStatement } from "../assembler/lexer.ts";
import { isRegister, macroKey, type Occurrence, symbolKey } from "./occurrences.ts";
import { placesElsewhere } from "./references.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** Why a rename cannot be done, as one sentence for the user. */
export class RenameRefused extends Error {}

/** The range and text of what would be renamed; null where nothing can be. */
export function prepareRename(
  analysis: Analysis,
  position: Position,
): { range: Range; placeholder: string } | null {
  const occurrence = analysis.occurrences.at(analysis.offsetAt(position));
  if (occurrence === undefined) return null;
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
  check(analysis, occurrence, newName);
  const own = analysis.occurrences.of(occurrence.key);
  const changes: Record<string, TextEdit[]> = {
    [analysis.uri]: own.map((one) => ({
      range: analysis.range(nameSpan(one)),
      newText: newName,
    })),
  };
  for (const { names, places } of await placesElsewhere(workspace, analysis, occurrence)) {
    changes[names.uri] = places.map(({ range }) => ({ range, newText: newName }));
  }
  return { changes };
}

/** The name without what belongs to the way it is written: the `f` of `1f`. */
function nameSpan({ start, end, kind, role }: Occurrence): { start: number; end: number } {
  return { start, end: kind === "numeric" && role === "reference" ? end - 1 : end };
}

function check(analysis: Analysis, { kind, name }: Occurrence, newName: string): void {
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
  const key = kind === "macro" ? macroKey(newName) : symbolKey(newName);
  if (kind !== "parameter" && analysis.occurrences.definition(key) !== undefined) {
    throw new RenameRefused(`"${newName}" is defined in this file already.`);
  }
}
