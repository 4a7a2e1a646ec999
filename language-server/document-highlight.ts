/**
 * Highlights the other places of what the cursor is at: definitions of names as writes and uses as
 * reads; of a register in this function the places where it is written and where it is read.
 */
import type { DocumentHighlight, Position } from "vscode-languageserver";
import { definedNameAt, rangeOf } from "./preprocessor-names.ts";
import { highlightKind } from "./protocol.ts";
import { registerAt, registerUses } from "./register-uses.ts";
import type { Analysis } from "./workspace.ts";

/** The places of the symbol, macro, parameter, numeric label or register at the position. */
export function documentHighlights(analysis: Analysis, position: Position): DocumentHighlight[] {
  const offset = analysis.offsetAt(position);
  const defined = definedNameAt(analysis, offset);
  if (defined !== undefined) {
    return defined.places
      .filter(({ source }) => source.file === analysis.file)
      .map((one) => ({
        range: rangeOf(one),
        kind: one.role === "definition" ? highlightKind.write : highlightKind.read,
      }));
  }
  const occurrence = analysis.occurrenceAt(offset);
  if (occurrence === undefined) {
    const register = registerAt(analysis, offset);
    if (register === undefined) return [];
    return registerUses(analysis, register, offset).map((use) => ({
      range: analysis.range(use),
      kind: highlightKind[use.access],
    }));
  }
  return analysis.occurrences.of(occurrence.key).map((one) => ({
    range: analysis.range(one),
    kind: one.role === "definition" ? highlightKind.write : highlightKind.read,
  }));
}
