	.file 0 "/q" "d/x.c"
	.file 1 "e/x.c"
	.file 2 "d/y.c"
	.loc 2 1
	nop
