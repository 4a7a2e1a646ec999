# hartbeat: dialect=rars
# input: "17\n25\n"
# prints: "a? b? a + b = 42\n"
.data
prompt1: .string "a? "
prompt2: .string "b? "
answer:  .string "a + b = "
.text
main:
    la a0, prompt1
    li a7, 4
    ecall
    li a7, 5
    ecall
    add s0, a0, zero
    la a0, prompt2
    li a7, 4
    ecall
    li a7, 5
    ecall
    add s0, s0, a0
    la a0, answer
    li a7, 4
    ecall
    mv a0, s0
    li a7, 1
    ecall
    li a0, 10
    li a7, 11
    ecall
    li a7, 93
    li a0, 0
    ecall
