/** The Linux calls on open files: reading, writing, seeking, duplicating, waiting. */

import { Right } from "../../translation.ts";
import type { Steps } from "../console.ts";
import { type OpenFile, OpenFlag } from "../descriptors.ts";
import { fail, SystemCallError } from "../errno.ts";
import type { Guest } from "../guest.ts";
import { largestTransfer, pack } from "../memory-view.ts";
import { SIGPIPE } from "./signals.ts";
import { at, count, int, type LinuxCall, processId, signed } from "./state.ts";

/** A buffer of an iovec list. */
interface Part {
  readonly address: bigint;
  readonly length: number;
}

/** The most buffers in one call (IOV_MAX). */
const mostParts = 1024;

function parts(guest: Guest, address: bigint, number: number): Part[] {
  if (number < 0 || number > mostParts) fail("EINVAL");
  const { memory } = guest;
  const size = BigInt(memory.wordBytes);
  let left = largestTransfer;
  return Array.from({ length: number }, (_, index) => {
    const entry = address + BigInt(index) * 2n * size;
    const length = Math.min(count(memory.readWord(entry + size)), left);
    left -= length;
    return { address: memory.readWord(entry), length };
  });
}

/** Reads into the buffers, one after the other. */
function* readInto(
  guest: Guest,
  file: OpenFile,
  buffers: readonly Part[],
  position?: number,
): Steps<number> {
  const total = buffers.reduce((sum, { length }) => sum + length, 0);
  for (const { address, length } of buffers) {
    if (length > 0 && !guest.memory.allows(address, BigInt(length), Right.write)) fail("EFAULT");
  }
  const bytes = yield* guest.descriptors.read(file, total, position);
  let done = 0;
  for (const { address, length } of buffers) {
    const part = bytes.subarray(done, done + length);
    guest.memory.write(address, part);
    done += part.length;
  }
  return bytes.length;
}

/** Writes from the buffers; a pipe without a reader sends SIGPIPE. */
function* writeFrom(
  guest: Guest,
  file: OpenFile,
  buffers: readonly Part[],
  position?: number,
): Steps<number> {
  const contents = buffers.map(({ address, length }) => guest.memory.read(address, length));
  const all = new Uint8Array(contents.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const content of contents) {
    all.set(content, at);
    at += content.length;
  }
  try {
    return yield* guest.descriptors.write(file, all, position);
  } catch (error) {
    const isBroken = error instanceof SystemCallError && error.error === "EPIPE";
    if (isBroken) guest.signals.send({ number: SIGPIPE, code: 0, address: BigInt(processId) });
    throw error;
  }
}

/** A file position: one argument, or two halves on RV32. */
function position(guest: Guest, args: readonly bigint[], index: number): number {
  const low = at(args, index);
  const value =
    guest.xlen === 32
      ? BigInt.asIntN(64, (at(args, index + 1) << 32n) | low)
      : BigInt.asIntN(64, low);
  return value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER) ? fail("EINVAL") : Number(value);
}

/** A file that has positions. */
function seekable(guest: Guest, fd: number): OpenFile {
  const file = guest.descriptors.get(fd);
  return file.node.kind === "console" || file.node.kind === "pipe" ? fail("ESPIPE") : file;
}

function* seek(guest: Guest, fd: number, offset: bigint, whence: number): Steps<number> {
  const file = seekable(guest, fd);
  const { node } = file;
  if (whence === 2) yield* guest.fileSystem.status(node);
  const bases: Readonly<Record<number, number>> = { 0: 0, 1: file.offset, 2: node.size };
  const base = bases[whence] ?? fail("EINVAL");
  const target = base + Number(offset);
  if (target < 0 || target > Number.MAX_SAFE_INTEGER) fail("EINVAL");
  file.offset = target;
  return target;
}

function duplicate(guest: Guest, fd: number, from: number, closesOnExec: boolean): number {
  const copy = guest.descriptors.install(guest.descriptors.get(fd), from);
  guest.descriptors.setCloseOnExec(copy, closesOnExec);
  return copy;
}

/** Values of l_type in struct flock, which stands at its beginning as 16 bits. */
const LockType = { READ: 0, WRITE: 1, UNLOCK: 2 } as const;

function lockType(guest: Guest, address: bigint): number {
  const [low = 0, high = 0] = guest.memory.read(address, 2);
  const type = low | (high << 8);
  return type <= LockType.UNLOCK ? type : fail("EINVAL");
}

