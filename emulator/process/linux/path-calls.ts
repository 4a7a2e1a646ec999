/** The Linux calls on paths: opening, status, directories, renaming. */

import { Right } from "../../translation.ts";
import type { Steps } from "../console.ts";
import { OpenFlag } from "../descriptors.ts";
import { fail } from "../errno.ts";
import type { FileNode } from "../file-system.ts";
import type { Guest } from "../guest.ts";
import { pack } from "../memory-view.ts";
import { isTerminal } from "./file-calls.ts";
import { at, count, int, type LinuxCall, type LinuxState, userId } from "./state.ts";

/** "The current directory" in place of a directory's descriptor. */
const AT_FDCWD = -100;
const AtFlag = { SYMLINK_NOFOLLOW: 0x100, REMOVEDIR: 0x200, EMPTY_PATH: 0x1000 } as const;

/** File type bits of st_mode, and d_type of a directory entry, by kind of node. */
const types: Readonly<Record<FileNode["kind"], { mode: number; entry: number }>> = {
  file: { mode: 0o100000, entry: 8 },
  directory: { mode: 0o040000, entry: 4 },
  symlink: { mode: 0o120000, entry: 10 },
  console: { mode: 0o020000, entry: 2 },
  null: { mode: 0o020000, entry: 2 },
  zero: { mode: 0o020000, entry: 2 },
  random: { mode: 0o020000, entry: 2 },
  pipe: { mode: 0o010000, entry: 1 },
};

const blockSize = 4096;

/** The directory that a relative path begins at. */
function base(guest: Guest, fd: number, path: string): FileNode {
  if (path.startsWith("/")) return guest.fileSystem.root;
  if (fd === AT_FDCWD) return guest.directory;
  const { node } = guest.descriptors.get(fd);
  return node.kind === "directory" ? node : fail("ENOTDIR");
}

/** The node that (dirfd, path, flags) name. */
function* named(guest: Guest, fd: number, address: bigint, flags: number): Steps<FileNode> {
  const path = guest.memory.readString(address);
  if (path === "" && (flags & AtFlag.EMPTY_PATH) !== 0) {
    return fd === AT_FDCWD ? guest.directory : guest.descriptors.get(fd).node;
  }
  const follow = (flags & AtFlag.SYMLINK_NOFOLLOW) === 0;
  return yield* guest.fileSystem.lookup(base(guest, fd, path), path, follow);
}

/** As chown by somebody without privileges; −1 leaves an owner as it is. */
function changeOwner(user: number, group: number): number {
  return [user, group].every((id) => id === -1 || id === userId) ? 0 : fail("EPERM");
}

/** Opens a file as openat does; returns its descriptor. */
export function* open(
  guest: Guest,
  state: LinuxState,
  fd: number,
  path: string,
  flags: number,
  mode: number,
): Steps<number> {
  const files = guest.fileSystem;
  const follow = (flags & OpenFlag.NO_FOLLOW) === 0 && (flags & OpenFlag.EXCLUSIVE) === 0;
  const { parent, name, node: found } = yield* files.locate(base(guest, fd, path), path, follow);
  let node = name === "" ? (found ?? parent) : found;
  const writes = (flags & OpenFlag.ACCESS_MODE) !== OpenFlag.READ_ONLY;
  if (node !== undefined) {
    if (flags & OpenFlag.CREATE && flags & OpenFlag.EXCLUSIVE) fail("EEXIST");
    if (node.kind === "symlink") fail("ELOOP");
    if (node.kind === "directory" && (writes || flags & OpenFlag.CREATE)) fail("EISDIR");
    if (node.kind !== "directory" && flags & OpenFlag.DIRECTORY) fail("ENOTDIR");
    if (node.kind === "file" && (flags & OpenFlag.PATH) === 0) {
      if (writes && flags & OpenFlag.TRUNCATE) files.clear(node);
      else yield* files.load(node);
    }
  } else {
    if ((flags & OpenFlag.CREATE) === 0) fail("ENOENT");
    if (path.endsWith("/")) fail("EISDIR");
    node = files.createFile(parent, name, mode & ~state.umask & 0o7777);
  }
  const isError = node.kind === "console" && node.name === "stderr";
  const opened = guest.descriptors.open(node, flags, isError ? 2 : 1);
  const number = guest.descriptors.install(opened);
  guest.descriptors.setCloseOnExec(number, (flags & OpenFlag.CLOSE_ON_EXEC) !== 0);
  return number;
}

