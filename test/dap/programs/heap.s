# An allocator that never gives memory out twice, and a program that makes mistakes with it.
    .globl _start, malloc, free
_start:
    li   a0, 20
    call malloc
    mv   s0, a0
    li   a1, 19
    call put                # the last byte of the block
    mv   a0, s0
    li   a1, 20
    call put                # behind the block
    mv   a0, s0
    call free
    lb   t0, 3(s0)          # after free
    addi a0, s0, 8
    call free               # no block
    mv   a0, s0
    call free               # a second time
    call unset
    li   a0, 0
    li   a7, 93
    ecall

put:
    add  t0, a0, a1
    li   t1, 7
    sb   t1, 0(t0)
    ret

unset:
    addi sp, sp, -16
    sd   ra, 0(sp)
    ld   t0, 8(sp)          # never written
    andi t1, t0, 0
    beqz t1, known          # depends on none of its bits
known:
    sd   t0, 8(sp)
    lw   t2, 8(sp)
    addi t2, t2, 1
    bnez t2, done
done:
    la   t0, elsewhere
    sd   t0, 0(sp)          # over the return address
    ld   ra, 0(sp)
    addi sp, sp, 16
    ret

elsewhere:
    li   a7, 93
    ecall

malloc:
    la   t0, next
    ld   t1, 0(t0)
    addi t2, a0, 31
    andi t2, t2, -16
    add  t2, t2, t1
    sd   t2, 0(t0)
    mv   a0, t1
    ret

free:
    ret

    .data
    .balign 16
next:
    .dword arena
    .bss
    .balign 16
arena:
    .skip 4096
