	.text
	.attribute	4, 16
	.attribute	5, "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zmmul1p0"
	.file	"plain.f4a9455023d728d4-cgu.0"
	.file	0 "/rust" "plain.rs/@/plain.f4a9455023d728d4-cgu.0"
	.file	1 "plain.rs" md5 0x5e9329d9e1d3d9ddcf32ed5733cdcdcb
	.section	".text._ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E","ax",@progbits
	.p2align	1
	.type	_ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E,@function
_ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E:
.Lfunc_begin0:
	.file	2 "/usr/src/rustc-1.85.1/library/core/src" "internal_macros.rs" md5 0xf8ce24e73533b4d4b1c31af1aa461484
	.loc	2 57 0
	.cfi_sections .debug_frame
	.cfi_startproc
	addi	sp, sp, -32
	.cfi_def_cfa_offset 32
	sd	a0, 8(sp)
	sd	a1, 16(sp)
.Ltmp0:
	.loc	2 58 31 prologue_end
	lw	a0, 0(a0)
	sw	a0, 24(sp)
	.loc	2 58 38 is_stmt 0
	lw	a1, 0(a1)
	sw	a1, 28(sp)
.Ltmp1:
	.file	3 "/usr/src/rustc-1.85.1/library/core/src/ops" "arith.rs" md5 0xb4f303660c8df07b13496614eb48712f
	.loc	3 355 45 is_stmt 1
	slli	a0, a0, 32
	slli	a1, a1, 32
	mulhu	a0, a0, a1
.Ltmp2:
	.loc	2 59 14 epilogue_begin
	addi	sp, sp, 32
	ret
.Ltmp3:
.Lfunc_end0:
	.size	_ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E, .Lfunc_end0-_ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E
	.cfi_endproc

	.section	.text._ZN4core3ptr13read_volatile17hf52507e6121fba8cE,"ax",@progbits
	.p2align	1
	.type	_ZN4core3ptr13read_volatile17hf52507e6121fba8cE,@function
_ZN4core3ptr13read_volatile17hf52507e6121fba8cE:
.Lfunc_begin1:
	.file	4 "/usr/src/rustc-1.85.1/library/core/src/ptr" "mod.rs" md5 0x5f0c83af0bf11bb6e08bd85f47d89b0b
	.loc	4 1745 0
	.cfi_startproc
	addi	sp, sp, -32
	.cfi_def_cfa_offset 32
	sd	a0, 8(sp)
	sd	a0, 16(sp)
.Ltmp4:
	.file	5 "/usr/src/rustc-1.85.1/library/core/src" "ub_checks.rs" md5 0xb221979bcb7059f22d3ec5c2fe5043e4
	.loc	5 74 35 prologue_end
	j	.LBB1_1
.LBB1_1:
	.loc	5 0 35 is_stmt 0
	ld	a0, 8(sp)
	.loc	4 1757 9 is_stmt 1
	lw	a0, 0(a0)
	sw	a0, 28(sp)
	.loc	4 1759 2
	lw	a0, 28(sp)
	.loc	4 1759 2 epilogue_begin is_stmt 0
	addi	sp, sp, 32
	ret
.Ltmp5:
.Lfunc_end1:
	.size	_ZN4core3ptr13read_volatile17hf52507e6121fba8cE, .Lfunc_end1-_ZN4core3ptr13read_volatile17hf52507e6121fba8cE
	.cfi_endproc

	.section	".text._ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE","ax",@progbits
	.p2align	1
	.type	_ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE,@function
_ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE:
.Lfunc_begin2:
	.file	6 "/usr/src/rustc-1.85.1/library/core/src/str" "mod.rs" md5 0xc712966553e63907a5ac514e3020288d
	.loc	6 140 0 is_stmt 1
	.cfi_startproc
	addi	sp, sp, -32
	.cfi_def_cfa_offset 32
	sd	a1, 8(sp)
	mv	a1, a0
	ld	a0, 8(sp)
	sd	a1, 16(sp)
	sd	a0, 24(sp)
.Ltmp6:
	.loc	6 142 6 prologue_end epilogue_begin
	addi	sp, sp, 32
	ret
.Ltmp7:
.Lfunc_end2:
	.size	_ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE, .Lfunc_end2-_ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE
	.cfi_endproc

	.section	.text._ZN5plain4deep5twice17hb6b16430e47737a1E,"ax",@progbits
	.p2align	1
	.type	_ZN5plain4deep5twice17hb6b16430e47737a1E,@function
_ZN5plain4deep5twice17hb6b16430e47737a1E:
.Lfunc_begin3:
	.loc	1 28 0
	.cfi_startproc
	addi	sp, sp, -32
	.cfi_def_cfa_offset 32
	sd	ra, 24(sp)
	.cfi_offset ra, -8
	sw	a0, 16(sp)
.Ltmp8:
	.loc	1 29 22 prologue_end
	slliw	a0, a0, 1
	sd	a0, 8(sp)
.Lpcrel_hi0:
	.loc	1 29 43 is_stmt 0
	auipc	a0, %pcrel_hi(_ZN5plain4deep5COUNT17h983adf1cf2b55b08E)
	addi	a0, a0, %pcrel_lo(.Lpcrel_hi0)
	call	_ZN4core3ptr13read_volatile17hf52507e6121fba8cE
	mv	a1, a0
	ld	a0, 8(sp)
	.loc	1 29 22
	addw	a0, a0, a1
	sw	a0, 20(sp)
	ld	ra, 24(sp)
	.loc	1 31 6 epilogue_begin is_stmt 1
	addi	sp, sp, 32
	ret
.Ltmp9:
.Lfunc_end3:
	.size	_ZN5plain4deep5twice17hb6b16430e47737a1E, .Lfunc_end3-_ZN5plain4deep5twice17hb6b16430e47737a1E
	.cfi_endproc

	.section	.text._ZN5plain4area17he9da4050833ca2dfE,"ax",@progbits
	.p2align	1
	.type	_ZN5plain4area17he9da4050833ca2dfE,@function
_ZN5plain4area17he9da4050833ca2dfE:
.Lfunc_begin4:
	.loc	1 35 0
	.cfi_startproc
	addi	sp, sp, -80
	.cfi_def_cfa_offset 80
	sd	ra, 72(sp)
	.cfi_offset ra, -8
	sd	a0, 0(sp)
	sd	a0, 24(sp)
.Ltmp10:
	.loc	1 36 11 prologue_end
	lbu	a0, 0(a0)
	sd	a0, 8(sp)
	.loc	1 36 5 is_stmt 0
	beqz	a0, .LBB4_5
	j	.LBB4_1
.LBB4_1:
	.loc	1 0 5
	ld	a0, 8(sp)
	li	a1, 1
	.loc	1 36 5
	beq	a0, a1, .LBB4_6
	j	.LBB4_2
.LBB4_2:
	.loc	1 0 5
	ld	a0, 8(sp)
	li	a1, 2
	.loc	1 36 5
	beq	a0, a1, .LBB4_7
	j	.LBB4_3
.LBB4_3:
	j	.LBB4_8
	.loc	1 36 11
	unimp
.LBB4_5:
	.loc	1 0 11
	li	a0, 0
	.loc	1 43 27 is_stmt 1
	sw	a0, 20(sp)
	j	.LBB4_9
.LBB4_6:
	.loc	1 0 27 is_stmt 0
	ld	a0, 0(sp)
	.loc	1 37 25 is_stmt 1
	addi	a1, a0, 8
	sd	a1, 32(sp)
.Ltmp11:
	.loc	1 37 37 is_stmt 0
	fld	fa5, 8(a0)
	fcvt.w.d	a1, fa5, rtz
	feq.d	a0, fa5, fa5
	seqz	a0, a0
	addiw	a0, a0, -1
	and	a1, a1, a0
	slliw	a0, a1, 1
	addw	a0, a0, a1
	sw	a0, 20(sp)
.Ltmp12:
	.loc	1 37 54
	j	.LBB4_9
.LBB4_7:
	.loc	1 0 54
	ld	a1, 0(sp)
	.loc	1 38 23 is_stmt 1
	addi	a0, a1, 4
	sd	a0, 40(sp)
	.loc	1 38 30 is_stmt 0
	addi	a1, a1, 8
	sd	a1, 48(sp)
.Lpcrel_hi1:
.Ltmp13:
	.loc	1 39 24 is_stmt 1
	auipc	a2, %pcrel_hi(.L__unnamed_1)
	addi	a2, a2, %pcrel_lo(.Lpcrel_hi1)
	call	_ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E
	sw	a0, 60(sp)
.Ltmp14:
	.loc	1 40 13
	sw	a0, 20(sp)
.Ltmp15:
	.loc	1 41 9
	j	.LBB4_9
.LBB4_8:
	.loc	1 0 9 is_stmt 0
	ld	a1, 0(sp)
	.loc	1 42 22 is_stmt 1
	addi	a0, a1, 8
	sd	a0, 64(sp)
.Ltmp16:
	.loc	1 42 34 is_stmt 0
	ld	a0, 8(a1)
	ld	a1, 16(a1)
	call	_ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE
	sw	a0, 20(sp)
.Ltmp17:
	.loc	1 42 50
	j	.LBB4_9
.LBB4_9:
	.loc	1 45 2 is_stmt 1
	lw	a0, 20(sp)
	ld	ra, 72(sp)
	.loc	1 45 2 epilogue_begin is_stmt 0
	addi	sp, sp, 80
	ret
.Ltmp18:
.Lfunc_end4:
	.size	_ZN5plain4area17he9da4050833ca2dfE, .Lfunc_end4-_ZN5plain4area17he9da4050833ca2dfE
	.cfi_endproc

	.section	.text._ZN5plain3sum17hfd0fadee38315ce2E,"ax",@progbits
	.p2align	1
	.type	_ZN5plain3sum17hfd0fadee38315ce2E,@function
_ZN5plain3sum17hfd0fadee38315ce2E:
.Lfunc_begin5:
	.loc	1 48 0 is_stmt 1
	.cfi_startproc
	addi	sp, sp, -160
	.cfi_def_cfa_offset 160
	sd	ra, 152(sp)
	.cfi_offset ra, -8
	sd	a3, 8(sp)
	sd	a2, 16(sp)
	sd	a1, 24(sp)
	sd	a0, 32(sp)
	sb	a4, 46(sp)
	sb	a5, 47(sp)
	sd	a0, 64(sp)
	sd	a1, 72(sp)
	sd	a2, 80(sp)
	sd	a3, 88(sp)
	li	a0, 0
.Ltmp19:
	.loc	1 49 21 prologue_end
	sw	a0, 52(sp)
.Ltmp20:
	.loc	1 50 21
	sd	a0, 56(sp)
.Ltmp21:
	.loc	1 51 5
	j	.LBB5_1
.LBB5_1:
	.loc	1 0 5 is_stmt 0
	ld	a1, 24(sp)
	.loc	1 51 11
	ld	a0, 56(sp)
	bltu	a0, a1, .LBB5_3
	j	.LBB5_2
.LBB5_2:
	.loc	1 0 11
	ld	a1, 8(sp)
	ld	a0, 16(sp)
	.loc	1 55 17 is_stmt 1
	lw	a2, 52(sp)
	sd	a2, 0(sp)
	.loc	1 55 24 is_stmt 0
	call	_ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE
	ld	a1, 0(sp)
	.loc	1 55 16
	sw	a1, 96(sp)
	sd	a0, 104(sp)
.Ltmp22:
	.loc	1 56 11 is_stmt 1
	lbu	a0, 46(sp)
	andi	a0, a0, 1
	.loc	1 56 5 is_stmt 0
	beqz	a0, .LBB5_4
	j	.LBB5_5
.Ltmp23:
.LBB5_3:
	.loc	1 0 5
	ld	a0, 32(sp)
	ld	a1, 24(sp)
	sd	a0, 136(sp)
	sd	a1, 144(sp)
	.loc	1 52 48 is_stmt 1
	ld	a1, 56(sp)
	sd	a0, 120(sp)
	sd	a1, 128(sp)
.Ltmp24:
	.file	7 "/usr/src/rustc-1.85.1/library/core/src/ptr" "const_ptr.rs" md5 0xc8327e7e42bd36b61f64af26964dfe11
	.loc	7 967 18
	slli	a1, a1, 2
	add	a0, a0, a1
.Ltmp25:
	.loc	1 52 27
	lw	a1, 0(a0)
	.loc	1 52 9 is_stmt 0
	lw	a0, 52(sp)
	addw	a0, a0, a1
	sw	a0, 52(sp)
	.loc	1 53 9 is_stmt 1
	ld	a0, 56(sp)
	addi	a0, a0, 1
	sd	a0, 56(sp)
	.loc	1 51 5
	j	.LBB5_1
.LBB5_4:
	.loc	1 0 5 is_stmt 0
	ld	a0, 0(sp)
.Ltmp26:
	.loc	1 58 17 is_stmt 1
	sw	a0, 48(sp)
	j	.LBB5_6
.LBB5_5:
	.loc	1 0 17 is_stmt 0
	ld	a0, 0(sp)
	.loc	1 57 14 is_stmt 1
	lbu	a1, 47(sp)
	sb	a1, 119(sp)
.Ltmp27:
	.loc	1 57 23 is_stmt 0
	addw	a0, a0, a1
	sw	a0, 48(sp)
.Ltmp28:
	.loc	1 57 42
	j	.LBB5_6
.Ltmp29:
.LBB5_6:
	.loc	1 60 2 is_stmt 1
	lw	a0, 48(sp)
	ld	ra, 152(sp)
	.loc	1 60 2 epilogue_begin is_stmt 0
	addi	sp, sp, 160
	ret
.Ltmp30:
.Lfunc_end5:
	.size	_ZN5plain3sum17hfd0fadee38315ce2E, .Lfunc_end5-_ZN5plain3sum17hfd0fadee38315ce2E
	.cfi_endproc

	.section	.text._start,"ax",@progbits
	.globl	_start
	.p2align	1
	.type	_start,@function
_start:
.Lfunc_begin6:
	.loc	1 63 0 is_stmt 1
	.cfi_startproc
	addi	sp, sp, -464
	.cfi_def_cfa_offset 464
	sd	ra, 456(sp)
	.cfi_offset ra, -8
.Lpcrel_hi2:
.Ltmp31:
	.loc	1 75 9 prologue_end
	auipc	a0, %pcrel_hi(.L__unnamed_2)
	addi	a0, a0, %pcrel_lo(.Lpcrel_hi2)
	sd	a0, 32(sp)
	sd	a0, 416(sp)
	li	a0, 6
	sd	a0, 40(sp)
	sd	a0, 424(sp)
	li	a1, 0
