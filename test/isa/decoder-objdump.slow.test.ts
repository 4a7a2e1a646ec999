/**
 * The decoder and the disassembler against objdump: all 16-bit words, and many 32-bit ones. What
 * objdump 2.40 shows beyond the manual, or does not know yet, is listed here and nowhere else.
 */
import { deepEqual, equal } from "node:assert/strict";
import { disassemble } from "../../assembler/disassembler.ts";
import { csrs } from "../../isa/csrs.ts";
import { encodingOf } from "../../isa/encoding.ts";
import { requireTools } from "../tools.ts";
import { gnuTexts, gnuTools } from "./gnu.ts";
import {
  architectureOf,
  bytesOf,
  instructionsOf,
  integerExtensions,
  isLaterCsr,
  randomNumbers,
} from "./samples.ts";

const bits = `zfh_${integerExtensions}`;

/** Words that objdump shows as instructions although the manual reserves them. */
function reserved(word: number, march: string): boolean {
  // C.ADDI16SP with the immediate 0.
  if (word === 0x6101) return true;
  // Rounds of AES from 11 on.
  if (((word & 0xff00707f) ^ 0x31001013) === 0 && ((word >>> 20) & 15) > 10) return true;
  if (!march.startsWith("rv32")) return false;
  // Shifts by 32 and more on RV32.
  const [funct3, opcode] = [(word >>> 12) & 7, word & 0x7f];
  if ((word & 3) === 3) return opcode === 0x13 && (funct3 & 3) === 1 && (word & 0x2000000) !== 0;
  const compressedShift = (word & 0xe003) === 0x0002 || (word & 0xe803) === 0x8001;
  return compressedShift && (word & 0x1000) !== 0;
}

/** Registers that binutils 2.40 has no name for yet. */
const laterCsrs = csrs.filter(isLaterCsr).map(({ address }) => address);

/** Words whose text differs for a reason that is known. */
function otherwise(word: number): boolean {
  const usesCsr = (word & 0x7f) === 0x73 && (word & 0x3000) !== 0;
  if (usesCsr && laterCsrs.includes(word >>> 20)) return true;
  // For a jump relative to tp or x0 objdump forgets an upper part that was loaded there.
  const base = (word >>> 15) & 31;
  return (word & 0x7f) === 0x67 && (base === 4 || base === 0);
}

/** Compares all words' texts; the differences, and how many words were instructions. */
function compare(words: readonly number[], march: string, aliases: boolean) {
  const architecture = architectureOf(march);
  // Both name every address by the same symbol, which is left out.
  const plain = (text: string) => text.replace(/ <.*?>/g, "");
  const symbolFor = () => ".text";
  const lines = disassemble(bytesOf(words), 0n, architecture, { aliases, symbolFor });
  const texts = gnuTexts(words, march, aliases);
  equal(lines.length, texts.length);
  const differences = words.flatMap((word, position) => {
    const [ours, theirs] = [plain(lines[position]!.text), plain(texts[position]!)];
    // Objdump has a row for this pseudo-instruction that many words without meaning match.
    if (theirs.startsWith("vmsge.vx")) return [];
    if (ours === theirs || reserved(word, march) || otherwise(word)) return [];
    return [`${word.toString(16)}: ${ours} | ${theirs}`];
  });
  const valid = texts.filter((text) => !text.startsWith(".")).length;
  return { differences: differences.slice(0, 10), valid };
}

/** Half wholly random words, half those of an instruction with some of its fields 0. */
function sample(march: string, count: number, seed: number): number[] {
  const random = randomNumbers(seed);
  const rows = instructionsOf(architectureOf(march))
    .map(encodingOf)
    .filter(({ length }) => length === 4);
  return Array.from({ length: count }, (_, position) => {
    if (position % 2 === 0) {
      const word = (random() | 3) >>> 0;
      return (word & 0x1f) === 0x1f ? (word ^ 4) >>> 0 : word;
    }
    const { match, mask, fields } = rows[random() % rows.length]!;
    let word = ((random() & ~mask) | match) >>> 0;
    for (const { slices } of fields) {
      if (random() % 3 !== 0) continue;
      for (const { high, low, at } of slices) {
        word = (word & ~((2 ** (high - low + 1) - 1) * 2 ** at)) >>> 0;
      }
    }
    return word;
  });
}

describe("isa/decoder and assembler/disassembler against objdump", function () {
  this.timeout(120_000);
  before(function () {
    requireTools(this, ...gnuTools);
  });

  const halfwords = Array.from({ length: 0x10000 }, (_, word) => word).filter(
    (word) => (word & 3) !== 3,
  );
  for (const march of ["rv32gc", "rv64gc", "rv64imac", "rv32imafc"]) {
    for (const aliases of [false, true]) {
      it(`all halfwords, ${march}, ${aliases ? "" : "no "}aliases`, () => {
        const { differences, valid } = compare(halfwords, march, aliases);
        deepEqual(differences, []);
        console.log(`      ${halfwords.length} halfwords, ${valid} of them instructions`);
      });
    }
  }

  const marches = [
    `rv32gch_${bits}`,
    `rv64gch_${bits}`,
    "rv64gcv",
    "rv32gcv",
    "rv64gc",
    "rv32imc_zfhmin",
    "rv32imac_zdinx_zhinx_zbkb_zbkc",
    "rv64imac_zdinx_zhinx_zknd",
  ];
  for (const [position, march] of marches.entries()) {
    for (const aliases of [false, true]) {
      it(`random words, ${march}, ${aliases ? "" : "no "}aliases`, () => {
        const words = sample(march, 15_000, 2 * position + (aliases ? 1 : 0));
        const { differences, valid } = compare(words, march, aliases);
        deepEqual(differences, []);
        console.log(`      ${words.length} words, ${valid} of them instructions`);
      });
    }
  }
});
