/**
 * Values as text: integers in the radix that the person chose, characters, floating-point numbers
 * in the shortest form that reads back to the same bits.
 */

/** How integers are shown. "auto": registers and addresses in hexadecimal, the rest in decimal. */
export const radixes = ["auto", "hex", "decimal", "unsigned", "octal", "binary", "char"] as const;
export type Radix = (typeof radixes)[number];

/** How a value is shown: a radix, or as something that it is not by its type. */
export type ValueFormat = Radix | "float" | "string" | "instruction";

/** The letters after an expression's comma, as in `a0,x`. */
export const formatLetters: Readonly<Record<string, ValueFormat>> = {
  x: "hex",
  h: "hex",
  d: "decimal",
  u: "unsigned",
  o: "octal",
  b: "binary",
  t: "binary",
  c: "char",
  f: "float",
  s: "string",
  i: "instruction",
};

const named: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  27: "\\e",
  39: "\\'",
  92: "\\\\",
};

/** A character in single quotes by its code (0 to 255), escaped where it does not print. */
export function formatCharacter(code: number): string {
  const text =
    named[code] ??
    (code >= 32 && code < 127
      ? String.fromCharCode(code)
      : `\\x${code.toString(16).padStart(2, "0")}`);
  return `'${text}'`;
}

/** Bytes up to the first NUL in double quotes, cut after `limit` characters. */
export function formatString(bytes: Uint8Array, limit = 200): string {
  const end = bytes.indexOf(0);
  const whole = end < 0 ? bytes : bytes.subarray(0, end);
  const text = new TextDecoder().decode(whole.subarray(0, limit));
  return JSON.stringify(text) + (whole.length > limit || end < 0 ? "…" : "");
}

/** `0x` and all digits of a value of `bits` bits. */
export function formatHex(value: bigint, bits: number): string {
  return `0x${BigInt.asUintN(bits, value)
    .toString(16)
    .padStart(bits >> 2, "0")}`;
}

/** An address as DAP's memory references have it: `0x` and no leading zeros. */
export function formatAddress(address: bigint): string {
  return `0x${BigInt.asUintN(64, address).toString(16)}`;
}

/** An integer of `bits` bits; `radix` "auto" shows a signed or unsigned decimal. */
export function formatInteger(value: bigint, bits: number, signed: boolean, radix: Radix): string {
  const unsigned = BigInt.asUintN(bits, value);
  switch (radix) {
    case "hex":
      return formatHex(value, bits);
    case "decimal":
      return BigInt.asIntN(bits, value).toString();
    case "unsigned":
      return unsigned.toString();
    case "octal":
      return `0${unsigned.toString(8)}`;
    case "binary":
      return `0b${unsigned.toString(2).padStart(bits, "0")}`;
    case "char":
      return unsigned < 256n ? formatCharacter(Number(unsigned)) : formatHex(value, bits);
    case "auto":
      return (signed ? BigInt.asIntN(bits, value) : unsigned).toString();
  }
}

/** A floating-point number of 16 to 128 bits, always with a point or an exponent. */
export function formatFloat(value: number, bits: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0.0";
  const text = bits >= 64 ? String(value) : shortestSingle(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The shortest decimal that rounds to the same single. */
function shortestSingle(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

const view = new DataView(new ArrayBuffer(8));

/** Exponent and fraction of the formats that the host has no views for (IEEE 754). */
const foreign = {
  16: { exponent: 5, fraction: 10 },
  128: { exponent: 15, fraction: 112 },
} as const;

/** A number of 16 or 128 bits as the nearest double. */
function foreignToFloat(bits: bigint, width: 16 | 128): number {
  const { exponent: size, fraction: length } = foreign[width];
  const sign = bits >> BigInt(width - 1) === 0n ? 1 : -1;
  const exponent = Number((bits >> BigInt(length)) & ((1n << BigInt(size)) - 1n));
  const fraction = bits & ((1n << BigInt(length)) - 1n);
  if (exponent === (1 << size) - 1) return fraction === 0n ? sign * Infinity : Number.NaN;
  const bias = (1 << (size - 1)) - 1;
  const part = Number(fraction) / 2 ** length;
  return exponent === 0
    ? sign * part * 2 ** (1 - bias)
    : sign * (1 + part) * 2 ** (exponent - bias);
}

/** A double in the format of 16 or 128 bits; what 16 bits cannot hold is rounded toward zero. */
function floatToForeign(value: number, width: 16 | 128): bigint {
  const { exponent: size, fraction: length } = foreign[width];
  const bias = (1 << (size - 1)) - 1;
  const sign = value < 0 || Object.is(value, -0) ? 1n << BigInt(width - 1) : 0n;
  const all = ((1n << BigInt(size)) - 1n) << BigInt(length);
  if (Number.isNaN(value)) return all | (1n << BigInt(length - 1));
  if (value === 0) return sign;
  let exponent = Number.isFinite(value) ? Math.floor(Math.log2(Math.abs(value))) : bias + 1;
  if (exponent <= bias && 2 ** exponent > Math.abs(value)) exponent--;
  if (exponent > bias) return sign | all;
  if (exponent < 1 - bias) return sign;
  const part = Math.abs(value) / 2 ** exponent - 1;
  const fraction = BigInt(Math.trunc(part * 2 ** Math.min(52, length)));
  const shift = BigInt(Math.max(0, length - 52));
  return sign | (BigInt(exponent + bias) << BigInt(length)) | (fraction << shift);
}

/** The number that `bits` (the raw bits of a number of that width) stand for. */
export function bitsToFloat(bits: bigint, width: 16 | 32 | 64 | 128): number {
  if (width === 16 || width === 128) return foreignToFloat(bits, width);
  view.setBigUint64(0, bits, true);
  return width === 64 ? view.getFloat64(0, true) : view.getFloat32(0, true);
}

/** The raw bits of a number of that width; singles are rounded to nearest even. */
export function floatToBits(value: number, width: 16 | 32 | 64 | 128): bigint {
  if (width === 16 || width === 128) return floatToForeign(value, width);
  if (width === 64) {
    view.setFloat64(0, value, true);
    return view.getBigUint64(0, true);
  }
  view.setFloat32(0, value, true);
  return BigInt(view.getUint32(0, true));
}

/** Whether an f register of 64 bits holds a NaN-boxed single (all upper bits set). */
export function isBoxedSingle(bits: bigint): boolean {
  return bits >> 32n === 0xffffffffn;
}

/** Little-endian bytes of an integer. */
export function integerToBytes(value: bigint, bits: number): Uint8Array {
  const bytes = new Uint8Array(bits >> 3);
  let rest = BigInt.asUintN(bits, value);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** The unsigned integer of little-endian bytes. */
export function bytesToInteger(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--)
    value = (value << 8n) | BigInt(bytes[index]!);
  return value;
}
