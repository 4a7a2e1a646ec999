/**
 * What is known of a program without running it: its code, symbols, lines and functions, as an ELF
 * file and its DWARF say. Where there is no debug information, symbols give the functions: in
 * assembly any label can begin one, so the global labels and those that are called count.
 */
import type { Unit } from "../assembler/unit.ts";
import { ET, SHF, STB, STT } from "../elf/constants.ts";
import { DW_LANG } from "../elf/dwarf/constants.ts";
import type { FrameTable } from "../elf/dwarf/frame-reader.ts";
import { type DebugInformation, readDebugInformation } from "../elf/dwarf/index.ts";
import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import type { LineMatch } from "../elf/dwarf/line-table.ts";
import type { ElfFile, ElfSymbol } from "../elf/model.ts";
import { placedAt } from "../elf/placed.ts";
import { isMappingSymbol, SymbolTable } from "../elf/symbols.ts";
import { biasOf } from "../emulator/process/loader.ts";
import type { Architecture } from "../isa/architecture.ts";
import { createDecoder, type Decoded, type Decoder, isCompressed } from "../isa/decoder.ts";
import { effectsOf } from "../isa/effects.ts";
import { DataTypes } from "./data-types.ts";
import { DwarfTypes } from "./dwarf-types.ts";
import type { Type } from "./expressions/types.ts";
import { Globals } from "./globals.ts";
import type { Libraries } from "./libraries.ts";
import { typesOfSources } from "./source-types.ts";
import { normalForm } from "./sources.ts";

/** A function as the stack shows it. */
export interface FunctionPlace {
  readonly name: string;
  /** Address of its first instruction. */
  readonly start: bigint;
}

/** What linkers define for themselves. */
const linkerSymbols: ReadonlySet<string> = new Set([
  "__global_pointer$",
  "__DATA_BEGIN__",
  "__SDATA_BEGIN__",
  "__BSS_END__",
  "__bss_start",
  "_edata",
  "edata",
  "_end",
  "end",
  "_GLOBAL_OFFSET_TABLE_",
]);

/** Code larger than this is not searched for calls, in bytes. */
const searchedCode = 1 << 20;

/** A program as a debugger knows it: its code, symbols, lines and types. */
export class Program {
  readonly path: string;
  readonly file: ElfFile;
  readonly symbols: SymbolTable;
  readonly debug: DebugInformation;
  /** What else is mapped, where the program runs. */
  libraries: Libraries | undefined;
  readonly architecture: Architecture;
  readonly decode: Decoder;
  /** Whether it was assembled here, so that its source names are the client's own. */
  readonly isBuilt: boolean;
  /** The types of labelled data that the sources declare, by label. */
  readonly declaredTypes: ReadonlyMap<string, Type>;
  readonly dataTypes = new DataTypes(this);
  /** The types that debug information describes. */
  readonly types: DwarfTypes;
  readonly globals: Globals;
  #data: ElfSymbol[] | undefined;
  /** Paths of debug information by their normal form. */
  #files: Map<string, string> | undefined;
  #starts: FunctionPlace[] | undefined;
  readonly #labelScopes = new Map<bigint, FunctionScope>();
  /** Whether a person steps into what macros and repetitions became, and sees it in the stack. */
  entersMacros = true;
  /** Whether stepping in goes through a pseudo-instruction one instruction at a time. */
  entersPseudoInstructions = false;
  #isAssembly = new Map<object, boolean>();

  /** @param sources what it was assembled from here; absent for an ELF file */
  constructor(path: string, file: ElfFile, architecture: Architecture, sources?: readonly Unit[]) {
    this.path = path;
    this.file = placedAt(file, biasOf(file));
    this.isBuilt = sources !== undefined;
    this.declaredTypes = typesOfSources(sources ?? [], file.class);
    this.symbols = new SymbolTable(this.file);
    this.debug = readDebugInformation(this.file);
    this.types = new DwarfTypes(this.debug, (name) => this.symbols.byName(name)?.value);
    this.globals = new Globals(this.debug, this.types);
    this.architecture = architecture;
    this.decode = createDecoder(architecture);
  }

  /**
   * The row of an address, where it belongs to a line: of what a macro or a repetition became, the
   * line of the body, or, where expansions are not looked into, that of the outermost call.
   */
  rowAt(address: bigint, looksInto = this.entersMacros): LineMatch | undefined {
    const match = this.debug.lines.lookup(address);
    if (this.debug.hasExpansions) {
      if (looksInto) {
        const body = this.debug.expansionLines.lookup(address);
        if (body !== undefined && body.row.line !== 0) return body;
      } else {
        const call = this.debug.expansionsAt(address).at(-1);
        if (match !== undefined && call !== undefined) {
          const row = { ...match.row, path: call.callPath, line: call.callLine, column: 0 };
          return { ...match, row, start: call.entryAddress };
        }
      }
    }
    return match === undefined || match.row.line === 0 ? undefined : match;
  }

