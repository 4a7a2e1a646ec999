/* Tables by macros that take macros. */
#define CALLS(X) \
	X(0, read, 3) \
	X(1, write, 3) \
	X(2, open, 2) \
	X(3, close, 1)
#define ADDRESS(number, name, count) .word sys_##name;
#define COUNT(number, name, count) .byte count;
#define NAME(number, name, count) .asciz #name;
#define NUMBER(number, name, count) .equ NR_##name, number;
	CALLS(NUMBER)
	.section .rodata
calls:	CALLS(ADDRESS)
counts:	CALLS(COUNT)
names:	CALLS(NAME)
	.text
#define f(x) x x
#define g f
#define self self + 1
#define SELF SELF
.set SELF, 4
	li a0, SELF		# self /* not here
	li a1, f(1 + g)(2)	*/ 0
	li a1, NR_close - NR_open
	li a2, 'a' + '#'; li a3, '/'
	.asciz "// no comment /* nor this */ CALLS(X)" /* one
	over lines */ , "b"
#undef f
#if 0
this isn't assembled 'at all
#elif __has_include("asm/csr.h") && !__has_include(<none.h>)
	.word 1
#else
	.word 2
#endif
#if -1 > 0u && (2 || 1 / 0) && 'a' == 97 && 0x7fffffffffffffff + 1 < 0
	.word 3
#endif