/** F_SETLK and its kin: nobody else has the file open, so every lock is granted. */
function setLock(guest: Guest, fd: number, _: number, address: bigint): number {
  const type = lockType(guest, address);
  const mode = guest.descriptors.get(fd).flags & OpenFlag.ACCESS_MODE;
  if (type === LockType.READ && mode === OpenFlag.WRITE_ONLY) fail("EBADF");
  if (type === LockType.WRITE && mode === OpenFlag.READ_ONLY) fail("EBADF");
  return 0;
}

/** F_GETLK: nothing stands in the way of the lock. */
function testLock(guest: Guest, _fd: number, _: number, address: bigint): number {
  lockType(guest, address);
  guest.memory.write(address, new Uint8Array([LockType.UNLOCK, 0]));
  return 0;
}

/** What fcntl does, by command (asm-generic/fcntl.h). */
const fcntlCommands: Readonly<
  Record<number, (guest: Guest, fd: number, argument: number, address: bigint) => number>
> = {
  0: (guest, fd, from) => (from < 0 ? fail("EINVAL") : duplicate(guest, fd, from, false)),
  1: (guest, fd) => Number(guest.descriptors.closesOnExec(fd)),
  2: (guest, fd, flags) => {
    guest.descriptors.setCloseOnExec(fd, (flags & 1) !== 0);
    return 0;
  },
  3: (guest, fd) => guest.descriptors.get(fd).flags & ~OpenFlag.CLOSE_ON_EXEC,
  4: (guest, fd, flags) => {
    const file = guest.descriptors.get(fd);
    const settable = OpenFlag.APPEND | OpenFlag.NON_BLOCKING;
    file.flags = (file.flags & ~settable) | (flags & settable);
    return 0;
  },
  5: testLock,
  6: setLock,
  7: setLock,
  36: testLock,
  37: setLock,
  38: setLock,
  1030: (guest, fd, from) => (from < 0 ? fail("EINVAL") : duplicate(guest, fd, from, true)),
};

/** Whether the descriptor is a terminal. */
export function isTerminal(guest: Guest, fd: number): boolean {
  const file = guest.descriptors.get(fd);
  if (file.node.kind !== "console") return false;
  return guest.terminal.streams.has(fd) || (fd > 2 && guest.terminal.streams.has(file.stream));
}

/** The terminal's settings as TCGETS shows them: cooked, with echo (struct termios). */
function termios(guest: Guest): Uint8Array {
  const control = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0];
  return pack(
    guest.memory.wordBytes,
    [
      ["u32", 0x500],
      ["u32", 0x5],
      ["u32", 0xbf],
      ["u32", 0x8a3b],
      ["u8", 0],
      ...control.map((character) => ["u8", character] as const),
    ],
    36,
  );
}

/** What ioctl does on a terminal, by request (asm-generic/ioctls.h). */
const ioctlRequests: Readonly<Record<number, (guest: Guest, argument: bigint) => number>> = {
  21505: (guest, argument) => {
    guest.memory.write(argument, termios(guest));
    return 0;
  },
  21506: () => 0,
  21507: () => 0,
  21508: () => 0,
  21519: (guest, argument) => {
    guest.memory.writeNumber(argument, 4, BigInt(processId));
    return 0;
  },
  21523: (guest, argument) => {
    const { rows, columns } = guest.terminal;
    const size = [
      ["u16", rows],
      ["u16", columns],
      ["u16", 0],
      ["u16", 0],
    ] as const;
    guest.memory.write(argument, pack(guest.memory.wordBytes, size));
    return 0;
  },
  21531: (guest, argument) => {
    guest.memory.writeNumber(argument, 4, BigInt(guest.console.available));
    return 0;
  },
};

const Poll = { IN: 1, OUT: 4, HANG_UP: 16, INVALID: 32 } as const;

/**
 * What can be done at once with a descriptor. The console counts as readable: whether a person
 * will type is known only by asking, and the read that follows does.
 */
function readiness(guest: Guest, fd: number, wanted: number): number {
  if (!guest.descriptors.has(fd)) return Poll.INVALID;
  const { pipe, node, flags } = guest.descriptors.get(fd);
  if (node.kind !== "pipe" || pipe === undefined) return wanted & (Poll.IN | Poll.OUT);
  if ((flags & OpenFlag.ACCESS_MODE) === OpenFlag.WRITE_ONLY) return wanted & Poll.OUT;
  const readable = pipe.size > 0 ? wanted & Poll.IN : 0;
  return readable | (pipe.writers === 0 ? Poll.HANG_UP : 0);
}

