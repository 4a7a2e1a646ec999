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
    "address is known from the symbol's place in its section, or from the stack pointer, which " +
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
      // Linkers begin a section of data at a multiple of 8, whatever it asks for; what follows of
      // another file's may lie anywhere, which makes it no better.
      const { flags } = address.symbol.section;
      const isData = (flags & (SHF.EXECINSTR | SHF.MERGE)) === 0n;
      if (isData) at = Number(address.symbol.value) + address.offset;
    }
    if (at === undefined || at % size === 0) return;
    const label = address.kind === "symbol" ? address.symbol : undefined;
    const isMisplaced = label !== undefined && label.name !== "" && address.offset % size === 0;
    report({
      step,
      message: `This address is no multiple of ${size}.`,
      ...(isMisplaced
        ? {
            fix: {
              title: `Align ${label.name} to ${size} bytes`,
              change: "before",
              line: `.balign ${size}`,
              symbol: label.name,
            },
          }
        : {}),
    });
  },
};
