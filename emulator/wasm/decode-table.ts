// biome-ignore-all format: rows of one kind read better by hand
/**
 * The table by which generated code decodes: for each key of a word the rows to try, those that
 * fix more bits first, and of each row what goes into a record. It is bytes, made from the rows
 * of `isa/`, that are put into linear memory as they are; `decoder-emitter.ts` reads them.
 *
 * First comes a 16-bit index of an entry for each key of a 32-bit word, then for each key of a
 * compressed one; then the entries, each a multiple of its size from the start. A run of entries
 * ends with one that matches everything and leaves the word to the evaluator. At the end is the
 * handler of each pair, 16 bits, by the numbers of its first and its second form.
 */
import { type Key, keyOf, keys } from "../../isa/decoder.ts";
import type { Field } from "../../isa/encoding.ts";
import { stateOffsets } from "../hart.ts";
import type { Form, Pattern, Row } from "./forms.ts";
import type { Pair } from "./frequent.ts";
import { recordSize, reserved } from "./records.ts";

/** Offsets in an entry. */
export const entryFields = {
  /** 32 bits each. */
  match: 0, mask: 4,
  /** 16 bits: what the record's handler becomes, or {@link skipped}. */
  handler: 8,
  /** 8 bits: which of the layouts the operands have; or how many entries to go on by. */
  layout: 10,
  /** 8 bits: how far it is to the next record; {@link ends} where no decoding goes on behind it. */
  step: 11,
  /** 8 bits: its number as the first of a pair, or 0. */
  first: 12,
  /** 8 bits: its number as the second of a pair, or 0. */
  second: 13,
} as const;

/** Set in a step. */
export const ends = 1;

/** The table, and where in it the handlers of pairs are. */
export interface DecodeTable {
  readonly bytes: Uint8Array;
  readonly pairs: number;
  /** How many numbers there are for the second of a pair, 0 included. */
  readonly seconds: number;
}

export const entrySize = 16;

/** The handler of an entry whose words belong to another row. */
export const skipped = 0xffff;

/** Where the operands of a row are in a word, for those that a record names. */
export interface Layout {
  /** The registers, by the record's field; `base` is where those of the number 0 lie. */
  readonly registers: readonly {
    readonly name: "rd" | "rs1" | "rs2" | "rs3"; readonly field: Field; readonly base: number;
  }[];
  readonly immediate: Field | undefined;
  /** The rounding mode, or the immediate of a CSR instruction. */
  readonly small: Field | undefined;
}

/** The layouts that rows have, by index. */
export class Layouts {
  readonly all: Layout[] = [];
  readonly #indexes = new Map<string, number>();

  /** The index of the layout of a row. */
  indexOf({ fields }: Row): number {
    const layout = layoutOf(fields);
    const { registers, immediate, small } = layout;
    const key = [
      ...registers.map(({ name, field, base }) => `${name} ${base} ${placesOf(field)}`),
      `imm ${immediate?.signed} ${placesOf(immediate)}`, placesOf(small),
    ].join("; ");
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.all.push(layout) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }
}

function layoutOf(fields: Row["fields"]): Layout {
  const registers = (["rd", "rs1", "rs2", "rs3"] as const).flatMap((name) => {
    const [x, f] = [fields[name], fields[name.replace("r", "f")]];
    const field = f ?? x;
    if (field === undefined) return [];
    const popular = field.name.endsWith("'") ? 8 * 8 : 0;
    return [{ name, field, base: popular + (f === undefined ? stateOffsets.x : stateOffsets.f) }];
  });
  return {
    registers,
    immediate: fields["imm"] ?? fields["shamt"] ?? fields["csr"],
    small: fields["rm"] ?? fields["uimm"] ?? fields["constant"],
  };
}

const placesOf = (field: Field | undefined): string =>
  (field?.slices ?? []).map(({ high, low, at }) => `${high}:${low}@${at}`).join(" ");

/**
 * The table for rows, which come with those first that fix more bits.
 * @param handlerOf the handler of a form
 * @param endsRun holds where what comes behind is not run next
 * @param firstPair the handler of the first pair; the others' follow
 */
