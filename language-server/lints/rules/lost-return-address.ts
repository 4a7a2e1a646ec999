/** A return after a call that has overwritten ra. */
import type { Rule } from "../rule.ts";
import { endOf } from "./function-ends.ts";

export const lostReturnAddress: Rule = {
  id: "lost-return-address",
  level: "warning",
  summary: "A function that calls another returns without having kept its return address.",
  explanation:
    "A call writes ra. A function that makes one must save ra on the stack before and restore it, " +
    "else its own return leads back to behind the call, for ever. A jump to a function of another " +
    "file is taken for one that does not come back.",
  example: "        .globl f\nf:      call puts\n        ret",
  fixed:
    "        .globl f\nf:      addi sp, sp, -16\n        sd ra, 8(sp)\n        call puts\n" +
    "        ld ra, 8(sp)\n        addi sp, sp, 16\n        ret",
  visit(at, report) {
    if (endOf(at) === undefined || at.state.x[1]?.kind !== "called") return;
    if (at.block.leaves === "return" && at.step.readsX !== 2) return;
    // What another file has may never come back, as a kernel's start.
    if (at.block.leaves === "tail" && at.step.target < 0) return;
    report({
      step: at.step,
      message: "`ra` holds the address behind a call of this function, not the caller's.",
    });
  },
};
