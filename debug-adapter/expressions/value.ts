/**
 * Values of expressions: reading them from where they are, writing them there, converting them
 * between types as C does, and showing them.
 */
import {
  badValue,
  noInstruction,
  notAvailable,
  optimisedOut,
  optimisedOutId,
  RequestError,
} from "../errors.ts";
import {
  bitsToFloat,
  bytesToInteger,
  floatToBits,
  formatAddress,
  formatCharacter,
  formatFloat,
  formatHex,
  formatInteger,
  formatString,
  integerToBytes,
  isBoxedSingle,
  type ValueFormat,
} from "../formats.ts";
import { activeVariant, elementsOf, isTuple, membersNow, textOf } from "./contents.ts";
import type { BytePlace, Environment, Place, RegisterPlace } from "./environment.ts";
import {
  doubleType,
  enumeratorText,
  floatType,
  isCharacter,
  longType,
  type Member,
  sizeOf,
  type Type,
  typeName,
} from "./types.ts";

/** A value and, where it has one, its place. */
export interface Value {
  readonly type: Type;
  /**
   * Integers and pointers: the number, signed as the type is. Floats: the number. Arrays,
   * structures and code: the address, 0 where they have none.
   */
  readonly data: bigint | number;
  readonly place?: Place;
  /** Of a pointer without a value: what is so many bytes from where it points to. */
  readonly pointee?: (type: Type, distance: number) => Value;
  /** What is said behind the value: where in the run it was so. */
  readonly remark?: string;
  /** The same as a count of instructions. */
  readonly at?: bigint;
  /** Of a text as it was written: its bytes, which are nowhere in the program. */
  readonly text?: Uint8Array;
  /** Whether it is a number as it was written, whose type C would choose. */
  readonly isLiteral?: boolean;
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
  return placedValue(environment, { kind: "memory", address: at }, type);
}

/** The value of that type at a place; a reference is what it refers to. */
export function placedValue(environment: Environment, place: BytePlace, type: Type): Value {
  const { kind } = type;
  if (kind === "array" || kind === "code" || kind === "structure") {
    return { type, data: place.kind === "memory" ? place.address : 0n, place };
  }
  if (type.kind === "reference" && place.kind === "storage" && place.storage.pointee) {
    return place.storage.pointee(type.to, 0);
  }
  const pointee = place.kind === "storage" ? place.storage.pointee : undefined;
  if (type.kind === "pointer" && pointee !== undefined) return valuelessPointer(type, pointee);
  const bits = readBits(environment, place, type);
  if (type.kind === "reference") {
    if (type.to.kind === "code") return { type: { kind: "pointer", to: type.to }, data: bits };
    return memoryValue(environment, bits, type.to);
  }
  return { ...valueOfBits(type, bits), place };
}

/**
 * A pointer without a value: who follows it comes to what it points to, who asks for its value is
 * told that there is none.
 */
export function valuelessPointer(
  type: Extract<Type, { kind: "pointer" }>,
  pointee: (type: Type, distance: number) => Value,
): Value {
  return {
    type,
    get data(): bigint {
      throw optimisedOut("The value of this pointer");
    },
    pointee,
  };
}

/** The bytes at a place. */
export function readPlace(environment: Environment, place: BytePlace, length: number): Uint8Array {
  return place.kind === "memory"
    ? environment.readMemory(place.address, length)
    : place.storage.read(place.offset, length);
}

/** The place so many bytes further. */
export function shiftPlace(environment: Environment, place: BytePlace, bytes: number): BytePlace {
  return place.kind === "memory"
    ? {
        kind: "memory",
        address: BigInt.asUintN(environment.xlen, place.address + BigInt(bytes)),
      }
    : { kind: "storage", storage: place.storage, offset: place.offset + bytes };
}

function readBits(environment: Environment, place: BytePlace, type: Type): bigint {
  const { bits } = place;
  if (bits === undefined) {
    return bytesToInteger(readPlace(environment, place, sizeOf(type, environment.xlen)));
  }
  const isSigned = type.kind === "integer" && type.signed;
  if (place.kind === "storage" && place.storage.readBits !== undefined) {
    const found = place.storage.readBits(8 * place.offset + bits.offset, bits.size);
    return isSigned ? BigInt.asIntN(bits.size, found) : found;
  }
  const whole = bytesToInteger(readPlace(environment, place, (bits.offset + bits.size + 7) >> 3));
  const field = BigInt.asUintN(bits.size, whole >> BigInt(bits.offset));
  return isSigned ? BigInt.asIntN(bits.size, field) : field;
}

