/**
 * The call stack. Call frame information leads from a frame to its caller where there is some.
 * Hand-written assembly has none: then the function's instructions up to the pc are read for what
 * they do to the stack pointer and where they store ra and the saved registers, and what results is
 * checked: a return address must follow a call. A stack that makes no sense ends with a frame that
 * says so. Handlers of signals and traps have what they interrupted as their caller, with a frame
 * between that is a mark.
 */
import type { FunctionScope } from "../elf/dwarf/info-reader.ts";
import { unwind } from "../elf/dwarf/unwind.ts";
import type { HartState, Machine } from "../emulator/machine.ts";
import { bytesToInteger, formatHex } from "./formats.ts";
import { registersOfSignal, returnCodeAt, trapHandledAt } from "./interruptions.ts";
import type { Program } from "./program.ts";
import { firstFloat, isKept, readPrologue } from "./prologue.ts";

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
  /** Whether a signal or a trap came here, so that all registers are known. */
  readonly wasInterrupted?: boolean | undefined;
  /** Of a frame that is no function's: what it stands for. */
  readonly mark?: string | undefined;
  /** The function, or the inlined copy of one, by debug information. */
  readonly scope: FunctionScope | undefined;
  /** Where an inlined function was called; undefined where the pc tells the line. */
  readonly callLine: SourceLine | undefined;
  /** The same activation, seen as that of one of the functions that run in it. */
  of(scope: FunctionScope): Frame;
  /** The caller of the function that this one is, or is inlined in; it may be a mark. */
  caller(): Frame | undefined;
  /** Where the function goes on when it is left: behind a mark, what was interrupted. */
  returnsTo(): Frame | undefined;
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
/** Frames beyond are not looked for. */
const depthLimit = 100_000;
/** Signals and traps that are looked through: each may lead to another stack. */
const mostInterruptions = 64;

/** The frames of one hart at one stop, found as they are asked for. */
export class CallStack {
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #frames: Frame[] = [];
  /** The last activation so far; those of inlined functions are in the same one. */
  #last: StackFrame;
  #isComplete = false;
  #interruptions = 0;
  readonly #trapLevels = new Set<number>();

  /** @param hidden how many inlined functions at the pc are taken as not yet entered */
  constructor(program: Program, machine: Machine, hart: HartState, hidden = 0) {
    this.#program = program;
    this.#machine = machine;
    this.#last = this.#topFrame(hart);
    this.#add(this.#last, hidden);
  }

  /** Adds an activation, as a frame for each function that is inlined there and one for itself. */
  #add(frame: StackFrame, hidden: number): void {
    const chain = frame.mark === undefined ? this.#program.inlinedAt(frame.at) : [];
    this.#last = frame;
    const start = Math.min(hidden, Math.max(0, chain.length - 1));
    for (let level = start; level < Math.max(1, chain.length); level++) {
      const inner = level === 0 ? undefined : chain[level - 1]!;
      const callLine: SourceLine | undefined = inner && {
        path: inner.callPath,
        line: inner.callLine,
        column: inner.callColumn,
      };
      this.#frames.push(frame.level(this.#frames.length, chain[level], callLine));
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

  #callerOf(frame: Frame): StackFrame | undefined {
    const trap = this.#interruptedByTrap(frame);
    if (trap !== undefined) return trap;
    const found = this.#byFrameInformation(frame) ?? this.#byInstructions(frame);
    if (found === undefined || found === "end") return undefined;
    if (found === "lost") {
      return this.#mark(frame, "damaged stack: where to return to is not mapped");
    }
    const { pc, registers, isGuess } = found;
    const stack = registers.get(sp)?.value;
    const before = frame.x(sp)?.value;
    if (stack === undefined || before === undefined) return undefined;
    const call = pc % 2n === 0n ? this.#callBefore(pc) : undefined;
    if (call === undefined) {
      // What the environment has behind a handler, or behind a program's main function.
      const code = returnCodeAt(pc, (address) => this.#decode(address));
      if (code === "signal") return this.#interruptedBySignal(frame, pc, stack);
      if (code === "exit" || pc === 0n) return undefined;
    }
    const hasMoved = stack > before || (stack === before && isOwn(frame));
    // Each caller is further up; only the innermost function may have no frame of its own.
    if (call === undefined || !hasMoved) {
      if (!found.isSaved) return undefined;
      const what = this.#hex(call === undefined ? pc : stack);
      return this.#mark(
        frame,
        call === undefined
          ? `damaged stack: ${what} is not where a call returns to`
          : `damaged stack: it leads back to ${what}`,
      );
    }
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

  /** The frame that stands for the end of a stack that makes no sense. */
  #mark({ hart, pc }: Frame, mark: string): StackFrame {
    const nothing = () => undefined;
    const own = { isInnermost: false, hart, pc, at: pc, isGuess: false, x: nothing, f: nothing };
    return this.#activation({ ...own, mark }, nothing);
  }

