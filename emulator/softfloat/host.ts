/**
 * The fast path: the host's own IEEE arithmetic, taken only where its result and its flags are
 * those of the exact path. The host rounds to nearest even and tells no flags; so the rounding
 * mode must be that one and the inexact flag, which is sticky, already set. Then the flags can
 * differ only where the result overflows, underflows or is no number, and such results (with all
 * that are not clearly normal) are left to the exact path.
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

/** Holds when results may come from the host at all. */
export function hostAgrees(environment: Environment): boolean {
  return environment.rounding === Rounding.nearestEven && (environment.flags & Flag.inexact) !== 0;
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
