/** From sources to an executable: files, header lines, inclusions, and lines for the debugger. */
import assert from "node:assert/strict";
import { build } from "../../assembler/build.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";

/** Files in memory. */
function hostOf(files: Record<string, string>) {
  return {
    readFile: (path: string): Promise<Uint8Array> => {
      const text = files[path];
      return text === undefined
        ? Promise.reject(new Error(`no ${path}`))
        : Promise.resolve(new TextEncoder().encode(text));
    },
  };
}

const messages = (diagnostics: readonly { file: string; message: string }[]) =>
  diagnostics.map(({ file, message }) => `${file}: ${message}`);

describe("build", () => {
  it("takes sources, options and inclusions from the header line and the text", async () => {
    const files = {
      "p/main.s":
        '# hartbeat: march=rv32im environment=rars sources=lib.s\n.include "defs.s"\n.globl main\nmain: li a0, N\ncall f\n',
      "p/lib.s": ".globl f\nf: ret\n",
      "p/defs.s": '.equ N, 5\n.include "more.s"\n',
      "p/more.s": ".equ M, 6\n",
    };
    const { file, diagnostics, header, sources } = await build(["p/main.s"], {}, hostOf(files));
    assert.deepEqual(messages(diagnostics), []);
    assert.deepEqual(sources, ["p/main.s", "p/lib.s"]);
    assert.equal(header.environment, "rars");
    assert.equal(file?.class, 32);
    assert.equal(file?.entry, 0x400000n);
  });

  it("lets options win over the header line, and it over the defaults", async () => {
    const files = { "a.s": "# hartbeat: march=rv32i\n_start: nop\n" };
    const own = await build(
      ["a.s"],
      { march: "rv64i", defaults: { march: "rv32e" } },
      hostOf(files),
    );
    assert.equal(own.file?.class, 64);
    const header = await build(["a.s"], { defaults: { march: "rv64i" } }, hostOf(files));
    assert.equal(header.file?.class, 32);
  });

  it("says what is missing, and where a symbol is used that nobody defines", async () => {
    const absent = await build(["none.s"], {}, hostOf({}));
    assert.deepEqual(messages(absent.diagnostics), ['none.s: The file "none.s" cannot be read.']);
    const files = { "a.s": "_start:\n  call nobody\n" };
    const { diagnostics, file } = await build(["a.s"], {}, hostOf(files));
    assert.equal(file, undefined);
    assert.deepEqual(diagnostics[0]?.range.start, { line: 1, character: 7 });
  });

  it("gives lines of the files that a C preprocessor's markers name", async () => {
    const text =
      '# 0 "a.S"\n# 1 "<built-in>"\n# 7 "a.S"\n_start: nop\n\nnop\n# 3 "dir/b.h" 1\n nop\n# 20 "a.S" 2\nnop\n';
    const { file } = await build(["a.s"], { march: "rv64i" }, hostOf({ "a.s": text }));
    assert.ok(file);
    const { lines: table } = readDebugInformation(file);
    const places = [0n, 4n, 8n, 12n].map((offset) => {
      const row = table.lookup(file.entry + offset)?.row;
      return `${row?.path}:${row?.line}`;
    });
    assert.deepEqual(places, ["a.S:7", "a.S:9", "dir/b.h:3", "a.S:20"]);
  });

  it("gives every address its line, after relaxation too, and macros the line of their call", async () => {
    const lines = [
      "        .macro twice",
      "        addi a0, a0, 1",
      "        addi a0, a0, 2",
      "        .endm",
      "_start: li a0, 0x12345678",
      "        call f",
      "        twice",
      "        .p2align 4",
      "f:      la a1, data",
      "        ret",
      '        .section .text.other, "ax"',
      "g:      nop",
      "        .data",
      "data:   .word 1",
      "",
    ];
    const { file, diagnostics } = await build(["a.s"], {}, hostOf({ "a.s": lines.join("\n") }));
    assert.deepEqual(messages(diagnostics), []);
    assert.ok(file);
    const { lines: table, errors } = readDebugInformation(file);
    assert.deepEqual(errors, []);
    const address = (name: string) =>
      file.symbols.find((symbol) => symbol.name === name)?.value ?? 0n;
    const lineAt = (at: bigint) => table.lookup(at)?.row.line;
    const start = address("_start");
    // lui, addiw; the call of four bytes; twice two short additions.
    assert.deepEqual(
      [0n, 4n, 8n, 12n, 14n].map((offset) => lineAt(start + offset)),
      [5, 5, 6, 7, 7],
    );
    assert.equal(lineAt(address("f")), 9);
    assert.equal(lineAt(address("f") + 8n), 10);
    assert.equal(lineAt(address("g")), 12);
    assert.equal(table.lookup(start)?.row.path.endsWith("a.s"), true);
  });
});
