# hartbeat: dialect=rars
# prints: "1234 -2 1.5"
.text
    li t0 1234
    sw t0 0x10010008 t1
    lw a0 0x10010008
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    li t0 -2
    sb t0 0x10010ff0, t1
    lb a0 0x10010ff0
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    li t0 0x3fc00000
    sw t0 268501000 t1
    flw fa0 0x10010008 t1
    li a7 2
    ecall
