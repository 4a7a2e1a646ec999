/** Frames, address spaces and the limit of memory. */
import assert from "node:assert/strict";
import { frameSize, PhysicalMemory } from "../../emulator/memory.ts";
import { Access, AddressSpace, Right } from "../../emulator/translation.ts";

const { read, write, execute } = Right;
const letters = (rights: number): string =>
  `${rights & read ? "r" : "-"}${rights & write ? "w" : "-"}${rights & execute ? "x" : "-"}`;

function createSpace(limit = 4 << 20, xlen: 32 | 64 = 64): AddressSpace {
  return new AddressSpace(new PhysicalMemory(limit), xlen);
}

const map = (space: AddressSpace): string =>
  space
    .regions()
    .map(({ start, end, rights, name }) =>
      `${start.toString(16)}-${end.toString(16)} ${letters(rights)} ${name}`.trim(),
    )
    .join("; ");

describe("address space", () => {
  it("keeps regions sorted, joined where equal and cut where changed", () => {
    const space = createSpace();
    space.map(0x3000n, 0x2000n, read, "b");
    space.map(0x1000n, 0x1000n, read | write, "a");
    assert.equal(map(space), "1000-2000 rw- a; 3000-5000 r-- b");
    space.map(0x2000n, 0x1000n, read, "b");
    assert.equal(map(space), "1000-2000 rw- a; 2000-5000 r-- b");
    assert.ok(space.protect(0x3000n, 0x1000n, read | execute));
    assert.equal(map(space), "1000-2000 rw- a; 2000-3000 r-- b; 3000-4000 r-x b; 4000-5000 r-- b");
    space.unmap(0x2800n, 0x1000n);
    assert.equal(map(space), "1000-2000 rw- a; 4000-5000 r-- b");
  });

  it("protects all of a range or nothing", () => {
    const space = createSpace();
    space.map(0x1000n, 0x1000n, read);
    assert.equal(space.protect(0x1000n, 0x2000n, write), false);
    assert.equal(map(space), "1000-2000 r--");
  });

  it("faults as values, by access", () => {
    const space = createSpace();
    space.map(0x1000n, 0x1000n, execute);
    assert.equal(space.resolve(1, Access.read), -13);
    assert.equal(space.resolve(1, Access.write), -15);
    assert.ok(space.resolve(1, Access.execute) >= 0);
    assert.equal(space.resolve(2, Access.execute), -12);
    assert.equal(space.resolve(0xfffffffffffff, Access.read), -13);
  });

  it("reads and writes across pages, and stops where nothing is mapped", () => {
    const space = createSpace();
    space.map(0x1000n, 0x2000n, read | write);
    assert.equal(space.write(0x1ffen, Uint8Array.of(1, 2, 3, 4)), 4);
    assert.deepEqual([...space.read(0x1ffdn, 6)], [0, 1, 2, 3, 4, 0]);
    assert.equal(space.write(0x2ffen, Uint8Array.of(1, 2, 3, 4)), 2);
    assert.equal(space.read(0x2ffen, 100).length, 2);
    assert.equal(space.read(0x9000n, 4).length, 0);
  });

  it("answers a request for more than there can be with what there is", () => {
    const space = createSpace();
    space.map(0x1000n, 0x2000n, read | write);
    assert.equal(space.read(0x1800n, Number.MAX_SAFE_INTEGER).length, 0x1800);
    assert.equal(space.read(0x3000n, Number.MAX_SAFE_INTEGER).length, 0);
  });

  it("honours rights for system calls only", () => {
    const space = createSpace();
    space.map(0x1000n, 0x1000n, read);
    assert.equal(space.write(0x1000n, Uint8Array.of(1), write), 0);
    assert.equal(space.write(0x1000n, Uint8Array.of(1)), 1);
  });

  it("wraps at the end of a 32-bit address space", () => {
    const space = createSpace(4 << 20, 32);
    assert.ok(space.map(0xfffff000n, 0x1000n, read | write));
    assert.ok(space.map(0n, 0x1000n, read | write));
    assert.equal(space.write(0xfffffffen, Uint8Array.of(1, 2, 3)), 3);
    assert.deepEqual([...space.read(0n, 1)], [3]);
    assert.equal(space.map(0xfffff000n, 0x2000n, read), false);
  });

  it("copies on write after a fork, whichever side writes", () => {
    const parent = createSpace();
    parent.map(0x1000n, 0x1000n, read | write);
    parent.write(0x1000n, Uint8Array.of(1, 2));
    const child = parent.copy();
    child.write(0x1000n, Uint8Array.of(9));
    assert.deepEqual([...parent.read(0x1000n, 2)], [1, 2]);
    assert.deepEqual([...child.read(0x1000n, 2)], [9, 2]);
    parent.write(0x1001n, Uint8Array.of(8));
    assert.deepEqual([...parent.read(0x1000n, 2)], [1, 8]);
    assert.deepEqual([...child.read(0x1000n, 2)], [9, 2]);
  });

  it("gives zeroed memory, also from frames used before", () => {
    const space = createSpace();
    space.map(0x1000n, 0x1000n, read | write);
    space.write(0x1000n, new Uint8Array(frameSize).fill(0xff));
    space.map(0x1000n, 0x1000n, read | write);
    assert.ok(space.read(0x1000n, frameSize).every((byte) => byte === 0));
  });

  it("refuses a mapping that cannot be filled, and stays usable", () => {
    const space = createSpace(1 << 20);
    assert.equal(space.map(0x1000n, 1n << 30n, read | write), false);
    assert.equal(map(space), "");
    assert.ok(space.map(0x1000n, 1n << 30n, 0, "reserved"));
    assert.ok(space.map(0x1000n, 0x10000n, read | write));
    assert.equal(space.read(0x1000n, 0x10000).length, 0x10000);
  });

  it("gives an access fault when memory runs out at a touch", () => {
    const space = createSpace(1 << 20);
    const pages = 200;
    assert.ok(space.map(0n, BigInt(pages * frameSize), read | write));
    assert.ok(space.map(0x100000n, BigInt(pages * frameSize), read | write));
    const results = [...Array(2 * pages).keys()].map((page) =>
      space.resolve(page < pages ? page : 0x100 + page - pages, Access.write),
    );
    assert.equal(results.filter((frame) => frame >= 0).length, 256);
    assert.equal(results.at(-1), -7);
    space.unmap(0n, BigInt(pages * frameSize));
    assert.ok(space.resolve(0x100 + pages - 1, Access.write) >= 0);
  });

  it("maps and unmaps huge ranges at once", () => {
    const space = createSpace();
    assert.ok(space.map(0x1000n, 1n << 46n, 0));
    space.unmap(0x1000n, 1n << 46n);
    assert.equal(map(space), "");
  });
});

describe("memory", () => {
  it("grows on demand and keeps its contents", () => {
    const memory = new PhysicalMemory(8 << 20);
    let bindings = 0;
    memory.onGrow(() => bindings++);
    const first = memory.allocateFrame()!;
    memory.view.setUint32(first, 0xabcd, true);
    const buffer = memory.linear.buffer;
    while (memory.linear.buffer === buffer) assert.notEqual(memory.allocateFrame(), undefined);
    assert.equal(memory.view.getUint32(first, true), 0xabcd);
    assert.equal(bindings, 2);
  });

  it("ends at its limit", () => {
    const memory = new PhysicalMemory(1 << 20);
    let frames = 0;
    while (memory.allocateFrame() !== undefined) frames++;
    assert.equal(frames, 256);
    assert.equal(memory.freeFrames, 0);
    memory.release(0);
    assert.equal(memory.allocateFrame(), 0);
  });
});
