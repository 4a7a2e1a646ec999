/**
 * From a word to an instruction. A decoder is made for one architecture: an index by the bits that
 * nearly every row fixes (opcode and funct3, or the three top and two bottom bits of a compressed
 * one) leads to the few rows that are possible, and each is tried by match and mask.
 */
import type { Architecture } from "./architecture.ts";
import { type Encoding, encodingOf, extract, matches, type OperandValues } from "./encoding.ts";
import { expansionOf } from "./expansion.ts";
import type { Instruction } from "./instruction.ts";
import { available, instructions } from "./instructions.ts";

/** An instruction in memory. */
export interface Decoded {
  /** What runs: the base instruction where the word is a compressed one. */
  readonly instruction: Instruction;
  /** The operands of `instruction`. */
  readonly values: OperandValues;
  /** In bytes, in memory. */
  readonly length: 2 | 4;
  /** The compressed instruction that stands in memory. */
  readonly compressed?: Instruction;
  /** The bits in memory, 16 or 32 of them. */
  readonly word: number;
}

/** A row that a word may match. */
export interface Candidate {
  readonly instruction: Instruction;
  readonly encoding: Encoding;
}

/** Decodes the word whose low 16 bits may be a compressed instruction; undefined when illegal. */
export type Decoder = (word: number) => Decoded | undefined;

/** The instruction that a word is as it stands, before a compressed one is expanded. */
export type Finder = (word: number) => Candidate | undefined;

/** Whether the low bits are those of a compressed instruction, of 2 bytes. */
export const isCompressed = (low: number): boolean => (low & 3) !== 3;

/** The length that the low 16 bits tell, in bytes (unprivileged manual, "Instruction Length"). */
export function lengthOf(low: number): number {
  if (isCompressed(low)) return 2;
  if ((low & 0x1f) !== 0x1f) return 4;
  if ((low & 0x3f) === 0x1f) return 6;
  if ((low & 0x7f) === 0x3f) return 8;
  const extra = (low >> 12) & 7;
  return extra === 7 ? 2 : 10 + 2 * extra;
}

/** Bits 14:12 and 6:2, which hold funct3 and the major opcode. */
const longKey = (word: number): number => ((word >>> 7) & 0xe0) | ((word >>> 2) & 0x1f);
/** Bits 15:13 and 1:0. */
const shortKey = (word: number): number => ((word >>> 11) & 0x1c) | (word & 3);
const longWord = (key: number): number => ((key & 0xe0) << 7) | ((key & 0x1f) << 2) | 3;
const shortWord = (key: number): number => ((key & 0x1c) << 11) | (key & 3);

/** The rows to try for each key; those that fix more bits come first. */
function index(
  candidates: readonly Candidate[],
  keys: number,
  wordOf: (key: number) => number,
): readonly (readonly Candidate[])[] {
  const fixed = wordOf(keys - 1);
  return Array.from({ length: keys }, (_, key) =>
    candidates
      .filter(({ encoding: { match, mask } }) => ((wordOf(key) ^ match) & mask & fixed) === 0)
      .sort((a, b) => bitCount(b.encoding.mask) - bitCount(a.encoding.mask)),
  );
}

const bitCount = (word: number): number => word.toString(2).replaceAll("0", "").length;

/** Finds the rows of an architecture, those that are special cases of others or only the others. */
export function createFinder(architecture: Architecture, specials = true): Finder {
  const candidates = instructions
    .filter((instruction) => available(instruction, architecture))
    .filter(({ special = false }) => specials || !special)
    .map((instruction) => ({ instruction, encoding: encodingOf(instruction) }));
  const long = index(
    candidates.filter(({ encoding }) => encoding.length === 4),
    256,
    longWord,
  );
  const short = index(
    candidates.filter(({ encoding }) => encoding.length === 2),
    32,
    shortWord,
  );
  return (word) => {
    const compressed = isCompressed(word);
    const rows = (compressed ? short[shortKey(word)] : long[longKey(word)]) ?? [];
    const bits = compressed ? word & 0xffff : word >>> 0;
    for (const candidate of rows) if (matches(candidate.encoding, bits)) return candidate;
    return undefined;
  };
}

/** A decoder for an architecture. Make it once: it takes about a millisecond. */
export function createDecoder(architecture: Architecture): Decoder {
  const find = createFinder(architecture);
  const lastX = architecture.base === "e" ? 15 : 31;
  return (fetched) => {
    const found = find(fetched);
    if (found === undefined) return undefined;
    const { instruction, encoding } = found;
    const word = encoding.length === 2 ? fetched & 0xffff : fetched >>> 0;
    const values = extract(instruction, word);
    if (
      lastX < 31 &&
      encoding.fields.some(({ kind, name }) => kind === "x" && Number(values[name]) > lastX)
    )
      return undefined;
    if (instruction.expansion === undefined && instruction.execute === undefined) return undefined;
    if (instruction.expansion === undefined) return { instruction, values, length: 4, word };
    const expansion = expansionOf(instruction, architecture.xlen);
    return {
      instruction: expansion.base,
      values: expansion.values(values),
      length: 2,
      compressed: instruction,
      word,
    };
  };
}
