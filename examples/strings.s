# The string functions that every C library has, written out: length, copy, compare, reverse.

        .text
        .globl  _start
_start:
        la      a0, buffer
        la      a1, palindrome
        call    copy
        la      a0, buffer
        call    reverse
        la      a0, buffer
        call    print_line

        la      a0, buffer
        la      a1, palindrome
        call    compare                 # 0: it reads the same both ways
        seqz    s0, a0
        la      a0, no
        beqz    s0, 1f
        la      a0, yes
1:      call    print_line

        xori    a0, s0, 1
        li      a7, 93
        ecall

# length(a0 = string) -> a0 = bytes before the NUL
        .type   length, @function
length:
        mv      t0, a0
1:      lbu     t1, 0(t0)
        beqz    t1, 2f
        addi    t0, t0, 1
        j       1b
2:      sub     a0, t0, a0
        ret
        .size   length, . - length

# copy(a0 = to, a1 = from)
        .type   copy, @function
copy:
        lbu     t0, 0(a1)
        sb      t0, 0(a0)
        addi    a0, a0, 1
        addi    a1, a1, 1
        bnez    t0, copy
        ret
        .size   copy, . - copy

# compare(a0, a1 = strings) -> a0 < 0, 0 or > 0
        .type   compare, @function
compare:
        lbu     t0, 0(a0)
        lbu     t1, 0(a1)
        bne     t0, t1, 1f
        beqz    t0, 1f
        addi    a0, a0, 1
        addi    a1, a1, 1
        j       compare
1:      sub     a0, t0, t1
        ret
        .size   compare, . - compare

# reverse(a0 = string), in place
        .type   reverse, @function
reverse:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        sd      s1, 0(sp)
        mv      s1, a0
        call    length
        add     t1, s1, a0              # one past the last byte
        mv      t0, s1
1:      addi    t1, t1, -1
        bgeu    t0, t1, 2f
        lbu     t2, 0(t0)
        lbu     t3, 0(t1)
        sb      t3, 0(t0)
        sb      t2, 0(t1)
        addi    t0, t0, 1
        j       1b
2:      ld      ra, 8(sp)
        ld      s1, 0(sp)
        addi    sp, sp, 16
        ret
        .size   reverse, . - reverse

# print_line(a0 = string)
        .type   print_line, @function
print_line:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        sd      a0, 0(sp)
        call    length
        mv      a2, a0
        ld      a1, 0(sp)
        li      a0, 1
        li      a7, 64
        ecall
        li      a0, 1
        la      a1, newline
        li      a2, 1
        li      a7, 64
        ecall
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
        .size   print_line, . - print_line

        .section .rodata
palindrome:
        .asciz  "step on no pets"
yes:    .asciz  "the same both ways"
no:     .asciz  "not the same"
newline:
        .ascii  "\n"

        .bss
buffer: .space  64
