/** The Linux calls on signals. The only process there is to send one to is the caller. */
import { fail } from "../errno.ts";
import type { Guest } from "../guest.ts";
import { pack } from "../memory-view.ts";
import { at, int, type LinuxCall, processId, userId } from "./state.ts";

/** The number of signals (_NSIG), and the bytes of a signal set. */
const highest = 64;
const setSize = 8;
/** si_code of a signal that kill or tgkill sent. */
const sent = { kill: 0, tgkill: -6 } as const;

/** Sends a signal to the process itself; 0 only asks whether that could be done. */
function send(guest: Guest, target: number, number: number, code: number): number {
  if (![processId, 0, -1, -processId].includes(target)) fail("ESRCH");
  if (number < 0 || number > highest) fail("EINVAL");
  // The sender's pid and uid are where a fault has its address.
  const sender = (BigInt(userId) << 32n) | BigInt(processId);
  if (number > 0) guest.signals.send({ number, code, address: sender });
  return 0;
}

function setAction(guest: Guest, args: readonly bigint[]): number {
  const number = int(args[0]);
  const { memory } = guest;
  const word = BigInt(memory.wordBytes);
  if (number < 1 || number > highest || at(args, 3) !== BigInt(setSize)) fail("EINVAL");
  const before = guest.signals.action(number);
  const source = at(args, 1);
  const action =
    source === 0n
      ? undefined
      : {
          handler: memory.readWord(source),
          flags: memory.readWord(source + word),
          mask: memory.readNumber(source + 2n * word, setSize),
        };
  if (at(args, 2) !== 0n) {
    memory.write(
      at(args, 2),
      pack(memory.wordBytes, [
        ["word", before.handler],
        ["word", before.flags],
        ["u32", before.mask & 0xffffffffn],
        ["u32", before.mask >> 32n],
      ]),
    );
  }
  if (action !== undefined && !guest.signals.setAction(number, action)) fail("EINVAL");
  return 0;
}

/** How rt_sigprocmask combines the old mask with the given set. */
const maskOperations: Readonly<Record<number, (old: bigint, set: bigint) => bigint>> = {
  0: (old, set) => old | set,
  1: (old, set) => old & ~set,
  2: (_, set) => set,
};

function setMask(guest: Guest, args: readonly bigint[]): number {
  if (at(args, 3) !== BigInt(setSize)) fail("EINVAL");
  const { memory } = guest;
  const before = guest.signals.mask;
  const set = at(args, 1) === 0n ? undefined : memory.readNumber(at(args, 1), setSize);
  const operation = maskOperations[int(args[0])];
  if (set !== undefined && operation === undefined) fail("EINVAL");
  if (at(args, 2) !== 0n) memory.writeNumber(at(args, 2), setSize, before);
  if (set !== undefined && operation !== undefined) guest.signals.mask = operation(before, set);
  return 0;
}

function setStack(guest: Guest, args: readonly bigint[]): number {
  const { memory, hart, signals } = guest;
  const word = BigInt(memory.wordBytes);
  const before = signals.alternateStack;
  const isInUse = signals.isOnAlternateStack(hart.x(2));
  const source = at(args, 0);
  const stack =
    source === 0n
      ? undefined
      : {
          base: memory.readWord(source),
          flags: Number(memory.readNumber(source + word, 4)),
          size: memory.readWord(source + 2n * word),
        };
  if (at(args, 1) !== 0n) {
    const flags = isInUse ? 1 : before.flags;
    memory.write(
      at(args, 1),
      pack(memory.wordBytes, [
        ["word", before.base],
        ["u32", flags],
        ["word", before.size],
      ]),
    );
  }
  if (stack === undefined) return 0;
  if (isInUse) fail("EPERM");
  if ((stack.flags & 2) === 0 && stack.size < 2048n) fail("ENOMEM");
  signals.alternateStack = stack;
  return 0;
}

export const signalCalls: readonly LinuxCall[] = [
  {
    number: 129,
    name: "kill",
    arguments: "pid, signal",
    summary: "Sends a signal to the process.",
    handler: (guest, _, args) => send(guest, int(args[0]), int(args[1]), sent.kill),
  },
  {
    number: 130,
    name: "tkill",
    arguments: "tid, signal",
    summary: "Sends a signal to the thread.",
    handler: (guest, _, args) => send(guest, int(args[0]), int(args[1]), sent.tgkill),
  },
  {
    number: 131,
    name: "tgkill",
    arguments: "pid, tid, signal",
    summary: "Sends a signal to the thread.",
    handler: (guest, _, args) => send(guest, int(args[1]), int(args[2]), sent.tgkill),
  },
  {
    number: 132,
    name: "sigaltstack",
    arguments: "new, old",
    summary: "Sets the stack that handlers may use.",
    handler: (guest, _, args) => setStack(guest, args),
  },
  {
    number: 134,
    name: "rt_sigaction",
    arguments: "signal, new, old, size",
    summary: "Sets what a signal does.",
    handler: (guest, _, args) => setAction(guest, args),
  },
  {
    number: 135,
    name: "rt_sigprocmask",
    arguments: "how, new, old, size",
    summary: "Blocks and unblocks signals.",
    handler: (guest, _, args) => setMask(guest, args),
  },
  {
    number: 136,
    name: "rt_sigpending",
    arguments: "set, size",
    summary: "The signals that were sent and are blocked.",
    handler: (guest, _, args) => {
      guest.memory.writeNumber(at(args, 0), setSize, guest.signals.pending);
      return 0;
    },
  },
  {
    number: 139,
    name: "rt_sigreturn",
    arguments: "",
    summary: "Returns from a signal handler.",
    handler: (guest) => {
      guest.signals.return(guest.hart, guest.memory);
      return undefined;
    },
  },
];
