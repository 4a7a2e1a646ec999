/** A quick share of the campaign of engines; `test/emulator/lockstep.slow.test.ts` has more. */
import assert from "node:assert/strict";
import { compareEngines } from "../emulator/lockstep.ts";
import { randomSubject } from "./engines.ts";

describe("engines on random programs", function () {
  this.timeout(30_000);
  for (const xlen of [64, 32] as const) {
    it(`have the same states on RV${xlen}`, async () => {
      const subject = await randomSubject(xlen, 11, 4);
      const limits = { seed: 11, stops: 150, instructions: 50_000 };
      const done = compareEngines(subject, limits, [{ engine: "translator", hotness: 1 }]);
      assert.deepEqual(done.differences, []);
      assert.ok(done.stops > 200, `${done.stops} stops`);
    });
  }
});
