/**
 * File descriptors: small numbers that name open files. Descriptors made by dup share one open
 * file with its offset, as in POSIX ("open file description").
 */
import type { Host } from "../machine.ts";
import type { Console, Steps } from "./console.ts";
import { fail } from "./errno.ts";
import type { FileNode, FileSystem } from "./file-system.ts";
import type { Stateful } from "./saved-state.ts";

/** Flags of open (Linux, asm-generic/fcntl.h). */
export const OpenFlag = {
  READ_ONLY: 0,
  WRITE_ONLY: 1,
  READ_WRITE: 2,
  ACCESS_MODE: 3,
  CREATE: 0o100,
  EXCLUSIVE: 0o200,
  TRUNCATE: 0o1000,
  APPEND: 0o2000,
  NON_BLOCKING: 0o4000,
  DIRECTORY: 0o200000,
  NO_FOLLOW: 0o400000,
  CLOSE_ON_EXEC: 0o2000000,
  PATH: 0o10000000,
} as const;

/** What goes through a pipe, and who holds its ends. */
export interface Pipe {
  readonly chunks: Uint8Array[];
  size: number;
  readers: number;
  writers: number;
}

/** An open file, shared by the descriptors that refer to it. */
export interface OpenFile {
  readonly node: FileNode;
  /** Bits of {@link OpenFlag}. */
  flags: number;
  offset: number;
  /** Descriptors that refer to it. */
  references: number;
  /** For a console: which of the host's streams it writes to. */
  readonly stream: 1 | 2;
  readonly pipe?: Pipe;
}

/** A pipe holds as much as Linux's does by default. */
const pipeCapacity = 65536;
/** Descriptors that a process can have (RLIMIT_NOFILE). */
export const mostDescriptors = 1024;

interface DescriptorState {
  readonly files: (OpenFile | undefined)[];
  readonly closeOnExec: Set<number>;
}

/** The open files of a process, by descriptor. */
export class Descriptors implements Stateful<DescriptorState> {
  state: DescriptorState = { files: [], closeOnExec: new Set() };
  readonly #fileSystem: FileSystem;
  readonly #console: Console;
  readonly #host: Host;

  /** Descriptors 0, 1 and 2 are the console's. */
  constructor(fileSystem: FileSystem, console: Console, host: Host) {
    this.#fileSystem = fileSystem;
    this.#console = console;
    this.#host = host;
    for (const stream of [1, 1, 2] as const) {
      this.install(this.open(fileSystem.anonymous("console"), OpenFlag.READ_WRITE, stream));
    }
  }

  /** A new open file; {@link install} gives it a number. */
  open(node: FileNode, flags: number, stream: 1 | 2 = 1, pipe?: Pipe): OpenFile {
    const file = { node, flags, offset: 0, references: 0, stream };
    return pipe === undefined ? file : { ...file, pipe };
  }

  /** The lowest free number not below `from` for the file; EMFILE when all are taken. */
  install(file: OpenFile, from = 0): number {
    let number = from;
    while (this.state.files[number] !== undefined) number++;
    if (number >= mostDescriptors) fail("EMFILE");
    this.state.files[number] = file;
    file.references++;
    return number;
  }

  /** Makes `number` refer to the file; what it referred to must have been closed. */
  place(file: OpenFile, number: number): void {
    if (number < 0 || number >= mostDescriptors) fail("EBADF");
    this.state.files[number] = file;
    file.references++;
  }

  /** The open file of a descriptor; EBADF where there is none. */
  get(number: number): OpenFile {
    return this.state.files[number] ?? fail("EBADF");
  }

  has(number: number): boolean {
    return this.state.files[number] !== undefined;
  }

  /** The open files, with their numbers. */
  *[Symbol.iterator](): Generator<[number, OpenFile]> {
    for (const [number, file] of this.state.files.entries())
      if (file !== undefined) yield [number, file];
  }

  closesOnExec(number: number): boolean {
    return this.state.closeOnExec.has(number);
  }

  setCloseOnExec(number: number, value: boolean): void {
    if (value) this.state.closeOnExec.add(number);
    else this.state.closeOnExec.delete(number);
  }

