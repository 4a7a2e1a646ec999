/**
 * `hartbeat objdump -d` against GNU objdump, line by line, over Debian's own riscv64 binaries:
 * whole sections with symbols, versions and targets. One binary, or with HARTBEAT_ALL_PROGRAMS=1
 * nine big ones. Left out are busybox, sqlite3 and libcrypto: GNU objdump names some entries of
 * their global offset tables by a symbol far before them and not by their relocation, and six
 * lines of libcrypto are divided otherwise.
 */
import assert from "node:assert/strict";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { disassembly } from "../../cli/dump/disassembly.ts";
import { readElf } from "../../elf/reader.ts";
import { debianRoot, hasDebian } from "../debian.ts";
import { requireTool, runTool } from "../tools.ts";

const libraries = "usr/lib/riscv64-linux-gnu";

/** Binaries by the packages that have them. */
const all: readonly (readonly [packageName: string, path: string])[] = [
  ["bash", "usr/bin/bash"],
  ["libc6", `${libraries}/libc.so.6`],
  ["libstdc++6", `${libraries}/libstdc++.so.6`],
  ["perl-base", "usr/bin/perl"],
  ["python3-minimal", "usr/bin/python3"],
  ["git", "usr/bin/git"],
  ["openssl", "usr/bin/openssl"],
  ["coreutils", "usr/bin/sort"],
  ["gdb", "usr/bin/gdb"],
];
const chosen = process.env["HARTBEAT_ALL_PROGRAMS"] === "1" ? all : all.slice(0, 1);

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
        const [mine, theirs] = [ours, whole.slice(whole.indexOf("\nDisassembly"))].map((text) =>
          text.trim().split("\n"),
        ) as [string[], string[]];
        const length = Math.max(mine.length, theirs.length);
        const different = Array.from({ length }, (_, at) => at).filter(
          (at) => mine[at] !== theirs[at],
        );
        console.log(`      ${theirs.length} lines, ${different.length} different`);
        const shown = different.slice(0, 5).map((at) => `${mine[at]} | ${theirs[at]}`);
        assert.deepEqual(shown, []);
      });
    }
  }
});
