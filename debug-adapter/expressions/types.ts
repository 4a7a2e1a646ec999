/**
 * The types that a debugger's expression can have: C's and C++'s, as the directives of a source or
 * the debug information of a compiler say.
 */

import type { Entry } from "../../elf/dwarf/entry.ts";

/** What every type may have beside its structure. */
interface Named {
  /** How the program calls it, where that is not what it consists of: a typedef, a qualifier. */
  readonly alias?: string;
}

/** A constant of an enumeration. */
export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
}

/** A member of a structure, or a class that it is derived from. */
export interface Member {
  /** Empty for an anonymous structure, whose members are as if they were the outer one's. */
  readonly name: string;
  readonly type: Type;
  /** Bytes from the start of the structure. */
  readonly offset: number;
  /** Of a bit-field: bits from that byte, and how many. */
  readonly bits?: BitField;
  readonly isBase?: boolean;
  /** Of a static member: where it is; undefined if that is not known. */
  readonly isStatic?: boolean;
  readonly address?: bigint | undefined;
}

/** The members of which one at a time holds, and the number that tells which. */
export interface Variants {
  /** The member with the number; undefined where there is only one variant. */
  readonly discriminant: Member | undefined;
  readonly cases: readonly VariantCase[];
}

/** A member, and the ranges of the numbers with which it holds; without ranges: with all others. */
export interface VariantCase {
  readonly member: Member;
  readonly ranges: readonly (readonly [bigint, bigint])[] | undefined;
}

/** Elements that a structure stands for, as a slice or a vector does: where the members are that say it. */
export interface Contents {
  /** The names of the members, one within the other, to the pointer and to the count. */
  readonly pointer: readonly string[];
  readonly count: readonly string[];
  readonly of: Type;
  /** Whether they are text in UTF-8. */
  readonly isText: boolean;
}

/** Some bits of memory: the lowest, counted from that of the first byte, and their number. */
export interface BitField {
  readonly offset: number;
  readonly size: number;
}

export type Type = Named &
  (
    | {
        readonly kind: "integer";
        readonly bits: 8 | 16 | 32 | 64 | 128;
        readonly signed: boolean;
        readonly name: string;
        /** Of an enumeration. */
        readonly enumerators?: readonly Enumerator[];
        /** Of a C++ pointer to a data member: what the member is. */
        readonly member?: Type;
        /** Whether the compiler has said so: then C's rules hold for its arithmetic. */
        readonly isDeclared?: boolean;
      }
    | { readonly kind: "float"; readonly bits: 16 | 32 | 64 | 128; readonly name: string }
    | {
        readonly kind: "pointer";
        readonly to: Type;
        /** `const` or `volatile` of the pointer itself. */
        readonly qualifier?: string;
      }
    | { readonly kind: "reference"; readonly to: Type; readonly isRvalue: boolean }
    | {
        readonly kind: "array";
        readonly of: Type;
        readonly count: number;
        /** What says the count while the program runs, of an array whose length is a variable's. */
        readonly bounds?: Entry;
      }
    | {
        readonly kind: "structure";
        /** "struct", "union" or "class"; "complex" for a complex number. */
        readonly keyword: string;
        readonly name: string;
        /** Bytes. */
        readonly size: number;
        /** Whether only its name is known. */
        readonly isIncomplete: boolean;
        readonly members: readonly Member[];
        /** Of an enumeration with contents, as Rust has them: its members are those of all variants. */
        readonly variants?: Variants | undefined;
        readonly contents?: Contents | undefined;
      }
    | { readonly kind: "code"; readonly signature?: Signature }
    | { readonly kind: "void" }
  );

/** What a function takes and gives. */
export interface Signature {
  readonly result: Type;
  readonly parameters: readonly Type[];
  readonly isVariadic: boolean;
  /** Whether C's declaration does not say what it takes, as `int f()`. */
  readonly isUnsaid?: boolean;
}

export type StructureType = Extract<Type, { kind: "structure" }>;
export type IntegerType = Extract<Type, { kind: "integer" }>;
export type FloatType = Extract<Type, { kind: "float" }>;

