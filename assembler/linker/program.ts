/**
 * What a linker works on: input files, their sections and symbols, and the sections of the output.
 * Addresses and sizes are numbers: unsigned for RV32; for RV64 the upper half of the address space
 * is negative, as sign extension makes it, so that what programs use of it is exact.
 */
import { SHT, STB, STT } from "../../elf/constants.ts";
import { type ObjectSection, type ObjectView, placeless } from "../../elf/object-view.ts";
import type { Diagnostic } from "../diagnostics.ts";
import { type Merged, mergedPlace } from "./merge.ts";
import type { Relocations } from "./relocations.ts";
import type { Expression, OutputStatement, ScriptPlace } from "./script.ts";

/** An object file among the inputs. Its local symbols are made when something wants them. */
export class InputFile {
  /** As messages name it: a path, or `archive(member)`. */
  readonly name: string;
  /** What patterns of a script are matched against. */
  readonly pathName: string;
  /** The archive that it is a member of. */
  readonly archive: string | undefined;
  readonly object: ObjectView;
  readonly sections: InputSection[] = [];
  /** By index in the object. */
  readonly sectionAt: (InputSection | undefined)[] = [];
  /** By index in the object: what has been made or entered so far. */
  readonly #symbols: (Target | undefined)[];

  constructor(name: string, pathName: string, archive: string | undefined, object: ObjectView) {
    this.name = name;
    this.pathName = pathName;
    this.archive = archive;
    this.object = object;
    this.#symbols = new Array<Target | undefined>(object.symbolCount).fill(undefined);
  }

  /** How many entries the symbol table has; the one at index 0 is empty. */
  get symbolCount(): number {
    return this.#symbols.length;
  }

  /** Enters a global symbol. */
  enter(index: number, symbol: LinkSymbol): void {
    this.#symbols[index] = symbol;
  }

  /** A symbol that has been made or entered. */
  known(index: number): Target | undefined {
    return this.#symbols[index];
  }

  /** What a symbol of the file means. Labels that tools made for themselves have no name. */
  symbol(index: number): Target {
    let symbol = this.#symbols[index];
    if (symbol === undefined) {
      symbol = this.#makeLocal(index);
      this.#symbols[index] = symbol;
    }
    return symbol;
  }

  /** Where a local symbol is that nothing else knows; undefined where it takes a symbol to say. */
  addressOf(index: number): number | undefined {
    const symbol = this.#symbols[index];
    if (symbol !== undefined) return undefined;
    const section = this.sectionAt[this.object.symbolSection(index)];
    if (section === undefined || section.isDiscarded || section.merged !== undefined)
      return undefined;
    return section.address + section.moved(this.object.symbolValue(index));
  }

  #makeLocal(index: number): Target {
    const { object } = this;
    const place = object.symbolSection(index);
    const isNameless = place !== placeless.undefined && object.isToolLabel(index);
    if (isNameless && object.symbolType(index) === STT.NOTYPE && object.symbolSize(index) === 0) {
      const section = this.sectionAt[place];
      if (section !== undefined) return labelIn(section, object.symbolValue(index));
    }
    return this.#makeNamed(index, place, isNameless);
  }

  #makeNamed(index: number, place: number, isNameless: boolean): LinkSymbol {
    const { object } = this;
    const symbol = new LinkSymbol(isNameless ? "" : object.symbolName(index));
    symbol.binding = STB.LOCAL;
    symbol.file = this;
    if (place === placeless.undefined) return symbol;
    const section = this.sectionAt[place];
    symbol.take(this, index, section, "defined");
    if (section === undefined && object.sectionAt[place] !== undefined) {
      symbol.kind = "weak-undefined";
    }
    return symbol;
  }

  /** The indexes of local symbols that people named. */
  namedIndexes(): number[] {
    const { object } = this;
    const end = Math.min(object.firstGlobal, this.#symbols.length);
    const indexes: number[] = [];
    for (let index = 1; index < end; index++) {
      if (object.isToolLabel(index)) continue;
      if (object.symbolType(index) === STT.SECTION) continue;
      if (object.symbolSection(index) === placeless.undefined || object.symbolName(index) === "")
        continue;
      indexes.push(index);
    }
    return indexes;
  }

  /** The local symbols that people named: not those of sections, files and tools. */
  *namedLocals(): Iterable<LinkSymbol> {
    for (const index of this.namedIndexes()) {
      const symbol = this.symbol(index);
      if (symbol instanceof LinkSymbol) yield symbol;
    }
  }
}

