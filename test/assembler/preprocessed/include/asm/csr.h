#ifndef ASM_CSR_H
#define ASM_CSR_H

#define SR_SIE		_AC(0x00000002, UL)
#define SR_SPIE		_AC(0x00000020, UL)
#define SR_SPP		_AC(0x00000100, UL)
#define SR_FS		_AC(0x00006000, UL) // floating point
#define SR_SUM		_AC(0x00040000, UL)

#define SATP_SHIFT	12
#if __riscv_xlen == 64
#define SATP_MODE	(8 << 60)
#define REG_L		ld
#define REG_S		sd
#define SZREG		8
#define LGREG		3
#elif __riscv_xlen == 32
#define SATP_MODE	(1 << 31)
#define REG_L		lw
#define REG_S		sw
#define SZREG		4
#define LGREG		2
#else
#error "Unknown width of registers"
#endif

#ifdef __ASSEMBLER__
#define _AC(X, Y)	X
#else
#define __AC(X, Y)	(X##Y)
#define _AC(X, Y)	__AC(X, Y)
#endif

#endif
