/**
 * Programs that do every floating-point operation on rows of operands in several rounding modes and
 * record the results and flags, or a sum of them; to be run by QEMU and by our engines.
 */
import { createDecoder } from "../../isa/decoder.ts";
import { effectsOf } from "../../isa/effects.ts";
import { encode } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { available, instructions } from "../../isa/instructions.ts";
import type { Format } from "../../isa/semantics.ts";
import { boxed, randomInteger, randomTriple } from "./operands.ts";
import { architectureOf, epilogue, type RandomNumbers } from "./programs.ts";

/** What the programs are for. */
export const floatMarch = "rv64imafdc_zicsr_zfh_zfa";

/** What the operations are of; those of Zfa are newer than many a QEMU. */
const floatExtensions = ["f", "d", "zfh", "zfhmin", "zfhmin_d"];
const newFloatExtensions = ["zfa", "zfa_d", "zfa_zfh"];

/** Rounding mode and flags before an operation; flags with NX let the host's arithmetic in. */
export const floatModes = [0x00, 0x20, 0x40, 0x60, 0x80, 0x01] as const;

/**
 * How an operation stands in its loop. raw: registers are loaded with 64 bits, and the flags set
 * anew for each row. typed: singles are loaded and stored as such. chained: the flags add up, and
 * the result goes on into a comparison and into the operation again.
 */
export const floatStyles = ["raw", "typed", "chained"] as const;
export type FloatStyle = (typeof floatStyles)[number];

const [fa0, fa1, fa2, fa3, a0, a1] = [10, 11, 12, 13, 10, 11] as const;

const formatOfSuffix: Record<string, Format> = { h: "half", s: "single", d: "double" };

/** The format of the operands: of fcvt.s.d the last part, and a bit pattern for moves. */
function operandFormat({ mnemonic }: Instruction): Format {
  const last = mnemonic.split(".").at(-1) ?? "";
  return formatOfSuffix[last] ?? "double";
}

export interface FloatOperation {
  readonly mnemonic: string;
  readonly word: number;
  /** The same with its own result as the first operand, where that has the operands' format. */
  readonly again: number | undefined;
  readonly toInteger: boolean;
  readonly fromInteger: boolean;
  readonly format: Format;
  readonly resultFormat: Format;
}

/** All operations but loads and stores. */
export function floatOperations({ hasNew = false } = {}): FloatOperation[] {
  const extensions = hasNew ? [...floatExtensions, ...newFloatExtensions] : floatExtensions;
  const architecture = architectureOf(floatMarch);
  const decode = createDecoder(architecture);
  return instructions
    .filter(
      (instruction) =>
        available(instruction, architecture) && extensions.includes(instruction.extension),
    )
    .map((instruction): FloatOperation | undefined => {
      const operands = { rd: a1, rs1: a0, fd: fa3, fs1: fa0, fs2: fa1, fs3: fa2 };
      // The mode that compiled code has: toward zero for integers, else the dynamic one.
      const word = encode(instruction, operands);
      const decoded = decode(word);
      if (decoded?.instruction !== instruction) throw new Error(instruction.mnemonic);
      const effects = effectsOf(decoded);
      if (effects.memory !== undefined) return undefined;
      const format = operandFormat(instruction);
      const resultFormat = [...(effects.formatsF.get(fa3) ?? ["double" as const])][0] ?? "double";
      const chains = effects.readsF.length > 0 && effects.writesF.length > 0;
      return {
        mnemonic: instruction.mnemonic,
        word,
        format,
        resultFormat,
        again:
          chains && resultFormat === format
            ? encode(instruction, { ...operands, fs1: fa3 })
            : undefined,
        toInteger: effects.writesX.length > 0,
        fromInteger: effects.readsX.length > 0,
      };
    })
    .filter((operation) => operation !== undefined);
}

/** The operation with a static rounding mode, which follows funct3's place. */
export function withMode(operation: FloatOperation, mode: number): FloatOperation {
  const word = (operation.word & ~0x7000) | (mode << 12);
  return { ...operation, mnemonic: `${operation.mnemonic} rm=${mode}`, word: word >>> 0 };
}

/** Whether an operation has a rounding mode, which is the dynamic one. */
export const isRounded = ({ word }: FloatOperation): boolean => ((word >> 12) & 7) === 7;

/** The operands of a table: three values each, of one format or integers. */
export type FloatTable = readonly (readonly bigint[])[];
export type FloatTables = Readonly<Record<Format | "integer", FloatTable>>;

export function floatTables(random: RandomNumbers, rows: number): FloatTables {
  const floats = (format: Format): FloatTable =>
    Array.from({ length: rows }, () =>
      randomTriple(random, format).map((bits) => boxed(random, format, bits)),
    );
  const integer = Array.from({ length: rows }, () =>
    [0, 0, 0].map(() => randomInteger(random, 64)),
  );
  return { half: floats("half"), single: floats("single"), double: floats("double"), integer };
}

export const tableOf = ({ fromInteger, format }: FloatOperation): Format | "integer" =>
  fromInteger ? "integer" : format;

