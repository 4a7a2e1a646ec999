/**
 * Every instruction and every pseudo-instruction as source text, assembled by GNU as: the
 * encoding is ours, and so is the text that objdump makes of it. Zicond is later than binutils
 * 2.40.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { disassemble } from "../../assembler/disassembler.ts";
import { hasExtension } from "../../isa/architecture.ts";
import { compress } from "../../isa/compression.ts";
import { csrs } from "../../isa/csrs.ts";
import {
  encode,
  encodingOf,
  type Field,
  fits,
  operandNames,
  operandPattern,
} from "../../isa/encoding.ts";
import { expansionOf, parseExpansion } from "../../isa/expansion.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { pseudoInstructions } from "../../isa/pseudo.ts";
import { requireTools } from "../tools.ts";
import { type GnuLine, gnuLines, gnuTools } from "./gnu.ts";
import {
  architectureOf,
  bytesOf,
  instructionsOf,
  integerExtensions,
  isLaterCsr,
  randomNumbers,
  randomValue,
  randomValues,
  sourceText,
} from "./samples.ts";

const marches = [
  `rv32gch_zfh_${integerExtensions}`,
  `rv64gch_zfh_${integerExtensions}`,
  "rv32gcv",
  "rv64gcv",
  "rv32imac_zdinx_zhinx_zbkb_zbkc",
  "rv64imac_zqinx_zhinx_zknd",
  "rv64imafdqc_zfh",
];
const rounds = 12;

interface Sample {
  readonly source: string;
  readonly word: number;
}

const hexOf = (word: number): string => word.toString(16).padStart((word & 3) === 3 ? 8 : 4, "0");

/** What differs between samples and what as and objdump make of their sources. */
function differences(samples: readonly Sample[], lines: readonly GnuLine[]): string[] {
  equal(lines.length, samples.length);
  return samples
    .map(({ source, word }, position) => ({ source, ours: hexOf(word), line: lines[position]! }))
    .filter(({ ours, line }) => ours !== line.hex)
    .map(({ source, ours, line }) => `${source}: ${ours} | ${line.hex} ${line.text}`)
    .slice(0, 10);
}

const joined = (samples: readonly Sample[]): string =>
  samples.map(({ source }) => source).join("\n");

describe("instructions against GNU as", function () {
  this.timeout(120_000);
  before(function () {
    requireTools(this, ...gnuTools);
  });

  for (const march of marches) {
    const architecture = architectureOf(march);
    const samplesOf = (instruction: Instruction, random: () => number): Sample[] =>
      Array.from({ length: rounds }, () => {
        const values = randomValues(instruction, random);
        const word = encode(instruction, values);
        return { source: sourceText(instruction, values, architecture), word };
      });
    const isLong = (instruction: Instruction) => encodingOf(instruction).length === 4;

    it(`each instruction, ${march}`, () => {
      const random = randomNumbers(7);
      // The assembler has no syntax for hints that are nothing else.
      const known = instructionsOf(architecture).filter(({ hint }) => hint !== true);
      const long = known.filter(isLong).flatMap((one) => samplesOf(one, random));
      const short = known.filter((one) => !isLong(one)).flatMap((one) => samplesOf(one, random));
      const start = ".option norelax\n.option norvc\n";
      const source = `${start}${joined(long)}\n.option rvc\n${joined(short)}\n`;
      const samples = [...long, ...short];
      const lines = gnuLines(source, march, false);
      deepEqual(differences(samples, lines), []);
      for (const aliases of [false, true]) {
        const bytes = bytesOf(samples.map(({ word }) => word));
        const plain = (text: string) => text.replace(/ <.*?>/g, "");
        const ours = disassemble(bytes, 0n, architecture, { aliases, symbolFor: () => "x" });
        const texts = aliases ? gnuLines(source, march, true) : lines;
        const wrong = texts
          .map(({ text }, position) => [plain(ours[position]!.text), plain(text)])
          // An upper part that a jump relative to tp or x0 finds is forgotten by objdump.
          .filter(([a, b]) => a !== b && !/jalr?\t.*\((tp|zero)\)/.test(b!));
        deepEqual(wrong, []);
      }
      console.log(`      ${known.length} instructions, ${samples.length} samples`);
    });

    it(`each pseudo-instruction that is one other way to write instructions, ${march}`, () => {
      const random = randomNumbers(8);
      const { xlen } = architecture;
      let count = 0;
      const samples = pseudoInstructions.flatMap((pseudo): Sample[] => {
        const { mnemonic, syntax, expansion, procedure, extension = "i" } = pseudo;
        if (procedure !== undefined || (pseudo.xlen ?? xlen) !== xlen) return [];
        // Written with c. where nothing is compressed.
        if (expansion === "c.unimp") return [];
        if (!hasExtension(architecture, extension)) return [];
        // Sequences stand in for instructions that this architecture has.
        if (expansion.includes(";")) return [];
        const names = operandNames(syntax);
        const parsed = parseExpansion(expansion, new Set(names), xlen);
        if (parsed === undefined) return [];
        if (!instructionsOf(architecture).includes(parsed.base)) return [];
        count++;
        const fieldOf = (name: string): Field => {
          const [own] = Object.entries(parsed.sources).find(
            ([, source]) => "operand" in source && source.operand === name,
          )!;
          return encodingOf(parsed.base).fields.find((field) => field.name === own)!;
        };
        return Array.from({ length: rounds }, () => {
          const values = Object.fromEntries(
            names.map((name) => [name, randomValue(fieldOf(name), random)]),
          );
          const operands = syntax.replace(operandPattern, (name) => {
            const value = values[name]!;
            const { kind } = fieldOf(name);
            if (kind === "mask") return value === 0 ? "v0.t" : "";
            if (kind === "x" || kind === "f" || kind === "v") return `${kind}${value}`;
            return kind === "target" ? `.+${value}` : `${value}`;
          });
          return {
            source: `${mnemonic} ${operands.replace(/, $/, "")}`,
            word: encode(parsed.base, parsed.values(values)),
          };
        });
      });
      const source = `.option norelax\n.option norvc\n${joined(samples)}\n`;
      deepEqual(differences(samples, gnuLines(source, march, false)), []);
      console.log(`      ${count} pseudo-instructions, ${samples.length} samples`);
    });
  }

  it("sequences for what the hart has no instruction for", () => {
    for (const march of ["rv32i", "rv64i"]) {
      const architecture = architectureOf(march);
      const sequences = pseudoInstructions.filter(
        ({ expansion, procedure, xlen }) =>
          procedure === undefined && expansion.includes(";") && xlen === architecture.xlen,
      );
      ok(sequences.length >= 3);
      for (const { mnemonic, syntax, expansion } of sequences) {
        const words = expansion.split("; ").map((text) => {
          const { base, values } = parseExpansion(
            text,
            new Set(operandNames(syntax)),
            architecture.xlen,
          )!;
          return hexOf(encode(base, values({ rd: 10, rs1: 11 })));
        });
        const lines = gnuLines(`${mnemonic} a0, a1\n`, march, false);
        deepEqual(
          lines.map(({ hex }) => hex),
          words,
          `${march} ${mnemonic}`,
        );
      }
    }
  });

  it("names of CSRs", () => {
    const known = csrs.filter((csr) => !isLaterCsr(csr));
    for (const march of ["rv32gc", "rv64gc"]) {
      const base = march === "rv32gc" ? known : known.filter(({ xlen }) => xlen === undefined);
      const samples = base.map(({ name, address }) => ({
        source: `csrrw a0, ${name}, a1`,
        word: (address * 2 ** 20 + 0x00059573) >>> 0,
      }));
      deepEqual(differences(samples, gnuLines(`${joined(samples)}\n`, march, false)), []);
    }
    console.log(`      ${known.length} CSRs`);
  });
});