function* poll(
  guest: Guest,
  list: bigint,
  number: number,
  milliseconds: number | undefined,
): Steps<number> {
  if (number > 1024) fail("EINVAL");
  for (let hasWaited = false; ; hasWaited = true) {
    let ready = 0;
    for (let index = 0; index < number; index++) {
      const entry = list + BigInt(8 * index);
      const fd = int(guest.memory.readNumber(entry, 4));
      const wanted = Number(guest.memory.readNumber(entry + 4n, 2));
      const events = fd < 0 ? 0 : readiness(guest, fd, wanted);
      guest.memory.writeNumber(entry + 6n, 2, BigInt(events));
      if (events !== 0) ready++;
    }
    if (ready > 0 || (milliseconds !== undefined && hasWaited) || milliseconds === 0) return ready;
    yield { kind: "sleep", milliseconds: milliseconds ?? 1000 };
  }
}

/** Copies between files (sendfile). */
function* sendFile(guest: Guest, args: readonly bigint[]): Steps<number> {
  const target = guest.descriptors.get(int(args[0]));
  const source = guest.descriptors.get(int(args[1]));
  const place = at(args, 2);
  const from = place === 0n ? undefined : Number(guest.memory.readNumber(place, 8));
  const bytes = yield* guest.descriptors.read(source, count(args[3]), from);
  const done = yield* guest.descriptors.write(target, bytes);
  if (from !== undefined) guest.memory.writeNumber(place, 8, BigInt(from + done));
  else if (source.node.kind === "file") source.offset -= bytes.length - done;
  return done;
}

/** A timespec of two 64-bit members in milliseconds; undefined for a null pointer. */
export function milliseconds(guest: Guest, address: bigint, size: 4 | 8 = 8): number | undefined {
  if (address === 0n) return undefined;
  const bits = size * 8;
  const seconds = BigInt.asIntN(bits, guest.memory.readNumber(address, size));
  const rest = BigInt.asIntN(bits, guest.memory.readNumber(address + BigInt(size), size));
  if (seconds < 0n || rest < 0n || rest >= 1_000_000_000n) fail("EINVAL");
  return Number(seconds) * 1000 + Number(rest) / 1e6;
}

