/**
 * Registers by what they hold: where one was set, who reads it next, its live range and another
 * register for it. The cursor is `|`; lines and columns of what is expected count from 1.
 */
import assert from "node:assert/strict";
import { TextDocument } from "vscode-languageserver-textdocument";
import { complete } from "../../language-server/completion.ts";
import { definition } from "../../language-server/definition.ts";
import { hover } from "../../language-server/hover.ts";
import { references } from "../../language-server/references.ts";
import { prepareRename, RenameRefused, rename } from "../../language-server/rename.ts";
import { type Files, open } from "./fixture.ts";

const shown = ({ range: { start } }: { range: { start: { line: number; character: number } } }) =>
  `${start.line + 1}:${start.character + 1}`;

/** Sums words: t0 the sum, t1 the count, t2 a word. */
const sum = (cursor: string) =>
  `.globl sum
sum: li t0, 0
 li t1, 10
1: lw t2, 0(a0)
 add t0, t0, t2
 addi a0, a0, 4
 addi t1, t1, -1
 bnez t1, 1b
 mv a0, t0
 call print
 ret
`.replace(cursor.replace("|", ""), cursor);

describe("go to where a register was set", () => {
  const files: Files = { "m.s": ".macro clear r\nli \\r, 0\n.endm\n" };
  const cases: [title: string, text: string, places: string[]][] = [
    ["one instruction", "f: li a0, 1\n addi a1, a|0, 2\n ret", ["1:7"]],
    [
      "of two paths both",
      "f: beqz a0, 1f\n li a1, 1\n j 2f\n1: li a1, 2\n2: mv a0, a|1\n ret",
      ["2:5", "4:7"],
    ],
    ["round a loop", sum("add t0, |t0"), ["2:9", "5:6"]],
    ["the function's entry", "f: mv a1, a|0\n ret", ["1:1"]],
    ["a call", "f: call g\n mv a1, a|0\n ret\ng: ret", ["1:4"]],
    ["where it is written, itself", "f: li a|0, 1\n ret", ["1:7"]],
    ["the base of an address", "f: la t0, x\n lw a0, 4(t|0)\n ret\n.data\nx: .word 1, 2", ["1:7"]],
    ["floating point", "f: fmv.s fa1, fa0\n fadd.s fa0, f|a1, fa1\n ret", ["1:10"]],
    ["a macro's body", '.include "m.s"\nf: clear t0\n mv a0, t|0\n ret', ["2:1"]],
    ["not a write that another hides", "f: li a0, 1\n li a0, 2\n mv a1, a|0\n ret", ["2:5"]],
  ];
  for (const [title, text, places] of cases) {
    it(title, async () => {
      const { workspace, analysis, position } = await open(text, files);
      assert.deepEqual((await definition(workspace, analysis, position)).map(shown), places);
    });
  }

  it("works in a file that is preprocessed", async () => {
    const text =
      "#define N 4\n#define STEP(r) addi r, r, N\nf: li a0, N\n STEP(a0)\n mv a1, a|0\n ret";
    const { workspace, analysis, position } = await open(text, {}, {}, "|", "main.S");
    assert.deepEqual((await definition(workspace, analysis, position)).map(shown), ["4:2"]);
  });
});

describe("references of a register", () => {
  it("are those of its live range", async () => {
    const { workspace, analysis, position } = await open(sum("mv a0, t|0"));
    const all = await references(workspace, analysis, position, true);
    assert.deepEqual(all.map(shown), ["2:9", "5:6", "5:10", "9:9"]);
    const reads = await references(workspace, analysis, position, false);
    assert.deepEqual(reads.map(shown), ["5:10", "9:9"]);
  });
});

describe("hover on a register", () => {
  const cases: [title: string, text: string, parts: RegExp[]][] = [
    [
      "says who set it and who reads it next",
      sum("add t0, |t0"),
      [
        /Temporary/,
        /Set in line 2 \(`li t0, 0`\) and in line 5 \(`add t0, t0, t2`\)/,
        /Read next in line 5 .* and in line 9 \(`mv a0, t0`\)/,
      ],
    ],
    ["knows a number", "f: li a1, 4096\n add a0, a0, a|1\n ret", [/Holds 4096 \(0x1000\) here/]],
    [
      "knows an address",
      "f: la a1, x\n lw a0, 0(a|1)\n ret\n.data\nx: .word 1",
      [/Holds the address of `x` here/],
    ],
    [
      "knows the stack pointer",
      "f: addi sp, sp, -32\n sd a0, 8(s|p)\n addi sp, sp, 32\n ret",
      [/Holds what `sp` held where the function begins - 32 here/],
    ],
    ["knows an argument", "f: mv a1, a|0\n ret", [/Set by the caller of `f`/]],
    ["sees a value that is lost", "f: li t|0, 1\n li t0, 2\n mv a0, t0\n ret", [/Nothing reads/]],
    ["sees a call that may take it", sum("mv a|0, t0"), [/perhaps by the call in line 10/]],
  ];
  for (const [title, text, parts] of cases) {
    it(title, async () => {
      const { workspace, analysis, position } = await open(text);
      const page = JSON.stringify((await hover(workspace, analysis, position))?.contents);
      for (const part of parts) assert.match(page, part);
    });
  }
});

