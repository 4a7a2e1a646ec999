/**
 * One run of a program for `bench -- history`, as a process of its own: plainly or recorded, then
 * jumps to random points and steps back. Prints what was measured as one line of JSON.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import process from "node:process";
import { optimiseLate } from "../cli/optimiser.ts";
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
}

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

function stateOf(machine: Machine): string {
  const { current } = machine;
  const hash = createHash("sha256");
  const registers = Array.from({ length: 32 }, (_, n) => `${current.x(n)} ${current.f(n)}`);
  hash.update(`${current.pc} ${current.csr(3)} ${registers.join(" ")}`);
  for (const { start, end } of machine.memoryMap(current)) {
    // Of what is long, pieces: all of a stack of 8 MiB at each of a thousand points takes minutes.
    const size = Number(end - start);
    for (const from of size > 1 << 18 ? [0, size >> 1, size - 65_536] : [0]) {
      const length = size > 1 << 18 ? 65_536 : size;
      hash.update(machine.readMemory(current, start + BigInt(from), length));
    }
  }
  return hash.digest("hex");
}

function timed(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

function measure(path: string, isRecorded: boolean, args: readonly string[]): HistoryRun {
  const file = readElf(new Uint8Array(readFileSync(path)));
  let output = "";
  const host: Host = {
    output: (_stream, bytes) => {
      output += new TextDecoder().decode(bytes);
    },
    now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)),
    random: (length) => new Uint8Array(length).fill(5),
  };
  const create = (given: Host) =>
    createProcess({ file, environment: "linux", host: given, args, mounts: {} });
  const history = isRecorded ? new History(host, create) : undefined;
  const machine = history ?? create(host);
  const before = process.cpuUsage();
  const start = performance.now();
  forward(machine);
  const result = {
    output,
    instructions: Number(machine.instructions),
    user: process.cpuUsage(before).user / 1e3,
    forward: performance.now() - start,
    peak: process.resourceUsage().maxRSS / 1024,
  };
  return history === undefined ? result : { ...result, ...travel(history) };
}

/** Jumps over the recorded run: the states are noted on one way and compared on the other. */
function travel(history: History) {
  const end = Number(history.end);
  let seed = 0x2545_f491;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const points = Array.from({ length: 100 }, () => BigInt(random(end))).sort((a, b) =>
    a < b ? -1 : 1,
  );
  const states = new Map<bigint, string>();
  history.goTo(0n);
  for (const point of points) {
    history.goTo(point);
    states.set(point, stateOf(history));
  }
  const shuffled = points.map((point) => ({ point, key: random(2 ** 30) }));
  shuffled.sort((a, b) => a.key - b.key);
  let different = 0;
  const jumps = shuffled.map(({ point }) => {
    const time = timed(() => history.goTo(point));
    if (stateOf(history) !== states.get(point)) different++;
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
console.log(JSON.stringify(measure(path, mode === "recorded", args)));
