/**
 * Every floating-point operation on corner and random operands in every rounding mode, against
 * QEMU: result and flags must be the same. `npm run fuzz -- softfloat` goes on with it.
 */
import assert from "node:assert/strict";
import { allowRelaxedSimd } from "../../debug-adapter/node-relaxed-simd.ts";
import { type EngineName, engineNames } from "../../emulator/engines.ts";
import { useFusedMultiplyAdd } from "../../emulator/wasm/fused-probe.ts";
import { requireTools } from "../tools.ts";
import {
  type FloatProgram,
  floatMarch,
  floatModes,
  floatOperations,
  floatProgramText,
  floatTables,
  isRounded,
  loopsOf,
  tableOf,
  withMode,
} from "./float-programs.ts";
import { assembleProgram, qemuCpu, RandomNumbers, runOnQemu, runProgram } from "./programs.ts";

const rows = 96;

const hex = (value: bigint): string => value.toString(16).padStart(16, "0");

function assertEqual(ours: DataView, theirs: DataView, program: FloatProgram, where: string): void {
  const differences: string[] = [];
  let at = 0;
  for (const [operation, style] of loopsOf(program)) {
    for (const mode of program.modes) {
      for (const row of program.tables[tableOf(operation)]) {
        const read = (view: DataView): string =>
          `${hex(view.getBigUint64(at, true))} flags ${view.getBigUint64(at + 8, true)}`;
        if (read(ours) !== read(theirs)) {
          differences.push(
            `${operation.mnemonic} ${style} fcsr=${mode} ` +
              `${row.map(hex).join(" ")}: ours ${read(ours)}, QEMU ${read(theirs)}`,
          );
        }
        at += 16;
      }
    }
  }
  assert.equal(ours.byteLength, at);
  assert.equal(theirs.byteLength, at);
  const shown = differences.slice(0, 20).join("\n");
  assert.equal(differences.length, 0, `${where}, ${differences.length}:\n${shown}`);
}

const view = (bytes: Uint8Array): DataView => new DataView(new Uint8Array(bytes).buffer);

/** The engines, and the translator at once, with the host's fused multiply-add and without. */
const variants: readonly { name: EngineName; hotness?: number; fused?: boolean }[] = [
  ...engineNames.map((name) => ({ name })),
  { name: "translator", hotness: 2 },
  { name: "translator", hotness: 2, fused: true },
];

describe("floating point against QEMU", () => {
  afterEach(() => useFusedMultiplyAdd(true));

  it("gives the same results and flags in every rounding mode", function () {
    this.timeout(0);
    requireTools(this, "riscv64-unknown-elf-as", "qemu-riscv64");
    allowRelaxedSimd();
    const probe = assembleProgram(".globl _start\n_start: li a0, 0\n li a7, 93\n ecall\n", 64);
    const hasNew = qemuCpu(probe, [["zfa"]]).includes("zfa");
    probe.dispose();
    if (!hasNew) console.log("      not compared, unknown to this QEMU: zfa");
    const dynamic = floatOperations({ hasNew });
    const statically = dynamic
      .filter(isRounded)
      .flatMap((operation) => [0, 1, 2, 3, 4].map((mode) => withMode(operation, mode)));
    const tables = floatTables(new RandomNumbers(1), rows);
    const common = {
      tables,
      rows,
      distances: { first: 0, count: 1 },
      record: "each",
      turns: 2,
    } as const;
    const programs: readonly FloatProgram[] = [
      { ...common, operations: dynamic, modes: floatModes },
      { ...common, operations: statically, modes: [0x00, 0x21], style: "raw" },
    ];
    let cases = 0;
    for (const float of programs) {
      const program = assembleProgram(floatProgramText(float), 64);
      try {
        const theirs = view(runOnQemu(program, qemuCpu(program, [["zfh", "Zfh"], ["zfa"]])));
        for (const { name, hotness, fused = false } of variants) {
          useFusedMultiplyAdd(fused);
          const ours = view(runProgram(program, floatMarch, name, hotness));
          assertEqual(ours, theirs, float, `${name}, hotness ${hotness}, fused ${fused}`);
        }
        cases += theirs.byteLength / 16;
      } finally {
        program.dispose();
      }
    }
    assert.ok(cases >= 60_000, `only ${cases} cases`);
  });
});
