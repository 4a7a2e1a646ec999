# The first code of a kernel: a stack for each hart.
# qemu's -kernel loads it at 0x80000000 (don't move it).
#define STACK 4096
.section .text
.global _entry
_entry:
        # sp = stack0 + ((hartid + 1) * STACK)
        la sp, stack0
        li a0, 1024*4
        csrr a1, mhartid
        addi a1, a1, 1
#if defined(__riscv_mul)
        mul a0, a0, a1
#else
1:      addi a1, a1, -1
        add a0, a0, a0
        bnez a1, 1b
#endif
        add sp, sp, a0
        call start
spin:
        j spin
        .comm stack0, STACK * 8, 16
