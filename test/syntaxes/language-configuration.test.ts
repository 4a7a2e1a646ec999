/** The language configuration: what a double click selects, and how lines are indented. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const path = new URL("../../syntaxes/language-configuration.json", import.meta.url);
const configuration = JSON.parse(readFileSync(path, "utf8"));

describe("the language configuration", () => {
  const words: [line: string, words: string[]][] = [
    ["main: c.addi a0, 1", ["main", "c.addi", "a0", "1"]],
    [".word %hi(value)", [".word", "%hi", "value"]],
    ["bnez t0, 1f", ["bnez", "t0", "1f"]],
    ["sd \\reg, -8(sp)", ["sd", "\\reg", "8", "sp"]],
    ["call printf@plt", ["call", "printf@plt"]],
    [".L1: lw a0, 0x1F(t6)", [".L1", "lw", "a0", "0x1F", "t6"]],
  ];
  for (const [line, expected] of words) {
    it(`takes words whole in ${line}`, () => {
      assert.deepEqual(line.match(new RegExp(configuration.wordPattern, "g")), expected);
    });
  }

  const indents: [line: string, increases: boolean, decreases: boolean][] = [
    ["main:", true, true],
    ["loop:   # again", true, true],
    ["        addi a0, a0, 1", false, false],
    ["        .macro push reg", true, false],
    ["        .endm", false, true],
    ["        .if x", true, false],
    ["        .else", true, true],
    ["        .endif", false, true],
    ['text:   .asciz "a:b"', false, true],
    ["# note: this", false, false],
  ];
  for (const [line, increases, decreases] of indents) {
    it(`indents around ${line.trim()}`, () => {
      const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;
      assert.equal(new RegExp(increaseIndentPattern).test(line), increases);
      assert.equal(new RegExp(decreaseIndentPattern).test(line), decreases);
    });
  }
});
