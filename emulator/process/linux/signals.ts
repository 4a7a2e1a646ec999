/**
 * Signals of one process with one thread: dispositions, mask, pending set, and delivery onto the
 * guest's stack. The frame is the kernel's for RISC-V (arch/riscv/kernel/signal.c and
 * uapi/asm/ucontext.h, sigcontext.h):
 *
 *     sp →  siginfo       128 bytes
 *           ucontext      uc_flags, uc_link (a long each), uc_stack (sp, flags, size)
 *                         uc_sigmask, padded to 128 bytes
 *           mcontext      pc, x1 … x31 (a long each), aligned to 16
 *                         f0 … f31 (8 bytes each), fcsr, padded to 528 bytes
 */
import type { Hart } from "../../hart.ts";
import type { Trap } from "../../machine.ts";
import { SystemCallError } from "../errno.ts";
import { type MemoryView, pack } from "../memory-view.ts";
import type { Stateful } from "../saved-state.ts";

/** What happens when a signal has no handler. */
export type DefaultAction = "terminate" | "ignore";

/** The signals of Linux on RISC-V with their default actions (signal(7)). */
export const signals = [
  { number: 1, name: "SIGHUP", action: "terminate" },
  { number: 2, name: "SIGINT", action: "terminate" },
  { number: 3, name: "SIGQUIT", action: "terminate" },
  { number: 4, name: "SIGILL", action: "terminate" },
  { number: 5, name: "SIGTRAP", action: "terminate" },
  { number: 6, name: "SIGABRT", action: "terminate" },
  { number: 7, name: "SIGBUS", action: "terminate" },
  { number: 8, name: "SIGFPE", action: "terminate" },
  { number: 9, name: "SIGKILL", action: "terminate" },
  { number: 10, name: "SIGUSR1", action: "terminate" },
  { number: 11, name: "SIGSEGV", action: "terminate" },
  { number: 12, name: "SIGUSR2", action: "terminate" },
  { number: 13, name: "SIGPIPE", action: "terminate" },
  { number: 14, name: "SIGALRM", action: "terminate" },
  { number: 15, name: "SIGTERM", action: "terminate" },
  { number: 16, name: "SIGSTKFLT", action: "terminate" },
  { number: 17, name: "SIGCHLD", action: "ignore" },
  { number: 18, name: "SIGCONT", action: "ignore" },
  // With nobody to continue it, a stopped process would never end: stopping does nothing.
  { number: 19, name: "SIGSTOP", action: "ignore" },
  { number: 20, name: "SIGTSTP", action: "ignore" },
  { number: 21, name: "SIGTTIN", action: "ignore" },
  { number: 22, name: "SIGTTOU", action: "ignore" },
  { number: 23, name: "SIGURG", action: "ignore" },
  { number: 24, name: "SIGXCPU", action: "terminate" },
  { number: 25, name: "SIGXFSZ", action: "terminate" },
  { number: 26, name: "SIGVTALRM", action: "terminate" },
  { number: 27, name: "SIGPROF", action: "terminate" },
  { number: 28, name: "SIGWINCH", action: "ignore" },
  { number: 29, name: "SIGIO", action: "terminate" },
  { number: 30, name: "SIGPWR", action: "terminate" },
  { number: 31, name: "SIGSYS", action: "terminate" },
] as const satisfies readonly { number: number; name: string; action: DefaultAction }[];

/** The name of a signal; real-time signals are SIGRTMIN and up. */
export function signalName(number: number): string {
  return signals.find((signal) => signal.number === number)?.name ?? `SIGRTMIN+${number - 34}`;
}

const byName = (name: string) => signals.find((signal) => signal.name === name)?.number as number;
export const SIGTRAP = byName("SIGTRAP");
export const SIGPIPE = byName("SIGPIPE");
export const SIGSEGV = byName("SIGSEGV");
const SIGKILL = byName("SIGKILL");
const SIGSTOP = byName("SIGSTOP");

/**
 * What an exception means to a process: its signal and si_code (sigaction(2)). 1 and 2 of SIGSEGV
 * are "not mapped" and "no permission"; ILL_ILLOPC, BUS_ADRALN and TRAP_BRKPT are 1.
 */
const trapSignals: Readonly<Record<number, { signal: string; code: number }>> = {
  0: { signal: "SIGBUS", code: 1 },
  1: { signal: "SIGSEGV", code: 2 },
  2: { signal: "SIGILL", code: 1 },
  3: { signal: "SIGTRAP", code: 1 },
  4: { signal: "SIGBUS", code: 1 },
  5: { signal: "SIGSEGV", code: 2 },
  6: { signal: "SIGBUS", code: 1 },
  7: { signal: "SIGSEGV", code: 2 },
  12: { signal: "SIGSEGV", code: 1 },
  13: { signal: "SIGSEGV", code: 1 },
  15: { signal: "SIGSEGV", code: 1 },
};

