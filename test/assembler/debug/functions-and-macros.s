	.text
	.globl main
	.type main,@function
main:
	addi a0,a0,1
	li a1,0x12345678
	call foo
	beqz a0,1f
	ret
1:
	.macro m x
	addi a0,a0,\x
	addi a1,a1,\x
	.endm
	m 3
	m 4
	.size main,.-main
foo:
	.rept 2
	nop
	nop
	.endr
	ret
	.data
	.word 1
	.section .text.b,"ax"
b:	nop
	ret
	.size b,.-b
