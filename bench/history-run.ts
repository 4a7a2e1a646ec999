/**
 * One run of a program for `bench -- history`, as a process of its own: plainly or recorded, then
 * jumps to random points and steps back; or for its states, which are noted on the way and compared
 * after jumps, in the run itself and in its recording. Prints what was measured as one line of JSON.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { optimiseLate } from "../cli/optimiser.ts";
import { historyOf } from "../debug-adapter/opened-recording.ts";
import { type ProcessStart, readRecording, writeRecording } from "../debug-adapter/recording.ts";
import { readElf } from "../elf/reader.ts";
import { History } from "../emulator/history/history.ts";
import type { Host, Machine, Stop } from "../emulator/machine.ts";
import { createProcess } from "../emulator/process/process.ts";

/** What a run has measured; times in milliseconds. */
export interface HistoryRun {
  readonly output: string;
  readonly instructions: number;
  /** User time of the run itself. */
  readonly user: number;
  readonly forward: number;
  readonly peak: number;
  readonly jumps?: readonly number[];
  readonly steps?: readonly number[];
  /** Instructions a millisecond, running on from snapshots backwards over the whole run. */
  readonly backward?: number;
  /** Points whose state was not what it had been. */
  readonly different?: number;
  readonly snapshots?: number;
  /** Of the recording: its bytes, and milliseconds to write and to open it. */
  readonly recording?: { readonly bytes: number; readonly write: number; readonly open: number };
}

/** Jumps whose states are compared. */
const jumpCount = 1000;

/** Milliseconds that a piece of the run should take. */
const piece = 6;

function forward(machine: Machine, visit?: () => void): void {
  let budget = 65_536;
  let stop: Stop;
  do {
    const start = performance.now();
    stop = machine.run(budget);
    const duration = performance.now() - start;
    if (duration < piece / 2) budget = Math.min(budget * 2, 2 ** 30);
    else if (duration > piece) budget = Math.max(1000, budget >> 1);
    if (stop.reason === "waiting") machine.answer({ kind: "error", error: "ENOENT" });
    else if (stop.reason === "budget") visit?.();
  } while (stop.reason === "budget" || stop.reason === "waiting");
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** How the program is run, and what it writes. */
function setUp(path: string, args: readonly string[]) {
  const image = new Uint8Array(readFileSync(path));
  const file = readElf(image);
  const written = { text: "" };
  const host: Host = {
    output: (_stream, bytes) => {
      written.text += new TextDecoder().decode(bytes);
    },
    now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)),
    random: (length) => new Uint8Array(length).fill(5),
  };
  const start: ProcessStart = {
    environment: "linux",
    args,
    name: "program",
    variables: {},
    mounts: {},
    terminal: { streams: new Set(), columns: 80, rows: 24 },
  };
  const create = (given: Host) => createProcess({ ...start, file, host: given });
  return { image, file, host, start, create, written };
}

function measure(path: string, isRecorded: boolean, args: readonly string[]): HistoryRun {
  const { host, create, written } = setUp(path, args);
  const history = isRecorded ? new History(host, create) : undefined;
  const machine = history ?? create(host);
  const before = process.cpuUsage();
  const start = performance.now();
  forward(machine);
  const result = {
    output: written.text,
    instructions: Number(machine.instructions),
    user: process.cpuUsage(before).user / 1e3,
    forward: performance.now() - start,
    peak: process.resourceUsage().maxRSS / 1024,
  };
  return history === undefined ? result : { ...result, ...travel(history) };
}

/** Random numbers below a bound, the same in each run. */
function randomNumbers(): (below: number) => number {
  let seed = 0x2545_f491;
  return (below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

/** Jumps; what they took, and how many states were others than on the way forward. */
function compare(history: History<never>, states: ReadonlyMap<bigint, string>) {
  const random = randomNumbers();
  const points = [...states.keys()];
  let different = 0;
  const jumps = Array.from({ length: jumpCount }, () => {
    const point = points[random(points.length)] as bigint;
    const time = timed(() => history.goTo(point));
    if (history.digest() !== states.get(point)) different++;
    return time;
  });
  return { jumps, different };
}

/** Notes states while the program runs, and compares them after jumps, also in its recording. */
async function determinism(path: string, args: readonly string[]): Promise<HistoryRun> {
  const { image, host, start, create, written } = setUp(path, args);
  const history = new History(host, create) as History<never>;
  const states = new Map<bigint, string>();
  let [every, turn] = [1, 0];
  const began = performance.now();
  forward(history, () => {
    if (turn++ % every !== 0) return;
    states.set(history.instructions, history.digest());
    if (states.size < 2 * jumpCount) return;
    // So many are enough: of a longer run every second one, and so on.
    every *= 2;
    for (const [index, point] of [...states.keys()].entries()) {
      if (index % 2 === 1) states.delete(point);
    }
  });
  const took = performance.now() - began;
  const own = compare(history, states);
  const head = {
    program: path,
    written: 0,
    image,
    interpreter: undefined,
    start,
    build: undefined,
    files: new Map(),
    bookmarks: [],
  };
  let at = performance.now();
  const bytes = await writeRecording(head, history);
  const write = performance.now() - at;
  at = performance.now();
  const recording = await readRecording(bytes);
  const { history: opened } = historyOf(recording, undefined, {
    output: () => undefined,
    note: () => undefined,
  });
  const open = performance.now() - at;
  const again = compare(opened as History<never>, states);
  return {
    output: written.text,
    instructions: Number(history.end),
    user: Number.NaN,
    forward: took,
    peak: process.resourceUsage().maxRSS / 1024,
    jumps: again.jumps,
    different: own.different + again.different,
    snapshots: states.size,
    recording: { bytes: bytes.length, write, open },
  };
}

/** Jumps over the recorded run: the states are noted on one way and compared on the other. */
function travel(history: History) {
  const end = Number(history.end);
  const random = randomNumbers();
  const points = Array.from({ length: 100 }, () => BigInt(random(end))).sort((a, b) =>
    a < b ? -1 : 1,
  );
  const states = new Map<bigint, string>();
  history.goTo(0n);
  for (const point of points) {
    history.goTo(point);
    states.set(point, history.digest());
  }
  const shuffled = points.map((point) => ({ point, key: random(2 ** 30) }));
  shuffled.sort((a, b) => a.key - b.key);
  let different = 0;
  const jumps = shuffled.map(({ point }) => {
    const time = timed(() => history.goTo(point));
    if (history.digest() !== states.get(point)) different++;
    return time;
  });
  const steps = Array.from({ length: 60 }, (_, index) => {
    if (index % 6 === 0) history.goTo(BigInt(1 + random(end - 1)));
    const back = history.instructions - 1n;
    return timed(() => history.goTo(back < 0n ? 0n : back));
  });
  history.goTo(history.end);
  const scan = timed(() => {
    let upper = history.end;
    while (upper > history.start) {
      const from = history.snapshotBefore(upper - 1n) ?? history.start;
      history.goToSnapshot(from);
      while (history.instructions < upper) history.run(Number(upper - history.instructions));
      upper = from;
    }
  });
  return {
    jumps,
    steps,
    backward: end / scan,
    different,
    snapshots: history.kept.counts.length,
    peak: process.resourceUsage().maxRSS / 1024,
  };
}

optimiseLate("guest");
const [path = "", mode, ...args] = process.argv.slice(2);
const result =
  mode === "determinism" ? await determinism(path, args) : measure(path, mode === "recorded", args);
console.log(JSON.stringify(result));
