/**
 * Debug information by `-g`, and what `.file` and `.loc` ask for, are the same bytes, relocations
 * and symbols as with GNU as, in all versions of DWARF.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AssembleOptions, assemble } from "../../assembler/assemble.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTool, requireTools, runTool, tryTool } from "../tools.ts";
import { gnuProducer } from "./gnu-producer.ts";
import { differences } from "./object-comparison.ts";

/** Options of GNU as and ours. */
const levels: readonly [options: string[], Pick<AssembleOptions, "debug" | "dwarf">][] = [
  [[], {}],
  [["-g"], { debug: true }],
  ...[2, 3, 4, 5].map((dwarf): [string[], Pick<AssembleOptions, "debug" | "dwarf">] => [
    [`--gdwarf-${dwarf}`],
    { debug: true, dwarf },
  ]),
];

const targets = [
  ["rv64gc", "lp64d"],
  ["rv32im", "ilp32"],
] as const;

const readFile = (path: string) => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

const folder = join(import.meta.dirname, "debug");

/** Sources that are wrong, with the lines where GNU as says so. */
const mistakes = [
  '.file 1 "a.c"\n.file 1 "b.c"',
  '.file 1 "a.c"\n.loc 1 1 is_stmt 2',
  '.file 1 "a.c"\n.loc 1 1 isa -1',
  '.file 1 "a.c"\n.loc 1 1 view 1',
  '.file 1 "a.c"\n.loc 1 1 foo',
  '.file 1 "a.c"\nx: .loc 1 1 view x',
  '.file 0 "a.c"\n.file 1 "a.c" md5 12',
  '.file 1 "d" "a.c"',
  '.file 1 "a.c" md5 0x00112233445566778899aabbccddeeff',
  ".loc 1 1",
  ".loc_mark_labels 2",
  '.file 1 "a.c"\n.loc 1 3 view 0\nnop\n.loc 1 4\n.loc 1 5 view 0\nnop',
];

describe("debug information, against GNU as -g", function () {
  this.timeout(60_000);
  let scratch = "";
  const compare = (as: string, file: string, marches: readonly (readonly [string, string])[]) => {
    const text = readFileSync(join(folder, file), "utf8");
    const directory = process.cwd();
    const path = join(folder, file);
    const found: string[] = [];
    for (const [options, own] of levels) {
      for (const [march, mabi] of marches) {
        const object = join(scratch, "theirs.o");
        const include = ["-I", folder];
        runTool(as, [
          ...options,
          ...include,
          `-march=${march}`,
          `-mabi=${mabi}`,
          path,
          "-o",
          object,
        ]);
        const shared = { march, mabi, directory, producer: gnuProducer(), folders: [folder] };
        const ours = assemble(path, text, { ...shared, ...own, readFile });
        const errors = ours.diagnostics.filter(({ severity }) => severity === "error");
        assert.deepEqual(errors, []);
        const different = differences(
          readElf(writeElf(ours.object)),
          readElf(readFileSync(object)),
        );
        if (different.length > 0)
          found.push(`${options} ${march}: ${different.slice(0, 3).join("; ")}`);
      }
    }
    return found;
  };
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), "debug-"));
  });
  after(() => rmSync(scratch, { recursive: true }));

  for (const file of readdirSync(folder).filter((name) => name.endsWith(".s"))) {
    it(file, function () {
      const as = requireTool(this, "riscv64-unknown-elf-as");
      assert.deepEqual(compare(as, file, targets), []);
    });
  }

  it("what GCC writes, assembled with -g", function () {
    const [gcc = "", as = ""] = requireTools(
      this,
      "riscv64-linux-gnu-gcc",
      "riscv64-unknown-elf-as",
    );
    const programs = join(import.meta.dirname, "programs");
    for (const name of readdirSync(programs).filter((one) => one.endsWith(".c"))) {
      const options = ["-ffreestanding", "-O2", "-g0", "-ffunction-sections", "-S"];
      runTool(gcc, [...options, join(programs, name), "-o", join(scratch, "compiled.s")]);
      const text = readFileSync(join(scratch, "compiled.s"), "utf8");
      for (const [flags, own] of levels.filter((_, index) => index === 1 || index === 5)) {
        const object = join(scratch, "theirs.o");
        const path = join(scratch, "compiled.s");
        runTool(as, [...flags, "-march=rv64gc", path, "-o", object]);
        const shared = { march: "rv64gc", directory: process.cwd(), producer: gnuProducer() };
        const ours = assemble(path, text, { ...shared, ...own, readFile: () => undefined });
        const found = differences(readElf(writeElf(ours.object)), readElf(readFileSync(object)));
        assert.deepEqual(found, [], `${name} ${flags}`);
      }
    }
  });

  it("sources for the C preprocessor, as with gcc -g", function () {
    const gcc = requireTool(this, "riscv64-unknown-elf-gcc");
    const sources = join(import.meta.dirname, "preprocessed");
    const folders = [join(sources, "include")];
    for (const name of readdirSync(sources).filter((one) => one.endsWith(".S"))) {
      const path = join(sources, name);
      const text = readFileSync(path, "utf8");
      for (const dwarf of [2, 5]) {
        const object = join(scratch, "theirs.o");
        const options = [`-gdwarf-${dwarf}`, `-Wa,--gdwarf-${dwarf}`, `-I${folders[0]}`];
        runTool(gcc, [...options, "-march=rv64gc", "-mabi=lp64d", "-c", path, "-o", object]);
        const shared = { march: "rv64gc", mabi: "lp64d", producer: gnuProducer() };
        const ours = assemble(path, text, {
          ...{ ...shared, debug: true, dwarf, directory: process.cwd(), folders },
          readFile,
        });
        const found = differences(readElf(writeElf(ours.object)), readElf(readFileSync(object)));
        assert.deepEqual(found, [], `${name}, version ${dwarf}`);
      }
    }
  });

  it("refuses what GNU as refuses", function () {
    const as = requireTool(this, "riscv64-unknown-elf-as");
    for (const mistake of mistakes) {
      const path = join(scratch, "mistake.s");
      writeFileSync(path, `${mistake}\n`);
      const { stderr } = tryTool(as, [path, "-o", join(scratch, "mistake.o")]);
      const theirs = [...stderr.matchAll(/\.s:(\d+): Error/g)].map(([, line]) => Number(line));
      const { diagnostics } = assemble(path, `${mistake}\n`, { readFile: () => undefined });
      const ours = diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ range }) => range.start.line + 1);
      assert.ok(theirs.length > 0, mistake);
      assert.deepEqual(ours, theirs, mistake);
    }
  });
});
