    .globl _start
    .text
_start:
    li   sp, 0x1fff0000
    li   a0, 5
    call fact
    la   t0, result
    sw   a0, 0(t0)
    li   a7, 93
    ecall
fact:
    addi sp, sp, -16
    sd   ra, 8(sp)
    sd   s0, 0(sp)
    mv   s0, a0
    li   a0, 1
    ble  s0, a0, done
    addi a0, s0, -1
    call fact
    mul  a0, a0, s0
done:
    ld   s0, 0(sp)
    ld   ra, 8(sp)
    addi sp, sp, 16
    ret
    .data
result: .word 0
message: .asciz "hello"