function writeBits(environment: Environment, place: BytePlace, type: Type, value: bigint): void {
  const { bits } = place;
  let bytes = integerToBytes(value, sizeOf(type, environment.xlen) * 8);
  if (bits !== undefined) {
    const length = (bits.offset + bits.size + 7) >> 3;
    const old = bytesToInteger(readPlace(environment, place, length));
    const mask = ((1n << BigInt(bits.size)) - 1n) << BigInt(bits.offset);
    bytes = integerToBytes((old & ~mask) | ((value << BigInt(bits.offset)) & mask), length * 8);
  }
  if (place.kind === "memory") environment.writeMemory(place.address, bytes);
  else place.storage.write(place.offset, bytes);
}

/** Whether a place is bytes, not a register of its own type. */
export function isBytes(place: Place | undefined): place is BytePlace {
  return place?.kind === "memory" || place?.kind === "storage";
}

/** A member of a structure. */
export function memberOf(environment: Environment, value: Value, member: Member): Value {
  if (member.isStatic === true) {
    if (member.address === undefined) throw notAvailable(member.name);
    return memoryValue(environment, member.address, member.type);
  }
  if (!isBytes(value.place)) throw notAvailable(member.name);
  const place = shiftPlace(environment, value.place, member.offset);
  return placedValue(
    environment,
    member.bits === undefined ? place : { ...place, bits: member.bits },
    member.type,
  );
}

/** Structures within structures are searched this deep. */
const deepestMember = 32;

