/**
 * Linker relaxation: far calls become near ones, addresses near zero or the global pointer need no
 * upper part, `lui` becomes `c.lui`, the thread pointer's upper part goes where it is 0, and the
 * padding before aligned code shrinks to what is needed. psABI, chapter "Linker Relaxation". The
 * decisions are those of GNU ld 2.40, with its margins, so that the results are the same: a section
 * is looked at where the layout meets it, and what can go is taken out at the end of the section;
 * walks repeat until nothing goes. Padding comes last, when nothing else moves.
 */
import { EF_RISCV, R_RISCV, SHF, STT } from "../../elf/constants.ts";
import {
  Cut,
  InputSection,
  type LinkSymbol,
  type OutputSection,
  type Program,
  type Target,
} from "./program.ts";
import type { Relocations } from "./relocations.ts";
import { compressedUpper, jumpLink, jumpWord, nops, upperTarget, withBase } from "./words.ts";

/** What relaxation needs to know. */
export interface RelaxOptions {
  readonly program: Program;
  readonly outputs: readonly OutputSection[];
  /** The value of gp while the program runs; undefined when it may not be relied on. */
  readonly globalPointer: () => LinkSymbol | undefined;
  readonly isRelro: boolean;
  readonly pageSize: number;
}

/** Bytes that go: `count` of them at an offset. */
interface Removal {
  readonly at: number;
  readonly count: number;
}

/** An upper part that went, for the lower parts that refer to its label. */
interface GoneUpper {
  readonly target: number;
  readonly output: OutputSection | undefined;
  readonly symbol: Target;
  readonly addend: number;
  readonly isUndefinedWeak: boolean;
}

const fits12 = (value: number) => value >= -2048 && value < 2048;
const fitsJump = (value: number) => value >= -0x100000 && value < 0x100000 && value % 2 === 0;
const fitsShortJump = (value: number) => value >= -2048 && value < 2048 && value % 2 === 0;
const highPart = (value: number) => Math.floor((value + 0x800) / 0x1000) * 0x1000;
const fitsCompressedUpper = (value: number) => value !== 0 && value >= -0x20000 && value < 0x20000;

const outputOf = ({ section }: Target): OutputSection | undefined =>
  section instanceof InputSection ? section.output : section;

/** The relaxation of a program. */
export class Relaxation {
  readonly #options: RelaxOptions;
  readonly #table: Relocations;
  #maximalAlignment: number | undefined;
  #pointer: LinkSymbol | undefined;
  #threadOutput: OutputSection | undefined;
  #viewed: InputSection | undefined;
  #view: DataView | undefined;

  constructor(options: RelaxOptions) {
    this.#options = options;
    this.#table = options.program.relocations;
  }

