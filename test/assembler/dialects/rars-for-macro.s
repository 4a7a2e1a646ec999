# hartbeat: dialect=rars
# prints: "1 2 3 4 "
.macro for(%reg, %from, %to, %body)
    addi %reg, zero, %from
again:
    %body()
    addi %reg, %reg, 1
    li t6, %to
    ble %reg, t6, again
.end_macro
.macro body()
    mv a0, s1
    li a7, 1
    ecall
    li a0, ' '
    li a7, 11
    ecall
.end_macro
.text
    for(s1, 1, 4, body)