  /** Closes a descriptor; the last one of a file writes it back. */
  *close(number: number): Steps<void> {
    const file = this.get(number);
    if (file.references === 1) yield* this.#fileSystem.flush(file.node);
    this.state.files[number] = undefined;
    this.state.closeOnExec.delete(number);
    file.references--;
    if (file.references > 0 || file.pipe === undefined) return;
    if ((file.flags & OpenFlag.ACCESS_MODE) === OpenFlag.READ_ONLY) file.pipe.readers--;
    else file.pipe.writers--;
  }

  /** A pipe's two ends: to read from and to write to. */
  createPipe(flags: number): [OpenFile, OpenFile] {
    const node = this.#fileSystem.anonymous("pipe");
    const pipe: Pipe = { chunks: [], size: 0, readers: 1, writers: 1 };
    const status = flags & OpenFlag.NON_BLOCKING;
    return [
      this.open(node, OpenFlag.READ_ONLY | status, 1, pipe),
      this.open(node, OpenFlag.WRITE_ONLY | status, 1, pipe),
    ];
  }

  /** Reads at the file's offset and moves it, or at `position` where that is given. */
  *read(file: OpenFile, length: number, position?: number): Steps<Uint8Array> {
    if ((file.flags & OpenFlag.ACCESS_MODE) === OpenFlag.WRITE_ONLY) fail("EBADF");
    if (file.flags & OpenFlag.PATH) fail("EBADF");
    const { node } = file;
    switch (node.kind) {
      case "directory":
        return fail("EISDIR");
      case "symlink":
        return fail("EINVAL");
      case "null":
        return new Uint8Array(0);
      case "zero":
        return new Uint8Array(length);
      case "random":
        return this.#host.random(length);
      case "console":
        return yield* this.#console.read(length);
      case "pipe":
        return readPipe(file.pipe as Pipe, length);
      case "file":
        break;
    }
    yield* this.#fileSystem.load(node);
    const bytes = this.#fileSystem.readAt(node, position ?? file.offset, length);
    if (position === undefined) file.offset += bytes.length;
    return bytes;
  }

  /** Writes; returns how many bytes were. EPIPE where a pipe has no reader. */
  *write(file: OpenFile, bytes: Uint8Array, position?: number): Steps<number> {
    if ((file.flags & OpenFlag.ACCESS_MODE) === OpenFlag.READ_ONLY) fail("EBADF");
    const { node } = file;
    switch (node.kind) {
      case "directory":
        return fail("EISDIR");
      case "symlink":
        return fail("EINVAL");
      case "null":
      case "zero":
      case "random":
        return bytes.length;
      case "console":
        this.#console.write(file.stream, bytes);
        return bytes.length;
      case "pipe":
        return writePipe(file.pipe as Pipe, bytes);
      case "file":
        break;
    }
    yield* this.#fileSystem.load(node);
    if (position === undefined && file.flags & OpenFlag.APPEND) file.offset = node.size;
    this.#fileSystem.writeAt(node, position ?? file.offset, bytes);
    if (position === undefined) file.offset += bytes.length;
    return bytes.length;
  }
}

function readPipe(pipe: Pipe, length: number): Uint8Array {
  // A process alone cannot wait for another to write: that would be for ever.
  if (pipe.size === 0) return pipe.writers > 0 && length > 0 ? fail("EAGAIN") : new Uint8Array(0);
  const result = new Uint8Array(Math.min(length, pipe.size));
  let done = 0;
  while (done < result.length) {
    const chunk = pipe.chunks[0] as Uint8Array;
    const part = chunk.subarray(0, result.length - done);
    result.set(part, done);
    done += part.length;
    if (part.length === chunk.length) pipe.chunks.shift();
    else pipe.chunks[0] = chunk.subarray(part.length);
  }
  pipe.size -= done;
  return result;
}

function writePipe(pipe: Pipe, bytes: Uint8Array): number {
  if (pipe.readers === 0) fail("EPIPE");
  const accepted = bytes.slice(0, pipeCapacity - pipe.size);
  if (accepted.length === 0 && bytes.length > 0) fail("EAGAIN");
  if (accepted.length > 0) pipe.chunks.push(accepted);
  pipe.size += accepted.length;
  return accepted.length;
}
