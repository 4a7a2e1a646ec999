# hartbeat: dialect=ripes
# prints: "26 12 100"
.equ A, 4
.equ B (A + 2) * 2
.data
x: .word A * 25
.text
    li a0 B*2 + 2
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    addi a0 zero B
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    lw a0 x
    li a7 1
    ecall
