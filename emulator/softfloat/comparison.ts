/**
 * Comparisons, minimum and maximum, classification and signs (IEEE 754, clauses 5.11 and 9.6;
 * unprivileged manual, "Floating-Point Compare Instructions", "Floating-Point Classify").
 */
import type { SignInjection } from "../../isa/semantics.ts";
import {
  type Environment,
  Flag,
  isInfinite,
  isNegative,
  isNotANumber,
  isSignalingNaN,
  isZero,
  type Layout,
} from "./format.ts";

/** The encodings in the order of their values, −0 just below +0; not for NaN. */
const rank = (format: Layout, a: bigint): bigint =>
  isNegative(format, a) ? ~(a & ~format.signBit) : a;

/** a = b; invalid only for signaling NaNs. */
export function equal(format: Layout, environment: Environment, a: bigint, b: bigint): boolean {
  if (isNotANumber(format, a) || isNotANumber(format, b)) {
    if (isSignalingNaN(format, a) || isSignalingNaN(format, b)) environment.flags |= Flag.invalid;
    return false;
  }
  return a === b || (isZero(format, a) && isZero(format, b));
}

/** a < b; invalid for any NaN. */
export function less(format: Layout, environment: Environment, a: bigint, b: bigint): boolean {
  if (isNotANumber(format, a) || isNotANumber(format, b)) {
    environment.flags |= Flag.invalid;
    return false;
  }
  if (isZero(format, a) && isZero(format, b)) return false;
  return rank(format, a) < rank(format, b);
}

/** a ≤ b; invalid for any NaN. */
export function lessOrEqual(
  format: Layout,
  environment: Environment,
  a: bigint,
  b: bigint,
): boolean {
  if (isNotANumber(format, a) || isNotANumber(format, b)) {
    environment.flags |= Flag.invalid;
    return false;
  }
  if (isZero(format, a) && isZero(format, b)) return true;
  return rank(format, a) <= rank(format, b);
}

/** The canonical NaN where one of the numbers is NaN, invalid where that is signaling. */
export function propagated(
  format: Layout,
  environment: Environment,
  a: bigint,
  b: bigint,
): bigint | undefined {
  if (!isNotANumber(format, a) && !isNotANumber(format, b)) return undefined;
  if (isSignalingNaN(format, a) || isSignalingNaN(format, b)) environment.flags |= Flag.invalid;
  return format.canonicalNaN;
}

/** minimumNumber: a number wins over a NaN, −0 is below +0. */
export function minimum(format: Layout, environment: Environment, a: bigint, b: bigint): bigint {
  return select(format, environment, a, b, rank(format, a) < rank(format, b));
}

/** maximumNumber. */
export function maximum(format: Layout, environment: Environment, a: bigint, b: bigint): bigint {
  return select(format, environment, a, b, rank(format, a) > rank(format, b));
}

function select(
  format: Layout,
  environment: Environment,
  a: bigint,
  b: bigint,
  first: boolean,
): bigint {
  if (isSignalingNaN(format, a) || isSignalingNaN(format, b)) environment.flags |= Flag.invalid;
  if (isNotANumber(format, a)) return isNotANumber(format, b) ? format.canonicalNaN : b;
  return isNotANumber(format, b) || first ? a : b;
}

/** The FCLASS mask: one of bits 0 (−∞) to 9 (quiet NaN). */
export function classify(format: Layout, a: bigint): number {
  if (isNotANumber(format, a)) return isSignalingNaN(format, a) ? 1 << 8 : 1 << 9;
  const negative = isNegative(format, a);
  if (isInfinite(format, a)) return negative ? 1 << 0 : 1 << 7;
  if (isZero(format, a)) return negative ? 1 << 3 : 1 << 4;
  const subnormal = (a & format.infinity) === 0n;
  if (subnormal) return negative ? 1 << 2 : 1 << 5;
  return negative ? 1 << 1 : 1 << 6;
}

/** a with a sign made from b's; NaNs are treated as any other bit pattern. */
export function signInject(format: Layout, how: SignInjection, a: bigint, b: bigint): bigint {
  const { signBit } = format;
  if (how === "xor") return a ^ (b & signBit);
  const sign = how === "copy" ? b & signBit : ~b & signBit;
  return (a & ~signBit) | sign;
}
