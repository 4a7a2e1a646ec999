# Moves a tower of Hanoi and counts the moves: a function that calls itself twice.
#
# Set a breakpoint on the first line of `hanoi` and look at the call stack as it grows.

        .text
        .globl  _start
_start:
        li      a0, 4                   # disks
        li      a1, 'A'                 # from
        li      a2, 'C'                 # to
        li      a3, 'B'                 # by way of
        call    hanoi

        mv      a0, s0                  # the number of moves, 15, is the exit code
        li      a7, 93
        ecall

# hanoi(a0 = disks, a1 = from, a2 = to, a3 = by way of); counts the moves in s0.
        .type   hanoi, @function
hanoi:
        beqz    a0, nothing
        addi    sp, sp, -48
        sd      ra, 40(sp)
        sd      a0, 32(sp)
        sd      a1, 24(sp)
        sd      a2, 16(sp)
        sd      a3, 8(sp)

        addi    a0, a0, -1              # the tower above, out of the way
        mv      t0, a2
        mv      a2, a3
        mv      a3, t0
        call    hanoi

        ld      a1, 24(sp)              # the largest disk
        ld      a2, 16(sp)
        call    print_move
        addi    s0, s0, 1

        ld      a0, 32(sp)              # the tower above, onto it
        addi    a0, a0, -1
        ld      a1, 8(sp)
        ld      a2, 16(sp)
        ld      a3, 24(sp)
        call    hanoi

        ld      ra, 40(sp)
        addi    sp, sp, 48
nothing:
        ret
        .size   hanoi, . - hanoi

# print_move(a1 = from, a2 = to)
        .type   print_move, @function
print_move:
        la      t0, text
        sb      a1, 0(t0)
        sb      a2, 5(t0)
        li      a0, 1
        mv      a1, t0
        li      a2, 7
        li      a7, 64
        ecall
        ret
        .size   print_move, . - print_move

        .data
text:   .ascii  "? to ?\n"
