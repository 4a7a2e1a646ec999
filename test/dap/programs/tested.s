        .globl  _start, double, test_double
_start: li      a0, 9
        call    double
        li      a7, 93
        ecall

# args: a0; returns: a0
double: slli    a0, a0, 1
        ret

test_double:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        li      a0, 4
        call    double
        addi    a0, a0, -8      # 0, which is success
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
