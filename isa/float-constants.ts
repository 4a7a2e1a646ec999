/**
 * The numbers that FLI loads, by their codes (unprivileged manual, chapter "Zfa Extension"), and how
 * assemblers write them: in hexadecimal as C's "%a", or as "min", "inf" and "nan".
 */

/** The value of each code; of code 1, the least normal number of the format, 0 stands here. */
export const floatConstants: readonly number[] = [
  -1,
  0,
  2 ** -16,
  2 ** -15,
  2 ** -8,
  2 ** -7,
  0.0625,
  0.125,
  0.25,
  0.3125,
  0.375,
  0.4375,
  0.5,
  0.625,
  0.75,
  0.875,
  1,
  1.25,
  1.5,
  1.75,
  2,
  2.5,
  3,
  4,
  8,
  16,
  128,
  256,
  32768,
  65536,
  Infinity,
  Number.NaN,
];

/** The code of the least normal number. */
export const leastNormalCode = 1;

/** A number as in "0x1.4p-2": sign, one binary place, hexadecimal fraction, exponent. */
function hexadecimal(value: number): string {
  const magnitude = Math.abs(value);
  const exponent = Math.floor(Math.log2(magnitude));
  const fraction = magnitude / 2 ** exponent - 1;
  // No constant has more than four bits behind the point.
  const digits = fraction === 0 ? "" : `.${(fraction * 16).toString(16)}`;
  return `${value < 0 ? "-" : ""}0x1${digits}p${exponent < 0 ? "" : "+"}${exponent}`;
}

/** How a code is written, by the code. */
export const floatConstantTexts: readonly string[] = floatConstants.map((value, code) =>
  code === leastNormalCode
    ? "min"
    : value === Infinity
      ? "inf"
      : Number.isNaN(value)
        ? "nan"
        : hexadecimal(value),
);

const pattern =
  /^([+-]?)(?:0x([0-9a-f]+)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?|(\d*\.?\d+(?:e[+-]?\d+)?|\d+\.))$/;

/** The code of a constant as a person writes it, in decimal or hexadecimal; undefined for no other. */
export function parseFloatConstant(text: string): number | undefined {
  const word = text.toLowerCase();
  const named = floatConstantTexts.indexOf(word);
  if (named >= 0) return named;
  const match = pattern.exec(word);
  if (match === null) return undefined;
  const [, sign, whole, fraction = "", exponent = "0", decimal] = match;
  const magnitude =
    decimal !== undefined
      ? Number(decimal)
      : (Number.parseInt(whole ?? "0", 16) + fractionOf(fraction)) * 2 ** Number(exponent);
  const value = sign === "-" ? -magnitude : magnitude;
  const code = floatConstants.findIndex((one, at) => one === value && at !== leastNormalCode);
  return code < 0 ? undefined : code;
}

const fractionOf = (digits: string): number =>
  digits === "" ? 0 : Number.parseInt(digits, 16) / 16 ** digits.length;
