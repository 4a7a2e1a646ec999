/** Runs a recording on our engines and on QEMU, and finds the first difference between the logs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeElf } from "../../elf/writer.ts";
import type { EngineName } from "../../emulator/engines.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { agrees, isEqualRecord } from "./known-differences.ts";
import { places } from "./places.ts";
import type { RandomProgram } from "./random-program.ts";
import {
  breakpointSignal,
  type Log,
  type LogRecord,
  type Placement,
  placed,
  placements,
  type Recording,
  readLog,
  record,
} from "./recorder.ts";

/** An engine, from how many jumps on it translates, and how it finds pages. */
export interface Configuration {
  readonly engine: EngineName;
  readonly hotness?: number;
  readonly placement: Placement;
}

/** What the first engine is compared with; the seed chooses the ways of finding pages. */
function configurationsFor(seed: number): readonly Configuration[] {
  const [one, two] = [seed % placements.length, (seed + 1) % placements.length];
  return [
    { engine: "evaluator", placement: "window" },
    { engine: "interpreter", placement: placements[one] as Placement },
    { engine: "translator", hotness: 1, placement: placements[one] as Placement },
    { engine: "translator", hotness: 2, placement: placements[two] as Placement },
  ];
}

/** A QEMU with its CPU model. */
export interface Qemu {
  readonly path: string;
  readonly cpu: string;
}

export interface Difference {
  /** Who differs, as in "translator and evaluator". */
  readonly between: string;
  /** The chunk in which it is first seen. */
  readonly chunk: number;
  /** The instructions at which both are there: what tells one difference from another. */
  readonly words: string;
  /** What differs, a line each. */
  readonly lines: readonly string[];
}

export interface Comparison {
  readonly difference: Difference | undefined;
  /** Instructions in chunks, of one engine; fewer than that many in the recorder are left out. */
  readonly instructions: number;
  readonly records: readonly LogRecord[];
}

/** More than any random program runs; a minimised one may be endless. */
const budget = 20_000_000;
const qemuMilliseconds = 20_000;

/** What a recording writes on an engine; undefined where it does not end. */
export function runOurs(
  recording: Recording,
  program: RandomProgram,
  { engine, hotness, placement }: Configuration,
): { log: Log; instructions: number } | undefined {
  const output: Uint8Array[] = [];
  const machine = createProcess({
    file: placed(recording.file, placement),
    march: program.march,
    environment: "linux",
    engine,
    ...(hotness === undefined ? {} : { hotness }),
    host: {
      output: (_stream, bytes) => void output.push(bytes.slice()),
      now: () => 0n,
      random: (length) => new Uint8Array(length),
    },
  });
  const stop = machine.run(budget);
  if (stop.reason !== "exit" || stop.code !== 0) return undefined;
  const log = readLog(Buffer.concat(output), recording);
  return log && { log, instructions: Number(machine.instructions) };
}

