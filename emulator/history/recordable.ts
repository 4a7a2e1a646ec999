/**
 * What history asks of a machine: its whole state can be taken and put back, and of its memory it
 * says which pages were written, so that only those are kept. A machine reaches the outside through
 * its `Host` and through answers alone, so state and journal together decide all that it will do.
 */
import type { Machine } from "../machine.ts";
import type { Codec } from "./codec.ts";

/** A machine with a state that can be taken and put back at any stop. */
export interface RecordableMachine<Saved = unknown, Told = unknown> extends Machine {
  readonly pages: RecordedPages;
  /** Holds while a call waits for the host: taking the state would give the call up. */
  readonly isBusy: boolean;
  /**
   * What the last stop has told its owner and the next run need not tell again. It belongs to the
   * stop, not to the state: {@link restore} clears it, and setting it puts it back.
   */
  told: Told;
  /** All of the state but the contents of pages; a call under way is given up, and made again. */
  save(): Saved;
  /** Writes what {@link save} gave to a recording, and reads it. */
  readonly saved: Codec<Saved>;
  /** Puts back what {@link save} gave, but for the contents of pages. */
  restore(saved: Saved): void;
}

/** Guest memory by pages of 4 KiB. */
export interface RecordedPages {
  /**
   * Page numbers whose contents may have changed since the last call, those in use at the first;
   * from then on the next write to each page is noticed.
   */
  takeWritten(): number[];
  /** The page numbers that have bytes; all others are zeros. */
  inUse(): Iterable<number>;
  /** The page's bytes where they are, or undefined where there are only zeros. */
  contents(page: number): Uint8Array | undefined;
  /** Sets a page's bytes, whatever its rights; undefined: zeros. Not noticed as a write. */
  setContents(page: number, bytes: Uint8Array | undefined): void;
}
