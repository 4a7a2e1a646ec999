# hartbeat: dialect=ripes
# prints: "1 2 3 4 5 6 7 "
.data
numbers: .word 5 3 7 1 6 2 4
.equ COUNT 7
.text
    la   s0 numbers
    li   s1 COUNT
pass:
    addi s1 s1 -1
    beqz s1 print
    mv   t0 s0
    mv   t1 s1
step:
    lw   t2 0(t0)
    lw   t3 4(t0)
    bge  t3 t2 skip
    sw   t3 0 (t0)
    sw   t2 4 (t0)
skip:
    addi t0 t0 4
    addi t1 t1 -1
    bnez t1 step
    j    pass
print:
    li   s1 COUNT
show:
    lw   a0 0(s0)
    li   a7 1
    ecall
    li   a0 32
    li   a7 11
    ecall
    addi s0 s0 4
    addi s1 s1 -1
    bnez s1 show
