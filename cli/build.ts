/** Builds sources for the commands that take them, and shows their diagnostics as GCC does. */
import { basename } from "node:path";
import process from "node:process";
import type { BuildOptions } from "../assembler/build.ts";
import type { Diagnostic } from "../assembler/diagnostics.ts";
import { type DialectName, dialectNames } from "../assembler/dialects/dialect.ts";
import type { BuildRecipe } from "../debug-adapter/recording.ts";
import type { ElfFile } from "../elf/model.ts";
import { type EnvironmentName, environmentNames } from "../emulator/process/layout.ts";
import { abiNames } from "../isa/architecture.ts";
import { listOption, type Options, textOption, UsageError, type Values } from "./command.ts";
import { CommandFailure } from "./failure.ts";
import { readBytes } from "./files.ts";

/** The options of commands that assemble. */
export const sourceOptions = {
  march: {
    type: "string",
    value: "ARCH",
    help: "base and extensions, as in rv32imac (default: the source's, else rv64gc)",
  },
  mabi: { type: "string", value: "ABI", help: `calling convention: ${abiNames.join(", ")}` },
  dialect: {
    type: "string",
    short: "d",
    value: "NAME",
    help: `language of the sources: ${dialectNames.join(", ")} (default: the source's, else gnu)`,
  },
  define: {
    type: "string",
    short: "D",
    multiple: true,
    value: "NAME[=TEXT]",
    help: "define a macro for the preprocessor of .S files (repeatable)",
  },
  undefine: {
    type: "string",
    short: "U",
    multiple: true,
    value: "NAME",
    help: "forget a predefined macro (repeatable)",
  },
  include: {
    type: "string",
    short: "I",
    multiple: true,
    value: "DIR",
    help: "look for included files in a folder (repeatable)",
  },
  "forced-include": {
    type: "string",
    multiple: true,
    value: "FILE",
    help: "include a file before the first line of .S files (repeatable)",
  },
  environment: {
    type: "string",
    short: "e",
    value: "NAME",
    help: `calls that the program makes: ${environmentNames.join(", ")}`,
  },
} as const satisfies Options;

