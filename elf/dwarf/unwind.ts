/**
 * From a frame to its caller's, by the rules of the call frame information. Registers have DWARF
 * numbers: 0 to 31 for x0 to x31, 32 to 63 for f0 to f31. RISC-V psABI, chapter "DWARF", and DWARF
 * 5, section 6.4.4, "Call Frame Calling Address".
 */
import { ElfError } from "../errors.ts";
import { evaluateExpression } from "./expression.ts";
import type { FrameAddressRule, FrameTable, RegisterRule } from "./frame-reader.ts";

/** A frame: where it executes and what its registers hold, as far as that is known. */
export interface Frame {
  /** Of the instruction to execute next, in a caller the return address. */
  pc: bigint;
  /**
   * Whether pc is a return address: then the call is before it, and the rules and the line are
   * those of pc - 1. False in the innermost frame and in one that a signal interrupted.
   */
  isCaller: boolean;
  /** The registers' values; a number that is missing is not known. */
  registers: ReadonlyMap<number, bigint>;
}

/** What unwinding a frame tells: its own canonical frame address, and its caller. */
export interface Unwound {
  /** The stack pointer in the caller before the call; tells activations of a function apart. */
  frameAddress: bigint;
  /** Undefined at the outermost frame. */
  caller: Frame | undefined;
  /** Where in memory the caller's registers are saved, by number; the others are in none. */
  saved: ReadonlyMap<number, bigint>;
}

/** What the program's calling convention says; what is left out is as for 64-bit floats. */
export interface Convention {
  /** Bytes of a saved f register. */
  floatSize?: number;
  /** Whether a register without a rule has the same value in the caller; else it is not known. */
  isPreserved?: (register: number) => boolean;
}

/** Reads an unsigned integer of 1, 2, 4 or 8 bytes; undefined where memory is not readable. */
export type ReadMemory = (address: bigint, size: number) => bigint | undefined;

const returnAddress = 1;
const stackPointer = 2;

/** The address whose rules, function and line apply to a frame: in a caller, that of the call. */
function lookupAddress({ pc, isCaller }: Frame): bigint {
  return isCaller && pc > 0n ? pc - 1n : pc;
}

/**
 * Unwinds one frame; undefined where no rules are known for its pc, or they need what is not known.
 * `addressSize` is 4 or 8 bytes. The outermost frame has no caller: the rule for the return address
 * is "undefined", or the address is 0.
 */
export function unwind(
  frame: Frame,
  readMemory: ReadMemory,
  frames: FrameTable,
  addressSize: 4 | 8,
  { floatSize = 8, isPreserved = () => true }: Convention = {},
): Unwound | undefined {
  const rules = frames.rulesAt(lookupAddress(frame));
  if (rules?.frameAddress === undefined) return undefined;
  const steps = new Steps(frame, readMemory, addressSize, floatSize);
  try {
    const frameAddress = steps.frameAddress(rules.frameAddress);
    if (frameAddress === undefined) return undefined;
    const registers = new Map<number, bigint>();
    const { saved } = steps;
    for (const [register, value] of frame.registers) {
      if (!rules.registers.has(register) && isPreserved(register)) registers.set(register, value);
    }
    registers.set(stackPointer, frameAddress);
    for (const [register, rule] of rules.registers) {
      const value = steps.register(register, rule, frameAddress);
      if (value !== undefined) registers.set(register, value);
    }
    const { returnAddressRegister, isSignalFrame } = rules.entry.common;
    const isOutermost = rules.registers.get(returnAddressRegister)?.kind === "undefined";
    const pc = registers.get(returnAddressRegister);
    if (isOutermost || pc === undefined || pc === 0n) {
      return { frameAddress, caller: undefined, saved };
    }
    return { frameAddress, caller: { pc, isCaller: !isSignalFrame, registers }, saved };
  } catch (error) {
    if (error instanceof ElfError) return undefined;
    throw error;
  }
}

