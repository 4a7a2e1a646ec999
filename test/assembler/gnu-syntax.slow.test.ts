/** Sources in GNU's syntax assemble to the same bytes and relocations as with GNU as. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { readElf } from "../../elf/reader.ts";
import { requireTool, tryTool } from "../tools.ts";
import { differences } from "./object-comparison.ts";

/** Each case is a title and a source. */
const cases: readonly [title: string, source: string][] = [
  [
    "integers of all radixes",
    ".byte 10, 0x1f, 0b101, 017, 'a', '\\n', -1, ~0, !0\n.octa 0x123456789abcdef00112233445566778",
  ],
  [
    "operators and precedence",
    ".word 1+2*3, (1+2)*3, 7%4, 1<<4|3, 6&3^1, 5-3-1, -7/2, 3==3, 3<2, 1||0, 2&&0, 8>>1",
  ],
  [
    "a long chain of symbols",
    `${Array.from({ length: 3000 }, (_, n) => `.set s${n}, s${n + 1}+1`).join("\n")}\ns3000: .word s0, s5 + 4, s5 - s0, s5 - s0 + 1, s3000 - s1`,
  ],
  ["strings and escapes", '.ascii "a\\tb\\101\\x41\\"", "two"\n.asciz "z"\n.string16 "hi"'],
  [
    "floating-point numbers",
    ".float 1.5, -0.1, 1e10, inf, 3\n.double 0.1, 2.5e-300, nan, -1e308\n",
  ],
  ["LEB128", ".uleb128 0\n.uleb128 127\n.uleb128 624485\n.sleb128 -1\n.sleb128 64\n.sleb128 -129"],
  [
    "fill, space, org, balign",
    ".data\n.fill 3, 2, 0x1234\n.space 3, 7\n.balign 8, 0xff\n.org 64, 1\n.p2align 2,,1\n.byte 1\n.p2align 3",
  ],
  ["numeric labels", "1: j 1f\n1: j 1b\nbeqz a0, 1f\n.word 1b, 1f\n1: nop\n2: j 2b\n02: j 2b"],
  [
    "labels that are called like registers",
    "f2: nop\nj f2\nbeqz a0, f2\ncall f2\nla a0, f2\n.dword f2\na0: j a0\nlw a1, a0\ntail a0",
  ],
  [
    "symbols",
    ".globl f\n.weak w\n.type f, @function\nf: ret\n.size f, .-f\n.set x, 5\nli a0, x\n.set x, 6\nli a0, x\ny = f + 4\n.word y\n.comm c, 40, 8\n.lcomm l, 16",
  ],
  [
    "sections",
    '.section .rodata.str,"aMS",@progbits,1\n.string "a"\n.pushsection .data\n.word 1\n.popsection\n.string "b"\n.section .x,"aw",@nobits\n.skip 8\n.previous\n.subsection 1\n.byte 9\n.subsection 0\n.byte 8',
  ],
  [
    "macros",
    ".macro add3 d, a, b=zero, c:vararg\nadd \\d, \\a, \\b\n.ifnb \\c\n.word \\c\n.endif\nl\\@: j l\\@\n.endm\nadd3 a0, a1\nadd3 a0, a1, a2, 1, 2\nadd3 b=a5, d=a1, a=a2",
  ],
  [
    "repetitions",
    ".rept 3\nnop\n.endr\n.irp r, a0, a1, s3\nmv \\r, zero\n.endr\n.irpc d, 123\n.byte \\d\n.endr",
  ],
  [
    "the same line with another meaning each time",
    `${["", ".option norvc", ".option rvc", ".option arch, -c", ".option arch, +c", ".data", ".text", ".macro add a, b, c\nsub \\a, \\b, \\c\n.endm", ".purgem add"].map((line) => `${line}\n add a0, a0, a1\n.byte 0`).join("\n")}
    csrr a0, mstatus\n csrr a0, mstatus\n li a1, 0x12345678\n li a1, 0x12345678\n li a2, 7\n li a2, 7
    .set seven, 7\n li a3, seven\n .set seven, 8\n li a3, seven\n li a3, seven
    .byte .-a\na: .byte .-a\n .byte .-a\n .if 0\n li a2, 7\n .else\n li a2, 7\n .endif`,
  ],
  [
    "nested macros",
    ".macro inner x\n.word \\x\n.endm\n.macro outer a, b\ninner \\a\n.rept 2\ninner \\b+1\n.endr\n.endm\nouter 1, 2",
  ],
  [
    "alternate macros: LOCAL",
    '.altmacro\n.macro m x\nlocal l, k\nnop; LOCAL j # names\nl: .word x\nk: .word l - k\nj: .ascii "LOCAL k"\nbeqz a0, l\n.endm\nm 1\nm 2',
  ],
  [
    "alternate macros: arguments",
    ".altmacro\n.macro m x, y\n.word x\n.word y\n.endm\nm <1,2>, %1+2\nm <5 !> 4>, %(3*4)\nm 7,%3<4\nm <(9!<!<2)!>!>1, 3>, 8",
  ],
  [
    "alternate macros: strings",
    '.altmacro\n.macro s v\n.ascii v\n.endm\ns "hello"\ns "hi!!x!>"\ns <"a!<b,c">\n.irp q, <1,2>, 3\n.word q\n.endr\n.noaltmacro\n.macro z a\n.ascii "\\a"\n.endm\nz "w"',
  ],
  [
    "alternate macros: joined names",
    ".altmacro\n.macro p a, b\na&b: .word 5\nv_&a: .word 6\n.word b\n.endm\np foo, 9",
  ],
  ["recursive macro", ".macro count n\n.if \\n\n.byte \\n\ncount \\n-1\n.endif\n.endm\ncount 5"],
  [
    "conditions",
    ".set a, 1\n.if a == 1\n.byte 1\n.elseif 1\n.byte 2\n.else\n.byte 3\n.endif\n.ifdef q\n.byte 4\n.else\n.byte 5\n.endif\n.ifc x, x\n.byte 6\n.endif\n.ifgt -1\n.byte 7\n.endif",
  ],
  [
    "li",
    "li a0, 0\nli a0, -2048\nli a0, 2048\nli a0, 0x7fffffff\nli a0, -0x80000000\nli t0, 0x12345000",
  ],
  [
    "addresses and calls",
    "la a0, x\nlla a1, x+4\nlw a0, x\nsw a0, x, t0\nflw fa0, x, t1\ncall f\ntail f\njump f, t0\ncall t0, f\nlui a0, %hi(x)\naddi a0, a0, %lo(x)\nsw a1, %lo(x+4)(a0)\n1: auipc a2, %pcrel_hi(x)\nlw a2, %pcrel_lo(1b)(a2)",
  ],
  [
    "thread-local",
    "lui a0, %tprel_hi(x)\nadd a0, a0, tp, %tprel_add(x)\nlw a0, %tprel_lo(x)(a0)\nla.tls.ie a0, x\nla.tls.gd a0, x",
  ],
  [
    "far branches",
    "beq a0, a1, f\nbnez a0, g\n.skip 5000\nf: beqz a1, g\n.skip 2000\ng: j f\nbltu a0, a1, undefined",
  ],
  [
    "branches to other names of places",
    ".set f, g\nbnez a0, f\nj f\njal f\ncall f\ng: nop\n.set h, g+2\nj h\nbeqz a0, h-2\n.weak w\n.set w, g\nbnez a0, w\n.equ u, undefined\nj u\nbeqz a0, u+4\n.set v, .\nj v\n.set n, 64\nbeqz a0, n",
  ],
  [
    "options",
    ".option push\n.option norvc\nadd a0, a0, a1\n.option pop\nadd a0, a0, a1\n.option norelax\ncall f\n.align 4\n.option relax\ncall f\n.align 4\nnop",
  ],
  [
    "differences in code",
    "a: nop\ncall b\nb: .word b - a, . - a\n.data\n.word b - a\n.quad b - a\n.byte b - a",
  ],
  [
    ".insn",
    ".insn r 0x33, 0, 0, a0, a1, a2\n.insn i 0x13, 0, a0, a1, 13\n.insn i 0x3, 2, a0, 4(a1)\n.insn s 0x23, 2, a0, 4(a1)\n.insn b 0x63, 0, a0, a1, f\n.insn u 0x37, a0, 0xfff\n.insn j 0x6f, a0, f\nf: .insn 0x00000013",
  ],
  [
    "call frames",
    "f: .cfi_startproc\naddi sp, sp, -16\n.cfi_def_cfa_offset 16\nsw ra, 12(sp)\n.cfi_offset ra, -4\ncall g\n.cfi_remember_state\naddi sp, sp, 16\n.cfi_restore 1\n.cfi_def_cfa_offset 0\nret\n.cfi_restore_state\nnop\n.cfi_endproc",
  ],
  ["comments and separators", "nop; nop # c\n/* a\nb */ nop\nadd a0,a0,a1 /* x */ ; nop"],
  [
    "memory operands",
    "lw a0, (a1)\nlw a0, 4(a1)\nlw a0, -4+8(a1)\nld a0, 8(sp)\nsd a0, 504(sp)\nlr.w a0, (a1)\nsc.w.aqrl a0, a2, (a1)\namoadd.w a0, a1, 0(a2)\njalr 4(a0)\njalr a0, 4(a1)\njr a0",
  ],
  [
    "rounding and fences",
    "fadd.s fa0, fa1, fa2\nfadd.d fa0, fa1, fa2, rtz\nfcvt.w.s a0, fa0, rtz\nfcvt.s.w fa0, a0\nfence\nfence rw, w\nfence.i\ncsrr a0, mstatus\ncsrw 0x340, a1\ncsrwi fflags, 3\nrdcycle a0\nfrflags a1",
  ],
];

