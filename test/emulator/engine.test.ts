/**
 * How an engine runs: exact budgets, breakpoints, watchpoints, traps with precise state, code
 * that changes itself. Programs are written as instructions and encoded from the definitions.
 */
import assert from "node:assert/strict";
import type { EngineStop } from "../../emulator/engine.ts";
import { type EngineName, engineNames } from "../../emulator/engines.ts";
import { Right } from "../../emulator/translation.ts";
import { encode, type OperandValues } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";
import { type Bench, createBench } from "./programs.ts";

type Line = readonly [mnemonic: string, values?: OperandValues];

const march = "rv64gc_zba_zbb_zbc_zbs_zicond";
const code = 0x10000n;
const data = 0x20000n;

function wordOf([mnemonic, values = {}]: Line, xlen: 32 | 64 = 64): number {
  const instruction = instructionsNamed(mnemonic).find((each) => (each.xlen ?? xlen) === xlen);
  assert.ok(instruction, mnemonic);
  return encode(instruction, values);
}

/** The bytes of instructions, 2 or 4 each. */
function bytesOf(lines: readonly Line[], xlen: 32 | 64 = 64): Uint8Array {
  return Uint8Array.from(
    lines.flatMap((line) => {
      const word = wordOf(line, xlen);
      const length = (word & 3) === 3 ? 4 : 2;
      return Array.from({ length }, (_, n) => (word >>> (8 * n)) & 0xff);
    }),
  );
}

/** A hart at the start of a program, with two pages of data mapped from 0x20000 on. */
function loadFor(
  engineName: EngineName,
  lines: readonly Line[],
  at = code,
  architecture = march,
): Bench {
  const bench = createBench(architecture, true, engineName);
  const { hart, space } = bench;
  const all = Right.read | Right.write | Right.execute;
  space.map(code, 0x2000n, all, "text");
  space.map(data, 0x2000n, Right.read | Right.write, "data");
  space.write(at, bytesOf(lines, hart.xlen));
  hart.pc = at;
  return bench;
}

const text = (stop: EngineStop): string =>
  stop.reason === "trap"
    ? `trap ${stop.trap.cause} value ${stop.trap.value.toString(16)} at ${stop.trap.pc.toString(16)}`
    : stop.reason === "watchpoint"
      ? `${stop.access} of ${stop.address.toString(16)} at ${stop.pc.toString(16)}`
      : stop.reason;

const a0 = 10;
const a1 = 11;
const a2 = 12;

