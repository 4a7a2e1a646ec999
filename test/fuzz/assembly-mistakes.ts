/**
 * Random mistakes: lines that are mostly sound and lose, gain, change or swap a token, each with
 * what must stand before it. GNU as judges which of them are mistakes.
 */
import { parseArchitecture } from "../../isa/architecture.ts";
import type { Source } from "./assembly-comparison.ts";
import { formsFor, instructionLine, pick, type Random } from "./assembly-instructions.ts";

const march = "rv64gc_zba_zbb";
const parsed = parseArchitecture(march);
const forms = parsed.ok ? formsFor(parsed.architecture) : [];

/** Sound lines with directives; a line break within one is written `\n`. */
const lines = `
.byte 1, 2, x
.half 0x1234
.word x + 4, y - x
.quad x
.dword 1 << 3
.octa 0x123456789abcdef00112233445566778
.float 1.5, -2
.double 0.1
.ascii "abc"
.asciz "a\\tb", "c"
.string "text"
.zero 4
.skip 4, 1
.space 8
.fill 3, 2, 7
.align 2
.balign 8, 0
.p2align 3,,4
.org 16
.uleb128 128
.sleb128 -1
.globl x
.local y
.weak w
.hidden x
.comm c, 8, 4
.lcomm d, 4
.type x, @function
.size x, .-x
.set s, 5
.equ s, x + 1
.equiv t, 6
s = 5
.section .foo, "aw", @progbits
.section .rodata.str1.1, "aMS", @progbits, 1
.section .g, "axG", @progbits, grp, comdat
.text 1
.data
.bss
.subsection 1
.pushsection .data\n.popsection
.previous
.if 1\nnop\n.else\nnop\n.endif
.ifdef x\nnop\n.endif
.ifc a, b\n.endif
.rept 2\nnop\n.endr
.irp r, a0, a1\nmv \\r, \\r\n.endr
.irpc c, 12\n.byte \\c\n.endr
.macro m a, b=1\n.byte \\a, \\b\n.endm\nm 1, 2
.macro m a:req\n.byte \\a\n.endm\nm 1
.macro m a:vararg\n.byte \\a\n.endm\nm 1, 2
.option rvc
.option push\n.option pop
.option arch, +zbb
.option norelax
.attribute stack_align, 16
.attribute arch, "rv64gc"
.cfi_startproc\n.cfi_def_cfa_offset 16\n.cfi_endproc
.cfi_startproc\n.cfi_offset ra, -8\n.cfi_endproc
.cfi_startproc\n.cfi_def_cfa sp, 16\n.cfi_endproc
.cfi_startproc\n.cfi_escape 1, 2\n.cfi_endproc
.cfi_startproc\n.cfi_restore ra\n.cfi_endproc
.cfi_sections .eh_frame
.insn r 0x33, 0, 0, a0, a1, a2
.insn i 0x13, 0, a0, a1, 5
.insn s 0x23, 2, a0, 4(a1)
.insn b 0x63, 0, a0, a1, x
.insn u 0x37, a0, 5
.insn j 0x6f, a0, x
.insn 4, 0x13
.reloc ., R_RISCV_32, x
.symver x, x@V1
.ident "me"
.file "a.c"
.loc 1 2 3
.print "hello"
.warning "careful"
.incbin "nowhere"
.variant_cc x
.dtprelword x
.float16 1.5
.2byte 1, 2
.4byte x
.dc.w 1
.dcb.b 2, 3
.ds.b 4
.end
label: nop
1: j 1b
li a0, 0x12345678
la a0, x
lla a0, x + 4
call x
tail x
j x
beq a0, a1, x
bnez a0, x
lw a0, 4(a1)
sw a0, %lo(x)(a1)
lui a0, %hi(x)
addi a0, a0, %lo(x)
add a0, a0, tp, %tprel_add(x)
auipc a0, %pcrel_hi(x)
fadd.s fa0, fa1, fa2, rtz
csrrw a0, mstatus, a1
amoadd.w a0, a1, (a2)
lr.w a0, (a1)
fence rw, w
jalr a0, 4(a1)
ret
sh1add a0, a1, a2
`.trim().split("\n").map((line) => line.replaceAll("\\n", "\n")); // biome-ignore format: a list

const tokens = [
  ",", "(", ")", "a0", "x", "5", "-1", "0x1000", "4096", "99999999999", '"', "'a'", ":", "@", "%lo(x)", "%hi(x)", "%foo(x)", "=", "+", "-",
  "*", "/", "~", "!", "<<", "fa0", "sp", "(a1)", "4(a1)", "x-y", "1b", "1f", "2f", ".", "foo", "\\a", "1.5", "0b2", "08", "$", "?", "[", "]", "{",
  "|", "mstatus", "rne", "v0", "ra", "zero", ";", "#", "==", "&&", '"s"', ".foo", "add", "0x", "1e5", "@function", "%",
]; // biome-ignore format: a list

const cut = /[A-Za-z_.$\\][\w.$\\]*|0x[\da-f]+|\d+[bf]?|"(?:[^"\\]|\\.)*"|'[^']*'|\s+|./g;

/** Changes a text here and there. */
function damaged(text: string, random: Random): string {
  const parts = text.match(cut) ?? [];
  for (let count = random(5) === 0 ? 2 : 1; count > 0; count--) {
    const at = random(parts.length);
    switch (random(6)) {
      case 0:
        parts.splice(at, 1);
        break;
      case 1:
        parts.splice(at, 0, parts[at] ?? "");
        break;
      case 2:
        parts.splice(at, 0, pick(random, tokens));
        break;
      case 3:
        parts.splice(at, 2, parts[at + 1] ?? "", parts[at] ?? "");
        break;
      case 4:
        parts.splice(at);
        break;
      default:
        parts[at] = pick(random, tokens);
    }
  }
  return parts.join("");
}

/** A random mistake, as a source of its own. */
export function randomMistake(random: Random): Source {
  const sound =
    random(3) === 0 ? instructionLine(random, forms, 64, () => "x") : pick(random, lines);
  return {
    march,
    mabi: "lp64d",
    text: `x: nop\ny:\n${damaged(sound, random)}\n`,
  };
}
