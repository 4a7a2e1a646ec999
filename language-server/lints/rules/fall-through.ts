/** A function that runs on into the next one. */
import type { Analysis } from "../../analysis.ts";
import type { Step } from "../code.ts";
import type { LintFunction } from "../graph.ts";
import type { Rule } from "../rule.ts";
import { textBetween } from "./comments.ts";
import { isMillicode } from "./function-ends.ts";

export const fallThrough: Rule = {
  id: "fall-through",
  level: "warning",
  summary: "Control runs from the end of a function into the next.",
  explanation:
    "A function ends with a return, a jump, or a call that never comes back. Only functions that " +
    "`.type` declares or that are called count: code may run on into a label that is merely exported. " +
    "Where it is meant, a comment between them says so (`# fall through`), or `.size` has both.",
  example: "        .globl main\nmain:   call helper\nhelper: li a0, 1\n        ret",
  fixed:
    "        .globl main\nmain:   addi sp, sp, -16\n        sd ra, 8(sp)\n        call helper\n" +
    "        ld ra, 8(sp)\n        addi sp, sp, 16\n        ret\nhelper: li a0, 1\n        ret",
  check({ analysis, graph, values, code }, report) {
    for (const block of graph.blocks) {
      if (!block.fallsThrough || !values.isReached(block)) continue;
      const next = graph.functionAt(block.end);
      const step = code.steps[block.end - 1];
      if (next === undefined || step === undefined || !(next.isTyped || next.isCalled)) continue;
      // A local label is an entry of the function that it stands in.
      if (next.name === "" || isMillicode(next.name)) continue;
      const behind = code.steps[block.end];
      if (behind === undefined || isMeant(analysis, graph.functions[block.owner], step, behind))
        continue;
      report({
        step,
        message: `Control runs on into the function \`${next.name}\`.`,
        fix: { title: "Return before it", change: "after", line: "ret" },
        related: { step: behind, message: "the next function" },
      });
    }
  },
};

/** Whether a comment between the functions speaks of it, or the first one's size has both. */
function isMeant(
  analysis: Analysis,
  owner: LintFunction | undefined,
  last: Step,
  next: Step,
): boolean {
  const comment = textBetween(analysis, last, next);
  if (/\bfall(s|ing)?[\s-]?(through|thru|in)/i.test(comment)) return true;
  const symbol = analysis.assembly.object.symbols.find(
    ({ name, section }) => name === owner?.name && section === next.section,
  );
  return symbol !== undefined && symbol.value + symbol.size > BigInt(next.offset);
}