for (const engineName of engineNames)
  describe(`engine: ${engineName}`, () => {
    const load = (lines: readonly Line[], at?: bigint, architecture?: string): Bench =>
      loadFor(engineName, lines, at, architecture);

    const counting: Line[] = [
      ["addi", { rd: a0, rs1: a0, imm: 1 }],
      ["jal", { rd: 0, imm: -4 }],
    ];

    it("runs exactly the budget", () => {
      const { hart, engine } = load(counting);
      for (const budget of [1, 2, 3, 1000, 77]) {
        const before = hart.instret;
        assert.equal(engine.run(hart, budget).reason, "budget");
        assert.equal(hart.instret - before, BigInt(budget));
      }
      assert.equal(hart.x(a0), 542n);
      assert.equal(hart.pc, 0x10004n);
    });

    it("stops before an instruction with a breakpoint, and passes it when told", () => {
      const { hart, engine } = load(counting);
      engine.setBreakpoints([0x10004n]);
      assert.equal(engine.run(hart, 100).reason, "breakpoint");
      assert.deepEqual([hart.pc, hart.instret], [0x10004n, 1n]);
      assert.equal(engine.run(hart, 100).reason, "breakpoint");
      assert.equal(hart.instret, 1n);
      assert.equal(engine.run(hart, 100, true).reason, "breakpoint");
      assert.deepEqual([hart.pc, hart.instret], [0x10004n, 3n]);
      engine.setBreakpoints([]);
      assert.equal(engine.run(hart, 100).reason, "budget");
    });

    it("stops at a breakpoint in a page that must be looked up again", () => {
      const { hart, engine, space } = load(counting);
      engine.run(hart, 4);
      engine.setBreakpoints([0x10000n]);
      space.watches.set([{ address: data, length: 1, access: "write" }]);
      assert.equal(engine.run(hart, 4).reason, "breakpoint");
      assert.equal(hart.instret, 4n);
    });

    it("prefers the budget to a breakpoint at the same place", () => {
      const { hart, engine } = load(counting);
      engine.setBreakpoints([0x10004n]);
      assert.equal(engine.run(hart, 1).reason, "budget");
    });

    const traps: readonly [name: string, lines: Line[], stop: string][] = [
      ["an environment call", [["ecall"]], "trap 8 value 0 at 10000"],
      ["a breakpoint instruction", [["ebreak"]], "trap 3 value 10000 at 10000"],
      ["a compressed breakpoint", [["c.ebreak"]], "trap 3 value 10000 at 10000"],
      ["a load from nowhere", [["lw", { rd: a0, rs1: 0, imm: 16 }]], "trap 13 value 10 at 10000"],
      ["a store to nowhere", [["sb", { rs1: 0, rs2: 0, imm: 7 }]], "trap 15 value 7 at 10000"],
      ["a jump to nowhere", [["jalr", { rd: 1, rs1: 0, imm: 0x100 }]], "trap 12 value 100 at 100"],
      ["a machine instruction", [["mret"]], "trap 2 value 30200073 at 10000"],
      [
        "a machine CSR",
        [["csrrs", { rd: a0, csr: 0x300, rs1: 0 }]],
        "trap 2 value 30002573 at 10000",
      ],
      [
        "a write to a read-only CSR",
        [["csrrw", { rd: 0, csr: 0xc00, rs1: 0 }]],
        "trap 2 value c0001073 at 10000",
      ],
      [
        "a CSR that is not there",
        [["csrrs", { rd: a0, csr: 0x7ff, rs1: 0 }]],
        "trap 2 value 7ff02573 at 10000",
      ],
      [
        "a reserved rounding mode",
        [
          ["csrrwi", { rd: 0, csr: 2, uimm: 5 }],
          ["fadd.s", { fd: 0, fs1: 0, fs2: 0 }],
        ],
        "trap 2 value 7053 at 10004",
      ],
      [
        "a misaligned atomic",
        [
          ["lui", { rd: a1, imm: 0x20000 }],
          ["addi", { rd: a1, rs1: a1, imm: 2 }],
          ["amoadd.w", { rd: a0, rs1: a1, rs2: a0 }],
        ],
        "trap 6 value 20002 at 10008",
      ],
      [
        "a misaligned load-reserved",
        [
          ["lui", { rd: a1, imm: 0x20000 }],
          ["addi", { rd: a1, rs1: a1, imm: 4 }],
          ["lr.d", { rd: a0, rs1: a1 }],
        ],
        "trap 4 value 20004 at 10008",
      ],
    ];
    for (const [name, lines, expected] of traps) {
      it(`traps ${name}: ${expected}`, () => {
        const { hart, engine } = load(lines);
        const stop = engine.run(hart, 100);
        assert.equal(text(stop), expected);
        assert.ok(stop.reason === "trap" && stop.trap.pc === hart.pc);
      });
    }

    it("leaves everything as it was before a trapping instruction", () => {
      const { hart, engine } = load([["lw", { rd: a0, rs1: a0, imm: 0 }]]);
      hart.setX(a0, 0x123n);
      assert.equal(engine.run(hart, 5).reason, "trap");
      assert.deepEqual([hart.x(a0), hart.pc, hart.instret], [0x123n, code, 0n]);
    });

    it("traps a misaligned jump where instructions are 4 bytes, and links nothing", () => {
      const { hart, engine } = load([["jal", { rd: 1, imm: 6 }]], code, "rv64g");
      assert.equal(text(engine.run(hart, 1)), "trap 0 value 10006 at 10000");
      assert.equal(hart.x(1), 0n);
    });

    it("stops after the instruction that touches watched memory", () => {
      const { hart, engine, space } = load([
        ["lui", { rd: a1, imm: 0x20000 }],
        ["sd", { rs1: a1, rs2: a0, imm: 0 }],
        ["ld", { rd: a0, rs1: a1, imm: 0 }],
        ["sb", { rs1: a1, rs2: a0, imm: 8 }],
        ["lb", { rd: a0, rs1: a1, imm: 11 }],
      ]);
      space.watches.set([
        { address: 0x20004n, length: 1, access: "write" },
        { address: 0x2000bn, length: 1, access: "readWrite" },
      ]);
      assert.equal(text(engine.run(hart, 100)), "write of 20000 at 10004");
      assert.deepEqual([hart.pc, hart.instret], [0x10008n, 2n]);
      assert.equal(text(engine.run(hart, 100)), "read of 2000b at 10010");
      assert.deepEqual([hart.pc, hart.instret], [0x10014n, 5n]);
    });

    it("forgets watchpoints that are removed", () => {
      const { hart, engine, space } = load([
        ["lui", { rd: a1, imm: 0x20000 }],
        ["sw", { rs1: a1, rs2: a0, imm: 0 }],
        ["jal", { rd: 0, imm: -4 }],
      ]);
      space.watches.set([{ address: data, length: 4, access: "write" }]);
      assert.equal(engine.run(hart, 100).reason, "watchpoint");
      space.watches.set([]);
      assert.equal(engine.run(hart, 100).reason, "budget");
    });

    it("runs code that has just changed itself, in the same block", () => {
      const changed = wordOf(["addi", { rd: a0, rs1: 0, imm: 7 }]);
      const { hart, engine } = load([
        ["lui", { rd: a2, imm: 0x10000 }],
        ["sw", { rs1: a2, rs2: a1, imm: 16 }],
        ["addi", { rd: 0, rs1: 0, imm: 0 }],
        ["addi", { rd: 0, rs1: 0, imm: 0 }],
        ["addi", { rd: a0, rs1: 0, imm: 1 }],
      ]);
      hart.setX(a1, BigInt(changed));
      engine.run(hart, 5);
      assert.equal(hart.x(a0), 7n);
    });

    it("sees changed code that it has run before, from the guest and from outside", () => {
      const nop: Line = ["addi", { rd: 0, rs1: 0, imm: 0 }];
      const { hart, engine, space } = load([
        ["addi", { rd: a0, rs1: a0, imm: 1 }],
        ["sh", { rs1: a2, rs2: a1, imm: 2 }],
        nop,
        ["jal", { rd: 0, imm: -12 }],
      ]);
      hart.setX(a2, code);
      hart.setX(a1, 0x0045n); // the upper half of addi a0, a0, 4
      engine.run(hart, 4);
      assert.equal(hart.x(a0), 1n);
      engine.run(hart, 4);
      assert.equal(hart.x(a0), 5n);
      space.write(0x10004n, bytesOf([["addi", { rd: a0, rs1: a0, imm: 100 }]]));
      engine.run(hart, 4);
      assert.equal(hart.x(a0), 109n);
    });

    it("runs an instruction that crosses a page, also when its second half changes", () => {
      const at = 0x10ffen;
      const { hart, engine, space } = load([["addi", { rd: a0, rs1: 0, imm: 1 }]], at);
      engine.run(hart, 1);
      assert.deepEqual([hart.x(a0), hart.pc], [1n, 0x11002n]);
      space.write(at, bytesOf([["addi", { rd: a0, rs1: 0, imm: 2 }]]));
      hart.pc = at;
      engine.run(hart, 1);
      assert.equal(hart.x(a0), 2n);
      space.unmap(0x11000n, 0x1000n);
      hart.pc = at;
      assert.equal(text(engine.run(hart, 1)), "trap 12 value 11000 at 10ffe");
    });

    it("runs a loop that crosses a page at both of its ends", () => {
      const loop: Line[] = [
        ["addi", { rd: a0, rs1: a0, imm: 1 }],
        ["c.addi", { rd: a1, imm: 1 }],
        ["bne", { rs1: a0, rs2: a2, imm: -6 }],
      ];
      const { hart, engine, space } = load(loop, 0x10ff8n);
      hart.setX(a2, 7n);
      assert.equal(engine.run(hart, 20).reason, "budget");
      assert.deepEqual([hart.x(a0), hart.x(a1), hart.pc], [7n, 7n, 0x10ffen]);
      engine.run(hart, 1);
      assert.equal(hart.pc, 0x11002n);
      space.unmap(0x11000n, 0x1000n);
      hart.setX(a2, 9n);
      hart.pc = 0x10ff8n;
      assert.equal(text(engine.run(hart, 20)), "trap 12 value 11000 at 10ffe");
      assert.deepEqual([hart.x(a0), hart.x(a1)], [8n, 8n]);
    });

    // Instructions that the interpreter takes together.
    const pair: Line[] = [
      ["c.slli", { rd: a0, shamt: 1 }],
      ["c.add", { rd: a0, rs2: a1 }],
      ["c.addi", { rd: a2, imm: 1 }],
      ["c.addi", { rd: a2, imm: 1 }],
      ["c.j", { imm: -8 }],
    ];

    it("stops after any instruction of those that often follow each other", () => {
      for (let budget = 1; budget <= 11; budget++) {
        const { hart, engine } = load(pair);
        hart.setX(a1, 1n);
        engine.run(hart, 11);
        hart.setX(a0, 0n);
        hart.setX(a2, 0n);
        hart.pc = code;
        engine.run(hart, budget);
        const rounds = Math.floor(budget / 5);
        const rest = budget % 5;
        let shifted = 0n;
        for (let round = 0; round < rounds; round++) shifted = 2n * shifted + 1n;
        if (rest > 0) shifted *= 2n;
        if (rest > 1) shifted += 1n;
        const added = BigInt(2 * rounds + Math.max(0, rest - 2));
        assert.deepEqual([hart.x(a0), hart.x(a2)], [shifted, added], `${budget}`);
        assert.equal(hart.pc, code + BigInt(2 * rest));
      }
    });

    it("stops before the second of two that often follow each other", () => {
      const { hart, engine } = load(pair);
      engine.run(hart, 5);
      for (const at of [0x10002n, 0x10006n]) {
        engine.setBreakpoints([at]);
        hart.pc = code;
        assert.equal(engine.run(hart, 9).reason, "breakpoint");
        assert.equal(hart.pc, at);
      }
      engine.setBreakpoints([]);
      assert.equal(engine.run(hart, 9).reason, "budget");
    });

    it("sees a change of the second of two that often follow each other, and of the third", () => {
      const { hart, engine, space } = load(pair);
      for (const [at, imm] of [
        [0x10006n, 5],
        [0x10004n, 7],
        [0x10006n, 9],
      ] as const) {
        engine.run(hart, 10);
        space.write(at, bytesOf([["c.addi", { rd: a2, imm }]]));
        hart.pc = code;
        hart.setX(a2, 0n);
        engine.run(hart, 5);
        assert.equal(hart.x(a2), { 5: 6n, 7: 12n, 9: 16n }[imm]);
      }
      space.write(0x10002n, bytesOf([["c.add", { rd: a2, rs2: a1 }]]));
      hart.setX(a0, 3n);
      hart.pc = code;
      engine.run(hart, 5);
      assert.equal(hart.x(a0), 6n);
    });

    it("does not run what a new mapping has replaced", () => {
      const { hart, engine, space } = load([["addi", { rd: a0, rs1: 0, imm: 1 }]]);
      engine.run(hart, 1);
      space.map(code, 0x1000n, Right.read | Right.execute);
      hart.pc = code;
      assert.equal(text(engine.run(hart, 1)), "trap 2 value 0 at 10000");
    });

    it("gives misaligned and page-crossing accesses their bytes", () => {
      const { hart, engine, space } = load([
        ["sd", { rs1: a1, rs2: a0, imm: 0 }],
        ["ld", { rd: a2, rs1: a1, imm: 0 }],
        ["lw", { rd: a0, rs1: a1, imm: 3 }],
      ]);
      hart.setX(a1, 0x20ffbn);
      hart.setX(a0, 0x8877665544332211n);
      engine.run(hart, 3);
      assert.equal(hart.x(a2), 0x8877665544332211n);
      assert.equal(hart.x(a0), 0x77665544n);
      assert.deepEqual(
        [...space.read(0x20ffbn, 8)],
        [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88],
      );
    });

    it("writes nothing of an access whose second page is missing", () => {
      const { hart, engine, space } = load([["sd", { rs1: a1, rs2: a0, imm: 0 }]]);
      hart.setX(a1, 0x21ffcn);
      hart.setX(a0, (1n << 64n) - 1n);
      assert.equal(text(engine.run(hart, 1)), "trap 15 value 22000 at 10000");
      assert.deepEqual([...space.read(0x21ffcn, 4)], [0, 0, 0, 0]);
    });

    it("holds a reservation until it is used or lost", () => {
      const { hart, engine } = load([
        ["lr.w", { rd: a2, rs1: a1 }],
        ["sc.w", { rd: a0, rs1: a1, rs2: a2 }],
        ["sc.w", { rd: a2, rs1: a1, rs2: a2 }],
      ]);
      hart.setX(a1, data);
      engine.run(hart, 3);
      assert.deepEqual([hart.x(a0), hart.x(a2)], [0n, 1n]);
      hart.pc = code;
      engine.run(hart, 1);
      hart.dropReservation();
      engine.run(hart, 1);
      assert.equal(hart.x(a0), 1n);
    });

    it("counts the instructions that the guest reads in instret", () => {
      const { hart, engine } = load([
        ["addi", { rd: 0, rs1: 0, imm: 0 }],
        ["csrrs", { rd: a0, csr: 0xc02, rs1: 0 }],
        ["csrrs", { rd: a1, csr: 0xc02, rs1: 0 }],
      ]);
      engine.run(hart, 3);
      assert.deepEqual([hart.x(a0), hart.x(a1)], [1n, 2n]);
    });

    const values: readonly [line: Line, a: bigint, b: bigint, result: bigint][] = [
      [["ctzw", { rd: a2, rs1: a0 }], 0xf00000000n, 0n, 32n],
      [["ctzw", { rd: a2, rs1: a0 }], 0x80000000n, 0n, 31n],
      [["czero.eqz", { rd: a2, rs1: a0, rs2: a1 }], 5n, 0n, 0n],
      [["czero.eqz", { rd: a2, rs1: a0, rs2: a1 }], 5n, 9n, 5n],
      [["czero.nez", { rd: a2, rs1: a0, rs2: a1 }], 5n, 0n, 5n],
      [["czero.nez", { rd: a2, rs1: a0, rs2: a1 }], 5n, 9n, 0n],
    ];
    for (const [line, a, b, result] of values) {
      it(`${line[0]} of ${a} and ${b} is ${result}`, () => {
        const { hart, engine } = load([line]);
        hart.setX(a0, a);
        hart.setX(a1, b);
        engine.run(hart, 1);
        assert.equal(hart.x(a2), result);
      });
    }
  });
