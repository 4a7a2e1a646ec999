/** Code that no path leads to. */
import type { Step } from "../code.ts";
import type { Rule } from "../rule.ts";

/** Whether data stand before a step: an instruction as a number, or a table. */
function isBehindData(steps: readonly Step[], index: number): boolean {
  const [before, step] = [steps[index - 1], steps[index]];
  if (step === undefined) return false;
  if (before === undefined || before.section !== step.section) return step.offset !== 0;
  return !before.isFollowed;
}

export const unreachableCode: Rule = {
  id: "unreachable-code",
  level: "hint",
  summary: "No path leads to this code.",
  explanation:
    "It stands behind a jump, a return or a call that ends the program, and nothing jumps to it. " +
    "Labels that are exported, called or whose address is taken count as reached.",
  example: "        .globl f\nf:      ret\n        li a0, 1\n        ret",
  fixed: "        .globl f\nf:      li a0, 1\n        ret",
  isUnnecessary: true,
  check({ graph, values, code }, report) {
    const { blocks } = graph;
    for (let at = 0; at < blocks.length; at++) {
      const [first] = [blocks[at]];
      if (first === undefined || values.isReached(first)) continue;
      if (isBehindData(code.steps, first.start)) continue;
      let last = first;
      for (; at + 1 < blocks.length; at++) {
        const next = blocks[at + 1];
        if (next === undefined || values.isReached(next)) break;
        if (next.owner !== first.owner) break;
        last = next;
      }
      const own = code.steps.slice(first.start, last.end);
      const [step, until] = [own[0], own.at(-1)];
      if (step === undefined || until === undefined) continue;
      // A guard behind what does not come back.
      const isIdle = own.every(
        ({ writesX, writesF, effects }) =>
          effects.trap !== undefined ||
          (writesX === 0 && writesF === 0 && !effects.memory && effects.control === "next") ||
          (effects.control === "jump" && own.length === 1),
      );
      if (!isIdle) report({ step, until, message: "Nothing leads to this code." });
    }
  },
};
