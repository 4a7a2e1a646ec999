# hartbeat: dialect=rars
# input: "stressed\n"
# prints: "desserts"
.eqv MAX 32
.data
buffer: .space MAX
.text
    la a0, buffer
    li a1, MAX
    li a7, 8
    ecall
    la s0, buffer
    mv s1, s0
find:
    lbu t0, 0(s1)
    addi s1, s1, 1
    li t1, '\n'
    bne t0, t1, find
    addi s1, s1, -1
print:
    ble s1, s0, done
    addi s1, s1, -1
    lbu a0, 0(s1)
    li a7, 11
    ecall
    j print
done:
    li a7, 10
    ecall
