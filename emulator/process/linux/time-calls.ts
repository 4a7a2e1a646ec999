/**
 * The Linux calls on time. Real time is the host's; the processor's time is that of a hart that
 * retires one instruction a nanosecond, so it depends on the program alone.
 */
import type { Steps } from "../console.ts";
import { fail } from "../errno.ts";
import type { Guest } from "../guest.ts";
import { pack } from "../memory-view.ts";
import { milliseconds } from "./file-calls.ts";
import { at, int, type LinuxCall } from "./state.ts";

/** Time since the epoch or the start, in nanoseconds, by clock (uapi/linux/time.h). */
const clocks: Readonly<Record<number, (guest: Guest) => bigint>> = {
  0: (guest) => guest.host.now(), // CLOCK_REALTIME
  1: (guest) => guest.host.now() - guest.started, // CLOCK_MONOTONIC
  2: (guest) => guest.hart.instret, // CLOCK_PROCESS_CPUTIME_ID
  3: (guest) => guest.hart.instret, // CLOCK_THREAD_CPUTIME_ID
  4: (guest) => guest.host.now() - guest.started, // CLOCK_MONOTONIC_RAW
  5: (guest) => guest.host.now(), // CLOCK_REALTIME_COARSE
  6: (guest) => guest.host.now() - guest.started, // CLOCK_MONOTONIC_COARSE
  7: (guest) => guest.host.now() - guest.started, // CLOCK_BOOTTIME
  11: (guest) => guest.host.now(), // CLOCK_TAI
};

const billion = 1_000_000_000n;

function read(guest: Guest, clock: bigint | undefined): bigint {
  return (clocks[int(clock)] ?? fail("EINVAL"))(guest);
}

/** Writes a pair of 64-bit seconds and nanoseconds. */
function putTime(guest: Guest, address: bigint, nanoseconds: bigint): void {
  const time = [
    ["u64", nanoseconds / billion],
    ["u64", nanoseconds % billion],
  ] as const;
  guest.memory.write(address, pack(8, time));
}

function getTime(guest: Guest, _: unknown, args: readonly bigint[]): number {
  putTime(guest, at(args, 1), read(guest, args[0]));
  return 0;
}

function getResolution(guest: Guest, _: unknown, args: readonly bigint[]): number {
  read(guest, args[0]);
  if (at(args, 1) !== 0n) putTime(guest, at(args, 1), 1n);
  return 0;
}

/** Sleeps for the time at `address`, or until it where it is absolute. */
function* sleep(guest: Guest, address: bigint, clock = 1n, isAbsolute = false): Steps<number> {
  const asked = milliseconds(guest, address) ?? fail("EFAULT");
  const passed = isAbsolute ? Number(read(guest, clock)) / 1e6 : 0;
  const wait = asked - passed;
  if (wait > 0) yield { kind: "sleep", milliseconds: wait };
  return 0;
}

function* sleepOnClock(guest: Guest, _: unknown, args: readonly bigint[]): Steps<number> {
  read(guest, args[0]);
  return yield* sleep(guest, at(args, 2), at(args, 0), (int(args[1]) & 1) !== 0);
}

/** A timeval of two longs for the processor's time. */
const processorTime = (guest: Guest) =>
  [
    ["word", guest.hart.instret / billion],
    ["word", (guest.hart.instret % billion) / 1000n],
  ] as const;

export const timeCalls: readonly LinuxCall[] = [
  {
    number: 101,
    name: "nanosleep",
    arguments: "time, remainder",
    summary: "Waits.",
    handler: (guest, _, args) => sleep(guest, at(args, 0)),
  },
  {
    number: 113,
    name: "clock_gettime",
    arguments: "clock, time",
    summary: "Reads a clock.",
    handler: getTime,
  },
  {
    number: 403,
    name: "clock_gettime64",
    arguments: "clock, time",
    summary: "Reads a clock (RV32).",
    handler: getTime,
  },
  {
    number: 114,
    name: "clock_getres",
    arguments: "clock, time",
    summary: "How fine a clock is.",
    handler: getResolution,
  },
  {
    number: 406,
    name: "clock_getres_time64",
    arguments: "clock, time",
    summary: "How fine a clock is (RV32).",
    handler: getResolution,
  },
  {
    number: 115,
    name: "clock_nanosleep",
    arguments: "clock, flags, time, remainder",
    summary: "Waits, perhaps until a moment.",
    handler: sleepOnClock,
  },
  {
    number: 407,
    name: "clock_nanosleep_time64",
    arguments: "clock, flags, time, remainder",
    summary: "Waits, perhaps until a moment (RV32).",
    handler: sleepOnClock,
  },
  {
    number: 153,
    name: "times",
    arguments: "buffer",
    summary: "Processor time in hundredths of a second.",
    handler: (guest, _, args) => {
      const ticks = guest.hart.instret / 10_000_000n;
      const members = [
        ["word", ticks],
        ["word", 0],
        ["word", 0],
        ["word", 0],
      ] as const;
      if (at(args, 0) !== 0n)
        guest.memory.write(at(args, 0), pack(guest.memory.wordBytes, members));
      return (guest.host.now() - guest.started) / 10_000_000n;
    },
  },
  {
    number: 165,
    name: "getrusage",
    arguments: "who, usage",
    summary: "What was used so far.",
    handler: (guest, _, args) => {
      const { wordBytes } = guest.memory;
      const members = [...processorTime(guest), ["word", 0], ["word", 0]] as const;
      guest.memory.write(at(args, 1), pack(wordBytes, members, 18 * wordBytes));
      return 0;
    },
  },
  {
    number: 169,
    name: "gettimeofday",
    arguments: "time, zone",
    summary: "Seconds and microseconds since 1970.",
    handler: (guest, _, args) => {
      const now = guest.host.now();
      const time = [
        ["u64", now / billion],
        ["u64", (now % billion) / 1000n],
      ] as const;
      if (at(args, 0) !== 0n) guest.memory.write(at(args, 0), pack(8, time));
      if (at(args, 1) !== 0n) guest.memory.write(at(args, 1), new Uint8Array(8));
      return 0;
    },
  },
];
