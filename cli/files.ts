/** Reading files for the commands. */
import { fstatSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ByteSource } from "../elf/archive.ts";
import { fileFailure } from "./failure.ts";

/** A file's bytes; throws `CommandFailure`. Plain bytes: Node's Buffer has another `slice`. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, length } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/**
 * A file of which parts are read when they are wanted; it stays open as long as the process. What
 * is no plain file is read at once. Throws `CommandFailure`, and so does reading.
 */
export async function openBytes(path: string): Promise<Uint8Array | ByteSource> {
  try {
    const file = openSync(path, "r");
    const status = fstatSync(file);
    if (!status.isFile()) return await readBytes(path);
    return { size: status.size, read: (from, to) => readPart(path, file, from, to) };
  } catch (error) {
    throw fileFailure(path, error);
  }
}

function readPart(path: string, file: number, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  try {
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, bytes.length - filled, from + filled);
      if (count === 0) throw new Error("it became shorter while it was read");
      filled += count;
    }
    return bytes;
  } catch (error) {
    throw fileFailure(path, error);
  }
}

/** A file's text; throws `CommandFailure`. */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path));
}
