/** Reading files for the commands. */
import { readFile } from "node:fs/promises";
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

/** A file's text; throws `CommandFailure`. */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path));
}
