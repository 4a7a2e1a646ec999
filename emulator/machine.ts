/**
 * What a debugger, a terminal program or a test sees of a machine, whichever engine runs it and
 * whether it is a process (user instructions and system calls) or a whole system. Time is the
 * count of retired instructions; every stop is exact: the state is the one between two
 * instructions, and `run` never overruns its budget.
 *
 * Nothing here waits. What needs the host (a line from the keyboard, a file) ends `run` with the
 * reason "waiting" and leaves the instruction unretired; once the owner has answered, `run` does
 * it again and it completes. So a machine can be paused, inspected and thrown away at any stop.
 */
import type { Observer } from "./observer.ts";

/** A synchronous exception (privileged manual, "Machine Cause (mcause) Register"). */
export interface Trap {
  /** The exception code, 0 to 63. */
  readonly cause: number;
  /** What mtval would hold: the faulting address or the instruction bits; XLEN bits, unsigned. */
  readonly value: bigint;
  /** The address of the instruction that raised it. */
  readonly pc: bigint;
}

/** A part of memory to watch. */
export interface Watchpoint {
  readonly address: bigint;
  /** Bytes, 1 or more. */
  readonly length: number;
  readonly access: "read" | "write" | "readWrite";
}

/** A register that is watched. */
export interface RegisterWatchpoint {
  readonly kind: "x" | "f";
  readonly index: number;
  readonly access: "read" | "write" | "readWrite";
  /** Stops at writes that leave the value as it is, too. */
  readonly isEvery: boolean;
}

/** What an instruction has done with a watched register, and what that held before. */
export interface RegisterUse extends Pick<RegisterWatchpoint, "kind" | "index"> {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly before: bigint;
}

/** Why `run` ended. */
export type Stop =
  /** The budget is used up. */
  | { readonly reason: "budget" }
  /** The next instruction has a breakpoint; it has not run. */
  | { readonly reason: "breakpoint"; readonly pc: bigint }
  /** The instruction at `pc` touched watched memory; it has run. */
  | {
      readonly reason: "watchpoint";
      readonly watchpoint: Watchpoint;
      readonly access: "read" | "write";
      readonly address: bigint;
      readonly pc: bigint;
      /** What it has done with watched registers, where that is a reason to stop, too. */
      readonly registers?: readonly RegisterUse[];
    }
  /** The instruction at `pc` has used watched registers; it has run. */
  | {
      readonly reason: "registers";
      readonly registers: readonly RegisterUse[];
      readonly pc: bigint;
    }
  /** An exception that the debugger catches; running on delivers it to the guest. */
  | { readonly reason: "exception"; readonly trap: Trap }
  /**
   * The program is about to be ended by something that the debugger catches; `text` says it in one
   * sentence. Running on ends it, unless the pc or, for a call, its registers were changed.
   */
  | { readonly reason: "failure"; readonly failure: Failure; readonly text: string }
  /** The observer stops the run at the next instruction, which has not run. */
  | { readonly reason: "observed" }
  /** EBREAK; pc is that of the instruction, and running on continues after it. */
  | { readonly reason: "ebreak"; readonly pc: bigint }
  /** The host must answer `request` by `answer` before the guest can go on. */
  | { readonly reason: "waiting"; readonly request: HostRequest }
  /** A recording ends here: nothing is known of what came then. */
  | { readonly reason: "end" }
  /** The program has ended; `signal` where a signal ended it, as in "SIGSEGV". */
  | { readonly reason: "exit"; readonly code: number; readonly signal?: string };

/**
 * What ends a program beside its own exit: an environment call that cannot be done, at its ecall,
 * or a signal that was sent, not raised by an exception, and that has no handler.
 */
export type Failure = "call" | "signal";

/** What a machine can ask of its host; each has one kind of reply. */
export type HostRequest =
  /** Bytes from the console: at least one unless the input has ended. */
  | { readonly kind: "read-console" }
  /** A question to the person (the dialog calls of a teaching simulator). */
  | {
      readonly kind: "dialog";
      readonly dialog: "message" | "confirm" | "input";
      readonly severity: "error" | "information" | "warning" | "question";
      readonly text: string;
    }
  /** Waits for real time to pass, in milliseconds. */
  | { readonly kind: "sleep"; readonly milliseconds: number }
  | { readonly kind: "stat"; readonly path: string }
  | { readonly kind: "read-file"; readonly path: string }
  | { readonly kind: "read-directory"; readonly path: string }
  | { readonly kind: "write-file"; readonly path: string; readonly data: Uint8Array }
  | { readonly kind: "create-directory"; readonly path: string }
  | { readonly kind: "delete"; readonly path: string }
  | { readonly kind: "rename"; readonly path: string; readonly to: string };

/** A file as the host sees it; times in milliseconds since the epoch. */
export interface FileStatus {
  readonly type: "file" | "directory";
  readonly size: number;
  readonly modified: number;
}

