/**
 * `hartbeat run`: runs an executable, or sources that are assembled and linked first. Standard
 * input and output are the guest's; the exit code is the guest's, or 128 + the signal that ended it.
 */
import { stat, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import process from "node:process";
import { NodeFiles } from "../../debug-adapter/node-files.ts";
import { allowRelaxedSimd } from "../../debug-adapter/node-relaxed-simd.ts";
import type { ProcessStart } from "../../debug-adapter/recording.ts";
import { ElfError } from "../../elf/errors.ts";
import type { ElfFile } from "../../elf/model.ts";
import { placedAt } from "../../elf/placed.ts";
import { looksLikeElf, readElf } from "../../elf/reader.ts";
import { defaultEngine, type EngineName, engineNames } from "../../emulator/engines.ts";
import { History } from "../../emulator/history/history.ts";
import type { Host, Machine } from "../../emulator/machine.ts";
import { LaunchError } from "../../emulator/process/errors.ts";
import { readInterpreter } from "../../emulator/process/interpreter-file.ts";
import { biasOf } from "../../emulator/process/loader.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { OutputBuffer, type RunEnd, Runner } from "../../emulator/runner.ts";
import {
  type BuiltProgram,
  buildSources,
  environmentOption,
  oneNamed,
  sourceOptions,
} from "../build.ts";
import {
  ExitCode,
  listOption,
  type Options,
  textOption,
  UsageError,
  type Values,
} from "../command.ts";
import { coverageText, profileText } from "../execution-report.ts";
import { CommandFailure } from "../failure.ts";
import { readBytes } from "../files.ts";
import { optimiseLate } from "../optimiser.ts";
import { type RecordedProgram, saveRecording } from "../recording.ts";
import { fileInput, standardInput, writeStream } from "../streams.ts";

export const options: Options = {
  ...sourceOptions,
  env: {
    type: "string",
    short: "E",
    multiple: true,
    value: "NAME=VALUE",
    help: "set an environment variable of the program (repeatable)",
  },
  stdin: { type: "string", value: "FILE", help: "read the program's input from a file" },
  mount: {
    type: "string",
    multiple: true,
    value: "[PATH=]DIR",
    help: "a folder that the program sees, at / by default (repeatable); default: .",
  },
  memory: { type: "string", value: "MIB", help: "memory limit in MiB (default 1024)" },
  limit: { type: "string", value: "N", help: "stop after N instructions, with exit code 124" },
  engine: {
    type: "string",
    value: "NAME",
    help: `what runs instructions: ${engineNames.join(", ")} (default ${defaultEngine})`,
  },
  profile: {
    type: "string",
    value: "FILE",
    help: "write how often functions, lines and instructions ran",
  },
  coverage: { type: "string", value: "FILE", help: "write which lines ran, in lcov's format" },
  record: {
    type: "string",
    value: "FILE",
    help: "write the run to a recording, for replay and the debugger",
  },
  statistics: { type: "boolean", help: "say on standard error how many instructions ran" },
};

function engineOption(values: Values): EngineName {
  return oneNamed("engine", engineNames, textOption(values, "engine") ?? defaultEngine);
}

/** As the program `timeout` ends when time is up. */
const limitCode = 124;
/** As a shell says that SIGINT has ended a program. */
const interruptCode = 128 + 2;
const trapCode = 128 + 5;

/** Runs the command; returns the exit code. */
export async function run(
  values: Values,
  positionals: readonly string[],
  rest: readonly string[],
): Promise<number> {
  const limit = wholeNumber(values, "limit");
  const recording = textOption(values, "record");
  if (recording !== undefined && reportPaths(values).length > 0) {
    throw new UsageError("--record counts nothing: leave --profile and --coverage out");
  }
  const [path] = positionals;
  if (path === undefined) throw new UsageError("run needs a program: an executable or a source");
  // Behind the sources, or behind an executable, come the program's own arguments.
  const isSource = (name: string) => /\.(s|asm)$/i.test(name);
  const count = positionals.findIndex((name, index) => index > 0 && !isSource(name));
  const files = isSource(path) ? positionals.slice(0, count < 0 ? undefined : count) : [path];
  const program = await loadProgram(files, values);
  if (program === undefined) return ExitCode.FAILURE;
  const given = [...positionals.slice(files.length), ...rest];
  const args = given.length > 0 ? given : program.args;
  const started = await start(program, path, args, values);
  const code = await follow(started, values, limit);
  await writeReports(started.machine, program.file, values);
  if (recording !== undefined && started.recorded !== undefined) {
    await saveRecording(recording, { program, path, ...started.recorded });
  }
  return code;
}

/** Reads an executable, or builds sources; undefined when their errors have been shown. */
async function loadProgram(
  files: readonly string[],
  values: Values,
): Promise<BuiltProgram | undefined> {
  const [path] = files as readonly [string];
  const bytes = await readBytes(path);
  if (!looksLikeElf(bytes)) {
    if (bytes.subarray(0, 1024).includes(0)) {
      throw new CommandFailure(
        `${path}: this is neither an ELF executable nor a source: give a program built for RISC-V`,
      );
    }
    return await buildSources(files, values);
  }
  try {
    return {
      file: readElf(bytes),
      environment: undefined,
      args: [],
      recipe: undefined,
      files: new Map(),
    };
  } catch (error) {
    if (error instanceof ElfError) throw new CommandFailure(`${path}: ${error.message}`);
    throw error;
  }
}

/** The folders that the guest sees, by guest path. */
async function mountsOf(values: Values): Promise<Record<string, string>> {
  const given = listOption(values, "mount");
  const mounts: Record<string, string> = {};
  for (const mount of given.length > 0 ? given : ["."]) {
    const split = mount.startsWith("/") ? mount.indexOf("=") : -1;
    const guest = split < 0 ? "/" : mount.slice(0, split);
    const folder = resolve(mount.slice(split + 1));
    const isFolder = await stat(folder).then(
      (status) => status.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new CommandFailure(`${folder}: there is no such folder to mount`);
    mounts[guest] = folder;
  }
  return mounts;
}

function variablesOf(values: Values): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const assignment of listOption(values, "env")) {
    const split = assignment.indexOf("=");
    if (split <= 0) throw new UsageError(`"${assignment}" is not of the form NAME=VALUE`);
    variables[assignment.slice(0, split)] = assignment.slice(split + 1);
  }
  return variables;
}

