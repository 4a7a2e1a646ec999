# hartbeat: environment=rars march=rv64gc
# Square roots by Newton's method, next to what fsqrt.d says, printed by RARS' calls.
#
# Look at the floating-point registers while it converges, and at fflags in the CSRs: the first
# inexact result sets NX, and it stays set.

        .text
        .globl  main
main:
        la      s0, numbers
        li      s1, 4
next:   fld     fa0, 0(s0)
        call    square_root
        fmv.d   fs0, fa0
        li      a7, 3                   # PrintDouble
        ecall
        li      a0, ' '
        li      a7, 11                  # PrintChar
        ecall

        fld     ft0, 0(s0)
        fsqrt.d ft0, ft0
        fsub.d  ft0, ft0, fs0           # the difference
        fabs.d  fa0, ft0
        la      t0, tolerance
        fld     ft1, 0(t0)
        flt.d   t1, fa0, ft1
        la      a0, good
        bnez    t1, 1f
        la      a0, bad
1:      li      a7, 4                   # PrintString
        ecall
        addi    s0, s0, 8
        addi    s1, s1, -1
        bnez    s1, next

        li      a7, 10                  # Exit
        ecall

# square_root(fa0) -> fa0: x ← (x + a ÷ x) ÷ 2 until it no longer gets smaller
        .type   square_root, @function
square_root:
        la      t0, half
        fld     ft2, 0(t0)
        fmv.d   ft0, fa0                # x starts at max(a, 1)
        li      t1, 1
        fcvt.d.w ft1, t1
        fmax.d  ft0, ft0, ft1
1:      fdiv.d  ft1, fa0, ft0
        fadd.d  ft1, ft1, ft0
        fmul.d  ft1, ft1, ft2
        flt.d   t1, ft1, ft0
        fmv.d   ft3, ft0
        fmv.d   ft0, ft1
        bnez    t1, 1b
        fmv.d   fa0, ft3
        ret
        .size   square_root, . - square_root

        .data
        .balign 8
numbers:
        .double 2.0, 10.0, 0.25, 1e10
half:   .double 0.5
tolerance:
        .double 1e-9
good:   .asciz  " as fsqrt.d has it\n"
bad:    .asciz  " is off\n"
