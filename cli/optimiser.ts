/**
 * V8 optimises JavaScript that has run for a while. What runs a guest is WebAssembly; the JavaScript
 * around it emits that once and is then idle, so optimising it took more time than all it did.
 */
import { setFlagsFromString } from "node:v8";

/**
 * What V8 is told, by what the process does. Its budget is the bytes of bytecode that a function
 * runs before V8 optimises it, 132 KiB by default.
 *
 * A link takes half a second and goes through its inputs once: with the default a third of the
 * processor's time was spent on optimising functions that were about to be done. Assembling is the
 * same but for a few loops, which pay early; of the time that optimising took there, two thirds
 * were for copying functions into those that call them.
 */
const flags = {
  guest: ["--interrupt-budget=5000000"],
  link: ["--interrupt-budget=1000000"],
  assemble: ["--interrupt-budget=300000", "--max-inlined-bytecode-size-cumulative=100"],
} as const;

/** To be called once, by a process that runs a guest, links a program or assembles. */
export function optimiseLate(work: keyof typeof flags): void {
  for (const flag of flags[work]) setFlagsFromString(flag);
}
