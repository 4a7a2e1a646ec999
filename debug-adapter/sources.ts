/**
 * Which source a client means and which one debug information names. Clients name sources by paths
 * of their system or by URIs, as the web does; debug information by the compiler's paths. Two names
 * are compared in a normal form; a compiler's path becomes the client's name for the file once
 * the client has used it, or once the file is found near the program.
 */

/** The form in which names are compared: one kind of slash, drive letters in lower case. */
export function normalForm(name: string): string {
  let path = name;
  const scheme = /^([A-Za-z][\w+.-]+):\/*/.exec(path);
  if (scheme !== null) {
    path = decode(path);
    if (scheme[1]!.toLowerCase() === "file")
      path = path.replace(/^file:\/\/\/?(?=[A-Za-z]:)|^file:\/\//i, "");
  }
  path = path
    .replaceAll("\\", "/")
    // Debug information keeps names as paths, in which the slashes of an authority are one.
    .replace(/^([A-Za-z][\w+.-]+):\/+/, "$1:/")
    .replace(/^\/?([A-Za-z]):\//, (_, drive: string) => `${drive.toLowerCase()}:/`);
  const root = /^([A-Za-z][\w+.-]*:)?\/*/.exec(path)![0];
  const kept: string[] = [];
  for (const part of path.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else kept.push(part);
  }
  return root + kept.join("/");
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The last part of a path or URI. */
export function baseName(name: string): string {
  return decode(/[^/\\]*$/.exec(name)![0]) || name;
}

/** What stands before the last part, without the slash; "" where there is none. */
export function folderOf(name: string): string {
  const at = Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\"));
  return at < 0 ? "" : at === 0 ? name[0]! : name.slice(0, at);
}

/** Whether a name stands by itself: a path from a root, or a URI. */
export function isAbsolute(name: string): boolean {
  return /^([/\\]|[A-Za-z][\w+.-]*:)/.test(name);
}

/** A name relative to a folder, or the name itself where it is absolute. */
export function within(folder: string, name: string): string {
  if (isAbsolute(name) || folder === "") return name;
  return `${folder.replace(/[/\\]$/, "")}/${name}`;
}

/** The client's names for the paths of debug information. */
export class Sources {
  /** By the normal form of a path in debug information. */
  readonly #names = new Map<string, string>();
  /** Normal forms of paths that lead to no file. */
  readonly #missing = new Set<string>();
  readonly #exists: (path: string) => Promise<boolean>;
  readonly #folders: readonly string[];

  /**
   * @param known names that the client uses already, such as those of the launch
   * @param folders where to look for a compiler's file that is not where it was
   */
  constructor(
    known: readonly string[],
    folders: readonly string[],
    exists: (path: string) => Promise<boolean>,
  ) {
    for (const name of known) this.#names.set(normalForm(name), name);
    this.#folders = folders;
    this.#exists = exists;
  }

  /** Notes that the client calls a path of debug information by this name. */
  note(path: string, name: string): void {
    this.#names.set(normalForm(path), name);
    this.#missing.delete(normalForm(path));
  }

  /** Whether a path that was located before leads to no file that can be read. */
  isMissing(path: string): boolean {
    return this.#missing.has(normalForm(path));
  }

  /** The client's name for a path of debug information, as far as it is known. */
  nameOf(path: string): string {
    return this.#names.get(normalForm(path)) ?? path;
  }

  /** Finds out the client's name for a path: the path itself if it is there, or one near by. */
  async locate(path: string): Promise<string> {
    const known = this.#names.get(normalForm(path));
    if (known !== undefined) return known;
    let found: string | undefined;
    for (const candidate of this.#candidates(path)) {
      if (!(await this.#exists(candidate))) continue;
      found = candidate;
      break;
    }
    this.note(path, found ?? path);
    if (found === undefined) this.#missing.add(normalForm(path));
    return found ?? path;
  }

  /** The path, then ever shorter tails of it under each folder. */
  *#candidates(path: string): Iterable<string> {
    if (isAbsolute(path)) yield path;
    const parts = path.split(/[/\\]/).filter((part) => part !== "");
    for (let length = Math.min(parts.length, 4); length >= 1; length--) {
      for (const folder of this.#folders) yield within(folder, parts.slice(-length).join("/"));
    }
  }
}
