/**
 * The bare board on every engine: exact times of interrupts, waiting, endless traps, page tables
 * that change under way, accessed and dirty bits, devices, and what a debugger asks.
 */
import assert from "node:assert/strict";
import { type EngineName, engineNames } from "../../../emulator/engines.ts";
import type { EntryUpdates } from "../../../emulator/privileged/address-translation.ts";
import { Board } from "../../../emulator/system/board.ts";
import { csrByName } from "../../../isa/csrs.ts";
import { architectureOf } from "../programs.ts";
import { assembleAt, ramStart } from "./executive.ts";

interface Bare {
  readonly board: Board;
  readonly output: () => string;
  readonly csr: (name: string) => bigint | undefined;
  /** The address of an offset in the program. */
  readonly at: (offset: number) => bigint;
}

/** A board with a program at the start of RAM. */
async function createBare(
  engine: EngineName,
  text: string,
  entryUpdates: EntryUpdates = "hardware",
): Promise<Bare> {
  const data = await assembleAt(`.option norelax\n_start:\n${text}`, 64, ramStart);
  let output = "";
  const board = new Board({
    architecture: architectureOf("rv64gc"),
    load: [{ address: ramStart, data }],
    ramSize: 1 << 20,
    engine,
    hotness: 1,
    entryUpdates,
    host: {
      output: (_, bytes) => {
        output += Buffer.from(bytes).toString();
      },
    },
  });
  const csr = (name: string) => board.hart.csr(csrByName(name)?.address ?? 0);
  return { board, output: () => output, csr, at: (offset) => BigInt(ramStart + offset) };
}

const finish = `
        li      t0, 0x100000
        li      t1, 0x5555
        sw      t1, 0(t0)
1:      j       1b
`;

/** Opens all memory to the lower modes, makes a gigabyte page for RAM and turns Sv39 on for MPRV. */
const paging = `
        li      t0, -1
        csrw    pmpaddr0, t0
        li      t0, 0x1f
        csrw    pmpcfg0, t0
        la      s0, table
        li      t0, 0x80000000 >> 2 | 0xcf
        sd      t0, 16(s0)
        la      s1, middle
        srli    t0, s1, 2
        ori     t0, t0, 1
        sd      t0, 0(s0)
        la      s2, last
        srli    t0, s2, 2
        ori     t0, t0, 1
        sd      t0, 0(s1)
        la      s3, first
        la      s4, second
        srli    t0, s0, 12
        li      t1, 8
        slli    t1, t1, 60
        or      t0, t0, t1
        csrw    satp, t0
        la      t0, trap
        csrw    mtvec, t0
        li      s5, 0x20800             /* MPRV, MPP = S */
        srli    s6, s3, 2
        srli    s7, s4, 2
`;
const tables = `
        .balign 4
trap:   csrr    s11, mcause
        csrr    s10, mtval
        csrr    t0, mepc
        addi    t0, t0, 4
        csrw    mepc, t0
        li      t2, 0x1800
        csrc    mstatus, t2
        csrs    mstatus, s5
        jr      t0
        .balign 4096
table:  .zero   4096
middle: .zero   4096
last:   .zero   4096
first:  .dword  11
        .zero   4088
second: .dword  22
        .zero   4088
`;

