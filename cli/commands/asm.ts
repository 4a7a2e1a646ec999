/** `hartbeat asm`: sources into relocatable object files, or into one executable. */
import { readFileSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { preprocessing } from "../../assembler/build.ts";
import { readHeader } from "../../assembler/header.ts";
import { writeElf } from "../../elf/writer.ts";
import {
  abiOption,
  buildSources,
  dialectOption,
  preprocessorOptions,
  refuseCompiled,
  showDiagnostics,
  sourceOptions,
} from "../build.ts";
import {
  ExitCode,
  type Option,
  type Options,
  textOption,
  UsageError,
  type Values,
} from "../command.ts";
import { fileFailure } from "../failure.ts";
import { readText } from "../files.ts";
import { optimiseLate } from "../optimiser.ts";

const versions = [2, 3, 4, 5] as const;

export const options: Options = {
  output: {
    type: "string",
    short: "o",
    value: "FILE",
    help: "where to write (default: FILE.o for an object, a.out for an executable)",
  },
  compile: { type: "boolean", short: "c", help: "make an object file a source (the default)" },
  link: { type: "boolean", short: "l", help: "link all sources into one executable" },
  "gen-debug": {
    type: "boolean",
    short: "g",
    help: "write debug information into objects (an executable always has it)",
  },
  ...Object.fromEntries(
    versions.map((version): [string, Option] => [
      `gdwarf-${version}`,
      { type: "boolean", help: `the same, of version ${version} of DWARF` },
    ]),
  ),
  pic: {
    type: "boolean",
    help: "have la go through the global offset table, as position-independent code needs",
  },
  ...sourceOptions,
};

/** The version of DWARF that was asked for, the newest where there are several. */
function dwarfOption(values: Values): { dwarf?: number } {
  const dwarf = versions.findLast((version) => values[`gdwarf-${version}`] === true);
  return dwarf === undefined ? {} : { dwarf };
}

/** Runs the command; returns the exit code. */
export async function run(values: Values, positionals: readonly string[]): Promise<number> {
  const isLinked = values["link"] === true;
  const output = textOption(values, "output");
  if (positionals.length === 0) throw new UsageError("asm needs a source file");
  if (isLinked && values["compile"] === true) throw new UsageError("choose one of -c and -l");
  if (isLinked) return await link(positionals, values, output ?? "a.out");
  if (output !== undefined && positionals.length > 1) {
    throw new UsageError("-o names one object file, but there are several sources; link with -l");
  }
  optimiseLate("assemble");
  let isGood = true;
  for (const source of positionals) {
    const name = output ?? `${basename(source).replace(/\.(s|asm)$/i, "")}.o`;
    if (!(await assembleOne(source, name, values))) isGood = false;
  }
  return isGood ? ExitCode.SUCCESS : ExitCode.FAILURE;
}

async function link(sources: readonly string[], values: Values, output: string): Promise<number> {
  const directory = process.cwd();
  const program = await buildSources(sources, values, { ...dwarfOption(values), directory });
  if (program === undefined) return ExitCode.FAILURE;
  await write(output, writeElf(program.file));
  await chmod(output, 0o755);
  return ExitCode.SUCCESS;
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(path, bytes).catch((error: unknown) => {
    throw fileFailure(path, error);
  });
}

/** Assembles one source; false when it has errors, and then nothing is written. */
async function assembleOne(source: string, output: string, values: Values): Promise<boolean> {
  refuseCompiled(source);
  const text = await readText(source);
  const { options: header } = readHeader(text);
  const march = textOption(values, "march") ?? header.march;
  const mabi = abiOption(values) ?? header.mabi;
  const dialect = header.dialect ?? dialectOption(values);
  const dwarf = dwarfOption(values);
  const { undefine, forced, ...given } = preprocessorOptions(values);
  const { object, diagnostics } = assemble(source, text, {
    debug: values["gen-debug"] === true || dwarf.dwarf !== undefined,
    ...dwarf,
    directory: process.cwd(),
    dropsStatements: true,
    ...preprocessing(given, header, source),
    ...(undefine === undefined ? {} : { undefine }),
    ...(forced === undefined ? {} : { forced }),
    pic: values["pic"] === true,
    ...(march === undefined ? {} : { march }),
    ...(mabi === undefined ? {} : { mabi }),
    ...(dialect === undefined ? {} : { dialect }),
    readFile(path) {
      try {
        return new Uint8Array(readFileSync(path));
      } catch {
        return undefined;
      }
    },
  });
  if (!showDiagnostics(diagnostics)) return false;
  await write(output, writeElf(object));
  return true;
}
