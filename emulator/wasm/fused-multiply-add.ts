// biome-ignore-all format: rows of one kind read better by hand
/**
 * a × b + c rounded once to nearest, from operations that round each time: the exact product and
 * sum as pairs of a value and its error (Dekker; Knuth), the low parts added with rounding to odd,
 * and one last rounding (Boldo and Melquiond, "Emulation of FMA and Correctly Rounded Sums: Proved
 * Algorithms Using Rounding to Odd"). Right while no step overflows or underflows, which the
 * caller makes sure of by the exponents.
 */
import type { Code, Label } from "./code.ts";

/** Splits a double into two halves of 26 bits: 2^27 + 1. */
const splitter = 134217729;

/** Writes a sum and its error: locals of doubles that are read, and two that are set. */
function twoSum(code: Code, a: number, b: number, sum: number, error: number): void {
  const back = code.local("f64");
  code.get(a).get(b).op("f64.add").tee(sum).get(a).op("f64.sub").set(back);
  code.get(a).get(sum).get(back).op("f64.sub").op("f64.sub");
  code.get(b).get(back).op("f64.sub").op("f64.add").set(error);
}

function split(code: Code, a: number, high: number, low: number): void {
  code.f64(splitter).get(a).op("f64.mul").tee(high);
  code.get(high).get(a).op("f64.sub").op("f64.sub").tee(high);
  code.get(a).op("f64.sub").op("f64.neg").set(low);
}

function twoProduct(code: Code, a: number, b: number, product: number, error: number): void {
  const [ah, al, bh, bl] = [0, 1, 2, 3].map(() => code.local("f64")) as [
    number, number, number, number];
  split(code, a, ah, al);
  split(code, b, bh, bl);
  code.get(a).get(b).op("f64.mul").set(product);
  code.get(ah).get(bh).op("f64.mul").get(product).op("f64.sub");
  code.get(ah).get(bl).op("f64.mul").op("f64.add");
  code.get(al).get(bh).op("f64.mul").op("f64.add");
  code.get(al).get(bl).op("f64.mul").op("f64.add").set(error);
}

/** Sets `result` to a + b rounded to odd: an inexact sum gets a last bit of 1. */
function addToOdd(code: Code, a: number, b: number, result: number): void {
  const error = code.local("f64");
  const bits = code.local("i64");
  twoSum(code, a, b, result, error);
  code.get(result).op("i64.reinterpret_f64").set(bits);
  code.get(error).f64(0).op("f64.ne");
  code.get(bits).i64(1n).op("i64.and").op("i64.eqz").op("i32.and").if(() => {
    // Toward the error: one more where error and sum have the same sign, else one less.
    code.get(bits).i64(1n).i64(-1n);
    code.get(error).f64(0).op("f64.gt").get(result).f64(0).op("f64.gt").op("i32.eq");
    code.op("select").op("i64.add").op("f64.reinterpret_i64").set(result);
  });
}

/** Sets `result` to the double a × b + c; goes to `rare` where the exponents are extreme. */
export function multiplyAddDouble(
  code: Code, a: number, b: number, c: number, result: number, rare: Label,
): void {
  const exponent = (value: number) => {
    code.get(value).op("i64.reinterpret_f64").i64(52n).op("i64.shr_u").op("i32.wrap_i64");
    code.i32(0x7ff).op("i32.and");
  };
  // Factors between 2^−480 and 2^480, and a summand between 2^−900 and 2^970, or 0.
  for (const factor of [a, b]) {
    exponent(factor);
    code.i32(1023 - 480).op("i32.sub").i32(960).op("i32.gt_u").brIf(rare);
  }
  exponent(c);
  code.i32(1023 - 900).op("i32.sub").i32(1870).op("i32.gt_u");
  code.get(c).f64(0).op("f64.ne").op("i32.and").brIf(rare);

  const [product, low, sum, sumError, high, highError, odd] =
    Array.from({ length: 7 }, () => code.local("f64")) as [
      number, number, number, number, number, number, number];
  twoProduct(code, a, b, product, low);
  twoSum(code, c, low, sum, sumError);
  twoSum(code, product, sum, high, highError);
  addToOdd(code, sumError, highError, odd);
  code.get(high).get(odd).op("f64.add").set(result);
}

/**
 * Sets `result` to the double that, rounded to single, is a × b + c of singles (given as doubles):
 * the product is exact in a double, and rounding the sum to odd makes the second rounding right.
 */
export function multiplyAddSingle(
  code: Code, a: number, b: number, c: number, result: number,
): void {
  const product = code.local("f64");
  code.get(a).get(b).op("f64.mul").set(product);
  addToOdd(code, product, c, result);
}