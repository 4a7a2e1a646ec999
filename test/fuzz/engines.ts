/**
 * The campaign of engines in lockstep: random programs and the programs of `bench/`, compared at
 * random stops, with tiny budgets and with breakpoints and watchpoints that come and go.
 */
import { readFileSync } from "node:fs";
import { BenchError, buildProgram, isFor } from "../../bench/build.ts";
import { corpus } from "../../bench/corpus.ts";
import { readElf } from "../../elf/reader.ts";
import { compareEngines, type Subject } from "../emulator/lockstep.ts";
import { targetFor } from "./architectures.ts";
import type { Campaign } from "./campaign.ts";
import { randomProgram } from "./random-program.ts";
import { type Placement, placed, placements, record } from "./recorder.ts";

const stops = 1000;
/** How far the programs of the corpus are followed. */
const mostInstructions = 3_000_000;

/** A random program as a subject of the comparison. */
export async function randomSubject(xlen: 32 | 64, seed: number, chunks: number): Promise<Subject> {
  const { march } = await targetFor(xlen);
  const { file } = await record(randomProgram(march, seed, chunks));
  const placement = placements[seed % placements.length] as Placement;
  return { file: placed(file, placement), environment: "linux", march };
}

function* corpusSubjects(): Generator<readonly [string, Subject]> {
  for (const program of corpus) {
    for (const target of ["rv64", "rv32"] as const) {
      if (!isFor(program, target)) continue;
      const file = readElf(readFileSync(buildProgram(program, target)));
      yield [
        `${program.name} for ${target}`,
        { file, environment: "linux", args: [program.small] },
      ];
    }
  }
}

export const engines: Campaign = {
  name: "engines",
  summary: "interpreter and translator in lockstep with the evaluator, at random stops",
  async run({ seconds, seed, print }) {
    const end = Date.now() + 1000 * seconds;
    let [programs, total, differences] = [0, 0, 0];
    const check = (name: string, subject: Subject, round: number) => {
      const limits = { stops, instructions: mostInstructions, seed: seed + round };
      const done = compareEngines(subject, limits);
      programs++;
      total += done.stops;
      for (const difference of done.differences) {
        differences++;
        print(`${name}, seed ${seed + round}: ${difference}`);
      }
    };
    let remaining: Iterator<readonly [string, Subject]> | undefined = corpusSubjects();
    for (let round = 0; round === 0 || (Date.now() < end && differences < 10); round++) {
      const xlen = round % 2 === 0 ? 64 : 32;
      check(`random RV${xlen}`, await randomSubject(xlen, seed + round, 24), round);
      try {
        const next: IteratorResult<readonly [string, Subject]> | undefined = remaining?.next();
        if (next?.done === false) check(...next.value, round);
        else remaining = undefined;
      } catch (error) {
        if (!(error instanceof BenchError)) throw error;
        print(`without the programs of bench: ${error.message}`);
        remaining = undefined;
      }
    }
    print(`${programs} programs, states compared at ${total} stops, ${differences} differences`);
    return differences === 0;
  },
};
