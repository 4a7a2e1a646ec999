/**
 * A computer's files through Node, as a machine asks for them: for programs that the terminal runs
 * and for those that are debugged. Where folders are given, every path must lie in one of them
 * after symbolic links are resolved, so a link in a mounted folder does not lead out of it.
 */
import { constants } from "node:fs";
import {
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { FileError, HostReply } from "../emulator/machine.ts";
import type { FileRequest, HostFiles } from "../emulator/runner.ts";

/** Files larger than this are not read, in bytes. */
const largestFile = 1 << 30;

/** Writing follows no link: what may be followed is resolved, and checked, before. */
const forWriting =
  constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

/** The names of failures that the machine knows; any other is an input/output error. */
const known: ReadonlySet<string> = new Set<FileError>([
  "ENOENT",
  "EACCES",
  "EEXIST",
  "ENOTDIR",
  "EISDIR",
  "ENOTEMPTY",
  "EROFS",
]);

/** Names that systems have for what may not be done. */
const denials: ReadonlySet<string> = new Set(["EPERM", "ELOOP"]);

function failure(code: FileError): Error {
  return Object.assign(new Error(code), { code });
}

/** Does file requests of machines that may touch some folders, or all. */
export class NodeFiles implements HostFiles {
  readonly #folders: readonly string[] | undefined;

  /** @param folders paths of the folders that may be touched; undefined: everything */
  constructor(folders: readonly string[] | undefined) {
    this.#folders = folders?.map((folder) => resolve(folder));
  }

  async request(request: FileRequest): Promise<HostReply> {
    try {
      return await this.#perform(request);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (denials.has(code)) return { kind: "error", error: "EACCES" };
      return { kind: "error", error: known.has(code) ? (code as FileError) : "EIO" };
    }
  }

  async #perform(request: FileRequest): Promise<HostReply> {
    switch (request.kind) {
      case "stat": {
        const status = await stat(await this.#existing(request.path));
        if (!status.isFile() && !status.isDirectory()) throw failure("EACCES");
        const type = status.isDirectory() ? "directory" : "file";
        const modified = Math.floor(status.mtimeMs);
        return { kind: "status", status: { type, size: status.size, modified } };
      }
      case "read-file":
        return { kind: "data", data: await read(await this.#existing(request.path)) };
      case "read-directory":
        return await this.#list(await this.#existing(request.path));
      case "write-file":
        await writeFile(await this.#target(request.path), request.data, { flag: forWriting });
        return { kind: "done" };
      case "create-directory":
        await mkdir(await this.#entry(request.path));
        return { kind: "done" };
      case "delete":
        await this.#delete(await this.#entry(request.path));
        return { kind: "done" };
      case "rename":
        await rename(await this.#entry(request.path), await this.#entry(request.to));
        return { kind: "done" };
    }
  }

  async #list(folder: string): Promise<HostReply> {
    const entries = await readdir(folder, { withFileTypes: true });
    const described = await Promise.all(
      entries.map(async (entry) => {
        if (!entry.isSymbolicLink())
          return { name: entry.name, ofFolder: entry.isDirectory(), ofFile: entry.isFile() };
        // A link counts as what it leads to, if that may be touched.
        const target = await this.#existing(join(folder, entry.name)).then(stat, () => undefined);
        return { name: entry.name, ofFolder: target?.isDirectory(), ofFile: target?.isFile() };
      }),
    );
    return {
      kind: "entries",
      entries: described
        .filter(({ ofFolder, ofFile }) => ofFolder === true || ofFile === true)
        .map(({ name, ofFolder }) => ({ name, type: ofFolder ? "directory" : "file" })),
    };
  }

  async #delete(path: string): Promise<void> {
    // A link to a folder is removed as a link; stat would follow it.
    const isFolder = await readdir(path).then(
      () => true,
      () => false,
    );
    if (!isFolder) return await rm(path);
    await rmdir(path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOTDIR") await rm(path);
      else throw error;
    });
  }

  /** The real path of something that exists. */
  async #existing(path: string): Promise<string> {
    return await this.#check(await realpath(path));
  }

  /** A path for writing: a file that is there already, or a new name in a folder. */
  async #target(path: string): Promise<string> {
    let found: string;
    try {
      found = await this.#existing(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return await this.#entry(path);
    }
    const status = await stat(found);
    // Opening a pipe or a device could wait for ever.
    if (!status.isFile()) throw failure(status.isDirectory() ? "EISDIR" : "EACCES");
    return found;
  }

  /** The path of a directory entry itself, whatever it leads to. */
  async #entry(path: string): Promise<string> {
    // Without this, the last part could be "..".
    const plain = resolve(path);
    return join(await this.#check(await realpath(dirname(plain))), basename(plain));
  }

  async #check(path: string): Promise<string> {
    if (this.#folders === undefined) return path;
    for (const folder of this.#folders) {
      const way = relative(await realpath(folder), path);
      if (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way)) return path;
    }
    throw failure("EACCES");
  }
}

async function read(path: string): Promise<Uint8Array> {
  const status = await stat(path);
  if (status.isDirectory()) throw failure("EISDIR");
  // A device or pipe may never end.
  if (!status.isFile() || status.size > largestFile) throw failure("EACCES");
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