for (const engine of engineNames) {
  describe(`a bare board, ${engine}`, () => {
    it("prints, and ends with the code of the test finisher", async () => {
      const { board, output } = await createBare(
        engine,
        `li t0, 0x10000000
         li t1, 'o'
         sb t1, 0(t0)
         li t1, 'k'
         sb t1, 0(t0)
         li t0, 0x100000
         li t1, 0x73333
         sw t1, 0(t0)
         ebreak`,
      );
      assert.deepEqual(board.run(1000), { reason: "exit", code: 7 });
      assert.equal(output(), "ok");
    });

    it("interrupts before exactly the instruction at the time that was set", async () => {
      const text = `la t0, handler
         csrw mtvec, t0
         li t0, 0x80
         csrw mie, t0
         li t0, 0x2004000
         li t1, 1000
         sd t1, 0(t0)
         csrsi mstatus, 8
loop:    addi a0, a0, 1
         j loop
         .balign 4
handler: csrr a1, mcycle
         csrr a2, time
${finish}`;
      const { board, csr } = await createBare(engine, text);
      assert.deepEqual(board.run(999), { reason: "budget" });
      assert.equal(board.instructions, 999n);
      assert.equal(csr("mip"), 0n);
      assert.equal(board.run(100_000).reason, "exit");
      assert.deepEqual([board.hart.x(11), board.hart.x(12)], [1000n, 1001n]);
    });

    it("takes an interrupt right after the instruction that enables it", async () => {
      const { board, csr, at } = await createBare(
        engine,
        `.option norvc
         la t0, handler
         csrw mtvec, t0
         csrsi mie, 8
         li t0, 0x2000000
         li t1, 1
         sw t1, 0(t0)
         csrsi mstatus, 8
         addi a0, a0, 1
         .balign 4
handler: nop
         ${finish}`,
      );
      assert.equal(board.run(1000).reason, "exit");
      assert.equal(board.hart.x(10), 0n);
      assert.equal(csr("mepc"), at(8 * 4));
      assert.equal(csr("mcause"), (1n << 63n) | 3n);
    });

    it("lets time pass while it waits, also in pieces", async () => {
      const text = `li t0, 0x80
         csrw mie, t0
         li t0, 0x2004000
         li t1, 50000
         sd t1, 0(t0)
         wfi
         csrr a1, time
${finish}`;
      const whole = await createBare(engine, text);
      assert.equal(whole.board.run(100_000).reason, "exit");
      assert.equal(whole.board.hart.x(11), 50_000n);
      const pieces = await createBare(engine, text);
      for (let n = 0; n < 7; n++) assert.equal(pieces.board.run(7000).reason, "budget");
      assert.equal(pieces.board.instructions, 49_000n);
      assert.equal(pieces.board.run(7000).reason, "exit");
      assert.equal(pieces.board.hart.x(11), 50_000n);
      assert.equal(pieces.board.hart.instret, whole.board.hart.instret);
    });

    it("comes to an end of each run where there is nothing but traps", async () => {
      const { board, csr } = await createBare(engine, "li t0, 64\n csrw mtvec, t0\n ecall\n");
      assert.deepEqual(board.run(5000), { reason: "budget" });
      assert.equal(board.instructions, 5000n);
      assert.deepEqual([csr("mcause"), csr("mepc")], [1n, 64n]);
      assert.ok(board.hart.instret < 10n);
    });

    it("finds a page where its entry says, also without SFENCE.VMA", async () => {
      const { board } = await createBare(
        engine,
        `${paging}
        ori     t0, s6, 0xc7
        sd      t0, 0(s2)
        ori     t1, s7, 0xc7
        li      a0, 0
        li      s8, 200
again:  csrs    mstatus, s5
        ld      t3, 0(zero)
        add     a0, a0, t3
        li      t4, 0x20000
        csrc    mstatus, t4
        sd      t1, 0(s2)               /* the other page */
        mv      t5, t0
        mv      t0, t1
        mv      t1, t5
        addi    s8, s8, -1
        bnez    s8, again
        ${finish}${tables}`,
      );
      assert.equal(board.run(100_000).reason, "exit");
      assert.equal(board.hart.x(10), 11n + 199n * 22n - 99n * 11n);
    });

    it("sets accessed and dirty bits", async () => {
      const text = `${paging}
        ori     t0, s6, 0x07
        sd      t0, 0(s2)
        csrs    mstatus, s5
        ld      t3, 0(zero)
        li      t4, 0x20000
        csrc    mstatus, t4
        ld      a0, 0(s2)
        csrs    mstatus, s5
        sd      t3, 8(zero)
        li      t4, 0x20000
        csrc    mstatus, t4
        ld      a1, 0(s2)
        ${finish}${tables}`;
      const { board } = await createBare(engine, text);
      assert.equal(board.run(100_000).reason, "exit");
      const bits = (register: number) => board.hart.x(register) & 0xffn;
      assert.deepEqual([bits(10), bits(11)], [0x47n, 0xc7n]);
      assert.equal(board.hart.x(27), 0n);
      const careful = await createBare(engine, text, "software");
      assert.equal(careful.board.run(100_000).reason, "exit");
      const { hart } = careful.board;
      assert.deepEqual([hart.x(10) & 0xffn, hart.x(11) & 0xffn], [0x07n, 0x07n]);
      assert.deepEqual([hart.x(27), hart.x(26)], [15n, 8n]);
    });

    it("needs the right to write the entry for that", async () => {
      const { board } = await createBare(
        engine,
        `${paging}
        ori     t0, s6, 0x07
        sd      t0, 0(s2)
        srli    t0, s2, 2
        ori     t0, t0, 0x1ff           /* the table: read only */
        csrw    pmpaddr0, t0
        li      t0, -1
        csrw    pmpaddr1, t0
        li      t0, 0x1f19
        csrw    pmpcfg0, t0
        csrs    mstatus, s5
        ld      t3, 0(zero)
        li      t4, 0x20000
        csrc    mstatus, t4
        ld      a0, 0(s2)
        ${finish}${tables}`,
      );
      assert.equal(board.run(100_000).reason, "exit");
      assert.equal(board.hart.x(27), 5n);
      assert.equal(board.hart.x(10) & 0xffn, 0x07n);
    });

    it("stops at breakpoints and watchpoints, and before exceptions once", async () => {
      const { board, at } = await createBare(
        engine,
        `.option norvc
         la t0, handler
         csrw mtvec, t0
         la t1, word
loop:    addi a0, a0, 1
         sd a0, 0(t1)
         j loop
         .balign 4
handler: j handler
         .balign 8
word:    .dword 0`,
      );
      board.setBreakpoints([at(5 * 4)]);
      assert.deepEqual(board.run(1000), { reason: "breakpoint", pc: at(20) });
      assert.deepEqual(board.run(1000), { reason: "breakpoint", pc: at(20) });
      assert.equal(board.hart.x(10), 1n);
      board.setBreakpoints([]);
      const address = board.hart.x(6);
      board.setWatchpoints([{ address, length: 8, access: "write" }]);
      const stop = board.run(1000);
      assert.ok(stop.reason === "watchpoint" && stop.address === address);
      assert.equal(board.readMemory(board.hart, address, 8)[0], 2);
      board.setWatchpoints([]);
      board.writeMemory(board.hart, at(20), Uint8Array.of(0, 0, 0, 0));
      board.catchExceptions(new Set([2]));
      const exception = board.run(1000);
      assert.ok(exception.reason === "exception" && exception.trap.cause === 2);
      assert.equal(board.hart.pc, at(20));
      assert.deepEqual(board.run(10), { reason: "budget" });
      assert.equal(board.hart.pc, at(32));
    });

    it("refuses misaligned and atomic accesses to devices", async () => {
      const { board } = await createBare(
        engine,
        `.option norvc
         la t0, trap
         csrw mtvec, t0
         li s5, 0
         li t1, 0x2004000
         lw a0, 2(t1)
         mv s0, s11
         amoadd.d a0, a0, (t1)
         mv s1, s11
         li t1, 0x2001000
         lh a0, 0(t1)
         mv s2, s11
         ${finish}${tables}`,
      );
      assert.equal(board.run(1000).reason, "exit");
      assert.deepEqual([board.hart.x(8), board.hart.x(9), board.hart.x(18)], [5n, 7n, 5n]);
    });
  });
}

describe("a bare board", () => {
  it("says where a program must go that does not fit", () => {
    const load = [{ address: 0x1000, data: new Uint8Array(8) }];
    const host = { output: () => {} };
    const architecture = architectureOf("rv64gc");
    assert.throws(
      () => new Board({ architecture, load, host, ramSize: 1 << 20 }),
      /8 bytes for 0x1000, and RAM is from 0x80000000 to 0x80100000/,
    );
  });
});
