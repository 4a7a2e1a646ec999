/**
 * Relocations as columns. A compiled file has one for every few lines, and an assembler that only
 * writes them has no use for an object each; whoever does ask for `relocations` of a section gets
 * objects.
 */
import type { ElfSymbol, Relocation, Section } from "./model.ts";

/** More rows than this there are not: the index of a row and an offset share 53 bits. */
const rowLimit = 2 ** 26;

/** Relocations of one section. */
export class RelocationRows {
  /** Bytes from the section's beginning. */
  #offsets = new Uint32Array(64);
  #types = new Uint32Array(64);
  #addends = new BigInt64Array(64);
  readonly #symbols: (ElfSymbol | undefined)[] = [];
  #isSorted = true;

  get length(): number {
    return this.#symbols.length;
  }

  /** Adds one; those of one offset stay in the order in which they were added. */
  push(offset: number, type: number, symbol: ElfSymbol | undefined, addend: bigint): void {
    const { length } = this;
    if (length === this.#offsets.length) this.#grow();
    if (length > 0 && offset < (this.#offsets[length - 1] as number)) this.#isSorted = false;
    this.#offsets[length] = offset;
    this.#types[length] = type;
    if (addend !== 0n) this.#addends[length] = addend;
    this.#symbols.push(symbol);
  }

  #grow(): void {
    const size = 2 * this.length;
    const [offsets, types, addends] = [this.#offsets, this.#types, this.#addends];
    this.#offsets = new Uint32Array(size);
    this.#types = new Uint32Array(size);
    this.#addends = new BigInt64Array(size);
    this.#offsets.set(offsets);
    this.#types.set(types);
    this.#addends.set(addends);
  }

  /** Calls a function with each, by rising offset. */
  forEach(
    visit: (offset: number, type: number, symbol: ElfSymbol | undefined, addend: bigint) => void,
  ): void {
    const order = this.#isSorted ? undefined : this.#order();
    for (let row = 0; row < this.length; row++) {
      const index = order === undefined ? row : (order[row] as number) % rowLimit;
      visit(
        this.#offsets[index] as number,
        this.#types[index] as number,
        this.#symbols[index],
        this.#addends[index] as bigint,
      );
    }
  }

  /** Indexes by rising offset, in the low bits of numbers: these sort much faster than rows. */
  #order(): Float64Array {
    const keys = new Float64Array(this.length);
    for (let index = 0; index < keys.length; index++) {
      keys[index] = (this.#offsets[index] as number) * rowLimit + index;
    }
    return keys.sort();
  }

  /** All as objects, by rising offset. */
  objects(): Relocation[] {
    const result: Relocation[] = [];
    this.forEach((offset, type, symbol, addend) => {
      result.push({ offset: BigInt(offset), type, symbol, addend });
    });
    return result;
  }
}

/** Which sections have rows: a property beside `relocations` would make equal sections differ. */
const sections = new WeakMap<Section, RelocationRows>();

/** The relocations of a section as rows, as long as nobody has asked for them as objects. */
export function rowsOf(section: Section): RelocationRows | undefined {
  return sections.get(section);
}

/**
 * A section whose relocations are rows, none at first; they become objects when somebody asks for
 * these. One literal with its accessors: a property that is redefined would make a slow object.
 */
export function sectionOfRows(fields: Omit<Section, "relocations">): Section {
  const rows = new RelocationRows();
  let objects: Relocation[] | undefined;
  const section: Section = {
    ...fields,
    get relocations() {
      if (objects === undefined) section.relocations = rows.objects();
      return objects as Relocation[];
    },
    set relocations(value) {
      objects = value;
      sections.delete(section);
    },
  };
  sections.set(section, rows);
  return section;
}