/** Why a host file operation failed, by its POSIX name. */
export type FileError =
  | "ENOENT"
  | "EACCES"
  | "EEXIST"
  | "ENOTDIR"
  | "EISDIR"
  | "ENOTEMPTY"
  | "EROFS"
  | "EIO";

/** The host's answer to a request. */
export type HostReply =
  | { readonly kind: "console"; readonly data: Uint8Array; readonly ended: boolean }
  | { readonly kind: "dialog"; readonly button: "yes" | "no" | "cancel"; readonly text: string }
  | { readonly kind: "done" }
  | { readonly kind: "status"; readonly status: FileStatus }
  | { readonly kind: "data"; readonly data: Uint8Array }
  | {
      readonly kind: "entries";
      readonly entries: readonly { name: string; type: FileStatus["type"] }[];
    }
  | { readonly kind: "error"; readonly error: FileError };

/** What a machine needs of its host at once. Each input goes through the machine's journal. */
export interface Host {
  /** Output of the guest: 1 standard output or console, 2 standard error. */
  output(stream: 1 | 2, bytes: Uint8Array): void;
  /** Real time in nanoseconds since the epoch. */
  now(): bigint;
  /** `length` random bytes. */
  random(length: number): Uint8Array;
}

/** The registers of one hart. Values are unsigned bigints of XLEN (x, csr, pc) or FLEN (f) bits. */
export interface HartState {
  /** The hart id, or the thread id in a process. */
  readonly id: number;
  readonly name: string;
  pc: bigint;
  /** Register x0 to x31. */
  x(index: number): bigint;
  /** Writes are truncated to XLEN bits; x0 stays 0. */
  setX(index: number, value: bigint): void;
  /** The raw bits of register f0 to f31, NaN-boxed to FLEN. */
  f(index: number): bigint;
  setF(index: number, value: bigint): void;
  /** The CSR's value as the machine itself sees it; undefined where it does not exist. */
  csr(address: number): bigint | undefined;
  /** Writes what is writable of it; false where it does not exist or is read-only. */
  setCsr(address: number, value: bigint): boolean;
}

/** A piece of the address space, for the debugger's memory map. */
export interface MemoryRegion {
  readonly start: bigint;
  /** One past the last byte. */
  readonly end: bigint;
  /** As in "r-x". */
  readonly permissions: string;
  /** What it is: "stack", "heap", a segment's or device's name. */
  readonly name: string;
}

/** A machine that runs a program; see above for what all of them promise. */
export interface Machine {
  readonly xlen: 32 | 64;
  /** The f registers' width in bits, 0 where there are none. */
  readonly flen: 0 | 32 | 64;
  /** The extensions that execute, as in `isa/architecture.ts`. */
  readonly extensions: ReadonlySet<string>;
  /** Instructions retired by all harts: the guest's time. */
  readonly instructions: bigint;
  /** At least one; the order is that of running in turn. */
  readonly harts: readonly HartState[];
  /** The hart that runs next, or that the last stop is about. */
  readonly current: HartState;

  /**
   * Runs at most `budget` instructions (1 to 2^53 − 1). A breakpoint at the very first instruction
   * of the call does not stop it when the previous stop was there; otherwise it does.
   * @param isDue is asked every millisecond or two; when it holds, the run ends with the reason
   *   "budget" before that is used up
   */
  run(budget: number, isDue?: () => boolean): Stop;
  /** Answers the request of the last stop, whose reason was "waiting". */
  answer(reply: HostReply): void;

  /** Replaces all breakpoints. */
  setBreakpoints(addresses: Iterable<bigint>): void;
  /** Replaces all watchpoints. */
  setWatchpoints(watchpoints: readonly Watchpoint[]): void;
  /** Replaces all registers that are watched; undefined where that is not possible. */
  watchRegisters?(watchpoints: readonly RegisterWatchpoint[]): void;
  /** Exceptions with these codes stop the run before the guest sees them. */
  catchExceptions(causes: ReadonlySet<number>): void;
  /** Failures of these kinds stop the run before they end the program. */
  catchFailures(kinds: ReadonlySet<Failure>): void;

  /**
   * Lets an observer see the instructions that it asks for, or nobody; undefined where that is not
   * possible. Nobody but who asks pays for it.
   */
  observe?(observer: Observer | undefined): void;

  /** Reads up to length bytes as the hart sees them; shorter where a byte is not mapped. */
  readMemory(hart: HartState, address: bigint, length: number): Uint8Array;
  /** Writes regardless of page permissions; the number of bytes written, less where not mapped. */
  writeMemory(hart: HartState, address: bigint, bytes: Uint8Array): number;
  /**
   * How often the instruction at each address has retired, by ascending address, without those that
   * never have; undefined where the machine was not made to count them.
   */
  executionCounts?(): ReadonlyMap<bigint, bigint> | undefined;

  /** What is mapped, in ascending order. */
  memoryMap(hart: HartState): readonly MemoryRegion[];
}
