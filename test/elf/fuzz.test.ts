/**
 * Damaged files: whatever the bytes, reading ends soon, with a model or with an `ElfError`, and so
 * does every question to the debug information. The files to damage are built here, and by GCC
 * where it is installed; the damage comes from a generator with a fixed seed.
 */
import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { attributesOf } from "../../elf/attributes.ts";
import { SHT } from "../../elf/constants.ts";
import { evaluateLocation } from "../../elf/dwarf/expression.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import { unwindAll } from "../../elf/dwarf/unwind.ts";
import { ElfError } from "../../elf/errors.ts";
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import { SymbolTable } from "../../elf/symbols.ts";
import { writeElf } from "../../elf/writer.ts";
import { requireTool } from "../tools.ts";
import { c, Workshop } from "./sources.ts";

/** Time for all mutations of one file, in milliseconds. */
const budget = 700;
/** No single file may take longer, in milliseconds; on a busy machine sound ones take a few. */
const patience = 2_000;

/** Marsaglia's xorshift: the same numbers below `limit` in every run. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Asks everything that a debugger asks. Throws nothing but our own mistakes. */
function exercise(bytes: Uint8Array): void {
  let file: ElfFile;
  try {
    file = readElf(bytes);
    attributesOf(file);
  } catch (error) {
    assert.ok(error instanceof ElfError, String(error));
    return;
  }
  new SymbolTable(file).functionAt(0x10100n);
  const debug = readDebugInformation(file);
  for (const path of debug.lines.files()) debug.lines.locations(path);
  for (const unit of debug.compileUnits) {
    for (const scope of debug.info.functionsOf(unit)) {
      debug.bodyAddress(scope);
      evaluate(scope.frameBase);
    }
  }
  for (const address of [0n, file.entry, 0x10110n, 0xffffffffn]) {
    debug.lines.lookup(address);
    debug.functionsAt(address);
  }
  for (const entry of debug.frames.entries.slice(0, 50)) {
    for (const { frameAddress } of debug.frames.rows(entry)) {
      if (frameAddress?.kind === "expression") evaluate(frameAddress.expression);
    }
  }
  const registers = new Map([
    [1, file.entry],
    [2, 0x8000n],
  ]);
  const frame = { pc: file.entry, isCaller: false, registers };
  unwindAll(frame, (address) => address & 0xffffn, debug.frames, 8, 50);
  for (const error of debug.errors) assert.match(error.message, /^[A-Z].*\.$/);
}

function evaluate(expression: Uint8Array | undefined): void {
  if (expression === undefined) return;
  try {
    evaluateLocation(expression, { addressSize: 8, register: () => 1n, memory: () => 2n });
  } catch (error) {
    assert.ok(error instanceof ElfError, String(error));
  }
}

/** A small object with lines, a unit and frames. */
function sample(dwarf: 2 | 3 | 4 | 5): Uint8Array {
  const rows = Array.from(
    { length: 16 },
    (_, line) => `.loc 1 ${line} ${line % 3}\nadd a0, a0, a1`,
  );
  const source = `
    .file 1 "a.s"
    .file 2 "sub/b.s"
    .cfi_sections .debug_frame
    .cfi_startproc
    .loc 2 5
    addi sp, sp, -16
    .cfi_def_cfa_offset 16
    sd ra, 8(sp)
    .cfi_offset ra, -8
    ${rows.join("\n")}
    .cfi_escape 0x0f, 2, 0x72, 8
    ret
    .cfi_endproc
    .section .text.other, "ax"
    .loc 1 3
    ret`;
  const options = { dwarf, directory: "/work", producer: "test", readFile: () => undefined };
  return writeElf(assemble("a.s", source, options).object);
}

describe("damaged files", function () {
  this.timeout(30_000);
  const workshop = new Workshop();
  after(() => workshop.remove());

  const originals: [title: string, make: (context: Mocha.Context) => Uint8Array][] = [
    ["an object, DWARF 2", () => sample(2)],
    ["an object, DWARF 5", () => sample(5)],
    ["an executable of GCC", (context) => built(requireTool(context, "riscv64-unknown-elf-gcc"))],
  ];

  function built(gcc: string): Uint8Array {
    const options = ["-march=rv64gc", "-mabi=lp64d", "-nostdlib", "-static", "-g", "-O2"];
    return workshop.read(workshop.build(gcc, "fuzz.c", c, options));
  }

  for (const [title, make] of originals) {
    it(`of ${title} are read or refused`, function () {
      const original = make(this);
      exercise(original);
      const random = generator(20_240_229);
      const end = performance.now() + budget;
      let count = 0;
      for (; performance.now() < end; count++) {
        const bytes = mutate(original, random, count);
        const start = performance.now();
        try {
          exercise(bytes);
        } catch (error) {
          throw new Error(`mutation ${count}: ${(error as Error).stack}`);
        }
        assert.ok(performance.now() - start < patience, `mutation ${count} takes too long`);
      }
      assert.ok(count > 20, `only ${count} mutations in ${budget} ms`);
    });
  }

  it("that are cut off are read or refused at every length", () => {
    const original = sample(5);
    for (let length = 0; length < original.length; length += 13) {
      assert.throws(() => readElf(original.subarray(0, length)), ElfError);
    }
  });

  it("with tables that claim to be huge are refused at once", () => {
    const original = sample(5);
    const view = new DataView(original.buffer);
    const headers = Number(view.getBigUint64(40, true));
    for (let index = 1; index < view.getUint16(60, true); index++) {
      // Zeros may be as many as they like: the file has none of them.
      if (view.getUint32(headers + 64 * index + 4, true) === SHT.NOBITS) continue;
      const bytes = original.slice();
      new DataView(bytes.buffer).setBigUint64(headers + 64 * index + 32, 1n << 40n, true);
      assert.throws(() => readElf(bytes), /truncated/);
    }
  });
});

/** A few changed bytes, words or a piece copied elsewhere. */
function mutate(
  original: Uint8Array,
  random: (limit: number) => number,
  round: number,
): Uint8Array {
  const bytes = original.slice();
  const interesting = [0, 1, 0x7f, 0x80, 0xff];
  for (let change = 0; change <= random(1 + (round % 12)); change++) {
    const at = random(bytes.length);
    switch (random(4)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = interesting[random(interesting.length)] as number;
        break;
      case 2:
        bytes.fill(random(2) * 255, at, at + 1 + random(8));
        break;
      default: {
        const from = random(bytes.length);
        bytes.copyWithin(at, from, from + random(64));
      }
    }
  }
  return bytes;
}
