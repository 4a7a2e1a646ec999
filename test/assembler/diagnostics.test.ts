/** Bad sources: each mark `^^^ code: message` stands under the spot that its diagnostic names. */
import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { readHeader } from "../../assembler/header.ts";

/** A source whose lines that start with "#" and carets say what is expected of the line above. */
const cases: readonly string[] = [
  `
        retn
#       ^^^^ error unknown-instruction: Unknown instruction \`retn\`. Did you mean \`ret\`?`,
  `
        ad a0, a1, a2
#       ^^ error unknown-instruction: Unknown instruction \`ad\`. Did you mean \`add\`?`,
  `
.globl  main
        main
#       ^^^^ error unknown-instruction: Unknown instruction \`main\`. A label ends in a colon: \`main:\`.
        jmp 1b
#       ^^^ error unknown-instruction: Unknown instruction \`jmp\`. Did you mean \`j\`?
        push a0
#       ^^^^ error unknown-instruction: Unknown instruction \`push\`. RISC-V has no such instruction: change sp with \`addi\`, and load or store beside it.
        fadd fa0, fa1, fa2
#       ^^^^ error unknown-instruction: Unknown instruction \`fadd\`. Did you mean \`fadd.s\`?`,
  `
        lui a0, %hi x
#               ^ error misplaced-function: \`%hi\` cannot stand here like this; it takes its symbol in parentheses and is an operand of its own.
        addi a0, a0, lo(x)
#                    ^^^^^ error function-without-percent: A relocation function begins with \`%\`: \`%lo(x)\`.
        addi a0, a0, %lo(x
#                    ^ error expected-close: A closing \`)\` is missing.`,
  `
        la.tls.ie a5, t2
#                     ^^ warning register-as-symbol: \`t2\` is a symbol here, not the register, since only a symbol can stand here.
        call s1
#            ^^ warning register-as-symbol: \`s1\` is a symbol here, not the register, since only a symbol can stand here.`,
  `
        csrr a0, mstatsu
#                ^^^^^^^ error unknown-csr: Unknown CSR \`mstatsu\`; a CSR is written by its name or number. Did you mean \`mstatus\`?`,
  `
        csrw a0, mstatus
#       ^^^^^^^^^^^^^^^^ error swapped-operands: The CSR and the value for it stand the wrong way round: write \`csrw mstatus, a0\`.
        csrr mstatus, a0
#       ^^^^^^^^^^^^^^^^ error swapped-operands: The CSR and the value for it stand the wrong way round: write \`csrr a0, mstatus\`.
        csrrw a0, a1, sscratch
#       ^^^^^^^^^^^^^^^^^^^^^^ error swapped-operands: The CSR and the value for it stand the wrong way round: write \`csrrw a0, sscratch, a1\`.
        csrwi 3, mie
#       ^^^^^^^^^^^^ error swapped-operands: The CSR and the value for it stand the wrong way round: write \`csrwi mie, 3\`.`,
  `
        mv a0 a1
#          ^^^^^ error no-comma: A comma is missing between operands: \`a0, a1\`.
        add a0 a1, a2
#           ^^^^^ error no-comma: A comma is missing between operands: \`a0, a1\`.
        lw a0 4(a1)
#          ^^^^ error no-comma: A comma is missing between operands: \`a0, 4\`.
        addi a0, a0 %lo(x)
#                ^^^^^^^^^ error no-comma: A comma is missing between operands: \`a0, %lo(x)\`.`,
  `
        sw a0, a1, 4
#              ^^^^^ error address-expected: \`sw\` takes its address as one operand, an offset and a register: write \`4(a1)\`.
        ld a0, -8, sp
#              ^^^^^^ error address-expected: \`ld\` takes its address as one operand, an offset and a register: write \`-8(sp)\`.`,
  `
        add a0, a00, a1
#               ^^^ error wrong-operand: An integer register is expected here, as in \`add rd, rs1, rs2\`. Did you mean \`a0\`?`,
  `
        addi a0, a0, 5000
#                    ^^^^ error out-of-range: 5000 does not fit: the immediate of \`addi\` must be -2048 to 2047.`,
  `
        slli a0, a0, 64
#                    ^^ error out-of-range: 64 does not fit: the shift amount of \`slli\` must be 0 to 63.`,
  `
        add a0, a1
#               ^^ error missing-operand: \`add\` needs another operand, an integer register, or a number or a symbol, as in \`add rd, rs1, rs2\` or \`add rd, rs1, imm\`.`,
  `
        ret a0
#           ^^ error unexpected-operand: \`a0\` is one operand too many: \`ret\` takes no operands.`,
  `
        .wrod 5
#       ^^^^^ error unknown-directive: Unknown directive \`.wrod\`. Did you mean \`.word\`?`,
  `
a:      nop
a:      nop
#^ error duplicate-symbol: \`a\` is defined already.`,
  `
        j 1b
#         ^^ error no-local-label: There is no \`1:\` before this.`,
  `
        j 1f
#         ^^ error unused-numeric: There is no \`1:\` after this.`,
  `
        .word 1 +
#               ^ error missing-expression: A value is missing here.`,
  `
        .word (1 + 2
#                  ^ error expected-close: A closing \`)\` is missing.`,
  `
        .ascii "abc
#              ^^^^ error unterminated-string: This string has no closing quote; write one at its end, on the same line.`,
  `
        .word "abc
#             ^^^^ error unterminated-string: This string has no closing quote; write one at its end, on the same line.
        li a0, "abc
#              ^^^^ error unterminated-string: This string has no closing quote; write one at its end, on the same line.
"abc:   nop
#^^^^^^^^^^^ error unterminated-string: This string has no closing quote; write one at its end, on the same line.
        .include "abc
#                ^^^^ error unterminated-string: This string has no closing quote; write one at its end, on the same line.
        retn
#       ^^^^ error unknown-instruction: Unknown instruction \`retn\`. Did you mean \`ret\`?`,
  `
        .byte '
#             ^ error missing-character: A character must stand behind this quote, as in \`'a'\`.`,
  `
        lw a0, 4(b1)
#                ^^ error no-base-register: \`b1\` is no register; an integer register must stand in these parentheses, as in \`8(sp)\`. Did you mean \`a1\`?`,
  `
        sw a0, %lo(x)(fa0)
#                     ^^^ error no-base-register: \`fa0\` is a floating-point register; an integer register must stand in these parentheses, as in \`8(sp)\`.`,
  `
        ld a0, y+8(SP)
#                  ^^ error no-base-register: \`SP\` is no register; an integer register must stand in these parentheses, as in \`8(sp)\`. Did you mean \`sp\`?`,
  `
        lw a0, 4(sp
#                ^^ error expected-close: A closing \`)\` is missing.`,
  `
        add a0, a1, b1
#                   ^^ error needs-constant: The immediate of \`addi\` must be a number; a symbol needs %lo, %hi or another relocation function. Did you mean \`a1\`?`,
  `
        lw a0
#          ^^ error missing-operand: \`lw\` needs another operand, an offset and a register like 8(sp), or a symbol, as in \`lw rd, imm(rs1)\` or \`lw rd, symbol\`.`,
  `
        .byte 300
#             ^^^ warning value-truncated: 0x12c does not fit in 8 bits and is cut to 0x2c.`,
  `
        .if 1
#       ^^^ error if-without-endif: \`.if\` has no \`.endif\`.`,
  `
        .endif
#       ^^^^^^ error else-without-if: \`.endif\` has no \`.if\` before it.`,
  `
        .macro m x:req
        .endm
        m
#       ^ error macro-argument-missing: Macro \`m\` needs a value for \`x\`.`,
  `
        .macro m x
        addi a0, a0, \\x
        .endm
        m 9999
#         ^^^^ error out-of-range: 9999 does not fit: the immediate of \`addi\` must be -2048 to 2047.`,
  `
        lui a0, %hii(x)
#               ^^^^^^^ error unknown-function: Unknown relocation function \`%hii\`. Did you mean \`hi\`?`,
  `
        addi a0, a0, x
#                    ^ error needs-constant: The immediate of \`addi\` must be a number; a symbol needs %lo, %hi or another relocation function.`,
  `
        .set a, b
#            ^ error circular: \`a\` is defined by itself.
        .set b, a
        .byte 1
        la a0, a`,
  `
        .include "nowhere.s"
#                ^^^^^^^^^^^ error file-not-found: The file "nowhere.s" cannot be read.`,
  `
        .align 40
#              ^^ error bad-alignment: An alignment must be a power of two, at most 2^24, not 40.`,
  `
        nop
        .org 2
        nop
        .org 1
#            ^ error origin-backwards: \`.org\` cannot go back: it asks for offset 1, and 4 is reached already.`,
  `
        .cfi_def_cfa_offset 16
#       ^^^^^^^^^^^^^^^^^^^ error frame-not-open: \`.cfi_def_cfa_offset\` must stand between \`.cfi_startproc\` and \`.cfi_endproc\`.`,
];

