// biome-ignore-all format: rows of one kind read better by hand
/**
 * The steps on floating-point numbers as WebAssembly, by the host's arithmetic. It rounds to
 * nearest even and tells no flags, so it is used where that is the rounding mode and the inexact
 * flag, which is sticky, is raised; a result that may raise another flag leaves to the evaluator,
 * by its exponent. Where f registers are is for the subclass.
 */
import type { Format, Semantics, SignInjection } from "../../isa/semantics.ts";
import { Access } from "../translation.ts";
import type { Opcode } from "./code.ts";
import { Emitter, Uncommon, type Value } from "./emitter.ts";
import { multiplyAddDouble, multiplyAddSingle } from "./fused-multiply-add.ts";

/** The bits of the exponent field, per format: how many, and how far from bit 0. */
const exponents = {
  single: { type: "i32", shift: 23, mask: 0xff },
  double: { type: "i64", shift: 52, mask: 0x7ff },
} as const;

/** Formats that the host computes with. */
type HostFormat = "single" | "double";

/** Writes the steps of all instructions; subclasses say where operands are. */
export abstract class FloatEmitter<X, F, Rounding>
  extends Emitter<X>
  implements Semantics<Value, Value, Value, X, F, Rounding>
{
  /** The 64 bits of an f register (i64). */
  protected abstract readBits(register: F): Value;
  protected abstract writeBits(register: F, bits: Value): void;
  /** Holds where the rounding mode is `mode` (0 to 4), given statically or by frm. */
  protected abstract roundsBy(rounding: Rounding, mode: number): Value;
  /** Holds where the rounding mode is one of the five that are not reserved. */
  protected abstract roundsByStandard(rounding: Rounding): Value;
  /** Holds where the inexact flag is already raised. */
  protected abstract inexactIsRaised(): Value;
  /** Holds where mstatus.FS is not Off. */
  protected abstract floatIsOn(): Value;

  loadFloat(format: Format, address: Value): Value {
    const { type, bytes } = host(format);
    const linear = this.translate(Access.read, bytes, address);
    return this.loadFrom(type, `${type}.load`, linear);
  }

  storeFloat(format: Format, address: Value, value: Value): void {
    const { type, bytes } = host(format);
    const linear = this.translate(Access.write, bytes, address);
    linear.emit();
    value.emit();
    this.code.memory(`${type}.store`);
  }

  checkFloat(): void {
    this.require(this.floatIsOn());
  }

  /** A reserved mode traps even where nothing is rounded. */
  checkRounding(rounding: Rounding): void {
    this.require(this.roundsByStandard(rounding));
  }

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

  /** Leaves unless a result rounded to nearest raises nothing new but, perhaps, inexact. */
  #requireNearest(rounding: Rounding): void {
    this.require(this.both(this.roundsBy(rounding, 0), this.inexactIsRaised()));
  }

  /** The biased exponent of a value. */
  #exponent(format: HostFormat, value: Value): Value {
    const { type, shift, mask } = exponents[format];
    const from = format === "single" ? "i32.reinterpret_f32" : "i64.reinterpret_f64";
    const shifted = this.operation(type, `${type}.shr_u`, this.operation(type, from, value),
      this.int(type, BigInt(shift)));
    return this.operation(type, `${type}.and`, shifted, this.int(type, BigInt(mask)));
  }

  /** Leaves where the value is infinite or not a number: overflow, invalid, division by 0. */
  #requireFinite(format: HostFormat, value: Value): void {
    const { type, mask } = exponents[format];
    this.require(this.operation("i32", `${type}.ne`, this.#exponent(format, value),
      this.int(type, BigInt(mask))));
  }

  /** Leaves also where it is zero or subnormal, which may be an underflow. */
  #requireNormal(format: HostFormat, value: Value): void {
    const { type, mask } = exponents[format];
    const less = this.operation(type, `${type}.sub`, this.#exponent(format, value),
      this.int(type, 1n));
    this.require(this.operation("i32", `${type}.lt_u`, less, this.int(type, BigInt(mask - 1))));
  }

  #arithmetic(format: Format, rounding: Rounding, name: string, ...operands: Value[]): Value {
    const { type, known } = host(format);
    this.#requireNearest(rounding);
    const result = this.keep(this.operation(type, `${type}.${name}` as Opcode, ...operands));
    // A sum that is tiny is exact, and a square root is never tiny.
    if (name === "mul" || name === "div") this.#requireNormal(known, result);
    else this.#requireFinite(known, result);
    return result;
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
    this.#requireNearest(rounding);
    const result = code.local(type);
    const [x, y, z, sum] = [0, 1, 2, 3].map(() => code.local("f64")) as [
      number, number, number, number];
    for (const [operand, local] of [[a, x], [b, y], [c, z]] as const) {
      operand.emit();
      if (type === "f32") code.op("f64.promote_f32");
      code.set(local);
    }
    if (type === "f32") {
      multiplyAddSingle(code, x, y, z, sum);
      code.get(sum).op("f32.demote_f64").set(result);
    } else {
      code.block((done) => {
        code.block((rare) => {
          multiplyAddDouble(code, x, y, z, result, rare);
          code.br(done);
        });
        this.leave();
      });
    }
    const value: Value = { type, size: 1, emit: () => void code.get(result) };
    this.#requireNormal(known, value);
    return value;
  }

  floatNegate(format: Format, a: Value): Value {
    const { type } = host(format);
    return this.operation(type, `${type}.neg`, a);
  }

  #extreme(format: Format, name: "min" | "max", a: Value, b: Value): Value {
    const { type } = host(format);
    const result = this.keep(this.operation(type, `${type}.${name}`, a, b));
    this.#requireOrdered(type, result, result);
    return result;
  }

  floatMinimum(format: Format, a: Value, b: Value): Value {
    return this.#extreme(format, "min", a, b);
  }
  floatMaximum(format: Format, a: Value, b: Value): Value {
    return this.#extreme(format, "max", a, b);
  }

  /** Leaves where one of the two is not a number. */
  #requireOrdered(type: "f32" | "f64", a: Value, b: Value): void {
    const ordered = (value: Value) => this.operation("i32", `${type}.eq`, value, value);
    this.require(a === b ? ordered(a) : this.both(ordered(a), ordered(b)));
  }

  #floatCompare(format: Format, name: "eq" | "lt" | "le", a: Value, b: Value): Value {
    const { type } = host(format);
    this.#requireOrdered(type, a, b);
    return this.operation("i32", `${type}.${name}`, a, b);
  }

  floatEqual(format: Format, a: Value, b: Value): Value {
    return this.#floatCompare(format, "eq", a, b);
  }
  floatLess(format: Format, a: Value, b: Value): Value {
    return this.#floatCompare(format, "lt", a, b);
  }
  floatLessOrEqual(format: Format, a: Value, b: Value): Value {
    return this.#floatCompare(format, "le", a, b);
  }
  floatClassify(): Value {
    throw new Uncommon();
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

  floatConvert(from: Format, to: Format, rounding: Rounding, a: Value): Value {
    const [source, target] = [host(from), host(to)];
    this.#requireOrdered(source.type, a, a);
    if (target.type === source.type) return a;
    if (target.type === "f64") return this.operation("f64", "f64.promote_f32", a);
    this.#requireNearest(rounding);
    const result = this.keep(this.operation("f32", "f32.demote_f64", a));
    this.#requireNormal("single", result);
    return result;
  }

  floatToInteger(
    format: Format, rounding: Rounding, a: Value, width: 32 | 64, kind: "signed" | "unsigned",
  ): Value {
    const { type } = host(format);
    this.require(this.inexactIsRaised());
    const towardZero = this.roundsBy(rounding, 1);
    const rounded = this.code.local(type);
    towardZero.emit();
    this.code.if(
      () => {
        a.emit();
        this.code.op(`${type}.trunc`).set(rounded);
      },
      () => {
        this.require(this.roundsBy(rounding, 0));
        a.emit();
        this.code.op(`${type}.nearest`).set(rounded);
      },
    );
    const result: Value = { type, size: 1, emit: () => void this.code.get(rounded) };
    // Both limits are powers of 2, so they are exact; a NaN fails the comparison.
    const limit = 2 ** (kind === "signed" ? width - 1 : width);
    const number = (value: number): Value => ({
      type, size: 1,
      emit: () => void (type === "f32" ? this.code.f32(value) : this.code.f64(value)),
    });
    this.require(this.both(
      this.operation("i32", `${type}.ge`, result, number(kind === "signed" ? -limit : 0)),
      this.operation("i32", `${type}.lt`, result, number(limit))));
    const int = width === 32 ? "i32" : "i64";
    const sign = kind === "signed" ? "s" : "u";
    const integer = this.operation(int, `${int}.trunc_${type}_${sign}` as Opcode, result);
    if (width === 32 && this.xlen === 64) return this.operation("i64", "i64.extend_i32_s", integer);
    return integer;
  }

  integerToFloat(
    format: Format, rounding: Rounding, a: Value, width: 32 | 64, kind: "signed" | "unsigned",
  ): Value {
    const { type } = host(format);
    if (width === 64 || type === "f32") this.#requireNearest(rounding);
    const int = width === 32 ? "i32" : "i64";
    const source = width === 32 ? this.low(a) : a;
    const sign = kind === "signed" ? "s" : "u";
    return this.operation(type, `${type}.convert_${int}_${sign}` as Opcode, source);
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