# Values that change: a word in memory, a register, bytes, and an array behind a pointer.
    .globl _start
_start:
    la   s1, total
    la   s2, items
    li   s0, 0
again:
    slli t0, s0, 2
    add  t0, s2, t0
    lw   t1, 0(t0)
    lw   t2, 0(s1)
    add  t2, t2, t1
    sw   t2, 0(s1)
    addi s0, s0, 1
    li   t3, 3
    blt  s0, t3, again
    sb   s0, 1(s2)
    mv   a0, s0
    li   a7, 93
    ecall

    .data
total:
    .word 0
items:
    .word 10, 0, 30
