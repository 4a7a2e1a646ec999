/**
 * The meaning of every instruction as a person reads it, kept in `pseudocode.txt` to be looked
 * at. UPDATE=1 writes it again.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { instructions } from "../../isa/instructions.ts";
import { pseudocodeOf } from "../../isa/pseudocode.ts";

const file = new URL("pseudocode.txt", import.meta.url);

/** The four orderings of an atomic instruction read the same. */
const isOrdered = (mnemonic: string): boolean => /\.(aq|rl|aqrl)$/.test(mnemonic);

function everyText(): string {
  const lines = instructions
    .filter(({ mnemonic }) => !isOrdered(mnemonic))
    .map((instruction) => {
      const xlen = instruction.xlen ?? 64;
      const name = `${instruction.mnemonic}${instruction.xlen === 32 ? " (RV32)" : ""}`;
      const [first, ...rest] = pseudocodeOf(instruction, xlen).split("\n");
      return [`${name.padEnd(16)}${first}`, ...rest.map((line) => " ".repeat(16) + line)].join(
        "\n",
      );
    });
  return `${lines.join("\n")}\n`;
}

describe("pseudocode", () => {
  it("of every instruction is as recorded", () => {
    const text = everyText();
    if (process.env["UPDATE"] === "1") writeFileSync(file, text);
    assert.equal(text, readFileSync(file, "utf8"));
  });

  it("fits a hover: lines of at most 100 characters, no doubled parentheses", () => {
    for (const line of everyText().split("\n")) {
      assert.ok([...line].length <= 100, line);
      assert.doesNotMatch(line, /\(\([^()]*\)\)/);
    }
  });

  it("follows XLEN", () => {
    const text = (mnemonic: string, xlen: 32 | 64): string => {
      const instruction = instructions.find((each) => each.mnemonic === mnemonic);
      assert.ok(instruction);
      return pseudocodeOf(instruction, xlen);
    };
    assert.equal(text("lw", 32), "rd ← mem32[rs1 + imm]");
    assert.equal(text("lw", 64), "rd ← sext(mem32[rs1 + imm])");
    assert.equal(text("sll", 32), "rd ← rs1 << (rs2 & 31)");
    assert.equal(text("mulhu", 32), "rd ← (rs1 ×ᵤ rs2)[63:32]");
  });
});
