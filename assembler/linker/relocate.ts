/**
 * Applies relocations to the bytes of the output. psABI, section "Relocations": each type with the
 * value that it computes from S (symbol), A (addend), P (place), G (entry of the offset table).
 */
import { R_RISCV, relocationName, SHF, STT } from "../../elf/constants.ts";
import { nearest } from "../diagnostics.ts";
import { encodeLeb128 } from "../leb128.ts";
import { patchImmediate } from "../patch.ts";
import { linkError } from "./load.ts";
import { mergedPlace } from "./merge.ts";
import type { OffsetTable } from "./offset-table.ts";
import { InputSection, Label, type Program, type Target } from "./program.ts";
import type { Relocations } from "./relocations.ts";
import { absoluteUpper, compressedZero, withBase } from "./words.ts";

/** What relocating needs besides the program. */
export interface RelocateContext {
  readonly program: Program;
  readonly globalPointer: number;
  /** Start of the thread-local template. */
  readonly threadStart: number;
  readonly table: OffsetTable;
  /** Symbols that were reported as undefined, with the number of places. */
  readonly missing: Map<Target, number>;
}

/** Relocations of an `auipc`, which lower parts refer to by its label. */
const upperParts = new Set<number>([
  R_RISCV.PCREL_HI20,
  R_RISCV.GOT_HI20,
  R_RISCV.TLS_GOT_HI20,
  R_RISCV.TLS_GD_HI20,
]);

/** Data relocations: width in bytes, and how the value meets what stands there. */
const arithmetic: Readonly<
  Record<number, readonly ["set" | "add" | "sub", bytes: number, bits: number]>
> = {
  [R_RISCV.SET6]: ["set", 1, 6],
  [R_RISCV.SET8]: ["set", 1, 8],
  [R_RISCV.SET16]: ["set", 2, 16],
  [R_RISCV.SET32]: ["set", 4, 32],
  [R_RISCV.ADD8]: ["add", 1, 8],
  [R_RISCV.ADD16]: ["add", 2, 16],
  [R_RISCV.ADD32]: ["add", 4, 32],
  [R_RISCV.ADD64]: ["add", 8, 64],
  [R_RISCV.SUB6]: ["sub", 1, 6],
  [R_RISCV.SUB8]: ["sub", 1, 8],
  [R_RISCV.SUB16]: ["sub", 2, 16],
  [R_RISCV.SUB32]: ["sub", 4, 32],
  [R_RISCV.SUB64]: ["sub", 8, 64],
};

/** Bits of the signed distance that a jump covers. */
const jumps: Readonly<Record<number, number>> = {
  [R_RISCV.BRANCH]: 13,
  [R_RISCV.JAL]: 21,
  [R_RISCV.RVC_BRANCH]: 9,
  [R_RISCV.RVC_JUMP]: 12,
};

const distances = Uint8Array.from({ length: 256 }, (_, type) => jumps[type] ?? 0);

/** Half of what a signed field of so many bits holds. */
const reaches = Float64Array.from({ length: 33 }, (_, bits) => 2 ** (bits - 1));

const widths = Uint8Array.from({ length: 256 }, (_, type) => widthOf(type));

/** Bytes that a relocation needs at its place, at least. */
function widthOf(type: number): number {
  if (type === R_RISCV.CALL || type === R_RISCV.CALL_PLT || type === R_RISCV["64"]) return 8;
  if (type === R_RISCV.RVC_BRANCH || type === R_RISCV.RVC_JUMP || type === R_RISCV.RVC_LUI)
    return 2;
  if (type === R_RISCV.SET_ULEB128 || type === R_RISCV.SUB_ULEB128) return 1;
  return arithmetic[type]?.[1] ?? 4;
}

function fitsSigned(value: number, bits: number): boolean {
  const reach = reaches[bits] as number;
  return value >= -reach && value < reach;
}

/** The place in a merged section that a section symbol and an addend mean. */
function mergedTarget(symbol: Target | undefined, addend: number): Label | undefined {
  const section = symbol?.section;
  if (symbol === undefined || !(section instanceof InputSection)) return undefined;
  if (section.merged === undefined || symbol.type !== STT.SECTION) return undefined;
  const place = mergedPlace(section.merged, symbol.value + addend);
  return place === undefined ? undefined : new Label(place.section, place.offset);
}

