/** What GCC writes assembles to the same bytes and relocations as with GNU as. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { readElf } from "../../elf/reader.ts";
import { requireTools, runTool } from "../tools.ts";
import { differences } from "./object-comparison.ts";

const targets = [
  ["rv64gc", "lp64d"],
  ["rv32gc", "ilp32d"],
  ["rv64im", "lp64"],
  ["rv32im", "ilp32"],
] as const;

const flags = [
  "-O0",
  "-O2",
  "-O2 -g",
  "-Os -fPIC -ffunction-sections -fasynchronous-unwind-tables",
];

const programs = join(import.meta.dirname ?? __dirname, "programs");

describe("objects of compiled programs, against GNU as", function () {
  this.timeout(180_000);
  let folder = "";
  let compared = 0;
  before(function () {
    requireTools(this, "riscv64-linux-gnu-gcc", "riscv64-unknown-elf-as");
    folder = mkdtempSync(join(tmpdir(), "objects-"));
  });
  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
    console.log(`      ${compared} objects compared`);
  });

  for (const program of readdirSync(programs).filter((name) => name.endsWith(".c"))) {
    it(`${program}: ${targets.length} targets, ${flags.length} sets of flags`, function () {
      const [gcc = "", as = ""] = requireTools(
        this,
        "riscv64-linux-gnu-gcc",
        "riscv64-unknown-elf-as",
      );
      const source = join(folder, "program.s");
      const object = join(folder, "program.o");
      for (const [march, mabi] of targets) {
        for (const set of flags) {
          const options = ["-ffreestanding", `-march=${march}`, `-mabi=${mabi}`, ...set.split(" ")];
          runTool(gcc, [...options, "-S", join(programs, program), "-o", source]);
          runTool(as, [`-march=${march}`, `-mabi=${mabi}`, source, "-o", object]);
          const text = readFileSync(source, "utf8");
          const ours = assemble(source, text, { march, mabi, readFile: () => undefined });
          assert.deepEqual(ours.diagnostics, []);
          const found = differences(ours.object, readElf(readFileSync(object)));
          assert.deepEqual(found, [], `${march} ${set}`);
          compared++;
        }
      }
    });
  }
});
