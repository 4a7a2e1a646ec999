#include "asm/csr.h"
#ifndef __riscv_float_abi_soft
# if __riscv_flen == 64
#  define FREG_L fld
#  define FREG_S fsd
#  define SZFREG 8
# else
#  define FREG_L flw
#  define FREG_S fsw
#  define SZFREG 4
# endif
#endif
#define GLUE(a, b) a ## b
#define XGLUE(a, b) GLUE(a, b)
#define INT_REGS 14
#define EACH_INT(m) m(ra,0) m(s0,1) m(s1,2) m(s2,3) m(s3,4) m(sp,13)
#define EACH_FLOAT(m) m(fs0,0) m(fs1,1) m(XGLUE(fs, 2),2)
#define S(r,n) REG_S r, n*SZREG(a0);
#define L(r,n) REG_L r, n*SZREG(a0);
	.globl setjmp, longjmp
setjmp:
	EACH_INT(S)
#ifdef FREG_S
# define FS(r,n) FREG_S r, (INT_REGS*SZREG + n*SZFREG)(a0);
	EACH_FLOAT(FS)
#endif
	li a0, 0
	ret
longjmp:
	EACH_INT(L)
#ifdef FREG_L
# define FL(r,n) FREG_L r, (INT_REGS*SZREG + n*SZFREG)(a0);
	EACH_FLOAT(FL)
#endif
	seqz a0, a1
	add a0, a0, a1
	ret