/**
 * The caller of an innermost frame whose code has no frame information and has not touched stack
 * or return address, as hand-written leaf functions do: a guess, for want of better.
 */
function unwindLeaf(frame: Frame): Frame | undefined {
  const pc = frame.registers.get(returnAddress);
  if (frame.isCaller || pc === undefined || pc === 0n || pc === frame.pc) return undefined;
  return { pc, isCaller: true, registers: frame.registers };
}

/**
 * The frames from the innermost one out, at most `limit`. Stops where rules end, at a frame that
 * does not change anything, and where the stack turns back.
 */
export function unwindAll(
  innermost: Frame,
  readMemory: ReadMemory,
  frames: FrameTable,
  addressSize: 4 | 8,
  limit = 1000,
): { frame: Frame; frameAddress: bigint | undefined }[] {
  const found: { frame: Frame; frameAddress: bigint | undefined }[] = [];
  let frame: Frame | undefined = innermost;
  let least = 0n;
  while (frame !== undefined && found.length < limit) {
    const unwound = unwind(frame, readMemory, frames, addressSize);
    found.push({ frame, frameAddress: unwound?.frameAddress });
    if (unwound === undefined) {
      frame = found.length === 1 ? unwindLeaf(frame) : undefined;
      continue;
    }
    // Frames of one address are leaves without a stack frame; a chain of them is a loop.
    const isStuck = found.length > 2 && unwound.frameAddress <= least;
    if (unwound.frameAddress < least || isStuck) break;
    least = unwound.frameAddress;
    frame = unwound.caller;
  }
  return found;
}

/** Evaluates rules in a frame. */
class Steps {
  readonly #frame: Frame;
  readonly #readMemory: ReadMemory;
  readonly #addressSize: 4 | 8;
  readonly #floatSize: number;
  /** Where the registers were that have been loaded. */
  readonly saved = new Map<number, bigint>();

  constructor(frame: Frame, readMemory: ReadMemory, addressSize: 4 | 8, floatSize: number) {
    this.#floatSize = floatSize;
    this.#frame = frame;
    this.#readMemory = readMemory;
    this.#addressSize = addressSize;
  }

  frameAddress(rule: FrameAddressRule): bigint | undefined {
    if (rule.kind === "expression") return this.#evaluate(rule.expression);
    return this.#offset(this.#frame.registers.get(rule.register), rule.offset);
  }

  register(register: number, rule: RegisterRule, frameAddress: bigint): bigint | undefined {
    switch (rule.kind) {
      case "undefined":
        return undefined;
      case "same":
        return this.#frame.registers.get(register);
      case "offset":
        return this.#load(register, this.#offset(frameAddress, rule.offset));
      case "value-offset":
        return this.#offset(frameAddress, rule.offset);
      case "register":
        return this.#frame.registers.get(rule.register);
      case "expression":
        return this.#load(register, this.#evaluate(rule.expression, frameAddress));
      case "value-expression":
        return this.#evaluate(rule.expression, frameAddress);
    }
  }

  #offset(base: bigint | undefined, offset: number): bigint | undefined {
    if (base === undefined) return undefined;
    return BigInt.asUintN(8 * this.#addressSize, base + BigInt(offset));
  }

  /** A saved register: integer ones have the width of an address. */
  #load(register: number, address: bigint | undefined): bigint | undefined {
    if (address === undefined) return undefined;
    this.saved.set(register, address);
    return this.#readMemory(address, register < 32 ? this.#addressSize : this.#floatSize);
  }

  #evaluate(expression: Uint8Array, frameAddress?: bigint): bigint | undefined {
    return evaluateExpression(expression, {
      addressSize: this.#addressSize,
      register: (number) => this.#frame.registers.get(number),
      memory: this.#readMemory,
      frameAddress: () => frameAddress,
      ...(frameAddress === undefined ? {} : { initial: [frameAddress] }),
    });
  }
}
