/** Compares executables of our linker with those of GNU ld, by all that loading them needs. */
import assert from "node:assert/strict";
import { PT, SHF, SHT } from "../../elf/constants.ts";
import type { ElfFile } from "../../elf/model.ts";

/** Names, places and contents of sections; symbols; the entry. */
function contentsOf(file: ElfFile) {
  const sections = file.sections
    // An empty section may be there or not.
    .filter(({ size, type }) => size > 0n && type !== SHT.STRTAB)
    .map(({ name, type, flags, address, size, data, alignment }) => {
      const bits = flags & ~(SHF.INFO_LINK | SHF.GROUP);
      const content = type === SHT.NOBITS ? "" : Buffer.from(data).toString("base64");
      return { name, type, bits, address, size, alignment, content };
    });
  const symbols = file.symbols
    .filter(
      ({ type, name }) => type !== 3 && type !== 4 && name !== "" && !/^\$|^__GNU_EH/.test(name),
    )
    .map(({ name, value }) => `${name} ${value.toString(16)}`);
  return { sections, symbols: new Set(symbols), entry: file.entry };
}

/** Compares two executables; returns how many sections and symbols were equal. */
export function compareExecutables(
  ours: ElfFile,
  theirs: ElfFile,
): [sections: number, symbols: number] {
  const [left, right] = [contentsOf(ours), contentsOf(theirs)];
  assert.equal(left.entry, right.entry);
  for (const section of right.sections) {
    const same = left.sections.find(({ name }) => name === section.name);
    assert.ok(same, `no section ${section.name}`);
    const { content, ...shape } = section;
    const { content: own, ...ownShape } = same;
    assert.deepEqual(ownShape, shape);
    assert.ok(own === content, `${section.name} has other bytes`);
  }
  assert.equal(left.sections.length, right.sections.length);
  const missing = [...right.symbols].filter((symbol) => !left.symbols.has(symbol));
  assert.deepEqual(missing, []);
  return [right.sections.length, right.symbols.size];
}

/** What is loaded: addresses, sizes and rights of the segments. */
export function loadedSegments({ segments }: ElfFile): string[] {
  return segments
    .filter(({ type }) => type === PT.LOAD)
    .map(({ virtualAddress, physicalAddress, fileSize, memorySize, flags }) =>
      [virtualAddress, physicalAddress, fileSize, memorySize, flags]
        .map((value) => value.toString(16))
        .join(" "),
    );
}