.Ltmp32:
	.loc	1 64 38
	sb	a1, 208(sp)
	li	a0, 2047
	slli	a0, a0, 51
	.loc	1 64 54 is_stmt 0
	sd	a0, 240(sp)
	li	a0, 1
	sd	a0, 48(sp)
	sb	a0, 232(sp)
	li	a3, 3
	sd	a3, 24(sp)
	.loc	1 64 85
	sw	a3, 260(sp)
	li	a4, 4
	sw	a4, 264(sp)
	li	a2, 2
	sb	a2, 256(sp)
	.loc	1 64 37
	ld	a2, 224(sp)
	sd	a2, 152(sp)
	ld	a2, 216(sp)
	sd	a2, 144(sp)
	ld	a2, 208(sp)
	sd	a2, 136(sp)
	ld	a2, 248(sp)
	sd	a2, 176(sp)
	ld	a2, 240(sp)
	sd	a2, 168(sp)
	ld	a2, 232(sp)
	sd	a2, 160(sp)
	ld	a2, 272(sp)
	sd	a2, 200(sp)
	ld	a2, 264(sp)
	sd	a2, 192(sp)
	ld	a2, 256(sp)
	sd	a2, 184(sp)
	.loc	1 64 10
	ld	a2, 152(sp)
	sd	a2, 80(sp)
	ld	a2, 144(sp)
	sd	a2, 72(sp)
	ld	a2, 136(sp)
	sd	a2, 64(sp)
	.loc	1 64 19
	ld	a2, 176(sp)
	sd	a2, 104(sp)
	ld	a2, 168(sp)
	sd	a2, 96(sp)
	ld	a2, 160(sp)
	sd	a2, 88(sp)
	.loc	1 64 27
	ld	a2, 200(sp)
	sd	a2, 128(sp)
	ld	a2, 192(sp)
	sd	a2, 120(sp)
	ld	a2, 184(sp)
	sd	a2, 112(sp)
	li	a2, 5
.Ltmp33:
	.loc	1 65 38 is_stmt 1
	sb	a2, 307(sp)
.Lpcrel_hi3:
	.loc	1 65 17 is_stmt 0
	auipc	a5, %pcrel_hi(.L__unnamed_3)
	addi	a5, a5, %pcrel_lo(.Lpcrel_hi3)
	sd	a5, 288(sp)
	sd	a4, 296(sp)
	lbu	a4, 307(sp)
	sb	a4, 281(sp)
	sb	a3, 280(sp)
.Ltmp34:
	.loc	1 66 20 is_stmt 1
	sb	a1, 318(sp)
	.loc	1 66 33 is_stmt 0
	sb	a2, 319(sp)
	.loc	1 66 19
	lbu	a2, 318(sp)
	sb	a2, 312(sp)
	lbu	a2, 319(sp)
	sb	a2, 313(sp)
	li	a2, 120
	sw	a2, 308(sp)
	li	a2, 7
	sb	a2, 314(sp)
	li	a2, -5
.Ltmp35:
	.loc	1 68 19 is_stmt 1
	sd	a2, 320(sp)
	sb	a0, 328(sp)
	lui	a2, 260608
.Ltmp36:
	.loc	1 69 17
	sw	a2, 336(sp)
	lui	a2, 786944
	sw	a2, 340(sp)
	addi	a2, sp, 336
.Ltmp37:
	.loc	1 70 37
	sd	a2, 344(sp)
.Ltmp38:
	.loc	1 71 37
	sd	a1, 352(sp)
	li	a2, 300
.Ltmp39:
	.loc	1 72 37
	sh	a2, 362(sp)
	sh	a1, 360(sp)
	slli	a2, a0, 36
.Ltmp40:
	.loc	1 73 22
	sd	a2, 440(sp)
	sd	a1, 432(sp)
.Ltmp41:
	.loc	1 74 17
	sh	a0, 382(sp)
	sh	a0, 380(sp)
	.loc	1 74 29 is_stmt 0
	sh	a1, 384(sp)
	li	a1, -3
	.loc	1 74 35
	sh	a1, 390(sp)
	sh	a0, 388(sp)
	.loc	1 74 16
	lh	a1, 380(sp)
	lh	a0, 382(sp)
	sh	a1, 368(sp)
	sh	a0, 370(sp)
	lh	a1, 384(sp)
	lh	a0, 386(sp)
	sh	a1, 372(sp)
	sh	a0, 374(sp)
	lh	a1, 388(sp)
	lh	a0, 390(sp)
	sh	a1, 376(sp)
	sh	a0, 378(sp)
	li	a0, 97
.Ltmp42:
	.loc	1 76 19 is_stmt 1
	sw	a0, 392(sp)
	li	a0, 233
	sw	a0, 396(sp)
	addi	a0, sp, 320
.Ltmp43:
	.loc	1 77 19
	sd	a0, 400(sp)
	addi	a0, sp, 64
.Ltmp44:
	.loc	1 78 17
	call	_ZN5plain4area17he9da4050833ca2dfE
	sd	a0, 0(sp)
	addi	a0, sp, 88
	.loc	1 78 34 is_stmt 0
	call	_ZN5plain4area17he9da4050833ca2dfE
	mv	a1, a0
	ld	a0, 0(sp)
	.loc	1 78 17
	addw	a0, a0, a1
	sd	a0, 8(sp)
	addi	a0, sp, 112
	.loc	1 78 50
	call	_ZN5plain4area17he9da4050833ca2dfE
	mv	a1, a0
	ld	a0, 8(sp)
	.loc	1 78 17
	addw	a0, a0, a1
	sd	a0, 16(sp)
	addi	a0, sp, 280
	.loc	1 78 66
	call	_ZN5plain4area17he9da4050833ca2dfE
	mv	a1, a0
	ld	a0, 16(sp)
	.loc	1 78 17
	addw	a0, a0, a1
	sw	a0, 448(sp)
.Ltmp45:
	.loc	1 79 23 is_stmt 1
	call	_ZN5plain4deep5twice17hb6b16430e47737a1E
	.loc	1 79 15 is_stmt 0
	sext.w	a1, a0
	addi	a0, sp, 400
	call	_ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE
	ld	a1, 24(sp)
	ld	a2, 32(sp)
	ld	a3, 40(sp)
	mv	a4, a0
	ld	a0, 48(sp)
	sd	a4, 56(sp)
	li	a4, 9
	.loc	1 79 67
	sb	a4, 414(sp)
	sb	a0, 413(sp)
	.loc	1 79 45
	lbu	a5, 414(sp)
	lbu	a0, 413(sp)
	andi	a4, a0, 1
.Lpcrel_hi4:
	auipc	a0, %pcrel_hi(.L__unnamed_4)
	addi	a0, a0, %pcrel_lo(.Lpcrel_hi4)
	call	_ZN5plain3sum17hfd0fadee38315ce2E
	mv	a1, a0
	ld	a0, 56(sp)
	.loc	1 79 15
	addw	a0, a0, a1
	sw	a0, 452(sp)
.Ltmp46:
	.loc	1 81 5 is_stmt 1
	call	_ZN5plain4exit17hb15fb4858cd20e2dE
.Ltmp47:
.Lfunc_end6:
	.size	_start, .Lfunc_end6-_start
	.cfi_endproc

	.section	".text._ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE","ax",@progbits
	.p2align	1
	.type	_ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE,@function
_ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE:
.Lfunc_begin7:
	.loc	1 77 0
	.cfi_startproc
	addi	sp, sp, -16
	.cfi_def_cfa_offset 16
	sd	a0, 0(sp)
	sw	a1, 12(sp)
.Ltmp48:
	.loc	1 77 40 prologue_end
	ld	a0, 0(a0)
	lw	a0, 0(a0)
	.loc	1 77 32 is_stmt 0
	addw	a0, a0, a1
	.loc	1 77 56 epilogue_begin
	addi	sp, sp, 16
	ret
.Ltmp49:
.Lfunc_end7:
	.size	_ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE, .Lfunc_end7-_ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE
	.cfi_endproc

	.section	.text._ZN5plain4exit17hb15fb4858cd20e2dE,"ax",@progbits
	.p2align	1
	.type	_ZN5plain4exit17hb15fb4858cd20e2dE,@function
_ZN5plain4exit17hb15fb4858cd20e2dE:
.Lfunc_begin8:
	.loc	1 84 0 is_stmt 1
	.cfi_startproc
	addi	sp, sp, -16
	.cfi_def_cfa_offset 16
	sw	a0, 12(sp)
	li	a7, 93
.Ltmp50:
	.loc	1 85 14 prologue_end
	#APP
	ecall
	#NO_APP
	unimp
.Ltmp51:
.Lfunc_end8:
	.size	_ZN5plain4exit17hb15fb4858cd20e2dE, .Lfunc_end8-_ZN5plain4exit17hb15fb4858cd20e2dE
	.cfi_endproc

	.section	.text.rust_begin_unwind,"ax",@progbits
	.hidden	rust_begin_unwind
	.globl	rust_begin_unwind
	.p2align	1
	.type	rust_begin_unwind,@function
rust_begin_unwind:
.Lfunc_begin9:
	.loc	1 89 0
	.cfi_startproc
	addi	sp, sp, -16
	.cfi_def_cfa_offset 16
	sd	a0, 8(sp)
.Ltmp52:
	.loc	1 90 5 prologue_end
	j	.LBB9_1
.LBB9_1:
	j	.LBB9_1
.Ltmp53:
.Lfunc_end9:
	.size	rust_begin_unwind, .Lfunc_end9-rust_begin_unwind
	.cfi_endproc

	.type	_ZN5plain4deep5COUNT17h983adf1cf2b55b08E,@object
	.section	.rodata._ZN5plain4deep5COUNT17h983adf1cf2b55b08E,"a",@progbits
	.p2align	2, 0x0
_ZN5plain4deep5COUNT17h983adf1cf2b55b08E:
	.asciz	"\f\000\000"
	.size	_ZN5plain4deep5COUNT17h983adf1cf2b55b08E, 4

	.type	.L__unnamed_5,@object
	.section	.rodata.cst8,"aM",@progbits,8
.L__unnamed_5:
	.ascii	"plain.rs"
	.size	.L__unnamed_5, 8

	.type	.L__unnamed_1,@object
	.section	.rodata..L__unnamed_1,"a",@progbits
	.p2align	3, 0x0
.L__unnamed_1:
	.quad	.L__unnamed_5
	.asciz	"\b\000\000\000\000\000\000\000'\000\000\000\030\000\000"
	.size	.L__unnamed_1, 24

	.type	.L__unnamed_2,@object
	.section	.rodata..L__unnamed_2,"a",@progbits
.L__unnamed_2:
	.ascii	"h\303\251llo"
	.size	.L__unnamed_2, 6

	.type	.L__unnamed_3,@object
	.section	.rodata.cst4,"aM",@progbits,4
.L__unnamed_3:
	.ascii	"blue"
	.size	.L__unnamed_3, 4

	.type	.L__unnamed_4,@object
	.section	.rodata..L__unnamed_4,"a",@progbits
	.p2align	2, 0x0
.L__unnamed_4:
	.asciz	"\003\000\000\000\004\000\000\000\005\000\000"
	.size	.L__unnamed_4, 12

	.type	__rustc_debug_gdb_scripts_section__,@object
	.section	.debug_gdb_scripts,"aMS",@progbits,1
	.weak	__rustc_debug_gdb_scripts_section__
__rustc_debug_gdb_scripts_section__:
	.asciz	"\001gdb_load_rust_pretty_printers.py"
	.size	__rustc_debug_gdb_scripts_section__, 34

	.section	.debug_abbrev,"",@progbits
.Labbreviations:
	.byte	1
	.byte	17
	.byte	1
	.byte	37
	.byte	37
	.byte	19
	.byte	5
	.byte	3
	.byte	37
	.byte	114
	.byte	23
	.byte	16
	.byte	23
	.byte	27
	.byte	37
	.byte	17
	.byte	1
	.byte	85
	.byte	35
	.byte	115
	.byte	23
	.byte	116
	.byte	23
	.byte	0
	.byte	0
	.byte	2
	.byte	57
	.byte	1
	.byte	3
	.byte	37
	.byte	0
	.byte	0
	.byte	3
	.byte	52
	.byte	0
	.byte	3
	.byte	37
	.byte	73
	.byte	19
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.ascii	"\210\001"
	.byte	15
	.byte	2
	.byte	24
	.byte	110
	.byte	37
	.byte	0
	.byte	0
	.byte	4
	.byte	46
	.byte	1
	.byte	17
	.byte	27
	.byte	18
	.byte	6
	.byte	64
	.byte	24
	.byte	110
	.byte	37
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	5
	.byte	5
	.byte	0
	.byte	2
	.byte	24
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	6
	.byte	4
	.byte	1
	.byte	73
	.byte	19
	.byte	109
	.byte	25
	.byte	3
	.byte	37
	.byte	11
	.byte	11
	.ascii	"\210\001"
	.byte	15
	.byte	0
	.byte	0
	.byte	7
	.byte	40
	.byte	0
	.byte	3
	.byte	37
	.byte	28
	.byte	15
	.byte	0
	.byte	0
	.byte	8
	.byte	11
	.byte	1
	.byte	17
	.byte	27
	.byte	18
	.byte	6
	.byte	0
	.byte	0
	.byte	9
	.byte	52
	.byte	0
	.byte	2
	.byte	24
	.byte	3
	.byte	37
	.ascii	"\210\001"
	.byte	15
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	10
	.byte	52
	.byte	0
	.byte	2
	.byte	24
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	11
	.byte	11
	.byte	1
	.byte	85
	.byte	35
	.byte	0
	.byte	0
	.byte	12
	.byte	29
	.byte	1
	.byte	49
	.byte	19
	.byte	17
	.byte	27
	.byte	18
	.byte	6
	.byte	88
	.byte	11
	.byte	89
	.byte	11
	.byte	87
	.byte	11
	.byte	0
	.byte	0
	.byte	13
	.byte	5
	.byte	0
	.byte	2
	.byte	24
	.byte	49
	.byte	19
	.byte	0
	.byte	0
	.byte	14
	.byte	46
	.byte	1
	.byte	17
	.byte	27
	.byte	18
	.byte	6
	.byte	64
	.byte	24
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.byte	63
	.byte	25
	.ascii	"\207\001"
	.byte	25
	.byte	0
	.byte	0
	.byte	15
	.byte	19
	.byte	1
	.byte	3
	.byte	37
	.byte	11
	.byte	11
	.ascii	"\210\001"
	.byte	15
	.byte	0
	.byte	0
	.byte	16
	.byte	13
	.byte	0
	.byte	3
	.byte	37
	.byte	73
	.byte	19
	.ascii	"\210\001"
	.byte	15
	.byte	56
	.byte	11
	.byte	0
	.byte	0
	.byte	17
	.byte	46
	.byte	1
	.byte	17
	.byte	27
	.byte	18
	.byte	6
	.byte	64
	.byte	24
	.byte	110
	.byte	37
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.ascii	"\207\001"
	.byte	25
	.byte	0
	.byte	0
	.byte	18
	.byte	5
	.byte	0
	.byte	2
	.byte	24
	.byte	58
	.byte	11
	.byte	59
	.byte	11
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	19
	.byte	19
	.byte	1
	.byte	3
	.byte	37
	.byte	11
	.byte	11
	.byte	50
	.byte	11
	.ascii	"\210\001"
	.byte	15
	.byte	0
	.byte	0
	.byte	20
	.byte	51
	.byte	1
	.byte	21
	.byte	19
	.byte	0
	.byte	0
	.byte	21
	.byte	13
	.byte	0
	.byte	73
	.byte	19
	.ascii	"\210\001"
	.byte	15
	.byte	56
	.byte	11
	.byte	52
	.byte	25
	.byte	0
	.byte	0
	.byte	22
	.byte	25
	.byte	1
	.byte	22
	.byte	11
	.byte	0
	.byte	0
	.byte	23
	.byte	19
	.byte	0
	.byte	3
	.byte	37
	.byte	11
	.byte	11
	.byte	50
	.byte	11
	.ascii	"\210\001"
	.byte	15
	.byte	0
	.byte	0
	.byte	24
	.byte	13
	.byte	0
	.byte	3
	.byte	37
	.byte	73
	.byte	19
	.ascii	"\210\001"
	.byte	15
	.byte	56
	.byte	11
	.byte	50
	.byte	11
	.byte	0
	.byte	0
	.byte	25
	.byte	47
	.byte	0
	.byte	73
	.byte	19
	.byte	3
	.byte	37
	.byte	0
	.byte	0
	.byte	26
	.byte	36
	.byte	0
	.byte	3
	.byte	37
	.byte	62
	.byte	11
	.byte	11
	.byte	11
	.byte	0
	.byte	0
	.byte	27
	.byte	25
	.byte	1
	.byte	0
	.byte	0
	.byte	28
	.byte	46
	.byte	1
	.byte	110
	.byte	37
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	5
	.byte	73
	.byte	19
	.byte	32
	.byte	33
	.byte	1
	.byte	0
	.byte	0
	.byte	29
	.byte	5
	.byte	0
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	5
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	30
	.byte	46
	.byte	1
	.byte	17
	.byte	27
	.byte	18
	.byte	6
	.byte	64
	.byte	24
	.byte	110
	.byte	37
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	5
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	31
	.byte	5
	.byte	0
	.byte	2
	.byte	24
	.byte	3
	.byte	37
	.byte	58
	.byte	11
	.byte	59
	.byte	5
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	32
	.byte	15
	.byte	0
	.byte	73
	.byte	19
	.byte	3
	.byte	37
	.byte	51
	.byte	6
	.byte	0
	.byte	0
	.byte	33
	.byte	15
	.byte	0
	.byte	73
	.byte	19
	.byte	51
	.byte	6
	.byte	0
	.byte	0
	.byte	34
	.byte	1
	.byte	1
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	35
	.byte	33
	.byte	0
	.byte	73
	.byte	19
	.byte	55
	.byte	11
	.byte	0
	.byte	0
	.byte	36
	.byte	36
	.byte	0
	.byte	3
	.byte	37
	.byte	11
	.byte	11
	.byte	62
	.byte	11
	.byte	0
	.byte	0
	.byte	37
	.byte	21
	.byte	1
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	38
	.byte	5
	.byte	0
	.byte	73
	.byte	19
	.byte	0
	.byte	0
	.byte	39
	.byte	19
	.byte	0
	.byte	3
	.byte	37
	.byte	11
	.byte	11
	.ascii	"\210\001"
	.byte	15
	.byte	0
	.byte	0
	.byte	0
	.section	.debug_info,"",@progbits
