# Programs that do not end: silent, noisy, on one line, and reading after the end of the input.
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
reading:
    li   a0, 0
    la   a1, text
    li   a2, 1
    li   a7, 63
    ecall
    j    reading

    .data
text: .ascii "ab\n"
