/** March strings, and the registers: what is read, and what GNU as makes of the same string. */
import { deepEqual, equal, match } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  abiConflict,
  architectureString,
  defaultAbi,
  hasExtension,
  parseArchitecture,
} from "../../isa/architecture.ts";
import { fName, fRegisterIndex, xName, xRegisterIndex } from "../../isa/registers.ts";
import { requireTools, runTool } from "../tools.ts";
import { architectureOf } from "./samples.ts";

describe("isa/architecture", () => {
  const names: [march: string, name: string, abi: string][] = [
    ["rv64gc", "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0", "lp64d"],
    ["rv32i", "rv32i2p1", "ilp32"],
    ["rv32e", "rv32e1p9", "ilp32e"],
    ["rv32imac_zba", "rv32i2p1_m2p0_a2p1_c2p0_zmmul1p0_zba1p0", "ilp32"],
    ["rv32if_zbs", "rv32i2p1_f2p2_zicsr2p0_zbs1p0", "ilp32"],
    ["rv64i2p1_m2p0_zbb1p0_zba", "rv64i2p1_m2p0_zmmul1p0_zba1p0_zbb1p0", "lp64"],
    [
      "rv64g_zfh",
      "rv64i2p1_m2p0_a2p1_f2p2_d2p2_zicsr2p0_zifencei2p0_zmmul1p0_zfh1p0_zfhmin1p0",
      "lp64d",
    ],
    ["rv64i2p0_m3p0", "rv64i2p0_m3p0_zicsr2p0_zifencei2p0_zmmul1p0", "lp64"],
    ["rv64gc_", "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zmmul1p0", "lp64d"],
    ["rv64i__m", "rv64i2p1_m2p0_zmmul1p0", "lp64"],
    ["rv64i_xfoo1p0", "rv64i2p1_xfoo1p0", "lp64"],
    ["rv64i_svinval_zba", "rv64i2p1_zba1p0_svinval1p0", "lp64"],
    ["rv64i_ztso_zba1", "rv64i2p1_zba1p0_ztso0p1", "lp64"],
    [
      "rv64i_zk",
      "rv64i2p1_zbkb1p0_zbkc1p0_zbkx1p0_zk1p0_zkn1p0_zknd1p0_zkne1p0_zknh1p0_zkr1p0_zkt1p0",
      "lp64",
    ],
    [
      "rv64imc_zhinx_zdinx",
      "rv64i2p1_m2p0_c2p0_zicsr2p0_zmmul1p0_zfinx1p0_zdinx1p0_zhinx1p0_zhinxmin1p0",
      "lp64",
    ],
    [
      "rv64i_smstateen_smaia",
      "rv64i2p1_zicsr2p0_smaia1p0_smstateen1p0_ssaia1p0_ssstateen1p0",
      "lp64",
    ],
    [
      "rv64imv",
      "rv64i2p1_m2p0_f2p2_d2p2_v1p0_zicsr2p0_zmmul1p0_zve32f1p0_zve32x1p0_zve64d1p0_" +
        "zve64f1p0_zve64x1p0_zvl128b1p0_zvl32b1p0_zvl64b1p0",
      "lp64d",
    ],
    [
      "rv64i_zvl1024b_zve32x",
      "rv64i2p1_zve32x1p0_zvl1024b1p0_zvl128b1p0_zvl256b1p0_zvl32b1p0_zvl512b1p0_zvl64b1p0",
      "lp64",
    ],
    ["rv64ih", "rv64i2p1_h1p0_zicsr2p0", "lp64"],
    ["rv64i_zihintpause_zmmul", "rv64i2p1_zihintpause2p0_zmmul1p0", "lp64"],
  ];
  for (const [march, name, abi] of names) {
    it(`${march} is ${name}`, () => {
      equal(architectureString(architectureOf(march)), name);
      equal(defaultAbi(architectureOf(march)), abi);
      // The canonical name names the same architecture.
      equal(architectureString(architectureOf(name)), name);
    });
  }

  it("writes the names that GNU as writes", function () {
    requireTools(this, "riscv64-unknown-elf-as", "riscv64-unknown-elf-readelf");
    const folder = mkdtempSync(join(tmpdir(), "hartbeat-"));
    const [source, object] = [join(folder, "input.s"), join(folder, "output.o")];
    writeFileSync(source, "nop\n");
    for (const [march, , abi] of names) {
      const flags = [`-march=${march}`, `-mabi=${abi}`, "-o", object, source];
      runTool("riscv64-unknown-elf-as", flags);
      const [, name] = /Tag_RISCV_arch: "(.*)"/.exec(
        runTool("riscv64-unknown-elf-readelf", ["-A", object]),
      )!;
      equal(architectureString(architectureOf(march)), name);
    }
    rmSync(folder, { recursive: true });
  });

  const implied: [march: string, extensions: string][] = [
    ["rv64gc", "i m a zaamo zalrsc f d c zicsr zifencei zmmul zca zcd"],
    ["rv32gc", "i m a zaamo zalrsc f d c zicsr zifencei zmmul zca zcd zcf"],
    ["rv32imac", "i m a zaamo zalrsc c zmmul zca"],
    ["rv64ic", "i c zca"],
    ["rv64i_zfh", "i f zicsr zfh zfhmin"],
    ["rv64i_b", "i b zba zbb zbs"],
    ["rv64i_zca", "i zca"],
    ["rv32i_zcf", "i f zca zcf zicsr"],
    ["rv32e", "i e"],
  ];
  for (const [march, extensions] of implied) {
    it(`${march} has ${extensions}`, () => {
      const { extensions: present } = architectureOf(march);
      const own = [...present].filter((name) => name !== "sm" && name !== "s");
      deepEqual(own.sort(), extensions.split(" ").sort());
    });
  }

  const pairs: [march: string, abi: string, conflict: RegExp | undefined][] = [
    ["rv64gc", "lp64d", undefined],
    ["rv64gc", "lp64", undefined],
    ["rv32i", "ilp32e", undefined],
    ["rv64e", "lp64e", undefined],
    ["rv64gc", "ilp32d", /RV32, and the architecture is RV64/],
    ["rv32imac", "lp64", /RV64, and the architecture is RV32/],
    ["rv64imac", "lp64d", /extension D, which is off/],
    ["rv32imac", "ilp32f", /extension F/],
    ["rv32e", "ilp32", /goes with ilp32e/],
    ["rv64gc", "lp64x", /no such ABI/],
  ];
  for (const [march, abi, conflict] of pairs) {
    it(`${march} ${conflict === undefined ? "goes with" : "refuses"} ${abi}`, () => {
      match(abiConflict(abi, architectureOf(march)) ?? "", conflict ?? /^$/);
    });
  }

  it("names what is newer than binutils 2.40 as newer ones do", () => {
    const newer: [march: string, name: string][] = [
      ["rv64i_b", "rv64i2p1_b1p0_zba1p0_zbb1p0_zbs1p0"],
      ["rv64i_zcmt", "rv64i2p1_zicsr2p0_zca1p0_zcmt1p0"],
      ["rv32imc_zcb", "rv32i2p1_m2p0_c2p0_zmmul1p0_zca1p0_zcb1p0"],
      ["rv64i_zacas", "rv64i2p1_zaamo1p0_zacas1p0"],
      ["rv64i_zicfiss", "rv64i2p1_zicfiss1p0_zicsr2p0_zimop1p0"],
      ["rv64i_zvkng", "rv64i2p1_zvkb1p0_zvkg1p0_zvkn1p0_zvkned1p0_zvkng1p0_zvknhb1p0_zvkt1p0"],
      ["rv64i_smcsrind", "rv64i2p1_zicsr2p0_smcsrind1p0_sscsrind1p0"],
    ];
    for (const [march, name] of newer) equal(architectureString(architectureOf(march)), name);
  });

  it("reads profiles, with more behind them", () => {
    const has = (march: string, names: string) =>
      names.split(" ").every((name) => hasExtension(architectureOf(march), name));
    equal(architectureOf("rvi20u32").xlen, 32);
    equal(has("rva22u64_zbc", "i m a f d c zicboz zfhmin zba zbb zbs zkt zbc"), true);
    equal(has("rva23u64", "v zfa zcb zimop zcmop zicond zihintntl zawrs zvbb supm"), true);
    equal(has("rva22u64", "v"), false);
    equal(has("rvb23u64", "v"), false);
    equal(has("rva23s64", "h sha svinval sstc ssnpm"), true);
  });

  it("asks for several extensions at once", () => {
    equal(hasExtension(architectureOf("rv64gc_zfh"), "zfhmin_d"), true);
    equal(hasExtension(architectureOf("rv64if_zfh"), "zfhmin_d"), false);
  });

  const wrong: [march: string, error: RegExp][] = [
    ["", /must start with rv32 or rv64/],
    ["riscv", /must start with rv32 or rv64/],
    ["rv128i", /must start with rv32 or rv64/],
    ["rv64m", /must start with rv32 or rv64/],
    ["rv64il", /"l" is not known/],
    ["rv64gc_zfoo", /"zfoo" is not known/],
    ["rv64gc_xthead", /"xthead" is not known/],
    ["rv64gc_zfinx", /registers of its own \(f\) or in integer registers \(zfinx\)/],
    ["rv32i_zhinxmin_zfh", /registers of its own/],
    ["rv64i_zvl32b", /needs v or a zve/],
    ["rv64ik", /"k" is not known/],
    ["rv64i_zb1", /"zb" is not known/],
    ["rv64i_zba1p0p0", /not known/],
    ["rva99u64", /must start with rv32 or rv64/],
    ["rv64iM", /"M" is not the name of an extension/],
    ["rv64i m", /" m" is not the name of an extension/],
    ["rv64i_zcf", /"zcf" exists for rv32 only/],
  ];
  for (const [march, error] of wrong) {
    it(`refuses "${march}"`, () => {
      const parsed = parseArchitecture(march);
      equal(parsed.ok, false);
      if (!parsed.ok) {
        equal(error.test(parsed.error), true, parsed.error);
        equal(/^[A-Z][^.]*\.$/.test(parsed.error), true, parsed.error);
      }
    });
  }
});

describe("isa/registers", () => {
  it("finds a register by either name", () => {
    for (let index = 0; index < 32; index++) {
      equal(xRegisterIndex(`x${index}`), index);
      equal(xRegisterIndex(xName(index)), index);
      equal(fRegisterIndex(`f${index}`), index);
      equal(fRegisterIndex(fName(index)), index);
    }
    equal(xRegisterIndex("fp"), 8);
    equal(xRegisterIndex("a10"), undefined);
    equal(fRegisterIndex("x1"), undefined);
  });

  const x =
    "zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 " +
    "s11 t3 t4 t5 t6";
  const f =
    "ft0 ft1 ft2 ft3 ft4 ft5 ft6 ft7 fs0 fs1 fa0 fa1 fa2 fa3 fa4 fa5 fa6 fa7 fs2 fs3 fs4 " +
    "fs5 fs6 fs7 fs8 fs9 fs10 fs11 ft8 ft9 ft10 ft11";
  it("names them as the calling convention does", () => {
    deepEqual(
      Array.from({ length: 32 }, (_, index) => xName(index)),
      x.split(" "),
    );
    deepEqual(
      Array.from({ length: 32 }, (_, index) => fName(index)),
      f.split(" "),
    );
  });
});
