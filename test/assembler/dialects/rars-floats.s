# hartbeat: dialect=rars
# prints: "78.5398 1.0E10 -0.5"
.data
pi:     .float 3.14159265
radius: .float 5.0
big:    .float 1e10
half:   .float -0.5
.text
    flw ft0, pi, t0
    flw ft1, radius, t0
    fmul.s fa0, ft1, ft1
    fmul.s fa0, fa0, ft0
    li t1, 10000
    fcvt.s.w ft2, t1
    fmul.s fa0, fa0, ft2
    fcvt.w.s t2, fa0, rtz
    fcvt.s.w fa0, t2
    fdiv.s fa0, fa0, ft2
    li a7, 2
    ecall
    li a0, ' '
    li a7, 11
    ecall
    la t0, big
    flw fa0, (t0)
    li a7, 2
    ecall
    li a0, ' '
    li a7, 11
    ecall
    flw fa0, half, t1
    li a7, 2
    ecall
