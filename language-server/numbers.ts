/**
 * A number as a person may want to see it: in the four radixes, signed and unsigned, as characters
 * and as the floating-point value that has these bits.
 */

/** The narrowest width that holds the value; a negative one is shown as at least a word. */
function widthOf(value: bigint): 8 | 16 | 32 | 64 | undefined {
  for (const width of [8, 16, 32, 64] as const) {
    if (value < 0n && width < 32) continue;
    if (BigInt.asIntN(width, value) === value || BigInt.asUintN(width, value) === value) {
      return width;
    }
  }
  return undefined;
}

const names: Readonly<Record<number, string>> = {
  0: "NUL",
  7: "bell",
  8: "backspace",
  9: "tab",
  10: "line feed",
  11: "vertical tab",
  12: "form feed",
  13: "carriage return",
  27: "escape",
  32: "space",
  127: "delete",
};

/** Bytes of an integer of at most 64 bits, the lowest first. */
function bytesOf(value: bigint, width: number): number[] {
  const bits = BigInt.asUintN(width, value);
  return Array.from({ length: width / 8 }, (_, i) => Number((bits >> BigInt(8 * i)) & 0xffn));
}

/** The character, or the text that the bytes spell in memory order; undefined where unprintable. */
export function charactersOf(value: bigint): string | undefined {
  if (value >= 0n && value <= 127n) {
    const code = Number(value);
    return names[code] ?? (code > 32 ? `'${String.fromCharCode(code)}'` : undefined);
  }
  const width = widthOf(value);
  if (width === undefined || value < 0n) return undefined;
  const bytes = bytesOf(value, width);
  while (bytes.at(-1) === 0) bytes.pop();
  const printable = bytes.every((byte) => byte >= 32 && byte < 127);
  return printable ? JSON.stringify(String.fromCharCode(...bytes)) : undefined;
}

/** Groups of `size` digits from the right, joined by `_`. */
function grouped(digits: string, size: number): string {
  const padded = digits.padStart(Math.ceil(digits.length / size) * size, "0");
  return padded.match(new RegExp(`.{${size}}`, "g"))?.join("_") ?? digits;
}

function floatOf(value: bigint): string | undefined {
  const width = widthOf(value);
  if (width !== 32 && width !== 64) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  if (width === 32) view.setUint32(0, Number(BigInt.asUintN(32, value)));
  else view.setBigUint64(0, BigInt.asUintN(64, value));
  const float = width === 32 ? view.getFloat32(0) : view.getFloat64(0);
  const shown = width === 32 ? Number(float.toPrecision(9)) : float;
  return `${Object.is(shown, -0) ? "-0" : shown} (${width === 32 ? "single" : "double"})`;
}

/** Markdown table rows [name, value] that show an integer in all its forms. */
export function numberRows(value: bigint): [string, string][] {
  const width = widthOf(value);
  const rows: [string, string][] = [["decimal", `${value}`]];
  if (width !== undefined) {
    const unsigned = BigInt.asUintN(width, value);
    const signed = BigInt.asIntN(width, value);
    if (unsigned !== value) rows.push([`unsigned, ${width} bits`, `${unsigned}`]);
    if (signed !== value) rows.push([`signed, ${width} bits`, `${signed}`]);
    rows.push(["hexadecimal", `0x${unsigned.toString(16)}`]);
    rows.push(["binary", `0b${grouped(unsigned.toString(2), 4)}`]);
    rows.push(["octal", `0${unsigned.toString(8)}`]);
  } else {
    rows.push(["hexadecimal", `${value < 0n ? "-" : ""}0x${abs(value).toString(16)}`]);
  }
  const characters = charactersOf(value);
  if (characters !== undefined) rows.push(["character", characters]);
  const float = floatOf(value);
  if (float !== undefined) rows.push(["bits as float", float]);
  return rows;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** The forms of a floating-point literal: its nearest single and double and their bits. */
export function floatRows(value: number): [string, string][] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat32(0, value);
  const single = view.getUint32(0).toString(16).padStart(8, "0");
  view.setFloat64(0, value);
  const double = view.getBigUint64(0).toString(16).padStart(16, "0");
  return [
    ["single", `${Math.fround(value)}, bits 0x${single}`],
    ["double", `${value}, bits 0x${double}`],
  ];
}

/** A markdown table without a visible head. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  return ["| | |", "|---|---|", ...rows.map(([a, b]) => `| ${cell(a)} | \`${cell(b)}\` |`)].join(
    "\n",
  );
}
