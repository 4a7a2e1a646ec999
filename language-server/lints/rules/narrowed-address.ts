/** An address that was computed in 32 bits on RV64. */
import { xName } from "../../../isa/registers.ts";
import type { Rule } from "../rule.ts";

export const narrowedAddress: Rule = {
  id: "narrowed-address",
  level: "warning",
  summary: "An address on RV64 is computed by an instruction that keeps only 32 bits.",
  explanation:
    "`addw`, `addiw`, `subw` and `sext.w` cut their result to 32 bits and extend its sign: of an " +
    "address the upper half is lost. Use `add`, `addi`, `sub`.",
  example:
    "        .globl f\nf:      la t0, table\n        addw t0, t0, a0\n        lw a0, 0(t0)\n" +
    "        ret\n        .data\ntable:  .word 1, 2",
  fixed:
    "        .globl f\nf:      la t0, table\n        add t0, t0, a0\n        lw a0, 0(t0)\n" +
    "        ret\n        .data\ntable:  .word 1, 2",
  visit({ step, state }, report) {
    const { base } = step.effects.memory ?? {};
    if (base === undefined || state.x[base]?.kind !== "narrowed") return;
    report({
      step,
      register: { file: "x", index: base },
      message: `\`${xName(base)}\` was cut to 32 bits: it is no address any more.`,
    });
  },
};
