/**
 * Conversions between formats and to and from integers (unprivileged manual, "Floating-Point
 * Conversion and Move Instructions"): out-of-range values saturate and raise invalid alone.
 */
import { floatConstants, leastNormalCode } from "../../isa/float-constants.ts";
import {
  type Environment,
  Flag,
  isInfinite,
  isNegative,
  isNotANumber,
  isSignalingNaN,
  type Layout,
  layouts,
  pack,
  Rounding,
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

/**
 * a rounded to a whole number of its format, with its sign also where that is 0; inexact is raised
 * only where `isTold` (unprivileged manual, "Round-to-Integer Instructions").
 */
export function roundToWhole(
  format: Layout,
  environment: Environment,
  a: bigint,
  isTold: boolean,
): bigint {
  if (isNotANumber(format, a)) {
    if (isSignalingNaN(format, a)) environment.flags |= Flag.invalid;
    return format.canonicalNaN;
  }
  if (isInfinite(format, a)) return a;
  const { significand, exponent, negative } = unpack(format, a);
  // What has no bits behind the point is whole.
  if (exponent >= 0 || significand === 0n) return a;
  const { value, inexact } = roundShift(significand, -exponent, negative, environment.rounding);
  if (inexact && isTold) environment.flags |= Flag.inexact;
  const exact: Environment = { rounding: environment.rounding, flags: 0 };
  return pack(format, exact, { negative, significand: value, exponent: 0 });
}

/**
 * A double toward zero modulo 2^32, 0 for what is not finite; the flags are those of FCVT.W.D
 * (unprivileged manual, "Modular Convert-to-Integer Instruction").
 */
export function toWordModulo(environment: Environment, a: bigint): bigint {
  const format = layouts.double;
  if (isNotANumber(format, a) || isInfinite(format, a)) {
    environment.flags |= Flag.invalid;
    return 0n;
  }
  const { significand, exponent, negative } = unpack(format, a);
  const { value, inexact } = roundShift(significand, -exponent, negative, Rounding.towardZero);
  const whole = negative ? -value : value;
  if (BigInt.asIntN(32, whole) !== whole) environment.flags |= Flag.invalid;
  else if (inexact) environment.flags |= Flag.inexact;
  return BigInt.asUintN(32, whole);
}

/** The constant of FLI with a code; half precision has no greater number than infinity for 2^16. */
export function constantOf(format: Layout, code: number): bigint {
  if (code === leastNormalCode) return format.fractionMask + 1n;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, floatConstants[code] ?? Number.NaN);
  const none: Environment = { rounding: Rounding.nearestEven, flags: 0 };
  return convert(layouts.double, format, none, view.getBigUint64(0));
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
