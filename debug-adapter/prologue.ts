/**
 * What a function without call frame information has done to the stack when it has come to some
 * instruction, found by reading its instructions in a line: where sp and the frame pointer are,
 * seen from sp at the entry, and where registers are saved.
 */
import type { Decoded } from "../isa/decoder.ts";
import { effectsOf } from "../isa/effects.ts";
import { fRegisters, xRegisters } from "../isa/registers.ts";

const ra = 1;
const sp = 2;
const fp = 8;
/** DWARF's numbers: x0 to x31, then f0 to f31. */
export const firstFloat = 32;
/** Instructions of a function that are read. */
const scanLimit = 4096;
/** CSRs with which a trap handler gets a stack of its own. */
const scratch: ReadonlySet<number> = new Set([0x140, 0x340]);

/** Whether a register has its value again when a function returns, by DWARF's number. */
export const isKept = (index: number): boolean => {
  const register = index < firstFloat ? xRegisters[index]! : fRegisters[index - firstFloat]!;
  return register.saver === "callee" || register.saver === "none";
};

/** A function's frame at some instruction; offsets are from the sp at its entry. */
export interface Layout {
  /** How far sp is below. */
  readonly depth: bigint;
  /** Where registers are saved. */
  readonly saved: ReadonlyMap<number, bigint>;
  /** Where the frame pointer points, if there is one. */
  readonly frameOffset: bigint | undefined;
  /** The CSR that has got the sp of the entry in exchange, in a trap handler. */
  readonly swapped: number | undefined;
}

/** What the code of a function, from `start` to before `end`, does to the stack. */
export function readPrologue(
  start: bigint,
  end: bigint,
  decode: (address: bigint) => Decoded | undefined,
  savesAll: boolean,
): Layout {
  let now: Layout = { depth: 0n, saved: new Map(), frameOffset: undefined, swapped: undefined };
  let body = now;
  let count = 0;
  for (let at = start; at < end && count < scanLimit; count++) {
    const decoded = decode(at);
    if (decoded === undefined) break;
    const { control } = effectsOf(decoded);
    now = step(now, decoded, savesAll);
    if (now.depth >= body.depth && now.saved.size >= body.saved.size) body = now;
    // What stands behind a return is reached from before it, with the frame still there.
    if (control === "return" || control === "jump") now = body;
    at += BigInt(decoded.length);
  }
  return now;
}

/** The layout after one more instruction. */
function step(layout: Layout, decoded: Decoded, savesAll: boolean): Layout {
  const { readsX, writesX, readsF, writesF, memory, csr } = effectsOf(decoded);
  if (csr?.writes === true && scratch.has(csr.address) && writesX.includes(sp)) {
    return { ...layout, depth: 0n, swapped: csr.address };
  }
  if (memory?.base === sp && memory.kind === "store") {
    const stored = readsX.find((index) => index !== sp);
    const number = stored ?? firstFloat + (readsF[0] ?? 0);
    if (!(savesAll || number === ra || isKept(number)) || layout.saved.has(number)) return layout;
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
