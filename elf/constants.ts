/**
 * The numbers of the ELF format that RISC-V files use, under the names of the System V ABI, of its
 * RISC-V supplement (psABI) and of the GNU extensions, without their prefix: `SHT.PROGBITS` is
 * SHT_PROGBITS. The numbers of DWARF are in `dwarf/constants.ts`.
 */

/** Object file types (`e_type`). */
export const ET = { NONE: 0, REL: 1, EXEC: 2, DYN: 3, CORE: 4 } as const;

/** Machines (`e_machine`): the one that is accepted, and those that people feed us by mistake. */
export const EM = {
  NONE: 0,
  SPARC: 2,
  "386": 3,
  "68K": 4,
  MIPS: 8,
  PPC: 20,
  PPC64: 21,
  S390: 22,
  ARM: 40,
  SPARCV9: 43,
  X86_64: 62,
  AVR: 83,
  XTENSA: 94,
  MSP430: 105,
  AARCH64: 183,
  RISCV: 243,
  BPF: 247,
  LOONGARCH: 258,
} as const;

/** RISC-V processor flags (`e_flags`), psABI, section "ELF Object Files". */
export const EF_RISCV = {
  RVC: 0x1,
  FLOAT_ABI: 0x6,
  FLOAT_ABI_SOFT: 0x0,
  FLOAT_ABI_SINGLE: 0x2,
  FLOAT_ABI_DOUBLE: 0x4,
  FLOAT_ABI_QUAD: 0x6,
  RVE: 0x8,
  TSO: 0x10,
} as const;

/** Operating system and ABI identification (`e_ident[EI_OSABI]`). */
export const ELFOSABI = { NONE: 0, GNU: 3 } as const;

/** Section types (`sh_type`). */
export const SHT = {
  NULL: 0,
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  HASH: 5,
  DYNAMIC: 6,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
  SHLIB: 10,
  DYNSYM: 11,
  INIT_ARRAY: 14,
  FINI_ARRAY: 15,
  PREINIT_ARRAY: 16,
  GROUP: 17,
  SYMTAB_SHNDX: 18,
  RELR: 19,
  GNU_ATTRIBUTES: 0x6ffffff5,
  GNU_HASH: 0x6ffffff6,
  GNU_VERDEF: 0x6ffffffd,
  GNU_VERNEED: 0x6ffffffe,
  GNU_VERSYM: 0x6fffffff,
  LOPROC: 0x70000000,
  RISCV_ATTRIBUTES: 0x70000003,
} as const;

/** Section flags (`sh_flags`); bigints, since the field has 64 bits in ELF64. */
export const SHF = {
  WRITE: 0x1n,
  ALLOC: 0x2n,
  EXECINSTR: 0x4n,
  MERGE: 0x10n,
  STRINGS: 0x20n,
  INFO_LINK: 0x40n,
  LINK_ORDER: 0x80n,
  OS_NONCONFORMING: 0x100n,
  GROUP: 0x200n,
  TLS: 0x400n,
  COMPRESSED: 0x800n,
  GNU_RETAIN: 0x200000n,
  EXCLUDE: 0x80000000n,
} as const;

/** Special section indexes (`st_shndx`). */
export const SHN = {
  UNDEF: 0,
  LORESERVE: 0xff00,
  ABS: 0xfff1,
  COMMON: 0xfff2,
  XINDEX: 0xffff,
} as const;

/** Flags in the first word of a section group. */
export const GRP = { COMDAT: 1 } as const;

/** Symbol bindings (upper half of `st_info`). */
export const STB = { LOCAL: 0, GLOBAL: 1, WEAK: 2, GNU_UNIQUE: 10 } as const;

/** Symbol types (lower half of `st_info`). */
export const STT = {
  NOTYPE: 0,
  OBJECT: 1,
  FUNC: 2,
  SECTION: 3,
  FILE: 4,
  COMMON: 5,
  TLS: 6,
  GNU_IFUNC: 10,
} as const;

/** Symbol visibilities (low two bits of `st_other`). */
export const STV = { DEFAULT: 0, INTERNAL: 1, HIDDEN: 2, PROTECTED: 3 } as const;

/** RISC-V's own bit in `st_other`: the function does not follow the standard calling convention. */
export const STO_RISCV_VARIANT_CC = 0x80;