.Lcu_begin0:
	.word	.Ldebug_info_end0-.Ldebug_info_start0
.Ldebug_info_start0:
	.half	5
	.byte	1
	.byte	8
	.word	.Labbreviations
	.byte	1
	.byte	0
	.half	28
	.byte	1
	.word	.Lstr_offsets_base0
	.word	.Lline_table_start0
	.byte	2
	.quad	0
	.byte	13
	.word	.Laddr_table_base0
	.word	.Lrnglists_table_base0
	.byte	2
	.byte	3
	.byte	2
	.byte	4
	.byte	3
	.byte	5
	.word	969
	.byte	1
	.byte	26
	.byte	4
	.byte	2
	.byte	161
	.byte	0
	.byte	7
	.byte	4
	.byte	5
	.word	.Lfunc_end3-.Lfunc_begin3
	.byte	1
	.byte	82
	.byte	45
	.byte	46
	.byte	1
	.byte	28
	.word	969
	.byte	5
	.byte	2
	.byte	145
	.byte	16
	.byte	62
	.byte	1
	.byte	28
	.word	969
	.byte	0
	.byte	0
	.byte	6
	.word	973

	.byte	11
	.byte	1
	.byte	1
	.byte	7
	.byte	9
	.byte	0
	.byte	7
	.byte	10
	.byte	5
	.byte	0
	.byte	4
	.byte	6
	.word	.Lfunc_end4-.Lfunc_begin4
	.byte	1
	.byte	82
	.byte	47
	.byte	48
	.byte	1
	.byte	35
	.word	969
	.byte	5
	.byte	2
	.byte	145
	.byte	24
	.byte	63
	.byte	1
	.byte	35
	.word	2430
	.byte	8
	.byte	7
	.word	.Ltmp12-.Ltmp11
	.byte	9
	.byte	2
	.byte	145
	.byte	32
	.byte	66
	.byte	1
	.byte	1
	.byte	37
	.word	2444
	.byte	0
	.byte	8
	.byte	8
	.word	.Ltmp15-.Ltmp13
	.byte	9
	.byte	2
	.byte	145
	.byte	40
	.byte	75
	.byte	1
	.byte	1
	.byte	38
	.word	2390
	.byte	9
	.byte	2
	.byte	145
	.byte	48
	.byte	76
	.byte	1
	.byte	1
	.byte	38
	.word	2390
	.byte	8
	.byte	9
	.word	.Ltmp15-.Ltmp14
	.byte	10
	.byte	2
	.byte	145
	.byte	60
	.byte	77
	.byte	1
	.byte	39
	.word	2372
	.byte	0
	.byte	0
	.byte	8
	.byte	10
	.word	.Ltmp17-.Ltmp16
	.byte	9
	.byte	3
	.byte	145
	.asciz	"\300"
	.byte	78
	.byte	1
	.byte	1
	.byte	42
	.word	2454
	.byte	0
	.byte	0
	.byte	4
	.byte	11
	.word	.Lfunc_end5-.Lfunc_begin5
	.byte	1
	.byte	82
	.byte	49
	.byte	50
	.byte	1
	.byte	48
	.word	969
	.byte	5
	.byte	3
	.byte	145
	.asciz	"\300"
	.byte	80
	.byte	1
	.byte	48
	.word	2464
	.byte	5
	.byte	3
	.byte	145
	.asciz	"\320"
	.byte	78
	.byte	1
	.byte	48
	.word	2400
	.byte	5
	.byte	2
	.byte	145
	.byte	46
	.byte	82
	.byte	1
	.byte	48
	.word	1637
	.byte	8
	.byte	12
	.word	.Ltmp29-.Ltmp20
	.byte	10
	.byte	2
	.byte	145
	.byte	52
	.byte	87
	.byte	1
	.byte	49
	.word	969
	.byte	8
	.byte	13
	.word	.Ltmp29-.Ltmp21
	.byte	9
	.byte	2
	.byte	145
	.byte	56
	.byte	88
	.byte	1
	.byte	1
	.byte	50
	.word	2386
	.byte	11
	.byte	0
	.byte	9
	.byte	3
	.byte	145
	.asciz	"\340"
	.byte	89
	.byte	1
	.byte	1
	.byte	55
	.word	2494
	.byte	8
	.byte	14
	.word	.Ltmp28-.Ltmp27
	.byte	10
	.byte	3
	.byte	145
	.asciz	"\367"
	.byte	91
	.byte	1
	.byte	57
	.word	973
	.byte	0
	.byte	0
	.byte	12
	.word	1539
	.byte	15
	.word	.Ltmp25-.Ltmp24
	.byte	1
	.byte	52
	.byte	28
	.byte	13
	.byte	3
	.byte	145
	.asciz	"\370"
	.word	1555
	.byte	13
	.byte	3
	.byte	145
	.ascii	"\200\001"
	.word	1564
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	14
	.byte	16
	.word	.Lfunc_end6-.Lfunc_begin6
	.byte	1
	.byte	82
	.byte	39
	.byte	1
	.byte	63


	.byte	11
	.byte	1
	.byte	9
	.byte	3
	.byte	145
	.asciz	"\300"
	.byte	92
	.byte	1
	.byte	1
	.byte	64
	.word	783
	.byte	9
	.byte	3
	.byte	145
	.asciz	"\330"
	.byte	93
	.byte	1
	.byte	1
	.byte	64
	.word	783
	.byte	9
	.byte	3
	.byte	145
	.asciz	"\360"
	.byte	94
	.byte	1
	.byte	1
	.byte	64
	.word	783
	.byte	11
	.byte	2
	.byte	9
	.byte	3
	.byte	145
	.ascii	"\230\002"
	.byte	95
	.byte	1
	.byte	1
	.byte	65
	.word	783
	.byte	11
	.byte	3
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\264\002"
	.byte	96
	.byte	1
	.byte	66
	.word	2515
	.byte	11
	.byte	4
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\237\003"
	.byte	131
	.byte	1
	.byte	67
	.word	2628
	.byte	11
	.byte	5
	.byte	9
	.byte	3
	.byte	145
	.ascii	"\300\002"
	.byte	101
	.byte	1
	.byte	1
	.byte	68
	.word	914
	.byte	11
	.byte	6
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\320\002"
	.byte	105
	.byte	1
	.byte	69
	.word	938
	.byte	11
	.byte	7
	.byte	9
	.byte	3
	.byte	145
	.ascii	"\330\002"
	.byte	110
	.byte	1
	.byte	1
	.byte	70
	.word	1711
	.byte	11
	.byte	8
	.byte	9
	.byte	3
	.byte	145
	.ascii	"\340\002"
	.byte	114
	.byte	1
	.byte	1
	.byte	71
	.word	1711
	.byte	11
	.byte	9
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\350\002"
	.byte	115
	.byte	1
	.byte	72
	.word	2081
	.byte	11
	.byte	10
	.byte	9
	.byte	3
	.byte	145
	.ascii	"\260\003"
	.byte	133
	.byte	2
	.byte	1
	.byte	73
	.word	2632
	.byte	11
	.byte	11
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\360\002"
	.byte	122
	.byte	1
	.byte	74
	.word	2586
	.byte	11
	.byte	12
	.byte	9
	.byte	3
	.byte	145
	.ascii	"\240\003"
	.byte	78
	.byte	1
	.byte	1
	.byte	75
	.word	2400
	.byte	8
	.byte	17
	.word	.Ltmp47-.Ltmp43
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\210\003"
	.byte	126
	.byte	1
	.byte	76
	.word	2606
	.byte	8
	.byte	18
	.word	.Ltmp47-.Ltmp44
	.byte	9
	.byte	3
	.byte	145
	.ascii	"\220\003"
	.byte	127
	.byte	1
	.byte	1
	.byte	77
	.word	722
	.byte	8
	.byte	19
	.word	.Ltmp47-.Ltmp45
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\300\003"
	.byte	87
	.byte	1
	.byte	78
	.word	969
	.byte	8
	.byte	20
	.word	.Ltmp47-.Ltmp46
	.byte	10
	.byte	3
	.byte	145
	.ascii	"\304\003"
	.byte	135
	.byte	1
	.byte	79
	.word	969
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	39
	.byte	4
	.byte	21
	.word	.Lfunc_end7-.Lfunc_begin7
	.byte	1
	.byte	82
	.byte	51
	.byte	52
	.byte	1
	.byte	77
	.word	969
	.byte	5
	.byte	2
	.byte	145
	.byte	12
	.byte	62
	.byte	1
	.byte	77
	.word	969
	.byte	9
	.byte	4
	.byte	145
	.byte	0
	.byte	6
	.byte	6
	.byte	136
	.byte	1
	.byte	1
	.byte	68
	.word	2556
	.byte	0
	.byte	15
	.byte	130
	.byte	8
	.byte	8
	.byte	16
	.byte	128
	.word	2618
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	17
	.byte	22
	.word	.Lfunc_end8-.Lfunc_begin8
	.byte	1
	.byte	82
	.byte	53
	.byte	54
	.byte	1
	.byte	84

	.byte	5
	.byte	2
	.byte	145
	.byte	12
	.byte	137
	.byte	1
	.byte	84
	.word	969
	.byte	0
	.byte	17
	.byte	23
	.word	.Lfunc_end9-.Lfunc_begin9
	.byte	1
	.byte	82
	.byte	55
	.byte	56
	.byte	1
	.byte	89

	.byte	18
	.byte	2
	.byte	145
	.byte	8
	.byte	1
	.byte	89
	.word	2636
	.byte	0
	.byte	19
	.byte	72
	.byte	24
	.byte	1
	.byte	8
	.byte	20
	.word	793
	.byte	21
	.word	973
	.byte	1
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	64
	.word	845
	.byte	8
	.byte	0
	.byte	0
	.byte	22
	.byte	1
	.byte	16
	.byte	65
	.word	850
	.byte	8
	.byte	0
	.byte	0
	.byte	22
	.byte	2
	.byte	16
	.byte	68
	.word	865
	.byte	8
	.byte	0
	.byte	0
	.byte	22
	.byte	3
	.byte	16
	.byte	71
	.word	889
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	23
	.byte	64
	.byte	24
	.byte	1
	.byte	8
	.byte	19
	.byte	65
	.byte	24
	.byte	1
	.byte	8
	.byte	24
	.byte	66
	.word	2440
	.byte	8
	.byte	8
	.byte	1
	.byte	0
	.byte	19
	.byte	68
	.byte	24
	.byte	1
	.byte	8
	.byte	24
	.byte	69
	.word	2372
	.byte	4
	.byte	4
	.byte	1
	.byte	24
	.byte	70
	.word	2372
	.byte	4
	.byte	8
	.byte	1
	.byte	0
	.byte	19
	.byte	71
	.byte	24
	.byte	1
	.byte	8
	.byte	24
	.byte	69
	.word	2400
	.byte	8
	.byte	8
	.byte	1
	.byte	24
	.byte	70
	.word	89
	.byte	1
	.byte	1
	.byte	1
	.byte	0
	.byte	0
	.byte	19
	.byte	104
	.byte	16
	.byte	1
	.byte	8
	.byte	24
	.byte	69
	.word	2556
	.byte	8
	.byte	0
	.byte	3
	.byte	24
	.byte	70
	.word	2560
	.byte	1
	.byte	8
	.byte	3
	.byte	0
	.byte	19
	.byte	109
	.byte	8
	.byte	1
	.byte	4
	.byte	25
	.word	2564
	.byte	33
	.byte	24
	.byte	107
	.word	2564
	.byte	4
	.byte	0
	.byte	3
	.byte	24
	.byte	108
	.word	2564
	.byte	4
	.byte	4
	.byte	3
	.byte	0
	.byte	0
	.byte	26
	.byte	6
	.byte	5
	.byte	4
	.byte	26
	.byte	8
	.byte	7
	.byte	1
	.byte	2
	.byte	12
	.byte	2
	.byte	13
	.byte	2
	.byte	14
	.byte	6
	.word	973

	.byte	19
	.byte	1
	.byte	1
	.byte	7
	.byte	15
	.byte	0
	.byte	7
	.byte	16
	.byte	1
	.byte	7
	.byte	17
	.byte	2
	.byte	7
	.byte	18
	.byte	3
	.byte	0
	.byte	19
	.byte	151
	.byte	56
	.byte	1
	.byte	8
	.byte	24
	.byte	142
	.word	2386
	.byte	8
	.byte	32
	.byte	1
	.byte	24
	.byte	143
	.word	2552
	.byte	4
	.byte	40
	.byte	1
	.byte	24
	.byte	144
	.word	983
	.byte	1
	.byte	48
	.byte	1
	.byte	24
	.byte	145
	.word	2372
	.byte	4
	.byte	44
	.byte	1
	.byte	24
	.byte	146
	.word	1064
	.byte	8
	.byte	0
	.byte	1
	.byte	24
	.byte	75
	.word	1064
	.byte	8
	.byte	16
	.byte	1
	.byte	0
	.byte	19
	.byte	150
	.byte	16
	.byte	1
	.byte	8
	.byte	20
	.word	1074
	.byte	21
	.word	2568
	.byte	8
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	147
	.word	1115
	.byte	8
	.byte	0
	.byte	0
	.byte	22
	.byte	1
	.byte	16
	.byte	148
	.word	1130
	.byte	8
	.byte	0
	.byte	0
	.byte	22
	.byte	2
	.byte	16
	.byte	149
	.word	1145
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	147
	.byte	16
	.byte	1
	.byte	8
	.byte	24
	.byte	69
	.word	2386
	.byte	8
	.byte	8
	.byte	1
	.byte	0
	.byte	19
	.byte	148
	.byte	16
	.byte	1
	.byte	8
	.byte	24
	.byte	69
	.word	2386
	.byte	8
	.byte	8
	.byte	1
	.byte	0
	.byte	23
	.byte	149
	.byte	16
	.byte	1
	.byte	8
	.byte	0
	.byte	19
	.byte	180
	.byte	16
	.byte	1
	.byte	8
	.byte	24
	.byte	155
	.word	1166
	.byte	8
	.byte	0
	.byte	3
	.byte	0
	.byte	19
	.byte	179
	.byte	16
	.byte	3
	.byte	8
	.byte	20
	.word	1176
	.byte	21
	.word	2568
	.byte	8
	.byte	0

	.byte	27
	.byte	16
	.byte	151
	.word	1205
	.byte	8
	.byte	0
	.byte	0
	.byte	22
	.byte	0
	.byte	16
	.byte	150
	.word	1238
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	151
	.byte	16
	.byte	3
	.byte	8
	.byte	24
	.byte	62
	.word	1578
	.byte	8
	.byte	0
	.byte	3
	.byte	24
	.byte	160
	.word	2756
	.byte	8
	.byte	8
	.byte	3
	.byte	24
	.byte	175
	.word	2358
	.byte	1
	.byte	16
	.byte	3
	.byte	0
	.byte	19
	.byte	150
	.byte	16
	.byte	3
	.byte	8
	.byte	24
	.byte	69
	.word	2386
	.byte	8
	.byte	8
	.byte	3
	.byte	0
	.byte	0
	.byte	0
	.byte	6
	.word	973

	.byte	19
	.byte	1
	.byte	1
	.byte	7
	.byte	15
	.byte	0
	.byte	7
	.byte	16
	.byte	1
	.byte	7
	.byte	17
	.byte	2
	.byte	0
	.byte	19
	.byte	182
	.byte	48
	.byte	1
	.byte	8
	.byte	24
	.byte	140
	.word	2656
	.byte	8
	.byte	0
	.byte	3
	.byte	24
	.byte	13
	.word	1858
	.byte	8
	.byte	32
	.byte	3
	.byte	24
	.byte	154
	.word	2716
	.byte	8
	.byte	16
	.byte	3
	.byte	0
	.byte	23
	.byte	161
	.byte	0
	.byte	1
	.byte	1
	.byte	19
	.byte	172
	.byte	64
	.byte	1
	.byte	8
	.byte	24
	.byte	163
	.word	1335
	.byte	8
	.byte	0
	.byte	3
	.byte	24
	.byte	167
	.word	2792
	.byte	8
	.byte	48
	.byte	3
	.byte	0
	.byte	19
	.byte	166
	.byte	48
	.byte	1
	.byte	8
	.byte	24
	.byte	145
	.word	2372
	.byte	4
	.byte	36
	.byte	3
	.byte	24
	.byte	143
	.word	2552
	.byte	4
	.byte	32
	.byte	3
	.byte	24
	.byte	144
	.word	1931
	.byte	1
	.byte	40
	.byte	3
	.byte	24
	.byte	75
	.word	2004
	.byte	8
	.byte	0
	.byte	3
	.byte	24
	.byte	146
	.word	2004
	.byte	8
	.byte	16
	.byte	3
	.byte	0
	.byte	0
	.byte	2
	.byte	20
	.byte	2
	.byte	21
	.byte	2
	.byte	22
	.byte	28
	.byte	23
	.byte	24
	.byte	3
	.half	355
	.word	2372

	.byte	29
	.byte	26
	.byte	3
	.half	355
	.word	2372
	.byte	29
	.byte	27
	.byte	3
	.half	355
	.word	2372
	.byte	0
	.byte	0
	.byte	2
	.byte	28
	.byte	4
	.byte	1
	.word	.Lfunc_end0-.Lfunc_begin0
	.byte	1
	.byte	82
	.byte	40
	.byte	24
	.byte	2
	.byte	57
	.word	2372
	.byte	5
	.byte	2
	.byte	145
	.byte	8
	.byte	26
	.byte	2
	.byte	57
	.word	2390
	.byte	5
	.byte	2
	.byte	145
	.byte	16
	.byte	27
	.byte	2
	.byte	57
	.word	2390
	.byte	12
	.word	1393
	.byte	2
	.word	.Ltmp2-.Ltmp1
	.byte	2
	.byte	58
	.byte	17
	.byte	13
	.byte	2
	.byte	145
	.byte	24
	.word	1403
	.byte	13
	.byte	2
	.byte	145
	.byte	28
	.word	1412
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	29
	.byte	30
	.byte	3
	.word	.Lfunc_end1-.Lfunc_begin1
	.byte	1
	.byte	82
	.byte	41
	.byte	42
	.byte	4
	.half	1745
	.word	969
	.byte	31
	.byte	2
	.byte	145
	.byte	16
	.byte	58
	.byte	4
	.half	1745
	.word	2376
	.byte	25
	.word	969
	.byte	33
	.byte	0
	.byte	2
	.byte	32
	.byte	2
	.byte	31
	.byte	28
	.byte	34
	.byte	35
	.byte	7
	.half	933
	.word	2376

	.byte	25
	.word	969
	.byte	33
	.byte	29
	.byte	26
	.byte	7
	.half	933
	.word	2376
	.byte	29
	.byte	37
	.byte	7
	.half	933
	.word	2386
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	156
	.byte	19
	.byte	159
	.byte	8
	.byte	1
	.byte	8
	.byte	25
	.word	2628
	.byte	33
	.byte	24
	.byte	157
	.word	2746
	.byte	8
	.byte	0
	.byte	3
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	30
	.byte	2
	.byte	31
	.byte	4
	.byte	4
	.word	.Lfunc_end2-.Lfunc_begin2
	.byte	1
	.byte	82
	.byte	43
	.byte	44
	.byte	6
	.byte	140
	.word	2386
	.byte	5
	.byte	2
	.byte	145
	.byte	16
	.byte	26
	.byte	6
	.byte	140
	.word	2400
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	83
	.byte	19
	.byte	86
	.byte	2
	.byte	1
	.byte	1
	.byte	20
	.word	1647
	.byte	21
	.word	973
	.byte	1
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	84
	.word	1677
	.byte	1
	.byte	0
	.byte	0
	.byte	22
	.byte	1
	.byte	16
	.byte	85
	.word	1689
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	84
	.byte	2
	.byte	1
	.byte	1
	.byte	25
	.word	973
	.byte	33
	.byte	0
	.byte	19
	.byte	85
	.byte	2
	.byte	1
	.byte	1
	.byte	25
	.word	973
	.byte	33
	.byte	24
	.byte	69
	.word	973
	.byte	1
	.byte	1
	.byte	1
	.byte	0
	.byte	0
	.byte	19
	.byte	113
	.byte	8
	.byte	1
	.byte	8
	.byte	20
	.word	1721
	.byte	21
	.word	2568
	.byte	8
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	84
	.word	1750
	.byte	8
	.byte	0
	.byte	0
	.byte	27
	.byte	16
	.byte	85
	.word	1762
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	84
	.byte	8
	.byte	1
	.byte	8
	.byte	25
	.word	2572
	.byte	33
	.byte	0
	.byte	19
	.byte	85
	.byte	8
	.byte	1
	.byte	8
	.byte	25
	.word	2572
	.byte	33
	.byte	24
	.byte	69
	.word	2572
	.byte	8
	.byte	0
	.byte	1
	.byte	0
	.byte	0
	.byte	19
	.byte	124
	.byte	4
	.byte	1
	.byte	2
	.byte	20
	.word	1794
	.byte	21
	.word	2582
	.byte	2
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	84
	.word	1824
	.byte	2
	.byte	0
	.byte	0
	.byte	22
	.byte	1
	.byte	16
	.byte	85
	.word	1836
	.byte	2
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	84
	.byte	4
	.byte	1
	.byte	2
	.byte	25
	.word	2598
	.byte	33
	.byte	0
	.byte	19
	.byte	85
	.byte	4
	.byte	1
	.byte	2
	.byte	25
	.word	2598
	.byte	33
	.byte	24
	.byte	69
	.word	2598
	.byte	2
	.byte	2
	.byte	1
	.byte	0
	.byte	0
	.byte	19
	.byte	153
	.byte	16
	.byte	1
	.byte	8
	.byte	20
	.word	1868
	.byte	21
	.word	2568
	.byte	8
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	84
	.word	1897
	.byte	8
	.byte	0
	.byte	0
	.byte	27
	.byte	16
	.byte	85
	.word	1909
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	84
	.byte	16
	.byte	1
	.byte	8
	.byte	25
	.word	2686
	.byte	33
	.byte	0
	.byte	19
	.byte	85
	.byte	16
	.byte	1
	.byte	8
	.byte	25
	.word	2686
	.byte	33
	.byte	24
	.byte	69
	.word	2686
	.byte	8
	.byte	0
	.byte	1
	.byte	0
	.byte	0
	.byte	19
	.byte	164
	.byte	1
	.byte	1
	.byte	1
	.byte	20
	.word	1941
	.byte	21
	.word	973
	.byte	1
	.byte	0

	.byte	22
	.byte	3
	.byte	16
	.byte	84
	.word	1970
	.byte	1
	.byte	0
	.byte	0
	.byte	27
	.byte	16
	.byte	85
	.word	1982
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	84
	.byte	1
	.byte	1
	.byte	1
	.byte	25
	.word	1255
	.byte	33
	.byte	0
	.byte	19
	.byte	85
	.byte	1
	.byte	1
	.byte	1
	.byte	25
	.word	1255
	.byte	33
	.byte	24
	.byte	69
	.word	1255
	.byte	1
	.byte	0
	.byte	1
	.byte	0
	.byte	0
	.byte	19
	.byte	165
	.byte	16
	.byte	1
	.byte	8
	.byte	20
	.word	2014
	.byte	21
	.word	2568
	.byte	8
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	84
	.word	2044
	.byte	8
	.byte	0
	.byte	0
	.byte	22
	.byte	1
	.byte	16
	.byte	85
	.word	2056
	.byte	8
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	84
	.byte	16
	.byte	1
	.byte	8
	.byte	25
	.word	2386
	.byte	33
	.byte	0
	.byte	19
	.byte	85
	.byte	16
	.byte	1
	.byte	8
	.byte	25
	.word	2386
	.byte	33
	.byte	24
	.byte	69
	.word	2386
	.byte	8
	.byte	8
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	116
	.byte	19
	.byte	121
	.byte	8
	.byte	1
	.byte	4
	.byte	20
	.word	2091
	.byte	21
	.word	2582
	.byte	2
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	118
	.word	2121
	.byte	4
	.byte	0
	.byte	0
	.byte	22
	.byte	1
	.byte	16
	.byte	120
	.word	2148
	.byte	4
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	118
	.byte	8
	.byte	1
	.byte	4
	.byte	25
	.word	2582
	.byte	33
	.byte	25
	.word	2552
	.byte	119
	.byte	24
	.byte	69
	.word	2582
	.byte	2
	.byte	2
	.byte	1
	.byte	0
	.byte	19
	.byte	120
	.byte	8
	.byte	1
	.byte	4
	.byte	25
	.word	2582
	.byte	33
	.byte	25
	.word	2552
	.byte	119
	.byte	24
	.byte	69
	.word	2552
	.byte	4
	.byte	4
	.byte	1
	.byte	0
	.byte	0
	.byte	19
	.byte	162
	.byte	1
	.byte	1
	.byte	1
	.byte	20
	.word	2186
	.byte	21
	.word	973
	.byte	1
	.byte	0

	.byte	22
	.byte	0
	.byte	16
	.byte	118
	.word	2216
	.byte	1
	.byte	0
	.byte	0
	.byte	22
	.byte	1
	.byte	16
	.byte	120
	.word	2243
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	19
	.byte	118
	.byte	1
	.byte	1
	.byte	1
	.byte	25
	.word	2628
	.byte	33
	.byte	25
	.word	1306
	.byte	119
	.byte	24
	.byte	69
	.word	2628
	.byte	1
	.byte	1
	.byte	1
	.byte	0
	.byte	19
	.byte	120
	.byte	1
	.byte	1
	.byte	1
	.byte	25
	.word	2628
	.byte	33
	.byte	25
	.word	1306
	.byte	119
	.byte	24
	.byte	69
	.word	1306
	.byte	1
	.byte	1
	.byte	1
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	56
	.byte	2
	.byte	138
	.byte	19
	.byte	192
	.byte	24
	.byte	1
	.byte	8
	.byte	24
	.byte	139
	.word	2646
	.byte	8
	.byte	0
	.byte	3
	.byte	24
	.byte	184
	.word	2858
	.byte	8
	.byte	8
	.byte	3
	.byte	24
	.byte	190
	.word	2560
	.byte	1
	.byte	16
	.byte	3
	.byte	24
	.byte	191
	.word	2560
	.byte	1
	.byte	17
	.byte	3
	.byte	0
	.byte	0
	.byte	2
	.byte	184
	.byte	19
	.byte	188
	.byte	24
	.byte	1
	.byte	8
	.byte	24
	.byte	185
	.word	2400
	.byte	8
	.byte	0
	.byte	3
	.byte	24
	.byte	186
	.word	2372
	.byte	4
	.byte	16
	.byte	3
	.byte	24
	.byte	187
	.word	2372
	.byte	4
	.byte	20
	.byte	3
	.byte	0
	.byte	0
	.byte	0
	.byte	2
	.byte	176
	.byte	19
	.byte	178
	.byte	0
	.byte	1
	.byte	1
	.byte	25
	.word	2848
	.byte	33
	.byte	0
	.byte	0
	.byte	0
	.byte	26
	.byte	25
	.byte	7
	.byte	4
	.byte	32
	.word	969
	.byte	36
	.word	0
	.byte	26
	.byte	38
	.byte	7
	.byte	8
	.byte	32
	.word	2372
	.byte	57
	.word	0
	.byte	15
	.byte	61
	.byte	16
	.byte	8
	.byte	16
	.byte	59
	.word	2421
	.byte	8
	.byte	0
	.byte	16
	.byte	60
	.word	2386
	.byte	8
	.byte	8
	.byte	0
	.byte	33
	.word	973
	.word	0
	.byte	32
	.word	783
	.byte	73
	.word	0
	.byte	26
	.byte	67
	.byte	4
	.byte	8
	.byte	32
	.word	2440
	.byte	74
	.word	0
	.byte	32
	.word	2400
	.byte	79
	.word	0
	.byte	15
	.byte	81
	.byte	16
	.byte	8
	.byte	16
	.byte	59
	.word	2485
	.byte	8
	.byte	0
	.byte	16
	.byte	60
	.word	2386
	.byte	8
	.byte	8
	.byte	0
	.byte	33
	.word	969
	.word	0
	.byte	15
	.byte	90
	.byte	16
	.byte	8
	.byte	16
	.byte	69
	.word	969
	.byte	4
	.byte	0
	.byte	16
	.byte	70
	.word	2386
	.byte	8
	.byte	8
	.byte	0
	.byte	15
	.byte	100
	.byte	8
	.byte	4
	.byte	16
	.byte	69
	.word	89
	.byte	1
	.byte	4
	.byte	16
	.byte	70
	.word	89
	.byte	1
	.byte	5
	.byte	16
	.byte	97
	.word	2552
	.byte	4
	.byte	0
	.byte	16
	.byte	99
	.word	973
	.byte	1
	.byte	6
	.byte	0
	.byte	26
	.byte	98
	.byte	16
	.byte	4
	.byte	26
	.byte	102
	.byte	5
	.byte	8
	.byte	26
	.byte	103
	.byte	2
	.byte	1
	.byte	26
	.byte	106
	.byte	4
	.byte	4
	.byte	26
	.byte	111
	.byte	7
	.byte	8
	.byte	32
	.word	938
	.byte	112
	.word	0
	.byte	26
	.byte	117
	.byte	7
	.byte	2
	.byte	34
	.word	1784
	.byte	35
	.word	2602
	.byte	3
	.byte	0
	.byte	26
	.byte	123
	.byte	5
	.byte	2
	.byte	36
	.byte	125
	.byte	8
	.byte	7
	.byte	34
	.word	2552
	.byte	35
	.word	2602
	.byte	2
	.byte	0
	.byte	32
	.word	2556
	.byte	129
	.word	0
	.byte	26
	.byte	132
	.byte	7
	.byte	0
	.byte	26
	.byte	134
	.byte	7
	.byte	16
	.byte	32
	.word	2276
	.byte	193
	.word	0
	.byte	32
	.word	1273
	.byte	183
	.word	0
	.byte	15
	.byte	141
	.byte	16
	.byte	8
	.byte	16
	.byte	59
	.word	2677
	.byte	8
	.byte	0
	.byte	16
	.byte	60
	.word	2386
	.byte	8
	.byte	8
	.byte	0
	.byte	33
	.word	2400
	.word	0
	.byte	15
	.byte	152
	.byte	16
	.byte	8
	.byte	16
	.byte	59
	.word	2707
	.byte	8
	.byte	0
	.byte	16
	.byte	60
	.word	2386
	.byte	8
	.byte	8
	.byte	0
	.byte	33
	.word	1004
	.word	0
	.byte	15
	.byte	181
	.byte	16
	.byte	8
	.byte	16
	.byte	59
	.word	2737
	.byte	8
	.byte	0
	.byte	16
	.byte	60
	.word	2386
	.byte	8
	.byte	8
	.byte	0
	.byte	33
	.word	1151
	.word	0
	.byte	32
	.word	2628
	.byte	158
	.word	0
	.byte	32
	.word	2766
	.byte	174
	.word	0
	.byte	37
	.word	2176
	.byte	38
	.word	1578
	.byte	38
	.word	2782
	.byte	0
	.byte	32
	.word	1311
	.byte	173
	.word	0
	.byte	15
	.byte	171
	.byte	16
	.byte	8
	.byte	16
	.byte	157
	.word	2813
	.byte	8
	.byte	0
	.byte	16
	.byte	169
	.word	2826
	.byte	8
	.byte	8
	.byte	0
	.byte	33
	.word	2822
	.word	0
	.byte	39
	.byte	168
	.byte	0
	.byte	1
	.byte	32
	.word	2836
	.byte	170
	.word	0
	.byte	34
	.word	2386
	.byte	35
	.word	2602
	.byte	6
	.byte	0
	.byte	32
	.word	2628
	.byte	177
	.word	0
	.byte	32
	.word	2321
	.byte	189
	.word	0
	.byte	0
