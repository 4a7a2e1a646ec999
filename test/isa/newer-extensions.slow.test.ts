/**
 * Extensions of vendors, and those that are newer than the binutils that most systems have: bytes
 * and text are those of GNU as and objdump. For the newer ones binutils 2.44 are fetched, and where
 * that is not possible the comparison is left out.
 */
import { deepEqual } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { disassemble } from "../../assembler/disassembler.ts";
import { readElf } from "../../elf/reader.ts";
import { encodingOf } from "../../isa/encoding.ts";
import { newerBinutils } from "../debian.ts";
import { requireTools, runTool } from "../tools.ts";
import {
  architectureOf,
  instructionsOf,
  randomNumbers,
  randomValues,
  sourceText,
} from "./samples.ts";

const vendors =
  "xtheadba_xtheadbb_xtheadbs_xtheadcmo_xtheadcondmov_xtheadfmemidx_xtheadfmv_xtheadint_" +
  "xtheadmac_xtheadmemidx_xtheadmempair_xtheadsync";
const newer = "zfa_zfh_zcb_zicond_zihintntl_zimop_zcmop_zacas_zabha_zba_zbb_zawrs";

type Program = readonly [program: string, ...args: string[]];

/** Compares our bytes and text of random instructions of some extensions with those of the tools. */
function compare(as: Program, objdump: Program, march: string, abi: string, pattern: RegExp) {
  const architecture = architectureOf(march);
  const random = randomNumbers(7);
  const lines: string[] = [];
  for (const instruction of instructionsOf(architecture)) {
    if (!pattern.test(instruction.extension)) continue;
    for (let round = 0; round < 6; round++) {
      const values = randomValues(instruction, random);
      const registers = encodingOf(instruction)
        .fields.filter(({ kind }) => kind === "x")
        .map(({ name }) => values[name]);
      const isWhole = instruction.distinct !== true || new Set(registers).size === registers.length;
      // The widest compare-and-swap is of pairs of registers, which begin with an even one.
      const isPair =
        !/^amocas\.(q|d)/.test(instruction.mnemonic) ||
        registers.every((register) => Number(register) % 2 === 0);
      if (isWhole && isPair) lines.push(sourceText(instruction, values, architecture));
    }
  }
  compareLines(as, objdump, march, abi, lines);
  return lines.length;
}

function compareLines(
  as: Program,
  objdump: Program,
  march: string,
  abi: string,
  lines: readonly string[],
): void {
  const architecture = architectureOf(march);
  const folder = mkdtempSync(join(tmpdir(), "newer-"));
  try {
    const [input, object] = [join(folder, "input.s"), join(folder, "output.o")];
    const source = `${lines.join("\n")}\n`;
    writeFileSync(input, source);
    const run = ([program, ...first]: Program, ...args: string[]) =>
      runTool(program, [...first, ...args]);
    run(as, `-march=${march}`, `-mabi=${abi}`, "-o", object, input);
    const theirs = readElf(readFileSync(object)).sections.find(({ name }) => name === ".text");
    const { object: ours, diagnostics } = assemble(input, source, {
      march,
      mabi: abi,
      readFile: () => undefined,
    });
    deepEqual(diagnostics, []);
    const bytes = ours.sections.find(({ name }) => name === ".text")?.data ?? new Uint8Array();
    const listing = run(objdump, "-d", "-z", "-M", "no-aliases", object)
      .split("\n")
      .flatMap((line) => {
        const [address, , ...text] = line.split("\t");
        return /^ *[0-9a-f]+:$/.test(address ?? "") ? [text.join("\t")] : [];
      });
    const texts = disassemble(bytes, 0n, architecture, { aliases: false }).map(({ text }) => text);
    deepEqual([...bytes], [...(theirs?.data ?? [])]);
    deepEqual(texts, listing);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("extensions beyond the ratified ones of binutils 2.40", function () {
  this.timeout(120_000);
  for (const [base, abi] of [
    ["rv64gc", "lp64d"],
    ["rv32gc", "ilp32d"],
  ] as const) {
    it(`${base}: short forms that only a name has`, async function () {
      const tools = await newerBinutils();
      if (typeof tools === "string") {
        console.log(`      skipped, ${tools}`);
        this.skip();
      }
      const wide = ["add.uw s0, s0, zero", "zext.w s0, s0"];
      const lines = ["not s0, s0", "xori s0, s0, -1", "zext.b s0, s0", "andi s0, s0, 255"];
      const all = [...lines, ...(base === "rv64gc" ? wide : [])];
      compareLines(tools.as, tools.objdump, `${base}_${newer}`, abi, all);
    });

    it(`${base}: T-Head's are those of the installed binutils`, function () {
      const [as = "", objdump = ""] = requireTools(
        this,
        "riscv64-unknown-elf-as",
        "riscv64-unknown-elf-objdump",
      );
      const count = compare([as], [objdump], `${base}_${vendors}`, abi, /^xthead/);
      console.log(`      ${count} instructions`);
    });

    it(`${base}: newer ones are those of a newer binutils`, async function () {
      const tools = await newerBinutils();
      if (typeof tools === "string") {
        console.log(`      skipped, ${tools}`);
        this.skip();
      }
      const pattern = /^(zfa|zcb|zicond|zihintntl|zimop|zcmop|zacas|zabha)/;
      const count = compare(tools.as, tools.objdump, `${base}_${newer}`, abi, pattern);
      console.log(`      ${count} instructions`);
    });
  }
});
