/**
 * The host's files as the present course of a run sees them. What a guest writes goes to the host on
 * the way forward, once; a future that was dropped, or another branch, has left its writes there.
 * So before the guest changes a file of the host for the first time, what was there is kept, and a
 * course that has not changed it itself is shown that. What it has read or written is in its own
 * file system, which history takes back anyway.
 */
import type { FileStatus, HostReply } from "../machine.ts";
import type { FileRequest, HostFiles } from "../runner.ts";

/** A change that a guest has made to the host's files. */
export interface FileChange {
  /** How many inputs the run had used when it was made. */
  readonly inputs: number;
  readonly path: string;
  /** Whether there is something at the path from then on. */
  readonly exists: boolean;
}

/** What a history knows of changes: those of its present course. */
export interface ChangedRun {
  readonly fileChanges: readonly FileChange[];
  /** Notes a change that the next input reports; returns it. */
  noteFileChange(path: string, exists: boolean): FileChange;
}

/** What was at a path before; undefined: nothing. */
type Original = { readonly status: FileStatus; readonly data: Uint8Array | undefined } | undefined;

/** Bytes of files, and how many of them, that are kept at most. */
const mostBytes = 64 << 20;
const mostFiles = 10_000;

const notFound: HostReply = { kind: "error", error: "ENOENT" };
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Files of a host, for a run with a history. */
export class RewoundFiles implements HostFiles {
  readonly #files: HostFiles;
  readonly #run: ChangedRun;
  readonly #originals = new Map<string, Original>();
  #bytes = 0;
  /** The last of all changes, of whatever course, and how many there were. */
  #last: FileChange | undefined;
  #count = 0;
  #hasGivenUp = false;
  readonly #note: (text: string) => void;

  /** @param note told once where what was there cannot be kept */
  constructor(files: HostFiles, run: ChangedRun, note: (text: string) => void) {
    this.#files = files;
    this.#run = run;
    this.#note = note;
  }

  async request(request: FileRequest): Promise<HostReply> {
    switch (request.kind) {
      case "stat":
      case "read-file":
      case "read-directory":
        return this.#isAsLeft ? await this.#files.request(request) : await this.#look(request);
      default:
        return await this.#change(request);
    }
  }

  /** Holds when the host's files are as this course of the run has left them. */
  get #isAsLeft(): boolean {
    const { fileChanges } = this.#run;
    return fileChanges.length === this.#count && fileChanges.at(-1) === this.#last;
  }

  // Looking. --------------------------------------------------------------------------------------

  async #look(request: Extract<FileRequest, { kind: "stat" | "read-file" | "read-directory" }>) {
    const { path } = request;
    for (let folder = parentOf(path); folder !== ""; folder = parentOf(folder)) {
      if (this.#existence(folder) === false) return notFound;
    }
    const exists = this.#existence(path);
    if (exists === false) return notFound;
    const original = this.#isChanged(path) ? undefined : this.#originals.get(path);
    if (request.kind === "read-directory") return await this.#list(path, original !== undefined);
    if (original === undefined) return await this.#files.request(request);
    if (request.kind === "stat") return { kind: "status", status: original.status } as const;
    const isFolder = original.data === undefined;
    return isFolder
      ? ({ kind: "error", error: "EISDIR" } as const)
      : ({ kind: "data", data: original.data } as const);
  }

  /** Whether there is something at a path here; undefined: the host knows. */
  #existence(path: string): boolean | undefined {
    const change = this.#run.fileChanges.findLast((one) => one.path === path);
    if (change !== undefined) return change.exists;
    return this.#originals.has(path) ? this.#originals.get(path) !== undefined : undefined;
  }

  #isChanged(path: string): boolean {
    return this.#run.fileChanges.some((change) => change.path === path);
  }

  /** What the host lists, with what is gone there, and without what came there otherwise. */
  async #list(path: string, isKnown: boolean): Promise<HostReply> {
    const reply = await this.#files.request({ kind: "read-directory", path });
    if (reply.kind !== "entries" && !isKnown) return reply;
    const listed = reply.kind === "entries" ? reply.entries : [];
    const entries = new Map(listed.map(({ name, type }) => [name, type]));
    for (const [other, original] of this.#originals) {
      if (parentOf(other) !== path) continue;
      const exists = this.#existence(other);
      if (exists === false) entries.delete(nameOf(other));
      else if (original !== undefined) entries.set(nameOf(other), original.status.type);
    }
    return { kind: "entries", entries: [...entries].map(([name, type]) => ({ name, type })) };
  }

  // Changing. -------------------------------------------------------------------------------------

  async #change(request: Exclude<FileRequest, { kind: "stat" | "read-file" | "read-directory" }>) {
    const { path } = request;
    await this.#keep(path);
    if (request.kind === "rename") await this.#keep(request.to);
    // A course that differs from the host's files may find done what it wants, or undone.
    const differs = !this.#isAsLeft;
    const reply =
      differs && request.kind === "rename"
        ? await this.#rename(request)
        : await this.#files.request(request);
    const isDone = reply.kind === "done" || (differs && this.#isDoneOtherwise(request, reply));
    if (!isDone) return reply;
    if (request.kind === "rename") {
      this.#noteChange(path, false);
      this.#noteChange(request.to, true);
    } else this.#noteChange(path, request.kind !== "delete");
    return { kind: "done" } as const;
  }

  /** Renames what this course sees, which the host may have no more, or otherwise. */
  async #rename(request: Extract<FileRequest, { kind: "rename" }>): Promise<HostReply> {
    const { path, to } = request;
    const data = this.#isChanged(path) ? undefined : this.#originals.get(path)?.data;
    if (data === undefined) return await this.#files.request(request);
    const reply = await this.#files.request({ kind: "write-file", path: to, data });
    if (reply.kind === "done") await this.#files.request({ kind: "delete", path });
    return reply;
  }

  #isDoneOtherwise(request: FileRequest, reply: HostReply): boolean {
    if (reply.kind !== "error") return false;
    if (request.kind === "delete") return reply.error === "ENOENT";
    return request.kind === "create-directory" && reply.error === "EEXIST";
  }

  #noteChange(path: string, exists: boolean): void {
    this.#last = this.#run.noteFileChange(path, exists);
    this.#count++;
  }

  /** Keeps what is at a path, with all that is below it, before it is changed for the first time. */
  async #keep(path: string): Promise<void> {
    if (this.#originals.has(path)) return;
    const status = await this.#files.request({ kind: "stat", path });
    if (status.kind !== "status") {
      if (status.kind === "error" && status.error === "ENOENT") this.#put(path, undefined);
      return;
    }
    if (this.#originals.size >= mostFiles) return this.#giveUp();
    if (status.status.type === "directory") {
      this.#put(path, { status: status.status, data: undefined });
      const below = await this.#files.request({ kind: "read-directory", path });
      if (below.kind !== "entries") return;
      for (const { name } of below.entries) await this.#keep(`${path}/${name}`);
      return;
    }
    if (this.#bytes + status.status.size > mostBytes) return this.#giveUp();
    const content = await this.#files.request({ kind: "read-file", path });
    if (content.kind === "data") {
      this.#bytes += content.data.length;
      this.#put(path, { status: status.status, data: content.data });
    }
  }

  #put(path: string, original: Original): void {
    this.#originals.set(path, original);
  }

  #giveUp(): void {
    if (this.#hasGivenUp) return;
    this.#hasGivenUp = true;
    this.#note(
      "The program changes more of its folders than is kept: after a change in the past it will see some files as they are now.",
    );
  }
}
