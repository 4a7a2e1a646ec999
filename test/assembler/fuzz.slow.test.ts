/**
 * No text makes the assembler throw, hang or grow without bound: sources that ask for too much, and
 * random ones (characters, words, and mutated programs) from a fixed seed.
 */
import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { link } from "../../assembler/link.ts";
import { writeElf } from "../../elf/writer.ts";
import { runTextCase } from "../fuzz/texts.ts";

/** Sources that ask for too much, and the diagnostic that each ends in. */
const greedy: Readonly<Record<string, readonly [source: string, code: string]>> = {
  "a billion repetitions": [".rept 1000000000\nnop\n.endr", "expansion-too-large"],
  "a macro that calls itself": [".macro a\n a\n.endm\n a", "expansion-too-deep"],
  "a macro that calls itself twice": [".macro a\n a\n a\n.endm\n a", "expansion-too-deep"],
  "a file that includes itself": ['.include "self.s"', "expansion-too-deep"],
  "macros that double thirty times": [
    `${Array.from({ length: 30 }, (_, n) => `.macro m${n + 1}\n m${n}\n m${n}\n.endm`).join("\n")}\n.macro m0\n nop\n.endm\n m30`,
    "expansion-too-large",
  ],
  "a far origin": [".org 0x7fffffffffff", "section-too-large"],
  "much space": [".skip 0x7fffffff", "value-out-of-range"],
  "much space, many times": [".rept 20\n.skip 100000000\n.endr", "section-too-large"],
  "many alignments": [".rept 200\nnop\n.align 24\n.endr", "section-too-large"],
  "symbols in a circle": [".set a, b\n.set b, a\n.word a", "circular"],
  "a long chain of symbols": [
    Array.from({ length: 3000 }, (_, n) => `.set s${n}, 0-s${n + 1}`).join("\n"),
    "circular",
  ],
  "a large circle of symbols": [
    `${Array.from({ length: 3000 }, (_, n) => `.set s${n}, s${(n + 1) % 3000}+1`).join("\n")}\n.word s0`,
    "circular",
  ],
  "many parentheses": [`.word ${"(".repeat(100_000)}`, "expression-too-deep"],
  "many signs": [`.word ${"-".repeat(100_000)}1`, "expression-too-deep"],
  "many sections": [
    Array.from({ length: 0xfe01 }, (_, n) => `.section .s${n}`).join("\n"),
    "too-many-sections",
  ],
  "many open conditions": [".if 1\n".repeat(20_000), "if-without-endif"],
};

describe("assembler, on any input", function () {
  this.timeout(60_000);

  for (const [title, [source, code]] of Object.entries(greedy)) {
    it(`${title}: ${code}`, () => {
      const started = performance.now();
      const { diagnostics, object } = assemble("self.s", source, {
        debug: true,
        readFile: () => source,
      });
      assert.ok(
        diagnostics.some((diagnostic) => diagnostic.code === code),
        JSON.stringify(diagnostics.slice(0, 3)),
      );
      assert.ok(!diagnostics.some((diagnostic) => diagnostic.code === "internal"));
      writeElf(object);
      assert.ok(performance.now() - started < 20_000);
    });
  }

  it("links an object with a call where there are only zeros", () => {
    const text = ".text\nf: ret\n.bss\n.space 16\ncall f\n.align 3\nla a0, f\n";
    const { object, diagnostics } = assemble("zeros.s", text, { readFile: () => undefined });
    assert.ok(diagnostics.some(({ severity }) => severity === "error"));
    const linked = link([{ name: "zeros.s", object }]);
    assert.ok(!linked.diagnostics.some(({ code }) => code === "internal"));
  });

  it("survives random characters, words, programs and mutations for three seconds", () => {
    const end = performance.now() + 3000;
    let count = 0;
    for (; performance.now() < end || count < 50; count++) {
      assert.equal(runTextCase(count + 1), undefined, `case ${count + 1}`);
    }
    console.log(`      ${count} sources`);
  });
});
