/**
 * The files that a guest sees: a tree of nodes in memory, parts of which stand for folders of the
 * host (the mounts). What the host has is looked up by name when the guest first asks, read when a
 * file is first opened, and written back when it is closed, synchronised or the process ends.
 * Paths are resolved here, in the guest's tree, so ".." at the root stays at the root and nothing
 * outside the mounts can be named. Path resolution follows path_resolution(7).
 */
import type { FileError, FileStatus, HostReply } from "../machine.ts";
import type { Steps } from "./console.ts";
import { fail } from "./errno.ts";
import type { Stateful } from "./saved-state.ts";

/** What a node is; the devices are those of /dev. */
export const nodeKinds = [
  "file",
  "directory",
  "symlink",
  "console",
  "null",
  "zero",
  "random",
  "pipe",
] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** A file, directory or device. Times in milliseconds since the epoch. */
export interface FileNode {
  readonly number: number;
  readonly kind: NodeKind;
  name: string;
  /** The root's parent is itself. */
  parent: FileNode;
  permissions: number;
  modified: number;
  /** Where the host has it; undefined for what exists in memory only. */
  hostPath: string | undefined;
  /** Of a directory: what is known of it. */
  readonly children: Map<string, FileNode>;
  /** Of a mounted directory: `children` is all that the host has. */
  isListed: boolean;
  /** Of a file: the content (`size` bytes of `data`), or undefined until it is read. */
  data: Uint8Array | undefined;
  /** In bytes. */
  size: number;
  /** Holds when the host's copy is older than `data`. */
  isDirty: boolean;
  /** Of a symbolic link. */
  readonly target: string;
  /** Holds after the last name is gone; open descriptors still work. */
  isDeleted: boolean;
  /** How often the file system's state had been taken when `data` was made. */
  saves: number;
}

interface FileSystemState {
  root: FileNode;
  /** Mounted files that may have to be written back. */
  readonly dirty: Set<FileNode>;
  nextNumber: number;
}

/** The largest file, in bytes. */
export const largestFile = 1 << 30;
const longestPath = 4096;
const longestName = 255;
const mostLinks = 40;

/** The files that a process sees. */
export class FileSystem implements Stateful<FileSystemState> {
  #state: FileSystemState;
  readonly #now: () => number;
  /** How often the state was taken: bytes that were there before are another's too. */
  #saves = 0;

  /**
   * @param mounts guest path to the path that the host knows the folder by
   * @param now milliseconds since the epoch
   */
  constructor(mounts: Readonly<Record<string, string>>, now: () => number) {
    this.#now = now;
    this.#state = { root: undefined as unknown as FileNode, dirty: new Set(), nextNumber: 2 };
    this.#state.root = this.#node("directory", "", undefined);
    const paths = Object.entries(mounts).sort(([a], [b]) => a.length - b.length);
    for (const [guest, host] of paths) {
      const folder = this.#makeFolders(guest);
      folder.hostPath = host.length > 1 && host.endsWith("/") ? host.slice(0, -1) : host;
    }
    this.#addDevices();
  }

  get root(): FileNode {
    return this.#state.root;
  }

  /** What is read of it may be saved: contents are copied before they are next changed. */
  get state(): FileSystemState {
    this.#saves++;
    return this.#state;
  }

  set state(state: FileSystemState) {
    this.#saves++;
    this.#state = state;
  }

  /** Adds an in-memory symbolic link, making the folders on its way. */
  addLink(path: string, target: string): void {
    const at = path.lastIndexOf("/");
    const parent = this.#makeFolders(path.slice(0, at));
    this.#attach(this.#node("symlink", path.slice(at + 1), parent, target), parent);
  }

  /** A directory that is mounted or exists in memory, made where it is missing. */
  folder(path: string): FileNode {
    return this.#makeFolders(path, true);
  }

  /** A node without a name: a pipe, or a file with the given content. */
  anonymous(kind: "pipe" | "console" | "file", content = new Uint8Array(0)): FileNode {
    const node = this.#node(kind, "", undefined);
    if (kind === "file") {
      node.data = content;
      node.size = content.length;
    }
    return node;
  }

  /** The node that a path names; ENOENT, ENOTDIR, ELOOP, … where there is none. */
  *lookup(from: FileNode, path: string, follow = true): Steps<FileNode> {
    const { parent, name, node } = yield* this.#walk(from, path, follow);
    if (node !== undefined) return node;
    return name === "" ? parent : fail("ENOENT");
  }

