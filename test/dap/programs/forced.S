        .globl _start
_start:
        li      a0, CODE
        li      a7, 93
        ecall
