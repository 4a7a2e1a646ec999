/**
 * What an instruction is mainly for, read off the steps that its definition takes: the colour of
 * its mnemonic in the grammar and in semantic tokens.
 */
import type { Instruction, Operands } from "../isa/instruction.ts";
import { instructionsNamed } from "../isa/instructions.ts";
import { pseudoInstructionsNamed } from "../isa/pseudo.ts";
import type { Semantics } from "../isa/semantics.ts";

/** The categories, the more telling ones first. */
export const categories = [
  "branch",
  "jump",
  "atomic",
  "memory",
  "csr",
  "system",
  "float",
  "arithmetic",
] as const;

export type Category = (typeof categories)[number];

/** A step that a definition may take. */
export type Step = keyof Semantics<unknown, unknown, unknown, unknown, unknown, unknown>;

/** The steps that decide; a step that is not here says nothing. */
const telling: Readonly<Partial<Record<Step, Category>>> = {
  branch: "branch",
  jump: "jump",
  jumpAndLink: "jump",
  atomic: "atomic",
  loadReserved: "atomic",
  storeConditional: "atomic",
  load: "memory",
  store: "memory",
  loadFloat: "memory",
  storeFloat: "memory",
  checkCsr: "csr",
  environmentCall: "system",
  breakpoint: "system",
  machineReturn: "system",
  supervisorReturn: "system",
  waitForInterrupt: "system",
  fence: "system",
  fenceInstruction: "system",
  supervisorFence: "system",
  illegalInstruction: "system",
  checkFloat: "float",
};

/** The category of an instruction. */
export function categoryOf(instruction: Instruction): Category {
  const found = new Set<Category | undefined>();
  for (const step of stepsOf(instruction)) found.add(telling[step]);
  return categories.find((category) => found.has(category)) ?? "arithmetic";
}

/** The category of a pseudo-instruction: that of the last instruction that it becomes. */
export function categoryOfPseudo(mnemonic: string): Category {
  const [pseudo] = pseudoInstructionsNamed(mnemonic);
  const last = pseudo?.expansion.split("; ").at(-1)?.split(" ")[0]?.replace("{w|d}", "w");
  const [instruction] = instructionsNamed(last ?? "");
  return instruction === undefined ? "arithmetic" : categoryOf(instruction);
}

const taken = new WeakMap<Instruction, ReadonlySet<Step>>();

/** The steps of an instruction; a compressed one takes those of what it stands for. */
export function stepsOf(instruction: Instruction): ReadonlySet<Step> {
  const before = taken.get(instruction);
  if (before !== undefined) return before;
  const base = instruction.expansion?.split(" ")[0];
  const [expanded] = base === undefined ? [] : instructionsNamed(base);
  const steps = expanded === undefined ? noted(instruction) : stepsOf(expanded);
  taken.set(instruction, steps);
  return steps;
}

/** Runs the definition over a machine that only notes which steps are taken. */
function noted({ execute }: Instruction): ReadonlySet<Step> {
  const found = new Set<Step>();
  const steps = new Proxy({ xlen: 64 } as Record<string, unknown>, {
    get: (target, step: string) =>
      target[step] ??
      ((...args: unknown[]) => {
        found.add(step as Step);
        for (const arg of args) if (typeof arg === "function") arg();
      }),
  });
  const machine = steps as unknown as Parameters<NonNullable<typeof execute>>[0];
  execute?.(machine, {} as Operands<unknown, unknown, unknown, unknown>);
  return found;
}