.Ldebug_info_end0:
	.section	.rodata._ZN5plain4deep5COUNT17h983adf1cf2b55b08E,"a",@progbits
.Lsec_end0:
	.section	".text._ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E","ax",@progbits
.Lsec_end1:
	.section	.text._ZN4core3ptr13read_volatile17hf52507e6121fba8cE,"ax",@progbits
.Lsec_end2:
	.section	".text._ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE","ax",@progbits
.Lsec_end3:
	.section	.text._ZN5plain4deep5twice17hb6b16430e47737a1E,"ax",@progbits
.Lsec_end4:
	.section	.text._ZN5plain4area17he9da4050833ca2dfE,"ax",@progbits
.Lsec_end5:
	.section	.text._ZN5plain3sum17hfd0fadee38315ce2E,"ax",@progbits
.Lsec_end6:
	.section	.text._start,"ax",@progbits
.Lsec_end7:
	.section	".text._ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE","ax",@progbits
.Lsec_end8:
	.section	.text._ZN5plain4exit17hb15fb4858cd20e2dE,"ax",@progbits
.Lsec_end9:
	.section	.text.rust_begin_unwind,"ax",@progbits
.Lsec_end10:
	.section	.debug_aranges,"",@progbits
	.word	204
	.half	2
	.word	.Lcu_begin0
	.byte	8
	.byte	0
	.zero	4,255
	.quad	_ZN5plain4deep5COUNT17h983adf1cf2b55b08E
	.quad	.Lsec_end0-_ZN5plain4deep5COUNT17h983adf1cf2b55b08E
	.quad	.Lfunc_begin0
	.quad	.Lsec_end1-.Lfunc_begin0
	.quad	.Lfunc_begin1
	.quad	.Lsec_end2-.Lfunc_begin1
	.quad	.Lfunc_begin2
	.quad	.Lsec_end3-.Lfunc_begin2
	.quad	.Lfunc_begin3
	.quad	.Lsec_end4-.Lfunc_begin3
	.quad	.Lfunc_begin4
	.quad	.Lsec_end5-.Lfunc_begin4
	.quad	.Lfunc_begin5
	.quad	.Lsec_end6-.Lfunc_begin5
	.quad	.Lfunc_begin6
	.quad	.Lsec_end7-.Lfunc_begin6
	.quad	.Lfunc_begin7
	.quad	.Lsec_end8-.Lfunc_begin7
	.quad	.Lfunc_begin8
	.quad	.Lsec_end9-.Lfunc_begin8
	.quad	.Lfunc_begin9
	.quad	.Lsec_end10-.Lfunc_begin9
	.quad	0
	.quad	0
	.section	.debug_rnglists,"",@progbits
	.word	.Ldebug_list_header_end0-.Ldebug_list_header_start0
