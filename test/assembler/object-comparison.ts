/**
 * Compares an object of ours with one of GNU as: bytes and headers of sections, relocations with
 * the symbols that they name, the symbol table in its order, attributes and flags of the file.
 */
import { relocationName, SHT } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Relocation, Section } from "../../elf/model.ts";

const placeOf = ({ section }: ElfSymbol) => (typeof section === "object" ? section.name : section);

/** A symbol as text. The fake labels that GNU as makes are told apart by their places alone. */
function describeSymbol(symbol: ElfSymbol): string {
  const { name, value, size, binding, type, visibility } = symbol;
  return `${name} = ${placeOf(symbol)}+0x${value.toString(16)} size ${size} binding ${binding} type ${type} other ${visibility}`;
}

function describe({ offset, type, symbol, addend }: Relocation): string {
  const target = symbol === undefined ? "" : describeSymbol(symbol);
  return `${offset.toString(16)} ${relocationName(type)} ${addend} ${target}`;
}

/** The first difference of two lists, in words. */
function firstDifference(what: string, ours: readonly string[], theirs: readonly string[]) {
  const at = theirs.findIndex((text, index) => ours[index] !== text);
  if (at >= 0) return [`${what} ${at}: ${ours[at]}, not ${theirs[at]}`];
  if (ours.length > theirs.length) return [`${what}: ${ours[theirs.length]} too many`];
  return [];
}

/** The differences, a line each; empty when the objects are equal. */
export function differences(ours: ElfFile, theirs: ElfFile): string[] {
  const found: string[] = [];
  if (ours.flags !== theirs.flags) found.push(`flags ${ours.flags}, not ${theirs.flags}`);
  const left = [...ours.sections];
  for (const section of theirs.sections) {
    const at = left.findIndex(
      ({ name, group }) => name === section.name && group === section.group,
    );
    const mine = at < 0 ? undefined : left.splice(at, 1)[0];
    if (mine === undefined) found.push(`${section.name} is missing`);
    else found.push(...sectionDifferences(mine, section));
  }
  const order = ({ sections }: ElfFile) =>
    sections.map(({ name, group }) => (group === undefined ? name : `${name} in ${group}`));
  found.push(...firstDifference("section", order(ours), order(theirs)));
  // The writer puts local symbols first, as the reader of GNU's file finds them.
  const table = ({ symbols }: ElfFile) => {
    const isLocal = ({ binding }: ElfSymbol) => binding === 0;
    return [...symbols.filter(isLocal), ...symbols.filter((symbol) => !isLocal(symbol))].map(
      describeSymbol,
    );
  };
  found.push(...firstDifference("symbol", table(ours), table(theirs)));
  return found;
}

function sectionDifferences(mine: Section, theirs: Section): string[] {
  const found: string[] = [];
  const { name } = theirs;
  if (mine.size !== theirs.size) found.push(`${name}: ${mine.size} bytes, not ${theirs.size}`);
  if (theirs.type !== SHT.NOBITS) {
    const at = theirs.data.findIndex((byte, index) => mine.data[index] !== byte);
    if (at >= 0) found.push(`${name}: byte 0x${at.toString(16)} differs`);
  }
  for (const key of ["type", "flags", "alignment", "entrySize"] as const) {
    if (mine[key] !== theirs[key]) found.push(`${name}: ${key} ${mine[key]}, not ${theirs[key]}`);
  }
  const [left, right] = [mine.relocations.map(describe), theirs.relocations.map(describe)];
  found.push(...firstDifference(`${name}: relocation`, left, right));
  return found;
}

/** Relocations that come in pairs over the distance of two labels in code. */
const isOfDistance = ({ type }: Relocation) => /_(SET|SUB)(6|8|16|32)$/.test(relocationName(type));

/**
 * Whether objects with differences are the same but for one thing: GNU as ends a fragment wherever
 * a block of its memory is full, and leaves distances over that place to the linker although no
 * instruction there can be shortened. Then unwinding information has some pairs of relocations
 * more, with the labels that they need; the bytes are the same.
 */
export function differsByFragmentsOnly(ours: ElfFile, theirs: ElfFile): boolean {
  const isPlain = ({ name }: ElfSymbol) => name !== ".L0 ";
  const symbols = ({ symbols: all }: ElfFile) => all.filter(isPlain).map(describeSymbol).sort();
  if (symbols(ours).join("\n") !== symbols(theirs).join("\n")) return false;
  return theirs.sections.every((section) => {
    const mine = ours.sections.find(
      ({ name, group }) => name === section.name && group === section.group,
    );
    if (mine === undefined) return false;
    if (!/^\.(eh|debug)_frame$/.test(section.name)) {
      return sectionDifferences(mine, section).length === 0;
    }
    const known = new Set(mine.relocations.map(({ offset }) => offset));
    const isAdded = (one: Relocation) => isOfDistance(one) && !known.has(one.offset);
    const relocations = section.relocations.filter((one) => !isAdded(one));
    return sectionDifferences(mine, { ...section, relocations }).length === 0;
  });
}
