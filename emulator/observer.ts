/**
 * Being told of instructions before they run. An observer sees jumps that call or return, and
 * accesses to memory, whichever it asks for; while it is `isStepping` it sees every instruction. It
 * may stop the run before the instruction has changed anything. What it keeps to itself cannot
 * change the run: states and stops are those of a run without it.
 */
import type { Hart } from "./hart.ts";

/** What an observer can ask to see. */
export const observables = ["transfers", "accesses"] as const;
/** "transfers": calls, returns and computed jumps; "accesses": loads, stores and atomics. */
export type Observable = (typeof observables)[number];

/** Sees a run; see the file's head. */
export interface Observer {
  /** What is seen when it does not step; the same set for as long as it is the same object. */
  readonly wanted: ReadonlySet<Observable>;
  /** Addresses whose instructions are seen in any case, such as those of functions. */
  readonly addresses: readonly bigint[];
  /** The run is seen from here on, before any instruction is; called again after others have seen it. */
  begin(hart: Hart): void;
  /** Whether every instruction is to be seen. */
  readonly isStepping: boolean;
  /**
   * The instruction at the hart's pc is about to run. An instruction may be announced several times
   * before it has retired: it may wait for the host, or trap.
   * @returns whether to stop there
   */
  before(hart: Hart): boolean;
  /** A call of the environment has written memory, or has mapped it anew. */
  written(address: bigint, length: bigint): void;
  /** Memory is no longer there. */
  unmapped(address: bigint, length: bigint): void;
}
