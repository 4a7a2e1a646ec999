/** Hover: the page of the word at the cursor, checked by the parts that must be in it. */
import assert from "node:assert/strict";
import { hover } from "../../language-server/hover.ts";
import { type Files, open } from "./fixture.ts";

async function pageAt(marked: string, files: Files = {}): Promise<string> {
  const { workspace, analysis, position } = await open(marked, files);
  const found = await hover(workspace, analysis, position);
  if (found === null) return "";
  assert.ok(typeof found.contents === "object" && "value" in found.contents);
  return found.contents.value;
}

const cases: [title: string, text: string, parts: string[]][] = [
  [
    "an instruction: summary, operands, bits of this line, pseudocode, origin",
    "a|ddi a0, sp, -5",
    [
      "addi rd, rs1, imm",
      "Adds an immediate to a register.",
      "`imm`: immediate, -2048 to 2047",
      "rd ← rs1 + imm",
      "0xffb10513",
      "│ 111111111011 │ 00010 │ 000   │ 01010 │ 0010011 │",
      "│ -5           │ sp    │       │ a0    │         │",
      "extension I",
      "RV32I Base Integer",
    ],
  ],
  [
    "an instruction of an extension that an option adds",
    ".option arch, +zbb, +v\nan|dn a0, a1, a2\nvadd.vv v1, v2, v3",
    ["0x40c5f533", "│ a2    │", "Reads `a1`, `a2`; writes `a0`."],
  ],
  [
    "an instruction that is encoded only",
    ".option arch, +v\nva|dd.vv v1, v2, v3",
    ["0x022180d7 at offset 0x0", "not yet executed here"],
  ],
  [
    "a directive of a dialect",
    "# hartbeat: dialect=rars\n.eq|v SIZE 4",
    [".eqv name text", "Makes a name stand for the text behind it."],
  ],
  [
    "a pseudo-instruction of a dialect",
    "# hartbeat: dialect=venus\nse|q t0 t1 t2",
    ["seq rd, rs1, rs2", "Sets 1 when two registers are equal, else 0."],
  ],
  [
    "an instruction that is compressed",
    "a|dd a0, a0, a1",
    ["add rd, rs1, rs2", "c.add a0, a1", "0x952e at offset 0x0"],
  ],
  [
    "a branch with its offset",
    "x: nop\n nop\n b|eq a0, a1, x",
    ["Branches when two registers are equal.", "if rs1 = rs2", "0xfeb50ee3", "-4"],
  ],
  [
    "an instruction of another architecture",
    "# hartbeat: march=rv32i\n m|ul a0, a1, a2",
    ["Multiplies", "does not have it", '"M" Extension for Integer'],
  ],
  [
    "a pseudo-instruction with what it becomes",
    "l|i a0, 0x12345",
    ["li rd, imm", "Pseudo-instruction; here it becomes", "lui a0, 0x12", "addiw a0, a0, 837"],
  ],
  [
    "a CSR instruction with the CSR's name in the picture",
    "cs|rrwi a0, mstatus, 8",
    ["│ 001100000000 │", "│ mstatus ", "csr ← uimm"],
  ],
  ["a fence with its sets", "fen|ce rw, w", ["│ 0011  │ 0001  │", "│ rw    │ w     │"]],
  [
    "a call with its relocation",
    "ca|ll printf\n.extern printf",
    ["Calls a function anywhere.", "auipc ra, 0x0", "R_RISCV_CALL_PLT printf"],
  ],
  [
    "a macro call with its expansion",
    ".macro twice op, r\n\\op \\r, \\r\n\\op \\r, \\r\n.endm\n tw|ice mv, a0",
    [".macro twice op, r", "    mv a0, a0\n    mv a0, a0"],
  ],
  [
    "a macro call with repetition and condition inside",
    ".macro fill n\n.rept \\n\n.if \\n > 1\nnop\n.endif\n.endr\n.endm\nfi|ll 2",
    ["nop\n    nop"],
  ],
  [
    "a directive with the bytes that it made",
    ".data\n .wo|rd 1, -1",
    [".word", ".data + 0x0: 01 00 00 00 ff ff ff ff"],
  ],
  ["a register", "mv a0, s|0", ["**`s0`** (`x8`, `fp`)", "callee", "saved by the callee"]],
  ["a floating-point register", "fmv.d fa0, f|t1", ["**`ft1`** (`f1`)", "caller"]],
  [
    "a misspelt CSR",
    "csrr a0, mst|aus",
    ["is the name of no CSR", "Perhaps it is meant for", "**`mstatus`** CSR 0x300"],
  ],
  [
    "a CSR with its fields",
    "csrr a0, mst|atus",
    ["CSR 0x300", "| 12:11 | `MPP` |", "read and write, from machine mode on"],
  ],
  ["a read-only CSR", "csrr a0, cy|cle", ["CSR 0xc00", "read-only"]],
  [
    "a number in every radix",
    "li a0, 0x4|1",
    ["| decimal | `65` |", "| binary | `0b0100_0001` |", "| octal | `0101` |", "`'A'`"],
  ],
  [
    "a negative number",
    "addi a0, a0, -1|6",
    ["| decimal | `-16` |", "`4294967280`", "`0xfffffff0`"],
  ],
  ["bits that are a float", ".word 0x3f80|0000", ["| bits as float | `1 (single)` |"]],
  ["a character", "li a0, '\\|n'", ["| decimal | `10` |", "line feed"]],
  ["a floating-point literal", ".double 1|.5", ["0x3fc00000", "0x3ff8000000000000"]],
  ["a string", '.asciz "h|i\\n"', ["3 bytes", "68 69 0a"]],
  [
    "a label with its place, size and comment",
    ".globl f\n# Adds two numbers.\n# Result in a0.\nf: add a0, a0, a1\n ret\n g: call f|",
    ["**`f`** global symbol: `.text` + 0x0, 4 bytes", "Adds two numbers.  \nResult in a0."],
  ],
  [
    "a comment above what is said of the label",
    "/* Waits.\n * a0: how long\n */\n .globl f\n .type f, @function\nf: ret\n g: call f|",
    ["Waits.  \na0: how long"],
  ],
  [
    "a call of the environment",
    "_start: li a0, 1\n li a7, 64\n ec|all",
    ["Here: **`write(fd, buffer, count)`** of the environment linux. Writes to an open file."],
  ],
  ["a call's number", "# hartbeat: dialect=rars\n li a7 1|0\n", ["**`Exit()`**", "`0xa`"]],
  ["a macro's comment", "# Saves it.\n.macro m\nnop\n.endm\n |m", [".macro m\n```\nSaves it.\n"]],
  ["a label's comment behind it", "x: nop # the loop\n j |x", ["the loop"]],
  [
    "a constant with its value",
    ".equ size, 4 * 8\nli a0, si|ze",
    ["**`size`** constant", "| decimal | `32` |"],
  ],
  [
    "a length that the assembler computes",
    '.data\nm: .ascii "abc"\nn = . - m\n.word n|',
    ["constant", "| decimal | `3` |"],
  ],
  [
    "what stands for text in RARS",
    "# hartbeat: dialect=rars\n.eqv STEP 4\nmain: li a0 ST|EP\n",
    ["**`STEP`** stands for text, in line 2", ".eqv STEP 4"],
  ],
  ["a symbol of another file", "call he|lper", ["is defined in util.s, line 2"]],
  ["a function of C", "call ma|in", ["is defined in main.c, line 1", "int main(void) {"]],
  ["a symbol that nobody has", "call nothi|ng", ["is not defined in this file"]],
  ["a numeric label", "1: nop\n j 1|b", ["`1:`", "in line 1"]],
  ["a relocation function", "lui a0, %h|i(x)", ["`%hi`", "upper 20 bits"]],
  ["a macro's parameter", ".macro m reg\nmv \\r|eg, a0\n.endm", ["Parameter **`reg`**"]],
  [
    "an atomic instruction",
    "# hartbeat: march=rv64gc\namoadd|.w.aqrl a0, a1, (a2)",
    ["amoadd.w.aqrl rd, rs2, (rs1)", "extension Zaamo"],
  ],
];

