/**
 * Floating point by itself: known values, and the exact path against the host's arithmetic, which
 * rounds to nearest even. Modes and flags in full are compared with QEMU elsewhere.
 */
import assert from "node:assert/strict";
import * as arithmetic from "../../emulator/softfloat/arithmetic.ts";
import { convert, fromInteger, toInteger } from "../../emulator/softfloat/conversion.ts";
import * as float from "../../emulator/softfloat/index.ts";
import { layouts } from "../../emulator/softfloat/index.ts";
import type { Format } from "../../isa/semantics.ts";
import { randomFloat, randomInteger, randomTriple } from "./operands.ts";
import { RandomNumbers } from "./programs.ts";

const scratch = new DataView(new ArrayBuffer(8));

function toNumber(format: "single" | "double", bits: bigint): number {
  if (format === "double") {
    scratch.setBigUint64(0, bits);
    return scratch.getFloat64(0);
  }
  scratch.setUint32(0, Number(bits));
  return scratch.getFloat32(0);
}

/** The encoding, with the one NaN that RISC-V knows. */
function toBits(format: Format, value: number): bigint {
  if (Number.isNaN(value)) return layouts[format].canonicalNaN;
  if (format === "double") {
    scratch.setFloat64(0, value);
    return scratch.getBigUint64(0);
  }
  scratch.setFloat32(0, value);
  return BigInt(scratch.getUint32(0));
}

const cases = 20_000;
const { add, subtract, multiply, divide, minimum, maximum } = float;
const computing = { add, subtract, multiply, divide, minimum, maximum };
const exactly = {
  add: arithmetic.add,
  subtract: arithmetic.subtract,
  multiply: arithmetic.multiply,
  divide: arithmetic.divide,
};
const operations = {
  add: (a: number, b: number) => a + b,
  subtract: (a: number, b: number) => a - b,
  multiply: (a: number, b: number) => a * b,
  divide: (a: number, b: number) => a / b,
};

