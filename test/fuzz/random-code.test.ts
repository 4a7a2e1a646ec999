/** Random programs have every instruction that can stand in them, and are the same for a seed. */
import assert from "node:assert/strict";
import { createFinder } from "../../isa/decoder.ts";
import { available, instructions } from "../../isa/instructions.ts";
import { randomProgram } from "./random-program.ts";

/** Environment calls would do something, the breakpoint ends a chunk, c.nop is a c.addi. */
const apart = new Set(["ecall", "ebreak", "c.ebreak", "c.nop"]);

for (const xlen of [64, 32] as const) {
  describe(`random code for RV${xlen}`, () => {
    const march = `rv${xlen}gc_zba_zbb_zbc_zbs_zfh_zicond`;
    const one = randomProgram(march, 4, 16);

    it("has every instruction, and words that are none", () => {
      const { architecture } = one;
      const find = createFinder(architecture, false);
      const missing = new Set(
        instructions
          .filter((instruction) => available(instruction, architecture))
          .filter(({ encodedOnly }) => encodedOnly !== true)
          .map(({ mnemonic }) => mnemonic.replace(/\.(aq|rl|aqrl)$/, ""))
          .filter((mnemonic) => !apart.has(mnemonic)),
      );
      let illegal = 0;
      for (let seed = 0; seed < 200 && (missing.size > 0 || illegal < 50); seed++) {
        for (const { words } of randomProgram(march, seed, 16).chunks) {
          for (const word of words) {
            const found = find(word);
            if (found === undefined) illegal++;
            else missing.delete(found.instruction.mnemonic.replace(/\.(aq|rl|aqrl)$/, ""));
          }
        }
      }
      assert.deepEqual([...missing], []);
      assert.ok(illegal >= 50, `${illegal} illegal words`);
    });

    it("is the same for the same seed, and another for another", () => {
      assert.deepEqual(randomProgram(march, 4, 16), one);
      assert.notDeepEqual(randomProgram(march, 5, 16).chunks, one.chunks);
    });
  });
}
