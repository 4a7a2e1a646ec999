# A program that begins with the call of a macro.
    .macro begin value
    li   a0, \value
    li   a7, 93
    .endm

    .globl _start
_start:
    begin 0
    ecall
