/** What the parts of `objdump` share: numbers of a file's width, names of symbols. */
import { STT } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Section } from "../../elf/model.ts";

/** Hexadecimal digits of an address in files of that class. */
export function addressText(file: ElfFile, value: bigint): string {
  return BigInt.asUintN(file.class, value)
    .toString(16)
    .padStart(file.class / 4, "0");
}

/** The name that objdump shows: a section symbol goes by its section's. */
export function symbolName(symbol: ElfSymbol): string {
  if (symbol.type === STT.SECTION && typeof symbol.section !== "string") return symbol.section.name;
  return visible(symbol.name);
}

/** A name for a terminal: control characters as ^A and so on. */
export function visible(name: string): string {
  const isControl = (code: number) => code < 32 || code === 127;
  const shown = [...name].map((character) => {
    const code = character.charCodeAt(0);
    return isControl(code) ? `^${String.fromCharCode(code ^ 64)}` : character;
  });
  return shown.join("");
}

/** What a symbol is in. */
export function placeName(section: ElfSymbol["section"]): string {
  const special = { undefined: "*UND*", absolute: "*ABS*", common: "*COM*" } as const;
  return typeof section === "string" ? special[section] : section.name;
}

/** An address as `<name+0x4>` names it: symbol, or symbol and distance. */
export function describe(symbol: Pick<ElfSymbol, "name" | "value">, address: bigint): string {
  const distance = address - symbol.value;
  if (distance < 0n) return `${symbol.name}-0x${(-distance).toString(16)}`;
  return distance === 0n ? symbol.name : `${symbol.name}+0x${distance.toString(16)}`;
}

/** Whether the section has bytes in the file. */
export function hasContents({ type, size }: Section): boolean {
  const nobits = 8;
  return type !== nobits && size > 0n;
}