cases.push(
  [
    "what an instruction reads and writes, and how long it takes about",
    "mu|l a0, a1, a2",
    ["Reads `a1`, `a2`; writes `a0`.", "Latency class: multiplication"],
  ],
  [
    "accesses to memory and the flags of floating point",
    "l|w a0, 4(sp)",
    ["Reads `sp`, `memory`; writes `a0`.", "Latency class: load"],
  ],
  [
    "the flags and the rounding mode of floating point",
    "fdi|v.d fa0, fa1, fa2",
    ["Reads `fa1`, `fa2`, `frm`; writes `fa0`, `fflags`.", "Latency class: floating-point div"],
  ],
  [
    "a CSR that is read and written",
    "csrr|w a0, mscratch, a1",
    ["Reads `a1`, `mscratch`; writes `a0`, `mscr"],
  ],
  [
    "of a pseudo-instruction what others see",
    "l|a a0, x\n.data\nx: .word 1",
    ["Reads nothing; writes `a0`. Latency class: arithmetic: one cycle."],
  ],
);

const nothing: [title: string, text: string][] = [
  ["a comment", "nop # ad|di"],
  ["a block comment", "/* ad|di */ nop"],
  ["blank space", "nop\n |\n nop"],
  ["an unknown word", "frob|nicate a0"],
];

