/**
 * Conversions between formats and to and from integers (unprivileged manual, "Floating-Point
 * Conversion and Move Instructions"): out-of-range values saturate and raise invalid alone.
 */
import {
  type Environment,
  Flag,
  isInfinite,
  isNegative,
  isNotANumber,
  isSignalingNaN,
  type Layout,
  pack,
  roundShift,
  unpack,
} from "./format.ts";

/** a in another format. */
export function convert(from: Layout, to: Layout, environment: Environment, a: bigint): bigint {
  if (isNotANumber(from, a)) {
    if (isSignalingNaN(from, a)) environment.flags |= Flag.invalid;
    return to.canonicalNaN;
  }
  if (isInfinite(from, a)) return (isNegative(from, a) ? to.signBit : 0n) | to.infinity;
  return pack(to, environment, unpack(from, a));
}

/** a as an integer of `width` bits in two's complement, unsigned or signed, as a plain integer. */
export function toInteger(
  format: Layout,
  environment: Environment,
  a: bigint,
  width: number,
  isSigned: boolean,
): bigint {
  const most = isSigned ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n;
  const least = isSigned ? -(1n << BigInt(width - 1)) : 0n;
  const negative = isNegative(format, a);
  if (isNotANumber(format, a) || isInfinite(format, a)) {
    environment.flags |= Flag.invalid;
    return negative && !isNotANumber(format, a) ? least : most;
  }
  const { significand, exponent } = unpack(format, a);
  const rounded = roundShift(significand, -exponent, negative, environment.rounding);
  const value = negative ? -rounded.value : rounded.value;
  if (value < least || value > most) {
    environment.flags |= Flag.invalid;
    return value < least ? least : most;
  }
  if (rounded.inexact) environment.flags |= Flag.inexact;
  return value;
}

/** The integer `value`, of any size and sign, as a floating-point number. */
export function fromInteger(format: Layout, environment: Environment, value: bigint): bigint {
  const negative = value < 0n;
  return pack(format, environment, {
    negative,
    significand: negative ? -value : value,
    exponent: 0,
  });
}
