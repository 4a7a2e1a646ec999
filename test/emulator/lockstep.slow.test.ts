/**
 * Whole programs on every engine, stopped at the same random counts: all registers and counts are
 * equal at every stop, and memory, output and exit code at the end. The translator runs with
 * translation from the first jump on, and also with budgets too small for most regions.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../assembler/build.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import type { EngineName } from "../../emulator/engines.ts";
import type { Machine, Stop } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { requireTool, runTool } from "../tools.ts";

/** Loops, calls, recursion, indirect jumps, doubles, singles and a table of functions. */
const source = `
        .globl _start
_start: li      s0, 300
        li      t0, 1
        fcvt.d.l fs0, t0
        fcvt.s.l fs1, t0
        li      t1, 3
        fcvt.d.l ft1, t1
        fdiv.d  fs2, fs0, ft1
        fcvt.s.d fs3, fs2
loop:   andi    a0, s0, 15
        call    fib
        la      t0, table
        andi    t1, s0, 3
        slli    t1, t1, 3
        add     t0, t0, t1
        ld      t0, 0(t0)
        mv      a1, s0
        jalr    t0
        add     s1, s1, a0
        fmadd.d fs0, fs0, fs2, ft1
        fadd.s  fs1, fs1, fs3
        fsqrt.d fs4, fs0
        flt.d   t2, fs4, fs2
        add     s1, s1, t2
        la      t3, buffer
        andi    t4, s0, 63
        add     t3, t3, t4
        sw      s1, 3(t3)
        amoadd.w t5, s0, (sp)
        csrr    t6, fflags
        add     s1, s1, t6
        rdinstret t6
        xor     s2, s2, t6
        addi    s0, s0, -1
        bnez    s0, loop
        andi    a0, s1, 127
        li      a7, 93
        ecall
fib:    li      t0, 2
        blt     a0, t0, 1f
        addi    sp, sp, -32
        sd      ra, 0(sp)
        sd      a0, 8(sp)
        addi    a0, a0, -1
        call    fib
        sd      a0, 16(sp)
        ld      a0, 8(sp)
        addi    a0, a0, -2
        call    fib
        ld      t1, 16(sp)
        add     a0, a0, t1
        ld      ra, 0(sp)
        addi    sp, sp, 32
1:      ret
case0:  mul     a0, a0, a1
        ret
case1:  divu    a0, a0, a1
        tail    case0
case2:  mulhu   a0, a0, a1
        j       case0
case3:  rem     a0, a0, a1
        beqz    a0, case1
        ret
        .data
        .balign 8
table:  .dword  case0, case1, case2, case3
buffer: .zero   128
`;

interface Track {
  readonly states: readonly string[];
  readonly end: string;
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

function digest(chunks: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

function state(machine: Machine): string {
  const { current } = machine;
  const registers = Array.from({ length: 32 }, (_, n) => `${current.x(n)} ${current.f(n)}`);
  const all = `${machine.instructions} ${current.pc} ${current.csr(3)} ${registers.join(" ")}`;
  return `${machine.instructions} ${current.pc.toString(16)} ${digest([Buffer.from(all)])}`;
}

/** Runs a program with budgets drawn from a seed, and notes the state at each stop. */
function track(
  file: ElfFile,
  engine: EngineName,
  hotness: number,
  budgets: (pick: (n: number) => number) => number,
): Track {
  const output: Uint8Array[] = [];
  const machine = createProcess({
    file,
    environment: "linux",
    engine,
    hotness,
    host: {
      output: (_stream, bytes) => void output.push(bytes.slice()),
      now: () => 1_700_000_000_000_000_000n,
      random: (length) => new Uint8Array(length).fill(7),
    },
  });
  const pick = random(4711);
  const states: string[] = [];
  let stop: Stop;
  do {
    stop = machine.run(budgets(pick));
    if (stop.reason === "waiting") machine.answer({ kind: "error", error: "EIO" });
    states.push(state(machine));
  } while (stop.reason === "budget" || stop.reason === "waiting");
  const memory = machine
    .memoryMap(machine.current)
    .map(({ start, end }) => machine.readMemory(machine.current, start, Number(end - start)));
  const text = Buffer.concat(output).toString();
  const end = JSON.stringify({ stop, text, memory: digest(memory) }, (_key, value: unknown) =>
    typeof value === "bigint" ? `${value}` : value,
  );
  return { states, end };
}

function compare(file: ElfFile, largest: number): void {
  for (const [name, budgets] of [
    ["large", (pick: (n: number) => number) => 1 + pick(largest)],
    ["tiny", (pick: (n: number) => number) => (pick(200) === 0 ? largest : 1 + pick(30))],
  ] as const) {
    const expected = track(file, "evaluator", 1, budgets);
    assert.ok(expected.states.length > 100, `${expected.states.length} stops`);
    for (const [engine, hotness] of [
      ["interpreter", 1],
      ["translator", 1],
      ["translator", 7],
    ] as const) {
      const actual = track(file, engine, hotness, budgets);
      const at = actual.states.findIndex((one, index) => one !== expected.states[index]);
      assert.equal(
        actual.states[at],
        expected.states[at],
        `${engine} ${hotness}, ${name}, stop ${at}`,
      );
      assert.equal(actual.states.length, expected.states.length);
      assert.equal(actual.end, expected.end, `${engine} ${hotness}, ${name}`);
    }
  }
}

describe("engines in lockstep", function () {
  this.timeout(120_000);

  it("on an assembly program", async () => {
    const host = { readFile: async () => Buffer.from(source) };
    const { file, diagnostics } = await build(["program.s"], {}, host);
    assert.deepEqual(diagnostics, []);
    assert.ok(file);
    compare(file, 3000);
  });

  it("on a compiled C program", function () {
    const gcc = requireTool(this, "riscv64-linux-gnu-gcc");
    const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
    try {
      const path = join(folder, "program");
      const input = join(import.meta.dirname, "lockstep.c");
      runTool(gcc, ["-O2", "-static", "-o", path, input, "-lm"]);
      compare(readElf(readFileSync(path)), 800);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
