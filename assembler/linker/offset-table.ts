/**
 * The global offset table: a word for each symbol whose address is loaded from memory, two for a
 * thread-local descriptor; filled here, since nothing is loaded at run time. Its order is GNU ld's:
 * symbols of files first, then global ones in the order of ld's hash table.
 */
import { R_RISCV, SHF, SHT } from "../../elf/constants.ts";
import type { ObjectSection } from "../../elf/object-view.ts";
import { hashOrder } from "./hash-order.ts";
import { InputSection, LinkSymbol, type Program, type Target } from "./program.ts";

/** What an entry holds. */
type Kind = "address" | "descriptor" | "thread offset";

/** What each type of relocation wants of the table. */
export const tableKinds: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [R_RISCV.GOT_HI20, "address"],
  [R_RISCV.GOT32_PCREL, "address"],
  [R_RISCV.TLS_GOT_HI20, "thread offset"],
  [R_RISCV.TLS_GD_HI20, "descriptor"],
]);

/** A section that the linker makes. */
export function madeSection(
  name: string,
  type: number,
  flags: bigint,
  alignment: number,
  size: number,
): InputSection {
  const section: ObjectSection = {
    name,
    type,
    flags: Number(flags),
    address: 0n,
    size,
    alignment,
    entrySize: 0,
    group: undefined,
    linked: 0,
    relocations: [],
    data: new Uint8Array(type === SHT.NOBITS ? 0 : size),
  };
  return new InputSection(undefined, section);
}

/** The table, in the three sections that GNU ld makes for it. */
export class OffsetTable {
  readonly #word: number;
  readonly #entries = new Map<Target, Map<Kind, number>>();
  readonly #table: InputSection;
  readonly #reserved: InputSection;
  /** Room that GNU ld leaves for relocations of thread-local entries, all of them empty. */
  readonly #relocations: InputSection;
  readonly sections: readonly InputSection[];

  constructor(bits: 32 | 64) {
    this.#word = bits / 8;
    const flags = SHF.ALLOC | SHF.WRITE;
    const word = this.#word;
    this.#reserved = madeSection(".got.plt", SHT.PROGBITS, flags, word, 0);
    this.#table = madeSection(".got", SHT.PROGBITS, flags, word, 0);
    this.#relocations = madeSection(".rela.got", SHT.RELA, SHF.ALLOC, word, 0);
    this.sections = [this.#reserved, this.#table, this.#relocations];
  }

  /** Finds what the program needs, and sizes the table. */
  collect(program: Program): void {
    const wanted = new Map<Target, Set<Kind>>();
    const { types, symbols } = program.relocations;
    for (const { section, row } of program.special) {
      const type = types[row] as number;
      const symbol = symbols[row];
      const kind = tableKinds.get(type);
      if (kind === undefined || symbol === undefined || section.isDiscarded) continue;
      const set = wanted.get(symbol);
      if (set === undefined) wanted.set(symbol, new Set([kind]));
      else set.add(kind);
    }
    const isWanted = program.globals.get("_GLOBAL_OFFSET_TABLE_")?.isReferenced === true;
    if (wanted.size === 0 && !isWanted) return;
    const isGlobal = (symbol: Target) => program.globals.get(symbol.name) === symbol;
    const locals = [...wanted.keys()].filter((symbol) => !isGlobal(symbol));
    const rank = new Map<Target, number>();
    if (locals.length > 0) {
      const fileOf = (symbol: Target) =>
        symbol instanceof LinkSymbol ? symbol.file : symbol.section.file;
      const users = new Set(locals.map(fileOf));
      for (const file of program.files) {
        if (!users.has(file)) continue;
        for (let index = 1; index < file.object.firstGlobal; index++) {
          const symbol = file.known(index);
          if (symbol !== undefined && wanted.has(symbol)) rank.set(symbol, rank.size);
        }
      }
    }
    locals.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
    const globals = hashOrder(program.globals, (symbol) => wanted.has(symbol));
    let size = this.#word;
    let dynamic = 0;
    for (const symbol of globals) {
      // What an object hides becomes local once it has an entry, as in GNU ld.
      const visibility = symbol.visibility & 3;
      if (symbol.isDefined && (visibility === 1 || visibility === 2)) symbol.hide();
    }
    for (const symbol of [...locals, ...globals]) {
      const set = wanted.get(symbol) ?? new Set();
      const places = new Map<Kind, number>();
      this.#entries.set(symbol, places);
      for (const kind of ["descriptor", "thread offset", "address"] as const) {
        if (!set.has(kind)) continue;
        places.set(kind, size);
        size += kind === "descriptor" ? 2 * this.#word : this.#word;
        if (isGlobal(symbol)) dynamic += kind === "descriptor" ? 2 : kind === "address" ? 0 : 1;
      }
      if (!isGlobal(symbol) && (set.has("descriptor") || set.has("thread offset"))) dynamic++;
    }
    this.#resize(this.#table, size);
    this.#resize(this.#reserved, 2 * this.#word);
    this.#resize(this.#relocations, dynamic * 3 * this.#word);
    this.#defineSymbol(program);
  }

  #resize(section: InputSection, size: number): void {
    section.size = size;
    section.data = new Uint8Array(size);
  }

  #defineSymbol({ globals }: Program): void {
    const symbol = globals.get("_GLOBAL_OFFSET_TABLE_") ?? new LinkSymbol("_GLOBAL_OFFSET_TABLE_");
    if (symbol.isDefined) return;
    symbol.kind = "defined";
    symbol.isMade = true;
    symbol.section = this.#table;
    symbol.hide();
    symbol.type = 1;
    globals.set(symbol.name, symbol);
  }

  /** The address of the entry that a relocation means. */
  addressOf(symbol: Target, type: number): number {
    const place = this.#entries.get(symbol)?.get(tableKinds.get(type) ?? "address");
    return this.#table.address + (place ?? 0);
  }

  /** Writes the entries; addresses must be final. */
  fill(threadStart: number): void {
    const { data } = this.#table;
    const put = (bytes: Uint8Array, offset: number, value: number) => {
      let rest = BigInt(value);
      for (let index = 0; index < this.#word; index++, rest >>= 8n) {
        bytes[offset + index] = Number(rest & 0xffn);
      }
    };
    if (this.#reserved.size > 0) put(this.#reserved.data, 0, -1);
    for (const [symbol, places] of this.#entries) {
      const address = symbol.isDefined ? symbol.address : 0;
      for (const [kind, offset] of places) {
        if (kind === "address") put(data, offset, address);
        else if (kind === "thread offset") put(data, offset, address - threadStart);
        else {
          put(data, offset, 1);
          put(data, offset + this.#word, address - threadStart - 0x800);
        }
      }
    }
  }
}
