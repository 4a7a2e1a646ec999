/** What the Linux calls keep for a process beside what every environment has. */
import type { Call, Guest } from "../guest.ts";
import { largestTransfer } from "../memory-view.ts";

/** What the Linux calls of a process remember. */
export interface LinuxState {
  /** File mode bits that are not given to new files. */
  umask: number;
  /** The name that prctl sets. */
  name: string;
}

/** One Linux call; see `Call`. The result goes to a0; undefined leaves a0 as the handler set it. */
export type LinuxCall = Call<LinuxState>;

/** Ids of a process that is alone on its machine. */
export const processId = 1000;
export const userId = 1000;

/** The state of a process that has just started. */
export function createLinuxState(): LinuxState {
  return { umask: 0o022, name: "" };
}

/** An `int` argument. */
export function int(value: bigint | undefined): number {
  return Number(BigInt.asIntN(32, value ?? 0n));
}

/** A `size_t` argument, cut to what one call moves. */
export function count(value: bigint | undefined): number {
  return Number(value ?? 0n) > largestTransfer ? largestTransfer : Number(value ?? 0n);
}

/** An argument of XLEN bits as a signed number. */
export function signed(guest: Guest, value: bigint | undefined): bigint {
  return BigInt.asIntN(guest.xlen, value ?? 0n);
}

/** The argument at `index`, 0 where the call has none. */
export function at(args: readonly bigint[], index: number): bigint {
  return args[index] ?? 0n;
}
