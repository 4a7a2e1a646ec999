# What the A extension is for: a counter, a maximum, a spin lock, a lock-free push onto a list.
#
# The exit code counts what went wrong; 0 is the right answer.

        .text
        .globl  _start
_start:
        li      s0, 0                   # errors

        la      t0, counter             # fetch-and-add gives the old value
        li      t1, 5
        amoadd.w t2, t1, (t0)
        lw      t3, 0(t0)
        addi    t2, t2, 5
        call    check

        la      t0, counter             # the largest of what it was and 3
        li      t1, 3
        amomax.w.aqrl zero, t1, (t0)
        lw      t3, 0(t0)
        li      t2, 105
        call    check

        la      a0, lock                # the critical section
        call    acquire
        la      t0, counter
        lw      t1, 0(t0)
        addi    t1, t1, 1
        sw      t1, 0(t0)
        la      a0, lock
        call    release
        lw      t3, 0(t0)
        li      t2, 106
        call    check

        la      a0, head                # two nodes; the last pushed is the first
        la      a1, node_a
        call    push
        la      a0, head
        la      a1, node_b
        call    push
        la      t0, head
        ld      t2, 0(t0)
        la      t3, node_b
        call    check

        la      t0, head                # a store-conditional with no reservation fails
        li      t1, 1
        sc.d    t2, zero, (t0)          # hartbeat: allow failing-reservation
        sc.d    t2, zero, (t0)          # hartbeat: allow failing-reservation
        li      t3, 1
        call    check

        mv      a0, s0
        li      a7, 93
        ecall

# check(t2, t3): counts an error in s0 where they differ
        .type   check, @function
check:
        beq     t2, t3, 1f
        addi    s0, s0, 1
1:      ret
        .size   check, . - check

# acquire(a0 = lock): spins until the lock was 0 and is now 1
        .type   acquire, @function
acquire:
        li      t1, 1
1:      lr.w.aq t2, (a0)
        bnez    t2, 1b
        sc.w    t2, t1, (a0)
        bnez    t2, 1b
        ret
        .size   acquire, . - acquire

# release(a0 = lock)
        .type   release, @function
release:
        amoswap.w.rl zero, zero, (a0)
        ret
        .size   release, . - release

# push(a0 = head, a1 = node): puts the node in front, whoever else is at it
        .type   push, @function
push:
1:      lr.d.aq t1, (a0)
        sd      t1, 0(a1)
        sc.d.rl t2, a1, (a0)
        bnez    t2, 1b
        ret
        .size   push, . - push

        .data
        .balign 8
counter:
        .word   100
lock:   .word   0
head:   .dword  0
node_a: .dword  0
node_b: .dword  0
