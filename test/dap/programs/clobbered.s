# Functions that do not keep what they must, each called in turn.
    .globl _start
_start:
    li   s0, 5
    li   a0, 3
    call sum                # does not keep s0
    call shift              # does not restore sp
    addi sp, sp, -16        # what shift left over
    call below              # uses what is below sp
    la   s1, out
    call outer              # does not keep ra
out:
    mv   a0, s0
    li   a7, 93
    ecall

sum:
    addi sp, sp, -16
    sd   ra, 8(sp)
    li   s0, 0
add:
    add  s0, s0, a0
    addi a0, a0, -1
    bnez a0, add
    mv   a0, s0
    call nothing
    ld   ra, 8(sp)
    addi sp, sp, 16
    ret

shift:
    addi sp, sp, -16
    addi sp, sp, 32
    ret

below:
    sd   a0, -8(sp)
    ret

outer:
    call nothing
    beqz s1, out
    mv   t0, s1
    li   s1, 0
    jr   ra

nothing:
    ret
