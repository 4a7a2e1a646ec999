/**
 * Writes `.eh_frame` and `.debug_frame` in relocatable form, from what `.cfi_*` directives say.
 * Distances between labels become relocations unless the caller knows that they are final, since
 * the linker may shrink code. DWARF 5, section 6.4; Linux Standard Base, "Exception Frames".
 */
import { SHF } from "../constants.ts";
import { unwritable } from "../errors.ts";
import type { ElfSymbol, Section } from "../model.ts";
import { DW_CFA, DW_EH_PE } from "./constants.ts";
import {
  type CodePlace,
  emptySection,
  localLabel,
  placeValue,
  SectionBuilder,
} from "./section-builder.ts";

/** What changes at a place; registers have DWARF numbers, offsets are in bytes. */
export type FrameOperation =
  | { kind: "def-cfa"; register: number; offset: number }
  | { kind: "def-cfa-register"; register: number }
  | { kind: "def-cfa-offset"; offset: number }
  /** The register is saved at the canonical frame address + offset. */
  | { kind: "offset"; register: number; offset: number }
  /** The register's value was the canonical frame address + offset. */
  | { kind: "value-offset"; register: number; offset: number }
  | { kind: "register"; register: number; other: number }
  | { kind: "restore"; register: number }
  | { kind: "undefined"; register: number }
  | { kind: "same-value"; register: number }
  | { kind: "remember-state" }
  | { kind: "restore-state" }
  /** Instructions as bytes (`.cfi_escape`). */
  | { kind: "escape"; bytes: readonly number[] };

/** An operation and where it takes effect. */
export type FrameInstruction = FrameOperation & { place: CodePlace };

/** A pointer of a C++ function to its handlers: an encoding of `DW_EH_PE` and the target. */
export interface FramePointer {
  encoding: number;
  place: CodePlace;
}

/** The frame information of one function. */
export interface FrameDescription {
  start: CodePlace;
  end: CodePlace;
  instructions: readonly FrameInstruction[];
  /** Without the rule that the frame address is sp on entry (`.cfi_startproc simple`). */
  isSimple?: boolean;
  isSignalFrame?: boolean;
  /** Register of the return address; ra when absent. */
  returnRegister?: number;
  personality?: FramePointer;
  lsda?: FramePointer;
}

/** How to write. */
export interface FrameOptions {
  class: 32 | 64;
  /** Whether a distance is final, so that it can be a number; never when absent. */
  isFinal?: (from: CodePlace, to: CodePlace) => boolean;
}

const stackPointer = 2;
const returnAddress = 1;
/** Offsets of saved registers are multiples of this, in both classes. */
const dataAlignment = -4;

/** `.eh_frame` for functions. The symbols are those that the relocations need. */
export function writeExceptionFrames(
  frames: readonly FrameDescription[],
  options: FrameOptions,
): { section: Section; symbols: ElfSymbol[] } {
  const alignment = options.class === 32 ? 4n : 8n;
  const section = emptySection(".eh_frame", { flags: SHF.ALLOC, alignment });
  return new FrameWriter(section, options, true).write(frames);
}

/** `.debug_frame` for functions. The symbols are those that the relocations need. */
export function writeDebugFrames(
  frames: readonly FrameDescription[],
  options: FrameOptions,
): { section: Section; symbols: ElfSymbol[] } {
  const alignment = options.class === 32 ? 4n : 8n;
  const section = emptySection(".debug_frame", { alignment });
  return new FrameWriter(section, options, false).write(frames);
}

class FrameWriter {
  readonly #out: SectionBuilder;
  readonly #isFinal: (from: CodePlace, to: CodePlace) => boolean;
  readonly #isExceptionFrame: boolean;
  readonly #addressSize: 4 | 8;
  /** Common entries so far, by what makes them differ. */
  readonly #common = new Map<string, number>();
  readonly #symbols: ElfSymbol[] = [];

