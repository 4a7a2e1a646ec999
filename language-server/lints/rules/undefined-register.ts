/** A register that is read where nothing can have set it. */
import { fName, xName } from "../../../isa/registers.ts";
import type { Rule, Visit } from "../rule.ts";
import { frameOffset } from "../values.ts";

/** Whether a step reads any register without its having a value. */
export const hasValueless = ({ step, defined }: Visit): boolean =>
  ((step.readsX & ~defined.x) | (step.readsF & ~defined.f)) !== 0;

/** The registers that a step reads without their having a value; saving one is no use of it. */
export function* valueless({ step, state, defined, context }: Visit) {
  const { memory } = step.effects;
  const isSave =
    memory?.kind === "store" &&
    memory.base !== undefined &&
    frameOffset(
      state.x[memory.base] ?? { kind: "unknown", register: 0, symbol: undefined, offset: 0 },
    ) !== undefined;
  const base = memory?.base === undefined ? 0 : 1 << memory.base;
  const { values } = step.decoded;
  // Whatever it holds, combined with itself it gives a known value.
  const isClearing = values["rs1"] !== undefined && values["rs1"] === values["rs2"];
  if (isClearing || context.graph.blocks.length === 0) return;
  let x = step.readsX & ~defined.x & (isSave ? base : -1);
  let f = isSave ? 0 : step.readsF & ~defined.f;
  for (; x !== 0; x &= x - 1) {
    const index = 31 - Math.clz32(x & -x);
    const isLost = ((defined.lostX >>> index) & 1) === 1;
    yield { file: "x" as const, index, name: xName(index), isLost };
  }
  for (; f !== 0; f &= f - 1) {
    const index = 31 - Math.clz32(f & -f);
    const isLost = ((defined.lostF >>> index) & 1) === 1;
    yield { file: "f" as const, index, name: fName(index), isLost };
  }
}

export const undefinedRegister: Rule = {
  id: "undefined-register",
  level: "warning",
  summary: "A register is used that nothing has set.",
  explanation:
    "No path from the function's entry sets the register, and the calling convention gives it no " +
    "value there: temporaries hold whatever was left in them. A register that some path sets, or " +
    "that a caller in this file sets, is not reported, nor is one that is only saved.",
  example: "        .globl sum\nsum:    add a0, a0, t0\n        ret",
  fixed: "        .globl sum\nsum:    li t0, 1\n        add a0, a0, t0\n        ret",
  visit(at, report) {
    if (!hasValueless(at)) return;
    for (const { file, index, name, isLost } of valueless(at)) {
      if (isLost) continue;
      report({
        step: at.step,
        register: { file, index },
        message: `Nothing sets \`${name}\` before it is used here.`,
      });
    }
  },
};
