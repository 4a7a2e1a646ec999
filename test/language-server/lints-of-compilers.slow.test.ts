/**
 * Lints over what GCC makes of C programs, for several targets and options: no finding at all but
 * hints, which are true; and the same code with one line taken away has the finding that this line
 * prevents, so that silence means something.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { lint } from "../../language-server/lints/lint.ts";
import { requireTool, tryTool } from "../tools.ts";
import { open } from "./fixture.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const sources = ["test/programs/c", "test/language-server/compiled", "bench/programs"].flatMap(
  (folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".c"))
      .map((name) => join(root, folder, name)),
);

const linux = ["-march=rv64gc", "-mabi=lp64d"];
const bare = ["-march=rv32imac", "-mabi=ilp32"];

/** Compilers with their options, and the -march that the result is read with. */
const targets: readonly (readonly [string, string, readonly string[]])[] = [
  ["riscv64-linux-gnu-gcc", "rv64gc", [...linux, "-O2"]],
  ["riscv64-linux-gnu-gcc", "rv64gc", [...linux, "-O2", "-fPIC"]],
  ["riscv64-linux-gnu-gcc", "rv64gc", [...linux, "-Os", "-msave-restore"]],
  ["riscv64-unknown-elf-gcc", "rv32imac", [...bare, "-O2", "-ffreestanding"]],
];

/** What a compiler makes of a source; undefined where its headers are not there for the target. */
function compile(tool: string, options: readonly string[], file: string): string | undefined {
  const args = [...options, "-w", "-S", file, "-I", dirname(file), "-o", "-"];
  const { code, stdout } = tryTool(tool, args);
  return code === 0 ? stdout : undefined;
}

async function findings(text: string, march: string) {
  const { analysis } = await open(text, {}, { march }, "\u0000");
  const errors = analysis.assembly.diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(errors, []);
  return lint(analysis, {}).filter(({ severity = 4 }) => severity < 4);
}

describe("lints of what compilers write", function () {
  this.timeout(120_000);

  it("have no finding in at least 100 files of GCC's", async function () {
    let count = 0;
    const found: string[] = [];
    for (const [tool, march, options] of targets) {
      requireTool(this, tool);
      for (const source of sources) {
        const text = compile(tool, options, source);
        if (text === undefined) continue;
        count++;
        for (const { range, message } of await findings(text, march)) {
          const line = text.split("\n")[range.start.line]?.trim();
          found.push(`${source} ${options.join(" ")}: ${line}: ${message}`);
        }
      }
    }
    assert.deepEqual(found, []);
    assert.ok(count >= 100, `${count} files`);
  });

  /** A line whose absence is an error, and what is said then. */
  const mutations: readonly (readonly [RegExp, string])[] = [
    [/^\tld\tra,\d+\(sp\)\n/m, "lost-return-address"],
    [/^\tld\ts0,\d+\(sp\)\n/m, "clobbered-saved-register"],
    [/^\taddi\tsp,sp,-\d+\n/m, "stack-imbalance"],
  ];

  it("have one where a line is taken away that the function needs", async function () {
    const tool = requireTool(this, "riscv64-linux-gnu-gcc");
    let tried = 0;
    let noticed = 0;
    for (const source of sources.slice(0, 24)) {
      const text = compile(tool, [...linux, "-O2"], source);
      if (text === undefined) continue;
      for (const [line, id] of mutations) {
        if (!line.test(text)) continue;
        const codes = (await findings(text.replace(line, ""), "rv64gc")).map(({ code }) => code);
        tried++;
        if (codes.includes(id)) noticed++;
      }
    }
    assert.ok(tried >= 30 && noticed >= 0.8 * tried, `${noticed} of ${tried}`);
  });
});
