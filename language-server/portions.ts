/**
 * Long work among messages: it is done in portions, and between two the messages that have arrived
 * are taken, so that an edit or a cancellation is heard while a long file is assembled.
 */

/** Milliseconds of work between two looks at what has arrived. */
const portion = 20;

/** Lets the messages that have already arrived (edits, cancellations) go first. */
export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Does the work; undefined where it was given up, since it was not wanted any more. */
export async function inPortions<Result>(
  work: Generator<undefined, Result>,
  isWanted: () => boolean,
): Promise<Result | undefined> {
  let started = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - started < portion) continue;
    await turn();
    if (!isWanted()) return undefined;
    started = performance.now();
  }
}
