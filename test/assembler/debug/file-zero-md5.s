	.file 0 "/tmp/w" "foo.c" md5 0x0102030405060708090a0b0c0d0e0f10
	.file 1 "dir" "bar.c" md5 0xff02030405060708090a0b0c0d0e0fff
	.file 2 "dir/x" "baz.h"
	.file 3 "/abs/x/baz.h"
	.text
	.loc 0 5 7
	nop
	.loc 1 5 7
	nop
