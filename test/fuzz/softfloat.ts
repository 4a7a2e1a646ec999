/**
 * The campaign of floating point: every operation in every rounding mode on rows of random operands,
 * each row's first operand with every other row's second, our engines against QEMU. Programs record
 * a sum of each set of rows; where one differs, the rows are run again one by one.
 */
import { allowRelaxedSimd } from "../../debug-adapter/node-relaxed-simd.ts";
import type { EngineName } from "../../emulator/engines.ts";
import { useFusedMultiplyAdd } from "../../emulator/wasm/fused-probe.ts";
import {
  type FloatOperation,
  type FloatProgram,
  type FloatStyle,
  floatMarch,
  floatModes,
  floatOperations,
  floatProgramText,
  floatTables,
  loopsOf,
  stylesOf,
  tableOf,
} from "../emulator/float-programs.ts";
import {
  assembleProgram,
  type Program,
  qemuCpu,
  RandomNumbers,
  runOnQemu,
  runProgram,
} from "../emulator/programs.ts";
import type { Campaign } from "./campaign.ts";

const rows = 512;
/** How many operands each one meets in a round. */
const distances = 16;

interface Variant {
  readonly name: EngineName;
  readonly fused: boolean;
  /** How many of the distances it runs: the slow engines fewer. */
  readonly distances: number;
}

const variants: readonly Variant[] = [
  { name: "translator", fused: true, distances },
  { name: "translator", fused: false, distances },
  { name: "interpreter", fused: true, distances: 2 },
  { name: "evaluator", fused: false, distances: 1 },
];

const view = (bytes: Uint8Array): DataView => new DataView(new Uint8Array(bytes).buffer);

function runVariant(program: Program, { name, fused }: Variant): DataView {
  useFusedMultiplyAdd(fused);
  return view(runProgram(program, floatMarch, name, 16));
}

/** Runs a program on QEMU and does something with what it wrote. */
function withProgram<Result>(
  float: FloatProgram,
  use: (program: Program, theirs: DataView) => Result,
): Result {
  const program = assembleProgram(floatProgramText(float), 64);
  try {
    return use(program, view(runOnQemu(program, qemuCpu(program, [["zfh", "Zfh"]]))));
  } finally {
    program.dispose();
  }
}

const hex = (value: bigint): string => value.toString(16).padStart(16, "0");

/** The first rows that differ of one operation. */
function explain(
  float: FloatProgram,
  variant: Variant,
  operation: FloatOperation,
  style: FloatStyle,
  mode: number,
  distance: number,
): string {
  const detail: FloatProgram = {
    ...float,
    operations: [operation],
    modes: [mode],
    style,
    record: "each",
    turns: 3,
    distances: { first: distance, count: 1 },
  };
  const head = `${operation.mnemonic} ${style} fcsr=${mode} on the ${variant.name}${
    variant.fused ? ", fused" : ""
  }`;
  return withProgram(detail, (program, theirs) => {
    const ours = runVariant(program, variant);
    const table = float.tables[tableOf(operation)];
    const read = (from: DataView, index: number): string =>
      `${hex(from.getBigUint64(16 * index, true))} flags ${from.getBigUint64(16 * index + 8, true)}`;
    const lines: string[] = [];
    for (let index = 0; index < rows && lines.length < 5; index++) {
      if (read(ours, index) === read(theirs, index)) continue;
      const operands = [0, distance, (7 * distance) % rows].map(
        (further, column) => table[(index + further) % rows]?.[column] ?? 0n,
      );
      lines.push(
        `  ${operands.map(hex).join(" ")}: ours ${read(ours, index)}, QEMU ${read(theirs, index)}`,
      );
    }
    return [head, ...lines].join("\n");
  });
}

/** One round; what differs, or nothing. */
function runRound(seed: number, operations: readonly FloatOperation[]): string[] {
  const tables = floatTables(new RandomNumbers(seed), rows);
  const first = 1 + (Math.abs(seed) % (rows - distances));
  const found: string[] = [];
  const counts = [...new Set(variants.map((variant) => variant.distances))];
  for (const count of counts) {
    const float: FloatProgram = {
      operations,
      tables,
      rows,
      modes: floatModes,
      record: "sum",
      turns: 1,
      distances: { first, count },
    };
    withProgram(float, (program, theirs) => {
      for (const variant of variants.filter((one) => one.distances === count)) {
        const ours = runVariant(program, variant);
        let at = 0;
        for (const [operation, style] of loopsOf(float)) {
          for (const mode of float.modes) {
            for (let distance = first; distance < first + count; distance++, at += 8) {
              const isSame = ours.getBigUint64(at, true) === theirs.getBigUint64(at, true);
              if (isSame || found.length >= 10) continue;
              found.push(explain(float, variant, operation, style, mode, distance));
            }
          }
        }
        if (ours.byteLength !== at || theirs.byteLength !== at) {
          found.push(`${variant.name} wrote ${ours.byteLength} bytes of ${at}`);
        }
      }
    });
  }
  return found;
}

export const softfloat: Campaign = {
  name: "softfloat",
  summary: "every floating-point operation, mode and flag, on all engines and QEMU",
  async run({ seconds, seed, print }) {
    allowRelaxedSimd();
    const operations = floatOperations();
    const end = Date.now() + 1000 * seconds;
    const styles = operations.reduce((sum, operation) => sum + stylesOf(operation).length, 0);
    let each = 0;
    for (let round = 0; round === 0 || Date.now() < end; round++) {
      const found = runRound(seed + round, operations);
      each += rows * distances * floatModes.length;
      if (found.length > 0) {
        print(`seed ${seed + round}:\n${found.join("\n")}`);
        return false;
      }
      const all = each * styles;
      print(
        `round ${round + 1}: ${operations.length} operations in up to 3 styles, ` +
          `${each} rows in each, ${all} in all`,
      );
    }
    return true;
  },
};
