# Macros in macros, a repetition, a macro that calls, and pseudo-instructions.
    .macro twice reg
    slli \reg, \reg, 1
    .endm

    .macro fourfold reg
    twice \reg
    twice \reg
    .endm

    .macro call_leaf
    li   a1, 1
    call leaf
    .endm

    .globl _start
    .text
_start:
    li   a0, 3
    fourfold a0
    .rept 2
    addi a0, a0, 1
    addi a0, a0, 2
    .endr
    call_leaf
    li   a0, 0x12345
    li   a7, 93
    li   a0, 0
    ecall
leaf:
    twice a1
    ret
