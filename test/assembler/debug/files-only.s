	.file 1 "bar.c"
	.section .debug_info,"",@progbits
	.long 1
