/** How fast programs run with the checks of a run, which must find nothing in them. */
import { buildProgram, buildScript } from "./build.ts";
import type { ChecksRun } from "./checks-run.ts";
import type { Options } from "./compare.ts";
import { corpus } from "./corpus.ts";
import { run } from "./measure.ts";
import { atMost, type Goal, type Report, table } from "./report.ts";

/** Programs that call often, that work with memory, and with the heap. */
const chosen = new Set([
  "recursion",
  "indirect-calls",
  "core-mix",
  "quicksort",
  "words",
  "objects",
]);

/** Instructions that are run, and the most nanoseconds that one may take. */
const modes = {
  plain: { budget: 1_000_000_000, goal: undefined },
  calls: { budget: 300_000_000, goal: 200 },
  all: { budget: 60_000_000, goal: 1000 },
} as const;

/** Measures the programs plainly, with checks of calls, and with all checks. */
export async function checks({ small, progress }: Options): Promise<Report> {
  const script = await buildScript("bench/checks-run.ts");
  const goals: Goal[] = [];
  const wrong: string[] = [];
  const rows: string[][] = [];
  for (const program of corpus.filter(({ name }) => chosen.has(name))) {
    const path = buildProgram(program, "rv64");
    const row = [program.name];
    for (const [mode, { budget, goal }] of Object.entries(modes)) {
      progress(`${program.name}, ${mode}`);
      const count = small ? budget / 10 : budget;
      const done = run([process.execPath, script, path, mode, String(count)]);
      if (done.code !== 0) throw new Error(`${program.name}, ${mode}: ${done.errors}`);
      const { instructions, user, findings } = JSON.parse(done.output) as ChecksRun;
      if (findings.length > 0) wrong.push(`${program.name}: ${findings[0]}`);
      row.push(`${(instructions / user / 1e3).toFixed(1)}`);
      const name = `checks, ${program.name}, ${mode}: ns an instruction`;
      if (goal !== undefined) goals.push(atMost(name, (user * 1e6) / instructions, goal));
    }
    rows.push(row);
  }
  const head = ["millions of instructions a second", "plain", "checks of calls", "all checks"];
  console.log(table([head, ...rows]));
  return { goals, wrong, rows };
}
