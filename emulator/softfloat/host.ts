/**
 * The fast path: the host's own IEEE arithmetic, taken only where its result and its flags are
 * those of the exact path. The host rounds to nearest even and tells no flags; so the rounding mode
 * must be that one, and results that are not clearly normal are left to the exact path. Whether a
 * normal result was rounded is found out by exact sums and products of two numbers (Dekker, "A
 * Floating-Point Technique for Extending the Available Precision"), where that is not known by the
 * inexact flag, which is sticky.
 *
 * Single precision computes in double and rounds again. That is right for one operation, because
 * 53 ≥ 2·24 + 2 (Figueroa, "When is double rounding innocuous?").
 */
import { type Environment, Flag, Rounding } from "./format.ts";

const double = new Float64Array(1);
const doubleBits = new BigUint64Array(double.buffer);
const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

const leastNormal = { single: 2 ** -126, double: 2 ** -1022 } as const;

/** Formats that the host computes in. */
export type HostFormat = "single" | "double";

/** The number that an encoding stands for. */
export function toHost(format: HostFormat, bits: bigint): number {
  if (format === "double") {
    doubleBits[0] = bits;
    return double[0]!;
  }
  singleBits[0] = Number(bits);
  return single[0]!;
}

/** What a + b = sum has lost. */
function sumError(a: number, b: number, sum: number): number {
  const back = sum - a;
  return a - (sum - back) + (b - back);
}

/** Splits a number into halves of 26 bits: 2^27 + 1. */
const splitter = 134_217_729;

/** What a · b = product has lost; NaN where a step would overflow or lose something itself. */
function productError(a: number, b: number, product: number): number {
  const size = Math.abs(product);
  const isMiddling = size > 2 ** -900 && size < 2 ** 960;
  if (!isMiddling || Math.abs(a) > 2 ** 960 || Math.abs(b) > 2 ** 960) return Number.NaN;
  const [wideA, wideB] = [splitter * a, splitter * b];
  const [highA, highB] = [wideA - (wideA - a), wideB - (wideB - b)];
  const [lowA, lowB] = [a - highA, b - highB];
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

/** What an operation does on the host, and what is left over of it: 0 where nothing was rounded. */
export interface HostOperation {
  compute(a: number, b: number): number;
  /** NaN where that cannot be told. */
  rest(a: number, b: number, result: number): number;
}

export const hostOperations = {
  add: { compute: (a, b) => a + b, rest: (a, b, sum) => sumError(a, b, a + b) + (a + b - sum) },
  subtract: {
    compute: (a, b) => a - b,
    rest: (a, b, sum) => sumError(a, -b, a - b) + (a - b - sum),
  },
  multiply: {
    compute: (a, b) => a * b,
    rest: (a, b, product) => productError(a, b, a * b) + (a * b - product),
  },
  divide: {
    compute: (a, b) => a / b,
    rest: (a, b, quotient) => productError(quotient, b, quotient * b) + (quotient * b - a),
  },
  squareRoot: {
    compute: (a) => Math.sqrt(a),
    rest: (a, _, root) => productError(root, root, root * root) + (root * root - a),
  },
} as const satisfies Readonly<Record<string, HostOperation>>;

/** The result of an operation, with its flags; undefined where the exact path must decide. */
export function onHost(
  { compute, rest }: HostOperation,
  format: HostFormat,
  environment: Environment,
  a: bigint,
  b: bigint,
): bigint | undefined {
  if (environment.rounding !== Rounding.nearestEven) return undefined;
  const [x, y] = [toHost(format, a), toHost(format, b)];
  const result = compute(x, y);
  const bits = fromHost(format, result);
  if (bits === undefined || (environment.flags & Flag.inexact) !== 0) return bits;
  const lost = rest(x, y, format === "single" ? Math.fround(result) : result);
  if (Number.isNaN(lost)) return undefined;
  if (lost !== 0) environment.flags |= Flag.inexact;
  return bits;
}

/**
 * The encoding of a result of one host operation, or undefined where the exact path must decide.
 * Zero, too: it may be an underflow.
 */
export function fromHost(format: HostFormat, result: number): bigint | undefined {
  if (format === "double") {
    const size = Math.abs(result);
    if (!(size > leastNormal.double && size < Infinity)) return undefined;
    double[0] = result;
    return doubleBits[0]!;
  }
  single[0] = result;
  const size = Math.abs(single[0]!);
  if (!(size > leastNormal.single && size < Infinity)) return undefined;
  return BigInt(singleBits[0]!);
}
