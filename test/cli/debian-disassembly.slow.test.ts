/**
 * `hartbeat objdump -d` against GNU objdump, line by line, over Debian's own riscv64 binaries:
 * whole sections with symbols, versions and targets. One binary, or with HARTBEAT_ALL_PROGRAMS=1
 * all of them; `npm run bench -- disassembler` prints lines, differences and times of all.
 */
import assert from "node:assert/strict";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { disassembly } from "../../cli/dump/disassembly.ts";
import { readElf } from "../../elf/reader.ts";
import { debianRoot, hasDebian } from "../debian.ts";
import { requireTool, runTool } from "../tools.ts";
import { compareDisassembly, debianBinaries } from "./debian-binaries.ts";

const chosen =
  process.env["HARTBEAT_ALL_PROGRAMS"] === "1" ? debianBinaries : debianBinaries.slice(0, 1);

describe("disassembly of Debian's binaries, against GNU objdump", function () {
  this.timeout(1_800_000);
  let root = "";
  before(async function () {
    requireTool(this, "riscv64-unknown-elf-objdump");
    const packages = chosen.map(([name]) => name);
    const found = hasDebian ? await debianRoot(packages).catch(() => undefined) : undefined;
    if (found === undefined) {
      console.log("      skipped, Debian's archive of packages cannot be reached");
      this.skip();
    }
    root = found;
  });

  for (const [packageName, path] of chosen) {
    for (const aliases of [true, false]) {
      it(`${packageName}: ${path}${aliases ? "" : ", no aliases"}`, function () {
        const objdump = requireTool(this, "riscv64-unknown-elf-objdump");
        const file = realpathSync(join(root, path));
        const bytes = new Uint8Array(readFileSync(file));
        const ours = disassembly(readElf(bytes), { aliases, relocations: false });
        const options = aliases ? ["-d"] : ["-d", "-M", "no-aliases"];
        const whole = runTool(objdump, [...options, file]);
        const { lines, different } = compareDisassembly(ours, whole);
        console.log(`      ${lines} lines, ${different.length} different`);
        const shown = different.slice(0, 5);
        assert.deepEqual(shown, []);
      });
    }
  }
});
