/**
 * The program `hartbeat`: chooses a command by name and runs it. Each command is loaded only when
 * it is called, so `--help` and small runs start quickly.
 */
import process from "node:process";
import { ExitCode, helpText, parse, UsageError } from "./command.ts";
import { commands } from "./commands.ts";
import { CommandFailure } from "./failure.ts";
import { version } from "./version.ts";

function overview(): string {
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`);
  return [
    "Usage: hartbeat COMMAND [options] …",
    "",
    "A RISC-V virtual machine that you can look inside.",
    "",
    "Commands:",
    ...rows,
    "",
    "hartbeat COMMAND --help says more about a command; hartbeat --version shows the version.",
    "",
  ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const [name] = args;
  if (name === undefined) {
    process.stderr.write(overview());
    return ExitCode.USAGE;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(overview());
    return ExitCode.SUCCESS;
  }
  if (name === "--version" || name === "-V") {
    process.stdout.write(`hartbeat ${version()}\n`);
    return ExitCode.SUCCESS;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw new UsageError(`there is no command "${name}"; hartbeat --help lists them`);
  }
  const { options, run, readsArguments = false, optionRows } = await command.load();
  if (readsArguments && !args.includes("--help")) return await run({}, args.slice(1), []);
  const parsed = parse(options, readsArguments ? ["--help"] : args.slice(1));
  if (parsed.values["help"] === true) {
    process.stdout.write(helpText(name, command.usage, command.summary, options, optionRows?.()));
    return ExitCode.SUCCESS;
  }
  return await run(parsed.values, parsed.positionals, parsed.rest);
}

// Whoever reads our output may stop reading: then there is nothing left to do, and no one to tell.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 128 + 13 : ExitCode.FAILURE);
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  const isPlain = isUsage || error instanceof CommandFailure;
  const text = isPlain ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`hartbeat: ${text}\n`);
  process.exitCode = isUsage ? ExitCode.USAGE : ExitCode.FAILURE;
}