.Ldebug_list_header_start0:
	.half	5
	.byte	8
	.byte	0
	.word	14
.Lrnglists_table_base0:
	.word	.Ldebug_ranges0-.Lrnglists_table_base0
	.word	.Ldebug_ranges1-.Lrnglists_table_base0
	.word	.Ldebug_ranges2-.Lrnglists_table_base0
	.word	.Ldebug_ranges3-.Lrnglists_table_base0
	.word	.Ldebug_ranges4-.Lrnglists_table_base0
	.word	.Ldebug_ranges5-.Lrnglists_table_base0
	.word	.Ldebug_ranges6-.Lrnglists_table_base0
	.word	.Ldebug_ranges7-.Lrnglists_table_base0
	.word	.Ldebug_ranges8-.Lrnglists_table_base0
	.word	.Ldebug_ranges9-.Lrnglists_table_base0
	.word	.Ldebug_ranges10-.Lrnglists_table_base0
	.word	.Ldebug_ranges11-.Lrnglists_table_base0
	.word	.Ldebug_ranges12-.Lrnglists_table_base0
	.word	.Ldebug_ranges13-.Lrnglists_table_base0
.Ldebug_ranges0:
	.byte	1
	.byte	11
	.byte	4
	.uleb128 .Ltmp22-.Lfunc_begin5
	.uleb128 .Ltmp23-.Lfunc_begin5
	.byte	4
	.uleb128 .Ltmp26-.Lfunc_begin5
	.uleb128 .Ltmp29-.Lfunc_begin5
	.byte	0
.Ldebug_ranges1:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp33-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges2:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp34-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges3:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp35-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges4:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp35-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges5:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp36-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges6:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp37-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges7:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp38-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges8:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp39-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges9:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp40-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges10:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp41-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges11:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp42-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges12:
	.byte	1
	.byte	16
	.byte	4
	.uleb128 .Ltmp31-.Lfunc_begin6
	.uleb128 .Ltmp32-.Lfunc_begin6
	.byte	4
	.uleb128 .Ltmp42-.Lfunc_begin6
	.uleb128 .Ltmp47-.Lfunc_begin6
	.byte	0
.Ldebug_ranges13:
	.byte	3
	.byte	1
	.uleb128 .Lfunc_end0-.Lfunc_begin0
	.byte	3
	.byte	3
	.uleb128 .Lfunc_end1-.Lfunc_begin1
	.byte	3
	.byte	4
	.uleb128 .Lfunc_end2-.Lfunc_begin2
	.byte	3
	.byte	5
	.uleb128 .Lfunc_end3-.Lfunc_begin3
	.byte	3
	.byte	6
	.uleb128 .Lfunc_end4-.Lfunc_begin4
	.byte	3
	.byte	11
	.uleb128 .Lfunc_end5-.Lfunc_begin5
	.byte	3
	.byte	16
	.uleb128 .Lfunc_end6-.Lfunc_begin6
	.byte	3
	.byte	21
	.uleb128 .Lfunc_end7-.Lfunc_begin7
	.byte	3
	.byte	22
	.uleb128 .Lfunc_end8-.Lfunc_begin8
	.byte	3
	.byte	23
	.uleb128 .Lfunc_end9-.Lfunc_begin9
	.byte	0
.Ldebug_list_header_end0:
	.section	.debug_str_offsets,"",@progbits
	.word	780
	.half	5
	.half	0
.Lstr_offsets_base0:
	.section	.debug_str,"MS",@progbits,1
.Linfo_string0:
	.asciz	"clang LLVM (rustc version 1.85.1 (4eb161250 2025-03-15) (built from a source tarball))"
.Linfo_string1:
	.asciz	"plain.rs/@/plain.f4a9455023d728d4-cgu.0"
.Linfo_string2:
	.asciz	"/rust"
.Linfo_string3:
	.asciz	"plain"
.Linfo_string4:
	.asciz	"deep"
.Linfo_string5:
	.asciz	"COUNT"
.Linfo_string6:
	.asciz	"i32"
.Linfo_string7:
	.asciz	"_ZN5plain4deep5COUNT17h983adf1cf2b55b08E"
.Linfo_string8:
	.asciz	"Colour"
.Linfo_string9:
	.asciz	"u8"
.Linfo_string10:
	.asciz	"Red"
.Linfo_string11:
	.asciz	"Blue"
.Linfo_string12:
	.asciz	"core"
.Linfo_string13:
	.asciz	"fmt"
.Linfo_string14:
	.asciz	"rt"
.Linfo_string15:
	.asciz	"Alignment"
.Linfo_string16:
	.asciz	"Left"
.Linfo_string17:
	.asciz	"Right"
.Linfo_string18:
	.asciz	"Center"
.Linfo_string19:
	.asciz	"Unknown"
.Linfo_string20:
	.asciz	"ops"
.Linfo_string21:
	.asciz	"arith"
.Linfo_string22:
	.asciz	"{impl#131}"
.Linfo_string23:
	.asciz	"_ZN45_$LT$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17hccbb0e997d7e21b6E"
.Linfo_string24:
	.asciz	"mul"
.Linfo_string25:
	.asciz	"u32"
.Linfo_string26:
	.asciz	"self"
.Linfo_string27:
	.asciz	"other"
.Linfo_string28:
	.asciz	"{impl#155}"
.Linfo_string29:
	.asciz	"_ZN49_$LT$$RF$u32$u20$as$u20$core..ops..arith..Mul$GT$3mul17he8809ac307bc0b02E"
.Linfo_string30:
	.asciz	"ptr"
.Linfo_string31:
	.asciz	"read_volatile<i32>"
.Linfo_string32:
	.asciz	"_ZN4core3ptr13read_volatile17hf52507e6121fba8cE"
.Linfo_string33:
	.asciz	"str"
.Linfo_string34:
	.asciz	"{impl#0}"
.Linfo_string35:
	.asciz	"len"
.Linfo_string36:
	.asciz	"_ZN4core3str21_$LT$impl$u20$str$GT$3len17h200a1a558c40a39dE"
.Linfo_string37:
	.asciz	"twice"
.Linfo_string38:
	.asciz	"_ZN5plain4deep5twice17hb6b16430e47737a1E"
.Linfo_string39:
	.asciz	"area"
.Linfo_string40:
	.asciz	"_ZN5plain4area17he9da4050833ca2dfE"
.Linfo_string41:
	.asciz	"const_ptr"
.Linfo_string42:
	.asciz	"T"
.Linfo_string43:
	.asciz	"_ZN4core3ptr9const_ptr33_$LT$impl$u20$$BP$const$u20$T$GT$3add17h89ef522f6d92a7c4E"
.Linfo_string44:
	.asciz	"add<i32>"
.Linfo_string45:
	.asciz	"*const i32"
.Linfo_string46:
	.asciz	"count"
.Linfo_string47:
	.asciz	"usize"
.Linfo_string48:
	.asciz	"sum"
.Linfo_string49:
	.asciz	"_ZN5plain3sum17hfd0fadee38315ce2E"
