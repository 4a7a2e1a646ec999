/** The white space that a source has before its instructions, for lines that are written into it. */
import type { Analysis } from "./analysis.ts";

/** What a source without any indented line gets. */
export const usualIndentation = "        ";

/** Lines around the place that are looked at. */
const reach = 50;

/** The indentation at an offset: that of its line, else of the nearest line that has one. */
export function indentationAt({ text, document }: Analysis, offset: number): string {
  const { line } = document.positionAt(offset);
  const at = (number: number): string | undefined => {
    if (number < 0 || number >= document.lineCount) return undefined;
    const start = document.offsetAt({ line: number, character: 0 });
    // A comment may be indented in any way.
    return /^[ \t]+(?=[\w.$])/.exec(text.slice(start, start + 80))?.[0];
  };
  for (let distance = 0; distance <= reach; distance++) {
    const found = at(line - distance) ?? at(line + distance);
    if (found !== undefined) return found;
  }
  return usualIndentation;
}
