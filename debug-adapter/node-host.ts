/**
 * The files of a computer through Node. What the guest asks for is confined to a folder after
 * symbolic links are resolved; paths may be file URIs.
 */
import { constants } from "node:fs";
import {
  access,
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
import { basename, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { FileError, HostReply } from "../emulator/machine.ts";
import type { AdapterHost, FileRequest } from "./host.ts";

/** Files larger than this are not read, in bytes. */
const largestFile = 1 << 30;

/** POSIX names that the machine knows; any other failure is an input/output error. */
const fileErrors: ReadonlySet<string> = new Set<FileError>([
  "ENOENT",
  "EACCES",
  "EEXIST",
  "ENOTDIR",
  "EISDIR",
  "ENOTEMPTY",
  "EROFS",
]);

export class NodeHost implements AdapterHost {
  readonly currentFolder: string | undefined = process.cwd();
  readonly #drained: () => Promise<void>;

  constructor(drained: () => Promise<void> = async () => undefined) {
    this.#drained = drained;
  }

  drained(): Promise<void> {
    return this.#drained();
  }

  async file(request: FileRequest, root: string | undefined): Promise<HostReply> {
    try {
      const path = await confine(request.path, root);
      return await perform(request, path, root);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "EIO";
      const known = code === "EPERM" ? "EACCES" : code;
      return { kind: "error", error: (fileErrors.has(known) ? known : "EIO") as FileError };
    }
  }
}

/** The path of the system that a path or file URI means; throws EACCES where it leaves the root. */
async function confine(name: string, root: string | undefined): Promise<string> {
  if (root === undefined) return systemPath(name);
  // The guest's part of the name is a plain path, whatever the folder's name is.
  const folder = await realpath(systemPath(root));
  const resolved = await resolveExisting(folder + name.slice(root.replace(/\/+$/, "").length));
  const prefix = folder.endsWith(sep) ? folder : folder + sep;
  if (resolved !== folder && !resolved.startsWith(prefix)) throw failure("EACCES");
  return resolved;
}

function systemPath(name: string): string {
  return /^file:/i.test(name) ? fileURLToPath(name) : name;
}

/** A path with the links of what exists of it resolved; what is new has its folder resolved. */
async function resolveExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return join(await realpath(dirname(path)), basename(path));
  }
}

function failure(code: FileError): Error {
  return Object.assign(new Error(code), { code });
}

async function perform(
  request: FileRequest,
  path: string,
  root: string | undefined,
): Promise<HostReply> {
  switch (request.kind) {
    case "stat": {
      const found = await stat(path);
      const type = found.isDirectory() ? "directory" : "file";
      return {
        kind: "status",
        status: { type, size: found.size, modified: Math.floor(found.mtimeMs) },
      };
    }
    case "read-file": {
      const status = await stat(path);
      if (status.isDirectory()) throw failure("EISDIR");
      // A device or pipe may never end.
      if (!status.isFile() || status.size > largestFile) throw failure("EACCES");
      const data = await readFile(path);
      return { kind: "data", data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
    }
    case "read-directory": {
      const entries = await readdir(path, { withFileTypes: true });
      const known = entries.filter((entry) => entry.isFile() || entry.isDirectory());
      return {
        kind: "entries",
        entries: known.map((entry) => ({
          name: entry.name,
          type: entry.isDirectory() ? "directory" : "file",
        })),
      };
    }
    case "write-file":
      await writeFile(path, request.data);
      return { kind: "done" };
    case "create-directory":
      await mkdir(path);
      return { kind: "done" };
    case "delete":
      if ((await stat(path)).isDirectory()) await rmdir(path);
      else await rm(path);
      return { kind: "done" };
    case "rename":
      await access(path, constants.F_OK);
      await rename(path, await confine(request.to, root));
      return { kind: "done" };
  }
}
