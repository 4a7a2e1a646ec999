/* Entry in machine mode, and the ways into and out of the kernel. */
        .section .init, "ax"
        .globl  _start
_start: csrr    t0, mhartid
1:      bnez    t0, 1b
        la      sp, boot_stack_end
        la      t0, machine_trap
        csrw    mtvec, t0
        la      t0, machine_frame
        csrw    mscratch, t0
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        li      t0, 0xb1ff              /* all but the supervisor's calls */
        csrw    medeleg, t0
        li      t0, 0x222
        csrw    mideleg, t0
        li      t0, 7
        csrw    mcounteren, t0
        li      t0, 0x80
        csrw    mie, t0
        la      t0, kernel_main
        csrw    mepc, t0
        li      t0, 0x2800              /* MPP = S, FS = Initial */
        csrw    mstatus, t0
        mret

/* Machine mode: the timer becomes the supervisor's; calls 0 sets the timer, 1 ends the machine. */
        .balign 4
machine_trap:
        csrrw   t6, mscratch, t6
        sd      t0, 0(t6)
        sd      t1, 8(t6)
        csrr    t0, mcause
        bltz    t0, timer
        li      t1, 9
        bne     t0, t1, broken
        csrr    t0, mepc
        addi    t0, t0, 4
        csrw    mepc, t0
        bnez    a7, end
        li      t0, 0x200bff8
        ld      t0, 0(t0)
        add     t0, t0, a0
        li      t1, 0x2004000
        sd      t0, 0(t1)
        li      t0, 0x20
        csrc    mip, t0
        li      t0, 0x80
        csrs    mie, t0
        j       leave
timer:  li      t0, 0x80
        csrc    mie, t0
        li      t0, 0x20
        csrs    mip, t0
leave:  ld      t1, 8(t6)
        ld      t0, 0(t6)
        csrrw   t6, mscratch, t6
        mret
broken: li      a0, 0x33333
end:    li      t0, 0x100000
        sw      a0, 0(t0)
        j       end

/* Supervisor mode: sscratch holds the running task, whose frame is at its start; 0 in the kernel. */
        .globl  supervisor_trap
        .balign 4
supervisor_trap:
        csrrw   tp, sscratch, tp
        .irp    n, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        sd      x\n, (8 * \n)(tp)
        .endr
        csrrw   t0, sscratch, zero
        sd      t0, 32(tp)
        csrr    t0, sepc
        sd      t0, 0(tp)
        fsd     fs0, 256(tp)
        fsd     fs1, 264(tp)
        la      sp, kernel_stack_end
        mv      a0, tp
        call    supervisor_handle

/* Never returns: runs the task in a0. */
        .globl  run_task
run_task:
        mv      tp, a0
        csrw    sscratch, tp
        ld      t0, 0(tp)
        csrw    sepc, t0
        fld     fs0, 256(tp)
        fld     fs1, 264(tp)
        .irp    n, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        ld      x\n, (8 * \n)(tp)
        .endr
        ld      tp, 32(tp)
        sret

        .bss
        .balign 16
machine_frame: .zero 16
        .zero   8192
boot_stack_end:
        .zero   16384
        .globl  kernel_stack_end
kernel_stack_end:
