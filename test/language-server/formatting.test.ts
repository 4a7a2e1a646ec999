/**
 * Formatting: what lines become, and over sources of every kind that formatting twice is formatting
 * once and that what is assembled stays the same byte for byte.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TextEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { writeElf } from "../../elf/writer.ts";
import { defaultColumns, readColumns } from "../../language-server/columns.ts";
import { formatDocument, formatOnType } from "../../language-server/formatting.ts";
import { requireTools } from "../tools.ts";
import { open } from "./fixture.ts";

const spaces = { tabSize: 8, insertSpaces: true };
const tabs = { tabSize: 8, insertSpaces: false };

const applied = (document: TextDocument, edits: TextEdit[]) =>
  TextDocument.applyEdits(document, edits);

async function formatted(
  text: string,
  { columns = defaultColumns, blanks = spaces, name = "main.s" } = {},
): Promise<string> {
  const { analysis } = await open(text, {}, {}, "\0", name);
  return applied(analysis.document, formatDocument(analysis, columns, blanks));
}

describe("formatting", () => {
  const lines: readonly (readonly [string, string, string])[] = [
    ["a whole line", "main: addi a0,a0 ,1# one", "main:   addi    a0, a0, 1               # one"],
    ["a label alone", "   loop:", "loop:"],
    ["a long label", "a_long_label:ret", "a_long_label: ret"],
    ["two labels", "a:b: nop", "a: b:   nop"],
    ["a numeric label", " 1: j 1b", "1:      j       1b"],
    ["no operands", "ret  ", "        ret"],
    ["a memory operand", "lw a0,4( sp )", "        lw      a0, 4( sp )"],
    ["a directive", ".word 1,2", "        .word   1, 2"],
    ["an assignment at the margin", "n=4 *2", "n = 4 *2"],
    ["strings", '.asciz "a ,b  #c" ,"d"', '        .asciz  "a ,b  #c", "d"'],
    ["characters", "li a0,' '", "        li      a0, ' '"],
    ["a blank character at the end", "li a0,' ", "li a0,' "],
    ["statements on one line", "nop;li a0,1;ret", "        nop; li a0, 1; ret"],
    ["a comment at the margin", "# text ", "# text"],
    ["an indented comment", "  # text", "        # text"],
    [
      "a comment below comments",
      `${" ".repeat(50)}# text`,
      "                                        # text",
    ],
    ["a comment inside", "addi a0,/* x */a0,1", "        addi    a0,/* x */a0, 1"],
    ["arguments of a call", ".macro m a\n.endm\nm x , y", "        m       x , y"],
    ["a macro's head", ".macro m a , b=1\n.endm", "        .endm"],
    ["a composed name", ".macro m a\nb\\a  t0 , x\n.endm\nnop", "        nop"],
    ["a line marker", '  # 1 "a.c"', '  # 1 "a.c"'],
    ["tabs", "nop\tx", "        nop     x"],
    ["an empty line", "   ", ""],
    ["no sense", 'lw a0,,"x', '        lw      a0, , "x'],
  ];
  for (const [title, before, after] of lines) {
    it(`lays out ${title}`, async () => {
      const result = (await formatted(before)).split("\n").at(-1);
      assert.equal(result, after);
    });
  }

  it("keeps comments over lines, and the lines of the preprocessor", async () => {
    const text = '/* a\n  b\n*/ nop\n#define X(a) \\\n  addi a,a,1\n#if 1\nX(a0)\n#endif\n"';
    assert.equal(
      await formatted(text, { name: "main.S" }),
      '/* a\n  b\n*/ nop\n#define X(a) \\\n  addi a,a,1\n#if 1\nX(a0)\n#endif\n        "',
    );
  });

  it("writes tabs where the editor wants them", async () => {
    assert.equal(await formatted("a: li a0,1 # x", { blanks: tabs }), "a:\tli\ta0, 1\t\t\t# x");
  });

  it("takes columns and the place of directives from the settings", async () => {
    const columns = readColumns({ mnemonicColumn: 4, operandColumn: 10, directives: "margin" });
    assert.deepEqual(columns, {
      mnemonic: 4,
      operands: 10,
      comment: 40,
      directives: "margin",
      adapts: false,
    });
    assert.equal(await formatted(".text\nli a0,1", { columns }), ".text\n    li    a0, 1");
    assert.deepEqual(readColumns({ mnemonicColumn: -1, commentColumn: "x" }), defaultColumns);
  });

  it("keeps to what most lines of a file have in common", async () => {
    const pairs = (count: number, line: string) => `${line}\n`.repeat(count);
    const kernel =
      `.text\n.globl f\n.type f, @function\n${pairs(9, "\taddi a0, a0, 1")}` +
      `${pairs(3, "\t\tnop")}ENTRY(f)\n\tli   a1,2 /* two */\n  ret\n\tli a2, 3  /* three */\n`;
    const comments = pairs(4, "\tmv a0, a1 /* so */");
    assert.equal(
      await formatted(kernel + comments, { blanks: tabs, name: "main.S" }),
      kernel.replace("li   a1,2", "li a1, 2").replace("  ret", "\tret") + comments,
    );
    const table = `${pairs(10, "    li      a0, 1")}    vsetvli t0, a0, e8\n    vle8.v      v0, (a0)\n    vadd.vv     v0, v0, v0\n`;
    assert.equal(await formatted(table), table);
    const columns = readColumns({ adapt: false });
    assert.match(await formatted(table, { columns }), /^ {8}li {6}a0, 1\n/);
    const chosen = readColumns({ adapt: true, mnemonicColumn: 2 });
    assert.match(await formatted(table, { columns: chosen }), /^ {2}li {12}a0, 1\n/);
    const calls = `.macro func n\n.endm\n${pairs(4, "func f")}`;
    assert.equal(
      await formatted(calls),
      calls.replace(".macro", "        .macro ").replace(".endm", "        .endm"),
    );
  });

  it("reads operands without commas as the dialects do", async () => {
    const text = "# hartbeat: dialect=rars\nli   a0   1\n.word 1  -2\nlw a0 4 (sp)";
    assert.equal(
      await formatted(text),
      "# hartbeat: dialect=rars\n        li      a0 1\n        .word   1 -2\n        lw      a0 4 (sp)",
    );
  });

  it("lays out only the lines of a range", async () => {
    const { analysis } = await open("nop\nnop\nnop\n");
    const range = { start: { line: 1, character: 1 }, end: { line: 2, character: 0 } };
    const edits = formatDocument(analysis, defaultColumns, spaces, range);
    assert.equal(applied(analysis.document, edits), "nop\n        nop\nnop\n");
  });

  for (const [before, character, after] of [
    ["main: li a0,1\n|", "\n", "main:   li      a0, 1\n        |"],
    ["\n|", "\n", "\n|"],
    ["nop\n|nop", "\n", "        nop\n|nop"],
    ["/* a\n|", "\n", "/* a\n|"],
    ["        main:|", ":", "main:|"],
    ['        .asciz "a:|"', ":", '        .asciz "a:|"'],
  ] as const) {
    it(`on type turns ${JSON.stringify(before)} into ${JSON.stringify(after)}`, async () => {
      const { analysis, position } = await open(before);
      const edits = formatOnType(analysis, defaultColumns, spaces, position, character);
      assert.equal(applied(analysis.document, edits), after.replace("|", ""));
    });
  }
});

