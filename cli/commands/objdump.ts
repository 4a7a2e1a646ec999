/** `hartbeat objdump`: shows what is in ELF files, in the format of GNU objdump. */
import process from "node:process";
import { ElfError } from "../../elf/errors.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf, requireRiscv } from "../../elf/reader.ts";
import { parseArchitecture } from "../../isa/architecture.ts";
import { ExitCode, type Options, textOption, UsageError, type Values } from "../command.ts";
import { disassembly } from "../dump/disassembly.ts";
import { relocationTables, sectionTable, symbolTable } from "../dump/tables.ts";
import { readBytes } from "../files.ts";

export const options: Options = {
  disassemble: { type: "boolean", short: "d", help: "disassemble the sections with code" },
  "section-headers": { type: "boolean", short: "h", help: "show the sections" },
  syms: { type: "boolean", short: "t", help: "show the symbol table" },
  reloc: { type: "boolean", short: "r", help: "show relocations; with -d, among the instructions" },
  "no-aliases": {
    type: "boolean",
    help: "show the instructions themselves, no pseudo-instructions",
  },
  march: { type: "string", value: "ARCH", help: "disassemble for this architecture" },
};

/** Runs the command; returns the exit code. */
export async function run(values: Values, positionals: readonly string[]): Promise<number> {
  const parts = ["disassemble", "section-headers", "syms", "reloc"];
  if (positionals.length === 0) throw new UsageError("objdump needs an ELF file");
  if (!parts.some((part) => values[part] === true)) {
    throw new UsageError("say what to show: -d, -h, -t or -r");
  }
  const march = textOption(values, "march");
  const parsed = march === undefined ? undefined : parseArchitecture(march);
  if (parsed?.ok === false) throw new UsageError(parsed.error);
  let isGood = true;
  for (const path of positionals) {
    const bytes = await readBytes(path);
    try {
      process.stdout.write(dump(path, requireRiscv(readElf(bytes)), values));
    } catch (error) {
      if (!(error instanceof ElfError)) throw error;
      process.stderr.write(`hartbeat: ${path}: ${error.message}\n`);
      isGood = false;
    }
  }
  return isGood ? ExitCode.SUCCESS : ExitCode.FAILURE;
}

function dump(path: string, file: ElfFile, values: Values): string {
  const shows = (part: string) => values[part] === true;
  const march = textOption(values, "march");
  let text = `\n${path}:     file format elf${file.class}-littleriscv\n\n`;
  if (shows("section-headers")) text += sectionTable(file);
  if (shows("syms")) text += symbolTable(file);
  if (shows("reloc") && !shows("disassemble")) text += relocationTables(file);
  if (shows("disassemble")) {
    text += disassembly(file, {
      aliases: !shows("no-aliases"),
      relocations: shows("reloc"),
      ...(march === undefined ? {} : { march }),
    });
  }
  return text;
}
