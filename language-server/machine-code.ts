/**
 * What a statement became: the bytes that it put into its section, with their offset, and the
 * instructions that they are, each with the relocations that the linker will apply.
 */
import { disassemble } from "../assembler/disassembler.ts";
import type { Statement as UnitStatement } from "../assembler/unit.ts";
import { R_RISCV } from "../elf/constants.ts";
import type { Section } from "../elf/model.ts";
import { type Architecture, widened } from "../isa/architecture.ts";
import { createFinder } from "../isa/decoder.ts";
import type { Instruction } from "../isa/instruction.ts";
import type { Analysis } from "./analysis.ts";

/** One instruction of a statement. */
export interface CodeLine {
  /** Offset in the section, in bytes. */
  readonly offset: number;
  /** In bytes; 2 or 4 for an instruction that is known. */
  readonly length: number;
  readonly word: number;
  /** As the disassembler writes it, without aliases. */
  readonly text: string;
  readonly instruction: Instruction | undefined;
  /** What it is read for: the file's own architecture, or one with what options there added. */
  readonly architecture: Architecture;
  /** "R_RISCV_CALL_PLT printf", … */
  readonly relocations: readonly string[];
}

/** The bytes of a statement. */
export interface MachineCode {
  readonly section: string;
  /** Offset in the section, in bytes. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly isCode: boolean;
}

/** Where a statement's bytes are; undefined where it has none or they are in no single run. */
export function machineCodeOf(
  analysis: Analysis,
  { from, to }: UnitStatement,
): MachineCode | undefined {
  const { section } = from.fragment.subsection;
  if (to.fragment.subsection !== from.fragment.subsection) return undefined;
  const offset = from.fragment.address + from.offset;
  const end = to.fragment.address + to.offset;
  const own = sectionNamed(analysis, section.name);
  if (own === undefined || end <= offset || section.isZeros) return undefined;
  const bytes = own.data.subarray(offset, end);
  return { section: section.name, offset, bytes, isCode: section.isCode };
}

function sectionNamed({ assembly }: Analysis, name: string): Section | undefined {
  return assembly.object.sections.find((section) => section.name === name);
}

/** The instructions in a run of code, at most `limit`. */
export function codeLines(analysis: Analysis, code: MachineCode, limit: number): CodeLine[] {
  const { architecture } = analysis;
  const lines = linesFor(architecture, analysis, code, limit);
  const isKnown = lines.every(({ instruction, length }) => instruction !== undefined || length > 4);
  // By `.option arch` a part of a file may be for other harts than the rest.
  return isKnown ? lines : linesFor(widenedOf(architecture), analysis, code, limit);
}

/** Architectures with all that others do not contradict. */
const wide = new WeakMap<Architecture, Architecture>();

function widenedOf(architecture: Architecture): Architecture {
  const known = wide.get(architecture) ?? widened(architecture);
  wide.set(architecture, known);
  return known;
}

function linesFor(
  architecture: Architecture,
  analysis: Analysis,
  code: MachineCode,
  limit: number,
): CodeLine[] {
  const find = createFinder(architecture);
  const { section, offset, bytes } = code;
  const shown = bytes.subarray(0, limit * 4);
  const own = sectionNamed(analysis, section);
  const all = own === undefined ? [] : relocationsOf(own);
  const relocations = within(all, offset, offset + shown.length);
  const lines = disassemble(shown, BigInt(offset), architecture, { aliases: false });
  return lines.slice(0, limit).map((line): CodeLine => {
    const at = Number(line.address);
    const word = line.bytes.reduce((sum, byte, index) => sum + byte * 2 ** (8 * index), 0);
    const here = relocations.filter(
      (one) =>
        Number(one.offset) >= at &&
        Number(one.offset) < at + line.length &&
        one.symbol !== undefined,
    );
    return {
      offset: at,
      length: line.length,
      word,
      text: `${line.mnemonic} ${line.operands.replaceAll(",", ", ")}`.trim(),
      instruction: line.length <= 4 ? find(word)?.instruction : undefined,
      architecture,
      relocations: here.map(({ type, symbol, addend }) => {
        const sum = addend === 0n ? "" : addend > 0n ? `+${addend}` : `${addend}`;
        // A symbol of the assembler's own is the auipc before.
        const name = symbol?.name.trim() ?? "";
        return `${relocationName(type)} ${name.startsWith(".L0") ? "" : name + sum}`.trim();
      }),
    };
  });
}

type Relocations = Section["relocations"];

const sorted = new WeakMap<Section, Relocations>();

/** A section's relocations in the order of their offsets. */
function relocationsOf(section: Section): Relocations {
  let known = sorted.get(section);
  if (known === undefined) {
    known = [...section.relocations].sort((a, b) => Number(a.offset) - Number(b.offset));
    sorted.set(section, known);
  }
  return known;
}

/** Those at offsets from `start` to before `end`. */
function within(relocations: Relocations, start: number, end: number): Relocations {
  let low = 0;
  let high = relocations.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(relocations[middle]?.offset ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < relocations.length && Number(relocations[last]?.offset) < end) last++;
  return relocations.slice(low, last);
}

/** "R_RISCV_HI20" for its number. */
export function relocationName(type: number): string {
  const [name] = Object.entries(R_RISCV).find(([, value]) => value === type) ?? [];
  return name === undefined ? `relocation ${type}` : `R_RISCV_${name}`;
}

/** Bytes in hexadecimal, in the order of memory. */
export function hexBytes(bytes: Uint8Array, limit: number): string {
  const shown = [...bytes.subarray(0, limit)].map((byte) => byte.toString(16).padStart(2, "0"));
  return shown.join(" ") + (bytes.length > limit ? ` … (${bytes.length} bytes)` : "");
}