/** A positive whole number given by an option. */
function wholeNumber(values: Values, name: string): number | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new UsageError(`--${name} needs a positive whole number`);
  return Number(text);
}

interface Started {
  readonly machine: Machine;
  readonly output: OutputBuffer;
  readonly files: NodeFiles;
  /** Where the run is recorded. */
  readonly recorded: Omit<RecordedProgram, "program" | "path"> | undefined;
}

async function start(
  program: BuiltProgram,
  path: string,
  args: readonly string[],
  values: Values,
): Promise<Started> {
  const output = new OutputBuffer(writeStream);
  const mounts = await mountsOf(values);
  const memory = wholeNumber(values, "memory");
  const march = textOption(values, "march");
  const environment = environmentOption(values) ?? program.environment ?? "linux";
  const host: Host = {
    output: (stream, bytes) => output.add(stream, bytes),
    now: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e6)),
    random: (length) => {
      const bytes = new Uint8Array(length);
      // The platform gives at most 65536 at once.
      for (let at = 0; at < length; at += 65536)
        crypto.getRandomValues(bytes.subarray(at, at + 65536));
      return bytes;
    },
  };
  const streams = new Set<number>();
  if (process.stdin.isTTY && textOption(values, "stdin") === undefined) streams.add(0);
  if (process.stdout.isTTY) streams.add(1);
  if (process.stderr.isTTY) streams.add(2);
  const { columns = 80, rows = 24 } = process.stdout;
  const files = new NodeFiles(Object.values(mounts));
  try {
    optimiseLate("guest");
    allowRelaxedSimd();
    const interpreter = await readInterpreter(program.file, mounts, files);
    const start: ProcessStart = {
      environment,
      args,
      name: basename(path),
      variables: variablesOf(values),
      mounts,
      terminal: { streams, columns, rows },
      ...(march === undefined ? {} : { march }),
      ...(memory === undefined ? {} : { memoryLimit: memory * 2 ** 20 }),
    };
    const create = (given: Host) =>
      createProcess({
        ...start,
        file: program.file,
        interpreter: interpreter?.file,
        host: given,
        engine: engineOption(values),
        counts: reportPaths(values).length > 0,
        note: (text) => output.add(2, new TextEncoder().encode(`hartbeat: ${text}\n`)),
      });
    if (textOption(values, "record") === undefined) {
      return { machine: create(host), output, files, recorded: undefined };
    }
    const history = new History(host, create) as History;
    const recorded = { start, interpreter: interpreter?.bytes, history };
    return { machine: history, output, files, recorded };
  } catch (error) {
    if (error instanceof LaunchError || error instanceof ElfError) {
      throw new CommandFailure(`${path}: ${error.message}`);
    }
    throw error;
  }
}