/** A member by name, of the structure itself, of an anonymous part of it, or of a base. */
export function findMember(
  environment: Environment,
  value: Value,
  name: string,
  depth = 0,
): Value | undefined {
  const { type } = value;
  if (type.kind !== "structure" || depth > deepestMember) return undefined;
  const own = type.members.find((member) => member.name === name && member.isBase !== true);
  if (own !== undefined) return memberOf(environment, value, own);
  for (const member of type.members) {
    const isInside = member.name === "" || member.isBase === true;
    if (!isInside || member.type.kind !== "structure") continue;
    const inner = memberOf(environment, value, member);
    const found = findMember(environment, inner, name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
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
  if (value.type.kind === "structure") throw badValue(typeName(value.type), "a number");
  if (typeof value.data === "bigint") return value.data;
  if (!Number.isFinite(value.data)) throw badValue(String(value.data), "long");
  return BigInt(Math.trunc(value.data));
}

/** The value converted to a type, as by a cast in C. */
export function convert(value: Value, type: Type, xlen: 32 | 64): Value {
  if (type.kind === "integer") {
    if (type.name === "bool" || type.name === "_Bool")
      return { type, data: isTrue(value) ? 1n : 0n };
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
  if (isBytes(place)) {
    if (target.type.kind === "structure" || target.type.kind === "array") {
      return storeWhole(environment, target, place, value);
    }
    const converted = convert(value, target.type, xlen);
    writeBits(environment, place, target.type, bitsOf(converted, xlen));
    return placedValue(environment, place, target.type);
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

/** Copies a structure or array of the same size. */
function storeWhole(
  environment: Environment,
  target: Value,
  place: BytePlace,
  value: Value,
): Value {
  const size = sizeOf(target.type, environment.xlen);
  const isSame = value.type.kind === target.type.kind && isBytes(value.place);
  if (!isSame || sizeOf(value.type, environment.xlen) !== size) {
    throw badValue("a value of another type", typeName(target.type));
  }
  const bytes = readPlace(environment, value.place as BytePlace, size);
  if (place.kind === "memory") environment.writeMemory(place.address, bytes);
  else place.storage.write(place.offset, bytes);
  return target;
}

/** The bits that an f register holds for a single or double. */
export function boxed(type: Type, bits: bigint, flen: 0 | 32 | 64): bigint {
  return type === floatType && flen === 64 ? bits | 0xffffffff00000000n : bits;
}

/** Array elements and members that are shown inside of a value's text. */
const shownElements = 16;
/** Structures within structures are shown as text this deep. */
const shownDepth = 3;
/** Characters of a text that are shown. */
const shownCharacters = 200;

/** A value as text. `format` "auto" follows the type. */
export function show(
  environment: Environment,
  value: Value,
  format: ValueFormat = "auto",
  depth = 0,
): string {
  const text = showPlain(environment, value, format, depth);
  return value.remark === undefined ? text : `${text} (${value.remark})`;
}

function showPlain(
  environment: Environment,
  value: Value,
  format: ValueFormat,
  depth: number,
): string {
  const { type } = value;
  if (type.kind === "void") return "void";
  if (format === "instruction") return instructionsOf(environment, value);
  const { xlen } = environment;
  if (type.kind === "array") return showArray(environment, value, format, depth);
  if (type.kind === "structure") return showStructure(environment, value, format, depth);
  if (format === "string") return textAt(environment, integerOf(value));
  if (format === "float" && type.kind === "integer" && type.bits >= 32 && type.bits <= 64) {
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
    const { place } = value;
    const isRegister = place !== undefined && !isBytes(place);
    if (radix === "auto" && isRegister) return describedHex(environment, BigInt(value.data));
    if (radix === "auto" && type.isDeclared === true) return showDeclared(type, BigInt(value.data));
    return formatInteger(BigInt(value.data), type.bits, type.signed, radix);
  }
  if (radix === "auto" || radix === "hex") {
    const address = describedHex(environment, BigInt(value.data));
    const text = radix === "auto" && depth < shownDepth ? pointedText(environment, value) : "";
    return address + text;
  }
  return formatInteger(BigInt(value.data), xlen, false, radix);
}

/** An integer of the program as its type says: true, 'a', the name of a constant. */
function showDeclared(type: Extract<Type, { kind: "integer" }>, data: bigint): string {
  if (type.enumerators !== undefined) {
    return enumeratorText(type.enumerators, data) ?? data.toString();
  }
  if (/^_?[Bb]ool$/.test(type.name) && data >= 0n && data <= 1n) {
    return data === 1n ? "true" : "false";
  }
  const isByte = type.bits === 8 && /\bchar(8_t)?$/.test(type.name);
  if (isByte) return `${data} ${formatCharacter(Number(BigInt.asUintN(8, data)))}`;
  if (!isCharacter(type)) return data.toString();
  const code = Number(data);
  const isPrinting = code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
  return isPrinting ? `${data} '${String.fromCodePoint(code)}'` : data.toString();
}

/** The text that a pointer to characters of the program points to, with a blank before it. */
function pointedText(environment: Environment, { type, data }: Value): string {
  if (type.kind !== "pointer" || type.to.kind !== "integer") return "";
  if (type.to.isDeclared !== true || !isCharacter(type.to)) return "";
  try {
    return ` ${wideTextAt(environment, BigInt(data), type.to.bits / 8)}`;
  } catch (error) {
    if (error instanceof RequestError) return "";
    throw error;
  }
}

/** Instructions of a range that are shown. */
const shownInstructions = 16;

/** The instruction at the address that a value is or has; of an array or range, all in it. */
function instructionsOf(environment: Environment, value: Value): string {
  const { type, place } = value;
  const isPlaced = type.kind === "array" || type.kind === "structure" || type.kind === "code";
  const start = isPlaced && place?.kind === "memory" ? place.address : integerOf(value);
  const end = type.kind === "array" ? start + BigInt(sizeOf(type, environment.xlen)) : start + 1n;
  const shown: string[] = [];
  for (let at = start; at < end && shown.length < shownInstructions; ) {
    const instruction = environment.instructionAt?.(BigInt.asUintN(environment.xlen, at));
    if (instruction === undefined) break;
    shown.push(instruction.text);
    at += BigInt(instruction.length);
  }
  if (shown.length === 0) throw noInstruction(formatAddress(start));
  return shown.join("; ");
}

function showArray(
  environment: Environment,
  value: Value,
  format: Exclude<ValueFormat, "instruction">,
  depth: number,
): string {
  const { type, place } = value;
  if (type.kind !== "array") return "";
  if (format === "auto" && isCharacter(type.of) && type.count > 0 && isBytes(place)) {
    const width = sizeOf(type.of, environment.xlen);
    const count = Math.min(type.count, shownCharacters + 1);
    const bytes = readable(environment, place, count * width);
    // Without a NUL inside, the array itself ends the text.
    if (bytes !== undefined) return decodeText(bytes, width, type.count <= shownCharacters);
  }
  if (format === "string") return textAt(environment, BigInt(value.data));
  if (depth > shownDepth) return "{…}";
  const count = Math.min(type.count, shownElements);
  const shown = Array.from({ length: count }, (_, index) =>
    orMessage(() => show(environment, elementOf(environment, value, index), format, depth + 1)),
  );
  return `{${shown.join(", ")}${type.count > count ? ", …" : ""}}`;
}

function showStructure(
  environment: Environment,
  value: Value,
  format: Exclude<ValueFormat, "instruction">,
  depth: number,
): string {
  const { type } = value;
  if (type.kind !== "structure") return "";
  if (type.isIncomplete) return "{incomplete type}";
  const part = (member: Member) =>
    orMessage(() => show(environment, memberOf(environment, value, member), format, depth + 1));
  if (type.keyword === "complex") {
    const [real, imaginary] = type.members.map(part);
    return `${real} + ${imaginary}i`;
  }
  const text = format === "auto" ? textOf(environment, value) : undefined;
  if (text !== undefined) return text;
  if (depth > shownDepth) return "{…}";
  const elements = elementsOf(environment, value);
  if (elements !== undefined) return showArray(environment, elements, format, depth);
  const active = type.variants === undefined ? undefined : activeVariant(environment, value);
  if (active !== undefined) {
    const inner = active.type.kind === "structure" && active.type.members.length === 0;
    return inner ? active.name : `${active.name} ${part(active)}`.replace(/^(\S+) \(/, "$1(");
  }
  if (type.size === 0 && type.members.length === 0 && type.name === "()") return "()";
  const members = membersNow(environment, value).filter(({ isStatic }) => isStatic !== true);
  if (isTuple(members)) return `(${members.slice(0, shownElements).map(part).join(", ")})`;
  const shown = members.slice(0, shownElements).map((member) => {
    const text = part(member);
    if (member.isBase === true) return `<${member.name}> = ${text}`;
    return member.name === "" ? text : `${member.name} = ${text}`;
  });
  return `{${shown.join(", ")}${members.length > shown.length ? ", …" : ""}}`;
}

/** The bytes at a place, unless some were optimised away. */
function readable(environment: Environment, place: BytePlace, length: number) {
  try {
    return readPlace(environment, place, length);
  } catch (error) {
    if (error instanceof RequestError && error.id === optimisedOutId) return undefined;
    throw error;
  }
}

/** The text, or what is wrong with it in angle brackets. */
function orMessage(text: () => string): string {
  try {
    return text();
  } catch (error) {
    if (error instanceof RequestError && error.id === optimisedOutId) return "<optimised out>";
    if (error instanceof RequestError) return `<${error.message.replace(/\.$/, "")}>`;
    throw error;
  }
}

/** Units of 1, 2 or 4 bytes as text up to the first that is 0. */
function decodeText(bytes: Uint8Array, width: number, isWhole: boolean): string {
  if (width === 1)
    return formatString(isWhole && !bytes.includes(0) ? Uint8Array.of(...bytes, 0) : bytes);
  let text = "";
  let count = 0;
  let isEnded = isWhole;
  for (let at = 0; at + width <= bytes.length; at += width) {
    const code = Number(bytesToInteger(bytes.subarray(at, at + width)));
    if (code === 0 || count++ >= shownCharacters) {
      isEnded = code === 0;
      break;
    }
    text +=
      width === 2
        ? String.fromCharCode(code)
        : code > 0x10ffff
          ? "\ufffd"
          : String.fromCodePoint(code);
  }
  return `${width === 2 ? "u" : "U"}${JSON.stringify(text)}${isEnded ? "" : "…"}`;
}

/** The text of units of that width at an address, as far as memory goes. */
function wideTextAt(environment: Environment, address: bigint, width: number): string {
  if (width === 1) return textAt(environment, address);
  const bytes: number[] = [];
  const start = BigInt.asUintN(environment.xlen, address);
  for (let index = 0; index <= shownCharacters; index++) {
    const unit = environment.readMemory(start + BigInt(index * width), width);
    bytes.push(...unit);
    if (unit.every((byte) => byte === 0)) break;
  }
  return decodeText(Uint8Array.from(bytes), width, false);
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
  const offset = index * sizeOf(type.of, environment.xlen);
  if (!isBytes(value.place)) {
    return memoryValue(environment, BigInt(value.data) + BigInt(offset), type.of);
  }
  return placedValue(environment, shiftPlace(environment, value.place, offset), type.of);
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
