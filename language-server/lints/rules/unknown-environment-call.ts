/** An environment call with a number that the environment does not have. */
import { xName } from "../../../isa/registers.ts";
import { environmentCalls } from "../../environment-calls.ts";
import type { Rule } from "../rule.ts";

/** Whether the kernel has the call: its generic table with the gap where old calls stood. */
const isLinuxCall = (number: number) =>
  (number >= 0 && number <= 294) || (number >= 403 && number <= 466);

export const unknownEnvironmentCall: Rule = {
  id: "unknown-environment-call",
  level: "warning",
  summary: "`ecall` asks for a call that the environment does not have.",
  explanation:
    "The number is known here, and the environment of the source (its header comment, its dialect or " +
    "the settings) has no such call. Files that handle traps themselves are not looked at. Of calls that Linux has " +
    "and that cannot be made here only a source is told that names its environment.",
  example: "        .globl _start\n_start: li a7, 5000\n        ecall",
  fixed: "        .globl _start\n_start: li a7, 93\n        ecall",
  visit({ step, state, context }, report) {
    const { environment, isPrivileged } = context;
    if (step.effects.trap !== "call" || isPrivileged) return;
    const { register, calls } = environmentCalls[environment];
    const value = state.x[register];
    if (value?.kind !== "number") return;
    const number = Number(BigInt.asIntN(32, BigInt(value.offset)));
    if (calls[number] !== undefined) return;
    const { rars } = environmentCalls;
    // What courses write for RARS assembles without an error, and only its calls tell.
    const isOfRars = rars.register === register && Object.hasOwn(rars.calls, number);
    const isOfKernel = environment === "linux" && isLinuxCall(number);
    // Where the source does not say that it runs here, any Linux may run it.
    if (isOfKernel && !isOfRars && !context.isEnvironmentStated) return;
    const place = `(in \`${xName(register)}\`)`;
    const missing = `The environment ${environment} has no call ${number} ${place}`;
    const advice = "RARS has one, and `# hartbeat: dialect=rars` lets the source be read so.";
    const message = isOfRars
      ? `${missing}; ${advice}`
      : isOfKernel
        ? `Linux has the call ${number} ${place}, but here it gives -ENOSYS.`
        : `${missing}.`;
    report({ step, message });
  },
};
