/**
 * Binary floating-point formats as IEEE 754 defines them, over bit patterns held in bigints, and
 * the one place where results are rounded. Everything before the rounding is exact: a finite
 * number is sign · significand · 2^exponent with integers of any size.
 */
import type { Format } from "../../isa/semantics.ts";

/** Rounding modes, with the values of frm ("F" extension, table "Rounding mode encoding"). */
export const Rounding = { nearestEven: 0, towardZero: 1, down: 2, up: 3, nearestMax: 4 } as const;
/** A rounding mode, 0 to 4. */
export type Rounding = number;

/** The accrued exception flags, with their bits in fflags. */
export const Flag = {
  inexact: 1,
  underflow: 2,
  overflow: 4,
  divideByZero: 8,
  invalid: 16,
} as const;

/** What an operation depends on and changes besides its operands. */
export interface Environment {
  readonly rounding: Rounding;
  /** Operations set bits of {@link Flag} and never clear one. */
  flags: number;
}

/** The parameters of a format. Bits and masks are of the encoding. */
export interface Layout {
  /** Bits in all. */
  readonly width: number;
  /** Bits of the significand, the implicit one included. */
  readonly precision: number;
  /** Fraction bits in the encoding: precision − 1. */
  readonly fractionBits: number;
  /** The exponent of the last place of subnormal numbers, and the least of all. */
  readonly leastExponent: number;
  readonly signBit: bigint;
  readonly fractionMask: bigint;
  /** The exponent field with all bits set, in place: also the encoding of +∞. */
  readonly infinity: bigint;
  readonly quietBit: bigint;
  /** The NaN that operations return: positive, quiet, the rest zero. */
  readonly canonicalNaN: bigint;
}

function layout(width: number, precision: number): Layout {
  const fractionBits = precision - 1;
  const exponentBits = width - precision;
  const bias = 2 ** (exponentBits - 1) - 1;
  const fraction = 1n << BigInt(fractionBits);
  const infinity = ((1n << BigInt(exponentBits)) - 1n) * fraction;
  const quietBit = fraction >> 1n;
  return {
    width,
    precision,
    fractionBits,
    infinity,
    quietBit,
    leastExponent: 1 - bias - fractionBits,
    signBit: 1n << BigInt(width - 1),
    fractionMask: fraction - 1n,
    canonicalNaN: infinity | quietBit,
  };
}

/** binary16, binary32 and binary64. */
export const layouts: Readonly<Record<Format, Layout>> = {
  half: layout(16, 11),
  single: layout(32, 24),
  double: layout(64, 53),
};

/** A finite number: significand · 2^exponent, negative where `negative` holds; 0 has a sign. */
export interface Finite {
  readonly negative: boolean;
  readonly significand: bigint;
  readonly exponent: number;
}

export const isNotANumber = (format: Layout, a: bigint): boolean =>
  (a & ~format.signBit) > format.infinity;

export const isSignalingNaN = (format: Layout, a: bigint): boolean =>
  isNotANumber(format, a) && (a & format.quietBit) === 0n;

export const isInfinite = (format: Layout, a: bigint): boolean =>
  (a & ~format.signBit) === format.infinity;

export const isZero = (format: Layout, a: bigint): boolean => (a & ~format.signBit) === 0n;

export const isNegative = (format: Layout, a: bigint): boolean => (a & format.signBit) !== 0n;

/** The value of an encoding that is neither infinite nor NaN. */
export function unpack(format: Layout, a: bigint): Finite {
  const negative = isNegative(format, a);
  const fraction = a & format.fractionMask;
  const field = Number((a & format.infinity) >> BigInt(format.fractionBits));
  if (field === 0) return { negative, significand: fraction, exponent: format.leastExponent };
  const significand = fraction | (format.fractionMask + 1n);
  return { negative, significand, exponent: format.leastExponent + field - 1 };
}

/** The number of bits up to the highest set one; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const hex = value.toString(16);
  return 4 * hex.length + 28 - Math.clz32(Number.parseInt(hex.charAt(0), 16));
}

/** significand / 2^shift, rounded to an integer, and whether that lost anything. */
export function roundShift(
  significand: bigint,
  shift: number,
  negative: boolean,
  rounding: Rounding,
): { value: bigint; inexact: boolean } {
  if (shift <= 0) return { value: significand << BigInt(-shift), inexact: false };
  const value = significand >> BigInt(shift);
  const rest = significand - (value << BigInt(shift));
  if (rest === 0n) return { value, inexact: false };
  const half = 1n << BigInt(shift - 1);
  return { value: roundsUp(value, rest, half) ? value + 1n : value, inexact: true };

  function roundsUp(kept: bigint, lost: bigint, tie: bigint): boolean {
    switch (rounding) {
      case Rounding.nearestEven:
        return lost > tie || (lost === tie && (kept & 1n) === 1n);
      case Rounding.nearestMax:
        return lost >= tie;
      case Rounding.down:
        return negative;
      case Rounding.up:
        return !negative;
      default:
        return false;
    }
  }
}

/**
 * The encoding of a finite number in the format, rounded once; sets inexact, overflow and
 * underflow. Tininess is detected after rounding, as RISC-V demands: a result is tiny when it
 * would be below the least normal number even with an exponent of unbounded range.
 */
export function pack(format: Layout, environment: Environment, number: Finite): bigint {
  const { negative, significand, exponent } = number;
  const { precision, leastExponent, infinity } = format;
  const sign = negative ? format.signBit : 0n;
  if (significand === 0n) return sign;
  const { rounding } = environment;
  const natural = exponent + bitLength(significand) - precision;
  const last = Math.max(natural, leastExponent);
  const { value, inexact } = roundShift(significand, last - exponent, negative, rounding);
  // The implicit bit of a normal number adds 1 to the exponent field, and so does a carry.
  const bits = (BigInt(last - leastExponent) << BigInt(format.fractionBits)) + value;
  if (bits >= infinity) {
    environment.flags |= Flag.overflow | Flag.inexact;
    const awayFromZero = rounding === (negative ? Rounding.down : Rounding.up);
    const nearest = rounding === Rounding.nearestEven || rounding === Rounding.nearestMax;
    return sign | (nearest || awayFromZero ? infinity : infinity - 1n);
  }
  if (inexact) {
    environment.flags |= Flag.inexact;
    if (natural < leastExponent) {
      const free = roundShift(significand, natural - exponent, negative, rounding).value;
      const becomesNormal = natural === leastExponent - 1 && bitLength(free) > precision;
      if (!becomesNormal) environment.flags |= Flag.underflow;
    }
  }
  return sign | bits;
}
