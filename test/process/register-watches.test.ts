/** Watched registers: the stops are those that asking every single instruction gives. */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { ElfFile } from "../../elf/model.ts";
import type { Machine, RegisterWatchpoint, Watchpoint } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { parseArchitecture } from "../../isa/architecture.ts";
import { createDecoder, isCompressed } from "../../isa/decoder.ts";
import { effectsOf } from "../../isa/effects.ts";
import { buildProgram } from "./build-program.ts";

/**
 * Runs code that it writes, twice: the second time another instruction stands at its beginning, and
 * one stands across the border of two pages. Calls a function with floating point meanwhile.
 */
const program = `
    .globl _start
_start:
    li a0, 0
    li a1, 8192
    li a2, 7
    li a3, 0x22
    li a4, -1
    li a5, 0
    li a7, 222
    ecall
    mv s2, a0
    li t0, 4092
    add s4, s2, t0
    # addi s3, s3, 1 from the 4094th byte on, and then ret
    li t0, 0x00010001
    sw t0, 0(s4)
    li t0, 0x0985
    sh t0, 0(s4)
    lla t1, crossing
    lhu t0, 0(t1)
    sh t0, 2(s4)
    lhu t0, 2(t1)
    sh t0, 4(s4)
    lhu t0, 4(t1)
    sh t0, 6(s4)
    li s5, 40
again:
    fence.i
    jalr s4
    call work
    addi s5, s5, -1
    li t2, 20
    bne s5, t2, over
    # addi s3, s3, 1 becomes addi s6, s6, 1
    li t0, 0x0b05
    sh t0, 0(s4)
over:
    bnez s5, again
    mv a0, s3
    li a7, 93
    ecall
work:
    addi sp, sp, -16
    sd ra, 8(sp)
    fcvt.d.w fa0, s5
    fadd.d fs0, fs0, fa0
    c.mv a0, a0
    ld ra, 8(sp)
    addi sp, sp, 16
    ret
    .option norvc
crossing:
    addi s3, s3, 2
    .option rvc
    ret
`;

const start = (file: ElfFile): Machine =>
  createProcess({
    file,
    environment: "linux",
    host: { output: () => undefined, now: () => 0n, random: (length) => new Uint8Array(length) },
  });

const parsed = parseArchitecture("rv64gc");
ok("architecture" in parsed);
const decode = createDecoder(parsed.architecture);

/** What a machine stops at, one line each, as its watched registers are said to be used. */
function stopsOf(machine: Machine): string[] {
  const stops: string[] = [];
  for (;;) {
    const stop = machine.run(1_000_000);
    if (stop.reason === "exit") return stops;
    ok(stop.reason === "registers" || stop.reason === "watchpoint", stop.reason);
    const uses = stop.registers ?? [];
    for (const { kind, index, before } of uses)
      stops.push(`${machine.instructions} ${stop.pc} ${kind}${index} ${before}`);
  }
}

/** The encoding of ecall, whose result a0 is. */
const environmentCall = 0x73;

/** The same, from single steps and what each instruction is defined to do. */
function stepsOf(machine: Machine, watched: readonly RegisterWatchpoint[]): string[] {
  const stops: string[] = [];
  const hart = machine.current;
  const value = ({ kind, index }: RegisterWatchpoint) =>
    kind === "x" ? hart.x(index) : hart.f(index);
  for (;;) {
    const { pc } = hart;
    const bytes = machine.readMemory(hart, pc, 4);
    const low = bytes[0]! | (bytes[1]! << 8);
    const word = isCompressed(low) ? low : (low | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0;
    const decoded = decode(word);
    const { readsX, writesX, readsF, writesF } = effectsOf(decoded!);
    const before = watched.map(value);
    if (machine.run(1).reason === "exit") return stops;
    for (const [at, one] of watched.entries()) {
      const reads = (one.kind === "x" ? readsX : readsF).includes(one.index);
      const isResult = word === environmentCall && one.kind === "x" && one.index === 10;
      const writes = isResult || (one.kind === "x" ? writesX : writesF).includes(one.index);
      const isRead = reads && one.access !== "write";
      const isWritten = writes && one.access !== "read";
      if (isRead || (isWritten && (one.isEvery || value(one) !== before[at])))
        stops.push(`${machine.instructions} ${pc} ${one.kind}${one.index} ${before[at]}`);
    }
  }
}

const cases: readonly (readonly [what: string, watched: RegisterWatchpoint[], least: number])[] = [
  [
    "changes of s3, by code that changes",
    [{ kind: "x", index: 19, access: "write", isEvery: false }],
    59,
  ],
  [
    "changes of s6, by code that has become so",
    [{ kind: "x", index: 22, access: "write", isEvery: false }],
    20,
  ],
  ["every write of a0", [{ kind: "x", index: 10, access: "write", isEvery: true }], 40],
  ["changes of a0", [{ kind: "x", index: 10, access: "write", isEvery: false }], 1],
  ["reads of ra", [{ kind: "x", index: 1, access: "read", isEvery: false }], 80],
  ["all uses of sp", [{ kind: "x", index: 2, access: "readWrite", isEvery: true }], 160],
  ["changes of fs0", [{ kind: "f", index: 8, access: "write", isEvery: false }], 39],
];

describe("watched registers", () => {
  let file: ElfFile;
  before(async () => {
    file = await buildProgram(program);
  });

  for (const [what, watched, least] of cases) {
    it(what, () => {
      const machine = start(file);
      machine.watchRegisters?.(watched);
      const stops = stopsOf(machine);
      deepEqual(stops, stepsOf(start(file), watched));
      ok(stops.length >= least, `${stops.length} stops`);
    });
  }

  it("tells of a register with the watched memory that the same instruction reads", async () => {
    const small = await buildProgram(
      "_start: lla a1, word\n lw a0, 0(a1)\n li a7, 93\n ecall\n .data\nword: .word 7\n",
    );
    const machine = start(small);
    const address = small.symbols.find(({ name }) => name === "word")?.value ?? 0n;
    const memory: Watchpoint = { address, length: 4, access: "read" };
    machine.setWatchpoints([memory]);
    machine.watchRegisters?.([{ kind: "x", index: 10, access: "write", isEvery: false }]);
    const stop = machine.run(100);
    equal(stop.reason, "watchpoint");
    if (stop.reason === "watchpoint") equal(stop.registers?.[0]?.before, 0n);
    machine.setWatchpoints([]);
    machine.watchRegisters?.([]);
    equal(machine.run(100).reason, "exit");
  });
});