/** What a process wants done with a signal (struct sigaction). */
export interface SignalAction {
  /** 0 the default, 1 ignore, else the address of the handler. */
  readonly handler: bigint;
  readonly flags: bigint;
  readonly mask: bigint;
}

/** Flags of sigaction. */
const Flag = { SIGINFO: 4n, ONSTACK: 0x08000000n, NODEFER: 0x40000000n, RESETHAND: 0x80000000n };
/** An alternate signal stack's flags: in use, and off. */
const OnStack = { ON: 1, DISABLE: 2 } as const;

/** What a handler is told about its signal. */
export interface SignalInformation {
  readonly number: number;
  /** si_code: who or what sent it. */
  readonly code: number;
  /** si_addr of a fault. */
  readonly address: bigint;
  /** Whether an exception of the hart raised it. */
  readonly isTrap?: boolean;
}

/** A signal that ends the process. */
export interface FatalSignal {
  readonly number: number;
  /** Whether an exception of the hart raised it. */
  readonly isTrap: boolean;
}

/** The stack that sigaltstack sets for handlers. */
export interface AlternateStack {
  readonly base: bigint;
  readonly size: bigint;
  readonly flags: number;
}

const defaultAction: SignalAction = { handler: 0n, flags: 0n, mask: 0n };
const informationSize = 128;
const maskSize = 128;
const floatSize = 528;
const bit = (number: number): bigint => 1n << BigInt(number - 1);
const unblockable = bit(SIGKILL) | bit(SIGSTOP);

interface SignalState {
  readonly actions: Map<number, SignalAction>;
  readonly pending: SignalInformation[];
  mask: bigint;
  alternateStack: AlternateStack;
}

/** The signals of a process: what it does with each, which are blocked, which are pending. */
export class Signals implements Stateful<SignalState> {
  state: SignalState = {
    actions: new Map(),
    pending: [],
    mask: 0n,
    alternateStack: { base: 0n, size: 0n, flags: OnStack.DISABLE },
  };

  get alternateStack(): AlternateStack {
    return this.state.alternateStack;
  }

  set alternateStack(stack: AlternateStack) {
    this.state.alternateStack = stack;
  }

  /** Blocked signals: bit n − 1 stands for signal n. */
  get mask(): bigint {
    return this.state.mask;
  }

  set mask(value: bigint) {
    this.state.mask = BigInt.asUintN(64, value) & ~unblockable;
  }

  /** The set of signals that were sent and are blocked. */
  get pending(): bigint {
    return this.state.pending.reduce((set, { number }) => set | bit(number), 0n);
  }

  action(number: number): SignalAction {
    return this.state.actions.get(number) ?? defaultAction;
  }

  /** False for the signals whose action cannot be changed. */
  setAction(number: number, action: SignalAction): boolean {
    if (number === SIGKILL || number === SIGSTOP) return false;
    this.state.actions.set(number, { ...action, mask: action.mask & ~unblockable });
    return true;
  }

  /** Whether the program handles the signal itself. */
  isHandled(number: number): boolean {
    return this.action(number).handler > 1n && (this.state.mask & bit(number)) === 0n;
  }

  /** Marks a signal to be delivered; one that is already pending is not sent twice. */
  send(information: SignalInformation): void {
    const isKnown = this.state.pending.some(({ number }) => number === information.number);
    if (!isKnown) this.state.pending.push(information);
  }

  /**
   * Sends what an exception means. A blocked or ignored one kills, since it cannot wait.
   * @param isMapped whether the address of a page fault is mapped, without the right
   */
  sendTrap(trap: Trap, isMapped: boolean): void {
    const meaning = trapSignals[trap.cause] ?? { signal: "SIGILL", code: 1 };
    const { signal } = meaning;
    const code = signal === "SIGSEGV" && isMapped ? 2 : meaning.code;
    const number = byName(signal);
    if (!this.isHandled(number)) {
      this.state.actions.delete(number);
      this.state.mask &= ~bit(number);
    }
    const address = trap.cause === 2 || trap.cause === 3 ? trap.pc : trap.value;
    this.state.pending.unshift({ number, code, address, isTrap: true });
  }

  /**
   * Delivers the pending signals that are not blocked: enters their handlers, or returns the
   * signal that ends the process.
   * @param trampoline the address of the code that calls rt_sigreturn
   */
  deliver(hart: Hart, memory: MemoryView, trampoline: bigint): FatalSignal | undefined {
    for (;;) {
      const index = this.state.pending.findIndex(
        ({ number }) => (this.state.mask & bit(number)) === 0n,
      );
      const [information] = index < 0 ? [] : this.state.pending.splice(index, 1);
      if (information === undefined) return undefined;
      const { number, isTrap = false } = information;
      const action = this.action(number);
      if (action.handler === 1n) continue;
      if (action.handler === 0n) {
        const known = signals.find((signal) => signal.number === number);
        if (known?.action === "ignore") continue;
        return { number, isTrap };
      }
      if (!this.#enter(information, action, hart, memory, trampoline)) {
        return { number: SIGSEGV, isTrap: false };
      }
    }
  }

