/**
 * From a bit row to everything that follows from it: match and mask, the fields with their places,
 * the range of each operand, and the way from operand values to a word and back.
 *
 * The words of a row, from the highest bit to the lowest:
 *   0110011          literal bits
 *   rs1              a whole field; its width is in the table `widths`
 *   rd'              a register of the popular eight, x8 to x15 (f8 to f15), in three bits
 *   imm[12|10:5]     slices of a value, which may come in several words; `imm` is signed, every
 *                    other name is unsigned, and so is an immediate whose name starts with `u`
 *   nzimm[5]         the same value `imm`, and the encoding is valid only where it is not 0
 *   rd≠0  rd≠0,2     the encoding is valid only where the field has none of these values
 *   rd~0             with this value the encoding is a hint: valid, but no assembler chooses it
 */
import type { Instruction } from "./instruction.ts";

/** What kind of thing an operand is: how it is written and what it may be. */
export type OperandKind =
  | "x"
  | "f"
  /** A vector register. */
  | "v"
  /** The bit vm of a vector instruction: 0 is written as v0.t, and 1, no mask, is left out. */
  | "mask"
  /** The type of vector elements, as in "e32, m1, ta, ma". */
  | "vtype"
  /** A number that is added, compared, …: written as it is. */
  | "immediate"
  /** An offset from this instruction, a multiple of 2: written as a label or an address. */
  | "target"
  /** A value whose low twelve bits are 0: written as its upper bits. */
  | "upper"
  | "shamt"
  | "csr"
  /** The code of a number of FLI: written as that number. */
  | "constant"
  | "rounding"
  /** The accesses that a fence orders: a bit each for i, o, r, w, from bit 3 to bit 0. */
  | "fence"
  /** A field that the syntax has no place for. */
  | "bits";

/** Bits `high`…`low` of a value; bit `low` lies at bit `at` of the word. */
export interface Slice {
  readonly high: number;
  readonly low: number;
  readonly at: number;
}

/** One variable part of an encoding, all its slices together. */
export interface Field {
  /** The operand's name in the syntax, e.g. "rd", "imm", "rs1'". */
  readonly name: string;
  readonly kind: OperandKind;
  readonly slices: readonly Slice[];
  readonly signed: boolean;
  /** The least and the greatest value, both possible. For "x" and "f": register numbers. */
  readonly min: number;
  readonly max: number;
  /** Every value is a multiple of this power of 2. */
  readonly multiple: number;
  /** Values between min and max that are not allowed, e.g. 0. */
  readonly excluded: readonly number[];
  /** A value that makes the encoding a hint. */
  readonly hint?: number;
  /** Whether the syntax has it; what it has not is 0, and a rounding mode left out is dynamic. */
  readonly shown: boolean;
}

/** The encoding of one instruction; words are unsigned numbers. */
export interface Encoding {
  /** In bytes. */
  readonly length: 2 | 4;
  readonly match: number;
  readonly mask: number;
  readonly fields: readonly Field[];
}

/** The values of an instruction's operands, by their names in the syntax. */
export type OperandValues = Readonly<Record<string, number | bigint>>;

/** The names of the rounding modes by their code; 5 and 6 are reserved. */
export const roundingModes: readonly (string | undefined)[] = [
  "rne",
  "rtz",
  "rdn",
  "rup",
  "rmm",
  undefined,
  undefined,
  "dyn",
];

/** The code of the dynamic rounding mode, which is meant where none is written. */
export const dynamicRounding = 7;

const elementWidths = ["e8", "e16", "e32", "e64"];
const groupings = ["m1", "m2", "m4", "m8", undefined, "mf8", "mf4", "mf2"];

/**
 * The vector type from its words: an element width, then where they are wanted a grouping (m1 where
 * none is written) and the policies of tail and mask (tu and mu); undefined where it is none.
 */
export function parseVectorType(words: readonly string[]): number | undefined {
  const rest = [...words];
  const take = (names: readonly (string | undefined)[]): number => {
    const found = names.indexOf(rest[0] ?? "");
    if (found >= 0) rest.shift();
    return found;
  };
  const width = take(elementWidths);
  const [grouping, tail, mask] = [groupings, ["tu", "ta"], ["mu", "ma"]].map((names) =>
    Math.max(take(names), 0),
  ) as [number, number, number];
  if (width < 0 || rest.length > 0) return undefined;
  return grouping | (width << 3) | (tail << 6) | (mask << 7);
}

