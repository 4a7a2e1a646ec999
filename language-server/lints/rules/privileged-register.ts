/** A CSR that a program under an environment cannot access. */
import { csrs } from "../../../isa/csrs.ts";
import type { Rule } from "../rule.ts";

/** Bits 9:8 of a CSR's address: the lowest privilege that may access it (privileged manual). */
const privilege = (address: number) => (address >> 8) & 3;

export const privilegedRegister: Rule = {
  id: "privileged-register",
  level: "warning",
  summary: "A program under an environment accesses a CSR of a higher privilege.",
  explanation:
    "Such an access is an illegal instruction at user level. Reported where the source itself names " +
    "its environment, in the header comment or by its dialect.",
  example: "# hartbeat: environment=linux\n        .globl f\nf:      csrr a0, mhartid\n        ret",
  fixed: "# hartbeat: environment=linux\n        .globl f\nf:      li a0, 0\n        ret",
  check({ code, environment, isEnvironmentStated }, report) {
    if (!isEnvironmentStated) return;
    for (const step of code.steps) {
      const { csr } = step.effects;
      if (csr === undefined || privilege(csr.address) === 0) continue;
      const found = csrs.find(({ address }) => address === csr.address);
      const name = found?.name ?? `0x${csr.address.toString(16)}`;
      const level = found === undefined ? "a higher" : `the ${found.privilege}`;
      report({
        step,
        message: `\`${name}\` belongs to ${level} level; a program under ${environment} runs at user level.`,
      });
    }
  },
};
