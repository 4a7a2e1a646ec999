/**
 * `hartbeat replay`: runs a recording again. Its output comes as it came, nothing is asked and no
 * file is touched; the exit code is the recorded program's, or 123 where the recording ends before
 * the program does.
 */
import process from "node:process";
import { clauseOf, historyOf } from "../../debug-adapter/opened-recording.ts";
import { type RecordingHead, readRecording } from "../../debug-adapter/recording.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import type { ElfFile } from "../../elf/model.ts";
import { SymbolTable } from "../../elf/symbols.ts";
import { type EngineName, engineNames } from "../../emulator/engines.ts";
import type { History } from "../../emulator/history/history.ts";
import { OutputBuffer, Runner } from "../../emulator/runner.ts";
import { fName, xName } from "../../isa/registers.ts";
import { oneNamed } from "../build.ts";
import { ExitCode, type Options, textOption, UsageError, type Values } from "../command.ts";
import { CommandFailure } from "../failure.ts";
import { readBytes } from "../files.ts";
import { optimiseLate } from "../optimiser.ts";
import { writeStream } from "../streams.ts";

export const options: Options = {
  to: { type: "string", value: "N", help: "show the state after N instructions instead" },
  branch: { type: "string", value: "NAME", help: "replay another branch of the run" },
  information: { type: "boolean", help: "show what the recording holds instead" },
  check: {
    type: "string",
    value: "N",
    help: "go to N random points and compare each state with that of the way there",
  },
  engine: {
    type: "string",
    value: "NAME",
    help: `what runs instructions: ${engineNames.join(", ")}`,
  },
};

/** Where a recording ends before its program does. */
export const endCode = 123;

interface Opened {
  readonly head: RecordingHead;
  readonly file: ElfFile;
  readonly history: History;
  readonly output: OutputBuffer;
}

/** Runs the command; returns the exit code. */
export async function run(values: Values, positionals: readonly string[]): Promise<number> {
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    throw new UsageError("replay needs one recording");
  }
  const to = numberOption(values, "to");
  const count = numberOption(values, "check");
  const engine = textOption(values, "engine");
  optimiseLate("guest");
  const opened = await open(
    path,
    engine === undefined ? undefined : oneNamed("engine", engineNames, engine),
  );
  const { history, output } = opened;
  const branch = textOption(values, "branch");
  if (branch !== undefined) {
    const names = history.branches.map(({ name }) => name);
    if (!names.includes(branch)) {
      throw new UsageError(`there is no branch "${branch}"; choose one of: ${names.join(", ")}`);
    }
    history.switchTo(branch);
    history.goTo(history.start);
  }
  try {
    if (values["information"] === true) return show(informationText(opened));
    if (count !== undefined) return check(history, Number(count));
    if (to !== undefined) {
      if (to < history.start || to > history.end) {
        throw new CommandFailure(
          `${path}: instruction ${to} is not in it: it goes from ${history.start} to ${history.end}`,
        );
      }
      history.goTo(to);
      return show(stateText(opened));
    }
    return await replay(history, output);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`${path}: it cannot be replayed: ${clauseOf(error)}`);
  }
}

function numberOption(values: Values, name: string): bigint | undefined {
  const text = textOption(values, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,18}$/.test(text)) throw new UsageError(`--${name} needs a whole number`);
  return BigInt(text);
}

async function open(path: string, engine: EngineName | undefined): Promise<Opened> {
  const bytes = await readBytes(path);
  const output = new OutputBuffer(writeStream);
  try {
    const recording = await readRecording(bytes);
    const { file, history } = historyOf(recording, engine, {
      output: (stream, data) => output.add(stream, data),
      note: () => undefined,
    });
    return { head: recording.head, file, history, output };
  } catch (error) {
    throw new CommandFailure(`${path}: it cannot be opened: ${clauseOf(error)}`);
  }
}

function show(text: string): number {
  process.stdout.write(text);
  return ExitCode.SUCCESS;
}

