/**
 * About how long an instruction takes, as a class that holds on most in-order cores: read off the
 * steps that its definition takes. No numbers of a particular core are meant.
 */
import type { Instruction } from "../isa/instruction.ts";
import { type Step, stepsOf } from "./categories.ts";

/** The classes, the more telling ones first, with the steps that put an instruction there. */
const classes: readonly (readonly [text: string, steps: readonly Step[]])[] = [
  [
    "trap or system: the pipeline is emptied",
    [
      "environmentCall",
      "breakpoint",
      "illegalInstruction",
      "machineReturn",
      "supervisorReturn",
      "waitForInterrupt",
      "supervisorFence",
      "fenceInstruction",
    ],
  ],
  ["order of memory: waits for accesses before it", ["fence"]],
  ["atomic access: as long as a load and a store", ["atomic", "loadReserved", "storeConditional"]],
  ["CSR access: waits for what is before it, often", ["checkCsr"]],
  ["load: some cycles from the nearest cache, tens to hundreds from memory", ["load", "loadFloat"]],
  ["store: one cycle, the rest in the background", ["store", "storeFloat"]],
  ["branch: one cycle where it is predicted, else several more", ["branch"]],
  ["jump: one cycle where its target is predicted, else several more", ["jump", "jumpAndLink"]],
  ["floating-point division or root: ten cycles and more", ["floatDivide", "floatSquareRoot"]],
  [
    "floating-point arithmetic: some cycles, one can start in each",
    ["floatAdd", "floatSubtract", "floatMultiply", "floatMultiplyAdd"],
  ],
  ["division: ten cycles and more", ["divide", "divideUnsigned", "remainder", "remainderUnsigned"]],
  [
    "multiplication: some cycles, one can start in each",
    [
      "multiply",
      "multiplyHigh",
      "multiplyHighUnsigned",
      "multiplyHighSignedUnsigned",
      "carrylessMultiply",
      "carrylessMultiplyHigh",
    ],
  ],
  ["floating-point: one to some cycles", ["checkFloat"]],
];

/** The class of an instruction, in words. */
export function latencyOf(instruction: Instruction): string {
  const taken = stepsOf(instruction);
  const found = classes.find(([, steps]) => steps.some((step) => taken.has(step)));
  return found?.[0] ?? "arithmetic: one cycle";
}
