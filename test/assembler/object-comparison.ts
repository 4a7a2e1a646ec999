/** Compares an object of ours with one of GNU as: bytes and headers of sections, relocations. */
import { relocationName, SHT, STB, STT } from "../../elf/constants.ts";
import type { ElfFile, Relocation, Section } from "../../elf/model.ts";

/** Sections in which GNU's bytes are not the goal yet, with the reason. */
const excepted: readonly [name: RegExp, reason: string][] = [
  [/^\.riscv\.attributes$/, "GNU as 2.40 names other versions of extensions"],
];

/** A relocation as text that does not depend on names of local symbols. */
function describe({ offset, type, symbol, addend }: Relocation): string {
  let target = "";
  if (symbol !== undefined) {
    const { section, binding, value, name } = symbol;
    const place = typeof section === "object" ? section.name : section;
    const isLocal = binding === STB.LOCAL || symbol.type === STT.SECTION;
    target = isLocal ? `${place}+${value}` : name;
  }
  return `${offset.toString(16)} ${relocationName(type)} ${target} ${addend}`;
}

/** The differences, a line each; empty when the objects are equal. */
export function differences(ours: ElfFile, theirs: ElfFile): string[] {
  const found: string[] = [];
  for (const section of theirs.sections) {
    if (excepted.some(([name]) => name.test(section.name))) continue;
    const mine = ours.sections.find(
      ({ name, group }) => name === section.name && group === section.group,
    );
    if (mine === undefined) {
      if (section.size > 0n) found.push(`${section.name} is missing`);
      continue;
    }
    found.push(...sectionDifferences(mine, section));
  }
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
  const at = right.findIndex((text, index) => left[index] !== text);
  if (at >= 0) found.push(`${name}: relocation ${left[at]}, not ${right[at]}`);
  else if (left.length > right.length)
    found.push(`${name}: relocation ${left[right.length]} too many`);
  return found;
}