/** Runs all of it, with its output. */
async function replay(history: History, output: OutputBuffer): Promise<number> {
  history.repeatsOutput = true;
  const console = { read: async () => ({ data: new Uint8Array(0), ended: true }) };
  const files = { request: async () => ({ kind: "error", error: "EACCES" }) as const };
  const runner = new Runner(history, { console, files, drain: () => output.drain() });
  for (;;) {
    const end = await runner.run();
    if (end.reason === "exit") return end.code & 255;
    if (end.reason !== "end") continue;
    const at = `instruction ${history.instructions}`;
    process.stderr.write(`hartbeat: the recording ends at ${at}, before the program does\n`);
    return endCode;
  }
}

/** Goes to points in random order; the states must be those of the way forward. */
function check(history: History, count: number): number {
  if (count < 1 || count > 1e6) throw new UsageError("--check needs a number from 1 to 1000000");
  const length = Number(history.end - history.start);
  const points = Array.from(
    { length: count },
    () => history.start + BigInt(Math.floor(Math.random() * (length + 1))),
  ).sort((a, b) => (a < b ? -1 : 1));
  const digests = new Map<bigint, string>();
  for (const point of points) {
    history.goTo(point);
    digests.set(point, history.digest());
  }
  const shuffled = points.map((point) => ({ point, key: Math.random() }));
  shuffled.sort((a, b) => a.key - b.key);
  const wrong = shuffled.filter(({ point }) => {
    history.goTo(point);
    return history.digest() !== digests.get(point);
  });
  const result =
    wrong.length === 0
      ? "all states are the same"
      : `${wrong.length} states differ, the first at instruction ${wrong[0]?.point}`;
  process.stdout.write(`${count} points from ${history.start} to ${history.end}: ${result}\n`);
  return wrong.length === 0 ? ExitCode.SUCCESS : ExitCode.FAILURE;
}

function informationText({ head, history }: Opened): string {
  const branches = history.branches.map(
    ({ name, isCurrent, since, end, hasEnded }) =>
      `  ${name}${isCurrent ? " (present)" : ""}: from ${since} to ${end}${hasEnded ? ", the program's end" : ""}`,
  );
  const bookmarks = head.bookmarks.map(({ at, label, branch }) => `  ${at}, ${branch}: ${label}`);
  return [
    `program:   ${head.program}`,
    `arguments: ${head.start.args?.join(" ") ?? ""}`,
    `written:   ${new Date(head.written).toISOString()}`,
    `sources:   ${head.files.size}`,
    `snapshots: ${history.kept.counts.length}`,
    "branches, by instructions:",
    ...branches,
    ...(bookmarks.length === 0 ? [] : ["bookmarks:", ...bookmarks]),
    "",
  ].join("\n");
}

/** Where it is, and the registers. */
function stateText({ file, history }: Opened): string {
  const hart = history.current;
  const hex = (value: bigint, bits: number) => value.toString(16).padStart(bits / 4, "0");
  const place = new SymbolTable(file).functionAt(hart.pc);
  const row = readDebugInformation(file).lines.lookup(hart.pc)?.row;
  const offset = place?.offset === 0n ? "" : `+${place?.offset}`;
  const where = [
    `pc ${hex(hart.pc, history.xlen)}`,
    ...(place === undefined ? [] : [`${place.symbol.name}${offset}`]),
    ...(row === undefined || row.line === 0 ? [] : [`${row.path}:${row.line}`]),
  ];
  const cells = (name: (index: number) => string, value: (index: number) => bigint, bits: number) =>
    Array.from({ length: 32 }, (_, n) => `${name(n).padStart(4)} ${hex(value(n), bits)}`);
  const rows = (all: readonly string[]) =>
    all.flatMap((_, n) => (n % 4 === 0 ? all.slice(n, n + 4).join("  ") : []));
  const integers = rows(cells(xName, (n) => hart.x(n), history.xlen));
  const { flen } = history;
  const floats = flen === 0 ? [] : rows(cells(fName, (n) => hart.f(n), flen));
  const head = `instruction ${history.instructions} of ${history.end}, branch ${history.branch}`;
  return [head, where.join("  "), ...integers, ...floats, ""].join("\n");
}
