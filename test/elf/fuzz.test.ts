/**
 * Damaged files: whatever the bytes, reading ends soon, with a model or with an `ElfError`, and so
 * does every question to the debug information. The files to damage are built here, and by GCC
 * where it is installed; `npm run fuzz -- files` goes on longer.
 */
import assert from "node:assert/strict";
import { SHT } from "../../elf/constants.ts";
import { ElfError } from "../../elf/errors.ts";
import { readElf } from "../../elf/reader.ts";
import { exercise, mutate, sample } from "../fuzz/files.ts";
import { generator } from "../fuzz/linker.ts";
import { requireTool } from "../tools.ts";
import { c, Workshop } from "./sources.ts";

/** Time for all mutations of one file, in milliseconds. */
const budget = 700;
/** No single file may take longer, in milliseconds; on a busy machine sound ones take a few. */
const patience = 2_000;

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
