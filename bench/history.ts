/** What it costs to remember a run, and to go back in it. */
import { buildProgram, buildScript } from "./build.ts";
import type { Options } from "./compare.ts";
import { type Program, probes } from "./corpus.ts";
import type { HistoryRun } from "./history-run.ts";
import { run } from "./measure.ts";
import { atMost, type Goal, type Report, table } from "./report.ts";

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Measures the programs plainly and recorded, one after the other in each round. */
export async function history({ runs, small, progress }: Options): Promise<Report> {
  const script = await buildScript("bench/history-run.ts");
  const goals: Goal[] = [];
  const wrong: string[] = [];
  const rows: string[][] = [];
  const measured: { program: Program; args: readonly string[] }[] = [
    { program: probes.long, args: [small ? "2" : "135"] },
    { program: probes.calls, args: small ? ["2500"] : [] },
  ];
  for (const { program, args } of measured) {
    const path = buildProgram(program, "rv64");
    const once = (mode: string): HistoryRun => {
      progress(`${program.name}, ${mode}`);
      const done = run([process.execPath, script, path, mode, ...args]);
      if (done.code !== 0) throw new Error(`${program.name}, ${mode}: ${done.errors}`);
      return JSON.parse(done.output) as HistoryRun;
    };
    let plain: HistoryRun | undefined;
    let recorded: HistoryRun | undefined;
    for (let round = 0; round < runs; round++) {
      const [a, b] = [once("plain"), once("recorded")];
      if (plain === undefined || a.user < plain.user) plain = a;
      if (recorded === undefined || b.user < recorded.user) recorded = b;
      if (a.output !== b.output || b.different !== 0) wrong.push(program.name);
    }
    if (plain === undefined || recorded === undefined) continue;
    const { jumps = [], steps = [], backward = Number.NaN } = recorded;
    const cost = recorded.user / plain.user;
    const slower = recorded.instructions / recorded.forward / backward;
    const at = `history, ${program.name}`;
    const states = once("determinism");
    const { recording = { bytes: Number.NaN, write: Number.NaN, open: Number.NaN } } = states;
    goals.push(
      atMost(`${at}: recording by running`, cost, 1.1),
      atMost(`${at}: memory, MiB`, recorded.peak, 512),
      atMost(`${at}: median step back, ms`, median(steps), 100),
      atMost(`${at}: longest step back, ms`, Math.max(...steps), 1000),
      atMost(`${at}: longest jump, ms`, Math.max(...jumps), 1000),
      atMost(`${at}: backwards by forwards`, slower, 3),
      atMost(`${at}: states that differ`, recorded.different ?? Number.NaN, 0),
      atMost(`${at}: states that differ after 2 × 1,000 jumps`, states.different ?? Number.NaN, 0),
      atMost(`${at}: longest jump in the recording, ms`, Math.max(...(states.jumps ?? [])), 1000),
      atMost(`${at}: opening the recording, ms`, recording.open, 1000),
    );
    rows.push([
      program.name,
      `${(plain.instructions / 1e9).toFixed(2)}e9`,
      `${(plain.user / 1e3).toFixed(2)} s`,
      `${(recorded.user / 1e3).toFixed(2)} s`,
      `${recorded.snapshots}`,
      `${recorded.peak.toFixed(0)} MiB`,
      `${median(jumps).toFixed(0)} ms`,
      `${median(steps).toFixed(0)} ms`,
      slower.toFixed(2),
      `${(recording.bytes / 2 ** 20).toFixed(1)} MiB`,
      `${recording.open.toFixed(0)} ms`,
      `${median(states.jumps ?? []).toFixed(0)} ms`,
    ]);
  }
  const head = ["", "instructions", "plain", "recorded", "snapshots", "peak", "jump", "step back"];
  const file = ["file", "opening it", "jump in it"];
  console.log(table([[...head, "backwards", ...file], ...rows]));
  return { goals, wrong, rows };
}
