/**
 * The program suite on every engine, stopped at the same places: 1,000 random stops, tiny budgets,
 * breakpoints and watchpoints that come and go. All that the guest could see is equal at each stop.
 * The translator runs with translation from the first jump on. `npm run fuzz -- engines` goes on
 * with random programs and with those of `bench/`.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../assembler/build.ts";
import { readElf } from "../../elf/reader.ts";
import { randomSubject } from "../fuzz/engines.ts";
import { requireTool, runTool } from "../tools.ts";
import { compareEngines, type Subject } from "./lockstep.ts";

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

const root = join(import.meta.dirname, "..", "..");

async function assembled(name: string, text: string, input = ""): Promise<Subject> {
  const host = { readFile: async () => Buffer.from(text) };
  const { file, diagnostics, header } = await build([name], {}, host);
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.ok(file);
  return { file, environment: header.environment ?? "linux", input };
}

function compiled(compiler: string, flags: readonly string[]): Subject {
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
  try {
    const path = join(folder, "program");
    runTool(compiler, [...flags, "-o", path, join(import.meta.dirname, "lockstep.c"), "-lm"]);
    return { file: readElf(readFileSync(path)), environment: "linux" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function check(subject: Subject, stops: number, least = stops): void {
  const done = compareEngines(subject, { seed: 4711, stops, instructions: 2_000_000 });
  assert.deepEqual(done.differences, []);
  assert.ok(done.stops >= least, `only ${done.stops} stops`);
}

describe("engines in lockstep", function () {
  this.timeout(120_000);

  it("on an assembly program", async () => check(await assembled("program.s", source), 1000));

  it("on a compiled C program for RV64", function () {
    const gcc = requireTool(this, "riscv64-linux-gnu-gcc");
    check(compiled(gcc, ["-O2", "-static"]), 1000);
  });

  it("on a compiled C program for RV32", function () {
    const gcc = requireTool(this, "riscv64-unknown-elf-gcc");
    const memory = "-Wl,--defsym=__flash_size=0x1000000,--defsym=__ram_size=0x4000000";
    const target = ["-march=rv32imafdc", "-mabi=ilp32d", "-nostartfiles", memory];
    const runtime = join(root, "bench", "runtime", "bare-linux.c");
    check(compiled(gcc, ["-O2", "--specs=picolibc.specs", ...target, runtime]), 1000);
  });

  const examples = [
    ["sort.s", ""],
    ["matrix.s", ""],
    ["recursion.s", ""],
    ["floating-point.s", ""],
    ["atomics.s", ""],
    ["strings.s", ""],
    ["average.s", "3\n4\n5\n0\n"],
    ["venus.s", ""],
  ] as const;
  for (const [name, input] of examples) {
    it(`on the example ${name}`, async () => {
      const text = readFileSync(join(root, "examples", name), "utf8");
      check(await assembled(name, text, input), 300, 10);
    });
  }

  for (const xlen of [64, 32] as const) {
    it(`on random RV${xlen} programs`, async () => {
      for (let seed = 1; seed <= 2; seed++) check(await randomSubject(xlen, seed, 12), 700);
    });
  }
});
