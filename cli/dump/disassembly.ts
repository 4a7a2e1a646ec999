/**
 * `objdump -d`: the sections with code, symbol by symbol, as GNU prints them. Runs of zeros are
 * shown as dots: eight or more, or fewer than three at the end of what a symbol labels.
 */

import { Disassembler } from "../../assembler/disassembler.ts";
import { attributesOf } from "../../elf/attributes.ts";
import { ET, SHF, STB, STT } from "../../elf/constants.ts";
import type { ElfFile, ElfSymbol, Section } from "../../elf/model.ts";
import { isMappingSymbol } from "../../elf/symbols.ts";
import { type Architecture, defaultMarch, parseArchitecture } from "../../isa/architecture.ts";
import { addressText, describe, hasContents, visible } from "./format.ts";
import { relocationName, relocationValue } from "./tables.ts";

/** How to disassemble. */
export interface DumpOptions {
  readonly aliases: boolean;
  /** Whether relocations are shown under their instructions. */
  readonly relocations: boolean;
  /** In place of the architecture that the file names. */
  readonly march?: string;
}

/** What the GNU assembler calls the labels that it makes for %pcrel_lo. */
const fakeLabel = ".L0 ";
const skippedZeros = 8;
const skippedZerosAtEnd = 3;

/** The disassembly of all sections with code. */
export function disassembly(file: ElfFile, options: DumpOptions): string {
  const architecture = architectureOf(file, options.march);
  const parts = file.sections
    .filter((section) => (section.flags & SHF.EXECINSTR) !== 0n && hasContents(section))
    .map((section) => new SectionDump(file, section, architecture, options).text());
  return parts.join("");
}

/** What the file says it is for; all of the standard extensions where it says nothing. */
function architectureOf(file: ElfFile, march: string | undefined): Architecture {
  const candidates = [march, attributesOf(file).arch, `rv${file.class}gc`, defaultMarch];
  for (const candidate of candidates) {
    const parsed = candidate === undefined ? undefined : parseArchitecture(candidate);
    if (parsed?.ok) return parsed.architecture;
  }
  throw new Error(`the default architecture ${defaultMarch} does not parse`);
}

class SectionDump {
  readonly #file: ElfFile;
  readonly #section: Section;
  readonly #options: DumpOptions;
  /** The symbols that name places in this section, one an address, by rising address. */
  readonly #labels: readonly ElfSymbol[];
  /** The symbols that may name a jump's target. */
  readonly #targets: readonly ElfSymbol[];
  readonly #disassembler: Disassembler;
  readonly #lines: string[] = [];
  #nextRelocation = 0;