  /** The directory and name that a path would have, and the node if it exists. */
  locate(from: FileNode, path: string, follow = true): Steps<Located> {
    return this.#walk(from, path, follow);
  }

  /** Makes an empty file in a directory. */
  createFile(parent: FileNode, name: string, permissions: number): FileNode {
    const node = this.#node("file", name, parent);
    node.permissions = permissions;
    node.data = new Uint8Array(0);
    this.#attach(node, parent);
    if (parent.hostPath !== undefined) {
      node.hostPath = join(parent.hostPath, name);
      this.#markDirty(node);
    }
    return node;
  }

  *createDirectory(parent: FileNode, name: string, permissions: number): Steps<FileNode> {
    const node = this.#node("directory", name, parent);
    node.permissions = permissions;
    if (parent.hostPath !== undefined) {
      node.hostPath = join(parent.hostPath, name);
      done(yield { kind: "create-directory", path: node.hostPath });
      node.isListed = true;
    }
    this.#attach(node, parent);
    return node;
  }

  /** A symbolic link, which only directories in memory can hold. */
  createLink(parent: FileNode, name: string, target: string): void {
    if (parent.hostPath !== undefined) fail("EPERM");
    this.#attach(this.#node("symlink", name, parent, target), parent);
  }

  /** Removes the name of a file, or an empty directory. */
  *remove(node: FileNode): Steps<void> {
    if (node === node.parent || this.#isMountPoint(node)) fail("EBUSY");
    if (node.kind === "directory" && (yield* this.list(node)).length > 0) fail("ENOTEMPTY");
    // A file that was never written back does not exist on the host yet.
    if (node.hostPath !== undefined && (yield* this.#isOnHost(node))) {
      done(yield { kind: "delete", path: node.hostPath });
    }
    this.#detach(node);
    node.isDeleted = true;
    this.#state.dirty.delete(node);
  }

  /** Gives a node another name; `replaced` is what has that name now. */
  *rename(
    node: FileNode,
    parent: FileNode,
    name: string,
    replaced: FileNode | undefined,
  ): Steps<void> {
    for (let at = parent; at !== this.root; at = at.parent) if (at === node) fail("EINVAL");
    if (node === this.root || this.#isMountPoint(node)) fail("EBUSY");
    if ((node.hostPath === undefined) !== (parent.hostPath === undefined)) fail("EXDEV");
    if (replaced === node) return;
    if (replaced !== undefined) {
      const isDirectory = node.kind === "directory";
      if (isDirectory && replaced.kind !== "directory") fail("ENOTDIR");
      if (!isDirectory && replaced.kind === "directory") fail("EISDIR");
      yield* this.remove(replaced);
    }
    if (node.hostPath !== undefined && parent.hostPath !== undefined) {
      const to = join(parent.hostPath, name);
      yield* this.flush(node);
      done(yield { kind: "rename", path: node.hostPath, to });
      rebase(node, node.hostPath, to);
    }
    this.#detach(node);
    node.name = name;
    node.parent = parent;
    this.#attach(node, parent);
  }

  /** The entries of a directory, without "." and "..". */
  *list(directory: FileNode): Steps<FileNode[]> {
    if (directory.hostPath !== undefined && !directory.isListed) {
      const reply = yield { kind: "read-directory", path: directory.hostPath };
      if (reply.kind !== "entries") return refuse(reply);
      for (const { name, type } of reply.entries) {
        if (!directory.children.has(name)) this.#fromHost(directory, name, type);
      }
      directory.isListed = true;
    }
    return [...directory.children.values()];
  }

  /** Makes sure that a mounted file's size and time are known. */
  *status(node: FileNode): Steps<FileNode> {
    const isKnown = node.data !== undefined || node.kind !== "file" || node.modified !== 0;
    if (node.hostPath === undefined || isKnown) return node;
    const reply = yield { kind: "stat", path: node.hostPath };
    if (reply.kind !== "status") return refuse(reply);
    node.size = reply.status.size;
    node.modified = reply.status.modified;
    return node;
  }

  /** Makes sure that a file's content is there; returns it. */
  *load(node: FileNode): Steps<Uint8Array> {
    if (node.data !== undefined) return node.data;
    if (node.hostPath === undefined) throw new Error(`file ${node.number} has no content`);
    const { size } = yield* this.status(node);
    if (size > largestFile) fail("EFBIG");
    const reply = yield { kind: "read-file", path: node.hostPath };
    if (reply.kind !== "data") return refuse(reply);
    node.data = reply.data.slice();
    node.size = reply.data.length;
    return node.data;
  }

  /** Bytes of a file whose content was loaded. */
  readAt(node: FileNode, offset: number, length: number): Uint8Array {
    const end = Math.min(node.size, offset + length);
    return (node.data ?? new Uint8Array(0)).slice(Math.min(offset, end), end);
  }

  /** Writes into a file whose content was loaded; a gap before `offset` becomes zeros. */
  writeAt(node: FileNode, offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const end = offset + bytes.length;
    if (end > node.size) this.#resize(node, end);
    this.#ownData(node).set(bytes, offset);
    this.#touch(node);
  }

  /** Cuts or extends a file, whose content was loaded, to `size` bytes. */
  truncate(node: FileNode, size: number): void {
    this.#resize(node, size);
    this.#touch(node);
  }

  /** Discards a file's content without reading it from the host first. */
  clear(node: FileNode): void {
    node.data = new Uint8Array(0);
    node.size = 0;
    this.#touch(node);
  }

  /** Writes a changed file back to the host. */
  *flush(node: FileNode): Steps<void> {
    if (!this.#state.dirty.has(node) || node.hostPath === undefined) return;
    const data = (node.data ?? new Uint8Array(0)).slice(0, node.size);
    done(yield { kind: "write-file", path: node.hostPath, data });
    node.isDirty = false;
    this.#state.dirty.delete(node);
  }

  /** Writes all changed files back; the ones that the host refuses are named in the result. */
  *flushAll(): Steps<string[]> {
    const refused: string[] = [];
    for (const node of [...this.#state.dirty]) {
      try {
        yield* this.flush(node);
      } catch {
        this.#state.dirty.delete(node);
        refused.push(this.pathOf(node));
      }
    }
    return refused;
  }

  /** The absolute path of a node. */
  pathOf(node: FileNode): string {
    const names: string[] = [];
    for (let at = node; at.parent !== at; at = at.parent) names.unshift(at.name);
    return `/${names.join("/")}`;
  }

  *#walk(from: FileNode, path: string, follow: boolean): Steps<Located> {
    if (path.length > longestPath) fail("ENAMETOOLONG");
    if (path === "") fail("ENOENT");
    let links = 0;
    let parent = path.startsWith("/") ? this.root : from;
    let node: FileNode | undefined = parent;
    let name = "";
    const rest = path.split("/").filter((part) => part !== "" && part !== ".");
    const wantsDirectory = /\/\.?$/.test(path);
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (node === undefined) fail("ENOENT");
      if (node.kind !== "directory") fail("ENOTDIR");
      if (part.length > longestName) fail("ENAMETOOLONG");
      if (part === "..") {
        node = node.parent;
        parent = node.parent;
        name = "";
        continue;
      }
      parent = node;
      name = part;
      node = yield* this.#child(parent, part);
      if (node?.kind === "symlink" && (follow || rest.length > 0 || wantsDirectory)) {
        if (++links > mostLinks) fail("ELOOP");
        const { target } = node;
        rest.unshift(...target.split("/").filter((step) => step !== "" && step !== "."));
        node = target.startsWith("/") ? this.root : parent;
        parent = node;
        name = "";
      }
    }
    if (wantsDirectory && node !== undefined && node.kind !== "directory") fail("ENOTDIR");
    return { parent, name, node };
  }

  /** The child of that name, asked of the host when it is not known. */
  *#child(directory: FileNode, name: string): Steps<FileNode | undefined> {
    const known = directory.children.get(name);
    if (known !== undefined || directory.hostPath === undefined || directory.isListed) return known;
    const reply = yield { kind: "stat", path: join(directory.hostPath, name) };
    if (reply.kind === "error" && reply.error === "ENOENT") return undefined;
    if (reply.kind !== "status") return refuse(reply);
    const node = this.#fromHost(directory, name, reply.status.type);
    node.size = reply.status.size;
    node.modified = reply.status.modified;
    return node;
  }

  *#isOnHost(node: FileNode): Steps<boolean> {
    if (!node.isDirty || node.hostPath === undefined) return true;
    const reply = yield { kind: "stat", path: node.hostPath };
    return reply.kind === "status";
  }

  #isMountPoint(node: FileNode): boolean {
    return node.hostPath !== undefined && node.parent.hostPath === undefined;
  }

