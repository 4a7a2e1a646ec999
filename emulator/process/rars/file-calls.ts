/** The RARS calls on files. Failures give −1 in a0. */

import { Right } from "../../translation.ts";
import type { Steps } from "../console.ts";
import { OpenFlag } from "../descriptors.ts";
import { fail, SystemCallError } from "../errno.ts";
import type { Guest } from "../guest.ts";
import { largestTransfer } from "../memory-view.ts";
import { signed32 } from "../teaching.ts";
import type { RarsCall, RarsState } from "./state.ts";

/** Files that can be open at once, the three standard streams included. */
const mostFiles = 32;

/** What a file is opened for, by the simulator's flags. */
const modes: Readonly<Record<number, number>> = {
  0: OpenFlag.READ_ONLY,
  1: OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.TRUNCATE,
  9: OpenFlag.WRITE_ONLY | OpenFlag.CREATE | OpenFlag.APPEND,
};

/** Gives a0 the call's result, or −1 where it fails. Memory faults stop the program as usual. */
export function* tryFile(guest: Guest, steps: Steps<number>): Steps<void> {
  let result = -1;
  try {
    result = yield* steps;
  } catch (error) {
    if (!(error instanceof SystemCallError) || error.error === "EFAULT") throw error;
  }
  guest.hart.setX(10, BigInt(result));
}

/** Opens a file by Linux's flags; returns its descriptor. */
export function* openFile(guest: Guest, path: string, flags: number): Steps<number> {
  const files = guest.fileSystem;
  const { parent, name, node } = yield* files.locate(guest.directory, path);
  if (node === undefined && (flags & OpenFlag.CREATE) === 0) fail("ENOENT");
  if (node !== undefined && flags & OpenFlag.EXCLUSIVE) fail("EEXIST");
  if (name === "" || node?.kind === "directory") fail("EISDIR");
  const opened = node ?? files.createFile(parent, name, 0o644);
  if (opened.kind === "file") {
    if (flags & OpenFlag.TRUNCATE && node !== undefined) files.clear(opened);
    else yield* files.load(opened);
  }
  return guest.descriptors.install(guest.descriptors.open(opened, flags));
}

function* open(guest: Guest, state: RarsState, address: bigint, flags: number): Steps<number> {
  const path = guest.memory.readString(address);
  const mode = modes[flags] ?? fail("EINVAL");
  if ([...state.paths.values()].includes(path)) fail("EBUSY");
  if (state.paths.size + 3 >= mostFiles) fail("EMFILE");
  const fd = yield* openFile(guest, path, mode);
  state.paths.set(guest.descriptors.get(fd), path);
  return fd;
}

/** Reads as `read` does; returns the count, 0 at the end of the file. */
export function* readFile(guest: Guest, fd: number, address: bigint, size: number): Steps<number> {
  const length = Math.min(Math.max(size, 0), largestTransfer);
  const file = guest.descriptors.get(fd);
  const isWritable = guest.memory.allows(address, BigInt(length), Right.write);
  if (length > 0 && !isWritable) fail("EFAULT");
  const bytes = yield* guest.descriptors.read(file, length);
  guest.memory.write(address, bytes);
  return bytes.length;
}

/** Writes as `write` does; returns the count. */
export function* writeFile(guest: Guest, fd: number, address: bigint, size: number): Steps<number> {
  const length = Math.min(Math.max(size, 0), largestTransfer);
  return yield* guest.descriptors.write(
    guest.descriptors.get(fd),
    guest.memory.read(address, length),
  );
}

/** Moves an open file's offset; returns the new one. */
export function* seekFile(guest: Guest, fd: number, offset: number, whence: number): Steps<number> {
  const file = guest.descriptors.get(fd);
  if (file.node.kind !== "file") fail("ESPIPE");
  yield* guest.fileSystem.load(file.node);
  const base = [0, file.offset, file.node.size][whence] ?? fail("EINVAL");
  if (base + offset < 0) fail("EINVAL");
  file.offset = base + offset;
  return file.offset;
}

export const fileCalls: readonly RarsCall[] = [
  {
    number: 17,
    name: "GetCWD",
    arguments: "a0 buffer, a1 size",
    summary: "The current directory's path; a0 becomes −1 where the buffer is too short.",
    handler: (guest, _, [address = 0n, size]) => {
      const path = new TextEncoder().encode(`${guest.fileSystem.pathOf(guest.directory)}\0`);
      if (path.length > signed32(size)) guest.hart.setX(10, -1n);
      else guest.memory.write(address, path);
    },
  },
  {
    number: 57,
    name: "Close",
    arguments: "a0 fd",
    summary: "Closes a file.",
    *handler(guest, state, [fd]) {
      const number = signed32(fd);
      if (number < 3 || !guest.descriptors.has(number)) return;
      state.paths.delete(guest.descriptors.get(number));
      yield* guest.descriptors.close(number);
    },
  },
  {
    number: 62,
    name: "LSeek",
    arguments: "a0 fd, a1 offset, a2 whence",
    summary: "Moves a file's position; a0 becomes the new one.",
    handler: (guest, _, [fd, offset, whence]) =>
      tryFile(guest, seekFile(guest, signed32(fd), signed32(offset), signed32(whence))),
  },
  {
    number: 63,
    name: "Read",
    arguments: "a0 fd, a1 buffer, a2 size",
    summary: "Reads from a file; a0 becomes the count, 0 at its end.",
    handler: (guest, _, [fd, address = 0n, size]) =>
      tryFile(guest, readFile(guest, signed32(fd), address, signed32(size))),
  },
  {
    number: 64,
    name: "Write",
    arguments: "a0 fd, a1 buffer, a2 size",
    summary: "Writes to a file; a0 becomes the count.",
    handler: (guest, _, [fd, address = 0n, size]) =>
      tryFile(guest, writeFile(guest, signed32(fd), address, signed32(size))),
  },
  {
    number: 1024,
    name: "Open",
    arguments: "a0 path, a1 flags",
    summary: "Opens a file to read (0), write (1) or append (9); a0 becomes its descriptor.",
    handler: (guest, state, [path = 0n, flags]) =>
      tryFile(guest, open(guest, state, path, signed32(flags))),
  },
];
