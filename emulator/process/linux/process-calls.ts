/** The Linux calls on the process itself: identity, limits, ending, randomness, waiting. */
import type { Steps } from "../console.ts";
import { mostDescriptors } from "../descriptors.ts";
import { fail } from "../errno.ts";
import type { Guest } from "../guest.ts";
import { pack } from "../memory-view.ts";
import { milliseconds } from "./file-calls.ts";
import { at, count, int, type LinuxCall, type LinuxState, processId, userId } from "./state.ts";

/** The stack's size in bytes, which programs ask for (RLIMIT_STACK). */
export const stackSize = 8n << 20n;

const unlimited = (1n << 64n) - 1n;
/** The limits that are not "unlimited", by resource (asm-generic/resource.h). */
const limits: Readonly<Record<number, bigint>> = {
  3: stackSize,
  4: 0n,
  7: BigInt(mostDescriptors),
};

/** What uname says: system, node, release, version, machine, domain. */
function systemName(guest: Guest): Uint8Array {
  const names = ["Linux", "hartbeat", "6.6.0", "#1", `riscv${guest.xlen}`, "(none)"];
  const bytes = new Uint8Array(6 * 65);
  const encoder = new TextEncoder();
  for (const [index, name] of names.entries()) bytes.set(encoder.encode(name), index * 65);
  return bytes;
}

/** struct sysinfo: 1 GiB of memory in units of one byte. */
function systemInformation(guest: Guest): Uint8Array {
  const uptime = (guest.host.now() - guest.started) / 1_000_000_000n;
  const total = 1 << 30;
  return pack(
    guest.memory.wordBytes,
    [
      ["word", uptime],
      ["word", 0],
      ["word", 0],
      ["word", 0],
      ["word", total],
      ["word", total / 2],
      ["word", 0],
      ["word", 0],
      ["word", 0],
      ["word", 0],
      ["u16", 1],
      ["u16", 0],
      ["word", 0],
      ["word", 0],
      ["u32", 1],
    ],
    guest.xlen === 64 ? 112 : 64,
  );
}

/** FUTEX_WAIT, alone: nobody else can wake it, so only the value and the timeout matter. */
function* futex(guest: Guest, args: readonly bigint[]): Steps<number> {
  const operation = int(args[1]) & 0x7f;
  if (operation === 1 || operation === 10) return 0; // FUTEX_WAKE, FUTEX_WAKE_BITSET
  if (operation !== 0 && operation !== 9) return fail("ENOSYS");
  const value = guest.memory.readNumber(at(args, 0), 4);
  if (value !== BigInt.asUintN(32, at(args, 2))) fail("EAGAIN");
  const timeout = milliseconds(guest, at(args, 3));
  if (timeout === undefined) guest.note("The program waits on a futex that nothing will wake.");
  while (timeout === undefined) yield { kind: "sleep", milliseconds: 1000 };
  yield { kind: "sleep", milliseconds: timeout };
  return fail("ETIMEDOUT");
}

function limit(guest: Guest, resource: number, address: bigint): number {
  if (resource < 0 || resource > 15) fail("EINVAL");
  const value = limits[resource] ?? unlimited;
  if (address !== 0n)
    guest.memory.write(
      address,
      pack(8, [
        ["u64", value],
        ["u64", value],
      ]),
    );
  return 0;
}

/** A call that always answers the same. */
const constant = (number: number, name: string, value: number, summary: string): LinuxCall => ({
  number,
  name,
  arguments: "",
  summary,
  handler: () => value,
});

/** A call that is refused in silence, as kernels without it do; C libraries have another way. */
const refused = (number: number, name: string, summary: string): LinuxCall => ({
  number,
  name,
  arguments: "",
  summary,
  handler: () => fail("ENOSYS"),
});

function exit(guest: Guest, _: LinuxState, args: readonly bigint[]): undefined {
  guest.exit(int(args[0]) & 255);
}

