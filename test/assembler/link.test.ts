/** Executables of our linker run as those of GNU ld do: same output, same exit code. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { link } from "../../assembler/link.ts";
import { STB } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTools, runTool, tryTool } from "../tools.ts";

const folderOfSources = join(import.meta.dirname ?? __dirname, "linked");

const targets = [
  ["rv64gc", "lp64d", "elf64lriscv", "qemu-riscv64"],
  ["rv64g", "lp64d", "elf64lriscv", "qemu-riscv64"],
  ["rv32imac", "ilp32", "elf32lriscv", "qemu-riscv32"],
] as const;

/** The object of a source. */
function objectOf(source: string, march = "rv64gc"): ElfFile {
  const { object, diagnostics } = assemble("test.s", source, { march, readFile: () => undefined });
  assert.deepEqual(diagnostics, []);
  return object;
}

/** Links sources; the messages, or the executable. */
function linkSources(...sources: string[]) {
  const inputs = sources.map((source, index) => ({ name: `${index}.s`, object: objectOf(source) }));
  return link(inputs);
}

const symbolIn = (file: ElfFile, name: string) => {
  const symbol = file.symbols.find((candidate) => candidate.name === name);
  assert.ok(symbol, `no symbol ${name}`);
  return symbol;
};

describe("linker", () => {
  it("keeps one empty string for all that there are between others", () => {
    const { file } = linkSources(`
      .section .debug_str, "MS", @progbits, 1
.Lx: .asciz "expansions"
.La: .asciz ""
.Lh: .asciz "Hart"
.Ld: .asciz ""
.Lb: .asciz "fourfold"
      .data
      .8byte .Lx, .La, .Lh, .Ld, .Lb
      .text
      .globl _start
_start: nop`);
    const named = (name: string) => file?.sections.find((section) => section.name === name)?.data;
    const [strings, data] = [named(".debug_str"), named(".data")];
    assert.ok(strings !== undefined && data !== undefined);
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const texts = [0, 8, 16, 24, 32].map((at) => {
      const start = Number(view.getBigUint64(at, true));
      return new TextDecoder().decode(strings.subarray(start, strings.indexOf(0, start)));
    });
    assert.deepEqual(texts, ["expansions", "", "Hart", "", "fourfold"]);
  });

  for (const [march, mabi, emulation, qemu] of targets) {
    for (const flags of ["-O0", "-O2", "-Os -g -fPIC"]) {
      it(`${march} ${flags}: objects of GCC and of ours`, function () {
        this.timeout(60_000);
        const names = [
          "riscv64-linux-gnu-gcc",
          "riscv64-unknown-elf-ld",
          "riscv64-unknown-elf-as",
          qemu,
        ];
        const [gcc = "", ld = "", as = "", emulator = ""] = requireTools(this, ...names);
        const folder = mkdtempSync(join(tmpdir(), "linked-"));
        const options = ["-ffreestanding", "-fno-stack-protector", "-ftls-model=local-exec"];
        const theirs: string[] = [];
        const mixed: { name: string; object: ElfFile }[] = [];
        for (const name of ["main", "helper"]) {
          const assembly = join(folder, `${name}.s`);
          const object = join(folder, `${name}.o`);
          const source = join(folderOfSources, `${name}.c`);
          runTool(gcc, [
            ...options,
            ...flags.split(" "),
            `-march=${march}`,
            `-mabi=${mabi}`,
            "-S",
            source,
            "-o",
            assembly,
          ]);
          runTool(as, [`-march=${march}`, `-mabi=${mabi}`, assembly, "-o", object]);
          theirs.push(object);
          // One object from GNU as, the other from ours.
          const ours = assemble(assembly, readFileSync(assembly, "utf8"), {
            march,
            mabi,
            readFile: () => undefined,
          });
          assert.deepEqual(ours.diagnostics, []);
          mixed.push({
            name: `${name}.o`,
            object: name === "main" ? ours.object : readElf(readFileSync(object)),
          });
        }
        const start = readFileSync(join(folderOfSources, "start.s"), "utf8");
        writeFileSync(join(folder, "start.s"), start);
        runTool(as, [
          `-march=${march}`,
          `-mabi=${mabi}`,
          join(folder, "start.s"),
          "-o",
          join(folder, "start.o"),
        ]);
        const startObject = assemble("start.s", start, {
          march,
          mabi,
          debug: true,
          readFile: () => undefined,
        });
        mixed.unshift({ name: "start.o", object: startObject.object });
        runTool(ld, [
          "-m",
          emulation,
          join(folder, "start.o"),
          ...theirs,
          "-o",
          join(folder, "theirs"),
        ]);
        const expected = tryTool(emulator, [join(folder, "theirs")]);
        assert.equal(expected.code, 0);
        for (const relax of [true, false]) {
          const { file, diagnostics } = link(mixed, { relax });
          assert.deepEqual(diagnostics, []);
          const path = join(folder, "ours");
          writeFileSync(path, writeElf(file), { mode: 0o755 });
          const done = tryTool(emulator, [path]);
          assert.deepEqual(done, expected, relax ? "relaxed" : "not relaxed");
          writeFileSync(join(folder, "ours.o"), writeElf(mixed[1]?.object as ElfFile));
        }
        // GNU ld takes our objects too.
        runTool(ld, [
          "-m",
          emulation,
          join(folder, "start.o"),
          join(folder, "ours.o"),
          theirs[1] ?? "",
          "-o",
          join(folder, "both"),
        ]);
        assert.deepEqual(tryTool(emulator, [join(folder, "both")]), expected);
        rmSync(folder, { recursive: true });
      });
    }
  }

  it("turns far calls into near ones and moves symbols along", () => {
    const { file, diagnostics } = linkSources(
      ".globl _start\n_start: call f\nafter: nop\n.p2align 4\nf: ret\n.size f, .-f",
    );
    assert.deepEqual(diagnostics, []);
    assert.equal(symbolIn(file, "after").value - symbolIn(file, "_start").value, 4n);
    assert.equal(symbolIn(file, "f").value, file.entry + 16n);
    assert.equal(symbolIn(file, "f").size, 2n);
  });

  it("names undefined and doubly defined symbols", () => {
    const undefinedSymbol = linkSources("_start: call fucntion", ".globl function\nfunction: ret");
    assert.deepEqual(
      undefinedSymbol.diagnostics.map(({ code, file, message }) => [code, file, message]),
      [
        [
          "undefined-symbol",
          "0.s",
          "`fucntion` is not defined in any of the files. Did you mean `function`?",
        ],
      ],
    );
    const double = linkSources(".globl f\nf: ret", ".globl f\nf: ret");
    assert.deepEqual(
      double.diagnostics.map(({ code, message }) => [code, message]),
      [["multiply-defined", "`f` is defined in 0.s already."]],
    );
  });

  it("lets a strong definition win over a weak one, and over a common block", () => {
    const { file, diagnostics } = linkSources(
      ".weak f\n.globl _start\n_start: la a0, c\nf: nop\n.comm c, 8, 8",
      ".globl f\nf: ret\n.globl c\n.data\nc: .quad 5",
    );
    assert.deepEqual(diagnostics, []);
    assert.ok(symbolIn(file, "f").value > symbolIn(file, "_start").value + 8n);
    assert.equal(symbolIn(file, "c").binding, STB.GLOBAL);
  });

  for (const [layout, text, data] of [
    ["linux", 0x10000n, 0x11000n],
    ["rars", 0x400000n, 0x10010000n],
    ["venus", 0n, 0x10000000n],
    ["ripes", 0n, 0x10000000n],
  ] as const) {
    it(`places code and data as ${layout} does`, () => {
      const object = objectOf(".data\nx: .word 1\n.text\nfirst: nop\nmain_: ecall");
      const { file, diagnostics } = link([{ name: "a.s", object }], { layout });
      assert.deepEqual(diagnostics, []);
      assert.equal(file.entry, text);
      assert.equal(symbolIn(file, "x").value, data);
    });
  }

  it("starts at _start, else at main, else at the first instruction", () => {
    const entry = (source: string, layout: "rars" | "linux") => {
      const { file } = link([{ name: "a.s", object: objectOf(source) }], { layout });
      return file.symbols.find(({ value, name }) => value === file.entry && !name.startsWith("$"))
        ?.name;
    };
    assert.equal(entry("first: nop\n.globl main\nmain: nop", "rars"), "main");
    assert.equal(entry("first: nop\nmain: nop", "rars"), "first");
    assert.equal(
      entry("first: nop\n.globl main, _start\nmain: nop\n_start: nop", "rars"),
      "_start",
    );
    assert.equal(entry("first: nop\nmain: ret", "linux"), "_start");
    // A `main` that does not return must not run into what calls it.
    const { file } = link([{ name: "a.s", object: objectOf("main: nop") }], { layout: "linux" });
    const text = file.sections.find(({ name }) => name === ".text");
    const at = Number(file.entry - (text?.address ?? 0n));
    assert.deepEqual([...(text?.data.subarray(at - 4, at) ?? [])], [0x01, 0x00, 0x00, 0x00]);
    assert.equal(entry("first: nop\nnext: ret", "linux"), "first");
  });

  it("says when a branch cannot reach", () => {
    const { diagnostics } = linkSources(
      "_start: .option norvc\n.reloc ., R_RISCV_BRANCH, far\n.insn 0x00b50063",
      ".globl far\n.skip 8000\nfar: nop",
    );
    assert.equal(diagnostics[0]?.code, "relocation-overflow");
  });
});
