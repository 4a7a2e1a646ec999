# One fault after the other; the debugger chooses by setting the pc.
    .globl _start
    .text
_start:
    nop
null_load:
    lw   a0, 0(zero)
null_store:
    sw   a0, 8(zero)
code_store:
    la   t0, _start
    sw   a0, 0(t0)
wild_jump:
    li   t0, 0x123450
    jr   t0
illegal:
    .word 0xffffffff
misaligned:
    la   t0, _start
    addi t0, sp, 1
    amoadd.w a0, a1, (t0)
break_here:
    ebreak
    li   a0, 3
    li   a7, 93
    ecall
