/**
 * What the calls of an environment can reach of the process that made them, and the shape of a
 * table of calls. A handler is a plain function, or a generator when it may need the host: it
 * yields requests and is given the replies. It changes the guest only after its last request, so
 * that an abandoned call has left no trace.
 */
import type { Hart } from "../hart.ts";
import type { Codec } from "../history/codec.ts";
import type { Host } from "../machine.ts";
import type { AddressSpace } from "../translation.ts";
import type { Console, Steps } from "./console.ts";
import type { Descriptors } from "./descriptors.ts";
import type { FileNode, FileSystem } from "./file-system.ts";
import type { Signals } from "./linux/signals.ts";
import type { MemoryView } from "./memory-view.ts";
import type { Stateful } from "./saved-state.ts";

/** A process, to its calls. */
export interface Guest {
  readonly xlen: 32 | 64;
  readonly hart: Hart;
  readonly memory: MemoryView;
  readonly space: AddressSpace;
  readonly fileSystem: FileSystem;
  readonly descriptors: Descriptors;
  readonly console: Console;
  readonly host: Host;
  /** Which of descriptors 0, 1 and 2 a terminal stands behind, and its size in characters. */
  readonly terminal: Terminal;
  /** Where relative paths begin. */
  directory: FileNode;
  /** The program's arguments; the first is its name. */
  readonly args: readonly string[];
  /** The guest path of the program. */
  readonly program: string;
  /** The heap that brk and sbrk move. */
  readonly heap: Heap;
  readonly signals: Signals;
  /** Real time at the start, in nanoseconds since the epoch. */
  readonly started: bigint;
  /** Ends the process once the running call is complete. */
  exit(code: number): void;
  /** Ends the process with a sentence on standard error: the guest asked for the impossible. */
  abort(sentence: string): void;
  /** Tells the host something about the run, each text once. */
  note(text: string): void;
}

/** See {@link Guest.terminal}. */
export interface Terminal {
  readonly streams: ReadonlySet<number>;
  readonly columns: number;
  readonly rows: number;
}

/** A heap that grows at its end. Addresses in bytes. */
export interface Heap {
  readonly start: bigint;
  readonly end: bigint;
  /** Maps or unmaps pages so that the heap ends at `end`; false, unchanged, where it cannot. */
  resize(end: bigint): boolean;
}

/** Runs a call; what it returns goes where the environment's results go. */
export type Handler<State, Result> = (
  guest: Guest,
  state: State,
  args: readonly bigint[],
) => Result | Steps<Result>;

/** One call of an environment. */
export interface Call<State, Result = bigint | number | undefined> {
  readonly number: number;
  readonly name: string;
  /** The arguments, for a person: "fd, buffer, count". */
  readonly arguments: string;
  /** One sentence. */
  readonly summary: string;
  readonly handler: Handler<State, Result>;
}

/** Where the hart goes on after a call: at the next instruction, or where the call put its pc. */
export type Continuation = "next" | "jumped";

/** What serves the traps by which a program asks its environment for something. */
export interface Environment extends Stateful {
  /** Writes the state to recordings and reads it. */
  readonly saved: Codec<object>;
  /** Where ECALL goes. */
  call(guest: Guest): Steps<Continuation>;
  /** Where EBREAK goes; undefined when it means nothing here but a stop for the debugger. */
  breakpoint?(guest: Guest, pc: bigint): Steps<Continuation> | undefined;
}

/** Completes a handler's result, whether or not it had to wait. */
export function* settle<Result>(result: Result | Steps<Result>): Steps<Result> {
  return isSteps(result) ? yield* result : result;
}

function isSteps<Result>(result: Result | Steps<Result>): result is Steps<Result> {
  return (
    typeof result === "object" &&
    result !== null &&
    Symbol.iterator in result &&
    !(result instanceof Uint8Array)
  );
}

/** An index by number; throws when two calls have the same one. */
export function indexCalls<State, Result>(
  calls: readonly Call<State, Result>[],
): ReadonlyMap<number, Call<State, Result>> {
  const index = new Map<number, Call<State, Result>>();
  for (const call of calls) {
    const before = index.get(call.number);
    if (before !== undefined) throw new Error(`${call.name} and ${before.name} share a number`);
    index.set(call.number, call);
  }
  return index;
}
