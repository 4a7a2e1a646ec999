/** Operands worth trying: corner values, and random ones that lie close together. */
import { multiply } from "../../emulator/softfloat/arithmetic.ts";
import { layouts } from "../../emulator/softfloat/index.ts";
import type { Format } from "../../isa/semantics.ts";
import type { RandomNumbers } from "./programs.ts";

const integers = [
  0n,
  1n,
  2n,
  -1n,
  -2n,
  31n,
  32n,
  63n,
  64n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  -0x80000000n,
  -0x80000001n,
  1n << 62n,
  1n << 63n,
  (1n << 63n) - 1n,
  0x0102030405060708n,
  0x00ff00ff00ff00ffn,
];

/** An integer of `width` bits, unsigned. */
export function randomInteger(random: RandomNumbers, width: 32 | 64): bigint {
  const kind = random.below(4);
  if (kind === 0) return BigInt.asUintN(width, random.pick(integers));
  if (kind === 1) return random.bits(1 + random.below(width));
  if (kind === 2) return BigInt.asUintN(width, -random.bits(1 + random.below(width)));
  return random.bits(width);
}

/** The bits of a floating-point number of the format. */
export function randomFloat(random: RandomNumbers, format: Format): bigint {
  const { width, infinity, fractionMask, quietBit, signBit, fractionBits } = layouts[format];
  const sign = random.below(2) === 0 ? 0n : signBit;
  const one = (infinity >> 1n) & ~fractionMask;
  const near = (exponent: number): bigint =>
    one + (BigInt(exponent) << BigInt(fractionBits)) + (random.bits(64) & fractionMask);
  switch (random.below(8)) {
    case 0:
      return (
        sign |
        random.pick([
          0n,
          1n,
          fractionMask,
          fractionMask + 1n,
          fractionMask + 2n,
          infinity,
          infinity - 1n,
          infinity | quietBit,
          infinity | 1n,
          infinity | quietBit | 1n,
          one,
          one + 1n,
          one - 1n,
        ])
      );
    case 1:
      return sign | (random.bits(64) & fractionMask); // subnormal
    case 2:
    case 3:
      return sign | near(random.below(6) - 3);
    case 4: {
      // An integer or a half, for the conversions.
      const bits = random.below(fractionBits);
      return (
        sign |
        ((near(bits) & ~((1n << BigInt(fractionBits - bits)) - 1n)) |
          (random.bits(1) << BigInt(Math.max(0, fractionBits - bits - 1))))
      );
    }
    case 5:
      return (
        sign |
        near(
          random.pick([7, 8, 15, 16, 30, 31, 32, 52, 53, 62, 63, 64]) %
            Math.min(65, 2 ** (width - fractionBits - 2)),
        )
      );
    case 6: {
      // A tiny or huge power, for overflow and underflow in products and quotients.
      const field = random.pick([1n, 2n, 3n, infinity / (2n * (fractionMask + 1n)) / 2n]);
      const huge = random.below(2) === 0 ? field : infinity / (fractionMask + 1n) - field;
      return sign | (huge << BigInt(fractionBits)) | (random.bits(64) & fractionMask);
    }
    default:
      return random.bits(width);
  }
}

/** A number whose significand has `bits` bits, the lowest one set, at an ordinary exponent. */
function shortFloat(random: RandomNumbers, format: Format, bits: number): bigint {
  const { signBit, infinity, fractionMask, fractionBits } = layouts[format];
  const one = (infinity >> 1n) & ~fractionMask;
  const exponent = BigInt(random.below(9) - 4) << BigInt(fractionBits);
  const last = 1n << BigInt(fractionBits + 1 - bits);
  const fraction = (random.bits(64) & fractionMask & ~(last - 1n)) | (last & fractionMask);
  return (random.below(2) === 0 ? 0n : signBit) | (one + exponent + fraction);
}

/** Factors whose product just fits, or just does not; or both the same, for roots; or a quotient. */
function nearlyExact(random: RandomNumbers, format: Format): [bigint, bigint, bigint] {
  const { precision } = layouts[format];
  const bits = 1 + random.below(precision - 1);
  const other = Math.min(precision, precision - bits + random.below(4));
  const a = shortFloat(random, format, bits);
  const b = shortFloat(random, format, Math.max(1, other));
  const environment = { rounding: 0, flags: 0 };
  const product = multiply(layouts[format], environment, a, b);
  switch (random.below(5)) {
    case 4: {
      // Just below the least normal number, which the product may be rounded up to.
      const { infinity, fractionMask, width } = layouts[format];
      const least = fractionMask + 1n + BigInt(random.below(3));
      const one = (infinity >> 1n) & ~fractionMask;
      return [BigInt.asUintN(width, one - BigInt(random.below(4))), least, a];
    }
    case 0:
      return [product, b, a];
    case 1:
      return [multiply(layouts[format], environment, a, a), a, b];
    default:
      return [a, b, shortFloat(random, format, 1 + random.below(precision))];
  }
}

/** Three operands, often such that a sum nearly or wholly cancels, or that little or nothing is lost. */
export function randomTriple(random: RandomNumbers, format: Format): [bigint, bigint, bigint] {
  const { signBit, width } = layouts[format];
  const a = randomFloat(random, format);
  const b = randomFloat(random, format);
  const nearly = (value: bigint): bigint =>
    BigInt.asUintN(width, (value ^ signBit) + BigInt(random.below(5) - 2));
  switch (random.below(6)) {
    case 4:
    case 5:
      return nearlyExact(random, format);
    case 0:
      return [a, nearly(a), randomFloat(random, format)];
    case 1:
      return [a, b, nearly(roughProduct(format, a, b))];
    default:
      return [a, b, randomFloat(random, format)];
  }
}

/** About a · b: exponents added, the fraction of a. */
function roughProduct(format: Format, a: bigint, b: bigint): bigint {
  const { signBit, infinity, fractionMask, width } = layouts[format];
  const one = (infinity >> 1n) & ~fractionMask;
  return BigInt.asUintN(width, ((a & ~signBit) + (b & ~signBit) - one) ^ ((a ^ b) & signBit));
}

/** A number as it lies in a 64-bit f register; now and then not properly NaN-boxed. */
export function boxed(random: RandomNumbers, format: Format, bits: bigint): bigint {
  const { width } = layouts[format];
  if (width === 64) return bits;
  const box = random.below(16) === 0 ? random.bits(64 - width) : (1n << BigInt(64 - width)) - 1n;
  return (box << BigInt(width)) | bits;
}
