/** Bit rows: no word is two instructions, and operands survive the way to a word and back. */
import { deepEqual, equal, ok, throws } from "node:assert/strict";
import {
  encode,
  encodingOf,
  extract,
  fits,
  matches,
  operandField,
  operandNames,
} from "../../isa/encoding.ts";
import { expansionOf } from "../../isa/expansion.ts";
import { instructions, instructionsNamed } from "../../isa/instructions.ts";
import {
  architectureOf,
  instructionsOf,
  integerExtensions,
  randomNumbers,
  randomValue,
} from "./samples.ts";

/** Everything that can be had together, for each XLEN. */
const everything = [
  `gcvh_zicond_zcb_zfh_${integerExtensions}`,
  `imac_zdinx_zhinx_${integerExtensions}`,
];
/** Rows that are special cases of another row: the decoder tries them first. */
const specialCases = [
  "fence fence.tso",
  "fence pause",
  "c.addi c.nop",
  "ori prefetch.i",
  "ori prefetch.r",
  "ori prefetch.w",
  "zext.h pack",
  "zext.h packw",
  "sfence.vm sfence.vm",
];

const named = (mnemonic: string, xlen: 32 | 64 = 64) =>
  instructionsNamed(mnemonic).find((instruction) => (instruction.xlen ?? xlen) === xlen)!;

