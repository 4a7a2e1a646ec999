# hartbeat: dialect=venus
# prints: "1 4 9 16 25 "
# Applies a function to the elements of an array, by the calling convention.
.data
array: .word 1 2 3 4 5
.text
.globl main
main:
    la a0 array
    li a1 5
    la a2 square
    jal map
    li a0 10
    ecall
map:
    addi sp sp -16
    sw ra 12(sp)
    sw s0 8(sp)
    sw s1 4(sp)
    sw s2 0(sp)
    mv s0 a0
    mv s1 a1
    mv s2 a2
map_loop:
    beqz s1 map_end
    lw a0 0(s0)
    jalr s2
    sw a0 0(s0)
    mv a1 a0
    li a0 1
    ecall
    li a1 ' '
    li a0 11
    ecall
    addi s0 s0 4
    addi s1 s1 -1
    j map_loop
map_end:
    lw ra 12(sp)
    lw s0 8(sp)
    lw s1 4(sp)
    lw s2 0(sp)
    addi sp sp 16
    ret
square:
    mul a0 a0 a0
    jr ra
