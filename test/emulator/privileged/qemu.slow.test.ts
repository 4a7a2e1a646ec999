/**
 * The privileged architecture against QEMU's `virt` machine: the same memory image runs on both,
 * and the state that each case leaves is compared, with the memory that page-table walks change.
 * HARTBEAT_CASES multiplies the number of seeds for a long run.
 */
import assert from "node:assert/strict";
import { requireTool } from "../../tools.ts";
import { csrProgram, findings } from "./csrs.ts";
import { compareFindings, compareResults } from "./differences.ts";
import { type Image, place, ramStart, runOnBoard, runOnQemu } from "./executive.ts";
import {
  instructionCases,
  interruptCases,
  lockedCases,
  pagingCases,
  protectedWalkCases,
  protectionCases,
} from "./suites.ts";

const seeds = Array.from({ length: Number(process.env["HARTBEAT_CASES"] ?? 1) }, (_, n) => n);
const count = 2500;

/** QEMU orders interrupts as the manual does only where it has an interrupt architecture of them. */
const orderedInterrupts = ["x-smaia=true", "x-ssaia=true"];

type Suite = readonly [
  name: string,
  xlen: 32 | 64,
  create: (seed: number) => Promise<Image>,
  options?: readonly string[],
];

const suites: readonly Suite[] = [
  ["walks Sv32 tables", 32, (seed) => pagingCases(32, 1, 2 * seed, count)],
  ["walks Sv32 tables to vacant memory", 32, (seed) => pagingCases(32, 1, 2 * seed + 1, count)],
  ["walks Sv39 tables", 64, (seed) => pagingCases(64, 8, 2 * seed, count)],
  ["walks Sv39 tables to vacant memory", 64, (seed) => pagingCases(64, 8, 2 * seed + 1, count)],
  ["walks Sv48 tables", 64, (seed) => pagingCases(64, 9, 2 * seed, count)],
  ["walks Sv57 tables", 64, (seed) => pagingCases(64, 10, 2 * seed, count)],
  ["protects memory on RV32", 32, (seed) => protectionCases(32, seed, count)],
  ["protects memory on RV64", 64, (seed) => protectionCases(64, seed, count)],
  ["locks protection on RV32", 32, (seed) => lockedCases(32, seed, 1000)],
  ["locks protection on RV64", 64, (seed) => lockedCases(64, seed, 1000)],
  ["protects page tables", 64, (seed) => protectedWalkCases(2 * seed, count)],
  ["takes interrupts on RV32", 32, (seed) => interruptCases(32, seed, count), orderedInterrupts],
  ["takes interrupts on RV64", 64, (seed) => interruptCases(64, seed, count), orderedInterrupts],
  ["traps instructions on RV32", 32, (seed) => instructionCases(32, seed, count)],
  ["traps instructions on RV64", 64, (seed) => instructionCases(64, seed, count)],
];

/** Words of the tables and the data that differ. */
function changedWords(a: Uint8Array, b: Uint8Array): string[] {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  const found: string[] = [];
  for (let at = place.tables - ramStart; at < place.cases - ramStart; at += 4) {
    const [old, now] = [x.readUInt32LE(at), y.readUInt32LE(at)];
    if (old !== now)
      found.push(`${(ramStart + at).toString(16)}: ${old.toString(16)} ${now.toString(16)}`);
  }
  return found;
}

const report = (explained: ReadonlyMap<string, number>): void => {
  for (const [reason, times] of explained) console.log(`        ${times} times: ${reason}`);
};

describe("the privileged architecture", function () {
  this.timeout(60_000 * seeds.length);

  for (const [name, xlen, create, options] of suites) {
    it(`${name} as QEMU does`, async function () {
      requireTool(this, `qemu-system-riscv${xlen}`);
      for (const seed of seeds) {
        const image = await create(seed);
        const expected = runOnQemu(image.bytes, xlen, options).ram;
        const actual = runOnBoard(image.bytes, xlen, "translator").ram;
        const compared = compareResults(
          image.cases,
          image.results(expected),
          image.results(actual),
        );
        assert.deepEqual(compared.unexplained.slice(0, 5), [], `seed ${seed}`);
        assert.deepEqual(changedWords(expected, actual), [], `memory, seed ${seed}`);
        if (seed === 0) report(compared.explained);
      }
    });
  }

  for (const xlen of [32, 64] as const) {
    it(`has the CSRs of RV${xlen} as QEMU does`, async function () {
      requireTool(this, `qemu-system-riscv${xlen}`);
      for (const seed of seeds) {
        const program = await csrProgram(xlen, seed, 12);
        const expected = findings(program, runOnQemu(program.bytes, xlen).ram);
        const actual = findings(program, runOnBoard(program.bytes, xlen, "translator").ram);
        const compared = compareFindings(expected, actual);
        assert.deepEqual(compared.unexplained, [], `seed ${seed}`);
        if (seed === 0) report(compared.explained);
      }
    });
  }
});
