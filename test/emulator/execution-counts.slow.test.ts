/**
 * The counts of executions on every engine: equal to those of the evaluator at every address, and
 * in sum exactly the instructions that have retired, wherever the program is stopped.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../assembler/build.ts";
import type { Machine } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { randomSubject } from "../fuzz/engines.ts";
import { type Configuration, compared, nameOf, type Subject } from "./lockstep.ts";
import { RandomNumbers } from "./programs.ts";

const root = join(import.meta.dirname, "..", "..");

async function example(name: string): Promise<Subject> {
  const text = readFileSync(join(root, "examples", name));
  const { file, header } = await build([name], {}, { readFile: async () => text });
  assert.ok(file);
  return { file, environment: header.environment ?? "linux" };
}

function machineOf({ file, environment, march }: Subject, configuration: Configuration): Machine {
  return createProcess({
    ...configuration,
    file,
    environment,
    ...(march === undefined ? {} : { march }),
    counts: true,
    host: { output: () => undefined, now: () => 0n, random: (n) => new Uint8Array(n) },
  });
}

function sum(counts: ReadonlyMap<bigint, bigint>): bigint {
  return [...counts.values()].reduce((total, count) => total + count, 0n);
}

/** Runs to the end in pieces, and looks at the sum at each stop. */
function countsOf(machine: Machine, budget: (random: RandomNumbers) => number) {
  const random = new RandomNumbers(3);
  for (let stops = 0; ; stops++) {
    const stop = machine.run(stops < 40 ? budget(random) : 2 ** 40);
    const counts = machine.executionCounts?.();
    assert.ok(counts);
    assert.equal(sum(counts), machine.instructions, `at stop ${stops}, ${stop.reason}`);
    if (stop.reason !== "budget") return counts;
  }
}

function shown(counts: ReadonlyMap<bigint, bigint>): string[] {
  return [...counts].map(([pc, count]) => `${pc.toString(16)} ${count}`);
}

const subjects: readonly (readonly [string, () => Promise<Subject>])[] = [
  ["the example sort.s", () => example("sort.s")],
  ["the example recursion.s", () => example("recursion.s")],
  ["the example floating-point.s", () => example("floating-point.s")],
  ["the example matrix.s", () => example("matrix.s")],
  ["the example strings.s", () => example("strings.s")],
  ...[1, 2].flatMap((seed) =>
    ([32, 64] as const).map(
      (xlen) =>
        [`random RV${xlen} code, seed ${seed}`, () => randomSubject(xlen, seed, 10)] as const,
    ),
  ),
];

describe("counts of executions", function () {
  this.timeout(60_000);
  for (const [name, make] of subjects) {
    it(`of ${name} are the same on all engines`, async () => {
      const subject = await make();
      const expected = countsOf(machineOf(subject, { engine: "evaluator" }), () => 100);
      for (const configuration of compared) {
        for (const budget of [
          () => 2 ** 40,
          (random: RandomNumbers) => 1 + random.below(3000),
          (random: RandomNumbers) => 1 + random.below(5),
        ]) {
          const actual = countsOf(machineOf(subject, configuration), budget);
          assert.deepEqual(shown(actual), shown(expected), nameOf(configuration));
        }
      }
    });
  }
});
