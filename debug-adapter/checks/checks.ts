/**
 * The checks of a run: what each finds, and what it is called. They are exception filters of the
 * protocol and values of the launch attribute "checks", and the page of the docs is made from here.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Observable } from "../../emulator/observer.ts";

/** What is known of a check without running it. */
interface Check {
  readonly label: string;
  /** One sentence for the person who chooses. */
  readonly description: string;
  /** What has to be seen of the run. */
  readonly sees: readonly Observable[];
  /** A paragraph for the docs: what exactly is found, and what is not. */
  readonly details: string;
}

/** All checks, by the name that a launch gives them. */
export const checks = {
  "saved-registers": {
    label: "Callee-saved registers",
    description: "Stops at a return from a function that has not kept s0 to s11.",
    sees: ["transfers"],
    details:
      "A function returns, by `ra`, to where it was called from, and one of `s0` to `s11` (or of " +
      "`fs0` to `fs11`, where the ABI passes floating-point values in registers) does not hold what it " +
      "held at the call. The stop is at the return; the causes are the instruction that last wrote " +
      "the register and the call. Calls with `t0` as the link register are not looked at: " +
      "compilers use them for code that saves registers.",
  },
  "stack-pointer": {
    label: "Stack pointer restored",
    description: "Stops at a return from a function that leaves sp where it was not at the call.",
    sees: ["transfers"],
    details:
      "A function returns to where it was called from, and `sp` is not what it was at the call.",
  },
  "return-address": {
    label: "Return address intact",
    description: "Stops at a return to elsewhere than behind the call.",
    sees: ["transfers"],
    details:
      "A return by `ra` goes to where no call that is under way wants it to. A function that takes " +
      "`sp` from memory before it returns (`longjmp`, `setcontext`, a switch of threads or coroutines) " +
      "may go where it likes; each stack that it comes to has calls of its own. Handlers of signals " +
      "return to the system, and tail calls return for their callers.",
  },
  "uninitialized-memory": {
    label: "Use of unwritten memory",
    description: "Stops where a branch, an address or a call depends on memory never written.",
    sees: ["transfers", "accesses"],
    details:
      "A branch, the address of a load or store, the target of a jump, or the number of an environment " +
      "call depends on bits of the stack or of a heap block that were not written since the function " +
      "was called, or since the block was allocated. Loading and copying such bits is no mistake yet: " +
      "compilers copy whole structures, padding included, and write bit-fields by reading what is around " +
      "them. So every bit is followed through registers, memory and operations until something " +
      "depends on it. Registers have values from the start; that one is read before it was written " +
      "is for the lints. Functions whose names begin with `str`, `mem`, `wcs` or `wmem` may read " +
      "whole words of which only some bytes were written. Memory from `brk` and `mmap` is zero, and " +
      "so written. What calls of the environment read is not looked at.",
  },
  "below-stack": {
    label: "Accesses below the stack pointer",
    description: "Stops at a load or store in the stack's memory below sp.",
    sees: ["transfers", "accesses"],
    details:
      "A load or a store touches the stack below `sp`, where a handler of a signal or the next call may " +
      "write at any time: RISC-V's ABI has no red zone. It is looked for while `sp` is in the " +
      "program's own stack, not in one that it has made for itself.",
  },
  heap: {
    label: "Heap blocks",
    description: "Stops at an access out of a block of malloc, after free, and at a second free.",
    sees: ["transfers", "accesses"],
    details:
      "The program's own `malloc`, `calloc`, `realloc`, `free` and their relatives are found by their " +
      "symbols. A load or store that is not wholly in a block is found where it touches the 64 bytes " +
      "around one, or a block that was freed and not allocated again; further out it may be in another " +
      "block and is not. Freeing what was freed, and what is no block, is found at the call of `free`. " +
      "The allocator's own code may do what it likes. A whole word that lies over a block's end may " +
      "be loaded, as `strlen` does.",
  },
} as const satisfies Readonly<Record<string, Check>>;

/** The name of a check. */
export type CheckName = keyof typeof checks;

/** All names, in the order in which they are shown. */
export const checkNames = Object.keys(checks) as CheckName[];

/** Whether a text is the name of a check. */
export function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(checks, name);
}

/** How a launch says which checks are made. */
export type ChecksAttribute = boolean | readonly string[] | Readonly<Record<string, boolean>>;

/** The checks that a launch asks for. */
export function wantedChecks(attribute: ChecksAttribute | undefined): ReadonlySet<CheckName> {
  if (attribute === undefined || attribute === false) return new Set();
  if (attribute === true) return new Set(checkNames);
  const names = Array.isArray(attribute)
    ? (attribute as readonly string[])
    : Object.entries(attribute).flatMap(([name, isOn]) => (isOn ? [name] : []));
  return new Set(names.filter(isCheckName));
}

/** What these checks have to see of the run. */
export function observablesOf(names: Iterable<CheckName>): ReadonlySet<Observable> {
  return new Set([...names].flatMap((name) => checks[name].sees as readonly Observable[]));
}

/** The checks as exception filters, off at first. */
export const checkFilters: readonly DebugProtocol.ExceptionBreakpointsFilter[] = checkNames.map(
  (filter) => ({
    filter,
    label: checks[filter].label,
    description: checks[filter].description,
    default: false,
    supportsCondition: true,
    conditionDescription: "An expression, for example a0 == 0",
  }),
);

/** Something that explains a finding, and where in the run it happened. */
export interface Cause {
  /** One sentence without a period, such as "main called fill". */
  readonly label: string;
  /** The count of instructions before it. */
  readonly at: bigint;
}

/** What holds a wrong value, so that its last write is a cause. */
export type Suspect =
  | { readonly kind: "x" | "f"; readonly index: number }
  | { readonly kind: "memory"; readonly address: bigint; readonly length: number };

/** A mistake that a check has found. */
export interface Finding {
  readonly check: CheckName;
  /** The count of instructions before the one at fault. */
  readonly at: bigint;
  /** The address of the instruction at fault. */
  readonly pc: bigint;
  /** What is wrong, in whole sentences. */
  readonly text: string;
  readonly causes: readonly Cause[];
  readonly suspect?: Suspect | undefined;
}
