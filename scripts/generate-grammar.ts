/**
 * Writes syntaxes/riscv.tmLanguage.json from the tables of instructions, registers, CSRs and
 * directives: `npm run generate`. A test fails when the file is stale.
 */
import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { grammarText } from "../syntaxes/grammar.ts";

/** Where the grammar is kept. */
export const grammarPath = fileURLToPath(
  new URL("../syntaxes/riscv.tmLanguage.json", import.meta.url),
);

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(grammarPath, grammarText());
