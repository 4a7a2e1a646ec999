# hartbeat: dialect=venus
# prints: "10 0x0000000A 5"
# warns: Venus itself refuses `jalr rd, imm(rs)`; write `jalr rd, rs, imm` to run the program there too.
.register_size 32
.text
main:
    li a1 010
    li a0 1
    ecall
    li a1 ' '
    li a0 11
    ecall
    li a1 0b1010
    li a0 34
    ecall
    li a1 ' '
    li a0 11
    ecall
    la t0 five
    jalr ra 0(t0)
    li a0 1
    ecall
    li a0 10
    ecall
five:
    li a1 5
    jalr x0 ra 0
