/** Accesses to the stack that do not belong to the function's frame. */
import { xName } from "../../../isa/registers.ts";
import type { Rule } from "../rule.ts";
import { frameOffset, stackHeight } from "../values.ts";

export const outsideFrame: Rule = {
  id: "outside-frame",
  level: "warning",
  summary: "An access to the stack is below sp, or saves a register in the caller's frame.",
  explanation:
    "What lies below sp may be overwritten at any time, by a signal or by a call. Above the value " +
    "that sp had at the entry the caller's frame begins: arguments are read there, and nothing is " +
    "saved there.",
  example: "        .globl f\nf:      sw a0, -4(sp)\n        lw a0, -4(sp)\n        ret",
  fixed:
    "        .globl f\nf:      addi sp, sp, -16\n        sw a0, 12(sp)\n        lw a0, 12(sp)\n" +
    "        addi sp, sp, 16\n        ret",
  visit({ step, state, context }, report) {
    const { memory } = step.effects;
    if (memory === undefined) return;
    const address = context.values.address(state, step);
    const at = address === undefined ? undefined : frameOffset(address);
    const height = stackHeight(state);
    if (at === undefined || height === undefined) return;
    if (at < height) {
      report({ step, message: `This address is ${height - at} bytes below sp.` });
      return;
    }
    if (memory.kind !== "store" || at < 0) return;
    const data = Number(step.decoded.values["rs2"] ?? 0);
    const value = step.readsF === 0 ? state.x[data] : undefined;
    const isSaved = data === 1 || data === 8 || data === 9 || (data >= 18 && data <= 27);
    if (!isSaved || value?.kind !== "entry" || value.register !== data) return;
    report({
      step,
      message: `\`${xName(data)}\` is saved ${at} bytes above the function's frame, in its caller's.`,
    });
  },
};
