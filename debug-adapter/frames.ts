/**
 * The call stack. Call frame information leads from a frame to its caller where there is some.
 * Hand-written assembly has none: then the function's instructions up to the pc are read for what
 * they do to the stack pointer and where they store ra and the saved registers, and what results is
 * checked: a return address must follow a call. A stack that makes no sense ends.
 */
import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import { unwind } from "../elf/dwarf/unwind.ts";
import type { HartState, Machine } from "../emulator/machine.ts";
import type { Decoded } from "../isa/decoder.ts";
import { effectsOf } from "../isa/effects.ts";
import { fRegisters, xRegisters } from "../isa/registers.ts";
import { bytesToInteger } from "./formats.ts";
import type { Program } from "./program.ts";

/** A register of a frame, and where it is saved if it is not in the hart any more. */
export interface Recovered {
  readonly value: bigint;
  readonly address?: bigint;
}

/** A line of a source. */
export interface SourceLine {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** One activation of a function, or of one that is inlined in it: then several share registers. */
export interface Frame {
  /** 0 for the innermost that is shown. */
  readonly index: number;
  /** Whether its registers are those of the hart, and none was saved since. */
  readonly isInnermost: boolean;
  /** The function, or the inlined copy of one, by debug information. */
  readonly scope: FunctionScope | undefined;
  /** Where an inlined function was called; undefined where the pc tells the line. */
  readonly callLine: SourceLine | undefined;
  /** The caller of the function that this one is, or is inlined in. */
  caller(): Frame | undefined;
  /** The canonical frame address, where call frame information tells it. */
  frameAddress(): bigint | undefined;
  readonly hart: HartState;
  readonly pc: bigint;
  /** An address in the instruction that the frame is at: a caller's pc may be behind its end. */
  readonly at: bigint;
  /** Whether it was found by reading instructions only, and no call confirms it. */
  readonly isGuess: boolean;
  /** Register x0 to x31; undefined where it is not known. */
  x(index: number): Recovered | undefined;
  /** Register f0 to f31 as raw bits. */
  f(index: number): Recovered | undefined;
}

const ra = 1;
const sp = 2;
const fp = 8;
/** DWARF's numbers: x0 to x31, then f0 to f31. */
const firstFloat = 32;
/** Frames beyond are not looked for. */
const depthLimit = 100_000;
/** Instructions of a function that are read. */
const scanLimit = 4096;

const isKept = (index: number): boolean => {
  const register = index < firstFloat ? xRegisters[index]! : fRegisters[index - firstFloat]!;
  return register.saver === "callee" || register.saver === "none";
};

/** The frames of one hart at one stop, found as they are asked for. */
export class CallStack {
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #frames: Frame[] = [];
  /** The last activation so far; those of inlined functions are in the same one. */
  #last: Frame;
  #isComplete = false;

  /** @param hidden how many inlined functions at the pc are taken as not yet entered */
  constructor(program: Program, machine: Machine, hart: HartState, hidden = 0) {
    this.#program = program;
    this.#machine = machine;
    this.#last = this.#topFrame(hart);
    this.#add(this.#last, hidden);
  }

  /** Adds an activation, as a frame for each function that is inlined there and one for itself. */
  #add(frame: Frame, hidden: number): void {
    const chain = this.#program.inlinedAt(frame.at);
    this.#last = frame;
    const start = Math.min(hidden, Math.max(0, chain.length - 1));
    for (let level = start; level < Math.max(1, chain.length); level++) {
      const inner = level === 0 ? undefined : chain[level - 1]!;
      const callLine: SourceLine | undefined = inner && {
        path: inner.callPath,
        line: inner.callLine,
        column: inner.callColumn,
      };
      this.#frames.push(
        Object.create(frame, {
          index: { value: this.#frames.length },
          scope: { value: chain[level] },
          callLine: { value: callLine },
        }) as Frame,
      );
    }
  }

  /** The frame, or undefined behind the end of the stack. */
  frame(index: number): Frame | undefined {
    while (this.#frames.length <= index && !this.#isComplete) {
      const next = this.#frames.length < depthLimit ? this.#last.caller() : undefined;
      if (next === undefined) this.#isComplete = true;
      else this.#add(next, 0);
    }
    return this.#frames[index];
  }

  /** How many frames there are, if that is known. */
  get total(): number | undefined {
    return this.#isComplete ? this.#frames.length : undefined;
  }

