/** Code that is larger than what the interpreter keeps decoded: it must run all the same. */
import assert from "node:assert/strict";
import { Right } from "../../emulator/translation.ts";
import { encode } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";
import { createBench } from "./programs.ts";

const word = (mnemonic: string, values: Record<string, number>): number => {
  const [instruction] = instructionsNamed(mnemonic);
  assert.ok(instruction);
  return encode(instruction, values);
};

describe("decoded code", () => {
  const pages = 1200;
  const code = 0x10_0000n;

  /** Adds one to a0 in each word of many pages, and starts again at the end. */
  function bench() {
    const made = createBench("rv64gc", true, "interpreter");
    const { hart, space } = made;
    space.map(code, BigInt(pages * 4096), Right.read | Right.write | Right.execute);
    const words = new Uint32Array(1024).fill(word("addi", { rd: 10, rs1: 10, imm: 1 }));
    const bytes = new Uint8Array(words.buffer);
    for (let page = 0; page < pages; page++) space.write(code + BigInt(page * 4096), bytes);
    // The last instructions lead back: lui, then jalr.
    const back = Uint32Array.of(
      word("lui", { rd: 5, imm: Number(code) }),
      word("jalr", { rd: 0, rs1: 5, imm: 0 }),
    );
    space.write(code + BigInt(pages * 4096 - 8), new Uint8Array(back.buffer));
    hart.pc = code;
    return made;
  }

  it("is decoded again where it had to go", () => {
    const { hart, engine } = bench();
    const round = pages * 1024;
    for (const [budget, count] of [
      [round, round - 2],
      [round, 2 * (round - 2)],
      [round / 2, 2 * (round - 2) + round / 2],
    ] as const) {
      assert.equal(engine.run(hart, budget).reason, "budget");
      assert.equal(hart.x(10), BigInt(count));
    }
  });

  it("takes no more memory as there is more of it", () => {
    const { hart, engine, memory } = bench();
    for (let round = 0; round < 3; round++) engine.run(hart, pages * 1024);
    const before = memory.bytes.length;
    assert.ok(before < 64 << 20, `${before} bytes`);
    engine.run(hart, pages * 1024);
    assert.equal(memory.bytes.length, before);
  });

  it("stops at a breakpoint in a page that is decoded again", () => {
    const { hart, engine } = bench();
    engine.setBreakpoints([code + 0x804n]);
    const places: bigint[] = [];
    for (let stop = 0; stop < 3; stop++) {
      assert.equal(engine.run(hart, 2 * pages * 1024, stop > 0).reason, "breakpoint");
      places.push(hart.pc);
    }
    assert.deepEqual(places, [code + 0x804n, code + 0x804n, code + 0x804n]);
  });
});
