# hartbeat: sources=numbers.s
# A program of two files: this one calls functions that numbers.s defines.
#
# F5 here builds both; step into greatest_common_divisor and the other file opens.

        .text
        .globl  _start
_start:
        li      a0, 1071
        li      a1, 462
        call    greatest_common_divisor # 21
        call    print_number

        li      a0, 20
        call    factorial               # 2432902008176640000
        call    print_number

        li      a0, 0
        li      a7, 93
        ecall
