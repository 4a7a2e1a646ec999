	nop
	.macro incmac
	li a0,3
	.endm
	incmac
