# hartbeat: dialect=venus
# prints: "3 -> 1 -> 4 -> nil"
.data
node1: .word 3 node2
node2: .word 1 node3
node3: .word 4 0
arrow: .asciiz " -> "
nil: .asciiz "nil"
.text
main:
    la s0 node1
next:
    beqz s0 done
    lw a1 0(s0)
    li a0 1
    ecall
    la a1 arrow
    li a0 4
    ecall
    lw s0 4(s0)
    j next
done:
    la a1 nil
    li a0 4
    ecall
