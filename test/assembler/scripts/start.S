    .section .text.start, "ax"
    .globl _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, _stack_top
    la t0, _sbss
    la t1, _ebss
1:  bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:  call main
    tail _start
    .section .text.trap, "ax"
    .align 6
    .globl trap
trap: mret
    .weak _stack_top
    .weak _sbss
    .weak _ebss
