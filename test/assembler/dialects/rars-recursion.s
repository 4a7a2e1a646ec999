# hartbeat: dialect=rars
# prints: "fib(15) = 610"
.data
text: .ascii "fib(15) "
      .asciz "= "
.text
    la a0, text
    li a7, 4
    ecall
    li a0, 15
    jal fib
    li a7, 1
    ecall
    li a7, 10
    ecall
fib:
    li t0, 2
    blt a0, t0, base
    addi sp, sp, -12
    sw ra, 8(sp)
    sw s0, 4(sp)
    sw a0, (sp)
    addi a0, a0, -1
    jal ra, fib
    mv s0, a0
    lw a0, 0(sp)
    addi a0, a0, -2
    call fib
    add a0, a0, s0
    lw s0, 4(sp)
    lw ra, 8(sp)
    addi sp, sp, 12
base:
    ret
