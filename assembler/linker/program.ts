/**
 * What a linker works on: input files, their sections and symbols, and the sections of the output.
 * Addresses and sizes are numbers: unsigned for RV32; for RV64 the upper half of the address space
 * is negative, as sign extension makes it, so that what programs use of it is exact.
 */
import { SHT, STB, STT } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Section } from "../../elf/model.ts";
import type { Diagnostic } from "../diagnostics.ts";
import type { Merged } from "./merge.ts";
import type { Expression, OutputStatement, ScriptPlace } from "./script.ts";

/** An object file among the inputs. */
export interface InputFile {
  /** As messages name it: a path, or `archive(member)`. */
  readonly name: string;
  /** What patterns of a script are matched against. */
  readonly pathName: string;
  /** The archive that it is a member of. */
  readonly archive: string | undefined;
  readonly object: ElfFile;
  readonly sections: InputSection[];
  /** What each symbol of the file means. */
  readonly symbols: Map<ElfSymbol, LinkSymbol>;
}

/** A relocation; its offset moves when relaxation takes bytes out before it. */
export interface LinkRelocation {
  offset: number;
  /** One of `R_RISCV`; relaxation changes it. */
  type: number;
  symbol: LinkSymbol | undefined;
  addend: number;
  /** Whether an R_RISCV_RELAX stands with it. */
  readonly isRelaxable: boolean;
}

/** A section of an input. */
export class InputSection {
  readonly file: InputFile | undefined;
  readonly name: string;
  readonly type: number;
  /** Bits of `SHF` below 2^32. */
  readonly flags: number;
  readonly origin: Section;
  alignment: number;
  /** In bytes, after what relaxation and merging have done so far. */
  size: number;
  data: Uint8Array;
  /** By rising offset. */
  relocations: LinkRelocation[] = [];
  /** Symbols that are defined in it. */
  symbols: LinkSymbol[] = [];
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

  constructor(file: InputFile | undefined, origin: Section) {
    this.file = file;
    this.origin = origin;
    this.name = origin.name;
    this.type = origin.type;
    this.flags = Number(BigInt.asUintN(32, origin.flags));
    this.alignment = soundAlignment(origin.alignment);
    this.size = Number(origin.size);
    this.data = origin.data;
  }

  get address(): number {
    return this.output === undefined ? 0 : this.output.address + this.offset;
  }

  has(flag: bigint): boolean {
    return (this.flags & Number(flag)) !== 0;
  }
}

/** An alignment as files may have it: a power of two, at most 2^28; else none. */
function soundAlignment(alignment: bigint): number {
  const isSound = alignment > 0n && alignment <= 1n << 28n && (alignment & (alignment - 1n)) === 0n;
  return isSound ? Number(alignment) : 1;
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
  /** Whether the script or the linker defines it. */
  isMade = false;
  /** Whether a file refers to it without defining it. */
  isReferenced = false;

  constructor(name: string) {
    this.name = name;
  }

  get isDefined(): boolean {
    return this.kind === "defined" || this.kind === "weak";
  }

  get address(): number {
    return this.section === undefined ? this.value : this.section.address + this.value;
  }
}

/** All inputs, resolved. */
export interface Program {
  readonly bits: 32 | 64;
  readonly files: InputFile[];
  readonly globals: Map<string, LinkSymbol>;
  /** All sections of all files that are not discarded, in the order of the files. */
  sections: InputSection[];
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
