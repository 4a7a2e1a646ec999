/**
 * Call frame information: `.cfi_…` directives → `.eh_frame` and `.debug_frame`. A CIE a kind of
 * function, an FDE a function; distances between instructions are left to relaxation, and to the
 * linker where it may shorten code. DWARF 5, section 6.4; Linux Standard Base, "Exception Frames".
 */
import { R_RISCV, SHF } from "../elf/constants.ts";
import type { Assembler } from "./assembler.ts";
import { difference, type Expression, symbolValue } from "./expressions.ts";
import { encodeLeb128 } from "./leb128.ts";
import type { Token } from "./lexer.ts";
import type { Subsection } from "./sections.ts";
import type { AssemblySymbol, Mention } from "./symbols.ts";

interface Instruction {
  /** The place that the instruction holds from. */
  readonly at: AssemblySymbol;
  readonly bytes: readonly number[];
  /** Whether a CIE can have it. */
  readonly isShared: boolean;
  /** An address that follows the bytes. */
  readonly reference?: Reference;
  /** A label in the section where the instruction stands. */
  readonly label?: AssemblySymbol;
}

interface Reference {
  readonly encoding: number;
  readonly value: Expression;
}

interface Frame {
  /** The sections that it stands in. */
  readonly sections: ReadonlySet<string>;
  readonly start: AssemblySymbol;
  end: AssemblySymbol | undefined;
  readonly isSimple: boolean;
  readonly name: Mention;
  readonly instructions: Instruction[];
  returnColumn: number;
  isSignal: boolean;
  personality: Reference | undefined;
  lsda: Reference | undefined;
}

/** Collects frames while a file is read, and writes them at its end. */
export class FrameInformation {
  readonly #frames: Frame[] = [];
  #open: Frame | undefined;
  #sections: ReadonlySet<string> = new Set([".eh_frame"]);
  /** Offset of the frame from its register, for relative directives. */
  offset = 0;
  /** Offsets that `.cfi_remember_state` kept. */
  readonly remembered: number[] = [];

  /** `.cfi_sections`. */
  choose(assembler: Assembler, token: Token, list: string): void {
    const sections = new Set(list.split(/[\s,]+/).filter((name) => name !== ""));
    const isLate = sections.has(".eh_frame") && !this.#sections.has(".eh_frame");
    if (isLate && this.#frames.length > 0) {
      assembler.report("frame-sections", token.start, token.end);
    }
    this.#sections = sections;
  }

  /** `.cfi_startproc`. */
  start(assembler: Assembler, isSimple: boolean, token: Pick<Token, "start" | "end">): void {
    const { source } = assembler;
    const name = { source, start: token.start, end: token.end };
    if (this.#open !== undefined) {
      assembler.reportAt("frame-still-open", name);
      return;
    }
    this.offset = 0;
    this.remembered.length = 0;
    this.#open = {
      sections: this.#sections,
      start: assembler.here(),
      end: undefined,
      isSimple,
      name,
      instructions: [],
      returnColumn: 1,
      isSignal: false,
      personality: undefined,
      lsda: undefined,
    };
    this.#frames.push(this.#open);
  }

  /** `.cfi_endproc`. */
  end(assembler: Assembler, token: Pick<Token, "start" | "end" | "text">): void {
    const frame = this.#current(assembler, token);
    if (frame === undefined) return;
    frame.end = assembler.here();
    this.#open = undefined;
  }

  /** An instruction that holds from the current place. */
  add(
    assembler: Assembler,
    token: Token,
    encode: () => number[],
    isShared = true,
    more: Pick<Instruction, "reference" | "label"> = {},
  ): void {
    const frame = this.#current(assembler, token);
    if (frame === undefined) return;
    const at = this.#place(assembler, frame);
    frame.instructions.push({ at, bytes: encode(), isShared, ...more });
  }

  /** Whether a function is open. */
  get hasOpen(): boolean {
    return this.#open !== undefined;
  }

  /** An instruction of these bytes in the function that is open. */
  addBytes(assembler: Assembler, bytes: readonly number[], isShared: boolean): void {
    const frame = this.#open as Frame;
    frame.instructions.push({ at: this.#place(assembler, frame), bytes, isShared });
  }

  /** The current place. What holds from the same place shares its label. */
  #place(assembler: Assembler, frame: Frame): AssemblySymbol {
    const last = frame.instructions.at(-1)?.at ?? frame.start;
    const { current } = assembler.subsection;
    const isSame = last.fragment === current && last.offset === current.length;
    return isSame ? last : assembler.here();
  }

  /** Advances to the current place, as GNU as does for what is said of a whole function, too. */
  #advance(assembler: Assembler, frame: Frame): void {
    const at = this.#place(assembler, frame);
    const last = frame.instructions.at(-1)?.at ?? frame.start;
    if (at !== last) frame.instructions.push({ at, bytes: [], isShared: false });
  }

  /** `.cfi_return_column`. */
  setReturnColumn(assembler: Assembler, token: Token, index: number): void {
    const frame = this.#current(assembler, token);
    if (frame === undefined) return;
    frame.returnColumn = index;
    this.#advance(assembler, frame);
  }

  /** `.cfi_signal_frame`. */
  markSignal(assembler: Assembler, token: Token): void {
    const frame = this.#current(assembler, token);
    if (frame === undefined) return;
    frame.isSignal = true;
    this.#advance(assembler, frame);
  }

  /** `.cfi_personality` and `.cfi_lsda`. */
  reference(
    assembler: Assembler,
    token: Token,
    field: "personality" | "lsda",
    encoding: number,
    value: Expression,
  ): void {
    const frame = this.#current(assembler, token);
    if (frame !== undefined) frame[field] = { encoding, value };
  }

  /** Writes the sections. */
  finish(assembler: Assembler): void {
    if (this.#open !== undefined) {
      assembler.reportAt("frame-open", this.#open.name);
      this.#open = undefined;
    }
    const frames = this.#frames.filter(({ end }) => end !== undefined);
    // As in GNU as, .eh_frame has all functions if it has one.
    if (frames.some(({ sections }) => sections.has(".eh_frame"))) {
      writeFrames(assembler, frames, true);
    }
    const forDebuggers = frames.filter(({ sections }) => sections.has(".debug_frame"));
    writeFrames(assembler, forDebuggers, false);
  }

  /** Whether a function is open; reports it where none is. */
  isOpen(assembler: Assembler, token: Token): boolean {
    return this.#current(assembler, token) !== undefined;
  }

  #current(assembler: Assembler, token: Pick<Token, "start" | "end" | "text">): Frame | undefined {
    if (this.#open === undefined) {
      assembler.report("frame-not-open", token.start, token.end, { name: token.text });
    }
    return this.#open;
  }
}

