// biome-ignore-all format: rows of one kind read better by hand
/**
 * Whether an operation has rounded, asked after the fact: each function leaves an i32 on the stack
 * that is not 0 where the result of operands differs from the exact one. Sums tell by the error
 * that TwoSum computes (Knuth, "The Art of Computer Programming", section 4.2.2); products,
 * quotients and roots by the zeros at the end of significands, since the product of odd integers is
 * odd and so needs all of its bits. Singles are exact in the arithmetic of doubles.
 *
 * Results are normal (of sums: finite). Where an answer cannot be had, it goes to `unknown`.
 */
import type { Code, Label } from "./code.ts";

/** a + b = r or a − b = r, of either format. */
export function sumIsInexact(
  code: Code, type: "f32" | "f64", a: number, name: "add" | "sub", b: number, r: number,
  unknown: Label,
): void {
  const [back, error] = [code.local(type), code.local(type)];
  code.get(r).get(a).op(`${type}.sub`).set(back);
  code.get(a).get(r).get(back).op(`${type}.sub`).op(`${type}.sub`);
  code.get(b).get(back).op(`${type}.${name === "add" ? "sub" : "add"}`);
  code.op(`${type}.${name}`).set(error);
  // A step has overflowed.
  code.get(error).get(error).op(`${type}.ne`).brIf(unknown);
  code.get(error);
  if (type === "f32") code.f32(0);
  else code.f64(0);
  code.op(`${type}.ne`);
}

const exponent = (code: Code, value: number) => {
  code.get(value).op("i64.reinterpret_f64").i64(52n).op("i64.shr_u").op("i32.wrap_i64");
  code.i32(0x7ff).op("i32.and");
};

/** Zeros below the lowest one of the significand, of a normal number. */
const trailing = (code: Code, value: number) => {
  code.get(value).op("i64.reinterpret_f64").i64(1n << 52n).op("i64.or").op("i64.ctz");
  code.op("i32.wrap_i64");
};

/**
 * a × b = r, of doubles. The odd parts of the significands have 106 bits less their zeros
 * together, or one less where the product does not carry into the next exponent.
 */
export function productIsInexact(
  code: Code, a: number, b: number, r: number, unknown: Label,
): void {
  const [zeros, product, left, right] = [0, 1, 2, 3].map(() => code.local("i32")) as [
    number, number, number, number];
  for (const [value, local] of [[a, left], [b, right], [r, product]] as const) {
    exponent(code, value);
    code.tee(local).i32(1).op("i32.sub").i32(0x7fe).op("i32.ge_u").brIf(unknown);
  }
  trailing(code, a);
  trailing(code, b);
  code.op("i32.add").set(zeros);
  const carries = () =>
    code.get(product).get(left).get(right).op("i32.add").i32(1023).op("i32.sub").op("i32.ne");
  code.get(zeros).i32(52);
  carries();
  code.op("i32.add").op("i32.lt_s");
}

/** a ÷ b = r, of doubles: exact where r × b is exact and a. */
export function quotientIsInexact(
  code: Code, a: number, b: number, r: number, unknown: Label,
): void {
  const product = code.local("f64");
  code.get(r).get(b).op("f64.mul").set(product);
  productIsInexact(code, r, b, product, unknown);
  code.get(product).get(a).op("f64.ne").op("i32.or");
}

/** promote(left) × promote(right) ≠ promote(wanted), of singles. */
export function singleProductDiffers(
  code: Code, left: number, right: number, wanted: number,
): void {
  code.get(left).op("f64.promote_f32").get(right).op("f64.promote_f32").op("f64.mul");
  code.get(wanted).op("f64.promote_f32").op("f64.ne");
}

/** Sets `sum` and `error` to a ± b and what that lost (TwoSum), of doubles. */
function sumAndError(
  code: Code, a: number, name: "add" | "sub", b: number, sum: number, error: number,
): void {
  const back = code.local("f64");
  code.get(a).get(b).op(`f64.${name}`).tee(sum).get(a).op("f64.sub").set(back);
  code.get(a).get(sum).get(back).op("f64.sub").op("f64.sub");
  code.get(b).get(back).op(`f64.${name === "add" ? "sub" : "add"}`).op(`f64.${name}`).set(error);
}