/** Relocations that mean a place in a merged section, by its section symbol, get a symbol there. */
export function redirectMerged({ special, relocations: { symbols, addends } }: Program): void {
  for (const { row } of special) {
    const moved = mergedTarget(symbols[row], addends[row] as number);
    if (moved === undefined) continue;
    symbols[row] = moved;
    addends[row] = 0;
  }
}

/** 1 for the relocations that `#addNumber` knows. */
const numbers = new Uint8Array(256);
for (const type of [
  R_RISCV["32"], R_RISCV["64"], R_RISCV.SET6, R_RISCV.SET32, R_RISCV.ADD8, R_RISCV.ADD16,
  R_RISCV.ADD32, R_RISCV.SUB6, R_RISCV.SUB8, R_RISCV.SUB16, R_RISCV.SUB32,
]) numbers[type] = 1; // biome-ignore format: a table

/** Applies all relocations of a section to its bytes in the output. */
export function relocateSection(
  context: RelocateContext,
  section: InputSection,
  data: Uint8Array,
): void {
  const { firstRelocation, endRelocation, isStreamed } = section;
  if (firstRelocation === endRelocation && !isStreamed) return;
  const one = new SectionRelocator(context, section, data);
  if (isStreamed) one.applyStreamed();
  else one.applyRows();
}

/** A relocation as it is applied. */
interface Relocation {
  type: number;
  offset: number;
  symbol: Target | undefined;
  addend: number;
}

class SectionRelocator {
  readonly #context: RelocateContext;
  readonly #section: InputSection;
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  readonly #is32: boolean;
  /** The relocation that is being applied; one object serves them all. */
  readonly #now: Relocation = { type: 0, offset: 0, symbol: undefined, addend: 0 };

  constructor(context: RelocateContext, section: InputSection, data: Uint8Array) {
    this.#context = context;
    this.#section = section;
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#base = section.address;
    this.#is32 = context.program.bits === 32;
  }

  /** Applies those of the program's table. */
  applyRows(): void {
    const { firstRelocation, endRelocation } = this.#section;
    const { types, offsets, symbols, addends } = this.#context.program.relocations;
    for (let row = firstRelocation; row < endRelocation; row++) {
      const type = types[row] as number;
      if (type === R_RISCV.NONE || type === R_RISCV.ALIGN || type === R_RISCV.TPREL_ADD) continue;
      this.#apply(type, offsets[row] as number, symbols[row], addends[row] as number);
    }
  }

  /** Applies plain relocations (those of debug information) as they stand in the object. */
  applyStreamed(): void {
    const { file, origin } = this.#section;
    if (file === undefined) return;
    const { object } = file;
    const step = object.relocationWords;
    for (const { words, count } of origin.relocations) {
      for (let at = 0; at < count * step; at += step) {
        const type = object.relocationType(words, at);
        const index = object.relocationSymbol(words, at);
        const offset = object.relocationOffset(words, at);
        const addend = object.relocationAddend(words, at);
        const target = index === 0 ? undefined : file.addressOf(index);
        const isInside = offset + 8 <= this.#data.length;
        if (target !== undefined && isInside && this.#addNumber(type, offset, target + addend))
          continue;
        if (type === R_RISCV.NONE) continue;
        const symbol = index === 0 ? undefined : file.symbol(index);
        const moved = mergedTarget(symbol, addend);
        this.#apply(type, offset, moved ?? symbol, moved === undefined ? addend : 0);
      }
    }
  }

  /** The commonest relocations of data; whether this was one. */
  #addNumber(type: number, offset: number, value: number): boolean {
    const view = this.#view;
    switch (type) {
      case R_RISCV.ADD32:
        view.setInt32(offset, view.getInt32(offset, true) + value, true);
        return true;
      case R_RISCV.SUB32:
        view.setInt32(offset, view.getInt32(offset, true) - value, true);
        return true;
      case R_RISCV["32"]:
      case R_RISCV.SET32:
        view.setInt32(offset, value, true);
        return true;
      case R_RISCV["64"]:
        view.setInt32(offset, value, true);
        view.setInt32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
        return true;
      case R_RISCV.ADD16:
        view.setInt16(offset, view.getInt16(offset, true) + value, true);
        return true;
      case R_RISCV.SUB16:
        view.setInt16(offset, view.getInt16(offset, true) - value, true);
        return true;
      case R_RISCV.ADD8:
        view.setInt8(offset, view.getInt8(offset) + value);
        return true;
      case R_RISCV.SUB8:
        view.setInt8(offset, view.getInt8(offset) - value);
        return true;
      case R_RISCV.SET6:
        view.setInt8(offset, (view.getInt8(offset) & 0xc0) | (value & 0x3f));
        return true;
      case R_RISCV.SUB6: {
        const byte = view.getInt8(offset);
        view.setInt8(offset, (byte & 0xc0) | ((byte - value) & 0x3f));
        return true;
      }
      default:
        return false;
    }
  }

