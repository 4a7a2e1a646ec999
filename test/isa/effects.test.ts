/** What instructions are said to read, write and do next. One line a case. */
import assert from "node:assert/strict";
import { parseArchitecture } from "../../isa/architecture.ts";
import { createDecoder } from "../../isa/decoder.ts";
import { type Effects, effectsOf, type KnownWord } from "../../isa/effects.ts";
import { encode, type OperandValues } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";

const parsed = parseArchitecture("rv64gc_zba_zbb_zbc_zbs_zicond_zfh");
assert.ok(parsed.ok);
const decode = createDecoder(parsed.architecture);

const list = (verb: string, x: readonly number[], f: readonly number[]): string[] => {
  const names = [...x.map((index) => `x${index}`), ...f.map((index) => `f${index}`)];
  return names.length === 0 ? [] : [`${verb} ${names.join(" ")}`];
};

function summary(effects: Effects): string {
  const { memory, csr, control, target } = effects;
  const parts = [
    ...list("reads", effects.readsX, effects.readsF),
    ...list("writes", effects.writesX, effects.writesF),
  ];
  if (memory !== undefined) {
    const base = memory.base === undefined ? "" : `x${memory.base}`;
    const offset = memory.offset < 0n || base === "" ? `${memory.offset}` : `+${memory.offset}`;
    parts.push(`${memory.kind} ${memory.width} ${base}${offset}`);
  }
  if (csr !== undefined) {
    parts.push(`csr ${csr.address}${csr.reads ? " read" : ""}${csr.writes ? " written" : ""}`);
  }
  if (effects.setsFlags) parts.push("flags");
  if (effects.readsRounding) parts.push("rounding");
  if (control !== "next") parts.push(target === undefined ? control : `${control} ${target}`);
  return parts.join(", ");
}

const cases: readonly [mnemonic: string, values: OperandValues, effects: string][] = [
  ["add", { rd: 3, rs1: 1, rs2: 2 }, "reads x1 x2, writes x3"],
  ["add", { rd: 0, rs1: 5, rs2: 5 }, "reads x5"],
  ["addi", { rd: 10, rs1: 0, imm: 5 }, "writes x10"],
  ["lui", { rd: 7, imm: 0x12000 }, "writes x7"],
  ["lw", { rd: 10, rs1: 2, imm: -8 }, "reads x2, writes x10, load 32 x2-8"],
  ["lbu", { rd: 10, rs1: 0, imm: 16 }, "writes x10, load 8 16"],
  ["sd", { rs1: 2, rs2: 8, imm: 24 }, "reads x2 x8, store 64 x2+24"],
  ["beq", { rs1: 10, rs2: 0, imm: -16 }, "reads x10, branch -16"],
  ["jal", { rd: 0, imm: 64 }, "jump 64"],
  ["jal", { rd: 1, imm: 64 }, "writes x1, call 64"],
  ["jalr", { rd: 0, rs1: 1, imm: 0 }, "reads x1, return"],
  ["jalr", { rd: 1, rs1: 6, imm: 8 }, "reads x6, writes x1, call"],
  ["jalr", { rd: 5, rs1: 1, imm: 0 }, "reads x1, writes x5, call"],
  ["jalr", { rd: 0, rs1: 10, imm: 0 }, "reads x10, jump"],
  ["jalr", { rd: 0, rs1: 0, imm: 256 }, "jump 256"],
  ["div", { rd: 3, rs1: 1, rs2: 2 }, "reads x1 x2, writes x3"],
  ["czero.eqz", { rd: 3, rs1: 1, rs2: 2 }, "reads x1 x2, writes x3"],
  ["amoadd.w", { rd: 3, rs1: 1, rs2: 2 }, "reads x1 x2, writes x3, atomic 32 x1+0"],
  ["lr.d", { rd: 3, rs1: 1 }, "reads x1, writes x3, load-reserved 64 x1+0"],
  ["sc.w", { rd: 3, rs1: 1, rs2: 2 }, "reads x1 x2, writes x3, store-conditional 32 x1+0"],
  ["fadd.d", { fd: 1, fs1: 2, fs2: 3 }, "reads f2 f3, writes f1, flags, rounding"],
  ["fadd.d", { fd: 1, fs1: 2, fs2: 3, rm: 0 }, "reads f2 f3, writes f1, flags"],
  ["fmadd.s", { fd: 1, fs1: 2, fs2: 3, fs3: 4 }, "reads f2 f3 f4, writes f1, flags, rounding"],
  ["fsgnj.s", { fd: 1, fs1: 2, fs2: 2 }, "reads f2, writes f1"],
  ["flw", { fd: 1, rs1: 2, imm: 4 }, "reads x2, writes f1, load 32 x2+4"],
  ["fsh", { fs2: 1, rs1: 2, imm: 4 }, "reads x2 f1, store 16 x2+4"],
  ["fcvt.w.d", { rd: 1, fs1: 2, rm: 1 }, "reads f2, writes x1, flags"],
  ["fmv.x.d", { rd: 1, fs1: 2 }, "reads f2, writes x1"],
  ["csrrw", { rd: 0, csr: 3, rs1: 1 }, "reads x1, csr 3 written"],
  ["csrrw", { rd: 2, csr: 3, rs1: 1 }, "reads x1, writes x2, csr 3 read written"],
  ["csrrs", { rd: 2, csr: 0xc00, rs1: 0 }, "writes x2, csr 3072 read"],
  ["csrrsi", { rd: 0, csr: 1, uimm: 0 }, "csr 1 read"],
  ["csrrci", { rd: 0, csr: 1, uimm: 4 }, "csr 1 read written"],
  ["ecall", {}, "trap"],
  ["ebreak", {}, "trap"],
  ["mret", {}, "jump"],
  ["fence", {}, ""],
  ["c.addi16sp", { imm: 32 }, "reads x2, writes x2"],
  ["c.jr", { rs1: 1 }, "reads x1, return"],
  ["c.jalr", { rs1: 8 }, "reads x8, writes x1, call"],
  ["c.beqz", { "rs1'": 8, imm: 10 }, "reads x8, branch 10"],
  ["c.ldsp", { rd: 1, uimm: 8 }, "reads x2, writes x1, load 64 x2+8"],
];

