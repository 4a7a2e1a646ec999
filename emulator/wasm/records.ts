/**
 * Decoded instructions in linear memory, for the interpreter's generated code. Each frame that
 * holds code has a table with one record of 16 bytes for every two bytes of the frame, and one
 * more for the end of the page, so that going on to the next instruction is an addition. A table
 * of tables leads from a frame to its records.
 */
import { frameSize, type PhysicalMemory } from "../memory.ts";

/** Offsets of a record's fields, in bytes. */
export const recordFields = {
  /** 16 bits: one of {@link reserved}, or an instruction's. */
  handler: 0,
  /** 8 bits: how far it is to the next record. */
  step: 2,
  /** 8 bits: the rounding mode, or the immediate of a CSR instruction. */
  rm: 3,
  uimm: 3,
  /** 16 bits each: where the operand lies in the hart's state; fd, fs1, fs2 share the places. */
  rd: 4,
  rs1: 6,
  rs2: 8,
  rs3: 10,
  /** 32 bits, signed: imm, shamt or csr. */
  imm: 12,
} as const;

export const recordSize = 16;

/** Handlers that stand for no instruction. */
export const reserved = {
  /** Not decoded yet. */
  unknown: 0,
  /** Left to the evaluator. */
  evaluate: 1,
  /** A breakpoint may be here. */
  breakpoint: 2,
  /** One past the last record of a page. */
  pageEnd: 3,
  /** The first that is an instruction. */
  first: 4,
} as const;

const recordsPerFrame = frameSize / 2;
const tableSize = (recordsPerFrame + 1) * recordSize;

/** The tables of records of one memory. */
export class RecordTables {
  readonly #memory: PhysicalMemory;
  /** Where the table of tables lies: 4 bytes a frame, 0 where it has no records. */
  readonly index: number;

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
    const index = memory.allocateRun((memory.limit / frameSize) * 4);
    if (index === undefined) throw new Error(`no memory for records within ${memory.limit} bytes`);
    this.index = index;
  }

  /** The frame's table, made on first use; undefined when memory is at its limit. */
  tableOf(frame: number): number | undefined {
    const slot = this.index + (frame / frameSize) * 4;
    const known = this.#memory.view.getUint32(slot, true);
    if (known !== 0) return known;
    const table = this.#memory.allocateRun(tableSize);
    if (table === undefined) return undefined;
    const { view } = this.#memory;
    view.setUint32(slot, table, true);
    view.setUint16(table + recordsPerFrame * recordSize, reserved.pageEnd, true);
    return table;
  }

  /** Forgets the records of the frame's bytes `start` to `end`, and of what reaches into them. */
  forget(frame: number, start: number, end: number): void {
    const table = this.#memory.view.getUint32(this.index + (frame / frameSize) * 4, true);
    if (table === 0) return;
    const first = Math.max(0, start - 2) >> 1;
    const last = (end + 1) >> 1;
    this.#memory.bytes.fill(0, table + first * recordSize, table + last * recordSize);
  }
}
