# hartbeat: dialect=venus
# prints: "0110101011"
.text
main:
    li s0 -3
    li s1 2
    seq a1 s0 s1
    jal show
    sne a1 s0 s1
    jal show
    sgeu a1 s0 s1
    jal show
    sge a1 s0 s1
    jal show
    sle a1 s0 s1
    jal show
    sleu a1 s0 s1
    jal show
    seq a1 s1 s1
    jal show
    sne a1 s1 s1
    jal show
    sge a1 s1 s1
    jal show
    sleu a1 s1 s1
    jal show
    li a0 10
    ecall
show:
    li a0 1
    ecall
    ret
