	.file 1 "x.c"
	.loc_mark_labels 1
	.text
	.loc 1 5
a:	nop
	.loc 1 6
b:
c:	nop