/** Segment types (`p_type`). */
export const PT = {
  NULL: 0,
  LOAD: 1,
  DYNAMIC: 2,
  INTERP: 3,
  NOTE: 4,
  SHLIB: 5,
  PHDR: 6,
  TLS: 7,
  GNU_EH_FRAME: 0x6474e550,
  GNU_STACK: 0x6474e551,
  GNU_RELRO: 0x6474e552,
  GNU_PROPERTY: 0x6474e553,
  RISCV_ATTRIBUTES: 0x70000003,
} as const;

/** Segment permissions (`p_flags`). */
export const PF = { X: 1, W: 2, R: 4 } as const;

/**
 * Relocation types: the psABI's names without `R_RISCV_`, so `R_RISCV[32]` is R_RISCV_32 and
 * `R_RISCV.CALL_PLT` is R_RISCV_CALL_PLT.
 */
export const R_RISCV = {
  NONE: 0,
  "32": 1,
  "64": 2,
  RELATIVE: 3,
  COPY: 4,
  JUMP_SLOT: 5,
  TLS_DTPMOD32: 6,
  TLS_DTPMOD64: 7,
  TLS_DTPREL32: 8,
  TLS_DTPREL64: 9,
  TLS_TPREL32: 10,
  TLS_TPREL64: 11,
  TLSDESC: 12,
  BRANCH: 16,
  JAL: 17,
  CALL: 18,
  CALL_PLT: 19,
  GOT_HI20: 20,
  TLS_GOT_HI20: 21,
  TLS_GD_HI20: 22,
  PCREL_HI20: 23,
  PCREL_LO12_I: 24,
  PCREL_LO12_S: 25,
  HI20: 26,
  LO12_I: 27,
  LO12_S: 28,
  TPREL_HI20: 29,
  TPREL_LO12_I: 30,
  TPREL_LO12_S: 31,
  TPREL_ADD: 32,
  ADD8: 33,
  ADD16: 34,
  ADD32: 35,
  ADD64: 36,
  SUB8: 37,
  SUB16: 38,
  SUB32: 39,
  SUB64: 40,
  GOT32_PCREL: 41,
  ALIGN: 43,
  RVC_BRANCH: 44,
  RVC_JUMP: 45,
  RVC_LUI: 46,
  GPREL_I: 47,
  GPREL_S: 48,
  TPREL_I: 49,
  TPREL_S: 50,
  RELAX: 51,
  SUB6: 52,
  SET6: 53,
  SET8: 54,
  SET16: 55,
  SET32: 56,
  "32_PCREL": 57,
  IRELATIVE: 58,
  PLT32: 59,
  SET_ULEB128: 60,
  SUB_ULEB128: 61,
  TLSDESC_HI20: 62,
  TLSDESC_LOAD_LO12: 63,
  TLSDESC_ADD_LO12: 64,
  TLSDESC_CALL: 65,
} as const;

const relocationNames = new Map<number, string>(
  Object.entries(R_RISCV).map(([name, type]) => [type, `R_RISCV_${name}`]),
);

/** The psABI's full name of a relocation type, such as `R_RISCV_CALL_PLT`; a number if unknown. */
export function relocationName(type: number): string {
  return relocationNames.get(type) ?? `R_RISCV_<${type}>`;
}

const machineNames = new Map<number, string>(
  Object.entries({
    "386": "x86",
    X86_64: "x86-64",
    ARM: "Arm",
    AARCH64: "AArch64",
    MIPS: "MIPS",
    PPC: "PowerPC",
    PPC64: "PowerPC64",
    SPARC: "SPARC",
    SPARCV9: "SPARC V9",
    S390: "S/390",
    AVR: "AVR",
    XTENSA: "Xtensa",
    MSP430: "MSP430",
    BPF: "BPF",
    LOONGARCH: "LoongArch",
    "68K": "68000",
    RISCV: "RISC-V",
  } satisfies Partial<Record<keyof typeof EM, string>>).map(([key, name]) => [
    EM[key as keyof typeof EM],
    name,
  ]),
);

/** A machine's name as people say it, such as `x86-64`; its number where it is not in the table. */
export function machineName(machine: number): string {
  return machineNames.get(machine) ?? `machine number ${machine}`;
}
