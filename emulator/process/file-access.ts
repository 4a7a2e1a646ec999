/**
 * Files for the environments whose calls on them are simpler than Linux's: the steps, and the
 * handlers of the calls that several of them have alike.
 */
import { Right } from "../translation.ts";
import type { Steps } from "./console.ts";
import { OpenFlag } from "./descriptors.ts";
import { fail, SystemCallError } from "./errno.ts";
import type { Guest } from "./guest.ts";
import { largestTransfer } from "./memory-view.ts";
import { signed32 } from "./teaching.ts";

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

type Arguments = readonly bigint[];

/** The call with a descriptor, an address and a size that reads; a0 becomes the count or −1. */
export function read(guest: Guest, _: unknown, [fd, address = 0n, size]: Arguments): Steps<void> {
  return tryFile(guest, readFile(guest, signed32(fd), address, signed32(size)));
}

/** The call with a descriptor, an address and a size that writes; a0 becomes the count or −1. */
export function write(guest: Guest, _: unknown, [fd, address = 0n, size]: Arguments): Steps<void> {
  return tryFile(guest, writeFile(guest, signed32(fd), address, signed32(size)));
}

/** The call with a descriptor, an offset and its origin; a0 becomes the new position or −1. */
export function seek(guest: Guest, _: unknown, [fd, offset, whence]: Arguments): Steps<void> {
  return tryFile(guest, seekFile(guest, signed32(fd), signed32(offset), signed32(whence)));
}

/** The call with a buffer and its size; a0 becomes −1 where the path does not fit into it. */
export function currentDirectory(guest: Guest, _: unknown, [address = 0n, size]: Arguments): void {
  const path = new TextEncoder().encode(`${guest.fileSystem.pathOf(guest.directory)}\0`);
  if (path.length > signed32(size)) guest.hart.setX(10, -1n);
  else guest.memory.write(address, path);
}
