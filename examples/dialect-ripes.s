# hartbeat: dialect=ripes
# The language and the calls of Ripes: how large a picture for its matrix of lights is.

.data
text: .string " lights, the last at "
.align 4
color: .word 0x00ff8000

.text
    li   s0 LED_MATRIX_0_WIDTH
    li   s1 LED_MATRIX_0_HEIGHT
    mul  a0 s0 s1
    li   a7 1            # print the integer in a0
    ecall
    la   a0 text
    li   a7 4            # print the text at a0
    ecall
    li   a0 LED_MATRIX_0_BASE
    li   t0 LED_MATRIX_0_SIZE
    add  a0 a0 t0
    addi a0 a0 -4
    li   a7 34           # print a0 in hexadecimal
    ecall
    li   a0 '\n'
    li   a7 11           # print the character in a0
    ecall
    li   a7 10           # exit
    ecall
