/**
 * Tells a client that shows such things how far long work has come, and lets it cancel the work.
 * What is done within a moment is never told.
 */

/** Work that may take long. */
export interface Work {
  readonly title: string;
  /** The share that is done, 0 to 1. */
  fraction(): number;
  /** Ends it soon; it may then be where it has come to. */
  cancel(): void;
}

/** How progress is told: the names are those of the protocol's events. */
export type TellProgress = (
  event: "progressStart" | "progressUpdate" | "progressEnd",
  body: object,
) => void;

/** Milliseconds before work is told of at all, and between two updates. */
const patience = 300;
const interval = 200;

/** The work that is under way in one session. */
export class Progress {
  readonly #tell: TellProgress;
  readonly #running = new Map<string, { readonly work: Work; readonly request: number }>();
  #next = 1;

  constructor(tell: TellProgress) {
    this.#tell = tell;
  }

  /**
   * Follows work until the function that is returned is called.
   * @param request the sequence number of the request that has begun it
   */
  follow(work: Work, request: number): () => void {
    const progressId = `hartbeat-${this.#next++}`;
    this.#running.set(progressId, { work, request });
    let isTold = false;
    let told = -1;
    const update = () => {
      const percentage = Math.floor(100 * Math.min(1, Math.max(0, work.fraction())));
      if (!isTold) {
        isTold = true;
        const { title } = work;
        this.#tell("progressStart", { progressId, title, cancellable: true, percentage });
      } else if (percentage > told) {
        this.#tell("progressUpdate", { progressId, percentage });
      }
      told = Math.max(told, percentage);
      timer = setTimeout(update, interval);
    };
    let timer = setTimeout(update, patience);
    return () => {
      clearTimeout(timer);
      this.#running.delete(progressId);
      if (isTold) this.#tell("progressEnd", { progressId });
    };
  }

  /** Cancels work by its progress, or by the request that has begun it; false where there is none. */
  cancel(progressId: string | undefined, request: number | undefined): boolean {
    for (const [id, running] of this.#running) {
      if (id !== progressId && running.request !== request) continue;
      running.work.cancel();
      return true;
    }
    return false;
  }
}
