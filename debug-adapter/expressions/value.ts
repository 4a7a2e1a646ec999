/**
 * Values of expressions: reading them from where they are, writing them there, converting them
 * between types as C does, and showing them.
 */
import { badValue, notAvailable } from "../errors.ts";
import {
  bitsToFloat,
  bytesToInteger,
  floatToBits,
  formatFloat,
  formatHex,
  formatInteger,
  formatString,
  integerToBytes,
  isBoxedSingle,
  type Radix,
} from "../formats.ts";
import type { Environment, Place, RegisterPlace } from "./environment.ts";
import { doubleType, floatType, longType, sizeOf, type Type, typeName } from "./types.ts";

/** A value and, where it has one, its place. */
export interface Value {
  readonly type: Type;
  /**
   * Integers and pointers: the number, signed as the type is. Floats: the number. Arrays and code:
   * the address.
   */
  readonly data: bigint | number;
  readonly place?: Place;
}

/** Wraps an integer to its type. */
export function integerValue(type: Extract<Type, { kind: "integer" }>, data: bigint): Value {
  return {
    type,
    data: type.signed ? BigInt.asIntN(type.bits, data) : BigInt.asUintN(type.bits, data),
  };
}

/** The value in a register: `long`, or by what an f register holds `float` or `double`. */
export function registerValue(environment: Environment, place: RegisterPlace, name: string): Value {
  const bits = environment.readRegister(place);
  if (bits === undefined) throw notAvailable(name);
  if (place.kind === "f") {
    const isSingle = environment.flen === 32 || isBoxedSingle(bits);
    const type = isSingle ? floatType : doubleType;
    return { type, data: bitsToFloat(isSingle ? bits & 0xffffffffn : bits, type.bits), place };
  }
  const isSigned = place.kind === "x";
  return { ...integerValue(longType(environment.xlen, isSigned), bits), place };
}

/** The value of that type at an address. */
export function memoryValue(environment: Environment, address: bigint, type: Type): Value {
  const at = BigInt.asUintN(environment.xlen, address);
  const place: Place = { kind: "memory", address: at };
  if (type.kind === "array" || type.kind === "code") return { type, data: at, place };
  const bits = bytesToInteger(environment.readMemory(at, sizeOf(type, environment.xlen)));
  return { ...valueOfBits(type, bits), place };
}

function valueOfBits(type: Type, bits: bigint): Value {
  if (type.kind === "integer") return integerValue(type, bits);
  if (type.kind === "float") return { type, data: bitsToFloat(bits, type.bits) };
  return { type, data: bits };
}

/** The raw bits of a value, as they stand in memory. */
export function bitsOf(value: Value, xlen: 32 | 64): bigint {
  if (value.type.kind === "float") return floatToBits(Number(value.data), value.type.bits);
  return BigInt.asUintN(sizeOf(value.type, xlen) * 8, integerOf(value));
}

/** The value as an integer; floats are cut toward zero. */
export function integerOf(value: Value): bigint {
  if (typeof value.data === "bigint") return value.data;
  if (!Number.isFinite(value.data)) throw badValue(String(value.data), "long");
  return BigInt(Math.trunc(value.data));
}

/** The value converted to a type, as by a cast in C. */
export function convert(value: Value, type: Type, xlen: 32 | 64): Value {
  if (type.kind === "integer") {
    if (type.name === "bool") return { type, data: isTrue(value) ? 1n : 0n };
    return integerValue(type, integerOf(value));
  }
  if (type.kind === "float") {
    const number = Number(value.data);
    return { type, data: type.bits === 32 ? Math.fround(number) : number };
  }
  return { type, data: BigInt.asUintN(xlen, integerOf(value)) };
}

/** Whether C takes the value as true. */
export function isTrue(value: Value): boolean {
  return typeof value.data === "bigint" ? value.data !== 0n : value.data !== 0;
}

