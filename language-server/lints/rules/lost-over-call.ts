/** A caller-saved register that is expected to survive a call. */
import type { Rule } from "../rule.ts";
import { hasValueless, valueless } from "./undefined-register.ts";

export const lostOverCall: Rule = {
  id: "lost-over-call",
  level: "warning",
  summary: "A register is used after a call that may have changed it.",
  explanation:
    "A call may change ra, t0 to t6, a0 to a7 and their floating-point fellows: what is needed " +
    "after it belongs into a saved register (s0 to s11) or on the stack. Of a function in the same " +
    "file only what it does change counts.",
  example:
    "        .globl twice\ntwice:  addi sp, sp, -16\n        sd ra, 8(sp)\n        li t0, 5\n" +
    "        call puts\n        add a0, a0, t0\n        ld ra, 8(sp)\n        addi sp, sp, 16\n" +
    "        ret",
  fixed:
    "        .globl twice\ntwice:  addi sp, sp, -16\n        sd ra, 8(sp)\n        call puts\n" +
    "        li t0, 5\n        add a0, a0, t0\n        ld ra, 8(sp)\n        addi sp, sp, 16\n" +
    "        ret",
  visit(at, report) {
    if (!hasValueless(at)) return;
    for (const { file, index, name, isLost } of valueless(at)) {
      if (!isLost) continue;
      report({
        step: at.step,
        register: { file, index },
        message: `The call before may have changed \`${name}\`: keep its value in a saved register or on the stack.`,
      });
    }
  },
};
