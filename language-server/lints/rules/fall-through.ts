/** A function that runs on into the next one. */
import type { Rule } from "../rule.ts";

export const fallThrough: Rule = {
  id: "fall-through",
  level: "warning",
  summary: "Control runs from the end of a function into the next.",
  explanation:
    "A function ends with a return, a jump, or a call that never comes back. Only functions that " +
    "`.type` declares or that are called count: code may run on into a label that is merely exported.",
  example: "        .globl main\nmain:   call helper\nhelper: li a0, 1\n        ret",
  fixed:
    "        .globl main\nmain:   addi sp, sp, -16\n        sd ra, 8(sp)\n        call helper\n" +
    "        ld ra, 8(sp)\n        addi sp, sp, 16\n        ret\nhelper: li a0, 1\n        ret",
  check({ graph, values, code }, report) {
    for (const block of graph.blocks) {
      if (!block.fallsThrough || !values.isReached(block)) continue;
      const next = graph.functionAt(block.end);
      const step = code.steps[block.end - 1];
      if (next === undefined || step === undefined || !(next.isTyped || next.isCalled)) continue;
      report({
        step,
        message: `Control runs on into the function \`${next.name}\`.`,
        fix: { title: "Return before it", change: "after", line: "ret" },
        ...behind(code.steps[block.end]),
      });
    }
  },
};

const behind = (step: Parameters<NonNullable<Rule["visit"]>>[0]["step"] | undefined) =>
  step === undefined ? {} : { related: { step, message: "the next function" } };
