# hartbeat: dialect=rars
# prints: "1.4142135623730951 Infinity 1"
.data
c:   .byte 1
two: .double 2.0
inf: .double Inf
.text
    fld fa0, two, t0
    fsqrt.d fa0, fa0
    fmv.d fs0, fa0
    li a7, 3
    ecall
    li a0, ' '
    li a7, 11
    ecall
    fld fa0, inf, t0
    li a7, 3
    ecall
    fgt.d s0, fa0, fs0
    li a0, ' '
    li a7, 11
    ecall
    mv a0, s0
    li a7, 1
    ecall
