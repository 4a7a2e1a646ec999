/**
 * Makes a random program that shows a difference smaller: first fewer chunks, then no-operations
 * in the place of instructions, halves before quarters before single ones (Zeller and Hildebrandt,
 * "Simplifying and Isolating Failure-Inducing Input").
 */
import { isCompressed } from "../../isa/decoder.ts";
import type { Chunk, RandomProgram } from "./random-program.ts";

const shortNop = 0x0001;
const longNop = 0x0000_0013;
const nopFor = (word: number): number => (isCompressed(word) ? shortNop : longNop);

/**
 * The smallest program found that still fails.
 * @param chunk where the difference was seen
 */
export async function minimize(
  program: RandomProgram,
  chunk: number,
  fails: (program: RandomProgram) => Promise<boolean>,
): Promise<RandomProgram> {
  const withChunks = (chunks: readonly Chunk[]): RandomProgram => ({ ...program, chunks });
  let { chunks } = program;
  const own = chunks[chunk];
  if (own !== undefined && (await fails(withChunks([own])))) chunks = [own];
  else chunks = await shrink(chunks, undefined, async (some) => fails(withChunks(some)));
  for (const index of chunks.keys()) {
    const { words } = chunks[index] as Chunk;
    const withWords = (some: readonly number[]) =>
      chunks.map((one, at) => (at === index ? { ...one, words: some } : one));
    chunks = withWords(
      await shrink(words, nopFor, async (some) => fails(withChunks(withWords(some)))),
    );
  }
  return withChunks(chunks);
}

/** Takes items out, or puts what `replace` gives in their place, as long as `fails` holds. */
export async function shrink<Item>(
  items: readonly Item[],
  replace: ((item: Item) => Item) | undefined,
  fails: (items: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> {
  let current = items;
  for (let size = Math.ceil(current.length / 2); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let start = 0; start < current.length; ) {
      const part = current.slice(start, start + size);
      const instead = replace === undefined ? [] : part.map(replace);
      const isChanged = instead.length < part.length || instead.some((one, n) => one !== part[n]);
      const smaller = [...current.slice(0, start), ...instead, ...current.slice(start + size)];
      const isDone = isChanged && (await fails(smaller));
      if (isDone) current = smaller;
      if (!isDone || replace !== undefined) start += size;
    }
  }
  return current;
}
