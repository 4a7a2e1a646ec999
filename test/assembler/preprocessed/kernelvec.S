#include "asm/linkage.h"
#include "asm/registers.h"
/* Interrupts and exceptions in the kernel come here. */
#define FRAME 256
#define PUSH(r, n) REG_S r, n*SZREG(sp)
#define POP(r, n) REG_L r, n*SZREG(sp)
#define ALL(f) f(ra,0); f(gp,2); f(t0,4); f(t1,5); f(t2,6); \
	f(a0,9); f(a1,10); f(a2,11); f(a3,12); f(a4,13); f(a5,14); f(a6,15); f(a7,16); \
	f(t3,27); f(t4,28); f(t5,29); f(t6,30)
.align 4
SYM_FUNC_START(kernelvec)
	addi sp, sp, -FRAME
	ALL(PUSH)
	call kerneltrap
	ALL(POP)
	addi sp, sp, FRAME
	sret
SYM_FUNC_END(kernelvec)
	.data
message: .asciz "built for " STR(__riscv_xlen) " bits, " STR(a, b  c)