  #callerOf(frame: Frame): Frame | undefined {
    const found = this.#byFrameInformation(frame) ?? this.#byInstructions(frame);
    if (found === undefined || found === "end") return undefined;
    const { pc, registers, isGuess } = found;
    const stack = registers.get(sp)?.value;
    const before = frame.x(sp)?.value;
    // Each caller is further up; only the innermost function may have no frame of its own.
    if (stack === undefined || before === undefined || stack < before) return undefined;
    if (stack === before && !frame.isInnermost) return undefined;
    const call = pc % 2n === 0n ? this.#callBefore(pc) : undefined;
    if (call === undefined) return undefined;
    // A call that names this very function leaves no doubt.
    const isCertain = call.target === this.#program.functionAt(frame.at)?.start;
    return this.#activation({
      isInnermost: false,
      hart: frame.hart,
      pc,
      at: found.isSignal ? pc : pc - 1n,
      isGuess: isGuess && !isCertain,
      x: (index) => (index === 0 ? { value: 0n } : registers.get(index)),
      f: (index) => registers.get(firstFloat + index),
    });
  }

  /** A frame with its caller and frame address, found when they are asked for. */
  #activation(own: Activation): Frame {
    let caller: Frame | undefined | "unknown" = "unknown";
    return Object.defineProperties(own, {
      index: { value: 0 },
      scope: { value: undefined },
      callLine: { value: undefined },
      caller: {
        value: () => {
          if (caller === "unknown") caller = this.#callerOf(own as Frame);
          return caller;
        },
      },
      frameAddress: { value: () => this.#unwind(own as Frame)?.frameAddress },
    }) as Frame;
  }

  #topFrame(hart: HartState): Frame {
    return this.#activation({
      isInnermost: true,
      hart,
      // As it is now: a person may set it.
      get pc() {
        return hart.pc;
      },
      get at() {
        return hart.pc;
      },
      isGuess: false,
      x: (index) => ({ value: hart.x(index) }),
      f: (index) => ({ value: hart.f(index) }),
    });
  }

  #unwind(frame: Frame) {
    const values = new Map<number, bigint>();
    for (let number = 1; number < 64; number++) {
      const value = number < firstFloat ? frame.x(number) : frame.f(number - firstFloat);
      if (value !== undefined) values.set(number, value.value);
    }
    return unwind(
      { pc: frame.at, isCaller: false, registers: values },
      (address, size) => this.#read(address, size),
      this.#program.debug.frames,
      this.#machine.xlen === 64 ? 8 : 4,
      {
        floatSize: this.#machine.flen >> 3,
        // In a function that calls none, ra is as it was too.
        isPreserved: (number) => isKept(number) || (number === ra && frame.isInnermost),
      },
    );
  }

  /** The caller by DWARF; "end" where it says that there is none; undefined where it says nothing. */
  #byFrameInformation(frame: Frame): Caller | "end" | undefined {
    const here = (number: number) =>
      number < firstFloat ? frame.x(number) : frame.f(number - firstFloat);
    const unwound = this.#unwind(frame);
    if (unwound === undefined) return undefined;
    const { caller, saved } = unwound;
    if (caller === undefined) return "end";
    const registers = new Map<number, Recovered>();
    for (const [number, value] of caller.registers) {
      const address = saved.get(number);
      const before = here(number);
      const isSame = before?.value === value && !saved.has(number);
      registers.set(
        number,
        isSame ? before : address === undefined ? { value } : { value, address },
      );
    }
    if (caller.isCaller) registers.delete(ra);
    return { pc: caller.pc, registers, isGuess: false, isSignal: !caller.isCaller };
  }

  #byInstructions(frame: Frame): Caller | undefined {
    const { pc, at } = frame;
    const start = this.#program.functionAt(at)?.start;
    const layout = start === undefined ? undefined : this.#scan(start, frame.isInnermost ? pc : at);
    const stack = frame.x(sp)?.value;
    if (stack === undefined) return undefined;
    const base = layout?.frameOffset === undefined ? undefined : frame.x(fp);
    const entry =
      base === undefined
        ? this.#wrap(stack + (layout?.depth ?? 0n))
        : this.#wrap(base.value - layout!.frameOffset!);
    const registers = new Map<number, Recovered>();
    for (let index = 1; index < 64; index++) {
      const saved = layout?.saved.get(index);
      const recovered =
        saved !== undefined
          ? this.#load(this.#wrap(entry + saved), index >= firstFloat)
          : isKept(index)
            ? index < firstFloat
              ? frame.x(index)
              : frame.f(index - firstFloat)
            : undefined;
      if (recovered !== undefined) registers.set(index, recovered);
    }
    const address = registers.get(ra) ?? (frame.isInnermost ? frame.x(ra) : undefined);
    registers.delete(ra);
    registers.set(sp, { value: entry });
    if (address === undefined) return undefined;
    const isSaved = layout?.saved.has(ra) ?? false;
    if (!isSaved && start !== undefined && this.#isStale(address.value, start)) return undefined;
    return { pc: address.value, registers, isGuess: true, isSignal: false };
  }

  /**
   * Whether a ra that was not saved is left over from a call that this very function made, so that
   * it leads nowhere.
   */
  #isStale(address: bigint, start: bigint): boolean {
    if (this.#program.functionAt(address - 1n)?.start !== start) return false;
    const call = this.#callBefore(address);
    return call?.target !== start;
  }

  /** What the instructions from `start` to before `end` do to the stack, read in a line. */
  #scan(start: bigint, end: bigint): Layout {
    let now: Layout = { depth: 0n, saved: new Map(), frameOffset: undefined };
    let body = now;
    let count = 0;
    for (let at = start; at < end && count < scanLimit; count++) {
      const decoded = this.#decode(at);
      if (decoded === undefined) break;
      const { control } = effectsOf(decoded);
      now = step(now, decoded);
      if (now.depth >= body.depth && now.saved.size >= body.saved.size) body = now;
      // What stands behind a return is reached from before it, with the frame still there.
      if (control === "return" || control === "jump") now = body;
      at += BigInt(decoded.length);
    }
    return now;
  }

  #decode(address: bigint) {
    return this.#program.decodeBytes(this.#machine.readMemory(this.#last.hart, address, 4));
  }

  #load(address: bigint, isFloat: boolean): Recovered | undefined {
    const length = (isFloat ? this.#machine.flen : this.#machine.xlen) >> 3;
    const value = this.#read(address, length);
    return value === undefined ? undefined : { value, address };
  }

  #read(address: bigint, length: number): bigint | undefined {
    const bytes = this.#machine.readMemory(this.#last.hart, address, length);
    return length === 0 || bytes.length < length ? undefined : bytesToInteger(bytes);
  }

  #wrap(value: bigint): bigint {
    return BigInt.asUintN(this.#machine.xlen, value);
  }

  /** The call that ends at an address, with its target where the instructions say it. */
  #callBefore(address: bigint): { target: bigint | undefined } | undefined {
    const read = (at: bigint, length: number) =>
      this.#machine.readMemory(this.#last.hart, at, length);
    for (const length of [4, 2]) {
      const call = this.#program.callAt(this.#wrap(address - BigInt(length)), read);
      if (call?.length === length) return call;
    }
    return undefined;
  }
}

