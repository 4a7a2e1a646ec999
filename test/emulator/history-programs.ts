/** Programs for history: each changes something that must be what it was when gone back to. */

/** A program, and what it reads. */
export interface HistoryProgram {
  readonly name: string;
  readonly text: string;
  readonly input?: string;
}

const exit = "  li a7, 93\n  li a0, 0\n  ecall\n";

export const historyPrograms: readonly HistoryProgram[] = [
  {
    name: "stores all over the data and the stack, with output",
    text: `
      .data
table: .zero 32768
text: .ascii "round\\n"
      .text
      .globl _start
_start:
      li   s0, 40
      la   s1, table
      li   s2, 1
loop: li   t0, 200
      mv   t1, s1
      mv   t3, s2
fill: slli t4, t3, 13
      xor  t3, t3, t4
      srli t4, t3, 7
      xor  t3, t3, t4
      sd   t3, 0(t1)
      add  s3, s3, t3
      addi t1, t1, 56
      addi t0, t0, -1
      bnez t0, fill
      addi sp, sp, -64
      sd   t3, 8(sp)
      mv   s2, t3
      add  t5, t5, t3
      li   a7, 64
      li   a0, 1
      la   a1, text
      li   a2, 6
      ecall
      addi s0, s0, -1
      bnez s0, loop
${exit}`,
  },
  {
    name: "input, clock and random numbers",
    input: "the quick brown fox jumps over the lazy dog",
    text: `
      .bss
buffer: .zero 64
time: .zero 16
      .text
      .globl _start
_start:
next: li   a7, 63
      li   a0, 0
      la   a1, buffer
      li   a2, 3
      ecall
      blez a0, done
      mv   a2, a0
      li   a7, 64
      li   a0, 1
      la   a1, buffer
      ecall
      li   a7, 113
      li   a0, 0
      la   a1, time
      ecall
      ld   t0, time
      ld   t1, time + 8
      add  s1, s1, t1
      li   a7, 278
      la   a0, buffer + 8
      li   a1, 8
      li   a2, 0
      ecall
      ld   t0, buffer + 8
      xor  s2, s2, t0
      li   t2, 40
wait: addi t2, t2, -1
      mul  s2, s2, t1
      bnez t2, wait
      j    next
done:
${exit}`,
  },
  {
    name: "files in memory: written, read, renamed, deleted",
    text: `
      .data
name: .asciz "/tmp/a"
other: .asciz "/tmp/b"
block: .ascii "0123456789abcdef"
      .bss
back: .zero 64
      .text
      .globl _start
_start:
      li   s0, 30
again:
      li   a7, 56
      li   a0, -100
      la   a1, name
      li   a2, 02102      # O_RDWR | O_CREAT | O_APPEND
      li   a3, 0644
      ecall
      mv   s1, a0
      li   a7, 64
      la   a1, block
      andi a2, s0, 15
      addi a2, a2, 1
      ecall
      la   t0, block
      lbu  t1, 0(t0)
      addi t1, t1, 1
      sb   t1, 0(t0)
      li   a7, 62         # lseek
      mv   a0, s1
      li   a1, 0
      li   a2, 2
      ecall
      add  s2, s2, a0
      li   a7, 67         # pread64
      mv   a0, s1
      la   a1, back
      li   a2, 64
      slli a3, s0, 1
      ecall
      ld   t2, back
      xor  s3, s3, t2
      li   a7, 57
      mv   a0, s1
      ecall
      andi t0, s0, 7
      bnez t0, keep
      li   a7, 276        # renameat2
      li   a0, -100
      la   a1, name
      li   a2, -100
      la   a3, other
      li   a4, 0
      ecall
keep: addi s0, s0, -1
      bnez s0, again
${exit}`,
  },
  {
    name: "memory that is mapped, protected and unmapped, and a growing heap",
    text: `
      .text
      .globl _start
_start:
      li   s0, 25
      li   a7, 214
      li   a0, 0
      ecall
      mv   s4, a0
again:
      li   a7, 222        # mmap
      li   a0, 0
      li   a1, 20480
      li   a2, 3
      li   a3, 0x22
      li   a4, -1
      li   a5, 0
      ecall
      mv   s1, a0
      sd   s0, 0(s1)
      li   t0, 8192
      add  t0, t0, s1
      sd   s0, 16(t0)
      li   a7, 226        # mprotect, readable
      mv   a0, s1
      li   a1, 4096
      li   a2, 1
      ecall
      ld   t1, 0(s1)
      add  s2, s2, t1
      andi t2, s0, 1
      beqz t2, keep
      li   a7, 215        # munmap
      mv   a0, s1
      li   a1, 8192
      ecall
keep: addi s4, s4, 1024
      li   a7, 214        # brk
      mv   a0, s4
      ecall
      sd   s0, -8(a0)
      addi s0, s0, -1
      bnez s0, again
${exit}`,
  },
  {
    name: "code that writes its own code",
    text: `
      .section .changing, "awx", @progbits
      .globl _start
_start:
      li   s0, 900
      la   s1, patch
again:
      lw   t0, 0(s1)
      li   t1, 0x100000
      add  t0, t0, t1
      sw   t0, 0(s1)
      fence.i
      .option push
      .option norvc
patch: addi s2, s2, 1
      .option pop
      add  s3, s3, s2
      addi s0, s0, -1
      bnez s0, again
${exit}`,
  },
  {
    name: "signals: handlers, masks, faults",
    text: `
      .data
action: .dword handler, 4, 0
      .text
      .globl _start
_start:
      li   a7, 134        # rt_sigaction for SIGSEGV and SIGUSR1
      li   a0, 11
      la   a1, action
      li   a2, 0
      li   a3, 8
      ecall
      li   a7, 134
      li   a0, 10
      la   a1, action
      li   a2, 0
      li   a3, 8
      ecall
      li   s0, 20
again:
      ld   t0, 0(zero)    # the handler steps over it
      li   a7, 129
      li   a0, 0
      li   a1, 10
      ecall
      addi s0, s0, -1
      bnez s0, again
${exit}
handler:
      addi s5, s5, 1
      li   t0, 11
      bne  a0, t0, 1f
      ld   t1, 176(a2)    # the pc of the interrupted code
      addi t1, t1, 4
      sd   t1, 176(a2)
      .option push
      .option norvc
1:    ret
      .option pop
`,
  },
];