function runQemu(recording: Recording, { path, cpu }: Qemu): Log | undefined {
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
  try {
    const elf = join(folder, "program");
    writeFileSync(elf, writeElf(recording.file), { mode: 0o755 });
    const { status, stdout } = spawnSync(path, ["-cpu", cpu, elf], {
      maxBuffer: 1 << 30,
      timeout: qemuMilliseconds,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return status === 0 ? readLog(new Uint8Array(stdout), recording) : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Compares a random program on all engines, and with QEMU where there is one; undefined where it
 * does not end on the first engine.
 */
export async function compare(
  program: RandomProgram,
  qemu: Qemu | undefined,
): Promise<Comparison | undefined> {
  const recording = await record(program);
  const [first, ...others] = configurationsFor(program.seed) as [Configuration, ...Configuration[]];
  const expected = runOurs(recording, program, first);
  if (expected === undefined) return undefined;
  const { log } = expected;
  const cost = await recorderCost(program);
  const instructions = Math.max(0, expected.instructions - cost * log.records.length);
  const result = (difference: Difference | undefined) => ({
    difference,
    instructions,
    records: log.records,
  });
  for (const configuration of others) {
    const actual = runOurs(recording, program, configuration);
    const found = differenceOf(
      log,
      actual?.log,
      isEqualRecord,
      first.engine,
      nameOf(configuration),
    );
    if (found !== undefined) return result(found);
  }
  if (qemu === undefined) return result(undefined);
  return result(differenceOf(log, runQemu(recording, qemu), agrees, "Hartbeat", "QEMU"));
}

const costs = new Map<number, number>();

/** Instructions that the recorder takes for a record, rounded up. */
async function recorderCost(program: RandomProgram): Promise<number> {
  const { xlen } = program.architecture;
  let cost = costs.get(xlen);
  if (cost === undefined) {
    const chunk = { ...(program.chunks[0] as RandomProgram["chunks"][number]), words: [] };
    const empty = { ...program, chunks: Array.from({ length: 8 }, () => chunk) };
    const run = runOurs(await record(empty), empty, { engine: "interpreter", placement: "window" });
    if (run === undefined) throw new Error("the recorder does not end without random code");
    cost = Math.ceil(run.instructions / run.log.records.length);
    costs.set(xlen, cost);
  }
  return cost;
}

function nameOf({ engine, hotness = 0, placement }: Configuration): string {
  return `${engine}${hotness > 0 ? ` with hotness ${hotness}` : ""} (${placement})`;
}

const hex = (value: bigint | number | undefined): string => value?.toString(16) ?? "nothing";

function differenceOf(
  a: Log,
  b: Log | undefined,
  isSame: (a: LogRecord, b: LogRecord) => boolean,
  nameA: string,
  nameB: string,
): Difference | undefined {
  const between = `${nameA} and ${nameB}`;
  if (b === undefined) {
    return { between, chunk: -1, words: "", lines: [`${nameB} does not end well`] };
  }
  // The first breakpoint is the recorder's own.
  let chunk = -1;
  for (const [index, ours] of a.records.entries()) {
    const theirs = b.records[index];
    if (index > 0 && a.records[index - 1]?.signal === breakpointSignal) chunk++;
    if (theirs !== undefined && isSame(ours, theirs)) continue;
    const lines = theirs === undefined ? [`${nameB} has no record ${index}`] : fields(ours, theirs);
    const at = `at ${hex(ours.pc)}, signal ${ours.signal} (left ${nameA}, right ${nameB})`;
    const words = [ours, theirs].map((one) => one && wordAt(a.code, one.pc)).join(" ");
    return { between, chunk, words, lines: [at, ...lines] };
  }
  const last = chunk;
  if (b.records.length !== a.records.length) {
    return { between, chunk: last, words: "", lines: [`${nameB} has more records`] };
  }
  for (const part of ["data", "code"] as const) {
    const at = a[part].findIndex((byte, index) => byte !== b[part][index]);
    if (at < 0) continue;
    const bytes = [a, b].map((log) => Buffer.from(log[part].slice(at & ~7, (at & ~7) + 8)));
    const [ours, theirs] = bytes.map((some) => some.toString("hex"));
    return {
      between,
      chunk: last,
      words: part,
      lines: [`${part} at offset ${hex(at & ~7)}: ${ours}, ${theirs}`],
    };
  }
  return undefined;
}

/** The instruction at an address, as it is in the end. */
function wordAt(code: Uint8Array, pc: bigint): string {
  const at = Number(pc) - places.code;
  return at < 0
    ? ""
    : Buffer.from(code.slice(at, at + ((code[at] ?? 0) % 4 === 3 ? 4 : 2))).toString("hex");
}

function fields(a: LogRecord, b: LogRecord): string[] {
  const lines: string[] = [];
  for (const name of ["signal", "code", "address", "pc", "fcsr"] as const) {
    if (a[name] !== b[name]) lines.push(`${name} ${hex(a[name])}, ${hex(b[name])}`);
  }
  for (const [kind, first] of [
    ["x", 1],
    ["f", 0],
  ] as const) {
    for (const [index, value] of a[kind].entries()) {
      const other = b[kind][index];
      if (value !== other) lines.push(`${kind}${index + first} ${hex(value)}, ${hex(other)}`);
    }
  }
  return lines;
}
