/**
 * The scripts for programs that bring none. `conventional` places sections where GNU ld places
 * them by default, for bare machines and for Linux; the others are the memory maps of the
 * environments. They are texts in the script language, so that there is one layout engine.
 */

/** The environments whose memory maps are known. */
export type LayoutName = "linux" | "rars" | "venus" | "ripes";

/** An output section that gathers inputs of the same beginnings. */
const gather = (name: string, ...patterns: string[]) =>
  `${name} : { *(${(patterns.length > 0 ? patterns : [name, `${name}.*`]).join(" ")}) }`;

/** `.text .text.* .gnu.linkonce.t.*`: the names of a section, with those of an old convention. */
const family = (name: string, letters: string) => `${name} ${name}.* .gnu.linkonce.${letters}.*`;

const relocationFamilies = [
  ["text", "t"],
  ["rodata", "r"],
  ["data", "d"],
  ["tdata", "td"],
  ["tbss", "tb"],
  ["sdata", "s"],
  ["sbss", "sb"],
  ["sdata2", "s2"],
  ["sbss2", "sb2"],
  ["bss", "b"],
] as const;

const array = (name: string, old: string | undefined): string => {
  const files = "EXCLUDE_FILE (*crtbegin.o *crtbegin?.o *crtend.o *crtend?.o)";
  const sorted =
    old === undefined
      ? ""
      : `KEEP (*(SORT_BY_INIT_PRIORITY(.${name}.*) SORT_BY_INIT_PRIORITY(.${old}.*)))`;
  const rest = old === undefined ? `KEEP (*(.${name}))` : `KEEP (*(.${name} ${files} .${old}))`;
  return `.${name} : {
    PROVIDE_HIDDEN (__${name}_start = .); ${sorted} ${rest} PROVIDE_HIDDEN (__${name}_end = .);
  }`;
};

const constructors = (name: string) => `.${name} : {
    KEEP (*crtbegin.o(.${name})) KEEP (*crtbegin?.o(.${name}))
    KEEP (*(EXCLUDE_FILE (*crtend.o *crtend?.o) .${name}))
    KEEP (*(SORT(.${name}.*))) KEEP (*(.${name}))
  }`;

/** Sections for unwinding: among the constants when they are read-only, else among the data. */
const unwinding = (constraint: string) => `
  .eh_frame : ${constraint} { KEEP (*(.eh_frame)) *(.eh_frame.*) }
  .sframe : ${constraint} { *(.sframe) *(.sframe.*) }
  .gcc_except_table : ${constraint} { *(.gcc_except_table .gcc_except_table.*) }
  .gnu_extab : ${constraint} { *(.gnu_extab*) }
  .exception_ranges : ${constraint} { *(.exception_ranges*) }`;

const debugSections = [
  ".stab", ".stabstr", ".comment", ".debug", ".line", ".debug_aranges", ".debug_pubnames",
  ".debug_info", ".debug_abbrev", ".debug_line", ".debug_frame", ".debug_str", ".debug_loc",
  ".debug_macinfo", ".debug_pubtypes", ".debug_ranges", ".debug_addr", ".debug_line_str",
  ".debug_loclists", ".debug_macro", ".debug_names", ".debug_rnglists", ".debug_str_offsets",
  ".debug_sup",
] as const; // biome-ignore format: a table