/** What a frame has before it is known where it is in the stack. */
type Activation = Pick<Frame, "isInnermost" | "hart" | "pc" | "at" | "isGuess" | "x" | "f">;

interface Caller {
  readonly pc: bigint;
  /** By DWARF's numbers; without ra, which the call has changed. */
  readonly registers: ReadonlyMap<number, Recovered>;
  readonly isGuess: boolean;
  readonly isSignal: boolean;
}

/** A function's frame at some instruction; offsets are from the sp at its entry. */
interface Layout {
  /** How far sp is below. */
  readonly depth: bigint;
  /** Where registers are saved. */
  readonly saved: ReadonlyMap<number, bigint>;
  /** Where the frame pointer points, if there is one. */
  readonly frameOffset: bigint | undefined;
}

/** The layout after one more instruction. */
function step(layout: Layout, decoded: Decoded): Layout {
  const { readsX, writesX, readsF, writesF, memory } = effectsOf(decoded);
  if (memory?.base === sp && memory.kind === "store") {
    const stored = readsX.find((index) => index !== sp);
    const number = stored ?? firstFloat + (readsF[0] ?? 0);
    if (!(number === ra || isKept(number)) || layout.saved.has(number)) return layout;
    return { ...layout, saved: new Map(layout.saved).set(number, memory.offset - layout.depth) };
  }
  if (memory?.base === sp && memory.kind === "load") {
    const number = writesX[0] ?? firstFloat + (writesF[0] ?? 0);
    const saved = new Map(layout.saved);
    saved.delete(number);
    return { ...layout, saved, frameOffset: number === fp ? undefined : layout.frameOffset };
  }
  const { imm } = decoded.values;
  const isFromStack = readsX.length === 1 && readsX[0] === sp && memory === undefined;
  if (!isFromStack || (imm === undefined && !writesX.includes(fp))) return layout;
  const offset = BigInt(imm ?? 0);
  if (writesX.includes(sp)) return { ...layout, depth: layout.depth - offset };
  if (writesX.includes(fp)) return { ...layout, frameOffset: offset - layout.depth };
  return layout;
}