/** Sets a place to a value, converted to the type of what is there. */
export function store(environment: Environment, target: Value, place: Place, value: Value): Value {
  const { xlen } = environment;
  if (place.kind === "memory") {
    const converted = convert(value, target.type, xlen);
    const width = sizeOf(target.type, xlen) * 8;
    environment.writeMemory(place.address, integerToBytes(bitsOf(converted, xlen), width));
    return memoryValue(environment, place.address, target.type);
  }
  if (place.kind === "f") {
    // A single written as such (1.5f, or a single's value) is NaN-boxed; all else is a double.
    const type = value.type === floatType || environment.flen === 32 ? floatType : target.type;
    const bits = bitsOf(convert(value, type, xlen), xlen);
    environment.writeRegister(place, boxed(type, bits, environment.flen));
  } else {
    environment.writeRegister(place, BigInt.asUintN(xlen, integerOf(value)));
  }
  return registerValue(environment, place, "the register");
}

/** The bits that an f register holds for a single or double. */
export function boxed(type: Type, bits: bigint, flen: 0 | 32 | 64): bigint {
  return type === floatType && flen === 64 ? bits | 0xffffffff00000000n : bits;
}

/** Array elements that are shown inside of a value's text. */
const shownElements = 16;

/** A value as text. `format` "auto" follows the type. */
export function show(
  environment: Environment,
  value: Value,
  format: Radix | "float" | "string" = "auto",
): string {
  const { type } = value;
  const { xlen } = environment;
  if (type.kind === "array") {
    const isText = format === "auto" && type.of.kind === "integer" && type.of.name === "char";
    if (isText) return formatString(readArray(environment, value, type.count));
    if (format === "string") return textAt(environment, BigInt(value.data));
    const count = Math.min(type.count, shownElements);
    const shown = Array.from({ length: count }, (_, index) =>
      show(environment, elementOf(environment, value, index), format),
    );
    return `{${shown.join(", ")}${type.count > count ? ", …" : ""}}`;
  }
  if (format === "string") return textAt(environment, integerOf(value));
  if (format === "float" && type.kind === "integer" && type.bits >= 32) {
    const bits = type.bits === 64 ? 64 : 32;
    return formatFloat(bitsToFloat(bitsOf(value, xlen), bits), bits);
  }
  if (type.kind === "float") {
    if (format === "auto" || format === "float" || format === "decimal") {
      return formatFloat(Number(value.data), type.bits);
    }
    return formatInteger(bitsOf(value, xlen), type.bits, false, format);
  }
  const radix = format === "float" ? "auto" : format;
  if (type.kind === "integer") {
    const isRegister = value.place !== undefined && value.place.kind !== "memory";
    if (radix === "auto" && isRegister) return describedHex(environment, BigInt(value.data));
    return formatInteger(BigInt(value.data), type.bits, type.signed, radix);
  }
  if (radix === "auto" || radix === "hex") return describedHex(environment, BigInt(value.data));
  return formatInteger(BigInt(value.data), xlen, false, radix);
}

/** The first bytes of an array of characters. */
function readArray(environment: Environment, value: Value, count: number): Uint8Array {
  const bytes = environment.readMemory(BigInt(value.data), Math.min(count, 201));
  // Without a NUL inside, the array itself ends the text.
  return bytes.includes(0) || count > 201 ? bytes : Uint8Array.of(...bytes, 0);
}

/** `0x00010078 <main+4>`. */
export function describedHex(environment: Environment, data: bigint): string {
  const unsigned = BigInt.asUintN(environment.xlen, data);
  const symbol = environment.describe(unsigned);
  return formatHex(unsigned, environment.xlen) + (symbol === undefined ? "" : ` <${symbol}>`);
}

/** Element `index` of an array. */
export function elementOf(environment: Environment, value: Value, index: number): Value {
  const { type } = value;
  if (type.kind !== "array") throw badValue(String(index), typeName(type));
  const offset = BigInt(index * sizeOf(type.of, environment.xlen));
  return memoryValue(environment, BigInt(value.data) + offset, type.of);
}

/** The string at an address, as far as memory goes. */
function textAt(environment: Environment, address: bigint): string {
  const bytes: number[] = [];
  const start = BigInt.asUintN(environment.xlen, address);
  for (let index = 0; index < 201; index++) {
    let byte: number;
    try {
      byte = environment.readMemory(start + BigInt(index), 1)[0]!;
    } catch (error) {
      if (index === 0) throw error;
      break;
    }
    bytes.push(byte);
    if (byte === 0) break;
  }
  return formatString(Uint8Array.from(bytes));
}
