/**
 * Registers, CSRs and trap entry and return of a hart, against the privileged manual's wording.
 */
import assert from "node:assert/strict";
import { Privilege } from "../../emulator/hart.ts";
import { Right } from "../../emulator/translation.ts";
import { encode } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";
import { createBench } from "./programs.ts";

const at = {
  fflags: 0x001,
  frm: 0x002,
  fcsr: 0x003,
  sstatus: 0x100,
  sie: 0x104,
  stvec: 0x105,
  sepc: 0x141,
  scause: 0x142,
  stval: 0x143,
  sip: 0x144,
  satp: 0x180,
  mstatus: 0x300,
  misa: 0x301,
  medeleg: 0x302,
  mideleg: 0x303,
  mie: 0x304,
  mtvec: 0x305,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
  pmpcfg0: 0x3a0,
  pmpcfg1: 0x3a1,
  pmpaddr0: 0x3b0,
  mcycle: 0xb00,
  minstret: 0xb02,
  minstreth: 0xb82,
  mhartid: 0xf14,
  cycle: 0xc00,
} as const;
type Csr = keyof typeof at;

const all64 = (1n << 64n) - 1n;
const wordOf = (mnemonic: string): number => encode(instructionsNamed(mnemonic)[0]!, {});

/** A hart in machine mode, with one instruction at 0x10000. */
function createHart(march = "rv64gc", word = 0x13) {
  const bench = createBench(march, false);
  bench.space.map(0x10000n, 0x1000n, Right.read | Right.execute);
  bench.space.write(0x10000n, Uint8Array.of(word, word >> 8, word >> 16, word >> 24));
  bench.hart.pc = 0x10000n;
  const get = (name: Csr): bigint | undefined => bench.hart.csr(at[name]);
  const set = (name: Csr, value: bigint): boolean => bench.hart.setCsr(at[name], value);
  return { ...bench, get, set };
}

