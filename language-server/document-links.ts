/** Links from `.include` and `.incbin` to the files that they name. */
import type { DocumentLink } from "vscode-languageserver";
import { encodeUri } from "./uris.ts";
import type { Analysis } from "./workspace.ts";

/** A link for each inclusion of this document whose file is there. */
export function documentLinks(analysis: Analysis): DocumentLink[] {
  const { inclusions, source } = analysis.unit;
  return inclusions.flatMap((inclusion) => {
    const file = inclusion.mention.source === source ? analysis.fileOf(inclusion) : undefined;
    return file === undefined
      ? []
      : [{ range: analysis.range(inclusion.mention), target: encodeUri(file) }];
  });
}
