/**
 * Linked editing: a label, constant, macro or parameter is typed over at all its places at once.
 * Only names that no other file shares, for linked places lie in one document.
 */
import type { LinkedEditingRanges, Position } from "vscode-languageserver";
import { placesElsewhere } from "./references.ts";
import type { Analysis, Workspace } from "./workspace.ts";

/** What may be typed while the places are linked. */
const wordPattern = "[A-Za-z_.$][\\w.$]*";

/** The places that are edited together with the one at the position; null where there are none. */
export async function linkedEditing(
  workspace: Workspace,
  analysis: Analysis,
  position: Position,
): Promise<LinkedEditingRanges | null> {
  const occurrence = analysis.occurrenceAt(analysis.offsetAt(position));
  if (occurrence === undefined || occurrence.kind === "numeric") return null;
  const { occurrences } = analysis;
  if (occurrences.definition(occurrence.key) === undefined) return null;
  const all = occurrences.of(occurrence.key);
  // Macros are found whatever their case is, which one text for all places would change.
  if (all.length < 2 || all.some(({ name }) => name !== occurrence.name)) return null;
  if ((await placesElsewhere(workspace, analysis, occurrence)).length > 0) return null;
  return { ranges: all.map((one) => analysis.range(one)), wordPattern };
}
