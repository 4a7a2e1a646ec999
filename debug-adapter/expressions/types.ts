/** The types that a debugger's expression can have: C's integers and floats, pointers, arrays. */

export type Type =
  | {
      readonly kind: "integer";
      readonly bits: 8 | 16 | 32 | 64;
      readonly signed: boolean;
      readonly name: string;
    }
  | { readonly kind: "float"; readonly bits: 32 | 64; readonly name: string }
  | { readonly kind: "pointer"; readonly to: Type }
  | { readonly kind: "array"; readonly of: Type; readonly count: number }
  | { readonly kind: "code" }
  | { readonly kind: "void" };

export type IntegerType = Extract<Type, { kind: "integer" }>;
export type FloatType = Extract<Type, { kind: "float" }>;

/** An integer type under a name. */
export const integerType = (
  bits: 8 | 16 | 32 | 64,
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
      return xlen >> 3;
    case "array":
      return type.count * sizeOf(type.of, xlen);
    default:
      return 1;
  }
}

/** The type's name as C writes it. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case "integer":
    case "float":
      return type.name;
    case "pointer":
      return `${typeName(type.to)}${type.to.kind === "pointer" ? "" : " "}*`;
    case "array":
      return `${typeName(type.of)} [${type.count}]`;
    default:
      return type.kind;
  }
}
