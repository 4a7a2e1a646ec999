	.loc_mark_labels 1
	.text
a:	nop
b:
c:	nop
	nop
	.data
d:	.word 1
	.loc_mark_labels 0
	.text
e:	nop
