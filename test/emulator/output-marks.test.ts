/** Marks of output: how they are summed, bounded and dropped. */
import assert from "node:assert/strict";
import { OutputMarks } from "../../emulator/history/output-marks.ts";

describe("output marks", () => {
  it("sums what is written at one place, by stream", () => {
    const marks = new OutputMarks();
    marks.add(5n, 1, 3);
    marks.add(5n, 2, 4);
    marks.add(6n, 1, 1);
    assert.deepEqual(marks.list, [
      { at: 5n, 1: 3, 2: 4 },
      { at: 6n, 1: 1, 2: 0 },
    ]);
  });

  it("never has more marks than the limit, and loses no byte", () => {
    const marks = new OutputMarks(16);
    for (let at = 0; at < 10_000; at++) {
      marks.add(BigInt(at) * 7n, 1, 2);
      assert.ok(marks.list.length <= 16);
    }
    assert.ok(marks.list.length >= 4);
    assert.equal(
      marks.list.reduce((sum, mark) => sum + mark[1], 0),
      20_000,
    );
    const counts = marks.list.map(({ at }) => at);
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => Number(a - b)),
    );
  });

  it("forgets what a change has dropped", () => {
    const marks = new OutputMarks();
    for (const at of [1n, 4n, 9n]) marks.add(at, 1, 1);
    marks.dropFrom(4n);
    assert.deepEqual(
      marks.list.map(({ at }) => at),
      [1n],
    );
  });
});
