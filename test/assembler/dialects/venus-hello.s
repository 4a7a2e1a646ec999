# hartbeat: dialect=venus
# prints: "Hello from Venus\n"
.data
greeting: .asciiz "Hello from Venus\n"
.text
main:
    la a1, greeting
    addi a0, x0, 4
    ecall
    addi a0, x0, 10
    ecall