  /** Takes out of a section what can go at the addresses as they are; whether anything went. */
  readonly shorten = (section: InputSection): boolean => {
    if (!section.isRelaxable || section.data.length === 0) return false;
    section.relaxableRows ??= this.#rowsOf(section);
    const rows = section.relaxableRows;
    if (rows.length === 0) return false;
    this.#prepare();
    this.#viewed = undefined;
    const { types, offsets } = this.#table;
    const removals: Removal[] = [];
    const gone = new Map<number, GoneUpper>();
    const seenLower = new Set<number>();
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] as number;
      const type = types[row] as number;
      if ((offsets[row] as number) + widthOf(type) > section.data.length) continue;
      switch (type) {
        case R_RISCV.CALL:
        case R_RISCV.CALL_PLT:
          this.#call(section, row, removals);
          break;
        case R_RISCV.HI20:
        case R_RISCV.LO12_I:
        case R_RISCV.LO12_S:
          this.#absolute(section, row, removals);
          break;
        case R_RISCV.TPREL_HI20:
        case R_RISCV.TPREL_ADD:
        case R_RISCV.TPREL_LO12_I:
        case R_RISCV.TPREL_LO12_S:
          this.#threadLocal(row, removals);
          break;
        case R_RISCV.PCREL_HI20:
          this.#upper(row, removals, gone, seenLower);
          break;
        case R_RISCV.PCREL_LO12_I:
        case R_RISCV.PCREL_LO12_S:
          this.#lower(section, row, gone, seenLower);
          break;
        default:
          break;
      }
    }
    if (removals.length === 0) return false;
    section.relaxableRows = rows.filter((row) => isShortenable[types[row] as number] === 1);
    remove(section, removals, this.#table);
    return true;
  };

  /** The rows of a section that a walk may do something about. */
  #rowsOf({ firstRelocation, endRelocation }: InputSection): number[] {
    const { types, relaxable } = this.#table;
    const rows: number[] = [];
    for (let row = firstRelocation; row < endRelocation; row++) {
      if (relaxable[row] === 1 && isShortenable[types[row] as number] === 1) rows.push(row);
    }
    return rows;
  }

  /** Shortens the padding before aligned code to what is needed. */
  readonly align = (section: InputSection): boolean => {
    if (!section.hasPadding) return false;
    section.hasPadding = false;
    const removals: Removal[] = [];
    let total = 0;
    const { types, offsets, addends } = this.#table;
    for (let row = section.firstRelocation; row < section.endRelocation; row++) {
      if (types[row] !== R_RISCV.ALIGN) continue;
      const offset = offsets[row] as number;
      const addend = addends[row] as number;
      if (addend < 0 || offset + addend > section.data.length) continue;
      let alignment = 1;
      while (alignment <= addend) alignment *= 2;
      const here = section.address + offset - total;
      const rest = ((here % alignment) + alignment) % alignment;
      const needed = rest === 0 ? 0 : alignment - rest;
      types[row] = R_RISCV.NONE;
      if (needed >= addend) continue;
      writeNops(section, offset, needed);
      removals.push({ at: offset + needed, count: addend - needed });
      total += addend - needed;
    }
    if (removals.length === 0) return false;
    remove(section, removals, this.#table);
    return true;
  };

  /** A view of the bytes of the section that is looked at. */
  #viewOf(section: InputSection): DataView {
    if (this.#viewed !== section || this.#view === undefined) {
      this.#view = writable(section);
      this.#viewed = section;
    }
    return this.#view;
  }

  #prepare(): void {
    if (this.#maximalAlignment !== undefined) return;
    let most = 1;
    for (const { alignment, isRemoved } of this.#options.outputs) {
      if (!isRemoved && alignment > most) most = alignment;
    }
    this.#maximalAlignment = most;
    this.#pointer = this.#options.globalPointer();
  }

  /** How far a distance may still grow: by alignments between two output sections, or in one. */
  #margin(from: OutputSection | undefined, to: OutputSection | undefined): number {
    return from !== undefined && from === to ? from.alignment : (this.#maximalAlignment ?? 1);
  }

  #target(row: number): number | undefined {
    const symbol = this.#table.symbols[row];
    if (symbol?.isDefined !== true || symbol.type === STT.GNU_IFUNC) return undefined;
    return symbol.address + (this.#table.addends[row] as number);
  }

  #call(section: InputSection, row: number, removals: Removal[]): void {
    const { types, offsets, symbols } = this.#table;
    const target = this.#target(row);
    const symbol = symbols[row];
    if (target === undefined || symbol === undefined) return;
    const offset = offsets[row] as number;
    let distance = target - (section.address + offset);
    const isNearZero = target >= -2048 && target < 2048;
    if (fitsJump(distance)) {
      const margin = this.#margin(section.output, outputOf(symbol));
      distance += distance < 0 ? -margin : margin;
    }
    if (!fitsJump(distance) && !isNearZero) return;
    const view = this.#viewOf(section);
    const rd = jumpLink(view.getUint32(offset + 4, true));
    const { class: bits, flags } = section.file?.object ?? { class: 64, flags: 0 };
    const isShort =
      (flags & EF_RISCV.RVC) !== 0 &&
      fitsShortJump(distance) &&
      (rd === 0 || (rd === 1 && bits === 32));
    if (isShort) {
      view.setUint16(offset, jumpWord(rd === 0 ? "c.j" : "c.jal", rd), true);
      types[row] = R_RISCV.RVC_JUMP;
    } else if (fitsJump(distance)) {
      view.setUint32(offset, jumpWord("jal", rd), true);
      types[row] = R_RISCV.JAL;
    } else {
      view.setUint32(offset, jumpWord("jalr", rd), true);
      types[row] = R_RISCV.LO12_I;
    }
    const kept = isShort ? 2 : 4;
    removals.push({ at: offset + kept, count: 8 - kept });
  }

  /** Whether an address can be had with a base register of zero or gp. */
  #isNear(target: number, output: OutputSection | undefined, reserve: number): boolean {
    if (fits12(target)) return true;
    const pointer = this.#pointer;
    const gp = pointer === undefined ? 0 : pointer.address;
    const home = pointer === undefined || gp === 0 ? undefined : outputOf(pointer);
    const margin = this.#margin(home, output) + reserve;
    return target >= gp ? fits12(target - gp + margin) : fits12(target - gp - margin);
  }

  /** The room that the rest of an object needs behind the address. */
  #reserve(row: number): number {
    const symbol = this.#table.symbols[row];
    const addend = this.#table.addends[row] as number;
    if (symbol === undefined || symbol.type === STT.FUNC) return 0;
    return addend < 0 || addend > symbol.size ? 0 : symbol.size - addend;
  }

  #absolute(section: InputSection, row: number, removals: Removal[]): void {
    const { types, offsets, symbols } = this.#table;
    const symbol = symbols[row];
    const offset = offsets[row] as number;
    const type = types[row] as number;
    if (symbol === undefined || symbol.type === STT.GNU_IFUNC) return;
    const isUndefinedWeak = symbol.kind === "weak-undefined" && symbol.binding !== 0;
    const target = isUndefinedWeak ? 0 : this.#target(row);
    if (target === undefined) return;
    const reserve = this.#reserve(row);
    if (isUndefinedWeak || this.#isNear(target, outputOf(symbol), reserve)) {
      if (type === R_RISCV.HI20) {
        types[row] = R_RISCV.NONE;
        removals.push({ at: offset, count: 4 });
      } else if (isUndefinedWeak) {
        const view = this.#viewOf(section);
        const isStore = type === R_RISCV.LO12_S;
        view.setUint32(offset, withBase(view.getUint32(offset, true), 0, isStore), true);
      } else types[row] = type === R_RISCV.LO12_I ? R_RISCV.GPREL_I : R_RISCV.GPREL_S;
      return;
    }
    if (type === R_RISCV.HI20) this.#compressUpper(section, row, target, removals);
  }

  #compressUpper(section: InputSection, row: number, target: number, removals: Removal[]): void {
    const { isRelro, pageSize } = this.#options;
    const flags = section.file?.object.flags ?? 0;
    const high = highPart(target);
    const reach = high + (isRelro ? 2 : 1) * pageSize;
    if ((flags & EF_RISCV.RVC) === 0 || !fitsCompressedUpper(high) || !fitsCompressedUpper(reach)) {
      return;
    }
    const view = this.#viewOf(section);
    const offset = this.#table.offsets[row] as number;
    const rd = upperTarget(view.getUint32(offset, true));
    if (rd === 0 || rd === 2) return;
    view.setUint16(offset, compressedUpper(rd), true);
    this.#table.types[row] = R_RISCV.RVC_LUI;
    removals.push({ at: offset + 2, count: 2 });
  }

  #threadLocal(row: number, removals: Removal[]): void {
    const { types, offsets } = this.#table;
    const target = this.#target(row);
    if (target === undefined) return;
    this.#threadOutput ??= this.#options.outputs.find(
      (output) => output.has(SHF.TLS) && !output.isRemoved,
    );
    if (highPart(target - (this.#threadOutput?.address ?? target)) !== 0) return;
    if (types[row] === R_RISCV.TPREL_LO12_I) types[row] = R_RISCV.TPREL_I;
    else if (types[row] === R_RISCV.TPREL_LO12_S) types[row] = R_RISCV.TPREL_S;
    else {
      types[row] = R_RISCV.NONE;
      removals.push({ at: offsets[row] as number, count: 4 });
    }
  }

  #upper(
    row: number,
    removals: Removal[],
    gone: Map<number, GoneUpper>,
    seenLower: ReadonlySet<number>,
  ): void {
    const { types, offsets, symbols, addends } = this.#table;
    const symbol = symbols[row];
    const offset = offsets[row] as number;
    const addend = addends[row] as number;
    if (symbol === undefined || symbol.type === STT.GNU_IFUNC || seenLower.has(offset)) return;
    const isUndefinedWeak = symbol.kind === "weak-undefined" && symbol.binding !== 0;
    const target = isUndefinedWeak ? 0 : this.#target(row);
    if (target === undefined) return;
    const { section } = symbol;
    // What may be merged, and code, may still move out of range.
    const mayMove =
      section instanceof InputSection && (section.has(SHF.MERGE) || section.has(SHF.EXECINSTR));
    if (!isUndefinedWeak && mayMove) return;
    const output = outputOf(symbol);
    if (!isUndefinedWeak && !this.#isNear(target, output, this.#reserve(row))) return;
    gone.set(offset, { target, output, symbol, addend, isUndefinedWeak });
    types[row] = R_RISCV.NONE;
    removals.push({ at: offset, count: 4 });
  }

  #lower(
    section: InputSection,
    row: number,
    gone: ReadonlyMap<number, GoneUpper>,
    seenLower: Set<number>,
  ): void {
    const { types, offsets, symbols, addends } = this.#table;
    const symbol = symbols[row];
    const offset = offsets[row] as number;
    if (symbol?.section !== section) return;
    const upper = gone.get(symbol.value);
    if (upper === undefined) {
      seenLower.add(symbol.value);
      return;
    }
    const isStore = types[row] === R_RISCV.PCREL_LO12_S;
    symbols[row] = upper.symbol;
    if (upper.isUndefinedWeak) {
      const view = this.#viewOf(section);
      view.setUint32(offset, withBase(view.getUint32(offset, true), 0, isStore), true);
      types[row] = isStore ? R_RISCV.LO12_S : R_RISCV.LO12_I;
      addends[row] = upper.addend;
    } else {
      types[row] = isStore ? R_RISCV.GPREL_S : R_RISCV.GPREL_I;
      addends[row] = (addends[row] as number) + upper.addend;
    }
  }
}

