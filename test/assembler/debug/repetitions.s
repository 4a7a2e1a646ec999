	.irp r,a0,a1
	mv \r,zero
	addi \r,\r,1
	.endr
	.irpc r,01
	mv a\r,zero

	addi a\r,a\r,1
	.endr
	.macro outer op
	\op a0,a0,a1
	.macro inner
	nop
	nop
	.endm
	inner
	.rept 2
	ret
	nop
	.endr
	.purgem inner
	.endm
	outer add
	nop
	outer sub
	.macro sameline; nop; nop; .endm
	sameline
	.if 1
	nop
	.endif

	.include "inc.s"
	incmac
	nop; nop
