/** A shift by as many bits as a register has, or more. */
import type { Rule } from "../rule.ts";

export const excessiveShift: Rule = {
  id: "excessive-shift",
  level: "warning",
  summary: "A register is shifted by at least as many bits as it has.",
  explanation:
    "Only the low 5 bits (6 on RV64, but 5 for `sllw` and its like) of the amount count: a shift by " +
    "32 on RV32 is one by 0. Code that moves between RV32 and RV64 often has it.",
  example: "        .globl f\nf:      li t0, 64\n        sll a0, a0, t0\n        ret",
  fixed: "        .globl f\nf:      li a0, 0\n        ret",
  visit({ step, state, context }, report) {
    const { readsX, decoded, effects } = step;
    const amount = decoded.values["rs2"];
    if (readsX === 0 || amount === undefined || effects.control !== "next") return;
    const value = state.x[Number(amount)];
    if (value?.kind !== "number" || (value.offset >= 0 && value.offset < 32)) return;
    if (!context.values.effects(state, step).shiftsTooFar) return;
    const isWord = value.offset >= 0 && value.offset < context.xlen;
    const bits = isWord || effects.narrows ? 32 : context.xlen;
    const counted = ((value.offset % bits) + bits) % bits;
    const what = bits === context.xlen ? "registers" : "words";
    report({
      step,
      message: `A shift by ${value.offset} is one by ${counted}: ${what} have ${bits} bits.`,
    });
  },
};
