/**
 * A million random instructions on each width, on all three engines and on QEMU: see `test/fuzz`,
 * which goes on for as long as wanted (`npm run fuzz -- instructions`).
 */
import assert from "node:assert/strict";
import { runRound } from "../fuzz/instructions.ts";
import { requireTool } from "../tools.ts";

const enough = 1_000_000;
/** A program runs tens of thousands of instructions. */
const mostRounds = 60;

describe("random instructions on QEMU and all engines", function () {
  this.timeout(300_000);

  for (const xlen of [64, 32] as const) {
    it(`have the same states on RV${xlen}`, async function () {
      requireTool(this, `qemu-riscv${xlen}`);
      let [executed, signals, rounds] = [0, 0, 0];
      for (; executed < enough && rounds < mostRounds; rounds++) {
        const round = await runRound(xlen, 1 + rounds);
        assert.equal(round.report, "");
        executed += round.instructions;
        signals += round.signals;
      }
      assert.ok(executed >= enough, `only ${executed} instructions`);
      console.log(`      ${rounds} programs, ${executed} instructions, ${signals} signals`);
    });
  }
});
