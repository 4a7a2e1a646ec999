/**
 * Numbers as Java reads and writes them, since the programs of a simulator written in Java show
 * them: `Float.toString` and `Double.toString` (the shortest decimal that reads back as the same
 * value, as of JDK 19), `parseInt`, `parseDouble`, and the generator of `java.util.Random`.
 */

/** A value's decimal digits and exponent: 0.d1d2d3… × 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Java's text for a float or double. */
export function javaText(value: number, format: "float" | "double"): string {
  if (Number.isNaN(value)) return "NaN";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  if (magnitude === Number.POSITIVE_INFINITY) return `${sign}Infinity`;
  if (magnitude === 0) return `${sign}0.0`;
  const { digits, point } = shortest(magnitude, format);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
    const split = Math.max(point, 1);
    return `${sign}${padded.slice(0, split)}.${padded.slice(split) || "0"}`;
  }
  return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${point - 1}`;
}

/** The shortest digits that read back as the value; of one-digit ones, the nearest of two. */
function shortest(value: number, format: "float" | "double"): Decimal {
  const reads = format === "float" ? (text: string) => Math.fround(Number(text)) : Number;
  for (let length = 2; ; length++) {
    const text = nearest(value, length);
    for (const candidate of [text, neighbour(text, 1n)]) {
      if (reads(candidate) !== value && length < 17) continue;
      const [mantissa = "", exponent = ""] = candidate.split("e");
      const digits = mantissa.replace(".", "").replace(/0+$/, "") || "0";
      return { digits, point: Number(exponent) + 1 };
    }
  }
}

/** The nearest decimal with that many digits; of two that are as near, the one with an even end. */
function nearest(value: number, length: number): string {
  const text = value.toExponential(length - 1);
  const [digits = ""] = value.toExponential(100).split("e");
  const isTie = /^50*$/.test(digits.replace(".", "").slice(length));
  // JavaScript takes the larger of the two.
  return isTie && /[13579]e/.test(text) ? neighbour(text, -1n) : text;
}

/**
 * The decimal of the same length just above or below. Just above matters for the search too: below
 * a power of two values lie closer together, so the nearest decimal may read back as another value
 * and this one as the right one.
 */
function neighbour(text: string, step: 1n | -1n): string {
  const [mantissa = "", exponent = ""] = text.split("e");
  const fraction = mantissa.length - 2;
  const digits = (BigInt(mantissa.replace(".", "")) + step).toString();
  const point = Number(exponent) - fraction + digits.length - 1;
  return `${digits[0]}.${digits.slice(1)}e${point}`;
}

/** `Integer.parseInt` of trimmed text; undefined where that throws. */
export function parseJavaInt(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return value >= -0x8000_0000 && value <= 0x7fff_ffff ? value : undefined;
}

/** `Double.parseDouble`; undefined where that throws. */
export function parseJavaDouble(text: string): number | undefined {
  const match = /^([+-]?)(?:(NaN)|(Infinity)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?)$/.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const [, sign, nan, infinity, digits] = match;
  const value = nan ? Number.NaN : infinity ? Number.POSITIVE_INFINITY : Number(digits);
  return sign === "-" ? -value : value;
}

const modulus = (1n << 48n) - 1n;
const multiplier = 0x5_deec_e66dn;

/** `java.util.Random`: a linear congruential generator of 48 bits (its API documentation). */
export class JavaRandom {
  seed: bigint;

  constructor(seed: bigint) {
    this.seed = (seed ^ multiplier) & modulus;
  }

  /** The next `bits` (at most 32) random bits as a signed 32-bit number. */
  next(bits: number): number {
    this.seed = (this.seed * multiplier + 11n) & modulus;
    return Number(BigInt.asIntN(32, this.seed >> BigInt(48 - bits)));
  }

  nextInt(): number {
    return this.next(32);
  }

  /** 0 to bound − 1, bound being 1 to 2^31 − 1. */
  nextBelow(bound: number): number {
    if ((bound & -bound) === bound) {
      return Number((BigInt(bound) * BigInt(this.next(31))) >> 31n);
    }
    for (;;) {
      const bits = this.next(31);
      const value = bits % bound;
      // Rejects the last, incomplete run of values (the 32-bit overflow test of the original).
      if (bits - value + (bound - 1) <= 0x7fff_ffff) return value;
    }
  }

  nextFloat(): number {
    return this.next(24) / (1 << 24);
  }

  nextDouble(): number {
    const high = this.next(26);
    return (high * 2 ** 27 + this.next(27)) / 2 ** 53;
  }
}
