/** A branch or jump whose target is farther away than its bits can say. */
import { encodingOf } from "../../../isa/encoding.ts";
import type { Rule } from "../rule.ts";

export const targetBeyondReach: Rule = {
  id: "target-beyond-reach",
  level: "warning",
  summary: "The target of a branch or jump is farther away than it reaches.",
  explanation:
    "The assembler lengthens branches where it must, but not `j` and `jal`, which reach 1 MiB: there " +
    "the linker gives up, unless code between the two becomes shorter. Write `tail`, which may change " +
    "t1, or `call`.",
  example: "        .globl f\nf:      j 1f\n        .zero 2000000\n1:      ret",
  fixed: "        .globl f\nf:      tail 1f\n        .zero 2000000\n1:      ret",
  check({ code }, report) {
    for (const step of code.steps) {
      const { target, offset, section, decoded, statement, effects } = step;
      const aim = target < 0 ? undefined : code.steps[target];
      if (aim === undefined || aim.section !== section) continue;
      const { fields } = encodingOf(decoded.compressed ?? decoded.instruction);
      const field = fields.find(({ kind }) => kind === "target");
      const distance = aim.offset - offset;
      if (field === undefined || (distance >= field.min && distance <= field.max)) continue;
      const name = statement.name?.text ?? "";
      const isPlain = effects.control === "jump" && step.writesX === 0;
      const other = isPlain ? "tail" : undefined;
      report({
        step,
        message: `The target is ${Math.abs(distance)} bytes away; \`${name}\` reaches ${field.max}.`,
        ...(other === undefined
          ? {}
          : { fix: { title: `Write ${other}`, change: "mnemonic", line: other } }),
      });
    }
  },
};
