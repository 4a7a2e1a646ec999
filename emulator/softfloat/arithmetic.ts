/**
 * Addition, multiplication, division, square root and fused multiply-add (IEEE 754, clause 5.4.1),
 * exactly and then rounded once. A result that is not a number is the canonical NaN.
 */
import {
  bitLength,
  type Environment,
  type Finite,
  Flag,
  isInfinite,
  isNegative,
  isNotANumber,
  isSignalingNaN,
  isZero,
  type Layout,
  pack,
  Rounding,
  unpack,
} from "./format.ts";

/** The canonical NaN, for operands of which one is a NaN; invalid where one is signaling. */
function propagate(format: Layout, environment: Environment, ...operands: bigint[]): bigint {
  if (operands.some((a) => isSignalingNaN(format, a))) environment.flags |= Flag.invalid;
  return format.canonicalNaN;
}

/** The canonical NaN of an operation that has no result. */
function invalid(format: Layout, environment: Environment): bigint {
  environment.flags |= Flag.invalid;
  return format.canonicalNaN;
}

/** The exact sum; a sum of zero takes the sign that the rounding mode gives it. */
function sum(a: Finite, b: Finite, rounding: Rounding): Finite {
  const exponent = Math.min(a.exponent, b.exponent);
  const total = signed(a, exponent) + signed(b, exponent);
  if (total === 0n) {
    const negative = a.negative === b.negative ? a.negative : rounding === Rounding.down;
    return { negative, significand: 0n, exponent };
  }
  return { negative: total < 0n, significand: total < 0n ? -total : total, exponent };
}

function signed(a: Finite, exponent: number): bigint {
  const aligned = a.significand << BigInt(a.exponent - exponent);
  return a.negative ? -aligned : aligned;
}

function product(a: Finite, b: Finite): Finite {
  return {
    negative: a.negative !== b.negative,
    significand: a.significand * b.significand,
    exponent: a.exponent + b.exponent,
  };
}

/** a + b. */
export function add(format: Layout, environment: Environment, a: bigint, b: bigint): bigint {
  if (isNotANumber(format, a) || isNotANumber(format, b))
    return propagate(format, environment, a, b);
  if (isInfinite(format, a)) {
    return isInfinite(format, b) && a !== b ? invalid(format, environment) : a;
  }
  if (isInfinite(format, b)) return b;
  const exact = sum(unpack(format, a), unpack(format, b), environment.rounding);
  return pack(format, environment, exact);
}

/** a − b. */
export function subtract(format: Layout, environment: Environment, a: bigint, b: bigint): bigint {
  return add(format, environment, a, isNotANumber(format, b) ? b : b ^ format.signBit);
}

/** a · b. */
export function multiply(format: Layout, environment: Environment, a: bigint, b: bigint): bigint {
  if (isNotANumber(format, a) || isNotANumber(format, b))
    return propagate(format, environment, a, b);
  if (isInfinite(format, a) || isInfinite(format, b)) {
    if (isZero(format, a) || isZero(format, b)) return invalid(format, environment);
    return ((a ^ b) & format.signBit) | format.infinity;
  }
  return pack(format, environment, product(unpack(format, a), unpack(format, b)));
}

/** a · b + c, rounded once. Zero times infinity is invalid even where c is a quiet NaN. */
export function multiplyAdd(
  format: Layout,
  environment: Environment,
  a: bigint,
  b: bigint,
  c: bigint,
): bigint {
  const zeroTimesInfinity =
    (isZero(format, a) && isInfinite(format, b)) || (isInfinite(format, a) && isZero(format, b));
  if (zeroTimesInfinity) {
    return invalid(format, environment);
  }
  if (isNotANumber(format, a) || isNotANumber(format, b) || isNotANumber(format, c)) {
    return propagate(format, environment, a, b, c);
  }
  if (isInfinite(format, a) || isInfinite(format, b)) {
    const infinite = ((a ^ b) & format.signBit) | format.infinity;
    return isInfinite(format, c) && c !== infinite ? invalid(format, environment) : infinite;
  }
  if (isInfinite(format, c)) return c;
  const exact = product(unpack(format, a), unpack(format, b));
  return pack(format, environment, sum(exact, unpack(format, c), environment.rounding));
}

/** a / b. */
export function divide(format: Layout, environment: Environment, a: bigint, b: bigint): bigint {
  if (isNotANumber(format, a) || isNotANumber(format, b))
    return propagate(format, environment, a, b);
  const sign = (a ^ b) & format.signBit;
  if (isInfinite(format, a)) {
    return isInfinite(format, b) ? invalid(format, environment) : sign | format.infinity;
  }
  if (isInfinite(format, b)) return sign;
  if (isZero(format, b)) {
    if (isZero(format, a)) return invalid(format, environment);
    environment.flags |= Flag.divideByZero;
    return sign | format.infinity;
  }
  const dividend = unpack(format, a);
  const divisor = unpack(format, b);
  // Enough quotient bits for the rounding to see, and one more that says "and a bit".
  const excess = bitLength(divisor.significand) - bitLength(dividend.significand);
  const shift = Math.max(0, format.precision + 2 + excess);
  const numerator = dividend.significand << BigInt(shift);
  const quotient = numerator / divisor.significand;
  const sticky = quotient * divisor.significand === numerator ? 0n : 1n;
  return pack(format, environment, {
    negative: sign !== 0n,
    significand: (quotient << 1n) | sticky,
    exponent: dividend.exponent - divisor.exponent - shift - 1,
  });
}

/** The square root of a. */
export function squareRoot(format: Layout, environment: Environment, a: bigint): bigint {
  if (isNotANumber(format, a)) return propagate(format, environment, a);
  if (isZero(format, a)) return a;
  if (isNegative(format, a)) return invalid(format, environment);
  if (isInfinite(format, a)) return a;
  const { significand, exponent } = unpack(format, a);
  // An even exponent, and a radicand of at least twice the precision.
  let shift = Math.max(0, 2 * format.precision + 4 - bitLength(significand));
  if ((exponent - shift) % 2 !== 0) shift++;
  const radicand = significand << BigInt(shift);
  const root = integerRoot(radicand);
  const sticky = root * root === radicand ? 0n : 1n;
  return pack(format, environment, {
    negative: false,
    significand: (root << 1n) | sticky,
    exponent: (exponent - shift) / 2 - 1,
  });
}

/** The greatest integer whose square is at most n, by Newton's iteration from above. */
function integerRoot(n: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(n) / 2));
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
