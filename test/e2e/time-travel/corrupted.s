# The squares of 0 to 3 are stored, and one too many: it lands in `answer`.
        .globl  _start
        .text
_start:
        li      s0, 0
        la      s1, squares
fill:
        mul     t0, s0, s0
        slli    t1, s0, 2
        add     t1, t1, s1
        sw      t0, 0(t1)
        addi    s0, s0, 1
        li      t2, 4
        ble     s0, t2, fill

        li      a0, 1
        la      a1, text
        li      a2, 5
        li      a7, 64
        ecall
        lw      a0, answer
        li      a7, 93
        ecall

        .data
squares:
        .space  16
answer: .word   42
text:   .ascii  "done\n"
