/**
 * What a dynamically linked file says of symbols when its symbol table was stripped: the dynamic
 * symbols with their versions, and names for the entries of the procedure linkage table. System V
 * ABI, chapter "Dynamic Linking"; LSB, section "Symbol Versioning"; psABI, "Program Linkage Table".
 */
import { SHF, SHT, STB, STT } from "./constants.ts";
import type { ElfFile, ElfSymbol, Section } from "./model.ts";
import { layoutsOf, readRecord, recordSize } from "./records.ts";

const dynamicTable = 11;
const versionDefinitions = 0x6ffffffd;
const versionNeeds = 0x6ffffffe;
const versionTable = 0x6fffffff;
const hiddenBit = 0x8000;
const absoluteIndex = 0xfff1;

const viewOf = ({ data }: Section) => new DataView(data.buffer, data.byteOffset, data.byteLength);

/** A function that reads a string of a table; empty where there is none. */
function stringsOf(file: ElfFile, { link }: Section): (offset: number) => string {
  const data = file.sections[link - 1]?.data ?? new Uint8Array();
  return (offset) => {
    const end = data.indexOf(0, offset);
    return new TextDecoder().decode(data.subarray(offset, end < 0 ? data.length : end));
  };
}

/** Names of versions by number, and the numbers of those that other files define. */
function versionsOf(file: ElfFile) {
  const names = new Map<number, string>();
  const foreign = new Set<number>();
  for (const section of file.sections) {
    const isDefinition = section.type === versionDefinitions;
    if (!isDefinition && section.type !== versionNeeds) continue;
    const view = viewOf(section);
    const text = stringsOf(file, section);
    const fits = (at: number, size: number) => at + size <= view.byteLength;
    for (let at = 0; fits(at, 20); ) {
      if (isDefinition) {
        const auxiliary = at + view.getUint32(at + 12, true);
        const number = view.getUint16(at + 4, true);
        // The first is the file itself, and goes by the name that GNU's tools give it.
        const isBase = (view.getUint16(at + 2, true) & 1) !== 0;
        if (fits(auxiliary, 4)) {
          names.set(number, isBase ? "Base" : text(view.getUint32(auxiliary, true)));
        }
      } else {
        let auxiliary = at + view.getUint32(at + 8, true);
        for (let count = view.getUint16(at + 2, true); count > 0 && fits(auxiliary, 16); count--) {
          const number = view.getUint16(auxiliary + 6, true);
          names.set(number, text(view.getUint32(auxiliary + 8, true)));
          foreign.add(number);
          auxiliary += view.getUint32(auxiliary + 12, true);
        }
      }
      const next = view.getUint32(at + (isDefinition ? 16 : 12), true);
      if (next === 0) break;
      at += next;
    }
  }
  if (!names.has(1)) names.set(1, "Base");
  return { names, foreign };
}

/** The entries of the dynamic symbol table with plain names; index 0 is left out. */
function rawSymbols(file: ElfFile): ElfSymbol[] {
  const table = file.sections.find(({ type }) => type === dynamicTable);
  if (table === undefined) return [];
  const { symbol: layout } = layoutsOf(file.class);
  const size = recordSize(layout, file.class);
  const view = viewOf(table);
  const text = stringsOf(file, table);
  const symbols: ElfSymbol[] = [];
  for (let at = size; at + size <= view.byteLength; at += size) {
    const record = readRecord(view, at, layout, file.class);
    const place = file.sections[record.section - 1];
    symbols.push({
      name: text(record.name),
      value: record.value,
      size: record.size,
      binding: record.info >> 4,
      type: record.info & 15,
      visibility: record.other,
      section:
        record.section === 0
          ? "undefined"
          : record.section === absoluteIndex || place === undefined
            ? "absolute"
            : place,
    });
  }
  return symbols;
}

/** Dynamic symbols, and what stands behind their names: `@@VERSION`, or `@VERSION` of old ones. */
export interface DynamicSymbols {
  readonly symbols: readonly ElfSymbol[];
  readonly versions: ReadonlyMap<ElfSymbol, string>;
}

/** The dynamic symbols of a file; none where it has no table of them. */
export function dynamicSymbols(file: ElfFile): DynamicSymbols {
  const symbols = rawSymbols(file);
  const versions = new Map<ElfSymbol, string>();
  const table = file.sections.find(({ type }) => type === versionTable);
  if (table === undefined) return { symbols, versions };
  const view = viewOf(table);
  const { names, foreign } = versionsOf(file);
  for (const [index, symbol] of symbols.entries()) {
    const at = 2 * (index + 1);
    if (at + 2 > view.byteLength) break;
    const number = view.getUint16(at, true);
    const version = names.get(number & ~hiddenBit);
    if (version === undefined) continue;
    const isForeign = symbol.section === "undefined" || foreign.has(number & ~hiddenBit);
    const isHidden = (number & hiddenBit) !== 0 || isForeign;
    versions.set(symbol, `${isHidden ? "@" : "@@"}${version}`);
  }
  return { symbols, versions };
}

/** The symbols that the dynamic linker puts into places, by the places' addresses. */
export function dynamicRelocations(
  file: ElfFile,
  { symbols }: DynamicSymbols,
): Map<bigint, ElfSymbol> {
  const { relocation: layout } = layoutsOf(file.class);
  const size = recordSize(layout, file.class);
  const found = new Map<bigint, ElfSymbol>();
  for (const section of file.sections) {
    if (section.type !== SHT.RELA || (section.flags & SHF.ALLOC) === 0n) continue;
    const view = viewOf(section);
    for (let at = 0; at + size <= view.byteLength; at += size) {
      const { offset, info } = readRecord(view, at, layout, file.class);
      const symbol = symbols[Number(file.class === 64 ? info >> 32n : info >> 8n) - 1];
      if (symbol !== undefined) found.set(offset, symbol);
    }
  }
  return found;
}

/** Bytes before the entries of a procedure linkage table, and of an entry. */
const linkageHeader = 32n;
const linkageEntry = 16n;

/** A symbol `name@plt` for each entry of the procedure linkage table. */
export function linkageSymbols(file: ElfFile, { symbols }: DynamicSymbols): ElfSymbol[] {
  const table = file.sections.find(({ name }) => name === ".plt");
  const relocations = file.sections.find(({ name }) => name === ".rela.plt");
  if (table === undefined || relocations === undefined) return [];
  const { relocation: layout } = layoutsOf(file.class);
  const size = recordSize(layout, file.class);
  const view = viewOf(relocations);
  const made: ElfSymbol[] = [];
  for (let at = 0; at + size <= view.byteLength; at += size) {
    const { info, addend } = readRecord(view, at, layout, file.class);
    const index = Number(file.class === 64 ? info >> 32n : info >> 8n);
    const name = symbols[index - 1]?.name ?? "*ABS*";
    const distance = addend === 0n ? "" : `+0x${BigInt.asUintN(file.class, addend).toString(16)}`;
    made.push({
      name: `${name}${distance}@plt`,
      value: table.address + linkageHeader + linkageEntry * BigInt(made.length),
      size: 0n,
      binding: STB.GLOBAL,
      type: STT.NOTYPE,
      visibility: 0,
      section: table,
    });
  }
  return made;
}
