/** A value that is computed and never used. */
import { fName, xName } from "../../../isa/registers.ts";
import type { Step } from "../code.ts";
import type { Block } from "../graph.ts";
import type { LintContext, Rule } from "../rule.ts";

export const unusedValue: Rule = {
  id: "unused-value",
  level: "hint",
  summary: "A value is computed that nothing uses.",
  explanation:
    "On every path the register is written again, or the function ends, before anything reads it. " +
    "Loads are not reported, since a read of a device may be wanted for itself; nor are ra, sp, gp, " +
    "tp and frame pointers.",
  example: "        .globl one\none:    li t0, 7\n        li a0, 1\n        ret",
  fixed: "        .globl one\none:    li a0, 1\n        ret",
  isUnnecessary: true,
  check(context, report) {
    const dead: Step[] = [];
    for (const block of context.graph.blocks) {
      if (!context.values.isReached(block)) continue;
      for (const at of unusedIn(context, block)) dead.push(context.code.steps[at] as Step);
    }
    for (const step of everywhere(context, dead)) {
      const isX = step.writesX !== 0;
      const index = 31 - Math.clz32(isX ? step.writesX : step.writesF);
      const isWhole = step.statement.labels.length === 0;
      report({
        step,
        register: { file: isX ? "x" : "f", index },
        message: `Nothing uses this value of \`${isX ? xName(index) : fName(index)}\`.`,
        ...(isWhole ? { fix: { title: "Remove this line", change: "remove" as const } } : {}),
      });
    }
  },
};

/**
 * Those steps whose line has no other use: a line of a macro or of a repetition became several
 * instructions, and only where the results of all are dropped it can go.
 */
function everywhere({ analysis, code }: LintContext, dead: readonly Step[]): readonly Step[] {
  const isMade = ({ statement }: Step) => statement.source !== analysis.unit.source;
  if (!dead.some(isMade)) return dead;
  const placeOf = ({ statement: { source, start } }: Step) => {
    const { file, range } = source.placeOf(start, start);
    return `${file}:${range.start.line}:${range.start.character}`;
  };
  const counts = new Map<string, number>();
  for (const step of dead.filter(isMade)) {
    counts.set(placeOf(step), (counts.get(placeOf(step)) ?? 0) - 1);
  }
  for (const step of code.steps) {
    if (!isMade(step) || !step.isLast) continue;
    const place = placeOf(step);
    const count = counts.get(place);
    if (count !== undefined) counts.set(place, count + 1);
  }
  return dead.filter((step) => !isMade(step) || counts.get(placeOf(step)) === 0);
}

/** The steps of a block whose result is not live, by their position. */
function unusedIn({ live, code: { steps } }: LintContext, block: Block): number[] {
  const found: number[] = [];
  const set = live.after(block);
  for (let at = block.end - 1; at >= block.start; at--) {
    const step = steps[at];
    if (step === undefined) continue;
    const { control, memory, csr } = step.effects;
    // A frame pointer is for debuggers too.
    const isFrame = step.writesX === 1 << 8 && step.effects.result?.base === 2;
    // Of an instruction without a meaning it is not known what else it does.
    const isKnown = step.decoded.instruction.execute !== undefined;
    const isPure = isKnown && control === "next" && memory === undefined && csr === undefined;
    const isOne = step.writesX !== 0 ? (step.writesX & ~0x1e) !== 0 : step.writesF !== 0;
    const isDead = (step.writesX & set.x) === 0 && (step.writesF & set.f) === 0;
    if (!isFrame && isPure && isOne && isDead && step.isLast && step.relocation === undefined)
      found.push(at);
    live.step(set, step, block);
  }
  return found.reverse();
}
