# hartbeat: dialect=rars
# prints: "21"
# Labels may be called like instructions, and have dollars.
.data
b: .word 1
add: .word 20
$value: .word 0
.text
    lw t0, b
    lw t1, add
    add t0, t0, t1
    sw t0, $value, t2
    lw a0, $value
    li a7, 1
    ecall
    b end
    li a7, 1
    ecall
end:
    nop
