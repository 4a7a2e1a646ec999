/**
 * The checks on compiled programs. Mistakes in C are found however they are compiled; what exceptions,
 * contexts, signals and other odd ways of the C library do is left alone. (The programs of
 * `test/process/c-programs.slow.test.ts` have no findings either.)
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireTool, runTool } from "../tools.ts";
import { runChecked } from "./checked-run.ts";

const programs = fileURLToPath(new URL("./programs/", import.meta.url));

const linux = "riscv64-linux-gnu-gcc";
const bare = "riscv64-unknown-elf-gcc";
const semihosting = ["--specs=picolibc.specs", "--oslib=semihost", "--crt0=hosted"];
const small = ["-march=rv32imac", "-mabi=ilp32", "-Wl,--defsym=__ram_size=0x200000"];

const ways: readonly (readonly [string, ...string[]])[] = [
  [linux, "-static", "-O0"],
  [linux, "-static", "-O2"],
  [linux, "-static", "-Os", "-msave-restore"],
  [bare, ...semihosting, ...small, "-O1"],
];

describe("checks of compiled programs", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-checks-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const compile = (tool: string, name: string, flags: readonly string[]): Uint8Array => {
    const path = join(folder, name);
    runTool(tool, ["-g", "-w", ...flags, join(programs, name), "-o", path]);
    return readFileSync(path);
  };

  for (const [tool, ...flags] of ways) {
    const title = flags.filter((flag) => /^-[Om]/.test(flag)).join(" ");
    it(`find the mistakes of C with ${title}`, async function () {
      const path = requireTool(this, tool);
      const file = compile(path, "heap-mistakes.c", [
        "-fno-stack-protector",
        "-fno-builtin",
        ...flags,
      ]);
      const { findings, found } = await runChecked(file, { limit: 1_000_000n });
      const expected = [
        /^heap: The store of 1 byte at put\S* is right behind the block of 20 bytes/,
        /^heap: The store of 1 byte at put\S* is 1 byte before the block of 40 bytes/,
        /^heap: The load of 1 byte at get\S* is 5 bytes into a block of 20 bytes at \S+ that main has freed/,
        /^uninitialized-memory: The branch at decide\S* depends through \w+ on 4 bytes at/,
        /^return-address: (copy|__riscv_restore_\d+) returns to/,
      ];
      for (const [index, text] of expected.entries()) {
        assert.match(found[index] ?? "", text, found.join("\n"));
      }
      assert.ok(findings.every(({ causes }) => causes.length > 0));
    });

    // Without an operating system there are no contexts and signals.
    if (tool === bare) continue;
    it(`leave the odd ways of the C library alone with ${title}`, async function () {
      const path = requireTool(this, tool);
      const file = compile(path, "odd-ways.c", flags);
      const { found, code, stdout } = await runChecked(file, { limit: 5_000_000n });
      assert.deepEqual(found, []);
      assert.equal(code, 0, stdout);
    });
  }

  it("leave exceptions of C++ alone", async function () {
    const path = requireTool(this, "riscv64-linux-gnu-g++");
    const file = compile(path, "exceptions.cc", ["-static", "-O2"]);
    const { found, code } = await runChecked(file, { limit: 20_000_000n });
    assert.deepEqual(found, []);
    assert.equal(code, 10);
  });
});