/**
 * a × b + c = r, of doubles. With a fused operation the product and its error are exact, and r is
 * taken from them and c, without loss but in the rarest of cases. Without one, the answer is known
 * only where the product and the sum are exact each.
 */
export function fusedIsInexact(
  code: Code, a: number, b: number, c: number, r: number, hasFused: boolean, unknown: Label,
): void {
  const result = code.local("i32");
  const product = code.local("f64");
  code.get(a).get(b).op("f64.mul").set(product);
  code.get(a).f64(0).op("f64.eq").get(b).f64(0).op("f64.eq").op("i32.or").if(
    () => code.i32(0).set(result),
    () => {
      if (hasFused) fusedDiffers(code, a, b, c, r, product, unknown);
      else {
        productIsInexact(code, a, b, product, unknown);
        code.brIf(unknown);
        sumIsInexact(code, "f64", product, "add", c, r, unknown);
      }
      code.set(result);
    });
  code.get(result);
}

function fusedDiffers(
  code: Code, a: number, b: number, c: number, r: number, product: number, unknown: Label,
): void {
  const [error, sum, lost, rest, restLost, last, lastLost] = Array.from({ length: 7 },
    () => code.local("f64")) as [number, number, number, number, number, number, number];
  // Far from both ends of the range, so that the error is a double.
  exponent(code, product);
  code.i32(128).op("i32.sub").i32(0x7fd - 128).op("i32.gt_u").brIf(unknown);
  code.get(a).vector("f64x2.splat").get(b).vector("f64x2.splat");
  code.get(product).op("f64.neg").vector("f64x2.splat");
  code.vector("f64x2.relaxed_madd").vector("f64x2.extract_lane 0").set(error);
  sumAndError(code, product, "add", c, sum, lost);
  sumAndError(code, sum, "sub", r, rest, restLost);
  sumAndError(code, rest, "add", lost, last, lastLost);
  // Where a step has overflowed, a loss is no number, and so not 0.
  code.get(restLost).f64(0).op("f64.ne").get(lastLost).f64(0).op("f64.ne").op("i32.or");
  code.brIf(unknown);
  code.get(last).get(error).op("f64.neg").op("f64.ne");
}

/** a × b + c = r, of singles: the product is exact in a double. */
export function singleFusedIsInexact(
  code: Code, a: number, b: number, c: number, r: number, unknown: Label,
): void {
  const [product, wide, sum] = [0, 1, 2].map(() => code.local("f64")) as [number, number, number];
  code.get(a).op("f64.promote_f32").get(b).op("f64.promote_f32").op("f64.mul").set(product);
  code.get(c).op("f64.promote_f32").tee(wide).get(product).op("f64.add").set(sum);
  sumIsInexact(code, "f64", product, "add", wide, sum, unknown);
  code.get(sum).get(r).op("f64.promote_f32").op("f64.ne").op("i32.or");
}

/**
 * An integer (a local, i32 or i64) has more than `precision` bits from its highest to its lowest
 * one, and so cannot become a number of that precision unrounded.
 */
export function integerIsInexact(
  code: Code, integer: number, type: "i32" | "i64", isSigned: boolean, precision: 24 | 53,
): void {
  const size = code.local("i64");
  code.get(integer);
  if (type === "i32") code.op(isSigned ? "i64.extend_i32_s" : "i64.extend_i32_u");
  code.set(size);
  if (isSigned) {
    const sign = code.local("i64");
    code.get(size).i64(63n).op("i64.shr_s").tee(sign).get(size).op("i64.xor");
    code.get(sign).op("i64.sub").set(size);
  }
  // Of 0 both counts are 64.
  code.get(size).op("i64.clz").get(size).op("i64.ctz").op("i64.add");
  code.i64(BigInt(64 - precision)).op("i64.lt_u");
}