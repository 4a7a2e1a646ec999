/** Bytes as `objdump -d` shows them: of an instruction, of data words, of objects. */

/** How many bytes of an object stand on a line. */
export const objectLine = 16;

const twoDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A little-endian number in hexadecimal, all digits. */
function digitsOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = bytes.length - 1; at >= 0; at--) text += twoDigits[bytes[at] as number];
  return text;
}

/** How many bytes of an instruction stand on a line. */
export const instructionLine = 8;

/** Bytes in the numbers that an instruction of so many bytes is shown as. */
export const chunkOf = (length: number): number => (length < 4 ? length : length % 4 === 0 ? 4 : 2);

/** Bytes as numbers of so many bytes, with a blank behind each. */
function chunksText(bytes: Uint8Array, chunk: number): string {
  if (bytes.length === chunk) return `${digitsOf(bytes)} `;
  let text = "";
  for (let at = 0; at < bytes.length; at += chunk) {
    text += `${digitsOf(bytes.subarray(at, at + chunk))} `;
  }
  return text;
}

/** The first bytes of an instruction, in the column that the GNU tools leave for them. */
export function bytesText(bytes: Uint8Array): string {
  const chunk = chunkOf(bytes.length);
  const first = bytes.length > instructionLine ? bytes.subarray(0, instructionLine) : bytes;
  return chunksText(first, chunk).padEnd((instructionLine / chunk) * (2 * chunk + 1));
}

/** The bytes of an instruction that stand on lines of their own, line by line. */
export function moreBytes(bytes: Uint8Array): { at: number; text: string }[] {
  const lines: { at: number; text: string }[] = [];
  for (let at = instructionLine; at < bytes.length; at += instructionLine) {
    const own = bytes.subarray(at, Math.min(bytes.length, at + instructionLine));
    lines.push({ at, text: chunksText(own, chunkOf(bytes.length)) });
  }
  return lines;
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