/** The styles that make a difference to an operation. */
export function stylesOf(operation: FloatOperation): readonly FloatStyle[] {
  const isTyped = operation.format === "single" || operation.resultFormat === "single";
  return floatStyles.filter(
    (style) =>
      style === "raw" ||
      (style === "typed" && isTyped && !operation.fromInteger) ||
      (style === "chained" && operation.again !== undefined && operation.format !== "half"),
  );
}

/** What a program is made of. */
export interface FloatProgram {
  readonly operations: readonly FloatOperation[];
  readonly modes: readonly number[];
  readonly tables: FloatTables;
  readonly rows: number;
  /**
   * Of the second operand the row is this many further than of the first; of the third, seven times
   * as many. All are tried from `first` on.
   */
  readonly distances: { readonly first: number; readonly count: number };
  /** "each": result and flags of each row, 8 bytes each; "sum": 8 bytes for all rows of a distance. */
  readonly record: "each" | "sum";
  /** How often all is done, of which the last time counts: later times are translated code's. */
  readonly turns: number;
  /** Only this style. */
  readonly style?: FloatStyle;
}

const letters: Readonly<Record<Format, string>> = { half: "h", single: "w", double: "d" };
const suffixes: Readonly<Record<Format, string>> = { half: "h", single: "s", double: "d" };

/** One row: operands, the operation, and its result in t0 and flags in t1. */
function rowText(operation: FloatOperation, style: FloatStyle): string {
  const { format, resultFormat, word, again, toInteger } = operation;
  const isSingle = style !== "raw" && format === "single";
  const load = `fl${isSingle ? letters.single : letters.double}`;
  const store = style !== "raw" && resultFormat === "single" ? "fmv.x.w" : "fmv.x.d";
  return `
  ld a0, 0(a3)
  ${load} fa0, 0(a3)
  ${load} fa1, 8(s4)
  ${load} fa2, 16(s5)
  ${style === "chained" ? "" : "fscsr s2"}
  .word ${word}
  ${
    style === "chained" && again !== undefined
      ? `fle.${suffixes[format]} a1, fa3, fa0\n  .word ${again}`
      : ""
  }
  frflags t1
  ${toInteger ? "mv t0, a1" : `${store} t0, fa3`}
  ${style === "chained" ? "slli a1, a1, 8\n  or t1, t1, a1" : ""}`;
}

function operationText(
  { modes, rows, distances, record }: FloatProgram,
  operation: FloatOperation,
  style: FloatStyle,
): string {
  const rowBytes = 24;
  const recordRow =
    record === "each"
      ? "sd t0, 0(s0)\n  sd t1, 8(s0)\n  addi s0, s0, 16"
      : "xor s7, s7, t0\n  mul s7, s7, s8\n  xor s7, s7, t1\n  mul s7, s7, s8";
  const recordSum = record === "each" ? "" : "sd s7, 0(s0)\n  addi s0, s0, 8";
  return `
  la s1, modes
  li s6, ${modes.length}
1: ld s2, 0(s1)
  li s3, ${distances.first}
2: la a3, ${tableOf(operation)}
  fscsr s2
  li s7, 0
  li t0, ${rowBytes}
  mul t0, t0, s3
  add s4, a3, t0
  li t0, 7
  mul t0, t0, s3
  li t1, ${rows}
  remu t0, t0, t1
  li t1, ${rowBytes}
  mul t0, t0, t1
  add s5, a3, t0
  li a4, ${rows}
3:${rowText(operation, style)}
  ${recordRow}
  addi a3, a3, ${rowBytes}
  addi s4, s4, ${rowBytes}
  addi s5, s5, ${rowBytes}
  addi a4, a4, -1
  bnez a4, 3b
  ${recordSum}
  addi s3, s3, 1
  li t0, ${distances.first + distances.count}
  bne s3, t0, 2b
  addi s1, s1, 8
  addi s6, s6, -1
  bnez s6, 1b`;
}

/** The order in which a program records. */
export function* loopsOf(program: FloatProgram): Generator<[FloatOperation, FloatStyle]> {
  for (const operation of program.operations) {
    for (const style of stylesOf(operation)) {
      if (program.style === undefined || program.style === style) yield [operation, style];
    }
  }
}

/** The program's text. Tables lie twice, one after the other, so that rows further on exist. */
export function floatProgramText(program: FloatProgram): string {
  const { modes, tables, rows, distances, record, turns } = program;
  const loops = [...loopsOf(program)];
  const quads = Object.entries(tables).map(([name, table]) => {
    const lines = table.map((row) => `.quad ${row.join(", ")}`).join("\n");
    return `${name}:\n${lines}\n${lines}`;
  });
  const size = loops.length * modes.length * distances.count * (record === "each" ? 16 * rows : 8);
  return `.globl _start\n_start:\nli s9, ${turns}\nli s8, 0x9e3779b97f4a7c15\nagain: la s0, out
${loops.map(([operation, style]) => operationText(program, operation, style)).join("\n")}
addi s9, s9, -1\nbnez s9, again
${epilogue}
.data\n.balign 16\nmodes: .quad ${modes.join(", ")}\n${quads.join("\n")}
out: .space ${size}\nout_end:\n`;
}
