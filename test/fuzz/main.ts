/**
 * `npm run fuzz -- CAMPAIGN [--seconds N] [--seed S]`: runs random cases for as long as wanted,
 * prints how many there were, and on a difference the smallest case that shows it. Ends with 1
 * where there was one.
 */
import { parseArgs } from "node:util";
import { assembler, mistaken } from "./assembler.ts";
import type { Campaign } from "./campaign.ts";
import { engines } from "./engines.ts";
import { files } from "./files.ts";
import { instructions } from "./instructions.ts";
import { linker } from "./linker.ts";
import { privileged } from "./privileged.ts";
import { softfloat } from "./softfloat.ts";
import { texts } from "./texts.ts";

const campaigns: readonly Campaign[] = [
  instructions,
  engines,
  softfloat,
  privileged,
  linker,
  assembler,
  mistaken,
  texts,
  files,
];

const usage = `npm run fuzz -- CAMPAIGN [--seconds N] [--seed S]

${campaigns.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join("\n")}`;

/** A whole number of at least 0; undefined where the text is none. */
function count(text: string | undefined, otherwise: number): number | undefined {
  if (text === undefined) return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

async function main(): Promise<number> {
  let parsed: { values: { seconds?: string; seed?: string }; positionals: string[] };
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { seconds: { type: "string" }, seed: { type: "string" } },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const campaign = campaigns.find(({ name }) => name === positionals[0]);
  const seconds = count(values.seconds, 60);
  const seed = count(values.seed, Date.now() % 1_000_000_000);
  if (
    campaign === undefined ||
    positionals.length > 1 ||
    seconds === undefined ||
    seed === undefined
  ) {
    console.error(usage);
    return 2;
  }
  try {
    const isGood = await campaign.run({ seconds, seed, print: (text) => console.log(text) });
    return isGood ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    return 2;
  }
}

process.exitCode = await main();
