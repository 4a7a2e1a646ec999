/** The window of guest pages in linear memory, and the table of denied rights that goes with it. */
import assert from "node:assert/strict";
import { PhysicalMemory } from "../../emulator/memory.ts";
import { windowFor } from "../../emulator/process/layout.ts";
import { Denied, RightsTable, shiftToNext } from "../../emulator/rights-table.ts";
import { AddressSpace, Right } from "../../emulator/translation.ts";

describe("window", () => {
  const range = (start: bigint, size: bigint) => ({ start, end: start + size });

  it("is chosen by what the process begins with", () => {
    const small = windowFor([range(0x1_0000n, 0x5000n), range(0x1f7f_f000n, 0x80_1000n)]);
    assert.deepEqual(small, { mask: -1, last: 0x7fff_ffffn, start: 0x2000_0000 });
    const folded = windowFor([range(0n, 0x5000n), range(0x7fff_e000n, 0x1000n)]);
    assert.deepEqual(folded, { mask: 0x1fff_ffff, last: 0x7fff_ffffn, start: 0x2000_0000 });
    const high = windowFor([range(0x8000_0000n, 0x5000n), range(0x1f7f_f000n, 0x1000n)]);
    assert.equal(high?.last, 0xffff_ffffn);
    assert.equal(windowFor([range(0x1_0000n, 0x5000n), range(0xa001_0000n, 0x1000n)]), undefined);
    assert.equal(windowFor([range(1n << 40n, 0x1000n)]), undefined);
    assert.equal(windowFor([range(0xffff_f000n, 0x2000n)]), undefined);
  });

  it("denies what is out of the ordinary, on the page and on the one before", () => {
    const memory = new PhysicalMemory(64 << 20, { mask: -1, last: 0x7fff_ffffn, start: 1 << 20 });
    const space = new AddressSpace(memory, 64);
    const { window } = memory;
    assert.ok(window && space.rightsTable instanceof RightsTable);
    const of = (page: number): number => memory.bytes[window.rights + page] as number;
    const next = (bits: number): number => bits << shiftToNext;
    const { read, write } = Right;
    space.map(0x1_0000n, 0x3000n, read | write);
    assert.equal(of(0x10), Denied.both | next(Denied.both));
    space.write(0x1_0000n, new Uint8Array(0x3000));
    for (let page = 0x10; page < 0x13; page++) space.resolve(page, 0);
    assert.deepEqual([of(0x10), of(0x11), of(0x12)], [0, 0, next(Denied.both)]);
    space.protect(0x1_1000n, 0x1000n, read);
    const writes = Denied.write | next(Denied.write);
    assert.deepEqual([of(0x10), of(0x11)], [next(Denied.write), writes]);
    space.protect(0x1_1000n, 0x1000n, read | write);
    memory.markCode(space.resolve(0x11, 0));
    assert.deepEqual([of(0x10), of(0x11)], [next(Denied.write), writes]);
    space.watches.set([{ address: 0x1_0008n, length: 1, access: "read" }]);
    assert.equal(of(0x10) & Denied.both, Denied.both);
    space.watches.set([]);
    assert.equal(of(0x10), next(Denied.write));
    const copy = space.copy();
    assert.equal(of(0x10), Denied.write | next(Denied.write));
    space.write(0x1_0000n, Uint8Array.of(7));
    space.resolve(0x10, 1);
    assert.equal(of(0x10), next(Denied.write));
    assert.deepEqual([...copy.read(0x1_0000n, 1), ...space.read(0x1_0000n, 1)], [0, 7]);
    space.unmap(0x1_0000n, 0x3000n);
    assert.equal(of(0x10) & of(0x11) & of(0x12), Denied.both | next(Denied.both));
  });

  it("gives memory beyond its end from elsewhere, up to the limit", () => {
    const memory = new PhysicalMemory(16 << 20, { mask: -1, last: 0x7fff_ffffn, start: 1 << 20 });
    const space = new AddressSpace(memory, 64);
    const before = memory.freeFrames;
    space.map(1n << 40n, 0x4000n, Right.read | Right.write);
    assert.equal(space.write(1n << 40n, new Uint8Array(0x4000).fill(5)), 0x4000);
    assert.equal(memory.freeFrames, before - 4);
    space.unmap(1n << 40n, 0x4000n);
    assert.equal(memory.freeFrames, before);
    let frames = 0;
    while (memory.allocateFrame() !== undefined) frames++;
    assert.equal(frames, before);
    assert.equal(space.map(0x1000n, 0x1000n, Right.read), false);
  });

  it("takes the end of the window when there is no room below", () => {
    const memory = new PhysicalMemory(256 << 20, { mask: -1, last: 0x7fff_ffffn, start: 1 << 20 });
    const space = new AddressSpace(memory, 64);
    const taken = memory.allocateRun(66 << 20);
    assert.ok(taken !== undefined && memory.window && taken > memory.window.base);
    const address = BigInt(taken - memory.window.base);
    assert.ok(space.map(address, 0x1000n, Right.read | Right.write));
    const frame = space.resolve(Number(address >> 12n), 1);
    assert.ok(frame > taken, "the page's place is used otherwise");
    assert.equal(memory.bytes[memory.window.rights + Number(address >> 12n)], 15);
  });
});
