# hartbeat: dialect=rars
# prints: "12 12"
.eqv SIZE 12
.eqv COUNTER s3
.eqv SLOT 8(sp)
.eqv PRINT li a7 1
.text
    addi sp sp -16
    li COUNTER SIZE
    sw COUNTER SLOT
    lw a0 SLOT
    PRINT
    ecall
    li a0 ' '
    li a7 11
    ecall
    mv a0 COUNTER
    PRINT
    ecall
