/**
 * The generated decoder against the one of `isa/`: every halfword, and words of every row and at
 * random, must give the same instruction with the same operands, or be left to the evaluator.
 */
import assert from "node:assert/strict";
import { stateOffsets } from "../../emulator/hart.ts";
import { PhysicalMemory } from "../../emulator/memory.ts";
import type { DecodeFunction } from "../../emulator/wasm/decoder-emitter.ts";
import { generateInterpreter } from "../../emulator/wasm/interpreter-module.ts";
import { RecordTables, recordFields, reserved } from "../../emulator/wasm/records.ts";
import { parseArchitecture } from "../../isa/architecture.ts";
import { createDecoder, isCompressed } from "../../isa/decoder.ts";
import { encodingOf } from "../../isa/encoding.ts";
import type { Instruction } from "../../isa/instruction.ts";
import { instructions } from "../../isa/instructions.ts";

const { x: xFile, f: fFile, discarded } = stateOffsets;

/** Decodes one word by the generated code; what is read is the record as bytes. */
function generated(march: string) {
  const parsed = parseArchitecture(march);
  assert.ok(parsed.ok);
  const { architecture } = parsed;
  const { extensions } = architecture;
  const flen = extensions.has("d") ? 64 : extensions.has("f") ? 32 : 0;
  const { bytes, rows, forms, pairs } = generateInterpreter(architecture, flen, undefined);
  const memory = new PhysicalMemory(16 << 20);
  const records = new RecordTables(memory, pairs);
  const frame = memory.allocateFrame() as number;
  assert.ok(records.provide(frame));
  const place = memory.allocateRun(rows.length) as number;
  memory.bytes.set(rows, place);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource), {
    env: {
      memory: memory.linear,
      table: new WebAssembly.Table({ initial: 1, element: "anyfunc" }),
    },
  });
  const decode = exports["decode"] as DecodeFunction;
  const table = memory.view.getUint32(records.index + (frame / 4096) * 4, true);
  const record = new DataView(memory.linear.buffer, table, 16);
  const read = (word: number): DataView => {
    memory.view.setUint32(frame, word, true);
    record.setUint16(recordFields.handler, reserved.unknown, true);
    decode(table, 0, place);
    return record;
  };
  return { architecture, forms, read };
}

/** Where the record must say that an operand lies, or its number. */
function expected(name: string, value: number): [field: number, value: number] {
  if (name === "rd") return [recordFields.rd, value === 0 ? discarded : xFile + 8 * value];
  const field = recordFields[name.replace("f", "r") as "rd" | "rs1" | "rs2" | "rs3"];
  return [field, (name.startsWith("f") ? fFile : xFile) + 8 * value];
}

const registers = new Set(["rd", "rs1", "rs2", "fd", "fs1", "fs2", "fs3"]);
const numbers = new Set(["imm", "shamt", "csr"]);

function compare(march: string, words: Iterable<number>): void {
  const { architecture, forms, read } = generated(march);
  const decode = createDecoder(architecture);
  const handled = new Set<Instruction>([...forms.values()].map((form) => form.instruction));
  for (const word of words) {
    const record = read(word);
    const handler = record.getUint16(recordFields.handler, true);
    const decoded = decode(word);
    const name = `${march}: ${(word >>> 0).toString(16)}`;
    if (decoded === undefined || !handled.has(decoded.instruction)) {
      assert.equal(handler, reserved.evaluate, name);
      continue;
    }
    const form = forms.get(handler);
    assert.equal(form?.instruction, decoded.instruction, name);
    assert.equal(form?.length, decoded.length, name);
    for (const [operand, given] of Object.entries(decoded.values)) {
      const value = Number(given);
      const fixed: number | undefined = form?.fixed[operand];
      if (fixed !== undefined) assert.equal(fixed, value, `${name} ${operand}`);
      else if (registers.has(operand)) {
        const [field, place] = expected(operand, value);
        assert.equal(record.getUint16(field, true), place, `${name} ${operand}`);
      } else if (numbers.has(operand)) {
        assert.equal(record.getInt32(recordFields.imm, true), value, `${name} ${operand}`);
      } else if (operand === "rm" || operand === "uimm") {
        assert.equal(record.getUint8(recordFields.rm), value, `${name} ${operand}`);
      }
    }
  }
}

function* halfwords(): Generator<number> {
  for (let word = 0; word < 0x10000; word++) if (isCompressed(word)) yield word;
}

/** Words at random, and those that differ from a row in few bits. */
function* randomWords(count: number): Generator<number> {
  let state = 0x1234_5679;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  const rows = instructions.map(encodingOf).filter(({ length }) => length === 4);
  for (let index = 0; index < count; index++) {
    const row = rows[(random() >>> 0) % rows.length];
    assert.ok(row);
    const near = (random() & ~row.mask) | row.match;
    yield index % 4 === 0
      ? random() | 3
      : index % 4 === 1
        ? (near ^ (1 << (random() & 31))) | 3
        : near;
  }
}

describe("generated decoder", () => {
  const marches = [
    "rv64gc_zba_zbb_zbc_zbs_zicond_zfh_zicntr_zihpm_zihintpause",
    "rv32gc_zba_zbb_zbc_zbs_zicond_zfh_zicntr_zihpm_zihintpause",
    "rv64i",
    "rv32imac",
    "rv32e_zca",
    "rv64imafc",
  ];
  for (const march of marches) {
    it(`${march}: every compressed word`, () => compare(march, halfwords()));
    it(`${march}: words of 32 bits`, () => compare(march, randomWords(20_000)));
  }
});