  /** The mark of an interruption, whose caller is what was interrupted. */
  #interruption(
    handler: Frame,
    mark: string,
    pc: bigint,
    sp_: bigint,
    interrupted: StackFrame,
  ): StackFrame {
    if (++this.#interruptions > mostInterruptions) return this.#mark(handler, "more interruptions");
    return this.#activation(
      {
        isInnermost: false,
        hart: handler.hart,
        pc,
        at: pc,
        isGuess: false,
        mark,
        x: (index) => (index === sp ? { value: sp_ } : undefined),
        f: () => undefined,
      },
      () => interrupted,
    );
  }

  #interruptedBySignal(handler: Frame, code: bigint, stack: bigint): StackFrame | undefined {
    const { xlen, flen } = this.#machine;
    const read = (address: bigint, length: number) => this.#read(address, length);
    const saved = registersOfSignal(stack, xlen === 64 ? 8 : 4, flen > 0, read);
    if (saved === undefined)
      return this.#mark(handler, "damaged stack: the signal's frame is gone");
    const load = (number: number) => {
      const address = saved.addresses.get(number);
      return address === undefined ? undefined : this.#load(address, number >= firstFloat);
    };
    const interrupted = this.#activation({
      isInnermost: false,
      wasInterrupted: true,
      hart: handler.hart,
      pc: saved.pc,
      at: saved.pc,
      isGuess: false,
      x: (index) => (index === 0 ? { value: 0n } : load(index)),
      f: (index) => load(firstFloat + index),
    });
    return this.#interruption(handler, "signal", code, stack, interrupted);
  }

  /** What a trap interrupted, where a frame is that of the trap's handler. */
  #interruptedByTrap(frame: Frame): StackFrame | undefined {
    const start = this.#program.functionAt(frame.at)?.start;
    if (start === undefined) return undefined;
    const { xlen } = this.#machine;
    const trap = trapHandledAt(start, frame.hart, xlen, (address) => this.#decode(address));
    if (trap === undefined) return undefined;
    // Of a trap within a handler, the CSRs have lost what the one before was.
    if (this.#trapLevels.has(trap.vector)) return this.#mark(frame, "an earlier trap");
    const registers = this.#savedByHandler(frame, start);
    const stack = registers.get(sp)?.value;
    if (stack === undefined) return undefined;
    this.#trapLevels.add(trap.vector);
    const interrupted = this.#activation({
      isInnermost: false,
      wasInterrupted: true,
      hart: frame.hart,
      pc: trap.pc,
      at: trap.pc,
      isGuess: false,
      x: (index) => (index === 0 ? { value: 0n } : registers.get(index)),
      f: (index) => registers.get(firstFloat + index),
    });
    return this.#interruption(frame, `trap: ${trap.text}`, trap.pc, stack, interrupted);
  }

  /** All registers as they were where a trap came: its handler has saved what it has changed. */
  #savedByHandler(frame: Frame, start: bigint): Map<number, Recovered> {
    const registers = new Map<number, Recovered>();
    const unwound = this.#unwind(frame);
    const layout = readPrologue(
      start,
      isOwn(frame) ? frame.pc : frame.at,
      (address) => this.#decode(address),
      true,
    );
    const now = frame.x(sp)?.value;
    if (now === undefined) return registers;
    const entry = unwound?.frameAddress ?? this.#wrap(now + layout.depth);
    for (let index = 1; index < 64; index++) {
      const offset = layout.saved.get(index);
      const address =
        unwound?.saved.get(index) ??
        (offset === undefined ? undefined : this.#wrap(entry + offset));
      const here = index < firstFloat ? frame.x(index) : frame.f(index - firstFloat);
      const value = address === undefined ? here : this.#load(address, index >= firstFloat);
      if (value !== undefined) registers.set(index, value);
    }
    const { swapped } = layout;
    const stack = swapped === undefined ? entry : frame.hart.csr(swapped);
    if (stack !== undefined) registers.set(sp, { value: stack });
    return registers;
  }

  /** A frame with its caller and frame address, found when they are asked for. */
  #activation(
    own: Activation,
    callerOf: Links["callerOf"] = (frame) => this.#callerOf(frame),
  ): StackFrame {
    return new StackFrame(own, {
      callerOf,
      frameAddressOf: (frame) => this.#unwind(frame)?.frameAddress,
    });
  }

  #topFrame(hart: HartState): StackFrame {
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
      this.#program.framesAt(frame.at),
      this.#machine.xlen === 64 ? 8 : 4,
      {
        floatSize: this.#machine.flen >> 3,
        // In a function that calls none, ra is as it was too.
        isPreserved: (number) => isKept(number) || (number === ra && isOwn(frame)),
      },
    );
  }

  /**
   * The caller by DWARF; "end" where it says that there is none, "lost" where it would be in memory
   * that is not there; undefined where it says nothing.
   */
  #byFrameInformation(frame: Frame): Caller | "end" | "lost" | undefined {
    const here = (number: number) =>
      number < firstFloat ? frame.x(number) : frame.f(number - firstFloat);
    const unwound = this.#unwind(frame);
    if (unwound === undefined) return undefined;
    const { caller, saved } = unwound;
    if (caller === undefined) {
      const place = saved.get(ra);
      const isLost = place !== undefined && this.#load(place, false) === undefined;
      return isLost ? "lost" : "end";
    }
    const isSaved = saved.has(ra);
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
    return { pc: caller.pc, registers, isGuess: false, isSignal: !caller.isCaller, isSaved };
  }

  #byInstructions(frame: Frame): Caller | "lost" | undefined {
    const { pc, at } = frame;
    const start = this.#program.functionAt(at)?.start;
    const end = isOwn(frame) ? pc : at;
    const layout =
      start === undefined
        ? undefined
        : readPrologue(start, end, (address) => this.#decode(address), false);
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
    const isSaved = layout?.saved.has(ra) ?? false;
    if (isSaved && !registers.has(ra)) return "lost";
    const address = registers.get(ra) ?? (isOwn(frame) ? frame.x(ra) : undefined);
    registers.delete(ra);
    registers.set(sp, { value: entry });
    if (address === undefined) return undefined;
    if (!isSaved && start !== undefined && this.#isStale(address.value, start)) return undefined;
    return { pc: address.value, registers, isGuess: true, isSignal: false, isSaved };
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

  #hex(value: bigint): string {
    return formatHex(value, this.#machine.xlen);
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
type Activation = Pick<
  Frame,
  "isInnermost" | "wasInterrupted" | "hart" | "pc" | "at" | "isGuess" | "mark" | "x" | "f"
>;

/** How a frame leads to others. */
interface Links {
  readonly callerOf: (frame: StackFrame) => StackFrame | undefined;
  readonly frameAddressOf: (frame: Frame) => bigint | undefined;
}

/** An activation as a frame, for the function itself or for one that is inlined there. */
class StackFrame implements Frame {
  readonly index: number;
  readonly scope: FunctionScope | undefined;
  readonly callLine: SourceLine | undefined;
  readonly #own: Activation;
  readonly #links: Links;
  /** The frame of the function itself, which has found its caller once for all. */
  readonly #whole: StackFrame;
  #caller: StackFrame | undefined | "unknown" = "unknown";

  constructor(
    own: Activation,
    links: Links,
    index = 0,
    scope?: FunctionScope,
    callLine?: SourceLine,
    whole?: StackFrame,
  ) {
    this.#own = own;
    this.#links = links;
    this.index = index;
    this.scope = scope;
    this.callLine = callLine;
    this.#whole = whole ?? this;
  }

  /** The frame of a function at this activation. */
  level(
    index: number,
    scope: FunctionScope | undefined,
    callLine: SourceLine | undefined,
  ): StackFrame {
    return new StackFrame(this.#own, this.#links, index, scope, callLine, this);
  }

  of(scope: FunctionScope): StackFrame {
    return new StackFrame(this.#own, this.#links, this.index, scope, undefined, this.#whole);
  }

  get isInnermost(): boolean {
    return this.#own.isInnermost;
  }
  get wasInterrupted(): boolean | undefined {
    return this.#own.wasInterrupted;
  }
  get mark(): string | undefined {
    return this.#own.mark;
  }
  get hart(): HartState {
    return this.#own.hart;
  }
  get pc(): bigint {
    return this.#own.pc;
  }
  get at(): bigint {
    return this.#own.at;
  }
  get isGuess(): boolean {
    return this.#own.isGuess;
  }

  x(index: number): Recovered | undefined {
    return this.#own.x(index);
  }

  f(index: number): Recovered | undefined {
    return this.#own.f(index);
  }

  caller(): StackFrame | undefined {
    const whole = this.#whole;
    if (whole.#caller === "unknown") whole.#caller = this.#links.callerOf(whole);
    return whole.#caller;
  }

  returnsTo(): Frame | undefined {
    const frame = this.caller();
    return frame?.mark === undefined ? frame : frame.caller();
  }

  frameAddress(): bigint | undefined {
    return this.#links.frameAddressOf(this.#whole);
  }
}

interface Caller {
  readonly pc: bigint;
  /** By DWARF's numbers; without ra, which the call has changed. */
  readonly registers: ReadonlyMap<number, Recovered>;
  readonly isGuess: boolean;
  readonly isSignal: boolean;
  /** Whether the return address comes from memory, and so must be right. */
  readonly isSaved: boolean;
}

/** Whether ra is the function's own: no call has changed it since it was entered. */
const isOwn = ({ isInnermost, wasInterrupted }: Frame): boolean =>
  isInnermost || wasInterrupted === true;
