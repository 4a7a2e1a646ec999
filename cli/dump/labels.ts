/** Which symbols name addresses in a disassembly, and which of several at one address, as with GNU. */
import { STB, STT } from "../../elf/constants.ts";
import type { ElfSymbol, Section } from "../../elf/model.ts";
import { isMappingSymbol } from "../../elf/symbols.ts";

/** What the GNU assembler calls the labels that it makes for %pcrel_lo. */
const fakeLabel = ".L0 ";

/** Whether a symbol of that name and type may name an address. */
export function isLabel(name: string, type: number): boolean {
  if (type === STT.SECTION || type === STT.FILE) return false;
  return name !== "" && name !== fakeLabel && !isMappingSymbol(name);
}

const kind = ({ type }: ElfSymbol) => (type === STT.FUNC ? 0 : type === STT.OBJECT ? 1 : 2);
const isFile = ({ name }: ElfSymbol) => Number(/.\.[oa]$/.test(name));
const isLocal = ({ binding }: ElfSymbol) => Number(binding === STB.LOCAL);
const isDotted = ({ name }: ElfSymbol) => Number(name.startsWith("."));
const isWeak = ({ binding }: ElfSymbol) => Number(binding !== STB.GLOBAL);

/**
 * One symbol an address, by rising address: those in the section that is shown, then functions
 * and objects, all but local ones, large ones, global ones; at last the first name.
 */
export function onePerAddress(symbols: readonly ElfSymbol[], section: Section): ElfSymbol[] {
  const isElsewhere = (symbol: ElfSymbol) => Number(symbol.section !== section);
  const sorted = [...symbols].sort((a, b) => {
    if (a.value !== b.value) return a.value < b.value ? -1 : 1;
    return (
      isElsewhere(a) - isElsewhere(b) ||
      isFile(a) - isFile(b) ||
      kind(a) - kind(b) ||
      isLocal(a) - isLocal(b) ||
      Number(b.size - a.size) ||
      isDotted(a) - isDotted(b) ||
      isWeak(a) - isWeak(b) ||
      Number(a.name > b.name) - Number(a.name < b.name)
    );
  });
  return sorted.filter(({ value }, index) => index === 0 || sorted[index - 1]?.value !== value);
}

/** The last symbol at or below the address. */
export function lastAt(symbols: readonly ElfSymbol[], address: bigint): ElfSymbol | undefined {
  let low = 0;
  let high = symbols.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((symbols[middle] as ElfSymbol).value <= address) low = middle + 1;
    else high = middle;
  }
  return symbols[low - 1];
}
