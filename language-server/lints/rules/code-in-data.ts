/** Instructions in a section that is not executed. */
import { SHF } from "../../../elf/constants.ts";
import type { Section } from "../../../elf/model.ts";
import type { Rule } from "../rule.ts";

export const codeInData: Rule = {
  id: "code-in-data",
  level: "warning",
  summary: "Instructions stand in a section of data.",
  explanation:
    "Sections such as `.data` are not executable; a `.text` before the code is missing. Reported once " +
    "for each run of instructions.",
  example: "        .data\ncount:  .word 3\nmain:   li a0, 1\n        ret",
  fixed: "        .data\ncount:  .word 3\n        .text\nmain:   li a0, 1\n        ret",
  check({ code }, report) {
    let section: Section | undefined;
    for (const step of code.steps) {
      const isNew = step.section !== section;
      section = step.section;
      if (!isNew || (section.flags & SHF.EXECINSTR) !== 0n) continue;
      report({
        step,
        message: `This instruction is in ${section.name}, which is not executable.`,
        fix: { title: "Put .text before it", change: "before", line: ".text" },
      });
    }
  },
};