  /**
   * The row to show for an address: code without a line, as optimising compilers make for what they
   * have merged, belongs to the line before it in its function.
   */
  shownRowAt(address: bigint): LineMatch | undefined {
    const found = this.rowAt(address);
    if (found !== undefined) return found;
    const home = this.scopeAt(address);
    let match = this.debug.lines.lookup(address);
    while (match?.row.line === 0 && home !== undefined && match.start > home.entryAddress) {
      match = this.debug.lines.lookup(match.start - 1n);
    }
    return match === undefined || match.row.line === 0 || this.scopeAt(match.start) !== home
      ? undefined
      : match;
  }

  /** Where a step into a function ends; assembly has no prologue to pass. */
  steppedInto(scope: FunctionScope): bigint {
    return this.#isAssemblyUnit(scope) ? scope.entryAddress : this.debug.steppedInto(scope);
  }

  /** How many inlined functions, or expansions of macros, begin (or go on) at an address. */
  inlinedBeginningAt(address: bigint): number {
    const chain = this.inlinedAt(address);
    const others = chain.findIndex((scope) => !scope.isInlined || !isStartOf(scope, address));
    return others < 0 ? chain.length : others;
  }

  /** How many expansions of macros begin at an address. */
  expansionsBeginningAt(address: bigint): number {
    if (!this.entersMacros) return 0;
    const chain = this.debug.expansionsAt(address);
    const others = chain.findIndex(({ entryAddress }) => entryAddress !== address);
    return others < 0 ? chain.length : others;
  }

  /** Whether the code ends right before an address, and nothing that can be run begins there. */
  isPastEnd(address: bigint): boolean {
    return !this.isCode(address) && address > 0n && this.isCode(address - 1n);
  }