/** A section of an input. */
export class InputSection {
  readonly file: InputFile | undefined;
  readonly name: string;
  readonly type: number;
  /** Bits of `SHF` below 2^32. */
  readonly flags: number;
  readonly origin: ObjectSection;
  alignment: number;
  /** In bytes, after what relaxation and merging have done so far. */
  size: number;
  data: Uint8Array;
  /** Its relocations, by rising offset: rows of the program's table from the first to the end. */
  firstRelocation = 0;
  endRelocation = 0;
  /** Whether its relocations are read where they are applied, and are not in the table. */
  isStreamed = false;
  /** Whether relaxation may find something among them, and whether code is padded. */
  isRelaxable = false;
  hasPadding = false;
  /** Rows that relaxation still looks at, once it has looked at all. */
  relaxableRows: readonly number[] | undefined;
  /** Symbols that are defined in it, of those that have been made. */
  symbols: Target[] = [];
  /** What relaxation has taken out, walk after walk. */
  readonly cuts: Cut[] = [];
  output: OutputSection | undefined;
  /** Where it begins in its output section. */
  offset = 0;
  /** Left out: a second copy of a COMDAT group, discarded by the script, or garbage. */
  isDiscarded = false;
  /** The copy of a COMDAT group that is kept instead of this one. */
  kept: InputSection | undefined;
  /** Whether a script says KEEP, or its flags do. */
  isKept = false;
  /** Whether garbage collection has reached it. */
  isReached = false;
  /** What became of its strings or constants. */
  merged: Merged | undefined;
  /** Members of the section's COMDAT group, in one file. */
  group: InputSection[] | undefined;

  constructor(file: InputFile | undefined, origin: ObjectSection) {
    this.file = file;
    this.origin = origin;
    this.name = origin.name;
    this.type = origin.type;
    this.flags = origin.flags;
    this.alignment = soundAlignment(origin.alignment);
    this.size = origin.size;
    this.data = origin.data;
  }

  /** The section that it belongs to, where its flags say so: it stays and is placed with that one. */
  get linked(): InputSection | undefined {
    return this.origin.linked === 0 ? undefined : this.file?.sectionAt[this.origin.linked];
  }

  get address(): number {
    return this.output === undefined ? 0 : this.output.address + this.offset;
  }

  has(flag: bigint): boolean {
    return (this.flags & Number(flag)) !== 0;
  }

  /** Where an offset of the input has gone. */
  moved(offset: number): number {
    let at = offset;
    for (const cut of this.cuts) at -= cut.before(at);
    return at;
  }
}

/** Bytes that one walk of relaxation took out of a section. */
export class Cut {
  /** Where, rising. */
  readonly #places: readonly number[];
  /** How many bytes went up to each place: one more than there are places. */
  readonly #sums: readonly number[];

  constructor(places: readonly number[], sums: readonly number[]) {
    this.#places = places;
    this.#sums = sums;
  }

  /** How many bytes went before an offset. */
  before(offset: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return this.#sums[low] ?? 0;
  }
}

/** An alignment as files may have it: a power of two, at most 2^28; else none. */
function soundAlignment(alignment: number): number {
  const isSound = alignment > 0 && alignment <= 1 << 28 && (alignment & (alignment - 1)) === 0;
  return isSound ? alignment : 1;
}

