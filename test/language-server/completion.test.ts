/** Completion and signature help: what is offered at the cursor, and what is not. */
import assert from "node:assert/strict";
import type { CompletionItem } from "vscode-languageserver";
import { complete, resolveCompletion, withoutSnippets } from "../../language-server/completion.ts";
import { signatureHelp } from "../../language-server/signature-help.ts";
import { type Files, open } from "./fixture.ts";

async function itemsAt(marked: string, files: Files = {}) {
  const { workspace, analysis, position } = await open(marked, files);
  return { analysis, workspace, items: await complete(workspace, analysis, position) };
}

const program = "\n.equ size, 4\n.data\nbuffer: .zero 4\n.text\nmain: ret\n.macro push r\n.endm\n";

const cases: [title: string, text: string, offered: string[], absent: string[]][] = [
  ["the calls of the environment for their number", "li a7, |", ["write", "exit"], ["PrintInt"]],
  [
    "mnemonics, pseudo-instructions, directives and macros at a statement's start",
    `ad|${program}`,
    ["addi", "add", "li", "call", ".word", "push", "function"],
    ["a0", "size"],
  ],
  [
    "only what the architecture has",
    `# hartbeat: march=rv32i\n |${program}`,
    ["addi", "li", "call"],
    ["mul", "fadd.s", "addw", "ld", "c.addi", "amoadd.w"],
  ],
  [
    "the directives of a dialect",
    `# hartbeat: dialect=rars\n .e|${program}`,
    [".end_macro", ".eqv", ".word"],
    ["addi"],
  ],
  [
    "the pseudo-instructions of a dialect",
    `# hartbeat: dialect=venus\n s|${program}`,
    ["seq", "sge", "seqz"],
    ["a0"],
  ],
  ["only directives behind a point", `.w|${program}`, [".word", ".globl"], ["addi", "push"]],
  ["a statement's start behind a label", `loop: |${program}`, ["addi", ".word"], ["a0"]],
  ["a statement's start behind a semicolon", `nop; |${program}`, ["addi"], ["a0"]],
  [
    "registers by both names",
    `addi |${program}`,
    ["a0", "x10", "sp", "zero"],
    ["fa0", "size", "addi", "mstatus"],
  ],
  ["floating-point registers", `fadd.d fa0, |${program}`, ["fa0", "ft11", "f31"], ["a0", "main"]],
  ["rounding modes", `fadd.d fa0, fa1, fa2, |${program}`, ["rtz", "rne", "dyn"], ["fa0", "a0"]],
  [
    "constants and relocation functions for an immediate",
    `addi a0, a0, |${program}`,
    ["size", "%lo", "%pcrel_lo"],
    ["main", "buffer"],
  ],
  ["relocation functions behind a percent sign", `lui a0, %|${program}`, ["%hi"], ["a0", "size"]],
  ["labels inside a relocation function", `lui a0, %hi(|${program}`, ["main", "buffer"], ["a0"]],
  [
    "registers inside the parentheses of an address",
    `lw a0, 0(|${program}`,
    ["sp", "a0"],
    ["main", "%lo"],
  ],
  ["labels for a jump", `bne a0, a1, |${program}`, ["main", "buffer"], ["a0", "size"]],
  [
    "labels for a call, those of other files too",
    `call |${program}`,
    ["main", "helper"],
    ["fa0", "hidden"],
  ],
  ["the nearest numeric labels for a jump", "1: nop\n j |\n2: nop", ["1b", "2f"], ["1f", "2b"]],
  ["labels for an address", `la a0, |${program}`, ["main", "buffer"], ["a0"]],
  ["CSRs", `csrr a0, |${program}`, ["mstatus", "cycle", "fcsr"], ["a0", "main"]],
  ["fence sets", `fence |${program}`, ["rw", "iorw"], ["a0"]],
  ["symbols for data", `.word |${program}`, ["main", "size", "buffer"], ["addi"]],
  ["own symbols for .globl", `.globl |${program}`, ["main", "buffer"], ["helper"]],
  ["options", `.option |${program}`, ["rvc", "norelax", "push"], ["main"]],
  ["sections", `.section |${program}`, [".rodata", ".bss"], ["main"]],
  ["symbol types", `.type main, @|${program}`, ["@function"], ["main"]],
  [
    "parameters in a macro's body",
    ".macro m from, to\nmv \\|\n.endm\n",
    ["\\from", "\\to", "\\@"],
    ["a0"],
  ],
  ["anything as an argument of a macro", `push |${program}`, ["a0", "main"], ["addi"]],
];

