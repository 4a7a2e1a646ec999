/** Highlights the other places of what the cursor is at: definitions as writes, uses as reads. */
import type { DocumentHighlight, Position } from "vscode-languageserver";
import { highlightKind } from "./protocol.ts";
import type { Analysis } from "./workspace.ts";

/** The places of the symbol, macro, parameter or numeric label at the position. */
export function documentHighlights(analysis: Analysis, position: Position): DocumentHighlight[] {
  const occurrence = analysis.occurrences.at(analysis.offsetAt(position));
  if (occurrence === undefined) return [];
  return analysis.occurrences.of(occurrence.key).map((one) => ({
    range: analysis.range(one),
    kind: one.role === "definition" ? highlightKind.write : highlightKind.read,
  }));
}
