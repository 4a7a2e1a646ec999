/** A store to data that cannot be written. */
import { SHF } from "../../../elf/constants.ts";
import type { Rule } from "../rule.ts";

export const storeToReadOnly: Rule = {
  id: "store-to-read-only",
  level: "warning",
  summary: "A store goes to a section that cannot be written.",
  explanation: "Under an environment such a store ends the program. Variables belong into `.data`.",
  example:
    "        .globl f\nf:      la t0, limit\n        sw a0, 0(t0)\n        ret\n" +
    "        .section .rodata\nlimit:  .word 5",
  fixed:
    "        .globl f\nf:      la t0, limit\n        sw a0, 0(t0)\n        ret\n" +
    "        .data\nlimit:  .word 5",
  visit({ step, state, context }, report) {
    const { memory } = step.effects;
    if (memory === undefined || memory.kind === "load" || memory.kind === "load-reserved") return;
    const { kind, symbol } = context.values.address(state, step) ?? {};
    if (kind !== "symbol" || typeof symbol?.section !== "object") return;
    const { flags, name } = symbol.section;
    const isFixed = (flags & (SHF.ALLOC | SHF.WRITE | SHF.EXECINSTR)) === SHF.ALLOC;
    if (!isFixed) return;
    const shown =
      symbol.name === "" || symbol.name.startsWith(".L") ? "this place" : `\`${symbol.name}\``;
    report({ step, message: `${shown} is in ${name}, which cannot be written.` });
  },
};
