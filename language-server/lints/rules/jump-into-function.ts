/** A jump into the body of another function whose frame differs. */
import type { Rule } from "../rule.ts";

export const jumpIntoFunction: Rule = {
  id: "jump-into-function",
  level: "warning",
  summary: "A jump leads into the middle of another function, whose frame is another.",
  explanation:
    "Behind its entry a function relies on the stack frame that it has made. Ends of functions that " +
    "several share, with the same frame, are not reported.",
  example:
    "        .globl f, g\nf:      j 1f\ng:      addi sp, sp, -16\n        sd ra, 8(sp)\n" +
    "        call puts\n1:      ld ra, 8(sp)\n        addi sp, sp, 16\n        ret",
  fixed:
    "        .globl f, g\nf:      ret\ng:      addi sp, sp, -16\n        sd ra, 8(sp)\n" +
    "        call puts\n1:      ld ra, 8(sp)\n        addi sp, sp, 16\n        ret",
  check({ values, graph, code }, report) {
    for (const { from: second, first, to } of values.mismatches) {
      const from = second.owner === to.owner ? first : second;
      const [own, other] = [graph.functions[from.owner], graph.functions[to.owner]];
      const step = code.steps[from.end - 1];
      const target = code.steps[to.start];
      if (own === undefined || other === undefined || own === other) continue;
      if (step === undefined || target === undefined || own.isPart || other.isPart) continue;
      report({
        step,
        message: `Between \`${own.name}\` and the middle of \`${other.name}\` the stack frames differ.`,
        related: { step: target, message: `the place in ${other.name}` },
      });
    }
  },
};
