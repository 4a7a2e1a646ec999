# hartbeat: dialect=rars
# prints: "6 24 120"
.macro factorial(%n)
    li t0, %n
    li a0, 1
next:
    beqz t0, end
    mul a0, a0, t0
    addi t0, t0, -1
    b next
end:
    li a7, 1
    ecall
.end_macro
.macro sep(%c)
    li a0, %c
    li a7, 11
    ecall
.end_macro
.text
    factorial(3)
    sep(' ')
    factorial(4)
    sep(32)
    factorial(5)
