/**
 * Code that no compiler makes: jumps into the middle of instructions, into data and off the end of
 * memory, loops that write themselves, recursion without an end. All engines end in the same place,
 * the translator with translation from the first jump on, and what they translate stays bounded.
 */
import assert from "node:assert/strict";
import { build } from "../../assembler/build.ts";
import { createEngine, type EngineName } from "../../emulator/engines.ts";
import { Hart } from "../../emulator/hart.ts";
import type { Stop } from "../../emulator/machine.ts";
import { PhysicalMemory } from "../../emulator/memory.ts";
import { createProcess } from "../../emulator/process/process.ts";
import { type Access, AddressSpace, Right, type Translator } from "../../emulator/translation.ts";
import { bytesOf } from "../fuzz/code-writer.ts";
import { architectureOf } from "./programs.ts";

const engines: readonly EngineName[] = ["evaluator", "interpreter", "translator"];
/** All exceptions but calls and breakpoints. */
const faults = new Set([0, 1, 2, 4, 5, 6, 7, 12, 13, 15]);

const text = (stop: Stop): string => {
  if (stop.reason === "exit") return `exit ${stop.code}`;
  if (stop.reason !== "exception") return stop.reason;
  const { cause, value, pc } = stop.trap;
  return `trap ${cause} value ${value.toString(16)} at ${pc.toString(16)}`;
};

interface End {
  readonly stop: string;
  readonly instructions: bigint;
  readonly registers: readonly bigint[];
  /** How many modules were compiled meanwhile. */
  readonly modules: number;
}

async function run(source: string, march: string, engine: EngineName): Promise<End> {
  const host = { readFile: async () => Buffer.from(source) };
  const options = { march, environment: "linux", textAddress: 0x10000n, relax: false } as const;
  const { file, diagnostics } = await build(["program.s"], options, host);
  assert.ok(file, JSON.stringify(diagnostics));
  const { Module } = WebAssembly;
  let modules = 0;
  WebAssembly.Module = new Proxy(Module, {
    construct(target, args: [BufferSource]) {
      modules++;
      return new target(...args);
    },
  });
  try {
    const machine = createProcess({
      file,
      march,
      environment: "linux",
      engine,
      hotness: 1,
      host: { output: () => undefined, now: () => 0n, random: (n) => new Uint8Array(n) },
    });
    machine.catchExceptions(faults);
    const stop = machine.run(20_000_000);
    const registers = Array.from({ length: 32 }, (_, index) => machine.current.x(index));
    return { stop: text(stop), instructions: machine.instructions, registers, modules };
  } finally {
    WebAssembly.Module = Module;
  }
}

const exit = `
        li      a7, 93
        ecall`;

const cases: readonly (readonly [name: string, end: string, source: string, march?: string])[] = [
  [
    "jumps into the middle of an instruction and over it by turns",
    "exit 116",
    `_start: li      s0, 1000
loop:   bnez    s1, outer + 2
outer:  .word   0x05050337 # lui t1, 0x5050: its upper half is addi a0, a0, 1
        xori    s1, s1, 1
        addi    s0, s0, -1
        bnez    s0, loop
        andi    a0, a0, 127${exit}`,
  ],
  [
    "jumps into data that cannot be executed",
    "trap 12 value 20000 at 20000",
    `_start: lui     t0, 0x20
        jr      t0
        .section .rodata
        .data
        .org    0
        .word   1`,
  ],
  ["runs into zeros", "trap 2 value 0 at 10002", "_start: lui t0, 1\n        .word 0, 0"],
  [
    "runs off the end of its last page",
    "trap 12 value 12000 at 12000",
    `_start: lui     t0, 0x11
        jr      t0
        .org    0x1000
loop:   addi    a0, a0, 1
        li      t1, 100
        bltu    a0, t1, loop
        j       last
        .org    0x1ffc
last:   .word   0x00150513 # addi a0, a0, 1, which would be compressed`,
  ],
  [
    "has half an instruction at the end of its last page",
    "trap 12 value 11000 at 10ffe",
    `_start: li      t1, 100
loop:   addi    a0, a0, 1
        bltu    a0, t1, loop
        lui     t0, 0x11
        jr      -2(t0)
        .org    0xffe
        .half   0x0513`,
  ],
  [
    "branches out of a hot loop to half an instruction",
    "trap 0 value 10006 at 1000c",
    `_start: li      t1, 100
loop:   addi    a0, a0, 1
        addi    a1, a1, 3
        .word   0xfe657de3 # bgeu a0, t1, .-6
        j       loop`,
    "rv64g",
  ],
  [
    "jumps to half an instruction by a register, and links nothing",
    "trap 0 value 10002 at 10008",
    `_start: lui     t0, 0x10
        addi    t0, t0, 2
        jalr    ra, 0(t0)`,
    "rv32g",
  ],
  [
    "calls itself until the stack is used up",
    "trap 15 value 1f7feff8 at 10004",
    `_start: j       f
f:      addi    sp, sp, -16
        sd      ra, 8(sp)
        call    f
        addi    a0, a0, 1
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret`,
  ],
  [
    "writes its loop at each turn",
    "exit 40",
    `        .section .both, "awx"
        .globl _start
_start: li      s0, 20000
        la      s1, slot
        lw      s2, 0(s1)
        lui     s3, 0x100 # one more in the immediate
loop:   xor     s2, s2, s3
        sw      s2, 0(s1)
        fence.i
slot:   .word   0x00250513 # addi a0, a0, 2
        addi    s0, s0, -1
        bnez    s0, loop
        srli    a0, a0, 1
        andi    a0, a0, 127${exit}`,
  ],
  [
    "writes its loop at each turn and does not say so",
    "exit 40",
    `        .section .both, "awx"
        .globl _start
_start: li      s0, 20000
        la      s1, slot
        lw      s2, 0(s1)
        lui     s3, 0x100
loop:   xor     s2, s2, s3
        sw      s2, 0(s1)
slot:   .word   0x00250513 # addi a0, a0, 2
        addi    s0, s0, -1
        bnez    s0, loop
        srli    a0, a0, 1
        andi    a0, a0, 127${exit}`,
  ],
];

