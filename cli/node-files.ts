/**
 * Files of a Node host for a machine. Every path must lie in one of the given folders after
 * symbolic links are resolved, so a link in a mounted folder does not lead out of it.
 */
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
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { FileError, HostReply } from "../emulator/machine.ts";
import type { FileRequest, HostFiles } from "../emulator/runner.ts";

const known: ReadonlySet<string> = new Set<FileError>([
  "ENOENT",
  "EACCES",
  "EEXIST",
  "ENOTDIR",
  "EISDIR",
  "ENOTEMPTY",
  "EROFS",
  "EIO",
]);

/** A path that leads out of the folders. */
class Outside extends Error {}

export class NodeFiles implements HostFiles {
  readonly #folders: readonly string[];

  /** @param folders paths of the folders that may be touched */
  constructor(folders: readonly string[]) {
    this.#folders = folders.map((folder) => resolve(folder));
  }

  async request(request: FileRequest): Promise<HostReply> {
    try {
      return await this.#perform(request);
    } catch (error) {
      if (error instanceof Outside) return { kind: "error", error: "EACCES" };
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (code === "EPERM") return { kind: "error", error: "EACCES" };
      return { kind: "error", error: known.has(code) ? (code as FileError) : "EIO" };
    }
  }

  async #perform(request: FileRequest): Promise<HostReply> {
    switch (request.kind) {
      case "stat": {
        const status = await stat(await this.#existing(request.path));
        if (!status.isFile() && !status.isDirectory()) throw new Outside();
        const type = status.isDirectory() ? "directory" : "file";
        return {
          kind: "status",
          status: { type, size: status.size, modified: status.mtimeMs },
        };
      }
      case "read-file": {
        const path = await this.#existing(request.path);
        // A device or a pipe could be read for ever.
        if (!(await stat(path)).isFile()) throw new Outside();
        return { kind: "data", data: new Uint8Array(await readFile(path)) };
      }
      case "read-directory":
        return await this.#list(await this.#existing(request.path));
      case "write-file":
        await writeFile(await this.#target(request.path), request.data);
        return { kind: "done" };
      case "create-directory":
        await mkdir(await this.#target(request.path));
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

  /** A path for writing: what is there already, or a new name in a folder. */
  async #target(path: string): Promise<string> {
    try {
      return await this.#existing(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return await this.#entry(path);
    }
  }

  /** The path of a directory entry itself, whatever it leads to. */
  async #entry(path: string): Promise<string> {
    return join(await this.#check(await realpath(dirname(path))), basename(path));
  }

  async #check(path: string): Promise<string> {
    for (const folder of this.#folders) {
      const way = relative(await realpath(folder), path);
      if (way === "" || (!way.startsWith("..") && !isAbsolute(way))) return path;
    }
    throw new Outside();
  }
}
