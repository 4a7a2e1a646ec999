# hartbeat: dialect=ripes
# prints: "0xfffffffb 0b00000000000000000000000000000110 4294967291"
.text
    li s0 -5
    mv a0 s0
    li a7 34
    ecall
    li a0 ' '
    li a7 11
    ecall
    li a0 6
    li a7 35
    ecall
    li a0 ' '
    li a7 11
    ecall
    mv a0 s0
    li a7 36
    ecall
    li a7 93
    li a0 5
    ecall
# code: 5
