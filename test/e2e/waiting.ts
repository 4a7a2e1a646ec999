/** Waiting for what a page is to show. */

/** How long a page may take to show what it announces, in milliseconds. */
export const patience = 30_000;

/** Asks until the answer is neither false nor undefined, for at most {@link patience}. */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | false | undefined>,
  detail: () => string = () => "",
): Promise<Answer> {
  const end = Date.now() + patience;
  let failure: unknown;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== undefined) return answer;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const because = failure instanceof Error ? ` (${failure.message})` : "";
  throw new Error(`Waited in vain for ${what}${because}. ${detail()}`.trimEnd());
}