const marches = ["rv64gc", "rv64g", "rv32gc"] as const;
/** Cases with instructions of RV64. */
const onlyWide = new Set(["memory operands"]);

describe("sources in GNU syntax, against GNU as", () => {
  for (const march of marches) {
    it(`${march}: ${cases.length} sources`, function () {
      this.timeout(60_000);
      const as = requireTool(this, "riscv64-unknown-elf-as");
      const folder = mkdtempSync(join(tmpdir(), "syntax-"));
      const found: string[] = [];
      for (const [title, source] of cases) {
        if (onlyWide.has(title) && march.startsWith("rv32")) continue;
        const path = join(folder, "case.s");
        const object = join(folder, "case.o");
        writeFileSync(path, `${source}\n`);
        const mabi = march === "rv32gc" ? "ilp32d" : "lp64d";
        const gnu = tryTool(as, [`-march=${march}`, `-mabi=${mabi}`, path, "-o", object]);
        if (gnu.code !== 0) {
          found.push(`${title}: GNU as refuses it: ${gnu.stderr}`);
          continue;
        }
        const ours = assemble(path, `${source}\n`, { march, readFile: () => undefined });
        for (const { message, range } of ours.diagnostics) {
          found.push(`${title}: line ${range.start.line + 1}: ${message}`);
        }
        for (const line of differences(ours.object, readElf(readFileSync(object)))) {
          found.push(`${title}: ${line}`);
        }
      }
      rmSync(folder, { recursive: true });
      assert.deepEqual(found, []);
    });
  }
});
