	#
	# Goes from user space to the kernel and back, at the same address in both.
	#
#include "asm/csr.h"
#define TRAPFRAME (MAXVA - 2*PGSIZE)
#define PGSIZE 4096
#define MAXVA (1 << 38)
.section trampsec, "ax"
.globl trampoline
.globl uservec
trampoline:
.align 4
uservec:
	csrw sscratch, a0
#if __riscv_xlen == 64
	li a0, TRAPFRAME
#else
	li a0, 0x7fffe000
#endif
	.macro each op
	.irp r, ra, sp, gp, tp, t0, t1, t2, s0, s1
	\op \r, (5 * SZREG)(a0)
	.endr
	.endm
	each REG_S
	# the user's a0
	csrr t0, sscratch
	REG_S t0, 112(a0)
	REG_L sp, SZREG(a0)
	REG_L tp, 4*SZREG(a0)
	REG_L t0, 2*SZREG(a0)
	REG_L t1, 0(a0)
	sfence.vma zero, zero	// wait
	csrw satp, t1
	sfence.vma zero, zero
	jr t0
.globl userret
userret:
	sfence.vma zero, zero
	csrw satp, a0
	each REG_L
	sret
