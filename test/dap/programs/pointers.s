# A call through a register, and a tail call: who called is known only by the return address.
    .globl _start
    .text
_start:
    la   t1, first
    jalr ra, t1
    li   a7, 93
    ecall
first:
    addi sp, sp, -16
    sw   ra, 12(sp)
    call second
    lw   ra, 12(sp)
    addi sp, sp, 16
    ret
second:
    tail third
third:
    li   a0, 4
    ret
