/**
 * Programs of a size that nobody writes by hand: a million functions, 100 MB of straight code. They
 * run to their end, and memory for what is made of the code stays bounded. And a program without an
 * end, which gives way to its host.
 */
import assert from "node:assert/strict";
import { SHF, SHT } from "../../elf/constants.ts";
import { segmentsOf } from "../../elf/layout.ts";
import type { ElfFile, Section } from "../../elf/model.ts";
import type { EngineName } from "../../emulator/engines.ts";
import type { Machine } from "../../emulator/machine.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { Runner } from "../../emulator/runner.ts";
import { encode, type OperandValues } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";

const base = 0x10_0000n;
const one = (mnemonic: string, values: OperandValues = {}): number => {
  const [instruction] = instructionsNamed(mnemonic);
  assert.ok(instruction, mnemonic);
  return encode(instruction, values);
};

const [zero, ra, t0, t1, s0, s1, a0, a7] = [0, 1, 5, 6, 8, 9, 10, 17];
const exit = [
  one("andi", { rd: a0, rs1: a0, imm: 127 }),
  one("addi", { rd: a7, imm: 93 }),
  one("ecall"),
];

function executable(words: Uint32Array): ElfFile {
  const section: Section = {
    name: ".text",
    type: SHT.PROGBITS,
    flags: SHF.ALLOC | SHF.EXECINSTR,
    address: base,
    size: BigInt(words.byteLength),
    data: new Uint8Array(words.buffer),
    alignment: 4096n,
    entrySize: 0n,
    link: 0,
    info: 0,
    relocations: [],
  };
  return {
    class: 64,
    type: 2,
    machine: 243,
    flags: 5,
    entry: base,
    sections: [section],
    segments: segmentsOf([section], 64),
    symbols: [],
  };
}

function machineFor(file: ElfFile, engine: EngineName, hotness?: number): Machine {
  return createProcess({
    file,
    march: "rv64gc",
    environment: "linux",
    engine,
    ...(hotness === undefined ? {} : { hotness }),
    host: { output: () => undefined, now: () => 0n, random: (n) => new Uint8Array(n) },
  });
}

/** Calls `count` functions of two instructions one after the other, `rounds` times. */
function manyFunctions(count: number, rounds: number): ElfFile {
  const head = [
    one("addi", { rd: s1, imm: rounds }),
    one("auipc", { rd: t0, imm: 0 }), // again:
    one("addi", { rd: t0, rs1: t0, imm: 4 * 14 }),
    one("lui", { rd: s0, imm: (count >> 12) << 12 }),
    one("addi", { rd: t1, imm: 8 }),
    one("jalr", { rd: ra, rs1: t0, imm: 0 }), // next:
    one("add", { rd: t0, rs1: t0, rs2: t1 }),
    one("addi", { rd: s0, rs1: s0, imm: -1 }),
    one("bne", { rs1: s0, rs2: zero, imm: -12 }),
    one("addi", { rd: s1, rs1: s1, imm: -1 }),
    one("bne", { rs1: s1, rs2: zero, imm: -36 }),
    ...exit,
    one("addi"),
  ];
  const words = new Uint32Array(head.length + 2 * count);
  words.set(head);
  const callee = [one("addi", { rd: a0, rs1: a0, imm: 1 }), one("jalr", { rs1: ra })];
  for (let n = 0; n < count; n++) words.set(callee, head.length + 2 * n);
  return executable(words);
}

describe("large code", function () {
  this.timeout(120_000);

  const functions = 1_000_000 & ~0xfff;
  for (const [engine, count, hotness] of [
    ["interpreter", functions, undefined],
    ["translator", functions, undefined],
    ["translator", 0x3000, 1],
  ] as const) {
    const how = hotness === undefined ? "" : `, each translated at once`;
    it(`calls ${count} functions on the ${engine}${how}`, () => {
      const rounds = 3;
      const machine = machineFor(manyFunctions(count, rounds), engine, hotness);
      const stop = machine.run(2 ** 40);
      assert.deepEqual(stop, { reason: "exit", code: (rounds * count) & 127 });
      const loops = rounds * (4 + count * 6 + 2);
      assert.equal(machine.instructions, BigInt(1 + loops + exit.length));
    });
  }

  it("runs 100 MB of straight code", () => {
    const count = 25_000_000;
    const words = new Uint32Array(count + exit.length).fill(
      one("addi", { rd: a0, rs1: a0, imm: 1 }),
    );
    words.set(exit, count);
    const before = process.memoryUsage().rss;
    const machine = machineFor(executable(words), "translator");
    const stop = machine.run(2 ** 40);
    assert.deepEqual(stop, { reason: "exit", code: count & 127 });
    assert.equal(machine.instructions, BigInt(words.length));
    // The guest's memory takes 100 MB; records of decoded code are made again and again.
    const grown = (process.memoryUsage().rss - before) / 2 ** 20;
    assert.ok(grown < 700, `${grown.toFixed()} MB`);
  });
});

describe("a program without an end", () => {
  for (const engine of ["interpreter", "translator"] as const) {
    it(`is paused on the ${engine} between two pieces, each of which is short`, async () => {
      const file = executable(Uint32Array.of(one("jal", { rd: 0, imm: 0 })));
      const machine = machineFor(file, engine, engine === "translator" ? 1 : undefined);
      let [longest, sincePause, isPaused] = [0, 0, false];
      const run = machine.run.bind(machine);
      machine.run = (budget, isDue) => {
        if (isPaused) sincePause++;
        const start = performance.now();
        const stop = run(budget, isDue);
        longest = Math.max(longest, performance.now() - start);
        return stop;
      };
      const runner = new Runner(machine, {
        console: { read: async () => ({ data: new Uint8Array(0), ended: true }) },
        files: { request: async () => ({ kind: "error", error: "ENOENT" }) },
      });
      const done = runner.run();
      await new Promise((resolve) => setTimeout(resolve, 50));
      runner.pause();
      isPaused = true;
      assert.deepEqual(await done, { reason: "pause" });
      // No piece begins after the pause, and a piece ends by the clock.
      assert.equal(sincePause, 0);
      assert.ok(longest < 1000, `a piece of ${longest} ms`);
      assert.ok(machine.instructions > 0n);
    });
  }
});
