/** `objdump -h`, `-t` and `-r`: section headers, the symbol table, relocations, as GNU prints them. */
import { PT, R_RISCV, SHF, SHT, STB, STT, STV } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Relocation, Section } from "../../elf/model.ts";
import { isMappingSymbol } from "../../elf/symbols.ts";
import { addressText, placeName, symbolName } from "./format.ts";

/** The section header table. */
export function sectionTable(file: ElfFile): string {
  const width = file.class / 4;
  const column = (title: string) => title.padEnd(width + 2);
  const head = `Idx Name          Size      ${column("VMA")}${column("LMA")}File off  Algn`;
  const rows = file.sections.map((section, index) => {
    const numbers = [
      section.size.toString(16).padStart(8, "0"),
      addressText(file, section.address),
      addressText(file, loadAddress(file, section)),
      (section.fileOffset ?? 0n).toString(16).padStart(8, "0"),
      `2**${Math.max(0, section.alignment.toString(2).length - 1)}`,
    ].join("  ");
    const name = `${String(index).padStart(3)} ${section.name.padEnd(13)}`;
    return `${name} ${numbers}\n                  ${sectionFlags(section).join(", ")}`;
  });
  return `Sections:\n${[head, ...rows].join("\n")}\n`;
}

/** Where the section is loaded: in the same place of its segment, by the physical address. */
function loadAddress(file: ElfFile, { address, size, flags }: Section): bigint {
  if ((flags & SHF.ALLOC) === 0n) return address;
  const segment = file.segments.find(
    ({ type, virtualAddress, memorySize }) =>
      type === PT.LOAD &&
      address >= virtualAddress &&
      address + size <= virtualAddress + memorySize,
  );
  if (segment === undefined) return address;
  return address - segment.virtualAddress + segment.physicalAddress;
}

/** The flags under the names of the GNU tools. */
function sectionFlags({ type, flags, name, relocations }: Section): string[] {
  const isStored = type !== SHT.NOBITS;
  const isLoaded = (flags & SHF.ALLOC) !== 0n;
  const isCode = (flags & SHF.EXECINSTR) !== 0n;
  const isDebugging = /^\.(debug|line|stab|zdebug)/.test(name);
  const named: [string, boolean][] = [
    ["CONTENTS", isStored],
    ["ALLOC", isLoaded],
    ["LOAD", isLoaded && isStored],
    ["RELOC", relocations.length > 0],
    ["READONLY", (flags & SHF.WRITE) === 0n],
    ["CODE", isCode],
    ["DATA", isLoaded && isStored && !isCode],
    ["DEBUGGING", isDebugging],
    ["OCTETS", isDebugging],
    ["EXCLUDE", (flags & SHF.EXCLUDE) !== 0n],
    ["THREAD_LOCAL", (flags & SHF.TLS) !== 0n],
  ];
  return named.filter(([, holds]) => holds).map(([flag]) => flag);
}

/** The symbol table. */
export function symbolTable(file: ElfFile): string {
  const shown = file.symbols.filter(
    ({ name, type }) =>
      !isMappingSymbol(name) && !name.startsWith(".L") && !(name === "" && type === STT.FILE),
  );
  const rows = shown.map((symbol) => {
    const isCommon = symbol.section === "common";
    // Of a common symbol the value shown is the size, and the "size" its alignment.
    const [value, size] = isCommon ? [symbol.size, symbol.value] : [symbol.value, symbol.size];
    const visibility = visibilities[symbol.visibility & 3] ?? "";
    const place = `${placeName(symbol.section)}\t${addressText(file, size)}`;
    return `${addressText(file, value)} ${symbolFlags(symbol)} ${place}${visibility} ${symbolName(symbol)}`;
  });
  const body = rows.length === 0 ? ["no symbols"] : rows;
  return `SYMBOL TABLE:\n${body.join("\n")}\n\n\n`;
}

const visibilities: Readonly<Record<number, string>> = {
  [STV.INTERNAL]: " .internal",
  [STV.HIDDEN]: " .hidden",
  [STV.PROTECTED]: " .protected",
};

/** Seven columns: binding, weak, constructor, warning, indirect, debugging, kind. */
function symbolFlags({ binding, type, section }: ElfSymbol): string {
  const isUndefined = section === "undefined" || section === "common";
  const isWeak = binding === STB.WEAK;
  const isGlobal = binding === STB.GLOBAL && !(isUndefined && section === "undefined");
  const scope =
    binding === STB.LOCAL ? "l" : binding === STB.GNU_UNIQUE ? "u" : isGlobal ? "g" : " ";
  const indirect = type === STT.GNU_IFUNC ? "i" : " ";
  const debugging = type === STT.SECTION || type === STT.FILE ? "d" : " ";
  const kinds: Readonly<Record<number, string>> = {
    [STT.FUNC]: "F",
    [STT.GNU_IFUNC]: "F",
    [STT.FILE]: "f",
    [STT.OBJECT]: "O",
    [STT.COMMON]: "O",
  };
  return `${scope}${isWeak ? "w" : " "}  ${indirect}${debugging}${kinds[type] ?? " "}`;
}

const relocationNames = new Map<number, string>(
  Object.entries(R_RISCV).map(([name, number]) => [number, `R_RISCV_${name}`]),
);

/** The name of a relocation's type. */
export function relocationName(type: number): string {
  return relocationNames.get(type) ?? `unknown type ${type}`;
}

/** What a relocation refers to: symbol and addend. */
export function relocationValue(
  file: ElfFile,
  { symbol, addend }: Relocation,
  pad: boolean,
): string {
  const name = symbol === undefined ? "*ABS*" : symbolName(symbol);
  if (addend === 0n) return name;
  const size = addend < 0n ? -addend : addend;
  const digits = pad ? addressText(file, size) : size.toString(16);
  return `${name}${addend < 0n ? "-" : "+"}0x${digits}`;
}

/** The relocations of all sections. */
export function relocationTables(file: ElfFile): string {
  const tables = file.sections
    .filter(({ relocations }) => relocations.length > 0)
    .map(({ name, relocations }) => {
      const rows = relocations.map(
        (relocation) =>
          `${addressText(file, relocation.offset)} ${relocationName(relocation.type).padEnd(16)}` +
          `  ${relocationValue(file, relocation, true)}`,
      );
      const head = `${"OFFSET".padEnd(file.class / 4)} TYPE              VALUE`;
      return `RELOCATION RECORDS FOR [${name}]:\n${[head, ...rows].join("\n")}\n\n\n`;
    });
  return tables.join("");
}
