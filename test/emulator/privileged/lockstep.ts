/**
 * Runs a privileged program on every engine, stopped at the same random ticks: registers, CSRs, mode
 * and counts are equal at every stop, and all of RAM at the end. The translator translates from the
 * first jump on.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { EngineName } from "../../../emulator/engines.ts";
import type { Board } from "../../../emulator/system/board.ts";
import { csrs } from "../../../isa/csrs.ts";
import { RandomNumbers } from "../programs.ts";
import { createTestBoard, ramOf } from "./executive.ts";

const hash = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** CSRs of the privileged levels that are compared. */
const compared = csrs
  .filter(({ extension }) => extension === "s" || extension === "sm")
  .map(({ address }) => address);

/** All that a debugger could see of the hart. */
export function stateOf(board: Board): string {
  const { hart } = board;
  const registers = Array.from({ length: 32 }, (_, n) => `${hart.x(n)} ${hart.f(n)}`);
  const values = compared.map((address) => hart.csr(address));
  const control = `${hart.privilege} ${hart.csr(3)} ${hart.instret}`;
  const place = `${board.instructions} ${hart.pc.toString(16)}`;
  return `${place} ${hash([control, ...registers, ...values].join(" "))}`;
}

/** The states at the stops of a run, and a digest of RAM at its end. */
export function track(
  bytes: Uint8Array,
  xlen: 32 | 64,
  engine: EngineName,
  hotness: number,
  longest: number,
): string[] {
  const random = new RandomNumbers(4711);
  const board = createTestBoard(bytes, xlen, engine, hotness);
  const states: string[] = [];
  for (;;) {
    const stop = board.run(1 + random.below(random.below(8) === 0 ? longest : 40));
    states.push(stateOf(board));
    if (stop.reason === "exit") break;
    assert.equal(stop.reason, "budget");
  }
  return [...states, hash(ramOf(board))];
}

/** Fails at the first stop at which an engine is in another state than the evaluator. */
export function compareEngines(bytes: Uint8Array, xlen: 32 | 64, longest: number): void {
  const expected = track(bytes, xlen, "evaluator", 1, longest);
  assert.ok(expected.length > 100, `${expected.length} stops`);
  for (const [engine, hotness] of [
    ["interpreter", 1],
    ["translator", 1],
    ["translator", 5],
  ] as const) {
    const actual = track(bytes, xlen, engine, hotness, longest);
    const at = actual.findIndex((one, index) => one !== expected[index]);
    assert.equal(actual[at], expected[at], `${engine}, hotness ${hotness}, stop ${at}`);
    assert.equal(actual.length, expected.length);
  }
}
