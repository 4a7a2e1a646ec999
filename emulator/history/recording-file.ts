/**
 * The file around a recording: a magic number, a version, lengths and a checksum (CRC-32, ISO 3309),
 * then the content, compressed as gzip by the platform. Everything is checked before it is used,
 * and no more is unpacked than the header has said.
 *
 *      0   8 bytes  "\x89HBREC\r\n"
 *      8   u16      version, 1
 *     10   u16      0
 *     12   u32      bytes of the compressed content
 *     16   u32      bytes of the content
 *     20   u32      CRC-32 of bytes 0 to 19 and of the compressed content
 *     24            the compressed content
 */
import { FormatError } from "./codec.ts";

/** The version that is written; older ones would be read too. */
export const recordingVersion = 1;

const magic = Uint8Array.of(0x89, 0x48, 0x42, 0x52, 0x45, 0x43, 0x0d, 0x0a);
const headerSize = 24;
/** Bytes that a content may have. */
const contentLimit = 512 << 20;
/** Deflate makes nothing smaller than this share of it. */
const densest = 1032;

/** Packs a content. Throws a `FormatError` where it is too large. */
export async function pack(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (content.length > contentLimit) throw new FormatError("it is too large for a file");
  const packed = await collect(
    new Blob([content]).stream().pipeThrough(new CompressionStream("gzip")),
    2 ** 32 - 1 - headerSize,
  );
  const file = new Uint8Array(headerSize + packed.length);
  const view = new DataView(file.buffer);
  file.set(magic);
  view.setUint16(8, recordingVersion, true);
  view.setUint32(12, packed.length, true);
  view.setUint32(16, content.length, true);
  file.set(packed, headerSize);
  view.setUint32(20, checksumOf(file), true);
  return file;
}

/** Unpacks a file; throws a `FormatError` whose clause says what is wrong with it. */
export async function unpack(file: Uint8Array): Promise<Uint8Array> {
  if (file.length < headerSize || magic.some((byte, index) => file[index] !== byte)) {
    throw new FormatError("it is no recording of Hartbeat");
  }
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const version = view.getUint16(8, true);
  if (version > recordingVersion) {
    throw new FormatError(`it has version ${version}, which only a newer Hartbeat reads`);
  }
  if (version === 0 || view.getUint16(10, true) !== 0) throw new FormatError("it is damaged");
  const [packedLength, length] = [view.getUint32(12, true), view.getUint32(16, true)];
  if (file.length < headerSize + packedLength) throw new FormatError("its end is missing");
  if (file.length > headerSize + packedLength || view.getUint32(20, true) !== checksumOf(file)) {
    throw new FormatError("it is damaged");
  }
  if (length > contentLimit || length > packedLength * densest) {
    throw new FormatError("it unpacks to more than there can be");
  }
  const packed = new Blob([file.slice(headerSize) as Uint8Array<ArrayBuffer>]).stream();
  let content: Uint8Array;
  try {
    content = await collect(packed.pipeThrough(new DecompressionStream("gzip")), length);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError("it is damaged");
  }
  if (content.length !== length) throw new FormatError("it is damaged");
  return content;
}

/** All of a stream as one piece, which may not have more bytes than that. */
async function collect(
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (value === undefined) continue;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new FormatError("it unpacks to more than there can be");
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  return value;
});

/** The checksum of a file, which leaves its own field out. */
const checksumOf = (file: Uint8Array): number =>
  checksum([file.subarray(0, 20), file.subarray(headerSize)]);

/** CRC-32 (ISO 3309) of bytes in several pieces. */
export function checksum(pieces: readonly Uint8Array[]): number {
  let value = 0xffff_ffff;
  for (const piece of pieces) {
    for (const byte of piece) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] as number);
  }
  return ~value >>> 0;
}
