/** A callee-saved register that a function does not give back. */
import { fName, fRegisters, xName, xRegisters } from "../../../isa/registers.ts";
import type { LintFunction } from "../graph.ts";
import type { LintContext, Rule } from "../rule.ts";
import { frameOffset, isKept, stackHeight } from "../values.ts";
import { endOf } from "./function-ends.ts";

const saved = [
  ...xRegisters.filter(({ role }) => role === "saved").map(({ index }) => index),
  ...fRegisters.filter(({ saver }) => saver === "callee").map(({ index }) => index + 32),
];

export const clobberedSavedRegister: Rule = {
  id: "clobbered-saved-register",
  level: "warning",
  summary: "A function changes a saved register and does not restore it.",
  explanation:
    "The caller expects s0 to s11 and fs0 to fs11 as they were: save them on the stack first and " +
    "load them before the return. In a function that only this file calls, a register whose value it " +
    "also uses is taken for a variable that both share. Registers that come from memory the analysis cannot follow are " +
    "not reported, nor are functions that switch stacks.",
  example: "        .globl f\nf:      li s1, 3\n        add a0, a0, s1\n        ret",
  fixed: "        .globl f\nf:      li t1, 3\n        add a0, a0, t1\n        ret",
  visit(at, report) {
    if (endOf(at) === undefined || stackHeight(at.state) === undefined) return;
    for (const index of saved) {
      const value = index < 32 ? at.state.x[index] : at.state.f[index - 32];
      if (value === undefined || value.kind === "unknown" || isKept(at.state, index)) continue;
      const isOwn = at.owner?.isGlobal === false && sharedIn(at.context, at.owner).has(index);
      if (isOwn) continue;
      const name = index < 32 ? xName(index) : fName(index - 32);
      report({
        step: at.step,
        message: `The caller's \`${name}\` was changed and is not restored here.`,
      });
    }
  },
};

const shared = new WeakMap<LintFunction, ReadonlySet<number>>();

/** The saved registers whose value from the entry a function computes with. */
function sharedIn({ graph, values, code }: LintContext, one: LintFunction): ReadonlySet<number> {
  const known = shared.get(one);
  if (known !== undefined) return known;
  const found = new Set<number>();
  for (const block of graph.blocks) {
    if (block.owner !== one.index) continue;
    const state = values.before(block);
    if (state === undefined) continue;
    for (const step of code.steps.slice(block.start, block.end)) {
      const address = values.address(state, step);
      const isSave = address !== undefined && frameOffset(address) !== undefined;
      for (const index of isSave ? [] : saved) {
        const bits = index < 32 ? step.readsX : step.readsF;
        if (((bits >>> (index & 31)) & 1) === 1 && isKept(state, index)) found.add(index);
      }
      values.step(state, step);
    }
  }
  shared.set(one, found);
  return found;
}
