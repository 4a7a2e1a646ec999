/**
 * Control flow that is hard to translate: loops with several entries, jumps and calls through
 * tables that change, returns into other frames, stacks that are switched, code that is written
 * while its caller waits for it, and recursion deeper than the host's stack. All engines are
 * followed and compared at random stops, with tiny budgets, and with breakpoints on the way.
 */
import assert from "node:assert/strict";
import { build } from "../../assembler/build.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { compareEngines } from "./lockstep.ts";

const exit = `
        li      a7, 93
        ecall
`;

const cases: readonly (readonly [name: string, source: string])[] = [
  [
    "loops that are entered at several places",
    `_start: li      s0, 2000
        li      s1, 0
again:  andi    t0, s0, 3
        beqz    t0, second
        addi    t0, t0, -1
        beqz    t0, third
        addi    t0, t0, -1
        beqz    t0, inner
first:  addi    s1, s1, 1
        li      s2, 3
second: addi    s1, s1, 2
        addi    s2, s2, -1
third:  xori    s1, s1, 5
        andi    t1, s1, 7
        bnez    t1, next
        li      s3, 2
inner:  addi    s1, s1, 7
        addi    s3, s3, -1
        bgtz    s3, inner
        andi    t1, s1, 1
        bnez    t1, third
next:   bgtz    s2, second
        addi    s0, s0, -1
        andi    t1, s0, 64
        beqz    t1, skip
        bgtz    s0, first
skip:   bgtz    s0, again
        andi    a0, s1, 127${exit}`,
  ],
  [
    "a table of jumps whose targets change",
    `_start: la      s2, table
        li      s0, 6000
        li      s1, 0
        li      s3, 0
loop:   addi    s0, s0, -1
        blez    s0, done
        mul     t0, s0, s0
        srli    t0, t0, 3
        andi    t0, t0, 7
        add     t0, t0, s3
        slli    t0, t0, 3
        add     t0, t0, s2
        ld      t1, 0(t0)
        jr      t1
one:    addi    s1, s1, 1
        j       loop
two:    slli    s1, s1, 1
        j       loop
three:  xori    s1, s1, 0x55
four:   addi    s1, s1, 3
        j       loop
five:   andi    s1, s1, 0x3ff
        bnez    s1, loop
        j       one
six:    li      t2, 3000
        bgt     s0, t2, loop
        li      s3, 8
        j       loop
seven:  sub     s1, s1, s0
        j       four
done:   andi    a0, s1, 127${exit}
        .data
        .balign 8
table:  .dword  one, two, three, four, five, six, one, two
        .dword  seven, one, six, five, seven, three, two, four`,
  ],
  [
    "calls through a table that changes",
    `_start: la      s2, table
        li      s0, 3000
        li      s1, 0
loop:   andi    t0, s0, 3
        slli    t0, t0, 3
        add     t0, t0, s2
        ld      t1, 0(t0)
        mv      a0, s1
        jalr    t1
        mv      s1, a0
        li      t2, 1500
        bne     s0, t2, same
        la      t1, minus
        sd      t1, 8(s2)
same:   addi    s0, s0, -1
        bgtz    s0, loop
        andi    a0, s1, 127${exit}
plus:   addi    a0, a0, 11
        ret
minus:  addi    a0, a0, -4
        ret
twice:  addi    sp, sp, -16
        sd      ra, 8(sp)
        jal     plus
        jal     minus
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
        .data
        .balign 8
table:  .dword  plus, twice, minus, plus`,
  ],
  [
    "returns into another frame, as longjmp does",
    `_start: li      s0, 1200
        li      s1, 0
loop:   la      t0, saved
        sd      sp, 0(t0)
        jal     outer
        addi    s1, s1, 1
next:   addi    s0, s0, -1
        bgtz    s0, loop
        andi    a0, s1, 127${exit}
outer:  addi    sp, sp, -16
        sd      ra, 8(sp)
        jal     middle
        addi    s1, s1, 2
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
middle: addi    sp, sp, -16
        sd      ra, 8(sp)
        andi    t0, s0, 5
        beqz    t0, far
        andi    t0, s0, 2
        beqz    t0, frame
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
far:    la      t0, saved
        ld      sp, 0(t0)
        la      ra, next
        ret
frame:  ld      ra, 24(sp)
        addi    sp, sp, 32
        ret
        .bss
        .balign 8
saved:  .space  8`,
  ],
  [
    "routines that switch stacks",
    `_start: la      s2, other
        la      t0, stack
        sd      t0, 8(s2)
        la      t0, worker
        sd      t0, 0(s2)
        li      s0, 1500
        li      s1, 0
loop:   jal     switch
        addi    s1, s1, 1
        addi    s0, s0, -1
        bgtz    s0, loop
        andi    a0, s1, 127${exit}
worker: jal     deeper
        addi    s1, s1, 5
        j       worker
deeper: addi    sp, sp, -16
        sd      ra, 8(sp)
        jal     switch
        xori    s1, s1, 9
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
switch: ld      t0, 0(s2)
        ld      t1, 8(s2)
        sd      ra, 0(s2)
        sd      sp, 8(s2)
        mv      sp, t1
        jr      t0
        .bss
        .balign 16
other:  .space  16
        .space  4096
stack:  .space  16`,
  ],
  [
    "code that is written while its caller waits",
    `        .section .code, "awx", @progbits
        .globl  _start
_start: la      s2, change
        la      s3, words
        li      s0, 900
        li      s1, 0
loop:   jal     outer
        addi    s0, s0, -1
        bgtz    s0, loop
        andi    a0, s1, 127${exit}
outer:  addi    sp, sp, -16
        sd      ra, 8(sp)
        jal     writer
change: addi    s1, s1, 1
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
writer: andi    t0, s0, 127
        bnez    t0, keep
        srli    t1, s0, 7
        andi    t1, t1, 1
        slli    t1, t1, 2
        add     t1, t1, s3
        lw      t1, 0(t1)
        sw      t1, 0(s2)
        fence.i
keep:   addi    s1, s1, 1
        ret
words:  .word   0x00348493, 0x0014c493 # addi s1, s1, 3; xori s1, s1, 1`,
  ],
];