/** The placement of GNU ld for a width of registers; data has pages of its own or not. */
export function conventional(bits: 32 | 64, isPaged = true): string {
  const align = `ALIGN(${bits} / 8)`;
  return `
OUTPUT_ARCH(riscv)
ENTRY(_start)
SECTIONS
{
  PROVIDE (__executable_start = SEGMENT_START("text-segment", 0x10000));
  . = SEGMENT_START("text-segment", 0x10000) + SIZEOF_HEADERS;
  ${[".interp", ".note.gnu.build-id", ".hash", ".gnu.hash", ".dynsym", ".dynstr", ".gnu.version"].map((name) => gather(name, name)).join("\n  ")}
  .rela.dyn : {
    ${relocationFamilies.map(([name, letters]) => `*(${family(`.rela.${name}`, letters).replace(".gnu.linkonce", ".rela.gnu.linkonce")})`).join("\n    ")}
    *(.rela.init .rela.fini .rela.ctors .rela.dtors) *(.rela.got) *(.rela.ifunc)
  }
  .rela.plt : {
    *(.rela.plt)
    PROVIDE_HIDDEN (__rela_iplt_start = .); *(.rela.iplt) PROVIDE_HIDDEN (__rela_iplt_end = .);
  }
  .init : { KEEP (*(SORT_NONE(.init))) }
  .plt : { *(.plt) *(.iplt) }
  .text : {
    *(.text.unlikely .text.*_unlikely .text.unlikely.*)
    *(.text.exit .text.exit.*)
    *(.text.startup .text.startup.*)
    *(.text.hot .text.hot.*)
    *(SORT(.text.sorted.*))
    *(.text .stub .text.* .gnu.linkonce.t.*)
    *(.gnu.warning)
  }
  .fini : { KEEP (*(SORT_NONE(.fini))) }
  PROVIDE (__etext = .); PROVIDE (_etext = .); PROVIDE (etext = .);
  ${gather(".rodata", family(".rodata", "r"))}
  ${gather(".rodata1", ".rodata1")}
  ${gather(".sdata2", family(".sdata2", "s2"))}
  ${gather(".sbss2", family(".sbss2", "sb2"))}
  .eh_frame_hdr : { *(.eh_frame_hdr) *(.eh_frame_entry .eh_frame_entry.*) }
  ${unwinding("ONLY_IF_RO")}
  . = ${isPaged ? "DATA_SEGMENT_ALIGN (CONSTANT (MAXPAGESIZE), CONSTANT (COMMONPAGESIZE))" : "."};
  ${unwinding("ONLY_IF_RW")}
  .tdata : { PROVIDE_HIDDEN (__tdata_start = .); *(${family(".tdata", "td")}) }
  .tbss : { *(${family(".tbss", "tb")}) *(.tcommon) }
  ${array("preinit_array", undefined)}
  ${array("init_array", "ctors")}
  ${array("fini_array", "dtors")}
  ${constructors("ctors")}
  ${constructors("dtors")}
  .jcr : { KEEP (*(.jcr)) }
  .data.rel.ro : {
    *(.data.rel.ro.local* .gnu.linkonce.d.rel.ro.local.*)
    *(.data.rel.ro .data.rel.ro.* .gnu.linkonce.d.rel.ro.*)
  }
  .dynamic : { *(.dynamic) }
  ${isPaged ? ". = DATA_SEGMENT_RELRO_END (0, .);" : ""}
  .data : { __DATA_BEGIN__ = .; *(${family(".data", "d")}) }
  ${gather(".data1", ".data1")}
  .got : { *(.got.plt) *(.igot.plt) *(.got) *(.igot) }
  .sdata : {
    __SDATA_BEGIN__ = .;
    *(.srodata.cst16) *(.srodata.cst8) *(.srodata.cst4) *(.srodata.cst2) *(.srodata .srodata.*)
    *(${family(".sdata", "s")})
  }
  _edata = .; PROVIDE (edata = .);
  . = .;
  __bss_start = .;
  .sbss : { *(.dynsbss) *(${family(".sbss", "sb")}) *(.scommon) }
  .bss : { *(.dynbss) *(${family(".bss", "b")}) *(COMMON) . = ALIGN(. != 0 ? ${bits} / 8 : 1); }
  . = ${align};
  . = SEGMENT_START("ldata-segment", .);
  . = ${align};
  __BSS_END__ = .;
  __global_pointer$ = MIN(__SDATA_BEGIN__ + 0x800, MAX(__DATA_BEGIN__ + 0x800, __BSS_END__ - 0x800));
  _end = .; PROVIDE (end = .);
  ${isPaged ? ". = DATA_SEGMENT_END (.);" : ""}
  ${debugSections.map((name) => `${name} 0 : { *(${name === ".debug_info" ? ".debug_info .gnu.linkonce.wi.*" : name === ".debug_line" ? ".debug_line .debug_line.* .debug_line_end" : name}) }`).join("\n  ")}
  .gnu.attributes 0 : { KEEP (*(.gnu.attributes)) }
  /DISCARD/ : { *(.note.GNU-stack) *(.gnu_debuglink) *(.gnu.lto_*) }
}
`;
}

/** Where code and data begin in an environment. */
export interface MemoryMap {
  readonly textAddress: bigint;
  /** Undefined: data follows the code, on a page of its own. */
  readonly dataAddress: bigint | undefined;
  /** The address of `__global_pointer$`; undefined: near the small data. */
  readonly globalPointer: bigint | undefined;
  /** Whether `.data` comes before constants, so that it begins where programs expect it. */
  readonly isDataFirst: boolean;
}

