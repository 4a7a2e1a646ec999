# hartbeat: dialect=rars march=rv64g
# prints: "-2048 -1 4294967295"
.text
    li a0, 0xfffff800
    jal show
    addi a0, zero, 0xffffffff
    jal show
    li a0, 0x0ffffffff0
    srli a0, a0, 4
    li a7, 36
    ecall
    li a7, 10
    ecall
show:
    li a7, 1
    ecall
    li a0, ' '
    li a7, 11
    ecall
    jr ra