describe("bad code", () => {
  for (const [name, end, source, march = "rv64gc"] of cases) {
    it(`that ${name}: ${end}`, async () => {
      const head = source.includes(".globl") ? "" : "        .globl _start\n";
      const ends: End[] = [];
      for (const engine of engines) ends.push(await run(`${head}${source}\n`, march, engine));
      assert.deepEqual(
        ends.map(({ stop }) => stop),
        engines.map(() => end),
      );
      const [first, ...others] = ends.map(({ instructions, registers }) => [
        instructions,
        ...registers,
      ]);
      for (const other of others) assert.deepEqual(other, first);
      // A frame that is written again and again is no longer translated.
      for (const { modules } of ends) assert.ok(modules <= 40, `${modules} modules`);
    });
  }
});

/** An address space in which the first page of code is mapped once more, writable. */
class TwicePlaced implements Translator {
  readonly #space: AddressSpace;
  readonly watches;

  constructor(space: AddressSpace) {
    this.#space = space;
    this.watches = space.watches;
  }
  #own(page: number): number {
    return page === 0x30 ? 0x10 : page;
  }
  resolve(page: number, access: Access): number {
    return this.#space.resolve(this.#own(page), access);
  }
  codeFrame(page: number): number {
    return this.#space.codeFrame(this.#own(page));
  }
  reach(address: bigint, size: number, access: Access): number {
    return this.#space.reach(address, size, access);
  }
  load(): undefined {
    return undefined;
  }
  store(): boolean {
    return false;
  }
  attach(buffer: Parameters<Translator["attach"]>[0]): void {
    this.#space.attach(buffer);
  }
  detach(buffer: Parameters<Translator["detach"]>[0]): void {
    this.#space.detach(buffer);
  }
}

for (const engineName of engines) {
  describe(`bad code on the ${engineName}`, () => {
    const rig = (march: string, base: bigint, words: readonly number[]) => {
      const architecture = architectureOf(march);
      const { xlen, extensions } = architecture;
      const memory = new PhysicalMemory(64 << 20);
      const space = new AddressSpace(memory, xlen);
      const translator = new TwicePlaced(space);
      const hart = new Hart({
        id: 0,
        xlen,
        flen: 64,
        extensions,
        memory,
        translator,
        process: true,
      });
      space.map(base & ~0xfffn, 0x1000n, Right.read | Right.write | Right.execute);
      space.write(base, bytesOf(words));
      hart.pc = base;
      return { hart, engine: createEngine(engineName, memory, architecture, 64, 1) };
    };

    for (const xlen of [32, 64] as const) {
      it(`goes from the last halfword of RV${xlen}'s address space to address 0`, () => {
        const last = (1n << BigInt(xlen)) - 2n;
        const { hart, engine } = rig(`rv${xlen}gc`, last, [0x0505]); // c.addi a0, 1
        const stop = engine.run(hart, 5);
        assert.ok(stop.reason === "trap");
        assert.deepEqual(stop.trap, { cause: 12, value: 0n, pc: 0n });
        assert.deepEqual([hart.x(10), hart.instret], [1n, 1n]);
      });

      it(`finds half an instruction in the last halfword of RV${xlen}'s address space`, () => {
        const last = (1n << BigInt(xlen)) - 2n;
        const { hart, engine } = rig(`rv${xlen}gc`, last, []);
        hart.translator.watches.set([]);
        const { translator, memory } = hart;
        const frame = translator.resolve(Number(last >> 12n), 1);
        memory.view.setUint16(frame + 0xffe, 0x0513, true);
        const stop = engine.run(hart, 5);
        assert.ok(stop.reason === "trap");
        assert.deepEqual(stop.trap, { cause: 12, value: 0n, pc: last });
      });
    }

    it("sees code change that is written through another page", () => {
      // lw a1, 0(s1); xor a1, a1, s2; sw a1, 0(s1); fence.i; slot: addi a0, a0, 1; j .-20
      const words = [0x0004a583, 0x0125c5b3, 0x00b4a023, 0x0000100f, 0x00150513, 0xfedff06f];
      const { hart, engine } = rig("rv64gc", 0x10000n, words);
      hart.setX(9, 0x30010n);
      hart.setX(18, 0x00300000n); // 1 becomes 2, and 2 becomes 1
      assert.equal(engine.run(hart, 6000).reason, "budget");
      assert.equal(hart.x(10), 1500n);
    });
  });
}
