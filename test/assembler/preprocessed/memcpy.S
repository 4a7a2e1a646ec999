/* Copies memory: words where both are aligned alike, bytes elsewhere. */
#include "asm/linkage.h"
#include "asm/csr.h"

#if defined(PREFER_SIZE_OVER_SPEED) || defined(__OPTIMIZE_SIZE__)
SYM_FUNC_START(memcpy)
	mv	t1, a0
	beqz	a2, 2f
1:	lb	t2, 0(a1)
	addi	a1, a1, 1
	addi	a2, a2, -1
	sb	t2, 0(t1)
	addi	t1, t1, 1
	bnez	a2, 1b
2:	ret
SYM_FUNC_END(memcpy)
#else
#define unroll 8
SYM_FUNC_START(memcpy)
	xor	t0, a0, a1
	andi	t0, t0, SZREG - 1
	add	a7, a0, a2
	bnez	t0, SYM_LOCAL(bytes)
	sltiu	t0, a2, SZREG
	bnez	t0, SYM_LOCAL(bytes)
	andi	t0, a0, (SZREG-1)
	mv	a4, a0
	bnez	t0, SYM_LOCAL(head)
SYM_LOCAL(body):
	andi	a3, a7, ~(SZREG-1)
	addi	a5, a3, -unroll*SZREG
	bltu	a5, a4, SYM_LOCAL(tail)
1:
.set i, 0
.rept unroll
	REG_L	a6, i*SZREG(a1)
	REG_S	a6, i*SZREG(a4)
.set i, i + 1
.endr
	addi	a4, a4, unroll*SZREG
	addi	a1, a1, unroll*SZREG
	bleu	a4, a5, 1b
SYM_LOCAL(tail):
	bgeu	a4, a3, SYM_LOCAL(rest)
	REG_L	a6, 0(a1)
	REG_S	a6, 0(a4)
	addi	a4, a4, SZREG
	addi	a1, a1, SZREG
	j	SYM_LOCAL(tail)
SYM_LOCAL(rest):
	bltu	a4, a7, SYM_LOCAL(left)
	ret
SYM_LOCAL(head):
	lb	a6, 0(a1)
	addi	a1, a1, 1
	sb	a6, 0(a4)
	addi	a4, a4, 1
	andi	t0, a4, SZREG-1
	bnez	t0, SYM_LOCAL(head)
	j	SYM_LOCAL(body)
SYM_LOCAL(bytes):
	mv	a4, a0
	bgeu	a4, a7, 4f
SYM_LOCAL(left):
	lb	a6, 0(a1)
	addi	a1, a1, 1
	sb	a6, 0(a4)
	addi	a4, a4, 1
	bltu	a4, a7, SYM_LOCAL(left)
4:	ret
SYM_FUNC_END(memcpy)
#endif
