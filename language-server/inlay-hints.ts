/**
 * Inlay hints: in front of an instruction its offset in the section, behind it its encoding or the
 * instructions that it becomes, how often the loop runs that it closes, where the stack pointer is
 * that it moves, and which call an `ecall` makes. Each kind is switched by a setting; only what is on the screen is worked out.
 */
import type { InlayHint, Range } from "vscode-languageserver";
import { encodingOf } from "../isa/encoding.ts";
import { hexOf } from "./encoding-picture.ts";
import { callText, environmentCallAt } from "./environment.ts";
import type { HintSettings } from "./hint-settings.ts";
import { stackHeight } from "./lints/values.ts";
import { type CountedLoop, countedLoops } from "./loops.ts";
import { type CodeLine, codeLines, machineCodeOf } from "./machine-code.ts";
import { flowAround, type RegisterFlow } from "./register-flow.ts";
import type { Statement } from "./syntax.ts";
import type { Analysis } from "./workspace.ts";

/** At most this many statements of a range are looked at. */
const statementLimit = 500;

/** A statement that becomes more instructions than this shows only their number. */
const instructionLimit = 4;

/** The hints of the statements in a range. */
export function inlayHints(analysis: Analysis, range: Range, shown: HintSettings): InlayHint[] {
  const { address, encoding, expansion, loop, stack, call } = shown;
  if (!Object.values(shown).includes(true)) return [];
  const hints: InlayHint[] = [];
  let looked = 0;
  const [from, to] = [analysis.offsetAt(range.start), analysis.offsetAt(range.end)];
  for (let at = from; at <= to && looked < statementLimit; looked++) {
    const statement = analysis.statementAt(at);
    at = Math.max(statement.end, at) + 1;
    const [head, last] = [statement.head, statement.tokens.at(-1)];
    if (head === undefined || last === undefined) continue;
    const behind = endOfLine(analysis, last.end);
    if (statement.kind === "assignment" || last.end < from || head.start > to) continue;
    const assembled = analysis.assembledAt(statement);
    const code = assembled && machineCodeOf(analysis, assembled);
    if (code === undefined) continue;
    if (address) {
      const label = `0x${code.offset.toString(16).padStart(4, "0")}`;
      hints.push(hint(analysis, head.start, label, `Offset in ${code.section}`, false));
    }
    if (statement.kind !== "instruction" || !code.isCode) continue;
    const made =
      call && head.text.toLowerCase() === "ecall"
        ? environmentCallAt(analysis, statement)
        : undefined;
    if (made !== undefined) hints.push(hint(analysis, behind, callText(made), made[2], true));
    if (loop || stack) {
      for (const { label, tooltip } of flowHints(analysis, statement, shown)) {
        hints.push(hint(analysis, behind, label, tooltip, true));
      }
    }
    if (!encoding && (assembled?.instructions ?? 0) < 2) continue;
    const lines = codeLines(analysis, code, 64);
    if (lines.some(({ instruction }) => instruction === undefined)) continue;
    const texts = withoutPlaceholders(lines);
    if (expansion && lines.length > 1) {
      const label =
        lines.length > instructionLimit ? `${lines.length} instructions` : texts.join("; ");
      hints.push(hint(analysis, behind, `= ${label}`, texts.join("\n"), true));
    }
    if (encoding && lines.length <= instructionLimit) {
      const words = lines.map(({ instruction, word }) =>
        instruction === undefined ? "" : hexOf(word, encodingOf(instruction).length),
      );
      hints.push(hint(analysis, behind, words.join(" "), "Encoding", true));
    }
  }
  return hints;
}

/** What stands behind a statement on its line when that is a comment. */
const comment = /[ \t]*(?:#|\/\/|\/\*(?!.*\*\/.*\S)).*/y;

/** Where hints go: behind the comment that follows, so that comments stay in their column. */
function endOfLine({ document }: Analysis, end: number): number {
  comment.lastIndex = end;
  return end + (comment.exec(document.getText())?.[0].trimEnd().length ?? 0);
}

/** The instructions' texts, with "…" for the numbers that the linker fills in. */
function withoutPlaceholders(lines: readonly CodeLine[]): string[] {
  return lines.map(({ text, relocations }, index) => {
    // That of a call is for two instructions.
    const isCall = lines[index - 1]?.relocations.some((name) => name.startsWith("R_RISCV_CALL"));
    const isOpen = isCall === true || relocations.some((name) => name !== "R_RISCV_RELAX");
    return isOpen ? text.replace(/-?\b(?:0x[0-9a-f]+|\d+)(?=(?:\(\w+\))?$)/, "…") : text;
  });
}

const loops = new WeakMap<RegisterFlow, readonly CountedLoop[]>();

/** What is known of the loop that a statement closes, and of the stack pointer behind it. */
function* flowHints(
  analysis: Analysis,
  statement: Statement,
  { loop, stack }: HintSettings,
): Iterable<{ label: string; tooltip: string }> {
  const flow = flowAround(analysis, statement.head?.start ?? statement.start);
  const steps = flow?.stepsOf(analysis.assembledAt(statement)) ?? [];
  const step = steps.at(-1);
  if (flow === undefined || step === undefined) return;
  const { control } = step.effects;
  if (loop && control === "branch") {
    const known = loops.get(flow) ?? countedLoops(flow);
    loops.set(flow, known);
    for (const { test, count, isBound } of known) {
      if (test !== step) continue;
      const times = count === 1n ? "once" : `${count} times`;
      const tooltip = "How often the loop's body runs";
      yield { label: isBound ? `at most ${times}` : times, tooltip };
    }
  }
  if (!stack || control !== "next" || !steps.some(({ writesX }) => (writesX & 4) !== 0)) return;
  const state = flow.stateBefore(step);
  if (state === undefined) return;
  flow.values.step(state, step);
  const height = stackHeight(state);
  if (height === undefined) return;
  const distance = height === 0 ? "" : height < 0 ? ` - ${-height}` : ` + ${height}`;
  const tooltip = "The stack pointer, from what it was where the function begins";
  yield { label: `sp = entry${distance}`, tooltip };
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
