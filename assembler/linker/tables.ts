/**
 * Sections that the linker itself makes: memory for common blocks, the global offset table for code
 * that was compiled position-independent, and the symbols that start code and libraries expect.
 */
import { R_RISCV, SHF, SHT, STB, STT } from "../../elf/constants.ts";
import type { ElfSymbol, Relocation, Section } from "../../elf/model.ts";
import {
  type Definition,
  type InputSection,
  meaningOf,
  type OutputSection,
  type Program,
} from "./input.ts";

function emptySection(
  name: string,
  type: number,
  flags: bigint,
  alignment: bigint,
  size: bigint,
): Section {
  return {
    name,
    type,
    flags,
    address: 0n,
    size,
    alignment,
    entrySize: 0n,
    link: 0,
    info: 0,
    relocations: [],
    data: new Uint8Array(type === SHT.NOBITS ? 0 : Number(size)),
  };
}

function inputOf(section: Section): InputSection {
  return { file: "linker", section, relocations: [], output: undefined, offset: 0n, removed: [] };
}

/** Gives common blocks their memory, in `.bss`. */
export function placeCommons(program: Program): void {
  for (const definition of program.globals.values()) {
    const { symbol } = definition;
    if (symbol.section !== "common") continue;
    const section = emptySection(
      ".bss",
      SHT.NOBITS,
      SHF.ALLOC | SHF.WRITE,
      symbol.value,
      symbol.size,
    );
    const input = inputOf(section);
    program.sections.push(input);
    definition.section = input;
    definition.value = 0n;
  }
}

/** The global offset table: an entry a symbol, or two for a thread-local descriptor. */
export class OffsetTable {
  readonly #entries = new Map<
    string,
    { definition: Definition | undefined; type: number; offset: number }
  >();
  readonly #keys = new Map<Definition | undefined, number>();
  #size = 0;
  readonly #input: InputSection | undefined;
  readonly #word: number;

