/** A result that is written to x0. */
import { xRegisterIndex } from "../../../isa/registers.ts";
import type { Rule } from "../rule.ts";

export const writeToZero: Rule = {
  id: "write-to-zero",
  level: "warning",
  summary: "A result is written to x0, which drops it.",
  explanation:
    "x0 is always 0. Jumps, loads and accesses to CSRs may drop a result on purpose, and forms " +
    "whose source is x0 too are hints to the machine; those are not reported.",
  example: "        add zero, a0, a1",
  fixed: "        add a0, a0, a1",
  check({ code }, report) {
    for (const step of code.steps) {
      const { effects, decoded, statement } = step;
      if (decoded.values["rd"] !== 0 || step.writesX !== 0 || !step.isLast) continue;
      if (effects.control !== "next" || effects.memory !== undefined || effects.csr) continue;
      // Of an instruction without a meaning the rest is not known; a landing pad is an `auipc`.
      if (decoded.instruction.execute === undefined || step.isRelative) continue;
      const { nameAt: at, tokens } = statement;
      const [first, second] = [tokens[at + 1], tokens[at + 3]];
      if (at < 0 || first === undefined || xRegisterIndex(first.text) !== 0) continue;
      if (second !== undefined && xRegisterIndex(second.text) === 0) continue;
      report({
        step,
        register: { file: "x", index: 0 },
        message: "x0 is always 0: this result is dropped.",
        ...(statement.labels.length === 0
          ? { fix: { title: "Remove this line", change: "remove" } }
          : {}),
      });
    }
  },
};