describe("control and status registers", () => {
  const legal: readonly [csr: Csr, march: string, written: bigint, read: bigint][] = [
    ["fcsr", "rv64gc", all64, 0xffn],
    ["frm", "rv64gc", 0xffn, 7n],
    ["mstatus", "rv64gc", all64, 0x8000000a007e79aan],
    ["mstatus", "rv64gc", 0x1000n, 0xa00000000n],
    ["mstatus", "rv64ima", 0x6000n, 0xa00000000n],
    ["mstatus", "rv32gc", 0xffffffffn, 0x807e79aan],
    ["sstatus", "rv64gc", all64, 0x80000002000c6122n],
    ["misa", "rv64gc", 0n, 0x800000000014112dn],
    ["misa", "rv32ima", 0n, 0x40141101n],
    ["mtvec", "rv64gc", 0x80000003n, 0x80000001n],
    ["mepc", "rv64gc", 0x80000003n, 0x80000002n],
    ["mepc", "rv64g", 0x80000003n, 0x80000000n],
    ["medeleg", "rv64gc", all64, 0xb3ffn],
    ["mideleg", "rv64gc", all64, 0x222n],
    ["mie", "rv64gc", all64, 0xaaan],
    ["mip", "rv64gc", all64, 0x222n],
    ["satp", "rv64gc", 8n << 60n, 8n << 60n],
    ["satp", "rv64gc", 5n << 60n, 0n],
    ["pmpaddr0", "rv64gc", all64, (1n << 54n) - 1n],
    ["pmpcfg0", "rv64gc", 0x021fn, 0x001fn],
  ];
  for (const [csr, march, written, read] of legal) {
    it(`${csr} on ${march} keeps ${read.toString(16)} of ${written.toString(16)}`, () => {
      const { get, set } = createHart(march);
      assert.ok(set(csr, written));
      assert.equal(get(csr)?.toString(16), read.toString(16));
    });
  }

  it("exist by XLEN and extension", () => {
    const wide = createHart("rv64gc");
    const narrow = createHart("rv32ima");
    assert.equal(wide.get("minstreth"), undefined);
    assert.equal(wide.get("pmpcfg1"), undefined);
    assert.equal(narrow.get("fcsr"), undefined);
    assert.equal(narrow.get("minstreth"), 0n);
    assert.equal(narrow.get("pmpcfg1"), 0n);
    assert.equal(narrow.set("mhartid", 1n), false);
  });

  it("fflags and frm are parts of fcsr and make the unit dirty", () => {
    const { get, set } = createHart();
    set("mstatus", 0x2000n);
    set("fcsr", 0xa5n);
    assert.deepEqual([get("fflags"), get("frm")], [5n, 5n]);
    assert.equal(get("mstatus")! >> 63n, 1n);
  });

  it("sie and sip show what is delegated", () => {
    const { get, set } = createHart();
    set("mie", 0xaaan);
    assert.equal(get("sie"), 0n);
    set("mideleg", 0x222n);
    assert.equal(get("sie"), 0x222n);
    set("sie", 0n);
    assert.equal(get("mie"), 0x888n);
    set("sip", 0x222n);
    assert.equal(get("sip"), 2n);
  });

  it("keep what software has set of mip apart from what a device raises", () => {
    const { hart, engine, space, get } = createHart();
    const setBits = encode(instructionsNamed("csrrs")[0]!, { rd: 0, csr: at.mip, rs1: 1 });
    const clearBits = encode(instructionsNamed("csrrc")[0]!, { rd: 2, csr: at.mip, rs1: 1 });
    const words = Uint32Array.of(setBits, clearBits, setBits);
    space.write(0x10000n, new Uint8Array(words.buffer));
    hart.csrs.setInterrupt(9, true);
    hart.setX(1, 0x20n);
    engine.run(hart, 2);
    assert.deepEqual([get("mip"), hart.x(2)], [0x200n, 0x220n]);
    hart.csrs.setInterrupt(9, false);
    assert.equal(get("mip"), 0n);
    hart.csrs.setInterrupt(9, true);
    hart.setX(1, 0x200n);
    engine.run(hart, 1);
    hart.csrs.setInterrupt(9, false);
    assert.equal(get("mip"), 0x200n);
  });

  it("lock entries of physical memory protection", () => {
    const { get, set } = createHart();
    set("pmpaddr0", 5n);
    set("pmpcfg0", 0x9fn);
    set("pmpcfg0", 0n);
    set("pmpaddr0", 6n);
    assert.deepEqual([get("pmpcfg0"), get("pmpaddr0")], [0x9fn, 5n]);
  });

  it("counters go on from what is written", () => {
    const { hart, engine, space, set, get } = createHart();
    space.write(
      0x10000n,
      new Uint8Array(4096).map((_, n) => (n % 4 === 0 ? 0x13 : 0)),
    );
    set("mcycle", 1000n);
    engine.run(hart, 11);
    assert.equal(get("mcycle"), 1010n);
    assert.equal(get("minstret"), 11n);
  });

  it("are closed to lower privilege", () => {
    const { hart, set } = createHart();
    const may = (csr: Csr): boolean => hart.csrs.isAccessible(at[csr], false);
    assert.ok(may("mstatus") && may("satp") && may("cycle"));
    hart.privilege = Privilege.supervisor;
    assert.ok(!may("mstatus") && may("satp") && !may("cycle") && !may("fcsr"));
    hart.csrs.openCounters();
    set("mstatus", (1n << 20n) | 0x2000n);
    assert.ok(!may("satp") && may("cycle") && may("fcsr"));
    hart.privilege = Privilege.user;
    assert.ok(!may("sstatus") && may("cycle"));
  });
});

