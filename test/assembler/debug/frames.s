	.cfi_sections .eh_frame, .debug_frame
	.text
	.cfi_startproc
	addi sp, sp, -64
	.cfi_def_cfa_offset 64
	sw ra, 60(sp)
	.cfi_offset ra, -8
	.cfi_offset 33, -16
	addi s0, sp, 64
	.cfi_def_cfa s0, 0
	.cfi_remember_state
	.skip 100
	.cfi_val_offset s1, -8
	.cfi_register s2, s3
	.cfi_undefined s4
	.cfi_same_value s5
	.skip 300
	.cfi_restore_state
	.cfi_restore ra
	.cfi_def_cfa_register sp
	.skip 70000
	.cfi_escape 0x0f, 2, 0x72, 8
	ret
	.cfi_endproc
	.cfi_startproc
	nop
	.cfi_offset s1, 8
	.cfi_def_cfa_offset -8
	call other
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
