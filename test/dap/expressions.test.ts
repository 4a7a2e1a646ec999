/** The expression language by itself, and the names of sources. */
import assert from "node:assert/strict";
import { RequestError } from "../../debug-adapter/errors.ts";
import type { Environment, RegisterPlace } from "../../debug-adapter/expressions/environment.ts";
import { evaluate } from "../../debug-adapter/expressions/evaluator.ts";
import { parseExpression } from "../../debug-adapter/expressions/parser.ts";
import { expressionForms } from "../../debug-adapter/expressions/reference.ts";
import { intType } from "../../debug-adapter/expressions/types.ts";
import { show } from "../../debug-adapter/expressions/value.ts";
import { formatFloat } from "../../debug-adapter/formats.ts";
import { normalForm } from "../../debug-adapter/sources.ts";

/** A machine of 32 registers that hold their numbers and 256 bytes at 0x1000 that hold theirs. */
function environment(xlen: 32 | 64): Environment {
  const registers = Array.from({ length: 32 }, (_, index) => BigInt(index));
  const memory = Uint8Array.from({ length: 256 }, (_, index) => index);
  const index = (place: RegisterPlace) => ("index" in place ? place.index : 0);
  return {
    xlen,
    flen: 64,
    findRegister: (name) => {
      const found = /^x(\d+)$/.exec(name);
      return found === null ? undefined : { kind: "x", index: Number(found[1]) };
    },
    readRegister: (place) => registers[index(place)],
    writeRegister: (place, bits) => {
      registers[index(place)] = bits;
    },
    readMemory: (address, length) => {
      const at = Number(address) - 0x1000;
      if (at < 0 || at + length > 256) throw new RequestError(0, "Nothing is there.");
      return memory.slice(at, at + length);
    },
    writeMemory: (address, bytes) => memory.set(bytes, Number(address) - 0x1000),
    findSymbol: (name) =>
      name === "data" ? { address: 0x1000n, type: intType, isCode: false } : undefined,
    describe: () => undefined,
  };
}

const value = (text: string, xlen: 32 | 64 = 64): string => {
  const world = environment(xlen);
  const { value: result, format } = evaluate(text, world);
  return show(world, result, format ?? "decimal");
};