describe("effects", () => {
  for (const [mnemonic, values, expected] of cases) {
    it(`${mnemonic} ${JSON.stringify(values)}: ${expected || "nothing"}`, () => {
      const [instruction] = instructionsNamed(mnemonic);
      assert.ok(instruction);
      const decoded = decode(encode(instruction, values));
      assert.ok(decoded);
      assert.equal(summary(effectsOf(decoded)), expected);
    });
  }

  it("gives targets as addresses where the address is known", () => {
    const [jump] = instructionsNamed("jal");
    const decoded = decode(encode(jump!, { rd: 0, imm: -0x20 }))!;
    assert.equal(effectsOf(decoded, 0x10010n).target, 0xfff0n);
    assert.equal(effectsOf(decoded, 0x10n, 32).target, 0xfffffff0n);
    assert.equal(effectsOf(decoded, 0x10n, 64).target, 0xfffffffffffffff0n);
  });
});

function text(result: KnownWord | undefined): string {
  if (result === undefined) return "unknown";
  const { base, offset, extent } = result;
  const start = base === undefined ? "" : `x${base}${offset >= 0n ? "+" : ""}`;
  return `${start}${offset}${extent > 0n ? ` to ${offset + extent}` : ""}`;
}

describe("results", () => {
  const known: readonly [mnemonic: string, values: OperandValues, result: string][] = [
    ["addi", { rd: 10, rs1: 2, imm: -32 }, "x2-32"],
    ["addi", { rd: 10, rs1: 0, imm: 5 }, "5"],
    ["add", { rd: 10, rs1: 11, rs2: 0 }, "x11+0"],
    ["add", { rd: 10, rs1: 11, rs2: 12 }, "unknown"],
    ["lui", { rd: 7, imm: 0x12000 }, `${0x12000}`],
    ["andi", { rd: 10, rs1: 11, imm: -2 }, "unknown"],
    ["addiw", { rd: 10, rs1: 11, imm: 1 }, "unknown"],
    ["lw", { rd: 10, rs1: 2, imm: -8 }, "unknown"],
    ["lbu", { rd: 10, rs1: 2, imm: -8 }, "0 to 255"],
    ["andi", { rd: 10, rs1: 11, imm: 12 }, "0 to 12"],
    ["andi", { rd: 10, rs1: 11, imm: -4 }, "unknown"],
    ["srli", { rd: 10, rs1: 11, shamt: 20 }, `0 to ${2 ** 44 - 1}`],
    ["srliw", { rd: 10, rs1: 11, shamt: 24 }, "0 to 255"],
    ["srliw", { rd: 10, rs1: 11, shamt: 0 }, "unknown"],
    ["slli", { rd: 10, rs1: 11, shamt: 3 }, "unknown"],
    ["sltu", { rd: 10, rs1: 11, rs2: 12 }, "0 to 1"],
    ["add.uw", { rd: 10, rs1: 11, rs2: 0 }, `0 to ${2 ** 32 - 1}`],
    ["czero.eqz", { rd: 3, rs1: 1, rs2: 2 }, "unknown"],
  ];
  for (const [mnemonic, values, expected] of known) {
    it(`${mnemonic} ${expected}`, () => {
      const [instruction] = instructionsNamed(mnemonic);
      assert.ok(instruction);
      const decoded = decode(encode(instruction, values));
      assert.ok(decoded);
      const { result } = effectsOf(decoded);
      assert.equal(text(result), expected);
    });
  }

  it("follows values from one instruction to the next", () => {
    const values = new Map<number, KnownWord>();
    const steps: readonly [mnemonic: string, values: OperandValues, result: string][] = [
      ["lbu", { rd: 10, rs1: 2, imm: 0 }, "0 to 255"],
      ["slli", { rd: 10, rs1: 10, shamt: 3 }, "0 to 2040"],
      ["addi", { rd: 10, rs1: 10, imm: 16 }, "16 to 2056"],
      ["add", { rd: 11, rs1: 9, rs2: 10 }, "x9+16 to 2056"],
      ["addi", { rd: 11, rs1: 11, imm: -8 }, "x9+8 to 2048"],
      ["sub", { rd: 12, rs1: 11, rs2: 10 }, "unknown"],
      ["addiw", { rd: 10, rs1: 10, imm: -16 }, "0 to 2040"],
      ["srai", { rd: 10, rs1: 10, shamt: 3 }, "0 to 255"],
      ["xori", { rd: 10, rs1: 10, imm: 1 }, "0 to 255"],
      ["addi", { rd: 10, rs1: 10, imm: -256 }, "-256 to -1"],
      ["andi", { rd: 10, rs1: 10, imm: -16 }, "unknown"],
    ];
    for (const [mnemonic, operands, expected] of steps) {
      const [instruction] = instructionsNamed(mnemonic);
      const decoded = decode(encode(instruction!, operands))!;
      const known = (register: number) =>
        values.get(register) ?? { base: register, offset: 0n, extent: 0n };
      const { result } = effectsOf(decoded, 0n, 64, known);
      assert.equal(text(result), expected, mnemonic);
      if (result !== undefined) values.set(Number(operands["rd"]), result);
    }
  });
});