export const processCalls: readonly LinuxCall[] = [
  {
    number: 93,
    name: "exit",
    arguments: "status",
    summary: "Ends the thread, and so the process.",
    handler: exit,
  },
  {
    number: 94,
    name: "exit_group",
    arguments: "status",
    summary: "Ends the process.",
    handler: exit,
  },
  constant(96, "set_tid_address", processId, "Notes where to clear the thread id at the end."),
  {
    number: 98,
    name: "futex",
    arguments: "address, operation, value, timeout",
    summary: "Waits while a word has a value.",
    handler: (guest, _, args) => futex(guest, args),
  },
  {
    number: 422,
    name: "futex_time64",
    arguments: "address, operation, value, timeout",
    summary: "Waits while a word has a value (RV32).",
    handler: (guest, _, args) => futex(guest, args),
  },
  constant(99, "set_robust_list", 0, "Accepted; there is one thread."),
  {
    number: 123,
    name: "sched_getaffinity",
    arguments: "pid, size, mask",
    summary: "The processors to run on: one.",
    handler: (guest, _, args) => {
      const size = count(args[1]);
      if (size < guest.memory.wordBytes) fail("EINVAL");
      guest.memory.writeWord(at(args, 2), 1n);
      return guest.memory.wordBytes;
    },
  },
  constant(124, "sched_yield", 0, "Lets others run."),
  {
    number: 160,
    name: "uname",
    arguments: "buffer",
    summary: "Names the system.",
    handler: (guest, _, args) => {
      guest.memory.write(at(args, 0), systemName(guest));
      return 0;
    },
  },
  {
    number: 163,
    name: "getrlimit",
    arguments: "resource, limit",
    summary: "Reads a limit.",
    handler: (guest, _, args) => {
      const value = limits[int(args[0])] ?? unlimited;
      const members = [
        ["word", value],
        ["word", value],
      ] as const;
      guest.memory.write(at(args, 1), pack(guest.memory.wordBytes, members));
      return 0;
    },
  },
  {
    number: 167,
    name: "prctl",
    arguments: "option, value",
    summary: "Sets or gets the thread's name.",
    handler: (guest, state, args) => {
      const option = int(args[0]);
      if (option === 15) state.name = guest.memory.readString(at(args, 1)).slice(0, 15);
      else if (option === 16) {
        const name = new TextEncoder().encode(state.name).subarray(0, 15);
        guest.memory.write(at(args, 1), Uint8Array.from([...name, 0]));
      } else fail("EINVAL");
      return 0;
    },
  },
  constant(172, "getpid", processId, "The process id."),
  constant(173, "getppid", 1, "The parent's process id."),
  constant(174, "getuid", userId, "The user id."),
  constant(175, "geteuid", userId, "The effective user id."),
  constant(176, "getgid", userId, "The group id."),
  constant(177, "getegid", userId, "The effective group id."),
  constant(178, "gettid", processId, "The thread id."),
  {
    number: 179,
    name: "sysinfo",
    arguments: "buffer",
    summary: "Uptime and memory.",
    handler: (guest, _, args) => {
      guest.memory.write(at(args, 0), systemInformation(guest));
      return 0;
    },
  },
  refused(198, "socket", "Not available: there is no network."),
  refused(258, "riscv_hwprobe", "Not available: C libraries then use AT_HWCAP."),
  {
    number: 259,
    name: "riscv_flush_icache",
    arguments: "start, end, flags",
    summary: "Makes stores to code visible; they always are.",
    handler: () => 0,
  },
  {
    number: 261,
    name: "prlimit64",
    arguments: "pid, resource, new, old",
    summary: "Reads a limit; setting one has no effect.",
    handler: (guest, _, args) => limit(guest, int(args[1]), at(args, 3)),
  },
  {
    number: 278,
    name: "getrandom",
    arguments: "buffer, count, flags",
    summary: "Random bytes.",
    handler: (guest, _, args) => {
      const bytes = guest.host.random(count(args[1]));
      guest.memory.write(at(args, 0), bytes);
      return bytes.length;
    },
  },
  refused(293, "rseq", "Not available: there is nothing that a thread could be moved between."),
];
