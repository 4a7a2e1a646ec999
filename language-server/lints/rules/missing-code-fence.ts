/** Code that is written and run without a FENCE.I between. */
import { SHF } from "../../../elf/constants.ts";
import type { Step } from "../code.ts";
import type { Block } from "../graph.ts";
import type { LintContext, Rule } from "../rule.ts";

export const missingCodeFence: Rule = {
  id: "missing-code-fence",
  level: "warning",
  summary: "Instructions are stored and may run before a `fence.i`.",
  explanation:
    "A hart may have fetched the old instructions already: only FENCE.I orders stores before later " +
    "fetches. A call of a function of another file or an `ecall` counts as one.",
  example: "        .globl f\nf:      la t0, f\n        sw a0, 0(t0)\n        jr t0",
  fixed: "        .globl f\nf:      la t0, f\n        sw a0, 0(t0)\n        fence.i\n        jr t0",
  visit({ step, state, context, block }, report) {
    if (step.effects.memory?.kind !== "store") return;
    const { kind, symbol } = context.values.address(state, step) ?? {};
    if (kind !== "symbol" || typeof symbol?.section !== "object") return;
    if ((symbol.section.flags & SHF.EXECINSTR) === 0n) return;
    if (!leadsToCode(context, step, block)) return;
    report({
      step,
      message: "What is stored here may run before a `fence.i` has made it visible.",
      fix: { title: "Add fence.i", change: "after", line: "fence.i" },
    });
  },
};

/** Whether a path from behind the step comes to a jump that may enter the new code, unfenced. */
function leadsToCode({ code, graph }: LintContext, step: Step, start: Block): boolean {
  const seen = new Set<number>();
  const queue: [Block, number][] = [[start, step.index + 1]];
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    const [block, from] = entry;
    let isStopped = false;
    for (let at = from; at < block.end && !isStopped; at++) {
      const { effects, target, symbol } = code.steps[at] as Step;
      if (effects.fencesCode || effects.trap === "call") isStopped = true;
      else if (effects.control === "return") return true;
      else if (effects.control === "jump" || effects.control === "call") {
        if (symbol === undefined && target < 0) return true;
        if (effects.control === "call") {
          if (target >= 0) return true;
          isStopped = true;
        }
      }
    }
    if (isStopped) continue;
    for (const next of block.next) {
      if (seen.has(next)) continue;
      seen.add(next);
      const to = graph.blocks[next] as Block;
      queue.push([to, to.start]);
    }
  }
  return false;
}
