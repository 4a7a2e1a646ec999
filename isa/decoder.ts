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

/** Where a key takes bits from: the word shifted right, then masked. */
export type KeyPart = readonly [shift: number, mask: number];

/** How words of one length are told apart first: by bits that nearly every row fixes. */
export interface Key {
  readonly parts: readonly KeyPart[];
  /** How many keys there are, a power of 2. */
  readonly count: number;
}

/** Bits 14:12 and 6:2, which hold funct3 and the major opcode. */
// biome-ignore format: one part a line
const longKey: Key = { count: 256, parts: [[7, 0xe0], [2, 0x1f]] };
/** Bits 15:13 and 1:0. */
// biome-ignore format: one part a line
const shortKey: Key = { count: 32, parts: [[11, 0x1c], [0, 3]] };

/** The key of 32-bit and of compressed words. */
export const keys = { 4: longKey, 2: shortKey } as const;

/** The key of a word. */
export function keyOf({ parts }: Key, word: number): number {
  let key = 0;
  for (const [shift, mask] of parts) key |= (word >>> shift) & mask;
  return key;
}

/** The more bits are fixed, the earlier is a row tried. */
export function fixedBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The rows to try for each key, found when the key is first met. */
function index(candidates: readonly Candidate[], key: Key): (word: number) => readonly Candidate[] {
  const rows = new Array<readonly Candidate[] | undefined>(key.count).fill(undefined);
  return (word) => {
    const own = keyOf(key, word);
    let found = rows[own];
    if (found === undefined) {
      found = candidates
        .filter(({ encoding: { match, mask } }) => {
          return ((own ^ keyOf(key, match)) & keyOf(key, mask)) === 0;
        })
        .sort((a, b) => fixedBits(b.encoding.mask) - fixedBits(a.encoding.mask));
      rows[own] = found;
    }
    return found;
  };
}

/** Finds the rows of an architecture, those that are special cases of others or only the others. */
export function createFinder(architecture: Architecture, specials = true): Finder {
  const candidates = instructions
    .filter((instruction) => available(instruction, architecture))
    .filter(({ special }) => specials || special !== true)
    .map((instruction) => ({ instruction, encoding: encodingOf(instruction) }));
  const rows = ([4, 2] as const).map((length) =>
    index(
      candidates.filter(({ encoding }) => encoding.length === length),
      keys[length],
    ),
  ) as [ReturnType<typeof index>, ReturnType<typeof index>];
  return (word) => {
    const compressed = isCompressed(word);
    const bits = compressed ? word & 0xffff : word >>> 0;
    for (const candidate of rows[compressed ? 1 : 0](bits)) {
      if (matches(candidate.encoding, bits)) return candidate;
    }
    return undefined;
  };
}

/**
 * A decoder for an architecture. Make it once; its tables are made as they are needed.
 * @param takesEncoded whether it also takes instructions that have no meaning yet
 */
export function createDecoder(architecture: Architecture, takesEncoded = false): Decoder {
  let finder: Finder | undefined;
  const find: Finder = (word) => {
    finder ??= createFinder(architecture);
    return finder(word);
  };
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
    const isRun = instruction.execute !== undefined || takesEncoded;
    if (instruction.expansion === undefined && !isRun) return undefined;
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

/**
 * The sentence for a word that has an encoding and no meaning yet, at which a hart stops as at an
 * illegal instruction; undefined for any other. Words that the architecture has no instruction
 * for are looked up among all of its width.
 */
export function notExecutedYet(word: number, architecture: Architecture): string | undefined {
  const own = createFinder(architecture)(word)?.instruction;
  const bits = isCompressed(word) ? word & 0xffff : word >>> 0;
  const found =
    own ??
    instructions.find(
      (instruction) =>
        instruction.encodedOnly === true &&
        (instruction.xlen ?? architecture.xlen) === architecture.xlen &&
        matches(encodingOf(instruction), bits),
    );
  if (found?.encodedOnly !== true) return undefined;
  return `The instruction ${found.mnemonic} is not yet executed here: it is only assembled and shown.`;
}
