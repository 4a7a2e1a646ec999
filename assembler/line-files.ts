/**
 * The tables of directories and files of a line table, filled as GNU as fills them, since numbers
 * depend on it: `.file` chooses its number, names that only rows have get the next free one, and a
 * path is cut at its last slash where no directory is given. DWARF 5, section 6.2.4.
 */

/** An entry of the table of files. */
export interface LineFile {
  readonly name: string;
  /** Number of its directory. */
  readonly directory: number;
  /** 16 bytes, or undefined. */
  readonly md5: Uint8Array | undefined;
}

/** Directories and files by their numbers; both tables may have gaps. */
export class LineFiles {
  readonly directories: (string | undefined)[] = [];
  readonly files: (LineFile | undefined)[] = [];

  /** Whether no file has a number. */
  get isEmpty(): boolean {
    return this.files.length === 0;
  }

  /**
   * `.file`: gives a file a number.
   * @param working the directory of the compilation, for version 5, which has it as number 0
   * @returns false where another file has that number
   */
  assign(
    index: number,
    path: string,
    directory: string | undefined,
    md5: Uint8Array | undefined,
    working: string | undefined,
  ): boolean {
    const known = this.files[index];
    if (known !== undefined) return this.#isSame(known, path, directory);
    const cut = split(path);
    // File 0 may be in another directory than the one of the compilation, which it names.
    const isCut = directory === undefined || (index === 0 && cut.directory !== "");
    const folder = isCut ? cut.directory : directory;
    const name = isCut || index === 0 ? cut.name : path;
    const number = this.#directory(folder, index === 0 ? (directory ?? working) : undefined, index);
    this.files[index] = { name, directory: number, md5 };
    return true;
  }

  #isSame(known: LineFile, path: string, directory: string | undefined): boolean {
    const folder = this.directories[known.directory];
    if (directory !== undefined) {
      if ((folder !== undefined && folder !== directory) || path !== known.name) return false;
      this.directories[known.directory] = directory;
      return true;
    }
    if (folder !== undefined) return path === `${folder}/${known.name}`;
    return split(path).name === known.name;
  }

  /** The number of a file that a row names by its path; the next free one where it is new. */
  numberOf(path: string): number {
    const { directory, name } = split(path);
    const folder = this.#directory(directory, undefined, 1);
    for (let index = 1; index < this.files.length; index++) {
      const file = this.files[index];
      if (file?.directory === folder && file.name === name) return index;
    }
    const index = Math.max(1, this.files.length);
    this.files[index] = { name, directory: folder, md5: undefined };
    return index;
  }

  /** The number of a directory; 0 is that of the compilation. */
  #directory(path: string, working: string | undefined, file: number): number {
    const name = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
    if (name === "" || name === "/") return 0;
    const known = this.directories.indexOf(name);
    if (known >= 0) return known;
    let index = Math.max(1, this.directories.length);
    if (file === 0 && this.directories[0] === undefined) {
      // Number 1 even where another directory has that: so GNU as does it.
      index = working !== undefined && name !== working ? 1 : 0;
      if (index === 1) this.directories[0] = working;
    }
    this.directories[index] = name;
    return index;
  }
}

/** A path at its last slash. */
function split(path: string): { directory: string; name: string } {
  const slash = path.lastIndexOf("/");
  // `/name` is a name, as GNU as has it.
  if (slash <= 0) return { directory: "", name: path };
  return { directory: path.slice(0, slash), name: path.slice(slash + 1) };
}
