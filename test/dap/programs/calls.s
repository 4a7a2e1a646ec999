# Environment calls that cannot be done, for the environment of RARS.
    .globl main
    .text
main:
    li   a7, 5
    ecall
    call show
    li   a7, 10
    ecall
show:
    li   a0, 0
    li   a7, 4
    ecall
    ret
    .data
text:
    .asciz "shown\n"