interface Expected {
  line: number;
  from: number;
  to: number;
  text: string;
}

function readCase(text: string): { source: string; expected: Expected[] } {
  const lines: string[] = [];
  const expected: Expected[] = [];
  for (const line of text.replace(/^\n/, "").split("\n")) {
    const mark = /^#( *)(\^+) (.*)$/.exec(line);
    if (mark === null) lines.push(line);
    else {
      const from = (mark[1] ?? "").length + (mark[1] === "" ? 0 : 1);
      expected.push({
        line: lines.length - 1,
        from,
        to: from + (mark[2] ?? "").length,
        text: mark[3] ?? "",
      });
    }
  }
  return { source: `${lines.join("\n")}\n`, expected };
}

describe("diagnostics of the assembler", () => {
  for (const text of cases) {
    const { source, expected } = readCase(text);
    const title = expected.map(({ text: line }) => line.split(":")[0]).join(", ");
    it(title, () => {
      const { diagnostics } = assemble("a.s", source, { readFile: () => undefined });
      const found = diagnostics.map(({ range, severity, code, message }) => ({
        line: range.start.line,
        from: range.start.character,
        to: range.end.character,
        text: `${severity} ${code}: ${message}`,
      }));
      const unique = found.filter(
        (one, index) =>
          found.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index,
      );
      assert.deepEqual(unique.sort((a, b) => a.line - b.line).slice(0, expected.length), expected);
    });
  }

  it("names what the architecture lacks", () => {
    const { diagnostics } = assemble("a.s", "mul a0, a0, a1\nld a0, 0(a1)\n", {
      march: "rv32i",
      readFile: () => undefined,
    });
    assert.deepEqual(
      diagnostics.map(({ message }) => message),
      [
        "`mul` needs extension zmmul, which rv32i does not have.",
        "`ld` needs RV64, which rv32i does not have.",
      ],
    );
  });

  it("asks for pairs of registers where values have two, and for the extension of hints", () => {
    const source = "amocas.d a1, a2, (a0)\namocas.d a0, a3, (a0)\namocas.d a0, a2, (a1)\nntl.p1\n";
    const { diagnostics } = assemble("a.s", source, {
      march: "rv32ia_zacas",
      readFile: () => undefined,
    });
    assert.deepEqual(
      diagnostics.map(({ code, range }) => `${range.start.line}: ${code}`),
      ["0: odd-pair", "1: odd-pair", "3: unavailable-instruction"],
    );
  });

  it("leads from an expansion back to the call", () => {
    const source = ".macro m\naddi a0, a0, 9999\n.endm\nnop\nm\n";
    const { diagnostics } = assemble("a.s", source, { readFile: () => undefined });
    assert.equal(diagnostics[0]?.range.start.line, 1);
    assert.equal(diagnostics[0]?.related?.[0]?.range.start.line, 4);
  });

  it("names files that an include asks for and that are not there", () => {
    const { missing } = assemble("lib/a.s", '.include "b.s"\n', { readFile: () => undefined });
    assert.deepEqual(missing, ["lib/b.s", "b.s"]);
  });

  it("reads header lines", () => {
    const text =
      '# Title\n# hartbeat: march=rv32im environment=rars sources=a.s,b.s args="x y" colour=red\n';
    const { options, diagnostics } = readHeader(text, "a.s");
    assert.deepEqual(options, {
      march: "rv32im",
      environment: "rars",
      sources: ["a.s", "b.s"],
      args: "x y",
    });
    assert.deepEqual(
      diagnostics.map(({ code, range }) => [code, range.start.line]),
      [["unknown-header-key", 1]],
    );
    const wrong = readHeader("# hartbeat: environment=mars", "a.s");
    assert.equal(
      wrong.diagnostics[0]?.message,
      "`mars` is not a value of `environment`; known are linux, rars, venus, ripes.",
    );
  });
});
