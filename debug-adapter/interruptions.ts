/**
 * What was interrupted: a signal's handler returns to code that asks the system to go on where the
 * signal came, and has the registers of there in the signal's frame; a trap's handler stands where
 * the trap vector points (privileged manual, "Machine Trap-Vector Base-Address (mtvec) Register"),
 * and the exception program counter tells where the trap came.
 */

import type { HartState } from "../emulator/machine.ts";
import { frameLayout } from "../emulator/process/linux/signals.ts";
import type { Decoded } from "../isa/decoder.ts";
import { effectsOf } from "../isa/effects.ts";
import { causeName } from "./exceptions.ts";

/** Where a register of an interrupted frame is saved, by DWARF's number. */
export interface SavedRegisters {
  readonly pc: bigint;
  readonly addresses: ReadonlyMap<number, bigint>;
}

/** What code of the environment that a function returns to does. */
export type ReturnCode = "signal" | "exit";

/** The numbers of the calls in the return code of Linux: rt_sigreturn, exit and exit_group. */
const calls: Readonly<Record<number, ReturnCode>> = { 139: "signal", 93: "exit", 94: "exit" };

/** What `li a7, number` and `ecall` at an address do, where they stand there. */
export function returnCodeAt(
  address: bigint,
  decode: (address: bigint) => Decoded | undefined,
): ReturnCode | undefined {
  const first = decode(address);
  if (first === undefined) return undefined;
  const { writesX, result } = effectsOf(first);
  if (writesX[0] !== 17 || result === undefined || result.base !== undefined) return undefined;
  const second = decode(address + BigInt(first.length));
  const asks = second !== undefined && effectsOf(second).control === "trap";
  return asks ? calls[Number(result.offset)] : undefined;
}

/**
 * Where the registers are that a signal's frame holds.
 * @param frame the stack pointer at the handler's entry
 */
export function registersOfSignal(
  frame: bigint,
  wordBytes: 4 | 8,
  hasFloats: boolean,
  read: (address: bigint, length: number) => bigint | undefined,
): SavedRegisters | undefined {
  const layout = frameLayout(wordBytes);
  const at = frame + BigInt(layout.registers);
  const pc = read(at, wordBytes);
  if (pc === undefined) return undefined;
  const addresses = new Map<number, bigint>();
  for (let index = 1; index < 32; index++) addresses.set(index, at + BigInt(index * wordBytes));
  if (hasFloats) {
    const floats = frame + BigInt(layout.floats);
    for (let index = 0; index < 32; index++) addresses.set(32 + index, floats + BigInt(index * 8));
  }
  return { pc, addresses };
}

/** A trap whose handler has been entered. */
export interface TrapEntry {
  /** The CSR with the vector: the traps of a level. */
  readonly vector: number;
  /** Where it came. */
  readonly pc: bigint;
  /** What it was, in a few words. */
  readonly text: string;
}

/** Of machine and supervisor level: the vector, the exception pc and the cause. */
const levels = [
  { vector: 0x305, epc: 0x341, cause: 0x342 },
  { vector: 0x105, epc: 0x141, cause: 0x142 },
] as const;

/** Entries of a table of vectors that are looked at. */
const vectors = 64;

/** The trap whose handler begins at an address; undefined where none does. */
export function trapHandledAt(
  start: bigint,
  hart: HartState,
  xlen: 32 | 64,
  decode: (address: bigint) => Decoded | undefined,
): TrapEntry | undefined {
  for (const { vector, epc, cause } of levels) {
    const base = hart.csr(vector);
    const pc = hart.csr(epc);
    const code = hart.csr(cause);
    if (base === undefined || pc === undefined || code === undefined || base === 0n) continue;
    const table = base & ~3n;
    const isHandler =
      start === table || ((base & 3n) === 1n && isInTable(start, table, xlen, decode));
    if (!isHandler) continue;
    const isInterrupt = code >> BigInt(xlen - 1) === 1n;
    const number = Number(BigInt.asUintN(xlen - 1, code));
    return { vector, pc, text: isInterrupt ? `Interrupt ${number}` : causeName(number) };
  }
  return undefined;
}

function isInTable(
  start: bigint,
  table: bigint,
  xlen: 32 | 64,
  decode: (address: bigint) => Decoded | undefined,
): boolean {
  for (let index = 0; index < vectors; index++) {
    const at = table + BigInt(4 * index);
    const decoded = decode(at);
    if (decoded === undefined) return false;
    const { control, target } = effectsOf(decoded, at, xlen);
    if (control !== "jump") return false;
    if (target === start) return true;
  }
  return false;
}