describe("rename of a register", () => {
  const done: [title: string, text: string, name: string, result: string][] = [
    [
      "takes the whole live range and no other",
      "f: li t0, 1\n add a0, a0, t|0\n li t0, 2\n add a0, a0, t0\n ret",
      "t3",
      "f: li t3, 1\n add a0, a0, t3\n li t0, 2\n add a0, a0, t0\n ret",
    ],
    [
      "joins what meets",
      "f: beqz a0, 1f\n li t0, 1\n j 2f\n1: li t0, 2\n2: mv a0, t|0\n ret",
      "a5",
      "f: beqz a0, 1f\n li a5, 1\n j 2f\n1: li a5, 2\n2: mv a0, a5\n ret",
    ],
    [
      "takes another's place where that is not needed",
      "f: li t0, 1\n mv a0, t|0\n li t1, 2\n add a0, a0, t1\n ret",
      "t1",
      "f: li t1, 1\n mv a0, t1\n li t1, 2\n add a0, a0, t1\n ret",
    ],
    [
      "minds names that are read and written in one",
      "f: c.li a2, 1\n c.addi a|2, 2\n mv a0, a2\n ret",
      "a4",
      "f: c.li a4, 1\n c.addi a4, 2\n mv a0, a4\n ret",
    ],
    [
      "knows floating-point registers",
      "f: fadd.s ft|0, fa0, fa1\n fmv.s fa0, ft0\n ret",
      "ft3",
      "f: fadd.s ft3, fa0, fa1\n fmv.s fa0, ft3\n ret",
    ],
  ];
  for (const [title, text, name, result] of done) {
    it(title, async () => {
      const { workspace, analysis, position, uri } = await open(text);
      assert.notEqual(prepareRename(analysis, position), null);
      const edit = await rename(workspace, analysis, position, name);
      const changed = TextDocument.applyEdits(analysis.document, edit?.changes?.[uri] ?? []);
      assert.equal(changed, result);
    });
  }

  const refused: [title: string, text: string, name: string, why: RegExp][] = [
    ["an argument", "f: mv a1, a|0\n ret", "t0", /comes from the function's caller/],
    ["a result", "f: li a|0, 1\n ret", "t0", /caller may need it/],
    ["what a call takes", sum("mv a|0, t0"), "t4", /call in line 10 may take it/],
    ["what a call gives", "f: call g\n mv t0, a|0\n ret", "t1", /comes from the call in line 1/],
    ["a register in use", sum("mv a0, t|0"), "t2", /t2 holds a value that is needed/],
    ["a saved register that is not saved", sum("mv a0, t|0"), "s1", /s1 holds a value/],
    [
      "a register that a call on the way changes",
      "f: addi sp, sp, -16\n sd ra, 0(sp)\n sd s1, 8(sp)\n mv s|1, a0\n call g\n add a0, a0, s1\n" +
        " ld s1, 8(sp)\n ld ra, 0(sp)\n addi sp, sp, 16\n ret",
      "t4",
      /t4 gets another value in line 5/,
    ],
    ["x0", sum("mv a0, t|0"), "zero", /x0 is always 0/],
    ["another file", sum("mv a0, t|0"), "ft0", /other register file/],
    ["a word", sum("mv a0, t|0"), "total", /is no register/],
    ["an encoding's limit", "f: c.lw a|2, 0(a0)\n mv a0, a2\n ret", "t3", /cannot take it here/],
  ];
  for (const [title, text, name, why] of refused) {
    it(`refuses ${title}`, async () => {
      const { workspace, analysis, position } = await open(text);
      await assert.rejects(rename(workspace, analysis, position, name), (error: unknown) => {
        assert.ok(error instanceof RenameRefused);
        assert.match(error.message, why);
        return true;
      });
    });
  }
});

describe("completion of registers", () => {
  const labels = async (text: string, count: number) => {
    const { workspace, analysis, position } = await open(text);
    const items = await complete(workspace, analysis, position);
    return items
      .filter(({ label }) => !/^[xf]\d/.test(label))
      .sort((a, b) => ((a.sortText ?? "") < (b.sortText ?? "") ? -1 : 1))
      .slice(0, count)
      .map(({ label, labelDetails }) => `${label}${labelDetails?.detail ?? ""}`);
  };
  const body = (line: string) => `f: li t0, 1\n li t1, 2\n ${line}\n add a0, t0, t1\n ret`;

  it("offers free ones first where one is written", async () => {
    const found = await labels(body("addi |"), 20);
    assert.equal(found[0], "t2 free");
    assert.ok(found.indexOf("t0 in use") > found.indexOf("t6 free"));
  });

  it("offers those with a value first where one is read", async () => {
    assert.deepEqual(await labels(body("addi t2, |"), 3), [
      "t0 set here",
      "t1 set here",
      "a0 argument",
    ]);
  });
});
