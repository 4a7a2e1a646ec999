/** What people say in the file between two instructions: comments, and the directives with them. */
import type { Analysis } from "../../analysis.ts";
import type { Step } from "../code.ts";

/** Comments longer than this are not looked at. */
const lengthLimit = 4000;

/** The text of the open file before a step and behind another one, as it is written. */
export function textBetween(analysis: Analysis, before: Step | undefined, step: Step): string {
  const offsetOf = ({ statement: { source, start } }: Step) => {
    const { file, range } = source.placeOf(start, start);
    return file === analysis.file ? analysis.offsetAt(range.start) : undefined;
  };
  const end = offsetOf(step);
  const from = before === undefined ? 0 : offsetOf(before);
  // Where a macro begins the function, a few lines must do.
  if (end === undefined) return from === undefined ? "" : analysis.text.slice(from, from + 300);
  return analysis.text.slice(Math.max(from ?? 0, end - lengthLimit), end);
}