async function assemble(source: string) {
  const host = { readFile: async () => Buffer.from(`        .option norvc\n${source}`) };
  const options = { march: "rv64gc", environment: "linux", relax: false } as const;
  const { file, diagnostics } = await build(["program.s"], options, host);
  assert.ok(file, JSON.stringify(diagnostics));
  return file;
}

describe("control flow on all engines", () => {
  for (const [name, source] of cases) {
    it(`follows ${name}`, async function () {
      this.timeout(60_000);
      const file = await assemble(source);
      const limits = { stops: 40, instructions: 300_000, seed: 7 };
      const { stops, differences } = compareEngines({ file, environment: "linux" }, limits);
      assert.deepEqual(differences, []);
      assert.ok(stops > 100);
    });
  }

  it("returns from a million calls, one in the other", async function () {
    this.timeout(60_000);
    const file = await assemble(`_start: la      sp, top
        li      a0, 1000000
        jal     sum
        li      t0, 4096
        remu    a0, a0, t0
        andi    a0, a0, 127
        li      a7, 93
        ecall
sum:    beqz    a0, none
        addi    sp, sp, -16
        sd      ra, 8(sp)
        sd      a0, 0(sp)
        addi    a0, a0, -1
        jal     sum
        ld      t0, 0(sp)
        add     a0, a0, t0
        ld      ra, 8(sp)
        addi    sp, sp, 16
none:   ret
        .bss
        .balign 16
        .space  16000064
top:    .space  16`);
    const code = Number(((1_000_000n * 1_000_001n) / 2n) % 4096n) & 127;
    const counts = (["interpreter", "translator"] as const).map((engine) => {
      const machine = createProcess({
        file,
        environment: "linux",
        engine,
        hotness: 20,
        host: { output: () => undefined, now: () => 0n, random: (n) => new Uint8Array(n) },
      });
      assert.deepEqual(machine.run(100_000_000), { reason: "exit", code });
      return machine.instructions;
    });
    assert.equal(counts[1], counts[0]);
  });
});

describe("asking whether a run is due to end", () => {
  const loops: readonly (readonly [name: string, body: string])[] = [
    ["a fast loop", "        addi    s1, s1, 1\n"],
    ["a loop that is evaluated", "        csrr    s1, instret\n        fence.i\n"],
    ["a loop of system calls", "        li      a7, 172\n        ecall\n"],
  ];
  for (const [name, body] of loops) {
    for (const engine of ["evaluator", "interpreter", "translator"] as const) {
      it(`ends ${name} early on the ${engine}`, async () => {
        const file = await assemble(`_start:\nloop:\n${body}        j       loop`);
        const host = { output: () => undefined, now: () => 0n, random: () => new Uint8Array(8) };
        const machine = createProcess({ file, environment: "linux", engine, hotness: 20, host });
        let asked = 0;
        const stop = machine.run(Number.MAX_SAFE_INTEGER, () => ++asked === 5);
        assert.equal(stop.reason, "budget");
        assert.equal(asked, 5);
        assert.ok(machine.instructions > 0n && machine.instructions < 3_000_000n);
      });
    }
  }
});
