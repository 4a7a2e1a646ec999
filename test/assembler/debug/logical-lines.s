	.file "foo.c"
	nop
	.line 77
	nop
# 12 "bar.c"
	nop
	nop
	.line 5
	nop
	.linefile 9 "zz.s"
	nop
