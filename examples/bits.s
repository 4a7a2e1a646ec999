# hartbeat: march=rv64gc_zba_zbb_zbs
# Counting bits three ways: a loop, the well-known trick with masks, and cpop of Zbb.
#
# The three must agree; the exit code is the count.

        .text
        .globl  _start
_start:
        li      s0, 0x123456789abcdef0

        mv      a0, s0
        call    count_by_loop
        mv      s1, a0
        mv      a0, s0
        call    count_by_masks
        mv      s2, a0
        cpop    s3, s0

        bne     s1, s2, wrong
        bne     s2, s3, wrong
        mv      a0, s3                  # 32
        j       leave
wrong:  li      a0, 255
leave:  li      a7, 93
        ecall

# count_by_loop(a0) -> a0: clears the lowest set bit until none is left
        .type   count_by_loop, @function
count_by_loop:
        li      t0, 0
1:      beqz    a0, 2f
        addi    t1, a0, -1
        and     a0, a0, t1
        addi    t0, t0, 1
        j       1b
2:      mv      a0, t0
        ret
        .size   count_by_loop, . - count_by_loop

# count_by_masks(a0) -> a0: adds neighbours, pairs, nibbles, then all bytes by one multiplication
        .type   count_by_masks, @function
count_by_masks:
        li      t0, 0x5555555555555555
        srli    t1, a0, 1
        and     t1, t1, t0
        sub     a0, a0, t1
        li      t0, 0x3333333333333333
        srli    t1, a0, 2
        and     t1, t1, t0
        and     a0, a0, t0
        add     a0, a0, t1
        srli    t1, a0, 4
        add     a0, a0, t1
        li      t0, 0x0f0f0f0f0f0f0f0f
        and     a0, a0, t0
        li      t0, 0x0101010101010101
        mul     a0, a0, t0
        srli    a0, a0, 56
        ret
        .size   count_by_masks, . - count_by_masks