  constructor(program: Program) {
    this.#word = program.bits / 8;
    for (const { relocations } of program.sections) {
      for (const relocation of relocations) this.#add(program, relocation);
    }
    if (this.#size === 0) return;
    const flags = SHF.ALLOC | SHF.WRITE;
    this.#input = inputOf(
      emptySection(".got", SHT.PROGBITS, flags, BigInt(this.#word), BigInt(this.#size)),
    );
    program.sections.push(this.#input);
  }

  #add(program: Program, { type, symbol }: Relocation): void {
    if (type !== R_RISCV.GOT_HI20 && type !== R_RISCV.TLS_GOT_HI20 && type !== R_RISCV.TLS_GD_HI20)
      return;
    const definition = symbol && meaningOf(program, symbol);
    const key = this.#key(definition, type);
    if (this.#entries.has(key)) return;
    this.#entries.set(key, { definition, type, offset: this.#size });
    this.#size += type === R_RISCV.TLS_GD_HI20 ? 2 * this.#word : this.#word;
  }

  #key(definition: Definition | undefined, type: number): string {
    let number = this.#keys.get(definition);
    if (number === undefined) {
      number = this.#keys.size;
      this.#keys.set(definition, number);
    }
    return `${number} ${type}`;
  }

  /** The address of the entry that a relocation means. */
  addressOf(definition: Definition | undefined, { type }: Relocation): bigint {
    const entry = this.#entries.get(this.#key(definition, type));
    const base = (this.#input?.output?.address ?? 0n) + (this.#input?.offset ?? 0n);
    return base + BigInt(entry?.offset ?? 0);
  }

  /** Writes the entries; addresses must be final. */
  fill(addressOfDefinition: (definition: Definition) => bigint, threadStart: bigint): void {
    if (this.#input === undefined) return;
    const { data } = this.#input.section;
    const put = (offset: number, value: bigint) => {
      for (let index = 0; index < this.#word; index++) {
        data[offset + index] = Number(BigInt.asUintN(8, value >> BigInt(8 * index)));
      }
    };
    for (const { definition, type, offset } of this.#entries.values()) {
      const address = definition === undefined ? 0n : addressOfDefinition(definition);
      if (type === R_RISCV.GOT_HI20) put(offset, address);
      else if (type === R_RISCV.TLS_GOT_HI20) put(offset, address - threadStart);
      else {
        put(offset, 1n);
        put(offset + this.#word, address - threadStart - 0x800n);
      }
    }
  }
}

/**
 * Defines what nobody has defined: `_end`, `__bss_start`, `__init_array_start`, … The addresses are
 * asked for later, when `outputs` has all sections.
 */
export function provideSymbols(
  program: Program,
  outputs: readonly OutputSection[],
  globalPointer: () => bigint,
): void {
  const find = (name: string) => outputs.find((output) => output.name === name);
  const ends =
    (names: readonly string[], side: "start" | "end", fallback: () => bigint) => (): bigint => {
      const found = names.map(find).filter((output) => output !== undefined);
      const output = side === "start" ? found[0] : found.at(-1);
      if (output === undefined) return fallback();
      return side === "start" ? output.address : output.address + output.size;
    };
  const zero = () => 0n;
  const allocated = () => outputs.filter(({ flags }) => (flags & SHF.ALLOC) !== 0n);
  const endOfAll = () =>
    allocated().reduce((most, { address, size, type, flags }) => {
      const isThreadZeros = type === SHT.NOBITS && (flags & SHF.TLS) !== 0n;
      return !isThreadZeros && address + size > most ? address + size : most;
    }, 0n);
  const endOfData = () =>
    allocated().reduce(
      (most, { address, size, type }) =>
        type !== SHT.NOBITS && address + size > most ? address + size : most,
      0n,
    );
  const symbols: Record<string, () => bigint> = {
    __global_pointer$: globalPointer,
    _etext: ends([".text", ".fini"], "end", zero),
    etext: ends([".text", ".fini"], "end", zero),
    __etext: ends([".text", ".fini"], "end", zero),
    _edata: endOfData,
    edata: endOfData,
    __DATA_END__: endOfData,
    _end: endOfAll,
    end: endOfAll,
    __end: endOfAll,
    __BSS_END__: endOfAll,
    __bss_end: endOfAll,
    __bss_start: ends([".sbss", ".bss"], "start", endOfData),
    __DATA_BEGIN__: ends([".data"], "start", zero),
    __SDATA_BEGIN__: ends([".sdata"], "start", zero),
    __executable_start: () => allocated()[0]?.address ?? 0n,
  };
  for (const name of ["init", "fini", "preinit"]) {
    symbols[`__${name}_array_start`] = ends([`.${name}_array`], "start", zero);
    symbols[`__${name}_array_end`] = ends([`.${name}_array`], "end", zero);
  }
  for (const name of new Set(program.sections.map(({ section }) => section.name))) {
    if (!/^[A-Za-z_]\w*$/.test(name)) continue;
    symbols[`__start_${name}`] = ends([name], "start", zero);
    symbols[`__stop_${name}`] = ends([name], "end", zero);
  }
  for (const [name, address] of Object.entries(symbols)) {
    if (
      program.globals.has(name) ||
      (!mentions(program, name) && name !== "_end" && name !== "__global_pointer$")
    )
      continue;
    const symbol: ElfSymbol = {
      name,
      value: 0n,
      size: 0n,
      binding: STB.GLOBAL,
      type: STT.NOTYPE,
      visibility: 0,
      section: "absolute",
    };
    program.globals.set(name, {
      name,
      symbol,
      file: "linker",
      section: undefined,
      value: 0n,
      address,
    });
  }
}

/** Whether some input refers to a name. */
export function mentions(program: Program, name: string): boolean {
  return program.objects.some(({ object }) =>
    object.symbols.some((symbol) => symbol.name === name && symbol.section === "undefined"),
  );
}
