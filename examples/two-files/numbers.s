# Functions over numbers, for main.s.

        .text

# greatest_common_divisor(a0, a1) -> a0, by Euclid
        .globl  greatest_common_divisor
        .type   greatest_common_divisor, @function
greatest_common_divisor:
        beqz    a1, 1f
        remu    t0, a0, a1
        mv      a0, a1
        mv      a1, t0
        j       greatest_common_divisor
1:      ret
        .size   greatest_common_divisor, . - greatest_common_divisor

# factorial(a0) -> a0
        .globl  factorial
        .type   factorial, @function
factorial:
        li      t0, 1
1:      beqz    a0, 2f
        mul     t0, t0, a0
        addi    a0, a0, -1
        j       1b
2:      mv      a0, t0
        ret
        .size   factorial, . - factorial

# print_number(a0): in decimal, with a line end, from the last digit forwards
        .globl  print_number
        .type   print_number, @function
print_number:
        addi    sp, sp, -32
        addi    t0, sp, 31
        li      t1, '\n'
        sb      t1, 0(t0)
        li      t2, 10
1:      remu    t1, a0, t2
        divu    a0, a0, t2
        addi    t1, t1, '0'
        addi    t0, t0, -1
        sb      t1, 0(t0)
        bnez    a0, 1b
        li      a0, 1
        mv      a1, t0
        addi    a2, sp, 32
        sub     a2, a2, t0
        li      a7, 64
        ecall
        addi    sp, sp, 32
        ret
        .size   print_number, . - print_number
