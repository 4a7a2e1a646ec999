/**
 * The instructions of a file as the lints read them: decoded from the bytes that the assembler
 * made, in the order of their places, each with its statement, its effects as sets of bits and
 * where its relocations lead. Effects are kept by encoding, since programs repeat themselves.
 */
import type { Statement } from "../../assembler/unit.ts";
import { R_RISCV, SHF } from "../../elf/constants.ts";
import type { ElfSymbol, Relocation, Section } from "../../elf/model.ts";
import { type Architecture, architectureString, widened } from "../../isa/architecture.ts";
import { createDecoder, type Decoded, type Decoder } from "../../isa/decoder.ts";
import { type Effects, effectsOf } from "../../isa/effects.ts";
import type { Analysis } from "../analysis.ts";

/** What an encoding does, with sets of registers as bits: bit n is register n. */
export interface Meaning {
  readonly decoded: Decoded;
  readonly effects: Effects;
  readonly readsX: number;
  readonly writesX: number;
  readonly readsF: number;
  readonly writesF: number;
  /** Whether its result is a number plus where it stands. */
  readonly isRelative: boolean;
}

/** An instruction at its place. */
export interface Step extends Meaning {
  /** Position among all steps. */
  readonly index: number;
  readonly section: Section;
  /** In bytes, from the start of the section. */
  readonly offset: number;
  readonly statement: Statement;
  /** Whether it is the last instruction of its statement. */
  readonly isLast: boolean;
  /** The relocation that gives it an address or a distance. */
  readonly relocation: Relocation | undefined;
  /** The step that a branch, jump or call goes to; -1 where it is elsewhere or not known. */
  target: number;
  /** The symbol that it goes to. */
  symbol: ElfSymbol | undefined;
  /** Whether the target is a place in this file's code where no instruction begins. */
  isAstray: boolean;
  /** Whether control runs on to the step behind it in the list, no data being between. */
  isFollowed: boolean;
}

/** The code of a file. */
export interface Code {
  readonly steps: readonly Step[];
  readonly architecture: Architecture;
  /** The step at a place, or -1. */
  at(section: Section, offset: number): number;
  /** Steps whose addresses are taken: by `la`, by tables of addresses. */
  readonly taken: ReadonlySet<number>;
}

/** Relocations that give a jump or branch its target. */
const distances: ReadonlySet<number> = new Set([
  R_RISCV.BRANCH,
  R_RISCV.JAL,
  R_RISCV.CALL,
  R_RISCV.CALL_PLT,
  R_RISCV.RVC_BRANCH,
  R_RISCV.RVC_JUMP,
]);

/** Relocations that say nothing about an instruction's own address. */
const silent: ReadonlySet<number> = new Set([R_RISCV.RELAX, R_RISCV.ALIGN, R_RISCV.TPREL_ADD]);

/** Relocations whose symbol is the place of the instruction that they belong to. */
const pointingBack: ReadonlySet<number> = new Set([
  R_RISCV.PCREL_LO12_I,
  R_RISCV.PCREL_LO12_S,
  R_RISCV.TLSDESC_LOAD_LO12,
  R_RISCV.TLSDESC_ADD_LO12,
  R_RISCV.TLSDESC_CALL,
]);

/** Meanings of encodings for the architecture that was asked for last; at most this many. */
const meaningLimit = 1 << 16;
let known: { key: string; meaningOf: (word: number) => Meaning | undefined } | undefined;

function meanings(architecture: Architecture): (word: number) => Meaning | undefined {
  const key = architectureString(architecture);
  if (known?.key === key) return known.meaningOf;
  const decode = createDecoder(architecture, true);
  // `.option arch` has more in some places, and what is not of the whole file is found here.
  let wide: Decoder | undefined;
  const decodeWide = (word: number) => {
    wide ??= createDecoder(widened(architecture), true);
    return wide(word);
  };
  const cache = new Map<number, Meaning | undefined>();
  const meaningOf = (fetched: number) => {
    const word = (fetched & 3) === 3 ? fetched >>> 0 : fetched & 0xffff;
    if (cache.has(word)) return cache.get(word);
    if (cache.size >= meaningLimit) cache.clear();
    const decoded = decode(word) ?? decodeWide(word);
    const meaning = decoded && understand(decoded, architecture.xlen);
    cache.set(word, meaning);
    return meaning;
  };
  known = { key, meaningOf };
  return meaningOf;
}

