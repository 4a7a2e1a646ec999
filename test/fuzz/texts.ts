/**
 * Bad input for the lexer, the preprocessor, the macro expander, the parser and what follows them:
 * random characters, words, and programs of a grammar and of the examples with damage, in every
 * dialect. Whatever they are, assembling and linking return soon, with diagnostics at places that
 * are, and never with "internal".
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assemble } from "../../assembler/assemble.ts";
import { link } from "../../assembler/link.ts";
import { writeElf } from "../../elf/writer.ts";
import { pick, type Random } from "./assembly-instructions.ts";
import { randomSource } from "./assembly-writer.ts";
import type { Campaign } from "./campaign.ts";
import { damagedText, generator } from "./linker.ts";

/** No single case may take longer, in milliseconds; what asks for very much takes seconds. */
const patience = 10_000;
/** No case may leave more on the heap, in bytes. */
const memory = 2 ** 31;

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

const examples = join(import.meta.dirname, "..", "..", "examples");
let bases: readonly string[] | undefined;

/** The example programs, read once. */
function programs(): readonly string[] {
  bases ??= readdirSync(examples)
    .filter((name) => name.endsWith(".s"))
    .map((name) => readFileSync(join(examples, name), "utf8"));
  return bases;
}

function randomText(random: Random): string {
  let text = "";
  switch (random(4)) {
    case 0:
      for (let left = random(200); left >= 0; left--)
        text += String.fromCharCode(random(5) > 0 ? 32 + random(95) : random(256));
      return text;
    case 1:
      for (let left = random(80); left >= 0; left--)
        text += pick(random, words) + (random(3) > 0 ? " " : "");
      return text;
    case 2:
      text = randomSource(random, 15).pieces.join("");
      for (let left = random(4); left >= 0; left--) text = damagedText(text, random);
      return text;
    default:
      text = pick(random, programs());
      for (let left = random(20); left >= 0; left--) {
        const at = random(text.length + 1);
        const from = random(text.length + 1);
        const middle = random(2) > 0 ? "" : text.slice(from, from + random(40));
        text = text.slice(0, at) + middle + text.slice(at + random(30));
      }
      return text;
  }
}

/** One case; a sentence when something is wrong. */
export function runTextCase(seed: number): string | undefined {
  const random = generator(seed * 2654435761);
  const text = randomText(random);
  const [file, dialect] = pick(random, ways);
  const started = performance.now();
  const { object, diagnostics } = assemble(file, text, {
    dialect,
    debug: random(2) === 0,
    readFile: () => (random(4) === 0 ? text : undefined),
  });
  writeElf(object);
  const linked = link([{ name: file, object }]);
  const time = performance.now() - started;
  if (time > patience) return `took ${Math.round(time)} ms:\n${text}`;
  if (process.memoryUsage().heapUsed > memory) return `fills the memory:\n${text}`;
  const internal = [...diagnostics, ...linked.diagnostics].find(({ code }) => code === "internal");
  if (internal !== undefined) return `${internal.message}\n${text}`;
  const isNowhere = diagnostics.some(({ range: { start, end } }) => {
    return start.line > end.line || (start.line === end.line && start.character > end.character);
  });
  return isNowhere ? `a diagnostic ends before it begins:\n${text}` : undefined;
}

/** The campaign. */
export const texts: Campaign = {
  name: "texts",
  summary: "bad sources in every dialect end in diagnostics, soon",
  async run({ seconds, seed, print }) {
    const end = performance.now() + seconds * 1000;
    let count = 0;
    for (; performance.now() < end; count++) {
      let fault: string | undefined;
      try {
        fault = runTextCase(seed + count);
      } catch (error) {
        fault = (error as Error).stack ?? String(error);
      }
      if (fault === undefined) continue;
      print(`case ${seed + count}: ${fault}`);
      return false;
    }
    print(`${count} cases, none with a fault`);
    return true;
  },
};