/** The members that stat and statx share. */
function* describe(guest: Guest, node: FileNode, fd?: number): Steps<Status> {
  yield* guest.fileSystem.status(node);
  const { mode } = types[node.kind];
  // What is no terminal behind the console is a pipe, so that C libraries buffer whole blocks.
  const isPipe = node.kind === "console" && fd !== undefined && !isTerminal(guest, fd);
  return {
    mode: (isPipe ? types.pipe.mode : mode) | node.permissions,
    inode: node.number,
    size: node.size,
    links: node.kind === "directory" ? 2 : node.isDeleted ? 0 : 1,
    device: node.kind === "console" && !isPipe ? 0x8800 : 0,
    blocks: Math.ceil(node.size / 512),
    seconds: Math.floor(node.modified / 1000),
    nanoseconds: Math.floor((node.modified % 1000) * 1e6),
  };
}

interface Status {
  readonly mode: number;
  readonly inode: number;
  readonly size: number;
  readonly links: number;
  readonly device: number;
  readonly blocks: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** struct stat (asm-generic/stat.h); the same on RV32, where only bare-metal libraries use it. */
function statBytes(status: Status): Uint8Array {
  const time = [
    ["u64", status.seconds],
    ["u64", status.nanoseconds],
  ] as const;
  return pack(8, [
    ["u64", 1],
    ["u64", status.inode],
    ["u32", status.mode],
    ["u32", status.links],
    ["u32", userId],
    ["u32", userId],
    ["u64", status.device],
    ["u64", 0],
    ["u64", status.size],
    ["u32", blockSize],
    ["u32", 0],
    ["u64", status.blocks],
    ...time,
    ...time,
    ...time,
    ["u32", 0],
    ["u32", 0],
  ]);
}

/** struct statx (linux/stat.h): all basic members. */
function statxBytes(status: Status): Uint8Array {
  const time = [
    ["u64", status.seconds],
    ["u32", status.nanoseconds],
    ["u32", 0],
  ] as const;
  return pack(
    8,
    [
      ["u32", 0x7ff],
      ["u32", blockSize],
      ["u64", 0],
      ["u32", status.links],
      ["u32", userId],
      ["u32", userId],
      ["u16", status.mode],
      ["u16", 0],
      ["u64", status.inode],
      ["u64", status.size],
      ["u64", status.blocks],
      ["u64", 0],
      ...time,
      ["u64", 0],
      ["u64", 0],
      ...time,
      ...time,
      ["u32", status.device >> 8],
      ["u32", status.device & 255],
      ["u32", 0],
      ["u32", 1],
    ],
    256,
  );
}

function* stat(guest: Guest, node: FileNode, address: bigint, fd?: number): Steps<number> {
  guest.memory.write(address, statBytes(yield* describe(guest, node, fd)));
  return 0;
}

/** Whether the path has an empty name, and so means the descriptor itself. */
function ownDescriptor(guest: Guest, args: readonly bigint[], flags: number): number | undefined {
  const isOwn = (flags & AtFlag.EMPTY_PATH) !== 0 && guest.memory.readString(at(args, 1)) === "";
  return isOwn ? int(args[0]) : undefined;
}

/** getdents64: struct linux_dirent64, as many whole entries as fit. */
function* entries(guest: Guest, args: readonly bigint[]): Steps<number> {
  const file = guest.descriptors.get(int(args[0]));
  if (file.node.kind !== "directory") fail("ENOTDIR");
  const room = count(args[2]);
  if (room > 0 && !guest.memory.allows(at(args, 1), BigInt(room), Right.write)) fail("EFAULT");
  const children = yield* guest.fileSystem.list(file.node);
  const all = [
    { name: ".", node: file.node },
    { name: "..", node: file.node.parent },
    ...children.map((node) => ({ name: node.name, node })),
  ];
  const encoder = new TextEncoder();
  let done = 0;
  while (file.offset < all.length) {
    const { name, node } = all[file.offset] as (typeof all)[number];
    const text = encoder.encode(name);
    const length = (19 + text.length + 1 + 7) & ~7;
    if (done + length > room) break;
    const entry = pack(
      8,
      [
        ["u64", node.number],
        ["u64", file.offset + 1],
        ["u16", length],
        ["u8", types[node.kind].entry],
        ...[...text].map((byte) => ["u8", byte] as const),
      ],
      length,
    );
    guest.memory.write(at(args, 1) + BigInt(done), entry);
    done += length;
    file.offset++;
  }
  if (done === 0 && file.offset < all.length) fail("EINVAL");
  return done;
}

/** Copies a path that readlinkat or getcwd gives. */
function putText(guest: Guest, address: bigint, text: string, room: number): number {
  const bytes = new TextEncoder().encode(text).subarray(0, room);
  guest.memory.write(address, bytes);
  return bytes.length;
}

function* rename(guest: Guest, args: readonly bigint[], flags: number): Steps<number> {
  const from = guest.memory.readString(at(args, 1));
  const to = guest.memory.readString(at(args, 3));
  const files = guest.fileSystem;
  if (flags & ~1) fail("EINVAL");
  const node = yield* files.lookup(base(guest, int(args[0]), from), from, false);
  const target = yield* files.locate(base(guest, int(args[2]), to), to, false);
  if (target.name === "") fail("EBUSY");
  if (flags & 1 && target.node !== undefined) fail("EEXIST");
  yield* files.rename(node, target.parent, target.name, target.node);
  return 0;
}

/** A path whose last name must not exist yet, relative to a directory's descriptor. */
function* fresh(guest: Guest, fd: number, path: string): Steps<{ parent: FileNode; name: string }> {
  const located = yield* guest.fileSystem.locate(base(guest, fd, path), path, false);
  if (located.node !== undefined || located.name === "") fail("EEXIST");
  return located;
}

export const pathCalls: readonly LinuxCall[] = [
  {
    number: 17,
    name: "getcwd",
    arguments: "buffer, size",
    summary: "The current directory's path.",
    handler: (guest, _, args) => {
      const path = `${guest.fileSystem.pathOf(guest.directory)}\0`;
      const length = new TextEncoder().encode(path).length;
      if (length > count(args[1])) fail("ERANGE");
      return putText(guest, at(args, 0), path, length);
    },
  },
  {
    number: 34,
    name: "mkdirat",
    arguments: "directory fd, path, mode",
    summary: "Makes a directory.",
    *handler(guest, state, args) {
      const path = guest.memory.readString(at(args, 1));
      const { parent, name } = yield* fresh(guest, int(args[0]), path);
      const mode = int(args[2]) & ~state.umask & 0o7777;
      yield* guest.fileSystem.createDirectory(parent, name, mode);
      return 0;
    },
  },
  {
    number: 35,
    name: "unlinkat",
    arguments: "directory fd, path, flags",
    summary: "Removes a file or an empty directory.",
    *handler(guest, _, args) {
      const path = guest.memory.readString(at(args, 1));
      const node = yield* guest.fileSystem.lookup(base(guest, int(args[0]), path), path, false);
      const wantsDirectory = (int(args[2]) & AtFlag.REMOVEDIR) !== 0;
      if (wantsDirectory && node.kind !== "directory") fail("ENOTDIR");
      if (!wantsDirectory && node.kind === "directory") fail("EISDIR");
      yield* guest.fileSystem.remove(node);
      return 0;
    },
  },
  {
    number: 36,
    name: "symlinkat",
    arguments: "target, directory fd, path",
    summary: "Makes a symbolic link, in directories that exist in memory only.",
    *handler(guest, _, args) {
      const target = guest.memory.readString(at(args, 0));
      const path = guest.memory.readString(at(args, 2));
      const { parent, name } = yield* fresh(guest, int(args[1]), path);
      guest.fileSystem.createLink(parent, name, target);
      return 0;
    },
  },
  {
    number: 38,
    name: "renameat",
    arguments: "old fd, old path, new fd, new path",
    summary: "Renames a file.",
    handler: (guest, _, args) => rename(guest, args, 0),
  },
  {
    number: 276,
    name: "renameat2",
    arguments: "old fd, old path, new fd, new path, flags",
    summary: "Renames a file, perhaps only to a free name.",
    handler: (guest, _, args) => rename(guest, args, int(args[4])),
  },
  {
    number: 48,
    name: "faccessat",
    arguments: "directory fd, path, mode",
    summary: "Says whether a file can be accessed.",
    *handler(guest, _, args) {
      yield* named(guest, int(args[0]), at(args, 1), 0);
      return 0;
    },
  },
  {
    number: 439,
    name: "faccessat2",
    arguments: "directory fd, path, mode, flags",
    summary: "Says whether a file can be accessed.",
    *handler(guest, _, args) {
      yield* named(guest, int(args[0]), at(args, 1), int(args[3]));
      return 0;
    },
  },
  {
    number: 49,
    name: "chdir",
    arguments: "path",
    summary: "Changes the current directory.",
    *handler(guest, _, args) {
      const path = guest.memory.readString(at(args, 0));
      const node = yield* guest.fileSystem.lookup(guest.directory, path);
      if (node.kind !== "directory") fail("ENOTDIR");
      guest.directory = node;
      return 0;
    },
  },
  {
    number: 50,
    name: "fchdir",
    arguments: "fd",
    summary: "Changes the current directory.",
    handler: (guest, _, args) => {
      const { node } = guest.descriptors.get(int(args[0]));
      if (node.kind !== "directory") fail("ENOTDIR");
      guest.directory = node;
      return 0;
    },
  },
  {
    number: 52,
    name: "fchmod",
    arguments: "fd, mode",
    summary: "Sets permission bits in memory.",
    handler: (guest, _, args) => {
      guest.descriptors.get(int(args[0])).node.permissions = int(args[1]) & 0o7777;
      return 0;
    },
  },
  {
    number: 53,
    name: "fchmodat",
    arguments: "directory fd, path, mode",
    summary: "Sets permission bits in memory.",
    *handler(guest, _, args) {
      const node = yield* named(guest, int(args[0]), at(args, 1), 0);
      node.permissions = int(args[2]) & 0o7777;
      return 0;
    },
  },
  {
    number: 54,
    name: "fchownat",
    arguments: "directory fd, path, user, group, flags",
    summary: "Accepts the process's own user and group: files have no other owner.",
    *handler(guest, _, args) {
      yield* named(guest, int(args[0]), at(args, 1), int(args[4]));
      return changeOwner(int(args[2]), int(args[3]));
    },
  },
  {
    number: 55,
    name: "fchown",
    arguments: "fd, user, group",
    summary: "Accepts the process's own user and group: files have no other owner.",
    handler: (guest, _, args) => {
      guest.descriptors.get(int(args[0]));
      return changeOwner(int(args[1]), int(args[2]));
    },
  },
  {
    number: 56,
    name: "openat",
    arguments: "directory fd, path, flags, mode",
    summary: "Opens a file.",
    *handler(guest, state, args) {
      const path = guest.memory.readString(at(args, 1));
      return yield* open(guest, state, int(args[0]), path, int(args[2]), int(args[3]));
    },
  },
  {
    number: 1024,
    name: "open",
    arguments: "path, flags, mode",
    summary: "Opens a file (the number that bare-metal C libraries use).",
    *handler(guest, state, args) {
      const path = guest.memory.readString(at(args, 0));
      return yield* open(guest, state, AT_FDCWD, path, newlibFlags(int(args[1])), int(args[2]));
    },
  },
  {
    number: 1026,
    name: "unlink",
    arguments: "path",
    summary: "Removes a file (the number that bare-metal C libraries use).",
    *handler(guest, _, args) {
      const node = yield* named(guest, AT_FDCWD, at(args, 0), AtFlag.SYMLINK_NOFOLLOW);
      if (node.kind === "directory") fail("EISDIR");
      yield* guest.fileSystem.remove(node);
      return 0;
    },
  },
  {
    number: 1038,
    name: "stat",
    arguments: "path, status",
    summary: "A file's status (the number that bare-metal C libraries use).",
    *handler(guest, _, args) {
      return yield* stat(guest, yield* named(guest, AT_FDCWD, at(args, 0), 0), at(args, 1));
    },
  },
  {
    number: 61,
    name: "getdents64",
    arguments: "fd, buffer, size",
    summary: "Reads entries of a directory.",
    handler: (guest, _, args) => entries(guest, args),
  },
  {
    number: 78,
    name: "readlinkat",
    arguments: "directory fd, path, buffer, size",
    summary: "What a symbolic link points to.",
    *handler(guest, _, args) {
      const node = yield* named(guest, int(args[0]), at(args, 1), AtFlag.SYMLINK_NOFOLLOW);
      if (node.kind !== "symlink" || int(args[3]) <= 0) fail("EINVAL");
      return putText(guest, at(args, 2), node.target, count(args[3]));
    },
  },
  {
    number: 79,
    name: "newfstatat",
    arguments: "directory fd, path, status, flags",
    summary: "A file's status.",
    *handler(guest, _, args) {
      const flags = int(args[3]);
      const node = yield* named(guest, int(args[0]), at(args, 1), flags);
      return yield* stat(guest, node, at(args, 2), ownDescriptor(guest, args, flags));
    },
  },
  {
    number: 80,
    name: "fstat",
    arguments: "fd, status",
    summary: "An open file's status.",
    handler: (guest, _, args) =>
      stat(guest, guest.descriptors.get(int(args[0])).node, at(args, 1), int(args[0])),
  },
  {
    number: 88,
    name: "utimensat",
    arguments: "directory fd, path, times, flags",
    summary: "Sets a file's time in memory.",
    *handler(guest, _, args) {
      const isOwn = at(args, 1) === 0n;
      const node = isOwn
        ? guest.descriptors.get(int(args[0])).node
        : yield* named(guest, int(args[0]), at(args, 1), int(args[3]));
      node.modified = Number(guest.host.now() / 1_000_000n);
      return 0;
    },
  },
  {
    number: 166,
    name: "umask",
    arguments: "mask",
    summary: "Sets the mode bits that new files do not get.",
    handler: (_, state, args) => {
      const before = state.umask;
      state.umask = int(args[0]) & 0o777;
      return before;
    },
  },
  {
    number: 291,
    name: "statx",
    arguments: "directory fd, path, flags, mask, status",
    summary: "A file's status, extended.",
    *handler(guest, _, args) {
      const flags = int(args[2]);
      const node = yield* named(guest, int(args[0]), at(args, 1), flags);
      const status = yield* describe(guest, node, ownDescriptor(guest, args, flags));
      guest.memory.write(at(args, 4), statxBytes(status));
      return 0;
    },
  },
];

/**
 * Bare-metal C libraries number the flags of open as BSD does (sys/_default_fcntl.h). Linux's
 * O_CREAT, which has no meaning there, shows that assembly code uses Linux's numbers.
 */
function newlibFlags(flags: number): number {
  if (flags & OpenFlag.CREATE) return flags;
  let result = flags & OpenFlag.ACCESS_MODE;
  if (flags & 0x0008) result |= OpenFlag.APPEND;
  if (flags & 0x0200) result |= OpenFlag.CREATE;
  if (flags & 0x0400) result |= OpenFlag.TRUNCATE;
  if (flags & 0x0800) result |= OpenFlag.EXCLUSIVE;
  return result;
}
