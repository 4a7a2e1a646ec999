# Data of every kind, as learners write it.
    .globl _start
    .text
_start:
    la   t0, numbers
    li   t1, 9
    sw   t1, 8(t0)
    li   a7, 93
    ecall

    .data
pair:    .word 1, 2
bytes:   .byte 1, 2, 3, 4, 5, 6, 7, -8
halves:  .half 1, -2, 3, 4
single:  .float 1.5
doubles: .double 2.5, -3.25
one:     .double 0.5
long:    .dword -1
longs:   .quad 1, 2
numbers:
    .word 5
    .word 6, 7
    .word 8
mixed:   .word 3
         .asciz "three"
letters: .byte 'a', 'b', 'c', 0
text:    .asciz "hi"
both:
alias:   .half 7, 8
    .balign 8
pointer: .dword text
table:   .dword pair, _start
node:    .dword node
    .rept 3
    .word 4
    .endr
length = . - node
repeated:
    .rept 3
    .word 4
    .endr
count:   .word 1
    .bss
buffer:  .space 8
odd:     .zero 6
big:     .space 100000
last:    .space 4