.Linfo_string50:
	.asciz	"_start"
.Linfo_string51:
	.asciz	"{closure#0}"
.Linfo_string52:
	.asciz	"_ZN5plain6_start28_$u7b$$u7b$closure$u7d$$u7d$17h4a24bd1688c5c9bdE"
.Linfo_string53:
	.asciz	"exit"
.Linfo_string54:
	.asciz	"_ZN5plain4exit17hb15fb4858cd20e2dE"
.Linfo_string55:
	.asciz	"panic"
.Linfo_string56:
	.asciz	"rust_begin_unwind"
.Linfo_string57:
	.asciz	"&u32"
.Linfo_string58:
	.asciz	"src"
.Linfo_string59:
	.asciz	"&str"
.Linfo_string60:
	.asciz	"data_ptr"
.Linfo_string61:
	.asciz	"length"
.Linfo_string62:
	.asciz	"value"
.Linfo_string63:
	.asciz	"shape"
.Linfo_string64:
	.asciz	"&plain::Shape"
.Linfo_string65:
	.asciz	"Shape"
.Linfo_string66:
	.asciz	"Nothing"
.Linfo_string67:
	.asciz	"Circle"
.Linfo_string68:
	.asciz	"radius"
.Linfo_string69:
	.asciz	"f64"
.Linfo_string70:
	.asciz	"Square"
.Linfo_string71:
	.asciz	"__0"
.Linfo_string72:
	.asciz	"__1"
.Linfo_string73:
	.asciz	"Named"
.Linfo_string74:
	.asciz	"&f64"
.Linfo_string75:
	.asciz	"width"
.Linfo_string76:
	.asciz	"height"
.Linfo_string77:
	.asciz	"size"
.Linfo_string78:
	.asciz	"text"
.Linfo_string79:
	.asciz	"&&str"
.Linfo_string80:
	.asciz	"values"
.Linfo_string81:
	.asciz	"&[i32]"
.Linfo_string82:
	.asciz	"limit"
.Linfo_string83:
	.asciz	"option"
.Linfo_string84:
	.asciz	"Option<u8>"
.Linfo_string85:
	.asciz	"None"
.Linfo_string86:
	.asciz	"Some"
.Linfo_string87:
	.asciz	"total"
.Linfo_string88:
	.asciz	"index"
.Linfo_string89:
	.asciz	"pair"
.Linfo_string90:
	.asciz	"(i32, usize)"
.Linfo_string91:
	.asciz	"more"
.Linfo_string92:
	.asciz	"nothing"
.Linfo_string93:
	.asciz	"circle"
.Linfo_string94:
	.asciz	"square"
.Linfo_string95:
	.asciz	"named"
.Linfo_string96:
	.asciz	"colours"
.Linfo_string97:
	.asciz	"(plain::Colour, plain::Colour, char, u8)"
.Linfo_string98:
	.asciz	"__2"
.Linfo_string99:
	.asciz	"char"
.Linfo_string100:
	.asciz	"__3"
.Linfo_string101:
	.asciz	"wrapper"
.Linfo_string102:
	.asciz	"Wrapper"
.Linfo_string103:
	.asciz	"i64"
.Linfo_string104:
	.asciz	"bool"
.Linfo_string105:
	.asciz	"point"
.Linfo_string106:
	.asciz	"Point<f32>"
.Linfo_string107:
	.asciz	"f32"
.Linfo_string108:
	.asciz	"x"
.Linfo_string109:
	.asciz	"y"
.Linfo_string110:
	.asciz	"some"
.Linfo_string111:
	.asciz	"Option<&plain::Point<f32>>"
.Linfo_string112:
	.asciz	"u64"
.Linfo_string113:
	.asciz	"&plain::Point<f32>"
.Linfo_string114:
	.asciz	"none"
.Linfo_string115:
	.asciz	"number"
.Linfo_string116:
	.asciz	"result"
.Linfo_string117:
	.asciz	"Result<u16, char>"
.Linfo_string118:
	.asciz	"u16"
.Linfo_string119:
	.asciz	"Ok"
.Linfo_string120:
	.asciz	"E"
.Linfo_string121:
	.asciz	"Err"
.Linfo_string122:
	.asciz	"list"
.Linfo_string123:
	.asciz	"Option<i16>"
.Linfo_string124:
	.asciz	"i16"
.Linfo_string125:
	.asciz	"__ARRAY_SIZE_TYPE__"
.Linfo_string126:
	.asciz	"letters"
.Linfo_string127:
	.asciz	"closure"
.Linfo_string128:
	.asciz	"{closure_env#0}"
.Linfo_string129:
	.asciz	"_ref__wrapper__0"
.Linfo_string130:
	.asciz	"&i64"
.Linfo_string131:
	.asciz	"unit"
.Linfo_string132:
	.asciz	"()"
.Linfo_string133:
	.asciz	"wide"
.Linfo_string134:
	.asciz	"u128"
.Linfo_string135:
	.asciz	"all"
.Linfo_string136:
	.asciz	"wrapper__0"
.Linfo_string137:
	.asciz	"code"
.Linfo_string138:
	.asciz	"&core::panic::panic_info::PanicInfo"
.Linfo_string139:
	.asciz	"panic_info"
.Linfo_string140:
	.asciz	"PanicInfo"
.Linfo_string141:
	.asciz	"message"
.Linfo_string142:
	.asciz	"&core::fmt::Arguments"
.Linfo_string143:
	.asciz	"Arguments"
.Linfo_string144:
	.asciz	"pieces"
.Linfo_string145:
	.asciz	"&[&str]"
.Linfo_string146:
	.asciz	"Option<&[core::fmt::rt::Placeholder]>"
.Linfo_string147:
	.asciz	"&[core::fmt::rt::Placeholder]"
.Linfo_string148:
	.asciz	"Placeholder"
.Linfo_string149:
	.asciz	"position"
.Linfo_string150:
	.asciz	"fill"
.Linfo_string151:
	.asciz	"align"
.Linfo_string152:
	.asciz	"flags"
.Linfo_string153:
	.asciz	"precision"
.Linfo_string154:
	.asciz	"Count"
.Linfo_string155:
	.asciz	"Is"
.Linfo_string156:
	.asciz	"Param"
.Linfo_string157:
	.asciz	"Implied"
.Linfo_string158:
	.asciz	"args"
.Linfo_string159:
	.asciz	"&[core::fmt::rt::Argument]"
.Linfo_string160:
	.asciz	"Argument"
.Linfo_string161:
	.asciz	"ty"
.Linfo_string162:
	.asciz	"ArgumentType"
.Linfo_string163:
	.asciz	"non_null"
.Linfo_string164:
	.asciz	"NonNull<()>"
.Linfo_string165:
	.asciz	"pointer"
.Linfo_string166:
	.asciz	"*const ()"
.Linfo_string167:
	.asciz	"formatter"
.Linfo_string168:
	.asciz	"unsafe fn(core::ptr::non_null::NonNull<()>, &mut core::fmt::Formatter) -> core::result::Result<(), core::fmt::Error>"
.Linfo_string169:
	.asciz	"Result<(), core::fmt::Error>"
.Linfo_string170:
	.asciz	"Error"
.Linfo_string171:
	.asciz	"&mut core::fmt::Formatter"
.Linfo_string172:
	.asciz	"Formatter"
.Linfo_string173:
	.asciz	"options"
.Linfo_string174:
	.asciz	"FormattingOptions"
.Linfo_string175:
	.asciz	"Option<core::fmt::Alignment>"
.Linfo_string176:
	.asciz	"Option<usize>"
.Linfo_string177:
	.asciz	"buf"
.Linfo_string178:
	.asciz	"&mut dyn core::fmt::Write"
.Linfo_string179:
	.asciz	"dyn core::fmt::Write"
.Linfo_string180:
	.asciz	"vtable"
.Linfo_string181:
	.asciz	"&[usize; 6]"
.Linfo_string182:
	.asciz	"_lifetime"
.Linfo_string183:
	.asciz	"marker"
.Linfo_string184:
	.asciz	"PhantomData<&()>"
.Linfo_string185:
	.asciz	"&()"
.Linfo_string186:
	.asciz	"location"
.Linfo_string187:
	.asciz	"&core::panic::location::Location"
.Linfo_string188:
	.asciz	"Location"
.Linfo_string189:
	.asciz	"file"
.Linfo_string190:
	.asciz	"line"
.Linfo_string191:
	.asciz	"col"
.Linfo_string192:
	.asciz	"can_unwind"
.Linfo_string193:
	.asciz	"force_no_backtrace"
	.section	.debug_str_offsets,"",@progbits
	.word	.Linfo_string0
	.word	.Linfo_string1
	.word	.Linfo_string2
	.word	.Linfo_string3
	.word	.Linfo_string4
	.word	.Linfo_string5
	.word	.Linfo_string6
	.word	.Linfo_string7
	.word	.Linfo_string9
	.word	.Linfo_string10
	.word	.Linfo_string11
	.word	.Linfo_string8
	.word	.Linfo_string12
	.word	.Linfo_string13
	.word	.Linfo_string14
	.word	.Linfo_string16
	.word	.Linfo_string17
	.word	.Linfo_string18
	.word	.Linfo_string19
	.word	.Linfo_string15
	.word	.Linfo_string20
	.word	.Linfo_string21
	.word	.Linfo_string22
	.word	.Linfo_string23
	.word	.Linfo_string24
	.word	.Linfo_string25
	.word	.Linfo_string26
	.word	.Linfo_string27
	.word	.Linfo_string28
	.word	.Linfo_string30
	.word	.Linfo_string33
	.word	.Linfo_string34
	.word	.Linfo_string41
	.word	.Linfo_string42
	.word	.Linfo_string43
	.word	.Linfo_string44
	.word	.Linfo_string45
	.word	.Linfo_string46
	.word	.Linfo_string47
	.word	.Linfo_string50
	.word	.Linfo_string29
	.word	.Linfo_string32
	.word	.Linfo_string31
	.word	.Linfo_string36
	.word	.Linfo_string35
	.word	.Linfo_string38
	.word	.Linfo_string37
	.word	.Linfo_string40
	.word	.Linfo_string39
	.word	.Linfo_string49
	.word	.Linfo_string48
	.word	.Linfo_string52
	.word	.Linfo_string51
	.word	.Linfo_string54
	.word	.Linfo_string53
	.word	.Linfo_string56
	.word	.Linfo_string55
	.word	.Linfo_string57
	.word	.Linfo_string58
	.word	.Linfo_string60
	.word	.Linfo_string61
	.word	.Linfo_string59
	.word	.Linfo_string62
	.word	.Linfo_string63
	.word	.Linfo_string66
	.word	.Linfo_string67
	.word	.Linfo_string68
	.word	.Linfo_string69
	.word	.Linfo_string70
	.word	.Linfo_string71
	.word	.Linfo_string72
	.word	.Linfo_string73
	.word	.Linfo_string65
	.word	.Linfo_string64
	.word	.Linfo_string74
	.word	.Linfo_string75
	.word	.Linfo_string76
	.word	.Linfo_string77
	.word	.Linfo_string78
	.word	.Linfo_string79
	.word	.Linfo_string80
	.word	.Linfo_string81
	.word	.Linfo_string82
	.word	.Linfo_string83
	.word	.Linfo_string85
	.word	.Linfo_string86
	.word	.Linfo_string84
	.word	.Linfo_string87
	.word	.Linfo_string88
	.word	.Linfo_string89
	.word	.Linfo_string90
	.word	.Linfo_string91
	.word	.Linfo_string92
	.word	.Linfo_string93
	.word	.Linfo_string94
	.word	.Linfo_string95
	.word	.Linfo_string96
	.word	.Linfo_string98
	.word	.Linfo_string99
	.word	.Linfo_string100
	.word	.Linfo_string97
	.word	.Linfo_string101
	.word	.Linfo_string103
	.word	.Linfo_string104
	.word	.Linfo_string102
	.word	.Linfo_string105
	.word	.Linfo_string107
	.word	.Linfo_string108
	.word	.Linfo_string109
	.word	.Linfo_string106
	.word	.Linfo_string110
	.word	.Linfo_string112
	.word	.Linfo_string113
	.word	.Linfo_string111
	.word	.Linfo_string114
	.word	.Linfo_string115
	.word	.Linfo_string116
	.word	.Linfo_string118
	.word	.Linfo_string119
	.word	.Linfo_string120
	.word	.Linfo_string121
	.word	.Linfo_string117
	.word	.Linfo_string122
	.word	.Linfo_string124
	.word	.Linfo_string123
	.word	.Linfo_string125
	.word	.Linfo_string126
	.word	.Linfo_string127
	.word	.Linfo_string129
	.word	.Linfo_string130
	.word	.Linfo_string128
	.word	.Linfo_string131
	.word	.Linfo_string132
	.word	.Linfo_string133
	.word	.Linfo_string134
	.word	.Linfo_string135
	.word	.Linfo_string136
	.word	.Linfo_string137
	.word	.Linfo_string139
	.word	.Linfo_string141
	.word	.Linfo_string144
	.word	.Linfo_string145
	.word	.Linfo_string149
	.word	.Linfo_string150
	.word	.Linfo_string151
	.word	.Linfo_string152
	.word	.Linfo_string153
	.word	.Linfo_string155
	.word	.Linfo_string156
	.word	.Linfo_string157
	.word	.Linfo_string154
	.word	.Linfo_string148
	.word	.Linfo_string147
	.word	.Linfo_string146
	.word	.Linfo_string158
	.word	.Linfo_string161
	.word	.Linfo_string163
	.word	.Linfo_string165
	.word	.Linfo_string166
	.word	.Linfo_string164
	.word	.Linfo_string167
	.word	.Linfo_string170
	.word	.Linfo_string169
	.word	.Linfo_string173
	.word	.Linfo_string175
	.word	.Linfo_string176
	.word	.Linfo_string174
	.word	.Linfo_string177
	.word	.Linfo_string179
	.word	.Linfo_string180
	.word	.Linfo_string181
	.word	.Linfo_string178
	.word	.Linfo_string172
	.word	.Linfo_string171
	.word	.Linfo_string168
	.word	.Linfo_string182
	.word	.Linfo_string183
	.word	.Linfo_string185
	.word	.Linfo_string184
	.word	.Linfo_string162
	.word	.Linfo_string160
	.word	.Linfo_string159
	.word	.Linfo_string143
	.word	.Linfo_string142
	.word	.Linfo_string186
	.word	.Linfo_string189
	.word	.Linfo_string190
	.word	.Linfo_string191
	.word	.Linfo_string188
	.word	.Linfo_string187
	.word	.Linfo_string192
	.word	.Linfo_string193
	.word	.Linfo_string140
	.word	.Linfo_string138
	.section	.debug_addr,"",@progbits
	.word	.Ldebug_addr_end0-.Ldebug_addr_start0
.Ldebug_addr_start0:
	.half	5
	.byte	8
	.byte	0
