/**
 * `objdump -d`: the sections with code, symbol by symbol, as GNU prints them. Runs of zeros are
 * shown as dots: eight or more, or fewer than three at the end of what a symbol labels. Objects
 * are shown as bytes, and what mapping symbols call data as words.
 */

import { Disassembler } from "../../assembler/disassembler.ts";
import { attributesOf } from "../../elf/attributes.ts";
import { ET, SHF, STT } from "../../elf/constants.ts";
import { dynamicRelocations, dynamicSymbols, linkageSymbols } from "../../elf/dynamic-symbols.ts";
import type { ElfFile, ElfSymbol, Section } from "../../elf/model.ts";
import { isMappingSymbol } from "../../elf/symbols.ts";
import { type Architecture, defaultMarch, parseArchitecture } from "../../isa/architecture.ts";
import { privilegedEditionOf } from "../../isa/csr-editions.ts";
import {
  bytesText,
  instructionLine,
  moreBytes,
  objectLine,
  objectText,
  wordText,
} from "./bytes.ts";
import { addressText, describe, hasContents, visible } from "./format.ts";
import { isLabel, lastAt, onePerAddress } from "./labels.ts";
import { relocationName, relocationValue } from "./tables.ts";

/** How to disassemble. */
export interface DumpOptions {
  readonly aliases: boolean;
  /** Whether relocations are shown under their instructions. */
  readonly relocations: boolean;
  /** In place of the architecture that the file names. */
  readonly march?: string;
}

/** What follows the address of a line, and how many bytes it shows. */
type Shown = readonly [text: string, length: number];

const none: readonly never[] = [];

const skippedZeros = 8;
const skippedZerosAtEnd = 3;

