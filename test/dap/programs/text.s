    .globl _start
    .text
_start:
    nop
    li   a7, 93
    ecall
    .section .rodata
plain: .ascii "no NUL\n"
ended: .asciz "a NUL"
word:  .ascii "abcd"