describe("hover", () => {
  it("says of an instruction that the file lacks its extension, but not where an option adds it", async () => {
    const note = "The architecture of this file does not have it.";
    assert.ok((await pageAt("va|dd.vv v1, v2, v3")).includes(note));
    assert.ok(!(await pageAt(".option arch, +v\nva|dd.vv v1, v2, v3")).includes(note));
  });

  const files = {
    "util.s": ".globl helper\nhelper: ret\n",
    "main.c": "int main(void) {\n  return 0;\n}\n",
  };
  for (const [title, text, parts] of cases) {
    it(`explains ${title}`, async () => {
      const page = await pageAt(text, files);
      for (const part of parts) assert.ok(page.includes(part), `no "${part}" in:\n${page}`);
    });
  }

  for (const [title, text] of nothing) {
    it(`says nothing about ${title}`, async () => assert.equal(await pageAt(text), ""));
  }

  it("shows an expansion of thousands of lines only in part", async () => {
    const page = await pageAt(".macro big\n.rept 5000\nnop\n.endr\n.endm\nb|ig");
    assert.ok(page.includes("more lines"));
    assert.ok(page.length < 2000);
  });
});

describe("hover in a file that is preprocessed", () => {
  it("shows what #define says of a name", async () => {
    const files = { "defs.h": "#define SIZE 0x18\n" };
    const texts = [
      '#include "defs.h"\nli a0, SI|ZE',
      "#define SIZE 0x18\nli a0, SI|ZE",
      "#define SI|ZE 0x18\n",
    ];
    for (const text of texts) {
      const { workspace, analysis, position } = await open(text, files, {}, "|", "main.S");
      const page = JSON.stringify((await hover(workspace, analysis, position))?.contents);
      assert.match(page, /#define SIZE 0x18.*in line 1.*decimal \| `24`/);
    }
  });

  it("shows what a line became, in the file and behind what it includes", async () => {
    const files = { "defs.h": "#define SIZE 24\n#define COPY(a, b) mv a, b\n" };
    const text = '#include "defs.h"\n  COPY(a0, a1)\n  ad|di a0, a0, SIZE\n';
    const { workspace, analysis, position } = await open(text, files, {}, "|", "main.S");
    assert.deepEqual(analysis.assembly.diagnostics, []);
    const found = await hover(workspace, analysis, position);
    const page = JSON.stringify(found?.contents);
    assert.match(page, /addi a0, a0, 24|c.addi a0, 24/);
  });

  it("shows what a line with names of #define becomes", async () => {
    const text =
      "#define LOAD(r) ld r, SLOT(sp) ; nop\n#define SLOT 8\nf: LO|AD(a0)\n  sd a0, SLOT(sp)\n";
    const { workspace, analysis, position } = await open(text, {}, {}, "|", "main.S");
    const page = (await hover(workspace, analysis, position))?.contents;
    const shown = JSON.stringify(page);
    assert.match(shown, /#define LOAD\(r\) ld r/);
    assert.match(shown, /The line becomes.*f: ld a0, 8\(sp\)\\n {4}nop/);
    const other = await hover(workspace, analysis, { line: 3, character: 10 });
    assert.match(JSON.stringify(other?.contents), /The line becomes.* sd a0, 8\(sp\)/);
  });
});