/** An integer type under a name. */
export const integerType = (
  bits: IntegerType["bits"],
  signed: boolean,
  name: string,
): IntegerType => ({
  kind: "integer",
  bits,
  signed,
  name,
});

export const voidType: Type = { kind: "void" };
export const codeType: Type = { kind: "code" };
export const intType = integerType(32, true, "int");
/** A byte that is a number; arrays of plain `char` are text. */
export const signedCharType = integerType(8, true, "signed char");
export const unsignedCharType = integerType(8, false, "unsigned char");
export const floatType: FloatType = { kind: "float", bits: 32, name: "float" };
export const doubleType: FloatType = { kind: "float", bits: 64, name: "double" };

/** The integer types by width, as a symbol's size gives them. */
export const integerOfBytes: Readonly<Record<number, IntegerType>> = {
  1: integerType(8, true, "char"),
  2: integerType(16, true, "short"),
  4: intType,
  8: integerType(64, true, "long long"),
};

/** The type of so many bytes of zeros, 1 or more, of which nothing else is known. */
export function typeOfZeros(bytes: number): Type {
  if (bytes === 4) return intType;
  if (bytes === 1) return unsignedCharType;
  return bytes % 4 === 0
    ? { kind: "array", of: intType, count: bytes / 4 }
    : { kind: "array", of: unsignedCharType, count: bytes };
}

/** The XLEN-bit integer, C's `long`. */
export function longType(xlen: 32 | 64, signed = true): IntegerType {
  return integerType(xlen, signed, signed ? "long" : "unsigned long");
}

/** The 64-bit integer, where XLEN is 32. */
export function longLongType(signed = true): IntegerType {
  return integerType(64, signed, signed ? "long long" : "unsigned long long");
}

/** Types with one word; the words of C's longer names go through {@link namedType}. */
const words: Readonly<Record<string, Type | "long" | "ulong">> = {
  int8_t: integerType(8, true, "int8_t"),
  uint8_t: integerType(8, false, "uint8_t"),
  int16_t: integerType(16, true, "int16_t"),
  uint16_t: integerType(16, false, "uint16_t"),
  int32_t: integerType(32, true, "int32_t"),
  uint32_t: integerType(32, false, "uint32_t"),
  int64_t: integerType(64, true, "int64_t"),
  uint64_t: integerType(64, false, "uint64_t"),
  bool: integerType(8, false, "bool"),
  _Bool: integerType(8, false, "bool"),
  size_t: "ulong",
  uintptr_t: "ulong",
  ssize_t: "long",
  intptr_t: "long",
  ptrdiff_t: "long",
  float: floatType,
  double: doubleType,
  void: voidType,
};
const parts = new Set(["char", "short", "int", "long", "signed", "unsigned"]);

/** Names of types that can be offered. */
export const typeNames: readonly string[] = [...parts, ...Object.keys(words)];

/** Whether the word can start or continue a type's name. */
export function isTypeWord(word: string): boolean {
  return parts.has(word) || Object.hasOwn(words, word) || word === "const" || word === "volatile";
}

/** The type with these words as its name, or undefined where C has none. */
export function namedType(names: readonly string[], xlen: 32 | 64): Type | undefined {
  const rest = names.filter((word) => word !== "const" && word !== "volatile");
  if (rest.length === 1 && Object.hasOwn(words, rest[0]!)) {
    const type = words[rest[0]!]!;
    return typeof type === "string" ? longType(xlen, type === "long") : type;
  }
  if (rest.length === 0 || rest.some((word) => !parts.has(word))) return undefined;
  const count = (word: string) => rest.filter((other) => other === word).length;
  const signed = count("unsigned") === 0;
  if (count("char") > 0) return signed ? integerOfBytes[1] : unsignedCharType;
  if (count("short") > 0)
    return signed ? integerOfBytes[2] : integerType(16, false, "unsigned short");
  if (count("long") > 1) return longLongType(signed);
  if (count("long") === 1) return longType(xlen, signed);
  return signed ? intType : integerType(32, false, "unsigned int");
}

