/** Links from `.include` and `.incbin` to the files that they name. */
import type { DocumentLink } from "vscode-languageserver";
import { encodeUri } from "./uris.ts";
import type { Analysis } from "./workspace.ts";

/** A link for each inclusion of this document whose file is there. */
export function documentLinks(analysis: Analysis): DocumentLink[] {
  const { inclusions, source } = analysis.unit;
  return inclusions
    .filter(({ mention, path }) => mention.source === source && !analysis.missing.has(path))
    .map(({ mention, path }) => ({ range: analysis.range(mention), target: encodeUri(path) }));
}
