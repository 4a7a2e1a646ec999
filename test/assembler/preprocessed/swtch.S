/*
 * Context switch: saves the registers of one context and loads those of another.
 *
 *	void swtch(struct context *old, struct context *new);
 */
#include "asm/linkage.h"
#include <asm/registers.h>

#define SAVE(reg, n) REG_S reg, (2 + n) * SZREG(a0)
#define LOAD(reg, n) REG_L reg, (2 + n) * SZREG(a1)

SYM_FUNC_START(swtch)
	REG_S ra, 0(a0)
	REG_S sp, SZREG(a0)
	FOR_SAVED(SAVE)

	REG_L ra, 0(a1)
	REG_L sp, SZREG(a1)
	FOR_SAVED(LOAD)
	ret
SYM_FUNC_END(swtch)
