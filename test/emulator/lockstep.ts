/**
 * A program followed on one engine: run by a plan of budgets, breakpoints and watchpoints, with all
 * that the guest could see noted as text at every stop. Two engines that are given the same plan
 * must give the same track.
 */
import { createHash } from "node:crypto";
import type { ElfFile } from "../../elf/model.ts";
import type { EngineName } from "../../emulator/engines.ts";
import type { Machine, Stop, Watchpoint } from "../../emulator/machine.ts";
import { createProcess, type ProcessOptions } from "../../emulator/process/process.ts";
import { RandomNumbers } from "./programs.ts";

/** An engine, and for the translator how many jumps make code due for translation. */
export interface Configuration {
  readonly engine: EngineName;
  readonly hotness?: number;
}

export function nameOf({ engine, hotness }: Configuration): string {
  return hotness === undefined ? engine : `${engine} with hotness ${hotness}`;
}

/** What is compared with the evaluator. */
export const compared: readonly Configuration[] = [
  { engine: "interpreter" },
  { engine: "translator", hotness: 1 },
  { engine: "translator", hotness: 7 },
];

/** A program to follow. */
export interface Subject {
  readonly file: ElfFile;
  readonly environment: ProcessOptions["environment"];
  readonly march?: string;
  readonly args?: readonly string[];
  /** What is typed, once; then the input ends. */
  readonly input?: string;
}

/** How to run: where to stop and what to look at. */
export interface Plan {
  readonly seed: number;
  /** The budget of the next piece. */
  readonly budget: (random: RandomNumbers) => number;
  /** Stops after which the run is given up. */
  readonly stops: number;
  /** Instructions after which the run is given up. */
  readonly instructions: number;
  /** Memory is compared at each so many stops (the last pages of each region) and at the end. */
  readonly memoryEvery: number;
  /** Where breakpoints are set, some at a time. */
  readonly breakpoints?: readonly bigint[];
  /** What is watched, one at a time. */
  readonly watchpoints?: readonly Watchpoint[];
}

/** How a program ran. */
export interface Track {
  /** At each stop: reason, count, pc, and digests of registers and memory. */
  readonly states: readonly string[];
  /** The pc of each stop. */
  readonly places: readonly bigint[];
  readonly output: string;
  readonly instructions: bigint;
}

/** Bytes of each region of memory that are compared at a stop, and at the end. */
const lastPages = 1 << 17;
const wholeMemory = 1 << 26;
/** Stops after which other breakpoints and watchpoints are set. */
const stopsTogether = 16;

/** Runs a subject by a plan. */
export function follow(subject: Subject, configuration: Configuration, plan: Plan): Track {
  const output: Uint8Array[] = [];
  let clock = 1_700_000_000_000_000_000n;
  const machine = createProcess({
    ...configuration,
    file: subject.file,
    environment: subject.environment,
    ...(subject.march === undefined ? {} : { march: subject.march }),
    ...(subject.args === undefined ? {} : { args: subject.args }),
    host: {
      output: (_stream, bytes) => void output.push(bytes.slice()),
      now: () => (clock += 1_000_000n),
      random: (length) => new Uint8Array(length).fill(7),
    },
  });
  const random = new RandomNumbers(plan.seed);
  const states: string[] = [];
  const places: bigint[] = [];
  let input = subject.input;
  for (;;) {
    if (states.length % stopsTogether === 0) setStops(machine, plan, random);
    const stop = machine.run(plan.budget(random));
    const isOver =
      stop.reason === "exit" ||
      stop.reason === "failure" ||
      states.length >= plan.stops ||
      machine.instructions >= plan.instructions;
    places.push(machine.current.pc);
    const isLooked = states.length % plan.memoryEvery === 0;
    states.push(stateOf(machine, stop, isOver ? wholeMemory : isLooked ? lastPages : 0));
    if (isOver) break;
    if (stop.reason === "waiting") {
      answer(machine, stop, input);
      input = undefined;
    }
  }
  const text = Buffer.concat(output).toString();
  return { states, places, output: text, instructions: machine.instructions };
}

function setStops(machine: Machine, plan: Plan, random: RandomNumbers): void {
  const { breakpoints = [], watchpoints = [] } = plan;
  if (breakpoints.length > 0) {
    const count = random.below(4);
    machine.setBreakpoints(Array.from({ length: count }, () => random.pick(breakpoints)));
  }
  if (watchpoints.length > 0) {
    machine.setWatchpoints(random.below(2) === 0 ? [] : [random.pick(watchpoints)]);
  }
}

