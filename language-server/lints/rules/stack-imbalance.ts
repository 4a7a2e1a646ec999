/** A stack pointer that is not given back as it was. */
import type { Rule } from "../rule.ts";
import { stackHeight } from "../values.ts";
import { endOf } from "./function-ends.ts";

/** Whether one `addi` can add it. */
const isGiven = (height: number) => height >= -2047 && height <= 2048;

export const stackImbalance: Rule = {
  id: "stack-imbalance",
  level: "warning",
  summary: "The stack pointer differs between entry and return, or between two paths.",
  explanation:
    "A function returns with sp as it got it, so what it takes from the stack it gives back on every " +
    "path. Where two paths of a function meet, both must have taken the same.",
  example: "        .globl f\nf:      addi sp, sp, -16\n        ret",
  fixed: "        .globl f\nf:      addi sp, sp, -16\n        addi sp, sp, 16\n        ret",
  visit(at, report) {
    if (endOf(at) === undefined) return;
    const height = stackHeight(at.state);
    if (height === undefined || height === 0) return;
    const side = height < 0 ? "below" : "above";
    report({
      step: at.step,
      message: `sp is ${Math.abs(height)} bytes ${side} its value at the entry of the function.`,
      ...(isGiven(height)
        ? {
            fix: {
              title: "Give the stack pointer its value back",
              change: "before",
              line: `addi    sp, sp, ${-height}`,
            },
          }
        : {}),
    });
  },
  check({ values, code, graph }, report) {
    for (const { from, first, to, height, other } of values.mismatches) {
      const step = code.steps[from.end - 1];
      const target = code.steps[to.start];
      if (step === undefined || target === undefined || from.owner !== to.owner) continue;
      if (first.owner !== to.owner) continue;
      if (graph.functions[from.owner]?.isPart) continue;
      report({
        step,
        message:
          `From here the code behind runs with sp ${-height} bytes below its value at the entry, ` +
          `from elsewhere with ${-other}.`,
        related: { step: target, message: "where the paths meet" },
      });
    }
  },
};
