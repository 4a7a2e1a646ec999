/**
 * An ELF file in memory, free of the file format's indexes: symbols and relocations point to the
 * objects they mean. The reader makes it, the writer takes it, and an assembler or a linker may
 * build one from nothing.
 *
 * `sections` holds the sections with content of their own. What only encodes the model is not in
 * it: the null section, `.symtab`, `.strtab`, `.shstrtab`, `.symtab_shndx`, section groups, and the
 * non-allocated `.rela.*` (those became `relocations`). The writer makes them again. Dynamic tables
 * (`.dynsym`, `.dynstr`, `.rela.dyn`, …) are part of the memory image and stay plain sections.
 */

/** An ELF file. */
export interface ElfFile {
  /** The file's class: width of an address in bits. */
  class: 32 | 64;
  /** What the file is: one of `ET`. */
  type: number;
  /** The machine: one of `EM`, `EM.RISCV` being the one that the rest of the project accepts. */
  machine: number;
  /** `e_flags`: bits of `EF_RISCV`. */
  flags: number;
  /** Address of the first instruction; 0 where there is none. */
  entry: bigint;
  /** How far the addresses here are above those in debug information; absent: they are the same. */
  bias?: bigint;
  /** Sections with content, in the order of the file. */
  sections: Section[];
  /** Program headers, in the order of the file. */
  segments: Segment[];
  /** The symbol table without its null entry; the writer moves local symbols to the front. */
  symbols: ElfSymbol[];
}

/** A section. */
export interface Section {
  name: string;
  /** One of `SHT`. */
  type: number;
  /** Bits of `SHF`. */
  flags: bigint;
  /** Where it is in memory; 0 for what is not loaded, and everywhere in a relocatable file. */
  address: bigint;
  /** In bytes. Equals `data.length`, but for SHT_NOBITS, whose `data` is empty. */
  size: bigint;
  /** The bytes; when it was read, a view into the file's bytes. */
  data: Uint8Array;
  /** A power of two; 0 and 1 both mean none. */
  alignment: bigint;
  /** Size of an entry in bytes in a table (or of a character in a string section), else 0. */
  entrySize: bigint;
  /** 0, or 1 + the position in `sections` of the section that this one refers to. */
  link: number;
  /** With SHF_INFO_LINK like `link`; else what the section's type says. */
  info: number;
  /** Relocations that apply to this section, by rising offset as a rule. */
  relocations: Relocation[];
  /** Where the reader found it in the file. The writer computes its own and ignores this. */
  fileOffset?: bigint;
  /** The signature (a symbol's name) of the COMDAT group that the section is in. */
  group?: string;
}

/** A relocation entry: patch the place with something computed from symbol and addend. */
export interface Relocation {
  /** Byte offset in its section (in executables too, where the file format has an address). */
  offset: bigint;
  /** One of `R_RISCV`. */
  type: number;
  /** Undefined for a relocation without a symbol, such as R_RISCV_RELAX. */
  symbol: ElfSymbol | undefined;
  /** Signed. */
  addend: bigint;
}

/** An entry of the symbol table. */
export interface ElfSymbol {
  /** Empty as a rule for STT_SECTION symbols: they go by their section's name. */
  name: string;
  /** Offset in `section` in a relocatable file, else an address. For "common", the alignment. */
  value: bigint;
  /** In bytes; 0 where not known. */
  size: bigint;
  /** One of `STB`. */
  binding: number;
  /** One of `STT`. */
  type: number;
  /** `st_other`: one of `STV`; RISC-V may add `STO_RISCV_VARIANT_CC`. */
  visibility: number;
  section: Section | "undefined" | "absolute" | "common";
  /** Its number in the file that was written last; the writer's own. */
  number?: number;
}

/** A program header and the bytes that it covers. */
export interface Segment {
  /** One of `PT`. */
  type: number;
  /** Permissions: bits of `PF`. */
  flags: number;
  /** Place in the file. The writer keeps it; `segmentsOf` in `layout.ts` chooses it. */
  offset: bigint;
  virtualAddress: bigint;
  physicalAddress: bigint;
  /** Bytes in the file, `data.length`. */
  fileSize: bigint;
  /** Bytes in memory; what exceeds `fileSize` is zeros. */
  memorySize: bigint;
  alignment: bigint;
  /** The bytes; when it was read, a view into the file's bytes. */
  data: Uint8Array;
}
