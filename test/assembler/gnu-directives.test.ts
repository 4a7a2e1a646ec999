/**
 * Every directive and operand form, against GNU as: what it takes becomes the same sections,
 * relocations and symbols, and what it refuses is refused on the same line. The sources are in
 * `directives/`: whole ones under titles, and mistakes one a line. What differs is listed with why.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble, type Diagnostic } from "../../assembler/assemble.ts";
import { STT } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { requireTool, tryTool } from "../tools.ts";
import { differences } from "./object-comparison.ts";

const folder = join(import.meta.dirname, "directives");
const readFile = (path: string): Uint8Array | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** Named symbols as text, in order; not those of groups, which stand in sections of their own. */
function symbolsOf({ symbols, sections }: ElfFile): string[] {
  const groups = new Set(sections.map(({ group }) => group));
  return symbols
    .filter(({ type, name }) => type !== STT.SECTION && !/^\.L|^\s*$/.test(name))
    .filter(({ name }) => !groups.has(name))
    .map(({ name, value, size, type, binding, visibility, section }) => {
      const place = typeof section === "object" ? section.name : section;
      return `${name} ${value} ${size} type ${type} binding ${binding} ${visibility} ${place}`;
    })
    .sort();
}

const linesOf = (diagnostics: readonly Diagnostic[], kind: Diagnostic["severity"]) =>
  [
    ...new Set(
      diagnostics
        .filter(({ severity }) => severity === kind)
        .map(({ range }) => range.start.line + 1),
    ),
  ].sort((a, b) => a - b);

/** The lines that GNU as complains of; what it says of earlier lines in passing is none. */
const complaints = (text: string, file: string, kind: string) =>
  [
    ...new Set(
      [...text.matchAll(/^(.*?):(\d+): (Fatal error|Error|Warning): (.*)$/gm)]
        .filter(([, name, , what, message]) => {
          const isKind = kind === "Warning" ? what === kind : what !== "Warning";
          return name === file && isKind && !message?.startsWith("here is the previous");
        })
        .map(([, , line]) => Number(line)),
    ),
  ].sort((a, b) => a - b);

/** Titles of accepted sources in which RV32 differs, with the reason. */
const only64 = new Set([
  // `.option arch, rv64ima` and the loads of doublewords.
  "option",
  "insn",
  "hi lo",
  "counters of the base",
]);

/** Mistakes that are judged otherwise, with the reason. */
const judgedOtherwise: Readonly<Record<string, string>> = {
  "jal a0": "GNU as jumps to a symbol called a0; it is more likely a slip",
  call: "GNU as calls nothing",
  ".word 1 +": "a sum without its second term is a mistake",
  ".word 5 / 0": "a division by zero is a mistake",
  '.ascii "foo': "a string without its end is a mistake",
  '.string "a",': "a list that ends in a comma is a mistake",
  ".double 1,,2": "a number is missing",
  ".skip": "a warning that GNU as does not give",
  ".fill": "a warning that GNU as does not give",
  ".zero": "a warning that GNU as does not give",
  ".ds.l": "a warning that GNU as does not give",
  ".struct": "a warning that GNU as does not give",
  ".comm x, 4, 3": "3 is no power of two",
  ".rept": "the error stands at the start of what has no end",
  ".rept foo": "the error stands at the start of what has no end",
  ".rept 1": "the error stands at the start of what has no end",
  ".cfi_startproc": "GNU as gives no line",
  ".cfi_startproc\\n.cfi_def_cfa_offset\\n.cfi_endproc": "an offset is missing",
  ".cfi_startproc\\n.cfi_escape\\n.cfi_endproc": "GNU as gives no line",
  ".uleb128": "a warning beside the error",
  "1: nop\\nj 2f": "GNU as gives no line",
  "a0 = 5": "no expression can name a symbol that is called like a register",
  "addi a0, a0, %lo x": "a relocation function has parentheses",
  ".nops 4": "GNU as gives no line",
  ".ident": "a text is missing",
};