/** A vector type in words, "e32,m1,ta,ma"; the number where bits are reserved. */
export function vectorTypeText(value: number): string {
  const [width, grouping] = [elementWidths[(value >> 3) & 7], groupings[value & 7]];
  if (width === undefined || grouping === undefined || value > 0xff) return String(value);
  return `${width},${grouping},${value & 0x40 ? "ta" : "tu"},${value & 0x80 ? "ma" : "mu"}`;
}

/** The accesses of a fence by their bit, from bit 3 to bit 0. */
const accesses = "iorw";

/** The set of a fence from its letters, in this order: "rw" is 3; undefined where it is none. */
export function parseFence(text: string): number | undefined {
  if (!/^i?o?r?w?$/.test(text) || text === "") return undefined;
  return [...text].reduce((set, letter) => set | (8 >> accesses.indexOf(letter)), 0);
}

/** The letters of a fence's set, 0 to 15; empty for 0. */
export function fenceText(set: number): string {
  return [...accesses].filter((_, position) => (set & (8 >> position)) !== 0).join("");
}

const widths: Readonly<Record<string, number>> = {
  rd: 5,
  rs1: 5,
  rs2: 5,
  rs3: 5,
  fd: 5,
  fs1: 5,
  fs2: 5,
  fs3: 5,
  "rd'": 3,
  "rs1'": 3,
  "rs2'": 3,
  "fd'": 3,
  "fs2'": 3,
  rm: 3,
  fm: 4,
  pred: 4,
  succ: 4,
  csr: 12,
  uimm: 5,
  constant: 5,
  bs: 2,
  vd: 5,
  vs1: 5,
  vs2: 5,
  vs3: 5,
  vm: 1,
};

