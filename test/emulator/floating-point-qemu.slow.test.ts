/**
 * Every floating-point operation on corner and random operands in every rounding mode, against
 * QEMU: result and flags must be the same. With HARTBEAT_FUZZ=n it goes on with n other seeds.
 */
import assert from "node:assert/strict";
import { engineNames } from "../../emulator/engines.ts";
import { createDecoder } from "../../isa/decoder.ts";
import { effectsOf } from "../../isa/effects.ts";
import { encode } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import type { Format } from "../../isa/semantics.ts";
import { requireTools } from "../tools.ts";
import { boxed, randomInteger, randomTriple } from "./operands.ts";
import {
  architectureOf,
  assembleProgram,
  epilogue,
  qemuCpu,
  RandomNumbers,
  runOnQemu,
  runProgram,
} from "./programs.ts";

const march = "rv64imafdc_zicsr_zfh";
const rowsPerTable = 64;
const resultBytes = 16;
/** Rounding mode and flags before the operation; flags with NX let the host's arithmetic in. */
const modes = [0x00, 0x20, 0x40, 0x60, 0x80, 0x01];
const [fa0, fa1, fa2, fa3, a0, a1] = [10, 11, 12, 13, 10, 11] as const;

const formatOfSuffix: Record<string, Format> = { h: "half", s: "single", d: "double" };

/** The format of the operands: of fcvt.s.d the last part, and a bit pattern for moves. */
function operandFormat({ mnemonic }: Instruction): Format {
  const last = mnemonic.split(".").at(-1) ?? "";
  return formatOfSuffix[last] ?? "double";
}

interface Operation {
  readonly instruction: Instruction;
  readonly word: number;
  readonly toInteger: boolean;
  readonly fromInteger: boolean;
  readonly format: Format;
}

function operations(): Operation[] {
  const architecture = architectureOf(march);
  const decode = createDecoder(architecture);
  return instructions
    .filter(
      (instruction) =>
        available(instruction, architecture) &&
        ["f", "d", "zfh", "zfhmin", "zfhmin_d"].includes(instruction.extension),
    )
    .map((instruction): Operation | undefined => {
      const operands = { rd: a1, rs1: a0, fd: fa3, fs1: fa0, fs2: fa1, fs3: fa2 };
      const word = encode(instruction, operands);
      const decoded = decode(word);
      assert.equal(decoded?.instruction, instruction, instruction.mnemonic);
      const effects = effectsOf(decoded);
      if (effects.memory !== undefined) return undefined; // loads and stores: the other test
      return {
        instruction,
        word,
        format: operandFormat(instruction),
        toInteger: effects.writesX.length > 0,
        fromInteger: effects.readsX.length > 0,
      };
    })
    .filter((operation) => operation !== undefined);
}

/** The operands of a table: three values each, of one format or integers. */
type Table = readonly (readonly bigint[])[];

function tables(random: RandomNumbers): Record<Format | "integer", Table> {
  const floats = (format: Format): Table =>
    Array.from({ length: rowsPerTable }, () =>
      randomTriple(random, format).map((bits) => boxed(random, format, bits)),
    );
  const integer = Array.from({ length: rowsPerTable }, () =>
    [0, 0, 0].map(() => randomInteger(random, 64)),
  );
  return { half: floats("half"), single: floats("single"), double: floats("double"), integer };
}

const tableOf = ({ fromInteger, format }: Operation): Format | "integer" =>
  fromInteger ? "integer" : format;

function programText(all: readonly Operation[], data: Record<string, Table>): string {
  const loops = all.flatMap((operation) =>
    modes.map(
      (mode) => `
  li a2, ${mode}
  la a3, ${tableOf(operation)}
  li a4, ${rowsPerTable}
1: ld a0, 0(a3)
  fld fa0, 0(a3)
  fld fa1, 8(a3)
  fld fa2, 16(a3)
  fscsr a2
  .word ${operation.word}
  frflags a5
  ${operation.toInteger ? "sd a1, 0(s0)" : "fsd fa3, 0(s0)"}
  sd a5, 8(s0)
  addi s0, s0, ${resultBytes}
  addi a3, a3, 24
  addi a4, a4, -1
  bnez a4, 1b`,
    ),
  );
  const quads = Object.entries(data).map(
    ([name, rows]) => `${name}:\n${rows.map((row) => `.quad ${row.join(", ")}`).join("\n")}`,
  );
  const size = all.length * modes.length * rowsPerTable * resultBytes;
  return `.globl _start\n_start:\nla s0, out${loops.join("\n")}\n${epilogue}
.data\n.balign 16\n${quads.join("\n")}\nout: .space ${size}\nout_end:\n`;
}

const hex = (value: bigint): string => value.toString(16).padStart(16, "0");

function compare(seed: number, all: readonly Operation[]): number {
  const data = tables(new RandomNumbers(seed));
  const program = assembleProgram(programText(all, data), 64);
  try {
    const cpu = qemuCpu(program, [["zfh", "Zfh"]]);
    const theirs = new DataView(new Uint8Array(runOnQemu(program, cpu)).buffer);
    for (const name of engineNames) {
      const ours = new DataView(new Uint8Array(runProgram(program, march, name)).buffer);
      assertEqual(ours, theirs, all, data, `${name}, seed ${seed}`);
    }
    return theirs.byteLength / resultBytes;
  } finally {
    program.dispose();
  }
}

function assertEqual(
  ours: DataView,
  theirs: DataView,
  all: readonly Operation[],
  data: Record<string, Table>,
  where: string,
): void {
  const differences: string[] = [];
  let at = 0;
  for (const operation of all) {
    for (const mode of modes) {
      for (const row of data[tableOf(operation)] ?? []) {
        const read = (view: DataView): string =>
          `${hex(view.getBigUint64(at, true))} flags ${view.getBigUint64(at + 8, true)}`;
        if (read(ours) !== read(theirs)) {
          differences.push(
            `${operation.instruction.mnemonic} fcsr=${mode} ` +
              `${row.map(hex).join(" ")}: ours ${read(ours)}, QEMU ${read(theirs)}`,
          );
        }
        at += resultBytes;
      }
    }
  }
  assert.equal(ours.byteLength, at);
  assert.equal(theirs.byteLength, at);
  const shown = differences.slice(0, 20).join("\n");
  assert.equal(differences.length, 0, `${where}, ${differences.length}:\n${shown}`);
}

describe("floating point against QEMU", () => {
  it("gives the same results and flags in every rounding mode", function () {
    this.timeout(0);
    requireTools(this, "riscv64-unknown-elf-as", "qemu-riscv64");
    const all = operations();
    let cases = compare(1, all);
    assert.ok(cases >= 20_000, `only ${cases} cases`);
    const rounds = Number(process.env["HARTBEAT_FUZZ"] ?? 0);
    for (let round = 0; round < rounds; round++) cases += compare(Date.now() % 2 ** 31, all);
    if (rounds > 0) console.log(`      ${cases} cases`);
  });
});
