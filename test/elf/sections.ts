/** Sections that tests put files together from. */
import { SHT } from "../../elf/constants.ts";
import type { Section } from "../../elf/model.ts";

/** A new section without content, but for what is given. */
export function emptySection(name: string, changes: Partial<Section> = {}): Section {
  return {
    name,
    type: SHT.PROGBITS,
    flags: 0n,
    address: 0n,
    size: 0n,
    data: new Uint8Array(0),
    alignment: 1n,
    entrySize: 0n,
    link: 0,
    info: 0,
    relocations: [],
    ...changes,
  };
}
