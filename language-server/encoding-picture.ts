/**
 * An instruction's bit row drawn as the manual draws it, in monospace: bit numbers, the names of
 * the fields, and for an encoded instruction the bits and the meaning of each field.
 */
import { csrByAddress } from "../isa/csrs.ts";
import {
  encodingOf,
  extract,
  type Field,
  fenceText,
  roundingModes,
  vectorTypeText,
} from "../isa/encoding.ts";
import type { Instruction } from "../isa/instruction.ts";
import { fName, vName, xName } from "../isa/registers.ts";

/** One column: a word of the row. */
interface Column {
  readonly label: string;
  /** The highest and the lowest bit. */
  readonly high: number;
  readonly low: number;
  /** The field that the bits belong to, where they vary. */
  readonly field?: Field;
}

/** The columns of a row, from the highest bit down. */
export function columnsOf(instruction: Instruction): Column[] {
  const { fields, length } = encodingOf(instruction);
  // The row's words and the slices of the fields come in the same order, so each word that is not
  // literal takes as many slices as it lists.
  const slices = fields
    .flatMap((field) => field.slices.map((slice) => ({ field, slice })))
    .sort((a, b) => b.slice.at - a.slice.at);
  let above = length * 8;
  return instruction.row.split(" ").map((label): Column => {
    const high = above - 1;
    if (/^[01]+$/.test(label)) {
      above -= label.length;
      return { label, high, low: above };
    }
    const taken = slices.splice(0, label.split("|").length);
    const last = taken.at(-1);
    if (last === undefined) throw new Error(`${instruction.mnemonic}: "${label}" has no bits`);
    above = last.slice.at;
    return { label, high, low: above, field: last.field };
  });
}

/** What the value of a field means: a register's name, a rounding mode, a number. */
export function meaningOf(field: Field, value: number): string {
  switch (field.kind) {
    case "x":
      return xName(value);
    case "f":
      return fName(value);
    case "v":
      return vName(value);
    case "mask":
      return value === 0 ? "v0.t" : "all";
    case "vtype":
      return vectorTypeText(value);
    case "rounding":
      return roundingModes[value] ?? "reserved";
    case "upper":
      return `0x${(value >>> 12).toString(16)}`;
    case "fence":
      return fenceText(value) || "0";
    case "csr":
      return csrByAddress(value)?.name ?? `0x${value.toString(16)}`;
    default:
      return `${value}`;
  }
}

/** The picture, with the bits and meanings of `word` where one is given. Lines without an end. */
export function pictureOf(instruction: Instruction, word?: number): string {
  const columns = columnsOf(instruction);
  const bits = ({ high, low }: Column) =>
    Math.floor((word ?? 0) / 2 ** low)
      .toString(2)
      .padStart(high - low + 1, "0")
      .slice(low - high - 1);
  const values = word === undefined ? {} : extract(instruction, word);
  const named = new Set<Field>();
  const rows: string[][] = [
    columns.map(({ high, low }) => (high === low ? `${high}` : `${high} ${low}`)),
    columns.map(({ label }) => label),
  ];
  if (word !== undefined) {
    rows.push(columns.map(bits));
    const meanings = columns.map(({ field }) => {
      if (field === undefined || named.has(field)) return "";
      named.add(field);
      return meaningOf(field, values[field.name] ?? 0);
    });
    if (named.size > 0) rows.push(meanings);
  }
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row, line) => {
    const cells = row.map((cell, i) => place(cell, widths[i] ?? 0, line === 0));
    return line === 0 ? ` ${cells.join(" ")}` : `│${cells.join("│")}│`;
  });
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** A cell of the width and a blank at each side; a pair of bit numbers goes to the two ends. */
function place(cell: string, width: number, apart: boolean): string {
  const [first = "", second] = apart ? cell.split(" ") : [cell];
  const text = second === undefined ? first : first.padEnd(width - second.length) + second;
  return ` ${text.padEnd(width)} `;
}

/** A word in hexadecimal, as long as it is in memory. */
export function hexOf(word: number, length: 2 | 4): string {
  return `0x${word.toString(16).padStart(length * 2, "0")}`;
}