.Laddr_table_base0:
	.quad	_ZN5plain4deep5COUNT17h983adf1cf2b55b08E
	.quad	.Lfunc_begin0
	.quad	.Ltmp1
	.quad	.Lfunc_begin1
	.quad	.Lfunc_begin2
	.quad	.Lfunc_begin3
	.quad	.Lfunc_begin4
	.quad	.Ltmp11
	.quad	.Ltmp13
	.quad	.Ltmp14
	.quad	.Ltmp16
	.quad	.Lfunc_begin5
	.quad	.Ltmp20
	.quad	.Ltmp21
	.quad	.Ltmp27
	.quad	.Ltmp24
	.quad	.Lfunc_begin6
	.quad	.Ltmp43
	.quad	.Ltmp44
	.quad	.Ltmp45
	.quad	.Ltmp46
	.quad	.Lfunc_begin7
	.quad	.Lfunc_begin8
	.quad	.Lfunc_begin9
.Ldebug_addr_end0:
	.section	.debug_names,"",@progbits
	.word	.Lnames_end0-.Lnames_start0
.Lnames_start0:
	.half	5
	.half	0
	.word	1
	.word	0
	.word	0
	.word	58
	.word	119
	.word	.Lnames_abbrev_end0-.Lnames_abbrev_start0
	.word	8
	.ascii	"LLVM0700"
	.word	.Lcu_begin0
	.word	1
	.word	2
	.word	3
	.word	7
	.word	0
	.word	0
	.word	8
	.word	10
	.word	15
	.word	16
	.word	18
	.word	20
	.word	22
	.word	23
	.word	26
	.word	29
	.word	31
	.word	0
	.word	37
	.word	0
	.word	42
	.word	45
	.word	46
	.word	48
	.word	50
	.word	53
	.word	58
	.word	61
	.word	63
	.word	65
	.word	69
	.word	70
	.word	72
	.word	75
	.word	76
	.word	77
	.word	0
	.word	79
	.word	82
	.word	83
	.word	0
	.word	85
	.word	86
	.word	89
	.word	91
	.word	92
	.word	0
	.word	94
	.word	96
	.word	98
	.word	101
	.word	104
	.word	108
	.word	109
	.word	111
	.word	114
	.word	115
	.word	117
	.word	1745484074
	.word	193502907
	.word	274380022
	.word	-1741727544
	.word	-346972254
	.word	-304389582
	.word	835741607
	.word	193419740
	.word	-2110920856
	.word	258154991
	.word	1730950673
	.word	2090120081
	.word	2090730937
	.word	-776881299
	.word	270584624
	.word	193499667
	.word	253401661
	.word	193489808
	.word	1088032392
	.word	-1008791743
	.word	-159777129
	.word	-292687608
	.word	958577613
	.word	1510787261
	.word	-713727993
	.word	193493176
	.word	1825570952
	.word	-585592826
	.word	-1762130655
	.word	-502822823
	.word	255678574
	.word	255678574
	.word	268211562
	.word	580928828
	.word	1004366180
	.word	1274247140
	.word	180712010
	.word	193491788
	.word	193498052
	.word	2090156110
	.word	-1113230538
	.word	193490862
	.word	193506174
	.word	621789194
	.word	574740059
	.word	5861270
	.word	475982358
	.word	277156213
	.word	2143175655
	.word	422565636
	.word	-1982480940
	.word	-733089948
	.word	193493013
	.word	217009403
	.word	1854196051
	.word	2087968357
	.word	2090147939
	.word	5863826
	.word	355740184
	.word	-764249112
	.word	1545330683
	.word	-786636763
	.word	2100189308
	.word	-1909590364
	.word	193493075
	.word	1500554685
	.word	1883551711
	.word	-1664314743
	.word	-1812391584
	.word	420157657
	.word	2087952123
	.word	193506244
	.word	1209713282
	.word	-1953891688
	.word	-1374775839
	.word	-1892493582
	.word	222097927
	.word	1596875001
	.word	5863489
	.word	2090237503
	.word	-1475267563
	.word	386186252
	.word	119828619
	.word	2090551285
	.word	-152863847
	.word	1980029214
	.word	1980029214
	.word	-1738516798
	.word	193506081
	.word	435799631
	.word	2146102
	.word	5863787
	.word	219408941
	.word	193506143
	.word	276113281
	.word	70887010
	.word	193506202
	.word	121975093
	.word	1274266603
	.word	-900914257
	.word	270588726
	.word	304802172
	.word	2087955390
	.word	270965785
	.word	835743917
	.word	2090733301
	.word	-1881791637
	.word	318227550
	.word	5863679
	.word	193489909
	.word	-2078116124
	.word	-1810876600
	.word	-1235645244
	.word	2090180739
	.word	2087968388
	.word	2090087070
	.word	193501687
	.word	-1744723131
	.word	-386747729
	.word	.Linfo_string163
	.word	.Linfo_string30
	.word	.Linfo_string65
	.word	.Linfo_string123
	.word	.Linfo_string32
	.word	.Linfo_string50
	.word	.Linfo_string22
	.word	.Linfo_string185
	.word	.Linfo_string176
	.word	.Linfo_string170
	.word	.Linfo_string81
	.word	.Linfo_string104
	.word	.Linfo_string86
	.word	.Linfo_string51
	.word	.Linfo_string55
	.word	.Linfo_string24
	.word	.Linfo_string21
	.word	.Linfo_string107
	.word	.Linfo_string160
	.word	.Linfo_string40
	.word	.Linfo_string67
	.word	.Linfo_string138
	.word	.Linfo_string171
	.word	.Linfo_string169
	.word	.Linfo_string166
	.word	.Linfo_string103
	.word	.Linfo_string31
	.word	.Linfo_string102
	.word	.Linfo_string41
	.word	.Linfo_string142
	.word	.Linfo_string5
	.word	.Linfo_string154
	.word	.Linfo_string73
	.word	.Linfo_string66
	.word	.Linfo_string181
	.word	.Linfo_string15
	.word	.Linfo_string79
	.word	.Linfo_string13
	.word	.Linfo_string35
	.word	.Linfo_string12
	.word	.Linfo_string164
	.word	.Linfo_string121
	.word	.Linfo_string33
	.word	.Linfo_string162
	.word	.Linfo_string139
	.word	.Linfo_string132
	.word	.Linfo_string70
	.word	.Linfo_string47
	.word	.Linfo_string184
	.word	.Linfo_string116
	.word	.Linfo_string106
	.word	.Linfo_string168
	.word	.Linfo_string124
	.word	.Linfo_string125
	.word	.Linfo_string179
	.word	.Linfo_string57
	.word	.Linfo_string99
	.word	.Linfo_string9
	.word	.Linfo_string159
	.word	.Linfo_string148
	.word	.Linfo_string143
	.word	.Linfo_string54
	.word	.Linfo_string140
	.word	.Linfo_string117
	.word	.Linfo_string6
	.word	.Linfo_string97
	.word	.Linfo_string49
	.word	.Linfo_string157
	.word	.Linfo_string90
	.word	.Linfo_string172
	.word	.Linfo_string74
	.word	.Linfo_string112
	.word	.Linfo_string145
	.word	.Linfo_string147
	.word	.Linfo_string52
	.word	.Linfo_string36
	.word	.Linfo_string183
	.word	.Linfo_string23
	.word	.Linfo_string155
	.word	.Linfo_string53
	.word	.Linfo_string111
	.word	.Linfo_string174
	.word	.Linfo_string56
	.word	.Linfo_string85
	.word	.Linfo_string8
	.word	.Linfo_string186
	.word	.Linfo_string188
	.word	.Linfo_string34
	.word	.Linfo_string118
	.word	.Linfo_string29
	.word	.Linfo_string44
	.word	.Linfo_string14
	.word	.Linfo_string187
	.word	.Linfo_string25
	.word	.Linfo_string37
	.word	.Linfo_string113
	.word	.Linfo_string48
	.word	.Linfo_string128
	.word	.Linfo_string146
	.word	.Linfo_string178
	.word	.Linfo_string156
	.word	.Linfo_string43
	.word	.Linfo_string130
	.word	.Linfo_string3
	.word	.Linfo_string28
	.word	.Linfo_string134
	.word	.Linfo_string7
	.word	.Linfo_string83
	.word	.Linfo_string119
	.word	.Linfo_string69
	.word	.Linfo_string45
	.word	.Linfo_string38
	.word	.Linfo_string64
	.word	.Linfo_string4
	.word	.Linfo_string59
	.word	.Linfo_string39
	.word	.Linfo_string20
	.word	.Linfo_string84
	.word	.Linfo_string175
	.word	.Lnames99-.Lnames_entries0
	.word	.Lnames19-.Lnames_entries0
	.word	.Lnames47-.Lnames_entries0
	.word	.Lnames76-.Lnames_entries0
	.word	.Lnames21-.Lnames_entries0
	.word	.Lnames37-.Lnames_entries0
	.word	.Lnames13-.Lnames_entries0
	.word	.Lnames115-.Lnames_entries0
	.word	.Lnames109-.Lnames_entries0
	.word	.Lnames104-.Lnames_entries0
	.word	.Lnames55-.Lnames_entries0
	.word	.Lnames65-.Lnames_entries0
	.word	.Lnames59-.Lnames_entries0
	.word	.Lnames38-.Lnames_entries0
	.word	.Lnames42-.Lnames_entries0
	.word	.Lnames16-.Lnames_entries0
	.word	.Lnames12-.Lnames_entries0
	.word	.Lnames67-.Lnames_entries0
	.word	.Lnames97-.Lnames_entries0
	.word	.Lnames29-.Lnames_entries0
	.word	.Lnames49-.Lnames_entries0
	.word	.Lnames83-.Lnames_entries0
	.word	.Lnames105-.Lnames_entries0
	.word	.Lnames103-.Lnames_entries0
	.word	.Lnames101-.Lnames_entries0
	.word	.Lnames64-.Lnames_entries0
	.word	.Lnames20-.Lnames_entries0
	.word	.Lnames63-.Lnames_entries0
	.word	.Lnames30-.Lnames_entries0
	.word	.Lnames86-.Lnames_entries0
	.word	.Lnames3-.Lnames_entries0
	.word	.Lnames92-.Lnames_entries0
	.word	.Lnames52-.Lnames_entries0
	.word	.Lnames48-.Lnames_entries0
	.word	.Lnames112-.Lnames_entries0
	.word	.Lnames10-.Lnames_entries0
	.word	.Lnames54-.Lnames_entries0
	.word	.Lnames8-.Lnames_entries0
	.word	.Lnames24-.Lnames_entries0
	.word	.Lnames7-.Lnames_entries0
	.word	.Lnames100-.Lnames_entries0
	.word	.Lnames75-.Lnames_entries0
	.word	.Lnames22-.Lnames_entries0
	.word	.Lnames98-.Lnames_entries0
	.word	.Lnames84-.Lnames_entries0
	.word	.Lnames81-.Lnames_entries0
	.word	.Lnames51-.Lnames_entries0
	.word	.Lnames32-.Lnames_entries0
	.word	.Lnames114-.Lnames_entries0
	.word	.Lnames71-.Lnames_entries0
	.word	.Lnames66-.Lnames_entries0
	.word	.Lnames102-.Lnames_entries0
	.word	.Lnames77-.Lnames_entries0
	.word	.Lnames78-.Lnames_entries0
	.word	.Lnames111-.Lnames_entries0
	.word	.Lnames44-.Lnames_entries0
	.word	.Lnames62-.Lnames_entries0
	.word	.Lnames6-.Lnames_entries0
	.word	.Lnames96-.Lnames_entries0
	.word	.Lnames91-.Lnames_entries0
	.word	.Lnames87-.Lnames_entries0
	.word	.Lnames41-.Lnames_entries0
	.word	.Lnames85-.Lnames_entries0
	.word	.Lnames72-.Lnames_entries0
	.word	.Lnames2-.Lnames_entries0
	.word	.Lnames61-.Lnames_entries0
	.word	.Lnames34-.Lnames_entries0
	.word	.Lnames95-.Lnames_entries0
	.word	.Lnames60-.Lnames_entries0
	.word	.Lnames106-.Lnames_entries0
	.word	.Lnames53-.Lnames_entries0
	.word	.Lnames69-.Lnames_entries0
	.word	.Lnames88-.Lnames_entries0
	.word	.Lnames90-.Lnames_entries0
	.word	.Lnames39-.Lnames_entries0
	.word	.Lnames25-.Lnames_entries0
	.word	.Lnames113-.Lnames_entries0
	.word	.Lnames18-.Lnames_entries0
	.word	.Lnames93-.Lnames_entries0
	.word	.Lnames40-.Lnames_entries0
	.word	.Lnames68-.Lnames_entries0
	.word	.Lnames107-.Lnames_entries0
	.word	.Lnames43-.Lnames_entries0
	.word	.Lnames58-.Lnames_entries0
	.word	.Lnames5-.Lnames_entries0
	.word	.Lnames117-.Lnames_entries0
	.word	.Lnames118-.Lnames_entries0
	.word	.Lnames23-.Lnames_entries0
	.word	.Lnames73-.Lnames_entries0
	.word	.Lnames17-.Lnames_entries0
	.word	.Lnames35-.Lnames_entries0
	.word	.Lnames9-.Lnames_entries0
	.word	.Lnames116-.Lnames_entries0
	.word	.Lnames14-.Lnames_entries0
	.word	.Lnames26-.Lnames_entries0
	.word	.Lnames70-.Lnames_entries0
	.word	.Lnames33-.Lnames_entries0
	.word	.Lnames79-.Lnames_entries0
	.word	.Lnames89-.Lnames_entries0
	.word	.Lnames110-.Lnames_entries0
	.word	.Lnames94-.Lnames_entries0
	.word	.Lnames36-.Lnames_entries0
	.word	.Lnames80-.Lnames_entries0
	.word	.Lnames0-.Lnames_entries0
	.word	.Lnames15-.Lnames_entries0
	.word	.Lnames82-.Lnames_entries0
	.word	.Lnames4-.Lnames_entries0
	.word	.Lnames56-.Lnames_entries0
	.word	.Lnames74-.Lnames_entries0
	.word	.Lnames50-.Lnames_entries0
	.word	.Lnames31-.Lnames_entries0
	.word	.Lnames27-.Lnames_entries0
	.word	.Lnames46-.Lnames_entries0
	.word	.Lnames1-.Lnames_entries0
	.word	.Lnames45-.Lnames_entries0
	.word	.Lnames28-.Lnames_entries0
	.word	.Lnames11-.Lnames_entries0
	.word	.Lnames57-.Lnames_entries0
	.word	.Lnames108-.Lnames_entries0
