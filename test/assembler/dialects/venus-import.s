# hartbeat: dialect=venus
# prints: "total 60"
.import "venus-sum.inc"
.data
text: .asciiz "total "
list: .word 10, 20, 30
.text
.globl main
main:
    la a1, text
    li a0, 4
    ecall
    la a0, list
    li a1, 3
    jal sum
    mv a1, a0
    li a0, 1
    ecall
    li a0, 10
    ecall
