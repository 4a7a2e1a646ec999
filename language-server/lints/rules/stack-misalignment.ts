/** A call while the stack pointer is not aligned. */
import type { Rule } from "../rule.ts";
import { stackHeight } from "../values.ts";

export const stackMisalignment: Rule = {
  id: "stack-misalignment",
  level: "warning",
  summary: "The stack pointer is not a multiple of 16 at a call.",
  explanation:
    "The calling convention keeps sp aligned to 16 bytes (4 with RV32E), and functions of libraries " +
    "rely on it. Not reported for the teaching environments, whose programs keep no such rule.",
  example:
    "        .globl f\nf:      addi sp, sp, -8\n        sd ra, 0(sp)\n        call puts\n" +
    "        ld ra, 0(sp)\n        addi sp, sp, 8\n        ret",
  fixed:
    "        .globl f\nf:      addi sp, sp, -16\n        sd ra, 0(sp)\n        call puts\n" +
    "        ld ra, 0(sp)\n        addi sp, sp, 16\n        ret",
  visit({ step, state, context }, report) {
    if (step.effects.control !== "call" || context.environment !== "linux") return;
    const height = stackHeight(state);
    const unit = context.code.architecture.base === "e" ? 4 : 16;
    if (height === undefined || height % unit === 0) return;
    report({
      step,
      message: `sp is ${-height} bytes below its value at the entry here, no multiple of ${unit}.`,
    });
  },
};
