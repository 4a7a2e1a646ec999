/**
 * V8 optimises JavaScript that has run for a while. What runs a guest is WebAssembly; the JavaScript
 * around it emits that once and is then idle, so optimising it took more time than all it did.
 */
import { setFlagsFromString } from "node:v8";

/**
 * Bytes of bytecode that a function runs before V8 optimises it; its own default is 132 KiB.
 * A link takes half a second and goes through its inputs once: with the default a third of the
 * processor's time was spent on optimising functions that were about to be done.
 */
const budgets = { guest: 5_000_000, link: 1_000_000 } as const;

/** To be called once, by a process that runs a guest or links a program. */
export function optimiseLate(work: keyof typeof budgets): void {
  setFlagsFromString(`--interrupt-budget=${budgets[work]}`);
}