const rowWord = /^(nz)?([a-z]+\d?'?)(?:\[([\d:|]+)\])?(?:≠([\d,]+))?(?:~(\d+))?$/;

interface Part {
  readonly slices: Slice[];
  readonly excluded: number[];
  hint?: number;
}

const encodings = new WeakMap<Instruction, Encoding>();

/** The encoding of an instruction; computed once. Throws when the row is not 16 or 32 bits. */
export function encodingOf(instruction: Instruction): Encoding {
  const known = encodings.get(instruction);
  if (known !== undefined) return known;
  const encoding = parseRow(instruction);
  encodings.set(instruction, encoding);
  return encoding;
}

/** The field of an operand, with its kind and range; undefined where there is none. */
export function operandField(instruction: Instruction, name: string): Field | undefined {
  return encodingOf(instruction).fields.find((field) => field.name === name);
}

/** The words of a syntax. */
export const operandPattern = /[a-z]+\d?'?/g;

/** Words of syntaxes that are no operands: they are written as they are. */
const fixedWords: ReadonlySet<string> = new Set(["sp", "v0", "rtz"]);

/**
 * The operand names of a syntax, in source order: "rd, imm(rs1)" gives rd, imm, rs1. Registers and
 * modes that some instructions name are no operands, and numbers are none.
 */
export function operandNames(syntax: string): string[] {
  return (syntax.match(operandPattern) ?? []).filter((name) => !fixedWords.has(name));
}

/** Whether a field can hold a value: in range, a multiple, and not excluded. */
export function fits(field: Field, value: number | bigint): boolean {
  const number = Number(value);
  return (
    number >= field.min &&
    number <= field.max &&
    number % field.multiple === 0 &&
    !field.excluded.includes(number)
  );
}

/**
 * The word of an instruction with these operands. A rounding mode that is left out is dynamic,
 * other fields are 0. Throws RangeError where a value does not fit; see {@link fits}.
 */
export function encode(instruction: Instruction, values: OperandValues): number {
  const { match, fields } = encodingOf(instruction);
  let word = match;
  for (const field of fields) {
    const { name, kind } = field;
    const value = Number(values[name] ?? omitted(kind));
    if (!fits(field, value)) {
      throw new RangeError(`${instruction.mnemonic}: ${name} cannot be ${value}`);
    }
    for (const { high, low, at } of field.slices) {
      const bits = (value >>> low) & (2 ** (high - low + 1) - 1);
      word |= bits << at;
    }
  }
  return word >>> 0;
}

/** What a field holds that is not written. */
export const omitted = (kind: OperandKind): number =>
  kind === "rounding" ? dynamicRounding : kind === "mask" ? 1 : 0;

/** The operands in a word that matches; see {@link matches}. */
export function extract(instruction: Instruction, word: number): Record<string, number> {
  const values: Record<string, number> = {};
  for (const field of encodingOf(instruction).fields) values[field.name] = read(field, word);
  return values;
}

/** Whether a word is this instruction: its fixed bits are there and no field is excluded. */
export function matches(encoding: Encoding, word: number): boolean {
  if ((word & encoding.mask) >>> 0 !== encoding.match) return false;
  for (const field of encoding.fields) {
    if (field.excluded.length > 0 && field.excluded.includes(read(field, word))) return false;
  }
  return true;
}

/** The value of a field in a word. */
function read(field: Field, word: number): number {
  let value = 0;
  for (const { high, low, at } of field.slices) {
    value |= ((word >>> at) & (2 ** (high - low + 1) - 1)) << low;
  }
  if (field.name.endsWith("'")) return value + 8;
  if (!field.signed) return value >>> 0;
  const unused = 31 - Math.log2(-field.min);
  return (value << unused) >> unused;
}

function parseRow(instruction: Instruction): Encoding {
  const words = instruction.row.split(" ");
  const parts = new Map<string, Part>();
  let match = 0;
  let mask = 0;
  let at = words.reduce((sum, word) => sum + width(word), 0);
  const length = at / 8;
  if (length !== 2 && length !== 4) throw new Error(`${instruction.mnemonic}: ${at} bits`);
  for (const word of words) {
    at -= width(word);
    if (/^[01]+$/.test(word)) {
      match += Number.parseInt(word, 2) * 2 ** at;
      mask += (2 ** word.length - 1) * 2 ** at;
    } else {
      addWord(parts, word, at);
    }
  }
  const names = operandNames(instruction.syntax);
  const fields = [...parts].map(([name, part]) => fieldOf(name, part, names.includes(name)));
  return { length, match, mask, fields };
}

/** Adds a row's word whose lowest bit is bit `at` to the parts found so far. */
function addWord(parts: Map<string, Part>, word: string, at: number): void {
  const [, nonzero, name, slices, excluded, hint] = rowWord.exec(word) as unknown as [
    string,
    string | undefined,
    string,
    string | undefined,
    string | undefined,
    string | undefined,
  ];
  const part = parts.get(name) ?? { slices: [], excluded: [] };
  parts.set(name, part);
  let above = at + width(word);
  for (const [high, low] of slicesOf(name, slices)) {
    above -= high - low + 1;
    part.slices.push({ high, low, at: above });
  }
  if (nonzero !== undefined && !part.excluded.includes(0)) part.excluded.push(0);
  if (excluded !== undefined) part.excluded.push(...excluded.split(",").map(Number));
  if (hint !== undefined) part.hint = Number(hint);
}

function slicesOf(name: string, slices: string | undefined): [high: number, low: number][] {
  if (slices === undefined) return [[(widths[name] as number) - 1, 0]];
  return slices.split("|").map((slice) => {
    const [high, low = high] = slice.split(":").map(Number) as [number, number?];
    return [high, low];
  });
}

/** The number of bits of a row's word. */
function width(word: string): number {
  if (/^[01]+$/.test(word)) return word.length;
  const [, , name, slices] = rowWord.exec(word) ?? [];
  if (name === undefined || (slices === undefined && widths[name] === undefined)) {
    throw new Error(`"${word}" is no word of a row`);
  }
  return slicesOf(name, slices).reduce((sum, [high, low]) => sum + high - low + 1, 0);
}

function fieldOf(name: string, { slices, excluded, hint }: Part, shown: boolean): Field {
  const top = Math.max(...slices.map(({ high }) => high));
  const multiple = 2 ** Math.min(...slices.map(({ low }) => low));
  const signed = name === "imm";
  const base = name.endsWith("'") ? 8 : 0;
  const min = signed ? -(2 ** top) : base;
  const max = signed ? 2 ** top - multiple : base + 2 ** (top + 1) - multiple;
  return {
    name,
    kind: kindOf(name, multiple, shown),
    slices,
    signed,
    min,
    max,
    multiple,
    excluded,
    ...(hint === undefined ? {} : { hint }),
    shown,
  };
}

function kindOf(name: string, multiple: number, shown: boolean): OperandKind {
  if (!shown) return "bits";
  if (name === "imm" && multiple === 2) return "target";
  if (name === "imm" && multiple === 4096) return "upper";
  return kindOfName(name);
}

/** What an operand's name alone tells of its kind; `imm` may also be a target or an upper part. */
export function kindOfName(name: string): OperandKind {
  if (/^r[ds]/.test(name)) return "x";
  if (/^f[ds]/.test(name)) return "f";
  if (/^v[ds]\d?$/.test(name)) return "v";
  if (name === "vm") return "mask";
  if (name === "vtype") return name;
  if (name === "shamt" || name === "csr" || name === "constant") return name;
  // The byte of AES and SM4 and the round of AES are written as shift amounts are.
  if (name === "bs" || name === "rnum") return "shamt";
  if (name === "rm") return "rounding";
  return name === "pred" || name === "succ" ? "fence" : "immediate";
}
