# 1 "dir/main.S"
# 1 "<built-in>"
# 1 "<command-line>"
# 1 "dir/main.S"
	.text
main:	nop
# 1 "inc/defs.h" 1
	.macro pushm r
	addi sp,sp,-16
	sw \r,0(sp)
	.endm
	nop
# 4 "dir/main.S" 2
	pushm ra
	.rept 2
	pushm s0
	nop
	.endr
	.type main,@function
	.size main,.-main
	.section .text.startup,"ax",@progbits
	.weak	w
	.type w,@function
w:	ret
	.size w,.-w
	.type	l,@function
l:	ret
	.size l,4
	.type	z,@function
z:	ret
	.size z,0
	.type nos,@function
nos:	ret
	.globl alias
	.type alias,@function
	.set alias,l
	.size alias,4
	.type ifunc,@gnu_indirect_function
ifunc:	ret
	.size ifunc,.-ifunc
