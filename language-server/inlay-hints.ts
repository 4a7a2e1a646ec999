/**
 * Inlay hints: in front of an instruction its offset in the section, behind it its encoding or the
 * instructions that it becomes. Each kind is switched on by a setting; only what is on the screen
 * is worked out.
 */
import type { InlayHint, Range } from "vscode-languageserver";
import { encodingOf } from "../isa/encoding.ts";
import { hexOf } from "./encoding-picture.ts";
import type { HintSettings } from "./hint-settings.ts";
import { codeLines, machineCodeOf } from "./machine-code.ts";
import type { Analysis } from "./workspace.ts";

/** At most this many statements of a range are looked at. */
const statementLimit = 500;

/** A statement that becomes more instructions than this shows only their number. */
const instructionLimit = 4;

/** The hints of the statements in a range. */
export function inlayHints(analysis: Analysis, range: Range, shown: HintSettings): InlayHint[] {
  const { address, encoding, expansion } = shown;
  if (!address && !encoding && !expansion) return [];
  const hints: InlayHint[] = [];
  let looked = 0;
  const [from, to] = [analysis.offsetAt(range.start), analysis.offsetAt(range.end)];
  for (let at = from; at <= to && looked < statementLimit; looked++) {
    const statement = analysis.statementAt(at);
    at = Math.max(statement.end, at) + 1;
    const [head, last] = [statement.head, statement.tokens.at(-1)];
    if (head === undefined || last === undefined) continue;
    if (statement.kind === "assignment" || last.end < from || head.start > to) continue;
    const assembled = analysis.assembledAt(statement);
    const code = assembled && machineCodeOf(analysis, assembled);
    if (code === undefined) continue;
    if (address) {
      const label = `0x${code.offset.toString(16).padStart(4, "0")}`;
      hints.push(hint(analysis, head.start, label, `Offset in ${code.section}`, false));
    }
    if (statement.kind !== "instruction" || !code.isCode) continue;
    if (!encoding && (assembled?.instructions ?? 0) < 2) continue;
    const lines = codeLines(analysis, code, 64);
    if (lines.some(({ instruction }) => instruction === undefined)) continue;
    const texts = lines.map(({ text }) => text);
    if (expansion && lines.length > 1) {
      const label =
        lines.length > instructionLimit ? `${lines.length} instructions` : texts.join("; ");
      hints.push(hint(analysis, last.end, `= ${label}`, texts.join("\n"), true));
    }
    if (encoding && lines.length <= instructionLimit) {
      const words = lines.map(({ instruction, word }) =>
        instruction === undefined ? "" : hexOf(word, encodingOf(instruction).length),
      );
      hints.push(hint(analysis, last.end, words.join(" "), "Encoding", true));
    }
  }
  return hints;
}

function hint(
  analysis: Analysis,
  offset: number,
  label: string,
  tooltip: string,
  isBehind: boolean,
): InlayHint {
  const position = analysis.document.positionAt(offset);
  return {
    position,
    label,
    tooltip,
    ...(isBehind ? { paddingLeft: true } : { paddingRight: true }),
  };
}
