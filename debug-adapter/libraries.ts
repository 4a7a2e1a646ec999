/**
 * What is known of code in memory that is no part of the program: the dynamic linker and the shared
 * libraries that it has mapped. An object is found by its header, which lies in front of its code,
 * and stays known as long as that is there: going back in the run may unmap it.
 */
import { SHF } from "../elf/constants.ts";
import type { FrameTable } from "../elf/dwarf/frame-reader.ts";
import { readDebugInformation } from "../elf/dwarf/index.ts";
import {
  beginsAt,
  type LoadedObject,
  loadedObjects,
  type MemoryReader,
  readLoaded,
} from "../elf/loaded.ts";
import type { ElfFile } from "../elf/model.ts";
import { type SymbolPlace, SymbolTable } from "../elf/symbols.ts";

const page = 0x1000n;
/** Pages in front of an address among which the start of its object is looked for. */
const farthest = 0x4000;

interface Library {
  readonly object: LoadedObject;
  readonly symbols: SymbolTable;
  /** Read when it is first asked for. */
  frames: FrameTable | undefined;
}

/** A place in what a library exports: of what stands between that, nothing is known. */
function known(place: SymbolPlace | undefined): SymbolPlace | undefined {
  if (place === undefined) return undefined;
  const { size } = place.symbol;
  return size === 0n || place.offset < size ? place : undefined;
}

/** The libraries of one process. */
export class Libraries {
  readonly #read: MemoryReader;
  readonly #program: ElfFile;
  readonly #known: Library[] = [];
  /** Pages with no object in front of them, until something has run. */
  readonly #foreign = new Set<bigint>();

  constructor(read: MemoryReader, program: ElfFile) {
    this.#read = read;
    this.#program = program;
  }

  /** Says that the program has run, and may have mapped more. */
  forget(): void {
    this.#foreign.clear();
  }

  /** Whether an object has instructions at an address. */
  isCode(address: bigint): boolean {
    const sections = this.#at(address)?.object.file.sections ?? [];
    return sections.some(
      ({ flags, address: start, size }) =>
        (flags & SHF.EXECINSTR) !== 0n && address >= start && address < start + size,
    );
  }

  /** The symbol that an address is at or behind. */
  symbolAt(address: bigint): SymbolPlace | undefined {
    return known(this.#at(address)?.symbols.symbolAt(address));
  }

  /** The function that an address is in. */
  functionAt(address: bigint): SymbolPlace | undefined {
    return known(this.#at(address)?.symbols.functionAt(address));
  }

  /** How to leave the functions of the object that an address is in. */
  framesAt(address: bigint): FrameTable | undefined {
    const library = this.#at(address);
    if (library === undefined) return undefined;
    library.frames ??= readDebugInformation(library.object.file).frames;
    return library.frames;
  }

  /** The addresses of the functions with a name in all libraries. */
  functionsNamed(name: string): bigint[] {
    return loadedObjects(this.#read, this.#program).flatMap((start) => {
      const symbol = this.#startingAt(start)?.symbols.byName(name);
      return symbol === undefined || typeof symbol.section === "string" ? [] : [symbol.value];
    });
  }

  #at(address: bigint): Library | undefined {
    const known = this.#known.find(({ object }) => address >= object.start && address < object.end);
    if (known !== undefined && beginsAt(this.#read, known.object.start)) return known;
    const own = address & ~(page - 1n);
    if (this.#foreign.has(own)) return undefined;
    let start = own;
    for (let count = 0; count < farthest && start > 0n; count++, start -= page) {
      if (this.#read(start, 1).length === 0) break;
      if (!beginsAt(this.#read, start)) continue;
      const found = this.#startingAt(start);
      if (found !== undefined && address < found.object.end) return found;
      break;
    }
    this.#foreign.add(own);
    return undefined;
  }

  #startingAt(start: bigint): Library | undefined {
    const index = this.#known.findIndex(({ object }) => object.start === start);
    const known = this.#known[index];
    if (known !== undefined && beginsAt(this.#read, start)) return known;
    if (index >= 0) this.#known.splice(index, 1);
    const object = readLoaded(this.#read, start);
    if (object === undefined) return undefined;
    const library = { object, symbols: new SymbolTable(object.file), frames: undefined };
    this.#known.push(library);
    return library;
  }
}
