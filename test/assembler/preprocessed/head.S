/* SPDX: none. The start of a kernel, with what such files have of the preprocessor. */
#include "asm/linkage.h"
#include "asm/registers.h"
#define CONFIG_MMU 1
#define CSR_TVEC stvec
#define CONFIG_FPU
#define IS_ENABLED(x) (defined(x) && x != 0)
#define __HEAD .section ".head.text","ax"
#define FIXUP_OFFSET(reg, sym) la reg, sym ASM_NL add reg, reg, t5
#define MAGIC "RISCV\x05"
#define __MAJOR 0
#define __MINOR 2
#define VERSION_OF(maj, min) (maj << 16 | min)
#define WORD(x, ...) .word x, ## __VA_ARGS__

__HEAD
.globl _start
_start:
	/*
	 * The header that boot loaders want:
	 * don't change its layout.
	 */
#if CONFIG_MMU && (1 ? __riscv_xlen >= 32 : 0)
	j _start_kernel
	.balign 8
#if __riscv_xlen == 64
	.dword 0x200000
#else
	.dword 0x400000
#endif
#else
	.error "no MMU"
#endif
	.dword _end - _start
	WORD(VERSION_OF(__MAJOR, __MINOR), 'a')
	WORD(__LINE__)
	.ascii MAGIC
	.balign 4

.align 2
#ifdef CONFIG_MMU
.macro relocate_to reg:req, base=a1
	la \base, 1f
	add \base, \base, \reg
1:
.endm
	.globl relocate
relocate:
	relocate_to a0
	csrw CSR_TVEC, a2
	la	a2, swapper
	srl	a2, a2, SATP_SHIFT
#if __riscv_xlen == 64
	li	a1, SATP_MODE >> 1
#else
	li	a1, SATP_MODE
#endif
	or	a2, a2, a1
	sfence.vma
	csrw	satp, a2
	ret
#endif /* CONFIG_MMU */
SYM_FUNC_START(_start_kernel)
	csrw sie, zero
	csrw sip, zero
#ifdef CONFIG_FPU
	li t0, SR_FS
	csrc sstatus, t0
#endif
#if !(IS_ENABLED_UNKNOWN + 0) && \
    !defined(CONFIG_SMP)
	li t0, SR_SIE | SR_SPIE|SR_SPP
#endif
	FIXUP_OFFSET(a3, hart_lottery)
	li a2, 1
#ifdef __riscv_atomic
	amoadd.w a3, a2, (a3)
#endif
	REG_S sp, PT_SP(sp)
	addi sp, sp, -(PT_SIZE)
	tail start_kernel
SYM_FUNC_END(_start_kernel)
	.bss
	.balign 4
hart_lottery: .zero 4
swapper: .zero 4
_end:
