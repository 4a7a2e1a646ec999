// biome-ignore-all format: rows of one kind read better by hand
/**
 * The steps on floating-point numbers as WebAssembly, by the host's arithmetic. It rounds to
 * nearest even and tells no flags, so it is used where that is the rounding mode and the inexact
 * flag, which is sticky, is raised; a result that may raise another flag leaves to the evaluator,
 * by its exponent. Where f registers are is for the subclass.
 */
import type { Format, Semantics, SignInjection } from "../../isa/semantics.ts";
import { constantOf } from "../softfloat/index.ts";
import { Access } from "../translation.ts";
import type { Label, Opcode, ValueType } from "./code.ts";
import { Emitter, Uncommon, type Value } from "./emitter.ts";
import { multiplyAddDouble, multiplyAddSingle } from "./fused-multiply-add.ts";
import {
  fusedIsInexact, integerIsInexact, productIsInexact, quotientIsInexact, singleFusedIsInexact,
  singleProductDiffers, sumIsInexact,
} from "./inexact.ts";

/**
 * Results whose rank is not below are ordinary ones: three times the place value of the exponent,
 * doubled. With a bound of 2^32 − 1 instead, all results are looked at.
 */
export const bounds = { single: 3 * 2 ** 24, double: 3 * 2 ** 21 } as const;

/** Formats that the host computes with. */
export type HostFormat = "single" | "double";

/** The operation that rounds to a whole number, by the rounding mode. */
export const wholeModes = ["f64.nearest", "f64.trunc", "f64.floor", "f64.ceil"] as const;
export type WholeMode = (typeof wholeModes)[number];

type Arithmetic = "add" | "sub" | "mul" | "div" | "sqrt";

/** What is asked of a result that is not an ordinary one. */
interface Rare {
  readonly operands: readonly Value[];
  /** Holds where a result of an unusual exponent raises nothing new but, perhaps, inexact. */
  readonly isFine: () => Value;
  /** Whether inexact is not raised then either. */
  readonly fineIsExact: boolean;
  /** Writes what tells of any other result whether it was rounded. */
  readonly isInexact: (unknown: Label) => void;
}

/** Writes the steps of all instructions; subclasses say where operands are. */
export abstract class FloatEmitter<X, F, Rounding>
  extends Emitter<X>
  implements Semantics<Value, Value, Value, X, F, Rounding>
{
  /** The 64 bits of an f register (i64). */
  protected abstract readBits(register: F): Value;
  protected abstract writeBits(register: F, bits: Value): void;
  /**
   * Holds where results may be rounded to nearest even: what is not known yet is left to the bound
   * and to {@link checkMode}.
   */
  protected abstract isNearest(rounding: Rounding): Value;
  protected abstract checkMode(rounding: Rounding): void;
  /** Leaves where the mode is a reserved one, for operations that do not round. */
  protected abstract checkReserved(rounding: Rounding): void;
  /** One of {@link bounds}, or, where inexact may not be raised yet, 2^32 − 1. */
  protected abstract bound(format: HostFormat): Value;
  /** Whether operations find out if they are inexact; else they leave where it is not raised. */
  protected abstract readonly findsInexact: boolean;
  /** Raises inexact, after all that may leave. */
  protected abstract raiseInexact(rounding: Rounding): void;
  /** Sets `whole` to the value that `write` leaves when given the operation for the mode. */
  protected abstract roundWhole(
    rounding: Rounding, write: (mode: WholeMode) => void, whole: number,
  ): void;
  /** Holds where the inexact flag is already raised. */
  protected abstract inexactIsRaised(): Value;
  /** Holds where mstatus.FS is not Off. */
  protected abstract floatIsOn(): Value;

  loadFloat(format: Format, address: Value): Value {
    const { type, bytes } = host(format);
    return this.loadFrom(type, `${type}.load`, this.translate(Access.read, bytes, address));
  }

  storeFloat(format: Format, address: Value, value: Value): void {
    const { type, bytes } = host(format);
    const { index, offset } = this.translate(Access.write, bytes, address);
    index.emit();
    value.emit();
    this.code.memory(`${type}.store`, offset);
  }

  checkFloat(): void {
    this.require(this.floatIsOn());
  }

  /** Each step sees to the mode that it is given; a reserved one traps even where nothing is rounded. */
  checkRounding(): void {}

  readF(format: Format, register: F): Value {
    const { type } = host(format);
    const bits = this.readBits(register);
    if (format === "double" || this.layout.flen === 32) return this.#fromBits(type, bits);
    const boxed = this.operation("i64", "i64.shr_u", bits, this.int("i64", 32n));
    this.require(this.operation("i32", "i64.eq", boxed, this.int("i64", 0xffff_ffffn)));
    return this.#fromBits(type, bits);
  }

  readRawF(format: Format, register: F): Value {
    return this.#fromBits(host(format).type, this.readBits(register));
  }

  #fromBits(type: "f32" | "f64", bits: Value): Value {
    if (type === "f64") return this.keep(this.operation("f64", "f64.reinterpret_i64", bits));
    const low = this.operation("i32", "i32.wrap_i64", bits);
    return this.keep(this.operation("f32", "f32.reinterpret_i32", low));
  }

  writeF(format: Format, register: F, value: Value): void {
    if (host(format).type === "f64") {
      this.writeBits(register, this.operation("i64", "i64.reinterpret_f64", value));
      return;
    }
    const low = this.operation("i64", "i64.extend_i32_u",
      this.operation("i32", "i32.reinterpret_f32", value));
    const boxes = this.int("i64", 0xffff_ffff_0000_0000n);
    this.writeBits(register,
      this.layout.flen === 32 ? low : this.operation("i64", "i64.or", low, boxes));
  }

  #startRounding(rounding: Rounding): void {
    const isNearest = this.isNearest(rounding);
    if (isNearest.known === false) throw new Uncommon();
    this.require(isNearest);
  }

  // Results. -------------------------------------------------------------------------------------
  /**
   * An i32 that tells, compared without sign with {@link bounds}, what became of a result: it is
   * below where that is infinite or no number. Where `tiny` holds, it is below for the two lowest
   * exponents, too (the least normal number may have been rounded up from a tiny one, which is an
   * underflow); where not, for some of the highest. (The sign is shifted out; then the bias makes
   * the exponents at both ends of the range neighbours.)
   */
  #rank(format: HostFormat, result: Value, tiny: boolean): Value {
    const bits = format === "single"
      ? this.operation("i32", "i32.reinterpret_f32", result)
      : this.operation("i32", "i32.wrap_i64", this.operation("i64", "i64.shr_u",
          this.operation("i64", "i64.reinterpret_f64", result), this.int("i64", 32n)));
    const bias = tiny ? bounds[format] / 3 : bounds[format];
    return this.keep(this.operation("i32", "i32.add",
      this.operation("i32", "i32.shl", bits, this.int("i32", 1n)), this.int("i32", BigInt(bias))));
  }

  /**
   * Sees to the flags of a rounded result. Where the exponent is an ordinary one and inexact is
   * raised already, nothing is to do, and that costs one comparison.
   */
  #checkResult(format: HostFormat, rounding: Rounding, result: Value, tiny: boolean, rare: Rare) {
    const { code } = this;
    const rank = this.#rank(format, result, tiny);
    this.operation("i32", "i32.lt_u", rank, this.bound(format)).emit();
    code.if(() => {
      this.checkMode(rounding);
      code.block((done) => {
        // What comes of an infinite operand is exact.
        const infinite = rare.operands.map((operand) => this.#isInfinite(operand));
        this.both(this.#isInfinite(result), infinite.reduce((a, b) => this.#either(a, b))).emit();
        code.brIf(done);
        if (!this.findsInexact) {
          this.require(rare.isFine());
          return;
        }
        this.operation("i32", "i32.lt_u", rank, this.int("i32", BigInt(bounds[format]))).emit();
        code.if(() => {
          this.require(rare.isFine());
          if (rare.fineIsExact) code.br(done);
        });
        this.#findInexact(rounding, done, rare.isInexact);
      });
    });
  }

  /** Holds where inexact may not be raised yet, or frm may not be to nearest. */
  protected isUnready(): Value {
    return this.operation("i32", "i32.eq", this.bound("double"), this.int("i32", -1n));
  }

  /** Sees to the inexact flag alone, where that is not known to be raised. */
  #checkInexact(rounding: Rounding, isInexact: (unknown: Label) => void): void {
    if (!this.findsInexact) return;
    this.isUnready().emit();
    this.code.if(() => {
      this.checkMode(rounding);
      this.code.block((done) => this.#findInexact(rounding, done, isInexact));
    });
  }

  #findInexact(rounding: Rounding, done: Label, isInexact: (unknown: Label) => void): void {
    const { code } = this;
    code.block((unknown) => {
      isInexact(unknown);
      code.op("i32.eqz").brIf(done);
      this.raiseInexact(rounding);
      code.br(done);
    });
    this.leave();
  }

  #number(type: "f32" | "f64", value: number): Value {
    const emit = () => void (type === "f32" ? this.code.f32(value) : this.code.f64(value));
    return { type, size: 1, emit };
  }

  #either(a: Value, b: Value): Value {
    return this.operation("i32", "i32.or", a, b);
  }

  #isInfinite(value: Value): Value {
    const type = value.type as "f32" | "f64";
    const size = this.operation(type, `${type}.abs`, value);
    return this.operation("i32", `${type}.eq`, size, this.#number(type, Infinity));
  }

  #isZero(value: Value): Value {
    const type = value.type as "f32" | "f64";
    return this.operation("i32", `${type}.eq`, value, this.#number(type, 0));
  }

  /** A value in a local, by its index. */
  #local(value: Value): number {
    const local = this.code.local(value.type);
    value.emit();
    this.code.set(local);
    return local;
  }

  #of(type: ValueType, local: number): Value {
    return { type, size: 1, emit: () => void this.code.get(local) };
  }

  // Arithmetic. ----------------------------------------------------------------------------------
  #arithmetic(format: Format, rounding: Rounding, name: Arithmetic, ...operands: Value[]): Value {
    const { code } = this;
    const { type, known } = host(format);
    this.#startRounding(rounding);
    const locals = operands.map((operand) => this.#local(operand));
    const [a, b] = locals as [number, number];
    const values = locals.map((local) => this.#of(type, local)) as [Value, Value];
    const result = this.keep(this.operation(type, `${type}.${name}`, ...values));
    const r = this.#local(result);
    const isSum = name === "add" || name === "sub";
    // A sum that is tiny is exact, and a square root is never tiny.
    this.#checkResult(known, rounding, result, name === "mul" || name === "div", {
      operands: values.slice(0, operands.length),
      fineIsExact: !isSum,
      isFine: () => {
        if (isSum) {
          const size = this.operation(type, `${type}.abs`, result);
          return this.operation("i32", `${type}.lt`, size, this.#number(type, Infinity));
        }
        const isZero = this.#isZero(result);
        const zeros = name === "mul" ? this.#either(this.#isZero(values[0]), this.#isZero(values[1]))
          : this.#isZero(values[0]);
        return this.both(isZero, zeros);
      },
      isInexact: (unknown) => {
        if (name === "add" || name === "sub") sumIsInexact(code, type, a, name, b, r, unknown);
        else if (type === "f32") {
          if (name === "mul") singleProductDiffers(code, a, b, r);
          else singleProductDiffers(code, r, name === "div" ? b : r, a);
        } else if (name === "mul") productIsInexact(code, a, b, r, unknown);
        else quotientIsInexact(code, a, name === "div" ? b : r, r, unknown);
      },
    });
    return { ...result, isNumber: true };
  }

  floatAdd(format: Format, rounding: Rounding, a: Value, b: Value): Value {
    return this.#arithmetic(format, rounding, "add", a, b);
  }
  floatSubtract(format: Format, rounding: Rounding, a: Value, b: Value): Value {
    return this.#arithmetic(format, rounding, "sub", a, b);
  }
  floatMultiply(format: Format, rounding: Rounding, a: Value, b: Value): Value {
    return this.#arithmetic(format, rounding, "mul", a, b);
  }
  floatDivide(format: Format, rounding: Rounding, a: Value, b: Value): Value {
    return this.#arithmetic(format, rounding, "div", a, b);
  }
  floatSquareRoot(format: Format, rounding: Rounding, a: Value): Value {
    return this.#arithmetic(format, rounding, "sqrt", a);
  }

  floatMultiplyAdd(format: Format, rounding: Rounding, a: Value, b: Value, c: Value): Value {
    const { code } = this;
    const { type, known } = host(format);
    this.#startRounding(rounding);
    const isNegated = this.layout.fused && a.negated !== undefined;
    const factor = isNegated ? (a.negated as Value) : a;
    const locals = [factor, b, c].map((value) => this.#local(value)) as [number, number, number];
    const result = this.keep(this.layout.fused
      ? this.#fused(type, isNegated, locals) : this.#fusedByParts(type, locals));
    const r = this.#local(result);
    const [x, y, z] = locals.map((local) => this.#of(type, local)) as [Value, Value, Value];
    this.#checkResult(known, rounding, result, true, {
      operands: [x, y, z],
      fineIsExact: true,
      // Of a summand that large, no product differs by less than can be told from 0.
      isFine: () => {
        const size = this.operation(type, `${type}.abs`, z);
        const isLarge = this.operation("i32", `${type}.ge`, size,
          this.#number(type, type === "f32" ? 2 ** -80 : 2 ** -960));
        const isProductZero = this.#either(this.#isZero(x), this.#isZero(y));
        return this.both(this.#isZero(result), this.#either(isLarge, isProductZero));
      },
      isInexact: (unknown) => {
        const left = isNegated ? this.#local(this.floatNegate(format, x)) : locals[0];
        if (type === "f32") singleFusedIsInexact(code, left, locals[1], locals[2], r, unknown);
        else fusedIsInexact(code, left, locals[1], locals[2], r, this.layout.fused, unknown);
      },
    });
    return { ...result, isNumber: true };
  }

  /** a × b + c, or −(a × b) + c, by the host's fused operation. */
  #fused(type: "f32" | "f64", isNegated: boolean, locals: readonly number[]): Value {
    const lanes = type === "f32" ? "f32x4" : "f64x2";
    const emit = () => {
      for (const local of locals) this.code.get(local).vector(`${lanes}.splat`);
      this.code.vector(`${lanes}.${isNegated ? "relaxed_nmadd" : "relaxed_madd"}`);
      this.code.vector(`${lanes}.extract_lane 0`);
    };
    return { type, size: 8, emit };
  }

  #fusedByParts(type: "f32" | "f64", locals: readonly [number, number, number]): Value {
    const { code } = this;
    const result = code.local("f64");
    if (type === "f32") {
      const wide = locals.map((local) =>
        this.#local(this.operation("f64", "f64.promote_f32", this.#of(type, local))));
      const [x, y, z] = wide as [number, number, number];
      multiplyAddSingle(code, x, y, z, result);
      return this.operation("f32", "f32.demote_f64", this.#of("f64", result));
    }
    const [x, y, z] = locals;
    code.block((done) => {
      code.block((rare) => {
        multiplyAddDouble(code, x, y, z, result, rare);
        code.br(done);
      });
      // A product of 0 is exact, so that the sum is rounded once.
      this.require(this.#either(this.#isZero(this.#of("f64", x)), this.#isZero(this.#of("f64", y))));
      code.get(x).get(y).op("f64.mul").get(z).op("f64.add").set(result);
    });
    return this.#of("f64", result);
  }

  floatNegate(format: Format, a: Value): Value {
    const { type } = host(format);
    return { ...this.operation(type, `${type}.neg`, a), negated: a };
  }

  // Comparisons. ---------------------------------------------------------------------------------
  #extreme(format: Format, name: "min" | "max", a: Value, b: Value): Value {
    const { type } = host(format);
    const result = this.keep(this.operation(type, `${type}.${name}`, a, b));
    this.#requireNumbers(type, result);
    return { ...result, isNumber: true };
  }

  floatMinimum(format: Format, a: Value, b: Value): Value {
    return this.#extreme(format, "min", a, b);
  }
  floatMaximum(format: Format, a: Value, b: Value): Value {
    return this.#extreme(format, "max", a, b);
  }

  /** Holds where none of the values is a NaN; the sum of opposite infinities is one. */
  #areNumbers(type: "f32" | "f64", ...values: Value[]): Value {
    const unsure = values.filter(({ isNumber }) => isNumber !== true);
    const [a, b] = unsure;
    if (a === undefined) return this.truthOf(true);
    const sum = b === undefined ? a : this.keep(this.operation(type, `${type}.add`, a, b));
    return this.operation("i32", `${type}.eq`, sum, sum);
  }

  #requireNumbers(type: "f32" | "f64", ...values: Value[]): void {
    this.require(this.#areNumbers(type, ...values));
  }

  #floatCompare(format: Format, name: "lt" | "le", a: Value, b: Value): Value {
    const { type } = host(format);
    const [x, y] = [this.#kept(a), this.#kept(b)];
    this.#requireNumbers(type, x, y);
    return this.operation("i32", `${type}.${name}`, x, y);
  }

  /** In a local, with what is known of it. */
  #kept(value: Value): Value {
    const kept = value.size === 1 ? value : this.keep(value);
    return value.isNumber === true ? { ...kept, isNumber: true } : kept;
  }

  /** A quiet NaN equals nothing, and raises nothing. */
  floatEqual(format: Format, a: Value, b: Value): Value {
    const { type } = host(format);
    const [x, y] = [this.#kept(a), this.#kept(b)];
    const numbers = this.#areNumbers(type, x, y);
    if (numbers.known !== true) {
      numbers.emit();
      this.code.op("i32.eqz").if(() => {
        this.require(this.not(this.#either(this.#isSignaling(type, x), this.#isSignaling(type, y))));
      });
    }
    return this.operation("i32", `${type}.eq`, x, y);
  }
  floatLess(format: Format, a: Value, b: Value): Value {
    return this.#floatCompare(format, "lt", a, b);
  }
  floatLessOrEqual(format: Format, a: Value, b: Value): Value {
    return this.#floatCompare(format, "le", a, b);
  }

  /** The bits without the sign, an integer; and what numbers they are compared with. */
  #magnitude(type: "f32" | "f64", value: Value): {
    bits: Value; isAbove: (a: Value, limit: bigint) => Value; infinity: bigint; quiet: bigint;
  } {
    const int = type === "f32" ? "i32" : "i64";
    const infinity = type === "f32" ? 0xffn << 23n : 0x7ffn << 52n;
    const bits = this.keep(this.operation(int, `${int}.reinterpret_${type}` as Opcode,
      this.operation(type, `${type}.abs`, value)));
    return {
      bits, infinity,
      quiet: infinity | (type === "f32" ? 1n << 22n : 1n << 51n),
      isAbove: (a, limit) => this.operation("i32", `${int}.gt_u`, a, this.int(int, limit)),
    };
  }

  #isSignaling(type: "f32" | "f64", value: Value): Value {
    const { bits, isAbove, infinity, quiet } = this.#magnitude(type, value);
    return this.both(isAbove(bits, infinity), this.not(isAbove(bits, quiet - 1n)));
  }

  /** The classes of numbers are counted from the infinite ones: 0 to 3 below 0, 7 to 4 above. */
  floatClassify(format: Format, a: Value): Value {
    const { code } = this;
    const { type } = host(format);
    const value = this.keep(a);
    const { bits, isAbove, infinity, quiet } = this.#magnitude(type, value);
    const least = type === "f32" ? 1n << 23n : 1n << 52n;
    const count = (...conditions: Value[]) =>
      conditions.reduce((sum, one) => this.operation("i32", "i32.add", sum, one));
    const steps = this.keep(count(this.not(isAbove(bits, infinity - 1n)),
      this.not(isAbove(bits, least - 1n)), this.not(isAbove(bits, 0n))));
    const isNegative = this.operation("i32", `${type}.lt`,
      this.operation(type, `${type}.copysign`, this.#number(type, 1), value), this.#number(type, 0));
    const place = code.local("i32");
    isAbove(bits, infinity).emit();
    code.if(() => {
      count(this.int("i32", 8n), isAbove(bits, quiet - 1n)).emit();
      code.set(place);
    }, () => {
      steps.emit();
      this.operation("i32", "i32.sub", this.int("i32", 7n), steps).emit();
      isNegative.emit();
      code.op("select").set(place);
    });
    return this.truth(this.operation("i32", "i32.shl", this.int("i32", 1n), this.#of("i32", place)));
  }

  floatSignInject(format: Format, how: SignInjection, a: Value, b: Value): Value {
    const { type } = host(format);
    if (how === "copy") return this.operation(type, `${type}.copysign`, a, b);
    if (how === "negate") {
      return this.operation(type, `${type}.copysign`, a, this.floatNegate(format, b));
    }
    const int = type === "f32" ? "i32" : "i64";
    const bits = (value: Value) =>
      this.operation(int, `${int}.reinterpret_${type}` as Opcode, value);
    const sign = this.operation(int, `${int}.and`, bits(b),
      this.int(int, type === "f32" ? 0x8000_0000n : 1n << 63n));
    const result = this.operation(int, `${int}.xor`, bits(a), sign);
    return this.operation(type, `${type}.reinterpret_${int}` as Opcode, result);
  }

  /** To whole numbers and modulo 2^32: programs seldom do it, so it is left to the evaluator. */
  floatRound(): Value { throw new Uncommon(); }
  floatToWordModulo(): Value { throw new Uncommon(); }

  floatConstant(format: Format, code: Value): Value {
    const { type } = host(format);
    if (typeof code.known !== "bigint" && typeof code.known !== "number") throw new Uncommon();
    const bits = constantOf(format, Number(code.known));
    const int = type === "f32" ? "i32" : "i64";
    return this.operation(type, `${type}.reinterpret_${int}` as Opcode, this.int(int, bits));
  }

  floatUpperWord(a: Value): Value {
    const bits = this.operation("i64", "i64.reinterpret_f64", a);
    return this.operation("i32", "i32.wrap_i64",
      this.operation("i64", "i64.shr_u", bits, this.int("i64", 32n)));
  }
  floatFromWords(low: Value, high: Value): Value {
    const upper = this.operation("i64", "i64.shl",
      this.operation("i64", "i64.extend_i32_u", high), this.int("i64", 32n));
    const bits = this.operation("i64", "i64.or",
      this.operation("i64", "i64.extend_i32_u", low), upper);
    return this.operation("f64", "f64.reinterpret_i64", bits);
  }

  // Conversions. ---------------------------------------------------------------------------------
  floatConvert(from: Format, to: Format, rounding: Rounding, a: Value): Value {
    const [source, target] = [host(from), host(to)];
    const value = this.#kept(a);
    if (target.type === source.type || target.type === "f64") {
      this.checkReserved(rounding);
      this.#requireNumbers(source.type, value);
      const result = target.type === source.type
        ? value : this.keep(this.operation("f64", "f64.promote_f32", value));
      return { ...result, isNumber: true };
    }
    this.#startRounding(rounding);
    const result = this.keep(this.operation("f32", "f32.demote_f64", value));
    this.#checkResult("single", rounding, result, true, {
      operands: [value],
      fineIsExact: true,
      isFine: () => this.#isZero(value),
      isInexact: () => {
        this.operation("i32", "f64.ne", this.operation("f64", "f64.promote_f32", result), value).emit();
      },
    });
    return { ...result, isNumber: true };
  }

  /**
   * Rounds to a whole number, in double. One of 32 bits is the lower half of the bits of its sum
   * with 1.5 × 2^52, and one that is out of range does not come back from there.
   */
  floatToInteger(
    format: Format, rounding: Rounding, a: Value, width: 32 | 64, kind: "signed" | "unsigned",
  ): Value {
    const { code } = this;
    const value = this.keep(host(format).type === "f64"
      ? a : this.operation("f64", "f64.promote_f32", a));
    const rounded = code.local("f64");
    this.roundWhole(rounding, (mode) => {
      value.emit();
      code.op(mode);
    }, rounded);
    const whole = this.#of("f64", rounded);
    const sign = kind === "signed" ? "s" : "u";
    let integer: Value;
    if (width === 32) {
      const biased = this.operation("f64", "f64.add", whole, this.#number("f64", 1.5 * 2 ** 52));
      integer = this.keep(this.operation("i32", "i32.wrap_i64",
        this.operation("i64", "i64.reinterpret_f64", biased)));
      const back = this.operation("f64", `f64.convert_i32_${sign}`, integer);
      this.require(this.operation("i32", "f64.eq", back, whole));
    } else {
      // Both limits are powers of 2, so they are exact; a NaN fails the comparison.
      const limit = 2 ** (kind === "signed" ? 63 : 64);
      this.require(this.both(
        this.operation("i32", "f64.ge", whole, this.#number("f64", kind === "signed" ? -limit : 0)),
        this.operation("i32", "f64.lt", whole, this.#number("f64", limit))));
      integer = this.keep(this.operation("i64", `i64.trunc_f64_${sign}`, whole));
    }
    const differs = () => this.operation("i32", "f64.ne", whole, value);
    if (this.findsInexact) this.#checkInexact(rounding, () => differs().emit());
    else this.require(this.#either(this.inexactIsRaised(), this.not(differs())));
    if (width === 32 && this.xlen === 64) return this.operation("i64", "i64.extend_i32_s", integer);
    return integer;
  }

  integerToFloat(
    format: Format, rounding: Rounding, a: Value, width: 32 | 64, kind: "signed" | "unsigned",
  ): Value {
    const { type } = host(format);
    const int = width === 32 ? "i32" : "i64";
    const source = this.keep(width === 32 ? this.low(a) : a);
    if (width === 64 || type === "f32") {
      const isInexact = () => integerIsInexact(this.code, this.#local(source), int,
        kind === "signed", type === "f32" ? 24 : 53);
      const isNearest = this.isNearest(rounding);
      if (isNearest.known === true) {
        this.#checkInexact(rounding, isInexact);
      } else {
        // In any other mode, too, what is exact is right.
        this.not(isNearest).emit();
        this.code.if(() => {
          this.checkReserved(rounding);
          isInexact();
          this.leaveIf();
        });
      }
    } else {
      this.checkReserved(rounding);
    }
    const sign = kind === "signed" ? "s" : "u";
    const result = this.operation(type, `${type}.convert_${int}_${sign}` as Opcode, source);
    return { ...result, isNumber: true };
  }

  floatBits(format: Format, a: Value): Value {
    if (host(format).type === "f64") return this.operation("i64", "i64.reinterpret_f64", a);
    const bits = this.operation("i32", "i32.reinterpret_f32", a);
    return this.xlen === 64 ? this.operation("i64", "i64.extend_i32_s", bits) : bits;
  }

  floatFromBits(format: Format, a: Value): Value {
    if (host(format).type === "f64") return this.operation("f64", "f64.reinterpret_i64", a);
    return this.operation("f32", "f32.reinterpret_i32", this.low(a));
  }
}

/** How the host computes with a format; binary16 is left to the evaluator. */
function host(format: Format) {
  if (format === "half") throw new Uncommon();
  return format === "single"
    ? ({ type: "f32", bytes: 4, known: format } as const)
    : ({ type: "f64", bytes: 8, known: format } as const);
}