describe("isa/encoding", () => {
  for (const march of everything.flatMap((names) => [`rv32${names}`, `rv64${names}`])) {
    const all = instructionsOf(architectureOf(march));

    it(`has no two 32-bit rows that overlap (${march})`, () => {
      const rows = all.map((instruction) => ({ instruction, ...encodingOf(instruction) }));
      const long = rows.filter(({ length }) => length === 4);
      const overlaps = long.flatMap((a, position) =>
        long
          .slice(position + 1)
          .filter((b) => ((a.match ^ b.match) & a.mask & b.mask) === 0)
          .map((b) => `${a.instruction.mnemonic} ${b.instruction.mnemonic}`),
      );
      deepEqual(
        overlaps.filter((pair) => !specialCases.includes(pair)),
        [],
      );
    });

    it(`has no halfword that two 16-bit rows match (${march})`, () => {
      const short = all
        .map((instruction) => ({ instruction, encoding: encodingOf(instruction) }))
        .filter(({ encoding }) => encoding.length === 2);
      const overlaps = new Set<string>();
      for (let word = 0; word < 0x10000; word++) {
        const found = short.filter(({ encoding }) => matches(encoding, word));
        const general = found.filter(({ instruction }) => instruction.special === undefined);
        if (general.length > 1 || found.length > 2) {
          overlaps.add(found.map(({ instruction }) => instruction.mnemonic).join(" "));
        }
      }
      deepEqual([...overlaps], []);
    });
  }

  it("brings random operands of every row back from the word", () => {
    const random = randomNumbers(1);
    for (const instruction of instructions) {
      const { fields } = encodingOf(instruction);
      for (let round = 0; round < 50; round++) {
        const values = Object.fromEntries(
          fields.map((field) => [field.name, randomValue(field, random)]),
        );
        const word = encode(instruction, values);
        ok(matches(encodingOf(instruction), word), instruction.mnemonic);
        deepEqual(extract(instruction, word), values, instruction.mnemonic);
      }
    }
  });

  it("uses every bit of a row once", () => {
    for (const instruction of instructions) {
      const { length, mask, fields } = encodingOf(instruction);
      let used = BigInt(mask);
      for (const { high, low, at } of fields.flatMap(({ slices }) => slices)) {
        const bits = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(at);
        equal(used & bits, 0n, instruction.mnemonic);
        used |= bits;
      }
      equal(used, (1n << BigInt(length * 8)) - 1n, instruction.mnemonic);
    }
  });

  it("has each operand of a syntax in the row", () => {
    for (const instruction of instructions) {
      for (const name of operandNames(instruction.syntax)) {
        ok(operandField(instruction, name) !== undefined, `${instruction.mnemonic} ${name}`);
      }
    }
  });

  it("says what every instruction does, or what it stands for", () => {
    for (const instruction of instructions) {
      const { mnemonic, execute, expansion, summary } = instruction;
      const isPlain = mnemonic !== "c.unimp" && instruction.encodedOnly !== true;
      if (isPlain) ok((execute === undefined) !== (expansion === undefined), mnemonic);
      else ok(execute === undefined && expansion === undefined, mnemonic);
      ok(/^[A-Z].*\.$/.test(summary), mnemonic);
      if (expansion !== undefined) {
        for (const xlen of [32, 64] as const) {
          if ((instruction.xlen ?? xlen) !== xlen) continue;
          const { base, sources } = expansionOf(instruction, xlen);
          ok(base.execute !== undefined, mnemonic);
          deepEqual(Object.keys(sources), operandNames(base.syntax), mnemonic);
        }
      }
    }
  });

  const ranges: [mnemonic: string, operand: string, range: string][] = [
    ["addi", "imm", "immediate -2048..2047 by 1"],
    ["beq", "imm", "target -4096..4094 by 2"],
    ["jal", "imm", "target -1048576..1048574 by 2"],
    ["lui", "imm", "upper -2147483648..2147479552 by 4096"],
    ["slli", "shamt", "shamt 0..63 by 1"],
    ["csrrwi", "uimm", "immediate 0..31 by 1"],
    ["csrrw", "csr", "csr 0..4095 by 1"],
    ["c.lui", "imm", "upper -131072..126976 by 4096 not 0"],
    ["c.addi16sp", "imm", "immediate -512..496 by 16 not 0"],
    ["c.addi4spn", "uimm", "immediate 0..1020 by 4 not 0"],
    ["c.ldsp", "uimm", "immediate 0..504 by 8"],
    ["c.lw", "rs1'", "x 8..15 by 1"],
    ["c.lwsp", "rd", "x 0..31 by 1 not 0"],
    ["fadd.s", "rm", "rounding 0..7 by 1"],
    ["fence", "pred", "fence 0..15 by 1"],
  ];
  for (const [mnemonic, operand, range] of ranges) {
    it(`derives the range of ${operand} of ${mnemonic}: ${range}`, () => {
      const { kind, min, max, multiple, excluded } = operandField(named(mnemonic), operand)!;
      const but = excluded.length === 0 ? "" : ` not ${excluded}`;
      equal(`${kind} ${min}..${max} by ${multiple}${but}`, range);
    });
  }

  it("encodes examples of the manual", () => {
    equal(encode(named("addi"), { rd: 0, rs1: 0, imm: 0 }), 0x00000013);
    equal(encode(named("lui"), { rd: 10, imm: 0x12345000 }), 0x12345537);
    equal(encode(named("lui"), { rd: 10, imm: -4096n }), 0xfffff537);
    equal(encode(named("beq"), { rs1: 1, rs2: 2, imm: -4 }), 0xfe208ee3);
    equal(encode(named("fadd.d"), { fd: 1, fs1: 2, fs2: 3 }), 0x023170d3);
    equal(encode(named("c.li"), { rd: 10, imm: 0 }), 0x4501);
    equal(encode(named("c.lbu"), { "rd'": 10, "rs1'": 11, uimm: 1 }), 0x81c8);
    equal(encode(named("c.mul"), { "rd'": 10, "rs2'": 11 }), 0x9d4d);
    equal(encode(named("c.zext.b"), { "rd'": 10 }), 0x9d61);
    equal(encode(named("c.not"), { "rd'": 10 }), 0x9d75);
  });

  it("refuses a value that does not fit, and names it", () => {
    throws(() => encode(named("addi"), { rd: 1, rs1: 1, imm: 2048 }), /addi: imm cannot be 2048/);
    throws(() => encode(named("beq"), { rs1: 1, rs2: 1, imm: 3 }), RangeError);
    ok(!fits(operandField(named("c.lwsp"), "rd")!, 0));
  });
});
