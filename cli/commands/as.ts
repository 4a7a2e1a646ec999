/** `hartbeat as`: one source into one object, with the options of GNU as. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { assemble } from "../../assembler/assemble.ts";
import type { Diagnostic } from "../../assembler/diagnostics.ts";
import { writeElf } from "../../elf/writer.ts";
import { asOptionRows, readAsArguments } from "../as-arguments.ts";
import { showDiagnostics } from "../build.ts";
import { ExitCode, type Options, type Values } from "../command.ts";
import { fileFailure } from "../failure.ts";
import { readText } from "../files.ts";
import { optimiseLate } from "../optimiser.ts";

/** What GNU as for bare-metal RISC-V takes for granted: the compressed instructions are asked for. */
const defaultMarch = "rv64g";

export const options: Options = {};

/** The arguments are read here: options have one dash. */
export const readsArguments = true;

/** The rows of the help text. */
export const optionRows = () => asOptionRows;

/** Runs the command; returns the exit code. */
export async function run(_values: Values, args: readonly string[]): Promise<number> {
  const read = readAsArguments(args);
  const { source, output, march, mabi, debug, isaEdition, privilegedEdition } = read;
  const { folders, define, pic, relax, checksCsrs, hasAttributes, alternate } = read;
  optimiseLate("assemble");
  const isStandard = source === "-";
  const text = isStandard ? readFileSync(0, "utf8") : await readText(source);
  const { object, diagnostics } = assemble(isStandard ? "{standard input}" : source, text, {
    march: march ?? defaultMarch,
    ...(mabi === undefined ? {} : { mabi }),
    ...(debug === undefined || debug === 0 ? {} : { dwarf: debug }),
    ...(isaEdition === undefined ? {} : { isaEdition }),
    ...(privilegedEdition === undefined ? {} : { privilegedEdition }),
    debug: debug !== undefined,
    preprocess: false,
    directory: process.cwd(),
    dropsStatements: true,
    folders,
    define,
    pic,
    relax,
    checksCsrs,
    hasAttributes,
    alternate,
    readFile(path) {
      try {
        return new Uint8Array(readFileSync(path));
      } catch {
        return undefined;
      }
    },
  });
  const isWarning = ({ severity }: Diagnostic) => severity !== "error";
  const shown = read.showsWarnings ? diagnostics : diagnostics.filter((one) => !isWarning(one));
  if (!showDiagnostics(shown)) return ExitCode.FAILURE;
  if (read.failsOnWarnings && shown.some(isWarning)) return ExitCode.FAILURE;
  await writeFile(output, writeElf(object)).catch((error: unknown) => {
    throw fileFailure(output, error);
  });
  return ExitCode.SUCCESS;
}
