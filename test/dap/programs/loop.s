# Counts to ten, and keeps the sum in memory.
    .globl _start
    .text
_start:
    li   s0, 0
    la   s1, total
loop:
    addi s0, s0, 1
    lw   t0, 0(s1)
    add  t0, t0, s0
    sw   t0, 0(s1)
    li   t1, 10
    blt  s0, t1, loop
    lw   a0, total
    lb   t2, flag
    sb   t2, flag, t3
    li   a7, 93
    ecall

    .data
    .globl total
    .type total, @object
    .size total, 4
total:  .word 0
    .type table, @object
    .size table, 16
table:  .word 1, 2, 3, 4
flag:   .byte 7
name:   .asciz "loop\n"
