/** A comparison on RV64 of a word with its sign and a number without one. */
import type { Step } from "../code.ts";
import type { Rule } from "../rule.ts";

export const wordComparison: Rule = {
  id: "word-comparison",
  level: "warning",
  summary:
    "On RV64 a word that was extended by its sign is compared with a number that cannot equal it.",
  explanation:
    "`lw` and the W instructions give numbers from -2^31 to 2^31 - 1. `li t0, 0x80000000` is above " +
    "them, so the two are never equal: load with `lwu`, or write the number as the negative one.",
  example:
    "        .globl f\nf:      lw t0, 0(a0)\n        li t1, 0xffffffff\n        beq t0, t1, 1f\n" +
    "        li a0, 1\n1:      ret",
  fixed:
    "        .globl f\nf:      lw t0, 0(a0)\n        li t1, -1\n        beq t0, t1, 1f\n" +
    "        li a0, 1\n1:      ret",
  visit({ step, state, context, block }, report) {
    if (context.xlen !== 64 || step.effects.control !== "branch") return;
    const { rs1, rs2 } = step.decoded.values;
    for (const [number, word] of [
      [rs1, rs2],
      [rs2, rs1],
    ]) {
      if (number === undefined || word === undefined) continue;
      const value = state.x[Number(number)];
      if (value?.kind !== "number" || value.offset < 2 ** 31 || value.offset >= 2 ** 32) continue;
      if (!isSignedWord(context.code.steps, step.index, block.start, Number(word))) continue;
      report({
        step,
        message: `A word with its sign never equals 0x${value.offset.toString(16)}.`,
      });
    }
  },
};

/** Whether the step of the block that sets the register gives a word with its sign. */
function isSignedWord(
  steps: readonly Step[],
  at: number,
  start: number,
  register: number,
): boolean {
  for (let before = at - 1; before >= start; before--) {
    const { writesX, effects } = steps[before] as Step;
    if (((writesX >>> register) & 1) === 0) continue;
    const { memory, result, narrows, control } = effects;
    if (control !== "next" || result !== undefined) return false;
    return memory === undefined ? narrows : memory.kind === "load" && memory.width === 32;
  }
  return false;
}
