/* Marks of functions, as kernels have them. */
#ifndef ASM_LINKAGE_H
#define ASM_LINKAGE_H

#ifdef __ASSEMBLER__
#define ALIGN_CODE .p2align 2
#define SYM_FUNC_START(name) \
	.globl name ASM_NL \
	ALIGN_CODE ASM_NL \
	.type name, @function ASM_NL \
name:
#define SYM_FUNC_END(name) .size name, . - name
#define SYM_LOCAL(name) .L##name
#define ASM_NL ;
#define __STR(x...) #x
#define STR(x...) __STR(x)
#endif

#endif /* ASM_LINKAGE_H */
