# hartbeat: environment=rars march=rv32imfd
# Reads whole numbers until a zero and prints how many, their sum and their mean.
#
# Type into the terminal. While the program waits, the debugger stays alive: pause it, look around.

        .text
        .globl  main
main:
        la      a0, question
        li      a7, 4                   # PrintString
        ecall
        li      s0, 0                   # how many
        li      s1, 0                   # the sum
read:   li      a7, 5                   # ReadInt
        ecall
        beqz    a0, done
        addi    s0, s0, 1
        add     s1, s1, a0
        j       read

done:   beqz    s0, none
        la      a0, count_text
        mv      a1, s0
        call    print_number
        la      a0, sum_text
        mv      a1, s1
        call    print_number

        la      a0, mean_text
        li      a7, 4
        ecall
        fcvt.d.w fa0, s1
        fcvt.d.w ft0, s0
        fdiv.d  fa0, fa0, ft0
        li      a7, 3                   # PrintDouble
        ecall
        li      a0, '\n'
        li      a7, 11                  # PrintChar
        ecall
        li      a0, 0
        li      a7, 93                  # Exit2
        ecall

none:   la      a0, none_text
        li      a7, 4
        ecall
        li      a0, 1
        li      a7, 93
        ecall

# print_number(a0 = text, a1 = number)
        .type   print_number, @function
print_number:
        li      a7, 4
        ecall
        mv      a0, a1
        li      a7, 1                   # PrintInt
        ecall
        li      a0, '\n'
        li      a7, 11
        ecall
        ret
        .size   print_number, . - print_number

        .data
question:
        .asciz  "Whole numbers, please, and 0 to end:\n"
count_text:
        .asciz  "count "
sum_text:
        .asciz  "sum   "
mean_text:
        .asciz  "mean  "
none_text:
        .asciz  "No numbers, no mean.\n"
