# Writes what it reads, until the end of the input.
    .globl _start
    .text
_start:
    li   a0, 0
    la   a1, buffer
    li   a2, 64
    li   a7, 63
    ecall
    blez a0, end
    mv   a2, a0
    li   a0, 1
    li   a7, 64
    ecall
    j    _start
end:
    li   a0, 0
    li   a7, 93
    ecall

    .bss
buffer: .space 64