function answer(
  machine: Machine,
  { request }: Extract<Stop, { reason: "waiting" }>,
  input: string | undefined,
): void {
  if (request.kind === "read-console") {
    const data = Buffer.from(input ?? "");
    machine.answer({ kind: "console", data, ended: input === undefined });
  } else if (request.kind === "sleep") machine.answer({ kind: "done" });
  else if (request.kind === "dialog") machine.answer({ kind: "dialog", button: "yes", text: "3" });
  else machine.answer({ kind: "error", error: "ENOENT" });
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha1");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 16);
}

/** Everything that the guest could see. */
function stateOf(machine: Machine, stop: Stop, bytes: number): string {
  const { current } = machine;
  const registers = Array.from({ length: 32 }, (_, n) => `${current.x(n)} ${current.f(n)}`);
  const csrs = [1, 2, 3, 0xc00, 0xc02].map((address) => current.csr(address));
  const why = JSON.stringify(stop, (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString(16) : value,
  );
  const memory = machine.memoryMap(current).map(({ start, end }) => {
    const length = Math.min(bytes, Number(end - start));
    return machine.readMemory(current, end - BigInt(length), length);
  });
  const digests = `${digest([`${registers} ${csrs}`])} ${digest(memory)}`;
  return `${machine.instructions} ${current.pc.toString(16)} ${why} ${digests}`;
}

/** Where two tracks part, in words; undefined where they are the same. */
export function parting(expected: Track, actual: Track): string | undefined {
  const at = expected.states.findIndex((state, index) => state !== actual.states[index]);
  if (at >= 0) {
    const before = expected.states[at - 1] ?? "the start";
    return `stop ${at}, after ${before}:\n  expected ${expected.states[at]}\n  actual   ${actual.states[at]}`;
  }
  if (actual.states.length !== expected.states.length) return "there are more stops";
  return actual.output === expected.output ? undefined : "the output differs";
}

/** Tiny budgets, and now and then a large one so that the program gets on. */
export function tinyBudgets(large: number): (random: RandomNumbers) => number {
  const tiny = [1, 2, 3, 5, 7, 11, 13, 30];
  return (random) => (random.below(8) === 0 ? 1 + random.below(large) : random.pick(tiny));
}

export interface Comparison {
  /** Stops at which states were compared, over all engines. */
  readonly stops: number;
  /** Where an engine parts from the evaluator, a line each. */
  readonly differences: readonly string[];
}

/**
 * Follows a subject on the evaluator and on all others, three times: with random stops, with tiny
 * budgets, and with breakpoints and watchpoints at places that it comes to.
 */
export function compareEngines(
  subject: Subject,
  { stops, instructions, seed }: { stops: number; instructions: number; seed: number },
  configurations: readonly Configuration[] = compared,
): Comparison {
  const evaluator: Configuration = { engine: "evaluator" };
  const endless = { seed, stops: 1, instructions, budget: () => instructions, memoryEvery: 1 };
  const length = Number(follow(subject, { engine: "interpreter" }, endless).instructions);
  const large = Math.max(2, Math.floor((2 * length) / stops));
  const limits = { seed, stops, instructions, memoryEvery: Math.max(1, stops >> 6) };
  const first = { ...limits, budget: (random: RandomNumbers) => 1 + random.below(large) };
  const known = follow(subject, evaluator, first);
  const random = new RandomNumbers(seed);
  const stack = known.places.length > 0 ? watchable(subject, random) : [];
  const plans: readonly (readonly [string, Plan, Track?])[] = [
    ["random stops", first, known],
    ["tiny budgets", { ...limits, budget: tinyBudgets(8 * large) }],
    [
      "breakpoints and watchpoints",
      { ...limits, budget: () => 4 * large, breakpoints: known.places, watchpoints: stack },
    ],
  ];
  let total = 0;
  const differences: string[] = [];
  for (const [name, plan, done] of plans) {
    const expected = done ?? follow(subject, evaluator, plan);
    for (const configuration of configurations) {
      const actual = follow(subject, configuration, plan);
      total += actual.states.length;
      const where = parting(expected, actual);
      if (where !== undefined) differences.push(`${nameOf(configuration)}, ${name}, ${where}`);
    }
  }
  return { stops: total, differences };
}

/** Places in the writable sections of the program, to be watched. */
function watchable({ file }: Subject, random: RandomNumbers): Watchpoint[] {
  const sections = file.sections.filter(
    ({ flags, size, address }) => (flags & 3n) === 3n && size > 0n && address > 0n,
  );
  if (sections.length === 0) return [];
  return Array.from({ length: 24 }, () => {
    const { address, size } = random.pick(sections);
    return {
      address: address + BigInt(random.below(Number(size))),
      length: random.pick([1, 2, 4, 8, 64]),
      access: random.pick(["read", "write", "readWrite"] as const),
    };
  });
}
