/** A position-independent file as it lies in memory: all of its addresses are moved. */
import { SHF, STT } from "./constants.ts";
import type { ElfFile, Section } from "./model.ts";

/**
 * The file as it is when its addresses begin `bias` bytes higher. Contents stay as they are: readers
 * of debug information add {@link ElfFile.bias}.
 */
export function placedAt(file: ElfFile, bias: bigint): ElfFile {
  if (bias === 0n) return file;
  const sections = new Map<Section, Section>(
    file.sections.map((section) => {
      const isLoaded = (section.flags & SHF.ALLOC) !== 0n;
      return [section, isLoaded ? { ...section, address: section.address + bias } : section];
    }),
  );
  return {
    ...file,
    bias,
    entry: file.entry + bias,
    sections: [...sections.values()],
    segments: file.segments.map((segment) => ({
      ...segment,
      virtualAddress: segment.virtualAddress + bias,
      physicalAddress: segment.physicalAddress + bias,
    })),
    symbols: file.symbols.map((symbol) => {
      if (typeof symbol.section === "string") return symbol;
      const section = sections.get(symbol.section) ?? symbol.section;
      // What is local to a thread is no address.
      const value = symbol.type === STT.TLS ? symbol.value : symbol.value + bias;
      return { ...symbol, section, value };
    }),
  };
}
