/**
 * Linker scripts as bare-metal projects write them (`scripts/`): real-time systems, teaching
 * kernels, firmware, boards with flash, a large kernel; each linked by GNU ld and by us, for RV64
 * and RV32, with and without garbage collection. Sections, symbols and segments are the same.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { link } from "../../assembler/link.ts";
import { parseExpression, parseScript } from "../../assembler/linker/script-parser.ts";
import { viewObject } from "../../elf/object-view.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTools, runTool, tryTool } from "../tools.ts";
import { compareExecutables, loadedSegments } from "./executable-comparison.ts";

const scripts = join(import.meta.dirname ?? __dirname, "scripts");

const targets = [
  { bits: 64, flags: ["-march=rv64imac_zicsr", "-mabi=lp64"] },
  { bits: 32, flags: ["-march=rv32imac_zicsr", "-mabi=ilp32"] },
] as const;

/** Symbols that a script leaves to the command line. */
const definitions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "insertions.ld": { _sbss: "0", _ebss: "__bss_start", _stack_top: "0x20000" },
};

describe("linker scripts of many styles, compared with GNU ld", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "scripts-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const { bits, flags } of targets) {
    it(`RV${bits}`, function () {
      this.timeout(60_000);
      const [gcc = "", ld = "", readelf = ""] = requireTools(
        this,
        "riscv64-unknown-elf-gcc",
        "riscv64-unknown-elf-ld",
        "riscv64-unknown-elf-readelf",
      );
      const objects = ["start.S", "program.c"].map((name) => {
        const object = join(folder, `${name.slice(0, name.indexOf("."))}${bits}.o`);
        const options = ["-O2", "-g", "-mcmodel=medany", "-ffreestanding", "-fno-builtin"];
        const apart = ["-fdata-sections", "-ffunction-sections"];
        runTool(gcc, [...flags, ...options, ...apart, "-c", join(scripts, name), "-o", object]);
        return object;
      });
      const totals = { links: 0, sections: 0, symbols: 0 };
      for (const name of readdirSync(scripts).filter((file) => file.endsWith(".ld"))) {
        const path = join(scripts, name);
        const text = readFileSync(path, "utf8");
        if (bits === 32 && text.includes("elf64")) continue;
        const own = Object.entries(definitions[name] ?? {});
        for (const collectsGarbage of [false, true]) {
          const reference = join(folder, "reference");
          runTool(ld, [
            "-m",
            `elf${bits}lriscv`,
            "--no-warn-rwx-segments",
            ...(collectsGarbage ? ["--gc-sections"] : []),
            ...own.map(([symbol, value]) => `--defsym=${symbol}=${value}`),
            "-T",
            path,
            ...objects,
            "-o",
            reference,
          ]);
          const { script, diagnostics: wrong } = parseScript(text, name);
          assert.deepEqual(wrong, [], name);
          const inputs = objects.map((file) => ({
            name: file,
            object: viewObject(new Uint8Array(readFileSync(file))),
          }));
          const { file, diagnostics } = link(inputs, {
            script,
            collectsGarbage,
            definitions: own.map(([symbol, value]) => {
              const expression = parseExpression(value, "--defsym");
              assert.ok("kind" in expression);
              return { name: symbol, value: expression };
            }),
          });
          assert.deepEqual(diagnostics, [], name);
          const bytes = writeElf(file);
          const theirs = readElf(new Uint8Array(readFileSync(reference)));
          const [sections, symbols] = compareExecutables(readElf(bytes), theirs);
          assert.deepEqual(loadedSegments(file), loadedSegments(theirs), name);
          const ours = join(folder, "ours");
          writeFileSync(ours, bytes);
          assert.equal(tryTool(readelf, ["-aW", ours]).stderr, "", name);
          totals.links++;
          totals.sections += sections;
          totals.symbols += symbols;
        }
      }
      console.log(
        `      ${totals.links} links, ${totals.sections} sections and ${totals.symbols} symbols, all equal`,
      );
    });
  }
});
