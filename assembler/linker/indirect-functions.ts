/**
 * Indirect functions (STT_GNU_IFUNC) in static executables: a symbol names a resolver, which start
 * code calls once and whose answer is the function. Each gets an entry in a linkage table, which
 * jumps by a word of the offset table; a relocation R_RISCV_IRELATIVE tells start code to fill the
 * word. Data that is written to needs no entry: start code fills it in place. psABI, sections
 * "Program Linkage Table" and "Relocations"; GNU ld 2.40 for the order and the choice.
 */
import { R_RISCV, SHF, SHT, STT } from "../../elf/constants.ts";
import { encode } from "../../isa/encoding.ts";
import { instructionsNamed } from "../../isa/instructions.ts";
import { hashOrder } from "./hash-order.ts";
import { madeSection } from "./offset-table.ts";
import { type InputSection, LinkSymbol, type Program } from "./program.ts";

/** Bytes of an entry of the linkage table. */
const entrySize = 16;

const [t1, t3] = [6, 28] as const;

/** Types whose place is patched as data by start code. */
const wordTypes = new Set<number>([R_RISCV["32"], R_RISCV["64"]]);

/** The tables, in the three sections that GNU ld makes for them. */
export class IndirectFunctions {
  readonly #word: number;
  readonly #linkage: InputSection;
  readonly #addresses: InputSection;
  readonly #relocations: InputSection;
  readonly sections: readonly InputSection[];
  /** Functions with an entry, in the order of their entries. */
  readonly #entries: LinkSymbol[] = [];
  /** Words of data that start code fills. */
  readonly #words: { section: InputSection; row: number; symbol: LinkSymbol; addend: number }[] =
    [];
  #offsets: Uint32Array = new Uint32Array(0);

  constructor(bits: 32 | 64) {
    this.#word = bits / 8;
    const word = this.#word;
    const code = SHF.ALLOC | SHF.EXECINSTR;
    this.#linkage = madeSection(".iplt", SHT.PROGBITS, code, entrySize, 0);
    this.#addresses = madeSection(".igot.plt", SHT.PROGBITS, SHF.ALLOC | SHF.WRITE, word, 0);
    this.#relocations = madeSection(".rela.iplt", SHT.RELA, SHF.ALLOC, word, 0);
    this.sections = [this.#linkage, this.#addresses, this.#relocations];
  }

  /** Finds what is used of indirect functions, sizes the tables, and leads uses to the entries. */
  collect(program: Program): void {
    const uses = usesOf(program);
    if (uses.size === 0) return;
    const { types, symbols, addends } = program.relocations;
    this.#offsets = program.relocations.offsets;
    for (const symbol of inOrder(uses, program)) {
      const own = uses.get(symbol) ?? [];
      const isData = ({ section, row }: Use) =>
        wordTypes.has(types[row] as number) && section.has(SHF.WRITE);
      if (own.every(isData)) {
        for (const { section, row } of own) {
          types[row] = R_RISCV.NONE;
          this.#words.push({ section, row, symbol, addend: addends[row] as number });
        }
        continue;
      }
      const entry = new LinkSymbol(symbol.name);
      entry.kind = "defined";
      // Relaxation leaves such symbols alone, as GNU ld does.
      entry.type = STT.GNU_IFUNC;
      entry.section = this.#linkage;
      entry.value = this.#entries.length * entrySize;
      this.#entries.push(symbol);
      for (const { row } of own) symbols[row] = entry;
    }
    const count = this.#entries.length;
    resize(this.#linkage, count * entrySize);
    resize(this.#addresses, count * this.#word);
    resize(this.#relocations, (count + this.#words.length) * 3 * this.#word);
  }

  /** Writes the tables; addresses must be final. */
  fill(): void {
    const code = viewOf(this.#linkage);
    const addresses = viewOf(this.#addresses);
    const relocations = viewOf(this.#relocations);
    const put = (view: DataView, at: number, value: number) => {
      if (this.#word === 4) view.setInt32(at, value, true);
      else view.setBigInt64(at, BigInt(value), true);
    };
    const note = (index: number, place: number, resolver: number) => {
      const at = index * 3 * this.#word;
      put(relocations, at, place);
      put(relocations, at + this.#word, R_RISCV.IRELATIVE);
      put(relocations, at + 2 * this.#word, resolver);
    };
    for (const [index, symbol] of this.#entries.entries()) {
      const word = this.#addresses.address + index * this.#word;
      const place = index * entrySize;
      const words = entryWords(word - (this.#linkage.address + place), this.#word);
      for (const [at, instruction] of words.entries()) {
        code.setUint32(place + 4 * at, instruction, true);
      }
      put(addresses, index * this.#word, this.#linkage.address);
      note(index, word, symbol.address);
    }
    for (const [index, { section, row, symbol, addend }] of this.#words.entries()) {
      const place = section.address + (this.#offsets[row] as number);
      note(this.#entries.length + index, place, symbol.address + addend);
    }
  }
}

/** A relocation that names an indirect function. */
interface Use {
  readonly section: InputSection;
  readonly row: number;
}

function usesOf({ sections, relocations: { symbols, types } }: Program): Map<LinkSymbol, Use[]> {
  const uses = new Map<LinkSymbol, Use[]>();
  for (const section of sections) {
    if (!section.has(SHF.ALLOC)) continue;
    for (let row = section.firstRelocation; row < section.endRelocation; row++) {
      const symbol = symbols[row];
      if (!(symbol instanceof LinkSymbol) || symbol.type !== STT.GNU_IFUNC) continue;
      if (!symbol.isDefined) continue;
      if (types[row] === R_RISCV.NONE) continue;
      const known = uses.get(symbol);
      if (known === undefined) uses.set(symbol, [{ section, row }]);
      else known.push({ section, row });
    }
  }
  return uses;
}

/** Global functions in the order of ld's hash table, then those of files. */
function inOrder(uses: ReadonlyMap<LinkSymbol, unknown>, { globals }: Program): LinkSymbol[] {
  const isGlobal = (symbol: LinkSymbol) => globals.get(symbol.name) === symbol;
  const ordered = hashOrder(globals, (symbol) => uses.has(symbol));
  return [...ordered, ...[...uses.keys()].filter((symbol) => !isGlobal(symbol))];
}

/** `auipc t3, …; ld t3, …(t3); jalr t1, t3; nop`: the jump by a word so far away. */
function entryWords(distance: number, word: number): number[] {
  const one = (mnemonic: string, values: Record<string, number>) => {
    const [instruction] = instructionsNamed(mnemonic);
    if (instruction === undefined) throw new Error(`${mnemonic} is no instruction`);
    return encode(instruction, values);
  };
  const high = Math.floor((distance + 0x800) / 0x1000) * 0x1000;
  const low = distance - high;
  return [
    one("auipc", { rd: t3, imm: high | 0 }),
    one(word === 8 ? "ld" : "lw", { rd: t3, rs1: t3, imm: low }),
    one("jalr", { rd: t1, rs1: t3, imm: 0 }),
    one("addi", { rd: 0, rs1: 0, imm: 0 }),
  ];
}

function resize(section: InputSection, size: number): void {
  section.size = size;
  section.data = new Uint8Array(size);
}

const viewOf = ({ data }: InputSection) =>
  new DataView(data.buffer, data.byteOffset, data.byteLength);
