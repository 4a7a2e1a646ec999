/**
 * The workspace's files, for an adapter whose worker has no file system of its own. Requests and
 * replies are those of a machine to its host (`emulator/machine.ts`); paths are URIs. The adapter
 * confines the guest to what its launch configuration mounts before it asks.
 */
import { FileSystemError, FileType, Uri, workspace } from "vscode";
import type { FileError, FileStatus, HostReply, HostRequest } from "../emulator/machine.ts";

/** A message of the adapter that asks for a file operation. */
export interface FileRequestMessage {
  readonly hartbeat: "file";
  readonly id: number;
  readonly request: HostRequest;
}

/** Tells a file request from a message of the debug adapter protocol. */
export function isFileRequest(message: unknown): message is FileRequestMessage {
  return (message as { hartbeat?: string } | null)?.hartbeat === "file";
}

const errorNames: Readonly<Record<string, FileError>> = {
  FileNotFound: "ENOENT",
  FileExists: "EEXIST",
  FileNotADirectory: "ENOTDIR",
  FileIsADirectory: "EISDIR",
  NoPermissions: "EACCES",
};

function nameOf(type: FileType): FileStatus["type"] {
  return (type & FileType.Directory) !== 0 ? "directory" : "file";
}

const done: HostReply = { kind: "done" };

/** Performs one operation; a failure is a reply, never an exception. */
export async function performFileRequest(request: HostRequest): Promise<HostReply> {
  try {
    return await perform(request);
  } catch (error) {
    const code = error instanceof FileSystemError ? error.code : "";
    return { kind: "error", error: errorNames[code] ?? "EIO" };
  }
}

async function perform(request: HostRequest): Promise<HostReply> {
  const { fs } = workspace;
  switch (request.kind) {
    case "stat": {
      const status = await fs.stat(Uri.parse(request.path));
      return {
        kind: "status",
        status: { type: nameOf(status.type), size: status.size, modified: status.mtime },
      };
    }
    case "read-file":
      return { kind: "data", data: await fs.readFile(Uri.parse(request.path)) };
    case "read-directory": {
      const entries = await fs.readDirectory(Uri.parse(request.path));
      return {
        kind: "entries",
        entries: entries.map(([name, type]) => ({ name, type: nameOf(type) })),
      };
    }
    case "write-file":
      await fs.writeFile(Uri.parse(request.path), request.data);
      return done;
    case "create-directory":
      await fs.createDirectory(Uri.parse(request.path));
      return done;
    case "delete":
      await fs.delete(Uri.parse(request.path));
      return done;
    case "rename":
      await fs.rename(Uri.parse(request.path), Uri.parse(request.to), { overwrite: true });
      return done;
    default:
      return { kind: "error", error: "EIO" };
  }
}
