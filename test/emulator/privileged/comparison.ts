/**
 * The suites of cases that are compared with QEMU, and what comparing one of them for a seed finds:
 * for the tests, and for as long as wanted by `npm run fuzz -- privileged`.
 */
import type { EngineName } from "../../../emulator/engines.ts";
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

/** What a comparison has found. */
export interface Comparison {
  readonly cases: number;
  /** How often each known difference was met. */
  readonly explained: ReadonlyMap<string, number>;
  /** What is wrong, a line each. */
  readonly unexplained: readonly string[];
}

/** One kind of random cases. */
export interface Suite {
  /** As a verb: "walks Sv39 tables". */
  readonly name: string;
  readonly xlen: 32 | 64;
  /** Compares the cases of a seed on QEMU and on our board. */
  compare(seed: number, engine: EngineName): Promise<Comparison>;
}

/** Words of the tables and the data that differ. */
function changedWords(theirs: Uint8Array, ours: Uint8Array): string[] {
  const [x, y] = [new DataView(Uint8Array.from(theirs).buffer), new DataView(ours.slice().buffer)];
  const hex = (value: number) => value.toString(16);
  const found: string[] = [];
  for (let at = place.tables - ramStart; at < place.cases - ramStart; at += 4) {
    const [old, now] = [x.getUint32(at, true), y.getUint32(at, true)];
    if (old !== now) found.push(`at ${hex(ramStart + at)}: QEMU ${hex(old)}, ours ${hex(now)}`);
  }
  return found;
}

function imageSuite(
  name: string,
  xlen: 32 | 64,
  create: (seed: number) => Promise<Image>,
  options: readonly string[] = [],
): Suite {
  const compare = async (seed: number, engine: EngineName): Promise<Comparison> => {
    const image = await create(seed);
    const theirs = runOnQemu(image.bytes, xlen, options).ram;
    const ours = runOnBoard(image.bytes, xlen, engine).ram;
    const { explained, unexplained } = compareResults(
      image.cases,
      image.results(theirs),
      image.results(ours),
    );
    const all = [...unexplained, ...changedWords(theirs, ours)];
    return { cases: image.cases.length, explained, unexplained: all };
  };
  return { name, xlen, compare };
}

function csrSuite(xlen: 32 | 64): Suite {
  const compare = async (seed: number, engine: EngineName): Promise<Comparison> => {
    const program = await csrProgram(xlen, seed, 12);
    const theirs = findings(program, runOnQemu(program.bytes, xlen).ram);
    const ours = findings(program, runOnBoard(program.bytes, xlen, engine).ram);
    return { cases: theirs.length, ...compareFindings(theirs, ours) };
  };
  return { name: `has the CSRs of RV${xlen}`, xlen, compare };
}

/** QEMU orders interrupts as the manual does only where it has an interrupt architecture of them. */
const orderedInterrupts = ["x-smaia=true", "x-ssaia=true"];
const count = 2500;

/** All suites. Even seeds of paging have accesses across pages, odd ones vacant memory. */
export const suites: readonly Suite[] = [
  imageSuite("walks Sv32 tables", 32, (seed) => pagingCases(32, 1, 2 * seed, count)),
  imageSuite("walks Sv32 tables to nowhere", 32, (seed) => pagingCases(32, 1, 2 * seed + 1, count)),
  imageSuite("walks Sv39 tables", 64, (seed) => pagingCases(64, 8, 2 * seed, count)),
  imageSuite("walks Sv39 tables to nowhere", 64, (seed) => pagingCases(64, 8, 2 * seed + 1, count)),
  imageSuite("walks Sv48 tables", 64, (seed) => pagingCases(64, 9, 2 * seed, count)),
  imageSuite("walks Sv57 tables", 64, (seed) => pagingCases(64, 10, 2 * seed, count)),
  imageSuite("protects memory on RV32", 32, (seed) => protectionCases(32, seed, count)),
  imageSuite("protects memory on RV64", 64, (seed) => protectionCases(64, seed, count)),
  imageSuite("locks protection on RV32", 32, (seed) => lockedCases(32, seed, 1000)),
  imageSuite("locks protection on RV64", 64, (seed) => lockedCases(64, seed, 1000)),
  imageSuite("protects page tables", 64, (seed) => protectedWalkCases(2 * seed, count)),
  ...([32, 64] as const).flatMap((xlen) => [
    imageSuite(
      `takes interrupts on RV${xlen}`,
      xlen,
      (seed) => interruptCases(xlen, seed, count),
      orderedInterrupts,
    ),
    imageSuite(`traps instructions on RV${xlen}`, xlen, (seed) =>
      instructionCases(xlen, seed, count),
    ),
    csrSuite(xlen),
  ]),
];
