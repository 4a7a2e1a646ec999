/** Where functions end for their callers: returns, and jumps to other functions. */
import type { Visit } from "../rule.ts";

/** The functions of compilers' libraries that make and take away their callers' frames. */
export const isMillicode = (name: string) => /^__riscv_(save|restore)_/.test(name);

/** "return" or "tail" where control leaves a function that has a caller; undefined elsewhere. */
export function endOf({ step, block, owner, context }: Visit): "return" | "tail" | undefined {
  if (step.index !== block.end - 1 || owner === undefined || owner.isHandler) return undefined;
  if (owner.isProgramStart && step.effects.control !== "return") return undefined;
  if (owner.isPrivate || isMillicode(owner.name)) return undefined;
  if (block.leaves === "return") return "return";
  if (block.leaves !== "tail") return undefined;
  // A jump back to the own entry is a loop.
  const target = step.target < 0 ? undefined : context.graph.functionAt(step.target);
  const isOther = target === undefined || (target !== owner && (target.isCalled || target.isTyped));
  return isOther && !isMillicode(step.symbol?.name ?? "") ? "tail" : undefined;
}