  /** The function that an address is in, or behind the code's end the one that ran into it. */
  functionAt(place: bigint): FunctionPlace | undefined {
    const address = this.isPastEnd(place) ? place - 1n : place;
    const scope = this.scopeAt(address);
    if (scope !== undefined) return { name: scope.qualifiedName, start: scope.entryAddress };
    if (this.#isElsewhere(address)) {
      const symbol = this.libraries?.functionAt(address)?.symbol;
      return symbol && { name: symbol.name, start: symbol.value };
    }
    const starts = this.#functionStarts();
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]!.start <= address) low = middle + 1;
      else high = middle;
    }
    const found = starts[low - 1];
    const label = this.symbols.functionAt(address);
    // The label next below may be in another section, or end before the address.
    if (found === undefined || label === undefined) {
      return label && { name: label.symbol.name, start: label.symbol.value };
    }
    return sectionOf(this.file, found.start) === label.symbol.section
      ? found
      : { name: label.symbol.name, start: label.symbol.value };
  }

  /** The function of debug information at an address, not an inlined one. */
  scopeAt(address: bigint): FunctionScope | undefined {
    return this.debug
      .functionsAt(address)
      .findLast(({ isInlined, name }) => !isInlined && name !== "");
  }

  /** The functions that are inlined at an address, the innermost first, and the one they are in. */
  inlinedAt(place: bigint): FunctionScope[] {
    const address = this.isPastEnd(place) ? place - 1n : place;
    const inlined = this.#inlinedAt(address);
    const expansions = this.entersMacros ? this.debug.expansionsAt(address) : [];
    const [first] = expansions;
    if (first === undefined) return inlined;
    return [...expansions, ...(inlined.length > 0 ? inlined : [this.#labelScope(address, first)])];
  }

  /** What stands for a function of which no debug information speaks, around expansions. */
  #labelScope(address: bigint, expansion: FunctionScope): FunctionScope {
    const { name, start } = this.functionAt(address) ?? { name: "", start: 0n };
    let scope = this.#labelScopes.get(start);
    if (scope === undefined) {
      const place = { entryAddress: start, isInlined: false, parent: undefined, children: [] };
      scope = { ...expansion, ...place, name, qualifiedName: name, path: "", line: 0 };
      this.#labelScopes.set(start, scope);
    }
    return scope;
  }

  #inlinedAt(address: bigint): FunctionScope[] {
    const all = this.debug.functionsAt(address);
    const whole = all.findLastIndex(({ isInlined }) => !isInlined);
    // Of a nested function, what is around it is not the caller.
    const innermost = all.findIndex(({ isInlined }) => !isInlined);
    return innermost === -1 ? [] : all.slice(0, Math.min(innermost, whole) + 1);
  }

  /** `main+4`, or undefined where no symbol is at or below the address. */
  describe(address: bigint): string | undefined {
    const place = this.#isElsewhere(address)
      ? this.libraries?.symbolAt(address)
      : this.symbols.symbolAt(address);
    if (place === undefined) return undefined;
    const name = this.#readable(place.symbol.name);
    return place.offset === 0n ? name : `${name}+${place.offset}`;
  }

  /** How to leave the function at an address. */
  framesAt(address: bigint): FrameTable {
    const others = this.#isElsewhere(address) ? this.libraries?.framesAt(address) : undefined;
    return others ?? this.debug.frames;
  }

  /** Whether an address is not the file's, so that it may be a library's. */
  #isElsewhere(address: bigint): boolean {
    return this.libraries !== undefined && sectionOf(this.file, address) === undefined;
  }

  /** A compiler's name of a symbol as the program calls it, where debug information tells. */
  #readable(symbol: string): string {
    if (!/^_[ZR]/.test(symbol)) return symbol;
    return this.debug.functionsNamed(symbol)[0]?.qualifiedName ?? symbol;
  }

  /**
   * Where a program begins for the person who wrote it, if start-up code of a library runs first:
   * `main`, if it has lines.
   */
  startOfMain(): bigint | undefined {
    const [main] = this.functionAddresses("main");
    return main === undefined || this.rowAt(main) === undefined ? undefined : main;
  }

  /** Where a breakpoint on a function goes: behind the prologue of a compiled one. */
  functionAddresses(name: string): bigint[] {
    const scopes = this.debug.functionsNamed(name);
    if (scopes.length > 0) return [...new Set(scopes.map((scope) => this.bodyAddress(scope)))];
    const symbol = this.symbols.byName(name);
    if (symbol === undefined) return this.libraries?.functionsNamed(name) ?? [];
    if (!this.isCode(symbol.value)) return [];
    const scope = this.scopeAt(symbol.value);
    const isStart = scope !== undefined && scope.entryAddress === symbol.value;
    return [isStart ? this.bodyAddress(scope) : symbol.value];
  }

  /**
   * Where a breakpoint goes that is given as text: a function by its name, with or without its
   * namespaces and parameters, a place from a label as in `loop+4`, or, as in `*0x10000` and
   * `*main`, an address.
   */
  addressesOf(text: string): bigint[] {
    const name = text.trim();
    const found = this.functionAddresses(name);
    if (found.length > 0) return found;
    const [, star, label = "", sign, offset = "0"] =
      /^(\*?)\s*([^\s+-]+)\s*(?:([+-])\s*(0x[\da-f]+|\d+))?$/i.exec(name) ?? [];
    const isNumber = /^(0x[\da-f]+|\d+)$/i.test(label);
    if (star === "*" || sign !== undefined) {
      const start = isNumber ? BigInt(label) : this.symbols.byName(label)?.value;
      const distance = sign === "-" ? -BigInt(offset) : BigInt(offset);
      const address = start === undefined ? undefined : start + distance;
      if (address !== undefined) return this.#isInstruction(address) ? [address] : [];
    }
    const plain = withoutParameters(name);
    const all = this.debug.compileUnits.flatMap((unit) => [...this.debug.info.functionsOf(unit)]);
    const scopes = all.filter(({ qualifiedName }) => `::${qualifiedName}`.endsWith(`::${plain}`));
    return [...new Set(scopes.map((scope) => this.bodyAddress(scope)))];
  }

  /** Whether an instruction begins at an address, counted from the label before it. */
  #isInstruction(address: bigint): boolean {
    const section = sectionOf(this.file, address);
    if (section === undefined || !this.isCode(address)) return false;
    let at = this.symbols.functionAt(address)?.symbol.value ?? section.address;
    while (at < address) {
      const low = section.data[Number(at - section.address)] ?? 0;
      at += isCompressed(low) ? 2n : 4n;
    }
    return at === address;
  }

  /** Where the body of a function begins; assembly has no prologue to skip. */
  bodyAddress(scope: FunctionScope): bigint {
    return this.#isAssemblyUnit(scope) ? scope.entryAddress : this.debug.bodyAddress(scope);
  }

  /** The path of debug information that a client's name for a source means. */
  findSource(name: string): string | undefined {
    if (this.#files === undefined) {
      this.#files = new Map();
      const more = this.debug.hasExpansions ? this.debug.expansionLines.files() : [];
      for (const path of [...more, ...this.debug.lines.files()])
        this.#files.set(normalForm(path), path);
    }
    const exact = this.#files.get(normalForm(name));
    if (exact !== undefined) return exact;
    const found = this.debug.lines.findFile(name);
    // The names of sources that were assembled here are the client's own; a compiler's are not.
    return this.isBuilt && found !== undefined && /\.(s|asm)$/i.test(found) ? undefined : found;
  }

  /** Where to stop for a line: the line that has code, and the addresses. */
  lineAddresses(name: string, line: number): { line: number; addresses: bigint[] } {
    const { lines } = this.debug;
    const file = this.findSource(name);
    const inBodies = this.#bodyAddresses(file, line);
    const actual = file === undefined ? undefined : lines.nextLine(file, line);
    if (inBodies.length > 0) {
      const own = file === undefined ? [] : this.#runStarts(lines.addresses(file, line));
      return { line, addresses: [...new Set([...own, ...inBodies])] };
    }
    if (file === undefined || actual === undefined) return { line, addresses: [] };
    const all = lines.addresses(file, actual);
    const scope = all[0] === undefined ? undefined : this.scopeAt(all[0]);
    if (scope === undefined || this.#isAssemblyUnit(scope)) {
      return { line: actual, addresses: this.#runStarts(all) };
    }
    return this.debug.breakpointAddresses(file, line);
  }

  /** Where expansions of macros reach a line of a body, or are called from a line. */
  #bodyAddresses(file: string | undefined, line: number): bigint[] {
    const { debug } = this;
    if (file === undefined || !debug.hasExpansions) return [];
    const table = debug.expansionLines;
    const found = table.addresses(file, line);
    const visit = ({ callLine, callPath, entryAddress, children }: FunctionScope) => {
      const row = table.lookup(entryAddress)?.row;
      const isCall = callLine === line && callPath === file;
      if (isCall || (row?.line === line && row.path === file)) found.push(entryAddress);
      children.forEach(visit);
    };
    debug.expansions.forEach(visit);
    return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1));
  }

  /** Whether a scope is what a macro or a repetition became. */
  isExpansion(scope: FunctionScope | undefined): boolean {
    if (scope?.isInlined !== true) return false;
    const { language } = scope.unit;
    return language === DW_LANG.Mips_Assembler || language === DW_LANG.Assembly;
  }

  /** Whether an address is in a unit that was assembled. */
  isAssembly(address: bigint): boolean {
    const unit = this.debug.info.unitAt(address);
    if (unit === undefined) return this.isBuilt;
    return unit.language === DW_LANG.Mips_Assembler || unit.language === DW_LANG.Assembly;
  }

  /** Of addresses of one line only those that are not reached from the one before. */
  #runStarts(addresses: readonly bigint[]): bigint[] {
    return addresses.filter((address) => {
      const before = this.debug.lines.lookup(address - 1n);
      const row = this.debug.lines.lookup(address)?.row;
      return before?.row.line !== row?.line || before?.row.path !== row?.path;
    });
  }

  /** Whether a function of a compiler begins at an address: assembly's functions have no prologue. */
  isCompiledEntry(address: bigint): boolean {
    const scope = this.scopeAt(address);
    return scope?.entryAddress === address && !this.#isAssemblyUnit(scope);
  }

  #isAssemblyUnit({ unit }: FunctionScope): boolean {
    let known = this.#isAssembly.get(unit);
    if (known === undefined) {
      known = unit.language === DW_LANG.Mips_Assembler || unit.language === DW_LANG.Assembly;
      this.#isAssembly.set(unit, known);
    }
    return known;
  }

  /** Whether the file, or a library that is loaded, has instructions at the address. */
  isCode(address: bigint): boolean {
    const section = sectionOf(this.file, address);
    if (section === undefined) return this.libraries?.isCode(address) === true;
    return (section.flags & SHF.EXECINSTR) !== 0n;
  }

  /** The instruction in four bytes (or two); undefined for an illegal one. */
  decodeBytes(bytes: Uint8Array): Decoded | undefined {
    if (bytes.length < 2) return undefined;
    const low = bytes[0]! | (bytes[1]! << 8);
    if (isCompressed(low)) return this.decode(low);
    if (bytes.length < 4) return undefined;
    return this.decode((low | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0);
  }

  /** Data symbols that a person named, by address. */
  dataSymbols(): readonly ElfSymbol[] {
    if (this.#data !== undefined) return this.#data;
    const isData = ({ name, type, section }: ElfSymbol) =>
      name !== "" &&
      !name.startsWith(".L") &&
      !isMappingSymbol(name) &&
      !linkerSymbols.has(name) &&
      typeof section !== "string" &&
      (section.flags & SHF.ALLOC) !== 0n &&
      (section.flags & (SHF.EXECINSTR | SHF.TLS)) === 0n &&
      (type === STT.OBJECT || type === STT.NOTYPE);
    this.#data = this.file.symbols
      .filter(isData)
      .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
    return this.#data;
  }

  /** Bytes from a data symbol to the next one, or to the end of its section. */
  extentOf({ value, section }: ElfSymbol): number {
    if (typeof section === "string") return 0;
    const end = section.address + section.size;
    const next = this.dataSymbols().find((other) => other.value > value)?.value ?? end;
    return Number((next < end ? next : end) - value);
  }

  #functionStarts(): FunctionPlace[] {
    if (this.#starts !== undefined) return this.#starts;
    const { entry } = this.file;
    const called = this.#callTargets();
    const isStart = ({ type, binding, value }: ElfSymbol) =>
      type === STT.FUNC || binding === STB.GLOBAL || value === entry || called.has(value);
    this.#starts = this.symbols
      .functions()
      .filter(isStart)
      .map(({ name, value }) => ({ name, start: value }));
    return this.#starts;
  }

  /** The targets of direct calls in the code, found by decoding it from end to end. */
  #callTargets(): Set<bigint> {
    const targets = new Set<bigint>();
    for (const { flags, size, address, data } of this.file.sections) {
      if ((flags & SHF.EXECINSTR) === 0n || size > searchedCode) continue;
      const read = (at: bigint, length: number) => {
        const offset = Number(at - address);
        return offset < 0 ? new Uint8Array(0) : data.subarray(offset, offset + length);
      };
      for (let at = 0; at + 2 <= data.length; ) {
        const pc = address + BigInt(at);
        const call = this.callAt(pc, read);
        if (call?.target !== undefined) targets.add(call.target);
        at += call?.length ?? (isCompressed(data[at]!) ? 2 : 4);
      }
    }
    return targets;
  }

  /**
   * The call at an address, if there is one; with its target where the instruction itself, or
   * together with the auipc before it, says it.
   */
  callAt(
    pc: bigint,
    read: (address: bigint, length: number) => Uint8Array,
  ): { length: number; target: bigint | undefined } | undefined {
    const decoded = this.decodeBytes(read(pc, 4));
    if (decoded === undefined) return undefined;
    const xlen = this.file.class;
    const { control, target } = effectsOf(decoded, pc, xlen);
    if (control !== "call") return undefined;
    const { length, values } = decoded;
    const { rs1, imm } = values;
    if (target !== undefined || rs1 === undefined) return { length, target };
    // auipc is what writes an x register from an immediate alone.
    const upper = this.decodeBytes(read(BigInt.asUintN(xlen, pc - 4n), 4));
    const offset = upper?.values["imm"];
    const isPair =
      upper?.length === 4 &&
      offset !== undefined &&
      upper.values["rs1"] === undefined &&
      upper.values["rd"] === rs1;
    if (!isPair) return { length, target: undefined };
    return { length, target: BigInt.asUintN(xlen, pc - 4n + BigInt(offset) + BigInt(imm ?? 0)) };
  }

  /** Whether the program can be run: an executable, and not a relocatable object. */
  get isExecutable(): boolean {
    return this.file.type === ET.EXEC || this.file.type === ET.DYN;
  }
}

/** Whether an address is where a function's code begins, or a part of it apart from the rest. */
export function isStartOf({ entryAddress, ranges }: FunctionScope, address: bigint): boolean {
  if (entryAddress === address) return true;
  const isIn = (place: bigint) => ranges.some(({ low, high }) => place >= low && place < high);
  return isIn(address) && !isIn(address - 1n);
}

/** `n::f(int) const` as `n::f`; an operator's own parentheses stay. */
function withoutParameters(name: string): string {
  return name.replace(
    /(?<!operator)\s*\([^()]*(\([^()]*\)[^()]*)*\)\s*(const|volatile|&{1,2}|noexcept|\s)*$/,
    "",
  );
}

/** The section in memory that holds an address. */
function sectionOf(file: ElfFile, address: bigint) {
  return file.sections.find(
    ({ flags, address: start, size }) =>
      (flags & SHF.ALLOC) !== 0n && address >= start && address < start + size,
  );
}
