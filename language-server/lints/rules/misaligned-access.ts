/** An access whose address is known not to be a multiple of its size. */
import { SHF } from "../../../elf/constants.ts";
import type { Rule } from "../rule.ts";
import { frameOffset } from "../values.ts";

export const misalignedAccess: Rule = {
  id: "misaligned-access",
  level: "warning",
  summary: "The address of a load or store is no multiple of its size.",
  explanation:
    "A machine may refuse such an access or do it slowly, and an atomic one is never allowed. The " +
    "address is known from the symbol and its section's alignment, or from the stack pointer, which " +
    "has a multiple of 16 at the entry.",
  example:
    "        .globl f\nf:      la t0, pair\n        lw a0, 2(t0)\n        ret\n" +
    "        .data\n        .align 2\npair:   .half 1, 2, 3, 4",
  fixed:
    "        .globl f\nf:      la t0, pair\n        lh a0, 2(t0)\n        ret\n" +
    "        .data\n        .align 2\npair:   .half 1, 2, 3, 4",
  visit({ step, state, context }, report) {
    const { memory } = step.effects;
    if (memory === undefined) return;
    const size = memory.width / 8;
    const address = context.values.address(state, step);
    if (size === 1 || address === undefined) return;
    let at = frameOffset(address);
    if (address.kind === "symbol" && typeof address.symbol?.section === "object") {
      const { alignment, flags } = address.symbol.section;
      const isKnown = (flags & SHF.EXECINSTR) === 0n && alignment >= BigInt(size);
      if (isKnown) at = Number(address.symbol.value) + address.offset;
    }
    if (at === undefined || at % size === 0) return;
    report({ step, message: `This address is no multiple of ${size}.` });
  },
};
