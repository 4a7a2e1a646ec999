# li, la and calls are one row each, and far branches too.
	.text
	.globl _start
_start:	li a0, 0x12345678
	la a1, _start
	lw a2, value
	call far
	beq a0, a1, far
	.option push
	.option norelax
	tail _start
	.option pop
	.zero 8000
far:	nop; li a0, 70000; nop
	.insn i 0x13, 0, a0, a0, 1
	.word 0x13
	ret
	.data
value:	.word 5