/** Registers and immediates at which the choice of a compressed form may change. */
const registers = [0, 1, 2, 3, 8, 9, 15, 16, 31];
const immediates = [
  0,
  1,
  -1,
  4,
  8,
  16,
  31,
  32,
  33,
  -32,
  -33,
  63,
  64,
  124,
  128,
  248,
  252,
  256,
  496,
  504,
  508,
  512,
  1020,
  1024,
  -512,
  -16,
  -496,
  2044,
  4096,
  4096 * 31,
  4096 * 32,
  -4096,
  -4096 * 32,
  -4096 * 33,
];

/** All combinations of those values that an instruction can hold. */
function combinations(instruction: Instruction): Record<string, number>[] {
  let sets: Record<string, number>[] = [{}];
  for (const field of encodingOf(instruction).fields) {
    const values = field.kind === "x" || field.kind === "f" ? registers : immediates;
    sets = sets.flatMap((set) =>
      values
        .filter((value) => fits(field, value))
        .map((value) => ({ ...set, [field.name]: value })),
    );
  }
  return sets;
}

describe("isa/compression against GNU as", function () {
  this.timeout(120_000);
  before(function () {
    requireTools(this, ...gnuTools);
  });

  for (const march of ["rv32gc", "rv64gc", "rv64imac", "rv32imafc", "rv64i"]) {
    it(`chooses the same instructions, ${march}`, () => {
      const architecture = architectureOf(march);
      const { xlen } = architecture;
      const known = instructionsOf(architecture);
      const bases = instructionsOf(architectureOf(`rv${xlen}gc`))
        .filter(({ expansion }) => expansion !== undefined)
        .map((one) => expansionOf(one, xlen).base)
        .filter((base) => known.includes(base));
      const samples = [...new Set(bases)]
        // The length of a branch is known only when its target is.
        .filter((base) => encodingOf(base).fields.every(({ kind }) => kind !== "target"))
        .flatMap((base) =>
          combinations(base).map((values) => {
            const short = compress(base, values, architecture, "written");
            return {
              source: sourceText(base, values, architecture),
              word:
                short === undefined
                  ? encode(base, values)
                  : encode(short.instruction, short.values),
            };
          }),
        );
      deepEqual(differences(samples, gnuLines(`${joined(samples)}\n`, march, false)), []);
      const short = samples.filter(({ word }) => (word & 3) !== 3).length;
      equal(short > 0, march !== "rv64i");
      console.log(`      ${samples.length} instructions, ${short} of them compressed`);
    });
  }

  it("compresses jumps to a register where they are written short", () => {
    const architecture = architectureOf("rv64gc");
    const [jalr] = instructionsOf(architecture).filter(({ mnemonic }) => mnemonic === "jalr");
    const words = [
      [0, 1],
      [0, 10],
      [1, 10],
    ].map(([rd = 0, rs1 = 0]) => {
      const short = compress(jalr!, { rd, rs1, imm: 0 }, architecture)!;
      return hexOf(encode(short.instruction, short.values));
    });
    const lines = gnuLines("ret\njr a0\njalr a0\n", "rv64gc", false);
    deepEqual(
      lines.map(({ hex }) => hex),
      words,
    );
  });
});