describe("traps", () => {
  it("enter machine mode and return", () => {
    const { hart, engine, get, set } = createHart("rv64gc", wordOf("mret"));
    hart.privilege = Privilege.user;
    set("mtvec", 0x10001n);
    set("mstatus", 8n);
    hart.enterTrap({ cause: 13, value: 0x44n, pc: 0x2000n });
    assert.equal(hart.privilege, Privilege.machine);
    assert.deepEqual([get("mcause"), get("mtval"), get("mepc")], [13n, 0x44n, 0x2000n]);
    assert.equal(get("mstatus")! & 0x1888n, 0x80n);
    assert.equal(hart.pc, 0x10000n);
    engine.run(hart, 1);
    assert.equal(hart.privilege, Privilege.user);
    assert.deepEqual([hart.pc, get("mstatus")! & 0x1888n], [0x2000n, 0x88n]);
  });

  it("go to the supervisor where delegated, but never down from machine mode", () => {
    const { hart, engine, get, set } = createHart("rv64gc", wordOf("sret"));
    set("medeleg", 1n << 8n);
    set("stvec", 0x10000n);
    set("mtvec", 0x3000n);
    hart.privilege = Privilege.user;
    hart.enterTrap({ cause: 8, value: 0n, pc: 0x2000n });
    assert.equal(hart.privilege, Privilege.supervisor);
    assert.deepEqual([get("scause"), get("sepc"), hart.pc], [8n, 0x2000n, 0x10000n]);
    engine.run(hart, 1);
    assert.deepEqual([hart.privilege, hart.pc], [Privilege.user, 0x2000n]);
    hart.privilege = Privilege.machine;
    hart.enterTrap({ cause: 8, value: 0n, pc: 0x2000n });
    assert.deepEqual([hart.privilege, hart.pc], [Privilege.machine, 0x3000n]);
  });

  it("of interrupts are taken by priority and vectored", () => {
    const { hart, get, set } = createHart();
    set("mtvec", 0x4001n);
    set("mie", 0x888n);
    hart.csrs.setInterrupt(7, true);
    hart.csrs.setInterrupt(3, true);
    assert.equal(hart.pendingInterrupt(), undefined);
    set("mstatus", 8n);
    assert.equal(hart.pendingInterrupt(), 3);
    hart.enterInterrupt(3);
    assert.equal(hart.pc, 0x400cn);
    assert.equal(get("mcause"), (1n << 63n) | 3n);
    assert.equal(hart.pendingInterrupt(), undefined);
    hart.privilege = Privilege.user;
    assert.equal(hart.pendingInterrupt(), 3);
  });

  it("of floating-point instructions come while the unit is off", () => {
    const add = encode(instructionsNamed("fadd.d")[0]!, { fd: 0, fs1: 1, fs2: 2 });
    const { hart, engine, set } = createHart("rv64gc", add);
    const stop = engine.run(hart, 1);
    assert.ok(stop.reason === "trap" && stop.trap.cause === 2);
    assert.equal(stop.trap.value, BigInt(add));
    set("mstatus", 0x2000n);
    assert.equal(engine.run(hart, 1).reason, "budget");
  });

  for (const [mnemonic, bit] of [
    ["sret", 22n],
    ["wfi", 21n],
    ["sfence.vma", 20n],
  ] as const) {
    it(`of ${mnemonic} in supervisor mode are switched by a bit of mstatus`, () => {
      const { hart, engine, set } = createHart("rv64gc", wordOf(mnemonic));
      set("mstatus", 1n << bit);
      hart.privilege = Privilege.supervisor;
      const stop = engine.run(hart, 1);
      assert.ok(stop.reason === "trap" && stop.trap.cause === 2);
      set("mstatus", 0n);
      assert.notEqual(engine.run(hart, 1).reason, "trap");
    });
  }

  it("that are pending keep WFI from waiting", () => {
    const { hart, engine, set } = createHart("rv64gc", wordOf("wfi"));
    assert.equal(engine.run(hart, 1).reason, "wait");
    assert.deepEqual([hart.pc, hart.instret], [0x10004n, 1n]);
    hart.pc = 0x10000n;
    set("mie", 0x80n);
    hart.csrs.setInterrupt(7, true);
    assert.equal(engine.run(hart, 1).reason, "budget");
  });

  it("of an environment call tell the mode", () => {
    for (const [privilege, cause] of [
      [0, 8],
      [1, 9],
      [3, 11],
    ] as const) {
      const { hart, engine } = createHart("rv64gc", wordOf("ecall"));
      hart.privilege = privilege;
      const stop = engine.run(hart, 1);
      assert.ok(stop.reason === "trap" && stop.trap.cause === cause);
    }
  });
});

describe("registers", () => {
  it("truncate to XLEN, box to FLEN, and x0 stays 0", () => {
    const { hart } = createHart("rv32gc");
    hart.setX(0, 5n);
    hart.setX(1, (1n << 40n) | 7n);
    hart.setF(1, all64);
    hart.pc = (1n << 33n) | 8n;
    assert.deepEqual([hart.x(0), hart.x(1), hart.f(1), hart.pc], [0n, 7n, all64, 8n]);
  });

  it("survive the growth of memory", () => {
    const { hart, memory } = createHart();
    hart.setX(5, 77n);
    const before = memory.linear.buffer;
    while (memory.linear.buffer === before) memory.allocateFrame();
    assert.equal(hart.x(5), 77n);
    hart.setX(5, 78n);
    assert.equal(hart.x(5), 78n);
  });
});
