# hartbeat: dialect=ripes
# prints: "8 16"
.data
a: .byte 1
.align 8
b: .byte 2
.align 16
c: .word 3
.text
    la t0 a
    la a0 b
    sub a0 a0 t0
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    la a0 c
    sub a0 a0 t0
    li a7 1
    ecall
