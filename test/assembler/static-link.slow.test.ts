/**
 * Whole programs with their libraries, linked by GNU ld and by us: every section has the same
 * address and the same bytes, every symbol the same value. Static glibc for Linux, in C and C++;
 * picolibc with its own linker script on bare machines; objects of GNU as and of ours.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { type LinkInput, type LinkOptions, link } from "../../assembler/link.ts";
import { openInput } from "../../assembler/linker/inputs.ts";
import { parseExpression, parseScript } from "../../assembler/linker/script-parser.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTools, runTool, tryTool } from "../tools.ts";
import { compareExecutables } from "./executable-comparison.ts";

const programs = join(import.meta.dirname ?? __dirname, "../programs/c");

const bytesOf = (path: string) => new Uint8Array(readFileSync(path));

async function open(path: string): Promise<LinkInput> {
  const { input, diagnostics } = await openInput(path, bytesOf(path), false, async (name) =>
    bytesOf(name),
  );
  assert.deepEqual(diagnostics, []);
  return input as LinkInput;
}

describe("static linking, compared with GNU ld", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "static-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Links with both, compares, and leaves our executable at the path that is returned. */
  async function both(
    ld: string,
    flags: readonly string[],
    paths: readonly string[],
    options: LinkOptions,
  ): Promise<{ path: string; sections: number; symbols: number }> {
    const reference = join(folder, "reference");
    // The archives between the parentheses are a group.
    const group = paths.filter((path) => path.endsWith(".a"));
    const first = paths.findIndex((path) => path.endsWith(".a"));
    const objects = paths.filter((path) => !path.endsWith(".a"));
    const before = objects.filter((path) => paths.indexOf(path) < first);
    const behind = objects.filter((path) => paths.indexOf(path) > first);
    runTool(ld, [
      ...flags,
      ...before,
      "--start-group",
      ...group,
      "--end-group",
      ...behind,
      "-o",
      reference,
    ]);
    const inputs: LinkInput[] = [];
    for (const path of before) inputs.push(await open(path));
    const archives: LinkInput[] = [];
    for (const path of group) archives.push(await open(path));
    inputs.push({ group: archives });
    for (const path of behind) inputs.push(await open(path));
    const { file, diagnostics } = link(inputs, { layout: "conventional", ...options });
    assert.deepEqual(diagnostics, []);
    const path = join(folder, "ours");
    const bytes = writeElf(file);
    writeFileSync(path, bytes, { mode: 0o755 });
    const [sections, symbols] = compareExecutables(readElf(bytes), readElf(bytesOf(reference)));
    return { path, sections, symbols };
  }

  it("glibc: C programs, assembled by GNU as and by ours, and C++ with exceptions", async function () {
    this.timeout(240_000);
    const [gcc = "", gxx = "", ld = "", as = "", qemu = "", readelf = ""] = requireTools(
      this,
      "riscv64-linux-gnu-gcc",
      "riscv64-linux-gnu-g++",
      "riscv64-linux-gnu-ld",
      "riscv64-linux-gnu-as",
      "qemu-riscv64",
      "riscv64-linux-gnu-readelf",
    );
    const found = (name: string) => runTool(gcc, [`-print-file-name=${name}`]).trim();
    const start = ["crt1.o", "crti.o", "crtbeginT.o"].map(found);
    const libraries = ["libm.a", "libgcc.a", "libgcc_eh.a", "libc.a"].map(found).filter(existsSync);
    const end = ["crtend.o", "crtn.o"].map(found);
    const totals = { programs: 0, sections: 0, symbols: 0 };
    const check = async (
      object: string,
      more: readonly string[],
      flags: readonly string[],
      options: LinkOptions,
    ) => {
      const done = await both(
        ld,
        ["-static", "-z", "relro", ...flags],
        [...start, object, ...more, ...libraries, ...end],
        { isRelro: true, ...options },
      );
      assert.equal(tryTool(readelf, ["-aW", done.path]).stderr, "");
      totals.programs++;
      totals.sections += done.sections;
      totals.symbols += done.symbols;
      return done.path;
    };
    // Each takes some seconds, so HARTBEAT_ALL_PROGRAMS=1 is for a long run.
    const step = process.env["HARTBEAT_ALL_PROGRAMS"] === "1" ? 1 : 4;
    const names = readdirSync(programs)
      .filter((name) => name.endsWith(".c") && name !== "bare-linux.c")
      .filter((_, index) => index % step === 0);
    for (const [index, name] of names.entries()) {
      const assembly = join(folder, "program.s");
      const object = join(folder, "program.o");
      runTool(gcc, [
        index % 2 === 0 ? "-O2" : "-Og",
        "-g",
        "-S",
        join(programs, name),
        "-o",
        assembly,
      ]);
      if (index % 3 === 0) {
        const { object: own, diagnostics } = assemble(assembly, readFileSync(assembly, "utf8"), {
          march: "rv64gc",
          mabi: "lp64d",
          readFile: () => undefined,
        });
        assert.deepEqual(diagnostics, []);
        writeFileSync(object, writeElf(own));
      } else runTool(as, ["-march=rv64gc", assembly, "-o", object]);
      const collects = index % 4 === 1;
      const relaxes = index % 5 !== 2;
      const flags = [...(collects ? ["--gc-sections"] : []), ...(relaxes ? [] : ["--no-relax"])];
      await check(object, [], flags, { collectsGarbage: collects, relax: relaxes });
    }
    const source = join(folder, "program.cc");
    writeFileSync(
      source,
      `#include <iostream>
#include <map>
#include <stdexcept>
struct Noted { ~Noted() { std::cout << "left\\n"; } } noted;
int half(int x) { if (x % 2) throw std::runtime_error("odd " + std::to_string(x)); return x / 2; }
int main() {
  std::map<std::string, int> seen{{"a", 12}};
  try { for (;;) std::cout << (seen["a"] = half(seen["a"])) << "\\n"; }
  catch (const std::exception &error) { std::cout << error.what() << "\\n"; }
  return 3;
}
`,
    );
    const object = join(folder, "program.o");
    runTool(gxx, ["-O2", "-c", source, "-o", object]);
    const path = await check(object, [found("libstdc++.a")], ["--eh-frame-hdr"], {
      wantsFrameHeader: true,
    });
    const done = tryTool(qemu, [path]);
    assert.deepEqual([done.stdout, done.code], ["6\n3\nodd 3\nleft\n", 3]);
    const indirect = join(folder, "indirect.c");
    writeFileSync(
      indirect,
      `#include <stdio.h>
static int one(int x) { return x + 1; }
static int two(int x) { return x + 2; }
static void *pick(void) { return one; }
static void *choose(void) { return two; }
int add(int) __attribute__((ifunc("pick")));
static int more(int) __attribute__((ifunc("choose")));
int (*pointer)(int) = add;
int (*const table[])(int) = {add, more};
int main(void) {
  printf("%d %d %d %d %d\\n", add(1), more(1), pointer(5), table[1](7), pointer == add);
}
`,
    );
    runTool(gcc, ["-O1", "-fno-pie", "-c", indirect, "-o", object]);
    const chosen = tryTool(qemu, [await check(object, [], [], {})]);
    assert.deepEqual([chosen.stdout, chosen.code], ["2 3 6 9 1\n", 0]);
    console.log(
      `      ${totals.programs} programs, ${totals.sections} sections and ${totals.symbols} symbols, all equal`,
    );
  });

  it("picolibc with its own script, for four architectures", async function () {
    this.timeout(120_000);
    const [gcc = "", ld = "", emulator64 = "", emulator32 = ""] = requireTools(
      this,
      "riscv64-unknown-elf-gcc",
      "riscv64-unknown-elf-ld",
      "qemu-system-riscv64",
      "qemu-system-riscv32",
    );
    const root = "/usr/lib/picolibc/riscv64-unknown-elf/lib";
    if (!existsSync(join(root, "picolibc.ld"))) {
      console.log("      skipped, needs picolibc-riscv64-unknown-elf");
      if (process.env["HARTBEAT_REQUIRE_TOOLS"] === "1")
        throw new Error("picolibc is not installed");
      this.skip();
    }
    const source = join(folder, "bare.c");
    writeFileSync(
      source,
      `#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int data = 5, zero[10];
_Thread_local int own = 7;
static int less(const void *a, const void *b) { return *(int *)a - *(int *)b; }
int main(void) {
  int v[] = {3, 1, 2};
  qsort(v, 3, sizeof *v, less);
  printf("%d %d %d %f %d %d\\n", v[0], v[1], v[2], sqrt(data), own, zero[3]);
  return data;
}
`,
    );
    const definitions = {
      __flash: "0x80000000",
      __flash_size: "0x100000",
      __ram: "0x80100000",
      __ram_size: "0x100000",
    };
    let links = 0;
    const totals = { sections: 0, symbols: 0 };
    for (const [march, mabi] of [
      ["rv32imac", "ilp32"],
      ["rv32imafdc", "ilp32d"],
      ["rv64imac", "lp64"],
      ["rv64imafdc", "lp64d"],
    ] as const) {
      const target = [`-march=${march}`, `-mabi=${mabi}`];
      const library = join(root, march, mabi);
      const libgcc = runTool(gcc, [...target, "-print-libgcc-file-name"]).trim();
      const object = join(folder, "bare.o");
      runTool(gcc, [
        ...target,
        "-O2",
        "-g",
        "-mcmodel=medany",
        "-ffunction-sections",
        "--specs=picolibc.specs",
        "-c",
        source,
        "-o",
        object,
      ]);
      const { script, diagnostics } = parseScript(
        readFileSync(join(root, "picolibc.ld"), "utf8"),
        "picolibc.ld",
      );
      assert.deepEqual(diagnostics, []);
      const paths = [
        join(library, "crt0-semihost.o"),
        object,
        ...["libc.a", "libsemihost.a", "libm.a"].map((name) => join(library, name)),
        libgcc,
      ];
      for (const collectsGarbage of [false, true]) {
        const flags = [
          "-m",
          march.startsWith("rv32") ? "elf32lriscv" : "elf64lriscv",
          "-T",
          join(root, "picolibc.ld"),
          ...Object.entries(definitions).map(([name, value]) => `--defsym=${name}=${value}`),
          ...(collectsGarbage ? ["--gc-sections"] : []),
        ];
        const parsed = Object.entries(definitions).map(([name, text]) => {
          const value = parseExpression(text, "--defsym");
          assert.ok("kind" in value);
          return { name, value };
        });
        const done = await both(ld, flags, paths, { script, collectsGarbage, definitions: parsed });
        links++;
        totals.sections += done.sections;
        totals.symbols += done.symbols;
        if (!collectsGarbage) continue;
        const emulator = march.startsWith("rv32") ? emulator32 : emulator64;
        const run = tryTool(
          emulator,
          [
            "-M",
            "virt",
            "-bios",
            "none",
            "-nographic",
            "-semihosting-config",
            "enable=on",
            "-kernel",
            done.path,
          ],
          "",
        );
        assert.deepEqual(
          [(run.stdout + run.stderr).replaceAll("\r", ""), run.code],
          ["1 2 3 2.236068 7 0\n", 5],
        );
      }
    }
    console.log(
      `      ${links} programs, ${totals.sections} sections and ${totals.symbols} symbols, all equal`,
    );
  });
});
