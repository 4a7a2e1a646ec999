/** A store-conditional that no load-reserved can make succeed. */
import type { Step } from "../code.ts";
import type { Block } from "../graph.ts";
import type { LintContext, Rule } from "../rule.ts";

export const failingReservation: Rule = {
  id: "failing-reservation",
  level: "warning",
  summary: "A store-conditional can never succeed.",
  explanation:
    "It needs a load-reserved of the same width, of the same place, before it on some path, without " +
    "another store-conditional or a call between them (manual, chapter on the Zalrsc extension). One " +
    "that writes its result to x0 only ends a reservation.",
  example:
    "        .globl f\nf:      lr.w t0, (a0)\n        sc.d t1, t0, (a0)\n        mv a0, t1\n" +
    "        ret",
  fixed:
    "        .globl f\nf:      lr.w t0, (a0)\n        sc.w t1, t0, (a0)\n        mv a0, t1\n" +
    "        ret",
  check(context, report) {
    const { code, graph } = context;
    let before: Map<number, Block[]> | undefined;
    for (const step of code.steps) {
      if (step.effects.memory?.kind !== "store-conditional") continue;
      // Whose result nobody wants is there to end a reservation.
      if (step.decoded.values["rd"] === 0) continue;
      before ??= predecessors(graph.blocks);
      const reason = whyFailing(context, step, before);
      if (reason !== undefined) report({ step, message: `This never succeeds: ${reason}.` });
    }
  },
};

function predecessors(blocks: readonly Block[]): Map<number, Block[]> {
  const found = new Map<number, Block[]>();
  for (const block of blocks) {
    for (const next of block.weak < 0 ? block.next : [...block.next, block.weak]) {
      const own = found.get(next);
      if (own === undefined) found.set(next, [block]);
      else own.push(block);
    }
  }
  return found;
}

/** Looks backward along all paths for the reservation; undefined where there is one that may do. */
function whyFailing(
  { code, graph }: LintContext,
  step: Step,
  before: ReadonlyMap<number, readonly Block[]>,
): string | undefined {
  const width = step.effects.memory?.width;
  let reason = "no load-reserved comes before it";
  const first = graph.blocks[graph.blockOf[step.index] as number] as Block;
  const seen = new Set<number>();
  const queue: [Block, number][] = [[first, step.index - 1]];
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    const [block, from] = entry;
    let isStopped = false;
    for (let at = from; at >= block.start && !isStopped; at--) {
      const { memory, control, trap } = (code.steps[at] as Step).effects;
      if (memory?.kind === "load-reserved") {
        if (memory.width === width) return undefined;
        reason = `the load-reserved before it has ${memory.width} bits, not ${width}`;
        isStopped = true;
      } else if (memory?.kind === "store-conditional") {
        reason = "another store-conditional before it ends the reservation";
        isStopped = true;
      } else if (control === "call" || trap === "call") {
        reason = "a call before it ends the reservation";
        isStopped = true;
      }
    }
    if (isStopped) continue;
    for (const previous of before.get(block.index) ?? []) {
      if (seen.has(previous.index)) continue;
      seen.add(previous.index);
      queue.push([previous, previous.end - 1]);
    }
    if (graph.landings.has(block.index)) return undefined;
  }
  return reason;
}