/** What a text becomes, as bytes, and what there is to say about it. */
async function assembled(text: string, name: string): Promise<[string, string[]]> {
  const { assembly } = (await open(text, {}, {}, "\0", name)).analysis;
  const bytes = Buffer.from(writeElf(assembly.object)).toString("base64");
  return [bytes, assembly.diagnostics.map(({ code, range }) => `${range.start.line} ${code}`)];
}

async function check(text: string, name: string): Promise<void> {
  for (const blanks of [spaces, tabs]) {
    const once = await formatted(text, { blanks, name });
    assert.equal(await formatted(once, { blanks, name }), once, `${name}: formatted twice`);
    assert.deepEqual(await assembled(once, name), await assembled(text, name), name);
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Numbers of a fixed sequence: linear congruence, Numerical Recipes' constants. */
function sequence(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe("formatting keeps the meaning", function () {
  this.timeout(60_000);

  it("of the sources of the examples and the tests", async () => {
    for (const folder of ["examples", "test/dap/programs", "test/assembler/dialects"]) {
      const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".s"));
      assert.ok(names.length > 10);
      for (const name of names) await check(readFileSync(join(root, folder, name), "utf8"), name);
    }
  });

  it("of what a compiler wrote", async function () {
    requireTools(this, "riscv64-linux-gnu-gcc");
    for (const name of ["records.c", "sha256.c"]) {
      const path = join(root, "bench/programs", name);
      const options = ["-O2", "-S", "-w", "-o", "-", path];
      const text = execFileSync("riscv64-linux-gnu-gcc", options, { encoding: "utf8" });
      await check(text, "main.s");
    }
  });

  it("of sources with random edits", async () => {
    const text = readFileSync(join(root, "examples/macros.s"), "utf8");
    const other = readFileSync(join(root, "examples/strings.s"), "utf8");
    const pieces = [
      " ",
      "\t",
      ",",
      ";",
      ":",
      '"',
      "'",
      "#",
      "/*",
      "*/",
      "\\",
      "(",
      "\n",
      "a0",
      "1b",
    ];
    for (let seed = 1; seed <= 60; seed++) {
      const random = sequence(seed);
      let edited = seed % 2 === 0 ? text : other;
      for (let count = 0; count < 12; count++) {
        const at = random(edited.length);
        const piece = pieces[random(pieces.length)] as string;
        edited = edited.slice(0, at) + piece + edited.slice(at + random(3));
      }
      await check(edited, "main.s");
    }
  });
});
