/** Bad scripts, archives and objects, for a short while; `npm run fuzz -- linker` goes on longer. */
import assert from "node:assert/strict";
import { generator, makeParts, runCase } from "./linker.ts";

describe("linker, on any input", () => {
  it("ends with a file or diagnostics, for two seconds of random cases", async function () {
    this.timeout(30_000);
    const parts = makeParts();
    const end = performance.now() + 2000;
    let count = 0;
    for (; performance.now() < end; count++) {
      assert.equal(
        await runCase(parts, generator((count + 1) * 2654435761)),
        undefined,
        `${count}`,
      );
    }
    console.log(`      ${count} cases`);
  });
});
