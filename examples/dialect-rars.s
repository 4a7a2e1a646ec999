# hartbeat: dialect=rars
# The language and the calls of RARS: a table of squares and their sum, by macros.

        .eqv    COUNT 8
        .eqv    PrintInt 1
        .eqv    PrintString 4
        .eqv    PrintChar 11
        .eqv    Exit 10

        .macro  print_int(%value)
        mv      a0 %value
        li      a7 PrintInt
        ecall
        .end_macro

        .macro  print_text(%text)
        .data
text:   .asciz  %text
        .text
        la      a0 text
        li      a7 PrintString
        ecall
        .end_macro

        .data
        .byte   7                       # the table is aligned all the same
table:  .word   0 : COUNT

        .text
        la      s0 table
        li      s1 0
        li      s2 0
square: mul     t0 s1 s1
        sw      t0 0(s0)
        add     s2 s2 t0
        print_int(t0)
        print_text(" ")
        addi    s0 s0 4
        addi    s1 s1 1
        li      t1 COUNT
        blt     s1 t1 square
        print_text("\nsum \u03a3 = ")
        print_int s2
        print_text("\n")
        li      a7 Exit
        ecall
