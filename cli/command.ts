/** What a command of the program is, and how its options are described and read. */
import { type ParseArgsConfig, parseArgs } from "node:util";

/** An option, as `--help` shows it. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in the help text, as in "DIR". */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

/** The values of a command's options. */
export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** Exit codes of the program itself: success, failure, wrong usage. */
export const ExitCode = { SUCCESS: 0, FAILURE: 1, USAGE: 2 } as const;

/** The behaviour of a command, loaded when it is called. */
export interface CommandModule {
  readonly options: Options;
  /** Whether the command reads its arguments itself: then `run` gets all of them as they are. */
  readonly readsArguments?: boolean;
  /** The options of such a command, for the help text. */
  readonly optionRows?: () => [flag: string, help: string][];
  /**
   * @param rest what stands after "--"
   * @returns the exit code
   */
  run(values: Values, positionals: readonly string[], rest: readonly string[]): Promise<number>;
}

/** A command, as the overview lists it. */
export interface Command {
  readonly name: string;
  /** What follows the name, as in "[options] FILE…". */
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** A wrong use of the command line; `message` says what to do. */
export class UsageError extends Error {}

/** The options with --help, whose short form a command may use for something else. */
function withHelp(options: Options): Options {
  const isTaken = Object.values(options).some(({ short }) => short === "h");
  const help: Option = { type: "boolean", help: "show this help" };
  return { ...options, help: isTaken ? help : { ...help, short: "h" } };
}

/** The arguments of a command, sorted. */
export interface Parsed {
  readonly values: Values;
  readonly positionals: readonly string[];
  /** What stands after "--". */
  readonly rest: readonly string[];
}

/** Reads the arguments of a command; throws `UsageError`. */
export function parse(options: Options, args: readonly string[]): Parsed {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const config: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [name, { type, short, multiple }] of Object.entries(withHelp(options))) {
    config[name] = {
      type,
      ...(short === undefined ? {} : { short }),
      ...(multiple === undefined ? {} : { multiple }),
    };
  }
  try {
    const parsed = parseArgs({ args: [...own], options: config, allowPositionals: true });
    return { ...parsed, rest: end < 0 ? [] : args.slice(end + 1) };
  } catch (error) {
    // The first sentence of Node's text says what is wrong.
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

/** The help text of a command. */
export function helpText(
  name: string,
  usage: string,
  summary: string,
  options: Options,
  ownRows: readonly (readonly [flag: string, help: string])[] = [],
): string {
  const general = Object.entries(withHelp(options)).map(([long, { short, value, help }]) => {
    const flag = `${short === undefined ? "    " : `-${short}, `}--${long}`;
    return [value === undefined ? flag : `${flag} ${value}`, help] as const;
  });
  const rows = [...ownRows, ...general];
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  const lines = rows.map(([flag, help]) => `  ${flag.padEnd(width)}${help}`);
  return `Usage: hartbeat ${name} ${usage}\n\n${summary}\n\nOptions:\n${lines.join("\n")}\n`;
}

/** The option's text, or undefined where it was not given. */
export function textOption(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** The texts of an option that may be repeated. */
export function listOption(values: Values, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
