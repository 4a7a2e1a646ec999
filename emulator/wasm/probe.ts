/** What the host's WebAssembly has beyond the first version, found out once. */

/** A module with one function that tail-calls itself: (func $f return_call $f). */
const tailCallModule = [
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, 4, 0, 0x12, 0,
  0x0b,
];

let tailCalls: boolean | undefined;

/** Whether functions can call in tail position without growing the stack. */
export function probeTailCalls(): boolean {
  tailCalls ??= WebAssembly.validate(Uint8Array.from(tailCallModule));
  return tailCalls;
}
