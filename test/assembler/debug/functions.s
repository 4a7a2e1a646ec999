	.text
	.type main,@function
main:
	addi a0,a0,1
	call foo
	ret
	.size main,.-main
	.globl foo
	.type foo,@function
foo:	nop
	ret
	.size foo,.-foo
	.section .text.b,"ax"
	.type b,@function
b:	nop
	beqz a0,b
	ret
	.size b,12