describe("completion", () => {
  const files = { "util.s": ".globl helper\nhelper: ret\nhidden: ret\n" };
  for (const [title, text, offered, absent] of cases) {
    it(`offers ${title}`, async () => {
      const { items } = await itemsAt(text, files);
      const labels = new Set(items.map(({ label }) => label));
      for (const label of offered) assert.ok(labels.has(label), `${label} is not offered`);
      for (const label of absent) assert.ok(!labels.has(label), `${label} is offered`);
      assert.equal(labels.size, items.length, "a label twice");
    });
  }

  it("has a plain form for clients without snippets", async () => {
    const { items } = await itemsAt("lui a0, |");
    const plain = withoutSnippets(items);
    assert.ok(plain.some(({ label, textEdit }) => label === "%hi" && textEdit?.newText === "%hi"));
    assert.ok(plain.every(({ insertTextFormat }) => insertTextFormat === undefined));
    const { items: heads } = await itemsAt("|");
    assert.ok(heads.some(({ label }) => label === "function"));
    assert.ok(!withoutSnippets(heads).some(({ label }) => label === "function"));
  });

  it("puts labels before registers where both may stand", async () => {
    const { items } = await itemsAt(`call |${program}`);
    const order = (label: string) => items.find((one) => one.label === label)?.sortText ?? "";
    assert.ok(order("main") < order("a0"));
  });

  /** Labels with what stands beside them, in the order in which they are offered. */
  const ordered = (items: CompletionItem[], wanted: RegExp) =>
    items
      .filter(({ label }) => wanted.test(label))
      .sort((a, b) => ((a.sortText ?? "") < (b.sortText ?? "") ? -1 : 1))
      .map(({ label, labelDetails: { detail = "", description = "" } = {} }) =>
        `${label}${detail} ${description}`.trim(),
      );

  it("puts the targets of a branch by their distance, those beyond reach last", async () => {
    const text = "far: .zero 6000\nnear: nop\nnext: nop\n bnez a0, |\nlast: nop\n";
    const { items } = await itemsAt(text);
    assert.deepEqual(ordered(items, /^(far|near|next|last)$/), [
      "last +0",
      "next -2",
      "near -4",
      "far -6004, beyond reach",
    ]);
  });

  it("puts offsets of one structure side by side, by their value", async () => {
    const equ = ".equ node.next, 8\n.equ pair_b, 4\n.equ node.value, 0\n.equ pair_a, 0\n";
    const { items } = await itemsAt(`${equ}.equ big, 5000\nf: lw a0, |(a1)`);
    assert.deepEqual(ordered(items, /^(node|pair|big)/), [
      "node.value = 0",
      "node.next = 8",
      "pair_a = 0",
      "pair_b = 4",
      "big = 5000",
    ]);
  });

  it("offers what #define defines, in the file and in what it includes", async () => {
    const files = { "defs.h": "#define SIZE 24\n#define PUSH(r) sd r, 0(sp)\n" };
    const at = async (line: string) => {
      const text = `#include "defs.h"\n#define COUNT 3\nf: ${line}\n`;
      const { workspace, analysis, position } = await open(text, files, {}, "|", "main.S");
      const found = await complete(workspace, analysis, position);
      return ordered(found, /^(SIZE|PUSH|COUNT)$/);
    };
    assert.deepEqual(await at("|"), ["PUSH(r) #define"]);
    assert.deepEqual(await at("li a0, |"), ["COUNT", "SIZE"]);
  });

  it("says what may be done with a CSR", async () => {
    const { items } = await itemsAt("csrr a0, |");
    assert.deepEqual(ordered(items, /^(cycle|mstatus)$/), [
      "cycle read-only 0xc00",
      "mstatus read, write 0x300",
    ]);
  });

  for (const text of ["nop # ad|", "/* a| */ nop", '.asciz "ad|"', "nop // |"]) {
    it(`offers nothing in ${text}`, async () => assert.deepEqual((await itemsAt(text)).items, []));
  }

  it("replaces the whole word around the cursor, its point and percent sign too", async () => {
    for (const [text, replaced] of [
      [".wo|rd 1", ".word"],
      ["lui a0, %h|i(x)", "%hi"],
      ["c.ad|di a0, 1", "c.addi"],
      ["lw a0, 4(s|p)", "sp"],
    ] as const) {
      const { analysis, items } = await itemsAt(text);
      const edit = items[0]?.textEdit;
      assert.ok(edit !== undefined && "range" in edit);
      assert.equal(analysis.document.getText(edit.range), replaced);
    }
  });

  const pages: [text: string, label: string, part: string][] = [
    ["|", "addi", "rd ← rs1 + imm"],
    ["|", "li", "Pseudo-instruction"],
    ["|", ".word", ".word"],
    ["mv |", "a0", "argument"],
    ["csrr a0, |", "mstatus", "MPP"],
    ["# Adds.\n.globl f\nf: ret\n call |", "f", "Adds."],
    ["call |", "helper", "is defined in util.s, line 2"],
  ];
  for (const [text, label, part] of pages) {
    it(`documents ${label} when it is looked at`, async () => {
      const { items, workspace } = await itemsAt(text, {
        "util.s": ".globl helper\nhelper: ret\n",
      });
      const item = items.find((one) => one.label === label);
      assert.ok(item);
      assert.equal(item.documentation, undefined);
      // The item travels to the client and back.
      const { documentation } = await resolveCompletion(
        workspace,
        JSON.parse(JSON.stringify(item)),
      );
      assert.ok(typeof documentation === "object");
      assert.ok(documentation.value.includes(part), documentation.value);
    });
  }
});

describe("signature help", () => {
  const help: [text: string, label: string, parameter: string | undefined][] = [
    ["addi |", "addi rd, rs1, imm", "rd"],
    ["addi a0, a|1, 5", "addi rd, rs1, imm", "rs1"],
    ["addi a0, a1, |", "addi rd, rs1, imm", "imm"],
    ["lw a0, 8(|", "lw rd, imm(rs1)", "imm(rs1)"],
    ["call rd, |", "call rd, symbol", "symbol"],
    [".comm x, |", ".comm symbol, size, alignment", "size"],
    [".macro m from, to\n.endm\n m a0, |", "m from, to", "to"],
    ["nop |", "", undefined],
    ["ad|d", "", undefined],
    ["add a0, a1 # |", "", undefined],
  ];
  for (const [text, label, parameter] of help) {
    it(`shows ${label === "" ? "nothing" : label} at ${JSON.stringify(text)}`, async () => {
      const { analysis, position } = await open(text);
      const found = signatureHelp(analysis, position);
      if (label === "") return assert.equal(found, null);
      const signature = found?.signatures[found.activeSignature ?? 0];
      assert.equal(signature?.label, label);
      const range = signature?.parameters?.[found?.activeParameter ?? 0]?.label;
      assert.ok(Array.isArray(range));
      assert.equal(label.slice(range[0], range[1]), parameter);
    });
  }
});
