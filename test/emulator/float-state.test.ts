/**
 * The state of floating point around loops, on every engine: when FS of mstatus becomes Dirty, where
 * an instruction traps while it is Off, and what becomes of flags, of frm and of unboxed singles
 * that change while the loop's code is translated.
 */
import assert from "node:assert/strict";
import { engineNames } from "../../emulator/engines.ts";
import { Right } from "../../emulator/translation.ts";
import { encode, type OperandValues } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";
import { type Bench, createBench } from "./programs.ts";

type Line = readonly [mnemonic: string, values?: OperandValues];

const code = 0x10000n;
const [a0, a1, fa0, fa1, fa2] = [10, 11, 10, 11, 12] as const;
const off = 0;
const initial = 1;
const dirty = 3;

/** A loop over a body, a0 times, and a breakpoint instruction behind it. */
function loop(body: readonly Line[]): Line[] {
  return [
    ...body,
    ["addi", { rd: a0, rs1: a0, imm: -1 }],
    ["bne", { rs1: a0, rs2: 0, imm: -4 * (body.length + 1) }],
    ["ebreak"],
  ];
}

for (const name of engineNames) {
  describe(`state of floating point: ${name}`, () => {
    function load(lines: readonly Line[], count: bigint): Bench {
      const bench = createBench("rv64imafd_zicsr", true, name, 2);
      const { hart, space } = bench;
      space.map(code, 0x1000n, Right.read | Right.write | Right.execute, "text");
      const bytes = new DataView(new ArrayBuffer(4 * lines.length));
      for (const [index, [mnemonic, values = {}]] of lines.entries()) {
        const [instruction] = instructionsNamed(mnemonic);
        assert.ok(instruction, mnemonic);
        bytes.setUint32(4 * index, encode(instruction, values), true);
      }
      space.write(code, new Uint8Array(bytes.buffer));
      hart.pc = code;
      hart.setX(a0, count);
      return bench;
    }

    /** Runs the loop anew, in slices, to its end; how it ended. */
    function again({ hart, engine }: Bench, count: bigint): string {
      hart.pc = code;
      hart.setX(a0, count);
      for (;;) {
        const stop = engine.run(hart, 2_000_000);
        if (stop.reason === "trap") return `${stop.trap.cause} at ${(stop.trap.pc - code) / 4n}`;
        assert.equal(stop.reason, "budget");
      }
    }

    // Regions are translated when a turn of a million instructions is over.
    const long = name === "translator" ? 400_000n : 500n;
    const sum = new DataView(new ArrayBuffer(8));
    sum.setFloat64(0, Number(long) + 1);

    it("leaves FS alone where no f register is written", () => {
      const bench = load(loop([["feq.d", { rd: a1, fs1: fa0, fs2: fa0 }]]), long);
      bench.hart.floatState = initial;
      assert.equal(again(bench, long), "3 at 3");
      assert.equal(again(bench, long), "3 at 3");
      assert.equal(bench.hart.floatState, initial);
    });

    it("makes FS dirty with the first register that is written", () => {
      const bench = load(loop([["fadd.d", { fd: fa1, fs1: fa1, fs2: fa0, rm: 7 }]]), long);
      bench.hart.setF(fa0, 0x3ff0000000000000n);
      assert.equal(again(bench, long), "3 at 3");
      bench.hart.floatState = initial;
      assert.equal(again(bench, 1n), "3 at 3");
      assert.equal(bench.hart.floatState, dirty);
      // A sum of ones, all exact.
      assert.equal(bench.hart.f(fa1), sum.getBigUint64(0));
      assert.equal(bench.hart.flags, 0);
    });

    it("traps where FS is Off, with nothing changed", () => {
      const bench = load(loop([["fadd.d", { fd: fa1, fs1: fa1, fs2: fa0, rm: 7 }]]), long);
      assert.equal(again(bench, long), "3 at 3");
      const { hart } = bench;
      hart.floatState = off;
      const before = hart.f(fa1);
      const count = hart.instret;
      assert.equal(again(bench, long), "2 at 0");
      assert.equal(hart.f(fa1), before);
      assert.equal(hart.instret, count);
      assert.equal(hart.x(a0), long);
    });

    it("raises inexact when the first result is rounded, and obeys a mode that is set later", () => {
      const bench = load(loop([["fdiv.d", { fd: fa1, fs1: fa0, fs2: fa2, rm: 7 }]]), long);
      const { hart } = bench;
      hart.setF(fa0, 0x3ff0000000000000n);
      hart.setF(fa2, 0x4000000000000000n);
      assert.equal(again(bench, long), "3 at 3");
      assert.equal(hart.flags, 0);
      hart.setF(fa2, 0x4008000000000000n);
      assert.equal(again(bench, 5n), "3 at 3");
      assert.equal(hart.flags, 1);
      assert.equal(hart.f(fa1), 0x3fd5555555555555n);
      hart.rounding = 3;
      assert.equal(again(bench, 5n), "3 at 3");
      assert.equal(hart.f(fa1), 0x3fd5555555555556n);
      hart.rounding = 5;
      assert.equal(again(bench, 5n), "2 at 0");
    });

    it("reads a single that is not boxed as a NaN, and keeps one that is not written", () => {
      const body: Line[] = [["fadd.s", { fd: fa1, fs1: fa0, fs2: fa2, rm: 7 }]];
      const bench = load(loop(body), long);
      const { hart } = bench;
      const one = 0xffff_ffff_3f80_0000n;
      hart.setF(fa0, one);
      hart.setF(fa2, one);
      assert.equal(again(bench, long), "3 at 3");
      assert.equal(hart.f(fa1), 0xffff_ffff_4000_0000n);
      hart.setF(fa2, 0x3f80_0000n);
      assert.equal(again(bench, 1000n), "3 at 3");
      assert.equal(hart.f(fa1), 0xffff_ffff_7fc0_0000n);
      assert.equal(hart.f(fa2), 0x3f80_0000n);
      assert.equal(hart.flags, 0);
    });
  });
}
