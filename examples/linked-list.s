# hartbeat: environment=rars march=rv32im
# A linked list on the heap: each node comes from sbrk, is put in order, and the list is printed.
#
# Follow the arrows in the memory view: a node is the value, then the address of the next node.

        .equ    node_value, 0
        .equ    node_next, 4
        .equ    node_size, 8

        .text
        .globl  main
main:
        la      s0, values
        li      s1, 8
        li      s2, 0                   # the head; 0 is the empty list
1:      lw      a1, 0(s0)
        mv      a0, s2
        call    insert
        mv      s2, a0
        addi    s0, s0, 4
        addi    s1, s1, -1
        bnez    s1, 1b

        mv      a0, s2
        call    print
        li      a7, 10                  # Exit
        ecall

# insert(a0 = head, a1 = value) -> a0 = the new head; keeps the list in ascending order
        .type   insert, @function
insert:
        mv      t0, a0                  # the head
        li      a0, node_size
        li      a7, 9                   # Sbrk
        ecall
        sw      a1, node_value(a0)
        beqz    t0, first
        lw      t1, node_value(t0)
        ble     a1, t1, first

        mv      t1, t0                  # find the last node that is less
1:      lw      t2, node_next(t1)
        beqz    t2, 2f
        lw      t3, node_value(t2)
        bge     t3, a1, 2f
        mv      t1, t2
        j       1b
2:      sw      t2, node_next(a0)
        sw      a0, node_next(t1)
        mv      a0, t0
        ret
first:  sw      t0, node_next(a0)
        ret
        .size   insert, . - insert

# print(a0 = head)
        .type   print, @function
print:
        mv      t0, a0
1:      beqz    t0, 2f
        lw      a0, node_value(t0)
        li      a7, 1                   # PrintInt
        ecall
        li      a0, '\n'
        li      a7, 11                  # PrintChar
        ecall
        lw      t0, node_next(t0)
        j       1b
2:      ret
        .size   print, . - print

        .data
        .balign 4
values: .word   42, 7, 19, 3, 88, 23, 5, 61
