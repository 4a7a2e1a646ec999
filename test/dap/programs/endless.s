# Three programs that do not end: silent, noisy, and on one line.
    .globl _start
    .text
_start:
    nop
silent:
    addi s0, s0, 1
    j    silent
noisy:
    li   a0, 1
    la   a1, text
    li   a2, 3
    li   a7, 64
    ecall
    j    noisy
here: j here

    .data
text: .ascii "ab\n"
