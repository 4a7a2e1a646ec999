/** Random programs against GNU as, a few; `npm run fuzz -- assembler` goes on longer. */
import assert from "node:assert/strict";
import { requireTool } from "../tools.ts";
import { firstDifference, programs } from "./assembler.ts";
import { GnuAssembler } from "./assembly-comparison.ts";

describe("assembler, on random programs, against GNU as", () => {
  it("makes the same objects of 250 programs, or refuses the same lines", async function () {
    this.timeout(60_000);
    requireTool(this, "riscv64-unknown-elf-as");
    const as = new GnuAssembler();
    try {
      const found = await firstDifference(as, programs(1, 250));
      assert.equal(found && `${found.source.text}${found.comparison.found.join("\n")}`, undefined);
    } finally {
      as.close();
    }
  });
});
