/**
 * What runs instructions. An engine changes the hart that it is given and nothing else; system
 * calls, signals and privileged traps are for the machine above, which gets them as stops.
 */
import type { Hart } from "./hart.ts";
import type { Trap } from "./machine.ts";
import type { WatchHit } from "./watched-pages.ts";

/** Why an engine stopped. In every case the hart's state is the one between two instructions. */
export type EngineStop =
  /** Exactly the budget has been retired. */
  | { readonly reason: "budget" }
  /** The instruction at pc has a breakpoint and has not run. */
  | { readonly reason: "breakpoint" }
  /** The instruction at `pc`, now retired, touched watched memory; it was the first to do so. */
  | ({ readonly reason: "watchpoint"; readonly pc: bigint } & WatchHit)
  /**
   * An exception, ECALL (8, 9, 11) and EBREAK (3) included. The instruction has not retired and
   * the hart's pc is its address. The machine deals with it: it moves pc past an ECALL, or lets
   * the guest have it by `hart.enterTrap`.
   */
  | { readonly reason: "trap"; readonly trap: Trap }
  /**
   * The instruction that has just retired made `hart.needsAttention` true: it enabled an interrupt
   * that is pending, or used a device that the machine must look after before the hart goes on.
   */
  | { readonly reason: "attention" }
  /** WFI has retired and no interrupt is pending: nothing happens before the next one. */
  | { readonly reason: "wait" };

/** What runs instructions; see `engines.ts` for the three that there are. */
export interface Engine {
  /** Replaces all breakpoints, which hold for every hart. Addresses are unsigned. */
  setBreakpoints(addresses: Iterable<bigint>): void;
  /**
   * Retires at most `budget` instructions (1 to 2^53 − 1) of the hart; `hart.instret` says how
   * many it was. Watchpoints are those of the hart's translator.
   * @param skipFirst run the first instruction even where it has a breakpoint
   * @param isDue ends the run early when it holds, with the reason "budget"; it is asked after as
   *   many instructions as take a millisecond or two
   */
  run(hart: Hart, budget: number, skipFirst?: boolean, isDue?: () => boolean): EngineStop;
  /** Forgets everything derived from guest code; needed only when memory changed behind it. */
  invalidate(): void;
}
