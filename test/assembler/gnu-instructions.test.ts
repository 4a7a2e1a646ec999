/**
 * Every form of every instruction and pseudo-instruction, written from its syntax: same bytes and
 * relocations as with GNU as. What that version of GNU as does not know is left out by name.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { readElf } from "../../elf/reader.ts";
import { parseArchitecture } from "../../isa/architecture.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import { type PseudoInstruction, pseudoInstructions } from "../../isa/pseudo.ts";
import { requireTool, tryTool } from "../tools.ts";
import { differences } from "./object-comparison.ts";

/** An operand of each name; compressed names (rd') take the popular registers. */
const operands: Readonly<Record<string, string>> = {
  rd: "a3",
  rs1: "s1",
  rs2: "t4",
  rt: "t0",
  "rd'": "a3",
  "rs1'": "s1",
  "rs2'": "a5",
  fd: "fa3",
  fs1: "ft2",
  fs2: "fs11",
  fs3: "fa0",
  "fd'": "fa3",
  "fs2'": "fa4",
  imm: "16",
  uimm: "16",
  shamt: "7",
  csr: "mstatus",
  rm: "rtz",
  pred: "rw",
  succ: "w",
  symbol: "sym",
};

const isBranch = ({ mnemonic }: { mnemonic: string }) =>
  /^(c\.)?(b(eq|ne|lt|ge|gt|le)\w*|j|jal)$/.test(mnemonic);

/** The lines for a form: with a target where it branches, and without its rounding mode. */
function linesOf(form: Instruction | PseudoInstruction): string[] {
  const text = form.syntax.replace(/[a-z]+\d?'?/g, (name) =>
    name === "imm" && isBranch(form) ? "sym" : (operands[name] ?? name),
  );
  const line = `${form.mnemonic} ${text}`;
  return form.syntax.endsWith(", rm") ? [line, line.replace(/, rtz$/, "")] : [line];
}

/** Mnemonics that GNU as 2.40 lacks. */
const newer = /^(czero\.|ntl\.|lga\b)/;

const extensions = "imafdc_zicsr_zifencei_zba_zbb_zbc_zbs_zfh_zihintpause";

describe("every instruction, against GNU as", () => {
  for (const xlen of [64, 32] as const) {
    it(`RV${xlen}`, function () {
      this.timeout(60_000);
      const as = requireTool(this, "riscv64-unknown-elf-as");
      const march = `rv${xlen}${extensions}`;
      const parsed = parseArchitecture(march);
      assert.ok(parsed.ok);
      const { architecture } = parsed;
      const lines = [
        ...instructions.filter((form) => available(form, architecture)),
        ...pseudoInstructions.filter((form) => (form.xlen ?? xlen) === xlen),
      ]
        .flatMap(linesOf)
        .filter((line) => !newer.test(line));
      const folder = mkdtempSync(join(tmpdir(), "instructions-"));
      const path = join(folder, "all.s");
      const object = join(folder, "all.o");
      const options = [
        `-march=${march}`,
        `-mabi=${xlen === 64 ? "lp64d" : "ilp32d"}`,
        path,
        "-o",
        object,
      ];
      writeFileSync(path, `${lines.join("\n")}\n`);
      // Pseudo-instructions of the other width are refused by both.
      const refused = new Set(
        [...tryTool(as, options).stderr.matchAll(/:(\d+): Error/g)].map(([, line]) => Number(line)),
      );
      const ours = assemble(path, `${lines.join("\n")}\n`, { march, readFile: () => undefined });
      const refusedHere = new Set(ours.diagnostics.map(({ range }) => range.start.line + 1));
      assert.deepEqual(
        [...refusedHere].map((line) => lines[line - 1]),
        [...refused].map((line) => lines[line - 1]),
      );
      const kept = lines.filter((_, index) => !refused.has(index + 1));
      const source = `${kept.join("\n")}\n`;
      writeFileSync(path, source);
      assert.equal(tryTool(as, options).code, 0);
      const again = assemble(path, source, { march, readFile: () => undefined });
      assert.deepEqual(differences(again.object, readElf(readFileSync(object))), []);
      console.log(`      ${kept.length} lines, ${refused.size} refused by both`);
      rmSync(folder, { recursive: true });
    });
  }
});
