# hartbeat: environment=venus march=rv32im
# Venus' way of calling: the number in a0, the arguments from a1. Prints the primes below 50.

        .text
        .globl  main
main:
        li      s0, 2
next:   li      s1, 2                   # divisors up to the square root
1:      mul     t0, s1, s1
        bgt     t0, s0, prime
        remu    t0, s0, s1
        beqz    t0, composite
        addi    s1, s1, 1
        j       1b
prime:  li      a0, 1                   # print the integer in a1
        mv      a1, s0
        ecall
        li      a0, 11                  # print the character in a1
        li      a1, '\n'
        ecall
composite:
        addi    s0, s0, 1
        li      t0, 50
        blt     s0, t0, next
        li      a0, 10                  # exit
        ecall
