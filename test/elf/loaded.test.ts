/**
 * Objects in memory: a shared library is laid out as a dynamic linker does it, and what is read there
 * is compared with what its file says; damaged ones give something or nothing, and no error.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PT } from "../../elf/constants.ts";
import { readDebugInformation } from "../../elf/dwarf/index.ts";
import { type MemoryReader, readLoaded } from "../../elf/loaded.ts";
import { readElf } from "../../elf/reader.ts";
import { requireTool, runTool } from "../tools.ts";

const source = `
int counter = 3;
static int __attribute__((noinline)) hidden(int a) { int b[20]; b[a] = a; return b[counter]; }
int first(int a) { return hidden(a) + 1; }
int second(int a) { return first(a) * hidden(a + 1); }
`;
const bias = 0x2000_0000n;

describe("objects in memory", function () {
  this.timeout(20_000);
  const folder = mkdtempSync(join(tmpdir(), "hartbeat-loaded-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const style of ["gnu", "sysv"]) {
    it(`have the symbols and frames of their files, by a ${style} hash table`, function () {
      const { memory, file } = build(requireTool(this, "riscv64-linux-gnu-gcc"), style);
      const loaded = readLoaded(readerOf(memory), bias)!;
      assert.equal(loaded.name, "libloaded.so");
      const functions = (symbols: typeof file.symbols) =>
        symbols
          .filter(({ name }) => /^(first|second|counter)$/.test(name))
          .map(({ name, value, size }) => `${name} ${value} ${size}`)
          .sort();
      const moved = file.symbols.map((one) => ({ ...one, value: one.value + bias }));
      assert.equal(functions(moved).length, 3);
      assert.deepEqual(functions(loaded.file.symbols), functions(moved));
      const ranges = (own: typeof file, by: bigint) =>
        readDebugInformation(own).frames.entries.map(({ start, end }) => [start + by, end + by]);
      assert.ok(ranges(file, bias).length >= 3);
      assert.deepEqual(ranges(loaded.file, 0n), ranges(file, bias));
    });
  }

  it("may be damaged", function () {
    const { memory } = build(requireTool(this, "riscv64-linux-gnu-gcc"), "gnu");
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed >>> 8) % below;
    };
    let read = 0;
    for (let turn = 0; turn < 400; turn++) {
      const damaged = memory.slice();
      for (let count = 0; count < 3; count++) damaged[random(0x600)] = random(256);
      const loaded = readLoaded(readerOf(damaged), bias);
      if (loaded === undefined) continue;
      read += readDebugInformation(loaded.file).frames.entries.length + 1;
    }
    assert.ok(read > 400);
  });

  function build(compiler: string, style: string) {
    const [text, library] = [join(folder, "loaded.c"), join(folder, `${style}.so`)];
    writeFileSync(text, source);
    const link = ["-shared", "-nostdlib", `-Wl,-soname,libloaded.so,--hash-style=${style}`];
    const flags = ["-O1", "-fpic", "-fasynchronous-unwind-tables", ...link];
    runTool(compiler, [...flags, "-o", library, text]);
    const file = readElf(new Uint8Array(readFileSync(library)));
    const loads = file.segments.filter(({ type }) => type === PT.LOAD);
    const end = loads.map((one) => Number(one.virtualAddress + one.memorySize));
    const memory = new Uint8Array(Math.max(...end));
    for (const { virtualAddress, data } of loads) memory.set(data, Number(virtualAddress));
    return { memory, file };
  }
});

const readerOf =
  (memory: Uint8Array): MemoryReader =>
  (address, length) => {
    const offset = Number(BigInt.asUintN(64, address - bias));
    return memory.subarray(
      Math.min(offset, memory.length),
      Math.min(offset + length, memory.length),
    );
  };
