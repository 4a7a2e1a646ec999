	.file 1 "foo.c"
	.file 2 "dir/bar.c"
	.file 3 "dir/sub/baz.c"
	.text
	.loc 1 5 7 prologue_end
	nop
	.loc 1 6
	nop
	.loc 1 7 is_stmt 0
	.loc 2 8 3 epilogue_begin isa 2 discriminator 5
	nop
	.loc 3 8 basic_block
	.section .note,"",@progbits
	.loc 1 99
	nop
	.text
	.loc 1 10
