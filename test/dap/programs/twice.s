# Writes two lines, some instructions apart.
    .globl _start
    .text
_start:
    li   s0, 2
line:
    li   a0, 1
    la   a1, text
    li   a2, 3
    li   a7, 64
    ecall
    addi s0, s0, -1
    bnez s0, line
    li   a7, 93
    li   a0, 0
    ecall
    .data
text: .ascii "hi\n"
