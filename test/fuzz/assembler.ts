/**
 * Random programs and random mistakes, assembled by GNU as and by us: same decision on the same
 * lines, and where both take it the same object. What we judge otherwise, and why, stands in
 * `assembly-comparison.ts`.
 */

import { type Comparison, GnuAssembler, type Source } from "./assembly-comparison.ts";
import { randomMistake } from "./assembly-mistakes.ts";
import { type RandomSource, randomSource } from "./assembly-writer.ts";
import type { Campaign } from "./campaign.ts";
import { generator } from "./linker.ts";
import { shrink } from "./minimize.ts";

/** How many sources GNU as is given at once. */
const batch = 50;

/** What two differences have in common when they have one cause. */
const causeOf = ({ kind, found }: Comparison) =>
  `${kind} ${kind === "object" ? "" : (found[0] ?? "").replace(/`[^'`]*['`]|\d+/g, "")}`;

/** The same program with as few pieces, and then lines, as still differ in the same way. */
export async function smallest(as: GnuAssembler, source: RandomSource, found: Comparison) {
  const make = (parts: readonly string[]) => ({ ...source, text: parts.join("") });
  const fails = async (parts: readonly string[]) => {
    const [comparison] = as.compare([make(parts)]);
    return comparison !== undefined && causeOf(comparison) === causeOf(found);
  };
  const pieces = await shrink(source.pieces, undefined, fails);
  const lines = await shrink(pieces.join("").match(/.*\n/g) ?? [], undefined, fails);
  const [comparison] = as.compare([make(lines)]);
  return { source: make(lines), comparison: comparison as Comparison };
}

/** A program as one text. */
export const textOf = ({ pieces, ...rest }: RandomSource): Source => ({
  ...rest,
  text: pieces.join(""),
});

/** One of some programs that differs, made small; undefined where none does. */
export async function firstDifference(as: GnuAssembler, sources: readonly RandomSource[]) {
  for (const [index, comparison] of as.compare(sources.map(textOf)).entries()) {
    if (comparison.kind === "") continue;
    const found = await smallest(as, sources[index] as RandomSource, comparison);
    return { index, ...found };
  }
  return undefined;
}

/** Random programs, one for each seed. */
export const programs = (seed: number, count: number): RandomSource[] =>
  Array.from({ length: count }, (_, index) =>
    randomSource(generator((seed + index) * 2654435761), 20),
  );

/** Random mistakes, one for each seed. */
export const mistakes = (seed: number, count: number): RandomSource[] =>
  Array.from({ length: count }, (_, index) => {
    const { text, ...rest } = randomMistake(generator((seed + index) * 2654435761));
    return { ...rest, pieces: [text] };
  });

/** A campaign that compares what a seed makes until its time is over or something differs. */
const campaign = (
  name: string,
  summary: string,
  make: (seed: number, count: number) => RandomSource[],
): Campaign => ({
  name,
  summary,
  async run({ seconds, seed, print }) {
    const as = new GnuAssembler();
    const end = performance.now() + seconds * 1000;
    let count = 0;
    try {
      for (; performance.now() < end; count += batch) {
        const found = await firstDifference(as, make(seed + count, batch));
        if (found === undefined) continue;
        const { index, source, comparison } = found;
        print(`case ${seed + count + index}, -march=${source.march}: ${comparison.kind}`);
        print(source.text);
        print(comparison.found.join("\n"));
        if (comparison.kind !== "object") print(comparison.said);
        return false;
      }
      print(`${count} sources, none with a difference`);
      return true;
    } finally {
      as.close();
    }
  },
});

/** Programs that are sound. */
export const assembler = campaign(
  "assembler",
  "random programs become the objects that GNU as makes of them",
  programs,
);

/** Lines that are not. */
export const mistaken = campaign(
  "mistakes",
  "random mistakes are refused on the lines where GNU as refuses them",
  mistakes,
);
