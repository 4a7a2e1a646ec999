/**
 * The Linux system calls: number in a7, arguments in a0 to a5, result or negated error number in
 * a0 (riscv calling convention of the kernel, syscall(2)). The table is that of 64-bit RISC-V with
 * the calls that RV32 has in their place, and the few legacy numbers that bare-metal C libraries
 * still use.
 */
import { natural, record, text } from "../../history/codec.ts";
import type { Steps } from "../console.ts";
import { errorNumbers, SystemCallError } from "../errno.ts";
import { type Continuation, type Environment, type Guest, indexCalls, settle } from "../guest.ts";
import { fileCalls } from "./file-calls.ts";
import { memoryCalls } from "./memory-calls.ts";
import { pathCalls } from "./path-calls.ts";
import { processCalls } from "./process-calls.ts";
import { signalCalls } from "./signal-calls.ts";
import { createLinuxState, type LinuxCall, type LinuxState } from "./state.ts";
import { timeCalls } from "./time-calls.ts";

/** All Linux calls that a process can make, by number. */
export const linuxCalls: readonly LinuxCall[] = [
  ...fileCalls,
  ...pathCalls,
  ...memoryCalls,
  ...timeCalls,
  ...processCalls,
  ...signalCalls,
].sort((a, b) => a.number - b.number);

const byNumber = indexCalls(linuxCalls);

/** Serves a process with the Linux calls. */
export class LinuxEnvironment implements Environment {
  state: LinuxState;
  readonly saved = record<LinuxState>({ umask: natural(0o7777), name: text });

  constructor() {
    this.state = createLinuxState();
  }

  *call(guest: Guest): Steps<Continuation> {
    const { hart } = guest;
    const number = Number(BigInt.asIntN(32, hart.x(17)));
    const call = byNumber.get(number);
    if (call === undefined) {
      guest.note(`The program asked for system call ${number}, which is not available (ENOSYS).`);
      hart.setX(10, BigInt(-errorNumbers.ENOSYS));
      return "next";
    }
    const args = [10, 11, 12, 13, 14, 15].map((index) => hart.x(index));
    try {
      const result = yield* settle(call.handler(guest, this.state, args));
      // Without a result the call has set the registers itself: rt_sigreturn and the exits.
      if (result === undefined) return call.name === "rt_sigreturn" ? "jumped" : "next";
      hart.setX(10, BigInt(result));
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      hart.setX(10, BigInt(-error.number));
    }
    return "next";
  }
}