/** Bytes that a value of the type takes in memory; 1 for void and code, so that p + 1 means a byte. */
export function sizeOf(type: Type, xlen: 32 | 64): number {
  switch (type.kind) {
    case "integer":
    case "float":
      return type.bits >> 3;
    case "pointer":
    case "reference":
      return xlen >> 3;
    case "array":
      return type.count * sizeOf(type.of, xlen);
    case "structure":
      return type.size;
    default:
      return 1;
  }
}

/** The type's name as C writes it. */
export function typeName(type: Type): string {
  return declaration(type, "");
}

/** The name of C++'s pointers to members of a type, data or functions, of a class. */
export function memberPointerName(type: Type, className: string): string {
  const pointer = `${className}::*`;
  return declaration(type, type.kind === "code" ? `(${pointer})` : pointer);
}

/** A declaration of a name with a type, or for an empty name the type alone: `int (*)[4]`. */
function declaration(type: Type, inner: string): string {
  if (type.alias !== undefined) return joined(type.alias, inner);
  switch (type.kind) {
    case "integer":
    case "float":
      return joined(type.name, inner);
    case "structure":
      return joined(type.name, inner);
    case "pointer":
      return declaration(type.to, around(type.to, `*${qualifierOf(type.qualifier, inner)}`));
    case "reference":
      return declaration(type.to, around(type.to, `${type.isRvalue ? "&&" : "&"}${inner}`));
    case "array":
      return declaration(type.of, `${inner}[${type.count === 0 ? "" : type.count}]`);
    case "code": {
      if (type.signature === undefined) return joined("code", inner);
      const { result, parameters, isVariadic, isUnsaid } = type.signature;
      const names = [...parameters.map(typeName), ...(isVariadic ? ["..."] : [])];
      const taken = names.length === 0 ? "void" : names.join(", ");
      return declaration(result, `${inner}(${isUnsaid ? "" : taken})`);
    }
    case "void":
      return joined("void", inner);
  }
}

/** A pointer's own qualifier, with what comes behind it. */
function qualifierOf(qualifier: string | undefined, inner: string): string {
  return qualifier === undefined ? inner : ` ${qualifier}${inner === "" ? "" : " "}${inner}`;
}

/** Pointers to arrays and functions have parentheses. */
function around(to: Type, inner: string): string {
  const isBehind =
    to.alias === undefined &&
    (to.kind === "array" || (to.kind === "code" && to.signature !== undefined));
  return isBehind ? `(${inner})` : inner;
}

function joined(name: string, inner: string): string {
  return inner === "" ? name : `${name} ${inner}`;
}

/** Whether the names of enumerators are bits that are or-ed: each a power of two, or 0. */
function isFlags(enumerators: readonly Enumerator[]): boolean {
  return enumerators.every(({ value }) => value >= 0n && (value & (value - 1n)) === 0n);
}

/** A value of an enumeration by names; undefined where no name fits. */
export function enumeratorText(
  enumerators: readonly Enumerator[],
  value: bigint,
): string | undefined {
  const exact = enumerators.find((enumerator) => enumerator.value === value);
  if (exact !== undefined) return exact.name;
  if (value <= 0n || !isFlags(enumerators)) return undefined;
  let rest = value;
  const names: string[] = [];
  for (const enumerator of enumerators) {
    if (enumerator.value === 0n || (rest & enumerator.value) === 0n) continue;
    names.push(enumerator.name);
    rest &= ~enumerator.value;
  }
  if (names.length === 0) return undefined;
  if (rest !== 0n) names.push(`unknown: 0x${rest.toString(16)}`);
  return `(${names.join(" | ")})`;
}

/** Whether arrays of the type are text: units of 1, 2 or 4 bytes. */
export function isCharacter(type: Type): boolean {
  return (
    type.kind === "integer" &&
    /^(const |volatile )*(char|wchar_t|char8_t|char16_t|char32_t)$/.test(type.alias ?? type.name) &&
    type.enumerators === undefined
  );
}