export function encodeDecodeTable(
  rows: readonly Row[], layouts: Layouts, handlerOf: (form: Form) => number,
  endsRun: (form: Form) => boolean, pairs: readonly Pair[], firstPair: number,
): DecodeTable {
  const [firsts, seconds] = [numbered(pairs.map(([first]) => first)),
    numbered(pairs.map(([, second]) => second))];
  const rowEntries = (row: Row): Uint8Array[] =>
    entriesOf(row, layouts, handlerOf, (form) => ({
      ends: endsRun(form), first: firsts.get(form) ?? 0, second: seconds.get(form) ?? 0,
    }));
  const runs = new Map<string, { readonly at: number; readonly entries: readonly Uint8Array[] }>();
  const start = Math.ceil((2 * (keys[4].count + keys[2].count)) / entrySize);
  let next = start;
  const indexes: number[] = [];
  for (const length of [4, 2] as const) {
    const own = rows.filter(({ form }) => form.length === length);
    const entries = own.map(rowEntries);
    for (const chosen of rowsByKey(own, keys[length])) {
      const name = `${length} ${chosen.join(" ")}`;
      let run = runs.get(name);
      if (run === undefined) {
        const all = [...chosen.flatMap((row) => entries[row] as Uint8Array[]), undecodable];
        run = { at: next, entries: all };
        runs.set(name, run);
        next += all.length;
      }
      indexes.push(run.at);
    }
  }
  const width = seconds.size + 1;
  const pairsAt = next * entrySize;
  const bytes = new Uint8Array(pairsAt + 2 * (firsts.size + 1) * width);
  const view = new DataView(bytes.buffer);
  for (const [key, at] of indexes.entries()) view.setUint16(2 * key, at, true);
  for (const { at, entries } of runs.values()) {
    for (const [position, entry] of entries.entries()) bytes.set(entry, (at + position) * entrySize);
  }
  for (const [index, [first, second]] of pairs.entries()) {
    const cell = (firsts.get(first) as number) * width + (seconds.get(second) as number);
    view.setUint16(pairsAt + 2 * cell, firstPair + index, true);
  }
  return { bytes, pairs: pairsAt, seconds: width };
}

/** Numbers from 1 on for forms, each of which may come several times. */
function numbered(forms: readonly Form[]): Map<Form, number> {
  return new Map([...new Set(forms)].map((form, index) => [form, index + 1]));
}

/** The rows that words with each key may match, in their order. */
function rowsByKey(rows: readonly Pattern[], key: Key): number[][] {
  const found = Array.from({ length: key.count }, (): number[] => []);
  for (const [index, { match, mask }] of rows.entries()) {
    const free = (key.count - 1) & ~keyOf(key, mask);
    // Every subset of the bits that the row leaves open.
    for (let bits = free; ; bits = (bits - 1) & free) {
      found[keyOf(key, match) | bits]?.push(index);
      if (bits === 0) break;
    }
  }
  return found;
}

/** The entries of a row: those for words that it excludes, then its own. */
function entriesOf(
  row: Row, layouts: Layouts, handlerOf: (form: Form) => number,
  sequenceOf: (form: Form) => { ends: boolean; first: number; second: number },
): Uint8Array[] {
  const exclusions = row.excluded.map(({ match, mask }, index) =>
    entry((view) => {
      view.setUint32(entryFields.match, (row.match | match) >>> 0, true);
      view.setUint32(entryFields.mask, (row.mask | mask) >>> 0, true);
      view.setUint16(entryFields.handler, skipped, true);
      view.setUint8(entryFields.layout, row.excluded.length - index + 1);
    }));
  return [...exclusions, entry((view) => {
    const { form } = row;
    view.setUint32(entryFields.match, row.match, true);
    view.setUint32(entryFields.mask, row.mask, true);
    view.setUint16(entryFields.handler, handlerOf(form), true);
    view.setUint8(entryFields.layout, layouts.indexOf(row));
    const sequence = sequenceOf(form);
    view.setUint8(entryFields.step, (form.length / 2) * recordSize + (sequence.ends ? ends : 0));
    view.setUint8(entryFields.first, sequence.first);
    view.setUint8(entryFields.second, sequence.second);
  })];
}

/** What leaves any word to the evaluator. */
const undecodable = entry((view) => {
  view.setUint16(entryFields.handler, reserved.evaluate, true);
  view.setUint8(entryFields.step, ends);
});

function entry(write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(entrySize);
  write(new DataView(bytes.buffer));
  return bytes;
}