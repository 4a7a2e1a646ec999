/**
 * Compares an engine with QEMU's user emulator of the same width: every program under every peer,
 * one after the other in each round, so that what else the machine does falls on all alike. Of the
 * rounds the least time counts, since other work only ever adds to it.
 */
import { debianFolder } from "../test/debian.ts";
import { buildProgram, isFor } from "./build.ts";
import type { Program, Target } from "./corpus.ts";
import { type Run, run } from "./measure.ts";
import { atMost, type Goal, geometricMean, type Report, table } from "./report.ts";

export interface Options {
  readonly programs: readonly Program[];
  /** Run each program with its small argument. */
  readonly small: boolean;
  /** Rounds; the least of their times counts. */
  readonly runs: number;
  /** Also run the programs as built for this machine. */
  readonly native: boolean;
  /** The bundle of our command line. */
  readonly cli: string;
  /** Says what is going on. */
  readonly progress: (text: string) => void;
}

export interface Peer {
  readonly name: string;
  readonly target: Target;
  readonly command: readonly string[];
  /** The option that makes a folder the guest's root. */
  readonly root: string;
}

export interface Row {
  readonly program: string;
  /** Seconds of user time, by peer; not a number where it did not run. */
  readonly times: Readonly<Record<string, number>>;
  /** Ours by the reference's. */
  readonly ratio: number;
  readonly wrong?: string;
}

/** A program's arguments. */
export function argumentsOf({ small, debian }: Program, options: Options): readonly string[] {
  if (debian !== undefined) return debian.arguments[options.small ? "small" : "full"];
  return options.small && small !== "" ? [small] : [];
}

/** How our command line runs a program with an engine. */
export function ours(cli: string, engine: string): readonly string[] {
  return [process.execPath, cli, "run", "--engine", engine];
}

interface Comparison {
  /** Who is compared, the reference first; by default QEMU and the engine. */
  readonly peers?: readonly Peer[];
  /** What goals are named by. */
  readonly name: string;
  readonly target: "rv64" | "rv32";
  readonly engine: string;
  /** The most that the geometric mean may be, and any one program. */
  readonly mean: number;
  readonly worst: number;
}

/** Runs the comparison and prints its table. */
export function compare(comparison: Comparison, options: Options) {
  const { name, target, engine, mean, worst } = comparison;
  const peers = [...(comparison.peers ?? peersOf(target, options.cli, engine))];
  const reference = (peers[0] as Peer).name;
  if (options.native) peers.push({ name: "native", target: "native", command: [], root: "" });
  const programs = options.programs.filter((program) => isFor(program, target));
  // All are built before any is measured: what cannot be built is said at once.
  for (const program of programs) {
    options.progress(`building ${program.name}`);
    for (const peer of peers) if (isFor(program, peer.target)) buildProgram(program, peer.target);
  }
  const rows = programs.map((program) => compareProgram(program, peers, options));
  const names = peers.map((peer) => peer.name);
  const cells = rows.map((row) => [
    row.program,
    ...names.map((one) => seconds(row.times[one])),
    row.wrong === undefined ? row.ratio.toFixed(2) : row.wrong,
  ]);
  const ratios = rows.filter((row) => row.wrong === undefined).map((row) => row.ratio);
  const middle = geometricMean(ratios);
  const last = ["geometric mean", ...names.map(() => ""), middle.toFixed(3)];
  console.log(table([["user seconds", ...names, "ratio"], ...cells, last]));
  const wrong = rows.filter((row) => row.wrong !== undefined).map((row) => row.program);
  // An engine that is wrong meets no goal, however fast it is.
  const measured = (value: number) => (wrong.length > 0 ? Number.NaN : value);
  const goals: Goal[] = [
    atMost(`${name}: geometric mean of time by ${reference}`, measured(middle), mean),
    atMost(`${name}: worst program`, measured(Math.max(...ratios)), worst),
  ];
  return { goals, wrong, rows } satisfies Report;
}

const seconds = (time: number | undefined) =>
  time === undefined || Number.isNaN(time) ? "-" : time.toFixed(3);

function compareProgram(program: Program, peers: readonly Peer[], options: Options): Row {
  const given = argumentsOf(program, options);
  const commands = peers
    .filter((peer) => isFor(program, peer.target))
    .map((peer) => ({ peer, command: commandOf(program, peer) }));
  const times: Record<string, number> = {};
  let expected: Run | undefined;
  let wrong: string | undefined;
  options.progress(`${program.name} ${given.join(" ")}`);
  for (let round = 0; round < options.runs && wrong === undefined; round++) {
    for (const { peer, command } of commands) {
      const done = run([...command, ...given]);
      expected ??= done;
      // Results of floating point may differ where the host's compiler fuses otherwise.
      if (peer.target !== "native") wrong ??= difference(expected, done);
      times[peer.name] = Math.min(times[peer.name] ?? Number.POSITIVE_INFINITY, done.user);
    }
  }
  const [reference, engine] = peers.map(({ name }) => times[name] ?? Number.NaN);
  const ratio = (engine ?? Number.NaN) / (reference ?? Number.NaN);
  return { program: program.name, times, ratio, ...(wrong === undefined ? {} : { wrong }) };
}

/** QEMU, and an engine of ours by its name. */
export function peersOf(target: "rv64" | "rv32", cli: string, engine: string): readonly Peer[] {
  const reference = target === "rv64" ? "qemu-riscv64" : "qemu-riscv32";
  return [
    { name: reference, target, command: [reference], root: "-L" },
    { name: engine, target, command: ours(cli, engine), root: "--mount" },
  ];
}

/** The command that runs a program, without the program's arguments. */
export function commandOf(program: Program, { command, target, root }: Peer): readonly string[] {
  const path = buildProgram(program, target);
  return program.debian === undefined
    ? [...command, path]
    : [...command, root, debianFolder, path, ...(root === "--mount" ? ["--"] : [])];
}

/** What is wrong with a run, by the reference's. */
export function difference(expected: Run, { output, errors, code }: Run): string | undefined {
  if (code !== expected.code) return `WRONG: exit code ${code}, ${errors.split("\n")[0]}`;
  if (output !== expected.output) return `WRONG: ${output.trim()} for ${expected.output.trim()}`;
  return undefined;
}
