/**
 * `npm run bench -- NAME`: measures what is promised about the engines and says whether it holds.
 * The exit code is 1 where a program's output is wrong, 2 where the command line is, otherwise 0:
 * a goal that is missed is said, but figures of a busy machine are no failure.
 */
import { rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { assembler } from "./assembler.ts";
import { BenchError, buildCommandLine } from "./build.ts";
import { checks } from "./checks.ts";
import { compare, type Options, ours } from "./compare.ts";
import { corpus } from "./corpus.ts";
import { fetchDebian } from "./debian.ts";
import { disassembler } from "./disassembler.ts";
import { history } from "./history.ts";
import { languageServer } from "./language-server.ts";
import { linker } from "./linker.ts";
import { growth, memory, start } from "./questions.ts";
import { goalLines, type Report } from "./report.ts";

interface Benchmark {
  readonly summary: string;
  readonly run: (options: Options) => Report | Promise<Report>;
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  translator: {
    summary: "the translator by qemu-riscv64",
    run: (options) =>
      compare(
        { name: "translator", target: "rv64", engine: "translator", mean: 0.67, worst: 1.5 },
        options,
      ),
  },
  interpreter: {
    summary: "the interpreter by qemu-riscv64",
    run: (options) =>
      compare(
        { name: "interpreter", target: "rv64", engine: "interpreter", mean: 6.4, worst: 12 },
        options,
      ),
  },
  rv32: {
    summary: "the translator by qemu-riscv32, programs for RV32",
    run: (options) =>
      compare(
        { name: "rv32", target: "rv32", engine: "translator", mean: 0.67, worst: 1.5 },
        options,
      ),
  },
  profile: {
    summary: "the translator that counts executions by the one that does not",
    run: (options) => compare(countingComparison(options.cli), options),
  },
  assembler: { summary: "the assembler by GNU as, on one large compiled file", run: assembler },
  linker: { summary: "the linker by GNU ld, on static programs with their libraries", run: linker },
  disassembler: {
    summary: "the disassembler by GNU objdump, over Debian's binaries",
    run: disassembler,
  },
  start: { summary: "the time to start, and to run what is cold", run: start },
  memory: { summary: "the most memory that is held", run: memory },
  history: { summary: "what it costs to remember a run and to go back in it", run: history },
  checks: { summary: "how fast programs run with checks of the run", run: checks },
  "language-server": {
    summary: "how long the language server takes, by the length of the source",
    run: languageServer,
  },
  growth: { summary: "time for an instruction and for a region as there are more", run: growth },
};

/** The translator with and without `--coverage`, whose file is not kept. */
function countingComparison(cli: string): Parameters<typeof compare>[0] {
  const engine = "translator";
  const plain = {
    name: engine,
    target: "rv64",
    command: ours(cli, engine),
    root: "--mount",
  } as const;
  const file = process.platform === "win32" ? "NUL" : "/dev/null";
  const command = [...plain.command, "--coverage", file];
  const counting = { ...plain, name: "counting", command };
  const peers = [plain, counting];
  return { name: "profile", target: "rv64", engine, mean: 1.1, worst: 1.5, peers };
}

function usage(): string {
  const names = Object.entries(benchmarks).map(
    ([name, { summary }]) => `  ${name.padEnd(17)}${summary}`,
  );
  return `usage: npm run bench -- NAME [options]

${names.join("\n")}

  --programs A,B  only these of the corpus: ${corpus.map(({ name }) => name).join(", ")}
  --size small    a tenth of the work, for a quick look
  --runs N        rounds, of which the least time counts (default 3)
  --native        also run the programs as built for this machine
  --cli FILE      measure this bundle of the command line instead of one built from the sources
  --json FILE     write the goals and the rows to a file
`;
}

class UsageFailure extends Error {}

const fail = (text: string): never => {
  throw new UsageFailure(text);
};

function parse() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      programs: { type: "string" },
      size: { type: "string", default: "full" },
      runs: { type: "string", default: "3" },
      native: { type: "boolean", default: false },
      cli: { type: "string" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [name = ""] = positionals;
  if (values.help || positionals.length !== 1) return undefined;
  const benchmark = benchmarks[name] ?? fail(`there is no benchmark "${name}"`);
  if (!/^[1-9]\d?$/.test(values.runs)) fail("--runs needs a number from 1 to 99");
  if (!["small", "full"].includes(values.size)) fail('--size is "small" or "full"');
  const programs = (values.programs?.split(",") ?? corpus.map((one) => one.name)).map(
    (one) =>
      corpus.find((program) => program.name === one) ?? fail(`the corpus has no program "${one}"`),
  );
  return { name, benchmark, values, programs };
}

async function main(): Promise<number> {
  const asked = parse();
  if (asked === undefined) {
    process.stderr.write(usage());
    return 2;
  }
  const { name, benchmark, values, programs } = asked;
  if (name !== "assembler" && name !== "linker" && name !== "disassembler")
    await fetchDebian(programs);
  const built = values.cli === undefined ? await buildCommandLine() : undefined;
  try {
    const report = await benchmark.run({
      programs,
      small: values.size === "small",
      runs: Number(values.runs),
      native: values.native,
      cli: built ?? (values.cli as string),
      progress: (text) => {
        if (process.stderr.isTTY) process.stderr.write(`\x1b[2K\r${text}\r`);
      },
    });
    console.log(`\n${goalLines(report.goals)}`);
    if (report.wrong.length > 0) console.log(`\nWRONG: ${report.wrong.join(", ")}`);
    if (values.json !== undefined) {
      const host = { node: process.version, cpu: cpus()[0]?.model, at: new Date().toISOString() };
      const document = { name, size: values.size, runs: Number(values.runs), host, ...report };
      writeFileSync(values.json, `${JSON.stringify(document, undefined, 2)}\n`);
    }
    return report.wrong.length > 0 ? 1 : 0;
  } finally {
    if (built !== undefined)
      for (const end of ["", ".map"]) rmSync(`${built}${end}`, { force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageFailure || error instanceof TypeError;
  if (!isUsage && !(error instanceof BenchError)) throw error;
  process.stderr.write(`bench: ${(error as Error).message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
