# hartbeat: dialect=rars
# prints: "0 2 4 8 17 18 20 "
.macro offset(%label)
    la a0 %label
    la t0 start
    sub a0 a0 t0
    li a7 1
    ecall
    li a0 ' '
    li a7 11
    ecall
.end_macro
.data
start:
a: .byte 1
b:
   .half 2
c: .word 3
d: .dword 4
   .align 0
   .byte 5
e: .byte 6
f: .half 7
.data
g: .word 8
.text
    offset(a)
    offset(b)
    offset(c)
    offset(d)
    offset(e)
    offset(f)
    offset(g)
