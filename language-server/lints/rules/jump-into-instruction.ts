/** A jump that leads into an instruction. */
import type { Rule } from "../rule.ts";

export const jumpIntoInstruction: Rule = {
  id: "jump-into-instruction",
  level: "warning",
  summary: "A jump leads into the middle of an instruction.",
  explanation:
    "The target is a number or a label plus a number, and no instruction begins there: compressed " +
    "instructions have 2 bytes, others 4, and pseudo-instructions may become several.",
  example:
    "        .option norvc\n        .globl f\nf:      beqz a0, f + 6\n        lui a0, 0x12345\n        ret",
  fixed:
    "        .option norvc\n        .globl f\nf:      beqz a0, 1f\n        lui a0, 0x12345\n1:      ret",
  check({ code }, report) {
    for (const step of code.steps) {
      if (step.isAstray) report({ step, message: "No instruction begins where this leads." });
    }
  },
};
