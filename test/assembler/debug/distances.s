	.text
	nop
	.zero 49990
	nop
	.zero 49996
	nop
	.zero 50000
	nop
	.option norelax
	nop
	nop
	.subsection 2
	nop
	.subsection 1
	nop
	.text
	nop
	.section .init,"ax"
	nop
	.section .foo,"ax",@nobits
	.section .bar,"x"
	nop
	.section .baz,"awx"
	nop
	ret
	.bss
	.text
	nop
	.zero 70000
	.balign 4096