describe("directives, against GNU as", () => {
  const sources = readFileSync(join(folder, "accepted.txt"), "utf8").split(/^=== /m).slice(1);
  for (const march of ["rv64gc", "rv32imac"]) {
    it(`${march}: ${sources.length} sources that it takes`, function () {
      this.timeout(60_000);
      const as = requireTool(this, "riscv64-unknown-elf-as");
      const scratch = mkdtempSync(join(tmpdir(), "directives-"));
      const path = join(scratch, "case.s");
      const object = join(scratch, "case.o");
      const found: string[] = [];
      for (const source of sources) {
        const end = source.indexOf("\n");
        const [title, text] = [source.slice(0, end), source.slice(end + 1)];
        if (march.startsWith("rv32") && only64.has(title)) continue;
        writeFileSync(path, text);
        const options = [`-march=${march}`, "-I", folder];
        const gnu = tryTool(as, [...options, path, "-o", object]);
        if (gnu.code !== 0) {
          found.push(`${title}: GNU as refuses it: ${gnu.stderr}`);
          continue;
        }
        const ours = assemble(path, text, { march, folders: [folder], readFile });
        for (const { message, range, severity } of ours.diagnostics) {
          if (severity !== "error") continue;
          found.push(`${title}: line ${range.start.line + 1}: ${message}`);
        }
        const warned = [
          complaints(gnu.stderr, path, "Warning"),
          linesOf(ours.diagnostics, "warning"),
        ];
        if (String(warned[0]) !== String(warned[1])) {
          found.push(`${title}: warnings at ${warned[1]}, not ${warned[0]}`);
        }
        const theirs = readElf(readFileSync(object));
        found.push(...differences(ours.object, theirs).map((line) => `${title}: ${line}`));
        const [mine, wanted] = [symbolsOf(ours.object), symbolsOf(theirs)];
        for (const symbol of wanted) {
          if (!mine.includes(symbol)) found.push(`${title}: no symbol ${symbol}`);
        }
        for (const symbol of mine) {
          if (!wanted.includes(symbol)) found.push(`${title}: a symbol too many: ${symbol}`);
        }
      }
      rmSync(scratch, { recursive: true });
      assert.deepEqual(found, []);
    });
  }

  it("the mistakes that it refuses or warns of, by their lines", function () {
    this.timeout(60_000);
    const as = requireTool(this, "riscv64-unknown-elf-as");
    const scratch = mkdtempSync(join(tmpdir(), "mistakes-"));
    const mistakes = readFileSync(join(folder, "rejected.txt"), "utf8")
      .split("\n")
      .filter((text) => text !== "")
      .map((mistake, index) => ({
        mistake,
        text: `${mistake.replaceAll("\\n", "\n")}\n`,
        name: `${index}.s`,
      }));
    for (const { text, name } of mistakes) writeFileSync(join(scratch, name), text);
    // One shell for all of them: starting processes from here takes longer than assembling.
    const loop =
      'cd "$1"; for f in *.s; do "$2" -march=rv64gc $f -o $f.o 2>$f.err; echo $? >$f.code; done';
    tryTool("/bin/sh", ["-c", loop, "sh", scratch, as]);
    const found: string[] = [];
    const others: string[] = [];
    for (const { mistake, text, name } of mistakes) {
      const said = readFileSync(join(scratch, `${name}.err`), "utf8");
      const isRefused = readFileSync(join(scratch, `${name}.code`), "utf8").trim() !== "0";
      const { diagnostics } = assemble(name, text, { march: "rv64gc", readFile });
      const [errors, warnings] = [linesOf(diagnostics, "error"), linesOf(diagnostics, "warning")];
      const isEqual =
        isRefused === errors.length > 0 &&
        String(complaints(said, name, "Error")) === String(errors) &&
        String(complaints(said, name, "Warning")) === String(warnings);
      if (isEqual) continue;
      if (mistake in judgedOtherwise) others.push(mistake);
      else found.push(`${mistake}: errors at ${errors}, warnings at ${warnings}: ${said}`);
    }
    rmSync(scratch, { recursive: true });
    console.log(`      ${mistakes.length} mistakes, ${others.length} judged otherwise`);
    assert.deepEqual(found, []);
    assert.deepEqual(others.sort(), Object.keys(judgedOtherwise).sort());
  });
});
