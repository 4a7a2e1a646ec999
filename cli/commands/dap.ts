/** `hartbeat dap`: the debug adapter's own Node program, on standard streams or on a port. */
import { ExitCode, type Options, textOption, UsageError, type Values } from "../command.ts";
import { startProgram } from "../program.ts";

export const options: Options = {
  port: { type: "string", value: "N", help: "listen on a TCP port instead of standard streams" },
};

/** Runs the command; returns the exit code. */
export async function run(values: Values, positionals: readonly string[]): Promise<number> {
  if (positionals.length > 0) throw new UsageError("dap takes no files; a client names them");
  const port = textOption(values, "port");
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) < 65536)) {
    throw new UsageError("--port needs a number from 0 to 65535");
  }
  await startProgram("debug-adapter", port === undefined ? [] : ["--port", port]);
  return ExitCode.SUCCESS;
}
