# hartbeat: dialect=rars
# prints: "tab\tquote\"é ∑ 'x' \\ end\n9 39"
.data
s: .asciz "tab\tquote\"\u00e9 \u2211 'x' \\ end\n"
.text
    la a0, s
    li a7, 4
    ecall
    li a0, '\t'
    li a7, 1
    ecall
    li a0, ' '
    li a7, 11
    ecall
    li a0, '\''
    li a7, 1
    ecall
