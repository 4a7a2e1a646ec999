# hartbeat: dialect=rars
# prints: "two"
.data
table: .word zero_, one_,
             two_,
             three_
n0: .asciz "zero"
n1: .asciz "one"
n2: .asciz "two"
n3: .asciz "three"
.text
    li t0, 2
    slli t0, t0, 2
    la t1, table
    add t1, t1, t0
    lw t1, 0(t1)
    jr t1
zero_:  la a0, n0
    j print
one_:   la a0, n1
    j print
two_:   la a0, n2
    j print
three_: la a0, n3
print:
    li a7, 4
    ecall