  #fromHost(directory: FileNode, name: string, type: FileStatus["type"]): FileNode {
    const node = this.#node(type, name, directory);
    node.hostPath = join(directory.hostPath as string, name);
    node.modified = 0;
    this.#attach(node, directory);
    return node;
  }

  #node(kind: NodeKind, name: string, parent: FileNode | undefined, target = ""): FileNode {
    const node = {
      number: this.#state.nextNumber++,
      kind,
      name,
      permissions: kind === "directory" ? 0o755 : 0o644,
      modified: this.#now(),
      hostPath: undefined,
      children: new Map<string, FileNode>(),
      isListed: false,
      data: undefined,
      size: target.length,
      isDirty: false,
      target,
      isDeleted: false,
      saves: -1,
    };
    const complete = Object.assign(node, { parent: parent as FileNode });
    if (parent === undefined) complete.parent = complete;
    return complete;
  }

  #attach(node: FileNode, parent: FileNode): void {
    parent.children.set(node.name, node);
  }

  #detach(node: FileNode): void {
    node.parent.children.delete(node.name);
  }

  /** @param inherits a folder that is made inside a mount is the host's too */
  #makeFolders(path: string, inherits = false): FileNode {
    let at = this.root;
    for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
      let next = at.children.get(name);
      if (next === undefined) {
        next = this.#node("directory", name, at);
        if (inherits && at.hostPath !== undefined) next.hostPath = join(at.hostPath, name);
        this.#attach(next, at);
      }
      at = next;
    }
    return at;
  }

  #addDevices(): void {
    const folder = this.#makeFolders("/dev");
    const devices: [string, NodeKind][] = [
      ["null", "null"],
      ["zero", "zero"],
      ["random", "random"],
      ["urandom", "random"],
      ["tty", "console"],
      ["stdin", "console"],
      ["stdout", "console"],
      ["stderr", "console"],
    ];
    for (const [name, kind] of devices) {
      const node = this.#node(kind, name, folder);
      node.permissions = 0o666;
      this.#attach(node, folder);
    }
    this.#makeFolders("/tmp").permissions = 0o1777;
  }

  #resize(node: FileNode, size: number): void {
    if (size > largestFile) fail("EFBIG");
    const data = node.data ?? new Uint8Array(0);
    if (size > data.length) {
      // Doubling keeps a file that grows by small writes linear.
      const larger = new Uint8Array(Math.max(size, Math.min(2 * data.length, largestFile)));
      larger.set(data.subarray(0, node.size));
      node.data = larger;
      node.saves = this.#saves;
    } else if (size < node.size) {
      this.#ownData(node).fill(0, size, node.size);
    }
    node.size = size;
  }

  /** A file's bytes, copied where a saved state may have the same. */
  #ownData(node: FileNode): Uint8Array {
    if (node.saves !== this.#saves || node.data === undefined) {
      node.data = (node.data ?? new Uint8Array(0)).slice();
      node.saves = this.#saves;
    }
    return node.data;
  }

  #touch(node: FileNode): void {
    node.modified = this.#now();
    if (node.hostPath !== undefined && !node.isDeleted) this.#markDirty(node);
  }

  #markDirty(node: FileNode): void {
    node.isDirty = true;
    this.#state.dirty.add(node);
  }
}

/** Where a path leads: see `FileSystem.locate`. */
export interface Located {
  readonly parent: FileNode;
  /** Empty when the path names `parent` or its ancestor by "/", "." or "..". */
  readonly name: string;
  readonly node: FileNode | undefined;
}

function join(folder: string, name: string): string {
  return folder === "/" ? `/${name}` : `${folder}/${name}`;
}

/** Moves the host paths of a renamed subtree. */
function rebase(node: FileNode, from: string, to: string): void {
  if (node.hostPath?.startsWith(from)) node.hostPath = to + node.hostPath.slice(from.length);
  for (const child of node.children.values()) rebase(child, from, to);
}

/** Turns the host's refusal into the call's failure. */
function refuse(reply: HostReply): never {
  if (reply.kind === "error") return fail(reply.error satisfies FileError);
  throw new Error(`the host answered a file request with "${reply.kind}"`);
}

function done(reply: HostReply): void {
  if (reply.kind !== "done") refuse(reply);
}