describe("softfloat", () => {
  for (const format of ["single", "double"] as const) {
    it(`gives the host's ${format} results when rounding to nearest even`, () => {
      const random = new RandomNumbers(7);
      for (let count = 0; count < cases; count++) {
        const [a, b] = randomTriple(random, format);
        const [x, y] = [toNumber(format, a), toNumber(format, b)];
        for (const [name, onHost] of Object.entries(operations)) {
          const exact = exactly[name as keyof typeof exactly];
          const result = exact(layouts[format], { rounding: 0, flags: 0 }, a, b);
          const text = `${name} ${a.toString(16)} ${b.toString(16)}`;
          assert.equal(result.toString(16), toBits(format, onHost(x, y)).toString(16), text);
          // Where the host is let in, it must say the same, flags included.
          for (const flags of [0, 1]) {
            const fast = { rounding: 0, flags };
            const slow = { ...fast };
            exact(layouts[format], slow, a, b);
            assert.equal(computing[name as keyof typeof exactly](format, fast, a, b), result, text);
            assert.equal(fast.flags, slow.flags, `flags of ${text}`);
          }
        }
        const root = arithmetic.squareRoot(layouts[format], { rounding: 0, flags: 0 }, a);
        assert.equal(root, toBits(format, Math.sqrt(x)), `root of ${a.toString(16)}`);
        const [fast, slow] = [
          { rounding: 0, flags: 0 },
          { rounding: 0, flags: 0 },
        ];
        assert.equal(float.squareRoot(format, fast, a), root);
        arithmetic.squareRoot(layouts[format], slow, a);
        assert.equal(fast.flags, slow.flags, `flags of the root of ${a.toString(16)}`);
      }
    });
  }

  it("converts as the host does", () => {
    const random = new RandomNumbers(8);
    for (let count = 0; count < cases; count++) {
      const environment = { rounding: 0, flags: 0 };
      const a = randomFloat(random, "double");
      const narrowed = convert(layouts.double, layouts.single, environment, a);
      assert.equal(narrowed, toBits("single", toNumber("double", a)), a.toString(16));
      const integer = BigInt.asIntN(64, randomInteger(random, 64));
      const converted = fromInteger(layouts.double, environment, integer);
      assert.equal(converted, toBits("double", Number(integer)), String(integer));
      const truncating = { rounding: 1, flags: 0 };
      const value = Math.trunc(toNumber("double", a));
      if (Math.abs(value) < 2 ** 53) {
        assert.equal(toInteger(layouts.double, truncating, a, 64, true), BigInt(value));
      }
    }
  });

  // Format, operation, operands, rounding mode; result and flags.
  const known: readonly [string, string][] = [
    ["half add 3c00 1000 0", "3c00 1"],
    ["half add 3c00 1000 3", "3c01 1"],
    ["half multiply 7bff 4000 0", "7c00 5"],
    ["half multiply 7bff 4000 1", "7bff 5"],
    ["half multiply fbff 4000 3", "fbff 5"],
    ["half divide 3c00 0000 0", "7c00 8"],
    ["half divide 0000 8000 0", "7e00 10"],
    ["half multiply 0001 3800 0", "0 3"],
    ["half multiply 0001 3800 4", "1 3"],
    ["half multiply 0400 3bff 0", "400 3"],
    ["half add 3c00 bc00 0", "0 0"],
    ["half add 3c00 bc00 2", "8000 0"],
    ["single add 7f800001 3f800000 0", "7fc00000 10"],
    ["single subtract 7f800000 7f800000 0", "7fc00000 10"],
    ["single minimum 80000000 00000000 0", "80000000 0"],
    ["single maximum 7fc00000 3f800000 0", "3f800000 0"],
    ["single maximum 7f800001 7f800001 0", "7fc00000 10"],
    // Tiny before rounding but not after it: no underflow.
    ["single multiply 00800001 3f7ffffe 3", "800000 1"],
    ["double divide 3ff0000000000000 4008000000000000 0", "3fd5555555555555 1"],
    ["double divide 3ff0000000000000 4008000000000000 3", "3fd5555555555556 1"],
  ];
  for (const [question, answer] of known) {
    it(`${question} gives ${answer}`, () => {
      const [format, operation, a, b, rounding] = question.split(" ") as [Format, ...string[]];
      const environment = { rounding: Number(rounding), flags: 0 };
      const compute = computing[operation as keyof typeof computing];
      const result = compute(format, environment, BigInt(`0x${a}`), BigInt(`0x${b}`));
      assert.equal(`${result.toString(16)} ${environment.flags.toString(16)}`, answer);
    });
  }

  it("rounds a fused multiply-add once", () => {
    // (1 + 2^-52)² − (1 + 2^-51) is 2^-104, which is lost when the product is rounded first.
    const a = 0x3ff0000000000001n;
    const environment = { rounding: 0, flags: 0 };
    const result = float.multiplyAdd("double", environment, a, a, 0xbff0000000000002n);
    assert.equal(result, 0x3970000000000000n);
    assert.equal(environment.flags, 0);
  });

  it("saturates integers and raises invalid alone", () => {
    const to = (bits: bigint, width: number, signed: boolean): string => {
      const environment = { rounding: 0, flags: 0 };
      const value = toInteger(layouts.double, environment, bits, width, signed);
      return `${value} ${environment.flags.toString(16)}`;
    };
    assert.equal(to(toBits("double", 3e9), 32, true), "2147483647 10");
    assert.equal(to(toBits("double", -3e9), 32, true), "-2147483648 10");
    assert.equal(to(toBits("double", -1), 64, false), "0 10");
    assert.equal(to(toBits("double", -0.25), 64, false), "0 1");
    assert.equal(to(toBits("double", Number.NaN), 32, false), "4294967295 10");
    assert.equal(to(toBits("double", 2.5), 32, true), "2 1");
  });

  it("rounds to whole numbers as the host does, in every mode, with the sign of zero", () => {
    const random = new RandomNumbers(11);
    const onHost = [
      (x: number) => {
        const low = Math.floor(x);
        const rest = x - low;
        return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
      },
      Math.trunc,
      Math.floor,
      Math.ceil,
      (x: number) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5),
    ];
    for (let count = 0; count < 4000; count++) {
      const [bits] = randomTriple(random, "double");
      // Halves and their neighbours too; beyond 2^50 the sum with a half would itself be rounded.
      const given = toNumber("double", bits);
      const value = count % 2 === 0 ? given : (count - 2000) / 4;
      if (Math.abs(value) > 2 ** 50 || Number.isNaN(value)) continue;
      for (const [rounding, round] of onHost.entries()) {
        const environment = { rounding, flags: 0 };
        const a = toBits("double", value);
        const expected = Math.abs(value) === 0 ? value : round(value);
        const signed = expected === 0 && (value < 0 || Object.is(value, -0)) ? -0 : expected;
        const result = float.roundToWhole("double", environment, a, true);
        assert.equal(result, toBits("double", signed), `${value} in mode ${rounding}`);
        assert.equal(environment.flags, expected === value ? 0 : 1);
        const silent = { rounding, flags: 0 };
        assert.equal(float.roundToWhole("double", silent, a, false), result);
        assert.equal(silent.flags, 0);
      }
    }
  });

  it("converts modulo 2^32 as JavaScript does", () => {
    const random = new RandomNumbers(12);
    for (let count = 0; count < 4000; count++) {
      const value = toNumber("double", randomTriple(random, "double")[0]);
      const environment = { rounding: 0, flags: 0 };
      const word = float.toWordModulo(environment, toBits("double", value));
      assert.equal(word, BigInt(value >>> 0), String(value));
      const isInvalid = !(Math.trunc(value) >= -(2 ** 31) && Math.trunc(value) < 2 ** 31);
      const flags = isInvalid ? 16 : Number.isInteger(value) ? 0 : 1;
      assert.equal(environment.flags, flags, String(value));
    }
  });

  it("has the constants of FLI in each format", () => {
    const texts = (format: Format) =>
      Array.from({ length: 32 }, (_, code) => float.constantOf(format, code).toString(16)).join(
        " ",
      );
    // The unprivileged manual's table of FLI, by the encodings of the formats.
    assert.equal(
      texts("half"),
      "bc00 400 100 200 1c00 2000 2c00 3000 3400 3500 3600 3700 3800 3900 3a00 3b00 3c00 3d00 " +
        "3e00 3f00 4000 4100 4200 4400 4800 4c00 5800 5c00 7800 7c00 7c00 7e00",
    );
    assert.equal(
      texts("single"),
      "bf800000 800000 37800000 38000000 3b800000 3c000000 3d800000 3e000000 3e800000 3ea00000 " +
        "3ec00000 3ee00000 3f000000 3f200000 3f400000 3f600000 3f800000 3fa00000 3fc00000 " +
        "3fe00000 40000000 40200000 40400000 40800000 41000000 41800000 43000000 43800000 " +
        "47000000 47800000 7f800000 7fc00000",
    );
    assert.match(texts("double"), /^bff0000000000000 10000000000000 3ef0000000000000 /);
  });

  it("gives a NaN for a NaN where minimum and maximum propagate it", () => {
    const environment = { rounding: 0, flags: 0 };
    const [one, quiet, signaling] = [0x3f800000n, 0x7fc00001n, 0x7f800001n];
    assert.equal(float.propagated("single", environment, one, one), undefined);
    assert.equal(float.propagated("single", environment, one, quiet), 0x7fc00000n);
    assert.equal(environment.flags, 0);
    assert.equal(float.propagated("single", environment, signaling, one), 0x7fc00000n);
    assert.equal(environment.flags, 16);
  });
});
