// biome-ignore-all format: rows of one kind read better by hand
/**
 * Writes the function that decodes: from an instruction on, one after the other, up to a jump, the
 * end of the page, or a record that is there already. So code that runs for the first time is
 * decoded where it stands, and without a call for each instruction.
 */
import { keys } from "../../isa/decoder.ts";
import type { Field, Slice } from "../../isa/encoding.ts";
import { stateOffsets } from "../hart.ts";
import { frameSize } from "../memory.ts";
import { type AccessOpcode, Code, type Label } from "./code.ts";
import {
  type DecodeTable, ends, entryFields, entrySize, type Layout, skipped,
} from "./decode-table.ts";
import { frameField, recordFields, recordSize, reserved } from "./records.ts";

/** decode(table: of the frame's records, offset: in the frame, rows: the decode table) */
export const decodeParameters = ["i32", "i32", "i32"] as const;

export type DecodeFunction = (table: number, offset: number, rows: number) => void;

const [table, offset, rows] = [0, 1, 2];

interface Locals {
  readonly record: number;
  readonly word: number;
  /** The entry of the decode table that is looked at. */
  readonly entry: number;
  readonly value: number;
}

/** The code of the function, for these layouts and the pairs of the table. */
export function decoderCode(layouts: readonly Layout[], pairs: DecodeTable): Code {
  const code = new Code(decodeParameters.length);
  const frame = code.local("i32");
  // The record before, and where the handlers of the pairs that it may begin are; or 0.
  const [previous, begun] = [code.local("i32"), code.local("i32")];
  const locals = takeLocals(code);
  const { record, entry } = locals;
  code.get(table).memory("i32.load", frameField).set(frame);
  recordAddress(code).set(record);
  code.block((done) => {
    code.loop((next) => {
      writeFetch(code, locals, frame, done);
      writeSearch(code, locals);
      writeOperands(code, locals, layouts);
      code.get(record).get(entry).memory("i32.load16_u", entryFields.handler);
      code.memory("i32.store16", recordFields.handler);
      writePairing(code, locals, previous, begun, pairs);
      const step = () => code.get(entry).memory("i32.load8_u", entryFields.step);
      step().i32(ends).op("i32.and").brIf(done);
      // The step is in bytes of records, 8 for each byte of code.
      step().get(record).op("i32.add").set(record);
      step().i32(Math.log2(recordSize / 2)).op("i32.shr_u").get(offset).op("i32.add").set(offset);
      // Behind the page is the record for its end, which is known.
      code.get(record).memory("i32.load16_u", recordFields.handler).op("i32.eqz").brIf(next);
    });
  });
  return code;
}

/** Makes the record before begin a pair, where this is its second; else this may begin one. */
function writePairing(
  code: Code, { record, entry, value }: Locals, previous: number, begun: number,
  { pairs, seconds }: DecodeTable,
): void {
  const second = () => code.get(entry).memory("i32.load8_u", entryFields.second);
  code.i32(0).set(value);
  code.get(begun).if(() => {
    second().i32(1).op("i32.shl").get(begun).op("i32.add").memory("i32.load16_u", pairs).tee(value);
    code.if(() => {
      code.get(previous).get(value).memory("i32.store16", recordFields.handler);
    });
  });
  code.get(record).set(previous);
  code.get(entry).memory("i32.load8_u", entryFields.first).tee(begun).if(() => {
    code.get(begun).i32(2 * seconds).op("i32.mul").get(rows).op("i32.add").set(begun);
  });
  // What is in a pair begins none: so pairs do not overlap where all is run from the start.
  code.get(value).if(() => void code.i32(0).set(begun));
}

/** decodeWord(record, word: of 32 bits, rows) → its handler, which the record does not get */
export const decodeWordParameters = ["i32", "i32", "i32"] as const;

/** The code of the function that decodes one word, for these layouts. */
export function wordDecoderCode(layouts: readonly Layout[]): Code {
  const code = new Code(decodeWordParameters.length);
  const locals = { ...takeLocals(code), record: 0, word: 1 };
  writeKey(code, locals.word, 4, 0);
  writeFirstEntry(code, locals);
  writeSearch(code, locals);
  writeOperands(code, locals, layouts);
  code.get(locals.entry).memory("i32.load16_u", entryFields.handler);
  return code;
}

function takeLocals(code: Code): Locals {
  const [record, word, entry, value] = [0, 1, 2, 3].map(() => code.local("i32")) as [
    number, number, number, number];
  return { record, word, entry, value };
}

/** Writes what the record is to have, but for its handler, by the entry's layout. */
function writeOperands(code: Code, locals: Locals, layouts: readonly Layout[]): void {
  code.block((done) => {
    const labels: Label[] = [];
    const nest = (index: number): void => {
      if (index < 0) {
        code.get(locals.entry).memory("i32.load8_u", entryFields.layout);
        code.brTable(labels.slice(0, -1), labels.at(-1) as Label);
        return;
      }
      code.block((label) => {
        labels[index] = label;
        nest(index - 1);
      });
      writeLayout(code, locals, layouts[index] as Layout);
      code.br(done);
    };
    nest(layouts.length - 1);
  });
}