export const fileCalls: readonly LinuxCall[] = [
  {
    number: 23,
    name: "dup",
    arguments: "fd",
    summary: "Makes another descriptor for an open file.",
    handler: (guest, _, args) => duplicate(guest, int(args[0]), 0, false),
  },
  {
    number: 24,
    name: "dup3",
    arguments: "fd, new fd, flags",
    summary: "Makes a descriptor refer to an open file.",
    *handler(guest, _, args) {
      const [from, to] = [int(args[0]), int(args[1])];
      const file = guest.descriptors.get(from);
      if (from === to) fail("EINVAL");
      if (guest.descriptors.has(to)) yield* guest.descriptors.close(to);
      guest.descriptors.place(file, to);
      guest.descriptors.setCloseOnExec(to, (int(args[2]) & OpenFlag.CLOSE_ON_EXEC) !== 0);
      return to;
    },
  },
  {
    number: 25,
    name: "fcntl",
    arguments: "fd, command, argument",
    summary: "Inspects or changes a descriptor.",
    handler: (guest, _, args) => {
      guest.descriptors.get(int(args[0]));
      const command = fcntlCommands[int(args[1])] ?? fail("EINVAL");
      return command(guest, int(args[0]), int(args[2]), at(args, 2));
    },
  },
  {
    number: 29,
    name: "ioctl",
    arguments: "fd, request, argument",
    summary: "Asks a device: terminal settings and size.",
    handler: (guest, _, args) => {
      if (!isTerminal(guest, int(args[0]))) fail("ENOTTY");
      const request = ioctlRequests[Number(at(args, 1) & 0xffffffffn)] ?? fail("ENOTTY");
      return request(guest, at(args, 2));
    },
  },
  {
    number: 46,
    name: "ftruncate",
    arguments: "fd, length",
    summary: "Cuts or extends an open file.",
    *handler(guest, _, args) {
      const file = guest.descriptors.get(int(args[0]));
      const size = position(guest, args, 1);
      if (file.node.kind !== "file") fail("EINVAL");
      if ((file.flags & OpenFlag.ACCESS_MODE) === OpenFlag.READ_ONLY) fail("EINVAL");
      yield* guest.fileSystem.load(file.node);
      guest.fileSystem.truncate(file.node, size);
      return 0;
    },
  },
  {
    number: 57,
    name: "close",
    arguments: "fd",
    summary: "Closes a descriptor.",
    *handler(guest, _, args) {
      yield* guest.descriptors.close(int(args[0]));
      return 0;
    },
  },
  {
    number: 59,
    name: "pipe2",
    arguments: "fds, flags",
    summary: "Makes a pipe.",
    handler: (guest, _, args) => {
      const flags = int(args[1]);
      guest.memory.read(at(args, 0), 8);
      const fds = guest.descriptors.createPipe(flags).map((end) => guest.descriptors.install(end));
      for (const [index, fd] of fds.entries()) {
        guest.memory.writeNumber(at(args, 0) + BigInt(4 * index), 4, BigInt(fd));
        guest.descriptors.setCloseOnExec(fd, (flags & OpenFlag.CLOSE_ON_EXEC) !== 0);
      }
      return 0;
    },
  },
  {
    number: 62,
    name: "lseek",
    arguments: "fd, offset, whence",
    summary: "Moves an open file's offset (on RV32, _llseek: high and low half, result).",
    *handler(guest, _, args) {
      // Bare-metal C libraries for RV32 pass the three arguments of the 64-bit call.
      if (guest.xlen === 64 || at(args, 3) === 0n) {
        return yield* seek(guest, int(args[0]), signed(guest, args[1]), int(args[2]));
      }
      const offset = BigInt.asIntN(64, (at(args, 1) << 32n) | at(args, 2));
      const result = at(args, 3);
      if (!guest.memory.allows(result, 8n, Right.write)) fail("EFAULT");
      const target = yield* seek(guest, int(args[0]), offset, int(args[4]));
      guest.memory.writeNumber(result, 8, BigInt(target));
      return 0;
    },
  },
  {
    number: 63,
    name: "read",
    arguments: "fd, buffer, count",
    summary: "Reads from an open file.",
    handler: (guest, _, args) =>
      readInto(guest, guest.descriptors.get(int(args[0])), [
        { address: at(args, 1), length: count(args[2]) },
      ]),
  },
  {
    number: 64,
    name: "write",
    arguments: "fd, buffer, count",
    summary: "Writes to an open file.",
    handler: (guest, _, args) =>
      writeFrom(guest, guest.descriptors.get(int(args[0])), [
        { address: at(args, 1), length: count(args[2]) },
      ]),
  },
  {
    number: 65,
    name: "readv",
    arguments: "fd, iovec, count",
    summary: "Reads into several buffers.",
    handler: (guest, _, args) =>
      readInto(guest, guest.descriptors.get(int(args[0])), parts(guest, at(args, 1), int(args[2]))),
  },
  {
    number: 66,
    name: "writev",
    arguments: "fd, iovec, count",
    summary: "Writes from several buffers.",
    handler: (guest, _, args) =>
      writeFrom(
        guest,
        guest.descriptors.get(int(args[0])),
        parts(guest, at(args, 1), int(args[2])),
      ),
  },
  {
    number: 67,
    name: "pread64",
    arguments: "fd, buffer, count, position",
    summary: "Reads at a position.",
    handler: (guest, _, args) =>
      readInto(
        guest,
        seekable(guest, int(args[0])),
        [{ address: at(args, 1), length: count(args[2]) }],
        position(guest, args, 3),
      ),
  },
  {
    number: 68,
    name: "pwrite64",
    arguments: "fd, buffer, count, position",
    summary: "Writes at a position.",
    handler: (guest, _, args) =>
      writeFrom(
        guest,
        seekable(guest, int(args[0])),
        [{ address: at(args, 1), length: count(args[2]) }],
        position(guest, args, 3),
      ),
  },
  {
    number: 71,
    name: "sendfile",
    arguments: "to fd, from fd, position, count",
    summary: "Copies from one open file to another.",
    handler: (guest, _, args) => sendFile(guest, args),
  },
  {
    number: 73,
    name: "ppoll",
    arguments: "fds, number, timeout, mask, size",
    summary: "Waits until descriptors are ready.",
    handler: (guest, _, args) =>
      poll(guest, at(args, 0), int(args[1]), milliseconds(guest, at(args, 2))),
  },
  {
    number: 414,
    name: "ppoll_time64",
    arguments: "fds, number, timeout, mask, size",
    summary: "Waits until descriptors are ready (RV32).",
    handler: (guest, _, args) =>
      poll(guest, at(args, 0), int(args[1]), milliseconds(guest, at(args, 2))),
  },
  {
    number: 82,
    name: "fsync",
    arguments: "fd",
    summary: "Writes a changed file back to the host.",
    *handler(guest, _, args) {
      yield* guest.fileSystem.flush(guest.descriptors.get(int(args[0])).node);
      return 0;
    },
  },
  {
    number: 83,
    name: "fdatasync",
    arguments: "fd",
    summary: "Writes a changed file's content back to the host.",
    *handler(guest, _, args) {
      yield* guest.fileSystem.flush(guest.descriptors.get(int(args[0])).node);
      return 0;
    },
  },
];
