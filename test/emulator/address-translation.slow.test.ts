/**
 * Memory where it is out of the ordinary, on every engine and with every form of translation: a
 * window that holds the address space as it is, one that folds it, and the software TLB. Each
 * program runs in stretches of random length; registers and counts are the same at every stop.
 */
import assert from "node:assert/strict";
import type { ElfFile } from "../../elf/model.ts";
import type { EngineName } from "../../emulator/engines.ts";
import type { Machine, Stop } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { buildProgram } from "../process/build-program.ts";

/** What every program may use: calls, and `word` for the width of a pointer. */
const prelude = `
        .macro mmap bytes
        li a0, 0
        li a1, \\bytes
        li a2, 3
        li a3, 0x22
        li a4, -1
        li a5, 0
        li a7, 222
        ecall
        .endm
        .macro munmap register, bytes
        mv a0, \\register
        li a1, \\bytes
        li a7, 215
        ecall
        .endm
        .macro mprotect register, bytes, rights
        mv a0, \\register
        li a1, \\bytes
        li a2, \\rights
        li a7, 226
        ecall
        .endm
        .macro exit register
        mv a0, \\register
        li a7, 93
        ecall
        .endm
        .globl _start
_start:
`;

/** A loop of s1 turns; memory of two pages, or as many as are asked for, at s0. */
const loop = (before: string, body: string, after: string, pages = 2): string => `
        mmap 4096*${pages}
        mv s0, a0
        li s1, 60
        li s2, 0
${before}
again:
${body}
        addi s1, s1, -1
        bnez s1, again
${after}
        exit s2
`;

const everyWidth = ["lb", "lbu", "lh", "lhu", "lw"]
  .map((name) => `${name} t1, 0(t0)\n add s2, s2, t1`)
  .join("\n");