/** A section of the output. */
export class OutputSection {
  readonly name: string;
  /** Undefined for one that no statement of the script describes. */
  readonly statement: OutputStatement | undefined;
  /** Where it must be, apart from all others; undefined where the script places it. */
  fixedAddress: number | undefined;
  items: LayoutItem[] = [];
  inputs: InputSection[] = [];
  type: number = SHT.NULL;
  flags = 0;
  entrySize = 0;
  alignment = 1;
  address = 0;
  loadAddress = 0;
  size = 0;
  /** Whether the location counter or data make it exist without inputs. */
  hasContent = false;
  /** Whether the script moves the location counter in it, which keeps it even where it is empty. */
  isKeptEmpty = false;
  /** Whether that has made it longer at some time. */
  isStretched = false;
  /** A section that the linker made for it and that turned out empty. */
  made: InputSection | undefined;
  /** Regions of memory where it is and where it is loaded, by their names in the script. */
  region: string | undefined;
  loadRegion: string | undefined;
  /** Whether it holds nothing and is not in the file. */
  isRemoved = false;
  /** Whether a symbol is assigned in it, which keeps its place in memory. */
  hasSymbols = false;
  /** Names of the segments that hold it, where the script says so. */
  segments: readonly string[] = [];
  /** Bytes for the gaps. */
  fill: Uint8Array | undefined;
  /** Data statements and pads, found by layout: where and what. */
  written: { offset: number; data: Uint8Array }[] = [];

  constructor(name: string, statement: OutputStatement | undefined) {
    this.name = name;
    this.statement = statement;
    this.region = statement?.region;
    this.loadRegion = statement?.loadRegion;
  }

  has(flag: bigint): boolean {
    return (this.flags & Number(flag)) !== 0;
  }
}

/** What layout meets in an output section, in order. */
export type LayoutItem =
  | InputSection
  | { readonly kind: "assign"; readonly statement: SymbolAssignment }
  | { readonly kind: "assert"; readonly condition: Expression; readonly message: string }
  | { readonly kind: "data"; readonly size: 1 | 2 | 4 | 8; readonly value: Expression }
  | { readonly kind: "fill"; readonly value: Uint8Array };

/** An assignment of the script, with the symbol that it defines (undefined for `.`). */
export interface SymbolAssignment {
  readonly name: string;
  readonly operator: string;
  readonly value: Expression;
  readonly isProvided: boolean;
  readonly isHidden: boolean;
  readonly place: ScriptPlace;
  /** Set when the symbol is to be defined: PROVIDE defines only what is wanted. */
  symbol: LinkSymbol | undefined;
}

/** What is known of a name. */
export type SymbolKind = "undefined" | "weak-undefined" | "defined" | "weak" | "common";

/** A symbol, global or of one file. */
export class LinkSymbol {
  readonly name: string;
  kind: SymbolKind = "undefined";
  /** Where it is; undefined for an absolute value. */
  section: InputSection | OutputSection | undefined;
  /** Offset in the section, or the value. For a common symbol, its alignment. */
  value = 0;
  /** An absolute value that a number cannot hold. */
  exact: bigint | undefined;
  size = 0;
  type: number = STT.NOTYPE;
  binding: number = STB.GLOBAL;
  visibility = 0;
  /** The file that defines it, or the first that refers to it. */
  file: InputFile | undefined;
  /** Whether the script or the linker defines it, and whether it is the script. */
  isMade = false;
  isAssigned = false;
  /** Whether a file refers to it without defining it. */
  isReferenced = false;

  constructor(name: string) {
    this.name = name;
  }

  get isDefined(): boolean {
    return this.kind === "defined" || this.kind === "weak";
  }

  /** Makes it local, as the script and the linker do with symbols of their own. */
  hide(): void {
    this.binding = STB.LOCAL;
    this.visibility &= ~3;
  }

