#pragma once
#include "csr.h"
#define PT_OFFSET(n)	((n) * SZREG)
#define PT_RA		PT_OFFSET(1)
#define PT_SP		PT_OFFSET(2)
#define PT_SIZE		PT_OFFSET(36)
/* Does something for all saved registers. */
#define FOR_SAVED(do) \
	do(s0, 0); do(s1, 1); do(s2, 2); do(s3, 3); do(s4, 4); do(s5, 5); \
	do(s6, 6); do(s7, 7); do(s8, 8); do(s9, 9); do(s10, 10); do(s11, 11)