.Lnames_abbrev_start0:
	.byte	1
	.byte	57
	.byte	3
	.byte	19
	.byte	4
	.byte	19
	.byte	0
	.byte	0
	.byte	2
	.byte	19
	.byte	3
	.byte	19
	.byte	4
	.byte	19
	.byte	0
	.byte	0
	.byte	3
	.byte	46
	.byte	3
	.byte	19
	.byte	4
	.byte	19
	.byte	0
	.byte	0
	.byte	4
	.byte	15
	.byte	3
	.byte	19
	.byte	4
	.byte	25
	.byte	0
	.byte	0
	.byte	5
	.byte	19
	.byte	3
	.byte	19
	.byte	4
	.byte	25
	.byte	0
	.byte	0
	.byte	6
	.byte	36
	.byte	3
	.byte	19
	.byte	4
	.byte	25
	.byte	0
	.byte	0
	.byte	7
	.byte	29
	.byte	3
	.byte	19
	.byte	4
	.byte	19
	.byte	0
	.byte	0
	.byte	8
	.byte	52
	.byte	3
	.byte	19
	.byte	4
	.byte	19
	.byte	0
	.byte	0
	.byte	9
	.byte	4
	.byte	3
	.byte	19
	.byte	4
	.byte	19
	.byte	0
	.byte	0
	.byte	10
	.byte	57
	.byte	3
	.byte	19
	.byte	4
	.byte	25
	.byte	0
	.byte	0
	.byte	11
	.byte	29
	.byte	3
	.byte	19
	.byte	4
	.byte	25
	.byte	0
	.byte	0
	.byte	0
.Lnames_abbrev_end0:
.Lnames_entries0:
.Lnames99:
.L43:
	.byte	1
	.word	1576
	.word	.L14-.Lnames_entries0
	.byte	0
.Lnames19:
.L14:
	.byte	1
	.word	1497
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames47:
.L18:
	.byte	2
	.word	783
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames76:
.L61:
	.byte	2
	.word	1784
	.word	.L85-.Lnames_entries0
	.byte	0
.Lnames21:
.L96:
	.byte	3
	.word	1499
	.word	.L14-.Lnames_entries0
	.byte	0
.Lnames37:
.L35:
	.byte	3
	.word	376
	.word	.L11-.Lnames_entries0
.L121:
	.byte	1
	.word	678
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames13:
.L88:
	.byte	1
	.word	1391
	.word	.L108-.Lnames_entries0
	.byte	0
.Lnames115:
.L123:
	.byte	4
	.word	2848
	.byte	0
.Lnames109:
.L30:
	.byte	2
	.word	2004
	.word	.L85-.Lnames_entries0
	.byte	0
.Lnames104:
.L55:
	.byte	2
	.word	1306
	.word	.L12-.Lnames_entries0
	.byte	0
.Lnames55:
.L106:
	.byte	5
	.word	2464
	.byte	0
.Lnames65:
.L75:
	.byte	6
	.word	2560
	.byte	0
.Lnames59:
.L8:
	.byte	2
	.word	1689
	.word	.L54-.Lnames_entries0
.L122:
	.byte	2
	.word	1762
	.word	.L2-.Lnames_entries0
.L27:
	.byte	2
	.word	1836
	.word	.L61-.Lnames_entries0
.L4:
	.byte	2
	.word	1909
	.word	.L44-.Lnames_entries0
.L65:
	.byte	2
	.word	1982
	.word	.L78-.Lnames_entries0
.L13:
	.byte	2
	.word	2056
	.word	.L30-.Lnames_entries0
	.byte	0
.Lnames38:
.L119:
	.byte	3
	.word	680
	.word	.L121-.Lnames_entries0
	.byte	0
.Lnames42:
.L33:
	.byte	3
	.word	760
	.word	.L11-.Lnames_entries0
.L80:
	.byte	1
	.word	2272
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames16:
.L115:
	.byte	3
	.word	1425
	.word	.L107-.Lnames_entries0
.L94:
	.byte	7
	.word	1463
	.word	.L115-.Lnames_entries0
	.byte	0
.Lnames12:
.L108:
	.byte	1
	.word	1389
	.word	.L42-.Lnames_entries0
	.byte	0
.Lnames67:
.L100:
	.byte	6
	.word	2564
	.byte	0
.Lnames97:
.L15:
	.byte	2
	.word	1151
	.word	.L5-.Lnames_entries0
	.byte	0
.Lnames29:
.L36:
	.byte	3
	.word	104
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames49:
.L10:
	.byte	2
	.word	850
	.word	.L18-.Lnames_entries0
	.byte	0
.Lnames83:
.L7:
	.byte	4
	.word	2636
	.byte	0
.Lnames105:
.L53:
	.byte	4
	.word	2782
	.byte	0
.Lnames103:
.L86:
	.byte	2
	.word	2176
	.word	.L89-.Lnames_entries0
	.byte	0
.Lnames101:
.L59:
	.byte	4
	.word	2746
	.byte	0
.Lnames64:
.L21:
	.byte	6
	.word	2556
	.byte	0
.Lnames20:
	.byte	3
	.word	1499
	.word	.L14-.Lnames_entries0
	.byte	0
.Lnames63:
.L37:
	.byte	2
	.word	914
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames30:
.L3:
	.byte	1
	.word	1535
	.word	.L14-.Lnames_entries0
	.byte	0
.Lnames86:
.L71:
	.byte	4
	.word	2646
	.byte	0
.Lnames3:
.L103:
	.byte	8
	.word	47
	.word	.L50-.Lnames_entries0
	.byte	0
.Lnames92:
.L90:
	.byte	2
	.word	1064
	.word	.L5-.Lnames_entries0
.L34:
	.byte	2
	.word	1238
	.word	.L66-.Lnames_entries0
	.byte	0
.Lnames52:
.L57:
	.byte	2
	.word	889
	.word	.L18-.Lnames_entries0
	.byte	0
.Lnames48:
.L63:
	.byte	2
	.word	845
	.word	.L18-.Lnames_entries0
	.byte	0
.Lnames112:
.L98:
	.byte	4
	.word	2826
	.byte	0
.Lnames10:
.L110:
	.byte	9
	.word	983
	.word	.L5-.Lnames_entries0
.L45:
	.byte	9
	.word	1255
	.word	.L12-.Lnames_entries0
	.byte	0
.Lnames54:
.L60:
	.byte	4
	.word	2454
	.byte	0
.Lnames8:
.L12:
	.byte	1
	.word	979
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames24:
.L0:
	.byte	3
	.word	1605
	.word	.L113-.Lnames_entries0
	.byte	0
.Lnames7:
.L62:
	.byte	10
	.word	977
	.byte	0
.Lnames100:
.L117:
	.byte	2
	.word	1578
	.word	.L43-.Lnames_entries0
	.byte	0
.Lnames75:
.L28:
	.byte	2
	.word	2148
	.word	.L73-.Lnames_entries0
.L83:
	.byte	2
	.word	2243
	.word	.L86-.Lnames_entries0
	.byte	0
.Lnames22:
.L20:
	.byte	1
	.word	1601
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames98:
.L66:
	.byte	2
	.word	1166
	.word	.L5-.Lnames_entries0
	.byte	0
.Lnames84:
.L105:
	.byte	1
	.word	2274
	.word	.L80-.Lnames_entries0
	.byte	0
.Lnames81:
.L109:
	.byte	6
	.word	2628
	.byte	0
.Lnames51:
.L91:
	.byte	2
	.word	865
	.word	.L18-.Lnames_entries0
	.byte	0
.Lnames32:
.L118:
	.byte	6
	.word	2386
	.byte	0
.Lnames114:
.L99:
	.byte	2
	.word	2358
	.word	.L93-.Lnames_entries0
	.byte	0
.Lnames71:
.L89:
	.byte	1
	.word	2079
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames66:
.L48:
	.byte	2
	.word	938
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames102:
.L6:
	.byte	4
	.word	2756
	.byte	0
.Lnames77:
.L29:
	.byte	6
	.word	2598
	.byte	0
.Lnames78:
.L95:
	.byte	6
	.word	2602
	.byte	0
.Lnames111:
.L52:
	.byte	5
	.word	2822
	.byte	0
.Lnames44:
.L56:
	.byte	4
	.word	2390
	.byte	0
.Lnames62:
.L64:
	.byte	6
	.word	2552
	.byte	0
.Lnames6:
.L40:
	.byte	6
	.word	973
	.byte	0
.Lnames96:
.L68:
	.byte	5
	.word	2716
	.byte	0
.Lnames91:
.L46:
	.byte	2
	.word	1004
	.word	.L5-.Lnames_entries0
.L72:
	.byte	2
	.word	1205
	.word	.L66-.Lnames_entries0
	.byte	0
.Lnames87:
.L49:
	.byte	2
	.word	1273
	.word	.L12-.Lnames_entries0
	.byte	0
.Lnames41:
.L31:
	.byte	3
	.word	736
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames85:
.L19:
	.byte	2
	.word	2276
	.word	.L105-.Lnames_entries0
	.byte	0
.Lnames72:
.L73:
	.byte	2
	.word	2081
	.word	.L89-.Lnames_entries0
	.byte	0
.Lnames2:
.L125:
	.byte	6
	.word	969
	.byte	0
.Lnames61:
.L84:
	.byte	5
	.word	2515
	.byte	0
.Lnames34:
.L81:
	.byte	3
	.word	220
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames95:
.L67:
	.byte	2
	.word	1145
	.word	.L90-.Lnames_entries0
	.byte	0
.Lnames60:
.L74:
	.byte	5
	.word	2494
	.byte	0
.Lnames106:
.L101:
	.byte	2
	.word	1311
	.word	.L12-.Lnames_entries0
	.byte	0
.Lnames53:
.L17:
	.byte	4
	.word	2444
	.byte	0
.Lnames69:
.L97:
	.byte	6
	.word	2568
	.byte	0
.Lnames88:
.L38:
	.byte	5
	.word	2656
	.byte	0
.Lnames90:
.L120:
	.byte	5
	.word	2686
	.byte	0
.Lnames39:
	.byte	3
	.word	680
	.word	.L121-.Lnames_entries0
	.byte	0
.Lnames25:
	.byte	3
	.word	1605
	.word	.L113-.Lnames_entries0
	.byte	0
.Lnames113:
.L93:
	.byte	1
	.word	2356
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames18:
	.byte	7
	.word	1463
	.word	.L115-.Lnames_entries0
	.byte	0
.Lnames93:
.L116:
	.byte	2
	.word	1115
	.word	.L90-.Lnames_entries0
	.byte	0
.Lnames40:
	.byte	3
	.word	736
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames68:
.L2:
	.byte	2
	.word	1711
	.word	.L85-.Lnames_entries0
	.byte	0
.Lnames107:
.L16:
	.byte	2
	.word	1335
	.word	.L12-.Lnames_entries0
	.byte	0
.Lnames43:
	.byte	3
	.word	760
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames58:
.L23:
	.byte	2
	.word	1677
	.word	.L54-.Lnames_entries0
.L92:
	.byte	2
	.word	1750
	.word	.L2-.Lnames_entries0
.L39:
	.byte	2
	.word	1824
	.word	.L61-.Lnames_entries0
.L102:
	.byte	2
	.word	1897
	.word	.L44-.Lnames_entries0
.L111:
	.byte	2
	.word	1970
	.word	.L78-.Lnames_entries0
.L47:
	.byte	2
	.word	2044
	.word	.L30-.Lnames_entries0
	.byte	0
.Lnames5:
.L79:
	.byte	9
	.word	89
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames117:
.L87:
	.byte	1
	.word	2319
	.word	.L80-.Lnames_entries0
	.byte	0
.Lnames118:
.L70:
	.byte	2
	.word	2321
	.word	.L87-.Lnames_entries0
	.byte	0
.Lnames23:
.L104:
	.byte	1
	.word	1537
	.word	.L3-.Lnames_entries0
.L113:
	.byte	1
	.word	1603
	.word	.L20-.Lnames_entries0
	.byte	0
.Lnames73:
.L25:
	.byte	6
	.word	2582
	.byte	0
.Lnames17:
	.byte	3
	.word	1425
	.word	.L107-.Lnames_entries0
	.byte	0
.Lnames35:
.L124:
	.byte	11
	.word	341
	.byte	0
.Lnames9:
.L5:
	.byte	1
	.word	981
	.word	.L12-.Lnames_entries0
	.byte	0
.Lnames116:
.L24:
	.byte	4
	.word	2858
	.byte	0
.Lnames14:
.L82:
	.byte	6
	.word	2372
	.byte	0
.Lnames26:
.L69:
	.byte	3
	.word	60
	.word	.L50-.Lnames_entries0
	.byte	0
.Lnames70:
.L22:
	.byte	4
	.word	2572
	.byte	0
.Lnames33:
	.byte	3
	.word	220
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames79:
.L9:
	.byte	2
	.word	722
	.word	.L121-.Lnames_entries0
	.byte	0
.Lnames89:
.L44:
	.byte	2
	.word	1858
	.word	.L85-.Lnames_entries0
	.byte	0
.Lnames110:
.L26:
	.byte	5
	.word	2792
	.byte	0
.Lnames94:
.L41:
	.byte	2
	.word	1130
	.word	.L90-.Lnames_entries0
	.byte	0
.Lnames36:
	.byte	11
	.word	341
	.byte	0
.Lnames80:
.L1:
	.byte	4
	.word	2618
	.byte	0
.Lnames0:
.L11:
	.byte	10
	.word	43
	.byte	0
.Lnames15:
.L107:
	.byte	1
	.word	1423
	.word	.L108-.Lnames_entries0
	.byte	0
.Lnames82:
.L51:
	.byte	6
	.word	2632
	.byte	0
.Lnames4:
	.byte	8
	.word	47
	.word	.L50-.Lnames_entries0
	.byte	0
.Lnames56:
.L85:
	.byte	1
	.word	1635
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames74:
.L58:
	.byte	2
	.word	2121
	.word	.L73-.Lnames_entries0
.L32:
	.byte	2
	.word	2216
	.word	.L86-.Lnames_entries0
	.byte	0
.Lnames50:
.L76:
	.byte	6
	.word	2440
	.byte	0
.Lnames31:
.L114:
	.byte	4
	.word	2376
	.byte	0
.Lnames27:
	.byte	3
	.word	60
	.word	.L50-.Lnames_entries0
	.byte	0
.Lnames46:
.L77:
	.byte	4
	.word	2430
	.byte	0
.Lnames1:
.L50:
	.byte	1
	.word	45
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames45:
.L112:
	.byte	5
	.word	2400
	.byte	0
.Lnames28:
	.byte	3
	.word	104
	.word	.L11-.Lnames_entries0
	.byte	0
.Lnames11:
.L42:
	.byte	1
	.word	1387
	.word	.L62-.Lnames_entries0
	.byte	0
.Lnames57:
.L54:
	.byte	2
	.word	1637
	.word	.L85-.Lnames_entries0
	.byte	0
.Lnames108:
.L78:
	.byte	2
	.word	1931
	.word	.L85-.Lnames_entries0
	.byte	0
	.p2align	2, 0x0
.Lnames_end0:
	.ident	"rustc version 1.85.1 (4eb161250 2025-03-15) (built from a source tarball)"
	.section	".note.GNU-stack","",@progbits
	.section	.debug_line,"",@progbits
.Lline_table_start0:
