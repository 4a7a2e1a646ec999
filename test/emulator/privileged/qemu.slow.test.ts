/**
 * The privileged architecture against QEMU's `virt` machine: the same memory image runs on both,
 * and the state that each case leaves is compared, with the memory that page-table walks change.
 */
import assert from "node:assert/strict";
import { requireTool } from "../../tools.ts";
import { suites } from "./comparison.ts";

const seed = 0;

describe("the privileged architecture", function () {
  this.timeout(60_000);

  for (const { name, xlen, compare } of suites) {
    it(`${name} as QEMU does`, async function () {
      requireTool(this, `qemu-system-riscv${xlen}`);
      const { explained, unexplained } = await compare(seed, "translator");
      assert.deepEqual(unexplained, []);
      for (const [reason, times] of explained) console.log(`        ${times} times: ${reason}`);
    });
  }
});
