# hartbeat: dialect=rars
# prints: "64 0x00ff0000 0x000000ff"
# A square of 8 by 8 pixels in the bitmap at the heap, its border red, its inside blue.
.eqv DISPLAY 0x10040000
.eqv WIDTH 8
.eqv HEIGHT 8
.eqv RED 0x00FF0000
.eqv BLUE 0x000000ff
.macro pixel(%x, %y, %color)
    li t0, WIDTH
    mul t0, t0, %y
    add t0, t0, %x
    slli t0, t0, 2
    li t1, DISPLAY
    add t0, t0, t1
    sw %color, (t0)
.end_macro
.text
    li s2, RED
    li s3, BLUE
    li s4, 0
    li s1, 0
rows:
    li s0, 0
columns:
    mv s5, s2
    beqz s0, draw
    beqz s1, draw
    li t2, 7
    beq s0, t2, draw
    beq s1, t2, draw
    mv s5, s3
draw:
    pixel(s0, s1, s5)
    addi s4, s4, 1
    addi s0, s0, 1
    li t2, WIDTH
    blt s0, t2, columns
    addi s1, s1, 1
    li t2, HEIGHT
    blt s1, t2, rows
    mv a0, s4
    li a7, 1
    ecall
    li a0, ' '
    li a7, 11
    ecall
    lw a0, 0x1004001c
    li a7, 34
    ecall
    li a0, ' '
    li a7, 11
    ecall
    lw a0, 0x10040024
    li a7, 34
    ecall
