/**
 * V8 optimises JavaScript that has run for a while. What runs a guest is WebAssembly; the JavaScript
 * around it emits that once and is then idle, so optimising it took more time than all it did.
 */
import { setFlagsFromString } from "node:v8";

/** Bytes of bytecode that a function runs before V8 optimises it; its own default is 132 KiB. */
const budget = 5_000_000;

/** To be called once, by a process whose work is done by WebAssembly. */
export function optimiseLate(): void {
  setFlagsFromString(`--interrupt-budget=${budget}`);
}
