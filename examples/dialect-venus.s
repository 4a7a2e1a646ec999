# hartbeat: dialect=venus
# The language and the calls of Venus: counts the words of a sentence, with a three-operand compare.

.data
sentence: .asciiz "RISC five is enough for everybody"
.align 2
count: .word 0

.text
.globl main
main:
    la   s0 sentence
    li   s1 0            # words
    li   s2 ' '          # the character before
next:
    lbu  t0 0(s0)
    beqz t0 done
    li   t1 ' '
    sne  t2 t0 t1        # no blank now,
    seq  t3 s2 t1        # but one before: a word starts
    and  t2 t2 t3
    add  s1 s1 t2
    mv   s2 t0
    addi s0 s0 1
    j    next
done:
    la   t0 count
    sw   s1 0(t0)
    li   a0 1            # print the integer in a1
    lw   a1 count
    ecall
    li   a0 11           # print the character in a1
    li   a1 '\n'
    ecall
    li   a0 17           # exit with the code in a1
    li   a1 0
    ecall
