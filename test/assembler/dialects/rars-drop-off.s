# hartbeat: dialect=rars
# prints: "done"
# code: 0
.data
text: .asciz "done"
.text
    la a0 text
    li a7 4
    ecall