/** Where the reports that are made of counts of executions go. */
function reportPaths(values: Values): string[] {
  const paths = ["profile", "coverage"].map((name) => textOption(values, name));
  return paths.filter((path) => path !== undefined);
}

async function writeReports(machine: Machine, file: ElfFile, values: Values): Promise<void> {
  const counts = machine.executionCounts?.();
  if (counts === undefined) return;
  const { xlen, extensions } = machine;
  const write = async (name: string, make: () => string): Promise<void> => {
    const path = textOption(values, name);
    if (path === undefined) return;
    try {
      await writeFile(path, make());
    } catch (error) {
      throw new CommandFailure(
        `${path}: the ${name} cannot be written: ${(error as Error).message}`,
      );
    }
  };
  const placed = placedAt(file, biasOf(file));
  await write("profile", () => profileText(counts, placed, { xlen, base: "i", extensions }));
  await write("coverage", () => coverageText(counts, placed));
}

/** Runs the machine to its end; returns the exit code. */
async function follow(
  { machine, output, files, recorded }: Started,
  values: Values,
  limit: number | undefined,
): Promise<number> {
  const path = textOption(values, "stdin");
  const console = path === undefined ? standardInput() : await fileInput(path);
  const runner = new Runner(machine, { console, files, drain: () => output.drain() });
  // What was recorded is written also when the person ends the run.
  const pause = () => runner.pause();
  if (recorded !== undefined) process.once("SIGINT", pause);
  const end = await runner.run(limit === undefined ? undefined : BigInt(limit));
  process.off("SIGINT", pause);
  const code = report(end, machine);
  if (values["statistics"] === true) {
    process.stderr.write(`hartbeat: ${machine.instructions} instructions\n`);
  }
  // Of a run that has ended well a person wants to see the start, of any other the end.
  const endedWell = end.reason === "exit" && end.signal === undefined;
  if (endedWell) recorded?.history.goTo(recorded.history.start);
  console.close();
  return code;
}

/** Says why the program ended when it was not by itself; the exit code. */
function report(end: RunEnd, machine: Machine): number {
  const place = `0x${machine.current.pc.toString(16)}`;
  const say = (text: string) => process.stderr.write(`hartbeat: ${text}\n`);
  switch (end.reason) {
    case "exit":
      if (end.signal !== undefined) say(`the program was ended by ${end.signal} at ${place}`);
      return end.code & 255;
    case "ebreak":
      say(`the program stopped at an ebreak at ${place}`);
      return trapCode;
    case "budget":
      say(`the limit of instructions is reached at ${place}`);
      return limitCode;
    case "pause":
      return interruptCode;
    default:
      throw new Error(`the run ended with "${end.reason}"`);
  }
}
