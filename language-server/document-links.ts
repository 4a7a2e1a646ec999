/** Links from `.include`, `.incbin` and `#include` to the files that they name. */
import type { DocumentLink } from "vscode-languageserver";
import { encodeUri } from "./uris.ts";
import type { Analysis } from "./workspace.ts";

/** A link for each inclusion of this document whose file is there. */
export function documentLinks(analysis: Analysis): DocumentLink[] {
  return analysis.unit.inclusions.flatMap((inclusion) => {
    const place = analysis.placeOf(inclusion);
    const file = place && analysis.fileOf(inclusion);
    return file === undefined || place === undefined
      ? []
      : [{ range: analysis.range(place), target: encodeUri(file) }];
  });
}
