/** A register that is read where nothing can have set it. */
import { fName, xName } from "../../../isa/registers.ts";
import type { Step } from "../code.ts";
import type { Rule, Visit } from "../rule.ts";
import { frameOffset } from "../values.ts";
import { textBetween } from "./comments.ts";

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

/** So many registers are stored in a row where a context is saved. */
const contextSize = 8;

/** Whether a register is stored in a row with many others, by the same base: a context is saved. */
function isSavedContext({ step, context: { code } }: Visit): boolean {
  const { memory } = step.effects;
  if (memory?.kind !== "store") return false;
  const stored = new Set<string>();
  for (const by of [-1, 1]) {
    for (let at = step.index; ; at += by) {
      const one = code.steps[at];
      const own = one?.effects.memory;
      if (one === undefined || own?.kind !== "store" || own.base !== memory.base) break;
      const file = one.readsF === 0 ? "x" : "f";
      stored.add(file + Number(one.decoded.values[file === "x" ? "rs2" : "fs2"]));
      if (stored.size >= contextSize) return true;
    }
  }
  return false;
}

/** Whether the function has stored the register before: nobody saves what has no value. */
function isSavedBefore({ step, owner, context: { code } }: Visit, index: number): boolean {
  for (let at = owner?.start ?? step.index; at < step.index; at++) {
    const { effects, decoded, readsF } = code.steps[at] as Step;
    const isStore = effects.memory?.kind === "store" && readsF === 0;
    if (isStore && decoded.values["rs2"] === index) return true;
  }
  return false;
}

/** Whether the comment before the function names a register: what a private convention gives it. */
function isNamedAbove({ owner, context: { analysis, code } }: Visit, name: string): boolean {
  const first = owner && code.steps[owner.start];
  if (first === undefined) return false;
  const text = textBetween(analysis, code.steps[first.index - 1], first);
  if (new RegExp(`\\b${name}\\b`).test(text)) return true;
  const [, letter = "", number = ""] = /^([a-z]+)(\d+)$/.exec(name) ?? [];
  const ranges = text.matchAll(new RegExp(`\\b${letter}(\\d+)\\s*[-–]\\s*${letter}(\\d+)\\b`, "g"));
  for (const [, from, to] of ranges) {
    if (Number(from) <= Number(number) && Number(number) <= Number(to)) return true;
  }
  return false;
}

export const undefinedRegister: Rule = {
  id: "undefined-register",
  level: "warning",
  summary: "A register is used that nothing has set.",
  explanation:
    "No path from the function's entry sets the register, and the calling convention gives it no " +
    "value there: temporaries hold whatever was left in them. A register that some path sets, or " +
    "that a caller in this file sets, is not reported, nor is one that is only saved, alone or with " +
    "many others, nor one that was saved before or that the comment before the function names.",
  example: "        .globl sum\nsum:    add a0, a0, t0\n        ret",
  fixed: "        .globl sum\nsum:    li t0, 1\n        add a0, a0, t0\n        ret",
  visit(at, report) {
    if (!hasValueless(at)) return;
    for (const { file, index, name, isLost } of valueless(at)) {
      if (isLost || isSavedContext(at) || isNamedAbove(at, name)) continue;
      if (file === "x" && isSavedBefore(at, index)) continue;
      report({
        step: at.step,
        register: { file, index },
        message: `Nothing sets \`${name}\` before it is used here.`,
      });
    }
  },
};
