# Writes a line in green, and one in parts.
    .globl _start
    .text
_start:
    li   a0, 1
    la   a1, text
    li   a2, 26
    li   a7, 64
    ecall
    li   a7, 93
    li   a0, 0
    ecall
    .data
text: .ascii "\033[32mgreen\033[0m\n\033[1mbold\033[m\n"