function writeLayout(code: Code, locals: Locals, { registers, immediate, small }: Layout): void {
  const { record, word, value } = locals;
  for (const { name, field, base } of registers) {
    const slice = field.slices[0] as Slice;
    code.get(record);
    // Each register takes 8 bytes.
    writeSlice(code, word, { ...slice, low: 3, high: slice.high - slice.low + 3 });
    if (base > 0) code.i32(base).op("i32.add");
    if (name === "rd" && base === stateOffsets.x) writeDiscarded(code, value);
    code.memory("i32.store16", recordFields[name]);
  }
  if (immediate !== undefined) {
    code.get(record);
    writeImmediate(code, word, immediate);
    code.memory("i32.store", recordFields.imm);
  }
  if (small !== undefined) {
    code.get(record);
    writeSlice(code, word, small.slices[0] as Slice);
    code.memory("i32.store8", recordFields.rm);
  }
}

/** Puts the bits of a slice, in their places in the value, on the stack. */
function writeSlice(code: Code, word: number, { high, low, at }: Slice): void {
  code.get(word);
  if (at > low) code.i32(at - low).op("i32.shr_u");
  if (at < low) code.i32(low - at).op("i32.shl");
  code.i32((2 ** (high - low + 1) - 1) * 2 ** low).op("i32.and");
}

/** Puts an immediate, with its sign extended, on the stack. */
function writeImmediate(code: Code, word: number, { slices, signed, min }: Field): void {
  const isTop = ({ high, low, at }: Slice): boolean => signed && at + high - low === 31;
  for (const [index, slice] of slices.entries()) {
    if (isTop(slice)) {
      // It brings the sign along.
      code.get(word).i32(31 - slice.high).op("i32.shr_s");
      if (slice.low > 0) code.i32(-(2 ** slice.low)).op("i32.and");
    } else writeSlice(code, word, slice);
    if (index > 0) code.op("i32.or");
  }
  if (!signed || slices.some(isTop)) return;
  const unused = 31 - Math.log2(-min);
  code.i32(unused).op("i32.shl").i32(unused).op("i32.shr_s");
}

/** What is written to x0 goes where nothing is read. */
function writeDiscarded(code: Code, value: number): void {
  code.set(value).i32(stateOffsets.discarded).get(value);
  code.get(value).op("i32.eqz").op("select");
}

function recordAddress(code: Code): Code {
  code.get(offset).i32(Math.log2(recordSize / 2)).op("i32.shl").get(table);
  return code.op("i32.add");
}

/** Loads the word and goes to the first entry of its key. */
function writeFetch(code: Code, locals: Locals, frame: number, done: Label): void {
  const { record, word } = locals;
  const load = (opcode: AccessOpcode) =>
    code.get(frame).get(offset).op("i32.add").memory(opcode).set(word);
  load("i32.load16_u");
  code.get(word).i32(3).op("i32.and").i32(3).op("i32.eq").if(() => {
    code.get(offset).i32(frameSize - 2).op("i32.eq").if(() => {
      code.get(record).i32(reserved.crossing).memory("i32.store16", recordFields.handler);
      code.br(done);
    });
    load("i32.load");
    writeKey(code, word, 4, 0);
  }, () => writeKey(code, word, 2, 2 * keys[4].count), "i32");
  writeFirstEntry(code, locals);
}

/** Goes to the first entry of the key whose index's address is on the stack. */
function writeFirstEntry(code: Code, { entry }: Locals): void {
  code.memory("i32.load16_u").i32(Math.log2(entrySize)).op("i32.shl");
  code.get(rows).op("i32.add").set(entry);
}

/** The address of the key's index, on the stack. */
function writeKey(code: Code, word: number, length: 2 | 4, indexes: number): void {
  code.i32(0);
  for (const [shift, mask] of keys[length].parts) {
    code.get(word).i32(shift).op("i32.shr_u").i32(mask).op("i32.and").op("i32.or");
  }
  code.i32(1).op("i32.shl").get(rows).op("i32.add").i32(indexes).op("i32.add");
}

/** Goes on to the first entry that the word matches. */
function writeSearch(code: Code, { word, entry }: Locals): void {
  code.loop((search) => {
    code.get(word).get(entry).memory("i32.load", entryFields.mask).op("i32.and");
    code.get(entry).memory("i32.load", entryFields.match).op("i32.ne").if(() => {
      code.get(entry).i32(entrySize).op("i32.add").set(entry).br(search);
    });
    code.get(entry).memory("i32.load16_u", entryFields.handler).i32(skipped).op("i32.eq").if(() => {
      code.get(entry).memory("i32.load8_u", entryFields.layout);
      code.i32(Math.log2(entrySize)).op("i32.shl").get(entry).op("i32.add").set(entry).br(search);
    });
  });
}