const DW_EH_PE_pcrel_sdata4 = 0x1b;

/** The instructions at the start that all functions of a CIE share: none but the first rule. */
const initial = [0x0d, 2];

class Writer {
  readonly assembler: Assembler;
  readonly subsection: Subsection;
  readonly isEh: boolean;
  readonly #mention: Mention;

  constructor(assembler: Assembler, isEh: boolean) {
    this.assembler = assembler;
    this.isEh = isEh;
    const section = assembler.impliedSection(isEh ? ".eh_frame" : ".debug_frame");
    section.flags = isEh ? SHF.ALLOC : 0n;
    section.alignment = assembler.xlen / 8;
    this.subsection = section.subsection(0);
    this.#mention = { source: assembler.unit.source, start: 0, end: 0 };
  }

  label(): AssemblySymbol {
    const { current } = this.subsection;
    return this.assembler.symbols.place(current, current.length);
  }

  value(value: Expression, size: number, type?: number): void {
    const { current, section } = this.subsection;
    section.fixups.push({
      fragment: current,
      offset: current.length,
      size,
      value,
      type,
      relax: false,
      mention: this.#mention,
    });
    this.subsection.appendZeros(size);
  }

  advance(from: AssemblySymbol, to: AssemblySymbol): void {
    const gap = to.offset - from.offset;
    if (from.fragment === to.fragment) {
      if (gap > 0) this.subsection.appendBytes(advanceBytes(gap));
      return;
    }
    this.subsection.close({ kind: "advance", from, to });
  }

  /** A length field, the content, and padding to the word size. */
  entry(write: () => void, alignment: number): AssemblySymbol {
    const start = this.assembler.symbols.place(
      this.subsection.current,
      this.subsection.current.length,
    );
    const end = this.assembler.symbols.place(this.subsection.current, 0);
    const body = this.assembler.symbols.place(
      this.subsection.current,
      this.subsection.current.length + 4,
    );
    this.value(difference(end, body), 4);
    write();
    this.subsection.close({
      kind: "align",
      alignment,
      fill: { value: 0n, width: 1 },
      maximum: alignment,
      hasCompressed: false,
    });
    end.fragment = this.subsection.current;
    end.offset = 0;
    return start;
  }
}

/** DW_CFA_advance_loc over a gap. */
export function advanceBytes(gap: number): number[] {
  if (gap < 0x40) return [0x40 | gap];
  if (gap < 0x100) return [2, gap];
  if (gap < 0x10000) return [3, gap & 255, gap >> 8];
  return [4, gap & 255, (gap >> 8) & 255, (gap >> 16) & 255, gap >>> 24];
}

function writeFrames(assembler: Assembler, frames: readonly Frame[], isEh: boolean): void {
  if (frames.length === 0) return;
  const writer = new Writer(assembler, isEh);
  const heads = new Map<string, Head[]>();
  for (const frame of frames) {
    const key = headKey(frame, isEh);
    const possible = heads.get(key) ?? [];
    let head = possible.findLast(({ instructions }) => beginsWith(frame, instructions));
    if (head === undefined) {
      head = { label: writeHead(writer, frame), instructions: openingOf(frame) };
      heads.set(key, [...possible, head]);
    }
    const isLast = frame === frames.at(-1);
    writeFrame(writer, frame, head, isLast);
  }
}

/** A CIE that is written. */
interface Head {
  readonly label: AssemblySymbol;
  readonly instructions: readonly string[];
}