function understand(decoded: Decoded, xlen: 32 | 64): Meaning {
  const plain = effectsOf(decoded, 0n, xlen);
  // A jump that keeps where it came from, in whichever register, is a call.
  const isCall = plain.control === "jump" && plain.writesX.length > 0;
  const effects: Effects = isCall ? { ...plain, control: "call" } : plain;
  const bits = (registers: readonly number[]) =>
    registers.reduce((set, register) => set | (1 << register), 0);
  const { result } = effects;
  const isFixed = result !== undefined && result.base === undefined;
  return {
    decoded,
    effects,
    readsX: bits(effects.readsX),
    writesX: bits(effects.writesX),
    readsF: bits(effects.readsF),
    writesF: bits(effects.writesF),
    isRelative: isFixed && effectsOf(decoded, 4096n, xlen).result?.offset !== result.offset,
  };
}

/** Reads the code of an analysed file, or only that of some of its statements. */
export function readCode(
  { assembly, unit }: Analysis,
  statements: readonly Statement[] = unit.statements,
): Code {
  const { architecture } = unit;
  const meaningOf = meanings(architecture);
  const sections = new Map(assembly.object.sections.map((section) => [section.name, section]));
  const steps: Step[] = [];
  /** By section, the step at each halfword, counted from 1. */
  const places = new Map<Section, Int32Array>();
  const gaps = new Map<Section, number[]>();
  const relocations = new Map<Section, Map<number, Relocation>>();
  /** By section, where code is aligned that the linker may shorten. */
  const aligned = new Map<Section, Set<number>>();
  const alignments = (section: Section) => {
    const known = aligned.get(section);
    if (known !== undefined) return known;
    const found = new Set<number>();
    for (const { type, offset } of section.relocations) {
      if (type === R_RISCV.ALIGN) found.add(Number(offset));
    }
    aligned.set(section, found);
    return found;
  };
  const runs: { section: Section; offset: number; end: number; statement: Statement }[] = [];
  for (const statement of statements) {
    const { kind, from, to } = statement;
    if (kind !== "instruction" && kind !== "directive") continue;
    if (from.fragment === to.fragment && from.offset === to.offset) continue;
    const { section: builder } = from.fragment.subsection;
    if (to.fragment.subsection !== from.fragment.subsection) continue;
    const section = sections.get(builder.name);
    if (section === undefined || section.data.length === 0) continue;
    const offset = from.fragment.address + from.offset;
    const end = to.fragment.address + to.offset;
    const isAlignment =
      from.fragment.tail?.kind === "align" ||
      (kind === "directive" && alignments(section).has(offset));
    if (kind === "directive" && (statement.instructions === 0 || isAlignment)) {
      if (!isAlignment && end > offset) push(gaps, section, offset);
    } else runs.push({ section, offset, end, statement });
  }
  // Subsections may be filled in any order.
  const order = new Map(assembly.object.sections.map((section, index) => [section, index]));
  const rank = (section: Section) => order.get(section) ?? 0;
  let isSorted = true;
  for (let at = 1; at < runs.length; at++) {
    const [a, b] = [runs[at - 1] as (typeof runs)[0], runs[at] as (typeof runs)[0]];
    if (a.section === b.section ? a.offset > b.offset : rank(a.section) > rank(b.section)) {
      isSorted = false;
      break;
    }
  }
  if (!isSorted) runs.sort((a, b) => rank(a.section) - rank(b.section) || a.offset - b.offset);
  for (const { section, offset, end, statement } of runs) {
    let own = relocations.get(section);
    if (own === undefined) {
      own = new Map();
      for (const one of section.relocations) {
        if (one.symbol !== undefined && !silent.has(one.type)) own.set(Number(one.offset), one);
      }
      relocations.set(section, own);
    }
    let starts = places.get(section);
    if (starts === undefined) {
      starts = new Int32Array((section.data.length + 1) >> 1);
      places.set(section, starts);
    }
    const { data } = section;
    for (let at = offset; at + 1 < end; ) {
      const low = (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
      const word = low | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24);
      const meaning = meaningOf(word);
      if (meaning === undefined) {
        push(gaps, section, at);
        break;
      }
      const next = at + meaning.decoded.length;
      starts[at >> 1] = steps.length + 1;
      steps.push({
        decoded: meaning.decoded,
        effects: meaning.effects,
        readsX: meaning.readsX,
        writesX: meaning.writesX,
        readsF: meaning.readsF,
        writesF: meaning.writesF,
        isRelative: meaning.isRelative,
        index: steps.length,
        section,
        offset: at,
        statement,
        isLast: next + 1 >= end,
        relocation: own.get(at),
        target: -1,
        symbol: undefined,
        isAstray: false,
        isFollowed: false,
      });
      at = next;
    }
  }
  const at = (section: Section, offset: number) =>
    (offset & 1) === 0 ? (places.get(section)?.[offset >> 1] ?? 0) - 1 : -1;
  const code: Code = { steps, architecture, at, taken: new Set() };
  follow(code, gaps);
  const taken = code.taken as Set<number>;
  for (const section of assembly.object.sections) {
    if ((section.flags & SHF.ALLOC) === 0n || section.name === ".eh_frame") continue;
    for (const { type, symbol, addend } of section.relocations) {
      if (symbol === undefined || distances.has(type) || pointingBack.has(type)) continue;
      if (typeof symbol.section !== "object") continue;
      const step = at(symbol.section, Number(symbol.value + addend));
      if (step >= 0) taken.add(step);
    }
  }
  return code;
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Finds where each step leads. */
function follow({ steps, at }: Code, gaps: ReadonlyMap<Section, readonly number[]>): void {
  let gap = 0;
  let section: Section | undefined;
  let own: readonly number[] = [];
  for (const step of steps) {
    if (step.section !== section) {
      section = step.section;
      // A directive such as .rept, whose bytes are instructions, is no gap.
      const place = section;
      own = (gaps.get(place) ?? []).filter((one) => at(place, one) < 0).sort((a, b) => a - b);
      gap = 0;
    }
    const next = steps[step.index + 1];
    while (gap < own.length && (own[gap] as number) < step.offset) gap++;
    const hasGap = next !== undefined && (own[gap] ?? Number.POSITIVE_INFINITY) < next.offset;
    step.isFollowed = next?.section === section && !hasGap;
    const { control, target } = step.effects;
    if (control === "next" || control === "trap" || control === "return") continue;
    // The far forms are two instructions with the relocation at the first.
    const before = steps[step.index - 1];
    const isFar =
      target === undefined &&
      before?.statement === step.statement &&
      before.relocation !== undefined &&
      distances.has(before.relocation.type);
    const relocation = isFar ? before?.relocation : step.relocation;
    if (relocation?.symbol !== undefined && distances.has(relocation.type)) {
      step.symbol = relocation.symbol;
      const { section: place, value } = relocation.symbol;
      if (typeof place === "object") aim(steps, step, place, Number(value + relocation.addend), at);
    } else if (target !== undefined) {
      aim(steps, step, step.section, step.offset + Number(target), at);
    }
  }
}

function aim(
  steps: readonly Step[],
  step: Step,
  section: Section,
  offset: number,
  at: Code["at"],
): void {
  step.target = at(section, offset);
  const around = steps[at(section, offset - 2)];
  step.isAstray = step.target < 0 && around?.decoded.length === 4;
}
