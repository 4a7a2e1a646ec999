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

/** A path of this system as a file URI; what is one already, or relative, stays as it is. */
export function fileUri(name: string): string {
  if (!/^([/\\]|[A-Za-z]:[/\\])/.test(name)) return name;
  const path = name.replaceAll("\\", "/").replace(/^(?=[A-Za-z]:)/, "/");
  return `file://${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}`;
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

/** What is known of files beside their names. */
export interface SourceFiles {
  exists(path: string): Promise<boolean>;
  /** The text of a file; undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
}

/**
 * The client's names for the paths of debug information. Some texts may be known from a recording:
 * such a source is a file of the host only where that has the very same text.
 */
export class Sources {
  /** By the normal form of a path in debug information. */
  readonly #names = new Map<string, string>();
  /** Normal forms of paths that lead to no file. */
  readonly #missing = new Set<string>();
  readonly #files: SourceFiles;
  readonly #folders: readonly string[];
  /** Texts from a recording, each with its path; the protocol's references count from 1. */
  readonly #texts: readonly (readonly [path: string, text: string])[];
  /** Those of them that no file has, by the normal forms of their paths. */
  readonly #references = new Map<string, number>();

  /**
   * @param known names that the client uses already, such as those of the launch
   * @param folders where to look for a compiler's file that is not where it was
   * @param texts known contents, by path of debug information
   */
  constructor(
    known: readonly string[],
    folders: readonly string[],
    files: SourceFiles,
    texts: ReadonlyMap<string, string> = new Map(),
  ) {
    for (const name of known) this.#names.set(normalForm(name), name);
    this.#folders = folders;
    this.#files = files;
    this.#texts = [...texts];
    for (const [index, [path]] of this.#texts.entries()) {
      this.#references.set(normalForm(path), index + 1);
    }
  }

  /** The protocol's reference for a source whose text no file has; 0 for a file. */
  referenceOf(path: string): number {
    return this.#references.get(normalForm(path)) ?? 0;
  }

  /** The path of debug information that a reference stands for. */
  pathOf(reference: number): string | undefined {
    return this.#texts[reference - 1]?.[0];
  }

  /** The text of a reference. */
  textOf(reference: number): string | undefined {
    return this.#texts[reference - 1]?.[1];
  }

  /** Notes that the client calls a path of debug information by this name. */
  note(path: string, name: string): void {
    this.#references.delete(normalForm(path));
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
    const reference = this.referenceOf(path);
    const text = this.textOf(reference);
    for (const candidate of this.#candidates(path)) {
      const fits =
        text === undefined
          ? await this.#files.exists(candidate)
          : (await this.#files.read(candidate)) === text;
      if (!fits) continue;
      found = candidate;
      break;
    }
    if (found === undefined && reference > 0) return path;
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