  /** Writes the frame and goes to the handler; false when the stack has no room. */
  #enter(
    information: SignalInformation,
    action: SignalAction,
    hart: Hart,
    memory: MemoryView,
    trampoline: bigint,
  ): boolean {
    const layout = frameLayout(memory.wordBytes);
    const base = this.#frameBase(action, hart.x(2)) - BigInt(layout.size);
    const frame = base & ~15n;
    try {
      memory.write(frame, this.#frame(information, hart, memory.wordBytes));
    } catch (error) {
      if (error instanceof SystemCallError) return false;
      throw error;
    }
    this.state.mask |= action.mask;
    if ((action.flags & Flag.NODEFER) === 0n) this.state.mask |= bit(information.number);
    if (action.flags & Flag.RESETHAND) this.state.actions.delete(information.number);
    hart.setX(1, trampoline);
    hart.setX(2, frame);
    hart.setX(10, BigInt(information.number));
    hart.setX(11, frame);
    hart.setX(12, frame + BigInt(informationSize));
    hart.pc = action.handler;
    hart.dropReservation();
    return true;
  }

  #frameBase(action: SignalAction, sp: bigint): bigint {
    const { base, size, flags } = this.alternateStack;
    const usesAlternate = (action.flags & Flag.ONSTACK) !== 0n && (flags & OnStack.DISABLE) === 0;
    return usesAlternate && !this.isOnAlternateStack(sp) ? base + size : sp;
  }

  isOnAlternateStack(sp: bigint): boolean {
    const { base, size, flags } = this.alternateStack;
    return (flags & OnStack.DISABLE) === 0 && sp > base && sp <= base + size;
  }

  #frame(information: SignalInformation, hart: Hart, wordBytes: 4 | 8): Uint8Array {
    const layout = frameLayout(wordBytes);
    const frame = new Uint8Array(layout.size);
    const { number, code, address } = information;
    // si_signo, si_errno, si_code, then a union that begins with a pointer.
    frame.set(
      pack(wordBytes, [
        ["u32", number],
        ["u32", 0],
        ["u32", code],
        ["word", address],
      ]),
      0,
    );
    const stack = this.alternateStack;
    const stackFlags = this.isOnAlternateStack(hart.x(2)) ? OnStack.ON : stack.flags;
    frame.set(
      pack(wordBytes, [
        ["word", 0],
        ["word", 0],
        ["word", stack.base],
        ["u32", stackFlags],
        ["word", stack.size],
      ]),
      informationSize,
    );
    frame.set(pack(wordBytes, [["u64", this.state.mask]]), layout.mask);
    const registers = Array.from(
      { length: 31 },
      (_, index) => ["word", hart.x(index + 1)] as const,
    );
    frame.set(pack(wordBytes, [["word", hart.pc], ...registers]), layout.registers);
    if (hart.flen > 0) {
      const floats = Array.from({ length: 32 }, (_, index) => ["u64", hart.f(index)] as const);
      frame.set(pack(8, [...floats, ["u32", (hart.rounding << 5) | hart.flags]]), layout.floats);
    }
    return frame;
  }

  /** rt_sigreturn: takes the state back from the frame at sp. */
  return(hart: Hart, memory: MemoryView): void {
    const { wordBytes } = memory;
    const layout = frameLayout(wordBytes);
    const frame = memory.read(hart.x(2), layout.size);
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const word = (offset: number) =>
      wordBytes === 4 ? BigInt(view.getUint32(offset, true)) : view.getBigUint64(offset, true);
    this.mask = view.getBigUint64(layout.mask, true);
    hart.pc = word(layout.registers) & ~1n;
    for (let index = 1; index < 32; index++) {
      hart.setX(index, word(layout.registers + index * wordBytes));
    }
    if (hart.flen === 0) return;
    for (let index = 0; index < 32; index++) {
      hart.setF(index, view.getBigUint64(layout.floats + index * 8, true));
    }
    const control = view.getUint32(layout.floats + 256, true);
    hart.flags = control & 31;
    hart.rounding = (control >> 5) & 7;
  }
}

/**
 * Where things are in the frame of a signal, in bytes from the handler's sp at its entry: the mask,
 * pc and x1 to x31 as words, f0 to f31 in 8 bytes each.
 */
export function frameLayout(wordBytes: 4 | 8) {
  // uc_flags, uc_link and uc_stack take five words.
  const mask = informationSize + 5 * wordBytes;
  const registers = Math.ceil((mask + maskSize) / 16) * 16;
  const floats = Math.ceil((registers + 32 * wordBytes) / 16) * 16;
  return { mask, registers, floats, size: floats + floatSize };
}
