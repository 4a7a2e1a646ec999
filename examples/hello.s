# Prints one line and ends: the smallest whole program.
#
# Press F5. The program is assembled, linked and loaded, and stops before its first instruction.
# Step over with F10 and watch a0, a1, a2 and a7 fill; the ecall hands them to the system.

        .section .rodata
message:
        .ascii  "Hello, world!\n"
        .equ    length, . - message

        .text
        .globl  _start
_start:
        li      a0, 1                   # file descriptor 1: standard output
        la      a1, message             # what to write
        li      a2, length              # how many bytes
        li      a7, 64                  # Linux system call 64: write
        ecall

        li      a0, 0                   # exit code
        li      a7, 93                  # Linux system call 93: exit
        ecall
