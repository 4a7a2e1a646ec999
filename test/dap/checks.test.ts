/**
 * The checks on small programs: each finds its mistake and says where, and what only looks like one
 * is left alone. The programs run observed, on each engine beneath, and do what they do unobserved.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "../../assembler/build.ts";
import type { CheckName } from "../../debug-adapter/checks/checks.ts";
import { buildProgram } from "../process/build-program.ts";
import { runProcess } from "../process/run-process.ts";
import { runChecked } from "./checked-run.ts";

/** A program whose function f is called once, with a stack frame of its own around the call. */
const calling = (f: string, more = "") => `
    .globl _start
_start:
    addi sp, sp, -32
    li   s1, 11
    call f
    j    exit
exit:
    li   a7, 93
    ecall
f:
${f}
${more}`;

interface Case {
  readonly name: string;
  readonly source: string;
  /** What is found, each the check and the beginning of what is said. */
  readonly found: readonly (readonly [CheckName, RegExp])[];
}

const cases: readonly Case[] = [
  {
    name: "a saved register that is not restored",
    source: calling("li s1, 3; ret"),
    found: [["saved-registers", /^f returns with s1 = 0x0+3, but it was 0x0+b when _start called/]],
  },
  {
    name: "a saved register that is restored",
    source: calling("addi sp, sp, -16; sd s1, 0(sp); li s1, 3; ld s1, 0(sp); addi sp, sp, 16; ret"),
    found: [],
  },
  {
    name: "a floating-point register that is saved by the callee",
    source: calling("li t0, 1; fcvt.d.w fs0, t0; ret"),
    found: [["saved-registers", /^f returns with fs0 = 0x3ff0000000000000/]],
  },
  {
    name: "a temporary register that is not kept",
    source: calling("li t1, 3; li a5, 4; ret"),
    found: [],
  },
  {
    name: "a register that a callee of the callee does not keep",
    source: calling(
      "addi sp, sp, -16; sd ra, 0(sp); call g; ld ra, 0(sp); addi sp, sp, 16; ret",
      "g: li s1, 1; ret",
    ),
    found: [
      ["saved-registers", /^g returns/],
      ["saved-registers", /^f returns/],
    ],
  },
  {
    name: "a stack pointer that is too low",
    source: calling("addi sp, sp, -16; ret"),
    found: [["stack-pointer", /^f returns with sp = \S+, 16 bytes lower than the \S+ with which/]],
  },
  {
    name: "a return address that a call has overwritten",
    source: calling("call g; beqz s1, exit; li s1, 0; ret", "g: ret"),
    found: [["return-address", /^f returns to f\+\d+, but _start called it to come back to/]],
  },
  {
    name: "a tail call",
    source: calling("addi sp, sp, -16; addi sp, sp, 16; j g", "g: ret"),
    found: [],
  },
  {
    name: "a tail call through a register",
    source: calling("la t1, g; jr t1", "g: ret"),
    found: [],
  },
  {
    name: "a call through a register, and by t0",
    source: calling(
      "mv s2, ra; la t1, g; jalr t1; jal t0, h; mv ra, s2; mv s2, zero; ret",
      "g: ret\nh: addi sp, sp, -16; addi sp, sp, 16; jr t0",
    ),
    found: [],
  },
  {
    name: "a jump out of a function to one further out, as longjmp does",
    source: calling(
      "la t0, buffer; sd ra, 0(t0); sd sp, 8(t0); addi sp, sp, -32; sd ra, 0(sp); call g; ebreak",
      `g: addi sp, sp, -64; call back; ebreak
back: la t0, buffer; ld ra, 0(t0); ld sp, 8(t0); li a0, 0; ret
    .bss
    .balign 8
buffer: .skip 16`,
    ),
    found: [],
  },
  {
    name: "two coroutines, each with a stack of its own",
    source: `
    .globl _start
_start:
    la   s0, one
    la   t0, body
    sd   t0, 0(s0)
    la   t0, stack + 1024
    sd   t0, 8(s0)
    li   s1, 3
turn:
    mv   a0, s0
    call switch
    addi s1, s1, -1
    bnez s1, turn
    li   a0, 0
    li   a7, 93
    ecall
switch: # goes over to what is in memory at a0, and leaves there what goes on here
    ld   t1, 0(a0)
    ld   t2, 8(a0)
    ld   t3, 16(a0)
    sd   ra, 0(a0)
    sd   sp, 8(a0)
    sd   s1, 16(a0)
    mv   ra, t1
    ld   zero, 0(a0)
    mv   sp, t2
    mv   s1, t3
    ret
body:
    li   s1, 100
more:
    call twice
    la   a0, one
    call switch
    j    more
twice:
    addi sp, sp, -16
    sd   ra, 0(sp)
    addi s1, s1, 0
    ld   ra, 0(sp)
    addi sp, sp, 16
    ret
    .bss
    .balign 16
one: .skip 24
stack: .skip 1024`,
    found: [],
  },
  {
    name: "a store below the stack pointer",
    source: calling("sw a0, -4(sp); ret"),
    found: [["below-stack", /^The store of 4 bytes at f is 4 bytes below sp/]],
  },
  {
    name: "a load below the stack pointer",
    source: calling("lb a0, -100(sp); ret"),
    found: [["below-stack", /^The load of 1 byte at f is 100 bytes below sp/]],
  },
  {
    name: "a branch on memory that was never written",
    source: calling("lw a0, 4(sp); bnez a0, out; out: ret"),
    found: [
      [
        "uninitialized-memory",
        /^The branch at f\+\d+ depends through a0 on 4 bytes at \S+ that were never written/,
      ],
    ],
  },
  {
    name: "an address that was never written",
    source: calling("ld a0, 8(sp); andi a0, a0, 0x7f0; add a0, a0, sp; lw a1, 0(a0); ret"),
    found: [["uninitialized-memory", /^The address of the access at f\+\d+ depends through a0/]],
  },
  {
    name: "a frame that another call has left behind",
    source: calling(
      "addi sp, sp, -16; sd ra, 8(sp); call g; call h; ld ra, 8(sp); addi sp, sp, 16; ret",
      `g: addi sp, sp, -16; sd s1, 0(sp); addi sp, sp, 16; ret
h: addi sp, sp, -16; ld a0, 0(sp); addi sp, sp, 16; beqz a0, done; done: ret`,
    ),
    found: [["uninitialized-memory", /since f called h/]],
  },
  {
    name: "copies of what was never written, and a bit of it that is written",
    source: calling(
      "lw a0, 4(sp); andi a0, a0, -2; ori a0, a0, 1; sw a0, 4(sp); ld a1, 0(sp); sd a1, 16(sp); " +
        "lw a2, 20(sp); andi a2, a2, 1; beqz a2, out; out: lbu a3, 20(sp); slli a3, a3, 63; bltz a3, on; on: ret",
    ),
    found: [],
  },
  {
    name: "a comparison that defined bits decide",
    source: calling(
      "sb zero, 0(sp); li a1, 1; sb a1, 1(sp); lhu a0, 0(sp); lw a2, 4(sp); slli a2, a2, 16; " +
        "or a0, a0, a2; beqz a0, out; out: li a1, 0x40; sb a1, 15(sp); ld a0, 8(sp); bltz a0, on; on: ret",
    ),
    found: [],
  },
  {
    name: "memory that a call of the environment has written",
    source: calling(
      "addi a0, sp, 0; li a1, 8; li a2, 0; li a7, 278; ecall; ld a0, 0(sp); beqz a0, out; out: ret",
    ),
    found: [],
  },
];