/** 1 for the types that `shorten` looks at. */
const isShortenable = new Uint8Array(256);
for (const type of [
  R_RISCV.CALL, R_RISCV.CALL_PLT, R_RISCV.HI20, R_RISCV.LO12_I, R_RISCV.LO12_S,
  R_RISCV.TPREL_HI20, R_RISCV.TPREL_ADD, R_RISCV.TPREL_LO12_I, R_RISCV.TPREL_LO12_S,
  R_RISCV.PCREL_HI20, R_RISCV.PCREL_LO12_I, R_RISCV.PCREL_LO12_S,
]) isShortenable[type] = 1; // biome-ignore format: a table

/** Bytes of the instructions that a relocation is about. */
const widthOf = (type: number) => (type === R_RISCV.CALL || type === R_RISCV.CALL_PLT ? 8 : 4);

/** A section's bytes as the linker's own, which may be written. */
function ownBytes(section: InputSection): Uint8Array {
  if (section.data === section.origin.data) section.data = new Uint8Array(section.data);
  return section.data;
}

/** A view of a section's bytes, which are the linker's own from then on. */
function writable(section: InputSection): DataView {
  const { buffer, byteOffset, byteLength } = ownBytes(section);
  return new DataView(buffer, byteOffset, byteLength);
}

function writeNops(section: InputSection, offset: number, count: number): void {
  const view = writable(section);
  let at = offset;
  for (; at + 4 <= offset + count; at += 4) view.setUint32(at, nops.long, true);
  if (at + 2 <= offset + count) view.setUint16(at, nops.short, true);
}

/** Takes bytes out of a section; relocations and symbols behind them move. */
function remove(
  section: InputSection,
  removals: readonly Removal[],
  { offsets }: Relocations,
): void {
  const data = ownBytes(section);
  let from = 0;
  let to = 0;
  for (const { at, count } of removals) {
    if (from !== to) data.copyWithin(to, from, at);
    to += at - from;
    from = at + count;
  }
  data.copyWithin(to, from);
  const total = from - to;
  section.data = data.subarray(0, data.length - total);
  section.size -= total;
  let index = 0;
  let gone = 0;
  for (let row = section.firstRelocation; row < section.endRelocation; row++) {
    const offset = offsets[row] as number;
    while (index < removals.length && (removals[index] as Removal).at < offset) {
      gone += (removals[index++] as Removal).count;
    }
    offsets[row] = offset - gone;
  }
  const sums = [0];
  for (const { count } of removals) sums.push((sums.at(-1) ?? 0) + count);
  const cut = new Cut(
    removals.map(({ at }) => at),
    sums,
  );
  section.cuts.push(cut);
  for (const symbol of section.symbols) symbol.cut(cut);
}