/** Functions with the same key may share a CIE. */
function headKey(frame: Frame, isEh: boolean): string {
  const { returnColumn, isSignal, personality, lsda } = frame;
  if (!isEh) return `${returnColumn}|${isSignal}`;
  let routine = "";
  if (personality !== undefined) {
    const { value, encoding } = personality;
    const name = value.op === "symbol" ? value.symbol.name : JSON.stringify(value.op);
    routine = `${encoding} ${name}`;
  }
  return [returnColumn, isSignal, routine, lsda?.encoding ?? ""].join("|");
}

/** Restoring all rules, and turning register windows: GNU as compares no CIE that has them. */
const incomparable: ReadonlySet<number> = new Set([0x0b, 0x2d]);

/** The bytes of a function's first instructions, an item each. */
const openingOf = (frame: Frame): string[] => [
  ...(frame.isSimple ? [] : [String(initial)]),
  ...sharedInstructions(frame).map(({ bytes }) => String(bytes)),
];

/** Whether a function can have a CIE with these instructions: it begins with all of them. */
function beginsWith(frame: Frame, instructions: readonly string[]): boolean {
  const own = openingOf(frame);
  return instructions.every((bytes, index) => {
    return own[index] === bytes && !incomparable.has(Number.parseInt(bytes, 10));
  });
}

/** The instructions before the first one that needs an advance; GNU as puts them into the CIE. */
function sharedInstructions({ start, instructions }: Frame): Instruction[] {
  const end = instructions.findIndex(
    ({ at, isShared }) => !isShared || at.fragment !== start.fragment || at.offset !== start.offset,
  );
  return end < 0 ? instructions : instructions.slice(0, end);
}

function writeHead(writer: Writer, frame: Frame): AssemblySymbol {
  const { isEh, subsection } = writer;
  const { personality, lsda, isSignal, isSimple, returnColumn } = frame;
  return writer.entry(
    () => {
      subsection.append(isEh ? 0 : 0xffffffff, 4);
      subsection.append(3, 1);
      const ofEh = isEh ? `z${personality ? "P" : ""}${lsda ? "L" : ""}R` : "";
      const letters = `${ofEh}${isSignal ? "S" : ""}\0`;
      subsection.appendBytes(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
      subsection.append(1, 1);
      subsection.appendBytes(encodeLeb128(-4n, true));
      subsection.appendBytes(encodeLeb128(BigInt(returnColumn), false));
      if (isEh) {
        const size = personality ? encodedSize(writer, personality.encoding) : 0;
        subsection.append(1 + (personality ? 1 + size : 0) + (lsda ? 1 : 0), 1);
        if (personality) {
          subsection.append(personality.encoding, 1);
          writeEncoded(writer, personality);
        }
        if (lsda) subsection.append(lsda.encoding, 1);
        subsection.append(DW_EH_PE_pcrel_sdata4, 1);
      }
      if (!isSimple) subsection.appendBytes(initial);
      for (const { bytes } of sharedInstructions(frame)) subsection.appendBytes(bytes);
    },
    isEh ? 4 : writer.assembler.xlen / 8,
  );
}

function encodedSize({ assembler }: Writer, encoding: number): number {
  const kind = encoding & 7;
  return kind === 2 ? 2 : kind === 3 ? 4 : kind === 4 ? 8 : assembler.xlen / 8;
}

function writeEncoded(writer: Writer, { encoding, value }: Reference): void {
  const size = encodedSize(writer, encoding);
  const isRelative = (encoding & 0x70) === 0x10;
  writer.value(value, size, isRelative && size === 4 ? R_RISCV["32_PCREL"] : undefined);
}

function writeFrame(writer: Writer, frame: Frame, head: Head, isLast: boolean): void {
  const { isEh, subsection, assembler } = writer;
  const { start, end, lsda, instructions, isSimple } = frame;
  if (end === undefined) return;
  const word = assembler.xlen / 8;
  writer.entry(
    () => {
      if (isEh) writer.value(difference(writer.label(), head.label), 4);
      else writer.value(symbolValue(head.label), 4);
      if (isEh) {
        writer.value(symbolValue(start), 4, R_RISCV["32_PCREL"]);
        writer.value(difference(end, start), 4);
        subsection.appendBytes(
          encodeLeb128(BigInt(lsda ? encodedSize(writer, lsda.encoding) : 0), false),
        );
        if (lsda) writeEncoded(writer, lsda);
      } else {
        writer.value(symbolValue(start), word);
        writer.value(difference(end, start), word);
      }
      let from = start;
      const common = head.instructions.length;
      if (common === 0 && !isSimple) subsection.appendBytes(initial);
      const rest = instructions.slice(Math.max(0, common - (isSimple ? 0 : 1)));
      for (const { at, bytes, reference, label } of rest) {
        writer.advance(from, at);
        if (label !== undefined) {
          assembler.symbols.moveLast(label);
          label.fragment = subsection.current;
          label.offset = subsection.current.length;
        }
        subsection.appendBytes(bytes);
        if (reference !== undefined) writeEncoded(writer, reference);
        from = at;
      }
    },
    isLast || !isEh ? word : 4,
  );
}
