# hartbeat: dialect=rars sources=rars-two-files-square.inc
# prints: "81 5"
# Starts at the first instruction, though another place is called main.
.extern shared 4
.globl main
.text
    li a0 9
    jal square
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    j main
    li a7 10
    ecall
main:
    la t0 shared
    li t1 5
    sw t1 0(t0)
    jal get
    li a7 1
    ecall
    li a7 10
    ecall
