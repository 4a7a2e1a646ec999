	.file 0 "/tmp/w" "foo.c" md5 0x0102030405060708090a0b0c0d0e0f10
	.file 1 "inc/a.h" md5 0x1102030405060708090a0b0c0d0e0f10
	.text
.Ltext0:
f:	.loc 0 3 1
	nop
	.loc 1 8 2
	ret
.Letext0:
	.section .debug_info,"",@progbits
	.4byte 8
	.2byte 5
	.byte 1, 8
	.4byte .Ldebug_abbrev0
	.section .debug_abbrev,"",@progbits
.Ldebug_abbrev0:
	.uleb128 0
	.section .debug_line,"",@progbits
.Ldebug_line0:
