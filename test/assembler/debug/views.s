	.file 1 "a.c"
	.text
	.loc 1 1 view .LVU1
	.loc 1 2 view .LVU2
	nop
	.loc 1 3 view .LVU3
	.loc 1 4
	.loc 1 5 1 view .LVU5
	beqz a0,1f
	.loc 1 6 view 0
1:	call foo
	.loc 1 7 view .LVU7
	.balign 4
	.loc 1 8 view .LVU8
	.balign 8
	.loc 1 9 view .LVU9
	nop
	.loc 1 10 view -0
	.loc 1 11 view -0
	.loc 1 12 view .LVU12
	nop
	.subsection 1
	.loc 1 20 view .LVU20
	.loc 1 21 view .LVU21
	nop
	.section .debug_loclists,"",@progbits
	.byte .LVU1
	.byte .LVU2
	.byte .LVU3
	.byte .LVU5
	.byte .LVU7
	.byte .LVU8
	.byte .LVU9
	.byte .LVU12
	.byte .LVU20
	.byte .LVU21
	.byte .LVU2, .LVU5