const described = ({ found }: { readonly found: readonly string[] }) => found.join("\n");

describe("checks of a run", () => {
  for (const { name, source, found } of cases) {
    it(found.length === 0 ? `leave alone: ${name}` : `find ${name}`, async () => {
      const file = await buildProgram(source);
      for (const engine of ["translator", "evaluator"] as const) {
        const checked = await runChecked(file, { engine, limit: 100_000n });
        assert.equal(checked.findings.length, found.length, described(checked));
        for (const [index, [check, text]] of found.entries()) {
          const finding = checked.findings[index]!;
          assert.equal(finding.check, check);
          assert.match(finding.text, text);
        }
        const plain = await runProcess(file, { engine, limit: 100_000n });
        assert.equal(checked.instructions, plain.instructions);
        assert.equal(checked.code, plain.code);
      }
    });
  }

  it("are made only where they are asked for", async () => {
    const file = await buildProgram(calling("li s1, 3; sw a0, -4(sp); addi sp, sp, -16; ret"));
    for (const [name, count] of [
      ["saved-registers", 0],
      ["stack-pointer", 1],
      ["below-stack", 1],
      ["heap", 0],
    ] as const) {
      const { findings } = await runChecked(file, { limit: 100_000n }, [name]);
      assert.equal(findings.length, count, name);
    }
  });

  const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
  for (const name of readdirSync(examples)) {
    if (!name.endsWith(".s")) continue;
    it(`find nothing in examples/${name}`, async () => {
      const readFile = async (path: string) => readFileSync(path);
      const { file, environment } = await build([join(examples, name)], {}, { readFile });
      assert.ok(file !== undefined);
      const given = { environment, input: "3 1 2\n4\n", limit: 200_000n };
      const [checked, plain] = [await runChecked(file, given), await runProcess(file, given)];
      // It counts in s0 over all calls, which the ABI does not allow.
      const isOwn = name === "recursion.s";
      const found = checked.findings.filter(({ check }) => !isOwn || check !== "saved-registers");
      assert.deepEqual(found, [], checked.found.join("\n"));
      assert.equal(checked.stdout, plain.stdout);
      assert.equal(checked.instructions, plain.instructions);
    });
  }
});