  constructor(section: Section, options: FrameOptions, isExceptionFrame: boolean) {
    this.#addressSize = options.class === 32 ? 4 : 8;
    this.#out = new SectionBuilder(section, this.#addressSize);
    this.#isFinal = options.isFinal ?? (() => false);
    this.#isExceptionFrame = isExceptionFrame;
  }

  write(frames: readonly FrameDescription[]): { section: Section; symbols: ElfSymbol[] } {
    for (const [index, frame] of frames.entries()) {
      const common = this.#commonFor(frame);
      this.#writeFrame(frame, common, index === frames.length - 1);
    }
    return { section: this.#out.store(), symbols: this.#symbols };
  }

  /** The offset of the common entry that a function can use; written if there is none yet. */
  #commonFor(frame: FrameDescription): number {
    const { isSimple, isSignalFrame, returnRegister, personality, lsda } = frame;
    const key = JSON.stringify([
      isSimple ?? false,
      isSignalFrame ?? false,
      returnRegister ?? returnAddress,
      personality?.encoding,
      personality && [this.#symbolNumber(personality.place.symbol), `${personality.place.addend}`],
      lsda?.encoding,
    ]);
    let offset = this.#common.get(key);
    if (offset === undefined) {
      offset = this.#out.length;
      this.#common.set(key, offset);
      this.#writeCommon(frame);
    }
    return offset;
  }

  readonly #numbers = new Map<ElfSymbol, number>();

  #symbolNumber(symbol: ElfSymbol): number {
    const number = this.#numbers.get(symbol) ?? this.#numbers.size;
    this.#numbers.set(symbol, number);
    return number;
  }

