# hartbeat: dialect=rars
# prints: "5 4 3 2 1 "
.text
    li s0, 0
    li s1, 1
build:
    li a0, 8
    li a7, 9
    ecall
    sw s1, 0(a0)
    sw s0, 4(a0)
    mv s0, a0
    addi s1, s1, 1
    li t0, 5
    ble s1, t0, build
walk:
    beqz s0, end
    lw a0, 0(s0)
    li a7, 1
    ecall
    li a0, ' '
    li a7, 11
    ecall
    lw s0, 4(s0)
    b walk
end:
    li a7, 10
    ecall
