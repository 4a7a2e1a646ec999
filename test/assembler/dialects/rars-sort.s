# hartbeat: dialect=rars
# prints: "-5 -1 0 3 8 9 "
.data
array: .word 9, -1, 3
             8, -5,
             0
.eqv N 6
.text
.globl main
main:
    la   s0, array
    li   s1, N
outer:
    addi s1, s1, -1
    blez s1, print
    mv   t0, s0
    li   t1, 0
inner:
    lw   t2, 0(t0)
    lw   t3, 4(t0)
    ble  t2, t3, keep
    sw   t3, 0(t0)
    sw   t2, 4(t0)
keep:
    addi t0, t0, 4
    addi t1, t1, 1
    blt  t1, s1, inner
    j    outer
print:
    li   s1, N
loop:
    lw   a0, (s0)
    li   a7, 1
    ecall
    li   a0, ' '
    li   a7, 11
    ecall
    addi s0, s0, 4
    addi s1, s1, -1
    bnez s1, loop
    li   a7, 10
    ecall
