/** Where "Go to Instruction…" leads for what a person types. */
import assert from "node:assert/strict";
import { formatCount, readPoint } from "../../extension/points.ts";

const run = { at: 1000n, start: 200n, end: 10_200n };

describe("points of a run", () => {
  for (const [text, point] of [
    ["200", 200n],
    [" 1,234 ", 1234n],
    ["10_200", 10_200n],
    ["+100", 1100n],
    ["- 800", 200n],
    ["0%", 200n],
    ["50 %", 5200n],
    ["12.5%", 1450n],
    ["100%", 10_200n],
  ] as const) {
    it(`reads "${text}"`, () => assert.equal(readPoint(text, run), point));
  }

  for (const [text, problem] of [
    ["", /^Type a count/],
    ["abc", /^Type a count/],
    ["0x10", /^Type a count/],
    ["1.5", /^Type a whole number/],
    ["99999999999999999999", /^Type a whole number/],
    ["101 %", /^Type a percentage/],
    ["+5 %", /^Type a percentage/],
    ["199", /goes from 200 to 10,200/],
    ["-801", /goes from 200 to 10,200/],
    ["+9201", /goes from 200 to 10,200/],
  ] as const) {
    it(`says what is wrong with "${text}"`, () =>
      assert.match(String(readPoint(text, run)), problem));
  }

  it("shows counts beyond 2^53 exactly", () => {
    assert.equal(formatCount(9007199254740993n), "9,007,199,254,740,993");
  });
});