/** Programs by what they show; how they end is checked too, so that they show it. */
const programs: readonly [name: string, text: string, end: string][] = [
  [
    "accesses across pages",
    loop(
      "li t0, 4096-24\n add s3, s0, t0",
      `add t0, s3, s1
       sh s1, -20(t0)
       sw s1, 1(t0)
       ${everyWidth}
       lw t1, -3(t0)
       add s2, s2, t1
       amoadd.w t2, s1, (s0)`,
      "andi s2, s2, 63",
    ),
    "exit",
  ],
  [
    "a load across the end of a mapping",
    loop(
      "li t0, 4096\n add s3, s0, t0\n munmap s3, 4096\n addi s3, s3, -64",
      `sub t0, s3, s1
       addi t0, t0, 120
       ${everyWidth}`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "a store across the end of a mapping",
    loop(
      "li t0, 4096\n add s3, s0, t0\n munmap s3, 4096\n addi s3, s3, -64",
      `sub t0, s3, s1
       addi t0, t0, 118
       sb s1, 0(t0)
       sh s1, 0(t0)
       sw s1, 0(t0)`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "a store across into a page that may only be read",
    loop(
      "li t0, 4096\n add s3, s0, t0\n mprotect s3, 4096, 1",
      `sub t0, s3, s1
       lw t1, 60(t0)
       lw t1, 0(t0)
       sw s1, 57(t0)`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "the last page before a page that is denied, used again and again",
    loop(
      "li t0, 4096\n add s3, s0, t0\n mprotect s3, 4096, 0",
      `sw s1, -8(s3)
       lw t1, -8(s3)
       sw t1, -4(s3)
       lh t2, -2(s3)
       add s2, s2, t1
       andi s2, s2, 63`,
      "",
    ),
    "exit",
  ],
  [
    "rights that go away under a hot store",
    loop(
      "",
      `li t0, 20
       bne s1, t0, 1f
       mprotect s0, 4096, 1
1:     lw t1, 16(s0)
       addi t1, t1, 1
       sw t1, 16(s0)`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "rights that come and go, and a mapping that goes under a hot load",
    loop(
      "",
      `andi t0, s1, 7
       bnez t0, 1f
       mprotect s0, 8192, 1
       lw t1, 8(s0)
       mprotect s0, 8192, 3
1:     sw s1, 8(s0)
       li t0, 9
       bne s1, t0, 2f
       munmap s0, 4096
2:     lw t1, 8(s0)
       add s2, s2, t1`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "mappings and heap that were used before are zero",
    loop(
      "li a0, 0\n li a7, 214\n ecall\n mv s4, a0",
      `mmap 12288
       mv s3, a0
       lw t1, 0(s3)
       add s2, s2, t1
       li t2, 8190
       add t2, s3, t2
       lw t1, 0(t2)
       add s2, s2, t1
       sw s1, 0(s3)
       sw s1, 0(t2)
       munmap s3, 12288
       li t0, 20480
       add a0, s4, t0
       li a7, 214
       ecall
       lw t1, 0(s4)
       add s2, s2, t1
       lw t1, -4(a0)
       add s2, s2, t1
       sw s1, 0(s4)
       sw s1, -4(a0)
       mv a0, s4
       ecall`,
      "",
    ),
    "exit 0",
  ],
  [
    "code that is written on a page with hot data",
    `la s0, here
     mprotect s0, 4096, 7
     la s0, patch
     la s3, data
     li s1, 60
     li s2, 0
again: andi t0, s1, 15
     bnez t0, 1f
     lw t1, 0(s0)
     li t2, 0x100000
     add t1, t1, t2
     sw t1, 0(s0)
     fence.i
1:   lw t1, 0(s3)
     addi t1, t1, 3
     sw t1, 0(s3)
     add s2, s2, t1
     call here
     addi s1, s1, -1
     bnez s1, again
     andi s2, s2, 127
     exit s2
     .balign 4096
here: nop
     .option push
     .option norvc
patch: addi s2, s2, 1
     .option pop
     ret
     .balign 4
data: .word 0`,
    "exit",
  ],
  [
    "addresses that wrap around",
    loop(
      "li s3, -8",
      `lw t1, 4(s0)
       li t0, 5
       bne s1, t0, 1f
       lw t1, 16(s3)
1:     sw s1, 4(s0)`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "accesses off one register, of which a later one is denied",
    loop(
      "li t0, 4096\n add s3, s0, t0\n munmap s3, 4096\n addi s3, s3, -1000",
      `addi s3, s3, 24
       lw t1, 0(s3)
       sw s1, 8(s3)
       sh s1, -6(s3)
       add s2, s2, t1
       sw s1, 16(s3)
       lw t2, 22(s3)
       sw t2, 0(s3)`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "a register that moves between its accesses",
    loop(
      "li t0, 4096+64\n add s3, s0, t0\n mv s4, s3",
      `addi s3, s3, -16
       sw s1, 12(s3)
       sw s2, 0(s3)
       mv t3, s3
       addi t3, t3, 8
       lw t1, 4(t3)
       addi s3, s3, 12
       lh t2, 0(s3)
       add s2, s2, t1
       add s2, s2, t2
       andi s3, s3, -2
       andi t3, t3, -2
       lhu t4, -8(t3)
       add t3, s0, s1
       lb t4, 3(t3)
       lw t3, 1(t3)
       mv s3, s4`,
      "andi s2, s2, 127",
    ),
    "exit",
  ],
  [
    "what one block has checked and another uses",
    loop(
      "li t0, 4096\n add s3, s0, t0\n mprotect s3, 4096, 1\n addi s3, s3, -128",
      `sw s1, 0(s3)
       lw t1, 40(s3)
       andi t0, s1, 3
       beqz t0, 1f
       sw s1, 4(s3)
       andi t0, s1, 1
       beqz t0, 2f
       lw t2, 32(s3)
       sw t1, 36(s3)
       addi s3, s3, 4
2:     lw t2, 40(s3)
       add s2, s2, t2
1:     sw s2, 40(s3)`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "a table by a small index, at the end of a mapping",
    loop(
      "li t0, 4096-32\n add s3, s0, t0\n mv s4, s3\n addi t0, s3, 32\n munmap t0, 4096",
      `andi t0, s1, 15
       add t1, s3, t0
       sb s1, 0(t1)
       lbu t2, 16(t1)
       slli t2, t2, 1
       andi t2, t2, 28
       add t3, s3, t2
       lw t4, 0(t3)
       lbu t0, 3(s3)
       srli t0, t0, 3
       add t0, t0, s3
       lhu t5, 8(t0)
       add s2, s2, t4
       add s2, s2, t5`,
      "li t0, 4096-32\n add s3, s0, t0\n lbu t1, 31(s3)\n lbu t1, 32(s3)",
    ),
    "SIGSEGV",
  ],
  [
    "what was checked before a loop, and where ways meet",
    loop(
      "addi s3, s0, 64\n addi s4, s0, 256",
      `sw s1, 0(s3)
       li s5, 5
1:     lw t1, 0(s3)
       andi t0, s5, 1
       add t2, s4, t0
       beqz t0, 2f
       addi s4, s4, 4
       sw t1, 4(s4)
2:     sb s5, 0(t2)
       lw t3, 0(s4)
       add s2, s2, t3
       addi s5, s5, -1
       bnez s5, 1b
       sw s2, 4(s3)
       li t0, 10
       bne s1, t0, 3f
       munmap s0, 4096
3:     nop`,
      "",
    ),
    "SIGSEGV",
  ],
  [
    "what each turn of a loop wants, where it is denied from some time on",
    loop(
      "li t0, 4096\n add s4, s0, t0\n la s6, here",
      `li s5, 6
1:     addi s2, s2, 1
       sw s5, 0(s0)
       lw t1, 8(s4)
       lbu t2, 0(s0)
       add t2, t2, s4
       lbu t3, 1(t2)
       la t4, here
       lw t5, 0(t4)
       sw s2, 4(t4)
       add s2, s2, t5
       andi t0, s5, 3
       beqz t0, 2f
       sb s5, 12(s4)
2:     addi s5, s5, -1
       bnez s5, 1b
       li t0, 20
       bne s1, t0, 3f
       munmap s4, 4096
3:     nop`,
      "exit s2\n .data\nhere: .word 3, 0\n .text\n",
    ),
    "SIGSEGV",
  ],
  [
    "memory that runs out",
    `mmap 4096*8192
     mv s0, a0
     li s1, 8192
     li t1, 4096
     bltz s0, 2f
1:   sw s1, 8(s0)
     add s0, s0, t1
     addi s1, s1, -1
     bnez s1, 1b
2:   exit zero`,
    "exit 0",
  ],
  [
    "more memory than there is",
    `li s2, 0
1:   mmap 4096*1024
     srai t0, a0, 12
     bltz t0, 2f
     mv s0, a0
     li s1, 1024
     li t1, 4096
3:   sw s1, 8(s0)
     add s0, s0, t1
     addi s1, s1, -1
     bnez s1, 3b
     addi s2, s2, 1
     j 1b
2:   exit s2`,
    "exit",
  ],
];

/** The same, for addresses of 64 bits. */
const longPrograms: typeof programs = [
  ...[32, 33, 44, 63].map((bit): [string, string, string] => [
    `an address with bit ${bit} set`,
    loop(
      `li s3, 1\n slli s3, s3, ${bit}`,
      `ld t1, 8(s0)
       addi t1, t1, 1
       sd t1, 8(s0)
       li t0, 7
       bne s1, t0, 1f
       add s0, s0, s3
1:     ld t2, 16(s0)`,
      "",
    ),
    "SIGSEGV",
  ]),
  [
    "long accesses across pages",
    loop(
      "li t0, 4096-64\n add s3, s0, t0",
      `add t0, s3, s1
       sd s1, 1(t0)
       ld t1, -2(t0)
       add s2, s2, t1
       fld fa0, 3(t0)
       fsd fa0, -5(t0)`,
      "andi s2, s2, 63",
    ),
    "exit",
  ],
];

const forms = ["as it is", "folded", "buffer"] as const;
type Form = (typeof forms)[number];

async function built(text: string, xlen: 32 | 64, form: Form): Promise<ElfFile> {
  const places = { textAddress: 0x8000_0000n, dataAddress: 0x8100_0000n };
  const march = `rv${xlen}gc`;
  const file = await buildProgram(prelude + text, "linux", march, form === "folded" ? places : {});
  if (form !== "buffer") return file;
  // A segment that would be folded onto another leaves no window.
  const [first] = file.segments;
  assert.ok(first);
  const virtualAddress = first.virtualAddress + 0xa000_0000n;
  const other = { ...first, virtualAddress, physicalAddress: virtualAddress };
  return { ...file, segments: [...file.segments, other] };
}

function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** How a program runs: a line for each stop. Watches s0 and a part of its second page meanwhile. */
function track(file: ElfFile, engine: EngineName, hotness: number, watch: boolean): string[] {
  const machine: Machine = createProcess({
    file,
    environment: "linux",
    engine,
    hotness,
    memoryLimit: 32 << 20,
    host: { output: () => undefined, now: () => 0n, random: (length) => new Uint8Array(length) },
  });
  const pick = random(99);
  const lines: string[] = [];
  let stop: Stop;
  do {
    stop = machine.run(1 + pick(pick(3) === 0 ? 4000 : 90));
    const { current } = machine;
    if (watch) {
      const at = current.x(8);
      const isNow = lines.length % 5 !== 0;
      machine.setWatchpoints(isNow ? [{ address: at + 8n, length: 4, access: "readWrite" }] : []);
    }
    const registers = Array.from({ length: 32 }, (_, n) => current.x(n)).join(" ");
    const why = `${stop.reason} ${"signal" in stop ? stop.signal : ""}`;
    const code = stop.reason === "exit" ? stop.code : "";
    lines.push(`${why} ${code} ${machine.instructions} ${current.pc.toString(16)} ${registers}`);
  } while (stop.reason !== "exit");
  return lines;
}

describe("address translation", function () {
  this.timeout(20_000);

  for (const xlen of [32, 64] as const) {
    for (const form of forms) {
      const all = xlen === 64 ? [...programs, ...longPrograms] : programs;
      for (const [position, [name, text, end]] of all.entries()) {
        // Each program is watched in every other form, on the other width in the others.
        const isWatched = (position + forms.indexOf(form) + xlen / 32) % 2 === 0;
        it(`RV${xlen}, ${form}: ${name}`, async () => {
          const file = await built(text, xlen, form);
          for (const watch of isWatched ? [false, true] : [false]) {
            const expected = track(file, "evaluator", 1, watch);
            const last = expected.at(-1) ?? "";
            const how = last.replace(/^exit +(\S+) .*/, "exit $1").replace(/^exit (SIG.*)/, "$1");
            assert.ok(how.startsWith(end), `${how}, not ${end}`);
            for (const hotness of [0, 1]) {
              const engine = hotness === 0 ? "interpreter" : "translator";
              assert.deepEqual(track(file, engine, hotness, watch), expected, `${engine} ${watch}`);
            }
          }
        });
      }
    }
  }
});
