/**
 * The questions besides speed over the corpus: what starting costs, how much memory the engine
 * holds, and whether the time for an instruction stays the same as a program runs longer or grows.
 */
import { buildProgram, isFor } from "./build.ts";
import { argumentsOf, commandOf, difference, type Options, ours, peersOf } from "./compare.ts";
import { corpus, type Program, probes } from "./corpus.ts";
import { run, runWithPeak } from "./measure.ts";
import { atMost, type Report, table } from "./report.ts";

/** The least user time of some runs, in seconds; throws where the program fails. */
function least(command: readonly string[], runs: number): number {
  let time = Number.POSITIVE_INFINITY;
  for (let round = 0; round < runs; round++) {
    const done = run(command);
    if (done.code !== 0) throw new Error(`${command.join(" ")} failed: ${done.errors}`);
    time = Math.min(time, done.user);
  }
  return time;
}

/** Retired instructions of a program, as our command line counts them. */
function instructionsOf(command: readonly string[]): number {
  const [node, cli, verb, ...rest] = command as [string, string, string, ...string[]];
  const { errors } = run([node, cli, verb, "--statistics", ...rest]);
  const count = Number(/(\d+) instructions/.exec(errors)?.[1]);
  if (!(count > 0)) throw new Error(`no count of instructions in: ${errors}`);
  return count;
}

function programNamed(name: string): Program {
  const found = corpus.find((one) => one.name === name);
  if (found === undefined) throw new Error(`the corpus has no ${name}`);
  return found;
}

/** User time of the smallest program over that of Node itself, and of much code that is cold. */
export function start({ cli, runs, progress }: Options): Report {
  const engine = ours(cli, "translator");
  const wrong: string[] = [];
  progress("an empty program");
  const empty = least([process.execPath, "-e", "0"], runs);
  const hello = least([...engine, buildProgram(probes.hello, "rv64")], runs);
  progress("a million instructions, once");
  const straight = buildProgram(probes.straight, "rv64");
  const expected = run(["qemu-riscv64", straight]);
  const said = difference(expected, run([...engine, straight]));
  if (said !== undefined) wrong.push(probes.straight.name);
  const cold = (least([...engine, straight], runs) - hello) / 1e6;
  progress("the interpreter's steady rate");
  const steady = steadyRate([
    ...ours(cli, "interpreter"),
    buildProgram(programNamed("core-mix"), "rv64"),
  ]);
  const rows = [
    ["node -e 0", `${(empty * 1e3).toFixed(0)} ms`],
    ["hello", `${(hello * 1e3).toFixed(0)} ms`],
    ["straight-code under qemu-riscv64", `${(expected.user * 1e3).toFixed(0)} ms`],
    ["cold instruction", said ?? `${(cold * 1e9).toFixed(0)} ns`],
    ["interpreted instruction", `${(steady * 1e9).toFixed(1)} ns`],
  ];
  console.log(table([["user time", ""], ...rows]));
  const goals = [
    atMost("start: hello over an empty program, ms", (hello - empty) * 1e3, 150),
    atMost("start: a cold instruction by an interpreted one", cold / steady, 3),
  ];
  return { goals, wrong, rows };
}

/** Seconds for an instruction, what starts left out by a second, shorter run. */
function steadyRate(command: readonly string[]): number {
  const [short, long] = ["20", "600"].map((size) => ({
    time: least([...command, size], 2),
    count: instructionsOf([...command, size]),
  })) as [{ time: number; count: number }, { time: number; count: number }];
  return (long.time - short.time) / (long.count - short.count);
}

/**
 * The most memory held resident at any time. Nothing is taken off for the guest's own memory,
 * which is under 25 MiB in every program here.
 */
export function memory(options: Options): Report {
  const peers = peersOf("rv64", options.cli, "translator");
  const wrong: string[] = [];
  const programs = options.programs.filter((program) => isFor(program, "rv64"));
  const rows = programs.map((program) => {
    options.progress(program.name);
    const [reference, own] = peers.map((peer) => [
      ...commandOf(program, peer),
      ...argumentsOf(program, options),
    ]);
    const done = runWithPeak(own as string[]);
    if (difference(run(reference as string[]), done) !== undefined) wrong.push(program.name);
    return { program: program.name, mebibytes: Math.round(done.peak) };
  });
  console.log(table([["peak", "MiB"], ...rows.map((row) => [row.program, `${row.mebibytes}`])]));
  const most = Math.max(...rows.map((row) => row.mebibytes));
  return { goals: [atMost("memory: peak of the largest program, MiB", most, 200)], wrong, rows };
}

/** Time for an instruction as a program runs longer, and for a region as there are more. */
export function growth(options: Options): Report {
  const engine = ours(options.cli, "translator");
  const program = [...engine, buildProgram(programNamed("core-mix"), "rv64")];
  const perRound =
    (instructionsOf([...program, "300"]) - instructionsOf([...program, "100"])) / 200;
  const counts = options.small ? [1e8, 3e8, 1e9] : [1e8, 1e9, 1e10];
  const times = counts.map((count) => {
    options.progress(`${count} instructions`);
    return least(
      [...program, String(Math.round(count / perRound))],
      count > 1e9 ? 1 : options.runs,
    );
  });
  // From one count to the next, so that starting and translating are left out.
  const rates = times.slice(1).map((time, at) => {
    const from = counts[at] as number;
    return (time - (times[at] as number)) / ((counts[at + 1] as number) - from);
  });
  const functions = [...engine, buildProgram(probes.functions, "rv64")];
  const regions = [0, 100, 10_000].map((used) => {
    options.progress(`${used} functions`);
    return least([...functions, String(used)], used > 1000 ? 1 : options.runs);
  }) as [number, number, number];
  const few = (regions[1] - regions[0]) / 100;
  const many = (regions[2] - regions[0]) / 10_000;
  const rows = [
    ...rates.map((rate, at) => [
      `instruction, ${counts[at]} to ${counts[at + 1]}`,
      `${(rate * 1e9).toFixed(3)} ns`,
    ]),
    ["region of 100", `${(few * 1e3).toFixed(2)} ms`],
    ["region of 10,000", `${(many * 1e3).toFixed(2)} ms`],
  ];
  console.log(table([["user time", ""], ...rows]));
  const goals = [
    atMost(
      "growth: an instruction late by one early",
      (rates.at(-1) as number) / (rates[0] as number),
      1.1,
    ),
    atMost("growth: a region of 10,000 by one of 100", many / few, 1.1),
  ];
  return { goals, wrong: [], rows };
}
