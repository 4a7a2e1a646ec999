# hartbeat: dialect=rars
# prints: "0x10010000 0x10010400 0x00400100 77"
.data 0x10010000
here: .word 1
.data 0x10010400
there: .word 77
.text
    la a0 here
    jal show
    la a0 there
    jal show
    la a0 far
    jal show
    jal far
    mv a0 s0
    li a7 1
    ecall
    li a7 10
    ecall
show:
    li a7 34
    ecall
    li a0 ' '
    li a7 11
    ecall
    ret
.text 0x00400100
far:
    lw s0 0x10010400
    ret
