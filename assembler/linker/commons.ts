/**
 * Common symbols: variables that several files declare without a value. Each becomes memory in a
 * section `COMMON` of the file that asks for most, in the order of GNU ld's table of symbols.
 */
import { SHF, SHT } from "../../elf/constants.ts";
import { hashOrder } from "./hash-order.ts";
import { madeSection } from "./offset-table.ts";
import { alignTo, type InputFile, InputSection, type LinkSymbol, type Program } from "./program.ts";

/** Alignments, with which symbols are sorted: those of 16 and more come first. */
const sizes = [16, 8, 4, 2, 1] as const;

/**
 * Gives common symbols their memory; small ones of the small data area keep to `.bss`, too.
 * @param isSorted whether they stand by falling alignment
 */
export function placeCommons(program: Program, isSorted: boolean): void {
  const commons = [...program.globals.values()].filter(({ kind }) => kind === "common");
  if (commons.length === 0) return;
  const byFile = new Map<InputFile | undefined, LinkSymbol[]>();
  const ordered = [...hashOrder(program.globals, ({ kind }) => kind === "common")];
  const rank = ({ value }: LinkSymbol) => sizes.findIndex((size) => value >= size);
  if (isSorted) ordered.sort((a, b) => rank(a) - rank(b));
  for (const symbol of ordered) {
    const list = byFile.get(symbol.file);
    if (list === undefined) byFile.set(symbol.file, [symbol]);
    else list.push(symbol);
  }
  for (const [file, symbols] of byFile) place(program, file, symbols);
}

function place(
  program: Program,
  file: InputFile | undefined,
  symbols: readonly LinkSymbol[],
): void {
  const { origin } = madeSection("COMMON", SHT.NOBITS, SHF.ALLOC | SHF.WRITE, 1, 0);
  const section = new InputSection(file, origin);
  for (const symbol of symbols) {
    const alignment = Math.max(1, symbol.value);
    section.size = alignTo(section.size, alignment);
    section.alignment = Math.max(section.alignment, alignment);
    symbol.kind = "defined";
    symbol.section = section;
    symbol.value = section.size;
    section.size += symbol.size;
    section.symbols.push(symbol);
  }
  file?.sections.push(section);
  // Behind the other sections of its file.
  const last = program.sections.findLastIndex((one) => one.file === file);
  program.sections.splice(last + 1, 0, section);
}