/** The memory maps of the environments. */
export const memoryMaps: Readonly<Record<LayoutName, MemoryMap>> = {
  linux: {
    textAddress: 0x10000n,
    dataAddress: undefined,
    globalPointer: undefined,
    isDataFirst: false,
  },
  rars: {
    textAddress: 0x400000n,
    dataAddress: 0x10010000n,
    globalPointer: 0x10008000n,
    isDataFirst: true,
  },
  venus: {
    textAddress: 0n,
    dataAddress: 0x10000000n,
    globalPointer: 0x10000000n,
    isDataFirst: true,
  },
  ripes: {
    textAddress: 0n,
    dataAddress: 0x10000000n,
    globalPointer: 0x10000000n,
    isDataFirst: true,
  },
};

/** The script of a memory map: each change of rights begins a page. */
export function scriptOf(map: MemoryMap): string {
  const { textAddress, dataAddress, globalPointer, isDataFirst } = map;
  const constants = `
  .rodata : { *(.rodata .rodata.* .srodata .srodata.* .gnu.linkonce.r.*) }
  .eh_frame_hdr : { *(.eh_frame_hdr) }
  .eh_frame : { KEEP (*(.eh_frame)) }
  .gcc_except_table : { *(.gcc_except_table .gcc_except_table.*) }`;
  const hasConstants = ["rodata", "eh_frame", "gcc_except_table"]
    .map((name) => `SIZEOF(.${name})`)
    .join(" + ");
  const data = `
  .data : { PROVIDE (__DATA_BEGIN__ = .); *(.data .data.* .gnu.linkonce.d.*) }`;
  const others = `
  .tdata : { *(.tdata .tdata.*) }
  .tbss : { *(.tbss .tbss.*) }
  .preinit_array : {
    PROVIDE (__preinit_array_start = .); KEEP (*(.preinit_array)) PROVIDE (__preinit_array_end = .);
  }
  .init_array : {
    PROVIDE (__init_array_start = .);
    KEEP (*(SORT_BY_INIT_PRIORITY(.init_array.*) SORT_BY_INIT_PRIORITY(.ctors.*)))
    KEEP (*(.init_array .ctors))
    PROVIDE (__init_array_end = .);
  }
  .fini_array : {
    PROVIDE (__fini_array_start = .);
    KEEP (*(SORT_BY_INIT_PRIORITY(.fini_array.*) SORT_BY_INIT_PRIORITY(.dtors.*)))
    KEEP (*(.fini_array .dtors))
    PROVIDE (__fini_array_end = .);
  }`;
  const table = `
  .got : { *(.got.plt) *(.got) }
  .sdata : { PROVIDE (__SDATA_BEGIN__ = .); *(.sdata .sdata.* .sdata2 .sdata2.*) }
  PROVIDE (_edata = .); PROVIDE (edata = .); PROVIDE (__DATA_END__ = .);`;
  const page = "ALIGN(CONSTANT(MAXPAGESIZE))";
  const begin = dataAddress === undefined ? page : `. > ${dataAddress} ? ${page} : ${dataAddress}`;
  const order = isDataFirst
    ? `. = ${begin};${data}${others}${table}
  . = ${hasConstants} > 0 ? ${page} : .;${constants}
  . = ${hasConstants} > 0 ? ${page} : .;`
    : `${dataAddress === undefined ? `. = ${page};` : `. = ${begin};`}${constants}
  . = ${hasConstants} > 0 ? ${page} : .;${others}${data}${table}`;
  const small = `(SIZEOF(.sdata) ? ADDR(.sdata) : SIZEOF(.data) ? ADDR(.data) : ADDR(.sbss)) + 0x800`;
  return `
ENTRY(_start)
SECTIONS
{
  . = ${textAddress};
  PROVIDE (__executable_start = .);
  .init : { KEEP (*(SORT_NONE(.init))) }
  .text : { *(.text .text.* .gnu.linkonce.t.*) }
  .fini : { KEEP (*(SORT_NONE(.fini))) }
  PROVIDE (__etext = .); PROVIDE (_etext = .); PROVIDE (etext = .);
  ${order}
  PROVIDE (__bss_start = .);
  .sbss : { *(.sbss .sbss.*) }
  .bss : { *(.bss .bss.*) *(COMMON) }
  PROVIDE (__bss_end = .); PROVIDE (__BSS_END__ = .); PROVIDE (__end = .); PROVIDE (end = .);
  _end = .;
  __global_pointer$ = ${globalPointer ?? small};
  /DISCARD/ : { *(.note.GNU-stack) *(.gnu.attributes) *(.rela.got) }
}
`;
}