/** The disassembly of all sections with code. */
export function disassembly(file: ElfFile, options: DumpOptions): string {
  const architecture = architectureOf(file, options.march);
  const names = namesOf(file);
  const pointer = names.symbols.find(({ name }) => name === "__global_pointer$")?.value;
  const { privSpec } = attributesOf(file);
  const privilegedEdition =
    privSpec && privilegedEditionOf([privSpec.major, privSpec.minor, privSpec.revision]);
  let current: SectionDump | undefined;
  // As with GNU, what registers are known to hold stays known in the next section.
  const disassembler = new Disassembler(architecture, {
    aliases: options.aliases,
    symbolFor: (address) => current?.symbolFor(address),
    ...(pointer === undefined ? {} : { globalPointer: pointer }),
    ...(privilegedEdition === undefined ? {} : { privilegedEdition }),
  });
  const state: State = { disassembler, architectures: new Map(), chunk: 1, ...names };
  let text = "";
  for (const section of file.sections) {
    if ((section.flags & SHF.EXECINSTR) === 0n || !hasContents(section)) continue;
    current = new SectionDump(file, section, state, options);
    text += current.text();
  }
  return text;
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

/** What lasts from one section to the next. */
interface State {
  readonly disassembler: Disassembler;
  /** Those that mapping symbols name. */
  readonly architectures: Map<string, Architecture>;
  /** The size of the numbers that data are shown as: that of the last instruction, in bytes. */
  chunk: number;
  /** What may name addresses. */
  readonly symbols: readonly ElfSymbol[];
  /** Those among them that name entries of the procedure linkage table. */
  readonly linkage: ReadonlySet<ElfSymbol>;
  /** What stands behind the names of dynamic symbols. */
  readonly versions: ReadonlyMap<ElfSymbol, string>;
  /** What the dynamic linker puts at addresses. */
  readonly relocated: ReadonlyMap<bigint, ElfSymbol>;
}

/** The symbols of a file, the dynamic ones where it was stripped, and names of linkage entries. */
function namesOf(file: ElfFile): Pick<State, "symbols" | "linkage" | "versions" | "relocated"> {
  const { symbols } = file;
  if (file.type === ET.REL) {
    return { symbols, linkage: new Set(), versions: new Map(), relocated: new Map() };
  }
  const dynamic = dynamicSymbols(file);
  const known = symbols.length > 0 ? symbols : dynamic.symbols;
  const linkage = new Set(linkageSymbols(file, dynamic));
  return {
    symbols: [...known, ...linkage],
    linkage,
    versions: dynamic.versions,
    relocated: dynamicRelocations(file, dynamic),
  };
}

class SectionDump {
  readonly #file: ElfFile;
  readonly #section: Section;
  readonly #options: DumpOptions;
  /** The symbols that name places in this section, one an address, by rising address. */
  readonly #labels: readonly ElfSymbol[];
  /** The symbols that may name a jump's target. */
  readonly #targets: readonly ElfSymbol[];
  /** Where data (`$d`) and instructions (`$x`) begin, by rising address. */
  readonly #mapping: readonly ElfSymbol[];
  readonly #hasRelocations: boolean;
  readonly #hasMarks: boolean;
  readonly #state: State;
  readonly #lines: string[] = [];
  #nextRelocation = 0;
  /** Bytes of a long instruction that go on lines of their own. */
  #rest: readonly { at: number; text: string }[] = none;

  constructor(file: ElfFile, section: Section, state: State, options: DumpOptions) {
    this.#file = file;
    this.#section = section;
    this.#state = state;
    this.#hasRelocations =
      file.type === ET.REL && file.sections.some(({ relocations }) => relocations.length > 0);
    this.#options = options;
    this.#hasMarks = state.symbols.some(({ name }) => isMappingSymbol(name));
    const own = state.symbols.filter((symbol) => symbol.section === section);
    const choose = (symbols: readonly ElfSymbol[]) =>
      onePerAddress(
        symbols.filter(({ name, type }) => isLabel(name, type)),
        section,
      );
    this.#labels = choose(own);
    this.#targets = choose(
      state.symbols.filter(({ section: at }) => at !== "undefined" && at !== "common"),
    );
    this.#mapping = own
      .filter(({ name }) => isMappingSymbol(name))
      .sort((a, b) => Number(a.value - b.value));
  }

  /** What an address is shown as. */
  symbolFor(address: bigint): string | undefined {
    const { address: start, size } = this.#section;
    // Where sections overlap, as in files with relocations, an address is in this one if it can be.
    const isOwn = this.#hasRelocations && address >= start && address < start + size;
    const choice = isOwn ? this.#labels : this.#targets;
    // Before all symbols the first one counts, at a negative distance.
    const nearest = lastAt(choice, address) ?? choice[0];
    // What the dynamic linker puts there counts unless the section that is shown has a symbol before,
    // or the nearest one is that of an entry of the procedure linkage table.
    const { linkage, relocated } = this.#state;
    const isNear =
      nearest?.section === this.#section || (nearest !== undefined && linkage.has(nearest));
    const symbol = isNear ? nearest : (relocated.get(address) ?? nearest);
    if (symbol === undefined) {
      // Where there are but mapping symbols, which name nothing, the section does.
      const { name } = this.#section;
      return this.#hasMarks ? visible(describe({ name, value: start }, address)) : undefined;
    }
    // What another file defines has no distance.
    return this.#describe(symbol, symbol.section === "undefined" ? symbol.value : address);
  }

  /** An address by a symbol, whose version belongs to its name. */
  #describe(symbol: ElfSymbol, address: bigint): string {
    const version = this.#state.versions.get(symbol) ?? "";
    return visible(describe({ ...symbol, name: symbol.name + version }, address));
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
    const symbol = lastAt(this.#labels, start) ?? this.#labels[0];
    const name = symbol === undefined ? visible(this.#section.name) : this.#describe(symbol, start);
    this.#lines.push("", `${addressText(this.#file, start)} <${name}>:`);
    const { address, data } = this.#section;
    const base = Number(start - address);
    const width = this.#addressWidth();
    const bytes = data.subarray(0, Number(end - address));
    const isObject = symbol?.type === STT.OBJECT && symbol.value === start;
    for (let offset = base; offset < bytes.length; ) {
      const skipped = zerosToSkip(bytes, offset);
      if (skipped > 0) {
        this.#lines.push("\t...");
        offset += skipped;
        continue;
      }
      const at = address + BigInt(offset);
      const [text, length] = isObject
        ? this.#object(bytes, offset)
        : (this.#word(offset) ?? this.#instruction(bytes, offset));
      this.#lines.push(`${at.toString(16).padStart(width)}:\t${text}`);
      for (const more of this.#rest) {
        const place = (at + BigInt(more.at)).toString(16).padStart(width);
        this.#lines.push(`${place}:\t${more.text}`);
      }
      this.#rest = none;
      offset += length;
      if (this.#options.relocations) this.#showRelocations(offset);
    }
  }

  /** A line of an instruction and its length. */
  #instruction(bytes: Uint8Array, offset: number): Shown {
    const { address } = this.#section;
    const line = this.#state.disassembler.line(bytes, offset, address + BigInt(offset));
    this.#state.chunk = line.length % 4 === 0 ? 4 : 2;
    if (line.length > instructionLine) this.#rest = moreBytes(line.bytes);
    return [`${bytesText(line.bytes)}\t${line.text}`, line.length];
  }

  /** The architecture that a mapping symbol names holds until another one is named. */
  #change(mark: string): void {
    const { architectures, disassembler } = this.#state;
    if (this.#options.march !== undefined) return;
    let architecture = architectures.get(mark);
    if (architecture === undefined) {
      const parsed = parseArchitecture(mark.slice("$x".length).replace(/\..*/, ""));
      if (!parsed.ok) return;
      architecture = parsed.architecture;
      architectures.set(mark, architecture);
    }
    disassembler.change(architecture);
  }

  /** A line of an object among the code, and its length. */
  #object(bytes: Uint8Array, offset: number): Shown {
    const own = bytes.subarray(offset, offset + objectLine);
    return [objectText(own, this.#state.chunk), own.length];
  }

  /** A line of data as a mapping symbol says, and its length; undefined for instructions. */
  #word(offset: number): Shown | undefined {
    if (this.#mapping.length === 0) return undefined;
    const { address, data } = this.#section;
    const at = address + BigInt(offset);
    const mark = lastAt(this.#mapping, at)?.name ?? "";
    if (mark.startsWith("$xrv")) this.#change(mark);
    if (!mark.startsWith("$d")) return undefined;
    const next = this.#mapping.find(({ value }) => value > at)?.value;
    const end = Math.min(data.length, next === undefined ? data.length : Number(next - address));
    const length = [1, 2, 2, 4][Math.min(4, end - offset) - 1] ?? 1;
    this.#state.chunk = length;
    return [wordText(data.subarray(offset, offset + length)), length];
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