/** What a source says about itself in its header comment; unset where it says nothing. */
export interface BuiltProgram {
  readonly file: ElfFile;
  readonly environment: EnvironmentName | undefined;
  /** Arguments that the header gives. */
  readonly args: readonly string[];
  /** How it was built, and from what. */
  readonly recipe: BuildRecipe | undefined;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Languages of compilers by the endings of their files, and how each is compiled for RISC-V. */
const compiled: readonly (readonly [ending: RegExp, language: string, compiler: string])[] = [
  [/\.c$/, "C", "riscv64-linux-gnu-gcc -static"],
  [/\.(cc|cpp|cxx|c\+\+|C)$/, "C++", "riscv64-linux-gnu-g++ -static"],
  [/\.rs$/, "Rust", "rustc --target riscv64gc-unknown-linux-gnu -C target-feature=+crt-static"],
  [/\.go$/, "Go", "GOOS=linux GOARCH=riscv64 go build"],
];

/** Refuses a source that a compiler must translate first; throws `CommandFailure`. */
export function refuseCompiled(path: string): void {
  for (const [ending, language, compiler] of compiled) {
    if (!ending.test(path)) continue;
    const program = basename(path).replace(ending, "");
    throw new CommandFailure(
      `${path}: this is ${language} source: compile it first, as with ` +
        `"${compiler} -o ${program} ${path}", and run ${program}`,
    );
  }
}

/** `file:line:column: severity: message`, and the same for related places as notes. */
function diagnosticText({ file, range, severity, message, related = [] }: Diagnostic): string {
  const place = (name: string, { start }: Diagnostic["range"]) =>
    `${name}:${start.line + 1}:${start.character + 1}`;
  const kind = severity === "information" ? "note" : severity;
  const lines = [`${place(file, range)}: ${kind}: ${message}`];
  for (const other of related) {
    lines.push(`${place(other.file, other.range)}: note: ${other.message}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Shows diagnostics on standard error; whether none is an error. */
export function showDiagnostics(diagnostics: readonly Diagnostic[]): boolean {
  for (const diagnostic of diagnostics) process.stderr.write(diagnosticText(diagnostic));
  return !diagnostics.some(({ severity }) => severity === "error");
}

/** The words of a text, split at spaces outside of quotes. */
function splitWords(text: string): string[] {
  const words = text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
  return [...words].map(([, single, double, bare]) => single ?? double ?? bare ?? "");
}

/** The one of `names` that the text is; throws `UsageError` for another text. */
export function oneNamed<Name extends string>(
  kind: string,
  names: readonly Name[],
  text: string,
): Name {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  throw new UsageError(`there is no ${kind} "${text}"; choose one of: ${names.join(", ")}`);
}

/** The option --environment; throws `UsageError` for one that does not exist. */
export function environmentOption(values: Values): EnvironmentName | undefined {
  const text = textOption(values, "environment");
  return text === undefined ? undefined : oneNamed("environment", environmentNames, text);
}

/** The option --dialect; throws `UsageError` for one that does not exist. */
export function dialectOption(values: Values): DialectName | undefined {
  const text = textOption(values, "dialect");
  return text === undefined ? undefined : oneNamed("dialect", dialectNames, text);
}

/** The options --define, --undefine, --include and --forced-include. */
export function preprocessorOptions(values: Values) {
  const macros = Object.fromEntries(
    listOption(values, "define").map((text) => {
      const [, name = "", value = "1"] = /^([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? [];
      if (!/^[A-Za-z_]\w*(\(.*\))?$/.test(name)) {
        throw new UsageError(`"${text}" defines no macro; write -D NAME or -D NAME=TEXT`);
      }
      return [name, value];
    }),
  );
  const [undefine, folders] = [listOption(values, "undefine"), listOption(values, "include")];
  const forced = listOption(values, "forced-include");
  return {
    ...(Object.keys(macros).length === 0 ? {} : { macros }),
    ...(undefine.length === 0 ? {} : { undefine }),
    ...(folders.length === 0 ? {} : { folders }),
    ...(forced.length === 0 ? {} : { forced }),
  };
}

/** The option --mabi; throws `UsageError` for one that does not exist. */
export function abiOption(values: Values): string | undefined {
  const text = textOption(values, "mabi");
  return text === undefined ? undefined : oneNamed("ABI", abiNames, text);
}

/**
 * Assembles and links; options of the command line win over those of the first source's header.
 * Undefined when there were errors, which have been shown.
 */
export async function buildSources(
  files: readonly string[],
  values: Values,
  more: Pick<BuildOptions, "dwarf" | "directory"> = {},
): Promise<BuiltProgram | undefined> {
  for (const path of files) refuseCompiled(path);
  // Executables run without the assembler, so it is loaded here only.
  const { build } = await import("../assembler/build.ts");
  const march = textOption(values, "march");
  const mabi = abiOption(values);
  const environment = environmentOption(values);
  const dialect = dialectOption(values);
  const options = {
    ...more,
    ...preprocessorOptions(values),
    ...(dialect === undefined ? {} : { dialect }),
    ...(march === undefined ? {} : { march }),
    ...(mabi === undefined ? {} : { mabi }),
    ...(environment === undefined ? {} : { environment }),
  };
  const contents = new Map<string, Uint8Array>();
  const readFile = async (name: string) => {
    const bytes = await readBytes(name);
    contents.set(name, bytes);
    return bytes;
  };
  const built = await build(files, options, { readFile });
  const { file, diagnostics, header } = built;
  if (!showDiagnostics(diagnostics)) return undefined;
  if (file === undefined) throw new CommandFailure(`${files[0]}: there is nothing to link`);
  return {
    file,
    environment: built.environment,
    args: splitWords(header.args ?? ""),
    recipe: { sources: files, ...options },
    files: contents,
  };
}
