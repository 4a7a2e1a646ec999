	.file 1 "a.c"
	.text
	nop
	.loc 1 1 view .LVU1
	.loc 1 2
	.loc 1 3 view .LVU3
	.loc 1 4 view .LVU4
	.loc 1 5
	.loc 1 6
	.loc 1 7 view .LVU7
	.loc 1 8 view .LVU8
	.data
	.byte .LVU1,.LVU3,.LVU4,.LVU7,.LVU8
