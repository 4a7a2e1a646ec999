/**
 * Lines that are read like one before: what may stand for a symbol there is never a word with a
 * meaning of its own, and a line that is read so becomes what it becomes alone.
 */
import assert from "node:assert/strict";
import { assemble } from "../../assembler/assemble.ts";
import { LineHoles } from "../../assembler/line-holes.ts";
import { roundingModes } from "../../isa/encoding.ts";
import { fRegisters, xRegisters } from "../../isa/registers.ts";

const found = (line: string) => {
  const holes = new LineHoles();
  const bytes = new TextEncoder().encode(line);
  if (!holes.find(bytes, 0, bytes.length)) return undefined;
  const text = line.slice(holes.start, holes.end);
  return holes.isNumber ? `${text} is ${holes.value}` : text;
};

describe("lines that are alike", () => {
  it("never take a register, a rounding mode or a set of a fence for a symbol", () => {
    const registers = [...xRegisters, ...fRegisters].flatMap(({ name, abi }) => [name, abi]);
    const vectors = Array.from({ length: 32 }, (_, index) => `v${index}`);
    const modes = roundingModes.filter((mode) => mode !== undefined);
    for (const word of [...registers, ...vectors, ...modes, "fp", "v0.t", "iorw"])
      assert.equal(found(`\tmv\ta0,${word}`), undefined, word);
  });

  const cases: readonly [line: string, hole: string | undefined][] = [
    ["\tcall\tsymbol", "symbol"],
    ["\tcall\tsymbol@plt", "symbol"],
    ["\tj\t.L5", ".L5"],
    ["\tj\t.", undefined],
    ["\tj\t.5", undefined],
    ["\tj\t5f", undefined],
    ["\tld\ta0,-8(sp)", "8 is -8"],
    ["\tld\ta0,symbol(sp)", undefined],
    ["\taddi\ta0,a0,0x10", "0x10 is 16"],
    ["\taddi\ta0,a0,010", undefined],
    ["\tlla\ta0,symbol+12", "12 is 12"],
    ["\tli\ta0,4-4", undefined],
    ["\tlui\ta0,%hi(symbol)", undefined],
  ];
  for (const [line, hole] of cases) it(JSON.stringify(line), () => assert.equal(found(line), hole));

  it("become what they become alone", () => {
    const lines = [8, 16, 256, 2040, 2048, -2048, -2049].flatMap((number) => [
      `\tld\ta0,${number}(sp)`,
      `\taddi\tsp,sp,${number}`,
      `\tli\ta0,${number}`,
    ]);
    const read = (text: string) => {
      const { object, diagnostics } = assemble("a.s", text, { readFile: () => undefined });
      const code = object.sections.find(({ name }) => name === ".text")?.data ?? [];
      return { bytes: [...code], said: diagnostics.map(({ message }) => message) };
    };
    const alone = lines.map((line) => read(`${line}\n`));
    const together = read(`${lines.join("\n")}\n`);
    assert.deepEqual(
      together.said,
      alone.flatMap(({ said }) => said),
    );
    assert.deepEqual(
      together.bytes,
      alone.flatMap(({ bytes }) => bytes),
    );
    assert.equal(together.said.length, 4);
  });
});
