/**
 * The dynamic linker that an executable asks for (System V ABI, "Program Interpreter"): its path is
 * looked up among the files that the program will see, before there is a process to do it.
 */
import type { ElfFile } from "../../elf/model.ts";
import { readElf } from "../../elf/reader.ts";
import type { HostFiles } from "../runner.ts";
import type { Steps } from "./console.ts";
import { SystemCallError } from "./errno.ts";
import { noInterpreter } from "./errors.ts";
import { FileSystem } from "./file-system.ts";
import { interpreterPath } from "./loader.ts";

/** A dynamic linker, read. */
export interface InterpreterFile {
  readonly file: ElfFile;
  readonly bytes: Uint8Array;
}

/**
 * The interpreter's file, or undefined where the program names none; throws `LaunchError` where it
 * is not among the mounted files, `ElfError` where it is no ELF file.
 * @param mounts guest path to the path that `files` knows the folder by
 */
export async function readInterpreter(
  file: ElfFile,
  mounts: Readonly<Record<string, string>>,
  files: HostFiles,
): Promise<InterpreterFile | undefined> {
  const path = interpreterPath(file);
  if (path === undefined) return undefined;
  const steps = content(new FileSystem(mounts, () => 0), path);
  try {
    let next = steps.next();
    while (!next.done) {
      const request = next.value;
      if (request.kind === "read-console" || request.kind === "dialog" || request.kind === "sleep")
        throw new Error(`a file was looked up by the request ${request.kind}`);
      next = steps.next(await files.request(request));
    }
    return { file: readElf(next.value), bytes: next.value };
  } catch (error) {
    if (error instanceof SystemCallError) throw noInterpreter(path);
    throw error;
  }
}

function* content(files: FileSystem, path: string): Steps<Uint8Array> {
  return yield* files.load(yield* files.lookup(files.root, path));
}
