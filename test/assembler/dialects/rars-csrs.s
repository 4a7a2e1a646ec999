# hartbeat: dialect=rars
# prints: "3 0 31"
.text
    li t0 3
    csrw t0 frm
    frrm a0
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    csrrw t1 fcsr zero
    csrr a0 fflags
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    li t0 31
    csrs t0 0x001
    csrr a0 fflags
    li a7 1
    ecall
