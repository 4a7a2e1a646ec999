# hartbeat: dialect=rars
# prints: "3 3,4 3,4,5"
.macro print(%a)
    mv a0, %a
    li a7, 1
    ecall
.end_macro
.macro print(%a, %b)
    print(%a)
    li a0, ','
    li a7, 11
    ecall
    print(%b)
.end_macro
.macro print(%a, %b, %c)
    print(%a, %b)
    li a0, ','
    li a7, 11
    ecall
    print(%c)
.end_macro
.macro blank
    li a0, 32
    li a7, 11
    ecall
.end_macro
.text
    li s0, 3
    li s1, 4
    li s2, 5
    print(s0)
    blank
    print(s0, s1)
    blank
    print s0 s1 s2