  constructor(file: ElfFile, section: Section, architecture: Architecture, options: DumpOptions) {
    this.#file = file;
    this.#section = section;
    this.#options = options;
    const isNamed = ({ name, type }: ElfSymbol) =>
      name !== "" &&
      type !== STT.SECTION &&
      type !== STT.FILE &&
      name !== fakeLabel &&
      !isMappingSymbol(name);
    const named = file.symbols.filter(isNamed);
    this.#labels = distinct(named.filter((symbol) => symbol.section === section));
    const isRelocatable = file.type === ET.REL;
    this.#targets = isRelocatable
      ? this.#labels
      : distinct(named.filter(({ section: place }) => place !== "undefined" && place !== "common"));
    const pointer = file.symbols.find(({ name }) => name === "__global_pointer$")?.value;
    this.#disassembler = new Disassembler(architecture, {
      aliases: options.aliases,
      symbolFor: (address) => {
        const symbol = lastAt(this.#targets, address);
        return symbol === undefined ? undefined : visible(describe(symbol, address));
      },
      ...(pointer === undefined ? {} : { globalPointer: pointer }),
    });
  }

  text(): string {
    const { address, data } = this.#section;
    const end = address + BigInt(data.length);
    const inside = this.#labels.filter(({ value }) => value >= address && value < end);
    const starts = inside[0]?.value === address ? [] : [address];
    const boundaries = [...starts, ...inside.map(({ value }) => value), end];
    for (const [index, start] of boundaries.slice(0, -1).entries()) {
      this.#block(start, boundaries[index + 1] as bigint);
    }
    return `\nDisassembly of section ${this.#section.name}:\n${this.#lines.join("\n")}\n`;
  }

  /** The code from one label to the next. */
  #block(start: bigint, end: bigint): void {
    const symbol = lastAt(this.#labels, start);
    const name = symbol === undefined ? this.#section.name : describe(symbol, start);
    this.#lines.push("", `${addressText(this.#file, start)} <${visible(name)}>:`);
    const { address, data } = this.#section;
    const base = Number(start - address);
    const width = this.#addressWidth();
    const bytes = data.subarray(0, Number(end - address));
    for (let offset = base; offset < bytes.length; ) {
      const skipped = zerosToSkip(bytes, offset);
      if (skipped > 0) {
        this.#lines.push("\t...");
        offset += skipped;
        continue;
      }
      const line = this.#disassembler.line(bytes, offset, address + BigInt(offset));
      const place = line.address.toString(16).padStart(width);
      this.#lines.push(`${place}:\t${bytesText(line.bytes)}\t${line.text}`);
      offset += line.length;
      if (this.#options.relocations) this.#showRelocations(offset);
    }
  }

  /** Leading zeros are dropped by fours, as the section's end allows; one stays. */
  #addressWidth(): number {
    const { address, size } = this.#section;
    const zeros = this.#file.class / 4 - (address + size).toString(16).length;
    return this.#file.class / 4 - 4 * Math.max(0, Math.floor((zeros - 1) / 4));
  }

  /** The relocations of the bytes before `offset` that were not shown yet. */
  #showRelocations(offset: number): void {
    const { relocations, address } = this.#section;
    for (;;) {
      const relocation = relocations[this.#nextRelocation];
      if (relocation === undefined || relocation.offset >= BigInt(offset)) return;
      this.#nextRelocation++;
      const place = (address + relocation.offset).toString(16);
      const value = relocationValue(this.#file, relocation, false);
      this.#lines.push(`\t\t\t${place}: ${relocationName(relocation.type)}\t${value}`);
    }
  }
}

/** How many zeros at the offset are shown as dots. */
function zerosToSkip(bytes: Uint8Array, offset: number): number {
  let end = offset;
  while (end < bytes.length && bytes[end] === 0) end++;
  const count = end - offset;
  if (end === bytes.length) {
    return count >= skippedZeros || (count > 0 && count < skippedZerosAtEnd) ? count : 0;
  }
  // Where code follows, whole words are skipped, so that it stays in step.
  return count >= skippedZeros ? count & ~3 : 0;
}

/** The bytes as one number, in the column that the GNU tools leave for them. */
function bytesText(bytes: Uint8Array): string {
  const digits = [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const perLine = Math.max(1, Math.floor(8 / bytes.length));
  return digits.padEnd(perLine * (2 * bytes.length + 1));
}

/** One symbol an address: functions, then objects; large before small, global before others. */
function distinct(symbols: readonly ElfSymbol[]): ElfSymbol[] {
  const kind = ({ type }: ElfSymbol) => (type === STT.FUNC ? 0 : type === STT.OBJECT ? 1 : 2);
  const scope = ({ binding }: ElfSymbol) => (binding === STB.GLOBAL ? 0 : 1);
  const sorted = [...symbols].sort((a, b) => {
    if (a.value !== b.value) return a.value < b.value ? -1 : 1;
    const bySize = Number(b.size - a.size);
    return kind(a) - kind(b) || bySize || scope(a) - scope(b) || (a.name < b.name ? -1 : 1);
  });
  return sorted.filter(({ value }, index) => index === 0 || sorted[index - 1]?.value !== value);
}

/** The last symbol at or below the address. */
function lastAt(symbols: readonly ElfSymbol[], address: bigint): ElfSymbol | undefined {
  let low = 0;
  let high = symbols.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((symbols[middle] as ElfSymbol).value <= address) low = middle + 1;
    else high = middle;
  }
  return symbols[low - 1];
}
