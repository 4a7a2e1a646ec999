	.file 0 "d/x.c"
	.file 1 "d/x.c"
	.loc 0 1
	nop
