# Quicksort over words, then a look that all is in order.
#
# Open `numbers` in the memory view (right-click it in the Variables view) and watch the partition.

        .equ    count, 12

        .section .rodata
sorted: .ascii  "sorted\n"
        .equ    sorted_length, . - sorted

        .text
        .globl  _start
_start:
        la      a0, numbers
        la      a1, numbers + 4 * (count - 1)
        call    quicksort

        la      t0, numbers             # each element at least its predecessor?
        li      t1, count - 1
1:      lw      t2, 0(t0)
        lw      t3, 4(t0)
        bgt     t2, t3, wrong
        addi    t0, t0, 4
        addi    t1, t1, -1
        bnez    t1, 1b

        li      a0, 1
        la      a1, sorted
        li      a2, sorted_length
        li      a7, 64
        ecall
        li      a0, 0
        j       leave
wrong:  li      a0, 1
leave:  li      a7, 93
        ecall

# quicksort(a0 = first element, a1 = last element), signed words, in place
        .type   quicksort, @function
quicksort:
        bgeu    a0, a1, 4f
        addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s1, 16(sp)
        sd      s2, 8(sp)
        mv      s2, a1

        lw      t0, 0(a1)               # the pivot is the last element
        mv      s1, a0                  # where the next smaller one goes
        mv      t1, a0
1:      lw      t2, 0(t1)
        bge     t2, t0, 2f
        lw      t3, 0(s1)
        sw      t2, 0(s1)
        sw      t3, 0(t1)
        addi    s1, s1, 4
2:      addi    t1, t1, 4
        bltu    t1, a1, 1b

        lw      t3, 0(s1)               # the pivot between the two parts
        sw      t0, 0(s1)
        sw      t3, 0(s2)

        addi    a1, s1, -4
        call    quicksort
        addi    a0, s1, 4
        mv      a1, s2
        call    quicksort

        ld      ra, 24(sp)
        ld      s1, 16(sp)
        ld      s2, 8(sp)
        addi    sp, sp, 32
4:      ret
        .size   quicksort, . - quicksort

        .data
        .balign 4
        .type   numbers, @object
numbers:
        .word   31, -4, 15, 92, -65, 35, 89, 7, 9, -3, 23, 84
        .size   numbers, . - numbers
