/**
 * Looking at other points of the run while the program is stopped. The machine goes there, works in
 * slices with the thread's other events between them, and comes back to the very point where it was:
 * same state, same stop. Whoever needs the machine meanwhile calls {@link Excursions.comeHome}
 * first, which ends the work at its next pause; what it has found out until then is kept by it.
 */
import type { History, Place } from "../emulator/history/history.ts";
import type { Machine } from "../emulator/machine.ts";
import { yieldToEvents } from "./host.ts";

/** How an excursion has ended. */
export type Ended = "done" | "interrupted" | "overdue" | "refused";

/** Milliseconds of work between two turns of the event loop. */
const slice = 8;

/** Work elsewhere in the run; it yields often, and leaves the machine anywhere. */
export type Work = (isDue: () => boolean) => Generator<void, void>;

/** The excursions from the stops of one program. */
export class Excursions {
  readonly #history: History;
  readonly #settle: () => void;
  #home: Place | undefined;
  /** The stop before, which the next excursion may begin at cheaply. */
  #before: Place | undefined;
  #isInterrupted = false;
  #current: Promise<void> | undefined;

  /** @param settle called at home: sets breakpoints and the like as they should be */
  constructor(history: History, settle: () => void) {
    this.#history = history;
    this.#settle = settle;
  }

  /** Ends what is under way; resolves when the machine is where it was. Nothing if it is. */
  comeHome(): Promise<void> | undefined {
    this.#isInterrupted = true;
    return this.#current;
  }

  /**
   * Lets the machine do at once what is no part of the run; see {@link History.aside}.
   * @returns undefined where the machine is elsewhere, or waits for the host in the middle of a call
   */
  aside<Result>(work: (machine: Machine) => Result): { readonly result: Result } | undefined {
    const home = this.#current === undefined ? this.#keepHome() : undefined;
    if (home === undefined) return undefined;
    try {
      return { result: this.#history.aside(home, work) };
    } finally {
      this.#settle();
    }
  }

  #keepHome(): Place | undefined {
    const history = this.#history;
    const home = history.keepHere();
    if (home === undefined || home === this.#home) return home;
    if (this.#before !== undefined) history.release(this.#before);
    this.#before = this.#home;
    this.#home = home;
    return home;
  }

  /**
   * Works elsewhere for at most so many milliseconds.
   * @returns "refused" where the machine waits for the host in the middle of a call
   */
  async go(work: Work, milliseconds: number): Promise<Ended> {
    await this.comeHome();
    const history = this.#history;
    const home = this.#keepHome();
    if (home === undefined) return "refused";
    this.#isInterrupted = false;
    let ended: Ended = "done";
    const travel = async () => {
      const limit = performance.now() + milliseconds;
      let end = 0;
      const isDue = () => performance.now() >= end;
      const steps = work(isDue);
      try {
        for (;;) {
          end = performance.now() + slice;
          while (!isDue()) if (steps.next().done === true) return;
          await yieldToEvents();
          ended = this.#isInterrupted ? "interrupted" : "overdue";
          if (this.#isInterrupted || performance.now() >= limit) return;
          ended = "done";
        }
      } finally {
        steps.return();
        history.comeBack(home);
        this.#settle();
      }
    };
    const travelling = travel();
    const current = travelling.then(undefined, () => undefined);
    this.#current = current;
    try {
      await travelling;
    } finally {
      if (this.#current === current) this.#current = undefined;
    }
    return ended;
  }
}
