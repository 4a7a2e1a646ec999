/**
 * Decimal text → bytes of IEEE 754 numbers. Exact: the decimal number is taken as a fraction of
 * integers and rounded once, to nearest, ties to even.
 */

/** Bytes of a number; 10 are the extended format of another processor, which has its leading one. */
export type FloatSize = 2 | 4 | 8 | 10 | 16;

interface Format {
  readonly bytes: FloatSize;
  readonly exponentBits: number;
  /** Bits of the fraction, without the leading one. */
  readonly fractionBits: number;
}

const formats: Readonly<Record<number, Format>> = {
  2: { bytes: 2, exponentBits: 5, fractionBits: 10 },
  4: { bytes: 4, exponentBits: 8, fractionBits: 23 },
  8: { bytes: 8, exponentBits: 11, fractionBits: 52 },
  10: { bytes: 10, exponentBits: 15, fractionBits: 63 },
  16: { bytes: 16, exponentBits: 15, fractionBits: 112 },
};

/** The little-endian bytes of a number such as "-1.5e3", "inf", "nan"; undefined if it is none. */
export function floatBytes(text: string, size: FloatSize): Uint8Array | undefined {
  const format = formats[size] as Format;
  const plain = text.replace(/^([+-]?)0[dDeEfFhHpPrRsS]([+-]?)/, "$1$2");
  const special = /^([+-]*)(inf(?:inity)?|nan)$/i.exec(plain);
  const top = (1n << BigInt(format.exponentBits)) - 1n;
  if (special !== null) {
    const isNegative = special[1]?.includes("-") === true;
    const isNan = special[2]?.toLowerCase() === "nan";
    // As GNU as writes it: all bits of the fraction.
    const fraction = isNan ? (1n << BigInt(format.fractionBits)) - 1n : 0n;
    return pack(format, isNegative, top, fraction);
  }
  const match = /^([+-]*)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/.exec(plain);
  const hexadecimal = /^([+-]*)0[xX]([0-9a-fA-F]+)$/.exec(plain);
  if (hexadecimal !== null) {
    return round(format, hexadecimal[1]?.includes("-") === true, BigInt(`0x${hexadecimal[2]}`), 1n);
  }
  if (match === null || (match[2] === "" && (match[3] ?? "") === "")) return undefined;
  const digits = (match[2] ?? "") + (match[3] ?? "");
  if (digits.length > 20_000) return undefined;
  const isNegative = match[1]?.includes("-") === true;
  const exponent = Number(match[4] ?? 0) - (match[3]?.length ?? 0);
  const significand = BigInt(digits);
  if (significand === 0n || exponent + digits.length < -6000)
    return pack(format, isNegative, 0n, 0n);
  if (exponent + digits.length > 6000) return pack(format, isNegative, top, 0n);
  return exponent >= 0
    ? round(format, isNegative, significand * 10n ** BigInt(exponent), 1n)
    : round(format, isNegative, significand, 10n ** BigInt(-exponent));
}

/**
 * The little-endian bytes of a number that is written as its bits, from the highest on, in
 * hexadecimal digits (`3f80`); those that are missing are 0. Undefined if these are no digits.
 */
export function floatBits(digits: string, size: FloatSize): Uint8Array | undefined {
  const plain = digits.replaceAll("_", "");
  if (!/^[0-9a-fA-F]*$/.test(plain)) return undefined;
  const bits = BigInt(`0x0${plain.slice(0, size * 2).padEnd(size * 2, "0")}`);
  return Uint8Array.from({ length: size }, (_, index) =>
    Number((bits >> BigInt(8 * index)) & 0xffn),
  );
}

const bitLength = (value: bigint) => value.toString(16).length * 4;

/** Rounds numerator ÷ denominator. */
function round(
  format: Format,
  isNegative: boolean,
  numerator: bigint,
  denominator: bigint,
): Uint8Array {
  const { fractionBits, exponentBits } = format;
  if (numerator === 0n) return pack(format, isNegative, 0n, 0n);
  const bias = 2 ** (exponentBits - 1) - 1;
  const lowest = 1 - bias - fractionBits;
  // The unit of the last place, first guessed from the lengths and then corrected.
  let unit = Math.max(lowest, bitLength(numerator) - bitLength(denominator) - fractionBits - 6);
  let quotient = 0n;
  const limit = 1n << BigInt(fractionBits + 1);
  for (;;) {
    const scaled = unit >= 0 ? numerator : numerator << BigInt(-unit);
    const divisor = unit >= 0 ? denominator << BigInt(unit) : denominator;
    quotient = scaled / divisor;
    if (quotient >= limit) {
      unit++;
      continue;
    }
    const twice = (scaled % divisor) * 2n;
    if (twice > divisor || (twice === divisor && (quotient & 1n) === 1n)) quotient++;
    break;
  }
  if (quotient === limit) {
    quotient >>= 1n;
    unit++;
  }
  const one = 1n << BigInt(fractionBits);
  if (quotient < one) return pack(format, isNegative, 0n, quotient);
  const exponent = BigInt(unit - lowest + 1);
  const top = (1n << BigInt(exponentBits)) - 1n;
  if (exponent >= top) return pack(format, isNegative, top, 0n);
  return pack(format, isNegative, exponent, quotient - one);
}

function pack(format: Format, isNegative: boolean, exponent: bigint, fraction: bigint): Uint8Array {
  const { bytes, exponentBits, fractionBits } = format;
  const leadingBits = bytes === 10 ? 1 : 0;
  const leading = leadingBits === 1 && exponent !== 0n ? 1n : 0n;
  const head = (exponent << BigInt(leadingBits)) | leading;
  let bits = (head << BigInt(fractionBits)) | fraction;
  if (isNegative) bits |= 1n << BigInt(exponentBits + leadingBits + fractionBits);
  return Uint8Array.from({ length: bytes }, (_, index) =>
    Number((bits >> BigInt(8 * index)) & 0xffn),
  );
}
