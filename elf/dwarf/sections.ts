/**
 * The debug sections of a file by name: relocated in a relocatable file, an error and nothing where
 * one is compressed (inflating needs a library or an asynchronous host).
 */
import { Cursor } from "../bytes.ts";
import { ET, SHF, SHT } from "../constants.ts";
import { compressedSection, ElfError } from "../errors.ts";
import type { ElfFile, Section } from "../model.ts";
import { relocatedData } from "./relocate.ts";

/** Access to debug sections; each is prepared once, when it is first asked for. */
export class DebugSections {
  readonly file: ElfFile;
  /** What could not be read; grows as sections and units are read. */
  readonly errors: ElfError[];
  readonly #cursors = new Map<string, Cursor>();
  readonly #known = new Map<string, Uint8Array | undefined>();

  constructor(file: ElfFile, errors: ElfError[]) {
    this.file = file;
    this.errors = errors;
  }

  /** Width of an address in bytes. */
  get addressSize(): 4 | 8 {
    return this.file.class === 32 ? 4 : 8;
  }

  /** What is added to the addresses in debug information. */
  get bias(): bigint {
    return this.file.bias ?? 0n;
  }

  /** The section itself, for its address. */
  section(name: string): Section | undefined {
    return this.file.sections.find((section) => section.name === name);
  }

  /** The content of the named section, or undefined. */
  data(name: string): Uint8Array | undefined {
    if (!this.#known.has(name)) this.#known.set(name, this.#prepare(name));
    return this.#known.get(name);
  }

  /** A cursor in the named section; in an empty one if it does not exist. */
  cursor(name: string, offset = 0, end?: number): Cursor {
    let cursor = this.#cursors.get(name);
    if (cursor === undefined) {
      cursor = new Cursor(this.data(name) ?? new Uint8Array(0), name);
      this.#cursors.set(name, cursor);
    }
    return cursor.at(offset, end);
  }

  #prepare(name: string): Uint8Array | undefined {
    const section = this.section(name);
    if (section === undefined) {
      const compressed = name.replace(/^\./, ".z");
      if (this.section(compressed)) this.errors.push(compressedSection(compressed));
      return undefined;
    }
    if (section.type === SHT.NOBITS) return undefined;
    if ((section.flags & SHF.COMPRESSED) !== 0n) {
      this.errors.push(compressedSection(name));
      return undefined;
    }
    return this.file.type === ET.REL ? relocatedData(section) : section.data;
  }
}

/** Does something that may throw `ElfError`; the error is noted and swallowed. */
export function attempt(sections: DebugSections, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    sections.errors.push(error);
  }
}
