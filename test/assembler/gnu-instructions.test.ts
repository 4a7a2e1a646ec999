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
import { defaultAbi, parseArchitecture } from "../../isa/architecture.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import { pseudoInstructions } from "../../isa/pseudo.ts";
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
  rs3: "s4",
  vd: "v3",
  vs1: "v31",
  vs2: "v14",
  vs3: "v8",
  vt: "v9",
  vm: "v0.t",
  vtype: "e32, mf2, ta, mu",
  bs: "2",
  rnum: "10",
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

/** Immediates of vector instructions are small, those of prefetches multiples of 32. */
function operandOf(mnemonic: string, name: string): string | undefined {
  if (name === "imm" && mnemonic.startsWith("v")) return "-7";
  if (name === "imm" && mnemonic.startsWith("prefetch.")) return "-64";
  return operands[name];
}

/** The lines for a form: with a target where it branches, and without its rounding mode. */
function linesOf(form: Pick<Instruction, "mnemonic" | "syntax">): string[] {
  const text = form.syntax.replace(/[a-z]+\d?'?/g, (name) =>
    name === "imm" && isBranch(form) ? "sym" : (operandOf(form.mnemonic, name) ?? name),
  );
  const line = `${form.mnemonic} ${text}`;
  const isOptional = /, (rm|vm)$/.test(form.syntax);
  return isOptional ? [line, line.replace(/, [^,]*$/, "")] : [line];
}

/** Comparisons that become others, with constants and registers at which they differ. */
const vectorComparisons = ["vmslt", "vmsltu", "vmsge", "vmsgeu"].flatMap((name) => [
  ...[-16, -15, 0, 1, 16, 17].flatMap((imm) => [
    `${name}.vi v3, v14, ${imm}`,
    `${name}.vi v3, v14, ${imm}, v0.t`,
  ]),
  `${name}.vx v0, v14, s1, v0.t, v9`,
]);

/** Mnemonics that GNU as 2.40 lacks. */
const newer = /^(czero\.|ntl\.|lga\b)/;

const bits = "zba_zbb_zbc_zbs_zbkb_zbkc_zbkx_zknd_zkne_zknh_zksed_zksh";
const blocks = "zicbom_zicbop_zicboz_zawrs_zihintpause_svinval";
const extensions = [
  `imafdcvh_zicsr_zifencei_zfh_${bits}_${blocks}`,
  "imac_zdinx_zhinx_zbkb",
  "ic_zve32x_zfinx_zks",
  "imafdqc_zfh",
];

describe("every instruction, against GNU as", () => {
  const marches = extensions.flatMap((names) => [
    { xlen: 64, march: `rv64${names}` } as const,
    { xlen: 32, march: `rv32${names}` } as const,
  ]);
  for (const { xlen, march } of marches) {
    it(march, function () {
      this.timeout(60_000);
      const as = requireTool(this, "riscv64-unknown-elf-as");
      const parsed = parseArchitecture(march);
      assert.ok(parsed.ok);
      const { architecture } = parsed;
      const lines = [
        ...instructions.filter((form) => available(form, architecture)),
        ...pseudoInstructions.filter((form) => (form.xlen ?? xlen) === xlen),
        ...vectorComparisons.map((mnemonic) => ({ mnemonic, syntax: "" })),
      ]
        .flatMap(linesOf)
        .filter((line) => !newer.test(line));
      const folder = mkdtempSync(join(tmpdir(), "instructions-"));
      const path = join(folder, "all.s");
      const object = join(folder, "all.o");
      const options = [`-march=${march}`, `-mabi=${defaultAbi(architecture)}`, path, "-o", object];
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
