/** Bytes as `objdump -d` shows them: of an instruction, of data words, of objects. */

/** How many bytes of an object stand on a line. */
export const objectLine = 16;

/** A little-endian number in hexadecimal, all digits. */
function digitsOf(bytes: Uint8Array): string {
  return [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** An instruction as one number, in the column that the GNU tools leave for it. */
export function bytesText(bytes: Uint8Array): string {
  const perLine = Math.max(1, Math.floor(8 / bytes.length));
  return digitsOf(bytes).padEnd(perLine * (2 * bytes.length + 1));
}

/** The directives for data of 1, 2 and 4 bytes, and the width of the column of bytes before each. */
const words: Readonly<Record<number, readonly [directive: string, column: number]>> = {
  1: [".byte", 18],
  2: [".short", 20],
  4: [".word", 18],
};

/** Data of 1, 2 or 4 bytes. */
export function wordText(bytes: Uint8Array): string {
  const [directive, column] = words[bytes.length] ?? [".byte", 18];
  const digits = digitsOf(bytes);
  return `${digits.padEnd(column)}\t${directive}\t0x${digits}`;
}

/** A line of an object: whole numbers of `chunk` bytes, then all bytes as characters. */
export function objectText(bytes: Uint8Array, chunk: number): string {
  const { length } = bytes;
  let numbers = "";
  for (let at = 0; at < length; at += chunk) {
    if (at + chunk <= length) numbers += digitsOf(bytes.subarray(at, at + chunk));
    numbers += " ";
  }
  const blanks = Math.ceil((objectLine - length) / chunk) * (2 * chunk + 1);
  const isShown = (byte: number) => byte >= 32 && byte < 127;
  const characters = [...bytes].map((byte) => (isShown(byte) ? String.fromCharCode(byte) : "."));
  return `${numbers}${" ".repeat(blanks + 4)}${characters.join("")}`;
}
