# hartbeat: dialect=rars
# prints: "150"
.data
values: .word 10 20 30
              40 50
count:  .word 5
.text
    la t0 values
    lw t1 count
    li a0 0
loop:
    lw t2 (t0)
    add a0 a0 t2
    addi t0 t0 4
    addi t1 t1 -1
    bnez t1 loop
    li a7 1
    ecall
