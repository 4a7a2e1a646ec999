# hartbeat: dialect=rars
# prints: "one # two, (three)\n"
.macro print_str(%str)
.data
myLabel: .asciz %str
.text
    la a0, myLabel
    li a7, 4
    ecall
.end_macro
.macro done(%code)
    li a0, %code
    li a7, 93
    ecall
.end_macro
# code: 3
.text
main:
    print_str("one # two, ")
    print_str("(three)\n")
    done(3)