  #apply(type: number, offset: number, symbol: Target | undefined, addend: number): void {
    if (offset < 0 || offset + (widths[type] as number) > this.#data.length) {
      this.#report("bad-relocation", { relocation: relocationName(type), offset: String(offset) });
      return;
    }
    if (symbol !== undefined && !symbol.isDefined && symbol.kind !== "weak-undefined") {
      this.#reportMissing(symbol, offset);
      return;
    }
    const target = this.#targetOf(symbol, offset);
    if (target === undefined) {
      this.#clear(type, offset);
      return;
    }
    const isNumber = (numbers[type] as number) !== 0 && symbol?.exact === undefined;
    if (isNumber && offset + 8 <= this.#data.length) {
      this.#addNumber(type, offset, target + addend);
      return;
    }
    const now = this.#now;
    now.type = type;
    now.offset = offset;
    now.symbol = symbol;
    now.addend = addend;
    this.#applyTo(now, target + addend, symbol);
  }

  /** S. Undefined where its symbol is in a section that is left out, and the field is to be cleared. */
  #targetOf(symbol: Target | undefined, offset: number): number | undefined {
    if (symbol === undefined) return 0;
    const { section } = symbol;
    if (!(section instanceof InputSection) || !section.isDiscarded) return symbol.address;
    if (section.kept !== undefined && !section.kept.isDiscarded && !this.#section.has(SHF.ALLOC)) {
      return section.kept.address + symbol.value;
    }
    if (
      this.#section.has(SHF.ALLOC) &&
      !/^\.(eh_frame|gcc_except_table)/.test(this.#section.name)
    ) {
      const name = symbol.name === "" ? section.name : symbol.name;
      this.#report("discarded-symbol", { name, section: section.name, user: this.#where(offset) });
    }
    return undefined;
  }

  /** Empties the field of a relocation; a range of addresses must not look like the end of a list. */
  #clear(type: number, offset: number): void {
    const isPart = type === R_RISCV.SET6 || type === R_RISCV.SUB6;
    const size = arithmetic[type]?.[1] ?? (type === R_RISCV["64"] ? 8 : 4);
    const isPlain = isPart || arithmetic[type] !== undefined || (numbers[type] as number) !== 0;
    if (!isPlain) return;
    if (isPart) this.#write(offset, 1, (this.#data[offset] ?? 0) & 0xc0);
    else this.#write(offset, size, this.#section.name === ".debug_ranges" ? 1 : 0);
  }

  #write(offset: number, size: number, value: bigint | number): void {
    if (offset + size > this.#data.length) return;
    const wide = typeof value === "bigint" ? value : BigInt(value);
    if (size === 8) this.#view.setBigUint64(offset, BigInt.asUintN(64, wide), true);
    else if (size === 4) this.#view.setUint32(offset, Number(BigInt.asUintN(32, wide)), true);
    else if (size === 2) this.#view.setUint16(offset, Number(BigInt.asUintN(16, wide)), true);
    else this.#data[offset] = Number(BigInt.asUintN(8, wide));
  }

  #read(offset: number, size: number): bigint {
    let value = 0n;
    for (let index = size - 1; index >= 0; index--) {
      value = (value << 8n) | BigInt(this.#data[offset + index] ?? 0);
    }
    return value;
  }

  /** A value of 64 bits, exact also for an absolute symbol that no number holds. */
  #exact(symbol: Target | undefined, target: number, addend: number): bigint {
    return symbol?.exact === undefined ? BigInt(target) : symbol.exact + BigInt(addend);
  }

  #applyTo(relocation: Relocation, target: number, symbol: Target | undefined): void {
    const { type, offset, addend } = relocation;
    const place = this.#base + offset;
    const bits = distances[type] as number;
    if (bits !== 0) {
      // A jump to nothing, which the program must not reach, goes to itself where 0 is too far.
      const wanted = this.#wrap(target - place);
      const isTooFar = symbol?.kind === "weak-undefined" && !fitsSigned(wanted, bits);
      const distance = isTooFar ? 0 : wanted;
      this.#check(relocation, distance, bits, symbol);
      if ((distance & 1) !== 0) {
        this.#report("odd-target", { name: symbol?.name ?? "", user: this.#where(offset) });
      }
      patchImmediate(this.#data, offset, type, distance);
      return;
    }
    const numeric = arithmetic[type];
    if (numeric !== undefined) {
      const [operation, size, width] = numeric;
      const value = this.#exact(symbol, target, addend);
      const before = this.#read(offset, size);
      const changed =
        operation === "set" ? value : operation === "add" ? before + value : before - value;
      const mask = (1n << BigInt(width)) - 1n;
      this.#write(offset, size, (before & ~mask) | (changed & mask));
      return;
    }
    if (upperParts.has(type)) {
      this.#applyUpper(relocation, symbol);
      return;
    }
    switch (type) {
      case R_RISCV["32"]:
        this.#write(offset, 4, this.#exact(symbol, target, addend));
        return;
      case R_RISCV["64"]:
        this.#write(offset, 8, this.#exact(symbol, target, addend));
        return;
      case R_RISCV["32_PCREL"]:
      case R_RISCV.PLT32:
        this.#check(relocation, this.#wrap(target - place), 32, symbol);
        this.#write(offset, 4, target - place);
        return;
      case R_RISCV.GOT32_PCREL:
        if (symbol === undefined) return;
        this.#write(offset, 4, this.#context.table.addressOf(symbol, type) + addend - place);
        return;
      case R_RISCV.SET_ULEB128:
        this.#writeLeb128(offset, () => BigInt(target));
        return;
      case R_RISCV.SUB_ULEB128:
        this.#writeLeb128(offset, (before) => before - BigInt(target));
        return;
      case R_RISCV.TLS_DTPREL32:
        this.#write(offset, 4, target - this.#context.threadStart - 0x800);
        return;
      case R_RISCV.TLS_DTPREL64:
        this.#write(offset, 8, target - this.#context.threadStart - 0x800);
        return;
      case R_RISCV.CALL:
      case R_RISCV.CALL_PLT:
        this.#applyCall(relocation, target - place, symbol);
        return;
      case R_RISCV.HI20:
        if (!this.#is32) this.#check(relocation, target, 32, symbol, 0x800);
        patchImmediate(this.#data, offset, type, target + 0x800);
        return;
      case R_RISCV.RVC_LUI:
        this.#applyCompressedUpper(relocation, target, symbol);
        return;
      case R_RISCV.LO12_I:
      case R_RISCV.LO12_S:
        patchImmediate(this.#data, offset, type, target);
        return;
      case R_RISCV.GPREL_I:
      case R_RISCV.GPREL_S:
        this.#applyNear(relocation, target, symbol);
        return;
      case R_RISCV.TPREL_HI20:
      case R_RISCV.TPREL_LO12_I:
      case R_RISCV.TPREL_LO12_S:
        patchImmediate(
          this.#data,
          offset,
          type,
          target - this.#context.threadStart + (type === R_RISCV.TPREL_HI20 ? 0x800 : 0),
        );
        return;
      case R_RISCV.TPREL_I:
      case R_RISCV.TPREL_S:
        this.#applyThreadNear(relocation, target - this.#context.threadStart);
        return;
      case R_RISCV.PCREL_LO12_I:
      case R_RISCV.PCREL_LO12_S:
        this.#applyLower(relocation);
        return;
      default:
        this.#report("unsupported-relocation", { relocation: relocationName(type) });
    }
  }

  /** In RV32 distances wrap around the address space. */
  #wrap(distance: number): number {
    return this.#is32 ? distance | 0 : distance;
  }

  #applyCall(relocation: Relocation, distance: number, symbol: Target | undefined): void {
    const { offset } = relocation;
    let value = this.#wrap(distance);
    if (symbol?.kind === "weak-undefined") {
      const word = this.#view.getUint32(offset + 4, true);
      this.#view.setUint32(offset + 4, withBase(word, 0, false), true);
      value = 0;
    }
    if (!this.#is32) this.#check(relocation, value, 32, symbol, 0x800);
    patchImmediate(this.#data, offset, R_RISCV.HI20, value + 0x800);
    patchImmediate(this.#data, offset + 4, R_RISCV.LO12_I, value);
  }

  #applyCompressedUpper(relocation: Relocation, target: number, symbol: Target | undefined): void {
    const { offset, type } = relocation;
    const high = Math.floor((target + 0x800) / 0x1000) * 0x1000;
    if (high === 0) {
      this.#view.setUint16(offset, compressedZero(this.#view.getUint16(offset, true)), true);
      return;
    }
    this.#check(relocation, high, 18, symbol);
    patchImmediate(this.#data, offset, type, high);
  }

  /** A load or store relative to zero or gp. */
  #applyNear(relocation: Relocation, target: number, symbol: Target | undefined): void {
    const { type, offset } = relocation;
    const isAbsolute = fitsSigned(target, 12);
    const value = isAbsolute ? target : target - this.#context.globalPointer;
    this.#check(relocation, value, 12, symbol);
    const isStore = type === R_RISCV.GPREL_S;
    const word = this.#view.getUint32(offset, true);
    this.#view.setUint32(offset, withBase(word, isAbsolute ? 0 : 3, isStore), true);
    patchImmediate(this.#data, offset, type, value);
  }

  #applyThreadNear({ type, offset }: Relocation, value: number): void {
    const tp = 4;
    const word = this.#view.getUint32(offset, true);
    this.#view.setUint32(offset, withBase(word, tp, type === R_RISCV.TPREL_S), true);
    patchImmediate(this.#data, offset, type, value);
  }

  /** What an `auipc` and its lower part compute; `isAbsolute` when it became a `lui`. */
  #upperValue(
    section: InputSection,
    { type, symbol, offset, addend }: Relocation,
  ): { value: number; isAbsolute: boolean } {
    const place = section.address + offset;
    const own = symbol === undefined ? 0 : symbol.address;
    const isEntry = type !== R_RISCV.PCREL_HI20 && symbol !== undefined;
    const target = (isEntry ? this.#context.table.addressOf(symbol, type) : own) + addend;
    const distance = this.#wrap(target - place);
    // An address that is out of reach from here may be in reach from 0.
    if (!this.#is32 && !fitsSigned(distance + 0x800, 32) && fitsSigned(target + 0x800, 32)) {
      return { value: target, isAbsolute: true };
    }
    return { value: distance, isAbsolute: false };
  }

  #applyUpper(relocation: Relocation, symbol: Target | undefined): void {
    const { type, offset } = relocation;
    const { value, isAbsolute } = this.#upperValue(this.#section, relocation);
    if (isAbsolute) {
      this.#view.setUint32(offset, absoluteUpper(this.#view.getUint32(offset, true)), true);
    } else if (!this.#is32) this.#check(relocation, value, 32, symbol, 0x800);
    patchImmediate(this.#data, offset, type, value + 0x800);
  }

  #applyLower(relocation: Relocation): void {
    const { symbol, type, offset, addend } = relocation;
    const home = symbol?.section;
    const table = this.#context.program.relocations;
    const upper =
      home instanceof InputSection ? upperAt(home, symbol?.value ?? 0, table) : undefined;
    if (upper === undefined || !(home instanceof InputSection)) {
      this.#report("missing-pair", { user: this.#where(offset) });
      return;
    }
    const { value } = this.#upperValue(home, upper);
    patchImmediate(this.#data, offset, type, value + addend);
  }

  /** A ULEB128 number keeps its length. */
  #writeLeb128(at: number, change: (before: bigint) => bigint): void {
    const data = this.#data;
    let length = 0;
    let before = 0n;
    do {
      before |= BigInt((data[at + length] ?? 0) & 0x7f) << BigInt(7 * length);
    } while (((data[at + length++] ?? 0) & 0x80) !== 0);
    const bytes = encodeLeb128(change(before) & ((1n << BigInt(7 * length)) - 1n), false);
    for (let index = 0; index < length && at + index < data.length; index++) {
      data[at + index] = ((bytes[index] ?? 0) & 0x7f) | (index < length - 1 ? 0x80 : 0);
    }
  }

  /** Reports a value that does not fit; an upper part is rounded by half of a lower one. */
  #check(
    relocation: Relocation,
    value: number,
    bits: number,
    symbol: Target | undefined,
    rounding = 0,
  ): void {
    if (fitsSigned(value + rounding, bits)) return;
    const reach = 2 ** (bits - 1);
    const name = symbol === undefined || symbol.name === "" ? sectionName(symbol) : symbol.name;
    this.#report("relocation-overflow", {
      name,
      relocation: relocationName(relocation.type),
      value: String(value),
      reach: reach >= 2 ** 30 ? "2 GiB" : reach >= 1024 ? `${reach / 1024} KiB` : `${reach} bytes`,
      user: this.#where(relocation.offset),
    });
  }

  #reportMissing(symbol: Target, offset: number): void {
    const { missing, program } = this.#context;
    const before = missing.get(symbol) ?? 0;
    missing.set(symbol, before + 1);
    if (before > 0) return;
    const near =
      symbol.name.length > 64
        ? undefined
        : nearest(symbol.name, definedNames(program, this.#section));
    const suggestion = near === undefined ? "" : ` Did you mean \`${near}\`?`;
    const inside = this.#functionAt(offset);
    const user = inside === undefined ? "" : `, but used in \`${inside}\``;
    this.#report("undefined-symbol", { name: symbol.name, user, suggestion });
  }

  /** The function or object that a place is in. */
  #functionAt(offset: number): string | undefined {
    for (const symbol of this.#section.file?.namedLocals() ?? []) void symbol;
    return this.#section.symbols.find(
      ({ value, size, name }) => name !== "" && value <= offset && offset < value + size,
    )?.name;
  }

  /** Where a place is, as a clause. */
  #where(offset: number): string {
    const inside = this.#functionAt(offset);
    if (inside !== undefined) return `in \`${inside}\``;
    return `in ${this.#section.name} at offset 0x${offset.toString(16)}`;
  }

  #report(code: string, values: Record<string, string>): void {
    const { diagnostics } = this.#context.program;
    // A thousand complaints tell no more than the first hundred.
    if (diagnostics.length > 200) return;
    diagnostics.push(linkError(code, this.#section.file?.name ?? "linker", values));
  }
}

function sectionName(symbol: Target | undefined): string {
  return symbol?.section?.name ?? "the address";
}

function* definedNames(program: Program, section: InputSection): Iterable<string> {
  for (const [name, symbol] of program.globals) if (symbol.isDefined) yield name;
  for (const { name, isDefined } of section.file?.namedLocals() ?? []) if (isDefined) yield name;
}

/** The relocation of the upper part at an offset. */
function upperAt(
  { firstRelocation, endRelocation }: InputSection,
  offset: number,
  table: Relocations,
): Relocation | undefined {
  const { offsets, types, symbols, addends } = table;
  let row = table.firstFrom(offset, firstRelocation, endRelocation);
  for (; row < endRelocation && offsets[row] === offset; row++) {
    const type = types[row] as number;
    if (upperParts.has(type)) {
      return { type, offset, symbol: symbols[row], addend: addends[row] as number };
    }
  }
  return undefined;
}