  #writeCommon(frame: FrameDescription): void {
    const out = this.#out;
    const { isSimple, isSignalFrame, returnRegister = returnAddress, personality, lsda } = frame;
    const end = out.unitLength();
    out.u32(this.#isExceptionFrame ? 0 : 0xffffffff).u8(3);
    const letters = `${personality ? "P" : ""}${lsda ? "L" : ""}R${isSignalFrame ? "S" : ""}`;
    out.string(this.#isExceptionFrame ? `z${letters}` : "");
    out.uleb(1).sleb(dataAlignment).uleb(returnRegister);
    if (this.#isExceptionFrame) {
      const size = (personality ? 1 + this.#pointerSize(personality) : 0) + (lsda ? 1 : 0) + 1;
      out.uleb(size);
      if (personality) {
        out.u8(personality.encoding);
        this.#pointer(personality);
      }
      if (lsda) out.u8(lsda.encoding);
      out.u8(DW_EH_PE.pcrel | DW_EH_PE.sdata4);
    }
    if (!isSimple) out.u8(DW_CFA.def_cfa_register).uleb(stackPointer);
    out.align(this.#isExceptionFrame ? 4 : this.#addressSize, DW_CFA.nop);
    end();
  }

  #writeFrame(frame: FrameDescription, common: number, isLast: boolean): void {
    const out = this.#out;
    const { start, end: stop, instructions, lsda } = frame;
    const end = out.unitLength();
    if (this.#isExceptionFrame) {
      out.u32(out.length - common).relative(start);
      this.#size(4, start, stop);
      out.uleb(lsda ? this.#pointerSize(lsda) : 0);
      if (lsda) this.#pointer(lsda);
    } else {
      const label = localLabel(out.section, BigInt(common));
      this.#symbols.push(label);
      out.reference(label).address(start);
      this.#size(this.#addressSize, start, stop);
    }
    let at = start;
    for (const instruction of instructions) {
      this.#advance(at, instruction.place);
      at = instruction.place;
      this.#operation(instruction);
    }
    out.align(this.#isExceptionFrame && !isLast ? 4 : this.#addressSize, DW_CFA.nop);
    end();
  }

  #size(bytes: 4 | 8, from: CodePlace, to: CodePlace): void {
    if (this.#isFinal(from, to)) this.#out.integer(bytes, placeValue(to) - placeValue(from));
    else this.#out.difference(bytes, from, to);
  }

  #pointerSize({ encoding }: FramePointer): number {
    return (encoding & 0x0f) === DW_EH_PE.absptr ? this.#addressSize : 4;
  }

  #pointer({ encoding, place }: FramePointer): void {
    const isRelative = (encoding & 0x70) === DW_EH_PE.pcrel;
    const format = encoding & 0x0f;
    if (format === DW_EH_PE.absptr && !isRelative) this.#out.address(place);
    else if (format === DW_EH_PE.sdata4 && isRelative) this.#out.relative(place);
    else throw unwritable(`pointer encoding ${encoding} of frame information is not supported`);
  }

  /** The shortest advance that holds the distance; relaxation can only make that smaller. */
  #advance(from: CodePlace, to: CodePlace): void {
    const out = this.#out;
    const distance = Number(placeValue(to) - placeValue(from));
    if (distance === 0 && (from === to || this.#isFinal(from, to))) return;
    if (distance < 0) throw unwritable("frame instructions are not in the order of the code");
    const isFinal = this.#isFinal(from, to);
    if (distance < 0x40) {
      if (isFinal) out.u8(DW_CFA.advance_loc | distance);
      else out.distance(6, from, to, DW_CFA.advance_loc);
      return;
    }
    const [opcode, bits] =
      distance < 0x100
        ? ([DW_CFA.advance_loc1, 8] as const)
        : distance < 0x10000
          ? ([DW_CFA.advance_loc2, 16] as const)
          : ([DW_CFA.advance_loc4, 32] as const);
    out.u8(opcode);
    if (isFinal) out.integer(bits / 8, BigInt(distance));
    else out.distance(bits, from, to);
  }

  #operation(operation: FrameOperation): void {
    const out = this.#out;
    switch (operation.kind) {
      case "def-cfa": {
        const { register, offset } = operation;
        if (offset >= 0) out.u8(DW_CFA.def_cfa).uleb(register).uleb(offset);
        else out.u8(DW_CFA.def_cfa_sf).uleb(register).sleb(factored(offset));
        break;
      }
      case "def-cfa-register":
        out.u8(DW_CFA.def_cfa_register).uleb(operation.register);
        break;
      case "def-cfa-offset":
        if (operation.offset >= 0) out.u8(DW_CFA.def_cfa_offset).uleb(operation.offset);
        else out.u8(DW_CFA.def_cfa_offset_sf).sleb(factored(operation.offset));
        break;
      case "offset": {
        const { register } = operation;
        const offset = factored(operation.offset);
        if (offset < 0) out.u8(DW_CFA.offset_extended_sf).uleb(register).sleb(offset);
        else if (register < 0x40) out.u8(DW_CFA.offset | register).uleb(offset);
        else out.u8(DW_CFA.offset_extended).uleb(register).uleb(offset);
        break;
      }
      case "value-offset": {
        const offset = factored(operation.offset);
        if (offset < 0) out.u8(DW_CFA.val_offset_sf).uleb(operation.register).sleb(offset);
        else out.u8(DW_CFA.val_offset).uleb(operation.register).uleb(offset);
        break;
      }
      case "register":
        out.u8(DW_CFA.register).uleb(operation.register).uleb(operation.other);
        break;
      case "restore":
        if (operation.register < 0x40) out.u8(DW_CFA.restore | operation.register);
        else out.u8(DW_CFA.restore_extended).uleb(operation.register);
        break;
      case "undefined":
        out.u8(DW_CFA.undefined).uleb(operation.register);
        break;
      case "same-value":
        out.u8(DW_CFA.same_value).uleb(operation.register);
        break;
      case "remember-state":
        out.u8(DW_CFA.remember_state);
        break;
      case "restore-state":
        out.u8(DW_CFA.restore_state);
        break;
      case "escape":
        out.bytes(operation.bytes);
    }
  }
}

/** An offset in units of the data alignment. Throws `ElfError` when it is not a multiple. */
function factored(offset: number): number {
  const value = offset / dataAlignment;
  if (!Number.isInteger(value)) {
    throw unwritable(`the offset ${offset} of a saved register is not a multiple of 4`);
  }
  return value;
}
