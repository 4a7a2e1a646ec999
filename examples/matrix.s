# The product of two 3 by 3 matrices of doublewords: three loops, one inside the other.

        .equ    n, 3

        .text
        .globl  _start
_start:
        la      a0, product
        la      a1, left
        la      a2, right
        li      a3, n
        call    multiply

        la      t0, product             # the trace, 30 + 69 + 90, is the exit code
        ld      a0, 0(t0)
        ld      t1, 8 * (n + 1)(t0)
        ld      t2, 8 * (2 * n + 2)(t0)
        add     a0, a0, t1
        add     a0, a0, t2
        li      a7, 93
        ecall

# multiply(a0 = product, a1 = left, a2 = right, a3 = n): n by n doublewords, row after row
        .type   multiply, @function
multiply:
        slli    t6, a3, 3               # bytes a row
        li      t0, 0                   # row
rows:   li      t1, 0                   # column
columns:
        li      t2, 0                   # the sum
        mv      t3, a1                  # walks along the row of left
        slli    t4, t1, 3
        add     t4, a2, t4              # walks down the column of right
        mv      t5, a3
terms:  ld      a4, 0(t3)
        ld      a5, 0(t4)
        mul     a4, a4, a5
        add     t2, t2, a4
        addi    t3, t3, 8
        add     t4, t4, t6
        addi    t5, t5, -1
        bnez    t5, terms

        sd      t2, 0(a0)
        addi    a0, a0, 8
        addi    t1, t1, 1
        blt     t1, a3, columns
        add     a1, a1, t6
        addi    t0, t0, 1
        blt     t0, a3, rows
        ret
        .size   multiply, . - multiply

        .data
        .balign 8
        .type   left, @object
left:   .dword  1, 2, 3
        .dword  4, 5, 6
        .dword  7, 8, 9
        .size   left, . - left
        .type   right, @object
right:  .dword  9, 8, 7
        .dword  6, 5, 4
        .dword  3, 2, 1
        .size   right, . - right

        .bss
        .balign 8
        .type   product, @object
product:
        .space  8 * n * n
        .size   product, . - product
