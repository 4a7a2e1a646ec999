/**
 * The activation of a function that a data breakpoint on a local variable belongs to: it is told
 * by the function and the canonical frame address, and has ended when the stack shows that frames
 * further out are the innermost ones. Earlier activations at the same place are told apart by the
 * instruction count of the call.
 */
import type { CallStack, Frame } from "./frames.ts";
import type { Program } from "./program.ts";

/** One activation of a function. */
export interface Activation {
  /** Address of the function's first instruction. */
  readonly start: bigint;
  readonly frameAddress: bigint;
  /** Where the function returns to. */
  readonly returns: bigint;
}

/** Frames that are looked at to find out whether an activation is still there. */
const walkLimit = 1000;

/** The activation that a frame shows; undefined where its caller or its extent are not known. */
export function activationOf(program: Program, frame: Frame): Activation | undefined {
  const frameAddress = frame.frameAddress();
  const start = program.functionAt(frame.at)?.start;
  const returns = frame.caller()?.pc;
  if (frameAddress === undefined || start === undefined || returns === undefined) return undefined;
  return { start, frameAddress, returns };
}

/** Whether an address is in a frame's own part of the stack. */
export function isWithin(frame: Frame, { frameAddress }: Activation, address: bigint): boolean {
  const stack = frame.x(2)?.value;
  return stack !== undefined && address >= stack && address < frameAddress;
}

/** Whether an activation is on the stack; where the stack cannot be followed that far, it may be. */
export function isAlive(program: Program, stack: CallStack, activation: Activation): boolean {
  for (let index = 0; index < walkLimit; index++) {
    const frame = stack.frame(index);
    const frameAddress = frame?.frameAddress();
    if (frame === undefined || frameAddress === undefined) return true;
    if (frameAddress < activation.frameAddress) continue;
    if (frameAddress > activation.frameAddress) return false;
    // A function without a frame of its own has the address of its caller's.
    if (program.functionAt(frame.at)?.start === activation.start) return true;
  }
  return true;
}

/** Whether an activation is the innermost one. */
export function isInnermost(program: Program, stack: CallStack, activation: Activation): boolean {
  const frame = stack.frame(0);
  if (frame === undefined || frame.frameAddress() !== activation.frameAddress) return false;
  return program.functionAt(frame.at)?.start === activation.start;
}
