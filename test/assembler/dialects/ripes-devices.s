# hartbeat: dialect=ripes
# prints: "0xf0000000 35 25 0xf0000dac 0xf0000dbc"
.data
base: .word LED_MATRIX_0_BASE
.text
    lw  a0, base
    jal hex
    li  a0, LED_MATRIX_0_WIDTH
    jal number
    li  a0, LED_MATRIX_0_HEIGHT
    jal number
    la  a0, SWITCHES_0_BASE
    jal hex
    li  a0, D_PAD_0_RIGHT
    li  a7, 34
    ecall
    li  a7, 10
    ecall
hex:
    li  a7, 34
    ecall
    j   blank
number:
    li  a7, 1
    ecall
blank:
    li  a0, ' '
    li  a7, 11
    ecall
    ret
