/** A call that does not set an argument of the function's declared signature. */
import { fName, xName } from "../../../isa/registers.ts";
import type { Rule } from "../rule.ts";

export const missingArgument: Rule = {
  id: "missing-argument",
  level: "warning",
  summary: "A call leaves an argument unset that the function's comment declares.",
  explanation:
    "A comment before a label or on its line declares what a function takes and gives: " +
    "`# args: a0 a1; returns: a0`. At each call in the file the arguments must have been set, and " +
    "after it only the declared results have a value.",
  example:
    "        .globl main\n# args: none; returns: a0\nmain:   addi sp, sp, -16\n" +
    "        sd ra, 8(sp)\n        li a0, 1\n        call add2\n        ld ra, 8(sp)\n" +
    "        addi sp, sp, 16\n        ret\n# args: a0 a1; returns: a0\nadd2:   add a0, a0, a1\n" +
    "        ret",
  fixed:
    "        .globl main\n# args: none; returns: a0\nmain:   addi sp, sp, -16\n" +
    "        sd ra, 8(sp)\n        li a0, 1\n        li a1, 2\n        call add2\n" +
    "        ld ra, 8(sp)\n        addi sp, sp, 16\n        ret\n" +
    "# args: a0 a1; returns: a0\nadd2:   add a0, a0, a1\n        ret",
  visit({ step, defined, context }, report) {
    const { control } = step.effects;
    if (step.target < 0 || (control !== "call" && control !== "jump")) return;
    const callee = context.graph.functionAt(step.target);
    const { argumentsX = 0, argumentsF = 0 } = callee?.signature ?? {};
    const names: string[] = [];
    for (let register = 0; register < 32; register++) {
      if (((argumentsX & ~defined.x) >>> register) & 1) names.push(xName(register));
      if (((argumentsF & ~defined.f) >>> register) & 1) names.push(fName(register));
    }
    if (callee === undefined || names.length === 0) return;
    const list = names.map((name) => `\`${name}\``).join(", ");
    report({ step, message: `\`${callee.name}\` takes ${list}, which nothing sets here.` });
  },
};
