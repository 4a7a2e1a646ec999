# hartbeat: dialect=rars
# prints: "-42 0xffffffd6 11111111111111111111111111010110 4294967254"
.macro syscall(%n)
    li a7 %n
    ecall
.end_macro
.macro space
    li a0 ' '
    syscall(11)
.end_macro
.text
    LI s0 -42
    mv a0 s0
    syscall(1)
    space
    mv a0 s0
    syscall 34
    space
    mv a0 s0
    syscall(35)
    space
    mv a0 s0
    syscall(36)
