/**
 * Compilation databases: `compile_commands.json` as CMake, Meson, Bear and the kernel's scripts write
 * it, with the command line of each source. What matters here is what the preprocessor and the
 * assembler take from it. A source without a command gets that of its nearest relative, as files
 * that were just made are built like those around them. Clang's documentation, "JSON Compilation
 * Database Format Specification".
 */

import { abiNames } from "../isa/architecture.ts";
import type { Preprocessing, Settings } from "./analysis.ts";
import { canonicalUri } from "./uris.ts";

/** The command of one source. */
export interface CompileCommand {
  /** The canonical URI of the source. */
  readonly file: string;
  /** That of the folder in which the command runs, with a slash at its end. */
  readonly directory: string;
  readonly args: readonly string[];
}

/** Where a database is looked for in a workspace folder. */
export const databasePlaces = ["compile_commands.json", "build/compile_commands.json"] as const;

/** How names of assembly sources end that compilers take. */
const assembly = /\.(s|S|sx|asm)$/;
/** Sources of C, which are built with the same folders and macros. */
const relatives = /\.(c|cc|cpp|cxx|s|S|sx|asm)$/;

/** Reads a database that lies in a folder; what is not understood is left out. */
export function readCompileCommands(text: string, folder: string): CompileCommand[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: unknown) => {
    if (row === null || typeof row !== "object") return [];
    const { directory, file, command, arguments: args } = row as Record<string, unknown>;
    if (typeof file !== "string" || !relatives.test(file)) return [];
    const place = typeof directory === "string" ? directory : ".";
    const base = canonicalUri(`${place.replace(/\/$/, "")}/`, folder);
    const words = Array.isArray(args)
      ? args.filter((one): one is string => typeof one === "string")
      : typeof command === "string"
        ? splitCommand(command)
        : undefined;
    if (words === undefined) return [];
    return [{ file: canonicalUri(file, base), directory: base, args: words }];
  });
}

/** The words of a command as a shell takes them apart; nothing is expanded. */
function splitCommand(text: string): string[] {
  const words: string[] = [];
  const pieces = text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs);
  for (const [word] of pieces) {
    words.push(
      word.replace(
        /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs,
        (_, escaped, double, single) =>
          escaped ?? single ?? (double as string).replace(/\\(["\\$`])/g, "$1"),
      ),
    );
  }
  return words;
}

/** The command of a source, or of the one whose path has most in common with its own. */
export function commandFor(
  commands: readonly CompileCommand[],
  file: string,
): CompileCommand | undefined {
  const own = commands.find((one) => one.file === file);
  if (own !== undefined || commands.length === 0) return own;
  const parts = file.split("/");
  const shared = ({ file: other }: CompileCommand) => {
    const others = other.split("/");
    let count = 0;
    while (count < parts.length - 1 && parts[count] === others[count]) count++;
    // Assembly wins over C of the same folder.
    return count * 2 + (assembly.test(other) ? 1 : 0);
  };
  return commands.reduce((best, one) => (shared(one) > shared(best) ? one : best));
}

/** Options that take the next word, if it is not joined to them, and what they are for. */
const taking = /^-(D|U|I|include|isystem|iquote|idirafter)(.*)$/s;

/** What a command says of how its source is read. */
export function settingsOf({ args, directory, file }: CompileCommand): Settings {
  const macros: Record<string, string> = {};
  const undefine: string[] = [];
  const own: string[] = [];
  const system: string[] = [];
  const forced: string[] = [];
  let march: string | undefined;
  let mabi: string | undefined;
  let pic: boolean | undefined;
  const lists: Readonly<Record<string, string[] | undefined>> = {
    U: undefine,
    I: own,
    iquote: own,
    isystem: system,
    idirafter: system,
    include: forced,
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    const [, option = "", joined = ""] = taking.exec(arg) ?? [];
    if (option !== "") {
      const value = joined !== "" ? joined : (args[++at] ?? "");
      if (option === "D") {
        const [, name = "", text = "1"] = /^([^=]*)(?:=(.*))?$/s.exec(value) ?? [];
        macros[name] = text;
      } else {
        const isPath = option !== "U";
        lists[option]?.push(isPath ? canonicalUri(value, directory) : value);
      }
    }
    march = /^-march=(.+)$/.exec(arg)?.[1] ?? march;
    mabi = /^-mabi=(.+)$/.exec(arg)?.[1] ?? mabi;
    if (/^-f(pic|PIC|pie|PIE)$/.test(arg)) pic = true;
    if (/^-fno-(pic|PIC|pie|PIE)$/.test(arg)) pic = false;
  }
  // The kernel's headers for C and assembly ask for this name, which comes with commands for assembly.
  if (!assembly.test(file)) macros["__ASSEMBLY__"] ??= "1";
  const abi = abiNames.find((name) => name === mabi);
  const folders = [...own, ...system, directory.replace(/\/$/, "")];
  const preprocessing: Preprocessing = { macros, undefine, folders, forced };
  return {
    preprocessing,
    ...(march === undefined ? {} : { march }),
    ...(abi === undefined ? {} : { mabi: abi }),
    ...(pic === undefined ? {} : { pic }),
  };
}
