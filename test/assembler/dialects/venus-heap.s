# hartbeat: dialect=venus
# prints: "15"
# code: 4
.text
main:
    li a0 9
    li a1 40
    ecall
    mv s0 a0
    li t0 15
    sw t0 36(s0)
    lw a1 36(s0)
    li a0 1
    ecall
    li a0 17
    li a1 4
    ecall
