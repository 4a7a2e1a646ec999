    .text
_start:
    li a0, 1
    addd a0, a0, a1
    lw a0, 5000(sp)