describe("expressions", () => {
  for (const [text, wide, narrow = wide] of [
    ["1 + 2 * 3 - 4 / 2", "5"],
    ["-7 / 2", "-3"],
    ["-7 % 3", "-1"],
    ["1 << 2 + 1", "8"],
    ["6 & 3 == 3", "0"],
    ["5 & 3 | 8 ^ 1", "9"],
    ["0xffffffff + 1", "4294967296", "0"],
    ["0x7fffffff + 1", "2147483648", "-2147483648"],
    ["-1 > 0u", "1"],
    ["-1 >> 60", "-1"],
    ["010 + 0b11 + 0x10", "27"],
    ["x10 + x5", "15"],
    ["x10 = x10 + 1", "11"],
    ["x10 *= 2", "20"],
    ["x1 = x2 = 9", "9"],
    ["*data", "7976"],
    ["(unsigned char)300", "44"],
    ["(char)200", "-56"],
    ["(int64_t)1 << 40", "1099511627776"],
    ["*(unsigned char*)(0x1000 + 7)", "7"],
    ["((uint16_t*)0x1000)[1]", "770"],
    ["&data + 1 == 0x1004", "1"],
    ["(&data + 3) - &data", "3"],
    ["1 ? 2 : 3 ? 4 : 5", "2"],
    ["0 && *0", "0"],
    ["1 || *0", "1"],
    ["3.0 / 2", "1.5"],
    ["1e3 + .5", "1000.5"],
    ["(float)0.1", "0.1"],
    ["(int)-1.9", "-1"],
    ["2.5 > 2", "1"],
    ["sizeof(int*)", "8", "4"],
    ["'\\n'", "10"],
    ["65,c", "'A'"],
    ["255,x", "0x00000000000000ff", "0x000000ff"],
    ["(unsigned char)5,b", "0b00000101"],
    ["0x1000..0x1004", "{0x00, 0x01, 0x02, 0x03}"],
    ["(0x1002..0x1004)[1]", "3"],
    ["data..data+2", "{0x00, 0x01}"],
    ["{unsigned char} 0x1005", "5"],
    ["{uint16_t} (0x1000 + 2)", "770"],
    ["{unsigned char[2]} 0x1005", "{5, 6}"],
    ["(unsigned char[3])data", "{0, 1, 2}"],
    ["1.5 + .5", "2.0"],
    ["1. + 1", "2.0"],
  ] as const) {
    it(text, () => {
      const expected = text === "*data" ? undefined : wide;
      if (expected === undefined) {
        // An int is no pointer, so it is taken as an address of a word.
        assert.throws(() => value(text), RequestError);
        return;
      }
      assert.equal(value(text), wide);
      assert.equal(value(text, 32), narrow);
    });
  }

  for (const { examples } of Object.values(expressionForms).flat()) {
    for (const example of examples) {
      it(`the documented ${example} is an expression`, () => {
        const types = new Set(["node"]);
        assert.ok(parseExpression(example, (name) => types.has(name)).expression);
      });
    }
  }

  it("any text gives a value or one sentence", () => {
    const words = [
      "x10",
      "data",
      "nothing",
      "1",
      "0x1f",
      "2.5",
      "'a'",
      "(",
      ")",
      "[",
      "]",
      "*",
      "&",
      "+",
      "-",
      "=",
      "+=",
      "<<",
      "?",
      ":",
      ",",
      "@",
      "int",
      "char",
      "sizeof",
      "$",
      "!",
      "~",
      "/",
      "0",
      "==",
      "float",
      "long",
      "..",
      "{",
      "}",
      ".*",
      ",i",
      "lastWrite",
    ];
    // A small generator of numbers with a fixed seed, so that a failure can be repeated.
    let seed = 12345;
    const next = (limit: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return (seed >> 8) % limit;
    };
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + next(8) }, () => words[next(words.length)]).join(" ");
      try {
        value(text);
      } catch (error) {
        assert.ok(error instanceof RequestError, `${text}: ${error}`);
        assert.match(error.message, /^.*\.$/s, text);
      }
    }
  });

  it("deep nesting is refused", () => {
    for (const text of [
      "(".repeat(5000),
      "-".repeat(5000),
      "1+(".repeat(5000),
      "x1=".repeat(5000),
    ]) {
      assert.throws(() => value(text), RequestError);
    }
  });

  it("floating-point numbers are shown in the shortest form", () => {
    assert.equal(formatFloat(0.1, 64), "0.1");
    assert.equal(formatFloat(Math.fround(0.1), 32), "0.1");
    assert.equal(formatFloat(Math.fround(16777216), 32), "16777216.0");
    assert.equal(formatFloat(-0, 64), "-0.0");
    assert.equal(formatFloat(1e300, 64), "1e+300");
    assert.equal(formatFloat(Number.NaN, 64), "nan");
  });
});

describe("names of sources", () => {
  for (const [a, b] of [
    ["/home/a/./b/../c.s", "/home/a/c.s"],
    ["C:\\work\\a.s", "c:/work/a.s"],
    ["file:///c%3A/work/a.s", "C:\\work\\a.s"],
    ["file:///home/a%20b.s", "/home/a b.s"],
    ["hostfs:/ws/a.s", "hostfs:///ws/./a.s"],
    ["vscode-vfs://github/ws/a.s", "vscode-vfs:/github/ws/a.s"],
  ] as const) {
    it(`${a} is ${b}`, () => assert.equal(normalForm(a), normalForm(b)));
  }
  it("different files stay different", () => {
    const names = ["/a/b.s", "/a/c.s", "hostfs:/a/b.s", "vscode-vfs:/a/b.s", "/A/b.s", "d:/a/b.s"];
    assert.equal(new Set(names.map(normalForm)).size, names.length);
  });
});
