/** `hartbeat lsp`: the language server's own Node program, on standard input and output. */
import { ExitCode, type Options, UsageError, type Values } from "../command.ts";
import { startProgram } from "../program.ts";

export const options: Options = {
  stdio: { type: "boolean", help: "talk over standard input and output (the default)" },
};

/** Runs the command; returns the exit code. */
export async function run(_: Values, positionals: readonly string[]): Promise<number> {
  if (positionals.length > 0) throw new UsageError("lsp takes no files; a client opens them");
  await startProgram("language-server", ["--stdio"]);
  return ExitCode.SUCCESS;
}
