/**
 * Ways out of a call other than its return: longjmp, which sets the registers and jumps, and C++'s
 * exceptions, whose unwinder tells a debugger the frame and the handler that it is about to go on
 * with, by calling an empty function (`_Unwind_DebugHook` of libgcc). A step that waits for a call to
 * return looks out for both, and goes on where they land in its own frame or in one around it.
 */
import type { HartState } from "../emulator/machine.ts";
import type { Program } from "./program.ts";

/** Functions that jump to where a buffer says; of glibc's many names one leads to the others. */
const jumpers = ["__longjmp", "longjmp", "_longjmp", "siglongjmp"];
const hook = "_Unwind_DebugHook";

/** What a wait for a call does at a stop: run on as said, or take the call for ended. */
export type Escape =
  | { readonly kind: "one" }
  | { readonly kind: "until"; readonly addresses: readonly bigint[] }
  | { readonly kind: "landed" };

/** The ways out of one program's calls, as one wait after the other sees them. */
export class Escapes {
  readonly #program: Program;
  readonly #hart: HartState;
  /** Where to look while a call runs. */
  readonly addresses: readonly bigint[];
  readonly #jumpers: ReadonlySet<bigint>;
  readonly #hook: bigint | undefined;
  /** The function that is about to jump. */
  #jumper: bigint | undefined;
  /** The handler that an exception leads to. */
  #handler: bigint | undefined;

  constructor(program: Program, hart: HartState) {
    this.#program = program;
    this.#hart = hart;
    const { symbols } = program;
    const found = jumpers.flatMap((name) => symbols.byName(name)?.value ?? []);
    // What the other names stand for calls the first.
    this.#jumpers = new Set(symbols.byName(jumpers[0]!) === undefined ? found : found.slice(0, 1));
    this.#hook = symbols.byName(hook)?.value;
    this.addresses = [...this.#jumpers, ...(this.#hook === undefined ? [] : [this.#hook])];
  }

  /**
   * What to do at a stop while a call is awaited.
   * @param stack the stack pointer when it was called: what lands at or above it has left it
   */
  look(stack: bigint): Escape | undefined {
    const { pc } = this.#hart;
    const isOut = this.#hart.x(2) >= stack;
    if (this.#handler === pc && isOut) {
      this.#handler = undefined;
      return { kind: "landed" };
    }
    if (this.#jumper !== undefined) {
      if (this.#program.functionAt(pc)?.start === this.#jumper) return { kind: "one" };
      this.#jumper = undefined;
      if (isOut) return { kind: "landed" };
    }
    if (this.#jumpers.has(pc)) {
      this.#jumper = this.#program.functionAt(pc)?.start;
      return { kind: "one" };
    }
    // The hook is given the stack pointer that the handler's frame will have.
    if (pc === this.#hook && this.#hart.x(10) >= stack) this.#handler = this.#hart.x(11);
    return this.#handler === undefined
      ? undefined
      : { kind: "until", addresses: [this.#handler, ...this.addresses] };
  }
}
