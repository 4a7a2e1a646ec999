# Sends itself the signal that ends it, as abort() of a C library does.
    .globl _start
    .text
_start:
    call fail
    li   a0, 4
    li   a7, 93
    ecall
fail:
    addi sp, sp, -16
    sd   ra, 8(sp)
    li   a7, 172        # getpid
    ecall
    li   a1, 6          # SIGABRT
    li   a7, 129        # kill
    ecall
    ld   ra, 8(sp)
    addi sp, sp, 16
    ret
