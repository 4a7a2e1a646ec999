/**
 * Symbols by address and by name. For addresses, the symbols that name code or data are sorted,
 * one is chosen among those at the same address, and a binary search finds the last one at or below
 * the address. RISC-V's mapping symbols (`$x…`, `$d`) and local labels of tools (`.L…`) name
 * nothing that a person wrote and are left out of the search by address.
 */
import { ET, SHF, STB, STT } from "./constants.ts";
import type { ElfFile, ElfSymbol } from "./model.ts";

/** A place in terms of a symbol. */
export interface SymbolPlace {
  symbol: ElfSymbol;
  /** Bytes from the symbol's address on. */
  offset: bigint;
}

/** Whether a symbol is one of the psABI's mapping symbols: `$x`, `$d`, `$xrv64gc`, `$x.12`. */
export function isMappingSymbol(name: string): boolean {
  return /^\$(d|x|xrv(32|64|128).*)(\..*)?$/.test(name);
}

/** An index over the symbols of one executable (or of a relocatable file, by section offset). */
export class SymbolTable {
  readonly #names = new Map<string, ElfSymbol>();
  /** Sorted by address, one symbol an address. */
  readonly #code: ElfSymbol[];
  readonly #all: ElfSymbol[];

  constructor(file: ElfFile) {
    const named = file.symbols.filter(isAddressable);
    this.#all = sortByAddress(named);
    this.#code = sortByAddress(named.filter(isCode));
    for (const symbol of file.symbols) {
      if (symbol.name === "" || symbol.section === "undefined") continue;
      if (isMappingSymbol(symbol.name) || symbol.type === STT.FILE) continue;
      const known = this.#names.get(symbol.name);
      if (known === undefined || rank(symbol) > rank(known)) this.#names.set(symbol.name, symbol);
    }
    this.isRelocatable = file.type === ET.REL;
  }

  /** Whether values are offsets in sections; then a search by address means little. */
  readonly isRelocatable: boolean;

  /** The function or label of code that holds the address, and how far into it the address is. */
  functionAt(address: bigint): SymbolPlace | undefined {
    return find(this.#code, address);
  }

  /** The symbol (of code or data) that holds the address. */
  symbolAt(address: bigint): SymbolPlace | undefined {
    return find(this.#all, address);
  }

  /** The defined symbol of that name; a global one before a local one. */
  byName(name: string): ElfSymbol | undefined {
    return this.#names.get(name);
  }

  /** The names of all defined symbols, in the order of the file. */
  names(): Iterable<string> {
    return this.#names.keys();
  }

  /** The symbols of code, by rising address. */
  functions(): readonly ElfSymbol[] {
    return this.#code;
  }
}

/** Symbols that can be an answer to "what is at this address". */
function isAddressable({ name, type, section }: ElfSymbol): boolean {
  if (typeof section === "string" || name === "" || name.startsWith(".L")) return false;
  if (type === STT.SECTION || type === STT.FILE || type === STT.TLS) return false;
  return (section.flags & SHF.ALLOC) !== 0n && !isMappingSymbol(name);
}

function isCode({ type, section }: ElfSymbol): boolean {
  if (type === STT.FUNC || type === STT.GNU_IFUNC) return true;
  if (type !== STT.NOTYPE || typeof section === "string") return false;
  return (section.flags & SHF.EXECINSTR) !== 0n;
}

/** Which of two symbols at one place a person means: functions, then global ones, then sized. */
function rank({ type, binding, size }: ElfSymbol): number {
  const isTyped = type === STT.FUNC || type === STT.GNU_IFUNC || type === STT.OBJECT;
  const visible = binding === STB.GLOBAL ? 2 : binding === STB.WEAK ? 1 : 0;
  return (isTyped ? 8 : 0) + visible * 2 + (size > 0n ? 1 : 0);
}

function sortByAddress(symbols: readonly ElfSymbol[]): ElfSymbol[] {
  const best = new Map<bigint, ElfSymbol>();
  for (const symbol of symbols) {
    const known = best.get(symbol.value);
    if (known === undefined || rank(symbol) > rank(known)) best.set(symbol.value, symbol);
  }
  return [...best.values()].sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}

/** How far to look back for a function around another one that has ended. */
const nesting = 16;

/**
 * The last symbol at or below the address, if the address is inside of its section and size; else
 * a sized one a little before, which may hold that symbol and the address.
 */
function find(symbols: readonly ElfSymbol[], address: bigint): SymbolPlace | undefined {
  let low = 0;
  let high = symbols.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((symbols[middle] as ElfSymbol).value <= address) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0 && index >= low - nesting; index--) {
    const symbol = symbols[index] as ElfSymbol;
    const offset = address - symbol.value;
    const isCandidate = index === low - 1 || symbol.size > 0n;
    if (isCandidate && isInside(symbol, offset)) return { symbol, offset };
  }
  return undefined;
}

/** A size limits a symbol; without one it reaches to the end of its section. */
function isInside({ size, value, section }: ElfSymbol, offset: bigint): boolean {
  if (size > 0n) return offset < size;
  return typeof section === "string" || value + offset < section.address + section.size;
}