  /** Takes over what a symbol of an object says, in that object's section. */
  take(file: InputFile, index: number, input: InputSection | undefined, kind: SymbolKind): void {
    const { object } = file;
    const type = object.symbolType(index);
    this.kind = kind;
    this.file = file;
    this.section = input;
    this.size = object.symbolSize(index);
    this.type = type === STT.COMMON ? STT.OBJECT : type;
    this.binding = object.symbolBinding(index);
    const visibility = object.symbolVisibility(index);
    if (this.binding === STB.LOCAL) this.visibility = visibility;
    else this.visibility |= visibility & ~3;
    const isAbsolute = object.symbolSection(index) === placeless.absolute;
    this.value = isAbsolute
      ? toAddress(object.exactValue(index), object.class)
      : object.symbolValue(index);
    this.exact = Number.isSafeInteger(this.value) ? undefined : object.exactValue(index);
    if (input === undefined || (type === STT.SECTION && this.value === 0)) return;
    input.symbols.push(this);
    follow(this, input);
  }

  /** Moves with what a walk of relaxation took out of its section. */
  cut(cut: Cut): void {
    const start = cut.before(this.value);
    if (this.size > 0) this.size -= cut.before(this.value + this.size) - start;
    this.value -= start;
  }

  get address(): number {
    return this.section === undefined ? this.value : this.section.address + this.value;
  }
}

/**
 * A label that a tool made for itself, such as the target of a branch: a place in a section and
 * nothing more. Most of the symbols that relocations name are such, so they are kept small.
 */
export class Label {
  section: InputSection;
  value: number;

  constructor(section: InputSection, value: number) {
    this.section = section;
    this.value = value;
  }

  get name(): string {
    return "";
  }

  get kind(): SymbolKind {
    return "defined";
  }

  get isDefined(): boolean {
    return true;
  }

  get type(): number {
    return STT.NOTYPE;
  }

  get binding(): number {
    return STB.LOCAL;
  }

  get size(): number {
    return 0;
  }

  get exact(): bigint | undefined {
    return undefined;
  }

  get address(): number {
    return this.section.address + this.value;
  }

  /** Moves with what a walk of relaxation took out of its section. */
  cut(cut: Cut): void {
    this.value -= cut.before(this.value);
  }
}

/** What a relocation refers to. */
export type Target = LinkSymbol | Label;

function labelIn(section: InputSection, value: number): Label {
  const label = new Label(section, value);
  section.symbols.push(label);
  follow(label, section);
  return label;
}

/** Goes where merging and relaxation have brought a place of a section of an input. */
function follow(target: Target, input: InputSection): void {
  const place = input.merged && mergedPlace(input.merged, target.value);
  if (place !== undefined) {
    target.section = place.section;
    target.value = place.offset;
  }
  for (const cut of input.cuts) target.cut(cut);
}

/** All inputs, resolved. */
export interface Program {
  readonly bits: 32 | 64;
  readonly files: InputFile[];
  readonly globals: Map<string, LinkSymbol>;
  /** All sections of all files that are not discarded, in the order of the files. */
  sections: InputSection[];
  /** Relocations that merging may redirect, and those that want an entry of the offset table. */
  readonly special: { readonly section: InputSection; readonly row: number }[];
  readonly relocations: Relocations;
  readonly diagnostics: Diagnostic[];
}

/** A value as an address of this width. */
export function toAddress(value: bigint, bits: 32 | 64): number {
  return bits === 32 ? Number(BigInt.asUintN(32, value)) : Number(BigInt.asIntN(64, value));
}

/** An address as the hexadecimal digits that people know. */
export function hex(address: number, bits: 32 | 64 = 64): string {
  return `0x${BigInt.asUintN(bits, BigInt(Math.trunc(address))).toString(16)}`;
}

export function alignTo(value: number, alignment: number): number {
  if (alignment <= 1) return value;
  const rest = value % alignment;
  return rest === 0 ? value : value + alignment - (rest < 0 ? rest + alignment : rest);
}
