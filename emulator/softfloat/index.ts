/**
 * Floating point as the rest of the emulator calls it: operations over bit patterns by format,
 * through the host's arithmetic where that is provably the same, else exactly.
 */
import type { Format, SignInjection } from "../../isa/semantics.ts";
import * as arithmetic from "./arithmetic.ts";
import * as comparison from "./comparison.ts";
import * as conversion from "./conversion.ts";
import { type Environment, layouts } from "./format.ts";
import { type HostOperation, hostOperations, onHost } from "./host.ts";

export { type Environment, Flag, layouts, Rounding } from "./format.ts";

type Binary = (format: Format, environment: Environment, a: bigint, b: bigint) => bigint;

/** Tries the host first. */
const binary =
  (exact: typeof arithmetic.add, operation: HostOperation): Binary =>
  (format, environment, a, b) => {
    const fast = format === "half" ? undefined : onHost(operation, format, environment, a, b);
    return fast ?? exact(layouts[format], environment, a, b);
  };

export const add = binary(arithmetic.add, hostOperations.add);
export const subtract = binary(arithmetic.subtract, hostOperations.subtract);
export const multiply = binary(arithmetic.multiply, hostOperations.multiply);
export const divide = binary(arithmetic.divide, hostOperations.divide);

/** The square root. */
export function squareRoot(format: Format, environment: Environment, a: bigint): bigint {
  const operation = hostOperations.squareRoot;
  const fast = format === "half" ? undefined : onHost(operation, format, environment, a, 0n);
  return fast ?? arithmetic.squareRoot(layouts[format], environment, a);
}

/** a · b + c, rounded once. The host has no fused operation, so always exactly. */
export function multiplyAdd(
  format: Format,
  environment: Environment,
  a: bigint,
  b: bigint,
  c: bigint,
): bigint {
  return arithmetic.multiplyAdd(layouts[format], environment, a, b, c);
}

export const equal = (format: Format, environment: Environment, a: bigint, b: bigint): boolean =>
  comparison.equal(layouts[format], environment, a, b);
export const less = (format: Format, environment: Environment, a: bigint, b: bigint): boolean =>
  comparison.less(layouts[format], environment, a, b);
export const lessOrEqual = (
  format: Format,
  environment: Environment,
  a: bigint,
  b: bigint,
): boolean => comparison.lessOrEqual(layouts[format], environment, a, b);
export const minimum: Binary = (format, environment, a, b) =>
  comparison.minimum(layouts[format], environment, a, b);
export const maximum: Binary = (format, environment, a, b) =>
  comparison.maximum(layouts[format], environment, a, b);
/** The NaN that minimum and maximum of IEEE 754-2019 give where a or b is one, else undefined. */
export const propagated = (
  format: Format,
  environment: Environment,
  a: bigint,
  b: bigint,
): bigint | undefined => comparison.propagated(layouts[format], environment, a, b);
/** a rounded to a whole number; inexact is raised only where `isTold`. */
export const roundToWhole = (
  format: Format,
  environment: Environment,
  a: bigint,
  isTold: boolean,
): bigint => conversion.roundToWhole(layouts[format], environment, a, isTold);
/** The double a toward zero, modulo 2^32, 0 to 2^32 − 1. */
export const toWordModulo = (environment: Environment, a: bigint): bigint =>
  conversion.toWordModulo(environment, a);
/** The constant of FLI with a code of 0 to 31. */
export const constantOf = (format: Format, code: number): bigint =>
  conversion.constantOf(layouts[format], code);
export const classify = (format: Format, a: bigint): number =>
  comparison.classify(layouts[format], a);
export const negate = (format: Format, a: bigint): bigint => a ^ layouts[format].signBit;
export const signInject = (format: Format, how: SignInjection, a: bigint, b: bigint): bigint =>
  comparison.signInject(layouts[format], how, a, b);
export const convert = (from: Format, to: Format, environment: Environment, a: bigint): bigint =>
  conversion.convert(layouts[from], layouts[to], environment, a);
export const toInteger = (
  format: Format,
  environment: Environment,
  a: bigint,
  width: number,
  isSigned: boolean,
): bigint => conversion.toInteger(layouts[format], environment, a, width, isSigned);
export const fromInteger = (format: Format, environment: Environment, value: bigint): bigint =>
  conversion.fromInteger(layouts[format], environment, value);
