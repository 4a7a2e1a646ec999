/**
 * No text makes the assembler throw, hang or grow without bound: sources that ask for too much, and
 * random ones (characters, words, and mutated programs) from a fixed seed.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { link } from "../../assembler/link.ts";
import { writeElf } from "../../elf/writer.ts";

const here = import.meta.dirname ?? __dirname;

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
  "many open conditions": [".if 1\n".repeat(20_000), "if-without-endif"],
};

/** A small generator of numbers, the same in every run. */
function generator(seed: number): (limit: number) => number {
  return (limit) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % limit;
  };
}

const words = (
  ".macro m .endm m|.rept 3|.endr|.if 1|.else|.endif|\n|\n|\n|,|(|)|%lo(|%hi(x)|a0|x|1f|1:|lw|addi|la|li|\\x|\"|'|0x|-|*|/|<<|" +
  ".word|.set|=|.|foo:|foo|.org|.align|5|.skip|$|.section .d|.option rvc|.cfi_startproc|.cfi_endproc|.insn|.irp x,1,2|" +
  '.loc 1 1|.file 1 "a"|.uleb128|bne|call|j|.equ|b|.comm|.size|.float|1.5|.ascii|.data|.text|.pushsection|.popsection|@|#|;|/*|*/|' +
  "\n#define M(x) x ## 1 #x M\n|\n#define N M(|\n#if|\n#endif\n|\n#else\n|\n#include <a>\n|M(|N|)|defined|" +
  ".macro m(%a)\n|.end_macro\n|%a|m(1)|.eqv a0 m|.import a|: 3|.word 1 : 5|.data 0x10010100|seq"
).split("|");

/** How a source is read: by its name, and as which dialect. */
const ways = [
  ["fuzz.s", "gnu"],
  ["fuzz.S", "gnu"],
  ["fuzz.s", "rars"],
  ["fuzz.s", "venus"],
  ["fuzz.s", "ripes"],
] as const;

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

  it("survives random characters, words and mutations for three seconds", () => {
    const folder = join(here, "..", "..", "examples");
    const bases = readdirSync(folder)
      .filter((name) => name.endsWith(".s"))
      .map((name) => readFileSync(join(folder, name), "utf8"));
    const random = generator(2024);
    const end = performance.now() + 3000;
    let count = 0;
    for (; performance.now() < end || count < 50; count++) {
      const text = randomSource(random, bases);
      const [file, dialect] = ways[count % ways.length] as (typeof ways)[number];
      const { object, diagnostics } = assemble(file, text, {
        dialect,
        debug: random(2) === 0,
        readFile: () => undefined,
      });
      const internal = diagnostics.find(({ code }) => code === "internal");
      assert.equal(internal, undefined, `${internal?.message}\n${text}`);
      for (const {
        range: { start, end: last },
      } of diagnostics) {
        assert.ok(
          start.line < last.line || (start.line === last.line && start.character <= last.character),
          text,
        );
      }
      writeElf(object);
      const linked = link([{ name: "fuzz.s", object }]);
      assert.ok(
        !linked.diagnostics.some(({ code }) => code === "internal"),
        `${JSON.stringify(linked.diagnostics)}\n${text}`,
      );
    }
    console.log(`      ${count} sources`);
  });
});

function randomSource(random: (limit: number) => number, bases: readonly string[]): string {
  let text = "";
  switch (random(3)) {
    case 0:
      for (let left = random(200); left >= 0; left--)
        text += String.fromCharCode(random(5) > 0 ? 32 + random(95) : random(256));
      return text;
    case 1:
      for (let left = random(80); left >= 0; left--)
        text += (words[random(words.length)] ?? "") + (random(3) > 0 ? " " : "");
      return text;
    default:
      text = bases[random(bases.length)] ?? "nop";
      for (let left = random(20); left >= 0; left--) {
        const at = random(text.length + 1);
        const from = random(text.length + 1);
        const middle = random(2) > 0 ? "" : text.slice(from, from + random(40));
        text = text.slice(0, at) + middle + text.slice(at + random(30));
      }
      return text;
  }
}
