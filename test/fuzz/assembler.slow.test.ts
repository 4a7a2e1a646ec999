/** Random programs against GNU as, a few; `npm run fuzz -- assembler` goes on longer. */
import assert from "node:assert/strict";
import { requireTool } from "../tools.ts";
import { firstDifference, mistakes, programs } from "./assembler.ts";
import { GnuAssembler } from "./assembly-comparison.ts";

describe("assembler, on random sources, against GNU as", () => {
  for (const [what, sources] of [
    ["the same objects of 120 programs, or refuses the same lines", programs(1, 120)],
    ["the same of 400 mistakes", mistakes(1, 400)],
  ] as const) {
    it(`makes ${what}`, async function () {
      this.timeout(60_000);
      requireTool(this, "riscv64-unknown-elf-as");
      const as = new GnuAssembler();
      try {
        const found = await firstDifference(as, sources);
        const text = found && `${found.source.text}${found.comparison.found.join("\n")}`;
        assert.equal(text, undefined);
      } finally {
        as.close();
      }
    });
  }
});
