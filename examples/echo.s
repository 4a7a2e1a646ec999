# Reads lines from standard input and writes them back in capitals, until the input ends (Ctrl+D).

        .equ    size, 256

        .text
        .globl  _start
_start:
1:      li      a0, 0                   # standard input
        la      a1, buffer
        li      a2, size
        li      a7, 63                  # Linux system call 63: read
        ecall
        blez    a0, end                 # 0 at the end, negative on an error
        mv      s0, a0

        la      t0, buffer
        add     t1, t0, s0
2:      lbu     t2, 0(t0)
        addi    t3, t2, -'a'
        sltiu   t3, t3, 26
        slli    t3, t3, 5
        sub     t2, t2, t3
        sb      t2, 0(t0)
        addi    t0, t0, 1
        bltu    t0, t1, 2b

        li      a0, 1                   # standard output
        la      a1, buffer
        mv      a2, s0
        li      a7, 64                  # Linux system call 64: write
        ecall
        j       1b

end:    li      a0, 0
        li      a7, 93
        ecall

        .bss
buffer: .space  size
