# hartbeat: dialect=rars
# prints: "20 2.5 -1 97"
.data
memo:   .word 0 : 20
end:
floats: .float 2.5 : 3
bytes:  .byte -1 : 5
chars:  .byte 'a':4
.text
    la t0 memo
    la t1 end
    sub a0 t1 t0
    srai a0 a0 2
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    la t0 floats
    flw fa0 8(t0)
    li a7 2
    ecall
    li a0 ' '
    li a7 11
    ecall
    la t0 bytes
    lb a0 4(t0)
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
    la t0 chars
    lb a0 3(t0)
    li a7 1
    ecall
